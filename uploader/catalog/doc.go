// Package catalog knows what can be asked of the Upload API: every upload parameter as
// data, how a typed value becomes wire text, the grammar of transformations, and what
// looks wrong in a request before it is sent. It is pure; a check warns and never
// refuses, since the service may accept what nobody has documented.
package catalog

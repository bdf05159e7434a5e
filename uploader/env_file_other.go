//go:build !unix

package uploader

const nonBlocking = 0

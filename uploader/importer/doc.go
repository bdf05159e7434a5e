// Package importer reads what people have in their hands — a command, an error, a
// response, a .env, an address — and makes a draft of it. It says what it recognised,
// what it took, what it dropped and why, and which traps of the shell or of curl the
// text falls into. It sends nothing, runs nothing and reads no file.
package importer

package export

// codeFormats are programs in other languages, with an SDK and without.
var codeFormats []Format

// serverFormats are the server's side: handlers that return a signature.
var serverFormats []Format

package export

// textFormats are the pieces of a request as plain text.
var textFormats []Format

// Package uploader prepares, signs and sends uploads to Cloudinary's Upload API, or to
// a server that speaks it.
//
// A [Draft] and an [Account] become one [Prepared] request through [Prepare]; the
// [Client] sends it and returns a [Result]. Whatever shows a request, as a screen, a
// command or bytes on a wire, renders the same Prepared.
//
// Errors are of four classes: nothing can have been taken, it may have been taken
// (outcome unknown), the server refused, or something here is wrong. Which one it is
// decides whether sending again is safe. See [Class].
package uploader

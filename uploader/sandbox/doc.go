// Package sandbox is a local Upload API. It verifies signatures for real, makes the
// derived pictures for real and answers in the service's words, so that an upload can
// be tried without an account and without a network. It is an independent reading of
// the protocol: it shares nothing but the signing rules with the client.
//
// # What it answers
//
//	POST /v1_1/{cloud}/{image|video|raw|auto}/upload     an upload (also /v1_1/{cloud}/upload)
//	GET  /{cloud}/{type}/{upload|…}/[transformation/]v1/{public_id}.{format}
//	GET  /sample/{SampleName}                            the sample picture
//
// A body is multipart/form-data, application/x-www-form-urlencoded (also without any
// Content-Type; a ; and a bad % are literal) or a JSON object; parameters in the query
// count too, and the body wins (unconfirmed). A list arrives as name[] or name[0] and
// is signed under name, joined with a comma.
//
// # Rules
//
//   - The string to sign holds the parameters that the service knows (knownNames) and
//     that have a value. Unknown ones, such as max_bytes, are left out of it, so that
//     a client that signs them gets 401 (reports from live accounts, 2026).
//   - Both hashes and both signature versions are accepted (cloudinary_npm 2.11.0,
//     cloudinary-go 2.16.1). The string in a 401 is that of version 2 (unconfirmed).
//   - The checks run in this order (unconfirmed): cloud, api_key, signature,
//     timestamp, file. A timestamp from the future or in milliseconds is accepted
//     (unconfirmed).
//   - Of the characters that are forbidden in a public_id, & is accepted: the SDKs
//     send it (captured requests npm-07, npm-08, go-09, go-10).
//   - An answer is signed with the algorithm of the request (unconfirmed).
//   - A picture is JPEG, PNG, GIF or WebP. A video is recognised by its first bytes
//     and stored as it is: duration, size and codecs are not made up.
//
// # What it takes and does not act on
//
// async, eager_async, callback, notification_url, eager_notification_url, eval,
// on_success, proxy, headers, invalidate, backup, moderation, access_control,
// access_mode, metadata, face_coordinates, custom_coordinates, regions,
// responsive_breakpoints, quality_override, asset_folder, display_name, the analysis
// parameters (phash, colors, faces, …) and the add-ons are accepted, signed and
// ignored: nothing is called, run or invented. Folders are those of an account with
// fixed folders. Parts of a chunked upload and the other actions
// (tags, destroy, …) are refused in words.
//
// # Bounds
//
// [Limits] names them all. A public_id is a key in an index and never a path; what is
// stored has no name on the disk, and is gone when the program ends.
//
// Start with [New]; then [Server.Client] for calls without a socket, [Server.Handler],
// or [Server.Listen].
//
// Sources are given where a rule is implemented; what nobody could confirm is marked
// so there and in errors.go.
package sandbox

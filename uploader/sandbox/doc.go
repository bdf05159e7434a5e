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
//	POST /v1_1/{cloud}/{type}/{destroy|rename|…}         the other actions
//	…    /v1_1/{cloud}/{resources|usage|ping|…}          the Admin API, with Basic or Bearer
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
//   - A picture is JPEG, PNG, GIF, WebP, BMP or an icon. A video is recognised by its first bytes
//     and stored as it is: duration, size and codecs are not made up.
//
// # What it keeps and does
//
// Assets have state: upload (also in parts, with the total known or not), overwrite and
// existing, destroy, rename, explicit, tags, context, metadata, delete_by_token; upload
// presets, fixed and dynamic folders, async, eager_async, and notifications that are sent
// and signed; archives as ZIP, sprites, animations and PDFs of several pictures, pictures
// of texts (in the Go fonts), responsive breakpoints (spaced evenly), and signed addresses
// for downloads. Of the Admin API there
// is ping, usage, resources (also by tag, context, moderation and asset id),
// derived_resources, tags, folders, upload_presets and metadata_fields. A cloud without any field of the structured metadata
// takes every name.
//
// # What it takes and does not act on
//
// callback, proxy, headers, invalidate, backup and quality_override are
// accepted, signed and ignored. access_control and access_mode are enforced; there are no
// tokens that would let anybody in. What it does not compute (phash, faces, the analyses, transcription)
// is named in sandbox_notes of the answer; an analysis is an empty object, but for the
// cinemagraph_score of a picture in which nothing moves and a quality_analysis.focus that
// is the sandbox's own measure, as are the names of predominant colors. image_metadata has size,
// resolution and a few Exif tags. playback_url is the file itself. What needs an add-on is
// answered as for an account without it.
//
// Of the scripts in eval and on_success the part runs that the documentation and the SDKs' tests use; see
// eval.go.
//
// # What it draws itself
//
// Every account comes with an image called sample, as at the service: it is made when it
// is first asked for by this name. Files of the service's public demo account
// (https://res.cloudinary.com/demo/image/upload/…, …/video/upload/….mp4) and the logos
// that the SDKs' own tests load are tried on the network first. Where that is not there,
// the sandbox draws them: its own sample picture in the size and format of the address,
// and for a video a film of that one picture. sandbox_notes and the record say so.
//
// # Faults
//
// [Server.SetFaults], the header X-Signpost-Fault and [Options] let requests go wrong, each
// once or several times; [Server.Faults] tells which were not met. [Server.SetClock] moves
// or stops the clock.
//
// # HTTPS
//
// The port answers HTTPS too, with a certificate of its own that nobody else vouches for
// (curl -k). The addresses in an answer have the scheme that the client came with, so that
// they can be used; secure_url too, but for those of sprite and multi, which are https.
//
// # The pages
//
// Below /_/ is an inspector. /_/sign signs with the sandbox's own account, for its own
// page, and parameters on a list only.
//
// # Bounds
//
// [Limits] names them all. A public_id is a key in an index and never a path; what is
// stored has no name on the disk, and is gone when the program ends, unless [Server.Keep]
// names a folder for it: then each asset, with its derived versions, is on the disk before it
// is acknowledged, under made-up names, and nothing is written outside the folder. Every
// record has a checksum; bytes are compared with their ETag at the start. Parts of an
// upload that is not complete are not kept.
//
// # A room
//
// With Options.AllowRemote others reach it: the allowed Host values are the loopback names
// and the address that a connection came in on, and no name. With Options.AnyCloud every
// cloud name is one, with assets, presets, fields, unfinished uploads and a reset of its own.
// Where there are too many assets, the oldest of the cloud that has most of them go, and
// where there are too many bytes, those of the cloud that has most bytes. A cloud has a
// bounded number of requests, of work in the background and of unfinished bytes at the same
// time, and one that holds nothing takes no place among the clouds.
//
// Who reaches the sandbox can see, on the page, all requests and the public addresses of
// all clouds; can have parameters on a list signed for any cloud, as the page does; and can
// forget one cloud by its name: the account is published, and nothing in a room's sandbox
// is secret. Only the machine that runs it can forget everything (POST /_/reset, with the
// page's token or HTTP Basic).
//
// Start with [New]; then [Server.Client] for calls without a socket, [Server.Handler],
// or [Server.Listen].
//
// Sources are given where a rule is implemented; what nobody could confirm is marked
// so there and in errors.go.
package sandbox

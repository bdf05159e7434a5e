// Package signer computes, explains and verifies Cloudinary upload signatures.
// It is pure: no clock, no I/O, nothing is read but the arguments.
//
// # The rule
//
//  1. Take every parameter of the form except file, cloud_name, resource_type,
//     api_key and signature ([LeaveOut] applies this; [Sign] does not).
//  2. Drop parameters whose value is empty.
//  3. Lists arrive here already joined with a comma.
//  4. Sort by name, comparing bytes.
//  5. Write name=value pairs joined with &. Values stay raw: no URL encoding,
//     UTF-8, newlines kept.
//  6. Version 2 (the default) turns every & inside a pair into %26; version 1
//     changes nothing. A literal %26 stays, so that a&b and a%26b sign alike
//     under version 2.
//  7. Append the API secret, without a separator, and take the plain hash (no
//     HMAC): SHA-1 (40 hexadecimal digits, the default) or SHA-256 (64), in
//     lower case.
//
// With the secret abcd, the documentation's own example:
//
//	public_id=sample_image&timestamp=1315060510
//	b4ad47fb4e25c7bf5f92a20089f9db59bc302313
//
// Sources: cloudinary.com/documentation/authentication_signatures; cloudinary_npm
// 2.11.0 lib/utils/index.js (api_string_to_sign, encode_param); cloudinary-go
// 2.16.1 api/api.go and api/uploader/upload.go.
//
// Start with [Sign]; [Explain] returns the same signature with each step as data.
// [Verify] checks a signature that somebody else made.
package signer

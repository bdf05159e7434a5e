// Package tamper breaks a signed request on purpose: what is signed and what is sent
// become two things, as in code with a mistake in it. Lessons show such requests to be
// repaired, a demonstration lets the server refuse one, and a diagnosis is tested with
// them: the mistake that was made is known.
//
// A [Mistake] is data with a text form, such as "unsigned upload_preset" or "age 2h"
// ([Parse], [Mistake.String]). [Kinds] lists all of them. [Apply] makes the mistakes in a
// prepared request, one after the other:
//
//	r, err := tamper.Apply(prepared, tamper.Mistake{Kind: tamper.Unsigned, Name: "upload_preset"})
//	result, err := client.Upload(ctx, r.Prepared(), nil)
//
// The [Request] has everything in the open and can be edited: the string that is signed,
// what is put behind it, the hash, the fields that are sent. Its signature is computed
// from these and from nothing else. Without a mistake it is the request as it was.
//
// Rules:
//
//   - [Apply] is for requests to the sandbox, with the sandbox's published secret; for any
//     other account it returns [ErrNotSandbox]. [Own] is for those: a person's secret signs
//     within package signer, is never damaged, and is in nothing that is returned.
//   - Nothing is renewed afterwards: [Request.Prepared] counts its timestamp as set by hand.
//   - It is pure: no clock, no I/O, and nothing of its input is modified.
//
// Which mistakes people make, and how often, is taken from public threads about the
// service's answer "Invalid Signature".
package tamper

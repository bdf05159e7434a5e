// Package diagnose finds out why a signature was refused, and proves it. It is pure: no
// clock, no I/O, nothing is read but the evidence.
//
// # Proof
//
// The service quotes the signature that it received and the string that it would have
// signed. The package makes variants of that string, of the secret that is held here and
// of the way of hashing, each with a known mistake in it, and hashes them. A variant that
// gives the refused signature is what the client did: a collision is out of the question.
// Single mistakes come first, over all three dimensions, then products of two. The
// simplest variant that fits is the cause; others that give the same bytes, and mean
// something else, are named beside it as alternatives.
//
// The search ends with a budget of hashed blocks ([Budget]), not of time, so that the same
// evidence gives the same finding everywhere.
//
// # What is not a proof
//
// A message that tells the cause by itself, the form of the signature, and a hash that is
// right for the secret held here, give a [Likely] finding. Everything else is [Unknown]:
// a ranking of causes is no finding, and stands apart from it ([Diagnosis.Ranked]).
//
// # The forty causes
//
// [Causes] has them by number, with what to do. testdata/mistakes has evidence and
// findings, one file each; a new file there needs no code.
//
// Start with [Diagnose]. Secrets go in as [signer.Secret]; no text of a [Diagnosis] has one
// in it, in any form that a [Redactor] knows.
package diagnose

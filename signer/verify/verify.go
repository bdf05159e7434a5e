// Package verify examines a signature that somebody else made: that of an answer of the
// Upload API, of a webhook call, or in a delivery URL. It tells right from wrong and from
// expired, each step, and for a wrong one the nearest explanation: what it would be right
// for. It never signs anything for the person, and changes nothing.
package verify

import (
	"crypto/subtle"
	"time"

	"signpost/signer"
)

// Kind is what a signature belongs to.
type Kind string

// The kinds.
const (
	Answer  Kind = "answer"  // public_id and version
	Webhook Kind = "webhook" // body and X-Cld-Timestamp
	URL     Kind = "url"     // what stands behind s--…-- but for the version
)

// Subject is what is examined. The fields of the other kinds are empty.
type Subject struct {
	Kind      Kind
	Signature string
	// PublicID, Version and Format are of an answer.
	PublicID, Version, Format string
	// Body is that of a webhook call, byte for byte; Timestamp its X-Cld-Timestamp.
	Body, Timestamp string
	// Address is a delivery URL, taken apart.
	Address Address
}

// Key is a secret that a signature may have been made with.
type Key struct {
	// Name says whose it is, for people. It came from outside.
	Name, CloudName string
	Secret          signer.Secret
	Algorithm       signer.Algorithm
}

// DefaultValidFor is how old a webhook call may be. Source: cloudinary_npm
// verifyNotificationSignature.
const DefaultValidFor = 7200 * time.Second

// Config is what a subject is examined with.
type Config struct {
	// Keys are the secrets at hand: the first is the one in use, which alone decides; the
	// others only explain.
	Keys []Key
	Now  time.Time
	// ValidFor is how old a webhook call may be; zero is [DefaultValidFor].
	ValidFor time.Duration
}

// Verdict is what comes of it. Wrong and expired are not the same.
type Verdict string

// The verdicts.
const (
	Right   Verdict = "right"
	Wrong   Verdict = "wrong"
	Expired Verdict = "expired" // a right signature, too old
)

// Step is one step of the examination. Text may hold what came from outside.
type Step struct{ Name, Text string }

// Reason is what a wrong signature would be right for.
type Reason struct{ What, Hint string }

// Report is what was found.
type Report struct {
	Kind      Kind
	Verdict   Verdict
	Algorithm signer.Algorithm
	Steps     []Step
	// Hashed is the text before the secret.
	Hashed string
	// Given is the signature under examination, Expected the beginning of the right one.
	Given, Expected string
	// Reason is the nearest explanation of a wrong signature; empty where there is none.
	Reason Reason
	// Notes are facts that do not change the verdict.
	Notes []string
}

// Check examines a subject. The error is [signer.ErrNoSecret].
func Check(s Subject, c Config) (Report, error) {
	if len(c.Keys) == 0 || c.Keys[0].Secret.IsZero() {
		return Report{Kind: s.Kind, Given: s.Signature}, signer.ErrNoSecret
	}
	if c.ValidFor == 0 {
		c.ValidFor = DefaultValidFor
	}
	switch s.Kind {
	case Answer:
		return checkAnswer(s, c), nil
	case Webhook:
		return checkWebhook(s, c), nil
	}
	return checkURL(s, c), nil
}

// same compares two signatures in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// head is the beginning of a signature: enough to compare, and none to forge with.
func head(signature string, n int) string {
	if len(signature) <= n {
		return signature
	}
	return signature[:n] + "…"
}

// variant is another text that may have been hashed, and the words for it.
type variant struct{ text, what, hint string }

// hexReason looks for what a hexadecimal signature would be right for: its form, another
// algorithm, another account, another text, an HMAC. The first that fits is the simplest.
func hexReason(s Subject, c Config, exact variant, others []variant) Reason {
	given := plainHex(s.Signature)
	switch {
	case s.Signature == "":
		return Reason{"there is no signature", "was the field or the header read under its right name?"}
	case len(given) != 40 && len(given) != 64:
		return Reason{"it is no signature: one has 40 hexadecimal digits (SHA-1) or 64 (SHA-256)", "copy it whole; it is not base64"}
	}
	for _, v := range append([]variant{exact}, others...) {
		for i, k := range c.Keys {
			for _, a := range []signer.Algorithm{k.Algorithm, other(k.Algorithm)} {
				for _, keyed := range []bool{false, true} {
					if !fits(v.text, given, k.Secret, a, keyed) {
						continue
					}
					return reasonOf(s, v, k, i > 0, a, keyed)
				}
			}
		}
	}
	return Reason{}
}

// fits hashes a text with a secret, as the service does or as an HMAC.
func fits(text, given string, secret signer.Secret, a signer.Algorithm, keyed bool) bool {
	if len(given) != a.HexLen() {
		return false
	}
	sign := signer.SignText
	if keyed {
		sign = signer.HMACText
	}
	signature, err := sign(text, secret, a)
	return err == nil && same(signature, given)
}

// reasonOf puts what fits into words.
func reasonOf(s Subject, v variant, k Key, foreign bool, a signer.Algorithm, keyed bool) Reason {
	r := Reason{What: v.what, Hint: v.hint}
	add := func(what, hint string) {
		if r.What != "" {
			r.What += "; and "
		}
		r.What += what
		if r.Hint == "" {
			r.Hint = hint
		}
	}
	if plainHex(s.Signature) != s.Signature {
		add("it is right but for capital letters or white space around it", "it is compared exactly: 40 or 64 small hexadecimal digits")
	}
	if a != k.Algorithm {
		add("it is right for "+long(a)+", and the account is set to "+long(k.Algorithm), "--algorithm "+a.String()+" checks it so; the account's setting decides")
	}
	if foreign {
		add("it is right for another secret: "+k.Name, "the key in use is not the one that signed it")
	}
	if keyed {
		add("it is an HMAC with the secret as its key", "the secret is appended to the text, and the whole is hashed plainly")
	}
	return r
}

func other(a signer.Algorithm) signer.Algorithm {
	if a == signer.SHA256 {
		return signer.SHA1
	}
	return signer.SHA256
}

func long(a signer.Algorithm) string {
	if a == signer.SHA256 {
		return "SHA-256"
	}
	return "SHA-1"
}

// dash is an algorithm as a step names it.
func dash(a signer.Algorithm) string {
	if a == signer.SHA256 {
		return "sha-256"
	}
	return "sha-1"
}

package signer

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
)

// Mask stands wherever a secret would. It is always of the same length, so that it
// does not give away the secret's.
const Mask = "••••••••"

// Secret is an API secret. Every way to print it gives [Mask]; nothing outside this
// package can read it. The zero value is no secret.
type Secret struct {
	// A pointer, as fmt prints the fields of a struct for %p without asking the type.
	text *string
}

// NewSecret keeps the text exactly as it is: blanks, quotes and line ends belong to it.
func NewSecret(text string) Secret { return Secret{&text} }

func (s Secret) value() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.value() == "" }

// Equal compares two secrets in constant time.
func (s Secret) Equal(other Secret) bool { return equal(s.value(), other.value()) }

// String returns the mask, or nothing where there is no secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return Mask
}

// GoString, Format and MarshalText mask like String.
func (s Secret) GoString() string { return s.String() }

// Format prints the mask for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText returns the mask, so that JSON and structured logs hold nothing else.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// BasicAuth is the value of an Authorization header for the key and this secret. It
// holds the secret in base64: it goes into a request and nowhere else.
func (s Secret) BasicAuth(apiKey string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(apiKey+":"+s.value()))
}

// BearerAuth is the value of an Authorization header for an OAuth token. It holds the
// token: it goes into a request and nowhere else.
func (s Secret) BearerAuth() string { return "Bearer " + s.value() }

// Published is the secret of the documentation's examples and of the sandbox. It is
// the one secret that may be seen, and so [Secret.Redact] leaves it alone.
const Published = "abcd"

// Redact replaces every occurrence of the secret in text by [Mask]: as it stands,
// URL-encoded in both styles, quoted as in JSON and Go, and in base64. Secrets of
// fewer than four bytes would make any text unreadable and are left; so is the
// published one.
func (s Secret) Redact(text string) string {
	v := s.value()
	if len(v) < 4 || v == Published || text == "" {
		return text
	}
	quoted := fmt.Sprintf("%q", v)
	forms := []string{
		v, strings.TrimSpace(v),
		url.QueryEscape(v), url.PathEscape(v),
		quoted[1 : len(quoted)-1],
		base64.StdEncoding.EncodeToString([]byte(v)),
		base64.RawURLEncoding.EncodeToString([]byte(v)),
	}
	for _, f := range forms {
		if len(f) >= 4 {
			text = strings.ReplaceAll(text, f, Mask)
		}
	}
	return text
}

package uploader

import (
	"golang.org/x/net/idna"

	"signpost/signer/visible"
)

// toASCII is the punycode form of a host, or its characters as escapes where there is none.
func toASCII(host string) string {
	if a, err := idna.Punycode.ToASCII(host); err == nil {
		return a
	}
	return string(visible.Clean(host))
}

package diagnose

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"signpost/signer/visible"
)

// escape makes what cannot be seen visible.
func escape(s string) string { return string(visible.Clean(s)) }

// Bytes writes the bytes of a text in hexadecimal digits, those of each character
// together: "é" is c3a9.
func Bytes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%x", s[i:i+n])
		i += n
	}
	return b.String()
}

// lazy is a pattern that is compiled when it is first used.
func lazy(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

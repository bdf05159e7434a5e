package cli

import (
	"io"
	"testing"

	"signpost/uploader"
)

// TestT10AllowHost: a foreign host needs a yes that names it; the service and this
// machine need none.
func TestT10AllowHost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		prefix, allowed string
		ok              bool
	}{
		{"", "", true}, {"https://api-eu.cloudinary.com", "", true}, {"http://127.0.0.1:8787", "", true},
		{"https://evil.example", "", false}, {"https://evil.example", "other.example", false},
		{"https://evil.example", "evil.example", true}, {"https://evil.example:444", "evil.example:444", true},
		{"https://api.cloudinary.com.evil.example", "", false}, {"https://api.cloudinary.com:8443", "", false},
		{"https://[2001:db8::1]:8787", "[2001:db8::1]", true}, {"https://[2001:db8::1]:8787", "2001:db8::1", true}, {"https://[2001:db8::1]:8787", "[2001:db8::2]", false},
		{"http://evil.example", "evil.example", false}, {"http://0x7f.1", "0x7f.1", false},
	} {
		a := &app{world: World{Stderr: io.Discard}, flags: flags{allowHost: []string{c.allowed}}}
		err := a.checkHost(uploader.Account{Prefix: c.prefix})
		if (err == nil) != c.ok {
			t.Errorf("%q with yes to %q: %v", c.prefix, c.allowed, err)
		}
	}
}

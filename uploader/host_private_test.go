package uploader

import (
	"strings"
	"testing"

	"signpost/signer"
)

// TestT23PrivateHTTP: plain http goes to this machine, and with the published account
// alone to a private address, which stays a foreign host: it is asked about.
func TestT23PrivateHTTP(t *testing.T) {
	t.Parallel()
	published := Account{CloudName: "anna", APIKey: SandboxKey, Secret: signer.NewSecret(SandboxSecret)}
	own := Account{CloudName: "anna", APIKey: SandboxKey, Secret: signer.NewSecret("abcde")}
	token := published
	token.Token = signer.NewSecret("a token of somebody")
	otherKey := published
	otherKey.APIKey = "1"
	for _, c := range []struct {
		name   string
		a      Account
		prefix string
		ok     bool
	}{
		{"published, private", published, "http://192.168.1.5:8787", true},
		{"published, private", published, "http://10.0.0.1", true},
		{"published, private", published, "http://172.31.255.1:1", true},
		{"published, ULA", published, "http://[fd00::1]:8787", true},
		{"published, link-local", published, "http://169.254.1.1:8787", true},
		{"published, mapped", published, "http://[::ffff:192.168.1.5]:8787", true},
		{"published, loopback", published, "http://127.0.0.1:1", true},
		{"published, with a path", published, "http://192.168.1.5:8787/x", false},
		{"published, public", published, "http://93.184.216.34", false},
		{"published, a name", published, "http://room.local:8787", false},
		{"published, beyond the private", published, "http://172.32.0.1", false},
		{"published, the service", published, "http://api.cloudinary.com", false},
		{"own, private", own, "http://192.168.1.5:8787", false},
		{"own, loopback", own, "http://127.0.0.1:1", true},
		{"own, private, https", own, "https://192.168.1.5:8787", true},
		{"a token, private", token, "http://192.168.1.5:8787", false},
		{"another key, private", otherKey, "http://192.168.1.5:8787", false},
	} {
		c.a.Prefix = c.prefix
		if err := c.a.CheckBase(); (err == nil) != c.ok {
			t.Errorf("%s: %s: %v", c.name, c.prefix, err)
		}
		if strings.HasPrefix(c.prefix, "http://192") && c.a.HostKind() != HostForeign {
			t.Errorf("%s: %s is not asked about", c.name, c.prefix)
		}
	}
}

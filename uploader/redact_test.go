package uploader

import (
	"strings"
	"testing"

	"signpost/signer"
)

// TestT12RedactHeader: the header of HTTP Basic holds the secret in one piece of base64
// with the key, where no form of the secret alone is found.
func TestT12RedactHeader(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"1", "12", "123", "424242424242424"} {
		a := Account{APIKey: key, Secret: signer.NewSecret("Canary-7hq2LxZ0pQ9vRt5Yw")}
		header := a.Secret.BasicAuth(key)
		got := a.Redact("Authorization: " + header + " end")
		if strings.Contains(got, header[6:]) || !strings.HasSuffix(got, " end") {
			t.Errorf("key %s: %q", key, got)
		}
	}
	if got := SandboxAccount("http://x").Redact("abcd"); got != "abcd" {
		t.Errorf("the published secret became %q", got)
	}
}

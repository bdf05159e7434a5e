//go:build linux

package e2e

import (
	"strings"
	"testing"
)

// A damaged .env is named on the screen; no byte of the secret reaches the terminal
// (threats T20, T21).
func TestDamagedCredentials(t *testing.T) {
	t.Parallel()
	const key = "API_KEY=123456789012345\n"
	tests := []struct {
		name, dotenv string
		env          []string
		live         bool
		want         []string
	}{
		{"secret in quotes within quotes", "CLOUD_NAME=mycloud\n" + key + "API_SECRET='\"" + canary + "\"'\n", nil, true, []string{"API_SECRET in .env has quotes around it"}},
		{"no secret", "CLOUD_NAME=mycloud\n" + key, nil, false, []string{"API_SECRET is missing in .env"}},
		{"secret with a carriage return", "CLOUD_NAME=mycloud\r\n" + key + "API_SECRET=\"" + canary + "\\r\"\n", nil, true, []string{"API_SECRET in .env"}},
		{"key and secret swapped", "CLOUD_NAME=mycloud\nAPI_KEY=" + canary + "\nAPI_SECRET=123456789012345\n", nil, false, []string{"look swapped"}},
		{"secret in the key's place too", "CLOUD_NAME=mycloud\nAPI_KEY=" + canary + "\nAPI_SECRET=" + canary + "\n", nil, false, []string{"the same as the API key"}},
		{"a placeholder", "CLOUD_NAME=your_cloud_name\n" + key + "API_SECRET=" + canary + "\n", nil, true, []string{"CLOUD_NAME in .env is still a placeholder"}},
		{"another scheme", "CLOUDINARY_URL=https://123456789012345:" + canary + "@mycloud\n", nil, false, []string{"begins with https://"}},
		{"no @", "CLOUDINARY_URL=cloudinary://123456789012345:" + canary + "\n", nil, false, []string{"has no @"}},
		{"UTF-16", "\xff\xfeA\x00P\x00I\x00", nil, false, []string{"UTF-16"}},
		{"a URL in the environment without a secret", "", []string{"CLOUDINARY_URL=cloudinary://123456789012345@mycloud"}, false, []string{"has no API secret"}},
		{"plain http to another machine", "CLOUDINARY_URL=cloudinary://123456789012345:" + canary + "@mycloud?upload_prefix=http://example.com\n", nil, false, []string{"upload_prefix"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, setup{cols: 160, rows: 40, dotenv: test.dotenv, env: test.env})
			badge := "SANDBOX"
			if test.live {
				badge = "LIVE"
			}
			s.waitFor(append(test.want, badge)...)
			s.press(ctrlL)
			s.waitFor("Account", "hint:")
			s.press(escape)
			s.waitGone("hint:")
			s.press(ctrlO, ctrlP)
			s.waitFor("Commands")
			s.press(ctrlC)
			if got := s.status(); got != 0 {
				t.Errorf("status %d", got)
			}
			s.checkNoSecret()
		})
	}
}

// checkNoSecret looks for the secret, and for longer parts of it, in all the output.
func (s *session) checkNoSecret() {
	s.t.Helper()
	out := s.output()
	for i := 0; i+8 <= len(canary); i++ {
		if strings.Contains(out, canary[i:i+8]) {
			s.t.Fatalf("the output holds %d characters of the secret", 8)
		}
	}
}

func TestWrongSecretIsExplained(t *testing.T) {
	t.Parallel()
	s := start(t, setup{dotenv: dotenv(secondSandbox(t, "another secret"))})
	s.waitFor("LIVE", "demo")
	s.press(ctrlS)
	s.waitFor("invalid signature", "401", "both sides sign the same text", "hint:")
	s.press(escape)
	s.waitFor("╭ Signature")
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
	s.checkNoSecret()
}

// With the right secret the very same account works: the sample goes as bytes.
func TestLiveUpload(t *testing.T) {
	t.Parallel()
	s := start(t, setup{dotenv: dotenv(secondSandbox(t, canary))})
	s.waitFor("LIVE")
	s.press(ctrlS)
	s.waitFor("200 OK", "response signature verified", "400×300", "260×200")
	s.press(ctrlQ)
	s.status()
	s.checkNoSecret()
}

// A host that is neither the service's nor this machine is named, and asked about,
// before anything is sent (threat T10).
func TestForeignHostIsAskedAbout(t *testing.T) {
	t.Parallel()
	s := start(t, setup{dotenv: dotenv("https://uploads.invalid")})
	s.waitFor("LIVE", "uploads.invalid")
	s.press(ctrlS)
	s.waitFor("Another host", "would go to uploads.invalid")
	s.press(escape)
	s.waitGone("Another host")
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
}

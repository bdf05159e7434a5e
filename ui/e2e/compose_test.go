//go:build linux

package e2e

import (
	"regexp"
	"strings"
	"testing"

	"signpost/signer"
)

var (
	digestText    = regexp.MustCompile(`\b[0-9a-f]{40}\b`)
	timestampText = regexp.MustCompile(`timestamp  (\d{10})`)
)

// shownDigest waits for the signature of the tutorial's parameters with the public ID,
// signed at the timestamp that is shown.
func (s *session) shownDigest(publicID string) string {
	s.t.Helper()
	var want string
	s.until("the signature for "+publicID, func() bool {
		shown := s.screen()
		at := timestampText.FindStringSubmatch(shown)
		if at == nil || !strings.Contains(shown, publicID) {
			return false
		}
		var err error
		want, err = signer.SignMap(map[string]string{
			"public_id": publicID, "eager": "w_400,h_300,c_pad|w_260,h_200,c_crop", "timestamp": at[1],
		}, signer.NewSecret(signer.Published), signer.Options{Version: signer.V2})
		if err != nil {
			s.t.Fatal(err)
		}
		return digestText.FindString(shown) == want
	})
	return want
}

func TestStartShowsTheSignature(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.waitFor("SANDBOX", "demo", "Public ID", "sample_image", "w_400,h_300,c_pad", "curl")
	s.shownDigest("sample_image")
}

func TestTypingSignsAnew(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	first := s.shownDigest("sample_image")
	s.focus("Public ID")
	s.press("_2")
	second := s.shownDigest("sample_image_2")
	if first == second {
		t.Fatal("another public ID has the same signature")
	}
	s.press(altZ)
	s.waitGone("sample_image_2")
	if again := s.shownDigest("sample_image"); again != first {
		t.Errorf("after undo the signature is %s, not %s", again, first)
	}
}

func TestSendToTheSandbox(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.focus("Public ID")
	s.press("_sent")
	s.shownDigest("sample_image_sent")
	s.press(ctrlS)
	s.waitFor("200 OK", "secure_url", "response signature verified", "400×300", "260×200", `"public_id"`)
	s.press(escape)
	s.waitFor("╭ Signature", "w_260,h_200,c_crop", "SANDBOX")
	s.shownDigest("sample_image_sent")
}

// A terminal that answers no query gets its first frame all the same.
func TestMuteTerminal(t *testing.T) {
	t.Parallel()
	s := start(t, setup{mute: true})
	s.shownDigest("sample_image")
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
}

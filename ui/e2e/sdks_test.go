//go:build linux

package e2e

import (
	"strings"
	"testing"

	"signpost/signer"
)

const altN = "\x1bn"

// The request through seven SDKs: who signs it alike, who does not; and the attacker's
// request, which is really sent to the program's own sandbox.
func TestThroughSevenSDKs(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	digest := s.shownDigest("sample_image")
	s.press(altN)
	s.waitFor("= Node, Python, Ruby, PHP, Java, Go", "≠ .NET*", "does not sort", digest)
	s.press("\t")
	s.waitFor("▸ upload call", "takes no timestamp")
	s.press("\t")
	s.waitFor("▸ smuggling", "Version 1: the app signs an upload", "1 of 6")
	s.press(enter, enter, enter, enter, enter)
	s.waitFor("uploaded, with the tags", "✗ refused", "401  Invalid Signature")
	s.press(escape)
	s.waitGone("smuggling")
	if again := s.shownDigest("sample_image"); again != digest {
		t.Errorf("looking changed the signature from %s to %s", digest, again)
	}
	s.quit()
}

// A webhook is pasted with its headers and examined; the answer on screen by a key.
func TestVerifyOnScreen(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	digest := s.shownDigest("sample_image")
	const body = `{"notification_type":"upload","public_id":"cat"}`
	signature, err := signer.SignNotification(body, 1549533574, signer.NewSecret("abcd"), signer.SHA1)
	if err != nil {
		t.Fatal(err)
	}
	hook := "X-Cld-Timestamp: 1549533574\nX-Cld-Signature: " + signature + "\n\n" + body
	s.press("\x1bg")
	s.waitFor("Verify a signature")
	s.paste(hook)
	s.waitFor("A webhook call", "◷ expired")
	s.press("\x15") // ctrl+u
	s.waitGone("A webhook call")
	s.paste(strings.Replace(hook, "cat", "dog", 1))
	s.waitFor("✗ wrong")
	s.press(escape)
	s.waitGone("✗ wrong")
	if again := s.shownDigest("sample_image"); again != digest {
		t.Errorf("verifying changed the signature from %s to %s", digest, again)
	}
	s.press(ctrlS)
	s.waitFor("200 OK", "response signature verified")
	s.press("v")
	s.waitFor("An answer to an upload", "✓ right")
	s.press(escape)
	s.waitGone("An answer to an upload")
	s.quit()
}

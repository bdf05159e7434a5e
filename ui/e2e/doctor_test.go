//go:build linux

package e2e

import (
	"strings"
	"testing"

	"signpost/signer"
)

const f9, f10 = "\x1b[20~", "\x1b[21~"

// An error that is pasted into the doctor is proved, marked and put right by a key: the
// draft then has what the server saw, and the next upload is accepted.
func TestDoctorOfAPaste(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	mine := s.shownDigest("sample_image")
	signature, err := signer.SignText("public_id=van&timestamp=1767323045", signer.NewSecret(signer.Published), signer.SHA1)
	if err != nil {
		t.Fatal(err)
	}
	s.press(f9)
	s.waitFor("Why was the signature refused?", "Nothing is sent")
	s.paste("Error: Invalid Signature " + signature + ". String to sign - 'public_id=van&timestamp=1767323045&upload_preset=ml_default'.\n    at upload (app.js:12:7)")
	s.waitFor("PROVED", "upload_preset=ml_default was sent but not signed", "^^^^", "alt+k")
	s.press(escape)
	s.waitGone("PROVED")
	if again := s.shownDigest("sample_image"); again != mine {
		t.Errorf("looking changed the signature from %s to %s", mine, again)
	}
	s.press(f9)
	s.waitFor("Why was the signature refused?")
	s.paste("Invalid Signature " + signature + ". String to sign - 'public_id=van&timestamp=1767323045&upload_preset=ml_default'.")
	s.waitFor("PROVED")
	s.press(ctrlS)
	s.waitFor("200 OK", "van")
	s.press(escape)
	s.waitFor("public_id=van&", "ml_default")
	s.quit()
}

// A request is broken by a key, refused by the sandbox, explained by the doctor and mended
// by another key; the draft is the same all the time.
func TestTamper(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	mine := s.shownDigest("sample_image")
	s.press(f10)
	s.waitFor("Break it on purpose", "SANDBOX")
	s.press("0")
	s.waitFor("What will the server say?", "quotes")
	s.press("1")
	s.waitFor("401 Invalid Signature", "not so")
	s.press("d")
	s.waitFor("PROVED", "quotes")
	s.press(ctrlS)
	s.waitFor("mended   200 OK")
	s.press(escape)
	s.waitFor("a key, or")
	s.press(escape)
	s.waitGone("Break it on purpose")
	if again := s.shownDigest("sample_image"); again != mine {
		t.Errorf("the draft's signature went from %s to %s", mine, again)
	}
	s.quit()
}

// What the server refuses opens the doctor filled in: quotes around the secret of a .env
// file are found, and one key sends it without them. The secret is never seen.
func TestDoctorAfterARefusal(t *testing.T) {
	t.Parallel()
	url, seen := watched(t)
	s := start(t, setup{dotenv: strings.ReplaceAll(dotenv(url), canary, "\"'"+canary+"'\"")})
	s.waitFor("LIVE")
	s.press(ctrlS)
	s.waitFor("Invalid Signature", "the doctor finds out why")
	s.press("d")
	s.waitFor("PROVED", "fix")
	s.press(ctrlS)
	s.waitFor("200 OK")
	_, first := upload(seen)
	_, second := upload(seen)
	if first["signature"] == second["signature"] || strings.Contains(second["signature"], canary) {
		t.Errorf("got %s and %s", first["signature"], second["signature"])
	}
	s.press(escape)
	s.waitFor("Public ID")
	s.quit()
}

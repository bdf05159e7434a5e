package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/uploader"
)

// TestVerifyChangesNothing: what is examined is no part of the form, and whatever is
// pasted there, the signature of the draft stays as it is.
func TestVerifyChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := start(t, w, w.deps(), 120, 36)
	before, draft := m.prepared.Trace.Signature, m.Draft()
	for _, text := range []string{string(goodResult().Body), "CLOUDINARY_URL=cloudinary://123:s3cret-value@c", tutorialCommand, "API_SECRET=s3cret-value"} {
		m = steps(t, m, append(keys("alt+g"), tea.PasteMsg{Content: text})...)
		if f := frame(t, m); strings.Contains(f, "s3cret") {
			t.Errorf("a secret is shown\n%s", f)
		}
		m = steps(t, m, keys("ctrl+u", "esc")...)
	}
	if m.prepared.Trace.Signature != before || m.Draft().Get("public_id") != draft.Get("public_id") || !m.account.Sandbox || len(w.sent) > 0 {
		t.Errorf("the form changed: %+v", m.Draft())
	}
}

// TestVerifyAnswer: the answer on screen is examined by a key, step by step.
func TestVerifyAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.result = goodResult()
	m := steps(t, start(t, w, w.deps(), 120, 36), keys("ctrl+s", "v")...)
	f := frame(t, m)
	for _, want := range []string{"An answer to an upload", "public_id=sample_image&version=1767323045", "✓ right", "API secret ••••"} {
		if !strings.Contains(f, want) {
			t.Errorf("%q is missing in\n%s", want, f)
		}
	}
	if m = steps(t, m, keys("esc")...); m.screen != screenResponse || len(m.dialogs) != 0 {
		t.Error("esc does not go back to the answer")
	}
}

// TestVerifyOtherSecrets: another account explains a wrong signature, and decides nothing.
func TestVerifyOtherSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	d.Profiles = func() []Profile {
		return []Profile{{Name: "work", Account: uploader.Account{CloudName: "shop", APIKey: "1", Secret: signer.NewSecret("s3cret-value")}}}
	}
	signature, err := signer.SignResponse("cat", "7", signer.NewSecret("s3cret-value"), signer.SHA1)
	if err != nil {
		t.Fatal(err)
	}
	m := steps(t, start(t, w, d, 120, 36), append(keys("alt+g"), tea.PasteMsg{Content: `{"public_id":"cat","version":7,"signature":"` + signature + `"}`})...)
	f := frame(t, m)
	if !strings.Contains(f, "✗ wrong") || !strings.Contains(f, "that of the profile work") || strings.Contains(f, "s3cret") {
		t.Errorf("got\n%s", f)
	}
}

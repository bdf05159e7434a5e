package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/uploader"
)

// TestPastedSecretOfNoKind: a text that is not recognised, and gives a secret, gets into
// no field unseen (threat T20).
func TestPastedSecretOfNoKind(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"cloudinary.config({ api_secret: 's3cret-value' })", "set API_SECRET=s3cret-value", "cloudinary://123:s3cret-value"} {
		w := newWorld()
		m := steps(t, start(t, w, w.deps(), 120, 36), tea.PasteMsg{Content: text})
		if f := frame(t, m); len(m.dialogs) != 1 || strings.Contains(f, "s3cret") {
			t.Errorf("%q: %d dialogs\n%s", text, len(m.dialogs), f)
		}
		if m = steps(t, m, keyPress("esc")); len(m.dialogs) > 0 || m.Draft().File != uploader.SampleToken {
			t.Errorf("%q: after esc the draft is %+v", text, m.Draft())
		}
	}
}

// TestPastedPartOfCredentials: credentials that cannot sign are not offered.
func TestPastedPartOfCredentials(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"API_SECRET=s3cret-value", "API_KEY=123\nAPI_SECRET=s3cret-value", "CLOUD_NAME=c\nAPI_SECRET=s3cret-value",
		"CLOUD_NAME=c\nAPI_KEY=s3cret-value-0123456789\nAPI_SECRET=123456789012345",
	} {
		w := newWorld()
		m := steps(t, start(t, w, w.deps(), 120, 36), tea.PasteMsg{Content: text}, keyPress("enter"))
		if f := frame(t, m); len(m.dialogs) > 0 || !m.account.Sandbox || !m.offered.Secret.IsZero() || !strings.Contains(f, "are not whole") || strings.Contains(f, "s3cret") {
			t.Errorf("%q: %d dialogs\n%s", text, len(m.dialogs), f)
		}
	}
}

// TestTokenAlone: where a token is all that there is, it is used from the start.
func TestTokenAlone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	d.Live = uploader.Config{Found: true, Account: uploader.Account{CloudName: "c", Token: signer.NewSecret("t0ken-value")}}
	if m := start(t, w, d, 120, 36); m.Draft().Auth != uploader.AuthBearer || m.prepareErr != nil {
		t.Errorf("got %q, %v", m.Draft().Auth, m.prepareErr)
	}
}

// TestValidity: only a request with a timestamp in it expires.
func TestValidity(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := start(t, w, w.deps(), 120, 36)
	for _, want := range uploader.Auths {
		if got := m.Draft().Auth; got != want && !(got == "" && want == uploader.AuthSigned) {
			t.Fatalf("it is %q, not %q", got, want)
		}
		timed := want == uploader.AuthSigned || want == uploader.AuthBearer
		f := frame(t, steps(t, m, keyPress("ctrl+y")))
		if strings.Contains(f, "does not expire") == timed || strings.Contains(f, "valid 60 min") != timed {
			t.Errorf("%q:\n%s", want, f)
		}
		if strings.Contains(f, "valid until") && !timed {
			t.Errorf("%q is said to expire:\n%s", want, f)
		}
		m = steps(t, m, keyPress("alt+a"))
	}
}

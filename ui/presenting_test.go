package ui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/uploader"
)

const shownSecret = "Canary-7hq2LxZ0pQ9vRt5Yw"

// room is a session for a room, on a LIVE account.
func room(t *testing.T, w *world, change func(*Deps)) Model {
	t.Helper()
	d := w.deps()
	d.Live = uploader.Config{Found: true, Account: uploader.Account{
		CloudName: "mycloud", APIKey: "424242987654321", Secret: signer.NewSecret(shownSecret), Options: signer.Options{Version: signer.V2}, Origin: "CLOUDINARY_URL in .env",
	}}
	d.Present, d.Home, d.User = true, "/home/maria", "maria"
	if change != nil {
		change(&d)
	}
	return start(t, w, d, 100, 30)
}

func press(name string) tea.Msg { return fuzzKey(name) }

// TestPresentingSteps: one step for a key, forward and back, by keyboard and by clicker;
// a LIVE account is asked about before anything is sent.
func TestPresentingSteps(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.result = goodResult()
	m := room(t, w, nil)
	at := 0
	for _, step := range []struct {
		key string
		by  int
	}{{"space", 1}, {"right", 1}, {"left", -1}, {"pgdown", 1}, {"enter", 1}, {"pgup", -1}, {"backspace", -1}, {"n", 1}} {
		m = drive(t, m, press(step.key))
		if at += step.by; m.show.step != at || !strings.Contains(frame(t, m), string(rune('1'+at))+"/9") {
			t.Fatalf("after %s: step %d, want %d", step.key, m.show.step, at)
		}
	}
	m = drive(t, m, press("8"), press("space"))
	if f := frame(t, m); len(w.sent) != 0 || !strings.Contains(f, "Send it, LIVE?") || !strings.Contains(f, "PRESENTING") {
		t.Fatalf("sent %d times:\n%s", len(w.sent), f)
	}
	m = drive(t, m, press("space")) // once too often
	if len(w.sent) != 0 {
		t.Fatal("a second space sends")
	}
	m = drive(t, m, press("enter"))
	if f := frame(t, m); len(w.sent) != 1 || !strings.Contains(f, "A N S W E R") || !strings.Contains(f, "2 0 0") {
		t.Fatalf("sent %d times:\n%s", len(w.sent), f)
	}
	m = drive(t, m, press("b"))
	if f := frame(t, m); strings.Contains(f, "A N S W E R") || !strings.Contains(f, "PRESENTING") {
		t.Errorf("not blank:\n%s", f)
	}
	m = drive(t, m, press("space"))
	if f := frame(t, m); !strings.Contains(f, "A N S W E R") {
		t.Errorf("still blank:\n%s", f)
	}
}

// TestPresentingEnds: esc shows the form, masked; what was started for a room stays so,
// and anything else is asked about.
func TestPresentingEnds(t *testing.T) {
	t.Parallel()
	m := drive(t, room(t, newWorld(), nil), press("esc"))
	if f := frame(t, m); !strings.Contains(f, "╭ Upload") || !strings.Contains(f, "PRESENTING · key masked") || strings.Contains(f, "424242987") {
		t.Errorf("after esc:\n%s", f)
	}
	unmask := append([]tea.Msg{press("ctrl+p")}, append(typed("presenting:"), press("enter"))...)
	m = drive(t, m, unmask...)
	if !m.show.masked || !strings.Contains(frame(t, m), "to its end") {
		t.Errorf("it can be unmasked:\n%s", frame(t, m))
	}

	m = room(t, newWorld(), func(d *Deps) { d.Present = false })
	if strings.Contains(frame(t, m), "PRESENTING") {
		t.Error("masked without being asked")
	}
	m = drive(t, m, press("f8"), press("esc"))
	if !m.show.masked {
		t.Error("esc unmasks by accident")
	}
	m = drive(t, m, unmask...)
	if f := frame(t, m); !m.show.masked || !strings.Contains(f, "End presenting?") {
		t.Errorf("not asked:\n%s", f)
	}
	m = drive(t, m, press("enter"))
	if m.show.masked {
		t.Error("a yes does not unmask")
	}
}

// TestT12KeysShown: the last keys are shown, but no text, and nothing of a dialog with a
// secret in it.
func TestT12KeysShown(t *testing.T) {
	t.Parallel()
	m := drive(t, room(t, newWorld(), nil), press("space"))
	if f := frame(t, m); !strings.Contains(f, " space\n") && !strings.HasSuffix(f, " space") {
		t.Errorf("the key is not shown:\n%s", f)
	}
	m = drive(t, m, press("esc"), press("tab"))
	before := len(m.show.pressed)
	m = drive(t, m, typed("hunter2")...)
	m = drive(t, m, append(append([]tea.Msg{press("ctrl+l")}, typed("enter")...), press("enter"))...)
	was := m.show.pressed
	m = drive(t, m, append(append(typed("c"), press("enter"), press("tab")), typed("s3cr")...)...)
	if len(m.show.pressed) != len(was) || m.show.pressed[len(was)-1] != was[len(was)-1] || before == 0 {
		t.Errorf("keys of the credentials are remembered: %v, was %v", m.show.pressed, was)
	}
	for _, k := range m.show.pressed {
		if len(k) == 1 {
			t.Errorf("typed text is shown: %v", m.show.pressed)
		}
	}
}

// TestT14CopiedWhileMasked: what is copied works, so it has the whole key; the secret is
// not in it, and a paste with the secret goes into no field.
func TestT14CopiedWhileMasked(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := drive(t, room(t, w, nil), press("7"), press("ctrl+y"))
	if !strings.Contains(w.copied, "api_key=424242987654321") || strings.Contains(w.copied, shownSecret[:8]) {
		t.Errorf("copied: %s", w.copied)
	}
	if f := frame(t, m); strings.Contains(f, "424242987") {
		t.Error(f)
	}
	m = drive(t, m, press("esc"), press("tab"), tea.PasteMsg{Content: shownSecret})
	if f := frame(t, m); strings.Contains(f, shownSecret[:8]) || !strings.Contains(f, "paste refused") {
		t.Errorf("the paste:\n%s", f)
	}
	if strings.Contains(m.Draft().Get("public_id"), shownSecret[:8]) {
		t.Error("the secret is in the draft")
	}
}

// TestT15History: no history of other accounts, no draft of an earlier run, no
// notification; folders and names of the person are out of sight.
func TestT15History(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.err = errors.New("open /home/maria/x.png: permission denied")
	m := room(t, w, func(d *Deps) {
		d.Recovered = &Recovered{Draft: uploader.TutorialDraft(), At: clock}
		d.History.List = func() ([]Past, error) {
			return []Past{
				{ID: "1", At: clock, Cloud: "mycloud", Host: "api.cloudinary.com", File: "mine.png"},
				{ID: "2", At: clock, Cloud: "other", Host: "api.cloudinary.com", File: "theirs.png"},
				{ID: "3", At: clock, Cloud: "demo", Host: "127.0.0.1:8787", File: "sandbox.png"},
			}, nil
		}
		d.Profiles = func() []Profile {
			return []Profile{{Name: "client-acme", Account: uploader.Account{CloudName: "acme"}}}
		}
		d.Draft.File = "/home/maria/pictures/x.png"
	})
	if f := frame(t, m); strings.Contains(f, "draft") || !strings.Contains(f, "~/pictures/x.png") {
		t.Errorf("at the start:\n%s", f)
	}
	m = drive(t, m, press("esc"), press("f5"))
	f := frame(t, m)
	if !strings.Contains(f, "mine.png") || strings.Contains(f, "theirs.png") || strings.Contains(f, "sandbox.png") {
		t.Errorf("the history:\n%s", f)
	}
	m = drive(t, m, press("esc"), press("ctrl+l"))
	if f := frame(t, m); strings.Contains(f, "acme") || !strings.Contains(f, "another account") {
		t.Errorf("the accounts:\n%s", f)
	}
	m = drive(t, m, press("esc"), tea.BlurMsg{})
	if m.notify("something") != nil {
		t.Error("a notification leaves the screen")
	}
	m = drive(t, m, press("ctrl+s"))
	if f := frame(t, m); strings.Contains(f, "maria") {
		t.Errorf("the error:\n%s", f)
	}
}

// TestHandoutIsAsked: a file of somebody else's is replaced only after a yes.
func TestHandoutIsAsked(t *testing.T) {
	t.Parallel()
	var wrote []string
	m := room(t, newWorld(), func(d *Deps) {
		d.WriteHandout = func(text string, replace bool) (string, bool, error) {
			if !replace {
				return "/home/maria/h.md", true, nil
			}
			wrote = append(wrote, text)
			return "/home/maria/h.md", false, nil
		}
	})
	m = drive(t, m, press("w"))
	if f := frame(t, m); len(wrote) != 0 || !strings.Contains(f, "~/h.md is there already") {
		t.Fatalf("%d written:\n%s", len(wrote), f)
	}
	m = drive(t, m, press("enter"))
	if len(wrote) != 1 || strings.Contains(wrote[0], "424242987") || strings.Contains(wrote[0], shownSecret[:8]) || !strings.Contains(frame(t, m), "~/h.md") {
		t.Errorf("%d written: %s", len(wrote), frame(t, m))
	}
}

// TestT12PasteDecoded: a secret with a plus stands in a query with a blank in its place; it
// is known nevertheless.
func TestT12PasteDecoded(t *testing.T) {
	t.Parallel()
	secret := "RgmUgyEQ99+FjvEwQNiFGA+3Hxm"
	m := room(t, newWorld(), func(d *Deps) { d.Live.Account.Secret = signer.NewSecret(secret) })
	m = drive(t, m, press("esc"), press("alt+i"), tea.PasteMsg{Content: "public_id=" + secret + "&" + secret + "=1&tags=a&timestamp=1"})
	if f := frame(t, m); strings.Contains(f, "RgmUgyEQ99") || !strings.Contains(f, "parameters") {
		t.Errorf("the paste:\n%s", f)
	}
	m = drive(t, m, press("enter"))
	if d := m.Draft(); strings.Contains(d.Get("public_id"), "RgmUgyEQ99") || d.Get("tags") != "a" {
		t.Errorf("the draft: %v", d)
	}
}

package verify

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/verify"
	"signpost/ui/dialog"
	"signpost/ui/theme"
)

func shown(t *testing.T, m Model, w, h int) string {
	t.Helper()
	_, lines, cursor := m.View(w, h, theme.New(true))
	if len(lines) > h || cursor != nil && cursor.Y >= len(lines) {
		t.Fatalf("%d lines in %d, cursor %v", len(lines), h, cursor)
	}
	var b strings.Builder
	for _, l := range lines {
		if l.Width() > w {
			t.Fatalf("%d cells in %d: %q", l.Width(), w, l.PlainText())
		}
		b.WriteString(l.PlainText() + "\n")
	}
	return b.String()
}

// checked is the dialog after a text was pasted and examined.
func checked(t *testing.T, text string, at time.Time) Model {
	t.Helper()
	d, act := New().Update(tea.PasteMsg{Content: text})
	m := d.(Model)
	ask, ok := act.(dialog.VerifyRequested)
	if !ok {
		t.Fatalf("got %v", act)
	}
	msg := CheckedMsg{Text: ask.Text, Shown: ask.Text, Account: "me\x1b"}
	s, err := verify.Recognise(ask.Text)
	if msg.Err = err; err == nil {
		msg.Report, msg.Err = verify.Check(s, verify.Config{Keys: []verify.Key{{Secret: signer.NewSecret("abcd")}}, Now: at})
	}
	d, _ = m.Update(msg)
	return d.(Model)
}

// TestVerdicts: each has a word and a mark of its own; hostile text is harmless; every
// size is drawn.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	at := time.Unix(1549533634, 0)
	const body = "{\"notification_type\":\"upload\",\"x\":\"\x1b[2J\"}"
	signature, err := signer.SignNotification(body, at.Unix(), signer.NewSecret("abcd"), signer.SHA1)
	if err != nil {
		t.Fatal(err)
	}
	hook := "X-Cld-Timestamp: 1549533634\rX-Cld-Signature: " + signature + "\r\r" + body
	for _, c := range []struct {
		text string
		at   time.Time
		want string
	}{
		{hook, at, "✓ right"}, {hook, at.Add(3 * time.Hour), "◷ expired"}, {hook + "\r", at, "✗ wrong"}, {hook, at.Add(-time.Hour), "in the future"},
		{"hello \x1b[2J", at, "nothing here"}, {`{"public_id":"a"}`, at, "no version"},
	} {
		m := checked(t, c.text, c.at)
		f := shown(t, m, 90, 30)
		if !strings.Contains(f, c.want) || strings.Contains(f, "\x1b") {
			t.Errorf("%q is missing in\n%s", c.want, f)
		}
		for w := 1; w < 100; w += 7 {
			for _, h := range []int{1, 3, 8, 20} {
				shown(t, m, w, h)
				shown(t, New(), w, h)
			}
		}
	}
}

// TestKeys: typing, line ends, taking back, emptying, copying; an old answer is dropped.
func TestKeys(t *testing.T) {
	t.Parallel()
	m := New()
	press := func(k tea.KeyPressMsg) dialog.Action {
		d, act := m.Update(k)
		m = d.(Model)
		return act
	}
	for _, r := range "ab" {
		press(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	press(tea.KeyPressMsg{Code: tea.KeyEnter})
	if act := press(tea.KeyPressMsg{Code: tea.KeyBackspace}); act != (dialog.VerifyRequested{Text: "ab"}) {
		t.Errorf("got %v", act)
	}
	d, _ := m.Update(CheckedMsg{Text: "a"})
	if d.(Model).read {
		t.Error("an old answer is taken")
	}
	if act := press(tea.KeyPressMsg{Code: 'y', Mod: tea.ModCtrl}); act != nil {
		t.Error("it copies what is not there")
	}
	press(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	if m.text != "" || press(tea.KeyPressMsg{Code: tea.KeyEscape}) != (dialog.Closed{}) {
		t.Error("ctrl+u or esc")
	}
	d, act := m.Update(tea.PasteMsg{Content: strings.Repeat("x", maxText+1)})
	if act != nil || !strings.Contains(shown(t, d.(Model), 80, 20), "too many") {
		t.Error("a paste without end is taken")
	}
	m = checked(t, "https://res.cloudinary.com/demo/image/upload/s--AAAAAAAA--/a.jpg", time.Unix(0, 0))
	if act := press(tea.KeyPressMsg{Code: 'y', Mod: tea.ModCtrl}); !strings.Contains(act.(dialog.CopyRequested).Text, "signed    a.jpg") {
		t.Errorf("got %v", act)
	}
}

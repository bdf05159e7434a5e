package importing

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/dialog"
	"signpost/ui/theme"
	"signpost/uploader/importer"
)

// read drives the dialog and recognises what it asks for.
func read(t *testing.T, d dialog.Dialog, msgs ...tea.Msg) (Model, dialog.Action) {
	t.Helper()
	var last dialog.Action
	for _, msg := range msgs {
		var act dialog.Action
		d, act = d.Update(msg)
		last = act
		if ask, ok := act.(dialog.ReadRequested); ok {
			d, _ = d.Update(ReadMsg{Text: ask.Text, Result: importer.Import(ask.Text)})
			last = nil
		}
	}
	m, ok := d.(Model)
	if !ok {
		t.Fatal("another dialog")
	}
	return m, last
}

func key(name string) tea.KeyPressMsg {
	switch name {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	case "backspace":
		return tea.KeyPressMsg{Code: tea.KeyBackspace}
	case "ctrl+u":
		return tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}
	case "alt+t":
		return tea.KeyPressMsg{Code: 't', Mod: tea.ModAlt}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

func plain(m Model, w, h int) string {
	_, lines, _ := m.View(w, h, theme.New(true))
	var all []string
	for _, l := range lines {
		all = append(all, l.PlainText())
	}
	return strings.Join(all, "\n")
}

func TestTaking(t *testing.T) {
	t.Parallel()
	m, act := read(t, New(), tea.PasteMsg{Content: "curl -d 'public_id=a&tags=b' https://api.cloudinary.com/v1_1/c/image/upload"}, key("enter"))
	if got, ok := act.(dialog.Imported); !ok || got.Result.Kind != importer.Curl {
		t.Errorf("got %#v", act)
	}
	if s := plain(m, 80, 24); !strings.Contains(s, "a cURL command, cloud c") || !strings.Contains(s, "public_id") {
		t.Errorf("got\n%s", s)
	}
	// Typed, in a terminal that does not say what is pasted: enter is a line end until
	// there is something to take.
	m, act = read(t, New(), key("x"), key("y"), key("enter"), key("z"))
	if m.text != "xy\nz" || act != nil {
		t.Errorf("got %q, %#v", m.text, act)
	}
	if m, _ = read(t, m, key("backspace"), key("ctrl+u")); m.text != "" {
		t.Errorf("not emptied: %q", m.text)
	}
	if _, act = read(t, m, key("esc")); act != (dialog.Closed{}) {
		t.Errorf("got %#v", act)
	}
}

// TestTooLarge: a paste that is too long is told, and nothing of it is kept.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	m, act := read(t, New(), tea.PasteMsg{Content: strings.Repeat("x", importer.MaxText+1)})
	if m.text != "" || act != nil || !strings.Contains(plain(m, 80, 24), "are too many") {
		t.Errorf("%d bytes, %#v\n%s", len(m.text), act, plain(m, 80, 24))
	}
}

// TestNoSecret: a secret stands in no frame, at no size, and cannot be put into a field
// (threat T20).
func TestNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-value-0123"
	for _, text := range []string{
		"API_SECRET=" + secret + "\nAPI_KEY=1\nCLOUD_NAME=c", "CLOUDINARY_URL=cloudinary://1:" + secret + "@c",
		"curl -u 1:" + secret + " -F tags=" + secret + " https://api.cloudinary.com/v1_1/c/image/upload",
		"curl -H 'Authorization: Bearer " + secret + "' -F tags=a https://api.cloudinary.com/v1_1/c/image/upload",
		"cloudinary.uploader.upload('a', {api_secret: '" + secret + "', tags: 'x'})",
	} {
		for _, d := range []Model{New(), NewWith(ReadMsg{Text: text, Result: importer.Import(text)})} {
			m := d
			if m.text == "" {
				m, _ = read(t, m, tea.PasteMsg{Content: text})
			}
			for w := 20; w < 130; w += 11 {
				for _, h := range []int{3, 10, 24, 60} {
					if strings.Contains(strings.ReplaceAll(plain(m, w, h), "\n", ""), secret) {
						t.Fatalf("%.20q at %dx%d:\n%s", text, w, h, plain(m, w, h))
					}
				}
			}
			if _, act := read(t, m, key("alt+t")); act != nil {
				t.Errorf("%.20q may go into a field: %#v", text, act)
			}
		}
	}
}

// TestFits: at any size, with hostile texts, nothing is drawn outside, and nothing
// hostile at all (threats T1 and T2).
func TestFits(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "x\x1b[31m\u202e\x07", "curl -d 'public_id=\x1b]0;x\x07\u202e' -F 'a=b;c' \x1b[2J https://\u202eapi.cloudinary.com/v1_1/\x1b/image/upload --wrong\x07",
		strings.Repeat("日本語", 500), `{"error":{"message":"\u001b[31mInvalid Signature ab. String to sign - 'a=\u202e'."}}`,
	} {
		m, _ := read(t, New(), tea.PasteMsg{Content: text})
		for w := 20; w <= 120; w += 7 {
			for h := 3; h <= 40; h += 4 {
				_, lines, cursor := m.View(w, h, theme.New(false))
				if len(lines) > max(h, 3) {
					t.Errorf("%.20q at %dx%d: %d lines", text, w, h, len(lines))
				}
				for _, l := range lines {
					if l.Width() > w || strings.ContainsAny(l.PlainText(), "\x1b\x07\u202e\n") {
						t.Fatalf("%.20q at %dx%d: %q", text, w, h, l.PlainText())
					}
				}
				if cursor != nil && cursor.Y >= len(lines) {
					t.Errorf("%.20q at %dx%d: the cursor is at %+v", text, w, h, cursor)
				}
			}
		}
	}
}

package importing

import (
	"encoding/base64"
	"fmt"
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

// TestNoSecret: a secret stands in no frame, at no size, in no form (threat T20). One
// that was recognised cannot be put into a field.
func TestNoSecret(t *testing.T) {
	t.Parallel()
	const (
		secret = "s3cret-vqlue-0123"
		to     = " https://api.cloudinary.com/v1_1/c/image/upload"
	)
	basic := base64.StdEncoding.EncodeToString([]byte("1:" + secret))
	for _, c := range []struct {
		text  string
		known bool // the secret is recognised
	}{
		{"API_SECRET=" + secret + "\nAPI_KEY=1\nCLOUD_NAME=c", true},
		{"CLOUDINARY_URL=cloudinary://1:" + secret + "@c", true},
		{"CLOUDINARY_URL=cloudinary://1:" + secret, false},
		{"cloudinary://1:" + strings.ReplaceAll(secret, "-", "%2D") + "@c", true},
		{"CLOUD_NAME=c\nAPI_KEY=" + secret + secret + "\nAPI_SECRET=123456789012345", true},
		{"CLOUD_NAME=" + secret + "\nAPI_KEY=" + secret + "\nAPI_SECRET=" + secret, true},
		{"API_SECRET='" + secret + "\nAPI_KEY=1", false},
		{"set API_SECRET=" + secret, false},
		{"$env:CLOUDINARY_API_SECRET=\"" + secret + "\"", false},
		{"curl -u 1:" + secret + " -F tags=" + secret + to, true},
		{"curl -u 1:s3cret-vql'ue-0123' -F tags=a" + to, true},
		{"curl -u 1:other-" + secret + " -u 1:" + secret + " -F tags=a" + to, true},
		{"curl -F tags=a" + to + " & API_SECRET=" + secret, false},
		{"curl -H 'X-Api-Secret: " + secret + "' -F tags=a" + to, false},
		{"curl -H 'Authorization: Basic " + basic + "' -F tags=a" + to, true},
		{"curl -H 'Authorization: Bearer " + secret + "' -F tags=a" + to, true},
		{"curl -H 'Authorization: Bearer " + secret + "' -H 'Authorization: Bearer another' -F tags=a" + to, true},
		{"CLOUDINARY_URL=cloudinary://1:" + secret + "@c curl -F tags=a" + to, false},
		{"POST /v1_1/c/image/upload HTTP/1.1\r\nHost: api.cloudinary.com\r\nAuthorization: Basic " + basic + "\r\n\r\n", true},
		{"Invoke-RestMethod -Uri" + to + " -Headers @{Authorization='Basic " + basic + "'} -Form @{tags='a'}", true},
		{"http -a 1:" + secret + to + " tags=a", false},
		{"cloudinary.uploader.upload('a', {api_secret: '" + secret + "', tags: 'x'})", true},
		{"cloudinary.config({cloud_name: 'c', api_secret: '" + secret + "'})", false},
		{"cloudinary.config({api_secret: '" + secret + "'})\ncloudinary.uploader.upload('a')", false},
		{`{"public_id":"a","timestamp":1,"api_secret":"` + secret + `"}`, true},
	} {
		for _, m := range []Model{New(), NewWith(ReadMsg{Text: c.text, Result: importer.Import(c.text)})} {
			if m.text == "" {
				m, _ = read(t, m, tea.PasteMsg{Content: c.text})
			}
			for w := 20; w < 170; w += 11 {
				for _, h := range []int{3, 10, 24, 60} {
					drawn := plain(m, w, h)
					for _, bad := range []string{secret[:6], "vql", basic[:12]} {
						if strings.Contains(strings.ReplaceAll(drawn, "\n", ""), bad) {
							t.Fatalf("%.40q at %dx%d shows %q:\n%s", c.text, w, h, bad, drawn)
						}
					}
				}
			}
			if _, act := read(t, m, key("alt+t")); c.known && act != nil {
				t.Errorf("%.40q may go into a field: %#v", c.text, act)
			}
			if m.harmless() == c.known {
				t.Errorf("%.40q: its secret is recognised: %t", c.text, c.known)
			}
		}
	}
}

// TestShown: a text without a secret is shown, with its beginning and its reasons.
func TestShown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"curl -d public_id=abc&tags=b https://api.cloudinary.com/v1_1/c/image/upload", "what is this?", "public_id=abc&tags=b", `{"error":{"message":"Invalid Signature abc. String to sign - 'a=b'."}}`} {
		m, _ := read(t, New(), tea.PasteMsg{Content: text})
		if s := plain(m, 120, 24); !strings.Contains(s, text) {
			t.Errorf("%q is not shown:\n%s", text, s)
		}
	}
	for text, want := range map[string]string{
		"CLOUD_NAME=c": "Nothing of it can be taken", "the secret of a good picture": "there may be a secret in it",
	} {
		m, _ := read(t, New(), tea.PasteMsg{Content: text})
		if s := plain(m, 80, 24); !strings.Contains(s, want) || strings.Contains(s, "takes it") {
			t.Errorf("%q:\n%s", text, s)
		}
	}
}

// TestScroll: what was read moves between its first line and its last; one key back from
// the end goes back, however often the end was pressed.
func TestScroll(t *testing.T) {
	t.Parallel()
	var fields []string
	for i := range 60 {
		fields = append(fields, fmt.Sprintf("-F name_%d=%d", i, i))
	}
	m, _ := read(t, New(), tea.PasteMsg{Content: "curl " + strings.Join(fields, " ") + " https://api.cloudinary.com/v1_1/c/image/upload"})
	press := func(m Model, code rune, times int) Model {
		for range times {
			m, _ = read(t, m, tea.KeyPressMsg{Code: code})
			plain(m, 60, 16)
		}
		return m
	}
	top := plain(m, 60, 16)
	end := press(m, tea.KeyPgDown, 40)
	if s := plain(end, 60, 16); !strings.Contains(s, "name_59") || strings.Contains(s, "name_1 ") {
		t.Errorf("the end is\n%s", s)
	}
	if plain(press(end, tea.KeyUp, 1), 60, 16) == plain(end, 60, 16) {
		t.Error("a key back from the end does not go back")
	}
	if s := plain(press(end, tea.KeyPgUp, 40), 60, 16); s != top {
		t.Errorf("the way back leads to\n%s", s)
	}
	wheel, _ := read(t, m, tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	if plain(wheel, 60, 16) != top {
		t.Error("the wheel scrolls above the top")
	}
	if wheel, _ = read(t, wheel, tea.MouseWheelMsg{Button: tea.MouseWheelDown}); plain(wheel, 60, 16) == top {
		t.Error("the wheel does not scroll")
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
		for w := 20; w <= 120; w += 5 {
			for h := 3; h <= 40; h += 2 {
				_, lines, cursor := m.View(w, h, theme.New(false))
				if len(lines) > h {
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

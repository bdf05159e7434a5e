package field

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/text"
	"signpost/ui/theme"
)

func press(m Model, keys ...string) Model {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		special := map[string]rune{"left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete}
		if r, ok := special[k]; ok {
			msg = tea.KeyPressMsg{Code: r}
		}
		for prefix, mod := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt} {
			rest, ok := strings.CutPrefix(k, prefix)
			if !ok {
				continue
			}
			msg = tea.KeyPressMsg{Code: []rune(rest)[0], Mod: mod}
			if r, ok := special[rest]; ok {
				msg.Code = r
			}
		}
		m, _ = m.Update(msg)
	}
	return m
}

func TestEditing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from string
		keys       []string
		want       string
	}{
		{"typing", "", []string{"a", "日", "🙂"}, "a日🙂"},
		{"in the middle", "ac", []string{"left", "b"}, "abc"},
		{"backspace takes a whole character", "ae\u0301", []string{"backspace"}, "a"},
		{"delete", "abc", []string{"home", "delete"}, "bc"},
		{"a word back", "w_400,h_300", []string{"ctrl+w"}, "w_400,h_"},
		{"to the start", "abc def", []string{"ctrl+left", "ctrl+u"}, "def"},
		{"to the end", "abc def", []string{"ctrl+a", "alt+f", "ctrl+k"}, "abc"},
		{"undo a word at once", "", []string{"a", "b", "c", "alt+z"}, ""},
		{"undo and redo", "x", []string{"a", "b", "alt+z", "ctrl+r"}, "xab"},
		{"undo a deletion", "abc def", []string{"ctrl+w", "alt+z"}, "abc def"},
		{"nothing to undo", "abc", []string{"alt+z", "ctrl+r"}, "abc"},
	} {
		if got := press(New(c.from), c.keys...).Value(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestPaste(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"x": "x", "a\nb": "a\nb", "line\n": "line", "line\r\n": "line", "\x1b[31m\t": "\x1b[31m\t", "a\nb\n": "a\nb\n"} {
		m, act := New("").Update(tea.PasteMsg{Content: in})
		if m.Value() != want || (act == Trimmed{}) != (len(want) < len(in)) {
			t.Errorf("%q: %q, %v", in, m.Value(), act)
		}
	}
	m, act := New("keep").Update(tea.PasteMsg{Content: strings.Repeat("x", 1<<20)})
	if m.Value() != "keep" || act != (Refused{Bytes: 1 << 20}) {
		t.Errorf("a megabyte: %d bytes, %v", len(m.Value()), act)
	}
}

// TestView: within its width, hostile text as escapes, and a masked value as dots only.
func TestView(t *testing.T) {
	t.Parallel()
	th := theme.New(true)
	for _, value := range []string{"", "abc", "日本語日本語日本語", "a\x1b[31m\u202eb", strings.Repeat("long ", 5000)} {
		for _, mask := range []bool{false, true} {
			m := New(value)
			m.Mask = mask
			for w := 1; w < 40; w++ {
				for _, focused := range []bool{false, true} {
					l := m.View(w, focused, th)
					if l.Width() > w || m.CursorX(w) >= w || m.CursorX(w) < 0 {
						t.Errorf("%.20q at %d: %d cells, cursor %d", value, w, l.Width(), m.CursorX(w))
					}
					if strings.ContainsAny(l.PlainText(), "\x1b\u202e") || mask && strings.Trim(l.PlainText(), "•…") != "" {
						t.Errorf("%.20q at %d shows %q", value, w, l.PlainText())
					}
				}
			}
		}
	}
	m := New("日本語")
	if x := m.CursorX(20); x != 6 {
		t.Errorf("the cursor behind three wide characters is at %d", x)
	}
	if got := text.Width("日本語"); got != 6 {
		t.Errorf("width %d", got)
	}
	if got := press(m.Click(2, 20), "x").Value(); got != "日x本語" {
		t.Errorf("a click puts the cursor at %q", got)
	}
}

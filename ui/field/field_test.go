package field

import (
	"strings"
	"testing"
	"unicode/utf8"

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

// TestKeysOfTerminals: one thing arrives under several names.
func TestKeysOfTerminals(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]tea.KeyPressMsg{
		"alt+shift+z": {Code: 'z', Mod: tea.ModAlt | tea.ModShift}, "alt+Z": {Code: 'Z', Mod: tea.ModAlt},
		"ctrl+r": {Code: 'r', Mod: tea.ModCtrl}, "ctrl+shift+z": {Code: 'z', Mod: tea.ModCtrl | tea.ModShift},
	} {
		m := press(New(""), "a", "alt+z")
		if m, _ = m.Update(k); m.Value() != "a" {
			t.Errorf("%s does not redo", name)
		}
	}
	for name, k := range map[string]tea.KeyPressMsg{
		"ctrl+_": {Code: '_', Mod: tea.ModCtrl}, "ctrl+/": {Code: '/', Mod: tea.ModCtrl}, "ctrl+7": {Code: '7', Mod: tea.ModCtrl}, "alt+z": {Code: 'z', Mod: tea.ModAlt},
	} {
		if m, _ := press(New(""), "a").Update(k); m.Value() != "" {
			t.Errorf("%s does not undo", name)
		}
	}
	if m, act := New("x").Update(tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}); m.Value() != "x" || act != nil {
		t.Error("ctrl+z is not left to the program")
	}
	seen := map[string]bool{}
	for _, b := range DefaultKeyMap().All() {
		for _, k := range b.Keys() {
			if seen[k] {
				t.Errorf("%s is bound twice", k)
			}
			seen[k] = true
		}
	}
}

// TestFullValue: a value that is full says so, and stays what it was.
func TestFullValue(t *testing.T) {
	t.Parallel()
	m := New(strings.Repeat("x", 2*MaxPaste))
	if got, act := m.Update(tea.KeyPressMsg{Code: 'y', Text: "y"}); got.Value() != m.Value() || act != (Refused{Bytes: 2*MaxPaste + 1}) {
		t.Errorf("%d bytes, %v", len(got.Value()), act)
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

// samples are values that are hard to move in.
var samples = []string{"", "abc", "e\u0301x", "日本語", "🇩🇪🇫🇷🇮🇹", "👩\u200d👩\u200d👧", "\r\n\r\n", "\xff\xfe", "a\x1b[31m", "e" + strings.Repeat("\u0301", 300), "नमस्ते"}

// FuzzKeys: whatever is pressed, the value stays UTF-8 where it was, undo leads back to
// the first value, and what is drawn stays within its width.
func FuzzKeys(f *testing.F) {
	for _, s := range samples {
		f.Add(s, []byte{0, 1, 6, 20, 7, 2, 8, 3, 21})
	}
	th := theme.New(true)
	moves := []string{"left", "right", "ctrl+left", "ctrl+right", "home", "end", "backspace", "delete", "ctrl+w", "alt+d", "ctrl+u", "ctrl+k"}
	f.Fuzz(func(t *testing.T, value string, keys []byte) {
		if len(value) > 4096 || len(keys) > 100 {
			return
		}
		m := New(value)
		for _, k := range keys {
			if int(k) < len(moves) {
				m = press(m, moves[k])
			} else {
				m = press(m, string(rune('a'+k%26)))
			}
			if m.cursor < 0 || m.cursor > len(m.value) {
				t.Fatalf("%q, %v: the cursor is at %d", value, keys, m.cursor)
			}
			if utf8.ValidString(value) && !utf8.ValidString(m.value) {
				t.Fatalf("%q, %v: %q", value, keys, m.value)
			}
			if l := m.View(7, true, th); l.Width() > 7 || m.CursorX(7) > 6 {
				t.Fatalf("%q, %v: %q", value, keys, l.PlainText())
			}
		}
		for range len(keys) {
			m = press(m, "alt+z")
		}
		if m.Value() != value {
			t.Fatalf("%q, %v: undo leads to %q", value, keys, m.Value())
		}
	})
}

// TestBeforeAfter: going right and then left again visits the same places.
func TestBeforeAfter(t *testing.T) {
	t.Parallel()
	for _, s := range samples[:9] {
		m := New(strings.Repeat(s, 20))
		var there []int
		for at := 0; at < len(m.value); at = m.after(at) {
			there = append(there, at)
		}
		for at, i := len(m.value), len(there)-1; at > 0; i-- {
			at = m.before(at)
			if i < 0 || there[i] != at {
				t.Errorf("%q: %d is no place to go back to", s, at)
				break
			}
		}
	}
}

func BenchmarkFrame64KiB(b *testing.B) {
	th := theme.New(true)
	for name, s := range map[string]string{"ascii": "abc def ", "cjk": "日本語", "escapes": "\x1b[31m"} {
		m := New(strings.Repeat(s, MaxPaste/len(s)))
		m.cursor = len(m.value) / 2 / len(s) * len(s)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_ = m.View(80, true, th)
				_ = m.CursorX(80)
			}
		})
	}
}

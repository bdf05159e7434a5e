package area

import (
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/theme"
)

// press makes the message of a key by its name; a single character is typed.
func press(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	}
	if c, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	if k, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(k[0]), Mod: tea.ModCtrl}
	}
	if k, ok := strings.CutPrefix(name, "alt+"); ok {
		return tea.KeyPressMsg{Code: rune(k[0]), Mod: tea.ModAlt}
	}
	r, _ := utf8.DecodeRuneInString(name)
	return tea.KeyPressMsg{Code: r, Text: name}
}

func TestEditing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, start, keys, want string
	}{
		{"typing", "", "a b enter c", "ab\nc"},
		{"a line end is taken away", "ab\ncd", "home backspace", "abcd"},
		{"forwards too", "ab\ncd", "up end delete", "abcd"},
		{"a cluster is one step", "e\u0301x", "left backspace", "x"},
		{"start of the line", "ab\ncd", "ctrl+u x", "ab\nx"},
		{"end of the line", "ab\ncd", "up home right ctrl+k", "a\ncd"},
		{"a word", "one two", "ctrl+w", "one "},
		{"undo", "one", "x y alt+z", "one"},
		{"undo and redo", "one", "x y alt+z ctrl+r", "onexy"},
		{"nothing before the start", "", "backspace left up pgup", ""},
		{"nothing behind the end", "a", "right down delete pgdown", "a"},
		{"insert in the middle", "ac", "left b", "abc"},
		{"up keeps the column", "abc\nd\nefg", "up up X", "abcX\nd\nefg"},
	} {
		m := New(c.start)
		for k := range strings.FieldsSeq(c.keys) {
			m = m.Update(press(k))
		}
		if m.Value() != c.want {
			t.Errorf("%s: got %q, want %q", c.name, m.Value(), c.want)
		}
	}
}

// TestEarlierStatesStay: a copy of the model is not changed by what is typed later.
func TestEarlierStatesStay(t *testing.T) {
	t.Parallel()
	a := New("one\ntwo\nthree")
	before := a.Value()
	b := a
	for _, k := range []string{"up", "x", "enter", "backspace", "delete", "alt+z", "ctrl+u"} {
		b = b.Update(press(k))
	}
	if a.Value() != before {
		t.Errorf("the copy changed the original: %q", a.Value())
	}
}

func TestPaste(t *testing.T) {
	t.Parallel()
	m := New("ab").Update(tea.PasteMsg{Content: "1\r\n2"})
	if m.Value() != "ab1\n2" {
		t.Errorf("got %q", m.Value())
	}
	big := m.Update(tea.PasteMsg{Content: strings.Repeat("x", MaxBytes+1)})
	if big.Value() != m.Value() || big.Refused() != MaxBytes+1 {
		t.Errorf("a paste of %d bytes was taken, or not told: %d", MaxBytes+1, big.Refused())
	}
}

func TestOffset(t *testing.T) {
	t.Parallel()
	m := New("ab\ncd\n")
	for offset := range 7 {
		m.MoveTo(offset)
		if m.Offset() != offset {
			t.Errorf("moved to %d, stands at %d", offset, m.Offset())
		}
	}
}

// TestLines: what is drawn fits, the cursor stands inside, and nothing hostile is drawn
// (threat T1).
func TestLines(t *testing.T) {
	t.Parallel()
	m := New("short\n" + strings.Repeat("long ", 100) + "\n\x1b[31m\u202e\t日本語")
	for _, size := range [][2]int{{20, 3}, {60, 10}, {8, 1}} {
		for offset := 0; offset < len(m.Value()); offset += 7 {
			m.MoveTo(offset)
			lines, x, y := m.Lines(size[0], size[1], 2, theme.New(true))
			if len(lines) > size[1] || x >= size[0] || y >= size[1] || x < 0 || y < 0 {
				t.Fatalf("%v at %d: %d lines, cursor %d,%d", size, offset, len(lines), x, y)
			}
			for _, l := range lines {
				if l.Width() > size[0] || strings.ContainsAny(l.PlainText(), "\x1b\u202e\t") {
					t.Fatalf("%v at %d: %q", size, offset, l.PlainText())
				}
			}
		}
	}
}

// TestLongLine: where one line is as long as a value may be, the cursor is in sight. This
// takes minutes where drawing looks at more of the line than it shows.
func TestLongLine(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"x", "日本語", "e\u0301", "\u202e", "\xff", "👩‍👩‍👧‍👦"} {
		line := strings.Repeat(piece, MaxBytes/len(piece))
		m := New(line + "END")
		for _, w := range []int{10, 40, 120} {
			lines, x, _ := m.Lines(w, 1, 0, theme.New(true))
			if got := lines[0].PlainText(); !strings.HasSuffix(got, "END") || lines[0].Width() != x || x >= w {
				t.Errorf("%q in %d cells: the cursor is at %d of %q", piece, w, x, got)
			}
		}
	}
}

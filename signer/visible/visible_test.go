package visible

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestT1ControlCharacters covers threat T1: every C0, DEL and C1 character, alone and
// as the start of the sequences that terminals obey, finished or not.
func TestT1ControlCharacters(t *testing.T) {
	t.Parallel()
	for r := rune(0); r < 0xa0; r++ {
		if r >= 0x20 && r < 0x7f {
			continue
		}
		in := "a" + string(r) + "b"
		got := string(Clean(in))
		if strings.ContainsRune(got, r) || !strings.Contains(got, `\u{`) {
			t.Errorf("Clean(%q) = %q", in, got)
		}
		if !Dirty(in) {
			t.Errorf("Dirty(%q) = false", in)
		}
	}
	for _, in := range []string{
		"\x1b[2J", "\x1b]52;c;aGk=\a", "\x1b]0;title", "\x1bPq", "\x1b_G", "\x1b^x", "\x1bXx",
		"\x1b", "\u009b31m", "\u009d52;c;eA==\u009c", "\x90q", "\x9b31m", "\rover", "\x7f", "\x00",
	} {
		got := string(Clean(in))
		for _, r := range got {
			if r < 0x20 || r >= 0x7f && r < 0xa0 {
				t.Errorf("Clean(%q) = %q", in, got)
			}
		}
		if !utf8.ValidString(got) {
			t.Errorf("Clean(%q) is no UTF-8: %q", in, got)
		}
	}
}

// TestT2InvisibleCharacters covers threat T2 over all of Unicode: no format character,
// separator, selector or unassigned code point is drawn.
func TestT2InvisibleCharacters(t *testing.T) {
	t.Parallel()
	for r := rune(0xa0); r <= unicode.MaxRune; r++ {
		bad := unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) ||
			unicode.Is(unicode.Co, r) || unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Bidi_Control, r) ||
			!unicode.IsGraphic(r)
		if !bad || r >= 0xd800 && r < 0xe000 {
			continue
		}
		if got := string(Clean("a" + string(r))); strings.ContainsRune(got, r) {
			t.Fatalf("U+%04X passes: %q", r, got)
		}
	}
	for in, want := range map[string]string{
		"user\u202egnp.exe":               `user\u{202e}gnp.exe`,
		"a\u200bb":                        `a\u{200b}b`,
		"soft\u00adhyphen":                `soft\u{ad}hyphen`,
		"x\U000e0041":                     `x\u{e0041}`,
		"e\u0301":                         "e\u0301",
		"e\u0301\u0301\u0301\u0301":       "e\u0301\u0301\u0301\u0301",
		"e" + strings.Repeat("\u0301", 6): "e" + strings.Repeat("\u0301", 4) + `\u{301}\u{301}`,
		"\xff\xfe":                        `\x{ff}\x{fe}`,
		"日本 café 🙂":                       "日本 café 🙂",
		"a\u00a0b":                        `a\u{a0}b`,
		"a\nb\tc":                         `a\u{a}b\u{9}c`,
	} {
		if got := string(Clean(in)); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanLines(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\nb":       "a\nb",
		"a\r\nb\r":   "a\nb" + `\u{d}`,
		"\tx":        "    x",
		"\x1b[31m\n": `\u{1b}[31m` + "\n",
	} {
		if got := string(CleanLines(in)); got != want {
			t.Errorf("CleanLines(%q) = %q, want %q", in, got, want)
		}
	}
}

// forbidden is the rule of threats T1 and T2 by Unicode's own tables.
func forbidden(r rune) bool {
	return r != 0xfffd && !unicode.IsPrint(r) || // IsPrint: letters, marks, numbers, punctuation, symbols, U+0020
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Bidi_Control,
			unicode.Variation_Selector, unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point)
}

// TestEveryRune: over all of Unicode, what is forbidden becomes an escape with its
// number, and everything else comes back as it is, a text of it unchanged.
func TestEveryRune(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r >= 0xd800 && r < 0xe000 || r == 0x2800 { // the empty Braille pattern is printable for Unicode, and blank
			continue
		}
		in, want := "a"+string(r), "a"+string(r)
		if forbidden(r) {
			want = fmt.Sprintf(`a\u{%x}`, r)
		}
		if got := string(Clean(in)); got != want {
			t.Fatalf("U+%04X: Clean gives %q, want %q", r, got, want)
		}
		if Dirty(in) != (in != want) {
			t.Fatalf("U+%04X: Dirty(%q) = %v", r, in, Dirty(in))
		}
	}
	for b := 0x80; b < 0x100; b++ { // a byte alone, and a surrogate in the form of UTF-8
		if got, want := string(Clean("a"+string([]byte{byte(b)}))), fmt.Sprintf(`a\x{%x}`, b); got != want {
			t.Errorf("byte %x: %q, want %q", b, got, want)
		}
	}
	if got := Clean("\xed\xa0\x80"); got != `\x{ed}\x{a0}\x{80}` {
		t.Errorf("a lone surrogate: %q", got)
	}
}

// TestCleanAllocates: text without anything to escape costs no memory.
func TestCleanAllocates(t *testing.T) {
	for _, s := range []string{"", strings.Repeat("w_400,h_300,c_pad|", 100), "日本 café 🙂"} {
		n := testing.AllocsPerRun(50, func() {
			if Dirty(s) || string(Clean(s)) != s || string(CleanLines(s)) != s {
				t.Fatal("clean text was changed")
			}
		})
		if n != 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b[0m", "e\u0301\u0301\u0301\u0301\u0301", "\xf0\x9f", "\u202e日本\u2066"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Clean(s)
		if Clean(string(once)) != once {
			t.Fatalf("not stable: %q gives %q, then %q", s, once, Clean(string(once)))
		}
		if Dirty(s) != (string(once) != s) {
			t.Fatalf("Dirty(%q) = %v, but it becomes %q", s, Dirty(s), once)
		}
		marks := 0
		for _, r := range string(once) {
			if forbidden(r) {
				t.Fatalf("%q lets %U through", s, r)
			}
			if marks++; !unicode.In(r, unicode.Mn, unicode.Me) {
				marks = 0
			}
			if marks > 4 {
				t.Fatalf("%q stacks more than 4 marks: %q", s, once)
			}
		}
		lines := string(CleanLines(s))
		for _, r := range lines {
			if r != '\n' && forbidden(r) {
				t.Fatalf("CleanLines: %q lets %U through", s, r)
			}
		}
		if string(CleanLines(lines)) != lines {
			t.Fatalf("CleanLines is not stable for %q", s)
		}
	})
}

func BenchmarkCleanASCII(b *testing.B) {
	s := strings.Repeat("w_400,h_300,c_pad|", 100)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		_ = Clean(s)
	}
}

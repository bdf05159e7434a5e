package markdown

import (
	"strings"
	"testing"

	"signpost/ui/text"
	"signpost/ui/theme"
)

func plain(lines []text.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(l.PlainText(), " ") + "\n")
	}
	return b.String()
}

// TestLines: each construct as it is drawn, without its colours.
func TestLines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ md, want string }{
		"heading":   {"# One\ntext\n\n## Two\n", "One\n\ntext\n\nTwo\n"},
		"paragraph": {"one two three four five\nsix *seven* **eight** `nine`\n", "one two three\nfour five six\nseven eight nine\n"},
		"break":     {"one  \ntwo\\\nthree", "one\ntwo\nthree\n"},
		"list":      {"- one\n- two and a long line\n  - in\n\nend", "• one\n• two and a long\n  line\n  • in\n\nend\n"},
		"loose":     {"1. one\n\n2. two\n", "1. one\n\n2. two\n"},
		"from ten":  {"9. one\n10. two\n", "9. one\n10. two\n"},
		"code":      {"```sh\na  b\n\tc\n0123456789012345678\n```\n", "│ a  b\n│     c\n│ 01234567890123\n│ 45678\n"},
		"indented":  {"    a & b\n", "│ a & b\n"},
		"quote":     {"> said\n>\n> again\n", "│ said\n│\n│ again\n"},
		"rule":      {"a\n\n---\n\nb", "a\n\n────────────────\n\nb\n"},
		"link":      {"[a](b:c) <http://d.e>", "a (b:c)\nhttp://d.e\n"},
		"image":     {"![a](b)", "a (b)\n"},
		"html":      {"<b>x</b> &amp; y\n\n<div>\nz\n</div>\n", "<b>x</b> &amp; y\n\n│ <div>\n│ z\n│ </div>\n"},
		"empty":     {"", ""},
		"reference": {"[a]: http://x\n", "│ [a]: http://x\n"},
	} {
		if got := plain(Lines(c.md, 16, theme.New(true))); got != c.want {
			t.Errorf("%s:\ngot\n%swant\n%s", name, got, c.want)
		}
	}
}

// TestHostile: nothing from a text reaches the terminal as a command.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, md := range []string{"# \x1b[2J", "a\u202eb", "```\n\x1b]52;c;eA==\x07\n```", "<b\x1b>", "[a](\x1b)", "- \x00", "`\x9b`", "&#27;[2J", "\xff\xfe"} {
		for _, l := range Lines(md, 20, theme.New(false)) {
			if s := l.PlainText(); strings.ContainsAny(s, "\x00\x07\x1b\u009b\u202e") || strings.ToValidUTF8(s, "") != s {
				t.Errorf("%q draws %q", md, s)
			}
		}
	}
}

// FuzzLines: no text makes it panic, and no line is wider than it may be.
func FuzzLines(f *testing.F) {
	for _, s := range []string{"# a\n\n- b\n  - c\n\n> d\n\n```\ne\n```\n", "<!-- x", "| a |\n|---|", "* * *\n\t* a", "![a][b]", "[", "`a\n`", "1) a\n2) b"} {
		f.Add(s, 20)
	}
	f.Fuzz(func(t *testing.T, md string, w int) {
		w = w%200 + 30
		for _, l := range Lines(md, w, theme.New(true)) {
			for _, s := range l {
				if s.Text == lineEnd {
					t.Error("a line break is drawn")
				}
			}
		}
	})
}

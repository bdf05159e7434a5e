package text

import (
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"signpost/signer/visible"
)

// samples are texts with wide characters, combining marks and none of them.
var samples = []string{"", "a", "plain text", "日本語テキスト", "e\u0301e\u0301e\u0301", "🙂🙂🙂", "a日b🙂c", "mixed 日本 and ascii, w_400,h_300", strings.Repeat("界", 40)}

func TestCutting(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		v := visible.Clean(s)
		for w := 0; w < 50; w++ {
			for name, got := range map[string]visible.Text{"Truncate": Truncate(v, w), "Middle": Middle(v, w)} {
				if Width(got) > w {
					t.Errorf("%s(%q, %d) = %q: %d cells", name, s, w, got, Width(got))
				}
				if Width(v) <= w && got != v {
					t.Errorf("%s(%q, %d) = %q, although it fits", name, s, w, got)
				}
			}
			if w == 0 {
				continue
			}
			var joined visible.Text
			for _, p := range Wrap(v, w) {
				if Width(p) > max(w, 2) {
					t.Errorf("Wrap(%q, %d): %q", s, w, p)
				}
				joined += p
			}
			if joined != v {
				t.Errorf("Wrap(%q, %d) loses something: %q", s, w, joined)
			}
			l := Line{{v, Style{}}, {"|", Style{}}, {v, Style{}}}
			var parts string
			for _, p := range WrapLine(l, w) {
				parts += p.PlainText()
			}
			if parts != l.PlainText() {
				t.Errorf("WrapLine(%q, %d) loses something: %q", s, w, parts)
			}
			for _, p := range WrapWords(l, max(w, 2)) {
				if p.Width() > max(w, 2) {
					t.Errorf("WrapWords(%q, %d): %q", s, w, p.PlainText())
				}
			}
			if got := ansi.StringWidth(l.Render(w)); got != w {
				t.Errorf("Render(%q, %d) has %d cells", s, w, got)
			}
		}
	}
}

func TestSplice(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		base := Line{{visible.Clean(s), Style{}}, {visible.Clean(strings.Repeat("x", 60)), Style{}}}
		for x := 0; x < 20; x++ {
			got := Splice(base, x, Line{{"日over", Style{}}}, 10)
			if got.Width() != base.Width() {
				t.Errorf("Splice(%q, %d): %d cells, want %d", s, x, got.Width(), base.Width())
			}
			if !strings.Contains(got.PlainText(), "日over    ") {
				t.Errorf("Splice(%q, %d) = %q", s, x, got.PlainText())
			}
		}
	}
}

func TestStyle(t *testing.T) {
	t.Parallel()
	bold := NewStyle(lipgloss.NewStyle().Bold(true))
	if got := (Line{{"a b", bold}}).Render(5); got != "\x1b[1ma b\x1b[m  " {
		t.Errorf("%q", got)
	}
	if got := (Line{{"a", NewStyle(lipgloss.NewStyle())}}).Render(1); got != "a" {
		t.Errorf("plain text has %q", got)
	}
	if got := Join(Fit([]Line{{{"a", Style{}}}}, 2, 3), 2); got != "a \n  \n  " {
		t.Errorf("%q", got)
	}
}

func FuzzCut(f *testing.F) {
	for _, s := range samples {
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		if w < 1 || w > 200 || len(s) > 2000 {
			return
		}
		v := visible.Clean(s)
		if Width(Truncate(v, w)) > w || Width(Middle(v, w)) > w || Cut(Line{{v, Style{}}}, w).Width() > w {
			t.Fatalf("%q at %d is too wide", s, w)
		}
	})
}

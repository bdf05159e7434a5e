package text

import (
	"bytes"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"signpost/signer/visible"
)

// TestWidthTables: a character's cells, by cluster and by character, as the terminals of
// either kind count. Not parallel: the setting is the whole package's.
func TestWidthTables(t *testing.T) {
	t.Cleanup(func() { CountClusters(false) })
	for _, c := range []struct {
		s                 string
		cluster, separate int
	}{
		{"", 0, 0}, {"a", 1, 1}, {"abc def", 7, 7}, {"é", 1, 1}, {"e\u0301", 1, 1}, {"日本", 4, 4}, {"ﾊﾝ", 2, 2}, {"Ａ", 2, 2}, {"한", 2, 2},
		{"\u1112\u1161\u11ab", 2, 4}, {"ก็", 1, 1}, {"🙂", 2, 2}, {"🇩🇪", 2, 2}, {"👍🏽", 2, 4}, {"नि", 1, 2}, {"│▌▾…•✓", 6, 6}, {"\x1b\u202e", 14, 14}, {"1\u20e3", 1, 1},
	} {
		for on, want := range map[bool]int{true: c.cluster, false: c.separate} {
			CountClusters(on)
			if got := Width(visible.Clean(c.s)); got != want {
				t.Errorf("%q has %d cells by cluster %v, want %d", c.s, got, on, want)
			}
		}
	}
}

// TestEveryCharacter: for each character that can be drawn the width is that of the
// library that writes to the terminal, and cutting agrees with it.
func TestEveryCharacter(t *testing.T) {
	t.Cleanup(func() { CountClusters(false) })
	for r := rune(0x20); r <= 0x10ffff; r++ {
		s := string(r)
		if visible.Dirty(s) {
			continue
		}
		for on, want := range map[bool]int{true: ansi.StringWidth(s), false: ansi.StringWidthWc(s)} {
			CountClusters(on)
			v := visible.Clean(s)
			if got := Width(v); got != want || Width(v[:prefix(v, want)]) != want || prefix(v, want-1) != 0 && want > 0 {
				t.Fatalf("%U has %d cells by cluster %v, want %d", r, got, on, want)
			}
		}
	}
}

// still is a program that draws one frame and leaves.
type still struct{ frame string }

func (s still) Init() tea.Cmd                       { return tea.Quit }
func (s still) Update(tea.Msg) (tea.Model, tea.Cmd) { return s, nil }
func (s still) View() tea.View {
	v := tea.NewView(s.frame)
	v.AltScreen = true
	return v
}

// TestBorders: the renderer keeps both borders of a line, whatever is between them. It
// counts by character until a terminal says otherwise, and so does this package.
func TestBorders(t *testing.T) {
	t.Parallel()
	for _, s := range append(samples, "👍🏽", "नमस्ते", "👩🏽🇩🇪👍🏽 नि") {
		line := Line{{"│", Style{}}}.Render(1) + Plain(visible.Clean(s), Style{}).Render(20) + "│"
		var out bytes.Buffer
		p := tea.NewProgram(still{line}, tea.WithInput(nil), tea.WithOutput(&out), tea.WithWindowSize(22, 3), tea.WithoutSignals(), tea.WithEnvironment([]string{"TERM=xterm-256color"}))
		if _, err := p.Run(); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), "│"); n == 0 || n%2 != 0 {
			t.Errorf("%q: %d borders in %q", s, n, out.String())
		}
	}
}

// FuzzWrap: nothing is lost, nothing is wider than asked for, in either way of counting.
func FuzzWrap(f *testing.F) {
	for _, s := range append(samples, "👍🏽", "नमस्ते", "a  b   c") {
		f.Add(s, 5, true)
		f.Add(s, 1, false)
	}
	f.Cleanup(func() { CountClusters(false) })
	f.Fuzz(func(t *testing.T, s string, w int, clusters bool) {
		if w < 1 || w > 200 || len(s) > 2000 {
			return
		}
		CountClusters(clusters)
		v := visible.Clean(s)
		var joined visible.Text
		for _, p := range Wrap(v, w) {
			if n, _ := first(p); Width(p) > w && n != len(p) {
				t.Fatalf("Wrap(%q, %d): %q has %d cells", s, w, p, Width(p))
			}
			joined += p
		}
		if joined != v {
			t.Fatalf("Wrap(%q, %d) loses something: %q", s, w, joined)
		}
		l := Line{{v, Style{}}, {" ", Style{}}, {v, Style{}}}
		for _, p := range WrapWords(l, w) {
			if w > 8 && p.Width() > w {
				t.Fatalf("WrapWords(%q, %d): %q", s, w, p.PlainText())
			}
		}
		var parts string
		for _, p := range WrapLine(l, w) {
			parts += p.PlainText()
		}
		if parts != l.PlainText() {
			t.Fatalf("WrapLine(%q, %d) loses something: %q", s, w, parts)
		}
		if got := Splice(l, w/2, Plain("日", Style{}), w); w > 2 && got.Width() != max(l.Width(), w/2+w) {
			t.Fatalf("Splice(%q, %d): %d cells of %d", s, w, got.Width(), l.Width())
		}
	})
}

// BenchmarkFrame is a screen of 36 lines and 120 columns, eight spans a line.
func BenchmarkFrame(b *testing.B) {
	for name, word := range map[string]visible.Text{"ascii": "public_id ", "wide": "日本語 é "} {
		lines := make([]Line, 36)
		for i := range lines {
			lines[i] = append(lines[i], Span{"│ ", Style{"\x1b[36m", "\x1b[m"}})
			for range 8 {
				lines[i] = append(lines[i], Span{word, Style{"\x1b[1;38;2;1;2;3m", "\x1b[m"}})
			}
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = Join(Fit(lines, 120, 36), 120)
			}
		})
	}
}

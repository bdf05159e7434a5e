// Package text measures, cuts and draws lines of text. It is the one place where a
// screen's words become terminal output, and it takes [visible.Text] only: a string
// from outside does not compile here.
package text

import (
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"signpost/signer/visible"
)

// Style is how a run of text looks: what is written before and after it. It is worked
// out once, when a theme is made, as a screen is drawn at every key press. The zero
// value is plain text.
type Style struct {
	open, end string
}

// NewStyle takes the looks of a style of the library: its colours and its attributes,
// not its sizes.
func NewStyle(s lipgloss.Style) Style {
	open, end, _ := strings.Cut(s.Render("x"), "x")
	return Style{open, end}
}

// Span is a run of text in one style.
type Span struct {
	Text  visible.Text
	Style Style
}

// Line is one line of the screen, from left to right. The nil line is blank.
type Line []Span

// Plain is a line of one span.
func Plain(t visible.Text, s Style) Line { return Line{{Text: t, Style: s}} }

// Width is the number of cells of the whole line.
func (l Line) Width() int {
	w := 0
	for _, s := range l {
		w += Width(s.Text)
	}
	return w
}

// Truncate cuts t to at most w cells; a cut is shown by an ellipsis.
func Truncate(t visible.Text, w int) visible.Text {
	if w <= 0 {
		return ""
	}
	if len(t) <= w && ascii(t) || Width(t) <= w {
		return t
	}
	return t[:prefix(t, w-1)] + "…"
}

// Middle cuts t to at most w cells in its middle, which keeps the end of a path or URL.
func Middle(t visible.Text, w int) visible.Text {
	if w <= 0 {
		return ""
	}
	total := Width(t)
	if total <= w {
		return t
	}
	left := (w - 1) / 2
	right := w - 1 - left
	from := prefix(t, total-right)
	for Width(t[from:]) > right { // a wide character straddled the cut
		from += prefix(t[from:], 2)
	}
	return t[:prefix(t, left)] + "…" + t[from:]
}

// Cut shortens a line to at most w cells; a cut is shown by an ellipsis.
func Cut(l Line, w int) Line {
	if l.Width() <= w {
		return l
	}
	kept, used := Line{}, 0
	for _, s := range l {
		sw := Width(s.Text)
		if used+sw < w {
			kept = append(kept, s)
			used += sw
			continue
		}
		if w > used {
			t := s.Text[:prefix(s.Text, w-used-1)] + "…"
			kept = append(kept, Span{t, s.Style})
		}
		break
	}
	return kept
}

// Render draws the line in exactly width cells.
func (l Line) Render(width int) string {
	var b strings.Builder
	l.render(&b, width)
	return b.String()
}

func (l Line) render(b *strings.Builder, width int) {
	if width <= 0 {
		return
	}
	w := l.Width()
	if w > width {
		l = Cut(l, width)
		w = l.Width()
	}
	for _, s := range l {
		if s.Text != "" {
			b.WriteString(s.Style.open)
			b.WriteString(string(s.Text))
			b.WriteString(s.Style.end)
		}
	}
	for ; w < width; w++ {
		b.WriteByte(' ')
	}
}

// Fit makes exactly h lines of at most w cells: it cuts, or fills up with blank lines.
func Fit(lines []Line, w, h int) []Line {
	if h <= 0 {
		return nil
	}
	out := make([]Line, h)
	for i := range out {
		if i < len(lines) {
			out[i] = Cut(lines[i], w)
		}
	}
	return out
}

// Join draws lines of width cells each, one below the other.
func Join(lines []Line, width int) string {
	var b strings.Builder
	b.Grow(len(lines) * (width + 64))
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		l.render(&b, width)
	}
	return b.String()
}

// PlainText is the line without styles, blanks at its end included.
func (l Line) PlainText() string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(string(s.Text))
	}
	return b.String()
}

// Pixels is the style of an upper half block that shows two pixels, the upper one as its
// colour and the lower one as its background. A pixel is 0xRRGGBB.
func Pixels(upper, lower uint32) Style {
	rgb := func(kind string, p uint32) string {
		return kind + ";2;" + strconv.Itoa(int(p>>16&0xff)) + ";" + strconv.Itoa(int(p>>8&0xff)) + ";" + strconv.Itoa(int(p&0xff))
	}
	return Style{open: "\x1b[" + rgb("38", upper) + ";" + rgb("48", lower) + "m", end: "\x1b[m"}
}

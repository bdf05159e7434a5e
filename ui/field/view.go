package field

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// window is the part of the value that is drawn: byte offsets of whole clusters. The
// cursor is inside, and there is a cell for it at the end.
func (m Model) window(width int) (from, to int) {
	if width < 1 {
		return m.cursor, m.cursor
	}
	// What is left of the cursor takes as much room as there is, but for a third of
	// the width where something follows.
	room := width - 1
	if m.cursor < len(m.value) {
		room = width * 2 / 3
	}
	from = m.anchor(m.cursor, 6*width)
	var ends []int // of the clusters up to the cursor
	for at := from; at < m.cursor; {
		at = m.after(at)
		ends = append(ends, at)
	}
	start := m.cursor
	for i, used := len(ends)-1, 0; i >= 0; i-- {
		first := from
		if i > 0 {
			first = ends[i-1]
		}
		used += m.cells(m.value[first:min(ends[i], m.cursor)])
		if used > room {
			break
		}
		start = first
	}
	from, to = start, start
	for used := 0; to < len(m.value); {
		next := m.after(to)
		used += m.cells(m.value[to:next])
		if used > width {
			break
		}
		to = next
	}
	return from, max(to, m.cursor)
}

// drawn is how a piece of the value looks.
func (m Model) drawn(s string) visible.Text {
	if m.Mask {
		return visible.Clean(strings.Repeat("•", uniseg.GraphemeClusterCount(s)))
	}
	return visible.Clean(s)
}

func (m Model) cells(s string) int {
	if len(s) == 1 && s[0] >= ' ' && s[0] <= '~' {
		return 1
	}
	return text.Width(m.drawn(s))
}

// View draws the field in at most width cells. A field without the focus shows the
// beginning of its value, and that there is more.
func (m Model) View(width int, focused bool, th theme.Theme) text.Line {
	if width < 1 {
		return nil
	}
	if !focused {
		shown, more := m.head(16 * width)
		line := m.ended(shown, true, !more, th)
		if more {
			line = append(line, text.Span{Text: "…", Style: th.Muted})
		}
		return text.Cut(line, width)
	}
	from, to := m.window(width)
	line := m.ended(m.value[from:to], from == 0, to == len(m.value), th)
	return text.Cut(line, width)
}

// head is the beginning of the value, in whole characters, and whether there is more.
func (m Model) head(n int) (string, bool) {
	if len(m.value) <= n {
		return m.value, false
	}
	for n > 0 && !utf8.RuneStart(m.value[n]) {
		n--
	}
	return m.value[:n], true
}

// ended draws s with blanks at the value's ends as a mark: they are signed, and nobody
// would see them. start and end tell whether s has the ends of the value.
func (m Model) ended(s string, start, end bool, th theme.Theme) text.Line {
	if m.Mask {
		return m.spans(s, th)
	}
	first, last := 0, len(s)
	for start && first < len(s) && s[first] == ' ' {
		first++
	}
	for end && last > first && s[last-1] == ' ' {
		last--
	}
	if first == 0 && last == len(s) {
		return m.spans(s, th)
	}
	var line text.Line
	mark := func(n int) {
		if n > 0 {
			line = append(line, text.Span{Text: widget.Repeat("␣", n), Style: th.Escape})
		}
	}
	mark(first)
	if first < last {
		line = append(line, m.spans(s[first:last], th)...)
	}
	mark(len(s) - last)
	return line
}

// spans draws s with its escapes set apart.
func (m Model) spans(s string, th theme.Theme) text.Line {
	if m.Mask || !visible.Dirty(s) {
		return text.Line{{Text: m.drawn(s), Style: th.Text}}
	}
	var line text.Line
	wasDirty := true
	for len(s) > 0 {
		c, rest, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
		dirty := visible.Dirty(c)
		switch {
		case dirty:
			line = append(line, text.Span{Text: visible.Clean(c), Style: th.Escape})
		case wasDirty:
			line = append(line, text.Span{Text: visible.Clean(c), Style: th.Text})
		default:
			line[len(line)-1].Text += visible.Clean(c)
		}
		wasDirty, s = dirty, rest
	}
	return line
}

// CursorX is the cell of the cursor in a field of that width.
func (m Model) CursorX(width int) int {
	from, _ := m.window(width)
	return min(m.cells(m.value[from:m.cursor]), max(width-1, 0))
}

// Click puts the cursor where the mouse was pressed, at cell x of a field of that width.
func (m Model) Click(x, width int) Model {
	from, to := m.window(width)
	at := from
	for at < to {
		next := m.after(at)
		if m.cells(m.value[from:next]) > x {
			break
		}
		at = next
	}
	m.move(at)
	return m
}

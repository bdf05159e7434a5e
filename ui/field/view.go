package field

import (
	"strings"

	"github.com/rivo/uniseg"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
)

// window is the part of the value that is drawn: byte offsets of whole clusters. The
// cursor is inside, and there is a cell for it at the end.
func (m Model) window(width int) (from, to int) {
	if width < 1 {
		return m.cursor, m.cursor
	}
	// Walk left from the cursor until the room is used up, keeping a third of the
	// width for what follows where there is anything.
	room := width - 1
	if m.cursor < len(m.value) {
		room = width * 2 / 3
	}
	from = m.cursor
	for used := 0; from > 0; {
		prev := m.before(from)
		used += m.cells(m.value[prev:from])
		if used > room {
			break
		}
		from = prev
	}
	to = from
	for used := 0; to < len(m.value); {
		next := m.after(to)
		used += m.cells(m.value[to:next])
		if used > width {
			break
		}
		to = next
	}
	return from, max(to, min(m.cursor, len(m.value)))
}

// drawn is how a piece of the value looks.
func (m Model) drawn(s string) visible.Text {
	if m.Mask {
		return visible.Clean(strings.Repeat("•", uniseg.GraphemeClusterCount(s)))
	}
	return visible.Clean(s)
}

func (m Model) cells(s string) int { return text.Width(m.drawn(s)) }

// View draws the field in at most width cells. A field without the focus shows the
// beginning of its value, and that there is more.
func (m Model) View(width int, focused bool, th theme.Theme) text.Line {
	if width < 1 {
		return nil
	}
	if !focused {
		shown := m.value
		if len(shown) > 8*width {
			shown = shown[:8*width]
		}
		return text.Cut(m.spans(shown, th), width)
	}
	from, to := m.window(width)
	line := m.spans(m.value[from:to], th)
	return text.Cut(line, width)
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

// Package widget has the frames that the screens share.
package widget

import (
	"strings"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
)

// Box is a panel with a border, a title and a remark on the right of its upper edge.
type Box struct {
	Title   text.Line
	Remark  text.Line
	Focused bool
}

// Inner is the size of what fits into a box of w by h cells; never negative.
func Inner(w, h int) (int, int) { return max(w-4, 0), max(h-2, 0) }

// Draw returns exactly h lines of w cells around the content, which is cut or filled up.
// Below 6 by 2 cells there is no room for a border, and blank lines come back.
func (b Box) Draw(content []text.Line, w, h int, th theme.Theme) []text.Line {
	if w < 6 || h < 2 {
		return text.Fit(nil, w, h)
	}
	edge := th.Border
	if b.Focused {
		edge = th.BorderFocus
	}
	iw, ih := Inner(w, h)
	lines := make([]text.Line, 0, h)
	lines = append(lines, b.top(w, th))
	for _, l := range text.Fit(content, iw, ih) {
		row := text.Line{{Text: "│ ", Style: edge}}
		row = append(row, l...)
		row = append(row, text.Span{Text: Blank(iw - l.Width()), Style: th.Text}, text.Span{Text: " │", Style: edge})
		lines = append(lines, row)
	}
	return append(lines, text.Line{{Text: "╰" + Repeat("─", w-2) + "╯", Style: edge}})
}

func (b Box) top(w int, th theme.Theme) text.Line {
	edge := th.Border
	if b.Focused {
		edge = th.BorderFocus
	}
	room := w - 4
	title, remark := b.Title, b.Remark
	if title.Width()+remark.Width()+4 > room {
		remark = nil
	}
	if title.Width()+2 > room {
		title = nil
	}
	row := text.Line{{Text: "╭", Style: edge}}
	used := 1
	if len(title) > 0 {
		row = append(row, text.Span{Text: " ", Style: edge})
		row = append(row, title...)
		row = append(row, text.Span{Text: " ", Style: edge})
		used += title.Width() + 2
	}
	tail := 1
	if len(remark) > 0 {
		tail += remark.Width() + 4
	}
	row = append(row, text.Span{Text: Repeat("─", w-used-tail), Style: edge})
	if len(remark) > 0 {
		row = append(row, text.Span{Text: " ", Style: edge})
		row = append(row, remark...)
		row = append(row, text.Span{Text: " ──", Style: edge})
	}
	return append(row, text.Span{Text: "╮", Style: edge})
}

// blanks and rules are cut into the pieces that [Blank] and [Repeat] return.
const blanks visible.Text = "                                                                                                                                                                                                        "

// Blank is n spaces; none where n is negative.
func Blank(n int) visible.Text {
	if n <= 0 {
		return ""
	}
	if n <= len(blanks) {
		return blanks[:n]
	}
	return blanks + Blank(n-len(blanks))
}

// Repeat is t n times; nothing where n is negative.
func Repeat(t visible.Text, n int) visible.Text {
	if n <= 0 {
		return ""
	}
	return visible.Clean(strings.Repeat(string(t), n))
}

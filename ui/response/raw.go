package response

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"signpost/signer/visible"
	"signpost/ui/text"
)

// rawText breaks a text of any size into rows of a width. It is laid out as far as it
// was looked at: the first screen of sixteen megabytes costs no more than that of a line.
type rawText struct {
	text  []byte
	cells [256]uint8 // what a byte that stands for itself, or for nothing, takes
	width int
	rows  []uint32 // the offset of each row that is known
	next  int      // the offset behind them
}

func newRawText(body []byte) rawText {
	r := rawText{text: body}
	for c := range r.cells {
		r.cells[c] = uint8(text.Width(visible.CleanLines(string([]byte{byte(c)}))))
	}
	return r
}

// setWidth starts anew where the width is another one.
func (r *rawText) setWidth(w int) {
	if w = max(w, 1); w != r.width {
		r.width, r.rows, r.next = w, nil, 0
	}
}

// layTo makes the first n rows known, where there are so many.
func (r *rawText) layTo(n int) {
	for len(r.rows) < n && r.next < len(r.text) {
		r.rows = append(r.rows, uint32(r.next))
		_, r.next = r.row(r.next)
	}
}

// row is the end of the row that begins at an offset, and the start of the one after it.
func (r rawText) row(at int) (end, next int) {
	used := 0
	for i := at; i < len(r.text); {
		c := r.text[i]
		if c == '\n' {
			return i, i + 1
		}
		if c == '\r' && i+1 < len(r.text) && r.text[i+1] == '\n' {
			return i, i + 2
		}
		n, w := 1, int(r.cells[c])
		if c >= utf8.RuneSelf || i+1 < len(r.text) && r.text[i+1] >= utf8.RuneSelf {
			n, w = r.cluster(i)
		}
		if used > 0 && used+w > r.width {
			return i, i
		}
		used += w
		i += n
	}
	return len(r.text), len(r.text)
}

// cluster is the length and the width of the character at an offset, with its marks.
func (r rawText) cluster(i int) (n, w int) {
	if c, size := utf8.DecodeRune(r.text[i:]); c == utf8.RuneError && size <= 1 {
		return 1, int(r.cells[r.text[i]])
	}
	c, _, _, _ := uniseg.FirstGraphemeCluster(r.text[i:min(i+256, len(r.text))], -1)
	return len(c), text.Width(visible.CleanLines(string(c)))
}

// draw is row n.
func (r rawText) draw(n int, s text.Style) text.Line {
	end, _ := r.row(int(r.rows[n]))
	return text.Plain(visible.CleanLines(string(r.text[r.rows[n]:end])), s)
}

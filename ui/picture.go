package ui

import (
	"errors"
	"strings"

	"signpost/signer/visible"
	"signpost/ui/text"
)

// Picture is a small picture for the terminal, and what it is a picture of.
type Picture struct {
	// Width, Height and Bytes are of the whole picture.
	Width, Height, Bytes int
	// Of names what it was made from; it came from outside.
	Of string
	// Small has the pixels that are drawn, row by row from the top: red, green and blue
	// of 8 bits each, in rows of SmallWidth.
	Small      []uint32
	SmallWidth int
}

// half is an upper half block.
const half visible.Text = "▀"

// errRecipeName says what a recipe's name must be.
var errRecipeName = errors.New("a name has 1 to 60 characters")

func checkRecipeName(name string) error {
	if n := len([]rune(strings.TrimSpace(name))); n < 1 || n > 60 {
		return errRecipeName
	}
	return nil
}

// pictureLines draws a picture in at most w by h cells: each cell is two pixels, one
// above the other.
func (m Model) pictureLines(p Picture, w, h int) []text.Line {
	if m.deps.NoPictures || p.SmallWidth < 1 || len(p.Small) < p.SmallWidth {
		return nil
	}
	rows := len(p.Small) / p.SmallWidth
	scale := max(float64(p.SmallWidth)/float64(w), float64(rows)/float64(2*h), 1e-9)
	cols, lines := max(min(int(float64(p.SmallWidth)/scale), w), 1), max(min(int(float64(rows)/scale+1)/2, h), 1)
	at := func(x, y int) uint32 {
		px := min(int((float64(x)+0.5)*scale), p.SmallWidth-1)
		py := min(int((float64(y)+0.5)*scale), rows-1)
		return p.Small[py*p.SmallWidth+px]
	}
	out := make([]text.Line, lines)
	for y := range lines {
		for x := range cols {
			out[y] = append(out[y], text.Span{Text: half, Style: text.Pixels(at(x, 2*y), at(x, 2*y+1))})
		}
	}
	return out
}

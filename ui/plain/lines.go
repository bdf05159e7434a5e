package plain

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"signpost/ui/importing"
	"signpost/uploader/importer"
)

// maxLine is how many bytes of a line are read: as many as an import looks at.
const maxLine = importer.MaxText

// line is what was read: a text without its line end, or an error. long is true where
// there was more than fits.
type line struct {
	text string
	long bool
	err  error
}

// reader reads lines one at a time, and only when one is asked for: in between the input
// belongs to whoever reads a secret from it.
type reader struct {
	want    chan struct{}
	got     chan line
	pending bool
}

func newReader(in io.Reader, start func(func())) *reader {
	r := &reader{want: make(chan struct{}, 1), got: make(chan line, 1)}
	b := bufio.NewReader(in)
	start(func() {
		for range r.want {
			r.got <- read(b)
		}
	})
	return r
}

// next asks for a line, unless one was asked for and not taken.
func (r *reader) next() <-chan line {
	if !r.pending {
		r.pending = true
		r.want <- struct{}{}
	}
	return r.got
}

func (r *reader) taken() { r.pending = false }
func (r *reader) close() { close(r.want) }

// read reads to the end of the line, and keeps as much as is allowed. A last line without
// an end is a line.
func read(b *bufio.Reader) line {
	var text strings.Builder
	l := line{}
	for {
		piece, err := b.ReadSlice('\n')
		if text.Len()+len(piece) > maxLine+2 {
			l.long = true
		} else {
			text.Write(piece)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || text.Len() == 0 && !l.long) {
			return line{err: err}
		}
		l.text = strings.TrimSuffix(strings.TrimSuffix(text.String(), "\n"), "\r")
		return l
	}
}

// holdsSecret reports whether a line names a secret or has credentials in it.
func holdsSecret(text string) bool {
	return importing.NamesSecret(text) || strings.Contains(strings.ToLower(text), "authorization")
}

package sandbox

import (
	"bufio"
	"bytes"
	"io"
)

// headReader passes a multipart body on, with each control character in the heads of its
// parts replaced by an underscore. The Node SDK up to 2.11.0 writes a file's name with one
// byte for a character, the lower one: of ę or of Cyrillic letters that is a control
// character, which package multipart refuses and the service takes.
type headReader struct {
	r *bufio.Reader
	// delimiter is "--" and the boundary; it counts at the start of a line.
	delimiter []byte
	state     headState
	safe      int     // bytes in the buffer that are a part's own
	before    [2]byte // the last bytes that were passed on
	out       []byte  // what is to be passed on before anything else
	err       error
}

type headState uint8

const (
	inBody  headState = iota // before the first delimiter, and in a part's bytes
	inHead                   // behind a delimiter, until an empty line
	behind                   // on the rest of the delimiter's line
	trailer                  // behind the last delimiter
)

func newHeadReader(r io.Reader, boundary string) *headReader {
	return &headReader{r: bufio.NewReaderSize(r, 64<<10), delimiter: []byte("--" + boundary), before: [2]byte{'\r', '\n'}}
}

func (h *headReader) Read(p []byte) (int, error) {
	for len(h.out) == 0 && h.safe == 0 && h.err == nil && h.state != trailer {
		if h.state == inBody {
			h.scan()
		} else {
			h.line()
		}
	}
	switch {
	case len(h.out) > 0:
		n := copy(p, h.out)
		h.out = h.out[n:]
		return n, nil
	case h.safe > 0:
		n, err := h.r.Read(p[:min(len(p), h.safe)])
		h.safe -= n
		h.note(p[:n])
		return n, err
	case h.err != nil:
		return 0, h.err
	}
	return h.r.Read(p)
}

// note remembers how what was passed on ends.
func (h *headReader) note(b []byte) {
	switch n := len(b); {
	case n >= 2:
		h.before = [2]byte{b[n-2], b[n-1]}
	case n == 1:
		h.before = [2]byte{h.before[1], b[0]}
	}
}

// scan finds out how many of the bytes that come next are a part's own.
func (h *headReader) scan() {
	need := len(h.delimiter) + 2 // with the line break before it
	buf, err := h.r.Peek(max(need+1, h.r.Buffered()))
	if len(buf) <= need && err != nil {
		// The end: there is no room for a delimiter and a line behind it.
		if len(buf) > 0 && !h.begins(buf, 0) {
			h.safe = len(buf)
			return
		}
	}
	if len(buf) == 0 {
		h.err = err
		return
	}
	for from := 0; ; {
		i := bytes.Index(buf[from:], h.delimiter)
		if i < 0 {
			break
		}
		at := from + i
		if !h.begins(buf, at) {
			from = at + 1
			continue
		}
		if at > 0 {
			h.safe = at
			return
		}
		h.out = bytes.Clone(h.delimiter)
		h.note(h.out)
		_, _ = h.r.Discard(len(h.delimiter))
		h.state = behind
		return
	}
	if err == nil {
		h.safe = len(buf) - need // a delimiter may begin in what is left
		return
	}
	h.safe = len(buf)
}

// begins reports whether a delimiter at a place is at the start of a line.
func (h *headReader) begins(buf []byte, at int) bool {
	if !bytes.HasPrefix(buf[at:], h.delimiter) {
		return false
	}
	before := h.before
	switch {
	case at >= 2:
		before = [2]byte{buf[at-2], buf[at-1]}
	case at == 1:
		before = [2]byte{h.before[1], buf[0]}
	}
	return before == [2]byte{'\r', '\n'}
}

// line passes one line on: the rest of a delimiter's, or one of a head.
func (h *headReader) line() {
	line, err := h.r.ReadSlice('\n')
	h.out = bytes.Clone(line)
	whole := err == nil
	if err != nil && err != bufio.ErrBufferFull {
		h.err = err
	}
	switch {
	case h.state == behind && bytes.HasPrefix(h.out, []byte("--")):
		h.state = trailer
	case h.state == behind && len(bytes.Trim(h.out, " \t\r\n")) > 0:
		h.state = inBody // a longer boundary, which is none
	case h.state == behind && whole:
		h.state = inHead
	case h.state == inHead && (bytes.Equal(h.out, []byte("\r\n")) || bytes.Equal(h.out, []byte("\n"))):
		h.state = inBody
	case h.state == inHead:
		cleanHead(h.out)
	}
	h.note(h.out)
}

// cleanHead replaces the control characters of a line but for tabs and its own end.
func cleanHead(line []byte) {
	end := len(bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")))
	for i, c := range line[:end] {
		if c < ' ' && c != '\t' || c == 0x7f {
			line[i] = '_'
		}
	}
}

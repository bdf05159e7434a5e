package text

import (
	"strings"

	"signpost/signer/visible"
)

// Wrap cuts t into pieces of at most w cells. Nothing is lost or added: joined, the
// pieces are t again. A wide character that does not fit into one cell stands alone.
func Wrap(t visible.Text, w int) []visible.Text {
	w = max(w, 1)
	var out []visible.Text
	for len(t) > 0 {
		n := prefix(t, w)
		if n == 0 {
			n, _ = first(t)
		}
		out = append(out, t[:n])
		t = t[n:]
	}
	if out == nil {
		out = []visible.Text{""}
	}
	return out
}

// WrapLine is [Wrap] for a line of several spans; each keeps its style.
func WrapLine(l Line, w int) []Line {
	w = max(w, 1)
	var out []Line
	var current Line
	used := 0
	for _, s := range l {
		rest := s.Text
		for len(rest) > 0 {
			n := len(rest)
			if !ascii(rest) || n > w-used {
				n = prefix(rest, w-used)
			}
			if n == 0 && used > 0 {
				out, current, used = append(out, current), nil, 0
				continue
			}
			if n == 0 {
				n, _ = first(rest)
			}
			current = append(current, Span{rest[:n], s.Style})
			used += Width(rest[:n])
			rest = rest[n:]
		}
	}
	return append(out, current)
}

// WrapWords breaks a line of prose at its blanks; a word longer than w cells is cut.
func WrapWords(l Line, w int) []Line {
	w = max(w, 1)
	var out []Line
	var current Line
	used := 0
	flush := func() { out, current, used = append(out, current), nil, 0 }
	for _, s := range l {
		for _, word := range words(s.Text) {
			cells := Width(word)
			blank := strings.TrimSpace(string(word)) == ""
			if used+cells > w && used > 0 {
				flush()
			}
			if used == 0 && blank && len(out) > 0 {
				continue
			}
			if cells <= w {
				current = append(current, Span{word, s.Style})
				used += cells
				continue
			}
			for _, piece := range Wrap(word, w) {
				if used > 0 {
					flush()
				}
				current = append(current, Span{piece, s.Style})
				used = Width(piece)
			}
		}
	}
	return append(out, current)
}

// words parts t into words and the blanks between them.
func words(t visible.Text) []visible.Text {
	var out []visible.Text
	start := 0
	for i := 1; i < len(t); i++ {
		if (t[i] == ' ') != (t[i-1] == ' ') {
			out = append(out, t[start:i])
			start = i
		}
	}
	if start < len(t) {
		out = append(out, t[start:])
	}
	return out
}

// Splice lays over upon base from cell x on, in exactly w cells. A wide character that
// is cut by an edge becomes blanks.
func Splice(base Line, x int, over Line, w int) Line {
	out := slice(base, 0, x)
	over = Cut(over, w)
	out = append(out, over...)
	if pad := w - over.Width(); pad > 0 {
		out = append(out, Span{spaces(pad), Style{}})
	}
	return append(out, slice(base, x+w, base.Width())...)
}

// slice is the part of a line between two cells, filled up with blanks on its right.
func slice(l Line, from, to int) Line {
	out := Line{}
	at := 0
	need := to - from
	for _, s := range l {
		rest := s.Text
		for len(rest) > 0 && at < to {
			if at >= from && ascii(rest) {
				n := min(len(rest), to-at)
				out = append(out, Span{rest[:n], s.Style})
				at += n
				need -= n
				break
			}
			n, cells := first(rest)
			switch {
			case at >= from && at+cells <= to:
				out = append(out, Span{rest[:n], s.Style})
				need -= cells
			case at+cells > from: // it is cut by an edge
				k := min(at+cells, to) - max(at, from)
				out = append(out, Span{spaces(k), s.Style})
				need -= k
			}
			at += cells
			rest = rest[n:]
		}
	}
	if need > 0 {
		out = append(out, Span{spaces(need), Style{}})
	}
	return out
}

func spaces(n int) visible.Text { return visible.Clean(strings.Repeat(" ", max(n, 0))) }

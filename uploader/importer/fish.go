package importer

import "strings"

// fishReader parts a text into commands as fish does: within single quotes a backslash
// escapes the quote and itself, outside of quotes it begins an escape.
// Source: fish's documentation, "Quotes" and "Escaping characters".
type fishReader struct {
	src     string
	at      int
	b       strings.Builder
	started bool
	bare    bool
	words   []word
	all     [][]word // the commands of the first pipeline
}

// readFish reads the first pipeline. It is asked where a POSIX shell cannot read the
// text, or where the text says that it is for fish; closed is false for an open quote.
func readFish(src string) (calls []call, closed bool) {
	r := &fishReader{src: src, bare: true}
	closed = r.run()
	r.flush()
	r.next()
	stdin, known := "", false
	for _, words := range r.all {
		if name := words[0].text; name == "printf" || name == "echo" {
			stdin, known = printed(words)
			continue
		}
		calls = append(calls, call{words: words, stdin: stdin, hasStdin: known})
		stdin, known = "", false
	}
	return calls, closed
}

func (r *fishReader) flush() {
	if r.started {
		r.words = append(r.words, word{text: r.b.String(), bare: r.bare})
	}
	r.b.Reset()
	r.started, r.bare = false, true
}

// next ends a command.
func (r *fishReader) next() {
	if len(r.words) > 0 {
		r.all = append(r.all, r.words)
	}
	r.words = nil
}

// run reads up to the end of the pipeline.
func (r *fishReader) run() (closed bool) {
	for r.at < len(r.src) {
		c := r.src[r.at]
		switch {
		case c == '\'' || c == '"':
			r.started, r.bare = true, false
			r.at++
			if !r.quoted(c) {
				return false
			}
		case c == '\\':
			r.escape()
		case c == '(':
			r.started, r.bare = true, false
			r.b.WriteString(r.substitution())
		case c == ' ' || c == '\t':
			r.flush()
			r.at++
		case c == '#' && !r.started:
			for r.at < len(r.src) && r.src[r.at] != '\n' {
				r.at++
			}
		case c == '|':
			r.flush()
			r.next()
			r.at++
			for r.at < len(r.src) && strings.IndexByte(" \t\n", r.src[r.at]) >= 0 {
				r.at++
			}
		case c == '\n' || c == ';':
			r.flush()
			r.at++
			if len(r.words) > 0 {
				return true
			}
		default:
			r.started = true
			r.b.WriteByte(c)
			r.at++
		}
	}
	return true
}

// substitution is a command in parentheses, as it was written: it is not run.
func (r *fishReader) substitution() string {
	start, depth := r.at, 0
	quote := byte(0)
	for ; r.at < len(r.src); r.at++ {
		switch c := r.src[r.at]; {
		case c == '\\':
			r.at++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				r.at++
				return r.src[start:r.at]
			}
		}
	}
	r.at = min(r.at, len(r.src))
	return r.src[start:r.at]
}

// quoted reads up to the closing quote.
func (r *fishReader) quoted(quote byte) bool {
	for ; r.at < len(r.src); r.at++ {
		c := r.src[r.at]
		switch {
		case c == quote:
			r.at++
			return true
		case c == '\\' && r.at+1 < len(r.src):
			next := r.src[r.at+1]
			if next == quote || next == '\\' || quote == '"' && (next == '$' || next == '\n') {
				r.at++
				if next != '\n' {
					r.b.WriteByte(next)
				}
				continue
			}
			r.b.WriteByte(c)
		default:
			r.b.WriteByte(c)
		}
	}
	return false
}

// escape reads a backslash outside of quotes with what follows.
func (r *fishReader) escape() {
	s := r.src[r.at:]
	if len(s) < 2 {
		r.at++
		return
	}
	if s[1] == '\n' {
		r.at += 2
		return
	}
	r.started = true
	if s[1] == 'X' && len(s) >= 4 && isDigit(s[2], 16) && isDigit(s[3], 16) {
		text, n := number(s, 2, 4, 16)
		r.b.WriteString(text)
		r.at += n
		return
	}
	if strings.IndexByte("abefnrtvxuUc01234567", s[1]) >= 0 {
		text, n := escapeOf(s, true)
		r.b.WriteString(text)
		r.at += n
		return
	}
	r.b.WriteByte(s[1])
	r.at += 2
}

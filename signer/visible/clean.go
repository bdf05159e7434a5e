package visible

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks a base character keeps; more of them climb over
// the lines above and below.
const maxMarks = 4

// Clean makes one line of s: everything that cannot be seen, line breaks and tabs
// included, becomes an escape. Text without any comes back as it is.
func Clean(s string) Text { return clean(s, false) }

// CleanLines is [Clean] for a text of several lines: line feeds stay, a carriage return
// in front of one goes, tabs become four spaces.
func CleanLines(s string) Text {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return clean(s, true)
}

// Dirty reports whether [Clean] would change s.
func Dirty(s string) bool { return firstBad(s, false) < len(s) }

func clean(s string, lines bool) Text {
	i := firstBad(s, lines)
	if i == len(s) {
		return Text(s)
	}
	var b strings.Builder
	b.Grow(len(s) + 32)
	b.WriteString(s[:i])
	marks := 0
	if i > 0 { // the marks before i are all good; count those that end the clean part
		for j := i; j > 0; {
			r, n := utf8.DecodeLastRuneInString(s[:j])
			if !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Me, r) {
				break
			}
			marks++
			j -= n
		}
	}
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x{`)
			b.WriteString(strconv.FormatUint(uint64(s[i]), 16))
			b.WriteByte('}')
			marks = 0
		case lines && r == '\n':
			b.WriteByte('\n')
			marks = 0
		case lines && r == '\t':
			b.WriteString("    ")
			marks = 0
		case isMark(r):
			marks++
			if marks > maxMarks {
				escape(&b, r)
			} else {
				b.WriteString(s[i : i+n])
			}
		case hidden(r):
			escape(&b, r)
			marks = 0
		default:
			b.WriteString(s[i : i+n])
			marks = 0
		}
		i += n
	}
	return Text(b.String())
}

// firstBad is the offset of the first byte that clean would write otherwise; len(s)
// where there is none.
func firstBad(s string, lines bool) int {
	marks := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if (c < 0x20 || c == 0x7f) && !(lines && c == '\n') {
				return i
			}
			marks = 0
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			return i
		case isMark(r):
			if marks++; marks > maxMarks {
				return i
			}
		case hidden(r):
			return i
		default:
			marks = 0
		}
		i += n
	}
	return len(s)
}

func escape(b *strings.Builder, r rune) {
	b.WriteString(`\u{`)
	b.WriteString(strconv.FormatInt(int64(r), 16))
	b.WriteByte('}')
}

// isMark reports whether r stacks upon the character before it. Variation selectors
// are marks too for Unicode, and hidden for us.
func isMark(r rune) bool {
	return r >= 0x300 && !hidden(r) && (unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r))
}

// hidden reports whether r moves something, or is not there to be seen: C0, DEL, C1,
// format characters (bidirectional marks, overrides and isolates, zero-width, soft
// hyphen, tags), line and paragraph separators, variation selectors, fillers, blanks
// other than the space, noncharacters, private use and what Unicode has not assigned.
// Terminals disagree about the width of most of them.
func hidden(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return true
	case r < 0xa0:
		return false
	case r == 0xa0 || r == 0xad || r == 0x34f || r == 0x61c:
		return true
	case r == 0x115f || r == 0x1160 || r == 0x3164 || r == 0xffa0 || r == 0x17b4 || r == 0x17b5:
		return true // fillers: a width and no ink, or neither
	case r >= 0x180b && r <= 0x180f, r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff:
		return true
	case r == 0x2800:
		return true // the empty Braille pattern
	case r == 0xfffd:
		return false
	}
	return !unicode.IsGraphic(r) || unicode.Is(unicode.Zs, r)
}

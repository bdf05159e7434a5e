package importer

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// ansiC is the text of $'…', as bash and zsh read it.
func ansiC(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		text, n := escapeOf(s[i:], true)
		if text == "\x00" && n > 1 {
			break // bash ends the word there
		}
		b.WriteString(text)
		i += n
	}
	return b.String()
}

// escapeOf reads the escape that s begins with, and how many bytes it has. dollar is
// true for $'…', false for the format of printf. What is no escape stays.
func escapeOf(s string, dollar bool) (text string, n int) {
	if len(s) < 2 {
		return s, len(s)
	}
	switch c := s[1]; {
	case strings.IndexByte(`abfnrtv\`, c) >= 0:
		return string("\a\b\f\n\r\t\v\\"[strings.IndexByte(`abfnrtv\`, c)]), 2
	case c == 'e' || c == 'E':
		return "\x1b", 2
	case c == '\'' || c == '"' || c == '?':
		return string(c), 2
	case c >= '0' && c <= '7':
		return number(s, 1, min(4, len(s)), 8)
	case c == 'x':
		return number(s, 2, min(4, len(s)), 16)
	case c == 'u' || c == 'U':
		most := map[byte]int{'u': 6, 'U': 10}[c]
		digits := hexDigits(s[2:min(most, len(s))])
		if digits == 0 {
			return s[:2], 2
		}
		v, _ := strconv.ParseUint(s[2:2+digits], 16, 32)
		if v > utf8.MaxRune {
			v = utf8.RuneError
		}
		return string(rune(v)), 2 + digits
	case c == 'c' && dollar && len(s) > 2:
		return string(rune(s[2] & 0x1f)), 3
	}
	return s[:2], 2
}

// number reads digits of a base from s[from:to]: one byte.
func number(s string, from, to, base int) (string, int) {
	end := from
	for end < to && isDigit(s[end], base) {
		end++
	}
	if end == from {
		return s[:from], from
	}
	v, _ := strconv.ParseUint(s[from:end], base, 32)
	return string([]byte{byte(v)}), end
}

func isDigit(c byte, base int) bool {
	if base == 8 {
		return c >= '0' && c <= '7'
	}
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func hexDigits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n], 16) {
		n++
	}
	return n
}

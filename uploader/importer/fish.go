package importer

import "strings"

// readFish parts a text into words as fish does: within single quotes a backslash
// escapes the quote and itself. It is asked where a POSIX shell cannot read the text.
func readFish(src string) (words []word, ok bool) {
	var b strings.Builder
	quote, started, bare := byte(0), false, true
	flush := func() {
		if started {
			words = append(words, word{text: b.String(), bare: bare})
		}
		b.Reset()
		started, bare = false, true
	}
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case c == '\\' && i+1 < len(src) && quote == 0:
			i++
			if src[i] != '\n' {
				started = true
				text, n := escapeOf(src[i-1:], true)
				if strings.IndexByte("abefnrtv", src[i]) < 0 && src[i] != 'x' && src[i] != 'u' && src[i] != 'U' {
					text, n = src[i:i+1], 2
				}
				b.WriteString(text)
				i += n - 2
			}
		case c == '\\' && quote != 0 && i+1 < len(src) && (src[i+1] == quote || src[i+1] == '\\' || quote == '"' && (src[i+1] == '$' || src[i+1] == '\n')):
			i++
			if src[i] != '\n' {
				b.WriteByte(src[i])
			}
		case quote != 0:
			if c == quote {
				quote = 0
				continue
			}
			b.WriteByte(c)
		case c == '\'' || c == '"':
			quote, started, bare = c, true, false
		case c == ' ' || c == '\t':
			flush()
		case c == '\n' || c == ';':
			flush()
			if len(words) > 0 {
				return words, true
			}
		default:
			started = true
			b.WriteByte(c)
		}
	}
	flush()
	return words, quote == 0
}

package importer

import (
	"strings"
)

// readCmd parts a text into words as cmd.exe and the C runtime do: a caret escapes
// outside of quotes, and then backslashes and quotes make arguments.
// Source: Microsoft, "Parsing C command-line arguments"; the caret rules of cmd.exe.
func readCmd(src string, res *Result) []word {
	return splitC(cmdLine(src, res))
}

// cmdLine is what cmd.exe hands to the program.
func cmdLine(src string, res *Result) string {
	var b strings.Builder
	src = strings.ReplaceAll(src, "\r\n", "\n")
	inQuotes := false
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case c == '^' && !inQuotes && i+1 < len(src):
			i++
			if src[i] == '\n' { // the line goes on, and its first character is escaped
				if i+1 < len(src) {
					i++
					b.WriteByte(src[i])
				}
				continue
			}
			b.WriteByte(src[i])
		case c == '"':
			inQuotes = !inQuotes
			b.WriteByte(c)
		case c == '\n':
			return b.String()
		case (c == '&' || c == '|') && !inQuotes:
			res.trap(string(c), "it is not quoted: cmd.exe ends the command there, and "+quoted(strings.TrimSpace(src[i+1:]))+" is not sent")
			return b.String()
		case c == '%':
			if end := strings.IndexByte(src[i+1:], '%'); end > 0 && isName(src[i+1:i+1+end]) {
				res.trap(src[i:i+end+2], "cmd.exe puts the value of the variable there; it is not known here and stands as text")
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isName(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	}) < 0
}

// splitC parts a command line by the rules of the C runtime.
func splitC(line string) []word {
	var words []word
	var b strings.Builder
	started, inQuotes, bare := false, false, true
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\':
			n := 0
			for i < len(line) && line[i] == '\\' {
				n++
				i++
			}
			started = true
			if i < len(line) && line[i] == '"' {
				b.WriteString(strings.Repeat(`\`, n/2))
				if n%2 == 1 {
					b.WriteByte('"')
				} else {
					i-- // the quote is one
				}
			} else {
				b.WriteString(strings.Repeat(`\`, n))
				i--
			}
		case c == '"':
			started, bare = true, false
			if inQuotes && i+1 < len(line) && line[i+1] == '"' {
				b.WriteByte('"')
				i++
				continue
			}
			inQuotes = !inQuotes
		case (c == ' ' || c == '\t') && !inQuotes:
			if started {
				words = append(words, word{text: b.String(), bare: bare})
				b.Reset()
				started, bare = false, true
			}
		default:
			started = true
			b.WriteByte(c)
		}
	}
	if started {
		words = append(words, word{text: b.String(), bare: bare})
	}
	return words
}

// psToken is a word of PowerShell: a text, or a table @{ … } as it was written.
type psToken struct {
	word
	table string
	isTab bool
}

// isPSQuote reports whether PowerShell takes a character for a quote of that kind: the
// typographic ones count too. Source: about_Quoting_Rules; the language's grammar.
func isPSQuote(r rune, double bool) bool {
	if double {
		return r == '"' || r == '“' || r == '”' || r == '„'
	}
	return r == '\'' || r == '‘' || r == '’' || r == '‚' || r == '‛'
}

// psReader parts a PowerShell command into tokens.
type psReader struct {
	src []rune
	at  int
	res *Result
}

func readPS(src string, res *Result) (tokens []psToken) {
	r := &psReader{src: []rune(strings.ReplaceAll(src, "\r\n", "\n")), res: res}
	for {
		t, ok := r.next()
		if !ok {
			return tokens
		}
		tokens = append(tokens, t)
	}
}

func (r *psReader) peek(by int) rune {
	if r.at+by < len(r.src) {
		return r.src[r.at+by]
	}
	return 0
}

// next is the next token; ok is false at the end of the command.
func (r *psReader) next() (psToken, bool) {
	for {
		switch c := r.peek(0); {
		case c == ' ' || c == '\t':
			r.at++
		case c == '`' && r.peek(1) == '\n':
			r.at += 2
		case c == '#':
			for r.peek(0) != 0 && r.peek(0) != '\n' {
				r.at++
			}
		case c == 0 || c == '\n' || c == ';' || c == '|':
			if c == '|' && strings.TrimSpace(string(r.src[r.at+1:])) != "" {
				r.res.drop(string(r.src[r.at:]), "what follows the pipe works on the answer")
			}
			return psToken{}, false
		case c == '@' && r.peek(1) == '{':
			return r.table(), true
		default:
			return r.word(), true
		}
	}
}

// table is @{ … } up to its closing brace.
func (r *psReader) table() psToken {
	start, depth := r.at+2, 0
	quote := rune(0)
	for ; r.at < len(r.src); r.at++ {
		switch c := r.src[r.at]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				r.at++
				return psToken{table: string(r.src[start : r.at-1]), isTab: true}
			}
		}
	}
	return psToken{table: string(r.src[min(start, len(r.src)):]), isTab: true}
}

// word reads up to a blank outside of quotes.
func (r *psReader) word() psToken {
	var b strings.Builder
	bare := true
	for {
		c := r.peek(0)
		switch {
		case c == '@' && b.Len() == 0 && (isPSQuote(r.peek(1), false) || isPSQuote(r.peek(1), true)) && r.peek(2) == '\n':
			bare = false
			r.here(&b)
		case isPSQuote(c, false):
			bare = false
			r.at++
			r.single(&b)
		case isPSQuote(c, true):
			bare = false
			r.at++
			r.double(&b)
		case c == '`' && r.peek(1) != 0:
			r.escape(&b)
		case c == 0 || c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '|':
			return psToken{word: word{text: b.String(), bare: bare}}
		case c == '$':
			r.variable(&b)
		default:
			b.WriteRune(c)
			r.at++
		}
	}
}

func (r *psReader) single(b *strings.Builder) {
	for r.peek(0) != 0 {
		c := r.peek(0)
		r.at++
		if isPSQuote(c, false) {
			if !isPSQuote(r.peek(0), false) {
				return
			}
			c = r.peek(0)
			r.at++
		}
		b.WriteRune(c)
	}
}

func (r *psReader) double(b *strings.Builder) {
	for r.peek(0) != 0 {
		c := r.peek(0)
		switch {
		case isPSQuote(c, true):
			r.at++
			if !isPSQuote(r.peek(0), true) {
				return
			}
			b.WriteRune(r.peek(0))
			r.at++
		case c == '`' && r.peek(1) != 0:
			r.escape(b)
		case c == '$':
			r.variable(b)
		default:
			b.WriteRune(c)
			r.at++
		}
	}
}

// here is a text between @' and '@ on lines of their own.
func (r *psReader) here(b *strings.Builder) {
	quote := r.peek(1)
	r.at += 3
	text := string(r.src[r.at:])
	end := strings.Index(text, "\n"+string(quote)+"@")
	if strings.HasPrefix(text, string(quote)+"@") {
		r.at += 2
		return
	}
	if end < 0 {
		b.WriteString(text)
		r.at = len(r.src)
		return
	}
	b.WriteString(text[:end])
	r.at += len([]rune(text[:end])) + 3
}

// escape is a backtick with what follows.
func (r *psReader) escape(b *strings.Builder) {
	c := r.peek(1)
	r.at += 2
	if i := strings.IndexRune("0abefnrtv", c); i >= 0 {
		b.WriteByte("\x00\a\b\x1b\f\n\r\t\v"[i])
		return
	}
	if c != '\n' {
		b.WriteRune(c)
	}
}

// variable is a dollar sign with a name, which stands as text.
func (r *psReader) variable(b *strings.Builder) {
	start := r.at
	r.at++
	for isName(string(r.peek(0))) && r.peek(0) != 0 || r.peek(0) == ':' {
		r.at++
	}
	raw := string(r.src[start:r.at])
	if len(raw) > 1 {
		r.res.trap(raw, "PowerShell puts the value of the variable there; it is not known here and stands as text. In single quotes the dollar would be one")
	}
	b.WriteString(raw)
}

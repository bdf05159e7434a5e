package export

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"signpost/signer/visible"
)

// POSIX quotes s as one word for sh, bash, dash and zsh. Line breaks stand literally
// inside the quotes; everything else that cannot be seen, and bytes that are not UTF-8,
// are written by printf from octal digits. s must not hold NUL, which no argument can.
func POSIX(s string) string { return quoteWord(s, false) }

// quoteWord is [POSIX], and for one line puts line breaks into $'…', which bash and zsh
// know and sh need not.
func quoteWord(s string, oneLine bool) string {
	if s != "" && strings.IndexFunc(s, needsQuotes) < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	further := false // on a further line of the word
	for len(s) > 0 || b.Len() == 0 {
		n := plainLen(s, oneLine, further)
		if n > 0 || s == "" {
			b.WriteByte('\'')
			b.WriteString(strings.ReplaceAll(s[:n], "'", `'\''`))
			b.WriteByte('\'')
			further = further || strings.Contains(s[:n], "\n")
		}
		s = s[n:]
		n = escapedLen(s, oneLine)
		writeEscaped(&b, s[:n])
		s = s[n:]
	}
	return b.String()
}

// needsQuotes reports whether a shell might make something of r. The equals sign is
// among them: zsh replaces a word that begins with one by the path of a command.
func needsQuotes(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_./:@%+,", r)
}

// plainLen is how many bytes at the start of s can stand between single quotes.
func plainLen(s string, oneLine, further bool) int {
	base := 0 // the character that combining marks stand upon
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n' && !oneLine:
			further, base = true, i+n
		case further && (r == '!' || r == '^'):
			// An interactive bash before 5 does not know, on a further line, that it is
			// inside quotes, and puts commands of its history there.
			return i
		case r >= ' ' && r < 0x7f:
			base = i
		default:
			if !unicode.Is(unicode.M, r) {
				base = i
			}
			if visible.Dirty(s[base : i+n]) {
				return i
			}
		}
		i += n
	}
	return len(s)
}

// escapedLen is how many bytes at the start of s have to be written as digits. It is
// asked where [plainLen] has stopped, so that the first character is one of them.
func escapedLen(s string, oneLine bool) int {
	i := 0
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if i > 0 && (r == '\n' && !oneLine || r != '\n' && !visible.Dirty(s[i:i+n])) {
			break
		}
		i += n
	}
	return i
}

// writeEscaped writes bytes as digits. A substitution loses line breaks at its end; they
// are in $'…' instead.
func writeEscaped(b *strings.Builder, s string) {
	if s == "" {
		return
	}
	before, after := `"$(printf '`, `')"`
	if strings.Contains(s, "\n") {
		before, after = `$'`, `'`
	}
	b.WriteString(before)
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		default:
			b.Write([]byte{'\\', '0' + c>>6, '0' + c>>3&7, '0' + c&7})
		}
	}
	b.WriteString(after)
}

// formFile is the value of curl's -F for a local file. Only in curl's double quotes do
// comma and semicolon mean nothing, and of these quotes only they themselves and the
// backslash are escaped. A relative path begins with a dot, because a lone hyphen is
// standard input.
func formFile(path, name string) string {
	if !rooted(path) {
		path = "./" + path
	}
	s := "file=@" + formQuote(path)
	if wire := wireName(name); wire != "" && wire != path[strings.LastIndexByte(path, '/')+1:] {
		s += ";filename=" + formQuote(wire) // else curl sends the last part of the path
	}
	return s
}

// formQuote quotes a piece of curl's -F. Source: curl's manual, -F/--form.
func formQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// rooted reports whether a path can be told from a relative one that may begin with
// anything. A Windows drive is taken for one everywhere.
func rooted(path string) bool {
	for _, start := range []string{"/", "./", "../", `\\`} {
		if strings.HasPrefix(path, start) {
			return true
		}
	}
	return len(path) > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/') && unicode.IsLetter(rune(path[0]))
}

// wireName is the file name as the program's own client writes it: as browsers do, and
// so that nothing in it can end the header (threat T7). Versions of curl differ here,
// but none changes such a name again.
func wireName(name string) string {
	name = strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(name)
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return '_'
		}
		return r
	}, name)
}

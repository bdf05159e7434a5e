package export

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"signpost/signer/visible"
)

// POSIX quotes s as one word for sh, bash, dash and zsh. Line breaks stand literally
// inside single quotes. Where s holds anything else that cannot be seen, or bytes that
// are not UTF-8, printf writes the word from a format that can be seen. s must not hold
// NUL, which no argument can.
func POSIX(s string) string { return quoteWord(s, false) }

// quoteWord is [POSIX]; for one line no line break stands in the word.
func quoteWord(s string, oneLine bool) string {
	switch {
	case s != "" && strings.IndexFunc(s, needsQuotes) < 0:
		return s
	case isPlain(s, oneLine):
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	// A substitution loses the line breaks at its end.
	body := strings.TrimRight(s, "\n")
	breaks := s[len(body):]
	word := ""
	if body != "" {
		word = `"$(printf ` + printfFormat(body) + `)"`
	}
	switch {
	case breaks != "" && oneLine:
		word += "$'" + strings.Repeat(`\n`, len(breaks)) + "'"
	case breaks != "":
		word += "'" + breaks + "'"
	}
	return word
}

// needsBash reports whether [quoteWord] makes one line of s with $'…', which bash and
// zsh know and sh need not.
func needsBash(s string) bool { return strings.HasSuffix(s, "\n") }

// needsQuotes reports whether a shell might make something of r. The equals sign is
// among them: zsh replaces a word that begins with one by the path of a command.
func needsQuotes(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_./:@%+,", r)
}

// isPlain reports whether s can stand between single quotes as it is.
func isPlain(s string, oneLine bool) bool {
	if string(visible.CleanLines(s)) != s {
		return false
	}
	_, further, broken := strings.Cut(s, "\n")
	// An interactive bash before 5 does not know, on a further line, that it is inside
	// quotes, and puts commands of its history where it sees these two.
	return !broken || !oneLine && !strings.ContainsAny(further, "!^")
}

// printfFormat is a quoted format from which printf writes s. What a shell or printf
// could make something of is in octal digits too, as it stands inside double quotes.
func printfFormat(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 32)
	b.WriteByte('\'')
	base := 0 // the character that combining marks stand upon
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		mark := r >= utf8.RuneSelf && unicode.Is(unicode.M, r)
		if !mark {
			base = i
		}
		switch {
		case strings.ContainsRune("'\"\\$`!^%", r), i == 0 && r == '-', visible.Dirty(s[base : i+n]):
			writeDigits(&b, s[i:i+n])
			base = i + n
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	b.WriteByte('\'')
	return b.String()
}

// writeDigits writes bytes as a format of printf names them.
func writeDigits(b *strings.Builder, s string) {
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '%':
			b.WriteString(`%%`)
		default:
			b.Write([]byte{'\\', '0' + c>>6, '0' + c>>3&7, '0' + c&7})
		}
	}
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

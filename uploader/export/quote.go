package export

import "strings"

// POSIX quotes s as one word for sh, bash, dash and zsh. Nothing inside single quotes
// means anything to them; a single quote itself ends the quotes, stands escaped, and
// begins them anew. s must not hold NUL, which no argument can.
func POSIX(s string) string {
	if s != "" && strings.IndexFunc(s, needsQuotes) < 0 {
		return s
	}
	s = strings.ReplaceAll(s, "'", `'\''`)
	// An interactive bash takes a line that begins with ^ for a substitution in its
	// history, even inside quotes. Two quotes at the start of such a line are nothing
	// to the value, and keep the ^ from standing first.
	s = strings.ReplaceAll(s, "\n^", "\n''^")
	return "'" + s + "'"
}

// needsQuotes reports whether a shell might make something of r.
func needsQuotes(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("-_./:=@%+,", r)
}

// formFile is the value of curl's -F for a file: in curl's own double quotes, in which
// only the quote and the backslash are escaped, so that comma and semicolon mean
// nothing. Source: curl's manual, -F/--form.
func formFile(path, name string) string {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	s := `file=@"` + quote.Replace(path) + `"`
	if name != "" {
		s += `;filename="` + quote.Replace(name) + `"`
	}
	return s
}

package uploader

import (
	"strings"

	"github.com/joho/godotenv"
)

// closingQuote is where the quote that t begins with is closed, or -1. One behind a
// backslash does not close it.
func closingQuote(t string) int {
	for i := 1; i < len(t); i++ {
		if t[i] == t[0] && t[i-1] != '\\' {
			return i
		}
	}
	return -1
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// closesQuote reports whether a line's value stands in quotes that end in the line.
func closesQuote(line string) bool {
	a, ok := splitAssignment(line)
	t := strings.TrimLeft(a.rhs, " \t")
	return ok && t != "" && isQuote(t[0]) && closingQuote(t) > 0
}

// spanned is how many lines behind line i belong to a value that begins with a quote
// there: none where the quote is closed in the line, or nowhere.
func spanned(lines []string, i int, rhs string) int {
	t := strings.TrimLeft(rhs, " \t")
	if t == "" || !isQuote(t[0]) || closingQuote(t) > 0 {
		return 0
	}
	for k := i + 1; k < len(lines); k++ {
		at := closingQuote(t[:1] + lines[k])
		if at < 0 {
			continue
		}
		if rest := strings.TrimSpace(lines[k][at:]); rest == "" || rest[0] == '#' {
			return k - i
		}
		return 0
	}
	return 0
}

// readValue reads the right-hand side of an assignment. The value is returned even
// where something is wrong with it; the problem says what.
func readValue(name, rhs string) (value string, code Code, problem string) {
	left := strings.TrimLeft(rhs, " \t")
	t := strings.TrimRight(left, " \t")
	if t == "" {
		return "", "", ""
	}
	if isQuote(t[0]) {
		return readQuoted(name, t)
	}
	value = readUnquoted(name, t)
	last := value[max(len(value)-1, 0):]
	switch {
	case last == `"` || last == "'":
		return value, CodeQuotes, "ends with a quote that does not begin; the quote is part of the value"
	case len(t) < len(left) && value == t:
		return value, CodeOuterBlanks, "has blanks behind it, which are dropped here; for some programs they are part of the value"
	}
	return value, "", ""
}

func readQuoted(name, t string) (value string, code Code, problem string) {
	end := closingQuote(t)
	if end < 0 {
		return t, CodeQuotes, "begins with a quote that does not end; the quote is part of the value"
	}
	if rest := strings.TrimSpace(t[end+1:]); rest != "" && rest[0] != '#' {
		return t, CodeQuotes, "has something behind its closing quote; all of it is part of the value"
	}
	inner := t[1:end]
	if t[0] == '\'' || !strings.Contains(inner, `\`) || strings.Contains(inner, "$") {
		return inner, "", "" // a $ is a $: godotenv would expand it
	}
	vars, err := godotenv.Unmarshal(name + "=" + t[:end+1])
	if err != nil {
		return inner, CodeLine, "cannot be read as a line of a .env file and is taken as it stands"
	}
	return vars[name], "", ""
}

// readUnquoted reads a value without quotes, up to a comment. godotenv gets what it
// reads as it stands: it expands $, cuts at the last # and not at the first, drops
// blanks that are not ASCII, and replaces bytes that are not UTF-8.
func readUnquoted(name, t string) string {
	if t[0] != '#' && !strings.Contains(t, "$") && strings.Count(t, "#") < 2 && isPrintableASCII(t) {
		if vars, err := godotenv.Unmarshal(name + "=" + t); err == nil {
			return vars[name]
		}
	}
	for i := 1; i < len(t); i++ {
		if t[i] == '#' && (t[i-1] == ' ' || t[i-1] == '\t') {
			return strings.TrimRight(t[:i], " \t")
		}
	}
	return t
}

func isPrintableASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 0x20 && r != '\t') || r > 0x7e }) < 0
}

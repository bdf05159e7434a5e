package uploader

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/joho/godotenv"
)

// MaxEnvFile is the largest .env file that is read.
const MaxEnvFile = 1 << 20

// scanEnv reads the variables of [ConfigNames] from the raw text of a .env file. Our
// own look at the text comes first and names what is damaged; godotenv reads the
// values, one line at a time. It is not given the whole: it would put the line with
// the secret into its error, expand $ in values, and refuse a byte order mark.
func scanEnv(raw []byte, path string) (map[string]string, []Problem) {
	var problems []Problem
	add := func(variable, message, hint string) {
		problems = append(problems, Problem{Variable: variable, Where: path, Message: message, Hint: hint})
	}
	switch {
	case len(raw) > MaxEnvFile:
		add("", path+" is larger than 1 MiB and is not read", "keep only the credentials in it")
		return nil, problems
	case bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")):
		add("", path+" is written in UTF-16 and cannot be read", "save it as UTF-8")
		return nil, problems
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		add("", path+" begins with a byte order mark, which is skipped here; other programs take it for a part of the first name", "save it as UTF-8 without BOM")
		raw = raw[3:]
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		add("", path+" has a NUL byte in it and is not read", "it is no text file")
		return nil, problems
	}
	if !utf8.Valid(raw) {
		add("", path+" is not UTF-8 throughout", "save it as UTF-8")
	}
	vars, seen := map[string]string{}, map[string]int{}
	for i, line := range strings.Split(string(raw), "\n") {
		name, value, ok := splitAssignment(line)
		if !ok || !isConfigName(name) {
			continue
		}
		v, problem := readValue(name, value)
		if problem != "" {
			add(name, fmt.Sprintf("line %d of %s: %s %s", i+1, path, name, problem), "write "+name+"=value, with or without a pair of quotes")
		}
		if first, twice := seen[name]; twice {
			add(name, fmt.Sprintf("%s stands twice in %s, in lines %d and %d; the last one counts", name, path, first, i+1), "remove one of them")
		}
		seen[name] = i + 1
		vars[name] = v
	}
	return vars, problems
}

func isConfigName(name string) bool {
	for _, n := range ConfigNames {
		if n == name {
			return true
		}
	}
	return false
}

// splitAssignment parts NAME=value (or NAME: value), with or without export in front.
func splitAssignment(line string) (name, value string, ok bool) {
	t := strings.TrimLeft(line, " \t\ufeff")
	if t == "" || t[0] == '#' {
		return "", "", false
	}
	if rest, cut := strings.CutPrefix(t, "export"); cut && rest != "" && (rest[0] == ' ' || rest[0] == '\t') {
		t = strings.TrimLeft(rest, " \t")
	}
	i := strings.IndexAny(t, "=:")
	if i < 0 {
		return "", "", false
	}
	return strings.TrimSpace(t[:i]), t[i+1:], true
}

// readValue reads the right-hand side of an assignment. The value is returned even
// where something is wrong with it; the problem says what. Blanks that are not inside
// quotes, and the carriage return of a Windows line end, are no part of a value.
func readValue(name, rhs string) (value, problem string) {
	t := strings.Trim(rhs, " \t\r")
	if t == "" {
		return "", ""
	}
	if q := t[0]; q == '"' || q == '\'' {
		end := strings.IndexByte(t[1:], q)
		if end < 0 {
			return t, "begins with a quote that does not end; the quote is part of the value"
		}
		rest := strings.TrimSpace(t[1+end+1:])
		if rest != "" && rest[0] != '#' {
			return t, "has something behind its closing quote; all of it is part of the value"
		}
		if q == '\'' || !strings.ContainsAny(t, `\`) {
			return t[1 : 1+end], ""
		}
	}
	if strings.HasSuffix(t, "\"") || strings.HasSuffix(t, "'") {
		if t[0] != t[len(t)-1] {
			return t, "ends with a quote that does not begin; the quote is part of the value"
		}
	}
	if strings.ContainsRune(t, '$') {
		// godotenv would expand it; here a $ is a $.
		return withoutComment(t), ""
	}
	vars, err := godotenv.Unmarshal(name + "=" + t)
	if err != nil {
		return withoutComment(t), "cannot be read as a line of a .env file and is taken as it stands"
	}
	return vars[name], ""
}

// withoutComment cuts an unquoted value at a # that follows a blank.
func withoutComment(t string) string {
	if t[0] == '"' || t[0] == '\'' {
		if i := strings.IndexByte(t[1:], t[0]); i >= 0 {
			return t[1 : 1+i]
		}
	}
	if i := strings.Index(t, " #"); i >= 0 {
		return strings.TrimRight(t[:i], " \t")
	}
	return t
}

// ScrubEnviron is an environment without credentials, for programs that are started
// from here (threat T21).
func ScrubEnviron(environ []string) []string {
	kept := make([]string, 0, len(environ))
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(strings.ToUpper(name), "CLOUDINARY_") || isConfigName(strings.ToUpper(name)) {
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

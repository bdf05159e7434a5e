package uploader

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxEnvFile is the largest .env file that is read.
const MaxEnvFile = 1 << 20

// envScan is what the text of a .env file gives.
type envScan struct {
	path     string
	vars     map[string]string
	seen     map[string]int // the line of each name
	problems []Problem
	notes    []string

	skipped  []int          // lines that are no assignment
	nearly   map[string]int // the line of a name that is nearly one of ours
	exported bool
}

// scanEnv reads the variables of [ConfigNames] from the raw text of a .env file. Our
// own look at the text comes first and names what is damaged; godotenv reads the
// values, one line at a time. It is not given the whole: it would put the line with
// the secret into its error, expand $ in values, and refuse a byte order mark.
func scanEnv(raw []byte, path string) *envScan {
	s := &envScan{path: path, vars: map[string]string{}, seen: map[string]int{}, nearly: map[string]int{}}
	text, ok := s.decode(raw)
	if !ok {
		return s
	}
	if strings.Contains(text, "\r\n") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		s.notes = append(s.notes, "the lines of "+path+" end in a carriage return (Windows); here it is no part of a value, for some programs it is")
	}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if at := strings.IndexByte(lines[i], '\r'); at >= 0 && !closesQuote(lines[i]) {
			s.add(CodeLineEnds, "", fmt.Sprintf("line %d of %s has a carriage return in it; what is behind it is not read", i+1, path), "save the file with Unix line ends")
			lines[i] = lines[i][:at]
		}
		i += s.line(lines, i)
	}
	s.finish()
	return s
}

func (s *envScan) add(code Code, variable, message, hint string) {
	s.problems = append(s.problems, newProblem(code, variable, s.path, message, hint))
}

// decode says whether the file is text at all, and what is odd about it.
func (s *envScan) decode(raw []byte) (text string, ok bool) {
	switch {
	case len(raw) > MaxEnvFile:
		s.add(CodeUnreadable, "", s.path+" is larger than 1 MiB and is not read", "keep only the credentials in it")
		return "", false
	case bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")):
		s.add(CodeUnreadable, "", s.path+" is written in UTF-16 and cannot be read", "save it as UTF-8")
		return "", false
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		s.add(CodeEncoding, "", s.path+" begins with a byte order mark, which is skipped here; other programs take it for a part of the first name", "save it as UTF-8 without BOM")
		raw = raw[3:]
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		s.add(CodeUnreadable, "", s.path+" has a NUL byte in it and is not read", "it is no text file, or one in UTF-16: save it as UTF-8")
		return "", false
	}
	if !utf8.Valid(raw) {
		s.add(CodeEncoding, "", s.path+" is not UTF-8 throughout", "save it as UTF-8")
	}
	return string(raw), true
}

// line reads the line at i, and returns how many more belong to it.
func (s *envScan) line(lines []string, i int) (more int) {
	a, ok := splitAssignment(lines[i])
	if !ok {
		if t := strings.TrimSpace(lines[i]); t != "" && t[0] != '#' {
			s.skipped = append(s.skipped, i+1)
		}
		return 0
	}
	if !isConfigName(a.name) {
		if name := nearlyConfigName(a.name); name != "" {
			s.nearly[name] = i + 1
		}
		more = spanned(lines, i, a.rhs)
		for k := i + 1; k <= i+more; k++ {
			if in, ok := splitAssignment(lines[k]); ok && isConfigName(in.name) {
				s.add(CodeLine, in.name, fmt.Sprintf("line %d of %s: %s stands inside the quotes that begin in line %d and is not read", k+1, s.path, in.name, i+1), "close the quotes before it")
			}
		}
		return more
	}
	value, code, problem := readValue(a.name, a.rhs)
	if code != "" {
		s.add(code, a.name, fmt.Sprintf("line %d of %s: %s %s", i+1, s.path, a.name, problem), "write "+a.name+"=value, with or without a pair of quotes")
	}
	if first, twice := s.seen[a.name]; twice {
		s.add(CodeTwice, a.name, fmt.Sprintf("%s stands twice in %s, in lines %d and %d; the last one counts", a.name, s.path, first, i+1), "remove one of them")
	}
	s.exported = s.exported || a.exported
	s.seen[a.name] = i + 1
	s.vars[a.name] = value
	return 0
}

// finish says what can only be said of the whole.
func (s *envScan) finish() {
	if s.exported {
		s.notes = append(s.notes, "export in "+s.path+" is skipped here; some programs take it for a part of the name")
	}
	for _, name := range ConfigNames {
		if n := s.nearly[name]; n > 0 && s.vars[name] == "" {
			s.add(CodeName, name, fmt.Sprintf("line %d of %s has a name that is nearly %s and is not read", n, s.path, name), "spell it "+name)
		}
	}
	const most = 5
	if n := len(s.skipped); n > 0 {
		list := strings.Trim(fmt.Sprint(s.skipped[:min(n, most)]), "[]")
		list = strings.ReplaceAll(list, " ", ", ")
		if n > most {
			list += fmt.Sprintf(" and %d more", n-most)
		}
		s.add(CodeLine, "", fmt.Sprintf("no assignment, and skipped, in %s: line %s", s.path, list), "a line is NAME=value, or a comment behind #")
	}
}

func isConfigName(name string) bool { return slices.Contains(ConfigNames, name) }

// nearlyConfigName is the name that differs from the given one only in case, in what
// parts its words, or in what cannot be seen; the empty text where there is none.
func nearlyConfigName(name string) string {
	letters := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(name))
	for _, n := range ConfigNames {
		if strings.ReplaceAll(n, "_", "") == letters {
			return n
		}
	}
	return ""
}

// assignment is a line of the form NAME=value (or NAME: value).
type assignment struct {
	name, rhs string
	exported  bool // export stands in front
}

func splitAssignment(line string) (a assignment, ok bool) {
	t := strings.TrimLeft(line, " \t")
	if t == "" || t[0] == '#' {
		return a, false
	}
	if rest, cut := strings.CutPrefix(t, "export"); cut && rest != "" && (rest[0] == ' ' || rest[0] == '\t') {
		t, a.exported = strings.TrimLeft(rest, " \t"), true
	}
	i := strings.IndexAny(t, "=:")
	if i < 0 {
		return a, false
	}
	a.name, a.rhs = strings.TrimSpace(t[:i]), t[i+1:]
	return a, true
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

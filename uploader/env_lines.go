package uploader

import "strings"

// EnvLine is an assignment of a .env file: its value as it is read here, and all that
// stands behind the = in its line, with nothing taken away: blanks, quotes, a comment.
type EnvLine struct{ Value, Raw string }

// EnvLines are the assignments of a .env file by their names, whatever these are. Of a
// name that stands twice the last one counts. A file that is no text has none.
func EnvLines(raw []byte) map[string]EnvLine {
	s := &envScan{}
	text, ok := s.decode(raw)
	if !ok {
		return nil
	}
	all := map[string]EnvLine{}
	for line := range strings.SplitSeq(text, "\n") {
		a, ok := splitAssignment(strings.TrimSuffix(line, "\r"))
		if !ok {
			continue
		}
		value, _, _ := readValue(a.name, a.rhs)
		all[a.name] = EnvLine{Value: value, Raw: a.rhs}
	}
	return all
}

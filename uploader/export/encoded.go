package export

import (
	"strings"

	"signpost/signer/visible"
	"signpost/uploader"
)

// urlencoded is the whole request as one body of printable ASCII: a form for where
// values cannot stand as they are. The file has to be text.
func urlencoded(p uploader.Prepared) string {
	var b strings.Builder
	add := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(percent(name) + "=" + percent(value))
	}
	for _, f := range p.Fields {
		add(f.Name, f.Value)
	}
	if !p.File.IsBytes() && p.File.Kind != uploader.FileNone {
		add("file", p.File.Text)
	}
	return b.String()
}

// percent writes everything but letters, digits and a few marks as %XX. It leaves no
// character that any shell could make something of.
func percent(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.,:/", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// allValues are the texts of a request that a person has chosen.
func allValues(p uploader.Prepared) []string {
	var all []string
	for _, f := range p.Fields {
		all = append(all, f.Value)
	}
	if p.File.IsBytes() {
		return append(all, p.File.Path, p.File.Name)
	}
	return append(all, p.File.Text)
}

// anyValue reports whether one of the texts is such.
func anyValue(p uploader.Prepared, is func(string) bool) bool {
	for _, v := range allValues(p) {
		if is(v) {
			return true
		}
	}
	return false
}

// unseen reports whether a text holds what would not be drawn as it is.
func unseen(s string) bool { return string(visible.Clean(s)) != s }

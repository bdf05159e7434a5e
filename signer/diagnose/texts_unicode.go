package diagnose

import (
	"encoding/json"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// unicodes changes the encoding or the normal form of what is not ASCII.
func unicodes(l *lab, f form, out emit) {
	text := f.text()
	ascii := !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 })
	if ascii && !strings.Contains(text, "?") && !strings.Contains(text, `\u`) && !strings.Contains(text, "&#") {
		if !f.hasWhole {
			out(wholly(utf16Bytes(text, false)), mistake{cause: 10, weight: 3, say: sayText, signed: "as UTF-16"})
			out(wholly(utf16Bytes(text, true)), mistake{cause: 10, weight: 3, say: sayText, signed: "as UTF-16, big end first"})
		}
		out(wholly("\ufeff"+text), mistake{cause: 10, weight: 3, say: sayText, signed: "with a byte order mark in front"})
		return
	}
	for _, c := range textCodings {
		g, changed := f.mapValues(c.encode)
		if !changed {
			continue
		}
		m := mistake{cause: 10, weight: c.weight, say: sayUnicode, signed: c.name}
		for i, p := range f.pairs {
			if g.pairs[i].value != p.value {
				m.name, m.seen = p.name, p.value
				break
			}
		}
		out(g, m)
		many := 0
		for i, p := range f.pairs {
			if l.broad {
				break
			}
			if v := c.encode(p.value); v != p.value {
				m.name, m.seen = p.name, p.value
				if many++; many > 1 || len(f.pairs) > i+1 {
					out(f.with(i, v), m)
				}
			}
		}
	}
	out(wholly(utf16Bytes(text, false)), mistake{cause: 10, weight: 3, say: sayText, signed: "as UTF-16"})
	out(wholly(utf16Bytes(text, true)), mistake{cause: 10, weight: 3, say: sayText, signed: "as UTF-16, big end first"})
	out(wholly("\ufeff"+text), mistake{cause: 10, weight: 3, say: sayText, signed: "with a byte order mark in front"})
}

var textCodings = []coding{
	{"in the decomposed normal form (NFD)", 1, norm.NFD.String},
	{"in the composed normal form (NFC)", 1, norm.NFC.String},
	{"in the form NFKC", 2, norm.NFKC.String},
	{"in the form NFKD", 2, norm.NFKD.String},
	{"in Latin-1", 1, latin1},
	{"in Windows-1252", 2, windows1252},
	{"as UTF-8 that was taken for Latin-1 and encoded again", 1, doubled(charmap.ISO8859_1)},
	{"as UTF-8 that was taken for Windows-1252 and encoded again", 1, doubled(charmap.Windows1252)},
	{"with the doubled encoding undone", 1, undoubled(charmap.ISO8859_1)},
	{"with the doubled encoding undone (Windows-1252)", 1, undoubled(charmap.Windows1252)},
	{"with ? for what is not ASCII", 2, func(s string) string { return mapHigh(s, func(rune) string { return "?" }) }},
	{"with U+FFFD for what is not ASCII", 2, func(s string) string { return mapHigh(s, func(rune) string { return "\ufffd" }) }},
	{"without what is not ASCII", 2, func(s string) string { return mapHigh(s, func(rune) string { return "" }) }},
	{"without accents", 2, noAccents},
	{"as the low byte of each UTF-16 unit", 2, lowBytes},
	{`with \u escapes`, 2, asciiJSON},
	{"with HTML entities by number", 2, func(s string) string {
		return mapHigh(s, func(r rune) string { return "&#" + strconv.Itoa(int(r)) + ";" })
	}},
	{"with hexadecimal HTML entities", 2, func(s string) string { return mapHigh(s, func(r rune) string { return fmt.Sprintf("&#x%x;", r) }) }},
	{"with HTML entities undone", 2, html.UnescapeString},
	{`with the escapes of Python`, 2, func(s string) string {
		return mapHigh(s, func(r rune) string {
			switch {
			case r < 0x100:
				return fmt.Sprintf(`\x%02x`, r)
			case r > 0xffff:
				return fmt.Sprintf(`\U%08x`, r)
			}
			return fmt.Sprintf(`\u%04x`, r)
		})
	}},
	{`with \u escapes undone`, 2, unescapeJSON},
	{"in UTF-8 of surrogate halves (CESU-8)", 3, cesu8},
}

func latin1(s string) string {
	return mapHigh(s, func(r rune) string {
		if r < 0x100 {
			return string([]byte{byte(r)})
		}
		return "?"
	})
}

func windows1252(s string) string {
	return mapHigh(s, func(r rune) string {
		if b, ok := charmap.Windows1252.EncodeRune(r); ok {
			return string([]byte{b})
		}
		return "?"
	})
}

func doubled(c *charmap.Charmap) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] < 0x80 {
				b.WriteByte(s[i])
				continue
			}
			b.WriteRune(c.DecodeByte(s[i]))
		}
		return b.String()
	}
}

func undoubled(c *charmap.Charmap) func(string) string {
	return func(s string) string {
		var b []byte
		for _, r := range s {
			x, ok := c.EncodeRune(r)
			if !ok {
				return s
			}
			b = append(b, x)
		}
		return string(b)
	}
}

func mapHigh(s string, f func(rune) string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		b.WriteString(f(r))
	}
	return b.String()
}

func noAccents(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if r < 0x300 || r > 0x36f {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func lowBytes(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u))
	}
	return string(b)
}

func utf16Bytes(s string, big bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
			continue
		}
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func asciiJSON(s string) string {
	return mapHigh(s, func(r rune) string {
		if r > 0xffff {
			hi, lo := utf16.EncodeRune(r)
			return fmt.Sprintf(`\u%04x\u%04x`, hi, lo)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
}

func unescapeJSON(s string) string {
	if !strings.Contains(s, `\u`) {
		return s
	}
	var out string
	if json.Unmarshal([]byte(`"`+strings.ReplaceAll(s, `"`, `\"`)+`"`), &out) != nil {
		return s
	}
	return out
}

func cesu8(s string) string {
	return mapHigh(s, func(r rune) string {
		if r <= 0xffff {
			return string(r)
		}
		var b []byte
		hi, lo := utf16.EncodeRune(r)
		for _, u := range []rune{hi, lo} {
			b = append(b, 0xe0|byte(u>>12), 0x80|byte(u>>6)&0xbf, 0x80|byte(u)&0x3f)
		}
		return string(b)
	})
}

// jsonText is a string of JSON, with nothing escaped that need not be.
func jsonText(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func sayUnicode(m mistake) string {
	what := m.name + " " + show(m.seen)
	if !utf8.ValidString(m.seen) {
		what = m.name
	}
	return what + " was signed " + m.signed + "; it is sent and signed as UTF-8, in one normal form"
}

func sayText(m mistake) string { return "the string to sign was hashed " + m.signed }

package diagnose

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// coding is a way to encode a text.
type coding struct {
	name   string
	weight int
	encode func(string) string
}

func percent(keep string, lower, plus bool) func(string) string {
	const upperDigits, lowerDigits = "0123456789ABCDEF", "0123456789abcdef"
	return func(s string) string {
		digits := upperDigits
		if lower {
			digits = lowerDigits
		}
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			c := s[i]
			switch {
			case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(keep, c) >= 0:
				b.WriteByte(c)
			case c == ' ' && plus:
				b.WriteByte('+')
			default:
				b.WriteByte('%')
				b.WriteByte(digits[c>>4])
				b.WriteByte(digits[c&15])
			}
		}
		return b.String()
	}
}

func only(chars string, lower bool) func(string) string {
	var pairs []string
	for i := 0; i < len(chars); i++ {
		code := fmt.Sprintf("%%%02X", chars[i])
		if lower {
			code = strings.ToLower(code)
		}
		pairs = append(pairs, chars[i:i+1], code)
	}
	return strings.NewReplacer(pairs...).Replace
}

var (
	rfc3986   = percent("-._~", false, false)
	component = percent("-_.!~*'()", false, false)
	formStyle = percent("-_.*", false, true)
)

// codings are the encoders of the languages, and what people replace by hand.
var codings = []coding{
	{"as encodeURIComponent does", 1, component},
	{"by RFC 3986", 1, rfc3986},
	{"as a form does", 1, formStyle},
	{"as PHP's urlencode does", 1, percent("-_.", false, true)},
	{"as Go's QueryEscape does", 1, url.QueryEscape},
	{"as Python's quote does", 1, percent("-._~/", false, false)},
	{"as encodeURI does", 1, percent("-_.!~*'();/?:@&=+$,#", false, false)},
	{"with lower-case digits, by RFC 3986", 2, percent("-._~", true, false)},
	{"with lower-case digits, as a form does", 2, percent("-_.*!()", true, true)},
	{"as .NET does, with lower-case digits", 2, percent("-_.!*()", true, true)},
	{"as .NET's UrlEncode does", 2, percent("-_.!*()", false, true)},
	{"as Swift's urlQueryAllowed does", 2, percent("-._~!$&'()*+,;=:@/?", false, false)},
	{"as Swift's urlHostAllowed does", 2, percent("-._~!$&'()*+,;=:[]", false, false)},
	{"as Swift's urlPathAllowed does", 2, percent("-._~!$&'()*+,=:@/", false, false)},
	{"as Java's path encoding does", 3, percent("-._~!$&'()*+,;=:@", false, false)},
	{"as Ruby's CGI.escape does", 2, percent("-_.~", false, true)},
	{"as Ruby's URI.encode does", 3, percent("-_.!~*'()/?:@&=+$,;[]", false, false)},
	{"twice, by RFC 3986", 2, func(s string) string { return rfc3986(rfc3986(s)) }},
	{"twice, as encodeURIComponent does", 2, func(s string) string { return component(component(s)) }},
	{"twice, as a form does", 2, func(s string) string { return formStyle(formStyle(s)) }},
	{"the comma only", 2, only(",", false)},
	{"the comma only, in lower case", 3, only(",", true)},
	{"the pipe only", 2, only("|", false)},
	{"the pipe only, in lower case", 3, only("|", true)},
	{"comma and pipe", 2, only(",|", false)},
	{"the blank only", 2, only(" ", false)},
	{"the slash only", 2, only("/", false)},
	{"the slash only, in lower case", 3, only("/", true)},
	{"the colon only", 2, only(":", false)},
	{"colon and slash", 2, only(":/", false)},
	{"the plus only", 2, only("+", false)},
	{"the percent sign only", 2, only("%", false)},
	{"the & only", 2, only("&", false)},
	{"& and =", 2, only("&=", false)},
	{"the = only", 3, only("=", false)},
	{"the ? only", 3, only("?", false)},
	{"the # only", 3, only("#", false)},
	{"what is not ASCII only", 2, percent(" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", false, false)},
	{"all but the comma", 3, percent("-._~,", false, false)},
	{"all but comma and pipe", 3, percent("-._~,|", false, false)},
	{"all but the colon", 3, percent("-._~:", false, false)},
	{"all but colon and slash", 3, percent("-._~:/", false, false)},
	{"all but comma, colon and slash", 3, percent("-._~:/,", false, false)},
	{"all but comma and slash", 3, percent("-._~/,", false, false)},
}

// encodings percent-encodes before signing.
func encodings(l *lab, f form, out emit) {
	same := map[string]bool{}
	for _, c := range codings {
		if g, changed := f.mapValues(c.encode); changed {
			if t := g.text(); !same[t] {
				same[t] = true
				m := mistake{cause: 8, weight: c.weight, say: sayEncoded, signed: c.name}
				for i, p := range f.pairs {
					if g.pairs[i].value != p.value {
						m.name, m.seen = p.name, g.pairs[i].value
						if strings.ReplaceAll(p.value, "&", "%26") == g.pairs[i].value {
							m.also = []int{30}
						}
						break
					}
				}
				out(g, m)
			}
		}
	}
	for i, p := range f.pairs {
		done := map[string]bool{p.value: true}
		for _, c := range codings {
			v := c.encode(p.value)
			if done[v] {
				continue
			}
			done[v] = true
			m := mistake{cause: 8, weight: c.weight + 1, say: mistake.differs, name: p.name, seen: p.value, signed: v}
			if v == strings.ReplaceAll(p.value, "&", "%26") {
				m.also = []int{30}
			}
			out(f.with(i, v), m)
		}
	}
	if l.lean {
		return
	}
	text := f.text()
	for _, c := range codings {
		if v := c.encode(text); v != text {
			out(wholly(v), mistake{cause: 8, weight: c.weight + 2, say: sayEncodedWhole, signed: c.name})
		}
	}
	// Encoded on the wire and not signed so: the server saw the escapes.
	for _, undo := range []func(string) (string, error){url.PathUnescape, url.QueryUnescape} {
		decode := func(s string) string {
			if d, err := undo(s); err == nil {
				return d
			}
			return s
		}
		if g, changed := f.mapValues(decode); changed {
			out(g, mistake{cause: 8, weight: 2, say: sayEncodedSent})
			if h, again := g.mapValues(decode); again {
				out(h, mistake{cause: 8, weight: 3, say: sayEncodedSent})
			}
		}
	}
}

func sayEncoded(m mistake) string {
	return "values were percent-encoded before signing (" + m.signed + "): " + m.name + " was signed as " + show(m.seen) + "; they are signed as they are"
}

func sayEncodedWhole(m mistake) string {
	return "the whole string to sign was percent-encoded (" + m.signed + ")"
}

func sayEncodedSent(mistake) string {
	return "values were percent-encoded once more on the wire than they were signed: the server received the escapes as text"
}

// unicodes changes the encoding or the normal form of what is not ASCII.
func unicodes(_ *lab, f form, out emit) {
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

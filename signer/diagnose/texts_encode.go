package diagnose

import (
	"fmt"
	"net/url"
	"strings"
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
	{"as Go's PathEscape does", 2, url.PathEscape},
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
	if l.broad {
		return
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
	encodedSent(f, out)
}

// encodedSent is encoded on the wire and not signed so: the server saw the escapes.
func encodedSent(f form, out emit) {
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

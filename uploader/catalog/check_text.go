package catalog

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"signpost/signer"
)

// invisible is about characters that nobody sees and that are signed all the same.
// found is true where there are any.
func (c *checker) invisible(p signer.Param) (found bool) {
	v := p.Value
	if printable(v) {
		return false
	}
	multi := false
	if spec, ok := Lookup(p.Name); ok && (spec.Type == Script || spec.Type == Lines || spec.Type == JSON) {
		multi = true // blanks and line ends belong there
	}
	if trimmed := strings.TrimSpace(v); trimmed != v && !multi {
		c.fix(p.Name, "there is "+nameOf(v, trimmed)+": it is signed, and the service may take it away", "take it away", trimmed)
		return true
	}
	if !utf8.ValidString(v) {
		c.unconfirmed(p.Name, "it is no valid UTF-8: what the service signs is not known", "paste it again as text")
		return true
	}
	for i, r := range v {
		if name := invisibleName(r, multi); name != "" {
			where := fmt.Sprintf("at character %d there is %s", utf8.RuneCountInString(v[:i])+1, name)
			c.fix(p.Name, where+": it is signed as it stands", "take it away unless it is meant", strings.Map(func(r rune) rune {
				switch {
				case invisibleName(r, multi) == "":
					return r
				case r == '\u00a0' || r == '\t' || r == '\n' || r == '\u2007' || r == '\u202f':
					return ' '
				}
				return -1
			}, v))
			return true
		}
	}
	if composed := norm.NFC.String(v); composed != v {
		c.fix(p.Name, "letters and their accents are parted (NFD, as macOS writes file names): other bytes than what a keyboard types", "compose them", composed)
		return true
	}
	return false
}

// printable reports whether a text is ASCII without anything invisible in it: nearly
// every value is.
func printable(s string) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' {
		return s == ""
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// nameOf says what stands round a value.
func nameOf(v, trimmed string) string {
	at := strings.Index(v, trimmed)
	around, where := v[at+len(trimmed):], " at the end"
	if at > 0 {
		around, where = v[:at], " at the start"
	}
	r, _ := utf8.DecodeRuneInString(around)
	switch r {
	case '\n', '\r':
		return "a line end" + where
	case '\t':
		return "a tab" + where
	case '\u00a0':
		return "a no-break space" + where
	}
	return "a blank" + where
}

// invisibleName names a character that is not seen; the empty text is any other.
func invisibleName(r rune, multi bool) string {
	switch r {
	case '\n', '\r', '\t':
		if multi {
			return ""
		}
		return map[rune]string{'\n': "a line feed", '\r': "a carriage return", '\t': "a tab"}[r]
	case '\u00a0', '\u2007', '\u202f':
		return "a no-break space"
	case '\u200b':
		return "a zero-width space"
	case '\u200c', '\u200d':
		return "" // they join letters and emoji
	case '\ufeff':
		return "a byte order mark"
	case '\u00ad':
		return "a soft hyphen"
	case '\u2028', '\u2029':
		return "a line separator"
	}
	switch {
	case unicode.Is(unicode.Bidi_Control, r):
		return "a bidirectional control character"
	case unicode.Is(unicode.Cc, r):
		return fmt.Sprintf("a control character (U+%04X)", r)
	case r == '\u2060' || r >= '\u2061' && r <= '\u2064':
		return "an invisible character"
	}
	return ""
}

// percentDecoded undoes a URL encoding; ok is false where there is none worth speaking of.
func percentDecoded(v string) (string, bool) {
	if strings.IndexByte(v, '%') < 0 {
		return "", false
	}
	decoded, err := url.PathUnescape(v)
	if err != nil || decoded == v || !utf8.ValidString(decoded) || firstEscape(v) == "" {
		return "", false
	}
	return decoded, true
}

// firstEscape is the first percent escape of a text.
func firstEscape(v string) string {
	for i := 0; i+2 < len(v); i++ {
		if v[i] == '%' {
			if _, err := strconv.ParseUint(v[i+1:i+3], 16, 8); err == nil {
				return v[i : i+3]
			}
		}
	}
	return ""
}

// parseDecimal reads a plain decimal number.
func parseDecimal(s string) (float64, bool) {
	if strings.Trim(s, "0123456789.-") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// url checks addresses that the service is to call.
func (c *checker) url(p signer.Param) {
	u, err := url.Parse(p.Value)
	switch {
	case err != nil || u.Host == "":
		c.warn(p.Name, "it is no absolute URL", "such as https://example.com/hook")
	case u.Scheme != "http" && u.Scheme != "https":
		c.warn(p.Name, fmt.Sprintf("%q is no http or https address", u.Scheme), "")
	case isLocal(u.Hostname()):
		c.warn(p.Name, "the service cannot reach this machine at "+u.Hostname(), "it needs an address on the internet; a tunnel gives one")
	case u.Scheme == "http" && p.Name != "proxy":
		c.warn(p.Name, "plain http: what is sent there can be read and changed on the way", "https")
	}
	if p.Name == "callback" {
		c.warn(p.Name, "closed to new customers since July 2025", "read the JSON answer, or use notification_url")
	}
}

func isLocal(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1" || host == "0.0.0.0" ||
		strings.HasPrefix(host, "10.") || strings.HasPrefix(host, "192.168.") || strings.HasSuffix(host, ".local")
}

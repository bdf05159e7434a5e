package importing

import (
	"regexp"
	"sync"

	"signpost/signer/visible"
	"signpost/uploader/importer"
)

// named finds a secret by the name that it is given, as in api_secret: '…', and by the
// place where a CLOUDINARY_URL has one.
var named = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(secret|token|passwd|password)["']?\s*[:=]\s*["']?[^\s"'$%]|cloudinary://[^\s@/]*:`)
})

// beside finds the words that a secret stands beside: also those of programs and of
// headers that nothing here reads.
var beside = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)secret|passw|authori[sz]ation|bearer|token|cloudinary://|://[^/\s@]*:[^/\s@]*@|(^|\s)(-u|-a|--user|--auth|--proxy-user|--oauth2-bearer)(\s|=|$)`)
})

// quotation is a piece of the text in a sentence about it.
var quotation = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(?:[^"\\]|\\.)*"`) })

// NamesSecret reports whether a text gives a secret a name: it is more than the value of
// a field then, whatever else it may be.
func NamesSecret(s string) bool { return named().MatchString(s) }

// guarded reports whether the text is not to be drawn. A secret that was found may stand
// in it a second time, quoted, encoded or in pieces; one that was not found is known by
// the words beside it.
func (m Model) guarded() bool { return !m.harmless() || beside().MatchString(m.text) }

// reason draws a reason; of a guarded text it quotes nothing that may be a secret.
func (m Model) reason(r importer.Reason) (what, why visible.Text) {
	if m.guarded() {
		if m.result.Kind == importer.Unknown || NamesSecret(r.What) {
			r.What = "a part of the text"
		}
		r.Why = quotation().ReplaceAllStringFunc(r.Why, func(q string) string {
			if beside().MatchString(q) {
				return `"…"`
			}
			return q
		})
	}
	return m.clean(r.What, 100), visible.Clean(m.redact(r.Why))
}

// cut shortens a text to n bytes, and never within a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

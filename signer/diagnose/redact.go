package diagnose

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"sync"

	"signpost/signer"
)

// Redactor takes secrets out of a text by their value, in every form that people, shells
// and programs write them in, whole or in part.
type Redactor struct {
	forms []string
	parts []string // pieces of it that are long enough to be one
}

// piece is how many characters in a row give a secret away.
const piece = 6

// NewRedactor makes one for several secrets. The published one may be seen and is left.
func NewRedactor(secrets ...signer.Secret) *Redactor {
	r := &Redactor{}
	for _, s := range secrets {
		s.Reveal(func(text string) { r.add(text) })
	}
	longer := func(a, b string) int { return len(b) - len(a) }
	slices.SortFunc(r.forms, longer)
	r.forms = slices.Compact(r.forms)
	slices.Sort(r.parts)
	r.parts = slices.Compact(r.parts)
	return r
}

func (r *Redactor) add(text string) {
	bare := strings.Trim(text, " \t\r\n\"'`\ufeff\u200b")
	if rest, ok := strings.CutPrefix(strings.TrimPrefix(bare, "CLOUDINARY_URL="), "cloudinary://"); ok {
		if user, _, ok := strings.Cut(rest, "@"); ok {
			if _, s, ok := strings.Cut(user, ":"); ok {
				r.add(s)
			}
		}
	}
	for _, t := range []string{text, bare} {
		if len(t) < 4 || bare == signer.Published {
			continue
		}
		for _, way := range []string{t, reverse(t)} {
			r.formsOf(way)
		}
	}
	if bare == signer.Published {
		return
	}
	for _, way := range []string{bare, reverse(bare)} {
		for i := 0; i+piece <= len(way); i++ {
			if p := way[i : i+piece]; !strings.Contains(vocabulary(), p) {
				r.parts = append(r.parts, p)
			}
		}
	}
}

// vocabulary is the words that are written here anyway: pieces of a secret that are in
// it give nothing away, and masking them would make a report unreadable.
var vocabulary = sync.OnceValue(func() string {
	var b strings.Builder
	for _, c := range Causes {
		b.WriteString(c.Title + " " + c.Fix + " ")
	}
	b.WriteString("secret signature timestamp parameters public_id folder upload_preset server cloudinary account profile the string to sign was signed command message held here")
	return b.String()
})

// formsOf adds the spellings of a text.
func (r *Redactor) formsOf(t string) {
	raw := []byte(t)
	quoted := fmt.Sprintf("%q", t)
	digits := hex.EncodeToString(raw)
	every := func(format string) string {
		var b strings.Builder
		for _, c := range raw {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
	r.put(t, url.QueryEscape(t), url.PathEscape(t), rfc3986(t), component(t), strings.ToLower(rfc3986(t)), rfc3986(rfc3986(t)),
		quoted[1:len(quoted)-1], strings.Trim(jsonText(t), `"`), html.EscapeString(t),
		digits, strings.ToUpper(digits), every("%02x "), every("%02X "), every("%02x:"), every("\\x%02x"), every("%%%02X"), every("%%%02x"), every("\\u%04x"), every("&#%d;"), every("%d "), every("%d, "), every("%d,"), every("0x%02x, "), every("%c "),
		strings.ToLower(t), strings.ToUpper(t))
	// In base64 it depends on what stands in front: three shifts, without the characters
	// at the ends that hold neighbours too.
	for shift := range 3 {
		padded := append(make([]byte, shift), raw...)
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			whole := e.EncodeToString(padded)
			from := (shift*8 + 5) / 6
			to := len(padded) * 8 / 6
			if to-from >= 4 {
				inner := whole[from:to]
				r.put(inner, reverse(inner))
				for i := 0; i+8 <= len(inner); i++ {
					r.parts = append(r.parts, inner[i:i+8])
				}
			}
		}
	}
	for i := 0; i+2*piece <= len(digits); i += 2 {
		r.parts = append(r.parts, digits[i:i+2*piece], strings.ToUpper(digits[i:i+2*piece]))
	}
	r.put(reverse(digits))
}

func (r *Redactor) put(forms ...string) {
	for _, f := range forms {
		if f = strings.TrimSpace(f); len(f) >= 4 {
			r.forms = append(r.forms, f)
		}
	}
}

func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// Clean is a text with each secret replaced by the mask.
func (r *Redactor) Clean(text string) string {
	if text == "" || len(r.forms) == 0 {
		return text
	}
	for _, f := range r.forms {
		text = strings.ReplaceAll(text, f, signer.Mask)
	}
	return r.cleanParts(text)
}

// cleanParts masks every stretch that is made of pieces of a secret.
func (r *Redactor) cleanParts(text string) string {
	if len(r.parts) == 0 {
		return text
	}
	hidden := make([]bool, len(text))
	found := false
	mark := func(size int) {
		for i := 0; i+size <= len(text); i++ {
			if _, ok := slices.BinarySearch(r.parts, text[i:i+size]); ok {
				found = true
				for k := i; k < i+size; k++ {
					hidden[k] = true
				}
			}
		}
	}
	mark(piece)
	mark(8)
	mark(2 * piece)
	if !found {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if !hidden[i] {
			b.WriteByte(text[i])
			i++
			continue
		}
		for i < len(text) && hidden[i] {
			i++
		}
		b.WriteString(signer.Mask)
	}
	return b.String()
}

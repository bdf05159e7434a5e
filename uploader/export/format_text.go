package export

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"signpost/signer/visible"
	"signpost/uploader"
)

// textFormats are the pieces of a request as plain text. Control characters in them
// are copied as they are, and drawn as escapes: that is said.
var textFormats = []Format{
	{ID: "string-to-sign", Group: "text", Title: "string to sign", Proof: Executed, Ext: ".txt", make: ofSigned(func(p uploader.Prepared) string { return p.Trace.StringToSign })},
	{ID: "signature", Group: "text", Title: "signature", Proof: Executed, Ext: ".txt", make: ofSigned(func(p uploader.Prepared) string { return p.Trace.Signature })},
	{ID: "url", Group: "text", Title: "address of the upload", Proof: Executed, Ext: ".txt", make: piece(func(p uploader.Prepared) string { return p.URL })},
	{ID: "query", Group: "text", Title: "form fields, URL-encoded", Proof: Executed, Ext: ".txt", make: piece(urlencoded)},
	{ID: "json", Group: "text", Title: "form fields as JSON", Proof: Executed, Ext: ".json", make: fieldsText},
}

// piece makes a format of a text; one that is empty is an error.
func piece(of func(uploader.Prepared) string) func(uploader.Prepared) (Snippet, error) {
	return func(p uploader.Prepared) (Snippet, error) {
		s := Snippet{Text: of(p)}
		switch {
		case s.Text == "":
			return Snippet{}, ErrUnsigned
		case p.Account.Redact(s.Text) != s.Text:
			return Snippet{}, problem(ErrHasSecret, "a value has the API secret in it; take it out there")
		case string(visible.CleanLines(s.Text)) != s.Text:
			s.Notes = append(s.Notes, "it has characters that are not seen: they are copied as they are")
		}
		return s, nil
	}
}

// ofSigned is [piece] for what a request only has where it is signed.
func ofSigned(of func(uploader.Prepared) string) func(uploader.Prepared) (Snippet, error) {
	return func(p uploader.Prepared) (Snippet, error) {
		s, err := piece(of)(p)
		if err == nil && p.Auth != uploader.AuthSigned {
			s.Notes = append(s.Notes, "the request is not signed: this is what the signed one would have")
		}
		return s, err
	}
}

// fieldsText is [fieldsJSON] for texts; JSON holds no other bytes.
func fieldsText(p uploader.Prepared) (Snippet, error) {
	for _, f := range p.Fields {
		if !utf8.ValidString(f.Value) {
			return Snippet{}, problem(fmt.Errorf("%s: %w", f.Name, ErrNotUTF8), "the form fields, URL-encoded, hold it")
		}
	}
	return piece(fieldsJSON)(p)
}

// fieldsJSON are the form's fields as one object, in sending order.
func fieldsJSON(p uploader.Prepared) string {
	var b strings.Builder
	b.WriteString("{")
	for i, f := range p.Fields {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  " + jsonText(f.Name) + ": " + jsonText(f.Value))
	}
	b.WriteString("\n}")
	return b.String()
}

// jsonText is a text of JSON. Everything but printable ASCII stands as an escape where
// one character of it would not be drawn as it is.
func jsonText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	plain := !unseen(s)
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r >= ' ' && r < 0x7f || plain:
			b.WriteRune(r)
		default:
			for _, u := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, u)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}

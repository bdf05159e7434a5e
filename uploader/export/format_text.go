package export

import (
	"encoding/json"
	"strings"

	"signpost/signer/visible"
	"signpost/uploader"
)

// textFormats are the pieces of a request as plain text. Control characters in them
// are copied as they are, and drawn as escapes: that is said.
var textFormats = []Format{
	{ID: "string-to-sign", Group: "text", Title: "string to sign", Proof: Executed, Ext: ".txt", make: piece(func(p uploader.Prepared) string { return p.Trace.StringToSign })},
	{ID: "signature", Group: "text", Title: "signature", Proof: Executed, Ext: ".txt", make: piece(func(p uploader.Prepared) string { return p.Trace.Signature })},
	{ID: "url", Group: "text", Title: "address of the upload", Proof: Executed, Ext: ".txt", make: piece(func(p uploader.Prepared) string { return p.URL })},
	{ID: "query", Group: "text", Title: "form fields, URL-encoded", Proof: Executed, Ext: ".txt", make: piece(urlencoded)},
	{ID: "json", Group: "text", Title: "form fields as JSON", Proof: Executed, Ext: ".json", make: piece(fieldsJSON)},
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

// jsonText is a text of JSON; what would not be drawn as it is stands as an escape.
func jsonText(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(raw)
}

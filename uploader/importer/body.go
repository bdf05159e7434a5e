package importer

import (
	"encoding/base64"
	"mime"
	"net/url"
	"strings"

	"signpost/uploader/catalog"
)

// urlencoded reads name=value pairs as a server does: + is a blank, %XX a byte. where
// is a remark for what is not a form's body.
func (r *Result) urlencoded(body, where string) {
	if where != "" && body != "" {
		r.trapOnce(where, "parameters there are read by the service too")
	}
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		rawName, rawValue, hasValue := strings.Cut(pair, "=")
		name, value := formDecoded(rawName), formDecoded(rawValue)
		if !hasValue {
			r.trap(pair, "there is no = in it: the service gets a field without a value. Is a & in front of it meant as text? It would be %26")
		}
		if strings.Contains(rawValue, "+") {
			r.trapOnce(name+"=…+…", "a plus sign in such a body arrives as a blank; --data-urlencode or %2B keeps it")
		}
		if strings.Contains(rawValue, "%") && value == rawValue && !strings.Contains(rawValue, "+") {
			r.trapOnce(name+"=…%…", "a percent sign that is no escape: servers differ in what they make of it")
		}
		r.param(name, value)
	}
}

// formDecoded undoes the encoding of a form; what is no escape stays.
func formDecoded(s string) string {
	return unescaped(strings.ReplaceAll(s, "+", " "))
}

// unescaped undoes percent escapes one by one.
func unescaped(s string) string {
	if text, err := url.PathUnescape(s); err == nil {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isDigit(s[i+1], 16) && isDigit(s[i+2], 16) {
			text, _ := url.PathUnescape(s[i : i+3])
			b.WriteString(text)
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// jsonBody reads a body of JSON: an object of fields.
func (r *Result) jsonBody(body string) {
	v, err := catalog.DecodeJSON(body)
	o, ok := v.(catalog.Object)
	if err != nil || !ok {
		r.drop("the JSON body", "it is no JSON object")
		return
	}
	r.fields(o)
}

// fields takes the members of an object as fields of wire text.
func (r *Result) fields(o catalog.Object) {
	for _, m := range o {
		text, ok := scalar(m.Value)
		if !ok {
			var send bool
			var err error
			if text, send, err = catalog.Serialize(m.Key, m.Value); err != nil || !send {
				r.drop(m.Key, "it has no wire form: null, an empty list, or nested too deep")
				continue
			}
		}
		r.param(m.Key, text)
	}
}

// scalar is a text or a number as it was written.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case interface{ String() string }: // a number
		return v.String(), true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	}
	return "", false
}

// multipartBody reads a multipart form. boundary is empty where only the body tells it.
// It reports whether it was one.
func (r *Result) multipartBody(body, boundary string) bool {
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), `\r\n`, "\n")
	if boundary == "" {
		first, _, _ := strings.Cut(strings.TrimLeft(body, "\n"), "\n")
		if !strings.HasPrefix(first, "--") || len(first) < 3 {
			return false
		}
		boundary = strings.TrimPrefix(strings.TrimRight(first, " "), "--")
	}
	parts := strings.Split("\n"+body, "\n--"+boundary)
	if len(parts) < 2 {
		return false
	}
	for _, part := range parts[1:] {
		if strings.HasPrefix(part, "--") {
			break
		}
		head, value, ok := strings.Cut(strings.TrimPrefix(part, "\n"), "\n\n")
		if !ok {
			head, value = strings.TrimPrefix(part, "\n"), ""
		}
		r.multipartPart(head, value)
	}
	return true
}

// multipartPart is one field, or a file whose bytes are not text.
func (r *Result) multipartPart(head, value string) {
	for line := range strings.SplitSeq(head, "\n") {
		key, content, _ := strings.Cut(line, ":")
		if !strings.EqualFold(strings.TrimSpace(key), "content-disposition") {
			continue
		}
		_, params, err := mime.ParseMediaType(strings.TrimSpace(content))
		if err != nil {
			r.drop(line, "it is no header of a form's part")
			return
		}
		if name, isFile := params["filename"]; isFile && params["name"] == "file" {
			r.setFile(name, true)
			r.drop("the bytes of "+name, "only the name is taken: choose the file itself")
			return
		} else if isFile {
			r.drop(params["name"], "it is a file, not text")
			return
		}
		r.param(params["name"], value)
		return
	}
}

// basic takes the credentials of an Authorization header.
func (r *Result) basic(encoded string) {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		r.drop("Authorization", "it is no base64")
		r.Auth = "basic"
		return
	}
	r.userInfo(string(raw), "the Authorization header")
	if r.Secret.IsZero() && len(raw) > 0 {
		r.drop("Authorization", "there is no secret in it")
	}
}

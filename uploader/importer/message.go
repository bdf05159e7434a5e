package importer

import (
	"html"
	"strings"

	"signpost/uploader/catalog"
)

var (
	invalidSignature = lazy(`(?is)Invalid Signature\s+([0-9a-f]+)\s*\.\s*String to sign\s+-\s+['‘"](.*)`)
	otherMessage     = lazy(`(?i)Stale request - reported time is [^"'<\n]*|Missing required parameter - \w+|Unknown API key \S*|Invalid cloud_name \S*|cloud_name mismatch|api_secret mismatch|Invalid api_key \S*|Upload preset (?:must be [^"'<\n.]*|not found)|\w+ parameter is not allowed when using unsigned upload[^"'<\n]*|Invalid image file|Unsupported video format or file|Empty file|Nothing to load|File size too large[^"'<\n]*|Error in loading [^"'<\n]*|Invalid URL for upload|Unsupported source URL[^"'<\n]*|public_id \([^)]*\) is invalid|Display name cannot contain slashes|Invalid transformation component - [^"'<\n]*|Invalid extension in transformation[^"'<\n]*|Raw convert is invalid|All parts except EOF-chunk must be larger than 5mb|Resource not found[^"'<\n]*|Rate limit exceeded[^"'<\n]*`)
)

// readMessage finds an error message of the service, wherever it stands: in JSON, in a
// stack trace, in HTML, or alone.
func readMessage(text string) (Result, bool) {
	plain := unwrapped(text)
	r := Result{Kind: Error}
	if m := invalidSignature().FindStringSubmatch(plain); m != nil {
		signed := endOfString(m[2])
		r.Message = "Invalid Signature " + m[1] + ". String to sign - '" + signed + "'."
		r.stringToSign(signed)
		r.param("signature", m[1])
		return r, true
	}
	if m := otherMessage().FindString(plain); m != "" {
		r.Message = strings.TrimSpace(m)
		return r, true
	}
	if !strings.HasPrefix(text, "{") {
		return Result{}, false
	}
	v, err := catalog.DecodeJSON(text)
	o, ok := v.(catalog.Object)
	if err != nil || !ok {
		return Result{}, false
	}
	if inner, ok := o.Get("error"); ok {
		switch e := inner.(type) {
		case catalog.Object:
			message, _ := e.Get("message")
			r.Message, _ = message.(string)
		case string:
			r.Message = e
		}
	}
	return r, r.Message != ""
}

// unwrapped undoes what a message goes through on its way into a log: escapes of JSON
// and of HTML.
func unwrapped(text string) string {
	if strings.Contains(text, "&#") || strings.Contains(text, "&amp;") || strings.Contains(text, "&quot;") {
		text = html.UnescapeString(text)
	}
	if strings.Contains(text, `\u00`) || strings.Contains(text, `\"`) || strings.Contains(text, `\/`) {
		text = strings.NewReplacer(`\u0027`, "'", `\u0026`, "&", `\u003c`, "<", `\u003e`, ">", `\u003d`, "=", `\"`, `"`, `\/`, "/").Replace(text)
	}
	return text
}

// endOfString cuts what follows the string to sign: it ends with a quote and a full
// stop, or, where the message was cut, with its line.
func endOfString(s string) string {
	for _, end := range []string{"'.", "’.", `".`} {
		if i := strings.LastIndex(firstParagraph(s), end); i >= 0 {
			return s[:i]
		}
	}
	s = firstParagraph(s)
	return strings.TrimRight(s, "'’\"., \n")
}

// firstParagraph is the text up to where a log goes on with something else.
func firstParagraph(s string) string {
	for _, end := range []string{"\n    at ", "\n\tat ", "\n\n", "\",\"", "\"}", "</"} {
		if i := strings.Index(s, end); i >= 0 {
			s = s[:i]
		}
	}
	return s
}

// stringToSign parts a string to sign at known parameter names: an & within a value
// does not part it, unless what follows looks like a parameter.
func (r *Result) stringToSign(s string) {
	start := 0
	flush := func(end int) {
		name, value, ok := strings.Cut(s[start:end], "=")
		if !ok {
			return
		}
		if strings.Contains(value, "%26") {
			value = strings.ReplaceAll(value, "%26", "&")
			r.trapOnce("%26", "version 2 of the signature writes an & in a value so; a literal %26 would look the same")
		}
		r.param(name, value)
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '&' {
			continue
		}
		name, _, ok := strings.Cut(s[i+1:], "=")
		if _, known := catalog.Lookup(name); ok && known {
			flush(i)
			start = i + 1
		}
	}
	flush(len(s))
}

// readJSON reads an answer of the service, the widget's parameters, or an error.
func readJSON(text string) (Result, bool) {
	if !strings.HasPrefix(text, "{") {
		return Result{}, false
	}
	v, err := catalog.DecodeJSON(text)
	o, ok := v.(catalog.Object)
	if err != nil || !ok {
		return Result{}, false
	}
	for _, key := range []string{"paramsToSign", "params_to_sign"} {
		if inner, ok := o.Get(key); ok {
			if p, is := inner.(catalog.Object); is {
				o = p
			}
		}
	}
	if isResponse(o) {
		return response(o), true
	}
	known := 0
	for _, m := range o {
		if _, ok := catalog.Lookup(m.Key); ok {
			known++
		}
	}
	if known == 0 {
		return Result{}, false
	}
	r := Result{Kind: WidgetParams}
	r.fields(o)
	return r, true
}

// isResponse reports whether an object is an answer to an upload.
func isResponse(o catalog.Object) bool {
	n := 0
	for _, key := range []string{"asset_id", "secure_url", "version_id", "etag", "created_at", "bytes", "public_id", "version"} {
		if _, ok := o.Get(key); ok {
			n++
		}
	}
	return n >= 3
}

// response takes from an answer what a next upload of the same asset needs.
func response(o catalog.Object) Result {
	r := Result{Kind: Response}
	for _, name := range []string{"public_id", "type", "asset_folder", "display_name", "tags"} {
		if v, ok := o.Get(name); ok {
			if text, send, err := catalog.Serialize(name, v); err == nil && send {
				r.param(name, text)
			}
		}
	}
	if kind, ok := o.Get("resource_type"); ok {
		r.ResourceType, _ = kind.(string)
	}
	address, _ := o.Get("secure_url")
	if s, ok := address.(string); ok {
		r.setFile(s, false)
		if rest, ok := strings.CutPrefix(s, "https://res.cloudinary.com/"); ok {
			r.CloudName, _, _ = strings.Cut(rest, "/")
		}
	}
	for _, m := range o {
		switch m.Key {
		case "public_id", "type", "asset_folder", "display_name", "tags", "resource_type", "secure_url":
		case "signature":
			r.drop(m.Key, "the signature of an answer covers public_id and version, not the request")
		default:
			if len(r.Dropped) < 6 {
				r.drop(m.Key, "it tells of the asset and is no parameter of an upload")
			}
		}
	}
	return r
}

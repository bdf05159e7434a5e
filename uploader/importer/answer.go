package importer

import (
	"strings"

	"signpost/uploader/catalog"
)

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

package importer

import (
	"regexp"
	"strings"

	"signpost/uploader/catalog"
)

var sdkCall = lazy(`(?:cloudinary(?:\.v2)?\.)?uploader\.(upload_large|upload_stream|upload_image|unsigned_upload|upload)\s*\(|cloudinary\.uploader\.(\w+)\(`)

// readSDK reads a call of an SDK's upload: Node or Python. Nothing of it is run: what
// is no literal is dropped.
func readSDK(text string) (Result, bool) {
	at := sdkCall().FindStringSubmatchIndex(text)
	if at == nil {
		return Result{}, false
	}
	name := strings.TrimSuffix(strings.TrimSpace(text[at[0]:at[1]]), "(")
	name = name[strings.LastIndexByte(name, '.')+1:]
	python := isPython(text, at[1])
	r := Result{Kind: SDKNode}
	if python {
		r.Kind = SDKPython
	}
	l := literals{src: text, at: at[1], python: python, res: &r}
	var options catalog.Object
	args := 0
	for l.space(); !l.end(); l.space() {
		if key, ok := l.keyword(); ok {
			if v, ok := l.value(0); ok {
				options = append(options, catalog.Member{Key: key, Value: v})
			} else {
				l.unknown(key)
			}
		} else {
			l.positional(name, args, &options)
			args++
		}
		if !l.take(',') {
			break
		}
	}
	r.options(options, name, python)
	return r, true
}

// isPython goes by keyword arguments, Python's words for true and false, and comments.
func isPython(text string, at int) bool {
	args := text[at-1:]
	if regexp.MustCompile(`[(,]\s*\w+\s*=\s*[^=>\s]`).MatchString(args) {
		return true
	}
	return regexp.MustCompile(`(?m)^\s*(?:import|from) cloudinary`).MatchString(text) && !strings.Contains(text, "require(")
}

// positional reads an argument without a name: the file, or the options of Node.
func (l *literals) positional(call string, index int, options *catalog.Object) {
	start := l.at
	v, ok := l.value(0)
	switch o, isObject := v.(catalog.Object); {
	case !ok:
		what := strings.TrimSpace(l.skip(start))
		if isFunction(what) {
			return
		}
		if index == 0 && call != "upload_stream" {
			l.res.drop("the file, "+short(what), "it is no literal: it is not known what it stands for")
			return
		}
		l.res.drop(what, "it is no literal: it is not known what it stands for")
	case isObject:
		*options = append(*options, o...)
	case call == "unsigned_upload" && index == 1:
		*options = append(*options, catalog.Member{Key: "upload_preset", Value: v}, catalog.Member{Key: "unsigned", Value: true})
	case index == 0:
		if s, is := v.(string); is {
			l.res.setFile(s, isLocalPath(s))
		}
	}
}

func isFunction(s string) bool {
	return strings.Contains(s, "=>") || strings.HasPrefix(s, "function") || strings.HasPrefix(s, "async ") || strings.HasPrefix(s, "lambda")
}

// isLocalPath is the SDKs' own rule for what is sent as bytes.
// Source: cloudinary_npm lib/utils/isRemoteUrl.js.
func isLocalPath(s string) bool {
	return !regexp.MustCompile(`^(?:ftp:|https?:|gs:|s3:|data:[\w/.+-]*(?:;[\w.=-]+)*;base64,)`).MatchString(s[:min(len(s), 120)])
}

// options turns the options of a call into fields.
func (r *Result) options(o catalog.Object, call string, python bool) {
	var rest catalog.Object
	for _, m := range o {
		text, isText := m.Value.(string)
		switch m.Key {
		case "cloud_name":
			r.CloudName = text
		case "api_key":
			r.APIKey, _ = scalar(m.Value)
		case "api_secret":
			if isText {
				r.param("api_secret", text)
			}
		case "oauth_token":
			if isText {
				(&curlReader{res: r}).bearer(text)
			}
		case "resource_type":
			r.ResourceType = text
		case "upload_prefix":
			r.Endpoint = text
		case "unsigned":
			if on, _ := m.Value.(bool); on {
				r.Auth = "unsigned"
			}
		default:
			rest = append(rest, m)
		}
	}
	if call == "upload_large" {
		r.drop("upload_large", "parts are made where a file is large")
	}
	sent, dropped, err := catalog.SerializeAll(rest)
	if err != nil {
		r.drop("the options", err.Error())
		for _, m := range rest {
			if text, send, err := catalog.Serialize(m.Key, m.Value); err == nil && send {
				r.param(m.Key, text)
			}
		}
		return
	}
	for _, p := range sent {
		r.param(p.Name, p.Value)
	}
	for _, name := range dropped {
		r.drop(name, "the SDK does not send it")
	}
	if python {
		for _, m := range rest {
			if p, ok := catalog.Lookup(m.Key); ok && strings.Contains(p.SDKs, "Python") {
				r.trap(m.Key, "Python may write it otherwise than Node: "+p.SDKs)
			}
		}
	}
}

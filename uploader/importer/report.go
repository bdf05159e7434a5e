package importer

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"signpost/signer"
)

// maxReasons bounds how many reasons are kept of a kind.
const maxReasons = 40

func (r *Result) drop(what, why string) { add(&r.Dropped, what, why) }
func (r *Result) trap(what, why string) { add(&r.Traps, what, why) }

// trapOnce says a thing about what it is about once only.
func (r *Result) trapOnce(what, why string) {
	if !slices.ContainsFunc(r.Traps, func(x Reason) bool { return x.What == what }) {
		r.trap(what, why)
	}
}

func add(list *[]Reason, what, why string) {
	reason := Reason{What: short(what), Why: why}
	if len(*list) < maxReasons && !slices.Contains(*list, reason) {
		*list = append(*list, reason)
	}
}

// short is a text that fits into a sentence.
func short(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	n := most
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

func quoted(s string) string { return fmt.Sprintf("%q", short(s)) }

// param appends a field as the server receives it.
func (r *Result) param(name, value string) {
	switch name {
	case "file":
		r.setFile(value, false)
		return
	case "api_secret":
		r.Secret = signer.NewSecret(value)
		r.drop("api_secret", "it is a secret: it is never sent")
		return
	}
	if len(r.Params) < maxParams {
		r.Params = append(r.Params, signer.Param{Name: name, Value: value})
	}
}

// maxParams bounds how many fields are taken.
const maxParams = 2000

func (r *Result) setFile(value string, isPath bool) {
	if r.HasFile {
		r.drop("file", "there are several; the first is taken")
		return
	}
	r.File, r.FileIsPath, r.HasFile = value, isPath, true
}

// get is the first value of a field.
func (r *Result) get(name string) string {
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// finish takes secrets out of everything that is shown, and works out what follows from
// the fields: the key, and how the request is authenticated.
func (r *Result) finish() {
	if r.APIKey == "" {
		r.APIKey = r.get("api_key")
	}
	r.keepKeyApart()
	redact := func(s string) string { return r.Token.Redact(r.Secret.Redact(s)) }
	for _, list := range [][]Reason{r.Dropped, r.Traps} {
		for i := range list {
			list[i].What, list[i].Why = redact(list[i].What), redact(list[i].Why)
		}
	}
	r.Params = slices.DeleteFunc(r.Params, func(p signer.Param) bool {
		if redact(p.Value) == p.Value && redact(p.Name) == p.Name {
			return false
		}
		r.Dropped = append(r.Dropped, Reason{What: redact(p.Name), Why: "its value holds a secret"})
		return true
	})
	if redact(r.File) != r.File {
		r.File, r.HasFile = "", false
		r.drop("file", "it holds a secret")
	}
	if redact(r.Endpoint) != r.Endpoint {
		r.Endpoint = ""
	}
	r.Message = redact(r.Message)
	if r.Auth == "" && r.get("signature") == "" && r.get("upload_preset") != "" && r.get("api_key") == "" && r.isRequest() {
		r.Auth = "unsigned"
	}
}

// keepKeyApart drops a key, or a cloud name, that is a secret in the wrong place: both
// are shown and sent.
func (r *Result) keepKeyApart() {
	same := func(s string) bool {
		return s != signer.Published && (r.Secret.Equal(signer.NewSecret(s)) || r.Token.Equal(signer.NewSecret(s)))
	}
	isNumber := strings.Trim(r.APIKey, "0123456789") == ""
	if r.APIKey != "" && (same(r.APIKey) && !isNumber || len(r.APIKey) >= 20 && !isNumber) {
		key := r.APIKey
		r.APIKey = ""
		r.Params = slices.DeleteFunc(r.Params, func(p signer.Param) bool { return p.Value == key })
		r.drop("the API key", "it looks like a secret: keys are numbers. Are the two exchanged?")
	}
	if r.CloudName != "" && same(r.CloudName) {
		r.CloudName = ""
		r.drop("the cloud name", "it is the same as the secret")
	}
}

// isRequest reports whether the text was a whole request.
func (r *Result) isRequest() bool {
	switch r.Kind {
	case Curl, PowerShell, Cmd, HTTP:
		return true
	}
	return false
}

// endpoint reads the address that a request goes to.
func (r *Result) endpoint(address string) {
	rest := address
	scheme, after, ok := strings.Cut(rest, "://")
	if !ok {
		scheme, after = "http", rest
	}
	after, fragment, hasFragment := strings.Cut(after, "#")
	if hasFragment {
		r.drop("#"+fragment, "a fragment is not sent")
	}
	after, query, hasQuery := strings.Cut(after, "?")
	host, path, _ := strings.Cut(after, "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		r.userInfo(host[:at], "the user info of the address")
		host = host[at+1:]
	}
	r.Endpoint = strings.ToLower(scheme) + "://" + host
	if strings.Contains(after, "/") {
		r.Endpoint += "/" + path
	}
	if strings.EqualFold(scheme, "http") && strings.HasSuffix(strings.ToLower(host), "cloudinary.com") {
		r.trap(r.Endpoint, "plain http: everything can be read and changed on the way; use https")
	}
	if hasQuery {
		r.urlencoded(query, "the query of the address")
	}
	r.fromPath(path)
}

// fromPath takes the cloud name and the kind of asset out of the endpoint's path.
func (r *Result) fromPath(path string) {
	pieces := strings.Split(strings.Trim(path, "/"), "/")
	if len(pieces) < 3 || !strings.HasPrefix(pieces[0], "v1_") {
		return
	}
	r.CloudName = unescaped(pieces[1])
	if len(pieces) >= 4 {
		r.ResourceType = unescaped(pieces[2])
		if action := pieces[3]; action != "upload" {
			r.drop("/"+action, "only uploads are composed here: the action becomes upload")
		}
	}
}

// userInfo takes key and secret of a text such as key:secret.
func (r *Result) userInfo(text, where string) {
	key, secret, ok := strings.Cut(text, ":")
	r.Auth = "basic"
	if isVariable(key) {
		key = ""
	}
	r.APIKey = key
	if ok && secret != "" && !isVariable(secret) {
		r.Secret = signer.NewSecret(secret)
		r.drop("the secret in "+where, "it is a secret: it is offered as a credential, and stands nowhere else")
	}
}

// isVariable reports whether a text is a variable of a shell, not a value.
func isVariable(s string) bool { return strings.HasPrefix(s, "$") || strings.HasPrefix(s, "%") }

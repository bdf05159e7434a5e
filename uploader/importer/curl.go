package importer

import (
	"net/url"
	"strings"

	"signpost/signer"
)

// curlReader reads the arguments of curl as curl does.
type curlReader struct {
	res   *Result
	stdin string
	known bool // what stdin holds
	third string

	data      []string // pieces of the body, joined with &
	hasData   bool
	json      strings.Builder
	hasJSON   bool
	multipart bool
	get       bool // -G: the data goes into the address
	address   string
	method    string
	headers   []string
}

// readCurl takes everything out of a curl command that reaches the server.
func readCurl(c call, res *Result) {
	r := &curlReader{res: res, stdin: c.stdin, known: c.hasStdin, third: c.third}
	args := c.words[1:]
	for len(args) > 0 {
		args = r.argument(args)
	}
	r.finish()
}

// argument reads the next argument with its value, and returns what follows.
func (r *curlReader) argument(args []word) (rest []word) {
	a := args[0].text
	switch {
	case a == "--" || a == "-" || !strings.HasPrefix(a, "-"):
		if a != "--" {
			r.setAddress(a)
		}
		return args[1:]
	case strings.HasPrefix(a, "--"):
		return r.long(strings.TrimPrefix(a, "--"), args[1:])
	}
	for i := 1; i < len(a); i++ { // letters in one word: -sSd value
		name, ok := shortOptions[a[i]]
		if !ok {
			r.res.drop("-"+a[i:i+1], "curl knows no such option")
			continue
		}
		if !takesValue()[name] {
			r.option(name, "")
			continue
		}
		if i+1 < len(a) {
			r.option(name, a[i+1:])
			return args[1:]
		}
		if len(args) < 2 {
			r.res.drop("-"+a[i:], "its value is missing")
			return nil
		}
		r.option(name, args[1].text)
		return args[2:]
	}
	return args[1:]
}

// long reads an option with two hyphens.
func (r *curlReader) long(name string, rest []word) []word {
	full, ok := longName(name)
	if !ok {
		before, value, hasValue := strings.Cut(name, "=")
		if known, ok := longName(before); hasValue && ok && takesValue()[known] {
			r.res.trap("--"+name, "curl takes no = between an option and its value: it says that the option is unknown. Here it is read as meant")
			r.option(known, value)
			return rest
		}
		r.res.drop("--"+name, "curl knows no such option")
		return rest
	}
	if !takesValue()[full] {
		r.option(full, "")
		return rest
	}
	if len(rest) == 0 {
		r.res.drop("--"+name, "its value is missing")
		return nil
	}
	r.option(full, rest[0].text)
	return rest[1:]
}

// option does what one option stands for.
func (r *curlReader) option(name, value string) {
	switch name {
	case "data", "data-ascii":
		r.addData(value, true)
	case "data-binary":
		r.addData(value, false)
	case "data-raw":
		r.addPiece(value)
	case "data-urlencode":
		r.urlencode(value)
	case "json":
		r.addJSON(value)
	case "form":
		r.multipart = true
		r.form(value, false)
	case "form-string":
		r.multipart = true
		r.form(value, true)
	case "url":
		r.setAddress(value)
	case "url-query":
		r.res.urlencoded(strings.TrimPrefix(value, "+"), "--url-query")
	case "get":
		r.get = true
	case "request":
		r.method = value
	case "user":
		r.res.userInfo(value, "-u")
		if !strings.Contains(value, ":") {
			r.res.trap("-u", "there is no password behind a colon: curl asks for it")
		}
	case "oauth2-bearer":
		r.bearer(value)
	case "header":
		r.header(value)
	case "config":
		r.res.drop("-K "+value, "a config file is not read; paste its text")
	case "upload-file":
		r.res.drop("-T", "it sends the file as the whole body; an upload is a form")
	case "cookie":
		r.res.drop("-b", "the service uses no cookies")
	case "cacert", "capath", "cert", "key", "insecure", "proxy", "proxy-user", "preproxy", "resolve", "connect-to":
		r.res.drop("--"+name, "it is about the connection; signpost takes proxy and certificates from the environment")
	case "user-agent", "referer":
		r.res.drop("--"+name, "a header that changes nothing about the upload")
	case "head":
		r.res.drop("-I", "it asks for the headers only and uploads nothing")
	case "form-escape":
	default:
		if !harmless()[strings.TrimPrefix(name, "no-")] {
			r.res.drop("--"+name, "it has no counterpart here")
		}
	}
}

func (r *curlReader) setAddress(a string) {
	if r.address != "" {
		r.res.drop(a, "a second address; the first one is taken. Is something in front of it not quoted?")
		return
	}
	r.address = a
}

func (r *curlReader) bearer(token string) {
	r.res.Auth = "bearer"
	if !isVariable(token) {
		r.res.Token = signer.NewSecret(token)
	}
	r.res.drop("the OAuth token", "it is a secret: it is offered as a credential, and stands nowhere else")
}

// header keeps what matters of a header: how the body is written, and who sends it.
func (r *curlReader) header(value string) {
	if file, isFile := strings.CutPrefix(value, "@"); isFile {
		switch {
		case file == "-" && r.known:
			value = r.stdin
		case file == "/dev/fd/3" && r.third != "":
			value = r.third
		default:
			r.res.trap("-H "+value, "curl reads headers from there: nothing is read here")
			return
		}
	}
	name, content, _ := strings.Cut(value, ":")
	content = strings.TrimSpace(content)
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "authorization":
		scheme, credentials, _ := strings.Cut(content, " ")
		switch {
		case strings.EqualFold(scheme, "bearer"):
			r.bearer(strings.TrimSpace(credentials))
		case strings.EqualFold(scheme, "basic"):
			r.res.basic(strings.TrimSpace(credentials))
		default:
			r.res.drop("Authorization", "of a kind that the service does not know")
		}
	case "content-type":
		r.headers = append(r.headers, strings.ToLower(content))
	case "x-unique-upload-id", "content-range":
		r.res.drop(name, "it belongs to an upload in parts, which signpost makes by itself")
	default:
		r.res.drop("header "+name, "it changes nothing about the upload")
	}
}

// addData appends a piece of the body; one that begins with @ is the content of a file.
func (r *curlReader) addData(value string, strip bool) {
	file, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		r.addPiece(value)
		return
	}
	r.hasData = true
	if file == "-" && r.known {
		content := r.stdin
		if strip {
			content = strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(content)
		}
		r.addPiece(content)
		return
	}
	r.res.trap("-d "+value, "curl reads the body from that file: nothing is read here. To send an @ itself use --data-raw")
}

func (r *curlReader) addPiece(s string) {
	r.hasData = true
	r.data = append(r.data, s)
}

// addJSON appends to a JSON body: pieces are put together as they are.
func (r *curlReader) addJSON(value string) {
	r.hasJSON = true
	if strings.HasPrefix(value, "@") && !(value == "@-" && r.known) {
		r.res.trap("--json "+value, "curl reads the body from that file: nothing is read here")
		return
	}
	if value == "@-" {
		value = r.stdin
	}
	r.json.WriteString(value)
}

// urlencode is --data-urlencode in its five forms.
func (r *curlReader) urlencode(value string) {
	at := strings.IndexAny(value, "=@")
	switch {
	case at < 0:
		r.addPiece(url.QueryEscape(value))
	case value[at] == '=':
		name, content := value[:at], value[at+1:]
		if at == 0 {
			r.addPiece(url.QueryEscape(content))
			return
		}
		r.addPiece(name + "=" + url.QueryEscape(content))
	default:
		name, file := value[:at], value[at+1:]
		if file == "-" && r.known {
			if name != "" {
				name += "="
			}
			r.addPiece(name + url.QueryEscape(r.stdin))
			return
		}
		r.hasData = true
		r.res.trap("--data-urlencode "+value, "an @ in front of any = reads a file: nothing is read here. name=value with an = first is text")
	}
}

// finish puts body and address together as curl does.
func (r *curlReader) finish() {
	if r.address == "" {
		r.res.drop("the address", "there is none in the command that the shell runs")
	} else {
		r.globs()
		r.res.endpoint(r.address)
	}
	body := strings.Join(r.data, "&")
	switch {
	case r.multipart && (r.hasData || r.hasJSON):
		r.res.trap("-d with -F", "curl sends one kind of body only, and refuses both together; here the form is taken")
	case r.get:
		r.res.urlencoded(body, "-G: the query")
		r.res.trap("-G", "the data goes into the address, and the request is a GET: it uploads nothing")
	case r.hasJSON:
		r.res.jsonBody(r.json.String())
	case r.hasData && r.hasHeader("json"):
		r.res.jsonBody(body)
	case r.hasData && r.hasHeader("multipart/form-data"):
		if !r.res.multipartBody(body, "") {
			r.res.trap("Content-Type", "multipart/form-data with -d has no boundary: the service cannot read it. -F makes such a form")
			r.res.urlencoded(body, "")
		}
	case r.hasData:
		r.res.urlencoded(body, "")
	}
	if r.method != "" && !strings.EqualFold(r.method, "POST") {
		r.res.trap("-X "+r.method, "an upload is a POST")
	} else if r.method == "" && !r.multipart && !r.hasData && !r.hasJSON && r.address != "" && len(r.res.Params) > 0 {
		r.res.trap("the method", "without -d or -F curl sends a GET")
	}
}

func (r *curlReader) hasHeader(kind string) bool {
	for _, h := range r.headers {
		if strings.Contains(h, kind) {
			return true
		}
	}
	return false
}

// globs are curl's own patterns in an address.
func (r *curlReader) globs() {
	_, rest, _ := strings.Cut(r.address, "://")
	if i := strings.IndexAny(rest, "{"); i >= 0 {
		r.res.trapOnce("{ in the address", "curl makes several requests of it unless it is told --globoff")
	}
}

package importer

import (
	"net/url"
	"strings"

	"github.com/joho/godotenv"

	"signpost/signer"
	"signpost/uploader/catalog"
)

// readHTTP reads a raw request: its first line, headers, an empty line, the body.
func readHTTP(text string) (Result, bool) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	line, rest, _ := strings.Cut(text, "\n")
	m := requestLine().FindStringSubmatch(strings.TrimRight(line, " "))
	if m == nil {
		return Result{}, false
	}
	r := Result{Kind: HTTP}
	head, body, _ := strings.Cut(rest, "\n\n")
	host, kind := "", ""
	for header := range strings.SplitSeq(head, "\n") {
		name, value, _ := strings.Cut(header, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "host":
			host = value
		case "content-type":
			kind = value
		case "authorization":
			(&curlReader{res: &r}).header("authorization: " + value)
		case "x-unique-upload-id", "content-range":
			r.drop(name, "it belongs to an upload in parts, which signpost makes by itself")
		}
	}
	address := m[2]
	if !strings.Contains(address, "://") {
		scheme := "https://"
		if h, _, _ := strings.Cut(host, ":"); h == "localhost" || strings.HasPrefix(h, "127.") {
			scheme = "http://"
		}
		address = scheme + host + address
	}
	r.endpoint(address)
	if m[1] != "POST" {
		r.trap(m[1], "an upload is a POST")
	}
	switch low := strings.ToLower(kind); {
	case strings.Contains(low, "multipart/form-data"):
		_, boundary, _ := strings.Cut(kind, "boundary=")
		boundary = strings.Trim(strings.TrimSpace(boundary), `"`)
		if !r.multipartBody(body, boundary) && body != "" {
			r.drop("the body", "it has no part with the boundary of the header")
		}
	case strings.Contains(low, "json"):
		r.jsonBody(body)
	case strings.TrimSpace(body) != "":
		r.urlencoded(strings.TrimRight(body, "\n"), "")
	}
	return r, true
}

var requestLine = lazy(`^(POST|PUT|GET|PATCH|DELETE|HEAD|OPTIONS) (\S+) HTTP/[\d.]+$`)

// readCloudinaryURL reads cloudinary://key:secret@cloud, with or without the variable.
func readCloudinaryURL(text string) (Result, bool) {
	for _, start := range []string{"export ", "set ", "$env:"} {
		text = strings.TrimPrefix(text, start)
	}
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "CLOUDINARY_URL="))
	text = strings.Trim(text, `"'`)
	if len(text) < 14 || !strings.EqualFold(text[:13], "cloudinary://") || strings.ContainsAny(text, " \n") {
		return Result{}, false
	}
	r := Result{Kind: CloudinaryURL}
	r.account(text)
	return r, true
}

// account takes an account out of cloudinary://…; nothing is decoded, as the official
// Node SDK does.
func (r *Result) account(text string) {
	rest, query, _ := strings.Cut(text[13:], "?")
	at := strings.LastIndexByte(rest, '@')
	cloud := rest
	if at >= 0 {
		cloud = rest[at+1:]
		key, secret, _ := strings.Cut(rest[:at], ":")
		r.APIKey = key
		if secret != "" {
			r.Secret = signer.NewSecret(secret)
			r.drop("the API secret", "it is offered as a credential, masked, and stands nowhere else")
		}
	} else if strings.Contains(cloud, ":") {
		// Key and secret without a cloud name: neither may be shown as one.
		cloud = ""
		r.drop("the credentials", "there is no @ with a cloud name behind them: cloudinary://key:secret@cloud")
	}
	r.CloudName, _, _ = strings.Cut(cloud, "/")
	values, _ := url.ParseQuery(query)
	for name, list := range values {
		switch {
		case name == "oauth_token":
			r.Token = signer.NewSecret(list[0])
			r.drop("oauth_token", "it is a secret: it is offered as a credential, masked")
		case name == "upload_prefix":
			r.Endpoint = list[0]
		case strings.Contains(name, "token") || strings.Contains(name, "secret"):
			r.drop(name, "it is a secret")
		}
	}
}

// readDotEnv reads lines NAME=value that name an account.
func readDotEnv(text string) (Result, bool) {
	r := Result{Kind: DotEnv}
	found := false
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !envLine().MatchString(line) {
			return Result{}, false
		}
		values, err := godotenv.Unmarshal(line)
		if err != nil {
			r.drop(nameOf(line), "the line cannot be read: is a quote not closed?")
			continue
		}
		for name, value := range values {
			found = r.variable(name, value) || found
		}
	}
	return r, found
}

var envLine = lazy(`^(?:export\s+|set\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*[=:]`)

func nameOf(line string) string {
	name, _, _ := strings.Cut(line, "=")
	return strings.TrimSpace(strings.TrimPrefix(name, "export "))
}

// variable takes a variable of a configuration; it reports whether it is about an account.
func (r *Result) variable(name, value string) bool {
	switch strings.TrimPrefix(strings.ToUpper(name), "CLOUDINARY_") {
	case "CLOUD_NAME":
		r.CloudName = value
	case "API_KEY":
		r.APIKey = value
	case "API_SECRET":
		r.Secret = signer.NewSecret(value)
		r.drop(name, "it is offered as a credential, masked, and stands nowhere else")
	case "URL":
		if len(value) > 13 && strings.EqualFold(value[:13], "cloudinary://") {
			r.account(value)
			return true
		}
		return false
	case "UPLOAD_PREFIX":
		r.Endpoint = value
	default:
		r.drop(name, "it is not about the account")
		return false
	}
	return true
}

// readAddress reads a URL or a data URI.
func readAddress(text string) (Result, bool) {
	bare := strings.Trim(text, `"'<>`)
	if strings.ContainsAny(bare, " \n\t") {
		return Result{}, false
	}
	low := strings.ToLower(bare)
	if strings.HasPrefix(low, "data:") && strings.Contains(low, ",") {
		r := Result{Kind: DataURI}
		r.setFile(bare, false)
		return r, true
	}
	for _, scheme := range []string{"http://", "https://", "ftp://", "s3://", "gs://"} {
		if !strings.HasPrefix(low, scheme) || len(bare) == len(scheme) {
			continue
		}
		r := Result{Kind: URL}
		if u, err := url.Parse(bare); err == nil && strings.Contains(u.Path, "/v1_1/") && strings.HasSuffix(u.Path, "/upload") {
			r.endpoint(bare)
			return r, true
		}
		r.setFile(bare, false)
		return r, true
	}
	return Result{}, false
}

// readQuery reads name=value pairs that are joined with &: of an address, of a body, or
// a string to sign.
func readQuery(text string) (Result, bool) {
	if strings.ContainsAny(text, "\n") || !strings.Contains(text, "=") {
		return Result{}, false
	}
	text = strings.TrimPrefix(text, "?")
	known := 0
	for pair := range strings.SplitSeq(text, "&") {
		name, _, ok := strings.Cut(pair, "=")
		if _, is := catalog.Lookup(strings.TrimSuffix(formDecoded(name), "[]")); ok && (is || name == "file") {
			known++
		}
	}
	if known == 0 {
		return Result{}, false
	}
	r := Result{Kind: Query}
	r.urlencoded(text, "")
	return r, true
}

// readPath reads a path of a file: quoted, escaped, of Windows, or a file: address.
func readPath(text string) (Result, bool) {
	if strings.ContainsAny(text, "\n\r") || len(text) > 4096 {
		return Result{}, false
	}
	path := text
	if n := len(path); n > 1 && (path[0] == '\'' || path[0] == '"') && path[n-1] == path[0] {
		path = path[1 : n-1]
	}
	rest, isFile := strings.CutPrefix(path, "file://")
	if isFile {
		path = unescaped(strings.TrimPrefix(rest, "localhost"))
	}
	windows := len(path) > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/') || strings.HasPrefix(path, `\\`)
	if !windows && !isFile && path == text {
		path = strings.NewReplacer(`\ `, " ", `\(`, "(", `\)`, ")", `\'`, "'", `\&`, "&", `\\`, `\`).Replace(path)
	}
	rooted := strings.HasPrefix(path, "/") || strings.HasPrefix(path, "~/") || strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../")
	if !windows && !rooted && !fileName().MatchString(path) {
		return Result{}, false
	}
	r := Result{Kind: Path}
	r.setFile(path, true)
	return r, true
}

// fileName is a name with an extension, perhaps in folders.
var fileName = lazy(`^[^\s:*?"<>|][^:*?"<>|]*\.[A-Za-z0-9]{1,5}$`)

package export

import (
	"fmt"
	"strings"

	"signpost/uploader"
)

// httpie is a command of HTTPie. It takes a backslash in front of some characters for
// its own, with no way to write one: then the body goes out URL-encoded.
// Source: HTTPie's documentation, "Request items" and "Escaping rules".
func httpie(p uploader.Prepared) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	if err := noHeader(p); err != nil {
		return Snippet{}, err
	}
	if _, err := request(p.URL); err != nil {
		return Snippet{}, err
	}
	notes := append(until(p), "HTTPie 3; for sh, bash, zsh")
	awkward := func(s string) bool { return strings.Contains(s, `\`) }
	switch {
	case p.File.Kind == uploader.FileSample:
		return Snippet{}, problem(ErrNeedsFile, "give a path, a URL or a data URI")
	case !anyValue(p, awkward) && !strings.ContainsAny(pathOf(p), ";"):
		lines := []string{"http --ignore-stdin --multipart POST " + POSIX(p.URL)}
		for _, f := range p.Fields {
			lines = append(lines, POSIX(httpieItem(f.Name, f.Value)))
		}
		if p.File.IsBytes() {
			lines = append(lines, POSIX("file@"+relative(p.File.Path)))
		} else {
			lines = append(lines, POSIX(httpieItem("file", p.File.Text)))
		}
		return Snippet{Text: strings.Join(lines, " \\\n  "), Notes: notes}, nil
	case p.File.IsBytes():
		return Snippet{}, problem(fmt.Errorf("httpie: a value or the path has a character that it takes for its own"), "the cURL command holds it")
	}
	lines := []string{"http --ignore-stdin POST " + POSIX(p.URL), "Content-Type:application/x-www-form-urlencoded", "--raw " + POSIX(urlencoded(p))}
	return Snippet{Text: strings.Join(lines, " \\\n  "), Notes: append(notes, "URL-encoded, since HTTPie takes backslashes for its own")}, nil
}

// httpieItem is a field: an equals sign or an at sign at the start of the value would
// make another separator.
func httpieItem(name, value string) string {
	if strings.HasPrefix(value, "=") || strings.HasPrefix(value, "@") {
		return name + `=\` + value
	}
	return name + "=" + value
}

// rawHTTP is the request itself, as it goes over the wire but for its line ends. With a
// local file the place of its bytes is named.
func rawHTTP(p uploader.Prepared) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	if err := noHeader(p); err != nil {
		return Snippet{}, err
	}
	if _, err := request(p.URL); err != nil {
		return Snippet{}, err
	}
	_, rest, _ := strings.Cut(p.URL, "://")
	host, path, _ := strings.Cut(rest, "/")
	head := "POST /" + path + " HTTP/1.1\nHost: " + host + "\nAccept: application/json\n"
	notes := append(until(p), "lines end in CR LF on the wire")
	if p.File.IsBytes() || p.File.Kind == uploader.FileSample {
		if anyValue(p, unseen) {
			return Snippet{}, problem(ErrUnseen, "the cURL command holds it")
		}
		boundary := boundaryOf(p)
		var b strings.Builder
		b.WriteString(head + "Content-Type: multipart/form-data; boundary=" + boundary + "\n\n")
		for _, f := range p.Fields {
			fmt.Fprintf(&b, "--%s\nContent-Disposition: form-data; name=\"%s\"\n\n%s\n", boundary, f.Name, f.Value)
		}
		fmt.Fprintf(&b, "--%s\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\nContent-Type: application/octet-stream\n\n[the bytes of the file]\n--%s--", boundary, wireName(p.File.Name), boundary)
		return Snippet{Text: b.String(), Notes: append(notes, "Content-Length is missing: it depends on the file's bytes")}, nil
	}
	body := urlencoded(p)
	return Snippet{Text: head + fmt.Sprintf("Content-Type: application/x-www-form-urlencoded\nContent-Length: %d\n\n%s", len(body), body), Notes: notes}, nil
}

// boundaryOf is a boundary that no value has in it.
func boundaryOf(p uploader.Prepared) string {
	for n := 0; ; n++ {
		boundary := fmt.Sprintf("signpost-%04d", n)
		if !anyValue(p, func(s string) bool { return strings.Contains(s, boundary) }) {
			return boundary
		}
	}
}

// signpostCommand does the same with this program.
func signpostCommand(p uploader.Prepared) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	file := p.File.Text
	switch p.File.Kind {
	case uploader.FileSample:
		return Snippet{}, problem(ErrNeedsFile, "give a path, a URL or a data URI")
	case uploader.FilePath:
		file = relative(p.File.Path)
	}
	lines := []string{"signpost upload " + POSIX(file)}
	for _, f := range p.Fields {
		if f.Name != "signature" && f.Name != "api_key" && f.Name != "timestamp" {
			lines = append(lines, "-p "+POSIX(f.Name+"="+f.Value))
		}
	}
	if kind := (&program{p: p}).resourceType(); kind != "image" {
		lines = append(lines, "--resource-type "+POSIX(kind))
	}
	if way, ok := map[uploader.Auth]string{uploader.AuthUnsigned: "unsigned", uploader.AuthBasic: "basic", uploader.AuthBearer: "oauth"}[p.Auth]; ok {
		lines = append(lines, "--auth "+way)
	}
	return Snippet{Text: strings.Join(lines, " \\\n  "), Notes: []string{"credentials come from the environment or .env; it is signed when it runs"}}, nil
}

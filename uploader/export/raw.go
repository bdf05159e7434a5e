package export

import (
	"fmt"
	"strings"

	"signpost/uploader"
)

// rawHTTP is the request itself, as it goes over the wire but for its line ends. With a
// local file the place of its bytes is named.
func rawHTTP(p uploader.Prepared) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	if _, err := request(p.Account, p.URL); err != nil {
		return Snippet{}, err
	}
	_, rest, _ := strings.Cut(p.URL, "://")
	host, path, _ := strings.Cut(rest, "/")
	head := "POST /" + path + " HTTP/1.1\nHost: " + host + "\nAccept: application/json\n"
	notes := append(until(p), "lines end in CR LF on the wire")
	switch p.Auth {
	case uploader.AuthBasic:
		head += "Authorization: Basic [base64 of the API key, a colon and the API secret]\n"
	case uploader.AuthBearer:
		head += "Authorization: Bearer [the OAuth token]\n"
	}
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

package export

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"signpost/signer"
	"signpost/uploader"
)

// Texts that HTTPie cannot be given beside a file.
var (
	errOwnPath  = errors.New("the path has a semicolon or a backslash, which HTTPie takes for its own")
	errOwnValue = errors.New("a value has a backslash that HTTPie takes for its own, and it sends files without such values")
)

// httpie is a command of HTTPie. A header with the secret comes from the environment,
// over standard input.
func httpie(p uploader.Prepared) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	target, err := request(p.Account, p.URL)
	if err != nil {
		return Snippet{}, err
	}
	if err := needsText(p); err != nil {
		return Snippet{}, err
	}
	kind := "--multipart"
	if anyValue(p, httpieLoses) {
		if kind = "--form"; p.File.IsBytes() {
			return Snippet{}, problem(fmt.Errorf("httpie: %w", errOwnValue), "the cURL command holds it")
		}
	}
	first := "http --ignore-stdin --ignore-netrc " + kind + " POST " + target[1]
	if u, err := url.Parse(p.URL); err == nil && uploader.IsLoopback(u.Hostname()) {
		first = "no_proxy=" + POSIX(u.Hostname()) + " " + first
	}
	lines, before := []string{first}, ""
	if header := authorization(p); header != "" {
		before = strings.Replace(header, "Authorization: ", "", 1) + " |\n"
		lines = append(lines, "Authorization:@/dev/stdin")
	}
	fields := p.Fields[:len(p.Fields):len(p.Fields)]
	if !p.File.IsBytes() {
		fields = append(fields, signer.Param{Name: "file", Value: p.File.Text})
	}
	for _, f := range fields {
		item := httpieItem(f.Name, f.Value)
		if len(item) > maxArgument {
			return Snippet{}, tooLong(f.Name, len(f.Value))
		}
		lines = append(lines, POSIX(item))
	}
	notes := append(until(p), "HTTPie 3; for sh, bash, zsh")
	if p.File.IsBytes() {
		path := relative(p.File.Path)
		if strings.ContainsAny(path, `;\`) {
			return Snippet{}, problem(fmt.Errorf("httpie: %w", errOwnPath), "the cURL command holds it")
		}
		lines = append(lines, POSIX("file@"+path))
		if p.File.Name != path[strings.LastIndexByte(path, '/')+1:] {
			notes = append(notes, "HTTPie sends the file under its own name")
		}
	}
	return Snippet{Text: before + strings.Join(lines, " \\\n  "), Notes: notes}, nil
}

// needsText refuses what is no text of Unicode, and the sample, which is no file.
func needsText(p uploader.Prepared) error {
	if p.File.Kind == uploader.FileSample {
		return problem(ErrNeedsFile, "give a path, a URL or a data URI")
	}
	if anyValue(p, func(s string) bool { return !utf8.ValidString(s) }) {
		return problem(ErrNotUTF8, "the cURL command for sh, bash, zsh or fish holds it")
	}
	return nil
}

// httpieItem is a field. An equals sign or an at sign at the start of the value would
// make another separator. A value that would lose a backslash is a text of JSON, which
// arrives as it is; a form with files has none (HTTPie 3.2 leaves such items out).
// Source: HTTPie's documentation, "Request items" and "Escaping rules".
func httpieItem(name, value string) string {
	switch {
	case httpieLoses(value):
		return name + ":=" + strings.ReplaceAll(jsonText(value), `\\`, `\u005c`)
	case strings.HasPrefix(value, "="), strings.HasPrefix(value, "@"):
		return name + `=\` + value
	}
	return name + "=" + value
}

// httpieLoses reports whether HTTPie takes a backslash of the text away: one in front of
// a character of a separator. It reads them from left to right, two by two, and there is
// no escape for the backslash itself.
func httpieLoses(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		if i++; strings.IndexByte(":=@;", s[i]) >= 0 {
			return true
		}
	}
	return false
}

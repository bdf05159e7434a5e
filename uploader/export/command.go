package export

import (
	"strings"

	"signpost/uploader"
)

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
		file = typed(p.File.Path)
	}
	groups := []string{"signpost upload", POSIX(file)}
	for _, f := range p.Fields {
		if f.Name != "signature" && f.Name != "api_key" && f.Name != "timestamp" {
			groups = append(groups, "-p "+POSIX(f.Name+"="+f.Value))
		}
	}
	flag := func(name, value string) { groups = append(groups, "--"+name+" "+POSIX(value)) }
	if kind := (&program{p: p}).resourceType(); kind != "image" {
		flag("resource-type", kind)
	}
	notes := []string{"credentials come from the environment or .env; it is signed when it runs"}
	if p.TimestampByHand && p.Timestamp != "" {
		flag("timestamp", p.Timestamp)
		notes = append(append(notes, "the timestamp was set by hand and stays as it is"), until(p)...)
	}
	if o := p.Account.Options; p.Auth == uploader.AuthSigned {
		if name := o.Algorithm.String(); name != "sha1" {
			flag("algorithm", name)
		}
		if o.Version.Number() == 1 {
			flag("signature-version", "1")
		}
	}
	if way, ok := map[uploader.Auth]string{uploader.AuthUnsigned: "unsigned", uploader.AuthBasic: "basic", uploader.AuthBearer: "oauth"}[p.Auth]; ok {
		flag("auth", way)
	}
	for _, g := range groups {
		if len(g) > maxArgument {
			return Snippet{}, tooLong("signpost", len(g))
		}
	}
	return Snippet{Text: command{}.join(groups), Notes: notes}, nil
}

// typed is a path as a person would type it: [uploader.ParseFile] takes backslashes and
// blanks at the end for its own unless they stand in double quotes.
func typed(path string) string {
	path = relative(path)
	if uploader.ParseFile(path, uploader.FileOptions{}).Path == path {
		return path
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(path) + `"`
}

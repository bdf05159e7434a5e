package export

import (
	"errors"
	"fmt"
	"strings"

	"signpost/uploader"
)

// Conditions of the forms for Windows, inside a [*uploader.LocalError].
var (
	ErrPowerShell = errors.New("Windows PowerShell cannot hand a double quote to a program, and newer ones do it otherwise")
	ErrUnseen     = errors.New("a value has characters that are not seen, and there is a file to send: neither form holds both")
	ErrSecretArgs = errors.New("it takes the secret as an argument only, which others on the machine can read")
)

// PowerShell quotes a word: in its single quotes nothing has a meaning but the quote,
// of which it takes the typographic ones for its own too.
// Source: about_Quoting_Rules; the language specification, 2.3.5.2.
func PowerShell(s string) string {
	return "'" + strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛").Replace(s) + "'"
}

// powershellCurl is the command for PowerShell, with curl.exe: curl alone is another
// command in Windows PowerShell. A value with a double quote goes out URL-encoded, as
// versions differ in what reaches the program.
func powershellCurl(p uploader.Prepared) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	if err := noHeader(p); err != nil {
		return Snippet{}, err
	}
	target, err := request(p.URL)
	if err != nil {
		return Snippet{}, err
	}
	options := strings.ReplaceAll(target[0], "'*'", "*")
	lines := []string{"curl.exe -q " + options, PowerShell(p.URL)}
	notes := append(until(p), "for PowerShell 5 and 7: curl.exe is curl itself")
	awkward := func(s string) bool { return strings.ContainsAny(s, "\"") || strings.HasSuffix(s, `\`) || unseen(s) }
	switch {
	case p.File.Kind == uploader.FileSample:
		return Snippet{}, problem(ErrNeedsFile, "give a path, a URL or a data URI")
	case !anyValue(p, awkward) && !strings.ContainsAny(pathOf(p), ",;") && strings.TrimSpace(pathOf(p)) == pathOf(p):
		for _, f := range p.Fields {
			lines = append(lines, "--form-string "+PowerShell(f.Name+"="+f.Value))
		}
		if p.File.IsBytes() {
			lines = append(lines, "-F "+PowerShell("file=@"+relative(p.File.Path)))
		} else {
			lines = append(lines, "--form-string "+PowerShell("file="+p.File.Text))
		}
	case p.File.IsBytes():
		return Snippet{}, problem(ErrPowerShell, "the config file for curl -K holds it")
	default:
		lines = append(lines, "--data-raw "+PowerShell(urlencoded(p)))
		notes = append(notes, "URL-encoded, since versions of PowerShell differ in what becomes of a double quote")
	}
	return Snippet{Text: strings.Join(lines, " `\n  "), Notes: notes}, nil
}

func pathOf(p uploader.Prepared) string {
	if p.File.IsBytes() {
		return p.File.Path
	}
	return ""
}

// relative lets a path begin so that it is no option and no standard input.
func relative(path string) string {
	if rooted(path) {
		return path
	}
	return "./" + path
}

// noHeader refuses ways that need a header with the secret, where there is no pipe for it.
func noHeader(p uploader.Prepared) error {
	if p.Auth == uploader.AuthBasic || p.Auth == uploader.AuthBearer {
		return problem(ErrSecretArgs, "the command for sh, bash, zsh or fish reads it from the environment")
	}
	return nil
}

// configFile is a file for curl -K: the form for cmd.exe, for whose quoting there is no
// correct escape, and for every other shell too.
// Source: curl's manual, -K/--config: \\ \" \t \n \r \v within double quotes.
func configFile(p uploader.Prepared) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	if err := noHeader(p); err != nil {
		return Snippet{}, err
	}
	target, err := request(p.URL)
	if err != nil {
		return Snippet{}, err
	}
	var b strings.Builder
	option := func(name, value string) { fmt.Fprintf(&b, "%s = %s\n", name, configQuote(value)) }
	b.WriteString("# save this as upload.txt, then: curl -q -K upload.txt\n")
	option("url", p.URL)
	for o := range strings.FieldsSeq(target[0]) {
		switch o {
		case "--globoff", "--path-as-is":
			b.WriteString(strings.TrimPrefix(o, "--") + "\n")
		case "--proto":
			scheme, _, _ := strings.Cut(p.URL, ":")
			option("proto", "="+scheme)
		case "--noproxy":
			option("noproxy", "*")
		}
	}
	bad := func(s string) bool {
		return unseen(strings.NewReplacer("\n", "", "\r", "", "\t", "", "\v", "").Replace(s))
	}
	switch {
	case p.File.Kind == uploader.FileSample:
		return Snippet{}, problem(ErrNeedsFile, "give a path, a URL or a data URI")
	case anyValue(p, bad) && p.File.IsBytes():
		return Snippet{}, problem(ErrUnseen, "the command for sh, bash, zsh or fish holds it")
	case anyValue(p, bad):
		option("data-raw", urlencoded(p))
	default:
		for _, f := range p.Fields {
			option("form-string", f.Name+"="+f.Value)
		}
		if p.File.IsBytes() {
			option("form", formFile(p.File.Path, p.File.Name))
		} else {
			option("form-string", "file="+p.File.Text)
		}
	}
	return Snippet{
		Text:  strings.TrimSuffix(b.String(), "\n"),
		Notes: append(until(p), "a file, since nothing escapes %, ^ and quotes in cmd.exe for certain: curl -q -K upload.txt runs it in any shell"),
	}, nil
}

// configQuote quotes a value of a config file.
func configQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\v", `\v`).Replace(s) + `"`
}

package export

import (
	"errors"
	"fmt"
	"strings"

	"signpost/uploader"
)

// Conditions of the forms for Windows, inside a [*uploader.LocalError].
var (
	ErrPowerShell = errors.New("no quoting hands a double quote or a last backslash to a program in every version of PowerShell")
	ErrUnseen     = errors.New("a value has characters that are not seen, and there is a file to send: neither form holds both")
	ErrSecretFile = errors.New("the secret would have to stand in the file")
)

// PowerShell quotes a word: in its single quotes nothing has a meaning but the quote,
// of which it takes the typographic ones for its own too.
// Source: about_Quoting_Rules; the language specification, 2.3.5.2.
func PowerShell(s string) string {
	return "'" + strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛").Replace(s) + "'"
}

// maxWindows is how many characters a command line has at most on Windows: 32,767,
// with the way to curl.exe.
const maxWindows = 32_000

// powershellCurl is the command for PowerShell, with curl.exe: curl alone is another
// command in Windows PowerShell. That one, and PowerShell 7 before 7.3, hands a program
// its arguments without escaping a double quote or a backslash at the end; later ones
// escape both. No quoting is right for all of them: a value with either goes out
// URL-encoded. Source: about_Parsing; about_Preference_Variables,
// $PSNativeCommandArgumentPassing; PowerShell/PowerShell issue 1995.
func powershellCurl(p uploader.Prepared, o CurlOptions) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	target, err := request(p.Account, p.URL)
	if err != nil {
		return Snippet{}, err
	}
	lines := []string{"curl.exe -q " + strings.ReplaceAll(target[0], "'*'", "*"), PowerShell(p.URL)}
	c := command{oneLine: o.OneLine}
	before := powershellAuthorization(p)
	if before != "" {
		before += c.either(" | ", " |\n")
		lines[0] = strings.Replace(lines[0], "-q", "-q -H '@-'", 1)
	}
	notes := append(until(p), "for PowerShell 5 and 7: curl.exe is curl itself")
	awkward := func(s string) bool { return strings.ContainsAny(s, "\"") || strings.HasSuffix(s, `\`) || unseen(s) }
	switch path := pathOf(p); {
	case p.File.Kind == uploader.FileSample:
		return Snippet{}, problem(ErrNeedsFile, "give a path, a URL or a data URI")
	case !anyValue(p, awkward) && bareForm(path) && bareForm(nameOf(p)):
		for _, f := range p.Fields {
			lines = append(lines, "--form-string "+PowerShell(f.Name+"="+f.Value))
		}
		if p.File.IsBytes() {
			lines = append(lines, "-F "+PowerShell("file=@"+relative(path)+nameOf(p)))
		} else {
			lines = append(lines, "--form-string "+PowerShell("file="+p.File.Text))
		}
	case p.File.IsBytes():
		return Snippet{}, problem(ErrPowerShell, "the config file for curl -K holds it")
	default:
		lines = append(lines, "--data-raw "+PowerShell(urlencoded(p)))
		notes = append(notes, "URL-encoded, since versions of PowerShell differ in what becomes of a double quote and a last backslash")
	}
	text := before + strings.Join(lines, c.either(" ", " `\n  "))
	if size := len(text); size > maxWindows {
		return Snippet{}, problem(fmt.Errorf("curl: %d bytes: %w", size, ErrTooLong), "the config file for curl -K holds more; or save the data as a file and give its path")
	}
	if strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) >= 0 {
		notes = append(notes, "it has letters outside ASCII: a curl.exe whose --version does not list Unicode changes them; the config file for curl -K does not")
	}
	return Snippet{Text: text, Notes: notes}, nil
}

// powershellAuthorization prints the header with the secret. The line break in front of
// it keeps a byte order mark, which some settings of $OutputEncoding write, away from it.
func powershellAuthorization(p uploader.Prepared) string {
	const header = "\"`nAuthorization: "
	switch p.Auth {
	case uploader.AuthBasic:
		return header + `Basic " + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(` + PowerShell(p.Account.APIKey+":") + ` + $env:CLOUDINARY_API_SECRET))`
	case uploader.AuthBearer:
		return header + `Bearer " + $env:CLOUDINARY_OAUTH_TOKEN`
	}
	return ""
}

// nameOf is what tells -F under which name a file is sent; empty where that is the last
// part of its path.
func nameOf(p uploader.Prepared) string {
	if !p.File.IsBytes() || p.File.Name == p.File.Path[strings.LastIndexAny(p.File.Path, `/\`)+1:] {
		return ""
	}
	return ";filename=" + p.File.Name
}

// bareForm reports whether a path or a name can stand in -F without double quotes.
func bareForm(s string) bool {
	s = strings.TrimPrefix(s, ";filename=")
	return !strings.ContainsAny(s, ",;") && strings.TrimSpace(s) == s
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

// noHeader refuses ways that need a header with the secret, where it would be written down.
func noHeader(p uploader.Prepared) error {
	if p.Auth == uploader.AuthBasic || p.Auth == uploader.AuthBearer {
		return problem(ErrSecretFile, "the command for PowerShell, sh, bash, zsh or fish reads it from the environment")
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
	target, err := request(p.Account, p.URL)
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
	for line := range strings.Lines(b.String()) {
		if len(line) > maxConfigLine {
			return Snippet{}, problem(fmt.Errorf("curl -K: a line of %d bytes: %w", len(line), ErrTooLong), "save the data as a file and give its path")
		}
	}
	return Snippet{
		Text:  strings.TrimSuffix(b.String(), "\n"),
		Notes: append(until(p), "a file, since nothing escapes %, ^ and quotes in cmd.exe for certain: curl -q -K upload.txt runs it in any shell"),
	}, nil
}

// maxConfigLine is how long a line of a config file is at most in older versions of
// curl, in bytes; newer ones take 10 MiB.
const maxConfigLine = 100 << 10

// configQuote quotes a value of a config file.
func configQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\v", `\v`).Replace(s) + `"`
}

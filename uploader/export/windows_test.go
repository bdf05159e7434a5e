package export

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/importer"
)

// psWords reads the words of a PowerShell command: single quotes with doubled quotes
// inside, bare words, and a backtick at the end of a line. Anything else is refused.
// Source: the language specification, 2.3.5.2: five characters are single quotes.
func psWords(text string) ([]string, bool) {
	isQuote := func(r rune) bool { return strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) }
	var words []string
	for src := []rune(text); len(src) > 0; {
		switch {
		case src[0] == ' ':
			src = src[1:]
		case src[0] == '`' && len(src) > 1 && src[1] == '\n':
			src = src[2:]
		case isQuote(src[0]):
			var word []rune
			src = src[1:]
			for {
				if len(src) == 0 {
					return nil, false
				}
				if isQuote(src[0]) && (len(src) == 1 || !isQuote(src[1])) {
					src = src[1:]
					break
				}
				if isQuote(src[0]) {
					src = src[1:]
				}
				word, src = append(word, src[0]), src[1:]
			}
			if len(src) > 0 && src[0] != ' ' {
				return nil, false
			}
			words = append(words, string(word))
		default:
			n := slices.Index(src, ' ')
			if n < 0 {
				n = len(src)
			}
			bare := string(src[:n])
			if strings.Trim(bare, "abcdefghijklmnopqrstuvwxyzFH.-*") != "" || strings.HasPrefix(bare, "--%") {
				return nil, false
			}
			words, src = append(words, bare), src[n:]
		}
	}
	return words, true
}

// legacyLine is the command line that Windows PowerShell, and PowerShell before 7.3,
// makes of arguments: quotes round one with a blank outside of quotes, and no escapes.
func legacyLine(args []string) string {
	var line []string
	for _, a := range args {
		quotes, blank, last := 0, false, rune(0)
		for _, r := range a {
			if r == '"' && last != '\\' {
				quotes++
			}
			blank = blank || unicode.IsSpace(r) && quotes%2 == 0
			last = r
		}
		if blank {
			a = `"` + a + `"`
		}
		line = append(line, a)
	}
	return strings.Join(line, " ")
}

// modernLine is what PowerShell makes from 7.3 on: quotes and the backslashes in front
// of them are escaped.
func modernLine(args []string) string {
	var line []string
	for _, a := range args {
		if a == "" || strings.ContainsAny(a, "\"") || strings.IndexFunc(a, unicode.IsSpace) >= 0 {
			var b strings.Builder
			slashes := 0
			for _, r := range a {
				switch r {
				case '\\':
					slashes++
				case '"':
					b.WriteString(strings.Repeat(`\`, slashes+1))
					slashes = 0
				default:
					slashes = 0
				}
				b.WriteRune(r)
			}
			a = `"` + b.String() + strings.Repeat(`\`, slashes) + `"`
		}
		line = append(line, a)
	}
	return strings.Join(line, " ")
}

// splitLine parts a command line as the C runtime of curl.exe does.
// Source: Microsoft, "Parsing C command-line arguments".
func splitLine(line string) []string {
	var args []string
	var b strings.Builder
	open, started, slashes := false, false, 0
	flush := func() {
		b.WriteString(strings.Repeat(`\`, slashes))
		slashes = 0
	}
	for _, r := range line {
		switch {
		case r == '\\':
			slashes++
			started = true
			continue
		case r == '"':
			b.WriteString(strings.Repeat(`\`, slashes/2))
			if slashes%2 == 1 {
				b.WriteRune('"')
			} else {
				open = !open
			}
			slashes, started = 0, true
			continue
		}
		flush()
		if !open && (r == ' ' || r == '\t') {
			if started {
				args = append(args, b.String())
			}
			b.Reset()
			started = false
			continue
		}
		b.WriteRune(r)
		started = true
	}
	flush()
	if started {
		args = append(args, b.String())
	}
	return args
}

// TestT16PowerShell: each word reaches curl.exe as it is, from every PowerShell, and
// makes the fields that are shown.
func TestT16PowerShell(t *testing.T) {
	t.Parallel()
	written, refused := 0, 0
	for i, s := range nastyTexts(2000) {
		if i%5 == 0 {
			s = "‘it’s’ ‚" + s + "‛"
		}
		file := parse("https://example.com/" + s)
		if i%3 == 2 {
			file = uploader.File{Kind: uploader.FilePath, Path: `C:\a b\` + s, Text: s, Name: s}
		}
		p := prepare(t, live, file, param("public_id", s), param("context", "a="+s))
		snippet, err := powershellCurl(p, CurlOptions{OneLine: i%2 == 0})
		if errors.Is(err, ErrPowerShell) && file.IsBytes() {
			refused++
			continue
		}
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		words, ok := psWords(snippet.Text)
		if !ok {
			t.Fatalf("%q: no words of PowerShell:\n%s", s, snippet.Text)
		}
		for _, line := range []string{legacyLine(words), modernLine(words)} {
			if got := splitLine(line); !slices.Equal(got, words) {
				t.Fatalf("%q: curl.exe gets\n%q, want\n%q", s, got, words)
			}
		}
		var all []string
		for _, f := range p.Fields {
			all = append(all, f.Name+"="+f.Value)
		}
		if i := slices.Index(words, "--data-raw"); i >= 0 {
			if words[i+1] != urlencoded(p) || strings.Contains(snippet.Text, "--form") {
				t.Fatalf("%q: the body is %q", s, words[i+1])
			}
		} else {
			for _, want := range all {
				if i := slices.Index(words, want); i < 0 || words[i-1] != "--form-string" {
					t.Fatalf("%q: no %q in\n%s", s, want, snippet.Text)
				}
			}
		}
		written++
	}
	if written < 1000 || refused > written {
		t.Errorf("%d were written, %d refused", written, refused)
	}
	t.Logf("dialect powershell parsed values=%d", written)
}

// TestT20PowerShell: the header comes from the environment.
func TestT20PowerShell(t *testing.T) {
	t.Parallel()
	a := live
	a.APIKey, a.Token = "12’34", signer.NewSecret("t0ken-value")
	for auth, want := range map[uploader.Auth]string{
		uploader.AuthUnsigned: "curl.exe -q --globoff",
		uploader.AuthBasic:    "\"`nAuthorization: Basic \" + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('12’’34:' + $env:CLOUDINARY_API_SECRET)) |\ncurl.exe -q -H '@-' --globoff",
		uploader.AuthBearer:   "\"`nAuthorization: Bearer \" + $env:CLOUDINARY_OAUTH_TOKEN |\ncurl.exe -q -H '@-' --globoff",
	} {
		p, err := uploader.Prepare(uploader.Draft{Auth: auth}.With("upload_preset", "p"), a, parse("https://example.com/a"), testNow)
		if err != nil {
			t.Fatal(err)
		}
		s, err := powershellCurl(p, CurlOptions{})
		if err != nil || !strings.HasPrefix(s.Text, want) {
			t.Errorf("%v, got\n%s", err, s.Text)
		}
		line, err := powershellCurl(p, CurlOptions{OneLine: true})
		if r := importer.Import(line.Text); err != nil || strings.Contains(line.Text, "\n") || r.Kind != importer.PowerShell || r.Auth != auth || !slices.Equal(r.Params, p.Fields) {
			t.Errorf("%v: %q on one line is read as %s %q %q", err, auth, r.Kind, r.Auth, r.Params)
		}
		if r := importer.Import(s.Text); r.Kind != importer.PowerShell || r.Auth != auth || !slices.Equal(r.Params, p.Fields) || !r.Token.IsZero() {
			t.Errorf("%q is read as %s %q %q", auth, r.Kind, r.Auth, r.Params)
		}
	}
}

// TestWindowsRefuses: what would not work is refused with a way out.
func TestWindowsRefuses(t *testing.T) {
	t.Parallel()
	a := live
	a.Token = signer.NewSecret("t0ken-value")
	basic, err := uploader.Prepare(uploader.Draft{Auth: uploader.AuthBasic}, a, parse("https://example.com/a"), testNow)
	if err != nil {
		t.Fatal(err)
	}
	quoted := uploader.File{Kind: uploader.FilePath, Path: `/tmp/a"b`, Name: `a"b`}
	for name, c := range map[string]struct {
		p    uploader.Prepared
		id   string
		want error
	}{
		"secret in a file":     {basic, "cmd", ErrSecretFile},
		"line of a config":     {prepare(t, live, parse("data:;base64,"+strings.Repeat("a", 110<<10))), "cmd", ErrTooLong},
		"a command line":       {prepare(t, live, parse("data:;base64,"+strings.Repeat("a", 33_000))), "powershell", ErrTooLong},
		"a quote in a path":    {prepare(t, live, quoted), "powershell", ErrPowerShell},
		"the sample":           {prepare(t, live, sample), "powershell", ErrNeedsFile},
		"the sample in a file": {prepare(t, live, sample), "cmd", ErrNeedsFile},
		"unseen with a file":   {prepare(t, live, parse("/tmp/a"), param("context", "a\x1b")), "cmd", ErrUnseen},
	} {
		f, _ := Find(c.id)
		_, err := f.Make(c.p)
		if local, ok := errors.AsType[*uploader.LocalError](err); !errors.Is(err, c.want) || !ok || local.Hint == "" {
			t.Errorf("%s: got %v, want %v with a hint", name, err, c.want)
		}
	}
}

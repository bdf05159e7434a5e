package export

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"signpost/signer/visible"
)

// traps are what shells and curl like to make something of. CANARY is a file that a
// value would create if any of it were run.
var traps = []string{
	"'", "''", `"`, "`touch CANARY`", "$(touch CANARY)", "$HOME", "${PATH}", "!", "!!", "!$", "!touch", "\\", `\\`, `\n`, `\'`,
	"&", "a&b=c", ";", "; touch CANARY;", "| touch CANARY", "> CANARY", "< /etc/passwd", "@/etc/passwd", "@f", "</etc/passwd",
	";type=text/html", "x;type=y", "type=", "a,b", "%41", "%", "%s%n", "+", "a+b", "#", " # x", "~", "~root", "*", "?", "[a]", "{a,b}", "=", "=ls",
	"-", "--help", "-o CANARY", "-K -", "@-", "<-", " lead", "trail ", "\ttab", "line\nbreak", "\n", "\r\n", "a\n\nb", "'\n'", "\n!!\n", "\n^a^touch CANARY",
	"é", "日本語", "🙂", "👩‍👩‍👧", "❤️", "\u202e", "e\u0301", "e\u0301\u0301\u0301\u0301\u0301\u0301", "с\u0301", "\u0301",
	"\x01", "\x03\ntouch CANARY\n", "\x04", "\x15", "\x1b[31m", "\x1b[201~\ntouch CANARY\n", "\x7f", "\xff\xfe", "\xc2", "\u009b", "\ufffd",
	`'"'"'`, `'\''`, "$'\\n'", "\"$(touch CANARY)\"", "\\\n", "^", "(", ")", "a b  c", ";filename=x", "name=\"x\"",
	"--\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n", "%0d%0a", "%22", "\u00a0", "\u200b", "\u2028", "EOF", "2>&1", "&&", "||", "\b\v\f",
}

// nasty returns n values: each of the traps, mixtures of them, and bytes at random. It
// gives the same ones each time; none holds NUL.
func nasty(n int) []string {
	values := append([]string(nil), traps...)
	rng := rand.New(rand.NewPCG(1, 2))
	for len(values) < n {
		var b strings.Builder
		for range 1 + rng.IntN(6) {
			if rng.IntN(8) == 0 {
				for range rng.IntN(5) {
					b.WriteByte(byte(1 + rng.IntN(255)))
				}
				continue
			}
			b.WriteString(traps[rng.IntN(len(traps))])
		}
		if b.Len() > 0 {
			values = append(values, b.String())
		}
	}
	return values[:n]
}

func TestPOSIX(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, many, one string }{
		{"", `''`, `''`},
		{"https://a.b/c_d-1", "https://a.b/c_d-1", "https://a.b/c_d-1"},
		{"a=b", `'a=b'`, `'a=b'`},
		{"it's", `'it'\''s'`, `'it'\''s'`},
		{"a\nb", "'a\nb'", `"$(printf 'a\nb')"`},
		{"a\n\n", "'a\n\n'", `"$(printf 'a')"$'\n\n'`},
		{"\n", "'\n'", `$'\n'`},
		{"a\r\nb\n", `"$(printf 'a\r\nb')"` + "'\n'", `"$(printf 'a\r\nb')"$'\n'`},
		{"\x1b[1m'", `"$(printf '\033[1m\047')"`, `"$(printf '\033[1m\047')"`},
		{"\xff\t", `"$(printf '\377\t')"`, `"$(printf '\377\t')"`},
		{"-\t-%$x`\"\\", `"$(printf '\055\t-%%\044x\140\042\134')"`, `"$(printf '\055\t-%%\044x\140\042\134')"`},
		{"!a\n!b", `"$(printf '\041a\n\041b')"`, `"$(printf '\041a\n\041b')"`},
		{"!a\nb", "'!a\nb'", `"$(printf '\041a\nb')"`},
		{"a\n^b", `"$(printf 'a\n\136b')"`, `"$(printf 'a\n\136b')"`},
		{"e\u0301!", "'e\u0301!'", "'e\u0301!'"},
	} {
		if got := quoteWord(c.in, false); got != c.many {
			t.Errorf("%q: got %s, want %s", c.in, got, c.many)
		}
		if got := quoteWord(c.in, true); got != c.one {
			t.Errorf("%q in one line: got %s, want %s", c.in, got, c.one)
		}
	}
}

// FuzzShellQuote reads a quoted word back with a small reader of shell words (threat T16).
func FuzzShellQuote(f *testing.F) {
	for _, v := range nasty(300) {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.IndexByte(s, 0) >= 0 {
			return
		}
		for _, oneLine := range []bool{false, true} {
			quoted := quoteWord(s, oneLine)
			got, err := readWord(quoted, oneLine)
			if err != nil || got != s {
				t.Fatalf("%q, one line %v: quoted %q, read %q, %v", s, oneLine, quoted, got, err)
			}
			if shown := string(visible.CleanLines(quoted)); shown != quoted || !utf8.ValidString(quoted) {
				t.Fatalf("%q, one line %v: quoted %q, shown %q", s, oneLine, quoted, shown)
			}
		}
		if _, further, _ := strings.Cut(quoteWord(s, false), "\n"); strings.ContainsAny(further, "!^") {
			t.Fatalf("%q: an old bash takes a piece of %q for history", s, further)
		}
	})
}

// readWord reads one shell word: plain characters, single quotes, an escaped single
// quote, "$(printf '…')" and, in one line, $'…'. Anything else a shell might act upon.
func readWord(s string, oneLine bool) (string, error) {
	var b strings.Builder
	for len(s) > 0 {
		if rest, ok := strings.CutPrefix(s, `"$(printf '`); ok {
			format, after, ok := strings.Cut(rest, `')"`)
			text, err := readFormat(format)
			if !ok || err != nil || strings.HasSuffix(text, "\n") {
				return "", errors.New("a substitution that gives something else")
			}
			b.WriteString(text)
			s = after
			continue
		}
		if rest, ok := strings.CutPrefix(s, `$'`); ok && oneLine {
			breaks, after, ok := strings.Cut(rest, `'`)
			if !ok || strings.ReplaceAll(breaks, `\n`, "") != "" {
				return "", errors.New("more than line breaks in $'…'")
			}
			b.WriteString(strings.ReplaceAll(breaks, `\n`, "\n"))
			s = after
			continue
		}
		switch {
		case s[0] == '\'':
			text, after, ok := strings.Cut(s[1:], "'")
			if !ok || oneLine && strings.Contains(text, "\n") {
				return "", errors.New("quotes that do not end, or a line that does")
			}
			b.WriteString(text)
			s = after
		case strings.HasPrefix(s, `\'`):
			b.WriteByte('\'')
			s = s[2:]
		case strings.IndexByte(" \t\r\n\"$`!&|;<>()*?[]{}~#^\\=", s[0]) >= 0 || s[0] < ' ' || s[0] >= 0x7f:
			return "", errors.New("a bare character that a shell acts upon")
		default:
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return b.String(), nil
}

// readFormat reads a format of printf: %%, \n, \r, \t, three octal digits, and
// characters that mean nothing inside quotes of either kind.
func readFormat(s string) (string, error) {
	var b strings.Builder
	if strings.HasPrefix(s, "-") {
		return "", errors.New("an option")
	}
	for len(s) > 0 {
		named := map[string]string{"%%": "%", `\n`: "\n", `\r`: "\r", `\t`: "\t"}
		switch {
		case len(s) >= 2 && named[s[:2]] != "":
			b.WriteString(named[s[:2]])
			s = s[2:]
		case len(s) >= 4 && s[0] == '\\' && strings.Trim(s[1:4], "01234567") == "" && s[1] <= '3':
			b.WriteByte((s[1]-'0')<<6 | (s[2]-'0')<<3 | (s[3] - '0'))
			s = s[4:]
		case strings.IndexByte("%\\'\"$`!^\n", s[0]) >= 0:
			return "", errors.New("a character that means something")
		default:
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return b.String(), nil
}

// FuzzFormFile reads the argument of -F back by curl's rules (threat T17).
func FuzzFormFile(f *testing.F) {
	for _, v := range nasty(300) {
		f.Add(v, "x")
		f.Add("/tmp/"+v, v)
	}
	f.Fuzz(func(t *testing.T, path, name string) {
		arg := formFile(path, name)
		rest, ok := strings.CutPrefix(arg, "file=@")
		if !ok {
			t.Fatal(arg)
		}
		got, rest := readForm(t, rest)
		if got != path && got != "./"+path || got == "-" {
			t.Fatalf("path %q is read as %q", path, got)
		}
		sent := got[strings.LastIndexByte(got, '/')+1:]
		if rest != "" {
			rest, ok = strings.CutPrefix(rest, ";filename=")
			if !ok {
				t.Fatalf("%q behind the path", rest)
			}
			sent, rest = readForm(t, rest)
		}
		if want := wireName(name); rest != "" || want != "" && sent != want {
			t.Fatalf("name %q is sent as %q, want %q; behind it %q", name, sent, want, rest)
		}
		if strings.ContainsAny(wireName(name), "\r\n\"") {
			t.Fatalf("the name %q can end the header", wireName(name))
		}
	})
}

// readForm reads a piece of -F in double quotes. Source: get_param_word in curl's
// src/tool_formparse.c.
func readForm(t *testing.T, s string) (value, rest string) {
	t.Helper()
	if s == "" || s[0] != '"' {
		t.Fatalf("no quotes: %q", s)
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '"'):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	t.Fatalf("the quotes do not end: %q", s)
	return "", ""
}

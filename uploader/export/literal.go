package export

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"signpost/signer/visible"
	"signpost/uploader"
)

// ErrNotUTF8 means that a value is no text of Unicode, which a string of the language
// cannot hold. It is inside a [*uploader.LocalError].
var ErrNotUTF8 = errors.New("it is no valid UTF-8, which a text of this language cannot hold")

// ErrNeedsFile means that only this program has the file. It is inside a
// [*uploader.LocalError].
var ErrNeedsFile = errors.New("the sample picture comes from the sandbox of this program")

// quoting is how a language writes a text.
type quoting struct {
	quote   byte
	escaped string            // ASCII characters that get a backslash
	known   map[rune]string   // escapes with a letter
	control func(rune) string // any other character that cannot stand as it is
}

func hexByte(r rune) string { return fmt.Sprintf(`\x%02x`, r) }

var lineEscapes = map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`}

// The languages' quotings. Each escape is one that the language's reference lists.
var (
	jsText = quoting{'"', `"\`, lineEscapes, func(r rune) string {
		if r < 0x80 {
			return hexByte(r)
		}
		return fmt.Sprintf(`\u{%x}`, r)
	}}
	pyText = quoting{'"', `"\`, lineEscapes, func(r rune) string {
		switch {
		case r < 0x80:
			return hexByte(r)
		case r > 0xffff:
			return fmt.Sprintf(`\U%08x`, r)
		}
		return fmt.Sprintf(`\u%04x`, r)
	}}
	phpText = quoting{'"', `"\$`, lineEscapes, func(r rune) string {
		if r < 0x80 {
			return hexByte(r)
		}
		return fmt.Sprintf(`\u{%x}`, r)
	}}
	rubyText = quoting{'"', `"\#`, lineEscapes, func(r rune) string {
		if r < 0x80 {
			return hexByte(r)
		}
		return fmt.Sprintf(`\u{%x}`, r)
	}}
	goText = quoting{'"', `"\`, lineEscapes, func(r rune) string {
		switch {
		case r < 0x80:
			return hexByte(r)
		case r > 0xffff:
			return fmt.Sprintf(`\U%08x`, r)
		}
		return fmt.Sprintf(`\u%04x`, r)
	}}
)

// literal is a text in the language. What cannot be seen, or would be seen as something
// else, is written as an escape, so that the text draws as it is (threat T18). s is valid
// UTF-8.
func (q quoting) literal(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteByte(q.quote)
	base := 0 // the character that combining marks stand upon
	for i, r := range s {
		n := utf8.RuneLen(r)
		esc, isKnown := q.known[r]
		switch {
		case isKnown:
			b.WriteString(esc)
			base = i + n
		case r < 0x80 && strings.ContainsRune(q.escaped, r):
			b.WriteByte('\\')
			b.WriteRune(r)
			base = i + n
		case r < ' ' || r == 0x7f || r >= 0x80 && visible.Dirty(s[base:i+n]):
			b.WriteString(q.control(r))
			base = i + n
		default:
			b.WriteRune(r)
			if r < 0x80 {
				base = i
			}
		}
	}
	b.WriteByte(q.quote)
	if text := b.String(); string(visible.Clean(text)) == text {
		return text
	}
	return q.ascii(s)
}

// ascii writes everything but ASCII as escapes.
func (q quoting) ascii(s string) string {
	var b strings.Builder
	b.WriteByte(q.quote)
	for _, r := range s {
		switch esc, isKnown := q.known[r]; {
		case isKnown:
			b.WriteString(esc)
		case r < 0x80 && strings.ContainsRune(q.escaped, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r >= 0x7f:
			b.WriteString(q.control(r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte(q.quote)
	return b.String()
}

// program is what code in any language needs of a prepared request.
type program struct {
	p      uploader.Prepared
	params []field // without timestamp, signature and api_key
	// stamped is true where a timestamp is sent; a program takes the current time.
	stamped bool
	bytes   bool   // the file is read from a path
	file    string // a path, or the text of the field file
	b       strings.Builder
}

// field is a parameter.
type field struct{ name, value string }

// newProgram checks a request as [Curl] does, and that its texts are Unicode.
func newProgram(p uploader.Prepared) (*program, error) {
	if err := check(p); err != nil {
		return nil, err
	}
	g := &program{p: p, file: p.File.Text}
	for _, f := range p.Fields {
		if !utf8.ValidString(f.Value) {
			return nil, problem(fmt.Errorf("%s: %w", f.Name, ErrNotUTF8), "the cURL command can hold it")
		}
		switch f.Name {
		case "signature", "api_key":
		case "timestamp":
			g.stamped = true
		default:
			g.params = append(g.params, field{f.Name, f.Value})
		}
	}
	switch p.File.Kind {
	case uploader.FileSample:
		return nil, problem(ErrNeedsFile, "give a path, a URL or a data URI")
	case uploader.FilePath:
		g.bytes, g.file = true, p.File.Path
	}
	if !utf8.ValidString(g.file) || !utf8.ValidString(p.File.Name) {
		return nil, problem(fmt.Errorf("file: %w", ErrNotUTF8), "the cURL command can hold it")
	}
	return g, nil
}

// line writes a line; the empty format is a blank one.
func (g *program) line(format string, args ...any) {
	fmt.Fprintf(&g.b, format, args...)
	g.b.WriteByte('\n')
}

// done is the program with what has to be known about it.
func (g *program) done(notes ...string) Snippet {
	// A tab would be drawn as an escape: Go's code is indented with blanks here.
	text := strings.ReplaceAll(strings.TrimSuffix(g.b.String(), "\n"), "\t", "    ")
	return Snippet{Text: text, Notes: append(g.needs(), notes...)}
}

// needs says which variable has to be set, and that a program does not grow stale.
func (g *program) needs() []string {
	switch g.p.Auth {
	case uploader.AuthUnsigned:
		return nil
	case uploader.AuthBearer:
		return []string{"needs CLOUDINARY_OAUTH_TOKEN in the environment"}
	case uploader.AuthBasic:
		return []string{"needs CLOUDINARY_API_SECRET in the environment"}
	}
	return []string{"needs CLOUDINARY_API_SECRET in the environment, and takes the time when it runs: it does not grow stale"}
}

// breaks reports whether a value has a line end: some libraries change it in a form.
func (g *program) breaks() bool {
	for _, f := range g.params {
		if strings.ContainsAny(f.value, "\r\n") {
			return true
		}
	}
	return false
}

// sha is the algorithm's name: sha1 or sha256.
func (g *program) sha() string { return g.p.Account.Options.Algorithm.String() }

// escapesAmp reports whether an & in a pair is written as %26: version 2.
func (g *program) escapesAmp() bool { return g.p.Account.Options.Version.Number() != 1 }

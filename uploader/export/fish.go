package export

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"signpost/signer/visible"
	"signpost/uploader"
)

// Fish quotes a word for the fish shell: within its single quotes only the quote and the
// backslash are escaped; what cannot be seen stands outside of quotes as an escape.
// Source: fish's documentation, "Quotes" and "Escaping characters".
func Fish(s string) string {
	if s == "" {
		return "''"
	}
	var b strings.Builder
	open := false
	quote := func(on bool) {
		if open != on {
			b.WriteByte('\'')
			open = on
		}
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			quote(false)
			fmt.Fprintf(&b, `\X%02x`, s[i])
		case r == '\n', r == '\r', r == '\t':
			quote(false)
			b.WriteString(map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`}[r])
		case r < ' ' || r == 0x7f:
			quote(false)
			fmt.Fprintf(&b, `\x%02x`, r)
		case r >= 0x80 && (visible.Dirty(string(r)) || visible.Dirty("x"+string(r))):
			quote(false)
			fmt.Fprintf(&b, `\U%08x`, r)
		case r == '\'' || r == '\\':
			quote(true)
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			quote(true)
			b.WriteRune(r)
		}
		i += n
	}
	quote(false)
	if word := b.String(); !unseen(word) {
		return word
	}
	return fishASCII(s)
}

// fishASCII writes everything but ASCII as escapes: characters that are only seen as
// something else together.
func fishASCII(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, `\X%02x`, s[i])
	}
	return b.String()
}

// fishMark is a comment that says for whom the text is, also to those who paste it.
const fishMark = "# for fish"

// fishCurl is the cURL command for fish.
func fishCurl(p uploader.Prepared, o CurlOptions) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	target, err := request(p.Account, p.URL)
	if err != nil {
		return Snippet{}, err
	}
	args, in, err := arguments(p)
	if err != nil {
		return Snippet{}, err
	}
	c := command{oneLine: o.OneLine}
	piped, notes := "", until(p)
	switch {
	case in.sample != "":
		sample, err := request(p.Account, in.sample)
		if err != nil {
			return Snippet{}, err
		}
		piped = "curl -q -fsS " + strings.Join(sample, " ")
		notes = append(notes, "works while signpost runs: the picture comes from its sandbox")
	case in.value != "":
		piped = "printf %s " + Fish(in.value)
	}
	first, header := "curl -q", fishAuthorization(p)
	if header != "" {
		first += " -H @-"
	}
	groups := append([]string{first}, target...)
	for _, a := range args {
		word := Fish(a.value)
		if header != "" && piped != "" && a.piped {
			word = fishFile(a.value, piped)
		}
		groups = append(groups, a.option+" "+word)
	}
	text := c.join(groups)
	switch {
	case header != "":
		text = header + c.either(" | ", " |\n") + text
	case piped != "":
		text = piped + c.either(" | ", " |\n") + text
	}
	if o.OneLine {
		return Snippet{Text: text + " " + fishMark, Notes: notes}, nil
	}
	return Snippet{Text: fishMark + "\n" + text, Notes: notes}, nil
}

// fishFile lets an argument read from a file that psub makes, where the header takes
// standard input. Nothing secret is in it.
func fishFile(value, from string) string {
	before, after, _ := strings.Cut(value, "-")
	return Fish(before+`"`) + "(" + from + " | psub)" + Fish(`"`+after)
}

// fishAuthorization is [authorization] for fish.
func fishAuthorization(p uploader.Prepared) string {
	switch p.Auth {
	case uploader.AuthBasic:
		return `printf 'Authorization: Basic %s' (printf %s%s ` + Fish(p.Account.APIKey+":") + ` "$CLOUDINARY_API_SECRET" | base64 | tr -d '\n')`
	case uploader.AuthBearer:
		return `printf 'Authorization: Bearer %s' "$CLOUDINARY_OAUTH_TOKEN"`
	}
	return ""
}

// until says how long a command is good, and which variable it needs.
func until(p uploader.Prepared) []string {
	switch p.Auth {
	case uploader.AuthBasic:
		return []string{"needs CLOUDINARY_API_SECRET in the environment"}
	case uploader.AuthBearer:
		return []string{"needs CLOUDINARY_OAUTH_TOKEN in the environment"}
	}
	if t, ok := ValidUntil(p); ok {
		return []string{"good until " + t.UTC().Format("15:04 UTC")}
	}
	return nil
}

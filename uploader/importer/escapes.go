package importer

import (
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// views are the text as it may have been before it came into a log: with the escapes of
// JSON, of HTML and of an address undone, and as it is.
func views(text string) []string {
	out := []string{}
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	base := text
	low := strings.ToLower(text)
	if !strings.Contains(low, "invalid signature") && (strings.Contains(low, "signature%20") || strings.Contains(low, "signature+")) {
		if d, err := url.QueryUnescape(strings.ReplaceAll(text, "%\n", "%25\n")); err == nil {
			base = d
			add(base)
		}
	}
	unJSON := base
	for range 3 {
		next := undoJSON(unJSON)
		if next == unJSON {
			break
		}
		unJSON = next
	}
	unHTML := undoHTML(base)
	both := undoHTML(unJSON)
	add(both)
	add(unJSON)
	add(unHTML)
	add(base)
	return out
}

var jsonEscape = lazy(`\\u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|\\["'/\\]`)

// undoJSON undoes the escapes of JSON that stand for a visible character.
func undoJSON(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return jsonEscape().ReplaceAllStringFunc(s, func(e string) string {
		if e[1] != 'u' {
			return e[1:]
		}
		if plain, err := strconv.Unquote(`"` + e + `"`); err == nil {
			return plain
		}
		r, err := strconv.ParseUint(e[2:6], 16, 32)
		if err != nil || len(e) < 12 {
			return e
		}
		low, err := strconv.ParseUint(e[8:12], 16, 32)
		if err != nil || r < 0xd800 || r > 0xdbff {
			return e
		}
		return string(rune((r-0xd800)<<10|(low-0xdc00)) + 0x10000)
	})
}

var entity = lazy(`&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});`)

// undoHTML undoes entities that end in a semicolon: others, such as &times, are names of
// parameters here.
func undoHTML(s string) string {
	for range 3 {
		next := entity().ReplaceAllStringFunc(s, html.UnescapeString)
		if next == s {
			break
		}
		s = next
	}
	return s
}

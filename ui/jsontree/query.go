package jsontree

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"signpost/signer/visible"
)

// Lines is how many lines the unfolded document has.
func (d *Doc) Lines() int { return len(d.nodes) }

func (d *Doc) isContainer(i int32) bool {
	k := d.nodes[i].kind
	return k == kindObject || k == kindArray
}

// foldable reports whether there is something between the brackets that open at line i.
func (d *Doc) foldable(i int32) bool { return d.isContainer(i) && d.nodes[i].next > i+1 }

// end is the line behind the one that closes the container at line i, or behind i.
func (d *Doc) end(i int32) int32 {
	if d.isContainer(i) {
		return min(d.nodes[i].next+1, int32(len(d.nodes)))
	}
	return i + 1
}

// parent is the line that opens the container around line i; -1 at the top.
func (d *Doc) parent(i int32) int32 {
	depth := d.nodes[i].depth
	if d.nodes[i].kind == kindClose {
		return d.parent(d.nodes[i].next)
	}
	for j := i - 1; j >= 0; j-- {
		if d.isContainer(j) && d.nodes[j].depth < depth {
			return j
		}
		if d.nodes[j].kind == kindClose {
			j = d.nodes[j].next // over the whole sibling
		}
	}
	return -1
}

// count is how many members the container at line i has.
func (d *Doc) count(i int32) int {
	n := 0
	for j := i + 1; j < min(d.nodes[i].next, int32(len(d.nodes))); j = d.end(j) {
		n++
	}
	return n
}

// val is the offset of the value at line i.
func (d *Doc) val(i int32) int {
	n := d.nodes[i]
	if n.flags&flagKey != 0 {
		return afterKey(d.text, int(n.at))
	}
	return int(n.at)
}

// raw is the text of the value at line i.
func (d *Doc) raw(i int32) []byte {
	n := d.nodes[i]
	from := d.val(i)
	switch n.kind {
	case kindString:
		return stringAt(d.text, from)
	case kindObject, kindArray:
		if int(n.next) < len(d.nodes) && n.flags&flagOpen == 0 {
			return d.text[from : d.nodes[n.next].at+1]
		}
		return d.text[from:]
	case kindClose:
		return d.text[from : from+1]
	case kindDeep:
		p := parser{text: d.text, at: from}
		_ = p.skipDeep()
		return d.text[from:p.at]
	}
	return wordAt(d.text[from:])
}

// wordAt is the number or word that a text begins with.
func wordAt(text []byte) []byte {
	if i := bytes.IndexAny(text, ",]} \t\r\n"); i >= 0 {
		return text[:i]
	}
	return text
}

// key is the decoded key of line i; ok is false where it has none.
func (d *Doc) key(i int32) (string, bool) {
	if d.nodes[i].flags&flagKey == 0 {
		return "", false
	}
	return unquote(stringAt(d.text, int(d.nodes[i].at))), true
}

// unquote decodes a string literal; one that cannot be decoded stays as it is.
func unquote(literal []byte) string {
	var s string
	if json.Unmarshal(literal, &s) != nil {
		return string(literal)
	}
	return s
}

// value is what a copy of the value gives: a string without quotes and escapes, anything
// else as its text.
func (d *Doc) value(i int32) string {
	if d.nodes[i].kind == kindString {
		return unquote(d.raw(i))
	}
	return string(d.raw(i))
}

// path is the way to line i as jq writes it: .eager[0].secure_url.
func (d *Doc) path(i int32) string {
	if d.nodes[i].kind == kindClose {
		i = d.nodes[i].next
	}
	var parts []string
	for i >= 0 {
		up := d.parent(i)
		if up < 0 {
			break
		}
		if key, ok := d.key(i); ok {
			parts = append(parts, pathKey(key))
		} else {
			at := 0
			for j := up + 1; j < i; j = d.end(j) {
				at++
			}
			parts = append(parts, "["+strconv.Itoa(at)+"]")
		}
		i = up
	}
	slices.Reverse(parts)
	p := strings.Join(parts, "")
	if !strings.HasPrefix(p, ".") {
		p = "." + p
	}
	return p
}

func pathKey(key string) string {
	plain := key != ""
	for i, r := range key {
		plain = plain && (r == '_' || r < 0x80 && unicode.IsLetter(r) || i > 0 && r >= '0' && r <= '9')
	}
	if plain {
		return "." + key
	}
	quoted, _ := json.Marshal(key)
	return "[" + string(quoted) + "]"
}

// Copied asks for a text to be copied: the original, with a word where that is more
// than can be seen (threat T1).
func Copied(what, s string) CopyRequested {
	if visible.Dirty(lineBreaks.Replace(s)) {
		what += " (with characters that cannot be seen)"
	}
	return CopyRequested{What: what, Text: s}
}

var lineBreaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ")

// replaced reports whether decoding a literal lost something: half of a surrogate pair
// is no character, and becomes U+FFFD.
func replaced(literal []byte, decoded string) bool {
	return strings.ContainsRune(decoded, utf8.RuneError) && !bytes.Contains(literal, []byte("\ufffd")) &&
		!bytes.Contains(bytes.ToLower(literal), []byte(`\ufffd`))
}

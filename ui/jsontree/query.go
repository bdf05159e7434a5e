package jsontree

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Lines is how many lines the unfolded document has.
func (d *Doc) Lines() int { return len(d.nodes) }

func (d *Doc) isContainer(i int32) bool {
	k := d.nodes[i].kind
	return k == kindObject || k == kindArray
}

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

// raw is the text of the value at line i.
func (d *Doc) raw(i int32) []byte {
	n := d.nodes[i]
	from := int(n.val)
	switch n.kind {
	case kindString:
		return stringAt(d.text, from)
	case kindObject, kindArray:
		if int(n.next) < len(d.nodes) && n.flags&flagOpen == 0 {
			return d.text[from : d.nodes[n.next].val+1]
		}
		return d.text[from:]
	case kindClose:
		return d.text[from : from+1]
	case kindDeep:
		p := parser{text: d.text, at: from}
		_ = p.skipDeep()
		return d.text[from:p.at]
	}
	to := from
	for to < len(d.text) && !bytes.ContainsRune([]byte(",]} \t\r\n"), rune(d.text[to])) {
		to++
	}
	return d.text[from:to]
}

// Key is the decoded key of line i; ok is false where it has none.
func (d *Doc) key(i int32) (string, bool) {
	if d.nodes[i].key == noKey {
		return "", false
	}
	return unquote(stringAt(d.text, int(d.nodes[i].key))), true
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

// find returns the lines whose key or value holds the query, in order. A query without
// capital letters matches both cases.
func (d *Doc) find(query string) []int32 {
	if query == "" || len(d.nodes) == 0 {
		return nil
	}
	text, q := d.text, []byte(query)
	if query == strings.ToLower(query) {
		text = asciiLower(text)
	}
	var found []int32
	for at := 0; ; {
		i := bytes.Index(text[at:], q)
		if i < 0 {
			return found
		}
		at += i
		line := d.lineAt(uint32(at))
		if n := len(found); line >= 0 && (n == 0 || found[n-1] != line) {
			found = append(found, line)
		}
		at += len(q)
	}
}

// asciiLower keeps offsets: other letters keep their case.
func asciiLower(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return out
}

// lineAt is the line that the byte at an offset belongs to.
func (d *Doc) lineAt(offset uint32) int32 {
	i, _ := slices.BinarySearchFunc(d.nodes, offset, func(n node, o uint32) int {
		start := min(n.key, n.val)
		if start <= o {
			return -1
		}
		return 1
	})
	return int32(i) - 1
}

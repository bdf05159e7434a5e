package jsontree

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// find returns the lines whose key or value holds the query, in order. A query without
// capital letters matches both cases of ASCII letters. What JSON may write as an escape
// is found either way.
func (d *Doc) find(query string) []int32 {
	if query == "" || len(d.nodes) == 0 {
		return nil
	}
	text := d.text
	if query == strings.ToLower(query) {
		text = asciiLower(text)
	}
	found := d.findBytes(text, []byte(query))
	if e := escaped(query); e != query {
		found = append(found, d.findBytes(text, []byte(e))...)
		slices.Sort(found)
		found = slices.Compact(found)
	}
	return found
}

// findBytes looks for q in text, which has the offsets of the document. Each line is
// looked at no more than twice, however often q is in it.
func (d *Doc) findBytes(text, q []byte) []int32 {
	var found []int32
	for at := 0; at < len(text); {
		i := bytes.Index(text[at:], q)
		if i < 0 {
			break
		}
		at += i
		line := d.lineAt(uint32(at))
		if line < 0 {
			at = d.start(0)
			continue
		}
		value, to := d.val(line), 0
		inKey := at < value
		if inKey {
			to = d.start(line) + len(stringAt(d.text, d.start(line)))
		} else {
			to = d.tokenEnd(line)
		}
		switch {
		case at+len(q) <= to:
			found = append(found, line)
			at = d.start(line + 1)
		case inKey:
			at = value
		default:
			at = d.start(line + 1)
		}
	}
	return found
}

// start is the offset at which line i begins; the end of the text where there is none.
func (d *Doc) start(i int32) int {
	if int(i) >= len(d.nodes) {
		return len(d.text)
	}
	return int(d.nodes[i].at)
}

// tokenEnd is the offset behind what line i shows of its value.
func (d *Doc) tokenEnd(i int32) int {
	from := d.val(i)
	if d.isContainer(i) {
		return from + 1
	}
	return from + len(d.raw(i))
}

// escaped is the query as it stands in a JSON text that escapes all it can.
func escaped(query string) string {
	var b strings.Builder
	for _, r := range query {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r >= 0x20 && r < 0x7f:
			b.WriteRune(r)
		default:
			for _, u := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, u)
			}
		}
	}
	return b.String()
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

// lineAt is the line that the byte at an offset belongs to; -1 in front of the first.
func (d *Doc) lineAt(offset uint32) int32 {
	lo, hi := int32(0), int32(len(d.nodes))
	for lo < hi {
		if mid := lo + (hi-lo)/2; d.start(mid) <= int(offset) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}

package jsontree

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/widget"
)

// maxIndent keeps deep lines on the screen.
const maxIndent = 40

// pointerWidth is the room in front of a line, where the cursor is shown.
const pointerWidth = 2

func (m Model) indent(i int32) int {
	return min(2*int(m.doc.nodes[i].depth), maxIndent, max(m.width/2, 0))
}

// pretty is the subtree at line i, indented; as it stands where it is too deep for that.
func (d *Doc) pretty(i int32) string {
	var b bytes.Buffer
	if json.Indent(&b, d.raw(i), "", "  ") != nil {
		return string(d.raw(i))
	}
	return b.String()
}

// rows is the room for the tree: the last line is the search, where there is one.
func (m Model) rows() int {
	if m.searching || m.query.Value() != "" {
		return max(m.height-1, 0)
	}
	return m.height
}

// Lines draws what is in sight.
func (m Model) Lines() []text.Line {
	h := m.rows()
	lines := make([]text.Line, 0, m.height)
	for n := m.top; n < min(m.top+h, m.length()); n++ {
		lines = append(lines, m.draw(m.line(n), n == m.at))
	}
	lines = text.Fit(lines, m.width, h)
	if h < m.height {
		lines = append(lines, text.Cut(m.status(), m.width))
	}
	return lines
}

// status is the line of the search.
func (m Model) status() text.Line {
	l := text.Line{{Text: "/", Style: m.th.Accent}}
	if m.searching {
		l = append(l, m.query.View(max(m.width-20, 10), true, m.th)...)
		return append(l, text.Span{Text: "▏", Style: m.th.Accent}, text.Span{Text: "  enter searches", Style: m.th.Muted})
	}
	l = append(l, m.query.View(max(m.width-32, 10), false, m.th)...)
	if len(m.matches) == 0 {
		return append(l, text.Span{Text: "  nothing matches", Style: m.th.Warn})
	}
	count := "  " + widget.Count(len(m.matches)) + " lines match"
	if at, ok := slices.BinarySearch(m.matches, m.current()); ok {
		count = "  line " + widget.Count(at+1) + " of " + widget.Count(len(m.matches)) + " that match"
	}
	return append(l, text.Span{Text: count, Style: m.th.Muted}, text.Span{Text: "  n N", Style: m.th.Key})
}

// draw is one line of the tree.
func (m Model) draw(i int32, cursor bool) text.Line {
	n := m.doc.nodes[i]
	pointer := visible.Text("  ")
	if cursor {
		pointer = "▌ "
	}
	l := text.Line{{Text: pointer, Style: m.th.Accent}, {Text: widget.Blank(m.indent(i)), Style: m.th.Text}}
	marker := visible.Text("  ")
	if m.doc.isContainer(i) {
		marker = "▾ "
		if m.folded.has(i) {
			marker = "▸ "
		}
	}
	l = append(l, text.Span{Text: marker, Style: m.th.Muted})
	if n.flags&flagKey != 0 {
		key := m.short(m.headOf(int(n.at)))
		style := m.th.JSONKey
		if cursor {
			style = m.th.JSONKeyHere
		}
		l = append(l, text.Span{Text: key, Style: style}, text.Span{Text: ": ", Style: m.th.JSONPunct})
	}
	value, note := m.drawValue(i), notes(n.flags)
	if note == "" {
		return append(l, value...)
	}
	room := max(m.width-l.Width()-text.Width(note), 1) // the note stays in sight
	return append(append(l, text.Cut(value, room)...), text.Span{Text: note, Style: m.th.Warn})
}

// notes are words about a line that is not as it should be.
func notes(flags uint8) visible.Text {
	var t visible.Text
	if flags&flagDuplicate != 0 {
		t = "  ← this key stands here twice"
	}
	if flags&flagOpen != 0 {
		t += "  ← never closed: the text was cut"
	}
	return t
}

// short cleans as much of a text as can be seen on a line. A long one is cut before it
// is cleaned, in front of a character.
func (m Model) short(b []byte) visible.Text {
	room := max(m.width, 20)
	most := 8 * room
	if len(b) <= most {
		return text.Truncate(visible.Clean(string(b)), room)
	}
	for most > 0 && !utf8.RuneStart(b[most]) {
		most--
	}
	return text.Truncate(visible.Clean(string(b[:most]))+"…", room)
}

func (m Model) drawValue(i int32) text.Line {
	n := m.doc.nodes[i]
	one := func(t visible.Text, l text.Line) text.Line {
		return append(text.Line{{Text: t, Style: m.th.JSONPunct}}, l...)
	}
	switch n.kind {
	case kindObject, kindArray:
		open, closed := visible.Text("{"), visible.Text("{…}")
		if n.kind == kindArray {
			open, closed = "[", "[…]"
		}
		if !m.folded.has(i) {
			return one(open, nil)
		}
		return one(closed, text.Line{{Text: "  " + widget.Count(m.doc.count(i)) + " items", Style: m.th.Muted}})
	case kindClose:
		return one(visible.Clean(string(m.doc.text[n.at:n.at+1])), nil)
	case kindDeep:
		return text.Line{{Text: "…", Style: m.th.JSONPunct}, {Text: "  nested deeper than 1000 levels: the raw text shows it", Style: m.th.Warn}}
	case kindString:
		return text.Line{{Text: m.short(m.headOf(m.doc.val(i))), Style: m.th.JSONString}}
	case kindNumber:
		return text.Line{{Text: m.short(wordAt(m.window(m.doc.val(i)))), Style: m.th.JSONNumber}}
	case kindNull:
		return text.Line{{Text: "null", Style: m.th.JSONNull}}
	case kindTrue:
		return text.Line{{Text: "true", Style: m.th.JSONBool}}
	}
	return text.Line{{Text: "false", Style: m.th.JSONBool}}
}

// headOf is the beginning of a string's literal.
func (m Model) headOf(from int) []byte { return stringAt(m.window(from), 0) }

// window is more of the text, from an offset on, than fits on a line.
func (m Model) window(from int) []byte {
	return m.doc.text[from:min(from+8*max(m.width, 20)+1, len(m.doc.text))]
}

package jsontree

import (
	"bytes"
	"encoding/json"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/widget"
)

// maxIndent keeps deep lines on the screen.
const maxIndent = 40

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

// Lines draws what is in sight; the last line is the search, where there is one.
func (m Model) Lines() []text.Line {
	h := m.height
	status := m.status()
	if status != nil {
		h--
	}
	lines := make([]text.Line, 0, m.height)
	for n := m.top; n < min(m.top+h, m.length()); n++ {
		lines = append(lines, m.draw(m.line(n), n == m.at))
	}
	lines = text.Fit(lines, m.width, max(h, 0))
	if status != nil {
		lines = append(lines, text.Cut(status, m.width))
	}
	return lines
}

// status is the line of the search.
func (m Model) status() text.Line {
	switch {
	case m.searching:
		l := text.Line{{Text: "/", Style: m.th.Accent}}
		l = append(l, m.query.View(max(m.width-20, 10), true, m.th)...)
		return append(l, text.Span{Text: "▏", Style: m.th.Accent}, text.Span{Text: "  enter searches", Style: m.th.Muted})
	case m.query.Value() != "":
		n := widget.Count(len(m.matches))
		return text.Line{{Text: "/", Style: m.th.Accent}, {Text: visible.Clean(m.query.Value()), Style: m.th.Text},
			{Text: "  " + n + " lines match", Style: m.th.Muted}, {Text: "  n N", Style: m.th.Key}}
	}
	return nil
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
		if m.folded[i] {
			marker = "▸ "
		}
	}
	l = append(l, text.Span{Text: marker, Style: m.th.Muted})
	if n.key != noKey {
		key := m.short(stringAt(m.doc.text, int(n.key)))
		style := m.th.JSONKey
		if cursor {
			style = m.th.JSONKeyHere
		}
		l = append(l, text.Span{Text: key, Style: style}, text.Span{Text: ": ", Style: m.th.JSONPunct})
	}
	l = append(l, m.drawValue(i)...)
	if n.flags&flagDuplicate != 0 {
		l = append(l, text.Span{Text: "  ← this key stands here twice", Style: m.th.Warn})
	}
	if n.flags&flagOpen != 0 {
		l = append(l, text.Span{Text: "  ← never closed: the text was cut", Style: m.th.Warn})
	}
	return l
}

// short cleans as much of a text as can be seen on a line.
func (m Model) short(b []byte) visible.Text {
	room := max(m.width, 20)
	if len(b) > 4*room {
		b = b[:4*room]
	}
	return text.Truncate(visible.Clean(string(b)), room)
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
		if !m.folded[i] {
			return one(open, nil)
		}
		return one(closed, text.Line{{Text: "  " + widget.Count(m.doc.count(i)) + " items", Style: m.th.Muted}})
	case kindClose:
		return one(visible.Clean(string(m.doc.text[n.val:n.val+1])), nil)
	case kindDeep:
		return text.Line{{Text: "…", Style: m.th.JSONPunct}, {Text: "  nested deeper than 1000 levels: the raw text shows it", Style: m.th.Warn}}
	case kindString:
		return text.Line{{Text: m.short(m.headOf(i)), Style: m.th.JSONString}}
	case kindNumber:
		return text.Line{{Text: m.short(m.doc.raw(i)), Style: m.th.JSONNumber}}
	case kindNull:
		return text.Line{{Text: "null", Style: m.th.JSONNull}}
	case kindTrue:
		return text.Line{{Text: "true", Style: m.th.JSONBool}}
	}
	return text.Line{{Text: "false", Style: m.th.JSONBool}}
}

// headOf is the beginning of a string's literal: of a long one, as much as can be drawn.
func (m Model) headOf(i int32) []byte {
	from := int(m.doc.nodes[i].val)
	window := m.doc.text[from:min(from+8*max(m.width, 20), len(m.doc.text))]
	return stringAt(window, 0)
}

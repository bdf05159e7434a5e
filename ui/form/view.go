package form

import (
	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/field"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
)

const (
	labelWidth = 13
	helpLines  = 2
)

// helpRoom is how many lines the help gets: two, and up to five where the rows leave
// them over.
func (m Model) helpRoom() int {
	return max(helpLines, min(m.height-len(m.rows)-1, 5))
}

// first is the first row that is shown: the focused one stays in sight.
func (m Model) first() int {
	room := m.rowRoom()
	if len(m.rows) <= room {
		return 0
	}
	return max(min(m.focus-room/2, len(m.rows)-room), 0)
}

// rowRoom is how many rows fit above the help.
func (m Model) rowRoom() int {
	if m.height <= 5 {
		return max(m.height, 1)
	}
	return m.height - m.helpRoom()
}

// Lines is the form's content.
func (m Model) Lines() []text.Line {
	from, room := m.first(), m.rowRoom()
	var lines []text.Line
	for i := from; i < min(from+room, len(m.rows)); i++ {
		lines = append(lines, m.rowLine(i))
	}
	if m.height > 5 {
		lines = text.Fit(lines, m.width, m.rowRoom())
		lines = append(lines, m.helpView()...)
	}
	return text.Fit(lines, m.width, m.height)
}

// Cursor is the cell of the text cursor; ok is false where the focused row has none.
func (m Model) Cursor() (x, y int, ok bool) {
	switch m.rows[m.focus].kind {
	case rowType, rowAddEager, rowAddParam:
		return 0, 0, false
	}
	y = m.focus - m.first()
	x = labelWidth + m.fields[m.focus].CursorX(m.valueWidth())
	return x, y, y < m.height && x < m.width
}

// Click puts the focus where the mouse was pressed; x and y count inside the border.
func (m Model) Click(x, y int) (Model, Action) {
	i := m.first() + y
	if y < 0 || y >= m.rowRoom() || i >= len(m.rows) {
		return m, nil
	}
	same := i == m.focus
	m.moveTo(i)
	switch r := m.rows[m.focus]; r.kind {
	case rowAddParam:
		return m, AddRequested{}
	case rowAddEager:
		m.addEager(r.index)
		return m, Changed{}
	case rowType:
		if same {
			act, _ := m.navigate("space")
			return m, act
		}
	default:
		fields := append([]field.Model(nil), m.fields...)
		fields[m.focus] = fields[m.focus].Click(x-labelWidth, m.valueWidth())
		m.fields = fields
	}
	return m, FocusMoved{}
}

func (m Model) valueWidth() int { return max(m.width-labelWidth, 1) }

func (m Model) rowLine(i int) text.Line {
	r, focused := m.rows[i], i == m.focus
	glyph, style := visible.Text("  "), m.th.Muted
	if focused {
		glyph, style = "▸ ", m.th.Focus
	}
	label := text.Truncate(m.label(r), labelWidth-3)
	line := text.Line{
		{Text: glyph, Style: m.th.Accent},
		{Text: label, Style: style},
		{Text: widget.Blank(labelWidth - 2 - text.Width(label)), Style: m.th.Text},
	}
	switch r.kind {
	case rowAddEager:
		return append(text.Line{{Text: glyph, Style: m.th.Accent}, {Text: widget.Blank(labelWidth - 2), Style: m.th.Text}},
			text.Span{Text: "+ add", Style: style})
	case rowAddParam:
		return text.Line{{Text: glyph, Style: m.th.Accent}, {Text: "+ parameter", Style: style}, {Text: "  ctrl+n", Style: m.th.Key}}
	case rowType:
		return append(line, m.choice(focused)...)
	}
	value := m.fields[i].View(m.valueWidth(), focused, m.th)
	if m.struck(r) && !focused {
		for j := range value {
			value[j].Style = m.th.Struck
		}
	}
	return append(line, value...)
}

// struck reports whether the row's parameter is switched off.
func (m Model) struck(r row) bool {
	return (r.kind == rowParam || r.kind == rowEager) && m.draft.Params[r.index].Off
}

func (m Model) choice(focused bool) text.Line {
	current := m.value(row{kind: rowType})
	if !focused {
		return text.Line{{Text: visible.Clean(current), Style: m.th.Text}}
	}
	var l text.Line
	for i, t := range uploader.ResourceTypes {
		if i > 0 {
			l = append(l, text.Span{Text: " ", Style: m.th.Text})
		}
		if t == current {
			l = append(l, text.Span{Text: "‹" + visible.Clean(t) + "›", Style: m.th.Selected})
		} else {
			l = append(l, text.Span{Text: visible.Clean(t), Style: m.th.Muted})
		}
	}
	return l
}

func (m Model) label(r row) visible.Text {
	switch r.kind {
	case rowFile:
		return "File " + fileLabel[m.file.Kind]
	case rowType:
		return "Type"
	case rowTimestamp:
		if m.draft.TimestampByHand {
			return "Time (hand)"
		}
		return "Timestamp"
	case rowEager:
		if r.item > 0 {
			return "      " + widget.Count(r.item+1)
		}
		if m.draft.Params[r.index].Off {
			return "Eager off"
		}
		return "Eager 1"
	case rowParam:
		p := m.draft.Params[r.index]
		name := visible.Clean(p.Name)
		if p.Name == "public_id" {
			name = "Public ID"
		}
		if p.Off {
			return text.Truncate(name, labelWidth-7) + " off"
		}
		return name
	}
	return ""
}

// fileLabel is the kind of file behind the label: short words.
var fileLabel = map[uploader.FileKind]visible.Text{
	uploader.FilePath: "path", uploader.FileHTTP: "URL", uploader.FileFTP: "FTP",
	uploader.FileS3: "S3", uploader.FileGS: "GCS", uploader.FileData: "data", uploader.FileSample: "bytes",
}

// helpView is what the focused row is about, in two lines.
func (m Model) helpView() []text.Line {
	sentence, signed := m.Help()
	l := text.Line{}
	if name := m.Name(); name != "" && signer.CheckName(name) == nil {
		l = append(l, text.Span{Text: visible.Clean(name) + " ", Style: m.th.Accent})
	}
	if signed != "" {
		l = append(l, text.Span{Text: "(" + signed + ") ", Style: m.th.Muted})
	}
	l = append(l, text.Span{Text: sentence, Style: m.th.Muted})
	return text.Fit(text.WrapWords(l, m.width), m.width, m.helpRoom())
}

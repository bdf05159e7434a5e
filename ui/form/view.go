package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/field"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

const helpLines = 2

// labelWidth is the room for labels: the whole names want more of it than the few words
// of the short list.
func (m Model) labelWidth() int {
	if m.view == ViewSet {
		return 13
	}
	if m.view == ViewEssentials {
		return max(13, min(m.width*45/100, 22))
	}
	return max(13, min(m.width-22, 39))
}

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
	r := m.rows[m.focus]
	switch {
	case r.kind == rowAddEager, r.kind == rowAddParam, r.kind == rowInfo, r.kind == rowHeading, m.closed(r):
		return 0, 0, false
	}
	y = m.focus - m.first()
	x = m.labelWidth() + m.fields[m.focus].CursorX(m.valueWidth())
	return x, y, y < m.height && x < m.width
}

// Click puts the focus where the mouse was pressed; x and y count inside the border.
func (m Model) Click(x, y int) (Model, Action) {
	i := m.first() + y
	if y < 0 || y >= m.rowRoom() || i >= len(m.rows) || m.rows[i].kind == rowHeading {
		return m, nil
	}
	same := i == m.focus
	m.moveTo(i)
	switch r := m.rows[m.focus]; {
	case r.kind == rowAddParam:
		return m, AddRequested{}
	case r.kind == rowAddEager:
		m.addEager()
		return m, Changed{}
	case m.closed(r):
		if same {
			act, _ := m.navigate(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
			return m, act
		}
	default:
		fields := append([]field.Model(nil), m.fields...)
		fields[m.focus] = fields[m.focus].Click(x-m.labelWidth(), m.valueWidth())
		m.fields = fields
	}
	return m, FocusMoved{}
}

func (m Model) valueWidth() int { return max(m.width-m.labelWidth(), 1) }

func (m Model) rowLine(i int) text.Line {
	r, focused := m.rows[i], i == m.focus
	if r.kind == rowHeading {
		return text.Line{{Text: "  " + visible.Clean(r.text), Style: m.th.Title}}
	}
	labelWidth := m.labelWidth()
	glyph, style := visible.Text("  "), m.th.Muted
	glyphStyle := m.th.Accent
	if m.view != ViewSet && m.isSet(r) {
		style = m.th.Text
	}
	if len(m.findings[m.nameOf(r)]) > 0 && r.kind != rowAddEager && r.item == 0 {
		glyph, glyphStyle = "! ", m.th.Warn
	}
	if focused {
		style = m.th.Focus
		glyph = "▸" + map[bool]visible.Text{true: "!", false: " "}[glyph == "! "]
	}
	label := text.Middle(m.label(r), labelWidth-3)
	line := text.Line{
		{Text: glyph, Style: glyphStyle},
		{Text: label, Style: style},
		{Text: widget.Blank(labelWidth - 2 - text.Width(label)), Style: m.th.Text},
	}
	switch r.kind {
	case rowAddEager:
		line[1].Text, line[2].Text = "", widget.Blank(labelWidth-2)
		if _, ok := m.param("eager"); !ok {
			line[1].Text = label
			line[2].Text = widget.Blank(labelWidth - 2 - text.Width(label))
		}
		return append(line, text.Span{Text: "+ add", Style: style})
	case rowAddParam:
		return text.Line{{Text: glyph, Style: glyphStyle}, {Text: "+ parameter", Style: style}, {Text: "  ctrl+n", Style: m.th.Key}}
	case rowInfo:
		return append(line, text.Span{Text: infoWords[r.name], Style: m.th.Muted})
	}
	return append(line, m.valueLine(i, r, focused)...)
}

// isSet reports whether a row has something of the draft.
func (m Model) isSet(r row) bool {
	if r.kind == rowParam || r.kind == rowEager {
		_, ok := m.param(r.name)
		return ok
	}
	return r.kind != rowInfo && r.kind != rowAddEager
}

// infoWords stand where a value comes from the account and the signature.
var infoWords = map[string]visible.Text{"signature": "computed", "api_key": "of the account"}

// valueLine is the value of a row: its choices, or its field.
func (m Model) valueLine(i int, r row, focused bool) text.Line {
	if m.closed(r) {
		return m.choiceView(r, focused)
	}
	if r.kind == rowFind && m.filter == "" {
		return text.Line{{Text: "type a name or a purpose: overwrite, thumbnail, moderate", Style: m.th.Muted}}
	}
	value := m.fields[i].View(m.valueWidth(), focused, m.th)
	if m.struck(r) && !focused {
		for j := range value {
			value[j].Style = m.th.Struck
		}
	}
	spec, ok := r.spec()
	if !ok || m.value(r) != "" && !focused {
		return value
	}
	if m.value(r) == "" && !focused {
		return text.Line{{Text: visible.Clean(spec.Default), Style: m.th.Muted}}
	}
	return append(value, m.hint(r, spec, value.Width())...)
}

// hint is what stands muted behind the cursor: the other choices, or an example.
func (m Model) hint(r row, spec catalog.Param, used int) text.Line {
	room := m.valueWidth() - used - 2
	if room < 8 {
		return nil
	}
	var words visible.Text
	switch {
	case spec.Type == catalog.Choice && len(spec.Values) > 0:
		words = "‹› " + visible.Clean(strings.Join(spec.Values, " "))
	case hasEditor[spec.Type]:
		words = "enter: editor"
		if m.value(r) == "" && spec.Example != "" {
			words += ", e.g. " + visible.Clean(spec.Example)
		}
	case m.value(r) == "" && spec.Example != "":
		words = "e.g. " + visible.Clean(spec.Example)
	default:
		return nil
	}
	return text.Line{{Text: "  " + text.Truncate(words, room), Style: m.th.Muted}}
}

// struck reports whether the row's parameter is switched off.
func (m Model) struck(r row) bool {
	p, _ := m.param(r.name)
	return (r.kind == rowParam || r.kind == rowEager) && p.Off
}

func (m Model) label(r row) visible.Text {
	short := m.view == ViewSet
	switch r.kind {
	case rowFile:
		return "File " + fileLabel[m.file.Kind]
	case rowFind:
		return "Find"
	case rowType:
		return map[bool]visible.Text{true: "Type", false: "resource_type"}[short]
	case rowAuth:
		return map[bool]visible.Text{true: "Auth", false: "authentication"}[short]
	case rowTimestamp:
		if m.draft.TimestampByHand {
			return "Time (hand)"
		}
		return map[bool]visible.Text{true: "Timestamp", false: "timestamp"}[short]
	case rowEager, rowAddEager:
		return m.eagerLabel(r)
	case rowParam, rowInfo:
		name := visible.Clean(r.name)
		if r.name == "public_id" && short {
			name = "Public ID"
		}
		if p, _ := m.param(r.name); p.Off {
			return text.Truncate(name, m.labelWidth()-7) + " off"
		}
		return name
	}
	return ""
}

func (m Model) eagerLabel(r row) visible.Text {
	if r.kind == rowEager && r.item > 0 {
		return "      " + widget.Count(r.item+1)
	}
	p, ok := m.param("eager")
	switch {
	case !ok:
		return "eager"
	case p.Off:
		return "Eager off"
	}
	return "Eager 1"
}

// fileLabel is the kind of file behind the label: short words.
var fileLabel = map[uploader.FileKind]visible.Text{
	uploader.FilePath: "path", uploader.FileHTTP: "URL", uploader.FileFTP: "FTP",
	uploader.FileS3: "S3", uploader.FileGS: "GCS", uploader.FileData: "data", uploader.FileSample: "bytes",
}

// helpView is what the focused row is about, in two lines: what looks wrong with its
// value comes first.
func (m Model) helpView() []text.Line {
	sentence, signed := m.Help()
	name := m.Name()
	l := text.Line{}
	if found := m.findings[name]; len(found) > 0 {
		l = append(l, text.Span{Text: "! " + visible.Clean(found[0].Text), Style: m.th.Warn})
		if found[0].Unconfirmed {
			l = append(l, text.Span{Text: " (unconfirmed)", Style: m.th.Unknown})
		}
		hint := found[0].Hint
		if found[0].HasFix {
			hint += " (alt+k)"
		}
		if hint != "" {
			l = append(l, text.Span{Text: " hint: " + visible.Clean(hint), Style: m.th.Text})
		}
		return text.Fit(text.WrapWords(l, m.width), m.width, m.helpRoom())
	}
	if name != "" && signer.CheckName(name) == nil {
		l = append(l, text.Span{Text: visible.Clean(name) + " ", Style: m.th.Accent})
	}
	if signed != "" {
		l = append(l, text.Span{Text: "(" + signed + ") ", Style: m.th.Muted})
	}
	l = append(l, text.Span{Text: sentence, Style: m.th.Muted})
	return text.Fit(text.WrapWords(l, m.width), m.width, m.helpRoom())
}

// Package signing shows how a signature comes about, step by step: the parameters
// sorted, joined, the secret appended (masked), hashed; and what is left out, with
// the rule that says so. It draws a [signer.Trace] and computes nothing of its own.
package signing

import (
	"strings"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// labelWidth is the column of the step names. With it a SHA-256 signature (64 digits)
// fits into 74 cells, and so into a pane of 78.
const labelWidth = 10

// Model is the pane. Its lines are laid out when something changes, not when it is
// drawn: a parameter can be long.
type Model struct {
	trace   signer.Trace
	way     visible.Text
	problem visible.Text
	focused string
	width   int
	height  int
	scroll  int
	th      theme.Theme
	full    []text.Line
	short   []text.Line
}

// New returns an empty pane.
func New(th theme.Theme) Model { return Model{th: th} }

// SetTrace shows a signature. focused is the name of the parameter whose segment is
// marked; problem says why there is no signature, and is empty where there is one.
func (m *Model) SetTrace(t signer.Trace, focused string, problem visible.Text) {
	m.trace, m.focused, m.problem = t, focused, problem
	m.layout()
}

// SetWay says how a request that is not signed is sent instead; the trace is then the
// signed way beside it. Empty for a signed request.
func (m *Model) SetWay(words visible.Text) {
	if words != m.way {
		m.way = words
		m.layout()
	}
}

// wayLines tell that what is shown is not what is sent.
func (m Model) wayLines() []text.Line {
	if m.way == "" {
		return nil
	}
	return text.WrapWords(text.Line{{Text: "! " + m.way, Style: m.th.Warn}, {Text: " Below: the signed way.", Style: m.th.Muted}}, m.width)
}

// SetSize sets the room inside the pane's border.
func (m *Model) SetSize(w, h int) {
	if w == m.width && h == m.height {
		return
	}
	m.width, m.height = w, h
	m.layout()
}

// SetTheme changes the colours.
func (m *Model) SetTheme(th theme.Theme) {
	m.th = th
	m.layout()
}

// Scroll moves the pane's content by some lines; it stays inside what there is.
func (m *Model) Scroll(by int) {
	m.scroll = min(max(m.scroll+by, 0), max(len(m.full)-m.height, 0))
}

// Overflows reports whether there is more than fits.
func (m Model) Overflows() bool { return len(m.full) > m.height }

// Lines is the pane's content: exactly as many lines as it is high.
func (m Model) Lines() []text.Line {
	if m.scroll == 0 {
		return text.Fit(m.short, m.width, m.height)
	}
	from := min(m.scroll, len(m.full))
	return text.Fit(m.full[from:], m.width, m.height)
}

// layout computes the whole content, and a short form in which the signature is in
// sight whatever the size.
func (m *Model) layout() {
	if m.width < 1 || m.height < 1 {
		m.full, m.short = nil, nil
		return
	}
	sortStep, join := m.sortLines(), m.joinLines()
	end := append(m.appendLines(), m.digestLines()...)
	left := m.leftOutLines()
	way := m.wayLines()
	m.full = concat(way, sortStep, join, end, left)
	if len(m.full) <= m.height {
		m.short, m.scroll = m.full, 0
		return
	}
	m.scroll = min(m.scroll, len(m.full)-m.height)
	room := m.height - len(way) - len(end) - min(len(left), max(m.height-len(way)-len(end)-4, 1))
	half := max(room/2, 1)
	sortRoom := max(min(len(sortStep), half), room-len(join))
	sortStep = m.cut(sortStep, sortRoom)
	join = m.cut(join, room-len(sortStep))
	m.short = concat(way, sortStep, join, end, left)
}

// cut keeps n lines, the last of which says how many more there are.
func (m Model) cut(lines []text.Line, n int) []text.Line {
	if len(lines) <= n {
		return lines
	}
	if n < 1 {
		return nil
	}
	kept := append([]text.Line(nil), lines[:n]...)
	if n > 1 {
		more := widget.Count(len(lines)-n+1) + " more lines: pgdn"
		kept[n-1] = m.labelled("", text.Line{{Text: more, Style: m.th.Muted}})
	}
	return kept
}

func concat(parts ...[]text.Line) []text.Line {
	var all []text.Line
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// labelled puts a step's name in front of a line.
func (m Model) labelled(label visible.Text, l text.Line) text.Line {
	row := text.Line{{Text: label + widget.Blank(labelWidth-text.Width(label)), Style: m.th.Accent}}
	return append(row, l...)
}

// block labels the first line and indents the others.
func (m Model) block(label visible.Text, lines []text.Line) []text.Line {
	out := make([]text.Line, len(lines))
	for i, l := range lines {
		out[i] = m.labelled(label, l)
		label = ""
	}
	return out
}

func (m Model) inner() int { return max(m.width-labelWidth, 1) }

func (m Model) sortLines() []text.Line {
	if len(m.trace.Steps) == 0 {
		return m.block("1 sort", []text.Line{{{Text: "nothing is signed", Style: m.th.Muted}}})
	}
	nameWidth := 0
	for _, s := range m.trace.Steps {
		nameWidth = max(nameWidth, min(text.Width(visible.Clean(s.Name)), 18))
	}
	lines := make([]text.Line, 0, len(m.trace.Steps))
	for _, s := range m.trace.Steps {
		style, value := m.th.Text, m.th.Text
		if s.Name == m.focused {
			style, value = m.th.Mark, m.th.Mark
		}
		name := text.Truncate(visible.Clean(s.Name), nameWidth)
		room := m.inner() - nameWidth - 2
		lines = append(lines, text.Line{
			{Text: name, Style: style},
			{Text: widget.Blank(nameWidth + 2 - text.Width(name)), Style: m.th.Text},
			{Text: text.Truncate(visible.Clean(head(s.Value, 4*room)), max(room, 1)), Style: value},
		})
	}
	return m.block("1 sort", lines)
}

// head is the beginning of a long value: as much as can matter for a line.
func head(s string, n int) string {
	if n < 0 || len(s) <= n {
		return s
	}
	return s[:n]
}

func (m Model) joinLines() []text.Line {
	var line text.Line
	for i, s := range m.trace.Steps {
		if i > 0 {
			line = append(line, text.Span{Text: "&", Style: m.th.Key})
		}
		style := m.th.Text
		if s.Name == m.focused {
			style = m.th.Mark
		}
		line = append(line, text.Span{Text: visible.Clean(s.Text), Style: style})
	}
	return m.block("2 join", text.WrapLine(line, m.inner()))
}

// appendLines shows the end of the string to sign and where the secret goes. The
// secret is masked whatever it is: there is no way to see it.
func (m Model) appendLines() []text.Line {
	secret := visible.Text("‹API secret " + signer.Mask + "›")
	room := m.inner() - text.Width(secret) - 1
	tail := m.trace.StringToSign
	if i := strings.LastIndexByte(tail, '&'); i >= 0 {
		tail = tail[i+1:]
	}
	shown := visible.Clean(tail)
	if room < 4 {
		shown = ""
	} else if text.Width(shown) > room {
		shown = text.Middle(shown, room)
	}
	return m.block("3 append", []text.Line{{
		{Text: "…", Style: m.th.Muted}, {Text: shown, Style: m.th.Text}, {Text: secret, Style: m.th.Warn},
	}})
}

func (m Model) digestLines() []text.Line {
	label := visible.Text("4 sha-1")
	if m.trace.Options.Algorithm == signer.SHA256 {
		label = "4 sha-256"
	}
	if m.trace.Signature == "" {
		why := m.problem
		if why == "" {
			why = "no signature: there is no API secret"
		}
		return m.block(label, text.WrapLine(text.Line{{Text: why, Style: m.th.Danger}}, m.inner()))
	}
	sig := text.Line{{Text: visible.Clean(m.trace.Signature), Style: m.th.Title}}
	return m.block(label, text.WrapLine(sig, m.inner()))
}

// leftOutLines names what is not signed, one line for each rule.
func (m Model) leftOutLines() []text.Line {
	var lines []text.Line
	for _, r := range []signer.Reason{signer.Off, signer.Empty, signer.Signature, signer.Excluded} {
		var l text.Line
		for _, p := range m.trace.LeftOut {
			if p.Reason != r {
				continue
			}
			if len(l) > 0 {
				l = append(l, text.Span{Text: " ", Style: m.th.Muted})
			}
			style := m.th.Struck
			if p.Name == m.focused {
				style = m.th.StruckMark
			}
			l = append(l, text.Span{Text: visible.Clean(head(p.Name, 200)), Style: style})
		}
		if len(l) > 0 {
			l = append(l, text.Span{Text: "  " + ruleWords(r), Style: m.th.Muted})
			lines = append(lines, text.WrapLine(l, m.inner())...)
		}
	}
	return m.block("left out", lines)
}

func ruleWords(r signer.Reason) visible.Text {
	switch r {
	case signer.Off:
		return "switched off: neither signed nor sent"
	case signer.Empty:
		return "empty: neither signed nor sent"
	case signer.Signature:
		return "cannot sign itself"
	}
	return "sent, never signed"
}

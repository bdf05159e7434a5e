package ui

import (
	"encoding/hex"
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
)

// wireMsg is the request as it would go over the line.
type wireMsg struct {
	wire uploader.Wire
	err  error
	p    uploader.Prepared
}

// dryRun asks for the request exactly as it would be sent.
func (m Model) dryRun() (tea.Model, tea.Cmd) {
	if why := m.whyNot(); why != "" {
		m.note(noticeWarn, why)
		return m, nil
	}
	wire, p := m.deps.Wire, m.prepared
	if wire == nil {
		return m, nil
	}
	return m, func() tea.Msg {
		w, err := wire(p)
		return wireMsg{w, err, p}
	}
}

func (m Model) handleWire(msg wireMsg) (tea.Model, tea.Cmd) {
	if msg.err != nil {
		x := uploader.Explain(msg.err, msg.p)
		m.note(noticeWarn, visible.Clean(x.Title+": "+x.What))
		return m, nil
	}
	m.dialogs = m.pushed(wireView{dialog.Read{Title: "On the wire, not sent", Body: m.wireLines(msg.wire)}})
	return m, nil
}

// wireView is a text as wide as the screen.
type wireView struct{ dialog.Read }

// Wide asks for the whole width.
func (wireView) Wide() {}

// Update scrolls, copies, or closes.
func (v wireView) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	d, act := v.Read.Update(msg)
	if r, ok := d.(dialog.Read); ok {
		v.Read = r
	}
	return v, act
}

// wireLines draws each line as it goes out; what is signed is marked.
func (m Model) wireLines(w uploader.Wire) []text.Line {
	note := widget.Bytes(w.Length) + " of body"
	if w.Parts > 1 {
		note += "; the first of " + widget.Count(w.Parts) + " parts"
	}
	lines := []text.Line{{{Text: "▌", Style: m.th.Accent}, {Text: " is signed; " + note, Style: m.th.Muted}}, nil}
	for _, l := range w.Head {
		lines = append(lines, text.Line{{Text: "  ", Style: m.th.Muted}, {Text: visible.Clean(l), Style: m.th.Text}})
	}
	lines = append(lines, nil)
	for _, s := range w.Segments {
		for l := range strings.SplitSeq(strings.TrimSuffix(s.Before, "\r\n"), "\r\n") {
			lines = append(lines, text.Line{{Text: "  ", Style: m.th.Muted}, {Text: visible.Clean(l), Style: m.th.Muted}})
		}
		switch {
		case s.IsFile:
			lines = append(lines, m.fileLines(s)...)
		case s.Name != "":
			lines = append(lines, m.valueLine(s))
		}
	}
	return lines
}

func (m Model) valueLine(s uploader.WireSegment) text.Line {
	value := visible.Clean(cutTo(string(s.Value), 4000))
	if s.Signed {
		return text.Line{{Text: "▌ ", Style: m.th.Accent}, {Text: value, Style: m.th.Title}}
	}
	return text.Line{{Text: "  ", Style: m.th.Muted}, {Text: value, Style: m.th.Text}, {Text: "   " + visible.Clean(s.Why), Style: m.th.Muted}}
}

// fileLines are the first and the last bytes of a file, as numbers and as text.
func (m Model) fileLines(s uploader.WireSegment) []text.Line {
	var lines []text.Line
	rows := func(b []byte, from int64) {
		for i := 0; i < len(b); i += 16 {
			row := b[i:min(i+16, len(b))]
			ascii := strings.Map(func(r rune) rune {
				if r < 0x20 || r > 0x7e {
					return '.'
				}
				return r
			}, latin(row))
			lines = append(lines, text.Line{{Text: "  ", Style: m.th.Muted},
				{Text: visible.Clean(hex.EncodeToString(row)) + widget.Blank(34-2*len(row)), Style: m.th.Text}, {Text: visible.Clean(ascii), Style: m.th.Muted}})
		}
		_ = from
	}
	rows(s.Value, 0)
	if left := s.Size - int64(len(s.Value)) - int64(len(s.Tail)); left > 0 {
		lines = append(lines, text.Line{{Text: "  … " + widget.Bytes(left) + " of the file …", Style: m.th.Muted}})
	}
	rows(s.Tail, s.Size-int64(len(s.Tail)))
	return append(lines, text.Line{{Text: "  " + visible.Clean(s.Why), Style: m.th.Muted}})
}

// latin is a text with a character for each byte.
func latin(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

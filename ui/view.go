package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/form"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
)

// inner is the size of what is inside the border of a part of the screen.
func inner(r rect) (int, int) { return widget.Inner(r.w, r.h) }

// View draws the model and reads nothing else.
func (m Model) View() tea.View {
	v := tea.View{AltScreen: true, WindowTitle: "signpost", ReportFocus: true}
	if !m.mouseFree {
		v.MouseMode = tea.MouseModeCellMotion
	}
	l := m.layout()
	if l.tooSmall {
		v.SetContent(m.tooSmall())
		return v
	}
	lines := make([]text.Line, 0, m.height)
	var cursor *tea.Cursor
	atSteps := m.screen == screenPresent || m.screen == screenTransfer && m.show.on
	if !atSteps {
		lines = append(lines, m.header(l.header.w))
	}
	switch m.screen {
	case screenPresent:
		lines = m.presentView()
	case screenTransfer:
		if atSteps {
			lines = m.presentView()
			break
		}
		lines = append(lines, m.transferView(l)...)
		v.ProgressBar = m.progressBar()
	case screenResponse:
		box := widget.Box{Title: text.Plain("Answer", m.th.Title), Focused: true}
		lines = append(lines, box.Draw(m.response.Lines(), l.body.w, l.body.h, m.th)...)
	case screenLesson:
		box := widget.Box{Title: text.Plain(m.lesson.Title(), m.th.Title), Remark: text.Plain(m.lesson.Remark(), m.th.Muted), Focused: true}
		lines = append(lines, box.Draw(m.lesson.Lines(), l.body.w, l.body.h, m.th)...)
		if x, y, ok := m.lesson.Cursor(); ok {
			cursor = tea.NewCursor(l.body.x+2+x, l.body.y+1+y)
		}
	default:
		lines = append(lines, m.composeView(l)...)
		if x, y, ok := m.form.Cursor(); ok {
			cursor = m.cursorAt(l.form.x+2+x, l.form.y+1+y)
		}
	}
	if !atSteps {
		lines = append(lines, m.foot(l.footer.w))
	}
	if len(m.dialogs) > 0 {
		lines, cursor = m.overlay(lines)
	}
	v.SetContent(text.Join(text.Fit(m.maskLines(lines), m.width, m.height), m.width))
	v.Cursor = cursor
	return v
}

// tooSmall is one sentence; it fits into whatever there is.
func (m Model) tooSmall() string {
	if m.width < 1 || m.height < 1 {
		return ""
	}
	if m.show.masked {
		return text.Join(text.Fit([]text.Line{text.Plain("PRESENTING, masked. signpost needs 60 by 16.", m.th.Text)}, m.width, m.height), m.width)
	}
	l := text.Line{{Text: "signpost needs 60 columns and 16 rows; this is " + widget.Count(m.width) + " by " + widget.Count(m.height) + ".", Style: m.th.Text}}
	return text.Join(text.Fit(text.WrapWords(l, m.width), m.width, m.height), m.width)
}

// header says where uploads go: by a word and a colour, always in sight.
func (m Model) header(w int) text.Line {
	a := m.account
	badge, style := visible.Text(" SANDBOX "), m.th.Sandbox
	if m.live() {
		badge, style = " LIVE ", m.th.Live
	}
	l := m.indicator()
	if l == nil {
		l = text.Line{{Text: "signpost ", Style: m.th.Title}}
	}
	l = append(l, text.Line{{Text: badge, Style: style},
		{Text: " " + visible.Clean(cutTo(a.CloudName, 40)), Style: m.th.Title},
		{Text: " · " + text.Middle(visible.Clean(uploader.HostDisplay(cutTo(a.Host(), 120))), 40), Style: m.th.Text}}...)
	valid, warn := m.validity()
	validStyle := m.th.Text
	if warn {
		validStyle = m.th.Warn
	}
	right := text.Line{{Text: m.manyWords(), Style: m.th.Title}, {Text: visible.Clean(a.Options.Algorithm.String()+" "+a.Options.Version.String()) + " · ", Style: m.th.Muted}, {Text: valid, Style: validStyle}}
	// Where the credentials come from matters more than a hint at the help.
	if m.live() {
		room := w - l.Width() - right.Width() - 3
		origin := "from " + visible.Clean(cutTo(a.Origin, 200))
		if i := strings.LastIndex(a.Origin, " in "); i >= 0 && text.Width(origin) > room {
			origin = "from " + visible.Clean(cutTo(a.Origin[i+4:], 200))
		}
		if room >= 8 {
			l = append(l, text.Span{Text: "  " + text.Truncate(origin, room), Style: m.th.Muted})
		}
	}
	if help := visible.Text(" · F1 help"); l.Width()+right.Width()+text.Width(help)+2 <= w {
		right = append(right, text.Span{Text: help, Style: m.th.Muted})
	}
	if room := w - right.Width() - 1; l.Width() > room {
		l = text.Cut(l, max(room, 1))
	}
	l = append(l, text.Span{Text: widget.Blank(w - l.Width() - right.Width()), Style: m.th.Text})
	return append(l, right...)
}

// foot is the footer, and beside it the last keys where they are shown.
func (m Model) foot(w int) text.Line {
	right := m.pressedKeys()
	if len(right) == 0 {
		return m.footer(w)
	}
	room := max(w-right.Width()-1, 1)
	l := text.Cut(m.footer(room), room)
	l = append(l[:len(l):len(l)], text.Span{Text: widget.Blank(w - l.Width() - right.Width()), Style: m.th.Text})
	return append(l, right...)
}

// footer is a notice where there is one, and the keys that matter.
func (m Model) footer(w int) text.Line {
	if m.notice != "" {
		glyph, style := visible.Text("· "), m.th.Text
		switch m.noticeKind {
		case noticeOK:
			glyph, style = "✓ ", m.th.Ok
		case noticeWarn:
			glyph, style = "! ", m.th.Warn
		}
		return text.Cut(text.Line{{Text: glyph, Style: style}, {Text: text.Truncate(m.notice, w-2), Style: style}}, w)
	}
	keys := []struct{ key, what visible.Text }{
		{"ctrl+s", "send"}, {"ctrl+y", "copy"}, {"ctrl+o", "signature/cURL"}, {"ctrl+n", "parameter"}, {"ctrl+p", "commands"}, {"F1", "help"}, {"ctrl+q", "quit"},
	}
	switch m.screen {
	case screenResponse:
		keys = keys[:0:0]
		keys = append(keys, struct{ key, what visible.Text }{"esc", "form"})
		if m.response.Refused() {
			keys = append(keys, struct{ key, what visible.Text }{"d", "doctor"})
		}
		keys = append(keys, []struct{ key, what visible.Text }{{"tab", "headers, raw"}, {"y", "copy value"}, {"p", "path"}, {"s", "subtree"}, {"/", "search"}, {"o", "open"}, {"F1", "help"}}...)
	case screenLesson:
		keys = keys[:0:0]
		for _, k := range m.lesson.FooterKeys() {
			keys = append(keys, struct{ key, what visible.Text }{k[0], k[1]})
		}
	case screenTransfer:
		keys = keys[:0:0]
		for _, k := range m.transfer.Keys() {
			keys = append(keys, struct{ key, what visible.Text }{k.Key, k.Short})
		}
	}
	if m.course.on && (m.screen == screenCompose || m.screen == screenResponse) {
		keys = append(append(keys[:0:0], struct{ key, what visible.Text }{"F7", "lesson"}), keys...)
	}
	var l text.Line
	for i, k := range keys {
		part := text.Line{{Text: k.key, Style: m.th.Key}, {Text: " " + k.what, Style: m.th.Muted}}
		if i > 0 {
			part = append(text.Line{{Text: " · ", Style: m.th.Muted}}, part...)
		}
		if l.Width()+part.Width() > w {
			break
		}
		l = append(l, part...)
	}
	return l
}

// composeView puts form, signature and command side by side, or one below the other.
func (m Model) composeView(l layout) []text.Line {
	form := m.formBox().Draw(m.form.Lines(), l.form.w, l.form.h, m.th)
	var sign, cmd []text.Line
	if l.sign.h > 0 {
		box := widget.Box{Title: text.Plain("Signature", m.th.Title)}
		if l.shared {
			box.Remark = text.Plain("ctrl+o cURL", m.th.Key)
		} else if m.signing.Overflows() {
			box.Remark = text.Plain("pgup pgdn", m.th.Key)
		}
		sign = box.Draw(m.signing.Lines(), l.sign.w, l.sign.h, m.th)
	}
	if l.cmd.h > 0 {
		cmd = m.commandBox(l).Draw(m.curl.Lines(), l.cmd.w, l.cmd.h, m.th)
	}
	if l.form.w == l.body.w { // one below the other
		return append(append(form, sign...), cmd...)
	}
	right := sign
	if l.shared && l.sign.h == 0 {
		right, cmd = cmd, nil
	}
	lines := make([]text.Line, 0, l.body.h)
	for i := range form {
		lines = append(lines, append(form[i][:len(form[i]):len(form[i])], right[i]...))
	}
	return append(lines, cmd...)
}

// formBox says which parameters are listed, and how many things look wrong.
func (m Model) formBox() widget.Box {
	box := widget.Box{Title: text.Plain("Upload", m.th.Title), Focused: true}
	if m.course.on {
		box.Title = append(text.Plain("Upload", m.th.Title), text.Span{Text: "  lesson " + widget.Count(m.lesson.Index()+1) + ": F7", Style: m.th.Key})
	}
	var remark visible.Text
	if n := len(m.findings); n > 0 {
		remark = widget.Count(n) + " to check: alt+c"
	}
	if v := m.form.View(); v != form.ViewSet {
		if remark != "" {
			remark += " · "
		}
		remark += visible.Clean(v.String()) + ": ctrl+g"
	}
	if remark != "" {
		box.Remark = text.Plain(remark, m.th.Key)
	}
	return box
}

func (m Model) commandBox(l layout) widget.Box {
	box := widget.Box{Title: append(text.Plain("cURL ", m.th.Title), text.Span{Text: "bash, sh, zsh", Style: m.th.Muted})}
	if m.format.ID != "curl" {
		box.Title = text.Plain(m.format.Title, m.th.Title)
	}
	var remark visible.Text
	if m.copied != "" {
		remark = m.copied + " · "
	}
	if f := m.prepared.Freshness; !f.Until.IsZero() && m.prepared.Expires() && m.curl.Command() != "" {
		remark += "valid until " + visible.Clean(f.Until.Local().Format("15:04"))
	}
	if l.shared {
		if remark != "" {
			remark += " · "
		}
		remark += "ctrl+o signature"
	}
	if remark != "" {
		box.Remark = text.Plain(remark, m.th.Key)
	}
	return box
}

// transferView is the upload in the middle of the form's place.
func (m Model) transferView(l layout) []text.Line {
	iw, ih := inner(l.body)
	return widget.Box{Title: text.Plain("Upload", m.th.Title), Focused: true}.Draw(m.transfer.Lines(iw, ih), l.body.w, l.body.h, m.th)
}

// progressBar is the terminal's own: a share while bytes are sent, and moving while the
// server works; not that where nothing is to move.
func (m Model) progressBar() *tea.ProgressBar {
	if m.transfer.Paused() || m.transfer.Waiting() {
		return tea.NewProgressBar(tea.ProgressBarWarning, m.transfer.Percent())
	}
	if m.transfer.Phase() == uploader.PhaseSending {
		return tea.NewProgressBar(tea.ProgressBarDefault, m.transfer.Percent())
	}
	if m.deps.Still {
		return nil
	}
	return tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
}

// dialogWidth is the room inside a dialog.
func (m Model) dialogWidth() int { return max(min(m.width-8, 72), 20) }

// dialogRoom is the room inside the dialog on top, in cells.
func (m Model) dialogRoom() (w, h int) {
	w = m.dialogWidth()
	if _, wide := m.dialogs[len(m.dialogs)-1].(interface{ Wide() }); wide {
		w = max(m.width-8, 20)
	}
	return w, max(m.height-6, 3)
}

// overlay lays the dialog on top over the screen.
func (m Model) overlay(base []text.Line) ([]text.Line, *tea.Cursor) {
	w, room := m.dialogRoom()
	title, content, point := m.dialogs[len(m.dialogs)-1].View(w, room, m.th)
	h := min(len(content)+2, m.height-2)
	box := widget.Box{Title: text.Plain(title, m.th.Title), Focused: true}.Draw(content, w+4, h, m.th)
	x, y := (m.width-w-4)/2, max((m.height-h)/3, 1)
	out := append([]text.Line(nil), base...)
	for i, l := range box {
		if y+i < len(out) {
			out[y+i] = text.Splice(out[y+i], x, l, w+4)
		}
	}
	if point == nil {
		return out, nil
	}
	return out, m.cursorAt(x+2+min(point.X, w-1), y+1+min(point.Y, max(h-3, 0)))
}

// cursorAt is the cursor in a cell. It blinks, unless nothing is to move.
func (m Model) cursorAt(x, y int) *tea.Cursor {
	c := tea.NewCursor(x, y)
	c.Blink = !m.deps.Still
	return c
}

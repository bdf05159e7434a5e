package lesson

import (
	"strings"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/widget"
)

// Title is what the border says of the lesson, and Remark how far the course is.
func (m Model) Title() visible.Text {
	if len(m.course) == 0 {
		return "Lessons"
	}
	return "Lesson " + widget.Count(m.at+1) + "  " + visible.Clean(m.Lesson().Title)
}

// Remark says how many lessons are done.
func (m Model) Remark() visible.Text {
	return widget.Count(m.course.Count(m.states)) + " of " + widget.Count(len(m.course)) + " done"
}

// Lines is the screen's content.
func (m Model) Lines() []text.Line {
	lines, _, _, _ := m.draw()
	return lines
}

// Cursor is the cell of the cursor in the content; ok is false where there is none.
func (m Model) Cursor() (x, y int, ok bool) {
	_, x, y, ok = m.draw()
	return x, y, ok
}

// draw lays text, request and verdict out.
func (m Model) draw() (lines []text.Line, x, y int, ok bool) {
	if len(m.course) == 0 || m.width < 1 || m.height < 1 {
		return text.Fit(nil, m.width, m.height), 0, 0, false
	}
	switch {
	case m.wide():
		return m.drawWide()
	case m.focus == partText:
		status := m.status(m.width, m.statusRoom())
		lines = text.Fit(m.textLines(m.height-len(status)), m.width, m.height-len(status))
		return text.Fit(append(lines, status...), m.width, m.height), 0, 0, false
	}
	return m.drawRequest(m.width)
}

// drawRequest is the request with its verdict.
func (m Model) drawRequest(w int) (lines []text.Line, x, y int, ok bool) {
	tail, status, rows := m.parts(w)
	lines, x, y, ok = m.bench.lines(m.focus, w, rows, m.th)
	lines = append(lines, nil)
	lines = append(lines, tail...)
	lines = text.Fit(lines, w, max(m.height-len(status), 0))
	return text.Fit(append(lines, status...), w, m.height), x, min(y, m.height-1), ok
}

// parts is what stands below the two lists, and how many rows these have.
func (m Model) parts(w int) (tail, status []text.Line, rows int) {
	tail, status = m.compare(w), m.status(w, max(m.height/3, 4))
	return tail, status, max(min(m.bench.rows(), m.height-len(tail)-len(status)-3), 2)
}

// partAt is the part of the request at a cell of the content; ok is false where there is
// none.
func (m Model) partAt(x, y int) (at part, ok bool) {
	w := m.width
	if m.wide() {
		left := m.proseWidth() + 3
		if x < left {
			return partText, true
		}
		x, w = x-left, w-left
	} else if m.focus == partText {
		return partText, false
	}
	_, _, rows := m.parts(w)
	switch {
	case y <= rows && x <= (w-2)/2:
		return partSigned, true
	case y <= rows:
		return partSent, true
	case y == rows+1:
		return m.bench.settingAt(x, m.focus, w, m.th), true
	}
	return partText, false
}

func (m Model) drawWide() (lines []text.Line, x, y int, ok bool) {
	left := m.proseWidth()
	right := m.width - left - 3
	prose := text.Fit(m.textLines(m.height), left, m.height)
	request, x, y, ok := m.drawRequest(right)
	for i := range m.height {
		l := append(text.Line(nil), prose[i]...)
		l = append(l, text.Span{Text: widget.Blank(left - prose[i].Width()), Style: m.th.Text}, text.Span{Text: " │ ", Style: m.th.Border})
		lines = append(lines, append(l, request[i]...))
	}
	return lines, left + 3 + x, y, ok
}

// textLines is the part of the text that is in sight; its last line says that there is more.
func (m Model) textLines(h int) []text.Line {
	if h < 1 {
		return nil
	}
	shown := m.prose[min(m.scroll, len(m.prose)):]
	if len(shown) <= h {
		return shown
	}
	shown = append([]text.Line(nil), shown[:h-1]...)
	return append(shown, text.Plain("↓ more: space", m.th.Muted))
}

// textHeight is how many lines of the text are in sight.
func (m Model) textHeight() int {
	if m.wide() {
		return m.height
	}
	return max(m.height-len(m.status(m.width, m.statusRoom())), 1)
}

// statusRoom is the most that hint and verdict take from the text.
func (m Model) statusRoom() int { return max(m.height/2, 3) }

// status is the hint and the verdict below the text: at most h lines, none where there is
// nothing to say.
func (m Model) status(w, h int) []text.Line {
	var out []text.Line
	add := func(glyph visible.Text, style text.Style, t visible.Text) {
		for i, l := range text.WrapWords(text.Line{{Text: t, Style: style}}, max(w-2, 1)) {
			if i > 0 {
				glyph = "  "
			}
			out = append(out, append(text.Line{{Text: glyph, Style: style}}, l...))
		}
	}
	l := m.Lesson()
	if m.hints > 0 {
		n := min(m.hints, len(l.Hints))
		add("? ", m.th.Key, "hint "+widget.Count(n)+" of "+widget.Count(len(l.Hints))+": "+visible.Clean(l.Hints[n-1]))
	}
	v := m.verdict
	switch {
	case m.checking:
		add("… ", m.th.Muted, "the sandbox is asked")
	case !v.Tried:
	case v.OK:
		add("✓ ", m.th.Ok, m.wellDone())
		if l.Learn != "" {
			add("  ", m.th.Text, visible.Clean(l.Learn))
		}
	case v.Old:
		add("· ", m.th.Muted, "changed since the last check")
	default:
		add("✗ ", m.th.Danger, m.refusal())
	}
	if len(out) > h {
		out = append(out[:max(h-1, 0)], text.Plain("  …", m.th.Muted))
	}
	if len(out) > 0 && len(out) < h {
		out = append([]text.Line{text.Plain(visible.Clean(strings.Repeat("─", w)), m.th.Border)}, out...)
	}
	return out
}

func (m Model) wellDone() visible.Text {
	said := visible.Text("done")
	if m.verdict.Status != 0 {
		said = widget.Count(m.verdict.Status) + " accepted: done"
	}
	switch {
	case m.at+1 == len(m.course):
	case m.focus != partText:
		return said + ". alt+n goes on"
	default:
		return said + ". n goes on"
	}
	return said + ". This was the last lesson"
}

// refusal is the server's answer, and what is missing. The server's string stands beside
// ours where the request is in sight, and is left out here.
func (m Model) refusal() visible.Text {
	v := m.verdict
	var parts []string
	if v.Status != 0 && v.Said != "" {
		said := v.Said
		if before, _, ok := strings.Cut(said, ". String to sign - '"); ok && v.ServerText != "" && (m.wide() || m.focus != partText) {
			said = before
		}
		parts = append(parts, string(widget.Count(v.Status))+" "+said)
	} else if v.Said != "" {
		parts = append(parts, v.Said)
	}
	if v.Why != "" {
		parts = append(parts, v.Why)
	}
	const stale = "Stale request" // an hour went by over the lesson, unless it is about that
	if strings.HasPrefix(v.Said, stale) && !strings.HasPrefix(m.Lesson().Says, stale) {
		parts = append(parts, "ctrl+t takes the time of now, in both places")
	}
	return visible.Clean(strings.Join(parts, "; "))
}

// compare puts our string to sign and the server's one below the other, and marks from
// where on they differ.
func (m Model) compare(w int) []text.Line {
	r := m.bench.request()
	var out []text.Line
	row := func(label visible.Text, s string, at int) {
		at = min(at, len(s))
		l := text.Line{{Text: visible.Clean(s[:at]), Style: m.th.Text}, {Text: visible.Clean(s[at:]), Style: m.th.Warn}}
		for i, piece := range text.WrapLine(l, max(w-10, 1)) {
			if i == 3 {
				break
			}
			if i > 0 {
				label = ""
			}
			out = append(out, append(text.Line{{Text: label + widget.Blank(10-text.Width(label)), Style: m.th.Accent}}, piece...))
		}
	}
	server := m.verdict.ServerText
	if server == "" || m.verdict.OK {
		row("string", r.Text, len(r.Text))
	} else {
		at := difference(r.Text, server)
		row("yours", r.Text, at)
		row("server's", server, at)
	}
	sig := text.Line{{Text: "signature ", Style: m.th.Accent}, {Text: visible.Clean(r.Signature()), Style: m.th.Title}}
	return append(out, text.Cut(sig, w))
}

// difference is the first byte, at the start of a character, in which two texts differ.
func difference(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	for i > 0 && i < len(a) && a[i]&0xC0 == 0x80 {
		i--
	}
	return i
}

// FooterKeys are the keys that matter now, with their words.
func (m Model) FooterKeys() [][2]visible.Text {
	if len(m.course) == 0 {
		return nil
	}
	if m.focus != partText {
		keys := [][2]visible.Text{{"ctrl+s", "check"}, {"tab", "next part"}, {"alt+t", "hint"}, {"alt+s", "solution"}, {"alt+r", "reset"}, {"esc", "text"}, {"F1", "help"}}
		if m.focus == partHash {
			keys = append([][2]visible.Text{{"← →", "another hash"}}, keys...)
		}
		return keys
	}
	keys := [][2]visible.Text{{"c", "check"}, {"t", "hint"}, {"n", "next"}, {"p", "back"}, {"l", "list"}, {"r", "reset"}, {"esc", "own draft"}, {"F1", "help"}}
	switch m.Lesson().Kind {
	case Repair:
		return append([][2]visible.Text{{"tab", "the request"}}, keys...)
	case Do:
		return append([][2]visible.Text{{"e", "form"}}, keys...)
	}
	return append([][2]visible.Text{{"space", "scroll"}, {"n", "read, next"}}, keys[3:]...)
}

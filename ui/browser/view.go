package browser

import (
	"slices"
	"strings"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader/catalog"
)

// previewWidth is the room for the facts of a file, where there is that much.
const previewWidth = 36

// View shows the folder, the typed text, the entries, and facts about the one under the
// cursor.
func (m Model) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	if m.remote != nil {
		return m.remote.view(w, h, th)
	}
	folder := text.Middle(visible.Clean(m.dir), max(w-24, 8))
	lines := []text.Line{{{Text: folder, Style: th.Accent}, {Text: "  " + m.counts(), Style: th.Muted}}}
	cursor := &dialog.Point{X: 2 + m.input.CursorX(max(w-2, 1)), Y: 1}
	input := append(text.Line{{Text: "› ", Style: th.Accent}}, m.input.View(max(w-2, 1), true, th)...)
	if m.input.Value() == "" {
		input = append(input, text.Span{Text: "type to narrow down, or a path that begins with " + visible.Clean(m.sep) + " or ~", Style: th.Muted})
	}
	lines = append(lines, input)
	keys := m.keyLines(w, th)
	facts := m.facts(min(previewWidth, w), th)
	room := max(h-len(lines)-len(keys), 1)
	listWidth := w
	side := w >= 84
	if side {
		listWidth = w - previewWidth - 2
	} else if len(facts) > 0 && room > 8 {
		facts = facts[:min(len(facts), 2)]
		room -= len(facts)
	} else {
		facts = nil
	}
	list := text.Fit(m.list(listWidth, room, th), listWidth, room)
	for i, l := range list {
		if side && i < len(facts) {
			l = text.Splice(l, listWidth+2, facts[i], previewWidth)
		}
		lines = append(lines, l)
	}
	if !side {
		lines = append(lines, facts...)
	}
	lines = append(lines, keys...)
	return "Choose files", text.Fit(lines, w, min(len(lines), h)), cursor
}

func (m Model) counts() visible.Text {
	sorted := [...]visible.Text{"by name", "by size", "by date"}[m.sort]
	if n := len(m.marked); n > 0 {
		return widget.Count(n) + " marked, " + sorted
	}
	return widget.Count(len(m.shown)) + ", " + sorted
}

// list is the entries round the cursor.
func (m Model) list(w, h int, th theme.Theme) []text.Line {
	switch {
	case !m.loaded:
		return []text.Line{{{Text: "reading …", Style: th.Muted}}}
	case m.err != nil:
		return text.WrapWords(text.Line{{Text: "! " + visible.Clean(m.err.Error()), Style: th.Warn}}, w)
	case len(m.shown) == 0 && len(m.entries) == 0:
		return []text.Line{{{Text: "the folder is empty", Style: th.Muted}}}
	case len(m.shown) == 0:
		return []text.Line{{{Text: "nothing is called that (alt+h shows hidden files)", Style: th.Muted}}}
	}
	from := max(min(m.at-h/2, len(m.shown)-h), 0)
	var lines []text.Line
	for i := from; i < min(from+h, len(m.shown)); i++ {
		lines = append(lines, m.line(m.shown[i], i == m.at, w, th))
	}
	return lines
}

func (m Model) line(f found, here bool, w int, th theme.Theme) text.Line {
	glyph := visible.Text("  ")
	if here {
		glyph = "▸ "
	}
	mark := visible.Text("  ")
	if m.marked[m.join(f.Name)] {
		mark = "✓ "
	}
	right := widget.Bytes(f.Size)
	switch {
	case f.Dir:
		right = "folder"
	case !f.Regular:
		right = "no file"
	case warning(f.Entry) != "":
		right = "! " + right
	}
	right += "  " + visible.Clean(f.Modified.Format("2006-01-02"))
	l := text.Line{{Text: glyph, Style: th.Accent}, {Text: mark, Style: th.Ok}}
	room := max(w-4-text.Width(right)-1, 4)
	l = append(l, text.Cut(m.name(f, here, th), room)...)
	return append(l, text.Span{Text: widget.Blank(w - l.Width() - text.Width(right)), Style: th.Text}, text.Span{Text: right, Style: th.Muted})
}

// name is the entry's name with what was typed marked in it.
func (m Model) name(f found, here bool, th theme.Theme) text.Line {
	style := th.Text
	if here {
		style = th.Selected
	}
	end := visible.Text("")
	if f.Dir {
		end = visible.Clean(m.sep)
	}
	if len(f.at) == 0 || visible.Dirty(f.Name) {
		return text.Line{{Text: visible.Clean(f.Name) + end, Style: style}}
	}
	var l text.Line
	for i, r := range f.Name {
		s := style
		if slices.Contains(f.at, i) {
			s = th.Mark
		}
		if n := len(l); n > 0 && l[n-1].Style == s {
			l[n-1].Text += visible.Clean(string(r))
			continue
		}
		l = append(l, text.Span{Text: visible.Clean(string(r)), Style: s})
	}
	return append(l, text.Span{Text: end, Style: style})
}

// warning says what would go wrong with a file.
func warning(e Entry) visible.Text {
	switch {
	case e.Dir:
		return ""
	case !e.Regular:
		return "a device, a pipe or a socket cannot be sent"
	case e.Size == 0:
		return "it is empty: the service refuses it"
	case e.Size > catalog.OneRequest:
		return "above 100 MB: more than one request holds"
	case e.Size > catalog.FreeVideo, isPicture(e.Name) && e.Size > catalog.FreeImage:
		return "larger than the free plan takes"
	}
	return ""
}

// facts are about the entry under the cursor.
func (m Model) facts(w int, th theme.Theme) []text.Line {
	if m.at >= len(m.shown) {
		return nil
	}
	e := m.shown[m.at].Entry
	lines := []text.Line{text.Cut(text.Line{{Text: visible.Clean(e.Name), Style: th.Title}}, w)}
	about := widget.Bytes(e.Size) + ", " + visible.Clean(e.Modified.Format("2 January 2006 15:04"))
	if e.Dir {
		about = "folder, " + visible.Clean(e.Modified.Format("2 January 2006 15:04"))
	}
	if m.picture.Path == m.current() && m.picture.Note != "" {
		about = visible.Clean(m.picture.Note) + ", " + about
	}
	lines = append(lines, text.WrapWords(text.Line{{Text: about, Style: th.Muted}}, w)...)
	if warn := warning(e); warn != "" {
		lines = append(lines, text.WrapWords(text.Line{{Text: "! " + warn, Style: th.Warn}}, w)...)
	}
	if m.picture.Path == m.current() {
		lines = append(append(lines, nil), m.picture.Lines...)
	}
	return lines
}

func (m Model) keyLines(w int, th theme.Theme) []text.Line {
	var l text.Line
	for i, p := range []struct{ key, what visible.Text }{
		{"enter", "opens, takes"}, {"←", "up"}, {"insert", "marks"}, {"alt+a", "all"}, {"alt+s", "sorts"},
		{"alt+h", "hidden"}, {"alt+r", "remote source"}, {"esc", "back"},
	} {
		if i > 0 {
			l = append(l, text.Span{Text: " · ", Style: th.Muted})
		}
		l = append(l, text.Span{Text: p.key, Style: th.Key}, text.Span{Text: " " + p.what, Style: th.Muted})
	}
	return text.WrapWords(l, w)
}

// Dir is the folder that is shown, so that the next browser begins there.
func (m Model) Dir() string { return strings.Clone(m.dir) }

// Package editor has an editor for each type of parameter that is more than a line of
// text: tags as chips, pairs and coordinates as a table, JSON and scripts in several
// lines, transformations as a list with presets. Each one is a [dialog.Dialog] that
// starts from the wire text and, when it is left, gives the wire text back: what was
// typed is kept, whichever key leaves it.
package editor

import (
	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/uploader/catalog"
)

// New returns the editor for a parameter with its wire text. A value that its own
// editor cannot show without changing it opens as text, which the title says.
func New(p catalog.Param, value string) dialog.Dialog {
	switch p.Type {
	case catalog.List:
		return newChips(p, value)
	case catalog.Pairs, catalog.Coordinates:
		if t, ok := newTable(p, value); ok {
			return t
		}
	case catalog.Transformation, catalog.Transformations:
		return newEager(p, value)
	}
	return newBlock(p, value)
}

// end is what a dialog answers when it is left: the new value, where it is another one.
func end(name, before, after string) dialog.Action {
	if before == after {
		return dialog.Closed{}
	}
	return dialog.Edited{Name: name, Value: after}
}

// leaves reports whether a key leaves the editor. Both keys keep what was typed.
func leaves(msg tea.Msg) bool {
	k, ok := msg.(tea.KeyPressMsg)
	return ok && (k.String() == "esc" || k.String() == "ctrl+s")
}

// wireLines show the text that is sent and signed, in a third of the h lines at most.
func wireLines(name, value string, w, h int, th theme.Theme) []text.Line {
	const shown = 600
	cut := visible.Text("")
	if len(value) > shown {
		value, cut = head(value, shown), "…"
	}
	if value == "" {
		return []text.Line{{{Text: "empty: left out", Style: th.Muted}}}
	}
	lines := text.WrapLine(text.Line{
		{Text: visible.Clean(name) + "=", Style: th.Accent}, {Text: visible.Clean(value) + cut, Style: th.Text},
	}, w)
	if most := max(h/3, 1); len(lines) > most {
		last := append(lines[most-1][:len(lines[most-1]):len(lines[most-1])], text.Span{Text: " …", Style: th.Muted})
		lines = append(lines[:most-1:most-1], text.Cut(last, w))
	}
	return lines
}

// head is at most n bytes of s, whole characters.
func head(s string, n int) string {
	for n > 0 && n < len(s) && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:min(n, len(s))]
}

// problemLines are sentences about what looks wrong; they never stop anything.
func problemLines(problems []catalog.Problem, w, most int, th theme.Theme) []text.Line {
	var lines []text.Line
	for i, p := range problems {
		if i == most {
			break
		}
		l := text.Line{{Text: "! " + visible.Clean(p.Text), Style: th.Warn}}
		if p.Hint != "" {
			l = append(l, text.Span{Text: " hint: " + visible.Clean(p.Hint), Style: th.Muted})
		}
		lines = append(lines, text.WrapWords(l, w)...)
	}
	return lines
}

// keyLine explains keys in one or more lines.
func keyLine(w int, th theme.Theme, pairs ...visible.Text) []text.Line {
	var l text.Line
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			l = append(l, text.Span{Text: " · ", Style: th.Muted})
		}
		l = append(l, text.Span{Text: pairs[i], Style: th.Key}, text.Span{Text: " " + pairs[i+1], Style: th.Muted})
	}
	return text.WrapWords(l, w)
}

// aboutLines are the meaning of the parameter.
func aboutLines(p catalog.Param, w int, th theme.Theme) []text.Line {
	return text.WrapWords(text.Line{{Text: visible.Clean(p.Meaning), Style: th.Muted}}, w)
}

// fitted puts the tail under the body in w by h cells. Line at of the body stays in
// sight, and the end of the tail; y is where that line is then.
func fitted(body, tail []text.Line, at, w, h int) (lines []text.Line, y int) {
	tail = tail[max(len(tail)-h+1, 0):]
	room := max(h-len(tail), 1)
	from := max(at-room+1, 0)
	body = append(body[from:min(from+room, len(body))], tail...)
	return text.Fit(body, w, len(body)), at - from
}

// Package exports is the chooser of what to copy: every form that a request can be
// written in, with its size and how it is proved, and the text itself.
package exports

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/export"
)

// Choice is a form with the request written in it.
type Choice struct {
	Format  export.Format
	Snippet export.Snippet
	// Problem says why there is none; empty where there is.
	Problem visible.Text
}

// Model is the chooser: a [dialog.Dialog].
type Model struct {
	choices []Choice
	filter  string
	at      int
	scroll  int
	// reach is how far the text could be scrolled when it was last drawn: only drawing
	// knows how many lines it has. Keys beyond it do not add up.
	reach *int
}

// New writes the request in every form.
func New(p uploader.Prepared, current string) Model {
	m := Model{reach: new(int)}
	for _, f := range export.Formats() {
		c := Choice{Format: f}
		s, err := f.Make(p)
		if err != nil {
			c.Problem = visible.Clean(err.Error())
		}
		c.Snippet = s
		if f.ID == current {
			m.at = len(m.choices)
		}
		m.choices = append(m.choices, c)
	}
	return m
}

// Masked shows the texts through a mask; what is copied stays as it is.
func (m Model) Masked(mask func(string) string) Model {
	for i := range m.choices {
		m.choices[i].Snippet.Text = mask(m.choices[i].Snippet.Text)
	}
	return m
}

// Wide asks for the whole width of the screen.
func (Model) Wide() {}

// matches are the choices that hold every typed word.
func (m Model) matches() []Choice {
	words := strings.Fields(strings.ToLower(m.filter))
	var found []Choice
	for _, c := range m.choices {
		in := strings.ToLower(c.Format.ID + " " + string(c.Format.Title) + " " + string(c.Format.Group))
		all := true
		for _, w := range words {
			all = all && strings.Contains(in, w)
		}
		if all {
			found = append(found, c)
		}
	}
	return found
}

// Update chooses; enter copies, alt+w writes a file, alt+s shows the form in the pane.
func (m Model) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			m.scroll -= 3
		} else {
			m.scroll += 3
		}
	case tea.KeyPressMsg:
		if act := m.key(msg); act != nil {
			return m, act
		}
	}
	m.at = max(min(m.at, len(m.matches())-1), 0)
	m.scroll = max(min(m.scroll, *m.reach), 0)
	return m, nil
}

func (m *Model) key(k tea.KeyPressMsg) dialog.Action {
	found := m.matches()
	switch k.String() {
	case "esc", "alt+y":
		return dialog.Closed{}
	case "up", "shift+tab":
		m.at, m.scroll = m.at-1, 0
	case "down", "tab":
		m.at, m.scroll = m.at+1, 0
	case "pgup":
		m.scroll -= 10
	case "pgdown":
		m.scroll += 10
	case "backspace":
		if r := []rune(m.filter); len(r) > 0 {
			m.filter = string(r[:len(r)-1])
		}
	case "enter", "alt+w", "alt+s":
		if m.at < len(found) && found[m.at].Problem == "" {
			return dialog.Picked{Tag: "export " + k.String(), ID: found[m.at].Format.ID}
		}
	default:
		if k.Text != "" && len(m.filter) < 100 {
			m.filter += k.Text
			m.at, m.scroll = 0, 0
		}
	}
	return nil
}

// View shows the list and the chosen text: side by side where there is room.
func (m Model) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	filter := text.Line{{Text: "› ", Style: th.Accent}, {Text: visible.Clean(m.filter), Style: th.Text}}
	if m.filter == "" {
		filter = append(filter, text.Span{Text: "type to narrow down: node, shell, server, string", Style: th.Muted})
	}
	cursor := &dialog.Point{X: 2 + text.Width(visible.Clean(m.filter))}
	keys := text.WrapWords(text.Line{
		{Text: "enter", Style: th.Key}, {Text: " copies · ", Style: th.Muted}, {Text: "alt+w", Style: th.Key}, {Text: " writes a file · ", Style: th.Muted},
		{Text: "alt+s", Style: th.Key}, {Text: " shows it in the pane · ", Style: th.Muted}, {Text: "pgup pgdn", Style: th.Key}, {Text: " scroll · ", Style: th.Muted},
		{Text: "esc", Style: th.Key}, {Text: " back", Style: th.Muted},
	}, w)
	keys = keys[:min(len(keys), max(h-2, 0))]
	filter = text.Cut(filter, w)
	cursor.X = min(cursor.X, w-1)
	lines := []text.Line{filter}
	found := m.matches()
	room := max(h-1-len(keys), 1)
	if len(found) == 0 {
		return "Copy as", append(append(lines, text.Cut(text.Line{{Text: "nothing is called that", Style: th.Muted}}, w)), keys...), cursor
	}
	if w >= 90 {
		list := m.list(found, 40, room, th)
		shown := m.shown(found[m.at], w-42, room, th)
		for i := range room {
			lines = append(lines, text.Splice(list[i], 42, shown[i], w-42))
		}
		return "Copy as", append(lines, keys...), cursor
	}
	top := max(min(room/2, len(found)), 1)
	lines = append(lines, m.list(found, w, top, th)...)
	lines = append(lines, m.shown(found[m.at], w, room-top, th)...)
	return "Copy as", append(lines, keys...), cursor
}

// list is the part of the list round the chosen entry, in exactly h lines.
func (m Model) list(found []Choice, w, h int, th theme.Theme) []text.Line {
	var lines []text.Line
	from := max(min(m.at-h/2, len(found)-h), 0)
	for i := from; i < min(from+h, len(found)); i++ {
		c := found[i]
		glyph, style := visible.Text("  "), th.Text
		if i == m.at {
			glyph, style = "▸ ", th.Selected
		}
		right := widget.Bytes(int64(len(c.Snippet.Text)))
		if c.Problem != "" {
			right, style = "–", th.Muted
		}
		l := text.Cut(text.Line{{Text: glyph, Style: th.Accent}, {Text: c.Format.Title, Style: style}}, w-text.Width(right)-1)
		l = append(l, text.Span{Text: widget.Blank(w - l.Width() - text.Width(right)), Style: th.Text}, text.Span{Text: right, Style: th.Muted})
		lines = append(lines, l)
	}
	return text.Fit(lines, w, h)
}

// maxShown bounds what is laid out of a text.
const maxShown = 64 << 10

// shown is the chosen text with its notes, in exactly h lines.
func (m Model) shown(c Choice, w, h int, th theme.Theme) []text.Line {
	if c.Problem != "" {
		return text.Fit(text.WrapWords(text.Line{{Text: c.Problem, Style: th.Warn}}, w), w, h)
	}
	lines := text.WrapWords(text.Line{{Text: proofWords[c.Format.Proof], Style: th.Muted}}, w)
	for _, n := range c.Snippet.Notes {
		lines = append(lines, text.WrapWords(text.Line{{Text: "· " + visible.Clean(n), Style: th.Muted}}, w)...)
	}
	lines = append(lines, nil)
	content := c.Snippet.Text
	if len(content) > maxShown {
		content = content[:maxShown] + "\n… the rest is copied, not shown"
	}
	for l := range strings.SplitSeq(content, "\n") {
		lines = append(lines, text.WrapLine(text.Line{{Text: visible.Clean(l), Style: th.Text}}, w)...)
	}
	*m.reach = max(len(lines)-h, 0)
	return text.Fit(lines[min(m.scroll, *m.reach):], w, h)
}

// proofWords say how a form is checked before a release.
var proofWords = map[export.Proof]visible.Text{
	export.Executed:  "proved: every release runs it and compares what arrives byte for byte",
	export.Parsed:    "not run before a release: a parser reads it and gives the same values back",
	export.Unchecked: "not run before a release: read by people only",
}

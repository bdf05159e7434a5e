// Package curl shows the cURL command that sends the prepared request: byte for byte
// what is copied, with hostile characters made visible.
package curl

import (
	"strings"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
)

// Model is the pane.
type Model struct {
	command string
	problem visible.Text
	width   int
	height  int
	scroll  int
	th      theme.Theme
	lines   []text.Line
}

// New returns an empty pane.
func New(th theme.Theme) Model { return Model{th: th} }

// SetCommand shows a command, or, where there is none, why.
func (m *Model) SetCommand(command string, problem visible.Text) {
	if command == m.command && problem == m.problem {
		return
	}
	m.command, m.problem = command, problem
	m.layout()
}

// Command is what is shown, and what is copied.
func (m Model) Command() string { return m.command }

// SetSize sets the room inside the border.
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

// Scroll moves the content by some lines.
func (m *Model) Scroll(by int) {
	m.scroll = min(max(m.scroll+by, 0), max(len(m.lines)-m.height, 0))
}

// Overflows reports whether there is more than fits.
func (m Model) Overflows() bool { return len(m.lines) > m.height }

// Lines is the content: as many lines as the pane is high.
func (m Model) Lines() []text.Line {
	return text.Fit(m.lines[min(m.scroll, len(m.lines)):], m.width, m.height)
}

// maxShown bounds what is laid out of a command: a data URI can be megabytes long.
const maxShown = 64 << 10

func (m *Model) layout() {
	m.lines = nil
	if m.width < 1 {
		return
	}
	if m.command == "" {
		m.lines = text.WrapLine(text.Line{{Text: m.problem, Style: m.th.Warn}}, m.width)
		m.scroll = 0
		return
	}
	shown, cut := m.command, false
	if len(shown) > maxShown {
		shown, cut = shown[:maxShown], true
	}
	for _, l := range strings.Split(shown, "\n") {
		m.lines = append(m.lines, text.WrapLine(m.colour(l), m.width)...)
	}
	if cut {
		m.lines = append(m.lines, text.Line{{Text: "… the rest is copied, not shown", Style: m.th.Muted}})
	}
	m.scroll = min(m.scroll, max(len(m.lines)-m.height, 0))
}

// colour sets curl's own words apart from the values.
func (m Model) colour(l string) text.Line {
	if strings.HasPrefix(l, "#") {
		return text.Line{{Text: visible.Clean(l), Style: m.th.Muted}}
	}
	trimmed := strings.TrimLeft(l, " ")
	indent := l[:len(l)-len(trimmed)]
	word, rest, found := strings.Cut(trimmed, " ")
	if !found || !(word == "curl" || strings.HasPrefix(word, "-")) {
		return text.Line{{Text: visible.Clean(l), Style: m.th.Text}}
	}
	return text.Line{
		{Text: visible.Clean(indent), Style: m.th.Text},
		{Text: visible.Clean(word), Style: m.th.Accent},
		{Text: " " + visible.Clean(rest), Style: m.th.Text},
	}
}

package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// Entry is a line of a [Menu].
type Entry struct {
	ID     string
	Title  visible.Text
	Detail visible.Text
	Key    visible.Text
}

// Menu is a list to pick from. Typing narrows it down.
type Menu struct {
	Tag     string
	Title   visible.Text
	Entries []Entry
	// Above stands over the list.
	Above []text.Line

	filter string
	at     int
}

// At is the menu with the entry of that index chosen.
func (m Menu) At(i int) Menu {
	m.at = max(min(i, len(m.Entries)-1), 0)
	return m
}

// Update moves, narrows down, picks or closes.
func (m Menu) Update(msg tea.Msg) (Dialog, Action) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			m.at--
		} else {
			m.at++
		}
	case tea.PasteMsg:
		if len(msg.Content) < 200 {
			m.filter += msg.Content
		}
	case tea.KeyPressMsg:
		switch msg.String() {
		case "esc", "ctrl+p":
			return m, Closed{}
		case "up", "shift+tab":
			m.at--
		case "down", "tab":
			m.at++
		case "pgup":
			m.at -= 8
		case "pgdown":
			m.at += 8
		case "backspace":
			if r := []rune(m.filter); len(r) > 0 {
				m.filter = string(r[:len(r)-1])
			}
		case "enter":
			if found := m.matches(); m.at < len(found) {
				return m, Picked{Tag: m.Tag, ID: found[m.at].ID}
			}
		default:
			if msg.Text != "" && len(m.filter) < 200 {
				m.filter += msg.Text
				m.at = 0
			}
		}
	}
	m.at = max(min(m.at, len(m.matches())-1), 0)
	return m, nil
}

// matches are the entries that hold every typed word, in title or detail.
func (m Menu) matches() []Entry {
	words := strings.Fields(strings.ToLower(m.filter))
	if len(words) == 0 {
		return m.Entries
	}
	var found []Entry
	for _, e := range m.Entries {
		in := strings.ToLower(string(e.Title) + " " + string(e.Detail) + " " + string(e.Key))
		all := true
		for _, w := range words {
			all = all && strings.Contains(in, w)
		}
		if all {
			found = append(found, e)
		}
	}
	return found
}

// View shows the filter and the part of the list around the chosen entry.
func (m Menu) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *Point) {
	lines := append([]text.Line(nil), m.Above...)
	typed := visible.Clean(m.filter)
	cursor := &Point{X: 2 + text.Width(typed), Y: len(lines)}
	filter := text.Line{{Text: "› ", Style: th.Accent}, {Text: typed, Style: th.Text}}
	if typed == "" {
		filter = append(filter, text.Span{Text: "type to narrow down", Style: th.Muted})
	}
	lines = append(lines, filter)
	found := m.matches()
	if len(found) == 0 {
		return m.Title, append(lines, text.Line{{Text: "nothing is called that", Style: th.Muted}}), cursor
	}
	room := max(h-len(lines), 1)
	from := max(min(m.at-room/2, len(found)-room), 0)
	for i := from; i < min(from+room, len(found)); i++ {
		lines = append(lines, m.entryLine(found[i], i == m.at, w, th))
	}
	return m.Title, lines, cursor
}

func (m Menu) entryLine(e Entry, chosen bool, w int, th theme.Theme) text.Line {
	glyph, style := visible.Text("  "), th.Text
	if chosen {
		glyph, style = "▸ ", th.Selected
	}
	l := text.Line{{Text: glyph, Style: th.Accent}, {Text: e.Title, Style: style}}
	if e.Detail != "" {
		l = append(l, text.Span{Text: "  " + e.Detail, Style: th.Muted})
	}
	if e.Key == "" {
		return l
	}
	room := w - text.Width(e.Key) - 1
	if l.Width() > room {
		l = text.Fit([]text.Line{text.Cut(l, room)}, room, 1)[0]
	}
	return append(l, text.Span{Text: widget.Blank(w - l.Width() - text.Width(e.Key)), Style: th.Text}, text.Span{Text: e.Key, Style: th.Key})
}

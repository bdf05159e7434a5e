package editor

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/field"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader/catalog"
)

// Picker finds a parameter by its name or by its meaning; a name that nobody knows can
// be taken as it is.
type Picker struct {
	// Check says why a name cannot be a parameter.
	Check func(name string) error
	// Set are the names that are there already.
	Set map[string]bool

	input field.Model
	at    int
}

// option is a line of the list. A new one is a name that is not in the catalog.
type option struct {
	param catalog.Param
	isNew bool
}

// options are the names that were probably meant, then the other finds, then the name as
// it is.
func (p Picker) options() []option {
	query := strings.TrimSpace(p.input.Value())
	var list []option
	add := func(c catalog.Param) {
		if c.Name != "signature" && c.Name != "api_key" && c.Name != "unsigned" && !listed(list, c.Name) {
			list = append(list, option{param: c})
		}
	}
	for _, name := range catalog.Suggest(query) {
		if c, ok := catalog.Lookup(name); ok {
			add(c)
		}
	}
	for _, c := range catalog.Search(query) {
		add(c)
	}
	if query == "" {
		return list
	}
	if !listed(list, query) && !strings.ContainsAny(query, " ") {
		list = append(list, option{param: catalog.Param{Name: query, Meaning: "not in the catalog: add it as it is"}, isNew: true})
	}
	return list
}

func listed(list []option, name string) bool {
	for _, o := range list {
		if o.param.Name == name {
			return true
		}
	}
	return false
}

// Update searches, chooses and takes.
func (p Picker) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		by := 1
		if msg.Button == tea.MouseWheelUp {
			by = -1
		}
		p.at += by
	case tea.KeyPressMsg:
		switch msg.String() {
		case "esc", "ctrl+n":
			return p, dialog.Closed{}
		case "up", "shift+tab":
			p.at--
		case "down", "tab":
			p.at++
		case "pgup":
			p.at -= 8
		case "pgdown":
			p.at += 8
		case "enter":
			return p.take()
		default:
			before := p.input.Value()
			p.input, _ = p.input.Update(msg)
			if p.input.Value() != before {
				p.at = 0
			}
		}
	case tea.PasteMsg:
		if len(msg.Content) < 300 {
			p.input, _ = p.input.Update(msg)
			p.at = 0
		}
	}
	p.at = max(min(p.at, len(p.options())-1), 0)
	return p, nil
}

func (p Picker) take() (dialog.Dialog, dialog.Action) {
	list := p.options()
	if len(list) == 0 || p.Check(list[p.at].param.Name) != nil {
		return p, nil
	}
	return p, dialog.Entered{Tag: "param", Text: list[p.at].param.Name}
}

// View shows the search, the list, and what the chosen one means.
func (p Picker) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	cursor := &dialog.Point{X: 2 + p.input.CursorX(max(w-2, 1))}
	lines := []text.Line{append(text.Line{{Text: "› ", Style: th.Accent}}, p.input.View(max(w-2, 1), true, th)...)}
	if p.input.Value() == "" {
		lines[0] = append(lines[0], text.Span{Text: "a name or a purpose: overwrite, thumbnail, moderate, webhook", Style: th.Muted})
	}
	list := p.options()
	if len(list) == 0 {
		lines = append(lines, text.Line{{Text: "nothing is called that, and a name has no blanks", Style: th.Muted}})
		return "Add a parameter", text.Fit(lines, w, min(len(lines), h)), cursor
	}
	about := p.about(list[p.at], w, th)
	about = about[:min(len(about), max(h-2, 0))]
	room := max(min(h-1-len(about)-1, 16), 1)
	from := max(min(p.at-room/2, len(list)-room), 0)
	for i := from; i < min(from+room, len(list)); i++ {
		lines = append(lines, p.line(list[i], i == p.at, w, th))
	}
	if len(lines)+len(about) < h {
		lines = append(lines, nil)
	}
	lines = append(lines, about...)
	return "Add a parameter", text.Fit(lines, w, len(lines)), cursor
}

func (p Picker) line(o option, chosen bool, w int, th theme.Theme) text.Line {
	glyph, style := visible.Text("  "), th.Text
	if chosen {
		glyph, style = "▸ ", th.Selected
	}
	name := visible.Clean(o.param.Name)
	if o.isNew {
		name = "+ " + name
	}
	mark := visible.Text("")
	switch {
	case p.Set[o.param.Name]:
		mark = "is set"
	case !o.param.Signed && !o.isNew:
		mark = "not signed"
	}
	l := text.Line{{Text: glyph, Style: th.Accent}, {Text: name, Style: style}}
	room := w - text.Width(mark) - 1
	l = append(l, text.Span{Text: widget.Blank(max(30-text.Width(name), 1)), Style: th.Text}, text.Span{Text: visible.Clean(o.param.Meaning), Style: th.Muted})
	l = text.Cut(l, room)
	return append(l, text.Span{Text: widget.Blank(w - l.Width() - text.Width(mark)), Style: th.Text}, text.Span{Text: mark, Style: th.Key})
}

// about tells of the chosen parameter, in at most four lines.
func (p Picker) about(o option, w int, th theme.Theme) []text.Line {
	if err := p.Check(o.param.Name); err != nil {
		return text.WrapWords(text.Line{{Text: visible.Clean(err.Error()), Style: th.Danger}}, w)
	}
	l := text.Line{{Text: visible.Clean(o.param.Meaning), Style: th.Text}}
	if o.isNew {
		l[0].Text = "sent and signed as it stands. A name that the service does not know makes the signature wrong"
	}
	more := func(label visible.Text, s string) {
		if s != "" {
			l = append(l, text.Span{Text: " · " + label, Style: th.Muted}, text.Span{Text: visible.Clean(s), Style: th.Text})
		}
	}
	more("default ", o.param.Default)
	more("needs ", o.param.Needs)
	more("e.g. ", o.param.Example)
	lines := text.WrapWords(l, w)
	return lines[:min(len(lines), 4)]
}

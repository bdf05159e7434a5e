package editor

import (
	"slices"
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

// PreviewMsg is the picture that a transformation makes, as the answer to a
// [dialog.PreviewRequested]. Lines is drawn as it is; Note says its size, or why there
// is none.
type PreviewMsg struct {
	Transformation string
	Lines          []text.Line
	Note           visible.Text
}

// eager builds a list of transformations; with one transformation only for the
// parameter of that type.
type eager struct {
	param   catalog.Param
	before  string
	items   []field.Model
	at      int
	single  bool
	presets bool // the list of presets is open
	preset  int
	preview PreviewMsg
}

func newEager(p catalog.Param, value string) eager {
	e := eager{param: p, before: value, single: p.Type == catalog.Transformation}
	if e.single {
		e.items = []field.Model{field.New(value)}
		return e
	}
	e.load(value)
	return e
}

// load replaces the items; a pipe parts them.
func (e *eager) load(value string) {
	e.items = fieldsOf(strings.Split(value, "|"))
	e.at = min(e.at, len(e.items)-1)
}

// value is the wire text. An item that was added and left empty is none; one that was
// empty from the start stays.
func (e eager) value() string {
	keep := e.before != "" && slices.Contains(strings.Split(e.before, "|"), "")
	var items []string
	for _, f := range e.items {
		if f.Value() != "" || keep {
			items = append(items, f.Value())
		}
	}
	return strings.Join(items, "|")
}

// part makes several items of one into which a pipe was typed or pasted; the last of
// them is chosen, as the cursor is in it.
func (e *eager) part(typed bool) {
	parts := fieldsOf(strings.Split(e.current(), "|"))
	if n := len(parts) - 1; typed {
		parts[n], _ = parts[n].Update(tea.KeyPressMsg{Code: tea.KeyHome})
	}
	e.items = slices.Replace(e.items, e.at, e.at+1, parts...)
	e.at += len(parts) - 1
}

// Update edits the chosen item. Whenever it becomes another one, its preview is asked for.
func (e eager) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	if p, ok := msg.(PreviewMsg); ok {
		if p.Transformation == e.current() {
			e.preview = p
		}
		return e, nil
	}
	if e.presets {
		return e.choosePreset(msg)
	}
	if leaves(msg) {
		return e, end(e.param.Name, e.before, e.value())
	}
	was := e.current()
	k, typed := msg.(tea.KeyPressMsg)
	if !typed || !e.key(k.String()) {
		e.items = slices.Clone(e.items)
		e.items[e.at], _ = e.items[e.at].Update(msg)
		if !e.single && strings.Contains(e.current(), "|") {
			e.part(typed)
		}
	}
	return e.asking(was)
}

// Init asks for the first preview.
func (e eager) Init() dialog.Action {
	_, act := e.asking("\x00")
	return act
}

// asking requests the preview of the chosen item where it is not the one that was.
func (e eager) asking(was string) (dialog.Dialog, dialog.Action) {
	if now := e.current(); now != was && now != "" {
		return e, dialog.PreviewRequested{Transformation: now}
	}
	return e, nil
}

func (e eager) current() string { return e.items[e.at].Value() }

func (e *eager) key(key string) bool {
	switch key {
	case "up", "shift+tab":
		e.at = max(e.at-1, 0)
	case "down", "tab":
		e.at = min(e.at+1, len(e.items)-1)
	case "enter":
		if e.single {
			return true
		}
		e.items = slices.Insert(slices.Clone(e.items), e.at+1, field.New(""))
		e.at++
	case "alt+x", "ctrl+x":
		e.items = slices.Delete(slices.Clone(e.items), e.at, e.at+1)
		if len(e.items) == 0 {
			e.items = []field.Model{field.New("")}
		}
		e.at = min(e.at, len(e.items)-1)
	case "alt+up", "alt+down":
		to := e.at + map[string]int{"alt+up": -1, "alt+down": 1}[key]
		if to >= 0 && to < len(e.items) {
			e.items = slices.Clone(e.items)
			e.items[e.at], e.items[to] = e.items[to], e.items[e.at]
			e.at = to
		}
	case "alt+p":
		e.presets, e.preset = true, 0
	default:
		return false
	}
	return true
}

// choosePreset handles the open list: enter adds the preset's items.
func (e eager) choosePreset(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	all := catalog.Presets()
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return e, nil
	}
	switch k.String() {
	case "esc", "alt+p":
		e.presets = false
	case "up", "shift+tab":
		e.preset = max(e.preset-1, 0)
	case "down", "tab":
		e.preset = min(e.preset+1, len(all)-1)
	case "enter":
		e.presets = false
		was := e.current()
		chosen := all[e.preset].Eager
		if e.single {
			chosen, _, _ = strings.Cut(chosen, "|")
			e.items = []field.Model{field.New(chosen)}
			return e.asking(was)
		}
		value := e.value()
		if value != "" {
			value += "|"
		}
		e.load(value + chosen)
		e.at = len(e.items) - 1
		return e.asking(was)
	}
	return e, nil
}

// View shows the items, what the chosen one does and what looks wrong with it, its
// preview where there is one, and the wire text.
func (e eager) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	if e.presets {
		return e.presetView(w, h, th)
	}
	tail := wireLines(e.param.Name, e.value(), w, h, th)
	keys := []visible.Text{"enter", "adds", "alt+p", "presets", "alt+↑ ↓", "move", "alt+x", "remove", "esc", "done"}
	if e.single {
		keys = []visible.Text{"alt+p", "presets", "esc", "done"}
	}
	tail = append(append([]text.Line{nil}, tail...), keyLine(w, th, keys...)...)
	var body []text.Line
	details := e.details(w, th)
	room := max(h-len(tail)-len(details), 1)
	from := max(min(e.at-room/2, len(e.items)-room), 0)
	cursor := &dialog.Point{}
	for i := from; i < min(from+room, len(e.items)); i++ {
		number := widget.Count(i+1) + " "
		if e.single {
			number = ""
		}
		glyph, width := visible.Text("  "), max(w-5-text.Width(number), 1)
		if i == e.at {
			glyph = "▸ "
			cursor.X, cursor.Y = 2+text.Width(number)+e.items[i].CursorX(width), len(body)
		}
		l := text.Line{{Text: glyph, Style: th.Accent}, {Text: number, Style: th.Muted}}
		l = append(l, e.items[i].View(width, i == e.at, th)...)
		if e.items[i].Value() == "" {
			l = append(l, text.Span{Text: "w_400,h_300,c_pad", Style: th.Muted})
		} else if len(e.problemsOf(i)) > 0 {
			l = append(l, text.Span{Text: "  !", Style: th.Warn})
		}
		body = append(body, l)
	}
	body, cursor.Y = fitted(append(body, details...), tail, cursor.Y, w, h)
	return visible.Clean(e.param.Name), body, cursor
}

// problemsOf is what looks wrong with an item.
func (e eager) problemsOf(i int) []catalog.Problem {
	value := e.items[i].Value()
	if e.single {
		_, problems := catalog.ParseTransformation(value)
		return problems
	}
	_, problems := catalog.ParseEager(value)
	return problems
}

// details describe the chosen item.
func (e eager) details(w int, th theme.Theme) []text.Line {
	value := e.current()
	if value == "" {
		return nil
	}
	lines := []text.Line{nil}
	if s := catalog.Describe(value); s != "" {
		lines = append(lines, text.WrapWords(text.Line{{Text: visible.Clean(s), Style: th.Muted}}, w)...)
	}
	lines = append(lines, problemLines(e.problemsOf(e.at), w, 2, th)...)
	if e.preview.Transformation != value {
		return lines
	}
	if e.preview.Note != "" {
		lines = append(lines, text.WrapWords(text.Line{{Text: e.preview.Note, Style: th.Muted}}, w)...)
	}
	return append(lines, e.preview.Lines...)
}

func (e eager) presetView(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	var lines []text.Line
	all := catalog.Presets()
	room := max((h-2)/2, 1)
	from := max(min(e.preset-room/2, len(all)-room), 0)
	for i := from; i < min(from+room, len(all)); i++ {
		p := all[i]
		glyph, style := visible.Text("  "), th.Text
		if i == e.preset {
			glyph, style = "▸ ", th.Selected
		}
		lines = append(lines, text.Line{{Text: glyph, Style: th.Accent}, {Text: visible.Clean(p.Title), Style: style}, {Text: "  " + visible.Clean(p.About), Style: th.Muted}},
			text.Line{{Text: "    " + visible.Clean(p.Eager), Style: th.Accent}})
	}
	tail := append([]text.Line{nil}, keyLine(w, th, "enter", "adds it", "esc", "back")...)
	lines, _ = fitted(lines, tail, 2*(e.preset-from)+1, w, h)
	return "Presets", lines, nil
}

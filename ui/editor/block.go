package editor

import (
	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/area"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader/catalog"
)

// block edits a text of several lines. JSON is shown indented and sent compact, as long
// as it is valid; any other text is sent as it stands.
type block struct {
	param  catalog.Param
	before string
	shown  string // the text at the start: unless it is changed, the value stays as it was
	area   area.Model
}

func newBlock(p catalog.Param, value string) block {
	b := block{param: p, before: value, shown: value}
	if b.isJSON() {
		if indented, err := catalog.IndentJSON(value); err == nil {
			b.shown = indented
		}
	}
	b.area = area.New(b.shown)
	return b
}

// isJSON reports whether the text is read as JSON. A transcription may be just true.
func (b block) isJSON() bool { return b.param.Type == catalog.JSON && b.before != "1" }

// value is the wire text.
func (b block) value() string {
	typed := b.area.Value()
	if typed == b.shown {
		return b.before
	}
	if b.isJSON() {
		if compact, err := catalog.CompactJSON(typed); err == nil {
			return compact
		}
	}
	return typed
}

// problems are the places where JSON is not valid, or not of the shape it should have.
func (b block) problems() []catalog.Problem {
	typed := b.area.Value()
	if !b.isJSON() || typed == "" {
		return nil
	}
	return catalog.CheckJSON(b.param.Name, typed)
}

// Update edits; alt+j goes to the first mistake, alt+i indents.
func (b block) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	if leaves(msg) {
		return b, end(b.param.Name, b.before, b.value())
	}
	if k, ok := msg.(tea.KeyPressMsg); ok && b.isJSON() {
		switch k.String() {
		case "alt+j":
			if p := b.problems(); len(p) > 0 {
				b.area.MoveTo(p[0].Start)
			}
			return b, nil
		case "alt+i":
			if indented, err := catalog.IndentJSON(b.area.Value()); err == nil {
				b.area = area.New(indented)
			}
			return b, nil
		}
	}
	b.area = b.area.Update(msg)
	return b, nil
}

// View shows the text with line numbers and the mistake at its place.
func (b block) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	title := visible.Clean(b.param.Name)
	if b.param.Type == catalog.Pairs || b.param.Type == catalog.Coordinates {
		title += " as text: its table could not keep it as it is"
	}
	body := aboutLines(b.param, w, th)
	problems := b.problems()
	bad := 0
	var tail []text.Line
	if len(problems) > 0 {
		line, col := catalog.LineCol(b.area.Value(), problems[0].Start)
		bad = line
		problems[0].Text = "line " + string(widget.Count(line)) + ", column " + string(widget.Count(col)) + ": " + problems[0].Text
		tail = problemLines(problems, w, 1, th)
	}
	if n := b.area.Refused(); n > 0 {
		tail = append(tail, text.Line{{Text: "! the paste of " + widget.Bytes(int64(n)) + " is too long for a value", Style: th.Warn}})
	}
	if b.isJSON() {
		how := visible.Text("sent compact: ")
		if _, err := catalog.CompactJSON(b.area.Value()); err != nil {
			how = "no JSON: sent as it stands, "
		}
		tail = append(tail, text.Line{{Text: how + widget.Bytes(int64(len(b.value()))), Style: th.Muted}})
		tail = append(tail, keyLine(w, th, "alt+j", "to the mistake", "alt+i", "indent", "alt+z", "undo", "esc", "done")...)
	} else {
		tail = append(tail, text.Line{{Text: "sent as it stands: " + widget.Bytes(int64(len(b.value()))), Style: th.Muted}})
		tail = append(tail, keyLine(w, th, "enter", "new line", "alt+z", "undo", "esc", "done")...)
	}
	room := max(min(h-len(body)-len(tail), 16), 1)
	a := b.area
	lines, x, y := a.Lines(w, room, bad, th)
	cursor := &dialog.Point{X: x, Y: len(body) + y}
	body = append(body, lines...)
	for i := len(lines); i < min(room, 6); i++ {
		body = append(body, nil)
	}
	body, cursor.Y = fitted(body, tail, cursor.Y, w, h)
	return title, body, cursor
}

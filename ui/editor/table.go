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

// table edits rows of cells: keys with values, or rectangles.
type table struct {
	param   catalog.Param
	before  string
	columns []visible.Text
	cells   [][]field.Model
	row     int
	col     int
}

// newTable reads the wire text; ok is false where the table could not give the same
// text back.
func newTable(p catalog.Param, value string) (t table, ok bool) {
	t = table{param: p, before: value, columns: []visible.Text{"key", "value"}}
	if p.Type == catalog.Coordinates {
		t.columns = []visible.Text{"x", "y", "width", "height"}
		if value != "" {
			for item := range strings.SplitSeq(value, "|") {
				numbers := strings.Split(item, ",")
				if len(numbers) != len(t.columns) {
					return t, false
				}
				t.cells = append(t.cells, fieldsOf(numbers))
			}
		}
	} else {
		pairs, ok := catalog.ParsePairs(value)
		if !ok {
			return t, false
		}
		for _, q := range pairs {
			t.cells = append(t.cells, fieldsOf([]string{q.Key, q.Value}))
		}
	}
	if t.value() != value {
		return t, false
	}
	t.grow()
	return t, true
}

func fieldsOf(values []string) []field.Model {
	cells := make([]field.Model, len(values))
	for i, v := range values {
		cells[i] = field.New(v)
	}
	return cells
}

// grow adds an empty row at the end where there is none.
func (t *table) grow() {
	if n := len(t.cells); n == 0 || !blank(t.cells[n-1]) {
		t.cells = append(slices.Clone(t.cells), make([]field.Model, len(t.columns)))
	}
}

func blank(cells []field.Model) bool {
	return !slices.ContainsFunc(cells, func(f field.Model) bool { return f.Value() != "" })
}

// value is the wire text; blank rows are left out.
func (t table) value() string {
	var pairs []catalog.Pair
	var items []string
	for _, cells := range t.cells {
		if blank(cells) {
			continue
		}
		pairs = append(pairs, catalog.Pair{Key: cells[0].Value(), Value: cells[1].Value()})
		var texts []string
		for _, f := range cells {
			texts = append(texts, f.Value())
		}
		items = append(items, strings.Join(texts, ","))
	}
	if t.param.Type == catalog.Coordinates {
		return strings.Join(items, "|")
	}
	return catalog.FormatPairs(pairs)
}

// Update edits the cell that has the focus, and moves it.
func (t table) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	if leaves(msg) {
		return t, end(t.param.Name, t.before, t.value())
	}
	if k, ok := msg.(tea.KeyPressMsg); ok && t.key(k.String()) {
		return t, nil
	}
	if paste, ok := msg.(tea.PasteMsg); ok && t.pasteRows(paste.Content) {
		return t, nil
	}
	t.cells = slices.Clone(t.cells)
	t.cells[t.row] = slices.Clone(t.cells[t.row])
	t.cells[t.row][t.col], _ = t.cells[t.row][t.col].Update(msg)
	t.grow()
	return t, nil
}

// pasteRows takes a paste of the wire form as rows, where the row with the focus is
// blank; ok is false for any other text.
func (t *table) pasteRows(pasted string) (ok bool) {
	if !blank(t.cells[t.row]) || t.col > 0 && t.param.Type == catalog.Pairs || len(pasted) > field.MaxPaste {
		return false
	}
	var rows [][]field.Model
	if t.param.Type == catalog.Coordinates {
		rectangles, problems := catalog.ParseCoordinates(strings.Join(strings.Fields(pasted), ""))
		if len(problems) > 0 {
			return false
		}
		for _, r := range rectangles {
			rows = append(rows, fieldsOf(r))
		}
	} else {
		pairs, ok := catalog.ParsePairs(strings.TrimRight(pasted, "\r\n"))
		if !ok {
			return false
		}
		for _, q := range pairs {
			rows = append(rows, fieldsOf([]string{q.Key, q.Value}))
		}
	}
	if len(rows) == 0 {
		return false
	}
	t.cells = slices.Insert(slices.Clone(t.cells), t.row, rows...)
	t.row, t.col = t.row+len(rows), 0
	t.grow()
	return true
}

func (t *table) key(key string) bool {
	at := t.row*len(t.columns) + t.col
	last := len(t.cells)*len(t.columns) - 1
	switch key {
	case "tab", "enter":
		at = min(at+1, last)
	case "shift+tab":
		at = max(at-1, 0)
	case "up":
		at = max(at-len(t.columns), t.col)
	case "down":
		at = min(at+len(t.columns), last-len(t.columns)+1+t.col)
	case "alt+x", "ctrl+x":
		t.cells = slices.Delete(slices.Clone(t.cells), t.row, t.row+1)
		t.grow()
		at = min(at, len(t.cells)*len(t.columns)-1)
	case "alt+up", "alt+down":
		to := t.row + map[string]int{"alt+up": -1, "alt+down": 1}[key]
		if to < 0 || to >= len(t.cells) || blank(t.cells[t.row]) || blank(t.cells[to]) {
			return true
		}
		t.cells = slices.Clone(t.cells)
		t.cells[t.row], t.cells[to] = t.cells[to], t.cells[t.row]
		at += (to - t.row) * len(t.columns)
	default:
		return false
	}
	t.row, t.col = at/len(t.columns), at%len(t.columns)
	return true
}

// problems are what looks wrong with the rows.
func (t table) problems() []catalog.Problem {
	var found []catalog.Problem
	seen := map[string]bool{}
	for i, cells := range t.cells {
		if blank(cells) {
			continue
		}
		where := "row " + string(widget.Count(i+1)) + ": "
		key := cells[0].Value()
		switch {
		case t.param.Type == catalog.Coordinates:
			for j, f := range cells {
				if v := f.Value(); v == "" || strings.Trim(v, "0123456789") != "" {
					found = append(found, catalog.Problem{Text: where + string(t.columns[j]) + " is no whole number of pixels"})
				}
			}
		case key == "":
			found = append(found, catalog.Problem{Text: where + "there is no key"})
		case strings.ContainsAny(key, "=|"):
			found = append(found, catalog.Problem{Text: where + "= and | cannot be escaped in a key"})
		case seen[key]:
			found = append(found, catalog.Problem{Text: where + "the key is there twice"})
		}
		seen[key] = true
	}
	return found
}

// View shows the rows around the focused one, what looks wrong, and the wire text.
func (t table) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	cell := max((w-2)/len(t.columns), 4)
	if len(t.columns) == 2 {
		cell = max((w-2)/3, 4)
	}
	body := aboutLines(t.param, w, th)
	heading := text.Line{{Text: "  ", Style: th.Text}}
	for _, c := range t.columns {
		c = text.Truncate(c, cell-1)
		heading = append(heading, text.Span{Text: c + widget.Blank(cell-text.Width(c)), Style: th.Muted})
	}
	body = append(body, heading)
	tail := problemLines(t.problems(), w, 2, th)
	tail = append(append(tail, nil), wireLines(t.param.Name, t.value(), w, h, th)...)
	tail = append(tail, keyLine(w, th, "tab", "next cell", "alt+↑ ↓", "move the row", "alt+x", "remove it", "esc", "done")...)
	room := max(h-len(body)-len(tail), 1)
	from := max(min(t.row-room/2, len(t.cells)-room), 0)
	cursor := &dialog.Point{}
	for i := from; i < min(from+room, len(t.cells)); i++ {
		if i == t.row {
			width := t.cellWidth(t.col, cell, w)
			cursor.X, cursor.Y = 2+t.col*cell+t.cells[i][t.col].CursorX(width-1), len(body)
		}
		body = append(body, t.rowLine(i, cell, w, th))
	}
	body, cursor.Y = fitted(body, tail, cursor.Y, w, h)
	return visible.Clean(t.param.Name), body, cursor
}

// cellWidth is the room of a column; the last one takes what is left.
func (t table) cellWidth(col, cell, w int) int {
	if col == len(t.columns)-1 {
		return max(w-2-col*cell, 2)
	}
	return cell
}

func (t table) rowLine(i, cell, w int, th theme.Theme) text.Line {
	glyph := visible.Text("  ")
	if i == t.row {
		glyph = "▸ "
	}
	l := text.Line{{Text: glyph, Style: th.Accent}}
	for j, f := range t.cells[i] {
		width := t.cellWidth(j, cell, w)
		content := f.View(width-1, i == t.row && j == t.col, th)
		if f.Value() == "" {
			content = text.Line{{Text: "·", Style: th.Muted}}
		}
		l = append(l, content...)
		l = append(l, text.Span{Text: widget.Blank(width - content.Width()), Style: th.Text})
	}
	return l
}

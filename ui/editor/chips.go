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

// chips edits a comma-joined list. The place for a new item is behind the last one.
type chips struct {
	param  catalog.Param
	before string
	items  []string
	input  field.Model
	at     int          // the chosen item; len(items) is the input
	notice visible.Text // why the last key or paste did nothing
}

// maxItems is how many items a list may have; the service takes no more tags than that.
const maxItems = 1000

func newChips(p catalog.Param, value string) chips {
	c := chips{param: p, before: value, items: catalog.SplitList(value)}
	c.at = len(c.items)
	return c
}

// value is the wire text: the items and what is in the input.
func (c chips) value() string {
	items := c.items
	if s := c.input.Value(); s != "" && !slices.Contains(items, s) {
		items = append(slices.Clone(items), s)
	}
	return catalog.JoinList(items)
}

// Update adds, chooses and removes items.
func (c chips) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	if leaves(msg) {
		return c, end(c.param.Name, c.before, c.value())
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		c.notice = ""
		if c.key(k.String()) {
			return c, nil
		}
	}
	c.at = len(c.items)
	input, act := c.input.Update(msg)
	if refused, ok := act.(field.Refused); ok {
		c.notice = "the paste of " + widget.Bytes(int64(refused.Bytes)) + " is too long for a list"
		return c, nil
	}
	if _, ok := msg.(tea.PasteMsg); !ok || !strings.ContainsAny(input.Value(), ",\r\n") {
		c.input = input
		return c, nil
	}
	c.add(strings.FieldsFunc(input.Value(), func(r rune) bool { return r == ',' || r == '\n' || r == '\r' })...)
	return c, nil
}

// add appends items and empties the input. Those that are there already are not doubled;
// where there would be too many, everything stays as it is.
func (c *chips) add(items ...string) {
	there := make(map[string]bool, len(c.items)+len(items))
	for _, s := range c.items {
		there[s] = true
	}
	list := slices.Clone(c.items)
	for _, s := range items {
		if s != "" && !there[s] {
			list, there[s] = append(list, s), true
		}
	}
	if len(list) > max(maxItems, len(c.items)) {
		c.notice = "not added: the list would have more than " + widget.Count(maxItems) + " items"
		return
	}
	c.items, c.at, c.input = list, len(list), field.New("")
}

func (c *chips) key(key string) bool {
	empty := c.input.Value() == ""
	switch {
	case key == "enter" || key == ",":
		c.add(c.input.Value())
	case key == "tab" && len(c.suggestions()) > 0:
		c.add(c.suggestions()[0])
	case key == "left" && empty:
		c.at = max(c.at-1, 0)
	case key == "right" && empty:
		c.at = min(c.at+1, len(c.items))
	case (key == "alt+left" || key == "alt+right") && empty:
		c.move(map[string]int{"alt+left": -1, "alt+right": 1}[key])
	case key == "backspace" && empty && len(c.items) > 0:
		if c.at == len(c.items) {
			c.at--
		}
		c.remove()
	case key == "delete" && empty && c.at < len(c.items):
		c.remove()
	default:
		return false
	}
	return true
}

func (c *chips) remove() {
	c.items = slices.Delete(slices.Clone(c.items), c.at, c.at+1)
}

// move changes the place of the chosen item.
func (c *chips) move(by int) {
	to := c.at + by
	if c.at >= len(c.items) || to < 0 || to >= len(c.items) {
		return
	}
	c.items = slices.Clone(c.items)
	c.items[c.at], c.items[to] = c.items[to], c.items[c.at]
	c.at = to
}

// suggestions are the known values that are not in the list and begin like the input.
func (c chips) suggestions() []string {
	var found []string
	for _, v := range c.param.Values {
		if strings.HasPrefix(v, c.input.Value()) && !slices.Contains(c.items, v) {
			found = append(found, v)
		}
	}
	return found
}

// View shows the items as chips, the input behind them and the wire text.
func (c chips) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	body := aboutLines(c.param, w, th)
	var l text.Line
	for i, s := range c.items {
		chip, style := text.Truncate(visible.Clean(head(s, 200)), w-3), th.Text
		if i == c.at {
			style = th.Selected
		}
		if l.Width()+text.Width(chip)+3 > w {
			body, l = append(body, l), nil
		}
		l = append(l, text.Span{Text: "[", Style: th.Muted}, text.Span{Text: chip, Style: style}, text.Span{Text: "] ", Style: th.Muted})
	}
	if l != nil {
		body = append(body, l)
	}
	cursor := &dialog.Point{X: 2 + c.input.CursorX(max(w-2, 1)), Y: len(body)}
	body = append(body, append(text.Line{{Text: "+ ", Style: th.Accent}}, c.input.View(max(w-2, 1), true, th)...))
	if s := c.suggestions(); len(s) > 0 {
		body = append(body, text.WrapWords(text.Line{{Text: "known: " + visible.Clean(strings.Join(s, " ")), Style: th.Muted}}, w)...)
	}
	tail := []text.Line{nil}
	if c.notice != "" {
		tail = text.WrapWords(text.Line{{Text: "! " + c.notice, Style: th.Warn}}, w)
	}
	tail = append(tail, wireLines(c.param.Name, c.value(), w, h, th)...)
	keys := []visible.Text{"enter", "adds", "← →", "choose", "alt+← →", "move", "backspace", "removes"}
	if len(c.param.Values) > 0 {
		keys = append(keys, "tab", "takes a known one")
	}
	tail = append(tail, keyLine(w, th, append(keys, "esc", "done")...)...)
	body, cursor.Y = fitted(body, tail, cursor.Y, w, h)
	return visible.Clean(c.param.Name), body, cursor
}

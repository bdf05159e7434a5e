package ui

import (
	"bytes"
	"encoding/json"
	"slices"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// sideBySide is the width from which two uploads stand side by side.
const sideBySide = 100

// mostCompared bounds a value that is compared, in bytes.
const mostCompared = 4000

// comparePast shows two uploads of the history.
func (m Model) comparePast(a, b string) (tea.Model, tea.Cmd) {
	x, ok := m.pastByID(a)
	y, ok2 := m.pastByID(b)
	if !ok || !ok2 {
		return m, nil
	}
	m.dialogs = m.pushed(newCompareView(x, y))
	return m, nil
}

// pair is a fact of two uploads; in says which of them have it.
type pair struct {
	name   string
	values [2]string
	in     [2]bool
}

func (p pair) differs() bool { return p.values[0] != p.values[1] || p.in[0] != p.in[1] }

// compareView shows what two uploads differ in: each fact on a row of its own, side by
// side where there is room, else one below the other.
type compareView struct {
	heads  [2]visible.Text
	pairs  []pair
	scroll int
}

func newCompareView(x, y Past) compareView {
	var c compareView
	for i, p := range []Past{x, y} {
		c.heads[i] = visible.Clean(p.At.Local().Format("2 January 15:04:05") + "  " + cutTo(p.Outcome, 40))
		for _, f := range p.compared() {
			at := slices.IndexFunc(c.pairs, func(q pair) bool { return q.name == f.name })
			if at < 0 {
				at = len(c.pairs)
				c.pairs = append(c.pairs, pair{name: f.name})
			}
			c.pairs[at].values[i], c.pairs[at].in[i] = cutTo(f.value, mostCompared), true
		}
	}
	return c
}

// compared are the facts of an upload, with those of the answer one by one.
func (p Past) compared() []fact {
	all := p.facts()
	if at := len(all) - 1; all[at].name == "answer" {
		if parts, ok := answerFacts(p.Answer); ok {
			all = append(all[:at:at], parts...)
		}
	}
	return all
}

// answerFacts are the members of an answer that is a JSON object.
func answerFacts(answer string) ([]fact, bool) {
	d := json.NewDecoder(bytes.NewReader([]byte(answer)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	var out []fact
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return nil, false
		}
		said := string(value)
		if s := ""; json.Unmarshal(value, &s) == nil && len(value) > 0 && value[0] == '"' {
			said = s
		}
		key, _ := name.(string)
		out = append(out, fact{"answer " + key, said})
	}
	return out, true
}

// Wide asks for the whole width.
func (c compareView) Wide() {}

// Update scrolls, copies or closes.
func (c compareView) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	r, act := dialog.Read{Body: c.lines(sideBySide, theme.Theme{}), Scroll: c.scroll}.Update(msg)
	c.scroll = r.(dialog.Read).Scroll
	return c, act
}

func (c compareView) read(w int, th theme.Theme) dialog.Read {
	return dialog.Read{Title: "Two uploads", Body: c.lines(w, th), Scroll: c.scroll}
}

func (c compareView) fit(w, h int) compareView {
	c.scroll = c.read(w, theme.Theme{}).Fit(w, h).Scroll
	return c
}

// View shows as much as there is room for.
func (c compareView) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	return c.read(w, th).View(w, h, th)
}

// lines are the heads, how many facts differ, and the facts.
func (c compareView) lines(w int, th theme.Theme) []text.Line {
	n := 0
	for _, p := range c.pairs {
		if p.differs() {
			n++
		}
	}
	said := text.Plain(widget.Count(n)+" of "+widget.Count(len(c.pairs))+" differ, marked ≠; ▸ is where the difference begins", th.Muted)
	if w >= sideBySide {
		return c.columns(w, th, said)
	}
	return c.stacked(w, th, said)
}

// columns puts the two side by side.
func (c compareView) columns(w int, th theme.Theme, said text.Line) []text.Line {
	name := 0
	for _, p := range c.pairs {
		name = max(name, text.Width(visible.Clean(cutTo(p.name, 60))))
	}
	name = min(name, 20)
	side := (w - name - 2 - 2*2) / 2
	row := func(first text.Line, cells [2][]text.Line) []text.Line {
		var out []text.Line
		for i := range max(len(cells[0]), len(cells[1]), 1) {
			l := text.Line{}
			if i == 0 {
				l = append(l, text.Cut(first, name+2)...)
			}
			for k, at := range []int{name + 2 + 2, name + 2 + 2 + side + 2} {
				l = append(l, text.Span{Text: widget.Blank(at - l.Width()), Style: th.Text})
				if i < len(cells[k]) {
					l = append(l, cells[k][i]...)
				}
			}
			out = append(out, l)
		}
		return out
	}
	heads := [2][]text.Line{}
	for i, h := range c.heads {
		heads[i] = []text.Line{text.Cut(text.Line{{Text: widget.Count(i+1) + " ", Style: th.Key}, {Text: h, Style: th.Title}}, side)}
	}
	lines := append(append([]text.Line{said}, row(nil, heads)...), nil)
	for _, p := range c.pairs {
		var cells [2][]text.Line
		for k := range cells {
			cells[k] = text.WrapLine(p.value(k, th), side)
		}
		lines = append(lines, row(p.label(th), cells)...)
	}
	return lines
}

// stacked puts what differs one below the other, and says what is the same.
func (c compareView) stacked(w int, th theme.Theme, said text.Line) []text.Line {
	lines := []text.Line{said}
	for i, h := range c.heads {
		lines = append(lines, text.Line{{Text: widget.Count(i+1) + " ", Style: th.Key}, {Text: h, Style: th.Title}})
	}
	lines = append(lines, nil)
	same := visible.Text("")
	for _, p := range c.pairs {
		if !p.differs() {
			if same != "" {
				same += ", "
			}
			same += visible.Clean(cutTo(p.name, 60))
			continue
		}
		lines = append(lines, p.label(th))
		for k := range 2 {
			for i, l := range text.WrapLine(p.value(k, th), max(w-4, 1)) {
				mark := widget.Count(k + 1)
				if i > 0 {
					mark = " "
				}
				lines = append(lines, append(text.Line{{Text: "  " + mark + " ", Style: th.Key}}, l...))
			}
		}
	}
	if same != "" {
		lines = append(lines, nil, text.Plain("the same: "+same, th.Muted))
	}
	return lines
}

// label is the fact's name, with the sign of a difference.
func (p pair) label(th theme.Theme) text.Line {
	name := visible.Clean(cutTo(p.name, 60))
	if p.differs() {
		return text.Line{{Text: "≠ ", Style: th.Warn}, {Text: name, Style: th.Warn}}
	}
	return text.Line{{Text: "= ", Style: th.Muted}, {Text: name, Style: th.Muted}}
}

// value is one side, with the place where the difference begins.
func (p pair) value(k int, th theme.Theme) text.Line {
	v := p.values[k]
	switch {
	case !p.in[k]:
		return text.Plain("(not there)", th.Muted)
	case !p.differs():
		return text.Plain(visible.Clean(v), th.Muted)
	case !p.in[1-k]:
		return text.Plain(visible.Clean(v), th.Text)
	}
	cut := min(firstDifference(p.values[0], p.values[1]), len(v))
	l := text.Line{{Text: visible.Clean(v[:cut]), Style: th.Muted}}
	if cut > 0 {
		l = append(l, text.Span{Text: "▸", Style: th.Warn})
	}
	return append(l, text.Span{Text: visible.Clean(v[cut:]), Style: th.Text})
}

// firstDifference is the first byte in which two texts differ, at the start of a
// character.
func firstDifference(a, b string) int {
	at := 0
	for i, r := range a {
		n := len(string(r))
		if i+n > len(a) || i+n > len(b) || a[i:i+n] != b[i:i+n] {
			break
		}
		at = i + n
	}
	return at
}

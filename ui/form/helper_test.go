package form

import (
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/ui/theme"
	"signpost/uploader"
)

const sampleURL = "http://127.0.0.1:8787/sample/sample.jpg"

// evil is what hostile text tries: controls, bidirectional and invisible characters,
// line ends, and bytes that are no UTF-8.
const evil = "x\x1b]52;c;aGk=\x07\u009b31m\x90q\u202egnp\u200b\x7f\r\n\x00\xffy"

// press makes the message of a key by its name; a single character is typed.
func press(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	}
	if c, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	if k, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(k[0]), Mod: tea.ModCtrl}
	}
	if name == "shift+tab" {
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	}
	if name == " " || name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// drive presses keys: names between < and >, everything else is typed. act is the last
// action.
func drive(t testing.TB, m Model, steps string) (_ Model, act Action) {
	t.Helper()
	for steps != "" {
		var msg tea.Msg
		if name, rest, ok := strings.Cut(steps[1:], ">"); steps[0] == '<' && ok {
			msg, steps = press(name), rest
			if content, is := strings.CutPrefix(name, "paste:"); is {
				msg = tea.PasteMsg{Content: content}
			}
		} else {
			r := string([]rune(steps)[0])
			msg, steps = press(r), steps[len(r):]
		}
		m, act = m.Update(msg)
		sound(t, m)
	}
	return m, act
}

// sound checks what holds after every key: the focus is on a row that can have it, and
// each field shows what the draft has.
func sound(t testing.TB, m Model) {
	t.Helper()
	if m.rows[m.focus].kind == rowHeading {
		t.Fatalf("the heading %q has the focus", m.rows[m.focus].text)
	}
	if len(m.fields) != len(m.rows) {
		t.Fatalf("%d fields for %d rows", len(m.fields), len(m.rows))
	}
	for i, r := range m.rows {
		if got, want := m.fields[i].Value(), m.value(r); got != want {
			t.Fatalf("row %d of %s shows %q, the draft has %q", i, m.nameOf(r), got, want)
		}
	}
}

// shown draws the form and checks the frame: exactly as large as it shall be, the cursor
// on the focused row, nothing in it that a terminal obeys (threat T1).
func shown(t testing.TB, m Model, w, h int) string {
	t.Helper()
	m.SetSize(w, h)
	lines := m.Lines()
	if len(lines) != h {
		t.Errorf("%d lines in %d by %d", len(lines), w, h)
	}
	var b strings.Builder
	focused := -1
	for i, l := range lines {
		if l.Width() > w {
			t.Errorf("line %d has %d cells in %d by %d: %q", i, l.Width(), w, h, l.PlainText())
		}
		if strings.HasPrefix(l.PlainText(), "▸") {
			focused = i
		}
		b.WriteString(strings.TrimRight(l.PlainText(), " ") + "\n")
	}
	if focused < 0 {
		t.Errorf("the focused row is out of sight in %d by %d:\n%s", w, h, b.String())
	}
	if x, y, ok := m.Cursor(); ok && (x < 0 || x >= w || y != focused) {
		t.Errorf("the cursor is at %d,%d in %d by %d, the focus on line %d", x, y, w, h, focused)
	}
	for _, r := range b.String() {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar) {
			t.Errorf("%U is drawn in %q", r, b.String())
			break
		}
	}
	return b.String()
}

// draft has parameters: name=value, or name alone for an empty one, with a - in front
// for one that is switched off.
func draft(params ...string) uploader.Draft {
	d := uploader.Draft{File: uploader.SampleToken, ResourceType: "image", Timestamp: "1315060510", Auth: uploader.AuthSigned}
	for _, p := range params {
		p, off := strings.CutPrefix(p, "-")
		name, value, _ := strings.Cut(p, "=")
		d.Params = append(d.Params, uploader.DraftParam{Param: signer.Param{Name: name, Value: value}, Off: off})
	}
	return d
}

// set is what a draft has, in the words of [draft].
func set(d uploader.Draft) string {
	var list []string
	for _, p := range d.Params {
		s := p.Name + "=" + p.Value
		if p.Off {
			s = "-" + s
		}
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

// form is a form of 64 by 30 cells with a view and the focus on a parameter.
func form(t testing.TB, v View, focus string, params ...string) Model {
	t.Helper()
	m := New(draft(params...), sampleURL, theme.New(true))
	m.SetSize(64, 30)
	m.SetView(v)
	if focus != "" && !m.focusOn(focus) {
		t.Fatalf("there is no row of %s", focus)
	}
	sound(t, m)
	return m
}

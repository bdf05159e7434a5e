package editor

import (
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/dialog"
	"signpost/ui/theme"
	"signpost/uploader/catalog"
)

// evil is what hostile text tries: controls of both kinds, bidirectional and invisible
// characters, line ends, and bytes that are no UTF-8.
const evil = "x\x1b]52;c;aGk=\x07\u009b31m\x90q\u202egnp\u200b\u2066\x7f\r\n\x00\xffy"

// nasty are values that an editor must not damage.
var nasty = []string{
	"", " ", ",", ",,", "a,,b", "a,", ",a", "a, b", "|", "||", "a|", "|a", "a||b", "=", "a=", "=b", "a=b=c", "a=b|", "a=b||c=d",
	`a=\=b`, `a=\|b`, `a=\`, `a=\\`, `\`, `a\=b=c`, "a=1|a=2", "1,2,3,4", "1,2,3,4|", "1,2,3|4", "1,2,3,4,5", "-1,x,,4", "1, 2, 3, 4", "0,0,0,0|1,1,1,1",
	"{", "{}", "[]", "null", "1", "true", ` {"a" : 1.0} `, `{"a":1,"a":2}`, `{"a":1e400}`, `{"b":1,"a":[1,2,{"c":"é\u0000"}]}`, "{\"a\":\n1}", `"\ud800"`, "[1,]",
	"line\n", "\nline", "a\r\nb", "\r", "\t", "a\n\n\nb", "日本語,e\u0301", "👩‍👩‍👧‍👦|🇩🇪", evil, evil + "|" + evil, evil + "=" + evil, "w_400/", "w_400//", "/", "c_fill,w_400/e_sepia|", strings.Repeat("a,", 1200), strings.Repeat("k=v|", 300) + "k=v",
}

// key makes the message of a key by its name; a single character is typed.
func key(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	}
	var mod tea.KeyMod
	rest := name
	for prefix, m := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt, "shift+": tea.ModShift} {
		if after, ok := strings.CutPrefix(name, prefix); ok {
			rest, mod = after, m
		}
	}
	if c, ok := codes[rest]; ok {
		return tea.KeyPressMsg{Code: c, Mod: mod}
	}
	r := []rune(rest)
	if mod != 0 {
		return tea.KeyPressMsg{Code: r[0], Mod: mod}
	}
	if name == " " {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	return tea.KeyPressMsg{Code: r[0], Text: name}
}

// messages turns steps into messages: <name> is a key, <paste:text> a paste, and
// everything else is typed.
func messages(steps string) []tea.Msg {
	var msgs []tea.Msg
	for steps != "" {
		if name, rest, ok := strings.Cut(steps[1:], ">"); steps[0] == '<' && ok {
			if content, is := strings.CutPrefix(name, "paste:"); is {
				msgs = append(msgs, tea.PasteMsg{Content: content})
			} else {
				msgs = append(msgs, key(name))
			}
			steps = rest
			continue
		}
		r := []rune(steps)[0]
		msgs = append(msgs, key(string(r)))
		steps = steps[len(string(r)):]
	}
	return msgs
}

// drive hands the steps to a dialog; no step may leave it.
func drive(t *testing.T, d dialog.Dialog, steps string) dialog.Dialog {
	t.Helper()
	for _, msg := range messages(steps) {
		next, act := d.Update(msg)
		if _, stays := act.(dialog.Staying); act != nil && !stays {
			t.Fatalf("%q: %v answers %#v", steps, msg, act)
		}
		d = next
	}
	return d
}

// leave leaves the editor: the value that it hands over, and whether it is another one.
func leave(t *testing.T, d dialog.Dialog, before string) (value string, changed bool) {
	t.Helper()
	_, act := d.Update(key("esc"))
	_, same := d.Update(key("ctrl+s"))
	if act != same {
		t.Errorf("esc answers %#v, ctrl+s %#v", act, same)
	}
	switch act := act.(type) {
	case dialog.Closed:
		return before, false
	case dialog.Edited:
		if act.Value == before {
			t.Errorf("%q is handed over as a change and is none", before)
		}
		return act.Value, true
	}
	t.Fatalf("leaving answers %#v", act)
	return "", false
}

// param is a parameter of the catalog.
func param(t testing.TB, name string) catalog.Param {
	t.Helper()
	p, ok := catalog.Lookup(name)
	if !ok {
		t.Fatalf("there is no parameter %s", name)
	}
	return p
}

// shown draws a dialog and checks the frame: not too large, the cursor in it, nothing in
// it that a terminal obeys (threat T1). It returns the title, the text, and the line of
// the cursor.
func shown(t testing.TB, d dialog.Dialog, w, h int) (title, content, cursorLine string) {
	t.Helper()
	t1, lines, point := d.View(w, h, theme.New(true))
	if len(lines) > h {
		t.Errorf("%T: %d lines in %d by %d", d, len(lines), w, h)
	}
	var b strings.Builder
	for i, l := range lines {
		if l.Width() > w {
			t.Errorf("%T: line %d has %d cells in %d by %d: %q", d, i, l.Width(), w, h, l.PlainText())
		}
		b.WriteString(strings.TrimRight(l.PlainText(), " ") + "\n")
	}
	for _, r := range b.String() + string(t1) {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar) {
			t.Errorf("%T: %U is drawn in %q", d, r, b.String())
			break
		}
	}
	if point != nil {
		if point.X < 0 || point.X >= w || point.Y < 0 || point.Y >= len(lines) {
			t.Errorf("%T: the cursor is at %d,%d in %d by %d with %d lines", d, point.X, point.Y, w, h, len(lines))
		} else {
			cursorLine = lines[point.Y].PlainText()
		}
	}
	return string(t1), b.String(), cursorLine
}

package editor

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/uploader/catalog"
)

// all are the editors of every parameter, and of one that is not in the catalog.
func all() []catalog.Param {
	return append(catalog.All(), catalog.Param{Name: "unheard_of", Type: catalog.Script, Meaning: "not in the catalog"})
}

// idle are keys that look at things and change none.
const idle = "<left><up><up><home><down><end><right><shift+tab><pgdown><pgup>"

// TestOpenAndLeave: a value that was only looked at stays as it was, byte for byte.
func TestOpenAndLeave(t *testing.T) {
	t.Parallel()
	for _, p := range all() {
		for _, value := range append(slices.Clone(nasty), p.Example) {
			d := New(p, value)
			if got, changed := leave(t, d, value); changed {
				t.Errorf("%s: %.80q is %.80q when its editor is left", p.Name, value, got)
			}
			d.View(60, 20, theme.New(true))
			if got, changed := leave(t, drive(t, d, idle), value); changed {
				t.Errorf("%s: %.80q is %.80q after keys that only move", p.Name, value, got)
			}
		}
	}
}

func FuzzOpenAndLeave(f *testing.F) {
	for i, value := range nasty {
		f.Add(i, value)
	}
	f.Fuzz(func(t *testing.T, i int, value string) {
		if len(value) > 4096 {
			return
		}
		params := all()
		p := params[uint(i)%uint(len(params))]
		d := New(p, value)
		shown(t, d, 60, 20)
		if got, changed := leave(t, drive(t, d, idle), value); changed {
			t.Errorf("%s: %q is %q when its editor is left", p.Name, value, got)
		}
	})
}

// TestTypes: each type has the editor that suits it, and values which that would damage
// open as text.
func TestTypes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value, want, title string }{
		{"tags", "a,b", "editor.chips", "tags"},
		{"context", "a=b", "editor.table", "context"},
		{"context", "a=b=c", "editor.block", "context as text: its table could not keep it as it is"},
		{"metadata", "no pair", "editor.block", "metadata as text: its table could not keep it as it is"},
		{"face_coordinates", "1,2,3,4", "editor.table", "face_coordinates"},
		{"face_coordinates", "1,2,3", "editor.block", "face_coordinates as text: its table could not keep it as it is"},
		{"custom_coordinates", "", "editor.table", "custom_coordinates"},
		{"eager", "w_1", "editor.eager", "eager"},
		{"transformation", "w_1|w_2", "editor.eager", "transformation"},
		{"regions", "{}", "editor.block", "regions"},
		{"eval", "x", "editor.block", "eval"},
		{"public_id", "x", "editor.block", "public_id"},
	} {
		d := New(param(t, c.name), c.value)
		title, _, _ := shown(t, d, 70, 20)
		if got := fmt.Sprintf("%T", d); got != c.want || title != c.title {
			t.Errorf("%s=%s: %s %q, want %s %q", c.name, c.value, got, title, c.want, c.title)
		}
	}
}

// widths and heights are the rooms that a frame must fit into.
var widths, heights = []int{20, 21, 33, 47, 72, 120}, []int{3, 4, 5, 7, 10, 18, 40}

// kinds are parameters with every editor, those with long words among them.
func kinds(t testing.TB) []catalog.Param {
	t.Helper()
	var list []catalog.Param
	for _, name := range []string{"allowed_formats", "context", "face_coordinates", "eager", "transformation", "access_control", "headers", "public_ids"} {
		list = append(list, param(t, name))
	}
	return list
}

// TestFramesFit: no room breaks a frame, and the line with the cursor is in it.
func TestFramesFit(t *testing.T) {
	t.Parallel()
	for _, p := range kinds(t) {
		for _, value := range []string{"", p.Example, evil, strings.Repeat("日本語,", 30), strings.Repeat("k=v|", 40) + "k=v", strings.Repeat("1,2,3,4|", 30) + "1,2,3,4", strings.Repeat("{\n", 50), strings.Repeat("w", 3000)} {
			d := New(p, value)
			for _, steps := range []string{"", "<up><up>", "<down><left>", "<alt+p>"} {
				d = drive(t, d, steps)
				for _, w := range widths {
					for _, h := range heights {
						shown(t, d, w, h)
						if t.Failed() {
							t.Fatalf("%s=%.40q after %q at %d by %d", p.Name, value, steps, w, h)
						}
					}
				}
			}
		}
	}
}

// TestCursorLine: however small the room is, what is typed is in sight.
func TestCursorLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value, steps string }{
		{"tags", strings.Repeat("some,", 40) + "z", "typed"},
		{"tags", "", "typed"},
		{"allowed_formats", "jpg", "typed"},
		{"context", strings.Repeat("k=v|", 20) + "k=v", "<up><up>typed"},
		{"context", "", "typed"},
		{"face_coordinates", "1,2,3,4", "<down>typed"},
		{"eager", strings.Repeat("w_1|", 20) + "w_2", "<down><down><down>,typed"},
		{"transformation", "w_1", ",typed"},
		{"regions", "{\n\n\n\n\n}", "<up><up>typed"},
		{"regions", "", "typed"},
		{"eval", strings.Repeat("x\n", 30), "typed"},
	} {
		d := drive(t, New(param(t, c.name), c.value), c.steps)
		for _, w := range widths {
			for _, h := range heights {
				_, content, line := shown(t, d, w, h)
				if !strings.Contains(line, "d") || w >= 47 && !strings.Contains(line, "typed") {
					t.Errorf("%s at %d by %d: the cursor is on %q of\n%s", c.name, w, h, line, content)
				}
			}
		}
	}
}

// TestKeysInSight: in the smallest terminal that the screen is drawn for, each editor
// says how it is left.
func TestKeysInSight(t *testing.T) {
	t.Parallel()
	for _, p := range all() {
		for _, value := range []string{p.Example, strings.Repeat("日本語,", 40), strings.Repeat("x\n", 30)} {
			if _, content, _ := shown(t, New(p, value), 52, 10); !strings.Contains(content, "esc done") {
				t.Errorf("%s=%.30q does not say how it is left:\n%s", p.Name, value, content)
			}
		}
	}
}

// TestT1Paste: what is pasted into any editor is never drawn as it is.
func TestT1Paste(t *testing.T) {
	t.Parallel()
	for _, p := range all() {
		for _, steps := range []string{"", "<enter>", "<tab>"} {
			d := drive(t, New(p, p.Example), steps)
			for range 2 {
				d, _ = d.Update(tea.PasteMsg{Content: evil})
				for _, w := range []int{20, 52, 100} {
					shown(t, d, w, 12)
				}
			}
		}
	}
	d, _ := Picker{Check: func(string) error { return fmt.Errorf("no: %s", evil) }}.Update(tea.PasteMsg{Content: evil})
	shown(t, d, 60, 20)
}

// alphabet is what the fuzzer presses.
var alphabet = []string{
	"<enter>", "<tab>", "<shift+tab>", "<up>", "<down>", "<left>", "<right>", "<home>", "<end>", "<backspace>", "<delete>", "<pgup>", "<pgdown>",
	"<alt+x>", "<ctrl+x>", "<alt+up>", "<alt+down>", "<alt+left>", "<alt+right>", "<alt+p>", "<alt+j>", "<alt+i>", "<alt+z>", "<ctrl+u>", "<ctrl+k>", "<ctrl+w>",
	"a", "1", " ", ",", "|", "=", `\`, "{", "}", `"`, "[", ":", "/", "_", "é", "日", "\u202e", "<paste:a=b|c=d>", "<paste:1,2,3,4|5>", "<paste:{\n\"a\":1}\n>", "<paste:" + evil + ">",
}

// FuzzKeys: whatever is pressed, nothing panics, no frame breaks, and what is handed
// over is what the editor showed.
func FuzzKeys(f *testing.F) {
	f.Add(0, "a=b", []byte{0, 1, 2, 3, 30, 40, 45})
	f.Add(17, "w_1|w_2", []byte{19, 4, 0, 13, 13, 13, 30})
	f.Fuzz(func(t *testing.T, i int, value string, keys []byte) {
		if len(value) > 1000 || len(keys) > 60 {
			return
		}
		params := all()
		p := params[uint(i)%uint(len(params))]
		d := New(p, value)
		for _, k := range keys {
			for _, msg := range messages(alphabet[int(k)%len(alphabet)]) {
				next, act := d.Update(msg)
				if _, stays := act.(dialog.Staying); act != nil && !stays {
					t.Fatalf("%v answers %#v", msg, act)
				}
				d = next
			}
			shown(t, d, 30, 8)
		}
		if e, ok := d.(eager); ok && e.presets {
			d, _ = d.Update(key("esc"))
		}
		got, _ := leave(t, d, value)
		again := New(p, got)
		if after, changed := leave(t, again, got); changed {
			t.Errorf("%s: %q is %q when it is opened again", p.Name, got, after)
		}
	})
}

// TestLongValues: a long value costs little to draw.
func TestLongValues(t *testing.T) {
	t.Parallel()
	for _, p := range all() {
		d := New(p, strings.Repeat("長い,=|", 20_000))
		var lines []text.Line
		_, lines, _ = d.View(72, 20, theme.New(true))
		bytes := 0
		for _, l := range lines {
			bytes += len(l.PlainText())
		}
		if bytes > 40_000 {
			t.Errorf("%s: %d bytes are drawn", p.Name, bytes)
		}
	}
}

package exports

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/theme"
	"signpost/uploader"
	"signpost/uploader/export"
)

// evil is what hostile text tries: controls, bidirectional and invisible characters,
// line ends, and bytes that are no UTF-8.
const evil = "x\x1b]52;c;aGk=\x07\u009b31m\x90q\u202egnp\u200b\x7f\r\n\x00\xffy"

// canary is the secret of the test's account. No screen shows it.
const canary = "Canary-7hq2LxZ0pQ9vRt5Yw"

func prepared(t testing.TB, file string, params ...string) uploader.Prepared {
	t.Helper()
	a := uploader.SandboxAccount("http://127.0.0.1:8787")
	a.Secret = signer.NewSecret(canary)
	d := uploader.TutorialDraft()
	for i := 0; i+1 < len(params); i += 2 {
		d = d.With(params[i], params[i+1])
	}
	f := uploader.ParseFile(file, uploader.FileOptions{Home: "/home/me"})
	p, err := uploader.Prepare(d, a, f, time.Unix(1315060510, 0))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func press(name string) tea.KeyPressMsg {
	codes := map[string]rune{"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "backspace": tea.KeyBackspace, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown}
	if c, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	if k, ok := strings.CutPrefix(name, "alt+"); ok {
		return tea.KeyPressMsg{Code: rune(k[0]), Mod: tea.ModAlt}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// drive presses keys, parted by blanks; text:x is typed.
func drive(t testing.TB, d dialog.Dialog, keys string) dialog.Dialog {
	t.Helper()
	for k := range strings.FieldsSeq(keys) {
		msgs := []tea.Msg{press(k)}
		if typed, ok := strings.CutPrefix(k, "text:"); ok {
			msgs = nil
			for _, r := range typed {
				msgs = append(msgs, press(strings.ReplaceAll(string(r), "_", " ")))
			}
		}
		for _, msg := range msgs {
			next, act := d.Update(msg)
			if act != nil {
				t.Fatalf("%v answers %#v", msg, act)
			}
			d = next
			d.View(100, 16, theme.New(true))
		}
	}
	return d
}

// shown draws the chooser and checks the frame: not too large, the cursor in it, nothing
// in it that a terminal obeys (threat T1), no secret (threat T12).
func shown(t testing.TB, d dialog.Dialog, w, h int) string {
	t.Helper()
	_, lines, point := d.View(w, h, theme.New(true))
	if len(lines) > h {
		t.Errorf("%d lines in %d by %d", len(lines), w, h)
	}
	var b strings.Builder
	for i, l := range lines {
		if l.Width() > w {
			t.Errorf("line %d has %d cells in %d by %d: %q", i, l.Width(), w, h, l.PlainText())
		}
		b.WriteString(strings.TrimRight(l.PlainText(), " ") + "\n")
	}
	if point.X < 0 || point.X >= w || point.Y < 0 || point.Y >= len(lines) {
		t.Errorf("the cursor is at %d,%d in %d by %d", point.X, point.Y, w, h)
	}
	for _, r := range b.String() {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar) {
			t.Errorf("%U is drawn in %q", r, b.String())
			break
		}
	}
	if strings.Contains(b.String(), canary) {
		t.Errorf("the secret is drawn:\n%s", b.String())
	}
	return b.String()
}

// chosen is what enter takes.
func chosen(d dialog.Dialog) string {
	_, act := d.Update(press("enter"))
	p, _ := act.(dialog.Picked)
	return p.ID
}

// TestChoose: every format is in the list and can be taken; a search finds it by its ID.
func TestChoose(t *testing.T) {
	t.Parallel()
	p := prepared(t, "https://example.com/a.jpg")
	all := export.Formats()
	down := New(p, "")
	for i, f := range all {
		if got := New(p, f.ID); got.at != i {
			t.Errorf("%s: number %d is chosen first", f.ID, got.at)
		}
		found := drive(t, New(p, ""), "text:"+f.ID)
		if title := string(f.Title); !strings.Contains(shown(t, found, 120, 40), title[:min(len(title), 20)]) {
			t.Errorf("%s is not found by its name:\n%s", f.ID, shown(t, found, 120, 40))
		}
		_, err := f.Make(p)
		want := map[bool]string{true: f.ID}[err == nil]
		d := drive(t, down, strings.Repeat("down ", i))
		if got := chosen(d); got != want {
			t.Errorf("%d times down and enter takes %q, want %q (%v)", i, got, want, err)
		}
	}
	if got := chosen(drive(t, down, strings.Repeat("down ", len(all)+5))); got != all[len(all)-1].ID {
		t.Errorf("the end of the list is %q", got)
	}
	if got := chosen(drive(t, down, "down down up up up")); got != all[0].ID {
		t.Errorf("the beginning of the list is %q", got)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	m := New(prepared(t, "https://example.com/a.jpg"), "curl")
	for _, c := range []struct {
		key  string
		want dialog.Action
	}{
		{"enter", dialog.Picked{Tag: "export enter", ID: "curl"}}, {"alt+w", dialog.Picked{Tag: "export alt+w", ID: "curl"}}, {"alt+s", dialog.Picked{Tag: "export alt+s", ID: "curl"}},
		{"esc", dialog.Closed{}}, {"alt+y", dialog.Closed{}},
	} {
		if _, act := m.Update(press(c.key)); act != c.want {
			t.Errorf("%s: %#v", c.key, act)
		}
	}
	d := drive(t, m, "text:no_such_thing")
	if _, act := d.Update(press("enter")); act != nil || !strings.Contains(shown(t, d, 100, 20), "nothing is called that") {
		t.Errorf("nothing is taken as %#v:\n%s", act, shown(t, d, 100, 20))
	}
	d = drive(t, d, strings.Repeat("backspace ", 20))
	if got := chosen(d); got != export.Formats()[0].ID {
		t.Errorf("after the search %q is chosen", got)
	}
	if got := chosen(drive(t, m, "down down text:curl backspace backspace backspace backspace")); got != export.Formats()[0].ID {
		t.Errorf("a search begins at %q", got)
	}
}

// TestProof: how a format is proved stands above its text, and what it needs too.
func TestProof(t *testing.T) {
	t.Parallel()
	p := prepared(t, "https://example.com/a.jpg")
	for _, f := range export.Formats() {
		s, err := f.Make(p)
		content := strings.Join(strings.Fields(shown(t, New(p, f.ID), 200, 200)), " ")
		if err != nil {
			if !strings.Contains(content, strings.Join(strings.Fields(string(visible.Clean(err.Error()))), " ")) {
				t.Errorf("%s: it does not say why there is none: %v\n%s", f.ID, err, content)
			}
			continue
		}
		for _, want := range append([]string{string(proofWords[f.Proof])[:12]}, firstWords(s.Notes)...) {
			if !strings.Contains(content, want) {
				t.Errorf("%s does not show %q:\n%s", f.ID, want, content)
			}
		}
	}
	for _, proof := range []export.Proof{export.Executed, export.Parsed, export.Unchecked} {
		if proofWords[proof] == "" {
			t.Errorf("there are no words for %v", proof)
		}
	}
}

func firstWords(notes []string) (list []string) {
	for _, n := range notes {
		words := strings.Fields(string(visible.Clean(n)))
		list = append(list, strings.Join(words[:min(len(words), 3)], " "))
	}
	return list
}

// TestProblem: a format without a text says why, and cannot be taken.
func TestProblem(t *testing.T) {
	t.Parallel()
	m := New(prepared(t, "https://example.com/a.jpg"), "")
	m.choices[0].Problem = visible.Clean(errors.New("no: " + evil).Error())
	for _, k := range []string{"enter", "alt+w", "alt+s"} {
		if _, act := m.Update(press(k)); act != nil {
			t.Errorf("%s takes %#v", k, act)
		}
	}
	if content := shown(t, m, 100, 20); !strings.Contains(content, "no:") {
		t.Errorf("it does not say why:\n%s", content)
	}
}

// TestScroll: the text moves between its first line and its last, and one key back is
// one key back however often the end was pressed.
func TestScroll(t *testing.T) {
	t.Parallel()
	m := New(prepared(t, "https://example.com/a.jpg", "tags", strings.Repeat("tag,", 400)+"THE-END"), "curl")
	top := shown(t, m, 100, 16)
	end := drive(t, m, strings.Repeat("pgdown ", 60))
	if again := drive(t, end, strings.Repeat("pgup ", 60)); shown(t, again, 100, 16) != top {
		t.Error("the way back does not lead to the top")
	}
	wheel, _ := m.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	if shown(t, wheel, 100, 16) != top {
		t.Error("the wheel scrolls above the top")
	}
	if wheel, _ = m.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown}); shown(t, wheel, 100, 16) == top {
		t.Error("the wheel does not scroll")
	}
	last := shown(t, end, 100, 16)
	if shown(t, drive(t, end, "pgdown"), 100, 16) != last || shown(t, drive(t, end, "pgup"), 100, 16) == last {
		t.Error("a key back from the end does not go back")
	}
	if shown(t, drive(t, end, "down up"), 100, 16) != top {
		t.Error("another format does not begin at its top")
	}
}

// TestFrames: no room breaks the frame, whatever is in the request.
func TestFrames(t *testing.T) {
	t.Parallel()
	for _, p := range []uploader.Prepared{
		prepared(t, "https://example.com/a.jpg"), prepared(t, evil, "public_id", evil, "context", evil), prepared(t, "", "tags", strings.Repeat("日本語,", 3000)),
	} {
		for _, f := range export.Formats() {
			m := New(p, f.ID)
			for _, w := range []int{20, 41, 60, 89, 90, 120} {
				for _, h := range []int{3, 4, 6, 10, 40} {
					if shown(t, m, w, h); t.Failed() {
						t.Fatalf("%s at %d by %d", f.ID, w, h)
					}
				}
			}
		}
	}
	var d dialog.Dialog = New(prepared(t, "a.jpg"), "")
	for _, r := range strings.Repeat("\u202e日\u200b", 60) {
		d, _ = d.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	for _, w := range []int{20, 60, 120} {
		shown(t, d, w, 12)
	}
}

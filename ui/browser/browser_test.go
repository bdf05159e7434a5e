package browser

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/dialog"
	"signpost/ui/theme"
)

var day = time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)

// folders are what [drive] answers with.
var folders = map[string][]Entry{
	"/home/me": {
		{Name: "pictures", Dir: true, Modified: day}, {Name: "a.txt", Regular: true, Size: 5, Modified: day},
		{Name: ".profile", Regular: true, Size: 1, Modified: day},
	},
	"/home/me/pictures": {
		{Name: "img10.png", Regular: true, Size: 30, Modified: day}, {Name: "img2.png", Regular: true, Size: 20, Modified: day.Add(time.Hour)},
		{Name: "IMG1.png", Regular: true, Size: 10, Modified: day.Add(2 * time.Hour)}, {Name: "pipe", Modified: day},
	},
	"/home": {{Name: "me", Dir: true, Modified: day}},
	"/":     {{Name: "home", Dir: true, Modified: day}},
}

func press(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "tab": tea.KeyTab,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "esc": tea.KeyEscape, "insert": tea.KeyInsert, "pgdown": tea.KeyPgDown,
	}
	if c, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: c}
	}
	if k, ok := strings.CutPrefix(name, "alt+"); ok {
		return tea.KeyPressMsg{Code: rune(k[0]), Mod: tea.ModAlt}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// drive presses keys and answers what the browser asks for. It returns the browser and
// its last action that closes it.
func drive(t *testing.T, m Model, msgs ...tea.Msg) (Model, dialog.Action) {
	t.Helper()
	var last dialog.Action
	answer := func(act dialog.Action) tea.Msg {
		switch act := act.(type) {
		case dialog.ListRequested:
			entries, ok := folders[act.Dir]
			if !ok {
				return ListedMsg{Dir: act.Dir, Err: errors.New("there is no such folder")}
			}
			return ListedMsg{Dir: act.Dir, Entries: entries}
		case dialog.PictureRequested:
			return PictureMsg{Path: act.Path, Note: "1 × 1"}
		}
		last = act
		return nil
	}
	queue := append([]tea.Msg{answer(m.Init())}, msgs...)
	for len(queue) > 0 {
		d, act := m.Update(queue[0])
		m, queue = d.(Model), queue[1:]
		if a := answer(act); a != nil {
			queue = append([]tea.Msg{a}, queue...)
		}
	}
	return m, last
}

func keys(s string) (msgs []tea.Msg) {
	for k := range strings.FieldsSeq(s) {
		msgs = append(msgs, press(k))
	}
	return msgs
}

func names(m Model) string {
	var all []string
	for _, f := range m.shown {
		all = append(all, f.Name)
	}
	return strings.Join(all, " ")
}

func TestFinding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, dir, keys, want, folder string }{
		{"folders first, hidden left out", "/home/me", "", "pictures a.txt", "/home/me"},
		{"hidden", "/home/me", "alt+h", "pictures .profile a.txt", "/home/me"},
		{"a dot shows them", "/home/me", ".", ".profile a.txt", "/home/me"},
		{"numbers by value, letters without case", "/home/me/pictures", "", "IMG1.png img2.png img10.png pipe", "/home/me/pictures"},
		{"by size", "/home/me/pictures", "alt+s", "img10.png img2.png IMG1.png pipe", "/home/me/pictures"},
		{"by date", "/home/me/pictures", "alt+s alt+s", "IMG1.png img2.png img10.png pipe", "/home/me/pictures"},
		{"narrowed down", "/home/me/pictures", "i 1 0", "img10.png", "/home/me/pictures"},
		{"a capital letter means it", "/home/me/pictures", "I", "IMG1.png", "/home/me/pictures"},
		{"esc takes the typed text away", "/home/me/pictures", "1 0 esc", "IMG1.png img2.png img10.png pipe", "/home/me/pictures"},
		{"into a folder", "/home/me", "right", "IMG1.png img2.png img10.png pipe", "/home/me/pictures"},
		{"up", "/home/me/pictures", "left", "pictures a.txt", "/home/me"},
		{"up by backspace", "/home/me/pictures", "backspace backspace", "me", "/home"},
		{"the root has nothing above", "/home", "left left left", "home", "/"},
		{"a typed path", "/home", "/ h o m e / m e / p i c", "pictures", "/home/me"},
		{"home", "/", "~ / a", "a.txt", "/home/me"},
		{"a path is completed", "/", "~ / a tab", "a.txt", "/home/me"},
		{"a folder that is not there", "/", "/ x / y", "", "/x"},
	} {
		m, _ := drive(t, New(c.dir, "/home/me", "/"), keys(c.keys)...)
		if names(m) != c.want || m.dir != c.folder {
			t.Errorf("%s: got %q in %s, want %q in %s", c.name, names(m), m.dir, c.want, c.folder)
		}
	}
}

func TestChoosing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, keys string
		want       []string
	}{
		{"one", "enter", []string{"/home/me/pictures/IMG1.png"}},
		{"the best of what was typed", "1 0 enter", []string{"/home/me/pictures/img10.png"}},
		{"marked, in natural order", "down down insert up up insert enter", []string{"/home/me/pictures/img2.png", "/home/me/pictures/img10.png"}},
		{"all but what is no file", "alt+a enter", []string{"/home/me/pictures/IMG1.png", "/home/me/pictures/img2.png", "/home/me/pictures/img10.png"}},
		{"a pipe cannot be taken", "end enter", nil},
		{"marks stay in another folder", "insert left alt+x end insert enter", []string{"/home/me/a.txt", "/home/me/pictures/IMG1.png"}},
	} {
		_, act := drive(t, New("/home/me/pictures", "/home/me", "/"), keys(c.keys)...)
		chosen, _ := act.(dialog.FilesChosen)
		if !slices.Equal(chosen.Files, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, chosen.Files, c.want)
		}
	}
}

// TestDroppedPath: a path that a terminal pastes on a drop, quoted or escaped, is found.
func TestDroppedPath(t *testing.T) {
	t.Parallel()
	for _, paste := range []string{"/home/me/a.txt", "'/home/me/a.txt'", `"/home/me/a.txt" `, "file:///home/me/a.txt", "file:///home/me/%61.txt", `/home/me/a.txt`} {
		m, _ := drive(t, New("/", "/home/me", "/"), tea.PasteMsg{Content: paste})
		_, act := drive(t, m, press("enter"))
		_ = act
		if m.dir != "/home/me" || names(m) != "a.txt" {
			t.Errorf("%q: %q in %s", paste, names(m), m.dir)
		}
	}
}

func TestRemote(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		msgs []tea.Msg
		want string
	}{
		{"typed", append(keys("alt+r"), keys("a . b / c enter")...), "https://a.b/c"},
		{"another kind", append(keys("alt+r tab"), keys("b / k enter")...), "s3://b/k"},
		{"kind changed afterwards", append(append(keys("alt+r"), keys("b / k")...), keys("tab tab enter")...), "gs://b/k"},
		{"pasted", append(keys("alt+r"), tea.PasteMsg{Content: " ftp://a/b.jpg\n"}, press("enter")), "ftp://a/b.jpg"},
		{"nothing yet", keys("alt+r enter"), ""},
		{"back", keys("alt+r x esc down enter"), "/home/me/a.txt"},
	} {
		_, act := drive(t, New("/home/me", "/home/me", "/"), c.msgs...)
		chosen, _ := act.(dialog.FilesChosen)
		if got := strings.Join(chosen.Files, " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestLate: an answer for a folder or a file that is no longer looked at changes nothing.
func TestLate(t *testing.T) {
	t.Parallel()
	m, _ := drive(t, New("/home/me/pictures", "/home/me", "/"))
	d, _ := m.Update(ListedMsg{Dir: "/elsewhere", Entries: []Entry{{Name: "x"}}})
	d, _ = d.Update(PictureMsg{Path: "/elsewhere/x", Note: "late"})
	if m := d.(Model); names(m) != "IMG1.png img2.png img10.png pipe" || m.picture.Note == "late" {
		t.Errorf("got %q, %+v", names(m), m.picture)
	}
}

// TestFramesFit: at any size, with hostile names, nothing is drawn outside, and nothing
// hostile at all (threats T1 and T2).
func TestFramesFit(t *testing.T) {
	t.Parallel()
	m := New("/\x1b[31m\u202efolder", "/", "/")
	entries := []Entry{{Name: "a\x1b]0;x\x07.jpg", Regular: true, Size: 1 << 40, Modified: day}, {Name: strings.Repeat("日本語", 100), Dir: true, Modified: day}, {Name: "\u202e\t\n", Modified: day}}
	for i := range 50 {
		entries = append(entries, Entry{Name: fmt.Sprintf("file%d.png", i), Regular: true, Size: int64(i), Modified: day})
	}
	d, _ := m.Update(ListedMsg{Dir: m.dir, Entries: entries})
	d, _ = d.Update(press("insert"))
	th := theme.New(true)
	for _, set := range [][]tea.Msg{nil, keys("f i l"), keys("esc alt+r")} {
		for _, k := range set {
			d, _ = d.Update(k)
		}
		for w := 20; w <= 120; w += 7 {
			for h := 4; h <= 40; h += 5 {
				_, lines, cursor := d.View(w, h, th)
				if len(lines) > max(h, 6) {
					t.Errorf("%dx%d: %d lines", w, h, len(lines))
				}
				for _, l := range lines {
					if l.Width() > w {
						t.Errorf("%dx%d: %d cells: %q", w, h, l.Width(), l.PlainText())
					}
					if strings.ContainsAny(l.PlainText(), "\x1b\x07\u202e\t\n") {
						t.Fatalf("hostile: %q", l.PlainText())
					}
				}
				if cursor != nil && (cursor.X >= w+2 || cursor.Y >= max(h, 6)) {
					t.Errorf("%dx%d: the cursor is at %+v", w, h, cursor)
				}
			}
		}
	}
}

func TestNatural(t *testing.T) {
	t.Parallel()
	want := "1 2 02 10 a a1b a2 a10 B c"
	got := strings.Fields(want)
	slices.Reverse(got)
	slices.SortStableFunc(got, natural)
	got = slices.DeleteFunc(got, func(s string) bool { return s == "02" }) // as large as 2: either may be first
	if strings.Join(got, " ") != strings.Replace(want, " 02", "", 1) {
		t.Errorf("got %q", got)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	best := func(typed string, list ...string) string {
		score, name := -1000, ""
		for _, n := range list {
			if s, _, ok := match(n, typed); ok && s > score {
				score, name = s, n
			}
		}
		return name
	}
	for _, c := range []struct{ typed, want, other string }{
		{"log", "logo.png", "catalog.png"}, {"log", "my-logo.png", "catalog.png"}, {"mr", "MyReport.pdf", "summer.txt"},
		{"s10", "shot-10.png", "s-1-0.png"}, {"png", "a.png", "p_n_g.txt"},
	} {
		if got := best(c.typed, c.other, c.want); got != c.want {
			t.Errorf("%q: got %q, want %q", c.typed, got, c.want)
		}
	}
	if _, _, ok := match("abc", "acb"); ok {
		t.Error("letters out of order")
	}
}

// BenchmarkType types into a folder of 100,000 entries.
func BenchmarkType(b *testing.B) {
	var entries []Entry
	for i := range 100_000 {
		entries = append(entries, Entry{Name: fmt.Sprintf("picture-%06d.jpg", i), Regular: true})
	}
	d, _ := New("/x", "/", "/").Update(ListedMsg{Dir: "/x", Entries: entries})
	for b.Loop() {
		next, _ := d.Update(press("9"))
		next.View(100, 30, theme.New(true))
	}
}

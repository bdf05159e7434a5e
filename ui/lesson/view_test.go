package lesson_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/lesson"
	"signpost/ui/theme"
	"signpost/uploader"
)

var update = flag.Bool("update", false, "write the frames anew")

// screen is a lesson as it is opened, at the size that an 80 by 24 terminal leaves it.
func screen(t *testing.T, i int) lesson.Model {
	t.Helper()
	c := lesson.Embedded()
	m := lesson.New(c, nil, theme.New(true))
	m.SetSize(76, 20)
	m.Open(i)
	if c[i].Kind == lesson.Repair {
		r, err := c[i].Broken(account, file(c[i].Draft.File), now)
		if err != nil {
			t.Fatal(err)
		}
		m.SetRequest(r)
	}
	return m
}

// press types keys by name.
func press(m lesson.Model, names ...string) (lesson.Model, lesson.Action) {
	special := map[string]tea.KeyPressMsg{
		"tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "esc": {Code: tea.KeyEscape}, "end": {Code: tea.KeyEnd},
		"space": {Code: tea.KeySpace, Text: " "}, "down": {Code: tea.KeyDown}, "right": {Code: tea.KeyRight}, "left": {Code: tea.KeyLeft},
		"enter": {Code: tea.KeyEnter}, "backspace": {Code: tea.KeyBackspace}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "up": {Code: tea.KeyUp},
	}
	var act lesson.Action
	for _, n := range names {
		k, ok := special[n]
		if rest, alt := strings.CutPrefix(n, "alt+"); alt {
			k = tea.KeyPressMsg{Code: rune(rest[0]), Mod: tea.ModAlt}
		} else if rest, ctrl := strings.CutPrefix(n, "ctrl+"); ctrl {
			k = tea.KeyPressMsg{Code: rune(rest[0]), Mod: tea.ModCtrl}
		} else if !ok {
			k = tea.KeyPressMsg{Code: []rune(n)[0], Text: n}
		}
		m, act = m.Update(k)
	}
	return m, act
}

func shown(m lesson.Model) string {
	var b strings.Builder
	b.WriteString(string(m.Title()) + "\n")
	for _, l := range m.Lines() {
		b.WriteString(strings.TrimRight(l.PlainText(), " ") + "\n")
	}
	return b.String()
}

// TestLessonFrames keeps each lesson as it is shown on 80 by 24: its text page by page,
// and of a repair the request with the sandbox's answer and the strongest hint.
func TestLessonFrames(t *testing.T) {
	t.Parallel()
	for i, l := range lesson.Embedded() {
		t.Run(l.ID, func(t *testing.T) {
			t.Parallel()
			m := screen(t, i)
			got := shown(m)
			for page := got; ; {
				m, _ = press(m, "space")
				next := shown(m)
				if next == page {
					break
				}
				page = next
				got += "\n" + page
			}
			if l.Kind == lesson.Repair {
				m, _ = press(m, "tab", "alt+t", "alt+t", "alt+t")
				m.SetVerdict(judge(l, m.Request(), sender(t)))
				got += "\n" + shown(m)
			}
			path := filepath.Join("testdata", l.ID+".txt")
			if *update {
				if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil || got != string(want) {
				t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, want)
			}
		})
	}
}

// TestEverySize: no size breaks a lesson's screen, and the cursor stays inside.
func TestEverySize(t *testing.T) {
	t.Parallel()
	for _, i := range []int{0, 8, 17, 24} {
		m := screen(t, i)
		m.SetVerdict(lesson.Verdict{Tried: true, Status: 401, Said: strings.Repeat("long ", 200), ServerText: strings.Repeat("x=日本語&", 90)})
		for range 6 {
			m, _ = press(m, "tab", "alt+t")
			for w := 0; w < 170; w += 7 {
				for _, h := range []int{0, 1, 2, 5, 14, 20, 40} {
					m.SetSize(w, h)
					lines := m.Lines()
					if len(lines) != h {
						t.Fatalf("%d lines in %dx%d", len(lines), w, h)
					}
					for _, l := range lines {
						if l.Width() > w {
							t.Fatalf("%d cells in %dx%d: %q", l.Width(), w, h, l.PlainText())
						}
					}
					if x, y, ok := m.Cursor(); ok && w > 0 && h > 0 && (x < 0 || y < 0 || x >= w || y >= h) {
						t.Errorf("the cursor is at %d,%d in %dx%d", x, y, w, h)
					}
				}
			}
		}
	}
}

// TestMend repairs a request by typing, as the hint says, and the sandbox takes it.
func TestMend(t *testing.T) {
	t.Parallel()
	c := lesson.Embedded()
	send := sender(t)
	typed := func(s string) []string { return strings.Split(s, "") }
	for id, keys := range map[string][]string{
		"wrong-key":       slices.Concat([]string{"tab", "tab"}, repeat("down", 5), []string{"end", "backspace", "backspace"}, typed("45")),
		"unsigned-preset": slices.Concat([]string{"tab", "down", "end", "enter"}, typed("upload_preset=signed_only")),
		"no-signature":    slices.Concat([]string{"tab", "tab", "end", "enter"}, typed("signature=<signature>"), []string{"enter"}, typed("api_key=123456789012345")),
		"quoted":          slices.Concat(repeat("tab", 3), []string{"backspace", "ctrl+a", "ctrl+d"}),
		"newline":         slices.Concat(repeat("tab", 3), []string{"end", "backspace"}),
		"hmac":            slices.Concat(repeat("tab", 4), []string{"left", "left"}),
		"empty":           {"tab", "ctrl+k", "ctrl+d"},
	} {
		i := c.Find(id)
		m, _ := press(screen(t, i), keys...)
		if v := judge(c[i], m.Request(), send); !v.OK {
			t.Errorf("%s: %+v\n%s", id, v, shown(m))
		}
	}
}

func repeat(key string, n int) []string { return slices.Repeat([]string{key}, n) }

// TestActions: each key asks for what it says, and letters are typed where there is a text.
func TestActions(t *testing.T) {
	t.Parallel()
	at := lesson.Embedded().Find("quoted")
	for key, want := range map[string]lesson.Action{
		"c": lesson.CheckRequested{}, "ctrl+s": lesson.CheckRequested{}, "n": lesson.OpenRequested{Index: at + 1}, "p": lesson.OpenRequested{Index: at - 1},
		"l": lesson.ListRequested{}, "e": lesson.FormRequested{}, "r": lesson.ResetRequested{}, "s": lesson.SolutionRequested{},
		"u": lesson.CatchUpRequested{}, "ctrl+t": lesson.RenewRequested{}, "esc": lesson.LeaveRequested{}, "x": nil, "t": nil, "tab": nil,
	} {
		if _, act := press(screen(t, at), key); act != want {
			t.Errorf("%s: %#v", key, act)
		}
		if len(key) > 1 || key == "x" {
			continue
		}
		m, act := press(screen(t, at), "tab", "tab", "alt+"+key)
		if act != want || m.Request().Fields[0].Name != "public_id" {
			t.Errorf("alt+%s in the request: %#v", key, act)
		}
		if m, act = press(m, key); act != nil || m.Request().Fields[0].Name != key+"public_id" {
			t.Errorf("%s in the request: %#v, %v", key, act, m.Request().Fields[0])
		}
	}
	m, act := press(screen(t, at), "tab", "esc")
	if act != nil {
		t.Error("esc leaves the lesson from within the request")
	}
	if _, act = press(m, "esc"); act != (lesson.LeaveRequested{}) {
		t.Error("esc does not leave the lesson")
	}
	m.SetChecking()
	if _, act = press(m, "c"); act != nil {
		t.Error("a check begins while another one runs")
	}
	empty := lesson.New(nil, nil, theme.New(true))
	empty.SetSize(10, 3)
	if _, act := press(empty, "c"); act != (lesson.LeaveRequested{}) || len(empty.Lines()) != 3 || empty.FooterKeys() != nil {
		t.Error("a course without lessons")
	}
}

// TestClick: a click puts the focus on the part that it is on, in both layouts.
func TestClick(t *testing.T) {
	t.Parallel()
	typed := func(m lesson.Model, x, y int) string {
		m, _ = m.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
		m, _ = press(m, "Q", "right")
		r := m.Request()
		return fmt.Sprintf("%s|%s|%s|%s|%s", r.Text[:1], r.Fields[0].Name[:1], r.Secret, r.Cloud, r.Hash)
	}
	at := lesson.Embedded().Find("quoted")
	narrow, _ := press(screen(t, at), "tab", "tab")
	wide := screen(t, at)
	wide.SetSize(116, 32)
	for name, c := range map[string]struct {
		m    lesson.Model
		x, y int
		want string
	}{
		"signed":      {narrow, 3, 1, "Q|p|\"abcd\"|demo|sha1"},
		"sent":        {narrow, 45, 2, "p|Q|\"abcd\"|demo|sha1"},
		"secret":      {narrow, 9, 6, "p|p|\"abcd\"Q|demo|sha1"},
		"hash":        {narrow, 18, 6, "p|p|\"abcd\"|demo|sha256"},
		"cloud":       {narrow, 34, 6, "p|p|\"abcd\"|demoQ|sha1"},
		"wide signed": {wide, 61, 1, "Q|p|\"abcd\"|demo|sha1"},
		"wide cloud":  {wide, 92, 6, "p|p|\"abcd\"|demoQ|sha1"},
		"wide text":   {wide, 5, 1, "p|p|\"abcd\"|demo|sha1"},
	} {
		if got := typed(c.m, c.x, c.y); got != c.want {
			t.Errorf("%s: %s, want %s\n%s", name, got, c.want, shown(c.m))
		}
	}
}

// TestOldVerdict: after a change the answer is said to be about another request.
func TestOldVerdict(t *testing.T) {
	t.Parallel()
	m, _ := press(screen(t, lesson.Embedded().Find("quoted")), "tab")
	m.SetVerdict(lesson.Verdict{Tried: true, Status: 401, Said: "no"})
	if s := shown(m); !strings.Contains(s, "401 no") {
		t.Error(s)
	}
	if m, _ = press(m, "right"); strings.Contains(shown(m), "changed since") {
		t.Error("moving the cursor counts as a change")
	}
	if m, _ = press(m, "x"); !strings.Contains(shown(m), "changed since") {
		t.Error(shown(m))
	}
	m.SetVerdict(lesson.Verdict{Tried: true, Status: 400, Said: "Stale request - reported time is long ago"})
	if !strings.Contains(shown(m), "ctrl+t takes the time") {
		t.Error(shown(m))
	}
	late := screen(t, lesson.Embedded().Find("stale"))
	late.SetVerdict(lesson.Verdict{Tried: true, Status: 400, Said: "Stale request - reported time is long ago"})
	if strings.Contains(shown(late), "ctrl+t") {
		t.Error("the lesson about it gives the answer away")
	}
	m, _ = m.Update(tea.PasteMsg{Content: "yz"})
	if !strings.Contains(m.Request().Text, "xyz") {
		t.Errorf("pasted: %s", m.Request().Text)
	}
}

// TestHostileCourse: a course of somebody else's cannot write to the terminal.
func TestHostileCourse(t *testing.T) {
	t.Parallel()
	const evil = "\x1b[2J\u202e\x07"
	text := "---\nid: a\norder: 1\ntitle: T" + evil + "\nkind: repair\nparam: tags=x" + evil + "\nmistake: unsigned tags\nsays: x\nhint: h" + evil + "\nlearn: l" + evil + "\n---\n# H" + evil + "\n`" + evil + "`\n"
	c, problems := lesson.Read([]lesson.Source{{Name: "f" + evil, Text: text}})
	if len(c) != 1 {
		t.Fatal(problems)
	}
	m := lesson.New(c, nil, theme.New(true))
	m.SetSize(76, 20)
	m.Open(0)
	r, err := c[0].Broken(account, uploader.File{Kind: uploader.FileHTTP, Text: base}, now)
	if err != nil {
		t.Fatal(err)
	}
	m.SetRequest(r)
	all := shown(m)
	for _, v := range []lesson.Verdict{{Tried: true, OK: true}, {Tried: true, Said: evil, Why: evil, ServerText: evil, Status: 400}} {
		m.SetVerdict(v)
		m, _ = press(m, "tab", "alt+t")
		all += shown(m)
	}
	if strings.ContainsAny(all, evil[:1]+"\u202e\x07") || !strings.Contains(all, "T") {
		t.Errorf("%q", all)
	}
}

func ExampleProblem() {
	_, problems := lesson.Read([]lesson.Source{{Name: "13.md", Text: "---\nid: a\nkind: play\n---\n"}})
	fmt.Println(problems[0])
	// Output: 13.md:3: kind "play" is unknown: use read, do or repair
}

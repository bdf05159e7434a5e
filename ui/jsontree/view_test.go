package jsontree

import (
	"bytes"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/theme"
)

// numbers is an array of n numbers, one a line.
func numbers(n int) string {
	var b strings.Builder
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(i))
	}
	return b.String() + "]"
}

// TestCursorInSight: wherever the keys and the wheel lead, the line of the cursor is
// drawn, also above the line of a search.
func TestCursorInSight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		keys []string
		want string // the line of the cursor
	}{
		{"start", nil, "▌ ▾ ["},
		{"down", strings.Split(strings.Repeat("j", 30), ""), "▌     29"},
		{"end", []string{"G"}, "▌   ]"},
		{"last match", []string{"/", "9", "9", "enter"}, "▌     99"},
		{"end with a search", []string{"/", "9", "enter", "G"}, "▌   ]"},
		{"round the end", []string{"/", "9", "8", "enter", "n"}, "▌     98"},
		{"backwards", []string{"/", "9", "enter", "N"}, "▌     99"},
		{"search at the end", []string{"G", "/", "7", "enter"}, "▌     7"},
		{"typing at the end", []string{"G", "/"}, "▌   ]"},
	} {
		for _, h := range []int{2, 5, 12, 200} {
			m, _ := press(viewer(t, numbers(100), 40, h), c.keys...)
			got := ""
			for _, l := range m.Lines() {
				if strings.HasPrefix(l.PlainText(), "▌") {
					got = strings.TrimRight(l.PlainText(), " ")
				}
			}
			if got != c.want || len(m.Lines()) != h {
				t.Errorf("%s in %d rows: cursor at %q, want %q", c.name, h, got, c.want)
			}
		}
	}
}

// TestMatchInContext: a match that was out of sight comes with what stands around it.
func TestMatchInContext(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{"/", "5", "5", "enter"}, {"-", "/", "5", "5", "enter"}, {"G", "/", "5", "5", "enter"}} {
		m, _ := press(viewer(t, "["+numbers(100)+"]", 40, 13), keys...)
		if m.at != 57 || m.top != 53 {
			t.Errorf("%v: the cursor is on line %d, the first is %d", keys, m.at, m.top)
		}
		if m, _ = press(m, "n"); m.top != 53 {
			t.Errorf("%v: the only match moves to %d", keys, m.top)
		}
	}
}

func TestWheel(t *testing.T) {
	t.Parallel()
	wheel := func(m Model, b tea.MouseButton, n int) Model {
		for range n {
			m, _ = m.Update(tea.MouseWheelMsg{Button: b})
		}
		return m
	}
	m := wheel(viewer(t, numbers(100), 40, 10), tea.MouseWheelDown, 2)
	if m.top != 6 || m.at != 6 {
		t.Errorf("two turns down: top %d, cursor %d", m.top, m.at)
	}
	if m = wheel(m, tea.MouseWheelUp, 1); m.top != 3 || m.at != 6 {
		t.Errorf("one turn up: top %d, cursor %d", m.top, m.at)
	}
	if m = wheel(m, tea.MouseWheelDown, 100); m.top != 102-10 {
		t.Errorf("to the end: top %d", m.top)
	}
	if m = wheel(m, tea.MouseWheelUp, 100); m.top != 0 || m.at != 9 {
		t.Errorf("to the start: top %d, cursor %d", m.top, m.at)
	}
}

func TestClick(t *testing.T) {
	t.Parallel()
	const doc = `{"a":{"b":[1,2],"c":[]},"d":3}`
	for _, c := range []struct {
		x, y         int
		lines, atRow int
	}{
		{4, 1, 4, 1},   // the marker of a
		{5, 1, 4, 1},   // its other cell
		{6, 1, 11, 1},  // its name
		{3, 1, 11, 1},  // in front of it
		{2, 0, 1, 0},   // the marker of the document
		{6, 2, 8, 2},   // the marker of b
		{8, 6, 11, 6},  // c is empty: nothing to fold
		{0, 99, 11, 0}, // below
		{0, -1, 11, 0}, // above
	} {
		m := viewer(t, doc, 40, 20)
		m, _ = m.Update(tea.MouseClickMsg{X: c.x, Y: c.y, Button: tea.MouseLeft})
		if m.length() != c.lines || m.at != c.atRow {
			t.Errorf("a click at %d,%d: %d lines, cursor in row %d", c.x, c.y, m.length(), m.at)
		}
	}
	m := viewer(t, doc, 40, 20)
	for _, want := range []int{11, 4, 11} { // a click on the name moves the cursor, the next one folds
		m, _ = m.Update(tea.MouseClickMsg{X: 8, Y: 1, Button: tea.MouseLeft})
		if m.length() != want {
			t.Errorf("%d lines, want %d", m.length(), want)
		}
	}
}

// TestModelsAreValues: what is done to a copy is not seen in the original.
func TestModelsAreValues(t *testing.T) {
	t.Parallel()
	a, _ := press(viewer(t, answer, 60, 30), "-")
	before := shown(a)
	b, _ := press(a, "+", "3", "down", "enter", "/", "t", "enter", "n")
	if shown(a) != before || shown(b) == before {
		t.Errorf("the original shows\n%s", shown(a))
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		doc, query string
		want       []int32
	}{
		{`{"a":"xax","b":"a"}`, "a", []int32{1, 2}},
		{`{"a": 1 , "b": 2}`, " ", nil},
		{`{"a":1}`, ":", nil},
		{`["x:y"]`, ":", []int32{1}},
		{`{"a":"b"}`, `a":"b`, nil},
		{`{"a":"b"}`, `"a"`, []int32{1}},
		{`["é","\u00e9","\u00E9"]`, "é", []int32{1, 2, 3}},
		{`["🙂","\ud83d\ude42"]`, "🙂", []int32{1, 2}},
		{`["say \"hi\""]`, `"hi"`, []int32{1}},
		{`[true,null,12]`, "ul", []int32{2}},
		{`[[],{}]`, "[", []int32{0, 1}},
		{"\xef\xbb\xbf [1]", "1", []int32{1}},
		{`["ABC","abc"]`, "ab", []int32{1, 2}},
		{`["ABC","abc"]`, "AB", []int32{1}},
		{`[1`, "1", []int32{1}},
		{`["` + strings.Repeat("aaaa", 1<<20) + `"` + strings.Repeat(" ", 1<<20) + `]`, " ", nil},
	} {
		d, _ := Parse([]byte(c.doc))
		got := d.find(c.query)
		if len(got) != len(c.want) {
			t.Errorf("%.40q: %q is in lines %v, want %v", c.doc, c.query, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%.40q: %q is in lines %v, want %v", c.doc, c.query, got, c.want)
			}
		}
	}
}

// TestT4Duplicates: each repeated key is flagged, in small objects and in large ones,
// and the word stays in sight beside a long value.
func TestT4Duplicates(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 5, 16, 17, 100, 5000} {
		doc := "{" + manyKeys(n) + `"nested":{"k0":1},"k0":1,"K0":2,"k0":"` + strings.Repeat("long", 100) + `"}`
		d, err := Parse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		flagged := 0
		for _, node := range d.nodes {
			if node.flags&flagDuplicate != 0 {
				flagged++
			}
		}
		if flagged != 2 {
			t.Errorf("%d keys: %d are flagged, want 2", n, flagged)
		}
		m := New(d, theme.New(true))
		m.SetSize(60, 6)
		if m, _ = press(m, "G"); strings.Count(shown(m), "← this key stands here twice") != 2 {
			t.Errorf("%d keys:\n%s", n, shown(m))
		}
	}
}

// TestCounts: a folded container says how many members it has, a cut one as well.
func TestCounts(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]int{
		`[1,2,3]`: 3, `{"a":[1,2],"b":{"c":1}}`: 2, `[[],[],[[]]]`: 3, `[1,2,[3,4`: 3, `{"a":1,"b":`: 1, `[]`: 0, `[[1],`: 1,
	} {
		d, _ := Parse([]byte(doc))
		if got := d.count(0); got != want {
			t.Errorf("%s: %d members, want %d", doc, got, want)
		}
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	d, err := Parse([]byte(`{"a b":[{"c":1}],"":2,"k-e\"y":[3],"_x1":4}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{".", `.["a b"]`, `.["a b"][0]`, `.["a b"][0].c`, `.["a b"][0]`, `.["a b"]`, `.[""]`, `.["k-e\"y"]`, `.["k-e\"y"][0]`, `.["k-e\"y"]`, "._x1", "."}
	for i, w := range want {
		if got := d.path(int32(i)); got != w {
			t.Errorf("line %d: %s, want %s", i, got, w)
		}
	}
}

// TestMemory: the index is smaller than the text itself.
func TestMemory(t *testing.T) {
	t.Parallel()
	doc := tenMB()
	d, err := Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	size := unsafe.Sizeof(node{})
	if got := float64(len(d.nodes)*int(size)) / float64(len(doc)); got > 1 {
		t.Errorf("the index is %.2f times the text", got)
	}
	if last := d.raw(0); !bytes.Equal(last, doc) {
		t.Error("the first line is not the whole document")
	}
}

// BenchmarkJq10MB is the yardstick of BenchmarkOpen10MB: jq prints the same text.
func BenchmarkJq10MB(b *testing.B) {
	jq, err := exec.LookPath("jq")
	if err != nil {
		b.Skip(err)
	}
	doc := tenMB()
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		cmd := exec.Command(jq, ".")
		cmd.Stdin = bytes.NewReader(doc)
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkKey(b *testing.B, setup []string, keys ...string) {
	d, err := Parse(tenMB())
	if err != nil {
		b.Fatal(err)
	}
	m := New(d, theme.New(true))
	m.SetSize(120, 36)
	m, _ = press(m, setup...)
	b.ReportAllocs()
	for b.Loop() {
		for _, k := range keys {
			m, _ = press(m, k)
			_ = m.Lines()
		}
	}
}

func BenchmarkKeyDown(b *testing.B)   { benchmarkKey(b, nil, "j") }
func BenchmarkFoldOne(b *testing.B)   { benchmarkKey(b, []string{"j", "j"}, "enter", "enter") }
func BenchmarkFoldAll(b *testing.B)   { benchmarkKey(b, nil, "-", "+") }
func BenchmarkFoldLevel(b *testing.B) { benchmarkKey(b, []string{"2", "j", "j"}, "enter", "enter") }
func BenchmarkSearch(b *testing.B)    { benchmarkKey(b, nil, "/", "a", "enter") }
func BenchmarkNextMatch(b *testing.B) { benchmarkKey(b, []string{"/", "a", "enter"}, "n") }

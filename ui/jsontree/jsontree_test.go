package jsontree

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/text"
	"signpost/ui/theme"
)

func viewer(t testing.TB, doc string, w, h int) Model {
	t.Helper()
	d, _ := Parse([]byte(doc))
	m := New(d, theme.New(true))
	m.SetSize(w, h)
	return m
}

func press(m Model, keys ...string) (Model, Action) {
	var act Action
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		switch k {
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case "down":
			msg = tea.KeyPressMsg{Code: tea.KeyDown}
		case "left":
			msg = tea.KeyPressMsg{Code: tea.KeyLeft}
		case "right":
			msg = tea.KeyPressMsg{Code: tea.KeyRight}
		}
		m, act = m.Update(msg)
	}
	return m, act
}

func shown(m Model) string {
	var lines []string
	for _, l := range m.Lines() {
		lines = append(lines, strings.TrimRight(l.PlainText(), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

const answer = `{"public_id":"a","n":1.50,"big":123456789012345678901234567890,"eager":[{"secure_url":"https://x/\u001b\ud800"},{}],"tags":[],"dup":1,"dup":2,"t":true,"f":false,"z":null}`

func TestLines(t *testing.T) {
	t.Parallel()
	want := strings.Trim(`
▌ ▾ {
      "public_id": "a"
      "n": 1.50
      "big": 123456789012345678901234567890
    ▾ "eager": [
      ▾ {
          "secure_url": "https://x/\u001b\ud800"
        }
      ▾ {
        }
      ]
    ▾ "tags": [
      ]
      "dup": 1
      "dup": 2  ← this key stands here twice
      "t": true
      "f": false
      "z": null
    }`, "\n")
	if got := shown(viewer(t, answer, 80, 40)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFoldCopySearch(t *testing.T) {
	t.Parallel()
	m := viewer(t, answer, 80, 40)
	before := shown(m)
	m, _ = press(m, "-")
	if got := shown(m); strings.Contains(got, "secure_url") || !strings.Contains(got, "[…]  2 items") {
		t.Errorf("folded:\n%s", got)
	}
	m, _ = press(m, "+", "g")
	if got := shown(m); got != before {
		t.Errorf("unfolded:\n%s", got)
	}
	m, _ = press(m, "-", "/", "s", "e", "c", "u", "r", "e", "enter")
	_, path := press(m, "p")
	if path != (CopyRequested{"the path", ".eager[0].secure_url"}) {
		t.Errorf("path %q", path)
	}
	if _, v := press(m, "y"); v != (CopyRequested{"the value (half a surrogate pair replaced) (with characters that cannot be seen)", "https://x/\x1b\ufffd"}) {
		t.Errorf("value %q", v)
	}
	if _, v := press(m, "r"); v != (CopyRequested{"the value as JSON", `"https://x/\u001b\ud800"`}) {
		t.Errorf("raw value %q", v)
	}
	if _, k := press(m, "Y"); k != (CopyRequested{"the key", "secure_url"}) {
		t.Errorf("key %q", k)
	}
	m, _ = press(m, "left")
	_, sub := press(m, "s")
	if c, ok := sub.(CopyRequested); !ok || !json.Valid([]byte(c.Text)) || !strings.Contains(c.Text, "secure_url") {
		t.Errorf("subtree %q", sub)
	}
	m, _ = press(viewer(t, `["aB","ab","x"]`, 40, 10), "/", "a", "b", "enter")
	if len(m.matches) != 2 {
		t.Errorf("small letters match %d lines, want 2", len(m.matches))
	}
	m, _ = press(viewer(t, `["aB","ab","x"]`, 40, 10), "/", "a", "B", "enter", "n", "N")
	if len(m.matches) != 1 || m.current() != 1 {
		t.Errorf("a capital letter matches %d lines", len(m.matches))
	}
}

// TestT4Extremes: what is very deep, long or many is shown within its bounds.
func TestT4Extremes(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"deep":     strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"items":    "[" + strings.Repeat("1,", 500_000) + "1]",
		"keys":     "{" + manyKeys(200_000) + `"last":1}`,
		"string":   `["` + strings.Repeat("x\\u202e", 2<<20) + `"]`,
		"1e400":    `[1e400,-0.0,1E+2]`,
		"cut":      `{"a":{"b":[1,2`,
		"nothing":  "",
		"trailing": `{} x`,
	} {
		m := viewer(t, doc, 60, 20)
		m, _ = press(m, "G", "g", "-", "+", "left", "right", "down", "enter")
		for _, l := range m.Lines() {
			if l.Width() > 60 {
				t.Errorf("%s: a line of %d cells", name, l.Width())
			}
			if strings.ContainsAny(l.PlainText(), "\x1b\u202e") {
				t.Errorf("%s: hostile text is drawn", name)
			}
		}
	}
	d, err := Parse([]byte(`{"a":{"b":[1,2`))
	if pe, ok := err.(*ParseError); !ok || pe.Offset != 14 || d.Lines() != 5 {
		t.Errorf("cut: %v, %d lines", err, d.Lines())
	}
	d, err = Parse([]byte(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)))
	if err != nil || d.Lines() != 2*MaxDepth+1 {
		t.Errorf("deep: %v, %d lines", err, d.Lines())
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`"k` + strconv.Itoa(i) + `":` + strconv.Itoa(i) + ",")
	}
	return b.String()
}

// FuzzLines: any text; what is JSON is taken, folding and unfolding changes nothing,
// and each line can be asked for its path, key and value.
func FuzzLines(f *testing.F) {
	for _, s := range []string{answer, "", "[", `{"a`, `[1,]`, `{"a":}`, "nul", "-", `"\"`, "\xef\xbb\xbf{}", `[[[]]]`, `{"":{"":[]}}`, "1e5", "[1 2]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse([]byte(s))
		// Numbers and escapes are not checked to the letter: they are shown as they are.
		if json.Valid([]byte(s)) && err != nil {
			t.Fatalf("%q is JSON, but: %v", s, err)
		}
		m := New(d, theme.New(false))
		m.SetSize(40, 1000)
		before := text.Join(m.Lines(), 40)
		m, _ = press(m, "-", "1", "+", "g")
		if d.Lines() > 0 && text.Join(m.Lines(), 40) != before {
			t.Fatalf("%q: folding and unfolding changes the lines", s)
		}
		if m.length() != d.Lines() {
			t.Fatalf("%q: %d lines are visible of %d", s, m.length(), d.Lines())
		}
		for i := range min(d.Lines(), 200) {
			_, _ = d.key(int32(i))
			_, _, _ = d.value(int32(i)), d.path(int32(i)), d.count(int32(i))
		}
		_ = d.find("a")
	})
}

// tenMB is an answer of that size, such as a search gives.
func tenMB() []byte {
	var b strings.Builder
	b.WriteString(`{"resources":[`)
	for i := 0; b.Len() < 10_000_000; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"asset_id":"` + strconv.Itoa(i*7919) + `","public_id":"folder/sample_` + strconv.Itoa(i) + `","format":"jpg","version":1719307544,"resource_type":"image","type":"upload","created_at":"2024-06-25T09:25:44Z","bytes":896838,"width":1920,"height":1441,"tags":["a","b"],"context":{"custom":{"caption":"x"}}}`)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

func BenchmarkOpen10MB(b *testing.B) {
	doc := tenMB()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := Parse(doc)
		if err != nil {
			b.Fatal(err)
		}
		m := New(d, theme.New(true))
		m.SetSize(120, 36)
		_ = text.Join(m.Lines(), 120)
	}
}

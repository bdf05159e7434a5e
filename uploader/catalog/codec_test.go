package catalog

import (
	"slices"
	"strings"
	"testing"
)

func TestPairs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wire string
		want []Pair
		ok   bool
	}{
		{"", nil, true},
		{"a=1", []Pair{{"a", "1"}}, true},
		{`a=x\=y|b=c\|d`, []Pair{{"a", "x=y"}, {"b", "c|d"}}, true},
		{`list=["a","b\=c"]`, []Pair{{"list", `["a","b=c"]`}}, true},
		{"a=|b=2", []Pair{{"a", ""}, {"b", "2"}}, true},
		{`a=back\slash`, []Pair{{"a", `back\slash`}}, true},
		{"a", nil, false},
		{"a=1|", nil, false},
		{"a=b=c", []Pair{{"a", "b=c"}}, false},
		{`a=x\`, []Pair{{"a", `x\`}}, true},
	} {
		got, ok := ParsePairs(c.wire)
		if ok != c.ok || ok && !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, %v; want %q, %v", c.wire, got, ok, c.want, c.ok)
		}
	}
}

// FuzzCodecs: what is read is written again byte for byte, or is said not to be readable.
func FuzzCodecs(f *testing.F) {
	f.Add("a=1|b=2")
	f.Add(`a\=b|c=\|`)
	f.Add("1,2,3,4|5,6")
	f.Fuzz(func(t *testing.T, text string) {
		if pairs, ok := ParsePairs(text); ok && FormatPairs(pairs) != text {
			t.Fatalf("%q: pairs give %q", text, FormatPairs(pairs))
		}
		if JoinList(SplitList(text)) != text {
			t.Fatalf("%q: list gives %q", text, JoinList(SplitList(text)))
		}
		rectangles, problems := ParseCoordinates(text)
		if FormatCoordinates(rectangles) != text {
			t.Fatalf("%q: coordinates give %q", text, FormatCoordinates(rectangles))
		}
		for _, p := range append(problems, CheckJSON("access_control", text)...) {
			if p.Start < 0 || p.Start > p.End || p.End > max(len(text), p.Start+1) || p.Start > len(text) {
				t.Fatalf("%q: a problem at %d:%d", text, p.Start, p.End)
			}
			if line, col := LineCol(text, p.Start); line < 1 || col < 1 {
				t.Fatalf("%q: line %d, column %d", text, line, col)
			}
		}
		if compact, err := CompactJSON(text); err == nil {
			indented, err := IndentJSON(compact)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := CompactJSON(indented); err != nil || again != compact {
				t.Fatalf("%q becomes %q", compact, again)
			}
		}
	})
}

func TestJSONPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, at, what string }{
		{"regions", `{"a": 'b'}`, "1:7", "no JSON"},
		{"regions", "{\n  \"a\": [1,]\n}", "2:11", "no JSON"},
		{"regions", `{"a": 1`, "1:8", "ends too early"},
		{"regions", ``, "1:1", "ends too early"},
		{"regions", `{} x`, "1:3", "behind"},
		{"regions", `[]`, "1:1", "an object"},
		{"access_control", `"x"`, "1:1", "list of objects"},
		{"access_control", `[{"access_type":"x"}]`, "1:1", "neither token"},
		{"access_control", `[{"access_type":"token","start":"tomorrow"}]`, "1:1", "start is no ISO"},
		{"responsive_breakpoints", `[{"create_derived":true,"widths":1}]`, "1:1", `"widths" is not known`},
		{"responsive_breakpoints", `{"max_images":3}`, "1:1", "create_derived"},
	} {
		problems := CheckJSON(c.name, c.text)
		if len(problems) == 0 {
			t.Errorf("%q: no problem", c.text)
			continue
		}
		line, col := LineCol(c.text, problems[0].Start)
		at := strings.Join([]string{itoa(line), itoa(col)}, ":")
		if at != c.at || !strings.Contains(problems[0].Text, c.what) {
			t.Errorf("%q: got %q at %s; want %q at %s", c.text, problems[0].Text, at, c.what, c.at)
		}
	}
	if p := CheckJSON("access_control", `{"access_type":"token"}`); len(p) > 0 {
		t.Errorf("one object is taken: %+v", p)
	}
}

func itoa(n int) string {
	return strings.TrimPrefix(string(rune('0'+n/10)), "0") + string(rune('0'+n%10))
}

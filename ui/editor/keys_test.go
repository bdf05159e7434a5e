package editor

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/uploader/catalog"
)

// wire is what an editor hands over after steps.
type wire struct{ name, param, value, steps, want string }

func checkWire(t *testing.T, list []wire) {
	t.Helper()
	for _, c := range list {
		d := drive(t, New(param(t, c.param), c.value), c.steps)
		got, changed := leave(t, d, c.value)
		if got != c.want || changed != (c.want != c.value) {
			t.Errorf("%s: %q with %q is %q (changed: %t), want %q", c.name, c.value, c.steps, got, changed, c.want)
		}
		shown(t, d, 60, 20)
	}
}

func TestChips(t *testing.T) {
	t.Parallel()
	checkWire(t, []wire{
		{"what is typed counts without enter", "tags", "", "red", "red"},
		{"enter parts", "tags", "", "red<enter>big", "red,big"},
		{"a comma parts", "tags", "", "red,big", "red,big"},
		{"behind the last", "tags", "a,b", "c", "a,b,c"},
		{"none is doubled", "tags", "a,b", "a<enter>", "a,b"},
		{"none is doubled when it is left", "tags", "a,b", "a", "a,b"},
		{"two that were there stay", "tags", "a,a", "b", "a,a,b"},
		{"blanks are kept", "tags", "", "red shoe,x", "red shoe,x"},
		{"backspace takes the last", "tags", "a,b,c", "<backspace>", "a,b"},
		{"backspace takes characters first", "tags", "a", "xy<backspace>", "a,x"},
		{"backspace twice", "tags", "a,b,c", "<backspace><backspace>", "a"},
		{"all of them", "tags", "a,b", "<backspace><backspace><backspace><backspace>", ""},
		{"choose and delete", "tags", "a,b,c", "<left><left><delete>", "a,c"},
		{"choose and backspace", "tags", "a,b,c", "<left><left><left><backspace>", "b,c"},
		{"the first is the end of going left", "tags", "a,b", "<left><left><left><left><delete>", "b"},
		{"delete on the input takes nothing", "tags", "a,b", "<delete>", "a,b"},
		{"move to the front", "tags", "a,b,c", "<left><alt+left><alt+left><alt+left>", "c,a,b"},
		{"move to the back", "tags", "a,b,c", "<left><left><left><alt+right>", "b,a,c"},
		{"the input is not moved", "tags", "a,b", "<alt+left>", "a,b"},
		{"typing after choosing goes to the end", "tags", "a,b", "<left><left>c", "a,b,c"},
		{"a paste of a list", "tags", "a", "<paste:b,c>", "a,b,c"},
		{"a paste of lines", "tags", "", "<paste:b\r\nc\nd\n>", "b,c,d"},
		{"a paste behind what is typed", "tags", "", "a<paste:b>", "ab"},
		{"a paste of a list behind what is typed", "tags", "", "a<paste:b,c>", "ab,c"},
		{"tab takes a known one", "allowed_formats", "jpg", "we<tab>", "jpg,webp"},
		{"tab takes the first that is not there", "allowed_formats", "jpg", "<tab>", "jpg,png"},
		{"tab knows nothing", "tags", "a", "b<tab>", "a,b"},
		{"empty items stay", "tags", "a,,b", "c", "a,,b,c"},
		{"undo in the input", "tags", "a", "bc<alt+z>", "a"},
	})
	for _, c := range []struct{ name, value, steps, want string }{
		{"tags", "a,b", "<left>", "[a] [b]"},
		{"tags", "a,b", "", "tags=a,b"},
		{"tags", "", "", "empty: left out"},
		{"allowed_formats", "jpg", "m", "known: mp4 mov mp3"},
	} {
		if _, content, _ := shown(t, drive(t, New(param(t, c.name), c.value), c.steps), 60, 20); !strings.Contains(content, c.want) {
			t.Errorf("%s=%s does not show %q:\n%s", c.name, c.value, c.want, content)
		}
	}
}

// TestChipsFull: a list has an end, and what does not fit is not lost in silence.
func TestChipsFull(t *testing.T) {
	t.Parallel()
	many := strings.TrimSuffix(strings.Repeat("a,", maxItems), ",")
	d := drive(t, New(param(t, "tags"), many), "last<enter>")
	if got, _ := leave(t, d, many); got != many+",last" {
		t.Errorf("what was typed is lost: …%s", got[len(got)-20:])
	}
	if _, content, _ := shown(t, d, 60, 20); !strings.Contains(content, "more than 1000") {
		t.Errorf("nothing is said:\n%s", content)
	}
	d = drive(t, New(param(t, "tags"), ""), "<paste:"+lines(maxItems+5)+">")
	got, _ := leave(t, d, "")
	_, content, _ := shown(t, d, 60, 20)
	if n := len(catalog.SplitList(got)); n != 0 || !strings.Contains(content, "more than 1000") {
		t.Errorf("%d items of a paste that is too long were taken:\n%s", n, content)
	}
}

// lines are n different words, one a line.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("x", i%40) + string(rune('a'+i/40)) + "\n")
	}
	return b.String()
}

func TestTable(t *testing.T) {
	t.Parallel()
	checkWire(t, []wire{
		{"a pair", "context", "", "alt<tab>Shoe", "alt=Shoe"},
		{"two pairs", "context", "", "alt<enter>Shoe<enter>caption<enter>Red", "alt=Shoe|caption=Red"},
		{"escapes", "context", "", `a<tab>1=2|3`, `a=1\=2\|3`},
		{"escapes are shown without", "context", `a=1\=2`, "<tab>!", `a=1\=2!`},
		{"change a value", "context", "a=1|b=2", "<down><tab>3", "a=1|b=23"},
		{"back by shift+tab", "context", "a=1|b=2", "<down><shift+tab>9", "a=19|b=2"},
		{"the first cell is the end of going back", "context", "a=1", "<shift+tab><up>x", "ax=1"},
		{"down keeps the column", "context", "a=1|b=2", "<tab><down>3", "a=1|b=23"},
		{"down ends in the empty row", "context", "a=1", "<down><down><down>b<tab>2", "a=1|b=2"},
		{"remove a row", "context", "a=1|b=2|c=3", "<down><alt+x>", "a=1|c=3"},
		{"remove them all", "context", "a=1|b=2", "<alt+x><alt+x><alt+x>", ""},
		{"remove with ctrl+x", "context", "a=1|b=2", "<ctrl+x>", "b=2"},
		{"move a row down", "context", "a=1|b=2|c=3", "<alt+down>", "b=2|a=1|c=3"},
		{"a row that was moved keeps the focus", "context", "a=1|b=2|c=3", "<alt+down>x", "b=2|ax=1|c=3"},
		{"move a row up", "context", "a=1|b=2|c=3", "<down><down><alt+up><alt+up><alt+up>", "c=3|a=1|b=2"},
		{"the last row stays above the empty one", "context", "a=1", "<alt+down>", "a=1"},
		{"a key without a value", "context", "", "a", "a="},
		{"an emptied row goes", "context", "a=1|b=2", "<backspace><tab><backspace>", "b=2"},
		{"undo in a cell", "context", "a=1", "bc<alt+z>", "a=1"},
		{"a rectangle", "face_coordinates", "", "1<tab>2<tab>30<tab>40", "1,2,30,40"},
		{"two rectangles", "face_coordinates", "1,2,3,4", "<down>5<tab>6<tab>7<tab>8", "1,2,3,4|5,6,7,8"},
		{"a half rectangle is sent as it is seen", "face_coordinates", "", "1<tab>2", "1,2,,"},
		{"remove a rectangle", "face_coordinates", "1,2,3,4|5,6,7,8", "<alt+x>", "5,6,7,8"},
		{"paste rectangles", "face_coordinates", "", "<paste:1,2,3,4|5,6,7,8>", "1,2,3,4|5,6,7,8"},
		{"paste a rectangle behind others", "face_coordinates", "1,2,3,4", "<down><paste:5, 6, 7, 8\n>", "1,2,3,4|5,6,7,8"},
		{"paste a rectangle into the last cell", "face_coordinates", "1,2,3,4", "<tab><tab><tab><down><paste:5,6,7,8>", "1,2,3,4|5,6,7,8"},
		{"paste a number", "face_coordinates", "", "<paste:5>", "5,,,"},
		{"paste pairs", "context", "", "<paste:alt=A\\=B|caption=C>", `alt=A\=B|caption=C`},
		{"paste a value with =", "context", "a=", "<tab><paste:x=1|y=2>", `a=x\=1\|y\=2`},
	})
	for _, c := range []struct{ param, value, steps, want string }{
		{"context", "a=1|a=2", "", "row 2: the key is there twice"},
		{"context", "", "<tab>x", "row 1: there is no key"},
		{"context", "", "a|b", "row 1: = and | cannot be escaped in a key"},
		{"face_coordinates", "1,2,3,x", "", "row 1: height is no whole number of pixels"},
		{"face_coordinates", "", "1", "row 1: y is no whole number of pixels"},
		{"context", `a=1\=2`, "", "1=2"},
		{"context", `a=1\=2`, "", `context=a=1\=2`},
	} {
		if _, content, _ := shown(t, drive(t, New(param(t, c.param), c.value), c.steps), 60, 20); !strings.Contains(content, c.want) {
			t.Errorf("%s=%s does not show %q:\n%s", c.param, c.value, c.want, content)
		}
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	checkWire(t, []wire{
		{"JSON is sent compact", "regions", "", `{ "a" : [ 1 ] }`, `{"a":[1]}`},
		{"numbers and order stay", "regions", "", `{ "b": 1.0, "a": 1e3 }`, `{"b":1.0,"a":1e3}`},
		{"no JSON stays as it is", "regions", "", `{ "a": `, `{ "a": `},
		{"a paste of several lines", "auto_video_details", "", "<paste:{\r\n  \"fields\": [\"title\"]\r\n}\r\n>", `{"fields":["title"]}`},
		{"indented and changed", "auto_transcription", `{"translate":["fr"]}`, "<ctrl+u>} <backspace>", `{"translate":["fr"]}`},
		{"alt+i changes nothing that is sent", "auto_transcription", "", `{"translate":["fr"]}<alt+i><alt+i>`, `{"translate":["fr"]}`},
		{"alt+i and back", "auto_transcription", "", `{"translate":["fr"]}<alt+i><alt+z>`, `{"translate":["fr"]}`},
		{"alt+i of no JSON", "regions", "{", "<alt+i>", "{"},
		{"alt+j without a mistake", "regions", "{}", "<alt+j> ", "{}"},
		{"alt+j goes there", "regions", `{"a":1,}`, "<alt+j><backspace>", `{"a":1}`},
		{"a transcription may be 1", "auto_transcription", "1", "<backspace>2", "2"},
		{"a script keeps its lines", "eval", "", "if (x) {<enter>  y = 1;<enter>}", "if (x) {\n  y = 1;\n}"},
		{"blanks and line ends stay", "on_success", "a ", " <enter><enter>", "a  \n\n"},
		{"JSON in a script is text", "eval", "", `{ "a" : 1 }`, `{ "a" : 1 }`},
		{"header lines", "headers", "X-Robots-Tag: noindex", "<enter>X-A: b", "X-Robots-Tag: noindex\nX-A: b"},
		{"undo", "eval", "one", "x<alt+z>", "one"},
		{"everything deleted", "regions", "{}", "<backspace><backspace>", ""},
	})
	for _, c := range []struct{ param, value, want string }{
		{"regions", "{\n\"a\": [1,\n}", "line 3, column 1: "},
		{"regions", "[]", "line 1, column 1: "},
		{"regions", `{"a":[[1,2],[3,4]]}`, "sent compact: 19 B"},
		{"eval", "x", "sent as it stands: 1 B"},
		{"responsive_breakpoints", `[{"create_derived":true}]`, `"create_derived": true`},
	} {
		if _, content, _ := shown(t, New(param(t, c.param), c.value), 60, 20); !strings.Contains(content, c.want) {
			t.Errorf("%s=%s does not show %q:\n%s", c.param, c.value, c.want, content)
		}
	}
	d, _ := New(param(t, "eval"), "keep").Update(tea.PasteMsg{Content: strings.Repeat("x", 1<<20)})
	if got, changed := leave(t, d, "keep"); changed {
		t.Errorf("a paste of a megabyte makes %d bytes", len(got))
	}
	if _, content, _ := shown(t, d, 60, 20); !strings.Contains(content, "is too long for a value") {
		t.Errorf("nothing is said of the paste:\n%s", content)
	}
}

func TestEager(t *testing.T) {
	t.Parallel()
	const tutorial = "w_400,h_300,c_pad|w_260,h_200,c_crop"
	checkWire(t, []wire{
		{"typed", "eager", "", "w_400", "w_400"},
		{"enter adds", "eager", "", "w_400<enter>w_200", "w_400|w_200"},
		{"enter adds behind the chosen", "eager", "a|c", "<enter>b", "a|b|c"},
		{"an added one that stays empty is none", "eager", "w_400", "<enter>", "w_400"},
		{"an empty one between others is none", "eager", "a|c", "<enter>", "a|c"},
		{"a pipe parts, and typing goes on behind it", "eager", "", "w_400|w_200", "w_400|w_200"},
		{"a pipe in the middle", "eager", "ab", "<left>|", "a|b"},
		{"a pipe in the middle, and on", "eager", "ab|z", "<left>|x", "a|xb|z"},
		{"a paste of several", "eager", "", "<paste:w_1|w_2>,h_9", "w_1|w_2,h_9"},
		{"remove", "eager", "a|b|c", "<down><alt+x>", "a|c"},
		{"remove all", "eager", "a|b", "<alt+x><alt+x><alt+x>", ""},
		{"move down", "eager", "a|b|c", "<alt+down>", "b|a|c"},
		{"move up", "eager", "a|b|c", "<down><down><alt+up>x", "a|cx|b"},
		{"the first is not moved up", "eager", "a|b", "<alt+up>", "a|b"},
		{"the tutorial's preset", "eager", "", "<alt+p><enter>", tutorial},
		{"a preset behind others", "eager", "w_9", "<alt+p><enter>", "w_9|" + tutorial},
		{"another preset", "eager", "", "<alt+p><down><down><down><enter>", "f_auto,q_auto"},
		{"esc closes the presets only", "eager", "w_9", "<alt+p><down><esc>0", "w_90"},
		{"the list of presets ends", "eager", "", "<alt+p>" + strings.Repeat("<down>", 40) + "<enter>", last().Eager},
		{"one transformation", "transformation", "", "c_limit,w_2000", "c_limit,w_2000"},
		{"one transformation keeps its pipe", "transformation", "", "a|b", "a|b"},
		{"one transformation has no second", "transformation", "a", "<enter>b", "ab"},
		{"a preset for one transformation", "transformation", "a", "<alt+p><enter>", "w_400,h_300,c_pad"},
		{"remove the only one", "transformation", "a", "<alt+x>", ""},
	})
	for _, c := range []struct{ param, value, steps, want string }{
		{"eager", tutorial, "", "400 by 300"},
		{"eager", "w_400,zz", "", "! "},
		{"eager", "", "", "empty: left out"},
		{"eager", "", "<alt+p>", "the tutorial's pair"},
		{"eager", tutorial, "<down>", "▸ 2 w_260,h_200,c_crop"},
	} {
		if _, content, _ := shown(t, drive(t, New(param(t, c.param), c.value), c.steps), 70, 20); !strings.Contains(content, c.want) {
			t.Errorf("%s=%s does not show %q:\n%s", c.param, c.value, c.want, content)
		}
	}
}

func last() catalog.Preset {
	presets := catalog.Presets()
	return presets[len(presets)-1]
}

// TestPreview: the preview of each other transformation is asked for, and an answer is
// shown as long as it is that of the chosen one.
func TestPreview(t *testing.T) {
	t.Parallel()
	var d dialog.Dialog = New(param(t, "eager"), "w_1|w_2")
	asked := func(act dialog.Action) string {
		p, _ := act.(dialog.PreviewRequested)
		return p.Transformation
	}
	if got := asked(d.(eager).Init()); got != "w_1" {
		t.Errorf("at first %q is asked for", got)
	}
	for _, c := range []struct{ key, want string }{
		{"down", "w_2"}, {"left", ""}, {"down", ""}, {"end", ""}, {"0", "w_20"}, {"enter", ""}, {"up", "w_20"}, {"up", "w_1"}, {"alt+x", "w_20"}, {"alt+p", ""}, {"esc", ""},
	} {
		next, act := d.Update(key(c.key))
		if got := asked(act); got != c.want {
			t.Errorf("%s asks for %q, want %q", c.key, got, c.want)
		}
		d = next
	}
	picture := func(transformation string, note visible.Text) PreviewMsg {
		return PreviewMsg{Transformation: transformation, Note: note, Lines: []text.Line{text.Plain("PICTURE", theme.New(true).Text)}}
	}
	for _, c := range []struct {
		msg  PreviewMsg
		want bool
	}{{picture("w_1", "late"), false}, {picture("w_20", "20 × 10"), true}} {
		d, _ = d.Update(c.msg)
		if _, content, _ := shown(t, d, 70, 24); strings.Contains(content, "PICTURE") != c.want || strings.Contains(content, string(c.msg.Note)) != c.want {
			t.Errorf("the picture of %s: shown %t, want %t:\n%s", c.msg.Transformation, !c.want, c.want, content)
		}
	}
	if _, content, _ := shown(t, drive(t, d, "1"), 70, 24); strings.Contains(content, "PICTURE") {
		t.Errorf("the picture is that of another transformation:\n%s", content)
	}
}

func TestPicker(t *testing.T) {
	t.Parallel()
	check := func(name string) error {
		if name != strings.ToLower(name) || name == "api_secret" {
			return errors.New("is no name")
		}
		return nil
	}
	for _, c := range []struct{ steps, want string }{
		{"tags<enter>", "tags"},
		{"  tags <enter>", "tags"},
		{"moder<enter>", "moderation"},
		{"purge<enter>", "invalidate"},
		{"publicId<enter>", "public_id"},
		{"overwritte<enter>", "overwrite"},
		{"webhook<enter>", "notification_url"},
		{"moderation_<enter>", "moderation"},
		{"public_ip<enter>", "public_id"},
		{"<paste:invalidate><enter>", "invalidate"},
		{"wholly_new<enter>", "wholly_new"},
		{"<enter>", "public_id"},
		{"<down><enter>", "public_id_prefix"},
		{"<down><down><up><enter>", "public_id_prefix"},
		{"<pgdown><pgup><up><up><enter>", "public_id"},
		{"<up>tags<down><up><enter>", "tags"},
		{"two words<enter>", ""},
		{"NOPE_NOPE<enter>", ""},
		{"api_secret<enter>", ""},
		{"resource_type<enter>", "resource_type"},
	} {
		var d dialog.Dialog = Picker{Check: check, Set: map[string]bool{"tags": true}}
		got := ""
		for _, msg := range messages(c.steps) {
			next, act := d.Update(msg)
			if e, ok := act.(dialog.Entered); ok && e.Tag == "param" {
				got = e.Text
			} else if act != nil {
				t.Errorf("%q: %#v", c.steps, act)
			}
			d = next
			shown(t, d, 60, 14)
		}
		if got != c.want {
			t.Errorf("%q takes %q, want %q", c.steps, got, c.want)
		}
	}
}

// TestPickerNames: every parameter that can be set is found by its whole name and is the
// first then; those that come from the account are not offered.
func TestPickerNames(t *testing.T) {
	t.Parallel()
	never := map[string]bool{"signature": true, "api_key": true, "unsigned": true}
	check := func(name string) error {
		if never[name] {
			return errors.New("comes from elsewhere")
		}
		return nil
	}
	for _, p := range catalog.All() {
		d := drive(t, Picker{Check: check}, p.Name)
		_, act := d.Update(key("enter"))
		got, _ := act.(dialog.Entered)
		if got.Text == p.Name == never[p.Name] {
			t.Errorf("%s takes %q", p.Name, got.Text)
		}
	}
}

func TestPickerView(t *testing.T) {
	t.Parallel()
	p := Picker{Check: func(string) error { return nil }, Set: map[string]bool{"tags": true}}
	for _, c := range []struct{ steps, want string }{
		{"", "a name or a purpose"},
		{"tags", "is set"},
		{"resource_type", "not signed"},
		{"my_own", "+ my_own"},
		{"my_own", "makes the signature wrong"},
		{"two words", "nothing is called that"},
		{"moderation", "e.g. manual"},
	} {
		if _, content, _ := shown(t, drive(t, p, c.steps), 72, 20); !strings.Contains(content, c.want) {
			t.Errorf("%q does not show %q:\n%s", c.steps, c.want, content)
		}
	}
	for _, steps := range []string{"", "tags", "two words", "<pgdown><pgdown>", evil[:1] + "_new", strings.Repeat("long", 60)} {
		d := drive(t, p, steps)
		for _, w := range widths {
			for _, h := range heights {
				_, content, _ := shown(t, d, w, h)
				if !strings.Contains(content, "▸") && steps != "two words" {
					t.Errorf("%q at %d by %d: the chosen one is out of sight:\n%s", steps, w, h, content)
				}
			}
		}
	}
	for _, k := range []string{"esc", "ctrl+n"} {
		if _, act := p.Update(key(k)); act != (dialog.Closed{}) {
			t.Errorf("%s answers %#v", k, act)
		}
	}
}

package form

import (
	"slices"
	"strings"
	"testing"

	"signpost/uploader"
	"signpost/uploader/catalog"
)

// names are the rows in a few words.
func names(m Model) string {
	words := map[rowKind]string{rowFile: "file", rowAddEager: "+eager", rowType: "type", rowAuth: "auth", rowTimestamp: "time", rowAddParam: "+", rowFind: "find"}
	var list []string
	for _, r := range m.rows {
		w, ok := words[r.kind]
		switch {
		case r.kind == rowHeading:
			w = "[" + r.text + "]"
		case !ok:
			w = r.name
		}
		list = append(list, w)
	}
	return strings.Join(list, " ")
}

// TestViews: what each list has.
func TestViews(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		view   View
		filter string
		params []string
		want   string
	}{
		{ViewSet, "", nil, "file type time +"},
		{ViewSet, "", []string{"public_id=x", "eager=a|b", "own"}, "file public_id eager eager +eager own type time +"},
		{ViewSet, "", []string{"-tags=a"}, "file tags type time +"},
		{ViewEssentials, "", nil, "file public_id +eager tags context asset_folder overwrite upload_preset type auth time +"},
		{ViewEssentials, "", []string{"own=1", "tags=a", "eager=w"}, "file public_id eager +eager tags context asset_folder overwrite upload_preset own type auth time +"},
		{ViewEverything, "responsive_b", nil, "find responsive_breakpoints +"},
		{ViewEverything, "resource_type", nil, "find type +"},
		{ViewEverything, "own", []string{"my_own=1", "other=2"}, "find display_name my_own +"},
		{ViewEverything, "  ", []string{"x=1"}, ""},
	} {
		m, _ := drive(t, form(t, c.view, "", c.params...), c.filter)
		got := names(m)
		if c.want == "" {
			c.want = got
			if !strings.HasPrefix(got, "find file [identity] ") || !strings.HasSuffix(got, "[not in the catalog] x +") {
				t.Errorf("everything is %q", got)
			}
		}
		if got != c.want {
			t.Errorf("%v %q: %q, want %q", c.view, c.filter, got, c.want)
		}
	}
	unsigned := form(t, ViewSet, "")
	d := unsigned.Draft()
	d.Auth = uploader.AuthUnsigned
	if unsigned.SetDraft(d); names(unsigned) != "file type auth time +" {
		t.Errorf("another way to authenticate is not listed: %q", names(unsigned))
	}
}

// TestEverythingHasAll: the list of everything has each parameter of the catalog once,
// below the heading of its group.
func TestEverythingHasAll(t *testing.T) {
	t.Parallel()
	m := form(t, ViewEverything, "")
	if n := len(catalog.All()); m.Listed() != n || n != 71 {
		t.Errorf("%d of %d parameters are listed", m.Listed(), n)
	}
	var headings []string
	for _, r := range m.rows {
		if r.kind == rowHeading {
			headings = append(headings, r.text)
		}
	}
	if !slices.Equal(headings, catalog.Groups()) {
		t.Errorf("headings %v, groups %v", headings, catalog.Groups())
	}
}

// goTo goes down from the filter until the parameter has the focus.
func goTo(t *testing.T, m Model, name string) Model {
	t.Helper()
	for range m.rows {
		m, _ = drive(t, m, "<down>")
		r := m.rows[m.focus]
		if m.Name() == name || name == "unsigned" && r.kind == rowAuth {
			return m
		}
	}
	t.Fatalf("the keys do not lead to %s: %s", name, names(m))
	return m
}

// TestSetEverything: each of the parameters can be set from the list of everything, with
// keys alone: found by its name, and without a search.
func TestSetEverything(t *testing.T) {
	t.Parallel()
	for _, p := range catalog.All() {
		for _, filter := range []string{p.Name, ""} {
			m, _ := drive(t, form(t, ViewEverything, ""), filter)
			m = goTo(t, m, p.Name)
			var got, want string
			switch p.Name {
			case "signature", "api_key":
				if m, _ = drive(t, m, "x<paste:y><right>"); set(m.Draft()) != "" {
					t.Errorf("%s can be typed: %q", p.Name, set(m.Draft()))
				}
				continue
			case "resource_type":
				m, _ = drive(t, m, "<right>")
				got, want = m.Draft().ResourceType, "video"
			case "unsigned":
				m, _ = drive(t, m, "<right>")
				got, want = string(m.Draft().Auth), "unsigned"
			case "timestamp":
				m, _ = drive(t, m, "<ctrl+u>1700000000")
				got, want = m.Draft().Timestamp, "1700000000"
			case "eager":
				m, _ = drive(t, m, "<enter>"+p.Example)
				got, want = set(m.Draft()), "eager="+p.Example
			default:
				steps := p.Example
				if p.Type == catalog.Bool {
					steps = "<right>"
				}
				m, _ = drive(t, m, steps)
				got, want = set(m.Draft()), p.Name+"="+p.Example
			}
			if got != want {
				t.Errorf("%s (filter %q): %q, want %q", p.Name, filter, got, want)
			}
			shown(t, m, 64, 20)
		}
	}
}

// TestOffAndRemove: switching off keeps the value and its place; removing takes one
// parameter, or one transformation of eager.
func TestOffAndRemove(t *testing.T) {
	t.Parallel()
	toggle, remove := (*Model).Toggle, (*Model).Remove
	for _, v := range []View{ViewSet, ViewEssentials, ViewEverything} {
		for _, c := range []struct {
			focus string
			item  int
			do    func(*Model) bool
			ok    bool
			want  string
		}{
			{"tags", 0, toggle, true, "public_id=x -tags=a,b eager=w_1|w_2|w_3"},
			{"eager", 0, toggle, true, "public_id=x tags=a,b -eager=w_1|w_2|w_3"},
			{"eager", 2, toggle, true, "public_id=x tags=a,b -eager=w_1|w_2|w_3"},
			{"eager", 3, toggle, false, "public_id=x tags=a,b eager=w_1|w_2|w_3"},
			{"file", 0, toggle, false, "public_id=x tags=a,b eager=w_1|w_2|w_3"},
			{"timestamp", 0, toggle, false, "public_id=x tags=a,b eager=w_1|w_2|w_3"},
			{"public_id", 0, remove, true, "tags=a,b eager=w_1|w_2|w_3"},
			{"eager", 0, remove, true, "public_id=x tags=a,b eager=w_2|w_3"},
			{"eager", 1, remove, true, "public_id=x tags=a,b eager=w_1|w_3"},
			{"eager", 3, remove, false, "public_id=x tags=a,b eager=w_1|w_2|w_3"},
			{"resource_type", 0, remove, false, "public_id=x tags=a,b eager=w_1|w_2|w_3"},
		} {
			m := form(t, v, c.focus, "public_id=x", "tags=a,b", "eager=w_1|w_2|w_3")
			m, _ = drive(t, m, strings.Repeat("<down>", c.item))
			shared := m
			if ok := c.do(&m); ok != c.ok || set(m.Draft()) != c.want {
				t.Errorf("%v %s %d: %t %q, want %t %q", v, c.focus, c.item, ok, set(m.Draft()), c.ok, c.want)
			}
			sound(t, m)
			shown(t, m, 64, 30)
			if set(shared.Draft()) != "public_id=x tags=a,b eager=w_1|w_2|w_3" {
				t.Errorf("%v %s: the draft of a copy changed: %q", v, c.focus, set(shared.Draft()))
			}
		}
	}
	m := form(t, ViewSet, "tags", "tags=a,b")
	m.Toggle()
	m, _ = drive(t, m, ",c")
	if m.Toggle(); set(m.Draft()) != "tags=a,b,c" {
		t.Errorf("off, typed, on: %q", set(m.Draft()))
	}
	if m.Toggle(); !strings.Contains(shown(t, m, 64, 12), "switched off") {
		t.Errorf("it does not say that it is off:\n%s", shown(t, m, 64, 12))
	}
	for _, v := range []View{ViewEssentials, ViewEverything} {
		m := form(t, v, "tags", "-tags=a")
		if m, _ = drive(t, m, "<backspace>"); set(m.Draft()) != "-tags=" {
			t.Errorf("%v: emptied while it is off: %q", v, set(m.Draft()))
		}
		m = form(t, v, "tags")
		if m.Toggle() || m.Remove() {
			t.Errorf("%v: what is not set can be switched off or removed", v)
		}
		if m, _ = drive(t, m, "a<backspace>"); set(m.Draft()) != "" {
			t.Errorf("%v: what was emptied again is set: %q", v, set(m.Draft()))
		}
	}
}

// TestEagerRows: transformations are added, typed, pasted and parted.
func TestEagerRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ start, steps, want string }{
		{"eager=w_1", "2", "w_12"},
		{"eager=w_1|w_2", "<down>0", "w_1|w_20"},
		{"eager=w_1", "<down><enter>w_2", "w_1|w_2"},
		{"eager=w_1", "|w_2", "w_1|w_2"},
		{"eager=w_1", "|w_2|w_3,h_4", "w_1|w_2|w_3,h_4"},
		{"eager=ab|z", "<left>|x", "a|xb|z"},
		{"eager=", "<paste:w_1|w_2>,h_9", "w_1|w_2,h_9"},
		{"eager=w_1|w_2", "<home>|", "|w_1|w_2"},
		{"eager=w_1|w_2", "<ctrl+u>", "|w_2"},
		{"eager=w_1", "<down><enter>", "w_1|"},
	} {
		for _, v := range []View{ViewSet, ViewEssentials, ViewEverything} {
			m, _ := drive(t, form(t, v, "eager", c.start), c.steps)
			if got := m.Draft().Get("eager"); got != c.want {
				t.Errorf("%v %s with %q: %q, want %q", v, c.start, c.steps, got, c.want)
			}
		}
	}
}

// TestActions: what the form asks of its owner.
func TestActions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		view         View
		focus, steps string
		want         Action
	}{
		{ViewSet, "public_id", "x", Changed{}},
		{ViewSet, "public_id", "<left>", nil},
		{ViewSet, "public_id", "<enter>", FocusMoved{}},
		{ViewSet, "public_id", "<down>", FocusMoved{}},
		{ViewSet, "tags", "<enter>", EditRequested{}},
		{ViewEssentials, "context", "<enter>", EditRequested{}},
		{ViewEverything, "eval", "<enter>", EditRequested{}},
		{ViewEverything, "regions", "<enter>", EditRequested{}},
		{ViewEverything, "transformation", "<enter>", EditRequested{}},
		{ViewEverything, "headers", "<enter>", EditRequested{}},
		{ViewEverything, "face_coordinates", "<enter>", EditRequested{}},
		{ViewEverything, "overwrite", "<enter>", FocusMoved{}},
		{ViewSet, "timestamp", "<down><enter>", AddRequested{}},
		{ViewSet, "public_id", "<paste:x\n>", Trimmed{}},
		{ViewSet, "public_id", "<paste:" + strings.Repeat("x", 1<<20) + ">", Refused{Bytes: 1 << 20}},
		{ViewSet, "public_id", "<esc>", nil},
		{ViewEssentials, "", "<esc>", FocusMoved{}},
		{ViewEverything, "", "x", FocusMoved{}},
		{ViewEverything, "overwrite", "<right>", Changed{}},
	} {
		_, act := drive(t, form(t, c.view, c.focus, "public_id=x", "tags=a"), c.steps)
		if act != c.want {
			t.Errorf("%v %s %.20q: %#v, want %#v", c.view, c.focus, c.steps, act, c.want)
		}
	}
}

// TestFilter: esc goes back, first from the search, then from the list; the draft stays.
func TestFilter(t *testing.T) {
	t.Parallel()
	m, _ := drive(t, form(t, ViewEverything, "", "tags=a"), "webhook")
	for _, want := range []string{"notification_url", "eager_notification_url"} {
		if !strings.Contains(names(m), want) {
			t.Errorf("webhook does not find %s: %s", want, names(m))
		}
	}
	if m.focus != 0 || m.rows[0].kind != rowFind {
		t.Error("the filter lost the focus")
	}
	if m, _ = drive(t, m, "<ctrl+u>nothing is called so"); names(m) != "find +" {
		t.Errorf("nonsense finds %s", names(m))
	}
	m, _ = drive(t, m, "<esc>")
	if m.View() != ViewEverything || m.filter != "" || m.Listed() != len(catalog.All()) {
		t.Errorf("esc: %v with %q", m.View(), m.filter)
	}
	if m, _ = drive(t, m, "<esc>"); m.View() != ViewSet || set(m.Draft()) != "tags=a" {
		t.Errorf("esc twice: %v with %q", m.View(), set(m.Draft()))
	}
}

// TestFocusStays: a draft from outside leaves the focus on its row.
func TestFocusStays(t *testing.T) {
	t.Parallel()
	for _, v := range []View{ViewSet, ViewEssentials, ViewEverything} {
		m := form(t, v, "tags", "eager=a", "tags=x", "own=1")
		m.SetDraft(draft("eager=a|b|c|d", "public_id=x", "tags=y"))
		if sound(t, m); m.Name() != "tags" {
			t.Errorf("%v: the focus is on %q", v, m.Name())
		}
		for i := range m.rows { // wherever it is, a shorter draft leaves it on a row
			m.SetDraft(draft("eager=a|b|c|d", "public_id=x", "one=1", "two=2"))
			if m.rows[i%len(m.rows)].kind == rowHeading {
				continue
			}
			m.moveTo(i)
			m.SetDraft(draft())
			sound(t, m)
			shown(t, m, 64, 10)
		}
	}
}

func TestSetAndFocused(t *testing.T) {
	t.Parallel()
	for _, v := range []View{ViewSet, ViewEssentials, ViewEverything} {
		m := form(t, v, "", "tags=a")
		for _, p := range append(catalog.All(), catalog.Param{Name: "own", Example: "1"}, catalog.Param{Name: "file", Example: "x.jpg"}) {
			switch p.Name {
			case "signature", "api_key", "unsigned", "resource_type":
				continue
			}
			m.Set(p.Name, p.Example)
			if sound(t, m); m.Name() != p.Name {
				t.Errorf("%v: after Set of %s the focus is on %q", v, p.Name, m.Name())
			}
			if name, value, ok := m.Focused(); name != p.Name || value != p.Example || !ok {
				t.Errorf("%v: %s is %q=%q %t", v, p.Name, name, value, ok)
			}
		}
	}
}

func TestAddParam(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, problem, focus string }{
		{"own", "", "own"}, {"tags", "", "tags"}, {"public_id", "", "public_id"}, {"file", "", "file"}, {"timestamp", "", "timestamp"}, {"resource_type", "", "resource_type"}, {"eager", "", "eager"},
		{"signature", "comes from", ""}, {"api_key", "comes from", ""}, {"cloud_name", "comes from", ""}, {"api_secret", "never sent", ""}, {"unsigned", "authenticate", ""}, {"a b", "", ""}, {"", "", ""}, {"a&b", "", ""}, {evil, "", ""},
	} {
		for _, v := range []View{ViewSet, ViewEssentials, ViewEverything} {
			m := form(t, v, "", "public_id=x")
			m, _ = drive(t, m, map[View]string{ViewEverything: "no such filter"}[v])
			before := set(m.Draft())
			err := m.AddParam(c.name)
			sound(t, m)
			if c.focus == "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) || set(m.Draft()) != before {
					t.Errorf("%q: %v, %q", c.name, err, set(m.Draft()))
				}
				continue
			}
			if err != nil || m.Name() != c.focus {
				t.Errorf("%v %q: %v, the focus is on %q", v, c.name, err, m.Name())
			}
		}
	}
}

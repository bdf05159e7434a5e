package form

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/ui/theme"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

// TestFrames: no room breaks a frame, whatever the draft holds, and wherever the focus is.
func TestFrames(t *testing.T) {
	t.Parallel()
	hostile := draft("public_id=x", "eager=w_1|w_2", "-tags=a", "overwrite=maybe")
	hostile.File = evil
	for _, value := range []string{evil, strings.Repeat("日本語", 200), "x\ny"} {
		hostile.Params = append(hostile.Params, uploader.DraftParam{Param: signer.Param{Name: value, Value: value}}, uploader.DraftParam{Param: signer.Param{Name: value + "off", Value: value}, Off: true})
	}
	for _, v := range []View{ViewSet, ViewEssentials, ViewEverything} {
		m := New(hostile, sampleURL, theme.New(true))
		m.SetFindings([]catalog.Finding{{Param: "public_id", Text: evil, Hint: evil, HasFix: true, Unconfirmed: true}, {Param: evil, Text: strings.Repeat("long ", 80)}})
		m.SetView(v)
		for i := range m.rows {
			if m.rows[i].kind == rowHeading || v == ViewEverything && i%7 > 0 && i > 10 && i < len(m.rows)-8 {
				continue
			}
			m.focus = i
			for _, w := range []int{20, 21, 37, 64, 120} {
				for _, h := range []int{3, 4, 5, 6, 8, 13, 40} {
					if shown(t, m, w, h); t.Failed() {
						t.Fatalf("%v with row %d at %d by %d", v, i, w, h)
					}
				}
			}
		}
	}
}

// TestClick: the mouse puts the focus on the row that it points at, and never on a
// heading or on the help below the rows.
func TestClick(t *testing.T) {
	t.Parallel()
	for _, v := range []View{ViewSet, ViewEssentials, ViewEverything} {
		for _, h := range []int{4, 9, 24} {
			for y := -1; y <= h; y++ {
				m := form(t, v, "", "public_id=x", "tags=a")
				m.SetSize(50, h)
				at := m.first() + y
				was := m.focus
				valid := y >= 0 && y < m.rowRoom() && at < len(m.rows) && m.rows[at].kind != rowHeading
				var want row
				if valid {
					want = m.rows[at]
				}
				m, act := m.Click(30, y)
				sound(t, m)
				if !valid && (m.focus != was || act != nil) {
					t.Errorf("%v: a click on line %d of %d moves the focus to %d", v, y, h, m.focus)
				}
				if valid && m.rows[m.focus] != want && want.kind != rowAddEager {
					t.Errorf("%v: a click on line %d of %d leads to %+v, not %+v", v, y, h, m.rows[m.focus], want)
				}
			}
		}
	}
	m := form(t, ViewSet, "overwrite", "overwrite=1")
	if m, act := m.Click(20, m.focus-m.first()); m.Draft().Get("overwrite") != "0" || act != (Changed{}) {
		t.Errorf("a click on the focused switch: %q %#v", set(m.Draft()), act)
	}
	m = form(t, ViewSet, "public_id", "public_id=abc")
	m, _ = m.Click(m.labelWidth()+1, m.focus)
	if m, _ = drive(t, m, "X"); m.Draft().Get("public_id") != "aXbc" {
		t.Errorf("a click into a field: %q", set(m.Draft()))
	}
}

// TestHelp: each parameter says what it does, and whether it is signed.
func TestHelp(t *testing.T) {
	t.Parallel()
	m := form(t, ViewEverything, "", "tags=a", "-context=a=b", "own=1")
	for i, r := range m.rows {
		if r.kind == rowHeading {
			continue
		}
		m.focus = i
		sentence, signed := m.Help()
		if sentence == "" {
			t.Errorf("%s: nothing is said", m.Name())
		}
		if p, ok := catalog.Lookup(m.Name()); ok && !p.Signed && strings.HasPrefix(string(signed), "signed") {
			t.Errorf("%s is said to be signed", m.Name())
		}
	}
	for _, c := range []struct{ name, want string }{
		{"tags", "signed"}, {"context", "switched off: left out"}, {"own", "signed"}, {"public_id", "not set; would be signed"}, {"resource_type", "not signed: part of the URL"}, {"signature", ""}, {"file", "not signed"},
	} {
		m.focusOn(c.name)
		if _, signed := m.Help(); c.want != "" && string(signed) != c.want {
			t.Errorf("%s: %q, want %q", c.name, signed, c.want)
		}
	}
}

// FuzzForm: whatever is done, the rows, the fields and the draft agree, the focus is on
// no heading, and no frame breaks.
func FuzzForm(f *testing.F) {
	steps := []string{
		"<down>", "<up>", "<tab>", "<shift+tab>", "<enter>", "<left>", "<right>", "<esc>", "<backspace>", "<delete>", "<home>", "<end>", "<ctrl+u>", "<space>",
		"a", "1", "|", "=", ",", "y", "n", "é", "<paste:w_1|w_2>", "<paste:" + evil + ">", "webhook", "tags",
	}
	f.Add([]byte{0, 0, 16, 14, 16, 24, 100, 101, 102, 103})
	f.Add([]byte{104, 104, 0, 0, 0, 0, 14, 105, 106, 30, 31, 32})
	f.Fuzz(func(t *testing.T, keys []byte) {
		if len(keys) > 80 {
			return
		}
		m := form(t, ViewSet, "", "public_id=x", "eager=a|b", "own=1", "overwrite=0")
		for _, k := range keys {
			switch {
			case int(k) < len(steps):
				m, _ = drive(t, m, steps[k])
			case k < 60:
				m, _ = m.Click(int(k), int(k)-len(steps))
			case k < 100:
				m.moveTo(m.focus + int(k) - 80)
			case k < 103:
				m.Toggle()
			case k < 110:
				m.Remove()
			case k < 130:
				m.SetView(m.View() + 1)
			case k < 160:
				m.Set(catalog.All()[(int(k)*7)%46].Name, "v|w")
			case k < 170:
				m.SetDraft(draft("eager=x|y", "tags=a"))
			case k < 180:
				m.SetDraft(draft())
			case k < 200:
				_ = m.AddParam([]string{"tags", "eager", "own", "file", "type"}[k%5])
			default:
				m.SetTimestamp("1700000000")
			}
			sound(t, m)
			shown(t, m, 40, 9)
		}
		if _, act := m.Update(tea.FocusMsg{}); act != nil {
			t.Errorf("a message that is none of its own: %#v", act)
		}
	})
}

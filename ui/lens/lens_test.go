package lens

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/ui/dialog"
	"signpost/ui/theme"
	"signpost/uploader/lens"
)

func press(t *testing.T, m Model, keys ...string) (Model, dialog.Action) {
	t.Helper()
	var act dialog.Action
	for _, k := range keys {
		msg := map[string]tea.KeyPressMsg{"tab": {Code: tea.KeyTab}, "esc": {Code: tea.KeyEscape}, "enter": {Code: tea.KeyEnter},
			"down": {Code: tea.KeyDown}, "pgdown": {Code: tea.KeyPgDown}, "up": {Code: tea.KeyUp}, "ctrl+y": {Code: 'y', Mod: tea.ModCtrl}}[k]
		var d dialog.Dialog
		d, act = m.Update(msg)
		m = d.(Model)
		shown(t, m)
	}
	return m, act
}

// shown is what is in sight, and draws it.
func shown(t *testing.T, m Model) string {
	t.Helper()
	_, lines, _ := m.View(100, 30, theme.New(true))
	if len(lines) > 30 {
		t.Fatalf("%d lines in 30", len(lines))
	}
	var b strings.Builder
	for _, l := range lines {
		if l.Width() > 100 {
			t.Fatalf("%d cells: %q", l.Width(), l.PlainText())
		}
		b.WriteString(l.PlainText() + "\n")
	}
	return b.String()
}

func view(params ...signer.Param) Model {
	return New(lens.View(lens.Texts(params), lens.Typed(params), signer.NewSecret("abcd"), signer.Options{}))
}

// TestSides: each side says who agrees, who does not, and why; hostile text is harmless.
func TestSides(t *testing.T) {
	t.Parallel()
	m := view(signer.Param{Name: "public_id", Value: "a\x1b[2J"}, signer.Param{Name: "overwrite", Value: "1"}, signer.Param{Name: "folder", Value: ""})
	f := shown(t, m)
	for _, want := range []string{"= Node, Python, Ruby, PHP, Java  as the documented rule", "≠ .NET*", "read in its source, not run", "signs an empty value as name="} {
		if !strings.Contains(f, want) {
			t.Errorf("%q is missing in\n%s", want, f)
		}
	}
	if strings.Contains(f, "\x1b") {
		t.Error("it draws what came from outside")
	}
	m, _ = press(t, m, "tab")
	if f := shown(t, m); !strings.Contains(f, "≠ Java*, .NET*, Go  different") || !strings.Contains(f, "overwrite=true") {
		t.Errorf("got\n%s", f)
	}
	if _, act := press(t, m, "ctrl+y"); !strings.Contains(act.(dialog.CopyRequested).Text, "ToParamsDictionary") {
		t.Error("the copy is not whole")
	}
}

// TestScrolls to the end and not beyond.
func TestScrolls(t *testing.T) {
	t.Parallel()
	m := view(signer.Param{Name: "context", Value: strings.Repeat("k=v|", 900) + "a=b"})
	m, _ = press(t, m, "tab")
	for range 60 {
		m, _ = press(t, m, "pgdown")
	}
	end := shown(t, m)
	if m, _ = press(t, m, "up"); shown(t, m) == end {
		t.Error("it was scrolled beyond its end")
	}
}

// TestSmuggling: the steps are asked for once, and come one at a time.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	m := view()
	m, act := press(t, m, "tab", "tab")
	if _, asked := act.(dialog.SmugglingRequested); !asked {
		t.Fatalf("got %v", act)
	}
	steps, err := lens.Smuggling("", signer.Secret{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := m.Update(SmuggledMsg{Steps: steps})
	m = d.(Model)
	if f := shown(t, m); !strings.Contains(f, "1  Version 1") || strings.Contains(f, "2  Version 1") {
		t.Errorf("got\n%s", f)
	}
	m, _ = press(t, m, "enter")
	if f := shown(t, m); !strings.Contains(f, "the parameter is smuggled in") || !strings.Contains(f, "7b4e3a539ff1fa6e6700c41b3a2ee77586a025f9") {
		t.Errorf("got\n%s", f)
	}
	m, _ = press(t, m, "enter", "enter")
	if f := shown(t, m); !strings.Contains(f, "✗ refused") || !strings.Contains(f, "4fdf465dd89451cc1ed8ec5b3e314e8a51695704") {
		t.Errorf("got\n%s", f)
	}
	m, act = press(t, m, "tab", "tab", "tab")
	if act != nil || m.shown != 4 {
		t.Errorf("asked again: %v, %d", act, m.shown)
	}
	d, _ = m.Update(SmuggledMsg{Err: errors.New("the sandbox is \x1b gone")})
	if f := shown(t, d.(Model)); !strings.Contains(f, "gone") || strings.Contains(f, "\x1b") {
		t.Errorf("got\n%s", f)
	}
	if _, act := press(t, m, "esc"); act != (dialog.Closed{}) {
		t.Error("esc does not close")
	}
}

package jobs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/dialog"
	"signpost/ui/theme"
	"signpost/uploader"
	"signpost/uploader/queue"
)

func shown(t *testing.T, m Model, w, h int) string {
	t.Helper()
	_, lines, _ := m.View(w, h, theme.New(true))
	if len(lines) > h {
		t.Errorf("%d lines in %d", len(lines), h)
	}
	var b strings.Builder
	for _, l := range lines {
		if l.Width() > w {
			t.Errorf("%d wide in %d: %s", l.Width(), w, l.PlainText())
		}
		b.WriteString(l.PlainText() + "\n")
	}
	return b.String()
}

func items() []queue.Item {
	now := time.Unix(1000, 0)
	name := func(s string) uploader.Draft { return uploader.Draft{File: s} }
	return []queue.Item{
		{ID: 0, Draft: name("/tmp/a.png"), State: queue.Done, PublicID: "holiday/a"},
		{ID: 1, Draft: name("/tmp/b.mp4"), State: queue.Running, Event: uploader.Event{Phase: uploader.PhaseSending, Sent: 50, Total: 100, Part: 2, Parts: 3}},
		{ID: 2, Draft: name("/tmp/c.png"), State: queue.Running, Event: uploader.Event{Retry: &uploader.Retry{Until: now.Add(4 * time.Second), Err: errors.New("503")}}},
		{ID: 3, Draft: name("/tmp/evil\x1b]0;x\x07.png"), State: queue.Failed, Said: "refused: Invalid \x1b[31mimage"},
		{ID: 4, Draft: name("/tmp/e.png"), State: queue.Unknown, Said: "outcome unknown"},
		{ID: 5, Draft: name("/tmp/f.png"), State: queue.Waiting},
		{ID: 6, Draft: name("/tmp/g.png"), State: queue.Paused},
	}
}

// TestView: each state says what it is, and threat T1: names cannot draw.
func TestView(t *testing.T) {
	t.Parallel()
	d, _ := Model{}.Update(ItemsMsg{Items: items(), At: time.Unix(1000, 0), Jobs: 4})
	m, ok := d.(Model)
	if !ok {
		t.Fatal("another model")
	}
	text := shown(t, m, 100, 20)
	for _, want := range []string{"1 of 7 kept", "2 on their way", "1 waiting", "1 failed", "1 unknown", "1 stopped", "50 %, part 2 of 3", "again in 4 s: 503", "holiday/a", "4 at once", "✓", "✗", "?"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.ContainsRune(text, 0x1b) {
		t.Errorf("%q", text)
	}
	for w := 20; w < 140; w += 7 {
		for h := 5; h < 40; h += 3 {
			shown(t, m, w, h)
		}
	}
	shown(t, Model{}, 60, 10)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	var many []queue.Item
	for i := range 1000 {
		many = append(many, queue.Item{ID: i, Draft: uploader.Draft{File: fmt.Sprint("f", i)}, State: queue.Waiting})
	}
	d, _ := Model{}.Update(ItemsMsg{Items: many, At: time.Unix(1000, 0)})
	press := func(keys ...tea.KeyPressMsg) (act dialog.Action) {
		for _, k := range keys {
			d, act = d.Update(k)
		}
		return act
	}
	down := tea.KeyPressMsg{Code: tea.KeyDown}
	if act := press(down, down, tea.KeyPressMsg{Code: 'p', Text: "p"}); act != (dialog.JobAction{What: dialog.JobPause, ID: 2}) {
		t.Errorf("%+v", act)
	}
	if act := press(tea.KeyPressMsg{Code: 'x', Mod: tea.ModAlt}, tea.KeyPressMsg{Code: tea.KeyEnter}); act != (dialog.JobAction{What: dialog.JobCancel, ID: -1}) {
		t.Errorf("%+v", act)
	}
	if act := press(tea.KeyPressMsg{Code: tea.KeyEnd}, tea.KeyPressMsg{Code: 'x', Text: "x"}); act != (dialog.JobAction{What: dialog.JobCancel, ID: 999}) {
		t.Errorf("%+v", act)
	}
	m, _ := d.(Model)
	if text := shown(t, m, 80, 12); !strings.Contains(text, "› · f999") {
		t.Errorf("the cursor is out of sight:\n%s", text)
	}
	if act := press(tea.KeyPressMsg{Code: tea.KeyEscape}); act != (dialog.Closed{}) {
		t.Errorf("%+v", act)
	}
}

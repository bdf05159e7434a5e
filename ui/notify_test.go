package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/uploader"
)

// raws drives messages like [drive], and returns what was written to the terminal as it
// is.
func raws(t *testing.T, m Model, msgs ...tea.Msg) string {
	t.Helper()
	var out strings.Builder
	for n := 0; len(msgs) > 0; n++ {
		if n > 500 {
			t.Fatal("the commands do not come to an end")
		}
		msg := msgs[0]
		msgs = msgs[1:]
		if raw, ok := msg.(tea.RawMsg); ok {
			fmt.Fprint(&out, raw.Msg)
			continue
		}
		next, cmd := m.Update(msg)
		m = next.(Model)
		msgs = append(msgs, run(cmd, time.Minute)...)
	}
	return out.String()
}

// TestNotification: a long upload that ends while nobody looks at the terminal is told by
// the terminal itself; a short one, or one that is looked at, is not. Threat T1: what it
// says has no control characters of others.
func TestNotification(t *testing.T) {
	t.Parallel()
	refused := &uploader.APIError{Status: 400, Message: "bad\x1b]0;title\a\u202e"}
	for _, tt := range []struct {
		name    string
		took    time.Duration
		focus   []tea.Msg
		err     error
		nothing bool
	}{
		{name: "long and out of focus", took: time.Minute, focus: []tea.Msg{tea.BlurMsg{}}},
		{name: "long and refused", took: time.Minute, focus: []tea.Msg{tea.BlurMsg{}}, err: refused},
		{name: "long and in focus", took: time.Minute, nothing: true},
		{name: "long and in focus again", took: time.Minute, focus: []tea.Msg{tea.BlurMsg{}, tea.FocusMsg{}}, nothing: true},
		{name: "short and out of focus", took: time.Second, focus: []tea.Msg{tea.BlurMsg{}}, nothing: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			d := w.deps()
			d.Upload = func(context.Context, uploader.Prepared, uploader.Observer) (*uploader.Result, error) {
				w.now = w.now.Add(tt.took)
				if tt.err != nil {
					return nil, tt.err
				}
				return goodResult(), nil
			}
			got := raws(t, start(t, w, d, 80, 24), append(tt.focus, keys("ctrl+s")...)...)
			if tt.nothing {
				if got != "" {
					t.Errorf("told %q", got)
				}
				return
			}
			said, ok := strings.CutPrefix(got, "\x1b]9;signpost: ")
			said, end := strings.CutSuffix(said, "\x1b\\\a")
			if !ok || !end || said == "" || strings.ContainsAny(said, "\x1b\a\u202e") {
				t.Errorf("told %q", got)
			}
		})
	}
}

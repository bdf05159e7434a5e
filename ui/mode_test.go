package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"signpost/signer/visible"
	"signpost/ui/text"
)

// TestCountsAsTheTerminal: the answer about mode 2027 decides how cells are counted, and
// frames keep their width either way. Not parallel: the setting is the program's.
func TestCountsAsTheTerminal(t *testing.T) {
	t.Cleanup(func() { text.CountClusters(false) })
	thumb := visible.Clean("👍🏽")
	for _, c := range []struct {
		value ansi.ModeSetting
		want  int
	}{
		{ansi.ModeNotRecognized, 4}, {ansi.ModeReset, 2}, {ansi.ModePermanentlyReset, 4}, {ansi.ModeSet, 2}, {ansi.ModePermanentlySet, 2},
	} {
		w := newWorld()
		m := drive(t, start(t, w, w.deps(), 80, 24), tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: c.value})
		if got := text.Width(thumb); got != c.want {
			t.Errorf("%v: %d cells, want %d", c.value, got, c.want)
		}
		frame(t, m)
		drive(t, m, tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset})
		if got := text.Width(thumb); got != c.want {
			t.Errorf("%v: another mode changes the count to %d", c.value, got)
		}
	}
}

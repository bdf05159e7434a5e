package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// BenchmarkKey is what a key costs before the library compares frames: signing, the
// command, and the view.
func BenchmarkKey(b *testing.B) {
	w := newWorld()
	m := tea.Model(New(w.deps()))
	m, _ = m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	m, _ = m.Update(keyPress("tab"))
	for i := 0; b.Loop(); i++ {
		k := keyPress("a")
		if i%2 == 1 {
			k = keyPress("backspace")
		}
		m, _ = m.Update(k)
		_ = m.View()
	}
}

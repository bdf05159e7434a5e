package ui

import (
	"time"

	"signpost/ui/dialog"
)

// grace is how long a dialog that opened by itself takes no keys: what was meant for the
// screen below must not answer it.
const grace = 400 * time.Millisecond

// opened puts a dialog on top that no key asked for.
func (m *Model) opened(d dialog.Dialog) {
	m.dialogs = m.pushed(d)
	m.graceUntil = m.deps.Now().Add(grace)
}

// inGrace reports whether keys are still meant for what was there before.
func (m Model) inGrace() bool { return m.deps.Now().Before(m.graceUntil) }

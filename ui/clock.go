package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/widget"
)

// renewBefore is how much of its life a signature must have left to be sent as it is.
const renewBefore = 30 * time.Second

// saveDelay gathers key presses into one write of the draft. What is typed is on disk
// well within a quarter of a second.
const saveDelay = 100 * time.Millisecond

// clockMsg wakes the screen when a text that shows the time changes; of an earlier
// generation it is dropped, so that there is never more than one clock.
type clockMsg struct{ generation int }

// tick sleeps until the next change: a minute, a second in the last two minutes, or a
// second while an upload is shown. A screen at rest is at rest.
func (m *Model) tick() tea.Cmd {
	m.clockGen++
	return m.tickOf(m.clockGen)
}

func (m Model) tickOf(generation int) tea.Cmd {
	wait := time.Hour
	if m.screen == screenTransfer {
		wait = time.Second
		if m.deps.Still {
			wait = 10 * time.Second
		}
	} else if m.prepared.Freshness.State == signer.Fresh {
		_, wait = widget.Left(m.prepared.Freshness.Until.Sub(m.at))
	}
	if wait <= 0 {
		wait = time.Hour
	}
	return m.after(wait, clockMsg{generation})
}

// after is a command that gives the message after a time.
func (m Model) after(d time.Duration, msg tea.Msg) tea.Cmd {
	if m.deps.After != nil {
		return m.deps.After(d, msg)
	}
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

func (m Model) handleClock(msg clockMsg) (tea.Model, tea.Cmd) {
	if msg.generation != m.clockGen {
		return m, nil
	}
	m.at = m.deps.Now()
	m.transfer.SetNow(m.at)
	m.prepared.Freshness = signer.CheckTimestamp(m.prepared.Timestamp, m.at)
	return m, m.tickOf(msg.generation)
}

// validity is what the header says of the timestamp, and whether it is a warning.
func (m Model) validity() (visible.Text, bool) {
	if !m.prepared.Expires() {
		return "does not expire", false
	}
	f := m.prepared.Freshness
	byHand := m.form.Draft().TimestampByHand
	switch f.State {
	case signer.Fresh:
		t, _ := widget.Left(f.Until.Sub(m.at))
		if byHand {
			return t + ", set by hand", true
		}
		return t, f.Left < 2*time.Minute
	case signer.Stale:
		if byHand {
			return "expired, set by hand", true
		}
		return "expired; renewed when sent", true
	case signer.Future:
		return "in the future", true
	case signer.Milliseconds:
		return "milliseconds?", true
	}
	return "no timestamp", true
}

// saveMsg is due when the draft is to be written; savedMsg is what came of it.
type (
	saveMsg  struct{}
	savedMsg struct{ err error }
)

// scheduleSave sees to it that the draft is written soon, once for many keys.
func (m *Model) scheduleSave() tea.Cmd {
	m.unsaved = true
	if m.saving {
		return nil
	}
	m.saving = true
	return m.after(saveDelay, saveMsg{})
}

func (m Model) handleSave() (tea.Model, tea.Cmd) {
	m.unsaved = false
	return m, m.saveNow()
}

// saveNow writes the draft as it is.
func (m Model) saveNow() tea.Cmd {
	save, draft := m.deps.SaveDraft, m.ownDraft()
	return func() tea.Msg { return savedMsg{save(draft)} }
}

// handleSaved writes again what was typed meanwhile, and says once that it cannot.
func (m Model) handleSaved(msg savedMsg) (tea.Model, tea.Cmd) {
	m.saving = false
	if msg.err != nil && !m.saveFailed {
		m.saveFailed = true
		m.note(noticeWarn, "drafts cannot be saved: "+visible.Clean(msg.err.Error()))
	}
	if m.unsaved {
		return m, m.scheduleSave()
	}
	return m, nil
}

package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/widget"
	"signpost/uploader"
)

// updateTransfer handles the keys of an upload on its way.
func (m Model) updateTransfer(msg tea.Msg) (tea.Model, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || m.transfer.Stopping() && !m.transfer.Paused() {
		return m, nil
	}
	switch k.String() {
	case "esc":
		return m.escape()
	case "enter":
		if m.transfer.Asking() {
			m.halt(false)
		}
	case "p":
		switch {
		case m.transfer.Paused():
			m.renewIfStale()
			return m.start()
		case m.transfer.InParts():
			m.halt(true)
		}
	case "t":
		if now := m.transfer.Now(); now != nil {
			return m, func() tea.Msg { now(); return nil }
		}
	}
	return m, nil
}

// halt stops what is on its way; its end comes as a message.
func (m *Model) halt(pause bool) {
	m.transfer.SetStopping(pause)
	m.upload.cancel()
}

// escape goes back to the form from a pause, stops a wait, and asks before it stops
// anything else; the second one takes the question back.
func (m Model) escape() (tea.Model, tea.Cmd) {
	switch {
	case m.transfer.Paused():
		m.screen = m.homeScreen()
		m.note(noticeInfo, "paused: ctrl+s goes on, also after a restart")
		m.refresh()
		return m, m.tick()
	case m.transfer.Asking():
		m.transfer.SetAsking(false)
	case m.transfer.Waiting():
		m.halt(false)
	default:
		m.transfer.SetAsking(true)
	}
	return m, nil
}

// stopped shows an upload that was stopped; done is false where it ended in any other way.
func (m Model) stopped(msg uploadDoneMsg) (next Model, done bool) {
	e, ok := errors.AsType[*uploader.PartError](msg.err)
	resumable := ok && e.Resumable && errors.Is(msg.err, context.Canceled)
	if !resumable && (msg.result != nil || !errors.Is(msg.err, context.Canceled) || uploader.Classify(msg.err) == uploader.ClassMaybe) {
		return m, false
	}
	if m.transfer.Pausing() {
		acked := int64(0)
		if resumable {
			acked = e.Acked
		}
		m.transfer.SetPaused(acked)
		return m, true
	}
	m.screen = m.homeScreen()
	if resumable {
		m.note(noticeInfo, "stopped at part "+widget.Count(e.Part)+" of "+widget.Count(e.Parts)+": ctrl+s goes on there, also after a restart")
	} else {
		m.note(noticeInfo, "cancelled before everything was sent: nothing was kept")
	}
	m.refresh()
	return m, true
}

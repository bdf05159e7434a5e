package ui

import (
	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/widget"
)

// offerUnfinished asks at the start about what an earlier run left unfinished.
func (m *Model) offerUnfinished() {
	if u := m.deps.Unfinished; u != nil {
		m.dialogs = append(m.dialogs, dialog.Ask{Tag: "resume", Title: "An unfinished upload", Body: []visible.Text{
			"An earlier run was sending this, on " + visible.Clean(u.At.Local().Format("2 January at 15:04")) + ":",
			"file  " + text.Middle(visible.Clean(cutTo(u.Draft.File, 300)), 48),
			"to    " + visible.Clean(cutTo(u.Host+", cloud "+u.Cloud, 100)),
			widget.Bytes(u.Acked) + " of " + widget.Bytes(u.Size) + " are acknowledged. It goes on after them, if the file is still the same.",
		}, Yes: "go on with it", No: "not now"})
	}
	if q := m.deps.LeftQueue; q != nil {
		t := q.Total
		m.dialogs = append(m.dialogs, dialog.Ask{Tag: "queue", Title: "Unfinished uploads", Body: []visible.Text{
			"An earlier run was sending " + widget.Count(t.Files) + " files: " + widget.Count(t.Done) + " were kept, " + widget.Count(t.Failed) + " failed, of " + widget.Count(t.Unknown) + " the outcome is unknown.",
			widget.Count(t.Waiting+t.Stopped) + " are still to be sent.",
		}, Yes: "go on with them", No: "forget them"})
	}
}

// answerUnfinished goes on with an upload, or leaves it for later.
func (m Model) answerUnfinished(yes bool) (tea.Model, tea.Cmd) {
	u := m.deps.Unfinished
	if !yes {
		m.note(noticeInfo, "it stays unfinished, and is offered again for a day")
		return m, nil
	}
	m.form.SetDraft(u.Draft)
	m.form.SetTimestamp(m.stamp())
	m.refresh()
	if m.account.Host() != u.Host || m.account.CloudName != u.Cloud {
		m.note(noticeWarn, visible.Clean("it was going to "+u.Host+", cloud "+u.Cloud+": choose that account with ctrl+l, then ctrl+s goes on"))
		return m, m.scheduleSave()
	}
	return m.send()
}

// answerQueue goes on with a queue, or forgets it.
func (m Model) answerQueue(yes bool) (tea.Model, tea.Cmd) {
	if yes {
		return m.restoreMany()
	}
	drop := m.deps.LeftQueue.Drop
	return m, func() tea.Msg { return savedMsg{drop()} }
}

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
	if m.deps.LeftQueue != nil {
		m.dialogs = append(m.dialogs, m.askQueue())
	}
}

// askQueue asks about the files that an earlier run was sending.
func (m *Model) askQueue() dialog.Dialog {
	q := m.deps.LeftQueue
	t := q.Total
	body := []visible.Text{
		"An earlier run was sending " + widget.Count(t.Files) + " files: " + widget.Count(t.Done) + " were kept, " + widget.Count(t.Failed) + " failed, of " + widget.Count(t.Unknown) + " the outcome is unknown.",
		widget.Count(t.Waiting+t.Stopped) + " are still to be sent.",
	}
	if q.For != "" {
		body = append(body, "to    "+visible.Clean(cutTo(q.For, 200)))
	}
	return dialog.Ask{Tag: "queue", Title: "Unfinished uploads", Body: body, Yes: "go on with them", No: "forget them"}
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
// Where another account is in use it waits until that one is chosen.
func (m Model) answerQueue(yes bool) (tea.Model, tea.Cmd) {
	left := m.deps.LeftQueue
	m.queueWaits = false
	if yes && left.Fits != nil && !left.Fits(m.account) {
		m.queueWaits = true
		m.note(noticeWarn, "nothing is sent yet: they were going to "+visible.Clean(cutTo(left.For, 200))+"; choose that account with ctrl+l, and you are asked again")
		return m, nil
	}
	if yes {
		return m.restoreMany()
	}
	drop := left.Drop
	return m, func() tea.Msg { return savedMsg{drop()} }
}

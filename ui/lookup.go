package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/uploader"
	"signpost/uploader/queue"
)

// question is an upload of which nobody knows what became, and when it began; zero is not
// known.
type question struct {
	sent  uploader.Prepared
	since time.Time
	// answer is true where the screen of its answer asks; else a dialog shows what is said.
	answer     bool
	generation int
}

// foundMsg is what the service said.
type foundMsg struct {
	q     question
	found uploader.Found
	err   error
}

// lookUp asks the service what became of an upload. Key and secret go to the host: one
// that is neither the service's nor this machine is asked about each time.
func (m Model) lookUp(q question) (tea.Model, tea.Cmd) {
	switch {
	case m.deps.LookUp == nil:
		m.note(noticeInfo, "nothing can be looked up here")
		return m, nil
	case q.sent.Account.HostKind() != uploader.HostForeign:
		return m.ask(q)
	}
	m.asked = q
	host := visible.Clean(uploader.HostDisplay(q.sent.Account.Host()))
	m.dialogs = m.pushed(dialog.Ask{
		Tag: "look up", Title: "Another host",
		Body: []visible.Text{
			"The question, with the API key and the API secret, would go to " + host + ".",
			"That is neither Cloudinary's API nor this machine.",
		},
		Yes: "ask " + host, No: "do not ask",
	})
	return m, nil
}

// ask asks the service.
func (m Model) ask(q question) (tea.Model, tea.Cmd) {
	if q.answer {
		m.response.SetLookingUp()
	} else {
		m.note(noticeInfo, "asking the service")
	}
	look := m.deps.LookUp
	return m, func() tea.Msg {
		found, err := look(q.sent, q.since)
		return foundMsg{q, found, err}
	}
}

// handleFound shows what the service said, where it was asked.
func (m Model) handleFound(msg foundMsg) (tea.Model, tea.Cmd) {
	msg.found.Why, msg.found.Hint = m.masked(msg.found.Why), m.masked(msg.found.Hint)
	if msg.q.answer {
		if msg.q.generation == m.upload.generation && m.screen == screenResponse {
			m.response.SetFound(msg.found, msg.err)
		}
		return m, nil
	}
	m.notice = ""
	f := msg.found
	lines := []text.Line{text.Plain(visible.Clean(f.Verdict.String()), m.th.Title), nil, text.Plain(visible.Clean(cutTo(f.Why, 2000)), m.th.Text), text.Plain("hint: "+visible.Clean(cutTo(f.Hint, 600)), m.th.Muted)}
	if msg.err != nil {
		lines = []text.Line{text.Plain("cannot tell", m.th.Title), nil, text.Plain(visible.Clean(cutTo(msg.err.Error(), 600)), m.th.Warn)}
	}
	m.opened(dialog.Read{Title: "Looked up", Body: append(lines, nil, text.Plain("any key closes this", m.th.Muted))})
	return m, nil
}

// lookUpJob looks up a file of the queue.
func (m Model) lookUpJob(id int) (tea.Model, tea.Cmd) {
	for _, i := range m.many.q.Items() {
		if i.ID == id && i.State == queue.Unknown {
			return m.lookUp(m.questionOf(i))
		}
	}
	m.note(noticeInfo, "there is nothing to look up: it is known what became of this file")
	return m, nil
}

// questionOf is the question about a file of the queue. After a restart nobody knows when
// its upload began.
func (m Model) questionOf(i queue.Item) question {
	if i.Prepared.URL == "" {
		a := m.many.account
		p, _ := uploader.Prepare(i.Draft, a, m.deps.ParseFile(i.Draft.File, !a.Sandbox), m.deps.Now())
		return question{sent: p}
	}
	return question{sent: i.Prepared, since: i.Began()}
}

// lookUpPast looks up an upload of the history, where it went to the account in use.
func (m Model) lookUpPast(p Past) (tea.Model, tea.Cmd) {
	if why := m.notOf(p.Host, p.Cloud, p.APIKey); why != "" {
		m.note(noticeWarn, "it went to "+why+": choose that account with ctrl+l first")
		return m, nil
	}
	sent, _ := uploader.Prepare(p.Draft, m.account, m.deps.ParseFile(p.Draft.File, m.live()), m.deps.Now())
	return m.lookUp(question{sent: sent, since: p.At})
}

// notOf names an account that is not the one in use; empty where it is.
func (m Model) notOf(host, cloud, key string) visible.Text {
	if a := m.account; a.Host() == host && a.CloudName == cloud && (key == "" || a.APIKey == key) {
		return ""
	}
	return accountWords(host, cloud, key)
}

// accountWords name an account.
func accountWords(host, cloud, key string) visible.Text {
	t := "cloud " + cutTo(cloud, 100) + " at " + cutTo(host, 100)
	if key != "" {
		t += ", API key " + cutTo(key, 40)
	}
	return visible.Clean(t)
}

// again sends the same upload once more; where a second asset may come of it, after a
// question.
func (m Model) again() (tea.Model, tea.Cmd) {
	if !m.response.Unknown() || m.prepared.Idempotent() {
		return m.send()
	}
	m.dialogs = m.pushed(dialog.Ask{
		Tag: "again", Title: "Upload it again?",
		Body: []visible.Text{"Nobody knows yet whether it was kept. It has no public ID of its own, so that another upload makes a second asset if it was. The key l looks it up first."},
		Yes:  "upload it again", No: "not now",
	})
	return m, nil
}

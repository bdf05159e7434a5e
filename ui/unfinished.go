package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
)

// atHand are the accounts that an earlier run may have used: the one in use, the sandbox,
// the one that was found, one that was entered.
func (m Model) atHand(fits func(a uploader.Account) bool) (uploader.Account, bool) {
	for _, a := range []uploader.Account{m.account, m.deps.Sandbox, m.deps.Live.Account, m.typed} {
		if a.CloudName != "" && fits(a) {
			return a, true
		}
	}
	return uploader.Account{}, false
}

// isOf reports whether an account is the one of an unfinished upload.
func (u *Unfinished) isOf(a uploader.Account) bool {
	return a.CloudName == u.Cloud && a.APIKey == u.APIKey && a.Host() == u.Host
}

// offerUnfinished asks about what an earlier run left unfinished. It goes on with the
// account that it was begun with, or not at all.
func (m *Model) offerUnfinished() {
	m.dialogs = slices.DeleteFunc(slices.Clone(m.dialogs), func(d dialog.Dialog) bool {
		ask, ok := d.(dialog.Ask)
		return ok && slices.Contains([]string{"resume", "queue", "elsewhere"}, ask.Tag)
	})
	if u := m.unfinished; u != nil {
		a, ok := m.atHand(u.isOf)
		body := []visible.Text{
			"An earlier run was sending this, on " + visible.Clean(u.At.Local().Format("2 January at 15:04")) + ":",
			"file  " + text.Middle(visible.Clean(cutTo(u.Draft.File, 300)), 60),
			"to    " + accountWords(u.Host, u.Cloud, u.APIKey),
			widget.Bytes(u.Acked) + " of " + widget.Bytes(u.Size) + " are acknowledged. It goes on after them, if the file is still the same.",
		}
		m.offerTo("resume", "An unfinished upload", body, a, ok, "not now")
	}
	if q := m.leftQueue; q != nil {
		a, ok := m.account, true
		t := q.Total
		said := "An earlier run was sending " + widget.Count(t.Files) + " files: " + widget.Count(t.Done) + " were kept"
		if t.Failed > 0 {
			said += ", " + widget.Count(t.Failed) + " failed"
		}
		if t.Unknown > 0 {
			said += ", of " + widget.Count(t.Unknown) + " the outcome is unknown"
		}
		body := []visible.Text{said + ". " + widget.Count(t.Waiting+t.Stopped) + " are still to be sent."}
		if q.For != "" {
			body = append(body, "to    "+visible.Clean(cutTo(q.For, 200)))
			a, ok = m.atHand(q.Fits)
		} else { // an older version did not keep it
			body = append(body, "to    an account that was not kept; they would go to "+accountWords(a.Host(), a.CloudName, a.APIKey))
		}
		m.offerTo("queue", "Unfinished uploads", body, a, ok, "forget them")
	}
}

// offerTo asks whether to go on with something that belongs to an account.
func (m *Model) offerTo(tag string, title visible.Text, body []visible.Text, a uploader.Account, ok bool, no visible.Text) {
	ask := dialog.Ask{Tag: tag, Title: title, Body: body, Yes: "go on", No: no}
	switch {
	case !ok:
		ask.Tag, ask.Yes, ask.No = "elsewhere", "choose the account", "not now"
		ask.Body = append(ask.Body, "This account is not at hand. As soon as it is in use, this is offered again.")
	case a.Host() != m.account.Host() || a.CloudName != m.account.CloudName || a.APIKey != m.account.APIKey:
		ask.Body = append(ask.Body, "That is not the account in use: going on changes to it.")
	}
	m.dialogs = m.pushed(ask)
}

// answerUnfinished goes on with an upload, or leaves it for later.
func (m Model) answerUnfinished(yes bool) (tea.Model, tea.Cmd) {
	u := m.unfinished
	m.unfinished = nil
	if !yes {
		m.note(noticeInfo, "it stays unfinished, and is offered again for a day")
		return m, nil
	}
	a, _ := m.atHand(u.isOf)
	m = m.using(a)
	m.form.SetDraft(u.Draft)
	m.form.SetTimestamp(m.stamp())
	m.refresh()
	return m.send()
}

// answerQueue goes on with a queue, after the question about its host, or forgets it.
func (m Model) answerQueue(yes bool) (tea.Model, tea.Cmd) {
	q := m.leftQueue
	if !yes {
		m.leftQueue = nil
		return m, func() tea.Msg { return savedMsg{q.Drop()} }
	}
	if q.For != "" {
		a, _ := m.atHand(q.Fits)
		m = m.using(a)
	}
	if m.account.HostKind() == uploader.HostForeign {
		account, allowed := m.account, m.deps.HostAllowed
		return m, func() tea.Msg { return hostMsg{allowed: allowed(account), queue: true} }
	}
	return m.restoreMany()
}

// using makes an account the one in use, where it is not.
func (m Model) using(a uploader.Account) Model {
	if a.Host() == m.account.Host() && a.CloudName == m.account.CloudName && a.APIKey == m.account.APIKey {
		return m
	}
	next, _ := m.use(a)
	return next.(Model)
}

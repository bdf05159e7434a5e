package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/tampering"
	"signpost/uploader"
)

// trial is a broken request, or the one that it was made of.
type trial = dialog.TrialRequested

// tamper opens the place where the request of the form is broken on purpose.
func (m Model) tamper() (tea.Model, tea.Cmd) {
	if m.deps.Try == nil {
		m.note(noticeInfo, "there is no sandbox here to send broken requests to")
		return m, nil
	}
	d := m.form.Draft()
	s := tampering.Setup{Draft: d, Sandbox: m.deps.Sandbox, File: m.deps.ParseFile(d.File, false), Now: m.deps.Now, Mask: m.masked}
	if m.live() && !m.account.Secret.IsZero() {
		s.Live, s.LiveFile = m.account, m.deps.ParseFile(d.File, true)
	}
	m.dialogs = m.pushed(tampering.New(s))
	return m, nil
}

// tryBroken sends a request of the tamper mode: to the sandbox at once, to an account only
// after a question, each time.
func (m Model) tryBroken(t trial) (tea.Model, tea.Cmd) {
	if t.Prepared.Account.Sandbox {
		return m, m.runTrial(t)
	}
	m.trial = t
	what := visible.Text("A request that was broken on purpose")
	if t.Mended {
		what = "The request as it should be: an upload that is kept"
	}
	m.dialogs = m.pushed(dialog.Ask{
		Tag: "trial", Title: "LIVE: send it?",
		Body: []visible.Text{
			what + " would go to " + visible.Clean(uploader.HostDisplay(t.Prepared.Account.Host())) + ", cloud " + visible.Clean(cutTo(t.Prepared.Account.CloudName, 60)) + ".",
			"It counts there like any other. Where the server takes it, the asset is kept.",
		},
		Yes: "send it", No: "do not send",
	})
	return m, nil
}

// answerTrial sends what was asked about, or goes back.
func (m Model) answerTrial(yes bool) (tea.Model, tea.Cmd) {
	t := m.trial
	m.trial = trial{}
	if yes {
		return m, m.runTrial(t)
	}
	top := len(m.dialogs) - 1
	if top >= 0 {
		if d, ok := m.dialogs[top].(tampering.Model); ok {
			m.dialogs = append(append([]dialog.Dialog(nil), m.dialogs[:top]...), d.NotSent())
		}
	}
	m.note(noticeInfo, "not sent")
	return m, nil
}

// runTrial sends it, and gives the answer to the dialog.
func (m Model) runTrial(t trial) tea.Cmd {
	account := m.account
	if t.Prepared.Account.Sandbox {
		account = m.deps.Sandbox
	}
	try, send, now := m.deps.Try, m.deps.Upload, m.deps.Now
	return func() tea.Msg {
		msg := tampering.AnsweredMsg{Run: t.Run, Mended: t.Mended}
		if account.Sandbox {
			msg.Result, msg.Err = try(context.Background(), t.Prepared)
		} else {
			msg.Result, msg.Err = send(context.Background(), t.Prepared, func(uploader.Event) {})
		}
		msg.Case = refusal(t.Prepared, t.Meant, msg.Err, account, now())
		return msg
	}
}

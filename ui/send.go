package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/present"
	"signpost/ui/response"
	"signpost/ui/transfer"
	"signpost/ui/widget"
	"signpost/uploader"
)

// stillFor is how long a figure stands where nothing is to move.
const stillFor = 2 * time.Second

// uploadEventMsg is one event of the upload of a generation.
type uploadEventMsg struct {
	generation int
	event      uploader.Event
}

// uploadDoneMsg is the end of an upload.
type uploadDoneMsg struct {
	generation int
	result     *uploader.Result
	err        error
}

// hostMsg says whether the person has allowed the account's host before; queue is true where
// a queue of an earlier run is to go on there.
type hostMsg struct{ allowed, queue bool }

// send starts the upload, after the questions that have to be asked first. A stale
// timestamp is renewed before that: what is shown changes first, then it is sent.
func (m Model) send() (tea.Model, tea.Cmd) {
	if m.screen == screenTransfer {
		return m, nil
	}
	m.renewIfStale()
	if why := m.whyNot(); why != "" {
		m.screen = m.homeScreen()
		m.note(noticeWarn, why)
		return m, m.scheduleSave()
	}
	if m.account.HostKind() == uploader.HostForeign {
		account, allowed := m.account, m.deps.HostAllowed
		return m, func() tea.Msg { return hostMsg{allowed: allowed(account)} }
	}
	return m.start()
}

// whyNot says what is missing for a request that can be sent.
func (m Model) whyNot() visible.Text {
	switch {
	case errors.Is(m.prepareErr, uploader.ErrNoCredentials):
		return "not sent: the account has no cloud name or API key; ctrl+l enters credentials"
	case errors.Is(m.prepareErr, signer.ErrNoSecret):
		return "not sent: there is no API secret to sign with; ctrl+l enters credentials"
	case m.prepareErr != nil:
		return "not sent: " + visible.Clean(m.prepareErr.Error())
	case m.prepared.File.Kind == uploader.FileNone:
		return "not sent: there is no file; give a path, a URL or a data URI"
	}
	return ""
}

// handleHost asks about a foreign host unless that has been answered before.
func (m Model) handleHost(msg hostMsg) (tea.Model, tea.Cmd) {
	tag := "host"
	switch {
	case msg.allowed && msg.queue:
		return m.restoreMany()
	case msg.allowed:
		return m.start()
	case msg.queue:
		tag = "host queue"
	}
	host := visible.Clean(uploader.HostDisplay(m.account.Host()))
	body := []visible.Text{
		"The upload, with its signature, would go to " + host + ".",
		"That is neither Cloudinary's API nor this machine. It was chosen by " + visible.Clean(m.account.Origin) + ".",
		"Whoever runs that host gets the file, and can use the signature for an hour.",
	}
	if m.account.InTheClear() {
		body[2] = "It goes over plain http with the sandbox's published account: whoever runs that host, or is on the network between, can read the file."
	}
	m.dialogs = m.pushed(dialog.Ask{
		Tag: tag, Title: "Another host",
		Body: body,
		Yes:  "send it to " + host, No: "do not send",
	})
	return m, nil
}

// start sends the prepared request, or hands several files to a queue.
func (m Model) start() (tea.Model, tea.Cmd) {
	if len(m.queue) > 1 && m.deps.NewQueue != nil && m.queue[0].file == m.form.Draft().File {
		return m.startMany()
	}
	m.queue = nil
	ctx, cancel := context.WithCancel(context.Background())
	m.upload.generation++
	m.upload.cancel, m.upload.since, m.upload.sent = cancel, m.deps.Now(), m.prepared
	m.upload.events = make(chan uploader.Event, 64)
	m.transfer = transfer.New(m.prepared, m.deps.Now(), m.th)
	m.screen = screenTransfer
	m.notice = ""
	gen, events, p := m.upload.generation, m.upload.events, m.prepared
	upload, goFunc := m.deps.Upload, m.deps.Go
	run := func() tea.Msg {
		done := make(chan uploadDoneMsg, 1)
		goFunc(func() {
			defer close(events)
			result, err := upload(ctx, p, func(e uploader.Event) { offer(events, e) })
			done <- uploadDoneMsg{generation: gen, result: result, err: err}
		})
		return <-done
	}
	return m, tea.Batch(m.saveNow(), run, waitEvent(gen, events), m.tick())
}

// offer puts an event on the channel without ever waiting. Where the screen is behind,
// the oldest event makes room: each one tells the whole state.
func offer(events chan uploader.Event, e uploader.Event) {
	for {
		select {
		case events <- e:
			return
		default:
		}
		select {
		case <-events:
		default:
		}
	}
}

// waitEvent returns the next event as a message; nothing once the upload has ended.
func waitEvent(gen int, events chan uploader.Event) tea.Cmd {
	return func() tea.Msg {
		e, open := <-events
		if !open {
			return nil
		}
		return uploadEventMsg{generation: gen, event: e}
	}
}

func (m Model) handleEvent(msg uploadEventMsg) (tea.Model, tea.Cmd) {
	if msg.generation != m.upload.generation || m.screen != screenTransfer {
		return m, nil
	}
	if e := msg.event; m.deps.Still && e.Phase == m.transfer.Phase() && e.Retry == nil && e.At.Sub(m.toldAt) < stillFor {
		return m, waitEvent(msg.generation, m.upload.events)
	}
	m.toldAt = msg.event.At
	m.transfer.SetEvent(msg.event)
	return m, waitEvent(msg.generation, m.upload.events)
}

// handleDone shows the answer, or says what became of the upload.
func (m Model) handleDone(msg uploadDoneMsg) (tea.Model, tea.Cmd) {
	if msg.generation != m.upload.generation {
		return m, nil
	}
	m.upload.cancel()
	m.lessonSent(msg.result, msg.err)
	if next, done := m.stopped(msg); done {
		return next, nil
	}
	m.refused = refusal(m.prepared, m.prepared, msg.err, m.account, m.deps.Now())
	m.screen = screenResponse
	msg.result = m.withoutSecrets(msg.result)
	why := mapWhy(uploader.Explain(msg.err, m.prepared), m.redact)
	m.keepAttempt(msg.result, msg.err, why)
	m.response = response.New(m.maskResult(msg.result), msg.err, mapWhy(why, m.masked), m.th)
	m.response.SetNamed(m.prepared.Idempotent())
	m.relayout()
	if m.show.on {
		m.screen, m.show.step, m.show.scroll = screenPresent, present.StepAnswer, 0
		return m, nil
	}
	var tell tea.Cmd
	if m.transfer.Long(m.deps.Now()) {
		tell = m.notify(visible.Clean(m.response.Title()))
	}
	if msg.err == nil && msg.result != nil {
		m.note(noticeOK, "uploaded in "+widget.Duration(msg.result.Elapsed)+"; esc goes back to the form")
	} else {
		m.note(noticeInfo, "esc goes back to the form; everything typed is still there")
	}
	return m, tell
}

// renewIfStale takes the current time where the timestamp was not set by hand and the
// signature would be refused, or would be within the next half minute.
func (m *Model) renewIfStale() {
	if m.form.Draft().TimestampByHand {
		m.refresh()
		return
	}
	f := signer.CheckTimestamp(m.form.Draft().Timestamp, m.deps.Now())
	if f.State != signer.Fresh || f.Left < renewBefore {
		m.form.SetTimestamp(m.stamp())
	}
	m.refresh()
}

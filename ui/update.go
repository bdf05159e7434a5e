package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/browser"
	"signpost/ui/dialog"
	"signpost/ui/doctor"
	"signpost/ui/form"
	"signpost/ui/importing"
	"signpost/ui/lens"
	"signpost/ui/response"
	"signpost/ui/tampering"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/verify"
	"signpost/ui/widget"
)

// modeClusters is the terminal's mode of counting cells by grapheme cluster, which the
// library asks for and switches on by itself.
const modeClusters = 2027

// Update hands a message to its first owner: the environment, the results of commands,
// the dialog on top, the keys that work everywhere, the screen.
func (m Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.relayout()
		return m, nil
	case tea.BackgroundColorMsg:
		m.setTheme(theme.New(msg.IsDark()))
		m.relayout()
		return m, nil
	case tea.ModeReportMsg:
		if msg.Mode.Mode() == modeClusters {
			text.CountClusters(msg.Value.IsSet() || msg.Value.IsReset() && !msg.Value.IsPermanentlyReset())
			m.refresh()
		}
		return m, nil
	case clockMsg:
		return m.handleClock(msg)
	case handoutMsg:
		return m.handleHandout(msg)
	case uploadEventMsg:
		return m.handleEvent(msg)
	case uploadDoneMsg:
		return m.handleDone(msg)
	case saveMsg:
		return m.handleSave()
	case savedMsg:
		return m.handleSaved(msg)
	case copiedMsg:
		return m.handleCopied(msg)
	case writtenMsg:
		return m.handleWritten(msg)
	case openedMsg:
		return m.handleOpened(msg)
	case foundMsg:
		return m.handleFound(msg)
	case hostMsg:
		return m.handleHost(msg)
	case tea.FocusMsg:
		m.blurred = false
		return m, nil
	case tea.BlurMsg:
		m.blurred = true
		return m, nil
	case jobsTickMsg:
		return m.handleJobsTick(msg)
	case pastMsg:
		return m.handlePast(msg)
	case pastDoneMsg:
		return m.handlePastDone(msg)
	case wireMsg:
		return m.handleWire(msg)
	case lens.SmuggledMsg, verify.CheckedMsg, doctor.ExaminedMsg, tampering.AnsweredMsg:
		return m.toDialog(msg)
	case importing.ReadMsg:
		return m.toDialog(msg)
	case fieldReadMsg:
		return m.handleFieldRead(msg)
	case browser.ListedMsg:
		return m.toDialog(msg)
	case sizedMsg:
		m.sized = msg
		m.refresh()
		return m, nil
	case lookedMsg:
		return m.handleLooked(msg)
	case profileSavedMsg:
		return m.handleProfileSaved(msg)
	case profilesMsg:
		return m.handleProfiles(msg)
	case lessonsReadMsg:
		return m.handleLessonsRead(msg)
	case lessonCheckedMsg:
		return m.handleLessonChecked(msg)
	case previewedMsg:
		return m.handlePreviewed(msg)
	case externalMsg:
		return m.handleExternal(msg)
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.recordKey(k)
		m.notice = "" // it was there to be read until the next key
		if k.String() == "ctrl+c" {
			return m.handleInterrupt()
		}
	}
	if p, ok := msg.(tea.PasteMsg); ok && m.secretInPaste(p.Content) {
		m.note(noticeWarn, "paste refused: the API secret is in it, and would be seen")
		return m, nil
	}
	if len(m.dialogs) > 0 {
		if _, key := msg.(tea.KeyPressMsg); key && m.inGrace() {
			return m, nil
		}
		return m.updateDialog(msg)
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if next, cmd, handled := m.globalKey(k); handled {
			return next, cmd
		}
	}
	switch m.screen {
	case screenTransfer:
		return m.updateTransfer(msg)
	case screenResponse:
		return m.updateResponse(msg)
	case screenLesson:
		return m.updateLesson(msg)
	case screenPresent:
		return m.updatePresent(msg)
	}
	return m.updateCompose(msg)
}

// globalKey handles what works on every screen.
func (m Model) globalKey(k tea.KeyPressMsg) (tea.Model, tea.Cmd, bool) {
	switch {
	case key.Matches(k, m.keys.Quit):
		next, cmd := m.quit(0)
		return next, cmd, true
	case key.Matches(k, m.keys.Suspend):
		return m, tea.Suspend, true
	case key.Matches(k, m.keys.Help):
		m.dialogs = m.pushed(m.help())
		return m, nil, true
	case key.Matches(k, m.keys.Mouse):
		m.mouseFree = !m.mouseFree
		if m.mouseFree {
			m.note(noticeInfo, "the mouse is free: select with it as in any terminal. alt+m takes it again")
		} else {
			m.note(noticeInfo, "the mouse works the screen again")
		}
		return m, nil, true
	case key.Matches(k, m.keys.Lessons) && m.course.on && m.screen == screenResponse:
		next, cmd := m.lessons()
		return next, cmd, true
	case key.Matches(k, m.keys.Palette) && m.screen == screenCompose:
		m.dialogs = m.pushed(m.palette())
		return m, nil, true
	}
	return m, nil, false
}

// pushed is the stack of dialogs with one more; the slice is never shared.
func (m Model) pushed(d dialog.Dialog) []dialog.Dialog {
	return append(append([]dialog.Dialog(nil), m.dialogs...), m.maskDialog(d))
}

// handleInterrupt is the ctrl+c key: idle it leaves; while an upload runs it asks
// first, and the second one leaves with 130.
func (m Model) handleInterrupt() (tea.Model, tea.Cmd) {
	if m.screen != screenTransfer {
		return m.quit(0)
	}
	if m.transfer.Paused() {
		return m.quit(0)
	}
	if m.transfer.Asking() || m.transfer.Stopping() {
		m.upload.cancel()
		return m.quit(130)
	}
	m.transfer.SetAsking(true)
	return m, nil
}

// quit saves the draft and ends the program with the status.
func (m Model) quit(code int) (tea.Model, tea.Cmd) {
	m.ExitCode = code
	if m.many.q != nil {
		m.many.q.Pause(-1) // what is on its way is kept, and offered at the next start
	}
	if m.deps.HandoutAtEnd && m.deps.WriteHandout != nil {
		return m, tea.Sequence(m.saveNow(), m.writeHandout(false), tea.Quit)
	}
	return m, tea.Sequence(m.saveNow(), tea.Quit)
}

// updateCompose handles the keys of the compose screen and hands the rest to the form.
func (m Model) updateCompose(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if next, cmd, handled := m.composeKey(msg); handled {
			return next, cmd
		}
	case tea.MouseClickMsg:
		return m.click(msg)
	case tea.MouseWheelMsg:
		m.wheel(msg)
		return m, nil
	case tea.PasteMsg:
		if next, cmd, handled := m.pasted(msg.Content); handled {
			return next, cmd
		}
	case tea.PasteStartMsg, tea.PasteEndMsg:
	default:
		return m, nil
	}
	f, act := m.form.Update(msg)
	m.form = f
	return m.formAction(act)
}

func (m Model) composeKey(k tea.KeyPressMsg) (tea.Model, tea.Cmd, bool) {
	for _, c := range m.commands() {
		if key.Matches(k, c.binding) {
			next, cmd := c.run(m)
			return next, cmd, true
		}
	}
	switch {
	case key.Matches(k, m.keys.ScrollUp):
		m.scroll(-5)
		return m, nil, true
	case key.Matches(k, m.keys.ScrollDown):
		m.scroll(5)
		return m, nil, true
	}
	return m, nil, false
}

// scroll moves the pane that has more than it can show.
func (m *Model) scroll(by int) {
	l := m.layout()
	if l.sign.h > 0 && (m.signing.Overflows() || l.cmd.h == 0) {
		m.signing.Scroll(by)
		return
	}
	m.curl.Scroll(by)
}

func (m *Model) wheel(msg tea.MouseWheelMsg) {
	by := 3
	if msg.Button == tea.MouseWheelUp {
		by = -3
	}
	l := m.layout()
	switch {
	case l.sign.contains(msg.X, msg.Y):
		m.signing.Scroll(by)
	case l.cmd.contains(msg.X, msg.Y):
		m.curl.Scroll(by)
	}
}

func (m Model) click(msg tea.MouseClickMsg) (tea.Model, tea.Cmd) {
	l := m.layout()
	if msg.Button != tea.MouseLeft || !l.form.contains(msg.X, msg.Y) {
		return m, nil
	}
	f, act := m.form.Click(msg.X-l.form.x-2, msg.Y-l.form.y-1)
	m.form = f
	return m.formAction(act)
}

// formAction does what the form asks for.
func (m Model) formAction(act form.Action) (tea.Model, tea.Cmd) {
	switch act := act.(type) {
	case nil:
		return m, nil
	case form.Changed:
		return m.changed()
	case form.FocusMoved:
		m.refresh()
		return m, nil
	case form.AddRequested:
		return m.addParam()
	case form.EditRequested:
		return m.editValue()
	case form.Trimmed:
		m.note(noticeInfo, "the line end of the paste was dropped: it would have been signed")
		return m.changed()
	case form.Refused:
		m.note(noticeWarn, "paste refused: "+widget.Bytes(int64(act.Bytes))+" is no value for a field; for a file, give its path")
	}
	return m, nil
}

// changed signs the draft anew and sees to it that it is saved.
func (m Model) changed() (tea.Model, tea.Cmd) {
	m.copied = ""
	m.refresh()
	return m, tea.Batch(m.scheduleSave(), m.measure())
}

// fitDialog keeps a text on top from being scrolled beyond its end.
func (m *Model) fitDialog() {
	top := len(m.dialogs) - 1
	w, h := m.dialogRoom()
	switch d := m.dialogs[top].(type) {
	case dialog.Read:
		m.dialogs[top] = d.Fit(w, h)
	case compareView:
		m.dialogs[top] = d.fit(w, h)
	case wireView:
		m.dialogs[top] = wireView{d.Fit(w, h)}
	}
}

// updateDialog gives the message to the dialog on top and does what it answers.
func (m Model) updateDialog(msg tea.Msg) (tea.Model, tea.Cmd) {
	top := len(m.dialogs) - 1
	d, act := m.dialogs[top].Update(msg)
	m.dialogs = append([]dialog.Dialog(nil), m.dialogs...)
	m.dialogs[top] = d
	if act == nil {
		m.fitDialog()
		return m, nil
	}
	if _, stays := act.(dialog.Staying); stays {
		return m.stayed(act)
	}
	m.dialogs = m.dialogs[:top]
	switch act := act.(type) {
	case dialog.Answered:
		return m.answered(act)
	case dialog.Picked:
		return m.picked(act)
	case dialog.Entered:
		switch act.Tag {
		case "recipe":
			return m.saveRecipe(act.Text)
		case "profile":
			return m, m.saveProfile(act.Text, false)
		}
		if err := m.form.AddParam(act.Text); err != nil {
			m.note(noticeWarn, visible.Clean(err.Error()))
			return m, nil
		}
		return m.changed()
	case dialog.FilesChosen:
		return m.filesChosen(act.Files, d)
	case dialog.Imported:
		return m.imported(act.Result)
	case dialog.PastedAsText:
		return m.pasteAsText(act.Text)
	case dialog.Edited:
		return m.edited(act)
	case dialog.CredentialsGiven:
		return m.signIn(act, d)
	case dialog.FixRequested:
		return m.takeFix(act)
	}
	return m, nil
}

// updateResponse hands a message to the answer's screen and does what it asks for.
func (m Model) updateResponse(msg tea.Msg) (tea.Model, tea.Cmd) {
	r, act := m.response.Update(m.inBody(msg))
	m.response = r
	switch act := act.(type) {
	case response.Back:
		m.screen = m.homeScreen()
		m.refresh()
	case response.CopyRequested:
		return m, m.copyText(act.What, act.Text)
	case response.VerifyRequested:
		return m.verifyAnswer(act.Body)
	case response.DoctorRequested:
		return m.openDoctor(m.refused)
	case response.OpenRequested:
		m.dialogs = m.pushed(m.askOpen(act.URL))
	case response.SendAgainRequested:
		return m.again()
	case response.LookUpRequested:
		return m.lookUp(question{sent: m.upload.sent, since: m.upload.since, answer: true, generation: m.upload.generation})
	}
	return m, nil
}

// inBody moves the mouse's position into the coordinates of the screen's content.
func (m Model) inBody(msg tea.Msg) tea.Msg {
	b := m.layout().body
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		msg.X, msg.Y = msg.X-b.x-2, msg.Y-b.y-1
		return msg
	case tea.MouseWheelMsg:
		msg.X, msg.Y = msg.X-b.x-2, msg.Y-b.y-1
		return msg
	}
	return msg
}

package ui

import (
	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/present"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/export"
)

// presenting is what a room sees, and what it does not.
type presenting struct {
	on      bool // the steps are where one comes back to
	masked  bool
	stay    bool // masked from the start to the end
	cloud   bool // the cloud's name is masked too
	overlay bool // the last keys are shown
	blank   bool
	step    int
	scroll  int
	pressed []visible.Text
	done    []present.Attempt
}

// shownKeys is how many of the last keys are shown, keptAttempts how many uploads go into
// a handout.
const (
	shownKeys    = 3
	keptAttempts = 50
)

// present goes to the steps, masked from now on.
func (m Model) present() (tea.Model, tea.Cmd) {
	if !m.show.masked {
		m.show.overlay = true
	}
	m.show.on, m.show.masked = true, true
	m.renewIfStale()
	m.screen = screenPresent
	return m, m.tick()
}

// homeScreen is where one comes back to from an upload and from an answer.
func (m Model) homeScreen() screen {
	if m.show.on {
		return screenPresent
	}
	return screenCompose
}

// updatePresent moves between the steps. Clickers send pgdown and pgup, and b or a dot to
// blank the screen.
func (m Model) updatePresent(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.MouseClickMsg:
		if msg.Button == tea.MouseLeft {
			return m.forward()
		}
		return m.toStep(m.show.step - 1), nil
	case tea.MouseWheelMsg:
		by := 1
		if msg.Button == tea.MouseWheelUp {
			by = -1
		}
		m.scrollStep(by)
	case tea.KeyPressMsg:
		return m.presentKey(msg.String())
	}
	return m, nil
}

func (m Model) presentKey(k string) (tea.Model, tea.Cmd) {
	wasBlank := m.show.blank
	m.show.blank = false
	switch k {
	case "space", "right", "enter", "pgdown", "n":
		if wasBlank {
			return m, nil
		}
		return m.forward()
	case "left", "pgup", "backspace":
		return m.toStep(m.show.step - 1), nil
	case "home":
		return m.toStep(0), nil
	case "end":
		return m.toStep(present.Steps - 1), nil
	case "up":
		m.scrollStep(-1)
	case "down":
		m.scrollStep(1)
	case "b", ".":
		m.show.blank = !wasBlank
	case "c":
		m.show.cloud = !m.show.cloud
		m.refresh()
	case "k":
		m.show.overlay = !m.show.overlay
	case "w":
		return m, m.writeHandout(false)
	case "tab":
		if m.show.step == present.StepAnswer && len(m.show.done) > 0 {
			m.screen = screenResponse
			m.relayout()
		}
	case "ctrl+y":
		return m.copyCommand()
	case "ctrl+s":
		return m.toStep(present.StepSend).forward()
	case "esc":
		m.show.on = false
		m.screen = screenCompose
		m.note(noticeInfo, "everything stays masked; F8 goes back to the steps")
		m.refresh()
	default:
		if len(k) == 1 && k[0] >= '1' && k[0] <= '9' {
			return m.toStep(int(k[0] - '1')), nil
		}
	}
	return m, nil
}

func (m Model) toStep(step int) Model {
	m.show.step, m.show.scroll = min(max(step, 0), present.Steps-1), 0
	return m
}

func (m *Model) scrollStep(by int) {
	_, more := m.scene().Lines(m.width, m.height-2, m.th)
	if by < 0 || more > 0 {
		m.show.scroll = max(m.show.scroll+by, 0)
	}
}

// forward goes to the next step; from the one before the answer by sending. An account
// that is not the sandbox's is asked about.
func (m Model) forward() (tea.Model, tea.Cmd) {
	if m.show.step != present.StepSend {
		return m.toStep(m.show.step + 1), nil
	}
	if m.account.Sandbox {
		return m.send()
	}
	m.dialogs = m.pushed(dialog.Ask{
		Tag: "present send", Title: "Send it, LIVE?",
		Body: []visible.Text{"The upload goes to " + visible.Clean(uploader.HostDisplay(m.account.Host())) + ", to a real account.", "alt+s, after esc, goes to the sandbox instead."},
		Yes:  "send it", No: "not now",
	})
	return m, nil
}

// presentAnswered does what was said yes to.
func (m Model) presentAnswered(what string, yes bool) (tea.Model, tea.Cmd) {
	switch {
	case what == "send" && yes:
		return m.send()
	case what == "handout" && yes:
		return m, m.writeHandout(true)
	case what == "unmask" && yes:
		m.show = presenting{done: m.show.done}
		m.note(noticeInfo, "nothing is masked any more, but the API secret always is")
		m.refresh()
	}
	return m, nil
}

// unmask asks whether to show everything again. A program that was started for a room
// does not.
func (m Model) unmask() (tea.Model, tea.Cmd) {
	switch {
	case m.show.stay:
		m.note(noticeInfo, "this session was started with --present: it stays masked to its end")
		return m, nil
	case !m.show.masked:
		m.note(noticeInfo, "nothing is masked but the API secret, which always is")
		return m, nil
	}
	m.dialogs = m.pushed(dialog.Ask{
		Tag: "present unmask", Title: "End presenting?",
		Body: []visible.Text{"API key, folders and the history of other accounts can be seen again. Look whether the screen is still shared."},
		Yes:  "show everything", No: "stay masked",
	})
	return m, nil
}

// scene is the step to be drawn.
func (m Model) scene() present.Scene {
	s := present.Scene{
		Step: m.show.step, Mask: m.mask(), Prepared: m.prepared, Host: uploader.HostDisplay(m.account.Host()), Scroll: m.show.scroll,
	}
	if m.prepareErr != nil {
		s.Problem = problemWords(m.prepareErr)
	} else if snippet, err := export.Curl(m.prepared, export.CurlOptions{}); err == nil {
		s.Command = snippet
	}
	if n := len(m.show.done); n > 0 {
		s.Sent = &m.show.done[n-1]
	}
	if m.screen == screenTransfer {
		s.Step, s.Doing = present.StepSend, "sending …"
		switch {
		case m.transfer.Asking():
			s.Doing = "stop it? ctrl+c again stops and leaves, esc goes on"
		case m.transfer.Phase() == uploader.PhaseSending:
			s.Doing = "sending: " + widget.Count(m.transfer.Percent()) + " %"
		case m.transfer.Phase() == uploader.PhaseProcessing:
			s.Doing = "everything is sent; the server is at work"
		case m.transfer.Phase() == uploader.PhaseWaiting:
			s.Doing = "that went wrong; it is sent again in a moment"
		}
	}
	return s
}

// presentView is the whole screen while steps are shown.
func (m Model) presentView() []text.Line {
	if m.show.blank {
		return append([]text.Line{m.indicator()}, make([]text.Line, max(m.height-1, 0))...)
	}
	lines := []text.Line{m.presentHead()}
	scene, more := m.scene().Lines(m.width, m.height-2, m.th)
	return append(append(lines, scene...), m.presentFoot(more))
}

// indicator says that others watch. It stands on every screen, at the very left.
func (m Model) indicator() text.Line {
	if !m.show.masked {
		return nil
	}
	return text.Line{{Text: " PRESENTING · key masked ", Style: m.th.Selected}, {Text: " ", Style: m.th.Text}}
}

func (m Model) presentHead() text.Line {
	badge, style := visible.Text(" SANDBOX "), m.th.Sandbox
	if m.live() {
		badge, style = " LIVE ", m.th.Live
	}
	l := append(m.indicator(), text.Span{Text: badge, Style: style}, text.Span{Text: " " + visible.Clean(cutTo(m.account.CloudName, 40)), Style: m.th.Title})
	right := text.Line{{Text: present.Count(m.show.step), Style: m.th.Muted}}
	l = text.Cut(l, max(m.width-right.Width()-1, 1))
	l = append(l, text.Span{Text: widget.Blank(m.width - l.Width() - right.Width()), Style: m.th.Text})
	return append(l, right...)
}

// presentFoot is a notice, or the few keys that matter; at its right the last keys.
func (m Model) presentFoot(more int) text.Line {
	right := m.pressedKeys()
	room := max(m.width-right.Width()-1, 1)
	var l text.Line
	switch {
	case m.notice != "":
		l = m.footer(room)
	case more > 0:
		l = text.Line{{Text: "↓", Style: m.th.Key}, {Text: " " + widget.Count(more) + " more lines", Style: m.th.Muted}}
	default:
		l = text.Line{{Text: "space", Style: m.th.Key}, {Text: " next · ", Style: m.th.Muted}, {Text: "←", Style: m.th.Key}, {Text: " back · ", Style: m.th.Muted}, {Text: "F1", Style: m.th.Key}, {Text: " keys · ", Style: m.th.Muted}, {Text: "esc", Style: m.th.Key}, {Text: " leaves", Style: m.th.Muted}}
	}
	l = text.Cut(l, room)
	l = append(l, text.Span{Text: widget.Blank(m.width - l.Width() - right.Width()), Style: m.th.Text})
	return append(l, right...)
}

// keyNames are the names of keys for a room.
var keyNames = map[string]visible.Text{
	"space": "space", "right": "→", "left": "←", "up": "↑", "down": "↓", "pgdown": "page ↓", "pgup": "page ↑", "enter": "enter",
	"tab": "tab", "esc": "esc", "backspace": "⌫", "home": "home", "end": "end",
}

// recordKey remembers a key for the overlay: never one that is typed into a dialog with a
// secret, and of text none at all but on the steps, where nothing is typed.
func (m *Model) recordKey(k tea.KeyPressMsg) {
	if !m.show.masked || !m.show.overlay {
		return
	}
	if n := len(m.dialogs); n > 0 && takesSecret(m.dialogs[n-1]) {
		return
	}
	name, known := keyNames[k.String()]
	if !known {
		if k.Text != "" && (m.screen != screenPresent || len(m.dialogs) > 0) {
			return
		}
		name = visible.Clean(cutTo(k.String(), 16))
	}
	pressed := append(append([]visible.Text(nil), m.show.pressed...), name)
	m.show.pressed = pressed[max(len(pressed)-shownKeys, 0):]
}

// pressedKeys is the overlay.
func (m Model) pressedKeys() text.Line {
	if !m.show.masked || !m.show.overlay {
		return nil
	}
	var l text.Line
	for i, k := range m.show.pressed {
		style := m.th.Muted
		if i == len(m.show.pressed)-1 {
			style = m.th.Selected
		}
		l = append(l, text.Span{Text: " " + k + " ", Style: style})
	}
	return l
}

// handoutMsg is what became of writing the handout.
type handoutMsg struct {
	path   string
	exists bool
	err    error
}

// writeHandout writes what has been sent so far, or, before that, the request as it
// stands.
func (m Model) writeHandout(replace bool) tea.Cmd {
	write := m.deps.WriteHandout
	if write == nil {
		return nil
	}
	h := present.Handout{Attempts: m.show.done, Mask: m.mask(), Again: m.deps.Again, Redact: m.redact}
	if len(h.Attempts) == 0 {
		h.Attempts = []present.Attempt{{Prepared: m.prepared}}
	}
	return func() tea.Msg {
		path, exists, err := write(h.Markdown(), replace)
		return handoutMsg{path, exists, err}
	}
}

func (m Model) handleHandout(msg handoutMsg) (tea.Model, tea.Cmd) {
	switch {
	case msg.exists:
		m.dialogs = m.pushed(dialog.Ask{
			Tag: "present handout", Title: "Replace the file?",
			Body: []visible.Text{visible.Clean(m.masked(msg.path)) + " is there already, and not of this session."},
			Yes:  "replace it", No: "leave it",
		})
	case msg.err != nil:
		m.note(noticeWarn, visible.Clean(m.masked("the handout is not written: "+msg.err.Error())))
	default:
		m.note(noticeOK, "the handout is in "+visible.Clean(m.masked(msg.path))+", without any secret")
	}
	return m, nil
}

// keepAttempt remembers an upload for the handout and for the last step.
func (m *Model) keepAttempt(r *uploader.Result, err error, why uploader.Explanation) {
	if !m.show.masked && !m.deps.HandoutAtEnd {
		return
	}
	done := append(append([]present.Attempt(nil), m.show.done...), present.Attempt{Prepared: m.prepared, Result: r, Err: err, Why: why})
	m.show.done = done[max(len(done)-keptAttempts, 0):]
}

// presentHelp is the help of the steps.
func (m Model) presentHelp() dialog.Dialog {
	var body []text.Line
	for _, h := range [][2]string{
		{"space →", "next step; page down and enter too. At 8 it sends"}, {"←", "back; page up and backspace too"}, {"1 … 9", "to that step; home and end"},
		{"↑ ↓", "scroll what is longer than the screen"}, {"b .", "a blank screen, until the next key"}, {"c", "mask the name of the cloud, or show it"},
		{"k", "show the last keys, or not"}, {"w", "write the handout: commands, strings, answers, no secret"}, {"tab", "all of the answer, at the last step"},
		{"ctrl+y", "copy the command (whole, with the API key)"}, {"esc", "to the form; everything stays masked"}, {"ctrl+q", "quit"},
	} {
		body = append(body, helpLine(h[0], h[1], m))
	}
	return dialog.Read{Title: "Help: presenting", Body: append(body, nil, text.Plain("The API secret cannot be shown: there is no key for it.", m.th.Muted))}
}

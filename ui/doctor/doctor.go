// Package doctor is the place where a signature that was refused is examined: what went
// wrong and where, how sure that is, what was signed, sent and seen, and what to do. It
// shows a finding and asks for its fix; it changes nothing by itself.
package doctor

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/diagnose"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader/importer"
)

// ExaminedMsg is what came of an examination.
type ExaminedMsg struct {
	Text string
	Case *dialog.Refusal
	// Shown is the text as it may be drawn: without the secrets at hand. Empty where it
	// must not be.
	Shown string
	// Account says with whose secret it was examined.
	Account   string
	Diagnosis diagnose.Diagnosis
}

// Model is the dialog.
type Model struct {
	text   string
	given  *dialog.Refusal
	result ExaminedMsg
	read   bool // result belongs to what is examined
	// asked is the examination that is on its way: there is one at a time.
	asked  dialog.DiagnoseRequested
	busy   bool
	large  int // bytes of a paste that was refused
	scroll int
	// reach is how far it could be scrolled when it was last drawn.
	reach *int
}

// New returns the empty dialog.
func New() Model { return Model{reach: new(int)} }

// NewWith begins with a request of this program that was refused.
func NewWith(given *dialog.Refusal) (Model, dialog.Action) {
	m := New()
	m.given = given
	act := m.ask()
	return m, act
}

// Wide asks for the whole width of the screen.
func (Model) Wide() {}

// ask asks for the examination, unless one is on its way: its answer asks again then.
func (m *Model) ask() dialog.Action {
	m.read = false
	if m.busy || m.text == "" && m.given == nil {
		return nil
	}
	m.busy, m.asked = true, dialog.DiagnoseRequested{Text: m.text, Case: m.given}
	return m.asked
}

// Update takes pastes and typed characters, scrolls, and asks for the fix.
func (m Model) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case ExaminedMsg:
		return m.examined(msg)
	case tea.PasteMsg:
		content := msg.Content
		if !strings.Contains(content, "\n") { // many terminals paste CR for each line end
			content = strings.ReplaceAll(content, "\r", "\n")
		}
		return m.append(content)
	case tea.MouseWheelMsg:
		m.roll(map[bool]int{true: -3, false: 3}[msg.Button == tea.MouseWheelUp])
	case tea.KeyPressMsg:
		return m.key(msg)
	}
	return m, nil
}

func (m Model) examined(msg ExaminedMsg) (dialog.Dialog, dialog.Action) {
	if m.busy && msg.Text == m.asked.Text && msg.Case == m.asked.Case {
		m.busy = false
	}
	if msg.Text != m.text || msg.Case != m.given {
		act := m.ask()
		return m, act
	}
	m.result, m.read, m.scroll = msg, true, 0
	return m, nil
}

func (m *Model) roll(by int) { m.scroll = max(min(m.scroll+by, *m.reach), 0) }

func (m Model) append(s string) (dialog.Dialog, dialog.Action) {
	if len(m.text)+len(s) > importer.MaxText {
		m.large = len(s)
		return m, nil
	}
	m.text, m.given, m.large = m.text+s, nil, 0
	act := m.ask()
	return m, act
}

func (m Model) key(k tea.KeyPressMsg) (dialog.Dialog, dialog.Action) {
	switch k.String() {
	case "esc":
		return m, dialog.Closed{}
	case "up":
		m.roll(-1)
	case "down":
		m.roll(1)
	case "pgup":
		m.roll(-8)
	case "pgdown":
		m.roll(8)
	case "home":
		m.scroll = 0
	case "end":
		m.roll(1 << 20)
	case "ctrl+u":
		return New(), nil
	case "ctrl+y":
		if m.read {
			return m, dialog.CopyRequested{What: "a report without secrets", Text: m.result.Diagnosis.Markdown()}
		}
	case "alt+k", "ctrl+s":
		if send := k.String() == "ctrl+s"; m.read && (send && m.canSend() || !send && m.canFix()) {
			return m, dialog.FixRequested{Fix: m.result.Diagnosis.Fix, Case: m.given, Send: send}
		}
	case "enter":
		if m.text != "" {
			return m.append("\n")
		}
	case "backspace":
		if r := []rune(m.text); len(r) > 0 && len(r) < 4096 {
			m.text = string(r[:len(r)-1])
			act := m.ask()
			return m, act
		}
	default:
		if k.Text != "" {
			return m.append(k.Text)
		}
	}
	return m, nil
}

// Finding is what was found; the zero Diagnosis where nothing is known yet.
func (m Model) Finding() diagnose.Diagnosis {
	if !m.read {
		return diagnose.Diagnosis{}
	}
	return m.result.Diagnosis
}

// practice reports whether the request was broken on purpose.
func (m Model) practice() bool { return m.given != nil && m.given.Practice }

// canFix reports whether the fix is something that can be done here.
func (m Model) canFix() bool {
	act := m.result.Diagnosis.Fix.Act
	return !m.practice() && act != "" && act != diagnose.ActWait && m.result.Diagnosis.Verdict != diagnose.OK
}

// canSend reports whether the fix can be sent at once.
func (m Model) canSend() bool {
	f := m.result.Diagnosis.Fix
	return m.practice() || f.Act == diagnose.ActWait || m.canFix() && f.Act != diagnose.ActAccount
}

// View shows the beginning of the text and what was found, in at most h lines.
func (m Model) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	const title = "Why was the signature refused?"
	if m.text == "" && m.given == nil {
		return m.emptyView(title, w, h, th)
	}
	body := m.body(w, th)
	room := max(h-1, 1)
	*m.reach = max(len(body)-room, 0)
	from := min(m.scroll, *m.reach)
	lines := append([]text.Line(nil), body[from:min(from+room, len(body))]...)
	lines = append(lines, m.keyLine(w, th))
	return title, lines[:min(len(lines), h)], nil
}

// emptyView says what can be pasted.
func (m Model) emptyView(title visible.Text, w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	lines := text.WrapWords(text.Plain("Paste the error as you have it: from a log, a stack trace, a mail, an answer with its headers. The command that was refused may stand before or behind it. It is examined with the secret of the account in use, exactly as that stands; saved profiles are tried too. Nothing is sent, and nothing of the form changes before you say so.", th.Muted), w)
	if m.large > 0 {
		lines = append(lines, nil, text.Plain("! "+widget.Bytes(int64(m.large))+" are too many: nothing of it was read", th.Warn))
	}
	lines = append(lines, nil)
	lines = text.Fit(append(append(lines, text.Line{{Text: "› ", Style: th.Accent}}, nil), m.keyLine(w, th)), w, min(len(lines)+3, h))
	if len(lines) < 3 {
		return title, lines, nil
	}
	return title, lines, &dialog.Point{X: 2, Y: len(lines) - 3}
}

func (m Model) keyLine(w int, th theme.Theme) text.Line {
	var l text.Line
	add := func(key, what visible.Text) {
		if len(l) > 0 {
			l = append(l, text.Span{Text: " · ", Style: th.Muted})
		}
		l = append(l, text.Span{Text: key, Style: th.Key}, text.Span{Text: what, Style: th.Muted})
	}
	if m.read {
		switch {
		case m.canFix() && m.result.Diagnosis.Fix.Act == diagnose.ActAccount:
			add("alt+k", " accounts")
		case m.canFix():
			add("alt+k", " fix")
		}
		switch {
		case m.practice():
			add("ctrl+s", " mend and send")
		case m.canFix() && m.canSend():
			add("ctrl+s", " fix and send")
		case m.canSend():
			add("ctrl+s", " send again")
		}
		add("ctrl+y", " report")
	}
	if m.text != "" || m.given != nil {
		add("ctrl+u", " new")
	}
	if *m.reach > 0 {
		add("↑ ↓", "")
	}
	add("esc", "")
	if back := (text.Span{Text: " back", Style: th.Muted}); l.Width()+text.Width(back.Text) <= w {
		l = append(l, back)
	}
	return text.Cut(l, w)
}

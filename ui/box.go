package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/widget"
)

// Exchange is a request as the sandbox saw it. Everything in it came from outside.
type Exchange struct {
	At                             time.Time
	Method, Path, Part, File       string
	Status                         int
	Error, Verdict, Fault          string
	Fields                         []signer.Param
	Signed, Ignored                []string // names, as the server sorted them out
	StringToSign, Signature, Clock string
}

// Box is what the screen does with the running sandbox. All of it is quick.
type Box struct {
	Exchanges func() []Exchange // the newest first
	// Kinds are the faults that there are, with a description each.
	Kinds []dialog.Entry
	// Faults are those that are still to come; SetFault adds one, ClearFaults none.
	Faults      func() []string
	SetFault    func(text string) error
	ClearFaults func()
	// Clock says how the clock stands; SetClock moves it, and zero sets it right.
	Clock    func() string
	SetClock func(off time.Duration)
	Reset    func()
	Address  string
}

// box opens the sandbox's own screen.
func (m Model) box() (tea.Model, tea.Cmd) {
	b := m.deps.Box
	if b.Exchanges == nil {
		m.note(noticeInfo, "there is no sandbox in this program")
		return m, nil
	}
	entries := []dialog.Entry{
		{ID: "faults", Title: "let something go wrong", Detail: visible.Clean("to come: " + orNone(strings.Join(b.Faults(), ", ")))},
		{ID: "clear", Title: "let nothing go wrong any more"},
		{ID: "clock+", Title: "put its clock two hours ahead", Detail: visible.Clean(b.Clock())},
		{ID: "clock-", Title: "put its clock two hours back"},
		{ID: "clock0", Title: "set its clock right"},
		{ID: "page", Title: "open its web page", Detail: visible.Clean(b.Address)},
		{ID: "reset", Title: "forget everything that was uploaded"},
	}
	m.seen = b.Exchanges()
	for i, e := range m.seen {
		title := widget.Count(e.Status) + "  " + visible.Clean(e.At.Local().Format("15:04:05")+"  "+e.Method+" "+cutTo(e.Path, 120))
		detail := e.Verdict
		for _, s := range []string{e.Part, e.Error, e.Fault} {
			if s != "" {
				detail += "  " + s
			}
		}
		entries = append(entries, dialog.Entry{ID: "request " + string(widget.Count(i)), Title: title, Detail: visible.Clean(cutTo(detail, 300))})
	}
	m.dialogs = m.pushed(dialog.Menu{Tag: "box", Title: "Sandbox: what it saw, and what shall go wrong", Entries: entries})
	return m, nil
}

func orNone(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// boxChosen does what was chosen on the sandbox's screen.
func (m Model) boxChosen(id string) (tea.Model, tea.Cmd) {
	b := m.deps.Box
	switch id {
	case "faults":
		m.dialogs = m.pushed(dialog.Menu{Tag: "fault", Title: "What happens to the next request", Entries: b.Kinds})
		return m, nil
	case "clear":
		b.ClearFaults()
		m.note(noticeOK, "nothing goes wrong any more")
	case "clock+", "clock-", "clock0":
		b.SetClock(map[string]time.Duration{"clock+": 2 * time.Hour, "clock-": -2 * time.Hour}[id])
		m.note(noticeOK, visible.Clean("the sandbox's clock: "+b.Clock()))
	case "page":
		m.dialogs = m.pushed(m.askOpen(b.Address))
	case "reset":
		b.Reset()
		m.note(noticeOK, "the sandbox is empty")
	default:
		for i := range m.seen {
			if id == "request "+string(widget.Count(i)) {
				m.dialogs = m.pushed(wireView{dialog.Read{Title: "As the sandbox saw it", Body: m.exchangeLines(m.seen[i])}})
			}
		}
	}
	return m, nil
}

// faultChosen adds a fault to those that are to come.
func (m Model) faultChosen(kind string) (tea.Model, tea.Cmd) {
	if err := m.deps.Box.SetFault(kind); err != nil {
		m.note(noticeWarn, visible.Clean(err.Error()))
		return m, nil
	}
	m.note(noticeOK, visible.Clean("the next request meets it: "+kind))
	return m, nil
}

// exchangeLines are the steps of the server's verification, beside ours.
func (m Model) exchangeLines(e Exchange) []text.Line {
	row := func(name visible.Text, value string, style text.Style) text.Line {
		return text.Line{{Text: name + "  ", Style: m.th.Muted}, {Text: visible.Clean(cutTo(value, 4000)), Style: style}}
	}
	lines := []text.Line{
		row("request", e.Method+" "+e.Path, m.th.Title),
		row("at", e.At.Local().Format("15:04:05"), m.th.Text),
	}
	for _, f := range []fact{{"part", e.Part}, {"file", e.File}, {"went wrong on purpose", e.Fault}} {
		if f.value != "" {
			lines = append(lines, row(visible.Clean(f.name), f.value, m.th.Text))
		}
	}
	lines = append(lines, nil, text.Plain("1 what came", m.th.Title))
	for _, f := range e.Fields {
		lines = append(lines, text.Line{{Text: "  " + visible.Clean(f.Name) + "  ", Style: m.th.Muted}, {Text: visible.Clean(cutTo(f.Value, 500)), Style: m.th.Text}})
	}
	lines = append(lines, text.Plain("2 what the server signs, sorted", m.th.Title), row("  taken", strings.Join(e.Signed, ", "), m.th.Text))
	if len(e.Ignored) > 0 {
		lines = append(lines, row("  not known, left out", strings.Join(e.Ignored, ", "), m.th.Warn))
	}
	lines = append(lines, text.Plain("3 its string to sign, and ours of what came", m.th.Title))
	signed, _ := signer.LeaveOut(e.Fields)
	ours := signer.StringToSign(signed, m.prepared.Trace.Options.Version)
	lines = append(lines, row("  server", e.StringToSign, m.th.Text), row("  ours  ", ours, m.th.Text))
	if e.StringToSign != ours && e.StringToSign != "" {
		at := firstDifference(e.StringToSign, ours)
		rest := e.StringToSign[min(at, len(e.StringToSign)):]
		if rest == "" {
			rest = ours[min(at, len(ours)):]
		}
		lines = append(lines, row("  they differ from here on", cutTo(rest, 200), m.th.Warn))
	}
	lines = append(lines, text.Plain("4 the verdict", m.th.Title))
	style, verdict := m.th.Ok, e.Verdict
	if verdict == "" {
		style, verdict = m.th.Danger, e.Error
	}
	return append(lines, row("  "+widget.Count(e.Status), verdict, style))
}

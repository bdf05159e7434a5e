package ui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
)

// Past is an upload of the history. Everything in it may come from outside.
type Past struct {
	ID                          string
	At                          time.Time
	Elapsed                     time.Duration
	Host, Cloud, APIKey         string
	Draft                       uploader.Draft
	Signed                      string // "sha1 v2"
	Timestamp                   string
	StringToSign, SignatureHead string
	File                        string
	Parts, Retries, Status      int
	Outcome, Error, RequestID   string
	PublicID, URL, Answer       string
	Warnings                    []string
	Timings                     []uploader.Timing
}

// History is what the screen does with earlier uploads. The functions are called from
// commands.
type History struct {
	List   func() ([]Past, error)
	Delete func(id string) error
	// Export writes one to a file and returns its path.
	Export func(id string) (path string, err error)
}

// pastMsg is the history as it was read.
type pastMsg struct {
	all []Past
	err error
}

// pastDoneMsg is what became of a change of the history.
type pastDoneMsg struct {
	said string
	err  error
}

// history reads the history, and shows it when it is there.
func (m Model) history() (tea.Model, tea.Cmd) {
	list := m.deps.History.List
	if list == nil {
		m.note(noticeInfo, "there is no history here")
		return m, nil
	}
	return m, func() tea.Msg {
		all, err := list()
		return pastMsg{all, err}
	}
}

func (m Model) handlePast(msg pastMsg) (tea.Model, tea.Cmd) {
	switch {
	case msg.err != nil:
		m.note(noticeWarn, visible.Clean("the history cannot be read: "+msg.err.Error()))
		return m, nil
	case len(msg.all) == 0:
		m.note(noticeInfo, "the history is empty; what is sent is kept in it")
		return m, nil
	}
	m.past0 = m.mayBeSeen(msg.all)
	if len(m.past0) == 0 {
		m.note(noticeInfo, "the history has nothing of this account; that of others is not shown while presenting")
		return m, nil
	}
	m.dialogs = m.pushed(m.pastMenu("past", "History: type to search", ""))
	return m, nil
}

// pastMenu lists the history, but for one upload.
func (m Model) pastMenu(tag string, title visible.Text, but string) dialog.Dialog {
	var entries []dialog.Entry
	for _, p := range m.past0 {
		if p.ID == but {
			continue
		}
		mark := visible.Text("✓ ")
		switch p.Outcome {
		case "kept":
		case "outcome unknown":
			mark = "? "
		default:
			mark = "✗ "
		}
		name := p.PublicID
		if name == "" {
			name = p.Draft.Get("public_id")
		}
		if name == "" {
			name = p.File
		}
		detail := p.Outcome + "  " + p.Cloud
		if p.Error != "" {
			detail += "  " + p.Error
		}
		entries = append(entries, dialog.Entry{ID: p.ID, Title: mark + visible.Clean(p.At.Local().Format("02 Jan 15:04:05")+"  "+cutTo(name, 120)), Detail: visible.Clean(cutTo(detail, 300))})
	}
	return dialog.Menu{Tag: tag, Title: title, Entries: entries}
}

func (m Model) pastByID(id string) (Past, bool) {
	i := slices.IndexFunc(m.past0, func(p Past) bool { return p.ID == id })
	if i < 0 {
		return Past{}, false
	}
	return m.past0[i], true
}

// choosePast opens what can be done with an upload of the history.
func (m Model) choosePast(id string) (tea.Model, tea.Cmd) {
	p, ok := m.pastByID(id)
	if !ok {
		return m, nil
	}
	m.dialogs = m.pushed(dialog.Menu{Tag: "past " + id, Title: visible.Clean(p.At.Local().Format("2 January 15:04:05") + "  " + p.Outcome), Entries: []dialog.Entry{
		{ID: "show", Title: "show it", Detail: "parameters, string to sign, answer, timings"},
		{ID: "again", Title: "take it into the form, freshly signed", Detail: "ctrl+s sends it again"},
		{ID: "look up", Title: "look up whether it is there", Detail: "asks the service"},
		{ID: "compare", Title: "compare it with another one", Detail: "parameters, string to sign, signature, answer"},
		{ID: "export", Title: "write it to a file", Detail: "JSON, without secrets"},
		{ID: "delete", Title: "delete it from the history"},
	}})
	return m, nil
}

// pastAction does what was chosen for an upload of the history.
func (m Model) pastAction(id, what string) (tea.Model, tea.Cmd) {
	p, ok := m.pastByID(id)
	if !ok {
		return m, nil
	}
	h := m.deps.History
	switch what {
	case "show":
		m.dialogs = m.pushed(dialog.Read{Title: "An upload of the history", Body: m.pastLines(p)})
	case "again":
		m.remember("taking an upload of the history")
		d := p.Draft
		d.Timestamp, d.TimestampByHand = "", false
		m.form.SetDraft(d)
		m.form.SetTimestamp(m.stamp())
		m.note(noticeOK, "it is in the form, freshly signed for the account in use; ctrl+s sends it, alt+u takes it back")
		return m.changed()
	case "look up":
		return m.lookUpPast(p)
	case "compare":
		if len(m.past0) < 2 {
			m.note(noticeInfo, "there is no other upload to compare it with")
			return m, nil
		}
		m.dialogs = m.pushed(m.pastMenu("compare "+id, "Compare with: type to search", id))
	case "export":
		return m, func() tea.Msg {
			path, err := h.Export(id)
			return pastDoneMsg{"written to " + path, err}
		}
	case "delete":
		m.dialogs = m.pushed(dialog.Ask{Tag: "forget " + id, Title: "Delete it?", Body: []visible.Text{"The upload is taken out of the history. The asset itself stays where it is."}, Yes: "delete it", No: "keep it"})
	}
	return m, nil
}

// forgetPast deletes an upload from the history.
func (m Model) forgetPast(id string) (tea.Model, tea.Cmd) {
	del := m.deps.History.Delete
	return m, func() tea.Msg { return pastDoneMsg{"deleted from the history", del(id)} }
}

func (m Model) handlePastDone(msg pastDoneMsg) (tea.Model, tea.Cmd) {
	if msg.err != nil {
		m.note(noticeWarn, visible.Clean("the history: "+msg.err.Error()))
		return m, nil
	}
	m.note(noticeOK, visible.Clean(msg.said))
	return m, nil
}

// fact is a name and a value of an upload.
type fact struct{ name, value string }

// facts are what can be compared of an upload, parameters first.
func (p Past) facts() []fact {
	out := []fact{{"file", p.Draft.File}}
	for _, q := range p.Draft.Params {
		if !q.Off {
			out = append(out, fact{q.Name, q.Value})
		}
	}
	out = append(out, fact{"timestamp", p.Timestamp}, fact{"string to sign", p.StringToSign})
	if p.SignatureHead != "" {
		out = append(out, fact{"signature", p.SignatureHead + "… (" + p.Signed + ")"})
	}
	out = append(out, fact{"to", p.Host + ", cloud " + p.Cloud}, fact{"outcome", p.Outcome})
	if p.Status != 0 {
		out = append(out, fact{"status", string(widget.Count(p.Status))})
	}
	for _, f := range []fact{{"error", p.Error}, {"request id", p.RequestID}, {"public ID", p.PublicID}, {"answer", p.Answer}} {
		if f.value != "" {
			out = append(out, f)
		}
	}
	return out
}

func (m Model) pastLines(p Past) []text.Line {
	var lines []text.Line
	for _, f := range p.facts() {
		if f.name == "answer" {
			continue
		}
		lines = append(lines, text.Line{{Text: visible.Clean(f.name) + "  ", Style: m.th.Muted}, {Text: visible.Clean(cutTo(f.value, 2000)), Style: m.th.Text}})
	}
	took := "took  " + widget.Duration(p.Elapsed)
	if p.Parts > 0 {
		took += ", in " + widget.Count(p.Parts) + " parts"
	}
	if p.Retries > 0 {
		took += ", sent again " + widget.Count(p.Retries) + " times"
	}
	lines = append(lines, text.Plain(took, m.th.Muted))
	lines = append(lines, m.timingLines(p.Timings)...)
	for _, w := range p.Warnings {
		lines = append(lines, text.Plain("! "+visible.Clean(w), m.th.Warn))
	}
	if p.Answer != "" {
		lines = append(lines, nil, text.Plain("answer", m.th.Muted))
		for l := range strings.SplitSeq(string(visible.CleanLines(cutTo(p.Answer, 20_000))), "\n") {
			lines = append(lines, text.Plain(visible.Clean(l), m.th.Text))
		}
	}
	return lines
}

// timingLines are the steps of a request.
func (m Model) timingLines(all []uploader.Timing) []text.Line {
	var lines []text.Line
	for _, t := range all {
		lines = append(lines, text.Line{{Text: "  " + visible.Clean(t.Name) + "  ", Style: m.th.Muted}, {Text: widget.Duration(t.Took), Style: m.th.Text}})
	}
	return lines
}

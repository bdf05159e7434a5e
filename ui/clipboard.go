package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/exports"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/export"
)

// copiedMsg tells what became of a copy: how is the program that took it.
type copiedMsg struct {
	what    visible.Text
	bytes   int
	how     string
	err     error
	command bool
}

// writtenMsg and openedMsg are the ends of writing a file and of opening a page.
type (
	writtenMsg struct {
		path string
		err  error
	}
	openedMsg struct{ err error }
)

// copyCommand copies the cURL command that is on screen, byte for byte. A stale
// timestamp is renewed before that, so that what is pasted works.
func (m Model) copyCommand() (tea.Model, tea.Cmd) {
	m.renewIfStale()
	command := m.command
	if command == "" {
		m.note(noticeWarn, "nothing to copy: there is no command yet")
		return m, nil
	}
	what := visible.Text("the cURL command")
	if m.format.ID != "curl" {
		what = m.format.Title
	}
	m.course.facts.Copied = command
	return m, m.copyBoth(what, command, true)
}

// copyText copies a part of the answer.
func (m Model) copyText(what, content string) tea.Cmd {
	return m.copyBoth(visible.Clean(what), content, false)
}

// copyBoth sends the text to the terminal (OSC 52), which never says what it did with
// it, and to the system's clipboard.
func (m Model) copyBoth(what visible.Text, content string, command bool) tea.Cmd {
	clip := m.deps.Copy
	system := func() tea.Msg {
		how, err := clip(content)
		return copiedMsg{what: what, bytes: len(content), how: how, err: err, command: command}
	}
	return tea.Batch(tea.SetClipboard(content), system)
}

func (m Model) handleCopied(msg copiedMsg) (tea.Model, tea.Cmd) {
	way := visible.Text(" by OSC 52 alone")
	if msg.err == nil {
		way = " by OSC 52 and " + visible.Clean(msg.how)
	}
	said := "copied " + msg.what + way
	if !msg.command {
		m.note(noticeOK, said+" ("+widget.Bytes(int64(msg.bytes))+")")
		return m, nil
	}
	m.copied = "copied"
	if f := m.prepared.Freshness; !f.Until.IsZero() && m.prepared.Expires() {
		said += "; valid until " + visible.Clean(f.Until.Local().Format("15:04"))
	}
	if msg.err != nil {
		said += "; alt+w: to a file"
	}
	m.note(noticeOK, said)
	return m, nil
}

func (m Model) writeCommand() (tea.Model, tea.Cmd) {
	m.renewIfStale()
	command, write, ext := m.command, m.deps.WriteCommand, m.format.Ext
	if command == "" {
		m.note(noticeWarn, "nothing to write: there is no command yet")
		return m, nil
	}
	m.course.facts.Copied = command
	return m, func() tea.Msg {
		path, err := write(command, ext)
		return writtenMsg{path, err}
	}
}

func (m Model) handleWritten(msg writtenMsg) (tea.Model, tea.Cmd) {
	if msg.err != nil {
		m.note(noticeWarn, visible.Clean(msg.err.Error()))
		return m, nil
	}
	m.note(noticeOK, "it is in "+visible.Clean(msg.path))
	return m, nil
}

// askOpen names the host before a page is opened; only http and https get here.
func (m Model) askOpen(url string) dialog.Dialog {
	return dialog.Ask{
		Tag: "open " + url, Title: "Open in the browser",
		Body: []visible.Text{
			"host  " + visible.Clean(uploader.HostDisplay(hostOf(url))),
			visible.Clean(cutTo(url, 1000)),
		},
		Yes: "open it", No: "leave it",
	}
}

// hostOf is the part of a URL between the slashes, for showing.
func hostOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	return host
}

func (m Model) handleOpened(msg openedMsg) (tea.Model, tea.Cmd) {
	if msg.err != nil {
		m.note(noticeWarn, "no browser could be started: "+visible.Clean(msg.err.Error()))
	} else {
		m.note(noticeOK, "opened in the browser")
	}
	return m, nil
}

// exports opens the chooser of what to copy.
func (m Model) exports() (tea.Model, tea.Cmd) {
	m.renewIfStale()
	if m.prepareErr != nil {
		m.note(noticeWarn, "nothing to copy: "+problemWords(m.prepareErr))
		return m, nil
	}
	m.dialogs = m.pushed(exports.New(m.prepared, m.format.ID).Masked(m.masked))
	return m, nil
}

// chooseExport copies a form of the request, writes it to a file, or shows it in the
// command pane; key is the one that chose it.
func (m Model) chooseExport(key, id string) (tea.Model, tea.Cmd) {
	f, ok := export.Find(id)
	if !ok {
		return m, nil
	}
	if key == "alt+s" {
		m.format, m.showCommand = f, true
		m.refresh()
		return m, nil
	}
	s, err := f.Make(m.prepared)
	if err != nil {
		m.note(noticeWarn, problemWords(err))
		return m, nil
	}
	if key == "alt+w" {
		write := m.deps.WriteCommand
		return m, func() tea.Msg {
			path, err := write(s.Text, f.Ext)
			return writtenMsg{path, err}
		}
	}
	return m, m.copyBoth(f.Title, s.Text, false)
}

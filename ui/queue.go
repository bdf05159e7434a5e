package ui

import (
	tea "charm.land/bubbletea/v2"

	"signpost/ui/browser"
	"signpost/ui/dialog"
	"signpost/ui/widget"
	"signpost/uploader"
)

// queued is a file of several that are to be sent.
type queued struct{ file string }

// browse opens the file browser where the last one was left.
func (m Model) browse() (tea.Model, tea.Cmd) {
	if m.deps.ListDir == nil {
		m.note(noticeInfo, "there is no file browser here; type the path")
		return m, nil
	}
	dir := m.browseDir
	if dir == "" {
		dir = m.deps.StartDir
	}
	b := browser.New(dir, m.deps.Home, m.deps.Separator)
	m.dialogs = m.pushed(b)
	return m.stayed(b.Init())
}

// listDir and lookAt answer the browser, away from the screen.
func (m Model) listDir(dir string) tea.Cmd {
	list := m.deps.ListDir
	return func() tea.Msg {
		entries, err := list(dir)
		return browser.ListedMsg{Dir: dir, Entries: entries, Err: err}
	}
}

// sizedMsg is the size of the local file at a path; -1 where it cannot be said.
type sizedMsg struct {
	path string
	size int64
}

// measure asks for the size of the file in the form, where it is another one.
func (m Model) measure() tea.Cmd {
	f, size := m.prepared.File, m.deps.FileSize
	if size == nil || f.Kind != uploader.FilePath || f.Path == m.sized.path {
		return nil
	}
	return func() tea.Msg { return sizedMsg{f.Path, size(f.Path)} }
}

// lookedMsg is what a file looks like.
type lookedMsg struct {
	path    string
	picture Picture
	err     error
}

func (m Model) lookAt(path string) tea.Cmd {
	look := m.deps.LookAt
	if look == nil {
		return nil
	}
	return func() tea.Msg {
		p, err := look(path)
		return lookedMsg{path, p, err}
	}
}

func (m Model) handleLooked(msg lookedMsg) (tea.Model, tea.Cmd) {
	answer := browser.PictureMsg{Path: msg.path}
	if msg.err == nil {
		answer.Lines = m.pictureLines(msg.picture, 34, 12)
		answer.Note = string(widget.Count(msg.picture.Width) + " × " + widget.Count(msg.picture.Height))
	}
	return m.toDialog(answer)
}

// toDialog hands an answer to the dialog on top, and does what it asks for next.
func (m Model) toDialog(msg tea.Msg) (tea.Model, tea.Cmd) {
	if len(m.dialogs) == 0 {
		return m, nil
	}
	top := len(m.dialogs) - 1
	d, act := m.dialogs[top].Update(msg)
	m.dialogs = append([]dialog.Dialog(nil), m.dialogs...)
	m.dialogs[top] = d
	if _, stays := act.(dialog.Staying); stays {
		return m.stayed(act)
	}
	return m, nil
}

// filesChosen takes one file into the form; several become a queue.
func (m Model) filesChosen(files []string, d dialog.Dialog) (tea.Model, tea.Cmd) {
	if b, ok := d.(browser.Model); ok {
		m.browseDir = b.Dir()
	}
	m.remember("the choice of files")
	m.queue = nil
	m.form.Set("file", files[0])
	if len(files) == 1 {
		return m.changed()
	}
	for _, f := range files {
		m.queue = append(m.queue, queued{file: f})
	}
	said := widget.Count(len(files)) + " files: ctrl+s sends them, some at once"
	if m.switchOffPublicID() {
		said += "; the public ID is switched off, or each would replace the one before"
	}
	m.note(noticeOK, said)
	return m.changed()
}

// switchOffPublicID switches the parameter off; ok is false where it is not on.
func (m *Model) switchOffPublicID() bool {
	d := m.form.Draft()
	params := append([]uploader.DraftParam(nil), d.Params...)
	for i, p := range params {
		if p.Name == "public_id" && !p.Off && p.Value != "" {
			params[i].Off = true
			d.Params = params
			m.form.SetDraft(d)
			return true
		}
	}
	return false
}

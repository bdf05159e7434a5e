package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/jobs"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/queue"
)

// Queue is many uploads that go on by themselves: a [queue.Queue].
type Queue interface {
	Add(drafts ...uploader.Draft)
	Start()
	Pause(id int)
	Cancel(id int)
	Again(id int)
	SetJobs(n int)
	Items() []queue.Item
	SaveError() error
}

// startJobs is how many files are sent at once.
const startJobs = 4

// jobsTickMsg is the time to look how the files stand.
type jobsTickMsg struct{ generation int }

// jobsEvery is how often the list is drawn anew while files are on their way.
const jobsEvery = 150 * time.Millisecond

// many is a queue on its way.
type many struct {
	q          Queue
	account    uploader.Account
	jobs       int
	generation int
	items      []queue.Item
	ended      bool
}

// startMany hands the chosen files to a queue and shows it.
func (m Model) startMany() (tea.Model, tea.Cmd) {
	var drafts []uploader.Draft
	base := m.form.Draft()
	for _, f := range m.queue {
		d := base
		d.File = f.file
		if !d.TimestampByHand {
			d.Timestamp = ""
		}
		drafts = append(drafts, d)
	}
	if m.many.q == nil || m.many.ended {
		m.many = many{q: m.deps.NewQueue(m.account, startJobs), account: m.account, jobs: startJobs, generation: m.many.generation + 1}
	}
	m.many.ended = false
	m.queue = nil
	q := m.many.q
	next, cmd := m.showMany()
	return next, tea.Batch(m.saveNow(), func() tea.Msg { q.Add(drafts...); return nil }, cmd)
}

// restoreMany goes on with a queue that an earlier run left.
func (m Model) restoreMany() (tea.Model, tea.Cmd) {
	left := m.leftQueue
	m.leftQueue = nil
	m.many = many{q: left.Restore(m.account), account: m.account, jobs: startJobs, generation: m.many.generation + 1}
	q := m.many.q
	next, cmd := m.showMany()
	return next, tea.Batch(func() tea.Msg { q.Start(); return nil }, cmd)
}

// showMany opens the list of uploads, or says that there is none.
func (m Model) showMany() (tea.Model, tea.Cmd) {
	if m.many.q == nil {
		m.note(noticeInfo, "there are no uploads of several files; alt+o chooses them")
		return m, nil
	}
	m.dialogs = m.pushed(m.jobsNow(jobs.Model{}))
	return m, m.jobsTick()
}

func (m Model) jobsTick() tea.Cmd {
	return m.after(jobsEvery, jobsTickMsg{m.many.generation})
}

// jobsNow tells the list how the files stand.
func (m *Model) jobsNow(d dialog.Dialog) dialog.Dialog {
	m.many.items = m.many.q.Items()
	msg := jobs.ItemsMsg{Items: m.many.items, At: m.deps.Now(), Jobs: m.many.jobs}
	if err := m.many.q.SaveError(); err != nil {
		msg.Trouble = err.Error()
	}
	next, _ := d.Update(msg)
	return next
}

// handleJobsTick draws the list anew, and says when everything has ended.
func (m Model) handleJobsTick(msg jobsTickMsg) (tea.Model, tea.Cmd) {
	if msg.generation != m.many.generation || m.many.q == nil {
		return m, nil
	}
	open := false
	for i, d := range m.dialogs {
		if _, ok := d.(jobs.Model); ok {
			m.dialogs = append([]dialog.Dialog(nil), m.dialogs...)
			m.dialogs[i] = m.jobsNow(d)
			open = true
		}
	}
	if !open {
		m.many.items = m.many.q.Items()
	}
	sum := queue.Sum(m.many.items)
	if sum.Running+sum.Waiting > 0 || sum.Files == 0 {
		return m, m.jobsTick()
	}
	if m.many.ended {
		return m, nil
	}
	m.many.ended = true
	kind := noticeOK
	if sum.Done < sum.Files {
		kind = noticeWarn
	}
	said := widget.Count(sum.Done) + " of " + widget.Count(sum.Files) + " files were uploaded; alt+q shows them"
	m.note(kind, said)
	return m, m.notify(said)
}

// jobAction does what the list asks for.
func (m Model) jobAction(a dialog.JobAction) (tea.Model, tea.Cmd) {
	q := m.many.q
	var do func()
	switch a.What {
	case dialog.JobPause:
		do = func() { q.Pause(a.ID) }
	case dialog.JobCancel:
		do = func() { q.Cancel(a.ID) }
	case dialog.JobAgain:
		m.many.ended = false
		do = func() { q.Again(a.ID) }
	case dialog.JobLookUp:
		return m.lookUpJob(a.ID)
	case dialog.JobNow:
		do = func() { tryNow(q.Items(), a.ID) }
	case dialog.JobMore, dialog.JobFewer:
		by := 1
		if a.What == dialog.JobFewer {
			by = -1
		}
		m.many.jobs = min(max(m.many.jobs+by, 1), queue.MostJobs)
		n := m.many.jobs
		do = func() { q.SetJobs(n) }
	}
	return m, tea.Batch(func() tea.Msg { do(); return nil }, m.jobsTick())
}

// tryNow ends the wait of a file.
func tryNow(items []queue.Item, id int) {
	for _, i := range items {
		if r := i.Event.Retry; i.ID == id && i.State == queue.Running && r != nil && r.Now != nil {
			r.Now()
		}
	}
}

// manyWords is what the header says of a queue in the background; empty where there is
// none on its way.
func (m Model) manyWords() visible.Text {
	if m.many.q == nil || m.many.ended {
		return ""
	}
	sum := queue.Sum(m.many.items)
	return widget.Count(sum.Done) + "/" + widget.Count(sum.Files) + " files · "
}

// notify tells the terminal that something long has ended, where nobody looks at it.
func (m Model) notify(what visible.Text) tea.Cmd {
	if !m.blurred || m.show.masked { // nothing leaves the screen while it is shown to others (threat T15)
		return nil
	}
	// OSC 9, which terminals show as a notification, and a bell for those that do not.
	return tea.Raw("\x1b]9;signpost: " + string(what) + "\x1b\\\a")
}

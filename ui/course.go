package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/form"
	"signpost/ui/lesson"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/tamper"
)

// course is what a person does in the lessons. While it goes on the form has the lesson's
// request, and what was there before is kept.
type course struct {
	on   bool
	kept earlierWork
	// facts are what was done since the lesson was begun.
	facts lesson.Facts
	// checks counts the checks: an answer to an earlier one is dropped.
	checks int
}

// earlierWork is what comes back when the lessons are left.
type earlierWork struct {
	draft   uploader.Draft
	account uploader.Account
	past    []earlier
	queue   []queued
}

// lessonCheckedMsg is the sandbox's answer to a request of a lesson.
type lessonCheckedMsg struct {
	check   int
	verdict lesson.Verdict
}

// lessonsReadMsg is the course, and how far its lessons are.
type lessonsReadMsg struct {
	course lesson.Course
	states map[string]lesson.State
}

// lessons opens the list of lessons, or goes back to the one that is going on.
func (m Model) lessons() (tea.Model, tea.Cmd) {
	if m.course.on {
		m.screen = screenLesson
		m.relayout()
		return m.lookQuietly()
	}
	read := m.deps.ReadLessons
	if read == nil {
		m.note(noticeInfo, "there are no lessons in this program")
		return m, nil
	}
	return m, func() tea.Msg {
		c, states := read()
		return lessonsReadMsg{c, states}
	}
}

// handleLessonsRead opens the list, unless something else was begun meanwhile.
func (m Model) handleLessonsRead(msg lessonsReadMsg) (tea.Model, tea.Cmd) {
	if m.course.on || m.screen != screenCompose || len(m.dialogs) > 0 {
		return m, nil
	}
	m.lesson = lesson.New(msg.course, msg.states, m.th)
	return m.lessonList()
}

// lessonList lists the lessons with how far each is.
func (m Model) lessonList() (tea.Model, tea.Cmd) {
	c := m.lesson.Course()
	states := m.lesson.States()
	at := c.Next(states)
	if m.course.on {
		at = m.lesson.Index()
	}
	var entries []dialog.Entry
	for i, l := range c {
		e := dialog.Entry{ID: l.ID, Key: map[lesson.Kind]visible.Text{lesson.Tell: "to read", lesson.Do: "to do", lesson.Repair: "to repair"}[l.Kind]}
		glyph := visible.Text("  ")
		switch {
		case states[l.ID] == lesson.Done:
			glyph, e.Key = "✓ ", "done"
		case states[l.ID] == lesson.Skipped:
			glyph, e.Key = "» ", "skipped"
		}
		if m.course.on && i == at {
			e.Key = "current"
		}
		n := widget.Count(i + 1)
		e.Title = glyph + widget.Blank(2-len(n)) + n + "  " + visible.Clean(l.Title)
		entries = append(entries, e)
	}
	entries = append(entries, dialog.Entry{ID: "forget", Title: "      forget what is done, and begin anew"})
	d := dialog.Menu{Tag: "lesson", Title: "Lessons: " + m.lesson.Remark(), Entries: entries}
	m.dialogs = m.pushed(d.At(at))
	return m, nil
}

// lessonPicked opens what was chosen from the list.
func (m Model) lessonPicked(id string) (tea.Model, tea.Cmd) {
	c := m.lesson.Course()
	if id == "forget" {
		var saves []tea.Cmd
		for _, l := range c {
			if m.lesson.States()[l.ID] != "" {
				saves = append(saves, m.setLesson(l.ID, ""))
			}
		}
		m.note(noticeOK, "no lesson is done")
		return m, tea.Batch(saves...)
	}
	return m.openLesson(c.Find(id))
}

// openLesson begins a lesson: its request is in the form and on the bench.
func (m Model) openLesson(i int) (tea.Model, tea.Cmd) {
	if i < 0 || i >= len(m.lesson.Course()) {
		m.note(noticeInfo, "there is no further lesson; l lists them")
		return m, nil
	}
	if !m.course.on {
		m.course.kept = earlierWork{m.form.Draft(), m.account, m.past, m.queue}
		m.course.on = true
	}
	m.account, m.past, m.queue = m.deps.Sandbox, nil, nil
	m.lesson.Open(i)
	m.screen = screenLesson
	l := m.lesson.Lesson()
	m.course.facts = lesson.Facts{Began: l.Start(m.deps.Now())}
	m.course.checks++
	m.form = form.New(m.course.facts.Began, m.deps.SampleURL, m.th) // the focus is where it always is
	m.refresh()
	if l.Kind == lesson.Repair {
		m.setBench(lesson.Lesson.Broken)
	}
	return m, m.tick()
}

// setBench puts the lesson's request on the bench, broken or right.
func (m *Model) setBench(request func(lesson.Lesson, uploader.Account, uploader.File, time.Time) (tamper.Request, error)) {
	l := m.lesson.Lesson()
	r, err := request(l, m.deps.Sandbox, m.deps.ParseFile(l.Draft.File, false), m.deps.Now())
	if err != nil {
		m.note(noticeWarn, "the lesson's request: "+visible.Clean(err.Error()))
		return
	}
	m.lesson.SetRequest(r)
}

// updateLesson hands a message to the lesson's screen and does what it asks for.
func (m Model) updateLesson(msg tea.Msg) (tea.Model, tea.Cmd) {
	l, act := m.lesson.Update(m.inBody(msg))
	m.lesson = l
	switch act := act.(type) {
	case lesson.LeaveRequested:
		return m.leaveLessons()
	case lesson.OpenRequested:
		return m.turnPage(act.Index)
	case lesson.ListRequested:
		return m.lessonList()
	case lesson.FormRequested:
		m.screen = screenCompose
		m.note(noticeInfo, "the form has the lesson's request; F7 goes back to the lesson")
		m.refresh()
	case lesson.ResetRequested:
		next, cmd := m.openLesson(m.lesson.Index())
		m = next.(Model)
		m.note(noticeOK, "the lesson begins anew")
		return m, cmd
	case lesson.SolutionRequested:
		m.setBench(lesson.Lesson.Right)
		m.note(noticeInfo, "this is the request as it should be; tab shows it, c has it checked")
	case lesson.RenewRequested:
		m.lesson.SetRequest(lesson.Restamped(m.lesson.Request(), m.stamp()))
		m.note(noticeOK, "the timestamp is the current time, in both places")
	case lesson.CatchUpRequested:
		return m.catchUp()
	case lesson.CheckRequested:
		return m.checkLesson()
	}
	return m, nil
}

// turnPage goes to another lesson; what was only to be read counts as read.
func (m Model) turnPage(to int) (tea.Model, tea.Cmd) {
	var save tea.Cmd
	if l := m.lesson.Lesson(); l.Kind == lesson.Tell && to > m.lesson.Index() {
		save = m.setLesson(l.ID, lesson.Done)
	}
	next, cmd := m.openLesson(to)
	return next, tea.Batch(save, cmd)
}

// leaveLessons brings back what was there before.
func (m Model) leaveLessons() (tea.Model, tea.Cmd) {
	m.screen = screenCompose
	if !m.course.on {
		return m, nil
	}
	k := m.course.kept
	m.course.on, m.course.kept = false, earlierWork{}
	m.account, m.past, m.queue = k.account, k.past, k.queue
	m.form.SetDraft(k.draft)
	m.renewIfStale()
	m.note(noticeOK, "your own draft is back; F7 lists the lessons")
	return m, tea.Batch(m.scheduleSave(), m.tick())
}

// catchUp counts the lessons before this one as skipped, where they are not done.
func (m Model) catchUp() (tea.Model, tea.Cmd) {
	var saves []tea.Cmd
	for _, l := range m.lesson.Course()[:m.lesson.Index()] {
		if m.lesson.States()[l.ID] == "" {
			saves = append(saves, m.setLesson(l.ID, lesson.Skipped))
		}
	}
	m.note(noticeOK, widget.Count(len(saves))+" lessons before this one are skipped; this one is at its beginning")
	next, cmd := m.openLesson(m.lesson.Index())
	return next, tea.Batch(append(saves, cmd)...)
}

// setLesson notes how far a lesson is, and keeps it.
func (m *Model) setLesson(id string, s lesson.State) tea.Cmd {
	m.lesson.SetState(id, s)
	save := m.deps.SaveLesson
	if save == nil {
		return nil
	}
	return func() tea.Msg { return savedMsg{save(id, s)} }
}

// checkLesson looks whether the lesson is done. A repair is for the sandbox to judge.
func (m Model) checkLesson() (tea.Model, tea.Cmd) {
	l := m.lesson.Lesson()
	switch l.Kind {
	case lesson.Tell:
		return m.lessonVerdict(lesson.Verdict{Tried: true, OK: true})
	case lesson.Do:
		return m.lessonVerdict(m.look())
	}
	if m.deps.Try == nil {
		m.note(noticeWarn, "there is no sandbox to check it")
		return m, nil
	}
	m.course.checks++
	m.lesson.SetChecking()
	check, p, try := m.course.checks, m.lesson.Request().Prepared(), m.deps.Try
	return m, func() tea.Msg {
		result, err := try(context.Background(), p)
		return lessonCheckedMsg{check, lesson.Judge(l, p.Fields, result, err)}
	}
}

// look is the verdict over what was done on the screen.
func (m Model) look() lesson.Verdict {
	f := m.course.facts
	f.Account = m.account.CloudName != "" && m.account.APIKey != "" && !m.account.Secret.IsZero()
	f.Now, f.Command = m.prepared, m.curl.Command()
	return lesson.Look(m.lesson.Lesson(), f)
}

// lookQuietly tells what was reached in the form, and says nothing of what was not.
func (m Model) lookQuietly() (tea.Model, tea.Cmd) {
	if m.lesson.Lesson().Kind != lesson.Do {
		return m, nil
	}
	if v := m.look(); v.OK {
		return m.lessonVerdict(v)
	}
	return m, nil
}

func (m Model) handleLessonChecked(msg lessonCheckedMsg) (tea.Model, tea.Cmd) {
	if msg.check != m.course.checks {
		return m, nil
	}
	return m.lessonVerdict(msg.verdict)
}

func (m Model) lessonVerdict(v lesson.Verdict) (tea.Model, tea.Cmd) {
	m.lesson.SetVerdict(v)
	if !v.OK || m.lesson.States()[m.lesson.Lesson().ID] == lesson.Done {
		return m, nil
	}
	return m, m.setLesson(m.lesson.Lesson().ID, lesson.Done)
}

// lessonSent notes the end of an upload for the lesson that is going on.
func (m *Model) lessonSent(result *uploader.Result, err error) {
	if !m.course.on || !m.account.Sandbox || result == nil {
		return
	}
	m.course.facts.Status, m.course.facts.Sent, m.course.facts.Said = result.Status, err == nil, result.ServiceError
}

// ownDraft is the person's draft: in a lesson it is the one that was there before.
func (m Model) ownDraft() uploader.Draft {
	if m.course.on {
		return m.course.kept.draft
	}
	return m.form.Draft()
}

package ui

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/lesson"
	"signpost/uploader"
	"signpost/uploader/sandbox"
)

// learning is a world with the course, and a real sandbox that judges and answers.
type learning struct {
	*world
	states map[string]lesson.State
}

func (w learning) deps(t *testing.T) Deps {
	t.Helper()
	box := sandbox.New(sandbox.Options{Clock: func() time.Time { return w.now }})
	t.Cleanup(func() { _ = box.Close() })
	client := uploader.New(uploader.ClientConfig{Transport: box.Client().Transport, Now: func() time.Time { return w.now }})
	d := w.world.deps()
	d.ReadLessons = func() (lesson.Course, map[string]lesson.State) { return lesson.Embedded(), maps.Clone(w.states) }
	d.SaveLesson = func(id string, s lesson.State) error { w.states[id] = s; return nil }
	d.Try = func(ctx context.Context, p uploader.Prepared) (*uploader.Result, error) {
		return client.Upload(ctx, p, nil)
	}
	upload := d.Upload
	d.Upload = func(ctx context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
		_, _ = upload(ctx, p, obs)
		return client.Upload(ctx, p, obs)
	}
	return d
}

func newLearning() learning { return learning{newWorld(), map[string]lesson.State{}} }

// open goes to a lesson by what is typed into the list.
func open(words string) []tea.Msg {
	return slices.Concat(keys("alt+j"), typed(words), keys("enter"))
}

// TestCourseFrames keeps the frames of the lessons in front of the whole program.
func TestCourseFrames(t *testing.T) {
	t.Parallel()
	all := map[string]func(w *world) (Deps, []tea.Msg){}
	for name, msgs := range map[string][]tea.Msg{
		"list":    keys("alt+j"),
		"tell":    open("endpoint"),
		"do":      open("sign function"),
		"repair":  open("nobody signed"),
		"refused": append(open("nobody signed"), keys("c", "t")...),
		"bench":   append(open("shell has"), keys("tab", "ctrl+s")...),
		"done":    append(open("shell has"), keys("alt+s", "c")...),
		"form":    append(open("sign function"), keys("e")...),
		"help":    append(open("nobody signed"), keys("f1")...),
		"left":    append(open("nobody signed"), keys("esc")...),
	} {
		all["lesson/"+name] = func(w *world) (Deps, []tea.Msg) {
			return learning{w, map[string]lesson.State{"env": lesson.Done, "timestamp": lesson.Skipped}}.deps(t), msgs
		}
	}
	keepFrames(t, all)
}

// TestTutorialFlow walks through the tutorial as a person does: each step is looked at in
// the real state of the screen, and not done before.
func TestTutorialFlow(t *testing.T) {
	t.Parallel()
	w := newLearning()
	m := start(t, w.world, w.deps(t), 80, 24)
	m = steps(t, m, typedInto("own_id")...)
	own := m.form.Draft()
	m = steps(t, m, keys("alt+j", "enter")...)
	for i, do := range [][]tea.Msg{
		keys("e"),
		keys("e", "ctrl+s", "esc", "ctrl+t"),
		slices.Concat(keys("e"), typedInto("x")),
		slices.Concat(keys("e", "ctrl+n"), typed("tags"), keys("enter"), typed("workshop")),
		keys("e", "ctrl+y"),
		keys("e", "ctrl+s"), // and from the answer back to the lesson
	} {
		id := w.lessonAt(i)
		if i > 0 {
			m = steps(t, m, keys("c")...)
			if w.states[id] == lesson.Done || !strings.Contains(frame(t, m), "✗") {
				t.Fatalf("%s is done before it is begun:\n%s", id, frame(t, m))
			}
		}
		m = steps(t, m, append(do, keys("alt+j", "c")...)...)
		if w.states[id] != lesson.Done || !strings.Contains(frame(t, m), "✓") {
			t.Fatalf("%s is not done:\n%s", id, frame(t, m))
		}
		m = steps(t, m, keys("n")...)
	}
	if len(w.sent) != 2 || w.sent[0].Timestamp != "1767315845" {
		t.Errorf("%d requests were sent; the first one was not the stale one", len(w.sent))
	}
	m = steps(t, m, keys("n", "n", "n", "esc")...)
	if m.lesson.Course().Count(m.lesson.States()) != 9 {
		t.Errorf("reading on does not count: %v", m.lesson.States())
	}
	if got := m.form.Draft(); got.Get("public_id") != own.Get("public_id") || got.Get("tags") != "" {
		t.Errorf("the person's own draft is gone: %+v", got)
	}
	for _, d := range w.saved {
		if d.Get("tags") != "" || d.Get("public_id") == "x" {
			t.Errorf("a lesson's draft was kept in the person's place: %+v", d)
		}
	}
}

func typedInto(value string) []tea.Msg { return append(keys("tab"), typed(value)...) }

func (w learning) lessonAt(i int) string { return lesson.Embedded()[i].ID }

// TestRepairFlow: the answer of the sandbox decides; reset, solution and catching up do
// what they say; and a late answer to an earlier check is dropped.
func TestRepairFlow(t *testing.T) {
	t.Parallel()
	w := newLearning()
	m := start(t, w.world, w.deps(t), 80, 24)
	m = steps(t, m, append(open("nobody signed"), keys("c")...)...)
	if s := frame(t, m); !strings.Contains(s, "401 Invalid Signature") || w.states["unsigned-preset"] != "" {
		t.Fatal(s)
	}
	late := lessonCheckedMsg{m.course.checks, lesson.Verdict{Tried: true, OK: true}}
	m = steps(t, m, append(keys("tab", "down", "enter"), typed("upload_preset=signed_only")...)...)
	m = steps(t, m, keys("alt+r")...)
	if strings.Contains(m.lesson.Request().Text, "upload_preset") {
		t.Error("a reset leaves what was typed")
	}
	if m = steps(t, m, late); w.states["unsigned-preset"] != "" {
		t.Error("an answer to an earlier check counts")
	}
	m = steps(t, m, keys("s", "c")...)
	if w.states["unsigned-preset"] != lesson.Done || !strings.Contains(frame(t, m), "200 accepted") {
		t.Error(frame(t, m))
	}
	m = steps(t, m, keys("n", "u")...)
	if w.states["env"] != lesson.Skipped || w.states["unsigned-preset"] != lesson.Done || w.states["unsent"] != "" {
		t.Errorf("caught up: %v", w.states)
	}
	if len(w.sent) != 0 {
		t.Error("a check goes through the history")
	}
	steps(t, m, slices.Concat(keys("l"), typed("forget"), keys("enter"))...)
	if slices.Contains(slices.Collect(maps.Values(w.states)), lesson.Done) || slices.Contains(slices.Collect(maps.Values(w.states)), lesson.Skipped) {
		t.Errorf("forgotten: %v", w.states)
	}
}

// TestLessonsOfAnAccount: whoever works with an account is in the sandbox for the lessons,
// and back afterwards. Nothing of the account gets into a lesson.
func TestLessonsOfAnAccount(t *testing.T) {
	t.Parallel()
	w := newLearning()
	d := w.deps(t)
	d.Live = uploader.ReadConfig(uploader.ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": "cloudinary://1234567:canary-secret@mycloud"}})
	m := start(t, w.world, d, 80, 24)
	if !m.live() {
		t.Fatal("not live")
	}
	m = steps(t, m, open("Same string")...)
	for _, msgs := range [][]tea.Msg{nil, keys("tab"), keys("ctrl+s"), keys("alt+e"), keys("alt+j"), keys("esc")} {
		m = steps(t, m, msgs...)
		if s := frame(t, m); strings.Contains(s, "canary") || strings.Contains(s, "mycloud") || !strings.Contains(s, "SANDBOX") {
			t.Errorf("%s", s)
		}
	}
	m = steps(t, m, keys("esc", "esc")...)
	if s := frame(t, m); !strings.Contains(s, "LIVE") || m.course.on {
		t.Error(s)
	}
}

// TestNoLessons: a program without a course, or without a sandbox, says so.
func TestNoLessons(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := steps(t, start(t, w, w.deps(), 80, 24), keys("alt+j")...)
	if s := frame(t, m); !strings.Contains(s, "there are no lessons") {
		t.Error(s)
	}
	d := w.deps()
	d.ReadLessons = func() (lesson.Course, map[string]lesson.State) { return lesson.Embedded(), nil }
	m = steps(t, start(t, w, d, 80, 24), append(open("nobody signed"), keys("c")...)...)
	if s := frame(t, m); !strings.Contains(s, "no sandbox to check it") {
		t.Error(s)
	}
	if m = steps(t, m, keys("s", "l", "esc", "p", "n", "n")...); m.screen != screenLesson {
		t.Error("the lesson is left")
	}
	m = steps(t, m, slices.Concat(keys("l"), typed("Two at"), keys("enter", "n"))...)
	if s := frame(t, m); !strings.Contains(s, "no further lesson") {
		t.Error(s)
	}
}

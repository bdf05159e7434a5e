package cli

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"signpost/ui"
	"signpost/ui/lesson"
	"signpost/ui/term"
	"signpost/uploader"
	"signpost/uploader/journal"
	"signpost/uploader/sandbox"
)

// screenFlags are those of the screen alone.
type screenFlags struct {
	plain, still bool
	lessons      string
}

func (f *screenFlags) register(c *cobra.Command) {
	p := c.Flags()
	p.BoolVar(&f.plain, "plain", false, "a dialogue of plain lines instead of the screen; so too where TERM is dumb")
	p.BoolVar(&f.still, "no-animation", false, "nothing moves by itself; so too where NO_MOTION is set")
	p.StringVar(&f.lessons, "lessons", "", "take the lessons from the files in this `folder`; see signpost lesson")
}

// lookup reads a variable of the environment.
func (a *app) lookup(name string) string { return a.environ()[name] }

// stage is what the screen and the dialogue stand on: the sandbox, the store, and the
// world that both see.
type stage struct {
	deps  ui.Deps
	store *journal.Journal
	box   *sandbox.Server
}

func (s *stage) close() {
	s.store.Close()
	_ = s.box.Close()
}

// stage opens them.
func (a *app) stage() (*stage, error) {
	draft, err := a.flags.draft(uploader.TutorialDraft())
	if err != nil {
		return nil, err
	}
	course, badLessons, err := a.course(a.screenFlags.lessons)
	if err != nil {
		return nil, err
	}
	config, err := a.credentials()
	if err != nil {
		var f *failure
		errors.As(err, &f)
		config.Problems = append(config.Problems, uploader.Problem{Message: f.Error(), Hint: f.hint})
	}
	term.Scrub(scrubbed(os.Environ()))
	a.known.add(config.Account)

	var notes []string
	seen := &seen{}
	box := sandbox.New(sandbox.Options{Log: seen.add})
	if err := box.ListenFree(sandbox.DefaultAddr); err != nil {
		notes = append(notes, "the sandbox could not be started: "+err.Error())
	}
	store := journal.Open(filepath.Join(xdg.DataHome, "signpost"))
	deps := a.deps(config, box, store, draft)
	deps.Box = boxOf(box, seen)
	deps.Still = a.screenFlags.still || term.NoMotion(a.lookup)
	deps.Try = tryOn(box)
	deps.ReadLessons = func() (lesson.Course, map[string]lesson.State) { return course(), lessonStates(store) }
	deps.SaveLesson = func(id string, s lesson.State) error { return store.SaveLesson(id, string(s)) }
	deps.Notes = append(deps.Notes, lessonNotes(badLessons)...)
	a.unfinished(&deps, store, box)
	deps.Notes = append(deps.Notes, notes...)
	if r, at, ok, err := store.Orphan(); err == nil && ok {
		deps.Recovered = &ui.Recovered{Draft: r, At: at}
	}
	if note := store.Note(); note != "" {
		deps.Notes = append(deps.Notes, note)
	}
	return &stage{deps: deps, store: store, box: box}, nil
}

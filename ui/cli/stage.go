package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

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
	plain, still, present bool
	lessons, handout      string
	fixed, seed           int64
}

func (f *screenFlags) register(c *cobra.Command) {
	p := c.Flags()
	p.BoolVar(&f.plain, "plain", false, "a dialogue of plain lines instead of the screen; so too where TERM is dumb")
	p.BoolVar(&f.present, "present", false, "start step by step, large and masked, for a room; see the key F1 there")
	p.StringVar(&f.handout, "handout", "", "with --present: write what was shown as Markdown to a new `file` at the end")
	p.Int64Var(&f.fixed, "fixed-clock", 0, "in the sandbox let the clock stand still at these Unix `seconds` (with --present 1315060510, the documentation's; -1 lets it run)")
	p.Int64Var(&f.seed, "seed", 0, "let the sandbox make the same identifiers in each run with this `number` (with --present 1)")
	p.BoolVar(&f.still, "no-animation", false, "nothing moves by itself; so too where NO_MOTION is set")
	p.StringVar(&f.lessons, "lessons", "", "take the lessons from the files in this `folder`; see signpost lesson")
}

// documentedTime is the timestamp of the documentation's example. With it the screen shows
// the documentation's signature.
// Source: documentation/authentication_signatures.
const documentedTime = 1315060510

// check fills in what --present stands for, and refuses what cannot be.
func (f *screenFlags) check() error {
	switch {
	case f.present && f.plain:
		return usage("--present shows a screen, and --plain has none")
	case f.handout != "" && !f.present:
		return usage("--handout needs --present")
	case f.fixed < -1:
		return usage("--fixed-clock is a number of seconds since 1970")
	}
	if f.present && f.fixed == 0 {
		f.fixed = documentedTime
	}
	if f.present && f.seed == 0 {
		f.seed = 1
	}
	if f.handout != "" {
		if _, err := os.Lstat(f.handout); err == nil {
			return &failure{code: uploader.ExitUsage, err: fmt.Errorf("--handout: %s is there already", f.handout), hint: "name another file: nothing is overwritten"}
		}
	}
	return nil
}

// again says how the same is shown once more.
func (f *screenFlags) again() string {
	if f.fixed <= 0 {
		return ""
	}
	return fmt.Sprintf("In the sandbox everything here can be had again, with the same signatures and identifiers:\n\n```sh\nsignpost sandbox --fixed-clock %d --seed %d\n```", f.fixed, f.seed)
}

// now is the clock of the screen. In the sandbox it can stand still; an account is always
// sent to at the time that it is.
func (a *app) now() time.Time {
	if f := a.screenFlags.fixed; f > 0 && a.inSandbox.Load() {
		return time.Unix(f, 0)
	}
	return time.Now()
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
	a.inSandbox.Store(!config.Found)
	box := sandbox.New(sandbox.Options{Log: seen.add, NewID: seeded(a.screenFlags.seed)})
	if f := a.screenFlags.fixed; f > 0 {
		box.SetClock(0, time.Unix(f, 0))
	}
	if err := box.ListenFree(sandbox.DefaultAddr); err != nil {
		notes = append(notes, "the sandbox could not be started: "+err.Error())
	}
	a.handout.path = a.screenFlags.handout
	store := journal.Open(filepath.Join(xdg.DataHome, "signpost"))
	deps := a.deps(config, box, store, draft)
	deps.Box = boxOf(box, seen)
	deps.Present, deps.User, deps.Again = a.screenFlags.present, userName(), a.screenFlags.again()
	deps.WriteHandout, deps.HandoutAtEnd = a.handout.write, a.screenFlags.handout != ""
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

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"signpost/signer/visible"
	"signpost/ui/lesson"
	"signpost/uploader"
	"signpost/uploader/journal"
	"signpost/uploader/sandbox"
)

const lessonHelp = `lesson lists the lessons: the tutorial step by step, and broken requests to repair. The
screen has them under F7. Without it: lesson N prints one, with the command that sends
its request; lesson hint N gives a hint, three times a stronger one with -n; lesson check
N reads a repaired command (cURL for any shell, a raw request, or JSON such as
{"public_id": "a", "signature": "…"}) from standard input, gives it to a sandbox and says
what that answers; lesson solution N prints the command as it should be.

lesson copy DIR writes the lessons as Markdown files, to be changed or replaced, and
--dir DIR takes the lessons from such files. A file that is wrong is named with its line.

Exit status of check: 0 done, 4 refused or not what the lesson asks for, 2 there is no
request to check.`

// lessonFlags are those of the command lesson alone.
type lessonFlags struct {
	dir   string
	level int
}

func (a *app) lessonCommand() *cobra.Command {
	var f lessonFlags
	c := &cobra.Command{
		Use:     "lesson [N]",
		Short:   "the tutorial as lessons, and broken requests to repair",
		Long:    lessonHelp,
		Example: "  signpost lesson\n  signpost lesson 13\n  pbpaste | signpost lesson check 13\n  signpost lesson copy ./lessons && signpost --lessons ./lessons",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listLessons(f)
			}
			c, i, err := a.pickLesson(f, args[0])
			if err != nil {
				return err
			}
			text, err := lessonText(c, i)
			if err != nil {
				return err
			}
			return a.print(text)
		},
	}
	c.PersistentFlags().StringVar(&f.dir, "dir", "", "take the lessons from the Markdown files in this `folder`")
	sub := func(use, short string, n int, run func(args []string) error) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(n), RunE: func(_ *cobra.Command, args []string) error { return run(args) }}
	}
	hint := sub("hint N", "print a hint", 1, func(args []string) error { return a.printHint(f, args[0]) })
	hint.Flags().IntVarP(&f.level, "level", "n", 1, "how strong, `1|2|3`")
	c.AddCommand(
		hint,
		sub("check N", "check a repaired command from standard input", 1, func(args []string) error { return a.checkLesson(f, args[0]) }),
		sub("solution N", "print the command as it should be", 1, func(args []string) error { return a.printSolution(f, args[0]) }),
		sub("catch-up N", "count the lessons before N as skipped", 1, func(args []string) error { return a.catchUp(f, args[0]) }),
		sub("reset", "forget which lessons are done", 0, func([]string) error { return a.resetLessons(f) }),
		sub("copy DIR", "write the lessons as files, to be changed", 1, func(args []string) error { return a.copyLessons(args[0]) }),
	)
	return c
}

// course is the embedded lessons, read when they are asked for, or those of a folder. What
// is wrong with files of the folder is said; it is an error only where no lesson is left.
func (a *app) course(dir string) (func() lesson.Course, []lesson.Problem, error) {
	if dir == "" {
		return lesson.Embedded, nil, nil
	}
	files, err := lessonFiles(dir)
	if err != nil {
		return nil, nil, &failure{code: uploader.ExitLocal, err: fmt.Errorf("read the lessons: %w", err), hint: "signpost lesson copy DIR writes such a folder"}
	}
	c, problems := lesson.Read(files)
	if len(c) == 0 {
		for _, p := range problems {
			a.say("%s", p)
		}
		return nil, nil, &failure{code: uploader.ExitLocal, err: fmt.Errorf("read the lessons: there is none in %s", dir), hint: "signpost lesson copy DIR writes such a folder"}
	}
	return func() lesson.Course { return c }, problems, nil
}

// lessonFiles reads the Markdown files of a folder, each up to a byte more than a lesson
// may have; other kinds of files are passed over.
func lessonFiles(dir string) ([]lesson.Source, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []lesson.Source
	for _, e := range entries {
		if !strings.EqualFold(filepath.Ext(e.Name()), ".md") || len(files) > lesson.MaxFiles {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue // a pipe would be waited for
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		raw, err := io.ReadAll(io.LimitReader(f, lesson.MaxBytes+1))
		_ = f.Close()
		if err != nil {
			return nil, err
		}
		files = append(files, lesson.Source{Name: path, Text: string(raw)})
	}
	return files, nil
}

// withCourse reads the course for a command, and says what is wrong with its files.
func (a *app) withCourse(f lessonFlags) (lesson.Course, error) {
	read, problems, err := a.course(f.dir)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		a.say("warning: %s", p)
	}
	return read(), nil
}

// pickLesson reads the course and finds a lesson by its number or id.
func (a *app) pickLesson(f lessonFlags, name string) (lesson.Course, int, error) {
	c, err := a.withCourse(f)
	if err != nil {
		return nil, 0, err
	}
	i := c.Find(name)
	if i < 0 {
		return nil, 0, &failure{code: uploader.ExitUsage, err: fmt.Errorf("there is no lesson %q", name), hint: "signpost lesson lists them"}
	}
	return c, i, nil
}

func (a *app) openJournal() *journal.Journal {
	return journal.Open(filepath.Join(xdg.DataHome, "signpost"))
}

// lessonStates is how far the lessons are; a store that cannot be read knows of none.
func lessonStates(store *journal.Journal) map[string]lesson.State {
	kept, _ := store.Lessons()
	states := make(map[string]lesson.State, len(kept))
	for id, s := range kept {
		states[id] = lesson.State(s)
	}
	return states
}

// print writes to standard output, made harmless line by line.
func (a *app) print(text string) error {
	_, err := io.WriteString(a.world.Stdout, string(visible.CleanLines(strings.TrimRight(text, "\n")))+"\n")
	return err
}

func (a *app) printHint(f lessonFlags, name string) error {
	c, i, err := a.pickLesson(f, name)
	if err != nil {
		return err
	}
	hints := c[i].Hints
	if f.level < 1 || f.level > 3 {
		return usage("-n is 1, 2 or 3")
	}
	if len(hints) == 0 {
		return a.print("this lesson has no hints: it is to be read")
	}
	return a.print(hints[min(f.level, len(hints))-1])
}

func (a *app) printSolution(f lessonFlags, name string) error {
	c, i, err := a.pickLesson(f, name)
	if err != nil {
		return err
	}
	curl, err := lessonCurl(c[i], false)
	if err != nil {
		return err
	}
	return a.print(curl)
}

func (a *app) catchUp(f lessonFlags, name string) error {
	c, i, err := a.pickLesson(f, name)
	if err != nil {
		return err
	}
	store := a.openJournal()
	defer store.Close()
	states := lessonStates(store)
	for _, l := range c[:i] {
		if states[l.ID] == "" {
			if err := store.SaveLesson(l.ID, string(lesson.Skipped)); err != nil {
				return &failure{code: uploader.ExitLocal, err: fmt.Errorf("keep the lesson: %w", err)}
			}
		}
	}
	return a.print(fmt.Sprintf("the lessons before %d are done or skipped", i+1))
}

func (a *app) resetLessons(f lessonFlags) error {
	c, err := a.withCourse(f)
	if err != nil {
		return err
	}
	store := a.openJournal()
	defer store.Close()
	for _, l := range c {
		if err := store.SaveLesson(l.ID, ""); err != nil {
			return &failure{code: uploader.ExitLocal, err: fmt.Errorf("forget the lesson: %w", err)}
		}
	}
	return a.print("no lesson is done")
}

// copyLessons writes the files; one that is there already is left alone.
func (a *app) copyLessons(dir string) error {
	fail := func(err error) error {
		return &failure{code: uploader.ExitLocal, err: fmt.Errorf("copy the lessons: %w", err), hint: "name a folder that is new, or has none of these files"}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fail(err)
	}
	files := lesson.Sources()
	for _, f := range files {
		if _, err := os.Lstat(filepath.Join(dir, f.Name)); err == nil {
			return fail(fmt.Errorf("%s is there already", filepath.Join(dir, f.Name)))
		} else if !errors.Is(err, os.ErrNotExist) {
			return fail(err)
		}
	}
	for _, f := range files {
		out, err := os.OpenFile(filepath.Join(dir, f.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return fail(err)
		}
		_, err = io.WriteString(out, f.Text)
		if err = errors.Join(err, out.Close()); err != nil {
			return fail(err)
		}
	}
	return a.print(fmt.Sprintf("%d lessons are in %s; signpost --lessons %s shows them", len(files), dir, dir))
}

// tryOn gives requests to a sandbox, once, without a socket.
func tryOn(box *sandbox.Server) func(context.Context, uploader.Prepared) (*uploader.Result, error) {
	client := uploader.New(uploader.ClientConfig{UserAgent: "signpost/" + version(), Transport: box.Client().Transport})
	return func(ctx context.Context, p uploader.Prepared) (*uploader.Result, error) {
		return client.Upload(ctx, p, nil)
	}
}

// lessonNotes are what is wrong with the files of a course, for the screen.
func lessonNotes(problems []lesson.Problem) []string {
	var notes []string
	for _, p := range slices.Clip(problems[:min(len(problems), 5)]) {
		notes = append(notes, "lessons: "+p.String())
	}
	return notes
}

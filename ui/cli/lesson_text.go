package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"signpost/signer/visible"
	"signpost/ui/lesson"
	"signpost/ui/markdown"
	"signpost/ui/plain"
	"signpost/ui/theme"
	"signpost/uploader"
	"signpost/uploader/export"
	"signpost/uploader/sandbox"
)

// lessonLine is a line of the list, in JSON.
type lessonLine struct {
	Number int    `json:"number"`
	ID     string `json:"id"`
	Title  string `json:"title"`
	Kind   string `json:"kind"`
	State  string `json:"state"`
}

func (a *app) listLessons(f lessonFlags) error {
	c, err := a.withCourse(f)
	if err != nil {
		return err
	}
	states := a.states()
	if !a.flags.json {
		return a.print(lessonList(c, states))
	}
	lines := make([]lessonLine, len(c))
	for i, l := range c {
		lines[i] = lessonLine{i + 1, l.ID, l.Title, string(l.Kind), string(states[l.ID])}
	}
	raw, err := json.MarshalIndent(lines, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.world.Stdout, escapeJSON(string(raw))+"\n")
	return err
}

// states is how far the lessons are.
func (a *app) states() map[string]lesson.State {
	store := a.openJournal()
	defer store.Close()
	return lessonStates(store)
}

// lessonList is the list for a person.
func lessonList(c lesson.Course, states map[string]lesson.State) string {
	var b strings.Builder
	for i, l := range c {
		glyph := map[lesson.State]string{lesson.Done: "✓", lesson.Skipped: "»", "": " "}[states[l.ID]]
		fmt.Fprintf(&b, "%s %2d  %-44s %s\n", glyph, i+1, clean(l.Title), l.Kind)
	}
	next := c.Next(states) + 1
	fmt.Fprintf(&b, "%d of %d done; next is %d: signpost lesson %d\n", c.Count(states), len(c), next, next)
	return b.String()
}

// lessonAccount is the sandbox at the address where signpost sandbox listens.
func lessonAccount() (uploader.Account, func(string) uploader.File) {
	base := "http://" + sandbox.DefaultAddr
	sample := base + "/sample/" + sandbox.SampleName
	return uploader.SandboxAccount(base), func(typed string) uploader.File {
		return uploader.ParseFile(typed, uploader.FileOptions{SampleURL: sample, SampleName: sandbox.SampleName, Home: homeDir()})
	}
}

// lessonCurl is the lesson's request as a command, broken or as it should be: that has a
// timestamp of now.
func lessonCurl(l lesson.Lesson, broken bool) (string, error) {
	account, parse := lessonAccount()
	request := l.Broken
	if !broken {
		l.Off = 0
		request = l.Right
	}
	r, err := request(account, parse(l.Draft.File), time.Now())
	if err != nil {
		return "", badLesson(l, err)
	}
	curl, err := export.Curl(r.Prepared(), export.CurlOptions{})
	if err != nil {
		return "", badLesson(l, err)
	}
	return curl, nil
}

// badLesson is what is wrong with the request of a lesson.
func badLesson(l lesson.Lesson, err error) error {
	return &failure{code: uploader.ExitLocal, err: fmt.Errorf("%s: the lesson's request: %w", l.File, err)}
}

// lessonText is a lesson for a person, a repair with its request.
func lessonText(c lesson.Course, i int) (string, error) {
	l := c[i]
	var b strings.Builder
	fmt.Fprintf(&b, "Lesson %d of %d\n\n", i+1, len(c))
	for _, line := range markdown.Lines(l.Text, 80, theme.Theme{}) {
		b.WriteString(strings.TrimRight(line.PlainText(), " ") + "\n")
	}
	if l.Kind != lesson.Repair {
		return b.String(), nil
	}
	account, parse := lessonAccount()
	r, err := l.Broken(account, parse(l.Draft.File), time.Now())
	if err != nil {
		return "", badLesson(l, err)
	}
	curl, err := lessonCurl(l, true)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "\nThe request\n\nsigned   %s\nsecret   %q\nhash     %s\n\n%s\n\n", r.Text, r.Secret, r.Hash, curl)
	fmt.Fprintf(&b, "Repair it, and check the command: signpost lesson check %d < command.txt\nTo see a server's answer, let signpost sandbox run. A hint: signpost lesson hint %d\n", i+1, i+1)
	return b.String(), nil
}

// lessonExtra is the lessons in the dialogue of plain lines.
func (a *app) lessonExtra() plain.Extra {
	return plain.Extra{
		Name:  "lesson",
		About: "lists the lessons; lesson 13 tells one; lesson hint 13, lesson check 13, lesson solution 13",
		Run: func(t plain.Talk, rest string) {
			if err := a.talkLesson(t, strings.Fields(rest)); err != nil {
				t.Say(visible.CleanLines("error: " + a.redact(err.Error())))
			}
		},
	}
}

// talkLesson does what is asked of a lesson.
func (a *app) talkLesson(t plain.Talk, words []string) error {
	f := lessonFlags{dir: a.screenFlags.lessons}
	say := func(text string, err error) error {
		if err == nil {
			t.Say(visible.CleanLines(strings.TrimRight(text, "\n")))
		}
		return err
	}
	if len(words) == 0 {
		c, err := a.withCourse(f)
		if err != nil {
			return err
		}
		return say(lessonList(c, a.states()), nil)
	}
	c, i, err := a.pickLesson(f, words[len(words)-1])
	if err != nil {
		return err
	}
	switch what := strings.Join(words[:len(words)-1], " "); what {
	case "":
		return say(lessonText(c, i))
	case "solution":
		return say(lessonCurl(c[i], false))
	case "hint":
		return talkHints(t, c[i])
	case "check":
		return a.talkCheck(t, c[i], i)
	default:
		return fmt.Errorf("lesson does not know %q: it takes hint, check or solution, and a number", what)
	}
}

// talkHints gives one hint after the other.
func talkHints(t plain.Talk, l lesson.Lesson) error {
	for i, h := range l.Hints {
		t.Say(visible.Clean(h))
		if i+1 == len(l.Hints) {
			break
		}
		if line, ok := t.Ask("Enter alone for a stronger hint, no for none:"); !ok || line != "" {
			break
		}
	}
	return nil
}

// talkCheck asks for the repaired command, line by line, and has it checked.
func (a *app) talkCheck(t plain.Talk, l lesson.Lesson, i int) error {
	v := lesson.Verdict{Tried: true, OK: true}
	if l.Kind != lesson.Tell && l.Goal != lesson.HasAccount {
		t.Say("Paste the command. A line with a dot alone ends it.")
		var b strings.Builder
		for b.Len() < maxPasted {
			line, ok := t.Ask("")
			if !ok || strings.TrimSpace(line) == "." {
				break
			}
			b.WriteString(line + "\n")
		}
		var err error
		if v, err = judgeText(l, b.String()); err != nil {
			return err
		}
	}
	if !v.OK {
		return lessonFailure(i, v)
	}
	t.Say(visible.Clean(a.lessonDone(l, i)))
	return nil
}

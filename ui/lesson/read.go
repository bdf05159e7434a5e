package lesson

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/tamper"
)

// The bounds of a course and its files.
const (
	MaxFiles = 200
	MaxBytes = 64 << 10
	maxTitle = 60
	maxLine  = 4000
	maxHints = 3
)

//go:embed content/*.md
var content embed.FS

// Source is a file with a lesson in it.
type Source struct{ Name, Text string }

// Problem says what is wrong with a file. Line counts from 1; 0 is the whole file. File
// and Reason may hold text of the file and have to be made visible before they are drawn.
type Problem struct {
	File   string
	Line   int
	Reason string
}

// String is the problem in one line, as compilers write it.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ": " + p.Reason
}

// Sources are the files of the course that the program brings along.
func Sources() []Source {
	entries, _ := content.ReadDir("content")
	var all []Source
	for _, e := range entries {
		text, _ := content.ReadFile("content/" + e.Name())
		all = append(all, Source{e.Name(), string(text)})
	}
	return all
}

// Embedded is the course that the program brings along.
var Embedded = sync.OnceValue(func() Course {
	c, _ := Read(Sources())
	return c
})

// Read makes a course of files. A file that is wrong is left out and named, with the line
// and the reason, and so is what two files share that has to be their own.
func Read(files []Source) (Course, []Problem) {
	var c Course
	var problems []Problem
	if len(files) > MaxFiles {
		problems = append(problems, Problem{files[MaxFiles].Name, 0, fmt.Sprintf("there are more than %d files; this one and the rest are left out", MaxFiles)})
		files = files[:MaxFiles]
	}
	ids, orders := map[string]string{}, map[int]string{}
	for _, f := range files {
		l, bad := parse(f)
		if len(bad) == 0 {
			if other, taken := ids[l.ID]; taken {
				bad = append(bad, Problem{f.Name, 0, fmt.Sprintf("the id %q is that of %s too", l.ID, other)})
			}
			if other, taken := orders[l.Order]; taken {
				bad = append(bad, Problem{f.Name, 0, fmt.Sprintf("the order %d is that of %s too", l.Order, other)})
			}
		}
		if len(bad) > 0 {
			problems = append(problems, bad...)
			continue
		}
		ids[l.ID], orders[l.Order] = f.Name, f.Name
		c = append(c, l)
	}
	slices.SortFunc(c, func(a, b Lesson) int { return cmp.Compare(a.Order, b.Order) })
	return c, problems
}

// reader is a file while it is read.
type reader struct {
	l        Lesson
	problems []Problem
	line     int
	seen     map[string]int // the first line of each name
}

func (r *reader) bad(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.l.File, line, fmt.Sprintf(format, args...)})
}

// parse reads one file.
func parse(f Source) (Lesson, []Problem) {
	r := &reader{l: Lesson{File: f.Name}, seen: map[string]int{}}
	r.l.Draft.ResourceType = "image"
	if len(f.Text) > MaxBytes {
		r.bad(0, "it has %d bytes; a lesson has at most %d", len(f.Text), MaxBytes)
		return r.l, r.problems
	}
	text := strings.TrimPrefix(strings.ReplaceAll(f.Text, "\r\n", "\n"), "\ufeff")
	lines := strings.Split(text, "\n")
	if strings.TrimRight(lines[0], " ") != "---" {
		r.bad(1, "the first line has to be ---")
		return r.l, r.problems
	}
	end := slices.IndexFunc(lines[1:], func(s string) bool { return strings.TrimRight(s, " ") == "---" })
	if end < 0 {
		r.bad(1, "the data in front of the text has no end: a second line --- is missing")
		return r.l, r.problems
	}
	for i, line := range lines[1 : end+1] {
		r.line = i + 2
		r.entry(line)
	}
	r.l.Text = strings.TrimSpace(strings.Join(lines[end+2:], "\n"))
	r.whole(end + 2)
	return r.l, r.problems
}

// entry reads one line of the data.
func (r *reader) entry(line string) {
	if t := strings.TrimSpace(line); t == "" || strings.HasPrefix(t, "#") {
		return
	}
	name, value, ok := strings.Cut(line, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	switch {
	case !ok:
		r.bad(r.line, "%q is not a name, a colon and a value", line)
		return
	case value == "":
		r.bad(r.line, "%s has no value", name)
		return
	case len(value) > maxLine:
		r.bad(r.line, "%s has %d bytes; at most %d are read", name, len(value), maxLine)
		return
	}
	many := name == "param" || name == "mistake" || name == "hint"
	if first, again := r.seen[name]; again && !many {
		r.bad(r.line, "%s stands in line %d already", name, first)
		return
	}
	if r.seen[name] == 0 {
		r.seen[name] = r.line
	}
	if err := r.set(name, value); err != nil {
		r.bad(r.line, "%s", err)
	}
}

// set takes over one value.
func (r *reader) set(name, value string) error {
	l := &r.l
	var err error
	switch name {
	case "id":
		l.ID = value
		if len(value) > 40 || strings.Trim(value, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return fmt.Errorf("id %q has something else than a-z, 0-9 and - in it, or more than 40 of them", value)
		}
	case "order":
		if l.Order, err = strconv.Atoi(value); err != nil {
			return fmt.Errorf("order %q is no whole number", value)
		}
	case "title":
		l.Title = value
		if n := len([]rune(value)); n > maxTitle {
			return fmt.Errorf("the title has %d characters; at most %d fit into the list", n, maxTitle)
		}
	case "kind":
		l.Kind = Kind(value)
		if !slices.Contains([]Kind{Tell, Do, Repair}, l.Kind) {
			return fmt.Errorf("kind %q is unknown: use read, do or repair", value)
		}
	case "goal":
		return r.goal(value)
	case "says":
		l.Says = value
	case "learn":
		l.Learn = value
	case "hint":
		if len(l.Hints) == maxHints {
			return fmt.Errorf("there are three hints already")
		}
		l.Hints = append(l.Hints, value)
	case "mistake":
		m, err := tamper.Parse(value)
		if err != nil {
			return err
		}
		l.Mistakes = append(l.Mistakes, m)
	default:
		return r.draft(name, value)
	}
	return nil
}

// draft takes over a value of the request.
func (r *reader) draft(name, value string) error {
	d := &r.l.Draft
	var err error
	switch name {
	case "file":
		d.File = value
		if value == "sample" {
			d.File = uploader.SampleToken
		}
	case "resource_type":
		d.ResourceType = value
		if !slices.Contains(uploader.ResourceTypes, value) {
			return fmt.Errorf("resource_type %q is unknown: use one of %s", value, strings.Join(uploader.ResourceTypes, ", "))
		}
	case "timestamp":
		if r.l.Off, err = time.ParseDuration(value); err != nil {
			return fmt.Errorf("timestamp %q is no duration: write -2h or -90m", value)
		}
	case "param":
		key, text, ok := strings.Cut(value, "=")
		if !ok {
			return fmt.Errorf("param %q is not name=value", value)
		}
		if err := signer.CheckName(key); err != nil {
			return err
		}
		*d = d.With(key, text)
	default:
		return fmt.Errorf("%q is no name that a lesson has", name)
	}
	return nil
}

func (r *reader) goal(value string) error {
	word, name, _ := strings.Cut(value, " ")
	r.l.Goal, r.l.GoalName = Goal(word), strings.TrimSpace(name)
	switch {
	case !slices.Contains([]Goal{HasAccount, Renewed, Changed, Copied, Sent}, r.l.Goal):
		return fmt.Errorf("goal %q is unknown: use account, renewed, changed NAME, copied or sent", value)
	case r.l.Goal == Changed && signer.CheckName(r.l.GoalName) != nil:
		return fmt.Errorf("goal changed needs the name of a parameter")
	case r.l.Goal != Changed && r.l.GoalName != "":
		return fmt.Errorf("goal %s takes no name", word)
	}
	return nil
}

// whole looks at the lesson as a whole; text is the line in which that begins.
func (r *reader) whole(text int) {
	for _, name := range []string{"id", "order", "title", "kind"} {
		if r.seen[name] == 0 {
			r.bad(0, "%s is missing", name)
		}
	}
	if r.l.Text == "" {
		r.bad(text, "there is no text behind the data")
	}
	if r.l.Draft.File == "" {
		r.l.Draft.File = uploader.SampleToken
	}
	l, repair := r.l, r.l.Kind == Repair
	switch {
	case l.Kind == Do && l.Goal == "":
		r.bad(r.seen["kind"], "a lesson of the kind do needs a goal")
	case l.Kind != Do && l.Goal != "":
		r.bad(r.seen["goal"], "only a lesson of the kind do has a goal")
	case repair && len(l.Mistakes) == 0 && r.seen["mistake"] == 0:
		r.bad(r.seen["kind"], "a repair needs a mistake")
	case !repair && len(l.Mistakes) > 0:
		r.bad(r.seen["mistake"], "only a repair has mistakes")
	case repair && r.seen["says"] == 0:
		r.bad(r.seen["kind"], "a repair needs says: how the server's answer begins")
	}
	if len(r.problems) > 0 || !repair {
		return
	}
	file := uploader.File{Kind: uploader.FileHTTP, Text: "http://127.0.0.1/sample"}
	if _, err := l.Broken(uploader.SandboxAccount("http://127.0.0.1"), file, time.Unix(1e9, 0)); err != nil {
		r.bad(r.seen["mistake"], "%s", err)
	}
}

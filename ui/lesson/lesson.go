// Package lesson is the course: chapters that tell how a signed upload comes about, and
// broken requests to repair. A lesson is a Markdown file with a few lines of data in
// front, so that a presenter can copy the files and make them their own. A repair is
// checked by the sandbox's real answer, a step on the screen by what the screen has done.
//
// # A file
//
//	---
//	id: unsigned-preset
//	order: 140
//	title: The preset nobody signed
//	kind: repair
//	file: sample
//	param: public_id=sample_image
//	param: upload_preset=signed_only
//	mistake: unsigned upload_preset
//	says: Invalid Signature
//	hint: a nudge
//	hint: where to look
//	hint: what to write
//	learn: Every parameter that is sent is signed, presets too.
//	---
//	# The preset nobody signed
//	…
//
// Between the two lines of hyphens each line is a name, a colon and a value:
//
//   - id names the lesson for good: lower-case letters, digits and hyphens. Progress is
//     kept under it.
//   - order is a whole number; lessons are told in its order.
//   - title is what the list shows, at most 60 characters.
//   - kind is read, do or repair.
//   - goal says what is looked at in a lesson of the kind do: account (there are
//     credentials), renewed (the timestamp was taken anew), "changed NAME" (the parameter
//     has another value), copied (the command was copied), sent (an upload was accepted).
//   - file, resource_type and any number of param lines (name=value) are the request that
//     the lesson starts with; the file "sample" is the sandbox's picture. timestamp is how
//     far the timestamp is off from the clock, such as -2h.
//   - mistake, any number of lines, is what is wrong with it, in the words of
//     [signpost/uploader/tamper]; only in a repair, which needs at least one.
//   - says is how the server's answer to the broken request begins.
//   - hint, at most three lines, from a nudge to the answer.
//   - learn is the one sentence to remember.
//
// Behind that comes the text, in Markdown.
//
// Start with [Embedded] or [Read]; then [Lesson.Broken], [Judge] and [Look].
package lesson

import (
	"strings"
	"time"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/tamper"
)

// Kind is what a person does in a lesson.
type Kind string

// The kinds.
const (
	Tell   Kind = "read"   // read it
	Do     Kind = "do"     // do something on the screen
	Repair Kind = "repair" // mend a request until the server takes it
)

// Goal is what is looked at in a lesson of the kind [Do].
type Goal string

// The goals. Changed has the name of a parameter behind it, in [Lesson.GoalName].
const (
	HasAccount Goal = "account"
	Renewed    Goal = "renewed"
	Changed    Goal = "changed"
	Copied     Goal = "copied"
	Sent       Goal = "sent"
)

// State is how far a lesson is. The empty text is not begun.
type State string

// The states that are kept.
const (
	Done    State = "done"
	Skipped State = "skipped" // by catching up with others
)

// Lesson is one lesson. Its texts may come from a file of a person's own and have to be
// made visible before they are drawn.
type Lesson struct {
	// File is where it was read from.
	File     string
	ID       string
	Order    int
	Title    string
	Kind     Kind
	Goal     Goal
	GoalName string
	// Draft is the request that it starts with, without a timestamp; Off is how far that
	// is off from the clock, and zero leaves it to the clock.
	Draft    uploader.Draft
	Off      time.Duration
	Mistakes []tamper.Mistake
	Says     string
	Hints    []string
	Learn    string
	// Text is the lesson itself, in Markdown.
	Text string
}

// Start is the draft that the lesson begins with at a time.
func (l Lesson) Start(now time.Time) uploader.Draft {
	d := l.Draft
	d.Params = append([]uploader.DraftParam(nil), d.Params...)
	d.Timestamp = stamp(now.Add(l.Off))
	d.TimestampByHand = l.Off != 0
	return d
}

// Broken is the request of a repair with its mistakes in it, for the sandbox's account.
// file is the draft's. Errors are those of [uploader.Prepare] and [tamper.Apply].
func (l Lesson) Broken(a uploader.Account, file uploader.File, now time.Time) (tamper.Request, error) {
	return l.request(a, file, now, l.Mistakes)
}

// Right is the same request as it should be: the model solution.
func (l Lesson) Right(a uploader.Account, file uploader.File, now time.Time) (tamper.Request, error) {
	return l.request(a, file, now, nil)
}

func (l Lesson) request(a uploader.Account, file uploader.File, now time.Time, mistakes []tamper.Mistake) (tamper.Request, error) {
	p, err := uploader.Prepare(l.Start(now), a, file, now)
	if err != nil {
		return tamper.Request{}, err
	}
	return tamper.Apply(p, mistakes...)
}

// Course is the lessons in their order.
type Course []Lesson

// Find is the place of a lesson, by its number from 1 or by its id; -1 where there is none.
func (c Course) Find(name string) int {
	for i, l := range c {
		if l.ID == name || signer.CheckName(name) == nil && strings.TrimLeft(name, "0") == number(i+1) {
			return i
		}
	}
	return -1
}

// Next is the first lesson that is neither done nor skipped; the first where all are.
func (c Course) Next(states map[string]State) int {
	for i, l := range c {
		if states[l.ID] == "" {
			return i
		}
	}
	return 0
}

// Count is how many lessons of the course are done.
func (c Course) Count(states map[string]State) int {
	n := 0
	for _, l := range c {
		if states[l.ID] == Done {
			n++
		}
	}
	return n
}

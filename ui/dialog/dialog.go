// Package dialog has what opens over a screen: a question, a list to pick from, a
// line to enter, the credentials, a text to read. A dialog gets keys before anything
// else and answers with an [Action] in the same call; it never reaches into its owner.
package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/uploader/importer"
)

// Dialog is one of the windows of this package.
type Dialog interface {
	Update(msg tea.Msg) (Dialog, Action)
	// View returns the title and the content for at most w by h cells, and where the
	// cursor stands in the content (nil: nowhere).
	View(w, h int, th theme.Theme) (title visible.Text, lines []text.Line, cursor *Point)
}

// Point is a cell of the content, from its upper left corner.
type Point struct{ X, Y int }

// Action is what a dialog asks of its owner; nil is nothing.
type Action interface{ action() }

// Closed means that the person wants nothing of it.
type Closed struct{}

// Answered is the answer to the question with the tag.
type Answered struct {
	Tag string
	Yes bool
}

// Picked is the entry that was chosen from the list with the tag.
type Picked struct{ Tag, ID string }

// Entered is the text that was entered into the prompt with the tag.
type Entered struct{ Tag, Text string }

// CredentialsGiven is an identity that was typed in.
type CredentialsGiven struct {
	CloudName, APIKey string
	Secret            signer.Secret
	// URL is a pasted CLOUDINARY_URL; the other fields are empty then. It holds the secret.
	URL string
}

// Edited is the new value of the parameter whose editor was left.
type Edited struct{ Name, Value string }

// Staying marks the actions after which the dialog stays open.
type Staying interface{ stays() }

// PreviewRequested asks for a picture of what a transformation makes; the answer comes
// as a message that the dialog understands.
type PreviewRequested struct{ Transformation string }

// ReadRequested asks for a pasted text to be recognised, away from the screen.
type ReadRequested struct{ Text string }

// Imported is what was pasted, to be taken.
type Imported struct{ Result importer.Result }

// PastedAsText means that a paste belongs into the field as it is.
type PastedAsText struct{ Text string }

func (PreviewRequested) stays() {}
func (ReadRequested) stays()    {}

// ListRequested asks for what is in a folder, PictureRequested for what a file looks
// like; the answers come as messages that the dialog understands.
type (
	ListRequested    struct{ Dir string }
	PictureRequested struct{ Path string }
)

// FilesChosen are the files to upload: paths, or one address.
type FilesChosen struct{ Files []string }

// JobWhat is what shall be done with an upload of several, or with all of them.
type JobWhat uint8

// JobMore and JobFewer change how many are sent at once; JobNow ends a wait, JobLookUp asks
// the service about a file whose outcome is unknown.
const (
	JobPause JobWhat = iota
	JobCancel
	JobAgain
	JobMore
	JobFewer
	JobNow
	JobLookUp
)

// JobAction asks for it; ID -1 is all.
type JobAction struct {
	What JobWhat
	ID   int
}

// SmugglingRequested asks for the demonstration of parameter smuggling, with requests that
// are really sent to the sandbox; the answer comes as a message.
type SmugglingRequested struct{}

func (SmugglingRequested) stays()  {}
func (SmugglingRequested) action() {}

// VerifyRequested asks for the signature in a text to be examined, away from the screen.
type VerifyRequested struct{ Text string }

func (VerifyRequested) stays()  {}
func (VerifyRequested) action() {}

// CopyRequested asks for a text to be copied.
type CopyRequested struct {
	What visible.Text
	Text string
}

func (CopyRequested) stays()  {}
func (CopyRequested) action() {}

func (JobAction) stays()  {}
func (JobAction) action() {}

func (ListRequested) stays()    {}
func (PictureRequested) stays() {}

func (ListRequested) action()    {}
func (PictureRequested) action() {}
func (FilesChosen) action()      {}

func (ReadRequested) action() {}
func (Imported) action()      {}
func (PastedAsText) action()  {}

func (Edited) action()           {}
func (PreviewRequested) action() {}
func (Closed) action()           {}
func (Answered) action()         {}
func (Picked) action()           {}
func (Entered) action()          {}
func (CredentialsGiven) action() {}

// Ask is a question with two answers.
type Ask struct {
	Tag   string
	Title visible.Text
	Body  []visible.Text
	Yes   visible.Text
	No    visible.Text
}

// Update answers: enter or y is yes, esc or n is no.
func (a Ask) Update(msg tea.Msg) (Dialog, Action) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter", "y", "Y":
			return a, Answered{Tag: a.Tag, Yes: true}
		case "esc", "n", "N":
			return a, Answered{Tag: a.Tag}
		}
	}
	return a, nil
}

// View shows the question and its answers.
func (a Ask) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *Point) {
	lines := wrapped(a.Body, w, th)
	lines = append(lines, nil, text.Line{
		{Text: "enter ", Style: th.Key}, {Text: a.Yes, Style: th.Text},
		{Text: "   esc ", Style: th.Key}, {Text: a.No, Style: th.Text},
	})
	if len(lines) > h { // the answers stay in sight
		lines = append(lines[:max(h-1, 0)], lines[len(lines)-1])
	}
	return a.Title, lines, nil
}

func wrapped(body []visible.Text, w int, th theme.Theme) []text.Line {
	var lines []text.Line
	for _, t := range body {
		lines = append(lines, text.WrapWords(text.Line{{Text: t, Style: th.Text}}, w)...)
	}
	return lines
}

// Read is a text to read and to copy; any other key that does not scroll closes it.
type Read struct {
	Title  visible.Text
	Body   []text.Line
	Scroll int
}

// Update scrolls, or closes.
func (r Read) Update(msg tea.Msg) (Dialog, Action) {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			r.Scroll--
		} else {
			r.Scroll++
		}
	case tea.KeyPressMsg:
		switch msg.String() {
		case "up", "k":
			r.Scroll--
		case "down", "j":
			r.Scroll++
		case "pgup":
			r.Scroll -= 10
		case "pgdown", "space":
			r.Scroll += 10
		case "ctrl+y":
			return r, CopyRequested{"the text", plain(r.Body)}
		default:
			return r, Closed{}
		}
	}
	r.Scroll = max(r.Scroll, 0)
	return r, nil
}

// plain is the text without its styles.
func plain(lines []text.Line) string {
	var b strings.Builder
	for _, l := range lines {
		for _, s := range l {
			b.WriteString(string(s.Text))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Fit takes back what was scrolled beyond the end, in a room of w by h cells.
func (r Read) Fit(w, h int) Read {
	lines := len(r.wrapped(w))
	r.Scroll = max(min(r.Scroll, lines-(h-1)), 0)
	return r
}

func (r Read) wrapped(w int) (all []text.Line) {
	for _, l := range r.Body {
		all = append(all, text.WrapWords(l, w)...)
	}
	return all
}

// View shows as much of the text as there is room for.
func (r Read) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *Point) {
	all := r.wrapped(w)
	if len(all) <= h {
		return r.Title, all, nil
	}
	from := min(r.Scroll, len(all)-(h-1))
	lines := append([]text.Line(nil), all[from:from+h-1]...)
	return r.Title, append(lines, text.Line{{Text: "up and down scroll, ctrl+y copies, esc closes", Style: th.Muted}}), nil
}

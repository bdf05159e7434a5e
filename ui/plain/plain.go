// Package plain is the program as a dialogue: a line is typed, sentences come back.
// Nothing is drawn, moved or coloured, so that a screen reader, a log and a weak
// terminal get what the screen shows. The requests are those of the screen: one
// [uploader.Prepared] is shown, copied and sent.
//
// What is written holds no control character but the line feed.
package plain

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui"
	"signpost/uploader"
)

// Options are what [Run] needs.
type Options struct {
	In   io.Reader
	Out  io.Writer
	Deps ui.Deps
	// Terminal is true where a terminal shows what is typed. Elsewhere a line is repeated
	// behind its prompt, so that what is written reads as a dialogue.
	Terminal bool
	// AskSecret reads a line that the terminal does not show; nil where there is no
	// terminal: no secret is asked for then.
	AskSecret func() (string, error)
	// Stops are the signals that the program gets.
	Stops <-chan Stop
	// Redact takes the secrets that are known out of a text.
	Redact func(string) string
	// Extras are further commands.
	Extras []Extra
}

// Stop is a signal to end.
type Stop struct {
	// Code is the exit status that it ends with.
	Code int
	// Key is true where it may be the ctrl+c of a person at the terminal.
	Key bool
}

// Extra is a command from outside this package: a lesson, the doctor.
type Extra struct {
	Name string
	// About is what help says of it, a few words.
	About visible.Text
	// Run leads its own dialogue. rest is what was typed behind the name.
	Run func(t Talk, rest string)
}

// Talk is a dialogue with a person.
type Talk interface {
	// Say writes sentences.
	Say(t visible.Text)
	// Ask reads a line; ok is false where there is no more, and the dialogue has to end.
	Ask(prompt visible.Text) (line string, ok bool)
	// Prepared is the request as it stands; ready is false where it cannot be sent.
	Prepared() (p uploader.Prepared, ready bool)
	// Failed is the error of the last upload; nil where there is none.
	Failed() error
}

// session is a running dialogue.
type session struct {
	o  Options
	d  ui.Deps
	in *reader

	account uploader.Account
	typed   uploader.Account // credentials of this session
	draft   uploader.Draft
	p       uploader.Prepared
	err     error // of preparing
	past    []uploader.Draft

	result *uploader.Result // of the last upload
	failed error
	listed []ui.Past // the history as it was listed last

	unsaved bool // drafts cannot be saved, and that was said
	over    bool
	code    int
}

// Run leads the dialogue until quit or the end of the input, and returns the exit status.
func Run(o Options) int {
	s := &session{o: o, d: o.Deps, in: newReader(o.In, o.Deps.Go)}
	defer s.in.close()
	s.account, s.draft = s.d.Sandbox, s.d.Draft
	if s.d.Live.Found {
		s.account = s.d.Live.Account
	}
	s.fitAuth()
	if !s.draft.TimestampByHand {
		s.draft.Timestamp = s.stamp()
	}
	s.prepare()
	s.welcome()
	for !s.over {
		line, ok := s.Ask("\nCommand (enter shows the request, help lists the commands):")
		if !ok {
			break
		}
		s.obey(line)
	}
	s.keep()
	if s.code == 0 {
		s.Say("Goodbye. The draft is kept for the next start.")
	}
	return s.code
}

func (s *session) stamp() string { return strconv.FormatInt(s.d.Now().Unix(), 10) }

// live reports whether uploads go to an account, not to the sandbox.
func (s *session) live() bool { return !s.account.Sandbox }

// fitAuth chooses the token where that is all there is.
func (s *session) fitAuth() {
	if s.draft.Auth == uploader.AuthSigned && s.account.Secret.IsZero() && !s.account.Token.IsZero() {
		s.draft.Auth = uploader.AuthBearer
	}
}

// prepare signs the draft as it stands.
func (s *session) prepare() {
	file := s.d.ParseFile(s.draft.File, s.live())
	s.p, s.err = uploader.Prepare(s.draft, s.account, file, s.d.Now())
}

// renew takes the current time where the signature is stale, or will be in a moment.
func (s *session) renew() {
	f := signer.CheckTimestamp(s.draft.Timestamp, s.d.Now())
	if !s.draft.TimestampByHand && (f.State != signer.Fresh || f.Left < renewBefore) {
		s.draft.Timestamp = s.stamp()
		s.Say("The timestamp was too old for a signature: it is the current time now.")
	}
	s.prepare()
}

// change makes another draft the one that counts; the one before can be taken back.
func (s *session) change(d uploader.Draft) {
	s.past = append(s.past, s.draft)
	s.draft = d
	s.prepare()
	s.keep()
}

// keep saves the draft for the next start, and says once that it cannot.
func (s *session) keep() {
	if err := s.d.SaveDraft(s.draft); err != nil && !s.unsaved {
		s.unsaved = true
		s.sayf("note: drafts cannot be saved: %v", err)
	}
}

// Prepared, Failed, Say and Ask are for the dialogues of others too.
func (s *session) Prepared() (uploader.Prepared, bool) {
	s.renew()
	return s.p, s.whyNot() == ""
}

// Failed is the error of the last upload.
func (s *session) Failed() error { return s.failed }

// Say writes a text, and ends the line.
func (s *session) Say(t visible.Text) {
	text := string(t)
	if s.o.Redact != nil {
		text = s.o.Redact(text)
	}
	s.write(text + "\n")
}

func (s *session) write(text string) {
	if _, err := io.WriteString(s.o.Out, text); err != nil && !s.over {
		s.over, s.code = true, uploader.ExitHangup
	}
}

// sayf is Say for one line with text from outside in it.
func (s *session) sayf(format string, args ...any) {
	s.Say(visible.Clean(fmt.Sprintf(format, args...)))
}

// complain says what is wrong and what to do.
func (s *session) complain(what, hint string) {
	s.sayf("error: %s", what)
	if hint != "" {
		s.sayf("hint: %s", hint)
	}
}

// Ask writes a prompt and reads a line.
func (s *session) Ask(prompt visible.Text) (string, bool) {
	return s.ask(prompt, true)
}

// ask is Ask; echo is false for the lines of a pasted text, which are not repeated.
func (s *session) ask(prompt visible.Text, echo bool) (string, bool) {
	if s.over {
		return "", false
	}
	if prompt != "" {
		s.write(string(prompt) + " ")
	}
	select {
	case stop := <-s.o.Stops:
		s.stopped(stop)
		return "", false
	case in := <-s.in.next():
		s.in.taken()
		if in.err != nil {
			s.write("\n")
			s.over = true
			if !errors.Is(in.err, io.EOF) {
				s.code = uploader.ExitHangup
			}
			return "", false
		}
		if in.long {
			s.repeat("", echo)
			s.complain(fmt.Sprintf("the line is longer than %d bytes, and was left out", maxLine), "for a file, give its path: file PATH")
			return "", true
		}
		s.repeat(in.text, echo)
		return in.text, true
	}
}

// repeat shows what was read where no terminal does it.
func (s *session) repeat(line string, echo bool) {
	if s.o.Terminal || !echo {
		return
	}
	if holdsSecret(line) {
		line = "(not repeated: there is a secret in it)"
	}
	s.Say(visible.Clean(line))
}

// stopped ends the dialogue at a signal. The ctrl+c of a person who is asked for
// something is a way to leave.
func (s *session) stopped(stop Stop) {
	s.write("\n")
	s.over = true
	if !stop.Key {
		s.code = stop.Code
	}
}

// yes asks a question with two answers; enter means def. ok is false at the end of the
// input.
func (s *session) yes(question, yes, no visible.Text, def bool) (answer, ok bool) {
	enter := visible.Text("n")
	if def {
		enter = "y"
	}
	for {
		line, ok := s.Ask(question + "\ny: " + yes + ". n: " + no + ". Enter alone means " + enter + ":")
		if !ok {
			return false, false
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "":
			return def, true
		case "y", "yes":
			return true, true
		case "n", "no":
			return false, true
		}
		s.Say("Please answer y or n.")
	}
}

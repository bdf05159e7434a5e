// Package tampering is the place where a request is broken on purpose: a mistake by a key,
// a guess at what the server will say, the real answer, the doctor's word on it, and the
// request as it should be. The draft stays as it is.
package tampering

import (
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/field"
	"signpost/uploader"
	"signpost/uploader/tamper"
)

// Setup is what is to be broken, and where it goes.
type Setup struct {
	Draft uploader.Draft
	// Sandbox is the account of the sandbox, File the draft's file for it.
	Sandbox uploader.Account
	File    uploader.File
	// Live is the account in use, LiveFile the file for it; its APIKey is empty where the
	// sandbox is in use.
	Live     uploader.Account
	LiveFile uploader.File
	// Now is the clock: each request is signed when it is made.
	Now func() time.Time
	// Mask takes out what others must not see who look at the screen.
	Mask func(string) string
}

// AnsweredMsg is what the server said of a request.
type AnsweredMsg struct {
	Run    int
	Mended bool
	Result *uploader.Result
	Err    error
	// Case is the refusal, for the doctor; nil where there is none.
	Case *dialog.Refusal
}

// stage is what the dialog shows.
type stage uint8

const (
	choosing stage = iota
	writing        // a mistake is written down
	guessing
	waiting
	answered
)

// Outcome is what a server can say.
type outcome uint8

const (
	noGuess outcome = iota
	accepted
	invalid
	stale
	refusedOtherwise
	noAnswer
)

// outcomes are the guesses, by their keys.
var outcomes = []struct {
	outcome outcome
	words   visible.Text
}{
	{accepted, "it is accepted: 200"}, {invalid, "Invalid Signature"}, {stale, "Stale request"}, {refusedOtherwise, "refused for another reason"},
}

// Model is the dialog.
type Model struct {
	set   Setup
	items []item
	at    int
	live  bool // it goes to the account in use
	stage stage
	field field.Model
	// problem says why the mistake cannot be made.
	problem string

	chosen  item
	guess   outcome
	broken  uploader.Prepared
	right   uploader.Prepared // without the mistake
	run     int
	answer  AnsweredMsg
	mending bool
	mended  *AnsweredMsg
	scroll  int
	reach   *int
}

// New returns the list of mistakes.
func New(s Setup) Model {
	m := Model{set: s, reach: new(int)}
	m.items = itemsOf(s.Draft, s.Sandbox.APIKey)
	return m
}

// Wide asks for the whole width of the screen.
func (Model) Wide() {}

// account is where it goes, with the draft's file for it.
func (m Model) account() (uploader.Account, uploader.File) {
	if m.live {
		return m.set.Live, m.set.LiveFile
	}
	return m.set.Sandbox, m.set.File
}

// prepare makes the request with the mistake, and the one without.
func (m *Model) prepare() error {
	account, file := m.account()
	d := m.set.Draft
	for _, p := range m.chosen.add {
		d = d.With(p.Name, p.Value)
	}
	d.Auth, d.Timestamp, d.TimestampByHand = uploader.AuthSigned, "", false
	var err error
	if m.right, err = uploader.Prepare(d, account, file, m.set.Now()); err != nil {
		return err
	}
	if m.right.File.Kind == uploader.FileNone {
		return errors.New("there is no file; give the form a path, a URL or a data URI first")
	}
	if m.live {
		m.broken, err = tamper.Own(m.right, m.chosen.mistakes...)
		return err
	}
	r, err := tamper.Apply(m.right, m.chosen.mistakes...)
	if err != nil {
		return err
	}
	m.broken = r.Prepared()
	return nil
}

// choose goes on with a mistake, or says why it cannot be made.
func (m Model) choose(i item) (dialog.Dialog, dialog.Action) {
	m.chosen, m.problem = i, ""
	if err := m.prepare(); err != nil {
		m.problem = err.Error()
		return m, nil
	}
	m.stage, m.scroll = guessing, 0
	return m, nil
}

// send sends the broken request, with a guess or without one.
func (m Model) send(guess outcome) (dialog.Dialog, dialog.Action) {
	if err := m.prepare(); err != nil { // it is signed now, not when it was chosen
		m.problem, m.stage = err.Error(), choosing
		return m, nil
	}
	m.guess, m.mended, m.mending, m.scroll = guess, nil, false, 0
	m.run++
	m.stage = waiting
	return m, dialog.TrialRequested{Prepared: m.broken, Meant: m.right, Run: m.run}
}

// Mend sends the request as it should be.
func (m Model) Mend() (dialog.Dialog, dialog.Action) {
	if m.stage != answered || m.mending {
		return m, nil
	}
	fresh := m // what is shown stays what was sent
	if err := fresh.prepare(); err != nil {
		m.problem = err.Error()
		return m, nil
	}
	m.run++
	m.mending, m.mended, m.scroll = true, nil, 1<<20
	return m, dialog.TrialRequested{Prepared: fresh.right, Meant: fresh.right, Run: m.run, Mended: true}
}

// NotSent goes back to the guess: the person said no.
func (m Model) NotSent() Model {
	if m.mending {
		m.mending = false
	} else if m.stage == waiting {
		m.stage = guessing
	}
	return m
}

// Update follows the keys of the stage, and takes the answer.
func (m Model) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case AnsweredMsg:
		return m.take(msg), nil
	case tea.MouseWheelMsg:
		m.roll(map[bool]int{true: -1, false: 1}[msg.Button == tea.MouseWheelUp])
	case tea.PasteMsg:
		if m.stage == writing {
			m.field, _ = m.field.Update(msg)
		}
	case tea.KeyPressMsg:
		return m.key(msg)
	}
	return m, nil
}

// take takes the answer to the last request; an earlier one is dropped.
func (m Model) take(msg AnsweredMsg) dialog.Dialog {
	if msg.Run != m.run {
		return m
	}
	if msg.Mended {
		m.mended, m.mending, m.scroll = &msg, false, 1<<20
		return m
	}
	if msg.Case != nil {
		shown := *msg.Case
		shown.Practice = true
		shown.Evidence.Now = shown.Evidence.Now.Add(-m.chosen.clock) // the clock that signed
		msg.Case = &shown
	}
	m.answer, m.stage = msg, answered
	return m
}

// roll moves in the list, or scrolls.
func (m *Model) roll(by int) {
	if m.stage == choosing {
		m.at = max(min(m.at+by, len(m.items)), 0)
		return
	}
	m.scroll = max(min(min(m.scroll, *m.reach)+by, *m.reach), 0)
}

func (m Model) key(k tea.KeyPressMsg) (dialog.Dialog, dialog.Action) {
	switch k.String() {
	case "up":
		m.roll(-1)
		return m, nil
	case "down":
		m.roll(1)
		return m, nil
	case "pgup":
		m.roll(-8)
		return m, nil
	case "pgdown":
		m.roll(8)
		return m, nil
	}
	switch m.stage {
	case choosing:
		return m.choosingKey(k.String())
	case writing:
		return m.writingKey(k)
	case guessing:
		return m.guessingKey(k.String())
	case answered:
		return m.answeredKey(k.String())
	}
	if k.String() == "esc" { // what is on its way is not waited for
		m.run++
		m.stage = choosing
	}
	return m, nil
}

func (m Model) choosingKey(k string) (dialog.Dialog, dialog.Action) {
	switch k {
	case "esc":
		return m, dialog.Closed{}
	case "tab":
		if m.set.Live.APIKey != "" {
			m.live, m.problem = !m.live, ""
			account, _ := m.account()
			m.items = itemsOf(m.set.Draft, account.APIKey)
		}
	case "enter":
		if m.at < len(m.items) {
			return m.choose(m.items[m.at])
		}
		return m.write(), nil
	case "z":
		return m.write(), nil
	default:
		for i, it := range m.items {
			if it.key == k {
				m.at = i
				return m.choose(it)
			}
		}
	}
	return m, nil
}

// write opens the line in which any mistake can be written down.
func (m Model) write() Model {
	m.at, m.stage, m.problem, m.field = len(m.items), writing, "", field.New("")
	return m
}

func (m Model) writingKey(k tea.KeyPressMsg) (dialog.Dialog, dialog.Action) {
	switch k.String() {
	case "esc":
		m.stage, m.problem = choosing, ""
		return m, nil
	case "enter":
		i, err := typed(strings.TrimSpace(m.field.Value()))
		if err != nil {
			m.problem = err.Error()
			return m, nil
		}
		return m.choose(i)
	}
	m.field, _ = m.field.Update(k)
	m.problem = ""
	return m, nil
}

func (m Model) guessingKey(k string) (dialog.Dialog, dialog.Action) {
	switch k {
	case "esc":
		m.stage = choosing
	case "enter":
		return m.send(noGuess)
	case "1", "2", "3", "4":
		return m.send(outcomes[k[0]-'1'].outcome)
	}
	return m, nil
}

func (m Model) answeredKey(k string) (dialog.Dialog, dialog.Action) {
	switch k {
	case "esc", "enter":
		m.run++
		m.stage, m.mending, m.mended, m.problem, m.scroll = choosing, false, nil, "", 0
	case "d", "f9", "alt+9":
		if m.answer.Case != nil {
			return m, dialog.DoctorRequested{Case: m.answer.Case}
		}
	case "r", "ctrl+s":
		return m.Mend()
	}
	return m, nil
}

// sentText is what the server has to sign, as the broken request is sent.
func (m Model) sentText() string {
	fields := slices.DeleteFunc(slices.Clone(m.broken.Fields), func(p signer.Param) bool { return p.Name == "signature" })
	kept, _ := signer.LeaveOut(fields)
	return signer.StringToSign(kept, m.broken.Trace.Options.Version)
}

// outcomeOf says what kind of an answer it is.
func outcomeOf(a AnsweredMsg) outcome {
	if a.Err == nil {
		return accepted
	}
	refused, ok := errors.AsType[*uploader.APIError](a.Err)
	switch {
	case !ok:
		return noAnswer
	case strings.HasPrefix(refused.Message, "Invalid Signature"):
		return invalid
	case strings.HasPrefix(refused.Message, "Stale request"):
		return stale
	}
	return refusedOtherwise
}

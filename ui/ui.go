// Package ui is the screen: it composes a request, shows how it is signed, sends it
// and shows the answer. It draws and decides; everything that touches the world is a
// function in [Deps].
package ui

import (
	"context"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/curl"
	"signpost/ui/dialog"
	"signpost/ui/form"
	"signpost/ui/lesson"
	"signpost/ui/response"
	"signpost/ui/signing"
	"signpost/ui/theme"
	"signpost/ui/transfer"
	"signpost/uploader"
	"signpost/uploader/catalog"
	"signpost/uploader/export"
)

// screen is what fills the body.
type screen uint8

const (
	screenCompose screen = iota
	screenTransfer
	screenResponse
	screenLesson
	screenPresent
)

// Model is the root: the one [tea.Model] of the program.
type Model struct {
	deps Deps
	keys KeyMap
	th   theme.Theme

	width, height int
	screen        screen
	showCommand   bool // in the shared place: the command, not the signature
	mouseFree     bool
	dialogs       []dialog.Dialog

	account  uploader.Account
	typed    uploader.Account   // credentials entered by hand; zero where there are none
	knew     []uploader.Account // everything that was entered or offered: its secrets are known from then on
	form     form.Model
	signing  signing.Model
	curl     curl.Model
	transfer transfer.Model
	response response.Model
	lesson   lesson.Model
	course   course

	prepared   uploader.Prepared
	prepareErr error
	findings   []catalog.Finding
	format     export.Format    // of the command pane
	past       []earlier        // drafts that can be taken back
	unfinished *Unfinished      // of an earlier run, until it is answered
	leftQueue  *LeftQueue       // likewise
	graceUntil time.Time        // until then keys do not answer the dialog on top
	asked      question         // about a host, until the person has answered
	offered    uploader.Account // credentials of a paste, until the person has answered
	own        []Recipe         // the person's own recipes
	queue      []queued         // several files, one after the other
	many       many             // uploads of several files, on their way
	past0      []Past           // the history as it was read last
	seen       []Exchange       // the sandbox's exchanges as they were listed last
	blurred    bool             // the terminal is not in focus
	browseDir  string           // where the browser was left
	profiles   []Profile        // as they were listed last
	refused    *dialog.Refusal  // the upload whose answer is on screen, where it was refused
	trial      trial            // the broken request that waits for a yes

	notice     visible.Text
	noticeKind noticeKind
	noticeGen  int
	copied     visible.Text // what the command pane says of the last copy

	sized      sizedMsg
	upload     operation
	toldAt     time.Time // the last event that was shown
	command    string    // what the command pane shows, before anything is masked
	show       presenting
	saving     bool
	unsaved    bool
	saveFailed bool
	clockGen   int
	at         time.Time // the clock as it was last read; View reads no other

	// ExitCode is what the program's status shall be, once it has quit.
	ExitCode int
}

// noticeKind decides glyph and colour of the line above the footer.
type noticeKind uint8

const (
	noticeInfo noticeKind = iota
	noticeOK
	noticeWarn
)

// operation is one upload: its cancel function and its generation. An event of an
// earlier generation is dropped.
type operation struct {
	generation int
	cancel     context.CancelFunc
	events     chan uploader.Event
	since      time.Time         // when it began
	sent       uploader.Prepared // what was sent
}

// New returns the program's first state: the compose screen in front of the sandbox,
// or LIVE where there are credentials.
func New(d Deps) Model {
	m := Model{deps: d, keys: DefaultKeyMap(), th: theme.New(true)}
	m.format, _ = export.Find("curl")
	m.own = d.Recipes
	m.account = d.Sandbox
	if d.Live.Found {
		m.account = d.Live.Account
	}
	d.Draft.Auth = fitting(d.Draft.Auth, m.account)
	m.form = form.New(d.Draft, d.SampleURL, m.th)
	m.signing, m.curl = signing.New(m.th), curl.New(m.th)
	if !d.Draft.TimestampByHand {
		m.form.SetTimestamp(m.stamp())
	}
	m.refresh()
	if d.Present {
		m.show = presenting{on: true, masked: true, stay: true, overlay: true}
		m.screen = screenPresent
		m.refresh()
		return m
	}
	if d.Recovered != nil && !d.FromFlags {
		m.dialogs = append(m.dialogs, m.offer(*d.Recovered))
	}
	m.unfinished, m.leftQueue = d.Unfinished, d.LeftQueue
	m.offerUnfinished()
	m.startNotice()
	return m
}

// Init asks for the terminal's background and starts the clock; neither is waited for.
func (m Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.tickOf(m.clockGen))
}

// stamp is the clock as the value of a timestamp.
func (m Model) stamp() string { return strconv.FormatInt(m.deps.Now().Unix(), 10) }

// live reports whether uploads go to an account, not to the sandbox.
func (m Model) live() bool { return !m.account.Sandbox }

// startNotice says what a person should know at the start.
func (m *Model) startNotice() {
	for _, p := range m.deps.Live.Problems {
		m.note(noticeWarn, visible.Clean(p.Message+"; ctrl+l shows more"))
		return
	}
	for _, n := range m.deps.Notes {
		m.note(noticeWarn, visible.Clean(n))
		return
	}
	if m.live() {
		m.note(noticeInfo, "LIVE: ctrl+s uploads to the account. alt+s goes to the sandbox")
		return
	}
	m.note(noticeInfo, "ctrl+s sends this to the sandbox on this machine: no account is needed")
}

func (m *Model) note(kind noticeKind, t visible.Text) {
	m.notice, m.noticeKind = t, kind
	m.noticeGen++
}

// Draft is what has been typed so far.
func (m Model) Draft() uploader.Draft { return m.ownDraft() }

// refresh signs anew after any change: one prepared request feeds the signature, the
// command and what is sent.
func (m *Model) refresh() {
	d := m.form.Draft()
	typed := d.File
	file := m.deps.ParseFile(typed, m.live())
	m.form.SetFile(file)
	m.at = m.deps.Now()
	m.prepared, m.prepareErr = uploader.Prepare(d, m.account, file, m.at)
	problem := problemWords(m.prepareErr)
	m.signing.SetTrace(m.prepared.Trace, m.form.Name(), problem)
	m.signing.SetWay(wayWords[m.prepared.Auth])
	m.check(d)
	snippet, err := export.Snippet{}, m.prepareErr
	if err == nil {
		snippet, err = m.format.Make(m.prepared)
	}
	m.command = snippet.Text
	if err != nil {
		m.command = ""
		m.curl.SetCommand("", problemWords(err))
	} else {
		m.curl.SetCommand(m.masked(snippet.Text), "")
	}
	m.relayout()
}

// check looks for what seems wrong with the request.
func (m *Model) check(d uploader.Draft) {
	r := catalog.Request{
		ResourceType: d.ResourceType, Timestamp: m.prepared.Timestamp,
		Unsigned: d.Auth == uploader.AuthUnsigned, Size: -1, Now: m.at,
	}
	for _, p := range d.Params {
		if !p.Off {
			r.Params = append(r.Params, p.Param)
		}
	}
	if f := m.prepared.File; f.Kind != uploader.FileNone && f.Kind != uploader.FileData {
		r.FileName = f.Name
		if f.Kind == uploader.FilePath && f.Path == m.sized.path {
			r.Size = m.sized.size
		}
	}
	m.findings = catalog.Check(r)
	m.form.SetFindings(m.findings)
}

// relayout gives every part its size.
func (m *Model) relayout() {
	l := m.layout()
	if l.tooSmall {
		return
	}
	m.form.SetSize(inner(l.form))
	if l.sign.h > 0 {
		m.signing.SetSize(inner(l.sign))
	}
	if l.cmd.h > 0 {
		m.curl.SetSize(inner(l.cmd))
	}
	m.response.SetSize(inner(l.body))
	if m.screen == screenLesson {
		m.lesson.SetSize(inner(l.body))
	}
}

func (m Model) layout() layout {
	return lay(m.width, m.height, m.form.Height(), m.showCommand, m.form.View() == form.ViewEverything)
}

// setTheme hands the colours down.
func (m *Model) setTheme(th theme.Theme) {
	m.th = th
	m.form.SetTheme(th)
	m.signing.SetTheme(th)
	m.curl.SetTheme(th)
	m.transfer.SetTheme(th)
	m.response.SetTheme(th)
	m.lesson.SetTheme(th)
}

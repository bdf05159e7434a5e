package lesson

import (
	"maps"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"signpost/ui/markdown"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/uploader/tamper"
)

// Action is what the screen asks of its owner; nil is nothing.
type Action interface{ action() }

// What can be asked for. The owner answers with the setters of [Model].
type (
	CheckRequested    struct{}
	OpenRequested     struct{ Index int } // another lesson
	ListRequested     struct{}
	FormRequested     struct{}
	ResetRequested    struct{}
	SolutionRequested struct{}
	CatchUpRequested  struct{}
	RenewRequested    struct{}
	LeaveRequested    struct{}
)

func (CheckRequested) action()    {}
func (OpenRequested) action()     {}
func (ListRequested) action()     {}
func (FormRequested) action()     {}
func (ResetRequested) action()    {}
func (SolutionRequested) action() {}
func (CatchUpRequested) action()  {}
func (RenewRequested) action()    {}
func (LeaveRequested) action()    {}

// sideBySide is from where text and request stand side by side.
const sideBySide = 108

// textWidth is the widest that prose is set.
const textWidth = 84

// Model is the screen of one lesson.
type Model struct {
	course Course
	states map[string]State // replaced, never changed
	keys   KeyMap
	th     theme.Theme

	at       int
	bench    bench
	focus    part
	scroll   int
	hints    int // how many are shown
	verdict  Verdict
	checking bool

	width, height int
	prose         []text.Line
}

// New returns the screen of a course. states is how far its lessons are.
func New(c Course, states map[string]State, th theme.Theme) Model {
	return Model{course: c, states: states, keys: DefaultKeyMap(), th: th}
}

// Course is the lessons, States how far they are.
func (m Model) Course() Course           { return m.course }
func (m Model) States() map[string]State { return m.states }

// Index is the place of the lesson in the course.
func (m Model) Index() int { return m.at }

// Lesson is the lesson on screen.
func (m Model) Lesson() Lesson { return m.course[m.at] }

// Open shows a lesson from its beginning. A repair needs [Model.SetRequest] then.
func (m *Model) Open(i int) {
	m.at = min(max(i, 0), len(m.course)-1)
	m.bench, m.focus, m.scroll, m.hints, m.verdict, m.checking = bench{}, partText, 0, 0, Verdict{}, false
	m.layout()
}

// SetRequest puts a request on the bench.
func (m *Model) SetRequest(r tamper.Request) {
	m.bench = newBench(r)
	m.verdict = Verdict{}
	m.layout()
}

// Request is the request as it was edited.
func (m Model) Request() tamper.Request { return m.bench.request() }

// SetChecking says that an answer is awaited; SetVerdict brings it.
func (m *Model) SetChecking() { m.checking = true }

// SetVerdict shows what became of a check.
func (m *Model) SetVerdict(v Verdict) {
	m.verdict, m.checking = v, false
	m.layout()
}

// SetState notes how far a lesson is; the empty state forgets it.
func (m *Model) SetState(id string, s State) {
	states := maps.Clone(m.states)
	if states == nil {
		states = map[string]State{}
	}
	states[id] = s
	if s == "" {
		delete(states, id)
	}
	m.states = states
}

// SetSize sets the room inside the border.
func (m *Model) SetSize(w, h int) {
	m.width, m.height = w, h
	m.layout()
}

// SetTheme changes the colours.
func (m *Model) SetTheme(th theme.Theme) {
	m.th = th
	m.layout()
}

// repair reports whether there is a request to mend.
func (m Model) repair() bool { return len(m.course) > 0 && m.Lesson().Kind == Repair }

// wide reports whether text and request stand side by side.
func (m Model) wide() bool { return m.width >= sideBySide && m.repair() }

// proseWidth is the room of the text in cells.
func (m Model) proseWidth() int {
	if m.wide() {
		return (m.width - 3) / 2
	}
	return min(m.width, textWidth)
}

// layout sets the text; it is drawn often and changes seldom.
func (m *Model) layout() {
	if len(m.course) == 0 || m.width < 1 {
		return
	}
	l := m.Lesson()
	md, _ := strings.CutPrefix(l.Text, "# "+l.Title+"\n") // the border has it
	m.prose = markdown.Lines(md, m.proseWidth(), m.th)
	m.scrollBy(0)
}

func (m *Model) scrollBy(by int) {
	m.scroll = min(max(m.scroll+by, 0), max(len(m.prose)-m.textHeight(), 0))
}

// Update takes a key, a paste or the mouse, in cells of the content.
func (m Model) Update(msg tea.Msg) (Model, Action) {
	if len(m.course) == 0 {
		return m, LeaveRequested{}
	}
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		by := 3
		if msg.Button == tea.MouseWheelUp {
			by = -3
		}
		m.scrollBy(by)
	case tea.MouseClickMsg:
		if at, ok := m.partAt(msg.X, msg.Y); ok && m.repair() && msg.Button == tea.MouseLeft {
			m.focus = at
		}
	case tea.PasteMsg:
		m.edit(msg)
	case tea.KeyPressMsg:
		return m.key(msg)
	}
	return m, nil
}

// key is a command, or goes to the part that has the focus.
func (m Model) key(k tea.KeyPressMsg) (Model, Action) {
	editing := m.focus != partText
	if key.Matches(k, m.keys.Leave) {
		if editing {
			m.focus = partText
			return m, nil
		}
		return m, LeaveRequested{}
	}
	if key.Matches(k, m.keys.Tab) {
		m.moveFocus(k.String() == "shift+tab")
		return m, nil
	}
	if !editing || k.Text == "" || k.Mod&tea.ModAlt != 0 {
		if next, act, handled := m.command(k); handled {
			return next, act
		}
	}
	if editing {
		m.edit(k)
		return m, nil
	}
	switch {
	case key.Matches(k, m.keys.Up):
		m.scrollBy(-1)
	case key.Matches(k, m.keys.Down):
		m.scrollBy(1)
	case key.Matches(k, m.keys.PageUp):
		m.scrollBy(-max(m.textHeight()-2, 1))
	case key.Matches(k, m.keys.PageDown):
		m.scrollBy(max(m.textHeight()-2, 1))
	}
	return m, nil
}

// command does what works beside the text and, with alt, in the request.
func (m Model) command(k tea.KeyPressMsg) (Model, Action, bool) {
	switch {
	case key.Matches(k, m.keys.Check):
		if m.checking {
			return m, nil, true
		}
		return m, CheckRequested{}, true
	case key.Matches(k, m.keys.Hint):
		m.hints = min(m.hints+1, len(m.Lesson().Hints))
		m.scrollBy(0)
		return m, nil, true
	case key.Matches(k, m.keys.Next):
		return m, OpenRequested{m.at + 1}, true
	case key.Matches(k, m.keys.Back):
		return m, OpenRequested{m.at - 1}, true
	case key.Matches(k, m.keys.List):
		return m, ListRequested{}, true
	case key.Matches(k, m.keys.Form):
		return m, FormRequested{}, true
	case key.Matches(k, m.keys.Reset):
		return m, ResetRequested{}, true
	case key.Matches(k, m.keys.CatchUp):
		return m, CatchUpRequested{}, true
	case key.Matches(k, m.keys.Solution) && m.repair():
		return m, SolutionRequested{}, true
	case key.Matches(k, m.keys.Renew) && m.repair():
		return m, RenewRequested{}, true
	}
	return m, nil, false
}

// moveFocus goes on to the next part, or back.
func (m *Model) moveFocus(back bool) {
	if !m.repair() {
		return
	}
	step := part(1)
	if back {
		step = partCount - 1
	}
	m.focus = (m.focus + step) % partCount
}

// edit changes the part that has the focus; an older verdict is about another request.
func (m *Model) edit(msg tea.Msg) {
	if m.focus == partText {
		return
	}
	before := m.bench
	m.bench.update(m.focus, msg)
	if m.verdict.Tried && !m.checking && changed(before, m.bench) {
		m.verdict.Old = true
	}
}

// changed reports whether two benches make different requests.
func changed(a, b bench) bool {
	return a.signed.Value() != b.signed.Value() || a.sent.Value() != b.sent.Value() ||
		a.secret.Value() != b.secret.Value() || a.cloud.Value() != b.cloud.Value() || a.hash != b.hash
}

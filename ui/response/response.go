// Package response shows the answer to an upload: what became of it, in a word; the
// JSON as a tree; the headers; the raw text. An answer that is not what it should be
// is shown for what it is.
package response

import (
	"errors"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"signpost/ui/jsontree"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/uploader"
)

// Action is what the screen asks of its owner; nil is nothing.
type Action interface{ action() }

// Back asks for the form, SendAgainRequested for the same upload once more.
type (
	Back               struct{}
	SendAgainRequested struct{}
	// CopyRequested asks for a text to be copied; What names it for people.
	CopyRequested struct{ What, Text string }
	// OpenRequested asks for a page to be opened; the URL is http or https.
	OpenRequested struct{ URL string }
	// VerifyRequested asks for the answer's own signature to be examined, step by step.
	VerifyRequested struct{ Body string }
	// LookUpRequested asks the service what became of an upload of which no answer came.
	LookUpRequested struct{}
	// DoctorRequested asks why it was refused.
	DoctorRequested struct{}
)

func (Back) action()               {}
func (SendAgainRequested) action() {}
func (CopyRequested) action()      {}
func (OpenRequested) action()      {}
func (VerifyRequested) action()    {}
func (LookUpRequested) action()    {}
func (DoctorRequested) action()    {}

// view is which part of the answer is shown.
type view uint8

const (
	viewTree view = iota
	viewHeaders
	viewRaw
)

// KeyMap is what the screen understands besides the tree's keys.
type KeyMap struct {
	Back, Tab, Open, CopyAll, CopyURL, Verify, Doctor, Again, LookUp key.Binding
}

// DefaultKeyMap returns the bindings with their help.
func DefaultKeyMap() KeyMap {
	bind := func(name, help string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(name, help))
	}
	return KeyMap{
		Back:    bind("esc", "back to the form", "esc", "q"),
		Tab:     bind("tab", "tree, headers, raw text", "tab"),
		Open:    bind("o", "open secure_url in the browser", "o"),
		CopyAll: bind("c", "copy the whole answer", "c", "ctrl+y"),
		CopyURL: bind("u", "copy secure_url", "u"),
		Verify:  bind("v", "the answer's own signature, step by step", "v", "alt+g"),
		Doctor:  bind("d", "the doctor: why it was refused", "d", "f9", "alt+9"),
		Again:   bind("ctrl+s", "send again, freshly signed", "ctrl+s"),
		LookUp:  bind("l", "look up whether it was kept", "l"),
	}
}

// Model is the screen of one answer.
type Model struct {
	res   *uploader.Result
	err   error
	why   uploader.Explanation
	eager []eagerItem
	keys  KeyMap
	move  jsontree.KeyMap // scrolls headers and raw text as it does the tree
	th    theme.Theme

	width, height int
	view          view
	tree          jsontree.Model
	doc           *jsontree.Doc
	docErr        error
	headers       []text.Line // laid out for the width
	raw           rawText
	top           int // of headers or raw text
	named         bool
	lookUp        lookUp
}

// New returns the screen for an answer, or for the error that came of it. res is nil
// where there was none.
func New(res *uploader.Result, err error, why uploader.Explanation, th theme.Theme) Model {
	m := Model{res: res, err: err, why: why, view: viewRaw, keys: DefaultKeyMap(), move: jsontree.DefaultKeyMap(), th: th}
	for _, b := range []*key.Binding{&m.keys.Tab, &m.keys.CopyAll} {
		b.SetEnabled(res != nil)
	}
	m.keys.Open.SetEnabled(res != nil && isWeb(res.SecureURL))
	m.keys.Verify.SetEnabled(res != nil && res.Signature != uploader.SignatureAbsent && res.PublicID != "")
	m.keys.CopyURL.SetEnabled(res != nil && res.SecureURL != "")
	m.keys.LookUp.SetEnabled(m.unknown())
	refused, is := errors.AsType[*uploader.APIError](err)
	m.keys.Doctor.SetEnabled(is && aboutSigning(refused))
	if res == nil {
		return m
	}
	m.eager = eagerOf(res)
	m.raw = newRawText(res.Body)
	switch res.Kind {
	case uploader.BodyJSON, uploader.BodyOther, uploader.BodyBroken, uploader.BodyNull:
		m.doc, m.docErr = jsontree.Parse(res.Body)
		m.tree = jsontree.New(m.doc, th)
		if m.hasTree() {
			m.view = viewTree
		}
	}
	return m
}

// aboutSigning reports whether the service refused a request for what signs it or names
// its account.
func aboutSigning(e *uploader.APIError) bool {
	if e.Status == 401 {
		return true
	}
	text := strings.ToLower(e.Message)
	for _, word := range []string{"signature", "stale request", "timestamp", "api key", "api_key", "cloud_name", "unsigned", "whitelisted"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// hasTree reports whether at least the beginning of the body is JSON.
func (m Model) hasTree() bool { return m.doc != nil && m.doc.Lines() > 0 }

// SetSize sets the room inside the border.
func (m *Model) SetSize(w, h int) {
	if w == m.width && h == m.height {
		return
	}
	m.width, m.height = w, h
	m.layout()
}

// SetTheme changes the colours.
func (m *Model) SetTheme(th theme.Theme) {
	m.th = th
	m.tree.SetTheme(th)
	m.layout()
}

// Refused reports whether the service refused the request for a reason that the doctor can
// examine.
func (m Model) Refused() bool { return m.keys.Doctor.Enabled() }

// CapturesText reports whether letters go into a search.
func (m Model) CapturesText() bool { return m.view == viewTree && m.tree.CapturesText() }

// ShortHelp is what matters most, FullHelp every binding that works now.
func (m Model) ShortHelp() []key.Binding {
	return []key.Binding{m.keys.Back, m.keys.LookUp, m.keys.Open, m.keys.CopyURL, m.keys.Again}
}

// FullHelp implements the help's key map, as one list.
func (m Model) FullHelp() []key.Binding {
	all := []key.Binding{m.keys.Back, m.keys.Tab, m.keys.Open, m.keys.CopyURL, m.keys.CopyAll, m.keys.Verify, m.keys.Doctor, m.keys.Again, m.keys.LookUp}
	if m.hasTree() {
		return append(all, m.move.All()...)
	}
	return append(all, m.move.Moving()...)
}

// Update hands keys to the tree, after those of the screen itself.
func (m Model) Update(msg tea.Msg) (Model, Action) {
	if k, ok := msg.(tea.KeyPressMsg); ok && !m.CapturesText() {
		if act, handled := m.press(k); handled {
			return m, act
		}
	}
	if m.view != viewTree {
		m.scroll(msg)
		return m, nil
	}
	if c, ok := msg.(tea.MouseClickMsg); ok {
		c.Y -= len(m.summary())
		msg = c
	}
	t, act := m.tree.Update(msg)
	m.tree = t
	if c, ok := act.(jsontree.CopyRequested); ok {
		return m, CopyRequested{What: c.What, Text: c.Text}
	}
	return m, nil
}

// press handles the keys of the screen itself.
func (m *Model) press(k tea.KeyPressMsg) (Action, bool) {
	switch {
	case key.Matches(k, m.keys.Back):
		return Back{}, true
	case key.Matches(k, m.keys.Again):
		return SendAgainRequested{}, true
	case key.Matches(k, m.keys.LookUp):
		return LookUpRequested{}, true
	case key.Matches(k, m.keys.Tab):
		m.view = (m.view + 1) % 3
		if m.view == viewTree && !m.hasTree() {
			m.view = viewHeaders
		}
		m.top = 0
		m.layout()
		return nil, true
	case key.Matches(k, m.keys.Open):
		return OpenRequested{URL: m.res.SecureURL}, true
	case key.Matches(k, m.keys.CopyURL):
		return CopyRequested(jsontree.Copied("secure_url", m.res.SecureURL)), true
	case key.Matches(k, m.keys.Verify):
		return VerifyRequested{Body: string(m.res.Body)}, true
	case key.Matches(k, m.keys.Doctor):
		return DoctorRequested{}, true
	case key.Matches(k, m.keys.CopyAll):
		return CopyRequested(jsontree.Copied("the answer", string(m.res.Body))), true
	}
	return nil, false
}

// scroll moves through headers or raw text.
func (m *Model) scroll(msg tea.Msg) {
	const end = 1 << 30
	page := max(m.room()-1, 1)
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			m.scrollBy(-3)
		} else {
			m.scrollBy(3)
		}
	case tea.KeyPressMsg:
		switch {
		case key.Matches(msg, m.move.Up):
			m.scrollBy(-1)
		case key.Matches(msg, m.move.Down):
			m.scrollBy(1)
		case key.Matches(msg, m.move.PageUp):
			m.scrollBy(-page)
		case key.Matches(msg, m.move.PageDown):
			m.scrollBy(page)
		case key.Matches(msg, m.move.Top):
			m.scrollBy(-end)
		case key.Matches(msg, m.move.Bottom):
			m.scrollBy(end)
		}
	}
}

func (m *Model) scrollBy(by int) {
	room := m.room()
	total := len(m.headers)
	if m.view == viewRaw {
		m.raw.layTo(m.top + by + room)
		total = len(m.raw.rows)
	}
	m.top = max(min(m.top+by, total-room), 0)
}

// room is the number of lines below the summary.
func (m Model) room() int { return max(m.height-len(m.summary()), 0) }

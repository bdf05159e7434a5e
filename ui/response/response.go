// Package response shows the answer to an upload: what became of it, in a word; the
// JSON as a tree; the headers; the raw text. An answer that is not what it should be
// is shown for what it is.
package response

import (
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
)

func (Back) action()               {}
func (SendAgainRequested) action() {}
func (CopyRequested) action()      {}
func (OpenRequested) action()      {}

// view is which part of the answer is shown.
type view uint8

const (
	viewTree view = iota
	viewHeaders
	viewRaw
)

// KeyMap is what the screen understands besides the tree's keys.
type KeyMap struct {
	Back, Tab, Open, CopyAll, CopyURL, Again key.Binding
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
		Again:   bind("ctrl+s", "send again, freshly signed", "ctrl+s"),
	}
}

// Model is the screen of one answer.
type Model struct {
	res   *uploader.Result
	err   error
	why   uploader.Explanation
	curl  uploader.Prepared
	eager []eagerItem
	keys  KeyMap
	th    theme.Theme

	width, height int
	view          view
	tree          jsontree.Model
	doc           *jsontree.Doc
	docErr        error
	lines         []text.Line // headers or raw text, laid out for the width
	top           int
}

// New returns the screen for an answer. res is nil where none came.
func New(res *uploader.Result, err error, why uploader.Explanation, p uploader.Prepared, th theme.Theme) Model {
	m := Model{res: res, err: err, why: why, curl: p, keys: DefaultKeyMap(), th: th}
	if res == nil {
		return m
	}
	m.eager = eagerOf(res)
	switch res.Kind {
	case uploader.BodyJSON, uploader.BodyOther, uploader.BodyBroken, uploader.BodyNull:
		m.doc, m.docErr = jsontree.Parse(res.Body)
		m.tree = jsontree.New(m.doc, th)
		if m.doc.Lines() == 0 {
			m.view = viewRaw
		}
	default:
		m.view = viewRaw
	}
	return m
}

// SetSize sets the room inside the border.
func (m *Model) SetSize(w, h int) {
	m.width, m.height = w, h
	m.layout()
}

// SetTheme changes the colours.
func (m *Model) SetTheme(th theme.Theme) {
	m.th = th
	m.tree.SetTheme(th)
	m.layout()
}

// CapturesText reports whether letters go into a search.
func (m Model) CapturesText() bool { return m.view == viewTree && m.tree.CapturesText() }

// FullHelp is every binding that works now.
func (m Model) FullHelp() []key.Binding {
	all := []key.Binding{m.keys.Back, m.keys.Tab, m.keys.Open, m.keys.CopyURL, m.keys.CopyAll, m.keys.Again}
	return append(all, jsontree.DefaultKeyMap().All()...)
}

// Update hands keys to the tree, after those of the screen itself.
func (m Model) Update(msg tea.Msg) (Model, Action) {
	k, isKey := msg.(tea.KeyPressMsg)
	if isKey && !m.CapturesText() {
		if act, handled := m.press(k); handled {
			return m, act
		}
	}
	if m.view != viewTree || m.doc == nil {
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
	case m.res == nil:
		return nil, false
	case key.Matches(k, m.keys.Tab):
		m.view = (m.view + 1) % 3
		if m.view == viewTree && (m.doc == nil || m.doc.Lines() == 0) {
			m.view = viewHeaders
		}
		m.top = 0
		m.layout()
		return nil, true
	case key.Matches(k, m.keys.Open):
		if isWeb(m.res.SecureURL) {
			return OpenRequested{URL: m.res.SecureURL}, true
		}
		return nil, true
	case key.Matches(k, m.keys.CopyURL):
		if m.res.SecureURL != "" {
			return CopyRequested{What: "secure_url", Text: m.res.SecureURL}, true
		}
		return nil, true
	case key.Matches(k, m.keys.CopyAll):
		return CopyRequested{What: "the answer", Text: string(m.res.Body)}, true
	}
	return nil, false
}

// scroll moves through headers or raw text.
func (m *Model) scroll(msg tea.Msg) {
	by := 0
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		by = 3
		if msg.Button == tea.MouseWheelUp {
			by = -3
		}
	case tea.KeyPressMsg:
		switch msg.String() {
		case "up", "k":
			by = -1
		case "down", "j":
			by = 1
		case "pgup":
			by = -m.height
		case "pgdown", "space":
			by = m.height
		case "home", "g":
			by = -len(m.lines)
		case "end", "G":
			by = len(m.lines)
		}
	}
	room := m.height - len(m.summary())
	m.top = max(min(m.top+by, len(m.lines)-room), 0)
}

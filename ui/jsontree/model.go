package jsontree

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"signpost/ui/field"
	"signpost/ui/theme"
)

// Action is what the viewer asks of its owner; nil is nothing.
type Action interface{ action() }

// CopyRequested asks for a text to be copied; What names it for people.
type CopyRequested struct{ What, Text string }

func (CopyRequested) action() {}

// KeyMap is what the viewer understands.
type KeyMap struct {
	Up, Down, PageUp, PageDown, Top, Bottom  key.Binding
	Toggle, Fold, Unfold, FoldAll, UnfoldAll key.Binding
	Search, Next, Previous, Start, Leave     key.Binding
	CopyValue, CopyRaw, CopyKey              key.Binding
	CopyPath, CopySubtree                    key.Binding
	Level                                    key.Binding
}

// DefaultKeyMap returns the bindings with their help.
func DefaultKeyMap() KeyMap {
	bind := func(name, help string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(name, help))
	}
	return KeyMap{
		Up: bind("↑", "up", "up", "k"), Down: bind("↓", "down", "down", "j"),
		PageUp: bind("pgup", "page up", "pgup"), PageDown: bind("pgdn", "page down", "pgdown"),
		Top: bind("g", "to the start", "home", "g"), Bottom: bind("G", "to the end", "end", "G"),
		Toggle: bind("enter", "fold or unfold", "enter", "space"),
		Fold:   bind("←", "fold, or to the parent", "left", "h"), Unfold: bind("→", "unfold", "right", "l"),
		FoldAll: bind("-", "fold everything", "-"), UnfoldAll: bind("+", "unfold everything", "+", "="),
		Search: bind("/", "search", "/"), Next: bind("n", "next match", "n"), Previous: bind("N", "previous match", "N"),
		Start: bind("enter", "search for it", "enter"), Leave: bind("esc", "no search", "esc"),
		Level:     bind("1…9", "show so many levels", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
		CopyValue: bind("y", "copy the value", "y"), CopyRaw: bind("r", "copy the value as JSON", "r"), CopyKey: bind("Y", "copy the key", "Y"),
		CopyPath: bind("p", "copy the path", "p"), CopySubtree: bind("s", "copy the subtree", "s"),
	}
}

// All is every binding, for the help.
func (k KeyMap) All() []key.Binding {
	return []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom, k.Toggle, k.Fold, k.Unfold,
		k.FoldAll, k.UnfoldAll, k.Level, k.Search, k.Next, k.Previous, k.CopyValue, k.CopyRaw, k.CopyKey, k.CopyPath, k.CopySubtree}
}

// Moving is the bindings that scroll, which serve other text as well.
func (k KeyMap) Moving() []key.Binding {
	return []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom}
}

// Model is the viewer of one document.
type Model struct {
	doc    *Doc
	keys   KeyMap
	th     theme.Theme
	width  int
	height int

	folded folds   // copied before a change
	shown  []int32 // the visible lines; nil means all of them
	at     int     // the cursor, an index into the visible lines
	top    int

	searching bool
	query     field.Model
	matches   []int32
}

// New returns a viewer.
func New(doc *Doc, th theme.Theme) Model {
	return Model{doc: doc, keys: DefaultKeyMap(), th: th, query: field.New("")}
}

// Keys is the viewer's key map.
func (m Model) Keys() KeyMap { return m.keys }

// SetSize sets the room for the tree.
func (m *Model) SetSize(w, h int) { m.width, m.height = w, h; m.follow() }

// SetTheme changes the colours.
func (m *Model) SetTheme(th theme.Theme) { m.th = th }

// CapturesText reports whether letters go into the search.
func (m Model) CapturesText() bool { return m.searching }

// length is the number of visible lines, and line the n-th of them.
func (m Model) length() int {
	if m.shown == nil {
		return m.doc.Lines()
	}
	return len(m.shown)
}

func (m Model) line(n int) int32 {
	if m.shown == nil {
		return int32(n)
	}
	return m.shown[n]
}

// current is the document's line under the cursor; -1 in an empty document.
func (m Model) current() int32 {
	if m.length() == 0 {
		return -1
	}
	return m.line(m.at)
}

// follow keeps the cursor inside the document and in sight.
func (m *Model) follow() {
	m.at = max(min(m.at, m.length()-1), 0)
	h := max(m.rows(), 1)
	m.top = max(min(m.top, m.at), m.at-h+1)
	m.top = max(min(m.top, m.length()-h), 0)
}

// Update moves, folds, searches and copies.
func (m Model) Update(msg tea.Msg) (Model, Action) {
	if m.length() == 0 {
		return m, nil
	}
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		by := 3
		if msg.Button == tea.MouseWheelUp {
			by = -3
		}
		m.scroll(by)
	case tea.MouseClickMsg:
		m.click(msg.X, msg.Y)
	case tea.PasteMsg:
		if m.searching {
			m.query, _ = m.query.Update(msg)
		}
	case tea.KeyPressMsg:
		if m.searching {
			m.searchKey(msg)
			return m, nil
		}
		return m.press(msg)
	}
	return m, nil
}

// scroll moves the document; the cursor stays where it is as long as that is in sight.
func (m *Model) scroll(by int) {
	h := max(m.rows(), 1)
	m.top = max(min(m.top+by, m.length()-h), 0)
	m.at = max(min(m.at, m.top+h-1), m.top)
	m.follow()
}

// click puts the cursor on a line; on its marker it folds, and so does a second click.
func (m *Model) click(x, y int) {
	n := m.top + y
	if y < 0 || y >= m.rows() || n >= m.length() {
		return
	}
	again := n == m.at
	m.at = n
	i := m.line(n)
	if left := pointerWidth + m.indent(i); again || x >= left && x < left+2 {
		m.setFolded(i, !m.folded.has(i))
	}
	m.follow()
}

func (m *Model) searchKey(k tea.KeyPressMsg) {
	switch {
	case key.Matches(k, m.keys.Leave):
		m.searching, m.matches = false, nil
		m.query = field.New("")
	case key.Matches(k, m.keys.Start):
		m.searching = false
		m.matches = m.doc.find(m.query.Value())
		m.jump(1, true)
	default:
		m.query, _ = m.query.Update(k)
	}
	m.follow()
}

// jump goes to the next match in a direction, round the ends; here counts too if asked.
func (m *Model) jump(by int, here bool) {
	if len(m.matches) == 0 {
		return
	}
	at, found := slices.BinarySearch(m.matches, m.current())
	switch {
	case by < 0:
		at--
	case found && !here:
		at++
	}
	n := len(m.matches)
	m.reveal(m.matches[(at+n)%n])
}

func (m Model) press(k tea.KeyPressMsg) (Model, Action) {
	i := m.current()
	page := max(m.height-1, 1)
	switch {
	case key.Matches(k, m.keys.Up):
		m.at--
	case key.Matches(k, m.keys.Down):
		m.at++
	case key.Matches(k, m.keys.PageUp):
		m.at -= page
	case key.Matches(k, m.keys.PageDown):
		m.at += page
	case key.Matches(k, m.keys.Top):
		m.at = 0
	case key.Matches(k, m.keys.Bottom):
		m.at = m.length() - 1
	case key.Matches(k, m.keys.Toggle):
		m.setFolded(i, !m.folded.has(i))
	case key.Matches(k, m.keys.Unfold):
		m.setFolded(i, false)
	case key.Matches(k, m.keys.Fold):
		if m.doc.foldable(i) && !m.folded.has(i) {
			m.setFolded(i, true)
		} else if up := m.doc.parent(i); up >= 0 {
			m.at = m.indexOf(up)
		}
	case key.Matches(k, m.keys.FoldAll):
		m.foldTo(1)
	case key.Matches(k, m.keys.UnfoldAll):
		m.folded = nil
		m.refold(i)
	case key.Matches(k, m.keys.Search):
		m.searching, m.query = true, field.New("")
	case key.Matches(k, m.keys.Next):
		m.jump(1, false)
	case key.Matches(k, m.keys.Previous):
		m.jump(-1, false)
	case key.Matches(k, m.keys.Level):
		m.foldTo(int(k.Text[0] - '0'))
	default:
		return m, m.copyOf(k, i)
	}
	m.follow()
	return m, nil
}

func (m Model) copyOf(k tea.KeyPressMsg, i int32) Action {
	if m.doc.nodes[i].kind == kindClose {
		i = m.doc.nodes[i].next
	}
	switch {
	case key.Matches(k, m.keys.CopyValue):
		value, raw := m.doc.value(i), m.doc.raw(i)
		if m.doc.nodes[i].kind == kindString && replaced(raw, value) {
			return Copied("the value (half a surrogate pair replaced)", value)
		}
		return Copied("the value", value)
	case key.Matches(k, m.keys.CopyRaw):
		return Copied("the value as JSON", string(m.doc.raw(i)))
	case key.Matches(k, m.keys.CopyKey):
		if name, ok := m.doc.key(i); ok {
			return Copied("the key", name)
		}
	case key.Matches(k, m.keys.CopyPath):
		return Copied("the path", m.doc.path(i))
	case key.Matches(k, m.keys.CopySubtree):
		return Copied("the subtree", m.doc.pretty(i))
	}
	return nil
}

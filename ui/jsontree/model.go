package jsontree

import (
	"strconv"

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
	Up, Down, PageUp, PageDown, Top, Bottom   key.Binding
	Toggle, Fold, Unfold, FoldAll, UnfoldAll  key.Binding
	Search, Next, Previous                    key.Binding
	CopyValue, CopyKey, CopyPath, CopySubtree key.Binding
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
		CopyValue: bind("y", "copy the value", "y"), CopyKey: bind("Y", "copy the key", "Y"),
		CopyPath: bind("p", "copy the path", "p"), CopySubtree: bind("s", "copy the subtree", "s"),
	}
}

// All is every binding, for the help.
func (k KeyMap) All() []key.Binding {
	return []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom, k.Toggle, k.Fold, k.Unfold,
		k.FoldAll, k.UnfoldAll, k.Search, k.Next, k.Previous, k.CopyValue, k.CopyKey, k.CopyPath, k.CopySubtree}
}

// Model is the viewer of one document.
type Model struct {
	doc    *Doc
	keys   KeyMap
	th     theme.Theme
	width  int
	height int

	folded map[int32]bool // replaced, never written into
	shown  []int32        // the visible lines; nil means all of them
	at     int            // the cursor, an index into the visible lines
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
	h := max(m.height, 1)
	m.top = max(min(m.top, m.at), m.at-h+1)
	m.top = max(min(m.top, m.length()-h), 0)
}

// refold computes the visible lines anew and keeps the cursor on its line, or on the
// container that hides it now.
func (m *Model) refold(cursor int32) {
	m.shown = nil
	if len(m.folded) > 0 {
		m.shown = make([]int32, 0, 64)
		for i := int32(0); i < int32(len(m.doc.nodes)); {
			m.shown = append(m.shown, i)
			if m.folded[i] {
				i = m.doc.end(i)
			} else {
				i++
			}
		}
	}
	m.at = m.indexOf(cursor)
	m.follow()
}

// indexOf is the place among the visible lines of line i, or of what hides it.
func (m Model) indexOf(i int32) int {
	if m.shown == nil {
		return int(i)
	}
	lo, hi := 0, len(m.shown)
	for lo < hi {
		mid := (lo + hi) / 2
		if m.shown[mid] <= i {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return max(lo-1, 0)
}

// setFolded folds or unfolds one container.
func (m *Model) setFolded(i int32, fold bool) {
	if i < 0 || !m.doc.isContainer(i) || m.folded[i] == fold {
		return
	}
	folded := make(map[int32]bool, len(m.folded)+1)
	for k := range m.folded {
		folded[k] = true
	}
	if fold {
		folded[i] = true
	} else {
		delete(folded, i)
	}
	m.folded = folded
	m.refold(i)
}

// foldTo folds every container at that depth or deeper.
func (m *Model) foldTo(depth int) {
	cursor := m.current()
	m.folded = map[int32]bool{}
	for i := range m.doc.nodes {
		if m.doc.isContainer(int32(i)) && int(m.doc.nodes[i].depth) >= depth && m.doc.nodes[i].next > int32(i)+1 {
			m.folded[int32(i)] = true
		}
	}
	m.refold(cursor)
}

// reveal unfolds whatever hides line i and puts the cursor on it.
func (m *Model) reveal(i int32) {
	folded := map[int32]bool{}
	for k := range m.folded {
		if !(k < i && i < m.doc.end(k)) {
			folded[k] = true
		}
	}
	m.folded = folded
	m.refold(i)
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
		m.at += by
		m.follow()
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

// click puts the cursor on a line; on its marker it folds.
func (m *Model) click(x, y int) {
	n := m.top + y
	if y < 0 || y >= m.height || n >= m.length() {
		return
	}
	same := n == m.at
	m.at = n
	i := m.line(n)
	if left := m.indent(i); m.doc.isContainer(i) && (same || x >= left && x < left+2) {
		m.setFolded(i, !m.folded[i])
	}
	m.follow()
}

func (m *Model) searchKey(k tea.KeyPressMsg) {
	switch k.String() {
	case "esc":
		m.searching, m.matches = false, nil
		m.query = field.New("")
	case "enter":
		m.searching = false
		m.matches = m.doc.find(m.query.Value())
		m.jump(1, true)
	default:
		m.query, _ = m.query.Update(k)
	}
}

// jump goes to the next match in a direction, round the ends; here counts too if asked.
func (m *Model) jump(by int, here bool) {
	if len(m.matches) == 0 {
		return
	}
	cursor := m.current()
	at := -1
	for n, i := range m.matches {
		if by > 0 && (i > cursor || here && i == cursor) {
			at = n
			break
		}
		if by < 0 && i < cursor {
			at = n
		}
	}
	if at < 0 && by < 0 {
		at = len(m.matches) - 1
	}
	m.reveal(m.matches[max(at, 0)])
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
		m.setFolded(i, !m.folded[i])
	case key.Matches(k, m.keys.Unfold):
		m.setFolded(i, false)
	case key.Matches(k, m.keys.Fold):
		if m.doc.isContainer(i) && !m.folded[i] {
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
	case len(k.Text) == 1 && k.Text >= "1" && k.Text <= "9":
		depth, _ := strconv.Atoi(k.Text)
		m.foldTo(depth)
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
		return CopyRequested{What: "the value", Text: m.doc.value(i)}
	case key.Matches(k, m.keys.CopyKey):
		if name, ok := m.doc.key(i); ok {
			return CopyRequested{What: "the key", Text: name}
		}
	case key.Matches(k, m.keys.CopyPath):
		return CopyRequested{What: "the path", Text: m.doc.path(i)}
	case key.Matches(k, m.keys.CopySubtree):
		return CopyRequested{What: "the subtree", Text: m.doc.pretty(i)}
	}
	return nil
}

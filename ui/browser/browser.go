// Package browser is the file browser: a folder's entries, narrowed down by typing,
// sorted, with sizes and, for pictures, their dimensions and a preview. Several files
// can be marked. A second side of it takes an address that the service fetches. It does
// no I/O: it asks its owner for folders and pictures, and what comes too late is dropped.
package browser

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/dialog"
	"signpost/ui/field"
	"signpost/ui/text"
)

// Entry is a file or folder as the system has it; its name came from outside.
type Entry struct {
	Name     string
	Dir      bool
	Regular  bool // a file that can be sent: no device, pipe or socket
	Size     int64
	Modified time.Time
}

// ListedMsg is what is in a folder, or why it cannot be read.
type ListedMsg struct {
	Dir     string
	Entries []Entry
	Err     error
}

// PictureMsg is what a file looks like, drawn; Note says its dimensions.
type PictureMsg struct {
	Path  string
	Lines []text.Line
	Note  string
}

// order is how entries are sorted; folders come first in each.
type order uint8

const (
	byName order = iota
	bySize
	byDate
	orders
)

// Model is the browser: a [dialog.Dialog].
type Model struct {
	sep     string
	home    string
	dir     string
	entries []Entry
	shown   []found
	loaded  bool
	err     error
	input   field.Model
	at      int
	sort    order
	hidden  bool
	marked  map[string]bool // whole paths
	picture PictureMsg
	remote  *remote // the side for addresses; nil for files
}

// found is an entry that is shown, with the bytes of its name that were typed.
type found struct {
	Entry
	at    []int
	score int
}

// New returns a browser for a folder; sep is the system's separator.
func New(dir, home, sep string) Model {
	return Model{sep: sep, home: home, dir: dir, marked: map[string]bool{}}
}

// Init asks for the folder.
func (m Model) Init() dialog.Action { return dialog.ListRequested{Dir: m.dir} }

// Wide asks for the whole width of the screen.
func (Model) Wide() {}

// Update takes keys, pastes, and the answers to what was asked for.
func (m Model) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case ListedMsg:
		if msg.Dir == m.dir {
			m.entries, m.err, m.loaded = msg.Entries, msg.Err, true
			m.refresh()
			return m.look()
		}
		return m, nil
	case PictureMsg:
		if msg.Path == m.current() {
			m.picture = msg
		}
		return m, nil
	}
	if m.remote != nil {
		return m.updateRemote(msg)
	}
	switch msg := msg.(type) {
	case tea.PasteMsg:
		return m.typed(msg)
	case tea.MouseWheelMsg:
		m.move(map[bool]int{true: -3, false: 3}[msg.Button == tea.MouseWheelUp])
		return m.look()
	case tea.KeyPressMsg:
		return m.key(msg)
	}
	return m, nil
}

// current is the path of the entry that the cursor is on, or empty.
func (m Model) current() string {
	if m.at < len(m.shown) {
		return m.join(m.shown[m.at].Name)
	}
	return ""
}

func (m Model) join(name string) string {
	if strings.HasSuffix(m.dir, m.sep) {
		return m.dir + name
	}
	return m.dir + m.sep + name
}

func (m *Model) move(by int) { m.at = max(min(m.at+by, len(m.shown)-1), 0) }

// look asks for a picture of the file that the cursor is on.
func (m Model) look() (dialog.Dialog, dialog.Action) {
	if m.at < len(m.shown) && m.shown[m.at].Regular && isPicture(m.shown[m.at].Name) && m.picture.Path != m.current() {
		return m, dialog.PictureRequested{Path: m.current()}
	}
	return m, nil
}

// isPicture goes by the extension.
func isPicture(name string) bool {
	i := strings.LastIndexByte(name, '.')
	return i >= 0 && slices.Contains([]string{"jpg", "jpeg", "png", "gif", "webp"}, strings.ToLower(name[i+1:]))
}

func (m Model) key(k tea.KeyPressMsg) (dialog.Dialog, dialog.Action) {
	switch k.String() {
	case "esc":
		if m.input.Value() != "" {
			m.input = field.New("")
			m.refresh()
			return m, nil
		}
		return m, dialog.Closed{}
	case "up", "ctrl+p":
		m.move(-1)
	case "down", "ctrl+n":
		m.move(1)
	case "pgup":
		m.move(-12)
	case "pgdown":
		m.move(12)
	case "home":
		m.at = 0
	case "end":
		m.move(len(m.shown))
	case "left":
		return m.enter(m.parent())
	case "right":
		if m.at < len(m.shown) && m.shown[m.at].Dir {
			return m.enter(m.current())
		}
	case "enter":
		return m.choose()
	case "tab":
		return m.complete()
	case "insert", "alt+space", "ctrl+space":
		m.mark()
	case "alt+a":
		m.markAll()
	case "alt+s":
		m.sort = (m.sort + 1) % orders
		m.refresh()
	case "alt+h":
		m.hidden = !m.hidden
		m.refresh()
	case "alt+r":
		m.remote = newRemote()
		return m, nil
	case "backspace":
		if m.input.Value() == "" {
			return m.enter(m.parent())
		}
		return m.typed(k)
	default:
		return m.typed(k)
	}
	return m.look()
}

// typed narrows the list down; a path that begins at a root, or at home, goes there.
func (m Model) typed(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	m.input, _ = m.input.Update(msg)
	if paste, ok := msg.(tea.PasteMsg); ok {
		m.input = field.New(unquoted(m.input.Value(), paste.Content))
	}
	value := m.input.Value()
	if m.isPath(value) {
		dir, rest := m.split(m.expand(value))
		if dir != m.dir {
			m.dir, m.entries, m.loaded, m.err = dir, nil, false, nil
			m.input = field.New(value)
			m.filter(rest)
			return m, dialog.ListRequested{Dir: dir}
		}
		m.filter(rest)
		return m.look()
	}
	m.refresh()
	return m.look()
}

// unquoted takes the wrapping of a dropped path away: quotes, backslashes, file://.
func unquoted(value, paste string) string {
	if value != paste {
		return value
	}
	s := strings.TrimSpace(paste)
	if n := len(s); n > 1 && (s[0] == '\'' || s[0] == '"') && s[n-1] == s[0] {
		return s[1 : n-1]
	}
	if rest, ok := strings.CutPrefix(s, "file://"); ok {
		if decoded, err := url.PathUnescape(rest); err == nil {
			return decoded
		}
		return rest
	}
	return strings.NewReplacer(`\ `, " ", `\(`, "(", `\)`, ")", `\'`, "'").Replace(s)
}

// isPath reports whether what was typed is a path rather than a part of a name.
func (m Model) isPath(s string) bool {
	return strings.HasPrefix(s, m.sep) || s == "~" || strings.HasPrefix(s, "~"+m.sep) ||
		m.sep == `\` && len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

func (m Model) expand(s string) string {
	if s == "~" {
		return m.home + m.sep
	}
	if rest, ok := strings.CutPrefix(s, "~"+m.sep); ok {
		return m.home + m.sep + rest
	}
	return s
}

// split parts a path at its last separator; the folder of a root keeps it.
func (m Model) split(path string) (dir, rest string) {
	i := strings.LastIndex(path, m.sep)
	dir, rest = path[:i], path[i+len(m.sep):]
	if dir == "" || m.sep == `\` && strings.HasSuffix(dir, ":") {
		dir += m.sep
	}
	return dir, rest
}

// parent is the folder above; that of a root is the root.
func (m Model) parent() string {
	trimmed := strings.TrimSuffix(m.dir, m.sep)
	if !strings.Contains(trimmed, m.sep) {
		return m.dir
	}
	dir, _ := m.split(trimmed)
	return dir
}

// enter goes to a folder.
func (m Model) enter(dir string) (dialog.Dialog, dialog.Action) {
	if dir == m.dir {
		return m, nil
	}
	m.dir, m.entries, m.loaded, m.err, m.at = dir, nil, false, nil, 0
	m.input = field.New("")
	m.shown, m.picture = nil, PictureMsg{}
	return m, dialog.ListRequested{Dir: dir}
}

// complete takes the name that the cursor is on into the path that is typed.
func (m Model) complete() (dialog.Dialog, dialog.Action) {
	if m.at >= len(m.shown) {
		return m, nil
	}
	if m.shown[m.at].Dir {
		return m.enter(m.current())
	}
	name := m.shown[m.at].Name
	if m.isPath(m.input.Value()) {
		name = m.join(name) // what was typed stays a path
	}
	m.input = field.New(name)
	m.refresh()
	return m.look()
}

// choose takes the marked files, or opens the folder or takes the file under the cursor.
func (m Model) choose() (dialog.Dialog, dialog.Action) {
	if len(m.marked) == 0 && m.at < len(m.shown) && m.shown[m.at].Dir {
		return m.enter(m.current())
	}
	if files := m.chosen(); len(files) > 0 {
		return m, dialog.FilesChosen{Files: files}
	}
	return m, nil
}

// chosen are the marked files in their order, or the one under the cursor.
func (m Model) chosen() []string {
	if len(m.marked) > 0 {
		files := make([]string, 0, len(m.marked))
		for path := range m.marked {
			files = append(files, path)
		}
		slices.SortFunc(files, natural)
		return files
	}
	if m.at < len(m.shown) && m.shown[m.at].Regular {
		return []string{m.current()}
	}
	return nil
}

// mark marks the file under the cursor, or takes its mark away, and goes on.
func (m *Model) mark() {
	if m.at >= len(m.shown) || !m.shown[m.at].Regular {
		return
	}
	marked := make(map[string]bool, len(m.marked)+1)
	for path := range m.marked {
		marked[path] = true
	}
	if path := m.current(); marked[path] {
		delete(marked, path)
	} else {
		marked[path] = true
	}
	m.marked = marked
	m.move(1)
}

// markAll marks every file that is shown, or takes all marks away.
func (m *Model) markAll() {
	marked := map[string]bool{}
	if len(m.marked) == 0 {
		for _, f := range m.shown {
			if f.Regular {
				marked[m.join(f.Name)] = true
			}
		}
	}
	m.marked = marked
}

// refresh shows what fits the typed text.
func (m *Model) refresh() {
	value := m.input.Value()
	if m.isPath(value) {
		_, value = m.split(m.expand(value))
	}
	m.filter(value)
}

func (m *Model) filter(typed string) {
	m.shown = nil
	for _, e := range m.entries {
		if !m.hidden && strings.HasPrefix(e.Name, ".") && !strings.HasPrefix(typed, ".") {
			continue
		}
		if score, at, ok := match(e.Name, typed); ok {
			m.shown = append(m.shown, found{e, at, score})
		}
	}
	slices.SortStableFunc(m.shown, func(a, b found) int {
		if typed != "" && a.score != b.score {
			return b.score - a.score
		}
		if a.Dir != b.Dir {
			return map[bool]int{true: -1, false: 1}[a.Dir]
		}
		switch m.sort {
		case bySize:
			return cmp.Or(cmp.Compare(b.Size, a.Size), natural(a.Name, b.Name))
		case byDate:
			return cmp.Or(b.Modified.Compare(a.Modified), natural(a.Name, b.Name))
		}
		return natural(a.Name, b.Name)
	})
	m.at = max(min(m.at, len(m.shown)-1), 0)
	if typed != "" {
		m.at = 0
	}
}

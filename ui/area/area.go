// Package area is an editor for texts of several lines: scripts, JSON, header lines.
// Like a field it never rewrites the value, and draws what cannot be seen as an escape.
package area

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/rivo/uniseg"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// MaxBytes is the longest value that is taken.
const MaxBytes = 128 << 10

// Model is the editor. The zero value is an empty one.
type Model struct {
	lines    []string // without their line ends; at least one once New has made it
	row, col int      // the cursor: a line, and a byte offset between two clusters of it
	want     int      // the column that up and down try to keep, in bytes
	top      int      // first line that is shown
	undo     []state
	redo     []state
	typing   bool
	refused  int // bytes of a paste that was too long
}

type state struct {
	lines    []string
	row, col int
}

// New returns an editor with the cursor at the end of the value.
func New(value string) Model {
	m := Model{lines: strings.Split(value, "\n")}
	m.row = len(m.lines) - 1
	m.col = len(m.lines[m.row])
	m.want = m.col
	return m
}

// Value is what has been typed, byte for byte.
func (m Model) Value() string { return strings.Join(m.lines, "\n") }

// Refused is the size of a paste that was too long, in bytes; 0 where there was none.
func (m Model) Refused() int { return m.refused }

// Offset is the place of the cursor in the value, in bytes.
func (m Model) Offset() int {
	n := m.col
	for _, l := range m.lines[:m.row] {
		n += len(l) + 1
	}
	return n
}

// MoveTo puts the cursor at a byte offset of the value, or in front of the character
// that it lies in.
func (m *Model) MoveTo(offset int) {
	for i, l := range m.lines {
		if offset <= len(l) || i == len(m.lines)-1 {
			m.row, m.col = i, clusterStart(l, min(max(offset, 0), len(l)))
			m.want = m.col
			return
		}
		offset -= len(l) + 1
	}
}

// Update takes a key press or a paste; anything else changes nothing.
func (m Model) Update(msg tea.Msg) Model {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		m.refused = 0
		if len(msg.Content) > MaxBytes || len(m.Value())+len(msg.Content) > MaxBytes {
			m.refused = len(msg.Content)
			return m
		}
		m.remember(false)
		m.insert(strings.ReplaceAll(msg.Content, "\r\n", "\n"))
	case tea.KeyPressMsg:
		m.refused = 0
		m.key(msg)
	}
	return m
}

func (m *Model) key(k tea.KeyPressMsg) {
	if k.Text != "" && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0 {
		if len(m.Value()) < MaxBytes {
			m.remember(k.Text != " ")
			m.insert(k.Text)
		}
		return
	}
	switch k.String() {
	case "enter":
		m.remember(false)
		m.insert("\n")
	case "up", "ctrl+up":
		m.vertical(-1)
	case "down", "ctrl+down":
		m.vertical(1)
	case "pgup":
		m.vertical(-10)
	case "pgdown":
		m.vertical(10)
	case "alt+z", "ctrl+_", "ctrl+/", "ctrl+7":
		m.swap(&m.undo, &m.redo)
	case "ctrl+r", "alt+Z", "alt+shift+z", "ctrl+shift+z":
		m.swap(&m.redo, &m.undo)
	default:
		m.horizontal(k.String())
	}
}

// horizontal moves or deletes within the text's order.
func (m *Model) horizontal(key string) {
	line := m.lines[m.row]
	switch key {
	case "left", "ctrl+b":
		m.row, m.col = m.before()
	case "right", "ctrl+f":
		m.row, m.col = m.after()
	case "home", "ctrl+a":
		m.col = 0
	case "end", "ctrl+e":
		m.col = len(line)
	case "backspace", "ctrl+h":
		row, col := m.before()
		m.cut(row, col, m.row, m.col)
	case "delete", "ctrl+d":
		row, col := m.after()
		m.cut(m.row, m.col, row, col)
	case "ctrl+u":
		m.cut(m.row, 0, m.row, m.col)
	case "ctrl+k":
		m.cut(m.row, m.col, m.row, len(line))
	case "ctrl+w", "alt+backspace":
		at := strings.LastIndexByte(strings.TrimRight(line[:m.col], " "), ' ') + 1
		m.cut(m.row, at, m.row, m.col)
	default:
		return
	}
	m.want, m.typing = m.col, false
}

// clusterStart is the last place between characters that is not behind at.
func clusterStart(line string, at int) int {
	i := 0
	for i < at {
		c, _, _, _ := uniseg.FirstGraphemeClusterInString(line[i:], -1)
		if i+len(c) > at {
			break
		}
		i += max(len(c), 1)
	}
	return i
}

// before and after are the places one cluster away, over line ends.
func (m Model) before() (row, col int) {
	if m.col == 0 {
		if m.row == 0 {
			return 0, 0
		}
		return m.row - 1, len(m.lines[m.row-1])
	}
	return m.row, clusterStart(m.lines[m.row], m.col-1)
}

func (m Model) after() (row, col int) {
	line := m.lines[m.row]
	if m.col == len(line) {
		if m.row == len(m.lines)-1 {
			return m.row, m.col
		}
		return m.row + 1, 0
	}
	c, _, _, _ := uniseg.FirstGraphemeClusterInString(line[m.col:], -1)
	return m.row, m.col + max(len(c), 1)
}

// vertical moves by lines and keeps the column where it can.
func (m *Model) vertical(by int) {
	m.row = min(max(m.row+by, 0), len(m.lines)-1)
	line := m.lines[m.row]
	m.col = clusterStart(line, min(m.want, len(line)))
	m.typing = false
}

// remember keeps the state for undo; typed characters of one word are one step.
func (m *Model) remember(typing bool) {
	if !(typing && m.typing) {
		undo := m.undo[max(len(m.undo)-100, 0):]
		m.undo = append(undo[:len(undo):len(undo)], state{m.lines, m.row, m.col})
	}
	m.redo, m.typing = nil, typing
}

func (m *Model) swap(from, to *[]state) {
	if len(*from) == 0 {
		return
	}
	last := (*from)[len(*from)-1]
	*from = (*from)[:len(*from)-1]
	*to = append((*to)[:len(*to):len(*to)], state{m.lines, m.row, m.col})
	m.lines, m.row, m.col, m.typing = last.lines, last.row, last.col, false
	m.want = m.col
}

// insert puts text at the cursor; it may have line ends. The lines are replaced, as
// earlier states share them.
func (m *Model) insert(s string) {
	line := m.lines[m.row]
	fresh := strings.Split(line[:m.col]+s, "\n")
	row, col := m.row+len(fresh)-1, len(fresh[len(fresh)-1])
	fresh[len(fresh)-1] += line[m.col:]
	lines := append(m.lines[:m.row:m.row], fresh...)
	m.lines = append(lines, m.lines[m.row+1:]...)
	m.row, m.col, m.want = row, col, col
}

// cut takes away what is between two places.
func (m *Model) cut(row, col, toRow, toCol int) {
	if row == toRow && col == toCol {
		return
	}
	m.remember(false)
	joined := m.lines[row][:col] + m.lines[toRow][toCol:]
	lines := append(m.lines[:row:row], joined)
	m.lines = append(lines, m.lines[toRow+1:]...)
	m.row, m.col = row, col
}

// Lines draws the editor in w by h cells with line numbers; bad is the number of the
// line to be marked, from 1; 0 marks none. The cursor is a cell of what is drawn.
func (m *Model) Lines(w, h, bad int, th theme.Theme) (lines []text.Line, x, y int) {
	const gutter = 4
	m.top = min(m.top, m.row)
	m.top = max(m.top, m.row-h+1)
	room := max(w-gutter, 1)
	for i := m.top; i < min(m.top+h, len(m.lines)); i++ {
		number := widget.Count(i + 1)
		style := th.Muted
		if i+1 == bad {
			style = th.Danger
		}
		l := text.Line{{Text: widget.Blank(gutter-1-text.Width(number)) + number + " ", Style: style}}
		shown := m.lines[i]
		if i == m.row {
			from := window(shown, m.col, room)
			x, y = gutter+text.Width(visible.Clean(shown[from:m.col])), i-m.top
			shown = shown[from:]
		}
		style = th.Text
		if visible.Dirty(shown) {
			style = th.Escape
		}
		lines = append(lines, append(l, text.Span{Text: text.Truncate(visible.Clean(head(shown, 8*room)), room), Style: style}))
	}
	return lines, min(x, w-1), y
}

// head is at most n bytes of a line: what is drawn is never more.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// window is where the drawn part of a line begins so that the cursor is in it. It looks
// at no more of the line than could be drawn: a line may be as long as a value.
func window(line string, col, room int) int {
	from := max(col-16*room, 0)
	for from > 0 && from < col && !utf8.RuneStart(line[from]) {
		from++
	}
	var sizes, cells []int // of the clusters up to the cursor
	used := 0
	for at := from; at < col; {
		c, _, _, _ := uniseg.FirstGraphemeClusterInString(line[at:col], -1)
		n := max(len(c), 1)
		w := text.Width(visible.Clean(line[at : at+n]))
		sizes, cells, used, at = append(sizes, n), append(cells, w), used+w, at+n
	}
	for i := 0; i < len(sizes) && used > room-1; i++ {
		from, used = from+sizes[i], used-cells[i]
	}
	return from
}

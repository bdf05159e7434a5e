// Package field is a one-line editor. The value belongs to the person: nothing in it
// is ever rewritten, and what cannot be seen is drawn as an escape.
package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/rivo/uniseg"
)

// MaxPaste is the largest paste that is taken, in bytes. Anything longer was meant for
// something else.
const MaxPaste = 64 << 10

// maxUndo bounds the memory of earlier values.
const maxUndo = 200

// Action is what the field says beyond its value; nil is nothing.
type Action interface{ action() }

// Refused says that a paste was too long; nothing was changed.
type Refused struct{ Bytes int }

// Trimmed says that the line end of a paste was dropped.
type Trimmed struct{}

func (Refused) action() {}
func (Trimmed) action() {}

// Model is a field. The zero value is an empty one.
type Model struct {
	// Mask hides the value: each character is drawn as a dot.
	Mask bool

	value  string
	cursor int // byte offset, always between two grapheme clusters
	undo   []state
	redo   []state
	typing bool // the last change was a typed character: the next one joins it
}

type state struct {
	value  string
	cursor int
}

// New returns a field with the cursor at the end of the value.
func New(value string) Model { return Model{value: value, cursor: len(value)} }

// Value is what has been typed, byte for byte.
func (m Model) Value() string { return m.value }

// Update takes a key press or a paste; anything else changes nothing.
func (m Model) Update(msg tea.Msg) (Model, Action) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tea.KeyPressMsg:
		m.key(msg)
	}
	return m, nil
}

func (m Model) paste(s string) (Model, Action) {
	if len(s) > MaxPaste || len(m.value)+len(s) > 2*MaxPaste {
		return m, Refused{Bytes: len(s)}
	}
	var act Action
	if t := strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r"); len(t) < len(s) && !strings.ContainsAny(t, "\r\n") {
		s, act = t, Trimmed{}
	}
	m.remember(false)
	m.insert(s)
	return m, act
}

// key does what a key stands for. The bindings are those of a shell's line editor.
func (m *Model) key(k tea.KeyPressMsg) {
	switch k.String() {
	case "left", "ctrl+b":
		m.move(m.before(m.cursor))
	case "right", "ctrl+f":
		m.move(m.after(m.cursor))
	case "ctrl+left", "alt+left", "alt+b":
		m.move(m.wordBefore())
	case "ctrl+right", "alt+right", "alt+f":
		m.move(m.wordAfter())
	case "home", "ctrl+a":
		m.move(0)
	case "end", "ctrl+e":
		m.move(len(m.value))
	case "backspace", "ctrl+h":
		m.remove(m.before(m.cursor), m.cursor)
	case "delete", "ctrl+d":
		m.remove(m.cursor, m.after(m.cursor))
	case "ctrl+w", "alt+backspace":
		m.remove(m.wordBefore(), m.cursor)
	case "alt+d":
		m.remove(m.cursor, m.wordAfter())
	case "ctrl+u":
		m.remove(0, m.cursor)
	case "ctrl+k":
		m.remove(m.cursor, len(m.value))
	case "ctrl+_", "ctrl+/", "ctrl+7", "alt+z":
		m.swap(&m.undo, &m.redo)
	case "ctrl+r", "alt+Z":
		m.swap(&m.redo, &m.undo)
	default:
		if k.Text != "" && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0 && len(m.value)+len(k.Text) <= 2*MaxPaste {
			m.remember(!unicode.IsSpace(firstRune(k.Text)))
			m.insert(k.Text)
		}
	}
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

// remember keeps the state for undo. Typed characters of one word are one step.
func (m *Model) remember(typing bool) {
	if !(typing && m.typing) {
		undo := m.undo[max(len(m.undo)-maxUndo, 0):]
		m.undo = append(undo[:len(undo):len(undo)], state{m.value, m.cursor})
	}
	m.redo = nil
	m.typing = typing
}

// swap goes one step back (or forth) in time.
func (m *Model) swap(from, to *[]state) {
	if len(*from) == 0 {
		return
	}
	last := (*from)[len(*from)-1]
	*from = (*from)[:len(*from)-1]
	*to = append((*to)[:len(*to):len(*to)], state{m.value, m.cursor})
	m.value, m.cursor, m.typing = last.value, last.cursor, false
}

func (m *Model) insert(s string) {
	m.value = m.value[:m.cursor] + s + m.value[m.cursor:]
	m.cursor += len(s)
}

func (m *Model) remove(from, to int) {
	if from >= to {
		return
	}
	m.remember(false)
	m.value = m.value[:from] + m.value[to:]
	m.cursor = from
}

func (m *Model) move(to int) { m.cursor, m.typing = to, false }

// before and after are the neighbouring places between grapheme clusters.
func (m Model) after(at int) int {
	c, _, _, _ := uniseg.FirstGraphemeClusterInString(m.value[at:], -1)
	return at + len(c)
}

func (m Model) before(at int) int {
	start := max(at-256, 0)
	for start > 0 && start < at && !utf8.RuneStart(m.value[start]) {
		start++
	}
	last := start
	for i := start; i < at; {
		last = i
		c, _, _, _ := uniseg.FirstGraphemeClusterInString(m.value[i:], -1)
		i += max(len(c), 1)
	}
	return last
}

// isBreak reports whether words end at r; a transformation's pieces count as words.
func isBreak(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",/|&=:._-?", r)
}

func (m Model) wordBefore() int {
	at := strings.TrimRightFunc(m.value[:m.cursor], isBreak)
	return strings.LastIndexFunc(at, isBreak) + runeLenAt(at, strings.LastIndexFunc(at, isBreak))
}

// runeLenAt is the length of the character at i, or 1 where i is -1, so that adding
// both gives the place behind it.
func runeLenAt(s string, i int) int {
	if i < 0 {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return n
}

func (m Model) wordAfter() int {
	rest := strings.TrimLeftFunc(m.value[m.cursor:], isBreak)
	at := len(m.value) - len(rest)
	if i := strings.IndexFunc(rest, isBreak); i >= 0 {
		return at + i
	}
	return len(m.value)
}

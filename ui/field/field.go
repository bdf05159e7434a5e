// Package field is a one-line editor. The value belongs to the person: nothing in it
// is ever rewritten, and what cannot be seen is drawn as an escape.
package field

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
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

// Refused says that a paste, or a value with one more character, is too long; nothing
// was changed.
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
		act := m.key(msg)
		return m, act
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

// key does what a key stands for.
func (m *Model) key(k tea.KeyPressMsg) Action {
	if k.Text != "" && k.Mod&(tea.ModCtrl|tea.ModAlt) == 0 {
		return m.typed(k.Text)
	}
	keys := DefaultKeyMap()
	switch {
	case key.Matches(k, keys.Left):
		m.move(m.before(m.cursor))
	case key.Matches(k, keys.Right):
		m.move(m.after(m.cursor))
	case key.Matches(k, keys.WordLeft):
		m.move(m.wordBefore())
	case key.Matches(k, keys.WordRight):
		m.move(m.wordAfter())
	case key.Matches(k, keys.Start):
		m.move(0)
	case key.Matches(k, keys.End):
		m.move(len(m.value))
	case key.Matches(k, keys.Backspace):
		m.remove(m.before(m.cursor), m.cursor)
	case key.Matches(k, keys.Delete):
		m.remove(m.cursor, m.after(m.cursor))
	case key.Matches(k, keys.DeleteWord):
		m.remove(m.wordBefore(), m.cursor)
	case key.Matches(k, keys.DeleteWordAhead):
		m.remove(m.cursor, m.wordAfter())
	case key.Matches(k, keys.DeleteToStart):
		m.remove(0, m.cursor)
	case key.Matches(k, keys.DeleteToEnd):
		m.remove(m.cursor, len(m.value))
	case key.Matches(k, keys.Undo):
		m.swap(&m.undo, &m.redo)
	case key.Matches(k, keys.Redo):
		m.swap(&m.redo, &m.undo)
	}
	return nil
}

// typed inserts what a key wrote. The characters of one word are one step of undo.
func (m *Model) typed(s string) Action {
	if len(m.value)+len(s) > 2*MaxPaste {
		return Refused{Bytes: len(m.value) + len(s)}
	}
	m.remember(!unicode.IsSpace(firstRune(s)))
	m.insert(s)
	return nil
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

// simple reports whether the byte at i is a character by itself, and a place between
// two characters is in front of it: an ASCII character between two others.
func (m Model) simple(i int) bool {
	plain := func(j int) bool {
		return j < 0 || j >= len(m.value) || m.value[j] < utf8.RuneSelf && m.value[j] != '\r'
	}
	return plain(i-1) && plain(i) && plain(i+1)
}

// before and after are the neighbouring places between grapheme clusters.
func (m Model) after(at int) int {
	if at < len(m.value) && m.simple(at) {
		return at + 1
	}
	c, _, _, _ := uniseg.FirstGraphemeClusterInString(m.value[at:], -1)
	return at + len(c)
}

func (m Model) before(at int) int {
	if at > 0 && m.simple(at-1) {
		return at - 1
	}
	start := m.anchor(at, 256)
	last := start
	for i := start; i < at; {
		last = i
		c, _, _, _ := uniseg.FirstGraphemeClusterInString(m.value[i:], -1)
		i += max(len(c), 1)
	}
	return last
}

// anchor is a place between two characters about n bytes in front of at: at an ASCII
// character where there is one near.
func (m Model) anchor(at, n int) int {
	start := max(at-n, 0)
	for i := start; i < at; i++ {
		if m.simple(i) {
			return i
		}
	}
	for start > 0 && start < at && !utf8.RuneStart(m.value[start]) {
		start++
	}
	return start
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

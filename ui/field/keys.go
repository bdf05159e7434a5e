package field

import "charm.land/bubbles/v2/key"

// KeyMap is what a field understands besides text. The bindings are those of a shell's
// line editor; ctrl+z is left to the program, which it suspends.
type KeyMap struct {
	Left, Right, WordLeft, WordRight, Start, End   key.Binding
	Backspace, Delete, DeleteWord, DeleteWordAhead key.Binding
	DeleteToStart, DeleteToEnd, Undo, Redo         key.Binding
}

// DefaultKeyMap returns the bindings with their help.
func DefaultKeyMap() KeyMap {
	bind := func(help, name string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(name, help))
	}
	return KeyMap{
		Left:            bind("a character left", "←", "left", "ctrl+b"),
		Right:           bind("a character right", "→", "right", "ctrl+f"),
		WordLeft:        bind("a word left", "ctrl+←", "ctrl+left", "alt+left", "alt+b"),
		WordRight:       bind("a word right", "ctrl+→", "ctrl+right", "alt+right", "alt+f"),
		Start:           bind("to the start", "home", "home", "ctrl+a"),
		End:             bind("to the end", "end", "end", "ctrl+e"),
		Backspace:       bind("delete backwards", "backspace", "backspace", "ctrl+h"),
		Delete:          bind("delete forwards", "delete", "delete", "ctrl+d"),
		DeleteWord:      bind("delete the word before", "ctrl+w", "ctrl+w", "alt+backspace", "ctrl+backspace"),
		DeleteWordAhead: bind("delete the word behind", "alt+d", "alt+d", "ctrl+delete"),
		DeleteToStart:   bind("delete to the start", "ctrl+u", "ctrl+u"),
		DeleteToEnd:     bind("delete to the end", "ctrl+k", "ctrl+k"),
		// Terminals send ctrl+/ and ctrl+_ as one byte, which some call ctrl+7.
		Undo: bind("undo", "alt+z", "alt+z", "ctrl+_", "ctrl+/", "ctrl+7"),
		// Shift and alt arrive as a capital letter, or by name from newer terminals.
		Redo: bind("redo", "ctrl+r", "ctrl+r", "alt+Z", "alt+shift+z", "ctrl+shift+z"),
	}
}

// All is every binding, for the help.
func (k KeyMap) All() []key.Binding {
	return []key.Binding{k.Left, k.Right, k.WordLeft, k.WordRight, k.Start, k.End, k.Backspace, k.Delete,
		k.DeleteWord, k.DeleteWordAhead, k.DeleteToStart, k.DeleteToEnd, k.Undo, k.Redo}
}

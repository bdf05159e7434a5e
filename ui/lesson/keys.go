package lesson

import "charm.land/bubbles/v2/key"

// KeyMap is what the screen understands. Letters work beside the text; with alt they work
// where the request is edited too.
type KeyMap struct {
	Check, Hint, Next, Back, List, Form  key.Binding
	Reset, Solution, CatchUp, Renew, Tab key.Binding
	Up, Down, PageUp, PageDown, Leave    key.Binding
}

// DefaultKeyMap returns the bindings with their help.
func DefaultKeyMap() KeyMap {
	bind := func(name, help string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(name, help))
	}
	return KeyMap{
		Check:    bind("c, ctrl+s", "check", "c", "alt+c", "ctrl+s"),
		Hint:     bind("t, alt+t", "a hint; again for a stronger one", "t", "alt+t"),
		Next:     bind("n, alt+n", "next lesson", "n", "alt+n"),
		Back:     bind("p, alt+p", "lesson before", "p", "alt+p"),
		List:     bind("l, alt+l", "list of lessons", "l", "alt+l"),
		Form:     bind("e, alt+e, F7", "to the form, with the lesson's request", "e", "alt+e", "f7", "alt+j"),
		Reset:    bind("r, alt+r", "begin this lesson anew", "r", "alt+r"),
		Solution: bind("s, alt+s", "show the repaired request", "s", "alt+s"),
		CatchUp:  bind("u, alt+u", "catch up to here: skip the lessons before", "u", "alt+u"),
		Renew:    bind("ctrl+t", "a timestamp of now, signed and sent", "ctrl+t"),
		Tab:      bind("tab", "text, and the parts of the request", "tab", "shift+tab"),
		Up:       bind("↑ ↓", "scroll", "up", "k"),
		Down:     bind("↓", "scroll", "down", "j"),
		PageUp:   bind("pgup", "scroll a page", "pgup"),
		PageDown: bind("pgdn, space", "scroll a page", "pgdown", "space"),
		Leave:    bind("esc", "from the request to the text, then out of the lessons", "esc"),
	}
}

// FullHelp is every binding with a line of its own.
func (k KeyMap) FullHelp() []key.Binding {
	return []key.Binding{k.Check, k.Hint, k.Tab, k.Form, k.Next, k.Back, k.List, k.Reset, k.Solution, k.CatchUp, k.Renew, k.Up, k.PageDown, k.Leave}
}

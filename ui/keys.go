package ui

import "charm.land/bubbles/v2/key"

// KeyMap is what works on every screen, and on the compose screen. Letters are for
// typing: every shortcut has ctrl, alt or a function key, and everything is in the
// list of commands too.
type KeyMap struct {
	Send, Copy, Write                         key.Binding
	Renew, Tutorial, AddParam, Toggle, Remove key.Binding
	Pane, ScrollUp, ScrollDown                key.Binding
	Account, Sandbox                          key.Binding
	Palette, Help, Mouse, Suspend, Quit       key.Binding
}

// DefaultKeyMap returns the bindings with their help.
func DefaultKeyMap() KeyMap {
	bind := func(keys []string, name, help string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(name, help))
	}
	return KeyMap{
		Send:       bind([]string{"ctrl+s"}, "ctrl+s", "send"),
		Copy:       bind([]string{"ctrl+y"}, "ctrl+y", "copy the cURL command"),
		Write:      bind([]string{"alt+w"}, "alt+w", "write the cURL command to a file"),
		Renew:      bind([]string{"ctrl+t"}, "ctrl+t", "renew the timestamp"),
		Tutorial:   bind([]string{"alt+t"}, "alt+t", "back to the tutorial's values"),
		AddParam:   bind([]string{"ctrl+n"}, "ctrl+n", "add a parameter"),
		Toggle:     bind([]string{"ctrl+x"}, "ctrl+x", "switch the parameter off or on"),
		Remove:     bind([]string{"alt+x"}, "alt+x", "remove the parameter"),
		Pane:       bind([]string{"ctrl+o", "f3"}, "ctrl+o", "signature or cURL"),
		ScrollUp:   bind([]string{"pgup"}, "pgup", "scroll up"),
		ScrollDown: bind([]string{"pgdown"}, "pgdn", "scroll down"),
		Account:    bind([]string{"ctrl+l", "f4"}, "ctrl+l", "account and credentials"),
		Sandbox:    bind([]string{"alt+s"}, "alt+s", "back to the sandbox"),
		Palette:    bind([]string{"ctrl+p"}, "ctrl+p", "all commands"),
		Help:       bind([]string{"f1", "alt+h"}, "F1, alt+h", "help"),
		Mouse:      bind([]string{"alt+m"}, "alt+m", "free the mouse for selecting, or take it again"),
		Suspend:    bind([]string{"ctrl+z"}, "ctrl+z", "suspend (fg comes back)"),
		Quit:       bind([]string{"ctrl+q"}, "ctrl+q", "quit"),
	}
}

// FullHelp is every binding of the compose screen.
func (k KeyMap) FullHelp() []key.Binding {
	return []key.Binding{
		k.Send, k.Copy, k.Write, k.Pane, k.ScrollUp, k.ScrollDown,
		k.AddParam, k.Toggle, k.Remove, k.Renew, k.Tutorial,
		k.Account, k.Sandbox, k.Palette, k.Mouse, k.Suspend, k.Help, k.Quit,
	}
}

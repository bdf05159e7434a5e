package ui

import "charm.land/bubbles/v2/key"

// KeyMap is what works on every screen, and on the compose screen. Letters are for
// typing: every shortcut has ctrl, alt or a function key, and everything is in the
// list of commands too.
type KeyMap struct {
	Send, Copy, Write                         key.Binding
	Renew, Tutorial, AddParam, Toggle, Remove key.Binding
	Pane, ScrollUp, ScrollDown                key.Binding
	Exports, Import, View, Edit, External     key.Binding
	Checks, Fix, UndoWhole, Recipes, Auth     key.Binding
	Browse                                    key.Binding
	Dry, Lens, Verify, History, Uploads, Box  key.Binding
	Account, Sandbox, Lessons, Doctor, Tamper key.Binding
	Palette, Help, Mouse, Suspend, Quit       key.Binding
	Present                                   key.Binding
}

// DefaultKeyMap returns the bindings with their help.
func DefaultKeyMap() KeyMap {
	bind := func(keys []string, name, help string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(name, help))
	}
	return KeyMap{
		Send:       bind([]string{"ctrl+s"}, "ctrl+s", "send"),
		Copy:       bind([]string{"ctrl+y"}, "ctrl+y", "copy the command"),
		Exports:    bind([]string{"alt+y"}, "alt+y", "copy as: other shells and languages"),
		Browse:     bind([]string{"alt+o", "f2"}, "alt+o, F2", "choose files, or a remote source"),
		Import:     bind([]string{"alt+i"}, "alt+i", "paste anything: a command, an error, a .env"),
		View:       bind([]string{"ctrl+g", "f6"}, "ctrl+g", "list what is set, essentials, everything"),
		Edit:       bind([]string{"alt+e"}, "alt+e", "the editor of the value (enter opens some too)"),
		External:   bind([]string{"alt+v"}, "alt+v", "the value in $EDITOR"),
		Checks:     bind([]string{"alt+c"}, "alt+c", "what looks wrong"),
		Fix:        bind([]string{"alt+k"}, "alt+k", "mend the focused value"),
		UndoWhole:  bind([]string{"alt+u"}, "alt+u", "take back the last whole change"),
		Recipes:    bind([]string{"alt+r"}, "alt+r", "recipes"),
		Auth:       bind([]string{"alt+a"}, "alt+a", "signed, unsigned, basic, OAuth"),
		Write:      bind([]string{"alt+w"}, "alt+w", "write the command to a file"),
		Renew:      bind([]string{"ctrl+t"}, "ctrl+t", "renew the timestamp"),
		Tutorial:   bind([]string{"alt+t"}, "alt+t", "back to the tutorial's values"),
		AddParam:   bind([]string{"ctrl+n"}, "ctrl+n", "add a parameter"),
		Toggle:     bind([]string{"ctrl+x"}, "ctrl+x", "switch the parameter off or on"),
		Remove:     bind([]string{"alt+x"}, "alt+x", "remove the parameter"),
		Pane:       bind([]string{"ctrl+o", "f3"}, "ctrl+o", "signature or cURL"),
		ScrollUp:   bind([]string{"pgup"}, "pgup", "scroll up"),
		ScrollDown: bind([]string{"pgdown"}, "pgdn", "scroll down"),
		Dry:        bind([]string{"alt+d"}, "alt+d", "the request on the wire, without sending it"),
		Lens:       bind([]string{"alt+n"}, "alt+n", "this request through seven SDKs"),
		Verify:     bind([]string{"alt+g"}, "alt+g", "verify an answer, a webhook, a delivery URL"),
		History:    bind([]string{"alt+l", "f5"}, "alt+l, F5", "history"),
		Uploads:    bind([]string{"alt+q"}, "alt+q", "uploads of several files"),
		Box:        bind([]string{"alt+b"}, "alt+b", "the sandbox: requests, faults, clock"),
		Account:    bind([]string{"ctrl+l", "f4"}, "ctrl+l", "account and credentials"),
		Sandbox:    bind([]string{"alt+s"}, "alt+s", "back to the sandbox"),
		Lessons:    bind([]string{"f7", "alt+j"}, "F7, alt+j", "lessons"),
		Present:    bind([]string{"f8", "alt+p"}, "F8, alt+p", "show it to a room, step by step, masked"),
		Doctor:     bind([]string{"f9", "alt+9"}, "F9, alt+9", "the doctor: why a signature was refused"),
		Tamper:     bind([]string{"f10", "alt+0"}, "F10, alt+0", "break this request on purpose, and see what the server says"),
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
		k.Exports, k.Browse, k.Import, k.AddParam, k.View, k.Edit, k.External, k.Toggle, k.Remove, k.UndoWhole,
		k.Checks, k.Fix, k.Recipes, k.Auth, k.Renew, k.Tutorial,
		k.Dry, k.Lens, k.Verify, k.History, k.Uploads, k.Box, k.Account, k.Sandbox, k.Lessons, k.Doctor, k.Tamper, k.Present, k.Palette, k.Mouse, k.Suspend, k.Help, k.Quit,
	}
}

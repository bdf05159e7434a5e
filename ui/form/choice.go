package form

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

// choices are the values between which the left and right keys change; nil for a row
// that is text only. The first of an optional parameter is "", which leaves it out.
func (m Model) choices(r row) []string {
	switch r.kind {
	case rowType:
		return uploader.ResourceTypes
	case rowAuth:
		var all []string
		for _, a := range uploader.Auths {
			all = append(all, string(a))
		}
		return all
	}
	spec, ok := r.spec()
	if !ok {
		return nil
	}
	switch spec.Type {
	case catalog.Bool:
		if len(spec.Values) == 2 {
			return append([]string{""}, spec.Values...)
		}
		return []string{"", "1", "0"}
	case catalog.Choice:
		return append([]string{""}, spec.Values...)
	}
	return nil
}

// closed reports whether a row takes nothing but its choices.
func (m Model) closed(r row) bool {
	if r.kind == rowType || r.kind == rowAuth {
		return true
	}
	spec, ok := r.spec()
	return ok && spec.Type == catalog.Bool
}

// choose handles the keys of a row with choices: left, right and space go round them,
// and a switch knows the first letters of yes and no.
func (m *Model) choose(r row, msg tea.KeyPressMsg) bool {
	all := m.choices(r)
	if all == nil {
		return false
	}
	by := 0
	switch msg.String() {
	case "right":
		by = 1
	case "left":
		by = -1
	case "space":
		if m.closed(r) {
			by = 1
		}
	case "backspace", "delete", "ctrl+u":
		if m.closed(r) && all[0] == "" {
			m.take(r, "")
			return true
		}
	case "1", "y", "t":
		return m.switchTo(r, all, 1)
	case "0", "n", "f":
		return m.switchTo(r, all, 2)
	}
	if by == 0 {
		return m.closed(r) && msg.Text != ""
	}
	current := m.value(r)
	at := slices.Index(all, current)
	switch {
	case at < 0 && by < 0:
		at = len(all)
	case at < 0:
		at = -1
	}
	m.take(r, all[(at+by+len(all))%len(all)])
	return true
}

// switchTo sets a switch by a letter; other rows take the letter as text.
func (m *Model) switchTo(r row, all []string, i int) bool {
	if spec, ok := r.spec(); ok && spec.Type == catalog.Bool {
		m.take(r, all[i])
	}
	return m.closed(r)
}

// choiceView is the row's choices with the current one marked; a row without the focus
// shows its value only.
func (m Model) choiceView(r row, focused bool) text.Line {
	current := m.value(r)
	if spec, ok := r.spec(); ok && current == "" && !focused {
		return text.Line{{Text: "– " + visible.Clean(spec.Default), Style: m.th.Muted}}
	}
	if !focused {
		return text.Line{{Text: m.choiceWord(r, current), Style: m.th.Text}}
	}
	all := m.choices(r)
	if !slices.Contains(all, current) {
		all = append([]string{current}, all...)
	}
	var l text.Line
	for i, c := range all {
		if i > 0 {
			l = append(l, text.Span{Text: " ", Style: m.th.Text})
		}
		if c == current {
			l = append(l, text.Span{Text: "‹" + m.choiceWord(r, c) + "›", Style: m.th.Selected})
		} else {
			l = append(l, text.Span{Text: m.choiceWord(r, c), Style: m.th.Muted})
		}
	}
	return l
}

// authWords are the ways to authenticate in words.
var authWords = map[uploader.Auth]visible.Text{
	uploader.AuthSigned: "signed", uploader.AuthUnsigned: "unsigned", uploader.AuthBasic: "basic", uploader.AuthBearer: "OAuth",
}

func (m Model) choiceWord(r row, value string) visible.Text {
	switch {
	case r.kind == rowAuth:
		if w, ok := authWords[uploader.Auth(value)]; ok {
			return w
		}
	case value == "":
		return "–"
	}
	if spec, ok := r.spec(); ok && spec.Type == catalog.Bool {
		if yes, known := catalog.ParseBool(value); known {
			return visible.Clean(value) + map[bool]visible.Text{true: " yes", false: " no"}[yes]
		}
	}
	return visible.Clean(value)
}

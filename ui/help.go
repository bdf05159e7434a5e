package ui

import (
	"charm.land/bubbles/v2/key"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/lesson"
	"signpost/ui/text"
	"signpost/ui/widget"
)

// help explains what has the focus, and then every key of the screen. It is derived
// from the key maps, so that it cannot say anything else than what happens.
func (m Model) help() dialog.Dialog {
	var body []text.Line
	bindings := m.keys.FullHelp()
	title := visible.Text("Help")
	switch m.screen {
	case screenPresent:
		return m.presentHelp()
	case screenCompose:
		sentence, signed := m.form.Help()
		body = append(body, text.Line{{Text: visible.Clean(m.form.Name()) + "  ", Style: m.th.Accent}, {Text: signed, Style: m.th.Muted}},
			text.Line{{Text: sentence, Style: m.th.Text}}, nil)
		body = append(body,
			helpLine("tab, ↑ ↓", "next and previous field", m), helpLine("enter", "next field, or add", m),
			helpLine("alt+z, ctrl+r", "undo and redo in a field", m))
	case screenResponse:
		title, bindings = "Help: the answer", m.response.FullHelp()
		bindings = append(bindings, m.keys.Mouse, m.keys.Suspend, m.keys.Help, m.keys.Quit)
	case screenLesson:
		title, bindings = "Help: the lesson", lesson.DefaultKeyMap().FullHelp()
		bindings = append(bindings, m.keys.Mouse, m.keys.Suspend, m.keys.Help, m.keys.Quit)
	case screenTransfer:
		title, bindings = "Help: the upload", []key.Binding{m.keys.Mouse, m.keys.Suspend, m.keys.Quit}
		body = append(body, helpLine("esc", "cancel the upload", m), helpLine("ctrl+c", "ask, then stop and leave", m))
	}
	for _, b := range bindings {
		if b.Enabled() {
			body = append(body, helpLine(b.Help().Key, b.Help().Desc, m))
		}
	}
	body = append(body, nil,
		text.Line{{Text: "A signature is the hash of the sorted parameters and the API secret. It is good for one hour, for exactly these parameters.", Style: m.th.Muted}})
	return dialog.Read{Title: title, Body: body}
}

func helpLine(keys, what string, m Model) text.Line {
	k := visible.Clean(keys)
	return text.Line{{Text: k, Style: m.th.Key}, {Text: widget.Blank(14 - text.Width(k)), Style: m.th.Text}, {Text: " " + visible.Clean(what), Style: m.th.Text}}
}

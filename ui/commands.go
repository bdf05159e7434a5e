package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/editor"
	"signpost/ui/form"
	"signpost/ui/text"
	"signpost/uploader"
)

// command is something the compose screen can do: by its key, or from the list of
// commands.
type command struct {
	id      string
	title   visible.Text
	binding key.Binding
	run     func(Model) (tea.Model, tea.Cmd)
}

// commands is the one table behind keys, list and help.
func (m Model) commands() []command {
	k := m.keys
	return []command{
		{"send", "send the upload", k.Send, Model.send},
		{"copy", "copy what the command pane shows", k.Copy, Model.copyCommand},
		{"exports", "copy as: other shells, languages, the string to sign", k.Exports, Model.exports},
		{"browse", "choose a file or several, or a remote source", k.Browse, Model.browse},
		{"import", "paste anything: a command, a request, an error, a .env", k.Import, Model.openImport},
		{"write", "write what the command pane shows to a file", k.Write, Model.writeCommand},
		{"pane", "show the signature or the cURL command", k.Pane, Model.switchPane},
		{"add", "add a parameter, by its name or its meaning", k.AddParam, Model.addParam},
		{"view", "list what is set, the essentials, or everything", k.View, Model.nextView},
		{"edit", "edit the value in an editor of its own type", k.Edit, Model.editValue},
		{"external", "edit the value in $EDITOR", k.External, Model.external},
		{"checks", "what looks wrong with this request", k.Checks, Model.checks},
		{"fix", "mend what looks wrong with the focused value", k.Fix, Model.fix},
		{"undo", "take back the last whole change", k.UndoWhole, Model.undoWhole},
		{"recipes", "start from a recipe, or keep one", k.Recipes, Model.recipes},
		{"auth", "authenticate another way: signed, unsigned, basic, OAuth", k.Auth, Model.nextAuth},
		{"toggle", "switch the focused parameter off or on", k.Toggle, Model.toggle},
		{"remove", "remove the focused parameter", k.Remove, Model.remove},
		{"renew", "renew the timestamp", k.Renew, Model.renew},
		{"tutorial", "go back to the tutorial's values", k.Tutorial, Model.tutorial},
		{"dry", "the request on the wire, byte for byte, without sending it", k.Dry, Model.dryRun},
		{"lens", "this request as seven SDKs would serialize and sign it", k.Lens, Model.lens},
		{"smuggle", "parameter smuggling: what signature version 2 is for", key.Binding{}, Model.smuggle},
		{"verify", "verify a signature: of an answer, a webhook, a delivery URL", k.Verify, Model.verify},
		{"history", "history: earlier uploads; search, compare, send again", k.History, Model.history},
		{"uploads", "uploads of several files: pause, cancel, again", k.Uploads, Model.showMany},
		{"box", "the sandbox: what it saw, faults and clock on a switch", k.Box, Model.box},
		{"present", "present: the steps one by one, large, masked", k.Present, Model.present},
		{"unmask", "end presenting: show API key and folders again", key.NewBinding(key.WithDisabled()), Model.unmask},
		{"account", "account: sandbox, found credentials, or enter them", k.Account, Model.accounts},
		{"sandbox", "go back to the sandbox", k.Sandbox, Model.toSandbox},
		{"lessons", "lessons: the tutorial, and broken requests to repair", k.Lessons, Model.lessons},
		{"doctor", "the doctor: why a signature was refused; paste the error", k.Doctor, Model.doctor},
		{"tamper", "break this request on purpose, and see what the server says", k.Tamper, Model.tamper},
	}
}

// palette lists every command.
func (m Model) palette() dialog.Dialog {
	var entries []dialog.Entry
	for _, c := range m.commands() {
		entries = append(entries, dialog.Entry{ID: c.id, Title: c.title, Key: visible.Clean(c.binding.Help().Key)})
	}
	for _, c := range m.everywhere() {
		entries = append(entries, dialog.Entry{ID: c.id, Title: c.title, Key: visible.Clean(c.binding.Help().Key)})
	}
	return dialog.Menu{Tag: "command", Title: "Commands", Entries: entries}
}

// everywhere is what works on every screen; its keys are handled by globalKey.
func (m Model) everywhere() []command {
	return []command{
		{"mouse", "free the mouse for selecting, or take it again", m.keys.Mouse, nil},
		{"help", "help", m.keys.Help, nil},
		{"suspend", "suspend; fg comes back", m.keys.Suspend, nil},
		{"quit", "quit", m.keys.Quit, nil},
	}
}

// picked runs what was chosen from a list.
func (m Model) picked(p dialog.Picked) (tea.Model, tea.Cmd) {
	switch {
	case p.Tag == "past":
		return m.choosePast(p.ID)
	case strings.HasPrefix(p.Tag, "past "):
		return m.pastAction(strings.TrimPrefix(p.Tag, "past "), p.ID)
	case strings.HasPrefix(p.Tag, "compare "):
		return m.comparePast(strings.TrimPrefix(p.Tag, "compare "), p.ID)
	case p.Tag == "box":
		return m.boxChosen(p.ID)
	case p.Tag == "lesson":
		return m.lessonPicked(p.ID)
	case p.Tag == "fault":
		return m.faultChosen(p.ID)
	case p.Tag == "account":
		return m.chooseAccount(p.ID)
	case p.Tag == "check":
		return m.chooseCheck(p.ID)
	case p.Tag == "recipe":
		return m.chooseRecipe(p.ID)
	case strings.HasPrefix(p.Tag, "export "):
		return m.chooseExport(strings.TrimPrefix(p.Tag, "export "), p.ID)
	}
	for _, c := range m.commands() {
		if c.id == p.ID {
			return c.run(m)
		}
	}
	switch p.ID {
	case "mouse":
		m.mouseFree = !m.mouseFree
	case "help":
		m.dialogs = m.pushed(m.help())
	case "suspend":
		return m, tea.Suspend
	case "quit":
		return m.quit(0)
	}
	return m, nil
}

// answered does what was said yes to.
func (m Model) answered(a dialog.Answered) (tea.Model, tea.Cmd) {
	switch {
	case a.Tag == "credentials" && a.Yes:
		return m.useImported()
	case a.Tag == "credentials":
		m.offered = uploader.Account{}
		m.note(noticeInfo, "the credentials of the paste are forgotten")
	case strings.HasPrefix(a.Tag, "plain "):
		if a.Yes {
			return m, m.saveProfile(strings.TrimPrefix(a.Tag, "plain "), true)
		}
		m.note(noticeInfo, "nothing was kept")
	case strings.HasPrefix(a.Tag, "forget ") && a.Yes:
		return m.forgetPast(strings.TrimPrefix(a.Tag, "forget "))
	case strings.HasPrefix(a.Tag, "present "):
		return m.presentAnswered(strings.TrimPrefix(a.Tag, "present "), a.Yes)
	case a.Tag == "trial":
		return m.answerTrial(a.Yes)
	case a.Tag == "resume":
		return m.answerUnfinished(a.Yes)
	case a.Tag == "queue":
		return m.answerQueue(a.Yes)
	case a.Tag == "recover" && a.Yes:
		m.form.SetDraft(m.deps.Recovered.Draft)
		m.renewIfStale()
		m.note(noticeOK, "the draft is back; alt+t goes to the tutorial's values")
		return m, m.scheduleSave()
	case a.Tag == "elsewhere" && a.Yes:
		return m.accounts()
	case (a.Tag == "host" || a.Tag == "host queue") && a.Yes:
		start := Model.start
		if a.Tag == "host queue" {
			start = Model.restoreMany
		}
		next, cmd := start(m)
		account, allow := m.account, m.deps.AllowHost
		return next, tea.Batch(cmd, func() tea.Msg { return savedMsg{allow(account)} })
	case a.Tag == "again" && a.Yes:
		return m.send()
	case a.Tag == "look up" && a.Yes:
		return m.ask(m.asked)
	case a.Tag == "host", a.Tag == "host queue":
		m.note(noticeInfo, "not sent")
	case strings.HasPrefix(a.Tag, "open ") && a.Yes:
		url, open := strings.TrimPrefix(a.Tag, "open "), m.deps.OpenURL
		return m, func() tea.Msg { return openedMsg{open(url)} }
	}
	return m, nil
}

func (m Model) switchPane() (tea.Model, tea.Cmd) {
	m.showCommand = !m.showCommand
	m.relayout()
	return m, nil
}

func (m Model) addParam() (tea.Model, tea.Cmd) {
	set := map[string]bool{}
	for _, p := range m.form.Draft().Params {
		set[p.Name] = true
	}
	m.dialogs = m.pushed(editor.Picker{Check: form.CheckNewName, Set: set})
	return m, nil
}

func (m Model) toggle() (tea.Model, tea.Cmd) {
	if !m.form.Toggle() {
		m.note(noticeInfo, "this row cannot be switched off")
		return m, nil
	}
	return m.changed()
}

func (m Model) remove() (tea.Model, tea.Cmd) {
	m.remember("the removal")
	if !m.form.Remove() {
		m.past = m.past[:len(m.past)-1]
		m.note(noticeInfo, "this row cannot be removed")
		return m, nil
	}
	m.note(noticeInfo, "removed; alt+u takes it back")
	return m.changed()
}

func (m Model) renew() (tea.Model, tea.Cmd) {
	m.form.SetTimestamp(m.stamp())
	m.note(noticeOK, "the timestamp is the current time: the signature is new")
	next, cmd := m.changed()
	m = next.(Model)
	return m, tea.Batch(cmd, m.tick())
}

func (m Model) tutorial() (tea.Model, tea.Cmd) {
	m.remember("the tutorial's values")
	m.form.SetDraft(uploader.TutorialDraft())
	m.form.SetTimestamp(m.stamp())
	m.note(noticeOK, "these are the tutorial's values")
	return m.changed()
}

// offer asks whether to go on with a draft that an earlier run left behind.
func (m Model) offer(r Recovered) dialog.Dialog {
	file := r.Draft.File
	if file == uploader.SampleToken {
		file = "the sample picture"
	}
	body := []visible.Text{
		"An earlier run ended with this draft, on " + visible.Clean(r.At.Format("2 January at 15:04")) + ":",
		"file  " + text.Middle(visible.Clean(cutTo(file, 300)), 48),
	}
	for i, p := range r.Draft.Params {
		if i == 4 {
			body = append(body, "…")
			break
		}
		body = append(body, text.Truncate(visible.Clean(cutTo(p.Name, 60))+"  "+visible.Clean(cutTo(p.Value, 300)), 54))
	}
	return dialog.Ask{Tag: "recover", Title: "A draft was found", Body: body, Yes: "go on with it", No: "start anew"}
}

func cutTo(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

package ui

import (
	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/editor"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

// maxUndo is how many whole changes of the draft can be taken back.
const maxUndo = 50

// remember keeps the draft before a change of more than a character: one key takes it
// back.
func (m *Model) remember(what visible.Text) {
	past := m.past[max(len(m.past)-maxUndo, 0):]
	m.past = append(past[:len(past):len(past)], earlier{draft: m.form.Draft(), what: what})
}

// earlier is a draft, and what was done to it; account is the one before, where that was
// changed too.
type earlier struct {
	draft   uploader.Draft
	what    visible.Text
	account *uploader.Account
}

// undoWhole takes back the last whole change.
func (m Model) undoWhole() (tea.Model, tea.Cmd) {
	if len(m.past) == 0 {
		m.note(noticeInfo, "there is nothing to take back; alt+z undoes typing within a field")
		return m, nil
	}
	last := m.past[len(m.past)-1]
	m.past = m.past[:len(m.past)-1]
	if last.account != nil {
		m.account = *last.account
	}
	m.form.SetDraft(last.draft)
	m.renewIfStale()
	m.note(noticeOK, "taken back: "+last.what)
	return m.changed()
}

// nextView shows the next list of parameters.
func (m Model) nextView() (tea.Model, tea.Cmd) {
	m.form.SetView(m.form.View() + 1)
	m.refresh()
	return m, nil
}

// editValue opens the editor of the focused value.
func (m Model) editValue() (tea.Model, tea.Cmd) {
	name, value, ok := m.form.Focused()
	if !ok || name == "file" || name == "timestamp" {
		m.note(noticeInfo, "this row is edited where it stands; alt+v opens a value in $EDITOR")
		return m, nil
	}
	spec, known := catalog.Lookup(name)
	if !known {
		spec = catalog.Param{Name: name, Type: catalog.Script, Meaning: "not in the catalog: sent and signed as it stands"}
	}
	d := editor.New(spec, value)
	m.dialogs = m.pushed(d)
	if starts, ok := d.(interface{ Init() dialog.Action }); ok {
		return m.stayed(starts.Init())
	}
	return m, nil
}

// edited takes over the value of an editor that was left.
func (m Model) edited(e dialog.Edited) (tea.Model, tea.Cmd) {
	m.remember("the edit of " + visible.Clean(cutTo(e.Name, 60)))
	m.form.Set(e.Name, e.Value)
	return m.changed()
}

// previewedMsg is what a transformation makes.
type previewedMsg struct {
	transformation string
	picture        Picture
	err            error
}

// stayed does what an open dialog asks for.
func (m Model) stayed(act dialog.Action) (tea.Model, tea.Cmd) {
	switch act := act.(type) {
	case dialog.ReadRequested:
		return m, readText(act.Text, false)
	case dialog.ListRequested:
		return m, m.listDir(act.Dir)
	case dialog.JobAction:
		return m.jobAction(act)
	case dialog.VerifyRequested:
		return m, m.examine(act.Text)
	case dialog.DiagnoseRequested:
		return m, m.diagnose(act)
	case dialog.DoctorRequested:
		return m.openDoctor(act.Case)
	case dialog.TrialRequested:
		return m.tryBroken(act)
	case dialog.SmugglingRequested:
		return m, m.smuggled()
	case dialog.CopyRequested:
		return m, m.copyBoth(act.What, act.Text, false)
	case dialog.PictureRequested:
		return m, m.lookAt(act.Path)
	}
	ask, ok := act.(dialog.PreviewRequested)
	if !ok || m.deps.Preview == nil {
		return m, nil
	}
	preview, file := m.deps.Preview, m.prepared.File
	return m, func() tea.Msg {
		p, err := preview(ask.Transformation, file)
		return previewedMsg{ask.Transformation, p, err}
	}
}

// handlePreviewed hands a picture to the dialog that asked for it.
func (m Model) handlePreviewed(msg previewedMsg) (tea.Model, tea.Cmd) {
	answer := editor.PreviewMsg{Transformation: msg.transformation}
	if msg.err != nil {
		answer.Note = "no preview: " + visible.Clean(cutTo(msg.err.Error(), 300))
	} else {
		answer.Lines = m.pictureLines(msg.picture, 32, 8)
		answer.Note = widget.Count(msg.picture.Width) + " × " + widget.Count(msg.picture.Height) + ", " +
			widget.Bytes(int64(msg.picture.Bytes)) + ", made by the sandbox from " + visible.Clean(cutTo(msg.picture.Of, 100))
	}
	return m.toDialog(answer)
}

// externalMsg is the end of the person's own editor.
type externalMsg struct {
	name, before, after string
	err                 error
}

// external opens the focused value in the person's own editor.
func (m Model) external() (tea.Model, tea.Cmd) {
	name, value, ok := m.form.Focused()
	if !ok || m.deps.Editor == nil {
		m.note(noticeInfo, "there is no value here to edit")
		return m, nil
	}
	run, read, err := m.deps.Editor(name, value)
	if err != nil {
		m.note(noticeWarn, visible.Clean(err.Error()))
		return m, nil
	}
	return m, tea.Exec(run, func(err error) tea.Msg {
		after, readErr := read()
		if err == nil {
			err = readErr
		}
		return externalMsg{name, value, after, err}
	})
}

func (m Model) handleExternal(msg externalMsg) (tea.Model, tea.Cmd) {
	switch {
	case msg.err != nil:
		m.note(noticeWarn, "the editor: "+visible.Clean(cutTo(msg.err.Error(), 300))+"; the value is as it was")
		return m, nil
	case msg.after == msg.before:
		m.note(noticeInfo, "the editor was left without a change")
		return m, nil
	}
	m.remember("what was edited outside")
	m.form.Set(msg.name, msg.after)
	m.note(noticeOK, "taken over from the editor; alt+u takes it back")
	return m.changed()
}

// fix mends the first finding of the focused parameter.
func (m Model) fix() (tea.Model, tea.Cmd) {
	for _, f := range m.findings {
		if f.Param == m.form.Name() && f.HasFix {
			return m.applyFix(f)
		}
	}
	m.note(noticeInfo, "there is nothing here that could be mended by a key")
	return m, nil
}

func (m Model) applyFix(f catalog.Finding) (tea.Model, tea.Cmd) {
	m.remember("the mended " + visible.Clean(cutTo(f.Param, 60)))
	m.form.Set(f.Param, f.Fix)
	m.note(noticeOK, visible.Clean(cutTo(f.Param, 60))+" is mended; alt+u takes it back")
	return m.changed()
}

// checks lists everything that looks wrong; enter mends it or goes there.
func (m Model) checks() (tea.Model, tea.Cmd) {
	if len(m.findings) == 0 {
		m.note(noticeOK, "nothing looks wrong with this request")
		return m, nil
	}
	var entries []dialog.Entry
	for i, f := range m.findings {
		e := dialog.Entry{ID: string(widget.Count(i)), Title: visible.Clean(cutTo(f.Param, 60)), Detail: visible.Clean(cutTo(f.Text, 600))}
		if f.HasFix {
			e.Key = "mend"
		}
		entries = append(entries, e)
	}
	above := text.WrapWords(text.Line{{Text: "A check warns; it never stops what the service might accept.", Style: m.th.Muted}}, m.dialogWidth())
	m.dialogs = m.pushed(dialog.Menu{Tag: "check", Title: "Checks", Entries: entries, Above: above})
	return m, nil
}

// chooseCheck mends a finding, or puts the focus where it is.
func (m Model) chooseCheck(id string) (tea.Model, tea.Cmd) {
	for i, f := range m.findings {
		if string(widget.Count(i)) != id {
			continue
		}
		if f.HasFix {
			return m.applyFix(f)
		}
		_ = m.form.AddParam(f.Param)
		m.note(noticeInfo, visible.Clean(cutTo(f.Hint, 300)))
		m.refresh()
		return m, nil
	}
	return m, nil
}

// nextAuth goes on to the next way to authenticate.
func (m Model) nextAuth() (tea.Model, tea.Cmd) {
	d := m.form.Draft()
	at := 0
	for i, a := range uploader.Auths {
		if a == d.Auth {
			at = i
		}
	}
	m.remember("the change of the authentication")
	d.Auth = uploader.Auths[(at+1)%len(uploader.Auths)]
	m.form.SetDraft(d)
	m.note(noticeInfo, authNotice[d.Auth])
	return m.changed()
}

// authNotice says what each way to authenticate sends.
var authNotice = map[uploader.Auth]visible.Text{
	uploader.AuthSigned:   "signed: the secret stays here, the signature proves that it is known",
	uploader.AuthUnsigned: "unsigned: an upload preset instead of a signature; anybody can send it",
	uploader.AuthBasic:    "HTTP Basic: key and secret themselves go in a header, for servers only",
	uploader.AuthBearer:   "OAuth: a token goes in a header",
}

// recipes lists sets of parameters to start from: ours and the person's own.
func (m Model) recipes() (tea.Model, tea.Cmd) {
	var entries []dialog.Entry
	for _, r := range m.own {
		entries = append(entries, dialog.Entry{ID: "own " + r.Name, Title: visible.Clean(cutTo(r.Name, 60)), Detail: "your own", Key: widget.Count(len(r.Draft.Params)) + " parameters"})
	}
	for _, r := range catalog.Recipes() {
		entries = append(entries, dialog.Entry{ID: r.ID, Title: visible.Clean(r.Title), Detail: visible.Clean(r.About)})
	}
	entries = append(entries, dialog.Entry{ID: "save", Title: "keep this draft as a recipe", Detail: "under a name of yours, without its file and timestamp"})
	m.dialogs = m.pushed(dialog.Menu{Tag: "recipe", Title: "Start from a recipe", Entries: entries})
	return m, nil
}

// chooseRecipe replaces the parameters; the file stays.
func (m Model) chooseRecipe(id string) (tea.Model, tea.Cmd) {
	if id == "save" {
		m.dialogs = m.pushed(dialog.Prompt{Tag: "recipe", Title: "Keep as a recipe", Body: []visible.Text{"A name for these parameters. One of the same name is replaced."}, Check: checkRecipeName})
		return m, nil
	}
	d := m.form.Draft()
	found := false
	for _, r := range m.own {
		if "own "+r.Name == id {
			d.Params, d.ResourceType, d.Auth, found = r.Draft.Params, r.Draft.ResourceType, r.Draft.Auth, true
		}
	}
	for _, r := range catalog.Recipes() {
		if r.ID != id {
			continue
		}
		d.Params, d.ResourceType, d.Auth, found = nil, r.ResourceType, uploader.AuthSigned, true
		for _, p := range r.Params {
			d.Params = append(d.Params, uploader.DraftParam{Param: p})
		}
		if r.Unsigned {
			d.Auth = uploader.AuthUnsigned
		}
	}
	if !found {
		return m, nil
	}
	m.remember("the recipe")
	m.form.SetDraft(d)
	m.renewIfStale()
	m.note(noticeOK, "the recipe's parameters are in the form; alt+u takes them back")
	return m.changed()
}

// saveRecipe keeps the parameters under a name.
func (m Model) saveRecipe(name string) (tea.Model, tea.Cmd) {
	d := m.form.Draft()
	d.File, d.Timestamp, d.TimestampByHand = "", "", false
	kept := []Recipe{{Name: name, Draft: d}}
	for _, r := range m.own {
		if r.Name != name {
			kept = append(kept, r)
		}
	}
	m.own = kept
	if m.deps.SaveRecipe == nil {
		m.note(noticeWarn, "the recipe is kept until the program ends: there is no store")
		return m, nil
	}
	m.note(noticeOK, "kept: alt+r starts from it")
	save := m.deps.SaveRecipe
	return m, func() tea.Msg { return savedMsg{save(Recipe{Name: name, Draft: d})} }
}

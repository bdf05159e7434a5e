package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/form"
	"signpost/ui/importing"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/catalog"
	"signpost/uploader/importer"
)

// openImport opens the place where anything can be pasted.
func (m Model) openImport() (tea.Model, tea.Cmd) {
	m.dialogs = m.pushed(importing.New().Redacting(m.redactPaste()))
	return m, nil
}

// pasted looks at what was pasted into the form: a whole command, request or
// configuration is shown as what it is; anything else is text for the field.
func (m Model) pasted(content string) (tea.Model, tea.Cmd, bool) {
	if len(content) > importer.MaxText || !looksWhole(content) {
		return m, nil, false
	}
	return m, readText(content, true), true
}

// looksWhole is a quick look: the words without which a text is none of the kinds that
// are taken as a whole.
func looksWhole(content string) bool {
	for _, word := range []string{"curl", "Invoke-", "irm ", "iwr ", " HTTP/", "Invalid Signature", "cloudinary://", "uploader.", "API_KEY", "API_SECRET", "api_secret", "apiSecret", "\"secure_url\"", "paramsToSign", "\"timestamp\"", "timestamp=", "signature=", "\"error\""} {
		if strings.Contains(content, word) {
			return true
		}
	}
	return false
}

// fieldReadMsg is a text of the form that was recognised.
type fieldReadMsg struct{ importing.ReadMsg }

// readText recognises a text away from the screen: a megabyte takes most of a second.
func readText(content string, ofField bool) tea.Cmd {
	return func() tea.Msg {
		msg := importing.ReadMsg{Text: content, Result: importer.Import(content)}
		if ofField {
			return fieldReadMsg{msg}
		}
		return msg
	}
}

// handleFieldRead opens the dialog for a paste that is more than the value of a field.
func (m Model) handleFieldRead(msg fieldReadMsg) (tea.Model, tea.Cmd) {
	// A secret in a text that nothing here reads must not get into a field unseen.
	if isWhole(msg.Result) || msg.Result.Kind == importer.Unknown && importing.NamesSecret(msg.Text) {
		m.dialogs = m.pushed(importing.NewWith(msg.ReadMsg).Redacting(m.redactPaste()))
		return m, nil
	}
	return m.pasteAsText(msg.Text)
}

// isWhole reports whether a text is a request or a configuration, and no value.
func isWhole(r importer.Result) bool {
	switch r.Kind {
	case importer.Curl, importer.PowerShell, importer.Cmd, importer.HTTP, importer.DotEnv, importer.CloudinaryURL,
		importer.SDKNode, importer.SDKPython, importer.Response:
		return true
	case importer.Error:
		return len(r.Params) > 0
	case importer.Query, importer.WidgetParams:
		known := 0
		for _, p := range r.Params {
			if _, ok := catalog.Lookup(p.Name); ok {
				known++
			}
		}
		return known >= 2
	}
	return false
}

// pasteAsText puts a paste into the focused field.
func (m Model) pasteAsText(content string) (tea.Model, tea.Cmd) {
	if m.redact(content) != content {
		m.note(noticeWarn, "paste refused: the API secret is in it, and would be seen")
		return m, nil
	}
	f, act := m.form.Update(tea.PasteMsg{Content: content})
	m.form = f
	return m.formAction(act)
}

// imported takes what was recognised: parameters replace the draft's, a file alone only
// the file. Credentials are asked about.
func (m Model) imported(r importer.Result) (tea.Model, tea.Cmd) {
	r = m.withoutKnownSecrets(r)
	d, _ := r.Draft()
	now := m.form.Draft()
	m.remember("the paste")
	if d.File == "" {
		d.File = now.File
	}
	said := "taken: " + importing.KindWords(r.Kind)
	if len(d.Params) == 0 && r.Auth == uploader.AuthSigned {
		d.Params, d.Auth = now.Params, now.Auth
		if r.ResourceType == "" {
			d.ResourceType = now.ResourceType
		}
	} else {
		said += ", " + widget.Count(len(d.Params)) + " parameters"
	}
	m.form.SetView(form.ViewSet)
	m.form.SetDraft(d)
	m.form.SetTimestamp(m.stamp())
	if r.CloudName != "" && r.CloudName != m.account.CloudName && r.Secret.IsZero() && r.Token.IsZero() {
		said += "; it is for the cloud " + visible.Clean(cutTo(r.CloudName, 60)) + ", here it goes to " + visible.Clean(cutTo(m.account.CloudName, 60))
	}
	m.note(noticeOK, said+". alt+u takes it back")
	m.offerCredentials(r)
	return m.changed()
}

// withoutKnownSecrets leaves out what would put a secret that is known into the form.
func (m Model) withoutKnownSecrets(r importer.Result) importer.Result {
	redact := m.redactPaste()
	r.Params = slices.DeleteFunc(slices.Clone(r.Params), func(p signer.Param) bool {
		return redact(p.Name) != p.Name || redact(p.Value) != p.Value
	})
	if redact(r.File) != r.File {
		r.File, r.HasFile = "", false
	}
	r.CloudName, r.APIKey = redact(r.CloudName), redact(r.APIKey)
	return r
}

// offerCredentials asks whether the credentials of a paste shall be used.
func (m *Model) offerCredentials(r importer.Result) {
	if r.Secret.IsZero() && r.Token.IsZero() {
		return
	}
	if r.CloudName == "" || r.APIKey == "" && r.Token.IsZero() {
		m.note(noticeWarn, "the credentials of the paste are not whole: they need a cloud name, a key and a secret. ctrl+l enters them")
		return
	}
	a := uploader.Account{
		CloudName: r.CloudName, APIKey: r.APIKey, Secret: r.Secret, Token: r.Token,
		Options: signer.Options{Version: signer.V2}, Origin: "a paste",
	}
	if r.Kind == importer.CloudinaryURL || r.Kind == importer.DotEnv {
		a.Prefix = r.Endpoint
	}
	m.offered = a
	m.knew = append(slices.Clone(m.knew), a)
	where := "Uploads would go to " + visible.Clean(uploader.HostDisplay(a.Host()))
	m.dialogs = m.pushed(dialog.Ask{
		Tag: "credentials", Title: "Credentials in the paste",
		Body: []visible.Text{
			"cloud  " + visible.Clean(cutTo(a.CloudName, 60)), "key    " + visible.Clean(cutTo(a.APIKey, 60)),
			"secret " + visible.Clean(a.Secret.String()+a.Token.String()), where + ", and be LIVE. They are kept for this session only, and written nowhere.",
		},
		Yes: "use them", No: "forget them",
	})
}

// useImported makes the credentials of a paste the account.
func (m Model) useImported() (tea.Model, tea.Cmd) {
	m.typed, m.offered = m.offered, uploader.Account{}
	if err := m.typed.CheckBase(); err != nil {
		m.typed = uploader.Account{}
		m.note(noticeWarn, "not used: "+visible.Clean(cutTo(err.Error(), 300)))
		return m, nil
	}
	return m.use(m.typed)
}

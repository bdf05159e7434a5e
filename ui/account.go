package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/uploader"
)

// accounts opens the dialog in which the account is chosen. Above the list stands what
// is known, and what is wrong, of the credentials that were found.
func (m Model) accounts() (tea.Model, tea.Cmd) {
	var above []text.Line
	say := func(t string, warn bool) {
		style := m.th.Muted
		if warn {
			style = m.th.Warn
		}
		above = append(above, text.WrapWords(text.Line{{Text: visible.Clean(cutTo(t, 2000)), Style: style}}, m.dialogWidth())...)
	}
	for _, p := range m.deps.Live.Problems {
		say("! "+p.Message, true)
		if p.Hint != "" {
			say("  hint: "+p.Hint, false)
		}
	}
	for _, n := range m.deps.Live.Notes {
		say("· "+n, false)
	}
	if len(above) > 0 {
		above = append(above, nil)
	}
	entries := []dialog.Entry{{ID: "sandbox", Title: "SANDBOX", Detail: "on this machine; no account is needed", Key: visible.Clean(m.keys.Sandbox.Help().Key)}}
	if m.deps.Live.Found {
		a := m.deps.Live.Account
		entries = append(entries, dialog.Entry{ID: "live", Title: "LIVE " + visible.Clean(cutTo(a.CloudName, 60)), Detail: visible.Clean(cutTo(a.Origin, 200))})
	}
	if m.typed.CloudName != "" {
		entries = append(entries, dialog.Entry{ID: "typed", Title: "LIVE " + visible.Clean(cutTo(m.typed.CloudName, 60)), Detail: "entered by hand"})
	}
	entries = append(entries, dialog.Entry{ID: "enter", Title: "enter credentials", Detail: "masked, for this session only"})
	m.dialogs = m.pushed(dialog.Menu{Tag: "account", Title: "Account", Entries: entries, Above: above})
	return m, nil
}

// chooseAccount does what was picked in the dialog.
func (m Model) chooseAccount(id string) (tea.Model, tea.Cmd) {
	switch id {
	case "live":
		return m.use(m.deps.Live.Account)
	case "typed":
		return m.use(m.typed)
	case "enter":
		m.dialogs = m.pushed(dialog.NewCredentials())
		return m, nil
	}
	return m.toSandbox()
}

func (m Model) toSandbox() (tea.Model, tea.Cmd) { return m.use(m.deps.Sandbox) }

// use makes an account the one that signs and receives.
func (m Model) use(a uploader.Account) (tea.Model, tea.Cmd) {
	m.account = a
	m.renewIfStale()
	if a.Sandbox {
		m.note(noticeOK, "SANDBOX: uploads stay on this machine")
	} else {
		m.note(noticeWarn, "LIVE: uploads go to "+visible.Clean(uploader.HostDisplay(a.Host()))+", cloud "+visible.Clean(cutTo(a.CloudName, 60)))
	}
	return m, nil
}

// signIn takes credentials that were typed or pasted. d is the dialog, to be opened
// again where they cannot be used.
func (m Model) signIn(given dialog.CredentialsGiven, d dialog.Dialog) (tea.Model, tea.Cmd) {
	a := uploader.Account{
		CloudName: given.CloudName, APIKey: given.APIKey, Secret: given.Secret,
		Options: signer.Options{Version: signer.V2}, Origin: "entered by hand",
	}
	if given.URL != "" {
		c := m.deps.ReadURL(given.URL)
		if !c.Found {
			again, ok := d.(dialog.Credentials)
			if ok && len(c.Problems) > 0 {
				again.Problem = visible.Clean(c.Problems[0].Message)
				m.dialogs = m.pushed(again)
			}
			return m, nil
		}
		a = c.Account
		a.Origin = "a CLOUDINARY_URL entered by hand"
	}
	m.typed = a
	return m.use(a)
}

// wayWords say how a request without a signature is sent.
var wayWords = map[uploader.Auth]visible.Text{
	uploader.AuthUnsigned: "Sent unsigned: with an upload preset, without key, signature and timestamp.",
	uploader.AuthBasic:    "Sent with HTTP Basic: key and secret in a header, no signature.",
	uploader.AuthBearer:   "Sent with an OAuth token in a header, no key, no signature.",
}

// problemWords says in short why there is no signature or no request.
func problemWords(err error) visible.Text {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, signer.ErrNoSecret):
		return "no signature: there is no API secret"
	case errors.Is(err, uploader.ErrNoToken):
		return "there is no OAuth token: the account has none; alt+a chooses another way"
	case errors.Is(err, uploader.ErrNoCredentials):
		return "no cloud name or no API key: ctrl+l enters credentials"
	}
	return visible.Clean(cutTo(err.Error(), 300))
}

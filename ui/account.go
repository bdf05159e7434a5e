package ui

import (
	"errors"
	"slices"

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
	m.dialogs = m.pushed(m.accountMenu())
	list := m.deps.Profiles
	if list == nil {
		return m, nil
	}
	return m, func() tea.Msg { return profilesMsg(list()) }
}

// profilesMsg are the accounts that have a name.
type profilesMsg []Profile

// handleProfiles shows them in the dialog, where that is still open.
func (m Model) handleProfiles(msg profilesMsg) (tea.Model, tea.Cmd) {
	m.profiles = msg
	if n := len(m.dialogs); n > 0 {
		if menu, ok := m.dialogs[n-1].(dialog.Menu); ok && menu.Tag == "account" {
			m.dialogs = append(append([]dialog.Dialog(nil), m.dialogs[:n-1]...), m.accountMenu())
		}
	}
	return m, nil
}

// accountMenu lists what can be chosen.
func (m Model) accountMenu() dialog.Dialog {
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
	for _, p := range m.profiles {
		e := dialog.Entry{ID: "profile " + p.Name, Title: "LIVE " + visible.Clean(cutTo(p.Name, 60)), Detail: visible.Clean(cutTo(p.Account.CloudName, 60)) + ", " + visible.Clean(p.Source)}
		if m.show.masked && (p.Account.CloudName != m.account.CloudName || p.Account.APIKey != m.account.APIKey) {
			e.Title, e.Detail = "LIVE another account", "not named while presenting"
		} else if p.Problem != "" {
			e.Detail = "! " + visible.Clean(cutTo(p.Problem, 200))
		}
		entries = append(entries, e)
	}
	if m.deps.SaveProfile != nil && m.live() && !m.account.Secret.IsZero() {
		entries = append(entries, dialog.Entry{ID: "keep", Title: "keep this account under a name", Detail: "in the system's keyring"})
	}
	entries = append(entries, dialog.Entry{ID: "enter", Title: "enter credentials", Detail: "masked, for this session only"})
	return dialog.Menu{Tag: "account", Title: "Account", Entries: entries, Above: above}
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
	case "keep":
		m.dialogs = m.pushed(dialog.Prompt{Tag: "profile", Title: "Keep the account", Body: []visible.Text{
			"A name for " + visible.Clean(cutTo(m.account.CloudName, 60)) + ": letters, digits, hyphens, underscores, dots. signpost --profile NAME uses it too.",
		}})
		return m, nil
	}
	for _, p := range m.profiles {
		if id != "profile "+p.Name {
			continue
		}
		if p.Problem != "" {
			m.note(noticeWarn, "not used: "+visible.Clean(cutTo(p.Problem, 300)))
			return m, nil
		}
		return m.use(p.Account)
	}
	return m.toSandbox()
}

func (m Model) toSandbox() (tea.Model, tea.Cmd) { return m.use(m.deps.Sandbox) }

// use makes an account the one that signs and receives.
func (m Model) use(a uploader.Account) (tea.Model, tea.Cmd) {
	m.account = a
	if m.deps.Known != nil {
		m.deps.Known(a)
	}
	if d := m.form.Draft(); fitting(d.Auth, a) != d.Auth {
		d.Auth = fitting(d.Auth, a)
		m.form.SetDraft(d)
	}
	m.renewIfStale()
	if a.Sandbox {
		m.note(noticeOK, "SANDBOX: uploads stay on this machine")
	} else {
		m.note(noticeWarn, "LIVE: uploads go to "+visible.Clean(uploader.HostDisplay(a.Host()))+", cloud "+visible.Clean(cutTo(a.CloudName, 60)))
	}
	if m.fits(a) {
		m.offerUnfinished()
	}
	return m, nil
}

// fits reports whether something that an earlier run left belongs to the account.
func (m Model) fits(a uploader.Account) bool {
	u, q := m.unfinished, m.leftQueue
	return u != nil && u.Host == a.Host() && u.Cloud == a.CloudName && u.APIKey == a.APIKey || q != nil && q.For != "" && q.Fits(a)
}

// fitting is the way to authenticate where a token is all that there is, and the one
// that was chosen everywhere else.
func fitting(chosen uploader.Auth, a uploader.Account) uploader.Auth {
	if chosen == uploader.AuthSigned && a.Secret.IsZero() && !a.Token.IsZero() {
		return uploader.AuthBearer
	}
	return chosen
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
	m.knew = append(slices.Clone(m.knew), a)
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

// profileSavedMsg tells whether an account was kept.
type profileSavedMsg struct {
	name      string
	noKeyring bool
	err       error
}

// saveProfile keeps the account; plain is true where the person has said yes to a file.
func (m Model) saveProfile(name string, plain bool) tea.Cmd {
	save, account := m.deps.SaveProfile, m.account
	return func() tea.Msg {
		noKeyring, err := save(name, account, plain)
		return profileSavedMsg{name, noKeyring, err}
	}
}

// handleProfileSaved asks about a plain file where there is no keyring: a secret is not
// written unencrypted without a yes.
func (m Model) handleProfileSaved(msg profileSavedMsg) (tea.Model, tea.Cmd) {
	switch {
	case msg.noKeyring:
		m.opened(dialog.Ask{
			Tag: "plain " + msg.name, Title: "No keyring",
			Body: []visible.Text{
				"The system's keyring does not answer: nothing was kept.",
				"The account can be kept in a file that only you can read. The secret is not encrypted there, and every program that you run can read it.",
			},
			Yes: "keep it in a file", No: "keep nothing",
		})
	case msg.err != nil:
		m.note(noticeWarn, "not kept: "+visible.Clean(cutTo(msg.err.Error(), 300)))
	default:
		m.note(noticeOK, "kept as "+visible.Clean(cutTo(msg.name, 60))+"; ctrl+l and --profile find it")
	}
	return m, nil
}

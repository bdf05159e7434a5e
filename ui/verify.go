package ui

import (
	tea "charm.land/bubbletea/v2"

	sigverify "signpost/signer/verify"
	"signpost/ui/importing"
	"signpost/ui/verify"
	"signpost/uploader"
)

// verify opens the place where signatures are examined.
func (m Model) verify() (tea.Model, tea.Cmd) {
	m.dialogs = m.pushed(verify.New())
	return m, nil
}

// verifyAnswer examines the answer on screen.
func (m Model) verifyAnswer(body string) (tea.Model, tea.Cmd) {
	d := verify.NewWith(body)
	m.dialogs = m.pushed(d)
	return m.stayed(d.Init())
}

// examine examines a text with the secret in use, away from the screen. The other
// secrets at hand only explain a wrong signature.
func (m Model) examine(text string) tea.Cmd {
	inUse, at, profiles := m.account, m.deps.Now(), m.deps.Profiles
	others := []uploader.Account{m.typed, m.deps.Live.Account, m.deps.Sandbox}
	return func() tea.Msg {
		redact := withoutPieces(append(others, inUse))
		msg := verify.CheckedMsg{Text: text, Account: "the account in use, cloud " + cutTo(inUse.CloudName, 60)}
		if !importing.NamesSecret(text) {
			msg.Shown = redact(text)
		}
		s, err := sigverify.Recognise(text)
		if err != nil {
			msg.Err = err
			return msg
		}
		done := func(r sigverify.Report, err error) tea.Msg {
			for i := range r.Steps {
				r.Steps[i].Text = redact(r.Steps[i].Text)
			}
			msg.Report, msg.Err = r, err
			return msg
		}
		c := sigverify.Config{Keys: []sigverify.Key{keyOf("", inUse)}, Now: at}
		r, err := sigverify.Check(s, c)
		if err != nil || r.Verdict != sigverify.Wrong || r.Reason.What != "" {
			return done(r, err)
		}
		add := func(name string, a uploader.Account) {
			if !a.Secret.IsZero() && !a.Secret.Equal(inUse.Secret) {
				c.Keys = append(c.Keys, keyOf(name, a))
			}
		}
		for _, a := range others {
			add("that of the "+map[bool]string{true: "sandbox", false: "cloud " + cutTo(a.CloudName, 60)}[a.Sandbox], a)
		}
		if profiles != nil { // only now is it worth asking a keyring
			for _, p := range profiles() {
				add("that of the profile "+cutTo(p.Name, 60), p.Account)
			}
		}
		return done(sigverify.Check(s, c))
	}
}

// keyOf is an account's secret for examining signatures.
func keyOf(name string, a uploader.Account) sigverify.Key {
	return sigverify.Key{Name: name, CloudName: a.CloudName, Secret: a.Secret, Algorithm: a.Options.Algorithm}
}

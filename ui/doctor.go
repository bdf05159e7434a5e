package ui

import (
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/diagnose"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/doctor"
	"signpost/ui/form"
	"signpost/ui/tampering"
	"signpost/uploader"
	"signpost/uploader/importer"
)

// doctor opens the place where a refused signature is examined.
func (m Model) doctor() (tea.Model, tea.Cmd) {
	m.dialogs = m.pushed(doctor.New())
	return m, nil
}

// openDoctor opens it with a request of this program that was refused.
func (m Model) openDoctor(given *dialog.Refusal) (tea.Model, tea.Cmd) {
	if given == nil {
		return m.doctor()
	}
	d, act := doctor.NewWith(given)
	m.dialogs = m.pushed(d)
	return m.stayed(act)
}

// refusal is everything that is known of a request and its refusal; nil where the service
// gave no reason. meant is the request as it should have been; held is the account as it is here, now our clock.
func refusal(p, meant uploader.Prepared, err error, held uploader.Account, now time.Time) *dialog.Refusal {
	refused, ok := errors.AsType[*uploader.APIError](err)
	if !ok || refused.Message == "" {
		return nil
	}
	e := importer.Evidence(refused.Message)[0]
	if e.Message == "" {
		e.Message = refused.Message
	}
	e.Params, e.Attempt = slices.Clone(p.Fields), slices.Clone(meant.Fields)
	for _, l := range p.Trace.LeftOut {
		if l.Name == "file" {
			e.Params, e.Attempt = append(e.Params, l.Param), append(e.Attempt, l.Param)
		}
	}
	e.CloudName, e.APIKey = p.Account.CloudName, p.Account.APIKey
	e.Account = identity("the account in use", held)
	e.Now, e.Server = now.UTC(), refused.ServerDate
	return &dialog.Refusal{Evidence: e}
}

// identity is an account as the doctor holds it.
func identity(name string, a uploader.Account) diagnose.Identity {
	return diagnose.Identity{Name: name, CloudName: a.CloudName, APIKey: a.APIKey, Secret: a.Secret}
}

// diagnose examines a refusal with the secret in use, away from the screen: it takes a
// second. The other secrets at hand are tried too; what is entered here never becomes a
// part of what is examined.
func (m Model) diagnose(ask dialog.DiagnoseRequested) tea.Cmd {
	inUse, at, profiles := m.account, m.deps.Now().UTC(), m.deps.Profiles
	accounts := []uploader.Account{m.typed, m.deps.Live.Account, m.deps.Sandbox}
	mask, history := m.masked, m.deps.History.List
	return func() tea.Msg {
		held := identity("the account in use", inUse)
		var others []diagnose.Identity
		add := func(name string, a uploader.Account) {
			if !a.Secret.IsZero() && !a.Secret.Equal(held.Secret) {
				others = append(others, identity(name, a))
			}
		}
		for _, a := range accounts {
			add(map[bool]string{true: "the sandbox", false: "the cloud " + cutTo(a.CloudName, 60)}[a.Sandbox], a)
		}
		if profiles != nil {
			for _, p := range profiles() {
				add("the profile "+cutTo(p.Name, 60), p.Account)
				accounts = append(accounts, p.Account)
			}
		}
		worked := workedBefore(history, held.CloudName, at)
		msg := doctor.ExaminedMsg{Text: ask.Text, Case: ask.Case, Account: "the account in use, cloud " + cutTo(inUse.CloudName, 60)}
		if ask.Case != nil {
			e := ask.Case.Evidence
			e.Others, e.Worked = append(slices.Clone(e.Others), others...), worked
			msg.Diagnosis = doctor.Masked(diagnose.Diagnose(e), mask)
			return msg
		}
		msg.Diagnosis = doctor.Masked(doctor.Best(ask.Text, func(e diagnose.Evidence) diagnose.Diagnosis {
			if e.Now.IsZero() {
				e.Now = at
			}
			e.Account, e.Others, e.Worked = held, append(e.Others, others...), worked
			return diagnose.Diagnose(e)
		}), mask)
		msg.Shown = doctor.Shown(ask.Text, withoutPieces(append(slices.Clone(accounts), inUse)))
		return msg
	}
}

// workedBefore reports whether the cloud accepted an upload within the last day.
func workedBefore(list func() ([]Past, error), cloud string, now time.Time) bool {
	if list == nil || cloud == "" {
		return false
	}
	all, _ := list()
	return slices.ContainsFunc(all, func(p Past) bool {
		return p.Cloud == cloud && p.Status == 200 && now.Sub(p.At) < 24*time.Hour
	})
}

// takeFix does what a diagnosis proposes, and sends it where that was asked for.
func (m Model) takeFix(act dialog.FixRequested) (tea.Model, tea.Cmd) {
	if act.Case != nil && act.Case.Practice {
		return m.mendTrial()
	}
	f := act.Fix
	switch f.Act {
	case diagnose.ActAccount:
		return m.accounts()
	case diagnose.ActWait:
		return m.send()
	}
	said := m.fixDraft(f, act.Case)
	m.screen = screenCompose
	m.form.SetView(form.ViewSet)
	m.form.SetTimestamp(m.stamp())
	m.note(noticeOK, said+"; alt+u takes it back")
	next, cmd := m.changed()
	if !act.Send {
		return next, cmd
	}
	sent, send := next.(Model).send()
	return sent, tea.Batch(cmd, send)
}

// fixDraft changes draft and account as a fix says, and tells what it did.
func (m *Model) fixDraft(f diagnose.Fix, given *dialog.Refusal) visible.Text {
	m.remember("the doctor's fix")
	d := m.form.Draft()
	was := m.account
	said := visible.Text("signed anew")
	switch {
	case f.Act == diagnose.ActAlgorithm:
		m.account.Options.Algorithm = f.Algorithm
		said = "signed anew, with " + visible.Clean(f.Algorithm.String())
	case f.Act == diagnose.ActSecret && !f.Secret.IsZero():
		m.account.Secret = f.Secret
		m.account.Origin += ", without what surrounded the secret"
		if m.deps.Known != nil {
			m.deps.Known(m.account)
		}
		said = "signed anew, with the secret without what surrounded it"
	}
	if m.account.Options != was.Options || !m.account.Secret.Equal(was.Secret) {
		m.past[len(m.past)-1].account = &was
	}
	if params := fixParams(f, given); len(params) > 0 && !sameParams(params, d) {
		d.Params = nil
		for _, p := range params {
			d = d.With(p.Name, p.Value)
		}
		said += ", with the parameters that count"
	}
	d.Auth, d.Timestamp, d.TimestampByHand = uploader.AuthSigned, "", false
	m.form.SetDraft(d)
	return said
}

// fixParams are the parameters of a fix as they are typed: version 2 of the signature
// writes & as %26 in the text that is signed, and the form has it as it is.
func fixParams(f diagnose.Fix, given *dialog.Refusal) []signer.Param {
	params := slices.Clone(f.Params)
	if given == nil {
		return params
	}
	for i, p := range params {
		for _, q := range given.Evidence.Attempt {
			if q.Name == p.Name && signer.StringToSign([]signer.Param{q}, signer.V2) == p.Name+"="+p.Value {
				params[i] = q
			}
		}
	}
	return params
}

// sameParams reports whether a draft has these parameters already, in whatever order.
func sameParams(params []signer.Param, d uploader.Draft) bool {
	n := 0
	for _, p := range d.Params {
		if p.Off || p.Value == "" {
			continue
		}
		if !slices.Contains(params, p.Param) {
			return false
		}
		n++
	}
	return n == len(params)
}

// mendTrial sends the request that was broken on purpose as it was before.
func (m Model) mendTrial() (tea.Model, tea.Cmd) {
	top := len(m.dialogs) - 1
	if top < 0 {
		return m, nil
	}
	t, ok := m.dialogs[top].(tampering.Model)
	if !ok {
		return m, nil
	}
	next, act := t.Mend()
	m.dialogs = append(append([]dialog.Dialog(nil), m.dialogs[:top]...), next)
	return m.stayed(act)
}

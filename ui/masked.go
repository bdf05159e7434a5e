package ui

import (
	"slices"
	"strings"

	"signpost/signer"
	"signpost/signer/diagnose"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/doctor"
	"signpost/ui/importing"
	"signpost/ui/present"
	"signpost/ui/text"
	"signpost/uploader"
)

// accountsSeen are all accounts that this session knows of, but for the sandbox's, of which
// everything is published.
func (m Model) accountsSeen() []uploader.Account {
	all := append([]uploader.Account{m.account, m.deps.Live.Account}, m.knew...)
	for _, p := range m.profiles {
		all = append(all, p.Account)
	}
	return slices.DeleteFunc(all, func(a uploader.Account) bool { return a.Sandbox })
}

// mask is what others do not see (threat T15); nothing where nobody looks.
func (m Model) mask() present.Mask {
	if !m.show.masked {
		return present.Mask{}
	}
	k := present.Mask{Home: m.deps.Home, User: m.deps.User}
	for _, a := range m.accountsSeen() {
		if a.APIKey != "" && !slices.Contains(k.Keys, a.APIKey) {
			k.Keys = append(k.Keys, a.APIKey)
		}
		if m.show.cloud && a.CloudName != "" && !slices.Contains(k.Clouds, a.CloudName) {
			k.Clouds = append(k.Clouds, a.CloudName)
		}
	}
	return k
}

// masked is a text as others may see it.
func (m Model) masked(t string) string {
	if !m.show.masked {
		return t
	}
	return m.mask().Text(t)
}

// maskLines masks a whole frame; each line keeps its width.
func (m Model) maskLines(lines []text.Line) []text.Line {
	if !m.show.masked {
		return lines
	}
	k := m.mask()
	out := make([]text.Line, len(lines))
	for i, l := range lines {
		out[i] = k.Line(l)
	}
	return out
}

// maskDialog masks what a dialog breaks into lines by itself.
func (m Model) maskDialog(d dialog.Dialog) dialog.Dialog {
	if !m.show.masked {
		return d
	}
	k := m.mask()
	body := func(lines []text.Line) []text.Line {
		out := make([]text.Line, len(lines))
		for i, l := range lines {
			for _, s := range l {
				out[i] = append(out[i], text.Span{Text: visible.Clean(k.Text(string(s.Text))), Style: s.Style})
			}
		}
		return out
	}
	switch d := d.(type) {
	case dialog.Read:
		d.Body = body(d.Body)
		return d
	case wireView:
		d.Body = body(d.Body)
		return d
	case dialog.Ask:
		masked := make([]visible.Text, len(d.Body))
		for i, t := range d.Body {
			masked[i] = visible.Clean(k.Text(string(t)))
		}
		d.Body = masked
		return d
	}
	return d
}

// maskResult is an answer as others may see it.
func (m Model) maskResult(r *uploader.Result) *uploader.Result {
	if r == nil || !m.show.masked {
		return r
	}
	return mapResult(r, m.mask().Text)
}

// mapResult changes every text of an answer.
func mapResult(r *uploader.Result, change func(string) string) *uploader.Result {
	c := *r
	c.Body = []byte(change(string(r.Body)))
	c.SecureURL, c.ServiceError, c.PublicID, c.StatusText = change(r.SecureURL), change(r.ServiceError), change(r.PublicID), change(r.StatusText)
	c.Header, c.Warnings = make([]signer.Param, len(r.Header)), make([]string, len(r.Warnings))
	for i, h := range r.Header {
		c.Header[i] = signer.Param{Name: h.Name, Value: change(h.Value)}
	}
	for i, w := range r.Warnings {
		c.Warnings[i] = change(w)
	}
	return &c
}

// mapWhy changes every text of an explanation.
func mapWhy(x uploader.Explanation, change func(string) string) uploader.Explanation {
	x.Title, x.What, x.Why, x.Hint = change(x.Title), change(x.What), change(x.Why), change(x.Hint)
	return x
}

// redact takes the secrets of all accounts out of a text.
func (m Model) redact(t string) string {
	for _, a := range m.accountsSeen() {
		t = a.Redact(t)
	}
	return t
}

// redactPaste is redact for what was read out of a paste, which may be a piece of a secret
// or of one of its forms, as when its end was deleted; and in a query a plus has become a
// blank.
func (m Model) redactPaste() func(string) string {
	redact := withoutPieces(m.accountsSeen())
	return func(t string) string {
		if plus := strings.ReplaceAll(t, " ", "+"); plus != t && redact(plus) != plus {
			return signer.Mask
		}
		return redact(t)
	}
}

// withoutPieces takes the secrets of accounts out of a text, whole or in part, in every
// form; what the sandbox publishes stays.
func withoutPieces(accounts []uploader.Account) func(string) string {
	var secrets []signer.Secret
	for _, a := range accounts {
		if !a.Sandbox {
			secrets = append(secrets, a.Secret, a.Token)
		}
	}
	pieces := diagnose.NewRedactor(secrets...)
	return func(t string) string {
		for _, a := range accounts {
			t = a.Redact(t)
		}
		return pieces.Clean(t)
	}
}

// withoutSecrets is an answer in which no secret stands, whoever sent it back.
func (m Model) withoutSecrets(r *uploader.Result) *uploader.Result {
	if r == nil || m.redact(string(r.Body)) == string(r.Body) && !slices.ContainsFunc(r.Header, func(h signer.Param) bool { return m.redact(h.Value) != h.Value }) {
		return r
	}
	return mapResult(r, m.redact)
}

// takesSecret reports whether a secret may be typed into a dialog.
func takesSecret(d dialog.Dialog) bool {
	switch d.(type) {
	case dialog.Credentials, importing.Model, doctor.Model:
		return true
	}
	return false
}

// secretInPaste reports whether a paste would put a secret where it is seen: anywhere but
// in the credentials and where pastes are recognised, which masks them.
func (m Model) secretInPaste(content string) bool {
	n := len(m.dialogs)
	if n > 0 {
		if c, ok := m.dialogs[n-1].(dialog.Credentials); ok {
			return !c.Hides(content) && (m.redact(content) != content || importing.NamesSecret(content))
		}
	}
	if m.redact(content) == content {
		return false
	}
	if n > 0 {
		return !takesSecret(m.dialogs[n-1])
	}
	return m.screen != screenCompose || !looksWhole(content)
}

// mayBeSeen are the uploads of the history that others may see: those of the account in use.
func (m Model) mayBeSeen(all []Past) []Past {
	if !m.show.masked {
		return all
	}
	var own []Past
	for _, p := range all {
		if p.Cloud == m.account.CloudName && p.Host == m.account.Host() {
			own = append(own, p)
		}
	}
	return own
}

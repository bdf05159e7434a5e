package diagnose

import (
	"strings"
)

// innocent is about a signature that is right for what the server saw and the secret
// that is held.
func (x *exam) innocent(h hit) Diagnosis {
	d := Diagnosis{Signed: h.text, HasSigned: true, Fix: x.fix(h)}
	v1, differs := x.versionOne(h)
	if cause, what := x.heldDamage(); cause != 0 {
		d.Verdict, d.Causes = Proved, []int{cause}
		d.Sentence = sayUsedAsHeld(mistake{signed: what})
		d.Places = []Place{{In: "secret", Text: what}}
		d.Fix = x.fixFor(cause, h)
		d.Fix.Secret = x.repaired()
		return d
	}
	refused := isInvalidSignature(x.Message)
	switch {
	case differs && (v1 || refused):
		how := "version 2 of the signature, which writes & in a value as %26"
		if v1 {
			how = "version 1 of the signature, which leaves & in a value as it is; current SDKs sign by version 2"
		}
		d.Verdict, d.Causes = Likely, []int{30}
		if refused {
			d.Alternatives = []int{15, 1}
		}
		d.Sentence = "the signature is right by " + how + " (" + ampersandIn(h.form) + ")"
		d.Fix = x.fixFor(30, h)
	case refused:
		d = x.rightButRefused(h, d)
	case x.Message != "":
		d.Verdict = OK
		d.Sentence = "the signature is right; the message is about something else: " + show(x.Message)
	default:
		x.judgeTime(&d, h.form)
	}
	return d
}

func sayUsedAsHeld(m mistake) string {
	return "the secret that is held here " + m.signed + ", and the signature was made with it as it stands"
}

// versionOne reports whether a value has an & in it, so that the versions differ, and
// whether the text that fits is that of version 1.
func (x *exam) versionOne(h hit) (v1, differs bool) {
	if !noAmp(h.form) {
		return true, true
	}
	for _, p := range h.form.pairs {
		if raw, ok := x.field(p.name); ok && raw != p.value && strings.ReplaceAll(raw, "&", "%26") == p.value {
			return false, true
		}
	}
	return false, false
}

func ampersandIn(f form) string {
	for _, p := range f.pairs {
		if strings.Contains(p.value, "&") || strings.Contains(p.value, "%26") {
			return "it is in " + p.name
		}
	}
	return "it is in a value"
}

// rightButRefused is about a hash that is right for the secret held here, and was
// refused all the same: the parameters are innocent.
func (x *exam) rightButRefused(h hit, d Diagnosis) Diagnosis {
	d.Verdict = Likely
	d.Sentence = "the signature is right for these parameters and the secret that is held here, so that the parameters are innocent: "
	d.Control = "run signpost check: it tells whether cloud name, key and secret belong together"
	sent, _ := x.field("api_key")
	held := x.Account.APIKey
	at, timed := h.form.get("timestamp")
	switch {
	case timed && strings.TrimLeft(at, "0123456789") != "":
		d.Causes, d.Alternatives = []int{19}, []int{1, 15}
		d.Sentence = "the signature is right for these parameters and the secret that is held here; but the timestamp " + show(at) + " is no whole number of seconds, which the service wants"
	case sent != held && isKey(sent) && isKey(held):
		d.Causes, d.Alternatives = []int{1}, []int{13, 15}
		d.Sentence += "the request went with the API key " + sent + ", but the secret here is that of " + held
	case x.Worked:
		d.Causes, d.Alternatives = []int{32}, []int{1, 15}
		d.Sentence += "an earlier upload of this account was accepted, so that it may be an incident of the service"
	case x.target.full == 20:
		d.Causes, d.Alternatives = []int{15}, []int{1, 32}
		d.Sentence += "either the account wants SHA-256, or the secret does not belong to the API key that was sent"
		d.Control += "; if they do, it is the algorithm"
		d.Fix = x.fixFor(15, h)
		d.Fix.Words += "; or else " + Causes[1].Fix
		return d
	default:
		d.Causes, d.Alternatives = []int{1}, []int{13, 32}
		d.Sentence += "the secret does not belong to the API key that was sent"
	}
	d.Fix = x.fixFor(d.Causes[0], h)
	return d
}

// isKey goes by the usual form of API keys: 15 digits.
func isKey(s string) bool { return len(s) >= 14 && len(s) <= 16 && isDigits(s) }

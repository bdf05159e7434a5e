package diagnose

import (
	"strconv"
	"strings"
	"time"

	"signpost/signer"
)

// unknown says honestly that nothing was found, what remains, and how to go on.
func (x *exam) unknown() Diagnosis {
	d := Diagnosis{Verdict: Unknown, Causes: []int{}, Alternatives: []int{}}
	switch {
	case !x.hasSent && len(x.bases) == 0 && x.Message == "":
		d.Sentence = "there is nothing here to examine: neither an error of the service nor a signature"
		d.Fix.Words = "paste the whole error, best with the command in front of it"
		return d
	case x.Message != "" && !isInvalidSignature(x.Message) && len(x.bases) == 0:
		d.Sentence = "the message is not about the signature: " + show(x.Message)
		d.Fix.Words = "read the message; signing again does not change it"
		return d
	case !x.hasSent:
		d.Sentence = "there is no signature here to compare with"
		d.Fix.Words = "paste the error of the service, or the command with its signature"
	case x.target.masked && !x.target.ok:
		d.Sentence = "the signature was hidden by whoever quoted the message: nothing can be compared with it"
		d.Fix.Words = "paste the message with the signature in it: it is no secret, and worth nothing after an hour"
	case len(x.bases) == 0:
		d.Sentence = "the string to sign is not there: the message was cut, or quotes none"
		d.Fix.Words = "paste the whole message, from Invalid Signature to the last quote"
	case x.secret == "":
		d.Sentence = "there is no API secret here to check the signature with"
		d.Fix.Words = "put the API secret into .env or the environment, and run it again"
	default:
		d.Sentence = "none of the variants that were tried gives this signature: it was made with a secret that is not held here, or with a parameter that neither you nor the server showed"
		d.Fix.Words = "make the control test"
	}
	if x.Cut {
		d.Sentence += "; the end of the string to sign is missing"
	}
	d.Fix.Act = ActAccount
	d.Ranked = x.ranked()
	d.Control = "send the same upload with Basic authentication (signpost upload --auth basic): if that is refused too, key and secret do not belong together; if it works, the signing is at fault. signpost check asks the service about the credentials alone"
	return d
}

// ranked are the causes that are left, by what the evidence looks like and by how often
// each is reported.
func (x *exam) ranked() []Guess {
	var out []Guess
	add := func(cause int, why string) { out = append(out, Guess{cause, why}) }
	f := x.seen()
	if cause, what := x.heldDamage(); cause != 0 {
		add(cause, "the secret that is held here "+what)
	}
	if sent, _ := x.field("api_key"); sent != x.Account.APIKey && isKey(sent) && isKey(x.Account.APIKey) {
		add(13, "the request went with the API key "+sent+", but the secret here is that of "+x.Account.APIKey)
	}
	if v, ok := f.get("source"); ok && v == "uw" {
		add(4, "source=uw tells of the upload widget")
	}
	if v, ok := f.get("timestamp"); ok {
		switch {
		case !isDigits(v):
			add(19, "the timestamp is "+show(v))
		case len(v) >= 13:
			add(18, "the timestamp has "+itoa(len(v))+" digits")
		}
	}
	for _, p := range f.pairs {
		switch {
		case !x.known(p.name) && p.name != "":
			add(40, p.name+" is no upload parameter that is known here")
		case strings.ContainsFunc(p.value, func(r rune) bool { return r >= 0x80 }):
			add(10, p.name+" has characters outside ASCII")
		case strings.Contains(p.value, "%"):
			add(8, p.name+" has percent signs in it")
		case isPlaceholder(p.value) && p.value != "" && p.value != "false" && !strings.HasPrefix(p.value, "$"):
			add(21, p.name+" is "+show(p.value))
		}
		if len(out) > 5 {
			break
		}
	}
	add(1, "the secret of another environment, or an older one: the commonest cause of all")
	if _, ok := f.get("upload_preset"); ok {
		add(5, "upload_preset is often left out of what is signed")
	}
	add(2, "a parameter that was sent and not signed, together with something else")
	if len(out) > 8 {
		out = out[:8]
	}
	return out
}

// judgeTime tells fresh from expired.
func (x *exam) judgeTime(d *Diagnosis, f form) {
	d.Verdict, d.Causes, d.Alternatives = OK, []int{}, []int{}
	d.Sentence = "the signature is right for these parameters and the secret that is held here"
	v, ok := f.get("timestamp")
	now := x.Server
	if now.IsZero() {
		now = x.Now
	}
	if !ok {
		d.Sentence += "; there is no timestamp in it, which the service wants"
		d.Notes = append(d.Notes, "the timestamp is missing")
		return
	}
	if now.IsZero() {
		return
	}
	switch t := signer.CheckTimestamp(v, now); t.State {
	case signer.Stale:
		d.Verdict, d.Causes, d.Alternatives = Expired, []int{11}, []int{12}
		d.Sentence += ", and expired: it was good until " + t.Until.UTC().Format("2006-01-02 15:04:05 UTC")
		if !x.Now.IsZero() && signer.CheckTimestamp(v, x.Now).State != signer.Stale {
			d.Causes, d.Alternatives = []int{12}, []int{11}
			d.Sentence += "; by our clock it is fresh, by the service's it is not"
		}
		d.Fix = x.fixFor(d.Causes[0], hit{base: f})
	case signer.Fresh:
		d.Sentence += ", and good until " + t.Until.UTC().Format("2006-01-02 15:04:05 UTC")
	case signer.Future:
		d.Notes = append(d.Notes, "the timestamp lies in the future; what the service makes of that is not known: is a clock wrong?")
	case signer.Milliseconds:
		d.Notes = append(d.Notes, "the timestamp looks like milliseconds: the service counts seconds; such a signature seems not to expire")
	case signer.NotATimestamp:
		d.Verdict, d.Causes = Likely, []int{19}
		d.Sentence += "; but the timestamp " + show(v) + " is no whole number of seconds, which the service wants"
		d.Fix = x.fixFor(19, hit{base: f})
	}
}

// Clock is our time against the service's.
type Clock struct {
	Ours, Server time.Time
	// Skew is the service's minus ours; Known where both are.
	Skew  time.Duration
	Known bool
	// Age is that of the signature by the better of the two clocks; HasAge where there is one.
	Age    time.Duration
	HasAge bool
}

func (x *exam) clock() Clock {
	c := Clock{Ours: x.Now, Server: x.Server}
	if !c.Ours.IsZero() && !c.Server.IsZero() {
		c.Skew, c.Known = c.Server.Sub(c.Ours), true
	}
	ref := c.Server
	if ref.IsZero() {
		ref = c.Ours
	}
	v, ok := x.seen().get("timestamp")
	if n, err := strconv.ParseInt(v, 10, 64); ok && err == nil && !ref.IsZero() && len(v) < 12 {
		c.Age, c.HasAge = ref.Sub(time.Unix(n, 0)), true
	}
	return c
}

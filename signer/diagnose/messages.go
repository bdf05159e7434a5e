package diagnose

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"signpost/signer"
)

var (
	invalidSignature = lazy(`(?i)invalid signature`)
	staleRequest     = lazy(`(?i)stale request\W+reported time is\s*(.*?)(?:\s*which is more than|$)`)
	expiredRequest   = lazy(`(?i)request timestamp expired`)
	unknownKey       = lazy(`(?i)(?:unknown api key|invalid api_key)[: ]*("[^"]*"|'[^']*'|[^\s"'<>]*)`)
	invalidCloud     = lazy(`(?i)(?:invalid cloud_name|cloud_name mismatch)[: ]*([^"<>\n]*)`)
	mismatch         = lazy(`(?i)api_secret mismatch`)
	mustSupply       = lazy(`(?i)must supply (?:an? )?(api_key|cloud_name|api_secret)|invalid cloudinary_url`)
	missingParam     = lazy(`(?i)missing required parameter\W+(\w+)`)
	unsignedUpload   = lazy(`(?i)upload preset must be (?:specified|whitelisted)|parameter is not allowed when using unsigned upload`)
	badEncoding      = lazy(`(?i)invalid encoding in`)
)

func isInvalidSignature(message string) bool { return invalidSignature().MatchString(message) }

// stale is about a request that came too late. Expired is not wrong.
func (x *exam) stale() (Diagnosis, bool) {
	m := staleRequest().FindStringSubmatch(x.Message)
	if m == nil && !expiredRequest().MatchString(x.Message) {
		return Diagnosis{}, false
	}
	d := Diagnosis{Verdict: Expired, Causes: []int{11}, Alternatives: []int{12}}
	d.Sentence = "the signature is expired, which is not the same as wrong: its timestamp is more than one hour old"
	var reported time.Time
	if m != nil {
		reported = parseMoment(strings.TrimSpace(m[1]))
	}
	if reported.IsZero() {
		if v, ok := x.seen().get("timestamp"); ok {
			if n, err := strconv.ParseInt(v, 10, 64); err == nil {
				reported = time.Unix(n, 0)
			}
		}
	}
	if !reported.IsZero() {
		d.Sentence += " (it says " + reported.UTC().Format("2006-01-02 15:04:05 UTC") + ")"
	}
	switch {
	case !x.Now.IsZero() && !x.Server.IsZero() && !reported.IsZero() && x.Server.Sub(x.Now).Abs() > 5*time.Minute && reported.Sub(x.Now).Abs() < signer.Lifetime,
		!x.Now.IsZero() && x.Server.IsZero() && !reported.IsZero() && reported.Sub(x.Now).Abs() < signer.Lifetime:
		d.Causes, d.Alternatives = []int{12}, []int{11}
		d.Sentence = "the clock of the machine that signed is wrong: by its own time the signature is fresh (" + reported.UTC().Format("2006-01-02 15:04:05 UTC") + "), by the service's it is more than one hour old"
	case strings.Contains(strings.ToLower(x.Command), "content-range"):
		d.Alternatives = []int{26, 12}
	}
	if v, ok := x.sentTimestamp(); ok && !isDigits(v) {
		d.Verdict, d.Causes, d.Alternatives = Likely, []int{19}, []int{11}
		d.Sentence = "the timestamp was sent as " + show(v) + ", which is no whole number of seconds: the service read another time in it"
		if !reported.IsZero() {
			d.Sentence += " (" + reported.UTC().Format("2006-01-02 15:04:05 UTC") + ")"
		}
	}
	d.Fix = x.fixFor(d.Causes[0], hit{})
	if x.target.ok && x.secret != "" && len(x.bases) > 0 {
		s := x.newSearch()
		if s.right(); len(s.hits) > 0 {
			d.Notes = append(d.Notes, "the signature itself is right for the secret that is held here")
		}
	}
	return d, true
}

// sentTimestamp is the field as the server received it, or as the command sends it.
func (x *exam) sentTimestamp() (string, bool) {
	for _, list := range [][]signer.Param{x.Params, x.Attempt} {
		for _, p := range list {
			if p.Name == "timestamp" && p.Value != "" {
				return p.Value, true
			}
		}
	}
	return "", false
}

// parseMoment reads the time of a message.
func parseMoment(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", time.RFC3339, time.RFC1123} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// likely is a finding that rests on something else than a hash.
func (x *exam) likely(sentence string, cause int, also ...int) Diagnosis {
	return Diagnosis{Verdict: Likely, Causes: []int{cause}, Alternatives: also, Sentence: sentence, Fix: x.fixFor(cause, hit{})}
}

// refusedOtherwise is about messages that are not about the hash.
func (x *exam) refusedOtherwise() (Diagnosis, bool) {
	text := x.Message
	if text == "" || isInvalidSignature(text) {
		return Diagnosis{}, false
	}
	if m := unknownKey().FindStringSubmatch(text); m != nil {
		return x.unknownKey(m[1]), true
	}
	if m := invalidCloud().FindStringSubmatch(text); m != nil {
		return x.invalidCloud(strings.TrimRight(strings.TrimSpace(m[1]), ".")), true
	}
	switch {
	case mismatch().MatchString(text):
		return x.likely("the service says that the API secret is not that of the API key", 1, 13), true
	case mustSupply().MatchString(text):
		return x.likely("nothing was sent: the SDK did not find its configuration ("+show(mustSupply().FindString(text))+")", 7), true
	case unsignedUpload().MatchString(text) && x.shellCut():
		return x.likely("an & stands outside of quotes in the command, where the shell ends it: the signature behind it was not sent", 35, 24), true
	case unsignedUpload().MatchString(text):
		return x.likely("the service took the call as an unsigned one: the signature was missing, empty, or under another name"+x.signatureIs(), 24), true
	case badEncoding().MatchString(text):
		return x.likely("what was sent is not UTF-8: "+show(text), 10), true
	}
	if m := missingParam().FindStringSubmatch(text); m != nil {
		return x.missing(m[1]), true
	}
	return Diagnosis{}, false
}

func (x *exam) unknownKey(key string) Diagnosis {
	bare := strings.Trim(key, `"'.,;`+"\u201c\u201d")
	secretLike := len(bare) >= 20 && !isDigits(bare)
	switch {
	case isPlaceholder(bare):
		return x.likely("the API key that arrived is "+show(bare)+": the configuration is missing, or was not read", 7)
	case x.secret != "" && x.secret != signer.Published && bare == x.secret, secretLike:
		return x.likely("the API key that arrived looks like an API secret (it is not repeated here): the two are swapped", 20)
	case key != bare && isDigits(strings.Trim(bare, " ")):
		return x.likely("the API key arrived with quotes around it: they became a part of it", 6, 13)
	}
	for _, o := range x.Others {
		if o.APIKey == bare && bare != "" {
			return x.likely("the API key "+bare+" belongs to "+o.Name+" (cloud "+o.CloudName+"), not to the cloud of the address", 13)
		}
	}
	d := x.likely("the cloud of the address does not have the API key "+show(bare), 13)
	if !isDigits(bare) {
		d.Alternatives = []int{20, 7}
	}
	return d
}

func (x *exam) invalidCloud(name string) Diagnosis {
	bare := strings.Trim(name, `"'`)
	switch {
	case isPlaceholder(bare):
		return x.likely("the cloud name in the address is "+show(bare)+": the configuration is missing, or was not read", 7)
	case bare != name && bare != "", strings.ContainsAny(bare, " \"'@:/"):
		return x.likely("the cloud name in the address is "+show(name)+": the configuration is malformed", 7, 13)
	}
	return x.likely("there is no cloud of the name "+show(bare)+", or it was renamed", 13, 7)
}

// isPlaceholder reports whether a value stands for one that is missing.
func isPlaceholder(s string) bool {
	low := strings.ToLower(s)
	switch low {
	case "", "undefined", "null", "none", "nil", "nan", "false", "[object object]", "cloud_name", "api_key", "api_secret", "<cloud_name>", "%s", "{}", "xxx", "key", "name":
		return true
	}
	for _, p := range []string{"your", "<", "$", "{", "process.env", "my_", "my-cloud", "%7b", "cloudinary_", "%3c"} {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return false
}

// missing is about a parameter that did not arrive.
func (x *exam) missing(name string) Diagnosis {
	what := "the field " + name + " did not reach the server"
	text := x.seen().text() + x.Command
	switch {
	case name == "signature":
		return x.likely(what+": it is missing, or under another name", 24)
	case name == "timestamp" && strings.Contains(text, "×tamp"):
		return x.likely(what+": a web page or mail turned &timestamp into ×tamp", 38)
	case strings.Contains(x.Command, "curl") && x.shellCut():
		return x.likely(what+": an & stands outside of quotes in the command, where the shell ends it", 35)
	case strings.Contains(x.Command, "curl"):
		return x.likely(what+": the shell or curl took it out of the command", 35, 37)
	case name == "timestamp":
		return x.likely(what+", or it was no number", 19, 35)
	case name == "api_key":
		return x.likely(what+": it is not configured, or lost on the way", 7, 35)
	}
	return x.likely(what+": it was lost on the way, by a shell or a form that was not built as multipart", 35, 37)
}

// signatureIs tells what stands in place of the signature.
func (x *exam) signatureIs() string {
	for _, list := range [][]signer.Param{x.Params, x.Attempt} {
		for _, p := range list {
			if low := strings.ToLower(p.Name); low != "signature" && (strings.Contains(low, "signature") || low == "sign" || low == "sig") {
				return " (there is a field " + p.Name + ")"
			}
		}
	}
	if x.hasSent {
		return " (it is " + show(x.sent) + ")"
	}
	return ""
}

// noSignature is about a signature that is none.
func (x *exam) noSignature() (Diagnosis, bool) {
	if x.Message == "" && !x.hasSent && x.shellCut() {
		return x.likely("an & stands outside of quotes in the command, where the shell ends it: what is behind it was not sent", 35, 24), true
	}
	sent := strings.TrimSpace(x.sent)
	low := strings.ToLower(sent)
	switch {
	case x.secret != "" && sent == x.secret:
		return x.likely("the signature that was sent is the API secret itself (it is not repeated here); anyone who saw the request has it", 31), true
	case x.hasSent && (low == "" || low == "undefined" || low == "null" || low == "none" || low == "nil" || low == "[object object]" || low == "[object promise]" || low == "nan" || low == "false" || low == "true" || low == "{}"):
		return x.likely("the signature was sent as "+show(x.sent)+": it was not computed, or not waited for", 24), true
	case !x.hasSent && (isInvalidSignature(x.Message) || len(x.Params) > 0):
		return x.likely("there is no signature in what was sent"+x.signatureIs(), 24), true
	}
	return Diagnosis{}, false
}

// fingerprints are traces in the message that tell the cause although no hash does.
func (x *exam) fingerprints() (Diagnosis, bool) {
	if !x.target.ok && x.hasSent && !x.target.masked {
		return x.oddSignature(), true
	}
	text := x.seen().text()
	for _, e := range entityTraps {
		if strings.Contains(text, e.char) {
			return x.likely("the string to sign has "+e.char+" where "+e.text+" belongs: a web page or mail rendered it", 38), true
		}
	}
	for _, trace := range []string{`{"0"=>`, "[object Object]", `{"0":`, `=>"`} {
		if i := strings.Index(text, trace); i >= 0 {
			return x.likely("the string to sign holds "+show(trace)+" (from character "+itoa(i+1)+" on): a list or an object was sent as such", 14), true
		}
	}
	if x.target.wrong != nil && !slices.Contains([]int{20, 32}, x.target.full) || x.target.wrong != nil && !onlyHex().MatchString(strings.TrimSpace(x.sent)) {
		if x.target.cut {
			return x.likely(sayShortDigest(x.sent), 34), true
		}
		return x.likely(x.target.wrong.say(*x.target.wrong), 34), true
	}
	if x.secret == "" {
		return x.withoutSecret()
	}
	return Diagnosis{}, false
}

// oddSignature is about a signature that no hash has.
func (x *exam) oddSignature() Diagnosis {
	if len(x.sent) >= 15 && len(x.sent) <= 40 && !strings.ContainsAny(x.sent, " \t\n") && !onlyHex().MatchString(strings.ToLower(x.sent)) {
		return x.likely("the signature that was sent is no hash ("+itoa(len(x.sent))+" characters, not all of them hexadecimal digits): it may be the API secret, or another text in its place", 31, 34)
	}
	return x.likely("the signature that was sent is no hash: "+show(x.sent)+"; it has to be 40 or 64 hexadecimal digits", 34, 31)
}

// withoutSecret compares what was attempted with what the server saw. No hash can be
// computed, so that nothing is proved.
func (x *exam) withoutSecret() (Diagnosis, bool) {
	if len(x.Strings) == 0 || len(x.Attempt) == 0 {
		return Diagnosis{}, false
	}
	for _, b := range (&search{exam: x}).attempted() {
		if len(b.mistakes) == 0 {
			continue
		}
		m := b.mistakes[0]
		d := x.likely("what was attempted and what the server saw differ: "+m.say(m), m.cause, m.also[:min(3, len(m.also))]...)
		d.Places = placeOf(m, hit{form: b.form, text: b.form.text(), base: x.seen()})
		d.Notes = append(d.Notes, "with the API secret this could be proved")
		return d, true
	}
	return Diagnosis{}, false
}

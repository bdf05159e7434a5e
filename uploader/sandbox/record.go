package sandbox

import (
	"slices"
	"strings"
	"time"

	"signpost/signer"
)

// Exchange is one request and what became of it. It holds no secret: an api_secret that
// somebody sent is masked, and so is every account's secret wherever it stands.
// Everything in it but the verdict came from outside.
type Exchange struct {
	Time   time.Time
	Method string
	Path   string
	// Fields are the parameters as they came, without the file; long values are cut.
	Fields []signer.Param
	// File is the name of the file, or the remote URL; Size its bytes.
	File string
	Size int64
	// Part is the Content-Range of a part of an upload.
	Part string
	// Fault is what went wrong on purpose.
	Fault string
	// Status and Error are the answer, RequestID its X-Request-Id.
	Status    int
	Error     string
	RequestID string
	// Signed and Ignored are the names that the server's string to sign has, and those
	// that it does not know; StringToSign is that string, Signature what was sent.
	Signed, Ignored         []string
	StringToSign, Signature string
	// Verdict says how the request was authenticated: "signed with sha1 v2".
	Verdict string
}

// recordedValue is the length at which a recorded value is cut.
const recordedValue = 4 << 10

// recordedFields is how much of a request's parameters is recorded, in bytes.
const recordedFields = 8 << 10

// record hands the exchange to the log.
func (c *call) record() { c.s.record(c.ex) }

// notDone records what the sandbox should have done in the background and could not.
func (s *Server) notDone(cloud, what, of string) {
	s.record(Exchange{
		Time: s.o.Clock(), Method: "POST", Path: "/v1_1/" + cloud + "/" + what, File: of,
		Error: "not done: the sandbox has too much to do in the background",
	})
}

// record hands an exchange to the pages and to the log, with bounds on all that came from
// a client.
func (s *Server) record(e Exchange) {
	isAPI := strings.HasPrefix(e.Path, "/v1_1/")
	if s.o.Log == nil && !isAPI {
		return
	}
	for _, text := range []*string{&e.Method, &e.Path, &e.File, &e.Error, &e.Part, &e.Signature, &e.StringToSign} {
		*text = s.masked(*text)
	}
	e.Signed, e.Ignored = s.maskedNames(e.Signed), s.maskedNames(e.Ignored)
	size := 0
	fields := make([]signer.Param, 0, len(e.Fields))
	for _, f := range e.Fields {
		if f.Name == "api_secret" {
			f.Value = signer.Mask
		}
		f = signer.Param{Name: s.masked(f.Name), Value: s.masked(f.Value)}
		if size += len(f.Name) + len(f.Value); size > recordedFields {
			break
		}
		fields = append(fields, f)
	}
	e.Fields = fields
	if isAPI {
		s.ring.add(e)
	}
	if s.o.Log != nil {
		s.o.Log(e)
	}
}

// maskedNames cuts a list of names.
func (s *Server) maskedNames(names []string) []string {
	size := 0
	for i, name := range names {
		names[i] = s.masked(name)
		if size += len(names[i]); size > recordedFields {
			return names[:i:i]
		}
	}
	return names
}

// masked cuts a text and takes the accounts' secrets out of it.
func (s *Server) masked(text string) string {
	for _, a := range s.o.Accounts {
		text = a.Secret.Redact(text)
	}
	if len(text) > recordedValue {
		text = strings.Clone(text[:recordedValue]) + "…"
	}
	return text
}

// sorted notes what the server makes of the parameters before it verifies them.
func (c *call) sorted(p params) {
	signed := p.signed()
	kept, _ := signer.LeaveOut(signed)
	for _, q := range kept {
		c.ex.Signed = append(c.ex.Signed, q.Name)
	}
	for _, q := range p {
		if !isKnown(q.Name) && q.Name != "file" && q.Name != "signature" && q.Name != "api_key" && q.Name != "cloud_name" && q.Name != "resource_type" {
			c.ex.Ignored = append(c.ex.Ignored, q.Name)
		}
	}
	slices.Sort(c.ex.Signed)
	c.ex.Signature, c.ex.StringToSign = p.get("signature"), signer.StringToSign(kept, signer.V2)
}

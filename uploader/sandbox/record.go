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

// record hands the exchange to the log.
func (c *call) record() {
	isAPI := strings.HasPrefix(c.ex.Path, "/v1_1/")
	if c.s.o.Log == nil && !isAPI {
		return
	}
	c.ex.Path, c.ex.File, c.ex.Error = c.s.masked(c.ex.Path), c.s.masked(c.ex.File), c.s.masked(c.ex.Error)
	c.ex.Part = c.s.masked(c.ex.Part)
	fields := make([]signer.Param, 0, len(c.ex.Fields))
	for _, f := range c.ex.Fields {
		if f.Name == "api_secret" {
			f.Value = signer.Mask
		}
		fields = append(fields, signer.Param{Name: c.s.masked(f.Name), Value: c.s.masked(f.Value)})
	}
	c.ex.Fields = fields
	c.ex.StringToSign = c.s.masked(c.ex.StringToSign)
	if isAPI {
		c.s.ring.add(c.ex)
	}
	if c.s.o.Log != nil {
		c.s.o.Log(c.ex)
	}
}

// masked cuts a text and takes the accounts' secrets out of it.
func (s *Server) masked(text string) string {
	for _, a := range s.o.Accounts {
		text = a.Secret.Redact(text)
	}
	if len(text) > recordedValue {
		text = text[:recordedValue] + "…"
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

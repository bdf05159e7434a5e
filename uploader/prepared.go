package uploader

import (
	"errors"
	"net/url"
	"strconv"
	"time"

	"signpost/signer"
)

// Prepared is the single description of a request. The signature pane, the cURL
// command, every other export and the wire all render it; nothing is computed twice.
// It holds no secret but the one inside Account, which only signer can read.
type Prepared struct {
	Account Account
	// URL is where the form is posted to.
	URL string
	// Fields are the form's fields in sending order: the signed parameters in the
	// person's order, timestamp, then signature and api_key. The file is not among them.
	Fields []signer.Param
	// File is what is uploaded; it is sent last, as the field file.
	File File
	// Trace tells how the signature came about, with all that was left out.
	Trace     signer.Trace
	Timestamp string
	Freshness signer.Freshness
}

// ErrNoCredentials means that a request cannot be signed: key, secret or cloud is missing.
var ErrNoCredentials = errors.New("no credentials")

// Prepare signs a draft for an account. now is used as the timestamp where the draft
// has none, and to judge its age. file is the draft's file, recognised by [ParseFile].
// The result is complete enough to be shown even where there is an error
// ([ErrNoCredentials], [signer.ErrNoSecret], a [*signer.ParamError]).
func Prepare(d Draft, a Account, file File, now time.Time) (Prepared, error) {
	p := Prepared{Account: a, File: file, URL: Endpoint(a, d.ResourceType), Timestamp: d.Timestamp}
	if p.Timestamp == "" && !d.TimestampByHand {
		p.Timestamp = strconv.FormatInt(now.Unix(), 10)
	}
	p.Freshness = signer.CheckTimestamp(p.Timestamp, now)

	var err error
	all := make([]signer.Param, 0, len(d.Params)+1)
	var off []signer.LeftOut
	for _, q := range d.Params {
		if q.Off {
			off = append(off, signer.LeftOut{Param: q.Param, Reason: signer.Off})
			continue
		}
		if e := signer.CheckName(q.Name); e != nil && err == nil {
			err = e
		}
		all = append(all, q.Param)
	}
	all = append(all, signer.Param{Name: "timestamp", Value: p.Timestamp})

	shown := append(all[:len(all):len(all)],
		signer.Param{Name: "file", Value: file.Text},
		signer.Param{Name: "api_key", Value: a.APIKey},
		signer.Param{Name: "cloud_name", Value: a.CloudName},
		signer.Param{Name: "resource_type", Value: resourceType(d.ResourceType)})
	var signErr error
	p.Trace, signErr = signer.Explain(shown, a.Secret, a.Options)
	p.Trace.LeftOut = append(p.Trace.LeftOut, off...)
	for _, q := range all {
		if signer.ReasonFor(q) == signer.Kept {
			p.Fields = append(p.Fields, q)
		}
	}
	if p.Trace.Signature != "" {
		p.Fields = append(p.Fields, signer.Param{Name: "signature", Value: p.Trace.Signature})
	}
	if a.APIKey != "" {
		p.Fields = append(p.Fields, signer.Param{Name: "api_key", Value: a.APIKey})
	}
	switch {
	case err != nil:
	case a.CloudName == "" || a.APIKey == "":
		err = ErrNoCredentials
	default:
		err = signErr
	}
	return p, err
}

// Endpoint is the URL that an upload is posted to. An empty resource type means image.
func Endpoint(a Account, resource string) string {
	return a.Base() + "/v1_1/" + url.PathEscape(a.CloudName) + "/" + url.PathEscape(resourceType(resource)) + "/upload"
}

func resourceType(s string) string {
	if s == "" {
		return "image"
	}
	return s
}

package uploader

import (
	"errors"
	"net/url"
	"slices"
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
	// Auth is how the request is authenticated. [AuthBasic] and [AuthBearer] need the
	// header of [Prepared.Authorization].
	Auth Auth
	// Fields are the form's fields in sending order: the signed parameters in the
	// person's order, timestamp, then signature and api_key. The file is not among them.
	// Without a signature ([AuthUnsigned], [AuthBasic], [AuthBearer]) there is no
	// signature and no api_key; a timestamp is sent only with [AuthBearer] (as the
	// official SDKs do), or where it was set by hand.
	Fields []signer.Param
	// File is what is uploaded; it is sent last, as the field file.
	File File
	// Trace tells how the signature came about, with all that was left out. Where the
	// request is not signed it is what the signed request would have.
	Trace     signer.Trace
	Timestamp string
	// TimestampByHand is true where a person set it: it is never replaced.
	TimestampByHand bool
	Freshness       signer.Freshness
	draft           Draft
}

// Renewed is the same request with a timestamp of now, signed anew. A timestamp that a
// person set stays.
func (p Prepared) Renewed(now time.Time) Prepared {
	if p.TimestampByHand {
		return p
	}
	d := p.draft
	d.Timestamp = ""
	q, err := Prepare(d, p.Account, p.File, now)
	if err != nil || q.URL != p.URL {
		return p
	}
	return q
}

// Draft is what the request was made of.
func (p Prepared) Draft() Draft { return p.draft }

// ErrNoToken means that there is no OAuth token to send.
var ErrNoToken = errors.New("no OAuth token")

// Authorization is the value of the header of that name, or empty where the request has
// none. It holds a secret: it goes into a request and nowhere else.
func (p Prepared) Authorization() string {
	switch p.Auth {
	case AuthBasic:
		return p.Account.Secret.BasicAuth(p.Account.APIKey)
	case AuthBearer:
		return p.Account.Token.BearerAuth()
	}
	return ""
}

// Expires reports whether the timestamp counts: the request is signed, or has one in it.
// Any other is as good tomorrow as it is now.
func (p Prepared) Expires() bool {
	return p.Auth == AuthSigned || slices.ContainsFunc(p.Fields, func(f signer.Param) bool { return f.Name == "timestamp" })
}

// ErrNoCredentials means that a request cannot be signed: key, secret or cloud is missing.
var ErrNoCredentials = errors.New("no credentials")

// Prepare signs a draft for an account. now is used as the timestamp where the draft
// has none, and to judge its age. file is the draft's file, recognised by [ParseFile].
// The result is complete enough to be shown even where there is an error
// ([ErrNoCredentials], [ErrNoToken], [signer.ErrNoSecret], a [*signer.ParamError]).
func Prepare(d Draft, a Account, file File, now time.Time) (Prepared, error) {
	p := Prepared{Account: a, File: file, URL: Endpoint(a, d.ResourceType), Timestamp: d.Timestamp, TimestampByHand: d.TimestampByHand, Auth: d.Auth, draft: d}
	if p.Timestamp == "" && !d.TimestampByHand {
		p.Timestamp = strconv.FormatInt(now.Unix(), 10)
	}
	p.Freshness = signer.CheckTimestamp(p.Timestamp, now)
	all, off, err := split(d)
	stamp := signer.Param{Name: "timestamp", Value: p.Timestamp}
	signed := append(all[:len(all):len(all)], stamp)
	shown := append(signed[:len(signed):len(signed)],
		signer.Param{Name: "file", Value: file.Text},
		signer.Param{Name: "api_key", Value: a.APIKey},
		signer.Param{Name: "cloud_name", Value: a.CloudName},
		signer.Param{Name: "resource_type", Value: resourceType(d.ResourceType)})
	var signErr error
	p.Trace, signErr = signer.Explain(shown, a.Secret, a.Options)
	p.Trace.LeftOut = append(p.Trace.LeftOut, off...)
	sent := all
	if d.Auth == AuthSigned || d.Auth == AuthBearer || d.TimestampByHand {
		sent = signed
	}
	for _, q := range sent {
		if signer.ReasonFor(q) == signer.Kept {
			p.Fields = append(p.Fields, q)
		}
	}
	if d.Auth == AuthSigned {
		if p.Trace.Signature != "" {
			p.Fields = append(p.Fields, signer.Param{Name: "signature", Value: p.Trace.Signature})
		}
		if a.APIKey != "" {
			p.Fields = append(p.Fields, signer.Param{Name: "api_key", Value: a.APIKey})
		}
	}
	if err == nil {
		err = p.lacks(signErr)
	}
	return p, err
}

// split parts a draft's parameters into those that are on and those that are off. The
// error is about the first name that cannot be one.
func split(d Draft) (on []signer.Param, off []signer.LeftOut, err error) {
	on = make([]signer.Param, 0, len(d.Params)+1)
	for _, q := range d.Params {
		if q.Off {
			off = append(off, signer.LeftOut{Param: q.Param, Reason: signer.Off})
			continue
		}
		if e := signer.CheckName(q.Name); e != nil && err == nil {
			err = e
		}
		on = append(on, q.Param)
	}
	return on, off, err
}

// lacks says which credential is missing for the way of authenticating.
func (p Prepared) lacks(signErr error) error {
	a := p.Account
	switch {
	case a.CloudName == "":
		return ErrNoCredentials
	case p.Auth == AuthUnsigned:
		return nil
	case p.Auth == AuthBearer:
		if a.Token.IsZero() {
			return ErrNoToken
		}
		return nil
	case a.APIKey == "":
		return ErrNoCredentials
	}
	return signErr
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

package tamper

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"signpost/signer"
	"signpost/uploader"
)

// ErrNotSandbox means that the account is not the sandbox's own, with its published
// secret, on this machine.
var ErrNotSandbox = errors.New("only a request to the sandbox can be broken on purpose")

// ErrNotSigned means that the request has no signature in the first place.
var ErrNotSigned = errors.New("only a signed request can be broken this way")

// Computed stands as the value of the field signature for the signature that the request
// works out. A field signature with another value is sent as it stands.
const Computed = "<signature>"

// Hash is what becomes of the string and the secret.
type Hash string

// The hashes. The first two are the service's.
const (
	SHA1       Hash = "sha1"
	SHA256     Hash = "sha256"
	HMACSHA1   Hash = "hmac-sha1"
	HMACSHA256 Hash = "hmac-sha256"
)

// Hashes are all of them.
var Hashes = []Hash{SHA1, SHA256, HMACSHA1, HMACSHA256}

// Request is a request whose signature and fields do not have to fit together. Every
// part may be changed.
type Request struct {
	// Cloud is the cloud name in the address.
	Cloud string
	// Text is the string that is signed, without the secret.
	Text string
	// Secret is what is appended to it, or the key of an HMAC: the sandbox's published
	// secret, or what a mistake made of it. It is never a person's.
	Secret string
	Hash   Hash
	// Fields are sent in this order; the file follows. See [Computed].
	Fields []signer.Param

	base uploader.Prepared
}

// Signature is that of Text by Secret, in lower-case hexadecimal digits.
func (r Request) Signature() string {
	var h hash.Hash
	switch r.Hash {
	case SHA256:
		h = sha256.New()
	case HMACSHA1:
		h = hmac.New(sha1.New, []byte(r.Secret))
	case HMACSHA256:
		h = hmac.New(sha256.New, []byte(r.Secret))
	default:
		h = sha1.New()
	}
	h.Write([]byte(r.Text))
	if r.Hash != HMACSHA1 && r.Hash != HMACSHA256 {
		h.Write([]byte(r.Secret))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Sent are the fields as they go out, with the signature in its place. Fields without a
// name and without a value are left out.
func (r Request) Sent() []signer.Param {
	out := make([]signer.Param, 0, len(r.Fields))
	for _, f := range r.Fields {
		if f.Name == "signature" && f.Value == Computed {
			f.Value = r.Signature()
		}
		if f != (signer.Param{}) {
			out = append(out, f)
		}
	}
	return out
}

// Prepared is the request to be sent or exported. Its trace has the string that was
// signed here and its signature; its timestamp counts as set by hand, so that nothing renews
// it. Without a field signature it is an unsigned request.
func (r Request) Prepared() uploader.Prepared {
	p := r.base
	p.Account.CloudName = r.Cloud
	p.URL = uploader.Endpoint(p.Account, p.Draft().ResourceType)
	p.Fields = r.Sent()
	if !slices.ContainsFunc(p.Fields, func(f signer.Param) bool { return f.Name == "signature" }) {
		p.Auth = uploader.AuthUnsigned
	}
	p.TimestampByHand = true
	p.Trace.StringToSign, p.Trace.Signature = r.Text, r.Signature()
	p.Trace.Steps = nil
	at := 0
	for piece := range strings.SplitSeq(r.Text, "&") {
		name, value, _ := strings.Cut(piece, "=")
		p.Trace.Steps = append(p.Trace.Steps, signer.Step{Param: signer.Param{Name: name, Value: value}, Text: piece, Start: at, End: at + len(piece)})
		at += len(piece) + 1
	}
	return p
}

// Apply makes the mistakes, one after the other, in a signed request to the sandbox; with
// none it is the request as it was. Errors are [ErrNotSandbox], [ErrNotSigned], or about
// the first mistake that cannot be made: a parameter that is not there, or a mistake that
// changes nothing.
func Apply(p uploader.Prepared, mistakes ...Mistake) (Request, error) {
	a := p.Account
	published := signer.NewSecret(signer.Published)
	switch {
	case !a.Sandbox || a.HostKind() != uploader.HostLoopback || !a.Secret.Equal(published):
		return Request{}, ErrNotSandbox
	case p.Auth != uploader.AuthSigned || p.Trace.Signature == "":
		return Request{}, ErrNotSigned
	}
	return apply(p, mistakes)
}

func apply(p uploader.Prepared, mistakes []Mistake) (Request, error) {
	d := newDraft(p)
	for _, m := range mistakes {
		if err := m.check(); err != nil {
			return Request{}, err
		}
		if err := d.apply(m); err != nil {
			return Request{}, fmt.Errorf("mistake %q: %w", m.String(), err)
		}
	}
	return d.request(p), nil
}

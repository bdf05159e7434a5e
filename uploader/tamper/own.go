package tamper

import (
	"errors"
	"fmt"
	"slices"

	"signpost/signer"
	"signpost/uploader"
)

// ErrOwnSecret means that the mistake would damage a secret, and that the secret is a
// person's own.
var ErrOwnSecret = errors.New("a secret of your own is not damaged: this one is for the sandbox")

// Own is [Apply] for an account of a person's own. Its secret signs within package signer
// and is in nothing that is returned; mistakes that change it are refused with
// [ErrOwnSecret]. The result is what [Request.Prepared] is. Whoever sends it has asked first.
func Own(p uploader.Prepared, mistakes ...Mistake) (uploader.Prepared, error) {
	if p.Auth != uploader.AuthSigned || p.Trace.Signature == "" {
		return uploader.Prepared{}, ErrNotSigned
	}
	for _, m := range mistakes {
		if m.Kind == Quoted || m.Kind == Newline {
			return uploader.Prepared{}, fmt.Errorf("mistake %q: %w", m.String(), ErrOwnSecret)
		}
	}
	r, err := apply(p, mistakes)
	if err != nil {
		return uploader.Prepared{}, err
	}
	secret := p.Account.Secret
	if r.Secret != signer.Published {
		secret = signer.NewSecret(r.Secret) // a mistake put another one in its place
	}
	sign, algorithm := signer.SignText, signer.SHA1
	if r.Hash == HMACSHA1 || r.Hash == HMACSHA256 {
		sign = signer.HMACText
	}
	if r.Hash == SHA256 || r.Hash == HMACSHA256 {
		algorithm = signer.SHA256
	}
	signature, err := sign(r.Text, secret, algorithm)
	if err != nil {
		return uploader.Prepared{}, err
	}
	out := r.Prepared()
	out.Trace.Signature = signature
	out.Fields = slices.Clone(r.Fields)
	for i, f := range out.Fields {
		if f.Name == "signature" && f.Value == Computed {
			out.Fields[i].Value = signature
		}
	}
	return out, nil
}

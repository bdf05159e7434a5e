package signer

import (
	"crypto/sha1"
	"encoding/base64"
)

// SignDelivery returns the signature in a delivery URL, without its s-- and --: the
// first 8 characters of the URL-safe base64 of SHA-1 over path and secret. path is
// <transformation>/<public_id>.<format>, or without the first part where there is none.
// The error is [ErrNoSecret]. Source: cloudinary_npm lib/utils/index.js url;
// cloudinary-go internal/signature.
func SignDelivery(path string, secret Secret) (string, error) {
	if secret.IsZero() {
		return "", ErrNoSecret
	}
	sum := sha1.Sum([]byte(path + secret.value()))
	return base64.URLEncoding.EncodeToString(sum[:])[:8], nil
}

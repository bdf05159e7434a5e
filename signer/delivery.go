package signer

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
)

// The lengths of a signature in a delivery URL, in characters. A long one is made with
// SHA-256, whatever the account is set to.
const (
	ShortDelivery = 8
	LongDelivery  = 32
)

// SignDelivery returns the short signature in a delivery URL, without its s-- and --: the
// first 8 characters of the URL-safe base64 of SHA-1 over path and secret. path is
// <transformation>/<public_id>.<format>, or without the first part where there is none.
// The error is [ErrNoSecret]. Source: cloudinary_npm lib/utils/index.js url;
// cloudinary-go internal/signature.
func SignDelivery(path string, secret Secret) (string, error) {
	return SignDeliveryWith(path, secret, SHA1, ShortDelivery)
}

// SignDeliveryWith is [SignDelivery] with another hash, or another length: 1 to 28
// characters of SHA-1, to 44 of SHA-256.
func SignDeliveryWith(path string, secret Secret, a Algorithm, length int) (string, error) {
	if secret.IsZero() {
		return "", ErrNoSecret
	}
	text := []byte(path + secret.value())
	var digest []byte
	if a == SHA256 {
		sum := sha256.Sum256(text)
		digest = sum[:]
	} else {
		sum := sha1.Sum(text)
		digest = sum[:]
	}
	encoded := base64.URLEncoding.EncodeToString(digest)
	return encoded[:min(max(length, 1), len(encoded))], nil
}

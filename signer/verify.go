package signer

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// Verify checks a signature in constant time. The error is [ErrMismatch] or
// [ErrNoSecret]. Like [Sign] it takes the parameters as they are.
func Verify(params []Param, signature string, secret Secret, o Options) error {
	want, err := Sign(params, secret, o)
	if err != nil {
		return err
	}
	if !equal(want, signature) {
		return ErrMismatch
	}
	return nil
}

// VerifyAny checks a signature as a server does that is told neither the algorithm
// nor the version: the algorithm follows from the length, and both versions are tried.
// It returns the options that fit. How the service tells the versions apart is not
// confirmed; they differ only where a value holds an &.
func VerifyAny(params []Param, signature string, secret Secret) (Options, error) {
	o := Options{Version: V2}
	if len(signature) == SHA256.HexLen() {
		o.Algorithm = SHA256
	}
	for _, v := range []Version{V2, V1} {
		o.Version = v
		if err := Verify(params, signature, secret, o); err == nil || err == ErrNoSecret {
			return o, err
		}
	}
	return Options{Algorithm: o.Algorithm, Version: V2}, ErrMismatch
}

// SignResponse returns the signature that the service puts into its answer to an
// upload: the hash of public_id and version, always by the rule of version 1.
// Source: cloudinary_npm verify_api_response_signature.
func SignResponse(publicID, version string, secret Secret, a Algorithm) (string, error) {
	if secret.IsZero() {
		return "", ErrNoSecret
	}
	return hashAppended("public_id="+publicID+"&version="+version, secret, a), nil
}

// VerifyResponse checks the signature of an answer. The error is [ErrMismatch] or
// [ErrNoSecret].
func VerifyResponse(publicID, version, signature string, secret Secret, a Algorithm) error {
	want, err := SignResponse(publicID, version, secret, a)
	if err != nil {
		return err
	}
	if !equal(want, signature) {
		return ErrMismatch
	}
	return nil
}

// HMACText returns the HMAC of a text with the secret as its key, in hexadecimal digits.
// The service never makes one; many other services do, and so do people who mix them up.
// The error is [ErrNoSecret].
func HMACText(text string, secret Secret, a Algorithm) (string, error) {
	if secret.IsZero() {
		return "", ErrNoSecret
	}
	h := hmac.New(sha1.New, []byte(secret.value()))
	if a == SHA256 {
		h = hmac.New(sha256.New, []byte(secret.value()))
	}
	_, _ = h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// SignNotification returns the signature of a webhook call: the hash of its body, the
// timestamp in Unix seconds, and the secret. Source: cloudinary_npm
// verifyNotificationSignature.
func SignNotification(body string, timestamp int64, secret Secret, a Algorithm) (string, error) {
	if secret.IsZero() {
		return "", ErrNoSecret
	}
	return hashAppended(body+strconv.FormatInt(timestamp, 10), secret, a), nil
}

// VerifyNotification checks the signature of a webhook call over the exact bytes of
// its body. timestamp is the value of X-Cld-Timestamp in Unix seconds. A notification
// that is older than validFor at now gives [ErrExpired]; one that is exactly as old is
// still good, and one from the future is not refused, as in the SDKs.
func VerifyNotification(body string, timestamp int64, signature string, secret Secret, a Algorithm, now time.Time, validFor time.Duration) error {
	if secret.IsZero() {
		return ErrNoSecret
	}
	if timestamp < now.Add(-validFor).Unix() {
		return fmt.Errorf("notification of %d: %w", timestamp, ErrExpired)
	}
	if !equal(hashAppended(body+strconv.FormatInt(timestamp, 10), secret, a), signature) {
		return ErrMismatch
	}
	return nil
}

package signer

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
)

// Options choose the rule. The zero value is what an account has from the start:
// SHA-1 and version 2.
type Options struct {
	Algorithm Algorithm
	Version   Version
}

// Sign returns the signature of the parameters in lower-case hexadecimal digits.
// It signs what it is given: only empty values are dropped. A form goes through
// [LeaveOut] first. The order of params has no influence, and params is not modified.
// The error is [ErrNoSecret].
func Sign(params []Param, secret Secret, o Options) (string, error) {
	if secret.IsZero() {
		return "", ErrNoSecret
	}
	buf := buffers.Get().(*[]byte)
	b := appendCanonical((*buf)[:0], params, o.Version)
	open := len(b) // up to here nothing is secret
	b = append(b, secret.value()...)
	sig := digest(b, o.Algorithm)
	clear(b[open:])
	*buf = b
	buffers.Put(buf)
	return sig, nil
}

// SignMap is [Sign] for parameters in a map.
func SignMap(params map[string]string, secret Secret, o Options) (string, error) {
	var room [48]Param
	list := room[:0]
	for name, value := range params {
		list = append(list, Param{name, value})
	}
	return Sign(list, secret, o)
}

// SignText returns the hash of a text and the secret behind it, whatever made the text:
// it shows what other signers do. The error is [ErrNoSecret].
func SignText(text string, secret Secret, a Algorithm) (string, error) {
	if secret.IsZero() {
		return "", ErrNoSecret
	}
	return hashAppended(text, secret, a), nil
}

// StringToSign returns the text that is hashed, without the secret.
func StringToSign(params []Param, v Version) string {
	return string(appendCanonical(nil, params, v))
}

// buffers holds the memory in which strings to sign are built. The secret at the end
// of each is cleared before it is given back.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}

// appendCanonical appends the string to sign: sorted by name, empty values dropped.
func appendCanonical(dst []byte, params []Param, v Version) []byte {
	var room [48]int32
	for i, at := range sortedOrder(room[:0], params) {
		if i > 0 {
			dst = append(dst, '&')
		}
		p, start := &params[at], len(dst)
		dst = append(dst, p.Name...)
		dst = append(dst, '=')
		dst = append(dst, p.Value...)
		if v == V1 || bytes.IndexByte(dst[start:], '&') < 0 {
			continue
		}
		dst = appendEscaped(dst[:start], p.Name)
		dst = append(dst, '=')
		dst = appendEscaped(dst, p.Value)
	}
	return dst
}

// sortedOrder appends the indices of the parameters that have a value, sorted by name.
// Equal names keep the order in which they were given.
func sortedOrder(order []int32, params []Param) []int32 {
	for i := range params {
		if params[i].Value != "" {
			order = append(order, int32(i))
		}
	}
	if len(order) > 12 {
		slices.SortFunc(order, func(a, b int32) int {
			if c := strings.Compare(params[a].Name, params[b].Name); c != 0 {
				return c
			}
			return int(a - b)
		})
		return order
	}
	// Few names are the usual case, and for them nothing is quicker.
	for i := 1; i < len(order); i++ {
		at, j := order[i], i
		for ; j > 0 && params[at].Name < params[order[j-1]].Name; j-- {
			order[j] = order[j-1]
		}
		order[j] = at
	}
	return order
}

// appendEscaped appends s with each & written as %26.
func appendEscaped(dst []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		dst = append(dst, "%26"...)
		s = s[i+1:]
	}
}

// digest hashes b and writes the result in hexadecimal digits.
func digest(b []byte, a Algorithm) string {
	var out [64]byte
	if a == SHA256 {
		sum := sha256.Sum256(b)
		hex.Encode(out[:], sum[:])
		return string(out[:])
	}
	sum := sha1.Sum(b)
	hex.Encode(out[:40], sum[:])
	return string(out[:40])
}

// equal compares two texts in constant time.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// hashAppended returns the signature of text followed by the secret.
func hashAppended(text string, secret Secret, a Algorithm) string {
	return digest(bytes.Join([][]byte{[]byte(text), []byte(secret.value())}, nil), a)
}

// Fingerprint is the SHA-256 of a content in hexadecimal digits, to tell later whether
// it is still the same.
func Fingerprint(content []byte) string { return digest(content, SHA256) }

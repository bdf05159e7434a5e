package signer

import (
	"fmt"
	"strings"
)

// Algorithm is the hash of a signature. The zero value is SHA-1, the service's default.
type Algorithm uint8

// The two hashes that the service accepts. It tells them apart by length.
const (
	SHA1 Algorithm = iota
	SHA256
)

// ParseAlgorithm reads sha1 or sha256, in any case, with or without a hyphen;
// the empty text is SHA-1. The error names the two allowed values.
func ParseAlgorithm(s string) (Algorithm, error) {
	switch strings.ReplaceAll(strings.ToLower(s), "-", "") {
	case "", "sha1":
		return SHA1, nil
	case "sha256":
		return SHA256, nil
	}
	return SHA1, fmt.Errorf("signature algorithm %q is unknown: use sha1 or sha256", s)
}

// String returns sha1 or sha256, as the service's configuration spells it.
func (a Algorithm) String() string {
	if a == SHA256 {
		return "sha256"
	}
	return "sha1"
}

// HexLen is the length of a signature in hexadecimal digits: 40 or 64.
func (a Algorithm) HexLen() int {
	if a == SHA256 {
		return 64
	}
	return 40
}

// Version is the signature version. The zero value means version 2, the SDKs'
// default since 2025.
type Version uint8

// Version 2 protects an & inside a value; version 1 does not, so that one signature
// can fit two different sets of parameters (parameter smuggling).
const (
	V1 Version = 1
	V2 Version = 2
)

// ParseVersion reads 1 or 2; the empty text is version 2.
func ParseVersion(s string) (Version, error) {
	switch s {
	case "1":
		return V1, nil
	case "", "2":
		return V2, nil
	}
	return V2, fmt.Errorf("signature version %q is unknown: use 1 or 2", s)
}

// Number is 1 or 2.
func (v Version) Number() int {
	if v == V1 {
		return 1
	}
	return 2
}

// String returns v1 or v2.
func (v Version) String() string {
	if v == V1 {
		return "v1"
	}
	return "v2"
}

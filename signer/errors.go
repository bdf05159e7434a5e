package signer

import (
	"errors"
	"fmt"
)

// Conditions that a caller may branch on.
var (
	// ErrNoSecret means that there is nothing to sign with.
	ErrNoSecret = errors.New("there is no API secret")
	// ErrMismatch means that the signature is not that of the parameters.
	ErrMismatch = errors.New("the signature does not match")
	// ErrExpired means that a notification is older than it may be.
	ErrExpired = errors.New("the timestamp is too old")
)

// ParamError names the parameter that is wrong and what is wrong with it.
type ParamError struct {
	Name    string
	Problem string
}

func (e *ParamError) Error() string { return fmt.Sprintf("parameter %q %s", e.Name, e.Problem) }

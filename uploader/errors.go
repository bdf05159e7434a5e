package uploader

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signpost/signer"
)

// Class says what may have become of an upload that did not succeed, and so whether
// sending it again is safe.
type Class uint8

// The classes of the fault table.
const (
	ClassOK        Class = iota
	ClassNone            // N: nothing can have been taken; sending again is safe
	ClassMaybe           // M: it may have been taken; the outcome is unknown
	ClassRefused         // R: the server refused, and would again
	ClassLocal           // L: something here is wrong
	ClassConfig          // credentials or configuration; nothing was sent
	ClassCancelled       // the person stopped it before everything was sent
	ClassOther           // nothing that this package knows
)

// Conditions that a caller may branch on; errors.Is finds them in an [*APIError].
var (
	ErrInvalidSignature = errors.New("invalid signature")
	ErrStaleTimestamp   = errors.New("stale timestamp")
	ErrUnknownKey       = errors.New("unknown API key")
	ErrUnknownCloud     = errors.New("unknown cloud name")
	ErrTooLarge         = errors.New("too large")
	ErrRateLimited      = errors.New("rate limited")
	ErrRedirected       = errors.New("redirected")
	errSlept            = errors.New("the machine slept meanwhile")
	ErrStalled          = errors.New("nothing was taken for too long")
	ErrNoAnswer         = errors.New("no answer came")
	ErrNotHTTP          = errors.New("what answers is not HTTP")
	ErrBadAnswer        = errors.New("the answer is none of an upload")
)

// APIError is an answer that refuses, or that asks to come again later.
type APIError struct {
	Status     int
	Message    string
	RequestID  string
	RetryAfter time.Duration
	// Signature and StringToSign are what the service's message quotes: the signature
	// that it was sent, and the text that it would have signed.
	Signature, StringToSign string
	// ReportedTime is the time that the service read from the timestamp.
	ReportedTime time.Time
	// ServerDate is the server's clock, ClockOff by how much this machine's is ahead of it
	// (behind where it is negative); to the second, and with the way of the answer in it.
	ServerDate time.Time
	ClockOff   time.Duration
	// Location is where a redirect points; it is not followed.
	Location string
	// Early is true where the answer came before the form was sent to its end, so that
	// nothing can have been kept.
	Early bool
	kind  error
}

func (e *APIError) Error() string {
	if e.Location != "" {
		return fmt.Sprintf("upload: the server answers %d and points to %s, which is not followed", e.Status, e.Location)
	}
	if e.Message == "" {
		return fmt.Sprintf("upload: the server answers %d", e.Status)
	}
	return fmt.Sprintf("upload: the server answers %d: %s", e.Status, e.Message)
}

// Is maps the error to the sentinels.
func (e *APIError) Is(target error) bool { return e.kind != nil && e.kind == target }

// OutcomeUnknownError means that everything was handed over and no usable answer came:
// the asset may exist.
type OutcomeUnknownError struct {
	Cause error
	// Idempotent is true where a second upload cannot make a second asset.
	Idempotent bool
}

func (e *OutcomeUnknownError) Error() string {
	return fmt.Sprintf("upload: outcome unknown: %v", e.Cause)
}

func (e *OutcomeUnknownError) Unwrap() error { return e.Cause }

// TransportError is a fault of the connection before everything was handed over.
type TransportError struct {
	// Op is the step: find, connect, secure, send.
	Op  string
	Err error
	// Refused is true where trying again will not help: a certificate, a wrong protocol.
	Refused bool
	// Percent is how much of the body was sent.
	Percent int
	// slow is a connection that did not come about in time, noHost a name that
	// definitely does not exist.
	slow, noHost bool
}

func (e *TransportError) Error() string {
	if e.Percent > 0 {
		return fmt.Sprintf("upload: %s: %v (at %d %%)", e.Op, e.Err, e.Percent)
	}
	return fmt.Sprintf("upload: %s: %v", e.Op, e.Err)
}

func (e *TransportError) Unwrap() error { return e.Err }

// Classify is the one place that decides what an error of an upload means.
func Classify(err error) Class {
	switch {
	case err == nil:
		return ClassOK
	case isBeforeLastPart(err):
		if errors.Is(err, context.Canceled) {
			return ClassCancelled
		}
		return ClassNone
	case errors.Is(err, context.Canceled):
		if _, ok := errors.AsType[*OutcomeUnknownError](err); ok {
			return ClassMaybe
		}
		return ClassCancelled
	}
	if _, ok := errors.AsType[*OutcomeUnknownError](err); ok {
		return ClassMaybe
	}
	if _, ok := errors.AsType[*LocalError](err); ok {
		return ClassLocal
	}
	if e, ok := errors.AsType[*TransportError](err); ok {
		if e.Refused {
			return ClassRefused
		}
		return ClassNone
	}
	if e, ok := errors.AsType[*APIError](err); ok {
		class := statusClass(e.Status)
		if e.Early && (class == ClassMaybe || e.kind == ErrBadAnswer) {
			return ClassNone
		}
		if class == ClassNone {
			return ClassNone
		}
		return ClassRefused
	}
	if isConfig(err) {
		return ClassConfig
	}
	return ClassOther
}

// isBeforeLastPart reports whether the outcome of a part is unknown that was not the last:
// no asset is made before that came.
func isBeforeLastPart(err error) bool {
	e, ok := errors.AsType[*PartError](err)
	return ok && e.Part < e.Parts && Classify(e.Err) == ClassMaybe && !errors.Is(err, errDoneAtPart)
}

// statusClass is what a status that is no success means once everything was sent. A
// gateway makes up statuses of its own (520, 598): they say nothing of what became of the
// upload, and neither do those that HTTP does not have.
func statusClass(status int) Class {
	switch status {
	case 408, 420, 423, 425, 429, 503, 509:
		return ClassNone
	case 501, 505, 511: // not that method, not that HTTP, sign in to the network first
		return ClassRefused
	}
	if status < 200 || status >= 500 {
		return ClassMaybe
	}
	return ClassRefused
}

// isConfig reports whether the account or the request's parameters are to blame.
func isConfig(err error) bool {
	if _, ok := errors.AsType[configError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*signer.ParamError](err); ok {
		return true
	}
	return errors.Is(err, ErrNoCredentials) || errors.Is(err, ErrNoToken) || errors.Is(err, signer.ErrNoSecret)
}

// The exit statuses of the commands.
const (
	ExitOK        = 0
	ExitOther     = 1
	ExitUsage     = 2
	ExitConfig    = 3
	ExitRefused   = 4
	ExitTemporary = 5
	ExitLocal     = 6
	ExitUnknown   = 7
	ExitPartial   = 8
	ExitExpired   = 10 // a right signature, too old
	ExitCrashed   = 70
	ExitHangup    = 129
	ExitInterrupt = 130
	ExitTerminate = 143
)

// ExitCode is the exit status that tells the truth about an upload's error.
func ExitCode(err error) int {
	switch Classify(err) {
	case ClassOK:
		return ExitOK
	case ClassNone:
		return ExitTemporary
	case ClassMaybe:
		return ExitUnknown
	case ClassRefused:
		return ExitRefused
	case ClassLocal:
		return ExitLocal
	case ClassConfig:
		return ExitConfig
	case ClassCancelled:
		return ExitInterrupt
	}
	return ExitOther
}

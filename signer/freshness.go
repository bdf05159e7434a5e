package signer

import (
	"strconv"
	"time"
)

// Lifetime is how long a signature is accepted after its timestamp.
// Source: documentation/authentication_signatures.
const Lifetime = time.Hour

// State is what can be said of a timestamp.
type State uint8

// A timestamp is Fresh for an hour, then Stale. What the service does with one from
// the Future, or in Milliseconds, is not confirmed.
const (
	Fresh State = iota
	Stale
	Future
	Milliseconds
	NotATimestamp
)

// futureSlack is how far ahead a timestamp may be before it is worth a word: clocks
// differ by that much without anything being wrong.
const futureSlack = time.Minute

// Freshness is the age of a timestamp at a moment.
type Freshness struct {
	State State
	// Left is the time until the signature expires; negative when it has.
	Left time.Duration
	// Until is the moment when it expires.
	Until time.Time
}

// CheckTimestamp judges the value of a timestamp parameter (Unix seconds, decimal) at now.
func CheckTimestamp(value string, now time.Time) Freshness {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		return Freshness{State: NotATimestamp}
	}
	if len(value) >= 13 {
		return Freshness{State: Milliseconds}
	}
	until := time.Unix(n, 0).Add(Lifetime)
	f := Freshness{State: Fresh, Until: until, Left: until.Sub(now)}
	switch {
	case f.Left < 0:
		f.State = Stale
	case f.Left > Lifetime+futureSlack:
		f.State = Future
	}
	return f
}

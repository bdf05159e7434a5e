package uploader

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"sync"
	"syscall"
	"time"
)

// Policy bounds how often an upload is tried again. A zero field has its default.
type Policy struct {
	// Tries is how often one request is sent at most (6). It counts anew for each part.
	Tries int
	// AnswerTries is the same where no answer came in time, or no connection (2).
	AnswerTries int
	// Base is the first wait (0.5 s), which doubles up to Longest (20 s).
	Base, Longest time.Duration
	// Patience is how long a server may ask to wait (2 min).
	Patience time.Duration
	// GiveUp is after how long without a byte taken it ends (10 min).
	GiveUp time.Duration
}

func (p Policy) withDefaults() Policy {
	if p.Tries <= 0 {
		p.Tries = 6
	}
	if p.AnswerTries <= 0 {
		p.AnswerTries = 2
	}
	orDefault(&p.Base, 500*time.Millisecond)
	orDefault(&p.Longest, 20*time.Second)
	orDefault(&p.Patience, 2*time.Minute)
	orDefault(&p.GiveUp, 10*time.Minute)
	return p
}

// record is what has happened to one request so far.
type record struct {
	tries   int
	renewed bool // it was signed anew because the timestamp was stale
	maybe   bool // one of the tries may have been taken
}

// decision is what is done about an error.
type decision struct {
	again, renew, restart bool
	wait                  time.Duration
	// until is when the server asks to come again, where that is too far away.
	until time.Time
}

// decide says what is done about an error. r includes the try that failed. repeatable is
// true where sending the request again cannot make a second asset: a part, or an upload
// with a public ID. jitter is between 0 and 1. It is the table of the faults in code: only
// what cannot have been taken, or can be taken twice without harm, is sent again.
func (p Policy) decide(err error, r record, part *Part, repeatable bool, jitter float64, now time.Time) decision {
	api, isAPI := errors.AsType[*APIError](err)
	if isAPI && errors.Is(err, ErrStaleTimestamp) && !r.renewed && Classify(err) == ClassRefused {
		return decision{again: true, renew: true}
	}
	if part != nil && part.Index > 0 && !(part.Final() && r.maybe) && isAPI && lostParts(api) {
		return decision{restart: true}
	}
	tries := p.Tries
	switch Classify(err) {
	case ClassNone:
		if fewTries(err) {
			tries = p.AnswerTries
		}
		if isNoHost(err) {
			return decision{}
		}
	case ClassMaybe:
		switch {
		case !repeatable || errors.Is(err, context.Canceled) || errors.Is(err, errForeignAnswer) || errors.Is(err, errDoneEarly) || errors.Is(err, errDoneAtPart) || errors.Is(err, errNeverDone):
			return decision{}
		case errors.Is(err, ErrNoAnswer):
			tries = p.AnswerTries
		}
	case ClassRefused:
		if part == nil || !isAPI || api.Status != 409 {
			return decision{}
		}
	default:
		return decision{}
	}
	if r.tries >= tries {
		return decision{}
	}
	wait := p.Longest
	if n := r.tries - 1; n < 16 {
		wait = min(p.Base<<n, p.Longest)
	}
	wait = wait/2 + time.Duration(jitter*float64(wait/2))
	if isAPI || errors.As(err, &api) {
		if api.RetryAfter > p.Patience {
			return decision{until: now.Add(api.RetryAfter)}
		}
		wait = max(wait, api.RetryAfter)
	}
	return decision{again: true, wait: wait}
}

// aboutParts is how a server words that it does not know the parts before. The
// service's own text is unconfirmed.
var aboutParts = regexp.MustCompile(`(?i)upload.?id|unique|chunk|part|range|offset|session`)

// lostParts reports whether the server has forgotten the parts that it took before.
func lostParts(e *APIError) bool {
	switch e.Status {
	case 404, 410, 412, 416:
		return e.kind == nil
	case 400:
		return e.kind == nil && aboutParts.MatchString(e.Message) && !tooSmallPart.MatchString(e.Message)
	}
	return false
}

var tooSmallPart = regexp.MustCompile(`^All parts except EOF-chunk`)

// fewTries knows what does not become better by many tries.
func fewTries(err error) bool {
	t, ok := errors.AsType[*TransportError](err)
	return ok && t.slow
}

// isNoHost reports whether the name of the host definitely does not exist.
func isNoHost(err error) bool {
	t, ok := errors.AsType[*TransportError](err)
	return ok && t.noHost
}

// slowConnect reports whether no connection came about within its time, or there is no way.
func slowConnect(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return false
	}
	return isTimeout(err) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH)
}

func notFound(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound && !dns.IsTemporary
}

// GaveUpError is an upload that was tried several times.
type GaveUpError struct {
	Tries int
	Took  time.Duration
	// Until is when the server asks to come again, where that is too far to wait.
	Until time.Time
	Err   error
}

func (e *GaveUpError) Error() string {
	if !e.Until.IsZero() {
		return fmt.Sprintf("%v; the server asks to come again at %s", e.Err, e.Until.Local().Format("15:04:05 on 2 January"))
	}
	return fmt.Sprintf("after %d tries in %s: %v", e.Tries, e.Took.Round(time.Second), e.Err)
}

func (e *GaveUpError) Unwrap() error { return e.Err }

// Budget is how many retries all uploads of a program have together: 10 at once, and 10
// more a minute. One that succeeds does not count. Its methods may be called
// concurrently; nil is without bounds.
type Budget struct {
	mu   sync.Mutex
	have float64
	at   time.Time
}

const (
	budgetMost = 10
	budgetRate = float64(budgetMost) / float64(time.Minute)
)

// take takes one retry and says how long to wait until there is one.
func (b *Budget) take(now time.Time) time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at.IsZero() {
		b.have = budgetMost
	} else if d := now.Sub(b.at); d > 0 {
		b.have = min(b.have+float64(d)*budgetRate, budgetMost)
	}
	b.at = now
	b.have--
	if b.have >= 0 {
		return 0
	}
	return time.Duration(-b.have / budgetRate)
}

// give returns n retries.
func (b *Budget) give(n int) {
	if b == nil || n == 0 {
		return
	}
	b.mu.Lock()
	b.have = min(b.have+float64(n), budgetMost)
	b.mu.Unlock()
}

package uploader

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestDecide: the table of the faults. What is not sent again is as important as what is.
func TestDecide(t *testing.T) {
	t.Parallel()
	policy := Policy{}.withDefaults()
	api := func(status int, message string) *APIError { return &APIError{Status: status, Message: message} }
	maybe := func(err error) error { return &OutcomeUnknownError{Cause: err} }
	first, later, last := PartAt(0, 30, 10), PartAt(10, 30, 10), PartAt(20, 30, 10)
	whole := (*Part)(nil)
	for _, c := range []struct {
		name       string
		err        error
		r          record
		part       *Part
		repeatable bool
		want       string
	}{
		{"refused", &TransportError{Op: opConnect, Err: errors.New("x")}, record{tries: 1}, whole, false, "again"},
		{"DNS: no such host", &TransportError{Op: opFind, noHost: true}, record{tries: 1}, whole, true, "no"},
		{"DNS: temporary", &TransportError{Op: opFind}, record{tries: 5}, whole, false, "again"},
		{"connect time-out, first", &TransportError{Op: opConnect, slow: true}, record{tries: 1}, whole, false, "again"},
		{"connect time-out, second", &TransportError{Op: opConnect, slow: true}, record{tries: 2}, whole, false, "no"},
		{"certificate", &TransportError{Op: opSecure, Refused: true}, record{tries: 1}, whole, true, "no"},
		{"always the same", &TransportError{Op: opConnect}, record{tries: 6}, whole, true, "no"},
		{"400", api(400, "Invalid image file"), record{tries: 1}, whole, true, "no"},
		{"401", &APIError{Status: 401, kind: ErrInvalidSignature}, record{tries: 1}, whole, true, "no"},
		{"413", &APIError{Status: 413, kind: ErrTooLarge}, record{tries: 1}, &first, true, "no"},
		{"404", api(404, ""), record{tries: 1}, whole, true, "no"},
		{"stale, first", &APIError{Status: 400, kind: ErrStaleTimestamp}, record{tries: 1}, whole, false, "renew"},
		{"stale, renewed", &APIError{Status: 400, kind: ErrStaleTimestamp}, record{tries: 2, renewed: true}, whole, false, "no"},
		{"408", api(408, ""), record{tries: 1}, whole, false, "again"},
		{"409", api(409, ""), record{tries: 1}, whole, true, "no"},
		{"409 of a part", api(409, ""), record{tries: 1}, &later, true, "again"},
		{"420", api(420, ""), record{tries: 1}, whole, false, "again"},
		{"423", api(423, ""), record{tries: 1}, whole, false, "again"},
		{"429", api(429, ""), record{tries: 1}, whole, false, "again"},
		{"503", api(503, ""), record{tries: 1}, whole, false, "again"},
		{"429, far away", &APIError{Status: 429, RetryAfter: 3 * time.Minute}, record{tries: 1}, whole, true, "until"},
		{"500 without a public ID", maybe(api(500, "")), record{tries: 1}, whole, false, "no"},
		{"500 with a public ID", maybe(api(500, "")), record{tries: 1}, whole, true, "again"},
		{"502 of a part", maybe(api(502, "")), record{tries: 5}, &later, true, "again"},
		{"500 before all was sent", &APIError{Status: 500, Early: true}, record{tries: 1}, whole, false, "again"},
		{"reset after the body, no public ID", maybe(syscall.ECONNRESET), record{tries: 1}, whole, false, "no"},
		{"reset after the body, public ID", maybe(syscall.ECONNRESET), record{tries: 1}, whole, true, "again"},
		{"no answer, first", maybe(ErrNoAnswer), record{tries: 1}, whole, true, "again"},
		{"no answer, second", maybe(ErrNoAnswer), record{tries: 2}, whole, true, "no"},
		{"HTML, captive portal", maybe(foreignAnswer("an HTML page")), record{tries: 1}, whole, true, "no"},
		{"done too early", maybe(errDoneAtPart), record{tries: 1}, &first, true, "no"},
		{"never done", maybe(errNeverDone), record{tries: 1}, &last, true, "no"},
		{"answer before all was sent", maybe(errDoneEarly), record{tries: 1}, whole, true, "no"},
		{"server lost a chunk: 404", api(404, ""), record{tries: 1}, &later, true, "restart"},
		{"server lost the id: 400", api(400, "Unknown upload id"), record{tries: 1}, &later, true, "restart"},
		{"400 about something else", api(400, "Invalid image file"), record{tries: 1}, &last, true, "no"},
		{"part too small", api(400, "All parts except EOF-chunk must be larger than 5mb"), record{tries: 1}, &later, true, "no"},
		{"404 of the first part", api(404, ""), record{tries: 1}, &first, true, "no"},
		{"last chunk refused as complete", api(400, "the upload id is complete"), record{tries: 2, maybe: true}, &last, true, "no"},
		{"local", &LocalError{Err: ErrEmptyFile}, record{tries: 1}, whole, true, "no"},
		{"cancelled", context.Canceled, record{tries: 1}, whole, true, "no"},
		{"cancelled after everything", maybe(context.Canceled), record{tries: 1}, whole, true, "no"},
		{"credentials", ErrNoCredentials, record{tries: 1}, whole, true, "no"},
	} {
		d := policy.decide(c.err, c.r, c.part, c.repeatable, 0.5, time.Unix(1_000_000, 0))
		got := "no"
		switch {
		case d.restart:
			got = "restart"
		case d.renew:
			got = "renew"
		case d.again:
			got = "again"
		case !d.until.IsZero():
			got = "until"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestWaits: they double up to their bound, are spread over [half, whole], and are never
// shorter than what the server asks for.
func TestWaits(t *testing.T) {
	t.Parallel()
	policy := Policy{Tries: 100}.withDefaults()
	err := &TransportError{Op: opConnect}
	for _, c := range []struct {
		tries  int
		jitter float64
		after  time.Duration
		want   time.Duration
	}{
		{1, 1, 0, 500 * time.Millisecond},
		{1, 0, 0, 250 * time.Millisecond},
		{2, 1, 0, time.Second},
		{5, 0.5, 0, 6 * time.Second},
		{7, 1, 0, 20 * time.Second},
		{99, 1, 0, 20 * time.Second},
		{1, 1, 30 * time.Second, 30 * time.Second},
		{1, 1, 2 * time.Minute, 2 * time.Minute},
		{7, 1, time.Second, 20 * time.Second},
	} {
		var e error = err
		if c.after > 0 {
			e = &APIError{Status: 429, RetryAfter: c.after}
		}
		if d := policy.decide(e, record{tries: c.tries}, nil, false, c.jitter, time.Now()); !d.again || d.wait != c.want {
			t.Errorf("%+v: %v", c, d.wait)
		}
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	var b Budget
	for i := range 10 {
		if w := b.take(now); w != 0 {
			t.Fatalf("retry %d waits %v", i, w)
		}
	}
	if w := b.take(now); w != 6*time.Second {
		t.Errorf("the eleventh waits %v", w)
	}
	if w := b.take(now.Add(12 * time.Second)); w != 0 {
		t.Errorf("after that time it waits %v", w)
	}
	b.give(1)
	if w := b.take(now.Add(12 * time.Second)); w != 0 {
		t.Errorf("one that succeeded does not count, and it waits %v", w)
	}
	var none *Budget
	if none.take(now) != 0 {
		t.Error("no budget has bounds")
	}
	none.give(1)
}

// TestSlowOrNoHost: what the network says, sorted by whether many tries would help.
func TestSlowOrNoHost(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Err: err} }
	for _, c := range []struct {
		err          error
		slow, noHost bool
	}{
		{dial(&net.DNSError{IsNotFound: true}), false, true},
		{dial(&net.DNSError{IsNotFound: true, IsTemporary: true}), false, false},
		{dial(&net.DNSError{IsTimeout: true, IsTemporary: true}), false, false},
		{dial(os.ErrDeadlineExceeded), true, false},
		{dial(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), true, false},
		{dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), false, false},
	} {
		if slowConnect(c.err) != c.slow || notFound(c.err) != c.noHost {
			t.Errorf("%v: slow %v, no host %v", c.err, slowConnect(c.err), notFound(c.err))
		}
	}
}

package uploader

import (
	"context"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// The steps of a request, as errors name them.
const (
	opFind    = "find the host"
	opConnect = "connect"
	opSecure  = "secure the connection"
	opSend    = "send"
	opRead    = "read the answer"
)

// attempt is the state of one request; the transport's goroutines share it.
type attempt struct {
	cfg     ClientConfig
	obs     Observer
	total   int64
	sent    atomic.Int64 // bytes of the body that were read to be sent
	touched atomic.Int64 // changes whenever there was progress
	broke   atomic.Bool  // the body could not be written to its end
	reader  atomic.Pointer[bodyReader]

	mu    sync.Mutex
	phase Phase
	told  time.Time
	op    string
}

func (a *attempt) body() *bodyReader { return a.reader.Load() }

// all reports whether the whole body may have been handed over. In doubt it has: to
// send something again that was kept is worse than to ask.
func (a *attempt) all() bool { return a.sent.Load() == a.total && !a.broke.Load() }

// tell reports a phase, once; a phase never goes back.
func (a *attempt) tell(p Phase) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if p < a.phase || p == a.phase && !a.told.IsZero() {
		return
	}
	a.phase, a.told = p, a.cfg.Now()
	a.emit()
}

// emit calls the observer; the lock is held, so that events come one after the other.
func (a *attempt) emit() {
	if a.obs != nil {
		a.obs(Event{Phase: a.phase, Sent: a.sent.Load(), Total: a.total, At: a.told})
	}
}

// progress counts bytes of the body; it is told at most 20 times a second.
func (a *attempt) progress(n int) {
	a.sent.Add(int64(n))
	a.touched.Add(1)
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := a.cfg.Now(); a.phase == PhaseSending && now.Sub(a.told) >= 50*time.Millisecond {
		a.told = now
		a.emit()
	}
}

func (a *attempt) setOp(op string) {
	a.mu.Lock()
	a.op = op
	a.mu.Unlock()
}

func (a *attempt) currentOp() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.op
}

func (a *attempt) percent() int {
	if a.total == 0 {
		return 0
	}
	return int(a.sent.Load() * 100 / a.total)
}

// trace follows the request through the transport.
func (a *attempt) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { a.setOp(opFind) },
		ConnectStart:      func(string, string) { a.setOp(opConnect) },
		TLSHandshakeStart: func() { a.setOp(opSecure) },
		WroteHeaders: func() {
			a.setOp(opSend)
			a.tell(PhaseSending)
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			// A refusal that comes before the body leaves most of it unsent, without an error.
			a.broke.Store(info.Err != nil)
			if info.Err == nil && a.sent.Load() == a.total {
				a.tell(PhaseProcessing)
			}
		},
	}
}

// watch ends the request when no byte of the body has been taken for too long. It
// returns when ctx is done.
func (a *attempt) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	ticker := time.NewTicker(max(a.cfg.Stall/10, time.Millisecond))
	defer ticker.Stop()
	last, since := int64(-1), time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if now := a.touched.Load(); now != last || !a.sending() {
			last, since = now, time.Now()
		} else if time.Since(since) >= a.cfg.Stall {
			cancel(ErrStalled)
			return
		}
	}
}

func (a *attempt) sending() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.phase == PhaseSending
}

package uploader

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"os"
	"slices"
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
	parts   bool // the request is a part of an upload
	began   time.Time
	conn    atomic.Pointer[patientConn]

	mu    sync.Mutex
	phase Phase
	told  time.Time
	op    string
	steps []Timing
	open  map[string]time.Time
}

func (a *attempt) body() *bodyReader { return a.reader.Load() }

// all reports whether the whole body may have been handed over. In doubt it has: to
// send something again that was kept is worse than to ask.
func (a *attempt) all() bool { return a.sent.Load() == a.total && !a.broke.Load() }

// untaken reports whether the connection was closed before anything was sent on it.
func (a *attempt) untaken() bool {
	c := a.conn.Load()
	return c != nil && c.untaken.Load()
}

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
		GotConn:              func(info httptrace.GotConnInfo) { a.conn.Store(carry(info.Conn, a.body)) },
		DNSStart:             func(httptrace.DNSStartInfo) { a.setOp(opFind); a.begin(StepName) },
		DNSDone:              func(httptrace.DNSDoneInfo) { a.end(StepName) },
		ConnectStart:         func(string, string) { a.setOp(opConnect); a.begin(StepConnect) },
		ConnectDone:          func(string, string, error) { a.end(StepConnect) },
		TLSHandshakeStart:    func() { a.setOp(opSecure); a.begin(StepTLS) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { a.end(StepTLS) },
		GotFirstResponseByte: func() { a.end(StepSend); a.end(StepWait); a.begin(StepRead) },
		WroteHeaders: func() {
			a.setOp(opSend)
			a.begin(StepSend)
			a.tell(PhaseSending)
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			// A refusal that comes before the body leaves most of it unsent, without an error.
			a.broke.Store(info.Err != nil)
			a.end(StepSend)
			a.begin(StepWait)
			if info.Err == nil && a.sent.Load() == a.total {
				a.tell(PhaseProcessing)
			}
		},
	}
}

// begin and end take the time of a step of the request. A step that comes twice (two
// addresses are tried at once) is timed by the last.
func (a *attempt) begin(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open == nil {
		a.open = map[string]time.Time{}
	}
	a.open[name] = time.Now()
}

func (a *attempt) end(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at, ok := a.open[name]
	if !ok {
		return
	}
	delete(a.open, name)
	t := Timing{Name: name, Took: time.Since(at)}
	if i := slices.IndexFunc(a.steps, func(s Timing) bool { return s.Name == name }); i >= 0 {
		a.steps[i] = t
		return
	}
	a.steps = append(a.steps, t)
}

// timings are the steps in the order of [Steps].
func (a *attempt) timings() []Timing {
	a.end(StepRead)
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []Timing
	for _, name := range Steps {
		for _, s := range a.steps {
			if s.Name == name {
				out = append(out, s)
			}
		}
	}
	return out
}

// sleptLong is by how much the clock on the wall has to be ahead of the one that counts
// for the machine to have slept.
const sleptLong = 30 * time.Second

// watch ends the request when no byte of the body has been taken for too long, when no
// connection comes about through a proxy, or when the machine has slept meanwhile: then
// the connection is gone, and so are the idle ones.
// It looks now and then, until stop is called.
func (a *attempt) watch(cancel context.CancelCauseFunc, closeIdle func()) (stop func()) {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	every := max(min(a.cfg.Stall, a.cfg.Connect)/10, time.Millisecond)
	last, since, over := int64(-1), time.Now(), false
	var timer *time.Timer
	timer = time.AfterFunc(every, func() {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		if a.cfg.wall().Round(0).Sub(a.began.Round(0))-time.Since(a.began) > sleptLong {
			closeIdle()
			if a.sending() {
				cancel(errSlept)
				return
			}
		}
		if a.connecting() && time.Since(a.began) > 2*a.cfg.Connect+a.cfg.Handshake {
			cancel(os.ErrDeadlineExceeded) // a proxy that does not answer has no time-out of its own
			return
		}
		if now := a.touched.Load(); now != last || !a.sending() {
			last, since = now, time.Now()
		} else if time.Since(since) >= a.cfg.Stall {
			cancel(ErrStalled)
			return
		}
		timer.Reset(every)
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		timer.Stop()
	}
}

func (a *attempt) connecting() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.phase == PhaseConnecting
}

func (a *attempt) sending() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.phase == PhaseSending
}

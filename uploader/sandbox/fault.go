package sandbox

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultHeader is the header of a request by which a client asks for a fault.
const FaultHeader = "X-Signpost-Fault"

// Fault is something that goes wrong on purpose with a request to the Upload API.
type Fault struct {
	// Kind is one of [FaultKinds], or an HTTP status from 400 to 599.
	Kind string
	// At is after how many bytes of the body it happens, for reset and stall, or how many
	// bytes a second pass, for slow. Clock is how far off the clock is.
	At    int64
	Clock time.Duration
	// Times is how many requests it happens to; -1 is all.
	Times int
}

// FaultKind is a kind of fault with its description.
type FaultKind struct{ Name, Text string }

// FaultKinds are the kinds besides the statuses, which are answered before anything is
// kept, but for those with -kept behind them.
var FaultKinds = []FaultKind{
	{"reset", "the connection is reset; reset@N: after N bytes of the body"},
	{"stall", "no more of the body is taken; stall@N: after N bytes"},
	{"hang", "everything is taken, and nothing is answered"},
	{"slow", "the body passes slowly; slow@N: N bytes a second (1000)"},
	{"lost", "the file is kept, and the connection is reset before the answer"},
	{"500-kept", "the file is kept, and the answer is 500"},
	{"truncated", "the answer ends in its middle"},
	{"broken", "the answer is JSON that is damaged"},
	{"html", "the answer is the page of a network's sign-in"},
	{"empty", "the answer is empty"},
	{"null", "the answer is null"},
	{"redirect", "the answer points to another host"},
	{"gzip", "the answer is packed although nobody asked for it"},
	{"etag", "the answer names another etag"},
	{"bytes", "the answer names another size"},
	{"signature", "the answer's own signature is wrong"},
	{"stale", "the timestamp is called stale"},
	{"forget", "the parts that came before are forgotten"},
	{"clock", "the clock is off; clock=+2h: by that much"},
}

// ParseFault reads a fault: KIND[@N][=DURATION][*TIMES], such as 503*2, reset@100000,
// clock=-2h, lost*all.
func ParseFault(text string) (Fault, error) {
	f := Fault{Times: 1, Clock: 2 * time.Hour}
	rest, times, ok := strings.Cut(text, "*")
	if ok {
		n, err := strconv.Atoi(times)
		switch {
		case times == "all":
			n = -1
		case err != nil || n < 1 || n > 1e6:
			return f, fmt.Errorf("the fault %q: behind * stands a number or all", text)
		}
		f.Times = n
	}
	rest, clock, ok := strings.Cut(rest, "=")
	if ok {
		d, err := time.ParseDuration(clock)
		if err != nil || rest != "clock" {
			return f, fmt.Errorf("the fault %q: only clock has a time behind =, such as clock=-2h", text)
		}
		f.Clock = d
	}
	kind, at, ok := strings.Cut(rest, "@")
	if f.Kind = kind; kind == "slow" {
		f.At = 1000
	}
	if ok {
		n, err := strconv.ParseInt(at, 10, 64)
		if err != nil || n < 0 || kind == "slow" && n == 0 || kind != "reset" && kind != "stall" && kind != "slow" {
			return f, fmt.Errorf("the fault %q: only reset, stall and slow have a number of bytes behind @", text)
		}
		f.At = n
	}
	if n, err := strconv.Atoi(kind); err == nil && n >= 400 && n <= 599 && len(kind) == 3 {
		return f, nil
	}
	for _, k := range FaultKinds {
		if k.Name == kind {
			return f, nil
		}
	}
	return f, fmt.Errorf("there is no fault %q", kind)
}

// String is the fault as [ParseFault] reads it.
func (f Fault) String() string {
	text := f.Kind
	switch {
	case f.Kind == "clock":
		text += fmt.Sprintf("=%+v", f.Clock)
	case f.At > 0:
		text += "@" + strconv.FormatInt(f.At, 10)
	}
	switch {
	case f.Times < 0:
		return text + "*all"
	case f.Times != 1:
		return text + "*" + strconv.Itoa(f.Times)
	}
	return text
}

// plan are the faults that are still to come, in their order.
type plan struct {
	mu     sync.Mutex
	faults []Fault
}

// SetFaults replaces the faults that are still to come. They happen in their order.
func (s *Server) SetFaults(faults ...Fault) {
	s.plan.mu.Lock()
	defer s.plan.mu.Unlock()
	s.plan.faults = append([]Fault(nil), faults...)
}

// Faults are those that have not happened yet: none where each was met.
func (s *Server) Faults() []Fault {
	s.plan.mu.Lock()
	defer s.plan.mu.Unlock()
	return append([]Fault(nil), s.plan.faults...)
}

// next takes the fault of a request: the one that its header asks for, or else the next
// of the plan.
func (s *Server) nextFault(r *http.Request) (Fault, error) {
	if text := r.Header.Get(FaultHeader); text != "" {
		f, err := ParseFault(text)
		if err != nil {
			return Fault{}, fail(badFault, text)
		}
		return f, nil
	}
	s.plan.mu.Lock()
	defer s.plan.mu.Unlock()
	if len(s.plan.faults) == 0 {
		return Fault{}, nil
	}
	f := s.plan.faults[0]
	switch {
	case f.Times < 0:
	case f.Times <= 1:
		s.plan.faults = s.plan.faults[1:]
	default:
		s.plan.faults[0].Times--
	}
	return f, nil
}

// clock is the time of the sandbox: the real one, or that of the options, moved or fixed.
type clock struct {
	mu    sync.Mutex
	off   time.Duration
	fixed time.Time
}

// SetClock moves the clock by off; with a time it stands still at that. The zero values
// set it right.
func (s *Server) SetClock(off time.Duration, fixed time.Time) {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	s.clock.off, s.clock.fixed = off, fixed
}

// Clock is how far the clock is off, and where it stands still, if it does.
func (s *Server) Clock() (off time.Duration, fixed time.Time) {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	return s.clock.off, s.clock.fixed
}

// now is the time by the sandbox's clock.
func (s *Server) now(real func() time.Time) time.Time {
	off, fixed := s.Clock()
	if !fixed.IsZero() {
		return fixed
	}
	return real().Add(off)
}

// inject lets the fault of a request happen, as far as it comes before everything else.
// done is true where the request is answered, or has no answer.
func (c *call) inject() (done bool, err error) {
	f, err := c.s.nextFault(c.r)
	if err != nil || f.Kind == "" {
		return false, err
	}
	c.ex.Fault, c.fault = f.String(), f
	if n, err := strconv.Atoi(f.Kind); err == nil {
		c.drain()
		return true, c.status(n)
	}
	switch f.Kind {
	case "reset":
		_, _ = io.CopyN(io.Discard, c.r.Body, f.At)
		return true, c.abort()
	case "stall":
		_, _ = io.CopyN(io.Discard, c.r.Body, f.At)
		c.waitForClient()
		return true, c.abort()
	case "hang":
		c.drain()
		c.waitForClient()
		return true, c.abort()
	case "slow":
		c.r.Body = &slowBody{ReadCloser: c.r.Body, rate: f.At}
	case "html":
		c.drain()
		c.w.Header().Set("Content-Type", "text/html")
		return true, c.bytes(http.StatusOK, []byte("<!doctype html><title>Hotel WiFi</title><h1>Welcome! Please sign in.</h1>\n"))
	case "empty", "null":
		c.drain()
		c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
		return true, c.bytes(http.StatusOK, []byte(map[string]string{"empty": "", "null": "null"}[f.Kind]))
	case "redirect":
		c.drain()
		c.w.Header().Set("Location", "https://elsewhere.invalid"+c.r.URL.EscapedPath())
		return true, c.bytes(http.StatusTemporaryRedirect, nil)
	case "stale":
		c.drain()
		return true, fail(staleRequest, c.s.o.Clock().Add(-2*time.Hour).UTC().Format("2006-01-02 15:04:05 +0000"))
	case "forget":
		c.drain()
		c.s.partials.clear(c.s, strings.SplitN(strings.TrimPrefix(c.r.URL.Path, "/v1_1/"), "/", 2)[0])
		return true, fail(partForgotten)
	case "clock":
		c.ahead = f.Clock
		c.w.Header().Set("Date", c.now().UTC().Format(http.TimeFormat))
	}
	return false, nil
}

// now is the time by the sandbox's clock, as this request sees it.
func (c *call) now() time.Time { return c.s.o.Clock().Add(c.ahead) }

// status answers an error of a status, in the service's words where they are known.
func (c *call) status(n int) error {
	text := http.StatusText(n)
	switch n {
	case 420, 429:
		again := c.s.o.Clock().UTC().Add(2 * time.Second)
		c.w.Header().Set("Retry-After", "2")
		text = "Rate Limit Exceeded. Limit of 500 api operations reached. Try again on " + again.Format("2006-01-02 15:04:05") + " UTC"
	case 413:
		c.gateway()
		return nil
	case 423:
		text = "Processing"
	case 500:
		text = table[internal].text
	case 502, 503, 504:
		c.w.Header().Set("Content-Type", "text/html")
		return c.bytes(n, []byte("<html><head><title>"+statusLine(n)+"</title></head></html>\n"))
	}
	return &refusal{fault: internal, status: n, text: text}
}

// drain reads the body to its end.
func (c *call) drain() {
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(c.w, c.r.Body, c.s.o.Limits.Request))
}

// mostWait bounds how long a request that stalls is kept.
const mostWait = 10 * time.Minute

// waitForClient returns when the client has gone.
func (c *call) waitForClient() {
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Time{})
	timer := time.NewTimer(mostWait)
	defer timer.Stop()
	select {
	case <-c.r.Context().Done():
	case <-timer.C:
	case <-c.s.stopped:
	}
}

// abort resets the connection. Without a socket it is an internal error.
func (c *call) abort() error {
	conn, _, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		return fail(internal)
	}
	c.started = true
	c.ex.Error = "the connection was reset"
	if e, ok := conn.(*eitherConn); ok {
		conn = e.Conn
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	} else if l, ok := conn.(*limitConn); ok {
		if tcp, ok := l.Conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
	return conn.Close()
}

// Fields of an answer that a fault changes.
var (
	etagField      = regexp.MustCompile(`"etag":"[0-9a-f]`)
	bytesField     = regexp.MustCompile(`"bytes":\d`)
	signatureField = regexp.MustCompile(`"signature":"[0-9a-f]{2}`)
)

// spoil changes a good answer as the fault of the request wants it. done is true where
// there is nothing more to be written.
func (c *call) spoil(body []byte) (spoiled []byte, done bool) {
	switch c.fault.Kind {
	case "lost":
		_ = c.abort()
		return nil, true
	case "500-kept":
		c.fault = Fault{}
		c.refuse(fail(internal))
		return nil, true
	case "truncated":
		c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		return body[:len(body)/2], false
	case "broken":
		return append(bytes.Clone(body[:len(body)/2]), `,"":}`...), false
	case "gzip":
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(body)
		_ = z.Close()
		c.w.Header().Set("Content-Encoding", "gzip")
		return b.Bytes(), false
	case "etag":
		return etagField.ReplaceAll(body, []byte(`"etag":"0`)), false
	case "bytes":
		return bytesField.ReplaceAll(body, []byte(`"bytes":9`)), false
	case "signature":
		return signatureField.ReplaceAll(body, []byte(`"signature":"00`)), false
	}
	return body, false
}

// slowBody passes so many bytes a second.
type slowBody struct {
	io.ReadCloser
	rate int64
}

func (b *slowBody) Read(p []byte) (int, error) {
	step := max(b.rate/10, 1)
	if int64(len(p)) > step {
		p = p[:step]
	}
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		time.Sleep(time.Duration(int64(n) * int64(time.Second) / b.rate))
	}
	return n, err
}

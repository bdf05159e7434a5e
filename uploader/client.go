package uploader

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ClientConfig holds what can be set; each zero value has a sensible meaning.
type ClientConfig struct {
	UserAgent string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Connect bounds name resolution and connecting (10 s), Stall the time in which no
	// byte of the body is taken (30 s), Answer the wait for the answer once everything
	// is sent (120 s: eager transformations are made meanwhile), Read the time for the
	// whole answer from its first byte (60 s).
	Connect, Stall, Answer, Read time.Duration
	// MaxBody is the largest answer that is kept, in bytes (16 MiB).
	MaxBody int64
	// Transport replaces the network in tests.
	Transport http.RoundTripper
	// Proxy chooses the proxy; nil means the environment's.
	Proxy func(*http.Request) (*url.URL, error)
}

// Client sends uploads. It is safe for concurrent use.
type Client struct {
	cfg  ClientConfig
	http *http.Client
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d <= 0 {
		*d = value
	}
}

// New returns a client.
func New(cfg ClientConfig) *Client {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "signpost"
	}
	if cfg.MaxBody <= 0 {
		cfg.MaxBody = 16 << 20
	}
	if cfg.Proxy == nil {
		cfg.Proxy = http.ProxyFromEnvironment
	}
	orDefault(&cfg.Connect, 10*time.Second)
	orDefault(&cfg.Stall, 30*time.Second)
	orDefault(&cfg.Answer, 120*time.Second)
	orDefault(&cfg.Read, 60*time.Second)
	transport := cfg.Transport
	if transport == nil {
		transport = newTransport(cfg)
	}
	return &Client{cfg: cfg, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func newTransport(cfg ClientConfig) *http.Transport {
	dialer := &net.Dialer{Timeout: cfg.Connect}
	return &http.Transport{
		Proxy: cfg.Proxy,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return &patientConn{Conn: conn}, nil
		},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  cfg.Answer,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 256 << 10,
		DisableCompression:     true, // nothing is unpacked that was not asked for
		WriteBufferSize:        128 << 10,
		ForceAttemptHTTP2:      false,
		IdleConnTimeout:        30 * time.Second,
	}
}

// patientConn waits a moment before it reports that writing went wrong. A server that
// refuses while the body is still coming answers and closes; without the wait the
// answer would be lost to the error.
type patientConn struct{ net.Conn }

const answerGrace = 250 * time.Millisecond

func (c *patientConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		time.Sleep(answerGrace)
	}
	return n, err
}

// Proxy is the proxy that an upload to the account would go through, without user
// info; empty where it goes directly.
func (c *Client) Proxy(a Account) string {
	u, err := url.Parse(a.Base())
	if err != nil {
		return ""
	}
	p, err := c.cfg.Proxy(&http.Request{URL: u})
	if err != nil || p == nil {
		return ""
	}
	return p.Scheme + "://" + p.Host
}

// attempt is the state of one request; the transport's goroutines share it.
type attempt struct {
	cfg     ClientConfig
	obs     Observer
	total   int64
	sent    atomic.Int64
	handed  atomic.Bool // the whole body was handed over
	touched atomic.Int64

	mu    sync.Mutex
	phase Phase
	told  time.Time
	op    string
}

// tell reports a phase; a phase never goes back.
func (a *attempt) tell(p Phase) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if p < a.phase {
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
		DNSStart:          func(httptrace.DNSStartInfo) { a.setOp("find the host") },
		ConnectStart:      func(string, string) { a.setOp("connect") },
		TLSHandshakeStart: func() { a.setOp("secure the connection") },
		WroteHeaders: func() {
			a.setOp("send")
			a.tell(PhaseSending)
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			// A refusal that comes before the body leaves most of it unsent, without an error.
			if info.Err == nil && a.sent.Load() == a.total {
				a.handed.Store(true)
				a.tell(PhaseProcessing)
			}
		},
	}
}

// watch ends the request when no byte of the body has been taken for too long. It
// returns when ctx is done.
func (a *attempt) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	ticker := time.NewTicker(a.cfg.Stall)
	defer ticker.Stop()
	last := int64(-1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		a.mu.Lock()
		sending := a.phase == PhaseSending
		a.mu.Unlock()
		now := a.touched.Load()
		if sending && now == last && !a.handed.Load() {
			cancel(ErrStalled)
			return
		}
		last = now
	}
}

// Upload sends a prepared request, once, and returns the answer. The result is not nil
// whenever an answer arrived, whatever the error. Errors are [*LocalError],
// [*TransportError], [*APIError], [*OutcomeUnknownError], context.Canceled before
// everything was sent, or about the configuration. obs may be nil.
func (c *Client) Upload(ctx context.Context, p Prepared, obs Observer) (*Result, error) {
	if err := CheckBase(p.Account.Base()); err != nil {
		return nil, err
	}
	fields := p.Fields
	var src *source
	var err error
	switch {
	case p.File.Kind == FileNone:
		return nil, &LocalError{Err: ErrNoFile, Hint: "give a path, a URL or a data URI"}
	case p.File.IsBytes():
		if src, err = openSource(p.File, p.Account.HostKind() != HostLoopback); err != nil {
			return nil, err
		}
		defer src.close()
	default:
		fields = append(fields[:len(fields):len(fields)], paramFile(p.File.Text))
	}
	body, err := newFormBody(fields, p.File.Name, src)
	if err != nil {
		return nil, err
	}
	return c.do(ctx, p, body, obs)
}

func (c *Client) do(parent context.Context, p Prepared, body *formBody, obs Observer) (*Result, error) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	a := &attempt{cfg: c.cfg, obs: obs, total: body.length(), op: "connect"}
	reader := body.open(a.progress)
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, a.trace()), http.MethodPost, p.URL, reader)
	if err != nil {
		return nil, configError("the address of the upload is no URL: " + p.Account.Secret.Redact(err.Error()))
	}
	req.ContentLength = a.total
	req.GetBody = nil // the body knows what was sent; the transport shall not start it again
	req.Header.Set("Content-Type", body.contentType)
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	req.Header.Set("Accept", "application/json")
	if a.total >= 1<<20 {
		req.Header.Set("Expect", "100-continue")
	}
	a.tell(PhaseConnecting)
	start := c.cfg.Now()
	done := make(chan struct{})
	go func() { defer close(done); a.watch(ctx, cancel) }()
	defer func() { cancel(nil); <-done }()

	res, err := c.http.Do(req)
	if err != nil {
		if reader.err != nil {
			return nil, reader.err
		}
		return nil, a.failure(parent, ctx, p, err)
	}
	defer res.Body.Close()
	a.tell(PhaseReading)
	result, readErr := c.readResult(res, cancel)
	result.Elapsed, result.Sent = c.cfg.Now().Sub(start), a.sent.Load()
	a.tell(PhaseDone)
	if readErr != nil && parent.Err() != nil && !a.handed.Load() {
		return result, context.Canceled
	}
	return result, judge(result, readErr, p, reader, a.handed.Load())
}

// errorHas reports whether the error's text, without its details, has a phrase of the
// standard library for which there is no type.
func errorHas(err error, phrases ...string) bool {
	text := err.Error()
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

package uploader

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
)

// ClientConfig holds what can be set; each zero value has a sensible meaning.
type ClientConfig struct {
	UserAgent string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Connect bounds name resolution and connecting (10 s), Handshake the start of TLS
	// (10 s), Stall the time in which no byte of the body is taken (30 s), Answer the
	// wait for the answer once everything is sent (120 s: eager transformations are made
	// meanwhile), Read the time for the whole answer from its first byte (60 s).
	Connect, Handshake, Stall, Answer, Read time.Duration
	// MaxBody is the largest answer that is kept, in bytes (16 MiB).
	MaxBody int64
	// Transport replaces the network in tests.
	Transport http.RoundTripper
	// Conns is how many connections to a host are kept open for the next request (2).
	Conns int
	// Policy says when a request is sent again; Jitter is a number between 0 and 1 that
	// spreads the waits (random). Both are for [Client.Deliver].
	Policy Policy
	Jitter func() float64
	// settle is how long a file that changed has to stay the same to be sent anew (2 s).
	settle time.Duration
	// wall is the clock on the wall, which goes on while the machine sleeps (time.Now).
	wall func() time.Time
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
	if cfg.wall == nil {
		cfg.wall = time.Now
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "signpost"
	}
	if cfg.MaxBody <= 0 {
		cfg.MaxBody = 16 << 20
	}
	if cfg.Proxy == nil {
		cfg.Proxy = proxyFor
	}
	if cfg.Jitter == nil {
		cfg.Jitter = rand.Float64
	}
	cfg.Policy = cfg.Policy.withDefaults()
	orDefault(&cfg.settle, 2*time.Second)
	orDefault(&cfg.Connect, 10*time.Second)
	orDefault(&cfg.Handshake, 10*time.Second)
	orDefault(&cfg.Stall, 30*time.Second)
	orDefault(&cfg.Answer, 120*time.Second)
	orDefault(&cfg.Read, 60*time.Second)
	transport := cfg.Transport
	if transport == nil {
		transport = newTransport(cfg, (&net.Dialer{Timeout: cfg.Connect}).DialContext)
	}
	return &Client{cfg: cfg, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
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

// Upload sends a prepared request, once, and returns the answer. The result is not nil
// whenever an answer arrived, whatever the error. Errors are [*LocalError],
// [*TransportError], [*APIError], [*OutcomeUnknownError], context.Canceled before
// everything was sent, or about the configuration. obs may be nil.
func (c *Client) Upload(ctx context.Context, p Prepared, obs Observer) (*Result, error) {
	if err := checkTarget(p); err != nil {
		return nil, err
	}
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
	}
	return c.post(ctx, p, src, nil, "", obs)
}

// post sends one request: the whole of src, a part of it, or a form without bytes where
// src is nil.
func (c *Client) post(ctx context.Context, p Prepared, src *source, part *Part, uploadID string, obs Observer) (*Result, error) {
	fields := p.Fields
	if src == nil {
		fields = append(fields[:len(fields):len(fields)], paramFile(p.File.Text))
	}
	body, err := newFormBody(fields, p.File.Name, src, part)
	if err != nil {
		return nil, err
	}
	body.uploadID = uploadID
	return c.do(ctx, p, body, obs)
}

// checkTarget makes sure that the request goes where the account says.
func checkTarget(p Prepared) error {
	if err := p.Account.CheckBase(); err != nil {
		return err
	}
	if !strings.HasPrefix(p.URL, p.Account.Base()+"/") {
		return configError("the address of the upload is not below that of the account")
	}
	return nil
}

func (c *Client) do(parent context.Context, p Prepared, body *formBody, obs Observer) (*Result, error) {
	ctx, cancel := context.WithCancelCause(parent)
	a := &attempt{cfg: c.cfg, obs: obs, total: body.length(), op: opConnect, parts: body.part != nil, began: time.Now()}
	req, err := c.request(httptrace.WithClientTrace(ctx, a.trace()), p, body, a)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	stop := a.watch(cancel, c.http.CloseIdleConnections)
	defer func() { stop(); cancel(nil) }()

	a.tell(PhaseConnecting)
	start := c.cfg.Now()
	res, err := c.http.Do(req)
	if err != nil {
		if local := a.body().failure(); local != nil {
			return nil, local
		}
		return nil, a.failure(parent, ctx, p, err)
	}
	defer res.Body.Close()
	if a.all() {
		a.tell(PhaseProcessing) // the answer may be quicker than the word that all is sent
	}
	a.tell(PhaseReading)
	result, readErr := c.readResult(res, cancel)
	result.Elapsed, result.Sent = c.cfg.Now().Sub(start), a.sent.Load()
	result.Timings = a.timings()
	a.tell(PhaseDone)
	if readErr != nil && parent.Err() != nil && !a.all() {
		return result, context.Canceled
	}
	return result, judge(result, readErr, p, a)
}

// request is the HTTP request of an attempt.
func (c *Client) request(ctx context.Context, p Prepared, body *formBody, a *attempt) (*http.Request, error) {
	open := func() (io.ReadCloser, error) {
		a.sent.Store(0)
		r := body.open(a.progress)
		a.reader.Store(r)
		return r, nil
	}
	first, _ := open()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, first)
	if err != nil {
		return nil, configError("the address of the upload is no URL: " + p.Account.Redact(plainURLError(err).Error()))
	}
	if proxy, err := c.cfg.Proxy(req); err != nil || proxy != nil && (proxy.Hostname() == "" || strings.HasSuffix(proxy.Host, ":")) {
		return nil, configError("the proxy in the environment is no URL; look at HTTPS_PROXY") // its text may hold a password
	}
	req.ContentLength = a.total
	// The transport opens the body anew only where an idle connection turned out to be
	// closed before the first byte went out.
	req.GetBody = open
	req.Header.Set("Content-Type", body.contentType)
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	req.Header.Set("Accept", "application/json")
	if auth := p.Authorization(); auth != "" {
		req.Header.Set("Authorization", auth)
	}
	if part := body.part; part != nil {
		req.Header.Set("X-Unique-Upload-Id", body.uploadID)
		req.Header.Set("Content-Range", part.ContentRange())
	}
	if a.total >= expectFrom && (body.part == nil || body.part.Index == 0) {
		req.Header.Set("Expect", "100-continue")
	}
	return req, nil
}

// expectFrom is from which size on the server is asked first, in bytes: a refusal then
// costs no body.
const expectFrom = 1_000_000

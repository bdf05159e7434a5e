package uploader

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// dialer is how a connection comes about.
type dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// proxyFor is the environment's proxy for https. Plain http goes to this machine or to a
// sandbox next to it, and never by way of somebody who would read it (threat T25).
func proxyFor(req *http.Request) (*url.URL, error) {
	if req.URL.Scheme == "http" {
		return nil, nil
	}
	return http.ProxyFromEnvironment(req)
}

// newTransport is HTTP/1.1 with bounds on everything that the other side could draw
// out. Its log has nothing to say (threat T9): the few lines that the standard library
// writes go to the program's log.
func newTransport(cfg ClientConfig, dial dialer) *http.Transport {
	patient := func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &patientConn{Conn: conn}, nil
	}
	t := &http.Transport{
		Proxy:       cfg.Proxy,
		DialContext: patient,
		// Whole records from the start: small ones are for pages that are read at once.
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, DynamicRecordSizingDisabled: true},
		TLSHandshakeTimeout:    cfg.Handshake,
		ResponseHeaderTimeout:  cfg.Answer,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 256 << 10,
		DisableCompression:     true, // nothing is unpacked that was not asked for
		WriteBufferSize:        128 << 10,
		ForceAttemptHTTP2:      false,
		// Shorter than any server's own: to write into a connection that is being closed
		// is the one fault that a second upload would have and a first would not.
		IdleConnTimeout:     3 * time.Second,
		MaxIdleConnsPerHost: max(cfg.Conns, 2),
	}
	t.DialTLSContext = secure(patient, t, cfg.Handshake)
	return t
}

// patientConn waits a moment before it reports that writing went wrong. A server that
// refuses while the body is still coming answers and closes; without the wait the
// answer would be lost to the error.
type patientConn struct {
	net.Conn
	closed atomic.Bool        // by us
	body   func() *bodyReader // of the request that has the connection
	// acked is how many bytes the other side's system had acknowledged when the request
	// began; -1 where nobody knows, and once something of an answer came.
	acked atomic.Int64
	// untaken is true where the connection broke before that system took a single byte of
	// the request: it was closed already, and nobody can have read it.
	untaken atomic.Bool
}

const answerGrace = 250 * time.Millisecond

func (c *patientConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.patient(err)
}

func (c *patientConn) patient(err error) error {
	if err != nil && !c.closed.Load() {
		c.broken()
		time.Sleep(answerGrace)
	}
	return err
}

func (c *patientConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	switch {
	case n > 0:
		c.acked.Store(-1)
	case err != nil && !c.closed.Load():
		c.broken()
	}
	return n, err
}

// broken finds out whether anything was taken of the request. What is on its way when
// the other side says goodbye is refused a moment later, or acknowledged.
func (c *patientConn) broken() {
	before := c.acked.Load()
	if before < 0 {
		return
	}
	for end := time.Now().Add(answerGrace); ; time.Sleep(time.Millisecond) {
		acked, over := ackedBytes(c.Conn)
		if over {
			c.untaken.Store(acked == before)
			return
		}
		if acked != before || time.Now().After(end) {
			return
		}
	}
}

// ReadFrom is what the transport uses for a body, which it takes no part in: the body
// writes itself, with fewer calls to the system.
func (c *patientConn) ReadFrom(r io.Reader) (int64, error) {
	body := bodyOf(c.body)
	if body == nil {
		return io.Copy(struct{ io.Writer }{c}, r)
	}
	return body.writeTo(func(p []byte) error { _, err := c.Write(p); return err }, func() (int64, error) {
		tcp, ok := c.Conn.(*net.TCPConn)
		if !ok {
			return 0, nil
		}
		n, err := body.inKernel(tcp)
		return n, c.patient(err)
	})
}

func bodyOf(f func() *bodyReader) *bodyReader {
	if f == nil {
		return nil
	}
	return f()
}

// carry tells a connection whose body it is to carry, and returns the one below that
// knows what the other side took of it; nil where there is none.
func carry(conn net.Conn, body func() *bodyReader) *patientConn {
	var below *patientConn
	switch c := conn.(type) {
	case *patientConn:
		below, c.body = c, body
	case *secureConn:
		below, _ = c.raw.Conn.(*patientConn)
		c.body = body
	}
	if below != nil {
		acked, _ := ackedBytes(below.Conn)
		below.untaken.Store(false)
		below.acked.Store(acked)
	}
	return below
}

func (c *patientConn) Close() error {
	c.closed.Store(true)
	return c.Conn.Close()
}

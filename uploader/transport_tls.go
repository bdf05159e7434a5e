package uploader

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// secure makes connections that take a body in larger pieces: TLS writes each record of
// 16 KiB by itself, and the calls to the system cost more than the encryption.
func secure(dial dialer, t *http.Transport, timeout time.Duration) dialer {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		plain, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		cfg := t.TLSClientConfig.Clone()
		cfg.ServerName = host
		raw := &batchConn{Conn: plain}
		conn := tls.Client(raw, cfg)
		if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.TLSHandshakeStart != nil {
			trace.TLSHandshakeStart()
		}
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		err = conn.HandshakeContext(ctx)
		if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.TLSHandshakeDone != nil {
			trace.TLSHandshakeDone(conn.ConnectionState(), err)
		}
		if err != nil {
			_ = plain.Close()
			return nil, err
		}
		return &secureConn{Conn: conn, raw: raw}, nil
	}
}

// secureConn is a TLS connection over a [batchConn].
type secureConn struct {
	*tls.Conn
	raw  *batchConn
	body func() *bodyReader // of the request that has the connection
}

// ReadFrom is what the transport uses for a body.
func (c *secureConn) ReadFrom(r io.Reader) (int64, error) {
	body := bodyOf(c.body)
	if body == nil {
		return io.Copy(struct{ io.Writer }{c.Conn}, r)
	}
	return body.writeTo(func(p []byte) error {
		c.raw.hold()
		_, err := c.Conn.Write(p)
		if rerr := c.raw.release(); err == nil {
			err = rerr
		}
		return err
	}, nil)
}

// Close closes the connection below at once. To say goodbye first would have to wait
// for a piece that is stuck.
func (c *secureConn) Close() error { return c.raw.Conn.Close() }

// batchConn collects what is written while it is held.
type batchConn struct {
	net.Conn
	mu   sync.Mutex
	held bool
	buf  []byte
}

func (c *batchConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held {
		return c.Conn.Write(p)
	}
	c.buf = append(c.buf, p...)
	return len(p), nil
}

func (c *batchConn) hold() {
	c.mu.Lock()
	c.held = true
	c.mu.Unlock()
}

// release writes what was collected.
func (c *batchConn) release() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = false
	_, err := c.Conn.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

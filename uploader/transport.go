package uploader

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"
)

// dialer is how a connection comes about.
type dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// newTransport is HTTP/1.1 with bounds on everything that the other side could draw
// out. Its log has nothing to say (threat T9): the few lines that the standard library
// writes go to the program's log.
func newTransport(cfg ClientConfig, dial dialer) *http.Transport {
	return &http.Transport{
		Proxy: cfg.Proxy,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return &patientConn{Conn: conn}, nil
		},
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
		IdleConnTimeout: 3 * time.Second,
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

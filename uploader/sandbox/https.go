package sandbox

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// The port answers HTTPS too, for clients that do not check who they talk to (curl -k):
// the SDKs' own tests want https in the secure addresses of sprites and the like. Those
// of uploads stay with the scheme that the client came with, so that they can be used.

// eitherListener takes connections of HTTP and of HTTPS.
type eitherListener struct {
	net.Listener
	config *tls.Config
}

func newEitherListener(l net.Listener) *eitherListener {
	certificate := sync.OnceValues(ownCertificate) // made for the first that wants it
	return &eitherListener{l, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return certificate() },
	}}
}

func (l *eitherListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eitherConn{Conn: c, config: l.config}, nil
}

// tlsFirst is the byte that a TLS connection begins with, and no HTTP request does.
const tlsFirst = 0x16

// eitherConn finds out with the first byte which of the two it is. Deadlines are those
// of the connection below.
type eitherConn struct {
	net.Conn
	config *tls.Config
	once   sync.Once
	plain  io.Reader // with the first byte before the rest; nil until that is there
	secure atomic.Pointer[tls.Conn]
	err    error
}

// peek reads the first byte. It is called by the one that reads.
func (c *eitherConn) peek() {
	first := make([]byte, 1)
	if _, c.err = io.ReadFull(c.Conn, first); c.err != nil {
		return
	}
	c.plain = io.MultiReader(bytes.NewReader(first), c.Conn)
	if first[0] == tlsFirst {
		c.secure.Store(tls.Server(beganConn{c.Conn, c.plain}, c.config))
	}
}

func (c *eitherConn) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	c.once.Do(c.peek)
	switch s := c.secure.Load(); {
	case c.err != nil:
		return 0, c.err
	case s != nil:
		return s.Read(b)
	}
	return c.plain.Read(b)
}

func (c *eitherConn) Write(b []byte) (int, error) {
	if s := c.secure.Load(); s != nil {
		return s.Write(b)
	}
	return c.Conn.Write(b)
}

// beganConn is a connection of which something was read already.
type beganConn struct {
	net.Conn
	r io.Reader
}

func (c beganConn) Read(b []byte) (int, error) { return c.r.Read(b) }

// connKey is what a request's connection is found by.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// schemeOf is the scheme that a request came with.
func schemeOf(r *http.Request) string {
	if c, ok := r.Context().Value(connKey{}).(*eitherConn); ok && c.secure.Load() != nil {
		return "https"
	}
	return "http"
}

// ownCertificate is a certificate for this machine that nobody else vouches for. It lives
// as long as the sandbox does.
func ownCertificate() (*tls.Certificate, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "signpost sandbox"},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, nil
}

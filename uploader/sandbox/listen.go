package sandbox

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"
)

// DefaultAddr is where the sandbox listens if nothing is said.
const DefaultAddr = "127.0.0.1:8787"

// ErrPortTaken means that another program listens there already.
var ErrPortTaken = errors.New("the port is taken by another program")

// Listen starts to answer on addr, host:port, and returns at once. Without AllowRemote
// the host must be a loopback address. The error says in words what is wrong;
// [ErrPortTaken] where the port is taken. It listens once; end it with [Server.Close].
func (s *Server) Listen(addr string) error {
	addr, err := s.checkAddr(addr)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		if isTaken(err) {
			err = ErrPortTaken
		}
		return fmt.Errorf("sandbox: listen on %s: %w", addr, err)
	}
	if err := s.serve(l); err != nil {
		_ = l.Close()
		return err
	}
	return nil
}

// ListenFree is [Server.Listen], and takes a free port where that of addr is taken.
// [Server.BaseURL] tells which.
func (s *Server) ListenFree(addr string) error {
	err := s.Listen(addr)
	if !errors.Is(err, ErrPortTaken) {
		return err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("sandbox: listen on %q: %w", addr, err)
	}
	return s.Listen(net.JoinHostPort(host, "0"))
}

// checkAddr refuses an address that others can reach, unless that is allowed.
func (s *Server) checkAddr(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("sandbox: the address %q is not of the form host:port", addr)
	}
	if strings.EqualFold(host, "localhost") {
		host = "127.0.0.1"
	}
	if isWildcard(host) {
		if host != "" && host != "::" {
			host = "0.0.0.0"
		}
		if s.o.AllowRemote {
			return net.JoinHostPort(host, port), nil
		}
	}
	ip, err := netip.ParseAddr(host)
	switch isLocal := err == nil && ip.Unmap().IsLoopback(); {
	case !isLocal && !s.o.AllowRemote:
		return "", fmt.Errorf("sandbox: %q is not a loopback address: others could reach the sandbox there (allow it with --allow-remote)", addr)
	case err != nil:
		return "", fmt.Errorf("sandbox: %q has a name; it listens on an address, such as 0.0.0.0:8787 for all of this machine's", addr)
	}
	return net.JoinHostPort(host, port), nil
}

// isWildcard reports whether a text stands for every address of the machine, however it
// is spelt.
func isWildcard(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().IsUnspecified()
	}
	return host == "" || strings.Trim(strings.ToLower(host), "0x.") == "" && strings.Contains(host, "0")
}

// isTaken reports whether a port is in use; the number is Windows' WSAEADDRINUSE.
func isTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.Errno(10048))
}

// serve answers on a listener until Close.
func (s *Server) serve(l net.Listener) error {
	srv := s.httpServer()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil || s.closed {
		return errors.New("sandbox: it has been started already")
	}
	s.http, s.base = srv, baseURL(l.Addr())
	s.bound, _ = netip.ParseAddrPort(l.Addr().String())
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		_ = srv.Serve(newEitherListener(newLimitListener(l, s.o.Limits.Connections)))
	}()
	return nil
}

// httpServer is the server with its bounds; what it would say goes nowhere, because the
// screen may be a terminal's.
func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s.Handler(),
		ConnContext:       withConn,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
}

// baseURL is the URL of a listener; of a wildcard it is that of loopback.
func baseURL(a net.Addr) string {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return "http://" + DefaultAddr
	}
	if at.Addr().IsUnspecified() {
		at = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port())
	}
	return "http://" + at.String()
}

// BaseURL is where the sandbox can be reached, without a slash at the end. Before it
// listens it is that of [DefaultAddr], which [Server.Client] understands too.
func (s *Server) BaseURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

// SampleURL is the address of the sample picture. It can be uploaded.
func (s *Server) SampleURL() string { return s.BaseURL() + samplePath }

// Close ends all connections and forgets everything that was stored. It may be called
// more than once.
func (s *Server) Close() error {
	s.mu.Lock()
	srv, done := s.http, s.done
	s.closed = true
	s.mu.Unlock()
	s.stopOnce.Do(func() { close(s.stopped) })
	var err error
	if srv != nil {
		err = srv.Close()
		<-done
	}
	s.store.close()
	s.partials.clear(s, "")
	s.pool.close()
	return err
}

// limitListener accepts so many connections at once; the others wait in the system's queue.
type limitListener struct {
	net.Listener
	slots chan struct{}
	done  chan struct{}
	once  sync.Once
}

func newLimitListener(l net.Listener, n int) *limitListener {
	return &limitListener{Listener: l, slots: make(chan struct{}, n), done: make(chan struct{})}
}

func (l *limitListener) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.done:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &limitConn{Conn: c, free: func() { <-l.slots }}, nil
}

func (l *limitListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return l.Listener.Close()
}

// limitConn gives its place back when it is closed.
type limitConn struct {
	net.Conn
	once sync.Once
	free func()
}

func (c *limitConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.free)
	return err
}

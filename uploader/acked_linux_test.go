package uploader

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// cork holds back what is written until the connection is closed.
func cork(c net.Conn) {
	if raw, err := c.(*net.TCPConn).SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_CORK, 1) })
	}
}

// TestUntaken: it is known whether a connection that broke took anything of a request.
func TestUntaken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		// what the other side does before it closes
		before  func(net.Conn)
		untaken bool
	}{
		{"closed already", func(net.Conn) {}, true},
		{"reset already", func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }, true},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		plain, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		other, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
		c.before(other)
		_ = other.Close()
		conn := &patientConn{Conn: plain}
		carry(conn, nil)
		_, _ = conn.Write([]byte("a request"))
		_, _ = conn.Read(make([]byte, 1))
		if got := conn.untaken.Load(); got != c.untaken {
			t.Errorf("%s: untaken %v", c.name, got)
		}
		_ = conn.Close()
	}
}

// TestTaken: what was read, or lies in the other side's memory, counts as taken.
func TestTaken(t *testing.T) {
	t.Parallel()
	for _, read := range []bool{true, false} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		plain, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		other, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
		conn := &patientConn{Conn: plain}
		carry(conn, nil)
		_, _ = conn.Write([]byte("a request"))
		if read {
			_, _ = io.ReadFull(other, make([]byte, 9))
		} else { // until it has arrived
			for acked := conn.acked.Load(); acked == conn.acked.Load(); {
				acked, _ = ackedBytes(plain)
			}
		}
		_ = other.Close()
		_, _ = conn.Read(make([]byte, 1))
		if conn.untaken.Load() {
			t.Errorf("read %v: it counts as untaken", read)
		}
		_ = conn.Close()
	}
}

// TestClosedBetween: a server that closes its connections after each answer, without a
// word of that, costs no upload its outcome: what was written into a closed connection was
// taken by nobody, and is sent again.
func TestClosedBetween(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var kept atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				req, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					return
				}
				if _, err := io.Copy(io.Discard, req.Body); err != nil {
					return
				}
				kept.Add(1)
				cork(c) // the answer and the goodbye come together
				answer := goodAnswer("content")
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
			}()
		}
	}()
	client, path := quick(), tempFile(t, "content")
	for i := range 50 {
		if _, err := client.Deliver(t.Context(), Task{Prepared: preparedFor(t, "http://"+l.Addr().String(), path)}, nil); err != nil {
			t.Fatalf("upload %d: %v", i, err)
		}
	}
	if n := kept.Load(); n != 50 {
		t.Errorf("%d were kept", n)
	}
}

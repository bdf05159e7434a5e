package uploader

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// pipeServer is a client whose connections are pipes in memory, so that time can be a
// fake one: a pipe takes a byte only when the other end reads it.
func pipeServer(serve func(net.Conn)) *Client {
	c := New(ClientConfig{Proxy: noProxy})
	t := newTransport(c.cfg, func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			serve(theirs)
		}()
		return ours, nil
	})
	c.http.Transport = t
	return c
}

// readHead reads a request up to its body, and asks for the body where that is waited for.
func readHead(c net.Conn) (*http.Request, error) {
	req, err := http.ReadRequest(bufio.NewReaderSize(c, 16))
	if err == nil && req.Header.Get("Expect") != "" {
		_, err = io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n")
	}
	return req, err
}

// readAll reads a whole request.
func readAll(c net.Conn) {
	if req, err := readHead(c); err == nil {
		_, _ = io.Copy(io.Discard, req.Body)
	}
}

// TestTimes: the bounds of time, each on a fake clock. Nothing waits longer than it may,
// and nothing that goes on is stopped.
func TestTimes(t *testing.T) {
	t.Parallel()
	small, large := "content", strings.Repeat("x", 4<<20)
	wait := func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) }
	for _, c := range []struct {
		name    string
		content string
		serve   func(net.Conn)
		is      error
		class   Class
		// from and to bound the time that it took.
		from, to time.Duration
	}{
		{name: "body stalls", content: large, is: ErrStalled, class: ClassNone, from: 30 * time.Second, to: 40 * time.Second,
			serve: func(c net.Conn) { _, _ = readHead(c); time.Sleep(time.Hour) }},
		{name: "body stalls in its last piece", content: small, is: ErrStalled, class: ClassNone, from: 30 * time.Second, to: 40 * time.Second,
			serve: func(c net.Conn) { _, _ = readHead(c); time.Sleep(time.Hour) }},
		{name: "head stalls", content: small, class: ClassNone, from: 30 * time.Second, to: 40 * time.Second, is: ErrStalled,
			serve: func(c net.Conn) { _, _ = io.ReadFull(c, make([]byte, 100)); time.Sleep(time.Hour) }},
		{name: "accepts, says nothing", content: small, is: ErrNoAnswer, class: ClassMaybe, from: 120 * time.Second, to: 121 * time.Second,
			serve: func(c net.Conn) { readAll(c); wait(c) }},
		{name: "answer slow", content: small, class: ClassOK, from: 119 * time.Second, to: 120 * time.Second,
			serve: func(c net.Conn) {
				readAll(c)
				time.Sleep(119 * time.Second)
				_, _ = io.WriteString(c, reply(200, "", goodAnswer(small)))
			}},
		{name: "answer dripping", content: small, is: errAnswerTime, class: ClassMaybe, from: 60 * time.Second, to: 62 * time.Second,
			serve: func(c net.Conn) {
				readAll(c)
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
				for range 5000 {
					if _, err := io.WriteString(c, " "); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}},
		{name: "slow line", content: large, class: ClassOK, from: 20 * time.Minute, to: time.Hour,
			serve: func(c net.Conn) {
				req, err := readHead(c)
				buf := make([]byte, 64<<10)
				for n := 1; n > 0 && err == nil; {
					n, _ = io.ReadFull(req.Body, buf)
					time.Sleep(20 * time.Second)
				}
				_, _ = io.WriteString(c, reply(200, "", goodAnswer(large)))
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := tempFile(t, c.content)
			synctest.Test(t, func(t *testing.T) {
				p := preparedFor(t, "http://127.0.0.1:1", path)
				client := pipeServer(c.serve)
				start := time.Now()
				_, err := client.Upload(t.Context(), p, nil)
				took := time.Since(start)
				if Classify(err) != c.class || c.is != nil && !errors.Is(err, c.is) {
					t.Errorf("class %d, want %d: %v", Classify(err), c.class, err)
				}
				if took < c.from || took > c.to {
					t.Errorf("it took %v, want %v to %v", took, c.from, c.to)
				}
				client.http.CloseIdleConnections()
				time.Sleep(2 * time.Hour) // the server's side ends too
			})
		})
	}
}

// TestIdleConnectionWasClosed: a second upload works although the server closed the
// connection of the first meanwhile, and one that is idle for long is not used again.
func TestIdleConnectionWasClosed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		after func(net.Conn) // what the server does after its first answer
		pause time.Duration
	}{
		{"closed by the server", func(c net.Conn) { _ = c.Close() }, 0},
		{"idle for long", readAll, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := tempFile(t, "content")
			synctest.Test(t, func(t *testing.T) {
				dials := 0
				client := pipeServer(func(conn net.Conn) {
					dials++
					readAll(conn)
					answer := goodAnswer("content")
					_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
					c.after(conn)
				})
				for i := range 2 {
					if _, err := client.Upload(t.Context(), preparedFor(t, "http://127.0.0.1:1", path), nil); err != nil {
						t.Errorf("upload %d: %v", i, err)
					}
					synctest.Wait()
					time.Sleep(c.pause)
				}
				if dials != 2 {
					t.Errorf("%d connections, want 2", dials)
				}
				client.http.CloseIdleConnections()
			})
		})
	}
}

// lameConn is a connection into which, from some time on, nothing can be written.
type lameConn struct {
	net.Conn
	lame atomic.Bool
}

func (c *lameConn) Write(p []byte) (int, error) {
	if c.lame.Load() {
		return 0, syscall.EPIPE
	}
	return c.Conn.Write(p)
}

// TestIdleConnectionBroke: where not a byte of the second request went out, it is sent
// over a new connection, whole.
func TestIdleConnectionBroke(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "content")
	synctest.Test(t, func(t *testing.T) {
		var conns []*lameConn
		client := New(ClientConfig{Proxy: noProxy})
		client.http.Transport = newTransport(client.cfg, func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				defer theirs.Close()
				for range 2 {
					readAll(theirs)
					answer := goodAnswer("content")
					_, _ = fmt.Fprintf(theirs, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
				}
			}()
			conns = append(conns, &lameConn{Conn: ours})
			return conns[len(conns)-1], nil
		})
		for i := range 2 {
			res, err := client.Upload(t.Context(), preparedFor(t, "http://127.0.0.1:1", path), nil)
			if err != nil || len(res.Warnings) > 0 {
				t.Errorf("upload %d: %v, %+v", i, err, res)
			}
			synctest.Wait()
			conns[0].lame.Store(true)
		}
		if len(conns) != 2 {
			t.Errorf("%d connections, want 2", len(conns))
		}
		client.http.CloseIdleConnections()
	})
}

// TestT9Log: what a server says without being asked goes to the log, where the standard
// library quotes it: no control sequence comes through. It is not parallel, since there
// is one log.
func TestT9Log(t *testing.T) {
	var said bytes.Buffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&said)
	path := tempFile(t, "content")
	synctest.Test(t, func(t *testing.T) {
		client := pipeServer(func(c net.Conn) {
			readAll(c)
			answer := goodAnswer("content")
			_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
			time.Sleep(time.Second)
			_, _ = io.WriteString(c, "\x1b]0;evil\x07\u009b2J")
		})
		if _, err := client.Upload(t.Context(), preparedFor(t, "http://127.0.0.1:1", path), nil); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
	})
	if s := said.String(); !strings.Contains(s, "evil") || strings.ContainsAny(s, "\x1b\x07\u009b") {
		t.Errorf("the log says %q", s)
	}
}

package uploader

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestSlept: where the clock on the wall jumps ahead of the one that counts, the machine
// has slept: what was being sent is sent again over a new connection, long before the time
// for a stall is over (row "laptop sleeps").
func TestSlept(t *testing.T) {
	t.Parallel()
	path := tempFile(t, strings.Repeat("x", 1<<20))
	synctest.Test(t, func(t *testing.T) {
		var asleep atomic.Int64
		dials := 0
		client := pipeServer(func(conn net.Conn) {
			if dials++; dials == 1 {
				_, _ = readHead(conn)
				asleep.Store(int64(time.Hour))
				time.Sleep(time.Minute) // the connection is dead
				return
			}
			readAll(conn)
			answer := goodAnswer(strings.Repeat("x", 1<<20))
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
		})
		client.cfg.wall = func() time.Time { return time.Now().Add(time.Duration(asleep.Load())) }
		var why error
		start := time.Now()
		_, err := client.Deliver(t.Context(), Task{Prepared: preparedFor(t, "http://127.0.0.1:1", path)}, func(e Event) {
			if e.Retry != nil {
				why = e.Retry.Err
				asleep.Store(0)
			}
		})
		if err != nil || dials != 2 || !errors.Is(why, errSlept) {
			t.Errorf("%v, %d connections, the retry because of %v", err, dials, why)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("it took %v to notice", took)
		}
		client.http.CloseIdleConnections()
		time.Sleep(2 * time.Minute)
	})
}

// TestProxySaysNothing: a proxy that takes the connection and does not answer is given up
// in the time for connecting.
func TestProxySaysNothing(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "content")
	synctest.Test(t, func(t *testing.T) {
		client := pipeServer(func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
		proxy := &url.URL{Scheme: "http", Host: "127.0.0.1:2"}
		client.cfg.Proxy = http.ProxyURL(proxy)
		client.http.Transport.(*http.Transport).Proxy = client.cfg.Proxy
		start := time.Now()
		_, err := client.Upload(t.Context(), preparedFor(t, "https://api.example", path), nil)
		if Classify(err) != ClassNone || !fewTries(err) {
			t.Errorf("%v", err)
		}
		if took := time.Since(start); took > 35*time.Second {
			t.Errorf("it took %v", took)
		}
		time.Sleep(2 * time.Minute) // the standard library gives up after one
	})
}

// TestBadProxy: a proxy that is no URL is a matter of the configuration.
func TestBadProxy(t *testing.T) {
	t.Parallel()
	for _, proxy := range []*url.URL{{Scheme: "http", Host: "http:"}, {Scheme: "http"}} {
		_, err := New(ClientConfig{Proxy: http.ProxyURL(proxy)}).Upload(t.Context(), preparedFor(t, "https://api.example", tempFile(t, "x")), nil)
		if Classify(err) != ClassConfig || !strings.Contains(err.Error(), "HTTPS_PROXY") {
			t.Errorf("%v", err)
		}
	}
}

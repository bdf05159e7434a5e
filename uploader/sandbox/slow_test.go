package sandbox

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener without sockets, so that time can be made to pass.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr {
	a, b := net.Pipe()
	_ = b.Close()
	defer a.Close()
	return a.LocalAddr()
}

// dial returns the client's end of a connection that was accepted.
func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

// onPipes runs a test against a served sandbox in a bubble of its own time.
func onPipes(t *testing.T, change func(*Options), test func(t *testing.T, p *pipes)) {
	synctest.Test(t, func(t *testing.T) {
		o := Options{}
		change(&o)
		s := New(o)
		p := newPipes()
		if err := s.serve(p); err != nil {
			t.Fatal(err)
		}
		test(t, p)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestT36SlowHeader(t *testing.T) {
	t.Parallel()
	onPipes(t, func(*Options) {}, func(t *testing.T, p *pipes) {
		c := p.dial()
		defer c.Close()
		if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: localhost\r\nX-A"); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, _ = io.ReadAll(c)
		if d := time.Since(start); d > 6*time.Second {
			t.Errorf("the connection lasted %v", d)
		}
	})
}

func TestT36SlowBody(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		every time.Duration // one byte each
		want  time.Duration // when it ends
	}{
		{"stalled", 24 * time.Hour, 10 * time.Second},
		{"dripping", 100 * time.Millisecond, 10 * time.Second},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onPipes(t, func(*Options) {}, func(t *testing.T, p *pipes) {
				conn := p.dial()
				if _, err := io.WriteString(conn, "POST "+imagePath+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\na"); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				stop := make(chan struct{})
				go func() {
					for {
						select {
						case <-time.After(c.every):
							_, _ = io.WriteString(conn, "a")
						case <-stop:
							return
						}
					}
				}()
				resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil {
					t.Fatal(err)
				}
				d := time.Since(start)
				close(stop)
				_ = conn.Close()
				if resp.StatusCode != http.StatusRequestTimeout || resp.Header.Get("X-Cld-Error") != table[tooSlow].text {
					t.Errorf("status %d %q", resp.StatusCode, resp.Header.Get("X-Cld-Error"))
				}
				if d < c.want-time.Second || d > c.want+time.Second {
					t.Errorf("it ended after %v, want %v", d, c.want)
				}
			})
		})
	}
}

// A body that nobody reads ends as well, and an answer does not shorten the next one's
// time on the same connection.
func TestT36UnreadBodyAndNextRequest(t *testing.T) {
	t.Parallel()
	onPipes(t, func(*Options) {}, func(t *testing.T, p *pipes) {
		c := p.dial()
		defer c.Close()
		r := bufio.NewReader(c)
		ask := func(raw string) *http.Response {
			if _, err := io.WriteString(c, raw); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			return resp
		}
		ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		<-time.After(50 * time.Second) // of the bubble's time: the connection is idle
		head := "POST " + imagePath + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
		if _, err := io.WriteString(c, head); err != nil {
			t.Fatal(err)
		}
		if line, err := r.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
			t.Fatalf("got %q, %v", line, err)
		}
		_, _ = r.ReadString('\n')
		if resp := ask("a=1"); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("status %d", resp.StatusCode)
		}
		start := time.Now()
		if _, err := io.WriteString(c, "POST /v1_1/demo/image/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300\r\n\r\na"); err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadAll(r)
		if d := time.Since(start); d > 12*time.Second {
			t.Errorf("the connection lasted %v", d)
		}
	})
}

func TestT36BodyDeadline(t *testing.T) {
	t.Parallel()
	start := time.Unix(0, 0)
	for n, want := range map[int64]time.Duration{0: 10 * time.Second, 1023: 10 * time.Second, 1 << 20: 1034 * time.Second} {
		if got := bodyDeadline(start, n).Sub(start); got != want {
			t.Errorf("after %d bytes: %v, want %v", n, got, want)
		}
	}
}

func TestT36ConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	onPipes(t, func(o *Options) { o.Limits.Connections = 2 }, func(t *testing.T, p *pipes) {
		first, second := p.dial(), p.dial()
		third := make(chan net.Conn)
		go func() { third <- p.dial() }()
		synctest.Wait()
		select {
		case <-third:
			t.Error("a third connection was accepted")
		default:
		}
		_ = first.Close()
		c := <-third
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("the third, once there is room: %v %v", resp, err)
		}
		_ = second.Close()
		_ = c.Close()
	})
}

package uploader

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"signpost/signer"
)

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestFaultsOfTheConnection: faults that cannot be brought about on loopback come from
// a transport that reports them as the standard library does.
func TestFaultsOfTheConnection(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for _, c := range []struct {
		name  string
		err   error
		class Class
		says  string
	}{
		{"DNS: no such host", dial(&net.DNSError{Err: "no such host", Name: "api.example", IsNotFound: true}), ClassNone, "no host api.example"},
		{"DNS: temporary", dial(&net.DNSError{Err: "timeout", Name: "api.example", IsTimeout: true, IsTemporary: true}), ClassNone, "name server does not answer"},
		{"refused", dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), ClassNone, "connection refused"},
		{"unreachable", dial(os.NewSyscallError("connect", syscall.ENETUNREACH)), ClassNone, "no route"},
		{"connect time-out", dial(os.ErrDeadlineExceeded), ClassNone, "no connection within"},
		{"closed or reset at once", &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, ClassNone, "closed by the other side"},
		{"certificate expired", &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}, ClassRefused, "expired"},
		{"certificate of another host", x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"other.example"}}, Host: "api.example"}, ClassRefused, "other.example"},
		{"TLS version", &net.OpError{Op: "remote error", Err: tls.AlertError(70)}, ClassRefused, "protocol version"},
		{"plain port", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, ClassRefused, "TLS handshake"},
		{"plain port, HTTP", errors.New("http: server gave HTTP response to HTTPS client"), ClassRefused, "not HTTP"},
		{"proxy refuses", errors.New("Proxy Authentication Required"), ClassNone, "through the proxy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := New(ClientConfig{Proxy: noProxy, Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, c.err })})
			p := preparedFor(t, "https://api.example", tempFile(t, "content"))
			res, err := client.Upload(t.Context(), p, nil)
			if res != nil || Classify(err) != c.class || !strings.Contains(err.Error(), c.says) {
				t.Errorf("class %d, want %d: %v", Classify(err), c.class, err)
			}
			if strings.Contains(err.Error(), "api.example/v1_1") {
				t.Errorf("the URL is in the error: %v", err)
			}
			if x := Explain(err, p); x.Title == "" || x.Hint == "" {
				t.Errorf("%+v", x)
			}
		})
	}
}

// TestEarlyAnswers: an answer that comes while the body is still being sent is read,
// and is never told as if everything had been sent.
func TestEarlyAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, answer string
		class        Class
		says         string
	}{
		{"413 while sending", reply(413, "X-Cld-Error: File size too large. Got 9. Maximum is 8.\r\n", ""), ClassRefused, "File size too large"},
		{"413 while sending, and closed at once", reply(413, "X-Cld-Error: File size too large. Got 9. Maximum is 8.\r\n", ""), ClassRefused, "File size too large"},
		{"413 instead of 100 Continue", reply(413, "", ""), ClassRefused, "413"},
		{"502 while sending", reply(502, "", "<html>"), ClassNone, "502"},
		{"captive portal while sending", reply(200, "", "<html>Hotel WiFi"), ClassNone, "HTML page"},
		{"done too early", reply(200, "", goodAnswer("content")), ClassMaybe, "before everything was sent"},
		{"503 while sending", reply(503, "", ""), ClassNone, "503"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base := answerFirst(t, c.answer, !strings.Contains(c.name, "instead of"), strings.Contains(c.name, "and closed"))
			p := preparedFor(t, base, sparseFile(t, 64<<20))
			res, err := New(ClientConfig{Proxy: noProxy}).Upload(t.Context(), p, nil)
			if Classify(err) != c.class || !strings.Contains(err.Error(), c.says) || res == nil {
				t.Errorf("class %d, want %d: %v", Classify(err), c.class, err)
			}
			if refused := strings.Contains(c.name, "instead of"); res != nil && (res.Sent == 0) != refused {
				t.Errorf("%d bytes of the body were sent", res.Sent)
			}
			if x := Explain(err, p); strings.Contains(x.What+x.Why, "everything was sent, and") {
				t.Errorf("%+v", x)
			}
		})
	}
}

// answerFirst is a server that answers when it has seen the head of a request, or,
// where it asks for the body, the beginning of that. It takes nothing more then, and
// may close with unread bytes in its buffers, which resets the connection.
func answerFirst(t *testing.T, answer string, ask, reset bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		var head []byte
		for buf := make([]byte, 1); !strings.HasSuffix(string(head), "\r\n\r\n"); {
			if _, err := c.Read(buf); err != nil {
				return
			}
			head = append(head, buf...)
		}
		if ask {
			_, _ = io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n")
			_, _ = io.CopyN(io.Discard, c, 1<<20)
		}
		_, _ = io.WriteString(c, answer)
		if reset {
			return
		}
		_ = c.(*net.TCPConn).CloseWrite()
		_, _ = io.CopyN(io.Discard, c, 4<<20) // the answer is read before the reset comes
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return "http://" + l.Addr().String()
}

// sparseFile is a file of a size that takes no room.
func sparseFile(t *testing.T, size int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sparse.bin")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(size), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestT6Bounds: what a server may say is bounded, whatever it says.
func TestT6Bounds(t *testing.T) {
	t.Parallel()
	interim := strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n", 10_000)
	big := `{"public_id":"` + strings.Repeat("x", 17<<20) + `"}`
	for name, c := range map[string]struct {
		say   string
		class Class
		cut   bool
	}{
		"10,000 interim answers": {interim + reply(200, "", goodAnswer("content")), ClassMaybe, false},
		"an answer of 17 MiB":    {reply(200, "", big), ClassMaybe, true},
		"a few interim answers":  {interim[:len(interim)/1000] + reply(200, "", goodAnswer("content")), ClassOK, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := preparedFor(t, raw(t, true, c.say, false), tempFile(t, "content"))
			res, err := New(ClientConfig{Proxy: noProxy}).Upload(t.Context(), p, nil)
			if Classify(err) != c.class {
				t.Errorf("class %d, want %d: %v", Classify(err), c.class, err)
			}
			if c.cut && (res == nil || !res.Cut || len(res.Body) != 16<<20) {
				t.Error("the answer is not cut at 16 MiB")
			}
		})
	}
}

// TestSecretsStayOut: neither the password of a proxy, nor the user info of a redirect,
// nor the secret in a message gets into an error.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	const secret, password = "s3cr3t-Canary", "An0ther-Canary"
	badProxy := func(*http.Request) (*url.URL, error) {
		return nil, errors.New(`invalid proxy address "http://me:` + password + `@[x"`)
	}
	redirect := reply(302, "Location: https://me:"+password+"@evil.example/x\r\n", "")
	echo := reply(400, "", `{"error":{"message":"what is `+secret+`?"}}`)
	for name, c := range map[string]struct {
		cfg  ClientConfig
		base string
		exit int
	}{
		"proxy":    {ClientConfig{Proxy: badProxy}, "https://api.example", ExitConfig},
		"redirect": {ClientConfig{Proxy: noProxy}, raw(t, true, redirect, false), ExitRefused},
		"message":  {ClientConfig{Proxy: noProxy}, raw(t, true, echo, false), ExitRefused},
	} {
		p := preparedFor(t, c.base, tempFile(t, "content"))
		p.Account.Secret = signer.NewSecret(secret)
		_, err := New(c.cfg).Upload(t.Context(), p, nil)
		x := Explain(err, p)
		said := err.Error() + x.What + x.Why + x.Hint
		if ExitCode(err) != c.exit || strings.Contains(said, secret) || strings.Contains(said, password) {
			t.Errorf("%s: exit %d, want %d: %v, %+v", name, ExitCode(err), c.exit, err, x)
		}
	}
}

// TestProxyShown: threat T25, the proxy is named, without who logs in there.
func TestProxyShown(t *testing.T) {
	t.Parallel()
	through := func(s string) func(*http.Request) (*url.URL, error) {
		return func(*http.Request) (*url.URL, error) { return url.Parse(s) }
	}
	a := Account{CloudName: "demo"}
	if got := New(ClientConfig{Proxy: through("http://me:pw@proxy.example:3128")}).Proxy(a); got != "http://proxy.example:3128" {
		t.Errorf("%q", got)
	}
	if got := New(ClientConfig{Proxy: noProxy}).Proxy(a); got != "" {
		t.Errorf("%q", got)
	}
}

// TestT25Connect: through a proxy an upload goes by CONNECT; the proxy sees the host and
// no more, and a proxy that refuses is no outcome unknown.
func TestT25Connect(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.Method+" "+r.RequestURI)
		mu.Unlock()
		w.WriteHeader(http.StatusForbidden)
	}))
	defer proxy.Close()
	u, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := New(ClientConfig{Proxy: http.ProxyURL(u)})
	_, err = client.Upload(t.Context(), preparedFor(t, "https://api.example", tempFile(t, "content")), nil)
	if Classify(err) != ClassNone {
		t.Errorf("%v", err)
	}
	if !slices.Equal(seen, []string{"CONNECT api.example:443"}) {
		t.Errorf("the proxy sees %q", seen)
	}
}

// TestEvents: the phases come in order, byte counts at most 20 times a second by the
// clock, and the last count is the whole.
func TestEvents(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Unix(1_000_000, 0)
	clock := func() time.Time { // each look at it takes a millisecond
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Millisecond)
		return now
	}
	path := sparseFile(t, 32<<20)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"public_id":"x"}`)
	}))
	defer srv.Close()
	p := preparedFor(t, srv.URL, path)
	var events []Event
	res, err := New(ClientConfig{Proxy: noProxy, Now: clock}).Upload(t.Context(), p, func(e Event) { events = append(events, e) })
	if err != nil {
		t.Fatal(err)
	}
	var phases []Phase
	for i, e := range events {
		if len(phases) == 0 || phases[len(phases)-1] != e.Phase {
			phases = append(phases, e.Phase)
		} else if d := e.At.Sub(events[i-1].At); d < 50*time.Millisecond {
			t.Errorf("two counts within %v", d)
		}
		if e.Sent > e.Total {
			t.Errorf("%d of %d", e.Sent, e.Total)
		}
	}
	if want := []Phase{PhaseConnecting, PhaseSending, PhaseProcessing, PhaseReading, PhaseDone}; !slices.Equal(phases, want) {
		t.Errorf("phases %v, want %v", phases, want)
	}
	if last := events[len(events)-1]; last.Sent != last.Total || res.Sent != last.Total || last.Total <= 32<<20 {
		t.Errorf("%+v, sent %d", last, res.Sent)
	}
	if n := len(events); n < 7 || n > 100 {
		t.Errorf("%d events for 128 pieces", n)
	}
}

// TestQuickAnswer: an answer may be there before the transport says that all is sent;
// the phases are still in order.
func TestQuickAnswer(t *testing.T) {
	t.Parallel()
	client := New(ClientConfig{Proxy: noProxy, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		_, err := io.Copy(io.Discard, r.Body)
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(`{"public_id":"x"}`))}, err
	})})
	var phases []Phase
	_, err := client.Upload(t.Context(), preparedFor(t, "http://127.0.0.1:1", tempFile(t, "content")), func(e Event) { phases = append(phases, e.Phase) })
	if err != nil || !slices.Equal(phases, []Phase{PhaseConnecting, PhaseProcessing, PhaseReading, PhaseDone}) {
		t.Errorf("%v %v", phases, err)
	}
}

// TestCancelAtOnce: a cancelled upload that never began is cancelled.
func TestCancelAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := New(ClientConfig{Proxy: noProxy}).Upload(ctx, preparedFor(t, "http://127.0.0.1:9", tempFile(t, "content")), nil)
	if Classify(err) != ClassCancelled || ExitCode(err) != ExitInterrupt {
		t.Errorf("%v", err)
	}
}

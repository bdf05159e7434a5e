package uploader

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// trusting is a client that knows the server's certificate.
func trusting(cfg ClientConfig, srv *httptest.Server) *Client {
	c := New(cfg)
	t := newTransport(c.cfg, (&net.Dialer{}).DialContext)
	t.TLSClientConfig.RootCAs = x509.NewCertPool()
	t.TLSClientConfig.RootCAs.AddCert(srv.Certificate())
	c.http.Transport = t
	return c
}

// tunnel is a proxy that knows CONNECT and nothing else.
func tunnel(t *testing.T, seen *[]string) *url.URL {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.Method)
		to, err := net.Dial("tcp", r.Host)
		if err != nil || r.Method != http.MethodConnect {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		from, first, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
		var both sync.WaitGroup
		both.Go(func() { _, _ = io.Copy(to, first); _ = to.Close() })
		both.Go(func() { _, _ = io.Copy(from, to); _ = from.Close() })
		both.Wait()
	}))
	t.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestSecureUpload: over TLS, directly and through a proxy, what arrives is the file,
// whatever its size is beside the size of a record or a piece.
func TestSecureUpload(t *testing.T) {
	t.Parallel()
	var got []byte
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, _, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		got, _ = io.ReadAll(f)
		_, _ = io.WriteString(w, goodAnswer(string(got)))
	}))
	t.Cleanup(srv.Close)
	var seen []string
	proxy := tunnel(t, &seen)
	for name, choose := range map[string]func(*http.Request) (*url.URL, error){"directly": noProxy, "through a proxy": http.ProxyURL(proxy)} {
		client := trusting(ClientConfig{Proxy: choose}, srv)
		for _, size := range []int{1, 16 << 10, bodyPiece - 1, bodyPiece, bodyPiece + 1, 3<<20 + 7} {
			content := bytes.Repeat([]byte("0123456789abcdef-"), size/17+1)[:size]
			path := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			res, err := client.Upload(t.Context(), preparedFor(t, srv.URL, path), nil)
			if err != nil || len(res.Warnings) > 0 || !bytes.Equal(got, content) {
				t.Errorf("%s, %d bytes: %d arrived, %v", name, size, len(got), err)
			}
		}
	}
	if strings.Join(seen, " ") != "CONNECT" {
		t.Errorf("the proxy saw %q", seen)
	}
}

// TestT24WrongHost: a certificate that is trusted, but another host's.
func TestT24WrongHost(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	base := strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
	_, err := trusting(ClientConfig{Proxy: noProxy}, srv).Upload(t.Context(), preparedFor(t, base, tempFile(t, "content")), nil)
	if Classify(err) != ClassRefused || !strings.Contains(err.Error(), "localhost") {
		t.Errorf("%v", err)
	}
}

// TestT24OldTLS: a version below 1.2 is refused.
func TestT24OldTLS(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	srv.StartTLS()
	defer srv.Close()
	_, err := trusting(ClientConfig{Proxy: noProxy}, srv).Upload(t.Context(), preparedFor(t, srv.URL, tempFile(t, "content")), nil)
	if Classify(err) != ClassRefused {
		t.Errorf("%v", err)
	}
}

// TestHandshakeTakesForever: what connects and then says nothing is given up.
func TestHandshakeTakesForever(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "content")
	synctest.Test(t, func(t *testing.T) {
		client := pipeServer(func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		start := time.Now()
		p := preparedFor(t, "https://127.0.0.1:1", path)
		_, err := client.Upload(t.Context(), p, nil)
		e, ok := errors.AsType[*TransportError](err)
		if took := time.Since(start); !ok || Classify(err) != ClassNone || e.Op != opSecure || took != 10*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

// TestSecureStall: over TLS a server that takes nothing more is noticed, and an upload
// to it can be cancelled at once.
func TestSecureStall(t *testing.T) {
	t.Parallel()
	srv := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate
	defer srv.Close()
	serve := func(c net.Conn) {
		s := tls.Server(c, &tls.Config{Certificates: srv.TLS.Certificates})
		_, _ = readHead(s)
		_, _ = io.CopyN(io.Discard, s, 300<<10)
		time.Sleep(time.Hour)
	}
	path := sparseFile(t, 4<<20)
	for _, cancelled := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			client := pipeServer(serve)
			pool := x509.NewCertPool()
			pool.AddCert(srv.Certificate())
			transport, ok := client.http.Transport.(*http.Transport)
			if !ok {
				t.Fatal("another transport")
			}
			// The fake clock stands in the year 2000.
			transport.TLSClientConfig.RootCAs = pool
			transport.TLSClientConfig.Time = func() time.Time { return srv.Certificate().NotBefore.Add(time.Hour) }
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if cancelled {
				time.AfterFunc(5*time.Second, cancel)
			}
			start := time.Now()
			_, err := client.Upload(ctx, preparedFor(t, "https://127.0.0.1:1", path), nil)
			took := time.Since(start)
			if cancelled && (Classify(err) != ClassCancelled || took != 5*time.Second) {
				t.Errorf("cancelled after %v: %v", took, err)
			}
			if !cancelled && (!errors.Is(err, ErrStalled) || Classify(err) != ClassNone || took < 30*time.Second || took > 35*time.Second) {
				t.Errorf("stalled after %v: %v", took, err)
			}
			time.Sleep(2 * time.Hour) // the server's side ends too
		})
	}
}

package uploader

import (
	"bufio"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"signpost/signer"
)

// preparedFor signs an upload of a file to a server.
func preparedFor(t *testing.T, base, file string, params ...signer.Param) Prepared {
	t.Helper()
	d := Draft{File: file}
	for _, p := range params {
		d.Params = append(d.Params, DraftParam{Param: p})
	}
	p, err := Prepare(d, SandboxAccount(base), ParseFile(file, FileOptions{}), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func tempFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a file.bin")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// goodAnswer is what the service says to an upload of content.
func goodAnswer(content string) string {
	sig, _ := signer.SignResponse("x", "1", signer.NewSecret(SandboxSecret), signer.SHA1)
	sum := md5.Sum([]byte(content))
	return fmt.Sprintf(`{"public_id":"x","version":1,"signature":"%s","bytes":%d,"etag":"%s","secure_url":"https://res.cloudinary.com/x.jpg"}`, sig, len(content), hex.EncodeToString(sum[:]))
}

// raw is a server that speaks byte by byte: it reads the whole request (or only its
// head), says what it is told to, and closes.
func raw(t *testing.T, readBody bool, say string, reset bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
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
				if readBody {
					_, _ = io.Copy(io.Discard, req.Body)
				}
				_, _ = io.WriteString(c, say)
				if reset {
					_ = c.(*net.TCPConn).SetLinger(0)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func reply(status int, header, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d X\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, header, len(body), body)
}

// TestFaults: each fault of one request, what class it is of, how the program ends, and
// that there is an explanation for it.
func TestFaults(t *testing.T) {
	t.Parallel()
	closed := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return "http://" + l.Addr().String()
	}
	deep := strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)
	for _, c := range []struct {
		name  string
		base  string
		class Class
		exit  int
		kind  BodyKind
	}{
		{name: "refused", base: closed(), class: ClassNone, exit: 5},
		{name: "closed or reset at once", base: raw(t, false, "", true), class: ClassNone, exit: 5},
		{name: "reset after the body", base: raw(t, true, "", true), class: ClassMaybe, exit: 7},
		{name: "closed after the body", base: raw(t, true, "", false), class: ClassMaybe, exit: 7},
		{name: "not HTTP", base: raw(t, true, "SSH-2.0-OpenSSH_9.0\r\n\r\n", false), class: ClassRefused, exit: 4},
		{name: "400", base: raw(t, true, reply(400, "", `{"error":{"message":"Invalid image file"}}`), false), class: ClassRefused, exit: 4},
		{name: "401", base: raw(t, true, reply(401, "X-Cld-Error: Unknown API key 1\r\n", ""), false), class: ClassRefused, exit: 4, kind: BodyEmpty},
		{name: "403", base: raw(t, true, reply(403, "", "no"), false), class: ClassRefused, exit: 4, kind: BodyText},
		{name: "404", base: raw(t, true, reply(404, "", "<html>"), false), class: ClassRefused, exit: 4, kind: BodyHTML},
		{name: "408", base: raw(t, true, reply(408, "", "{}"), false), class: ClassNone, exit: 5},
		{name: "409", base: raw(t, true, reply(409, "", "{}"), false), class: ClassRefused, exit: 4},
		{name: "413", base: raw(t, true, reply(413, "", "<html>"), false), class: ClassRefused, exit: 4, kind: BodyHTML},
		{name: "420", base: raw(t, true, reply(420, "Retry-After: 7\r\n", "{}"), false), class: ClassNone, exit: 5},
		{name: "423", base: raw(t, true, reply(423, "", "{}"), false), class: ClassNone, exit: 5},
		{name: "429", base: raw(t, true, reply(429, "", "{}"), false), class: ClassNone, exit: 5},
		{name: "500", base: raw(t, true, reply(500, "", "{}"), false), class: ClassMaybe, exit: 7},
		{name: "502", base: raw(t, true, reply(502, "", "<html>"), false), class: ClassMaybe, exit: 7, kind: BodyHTML},
		{name: "503", base: raw(t, true, reply(503, "", "{}"), false), class: ClassNone, exit: 5},
		{name: "504", base: raw(t, true, reply(504, "", "{}"), false), class: ClassMaybe, exit: 7},
		{name: "101", base: raw(t, true, "HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", false), class: ClassMaybe, exit: 7, kind: BodyEmpty},
		{name: "425", base: raw(t, true, reply(425, "", "{}"), false), class: ClassNone, exit: 5},
		{name: "501", base: raw(t, true, reply(501, "", "{}"), false), class: ClassRefused, exit: 4},
		{name: "509", base: raw(t, true, reply(509, "", "{}"), false), class: ClassNone, exit: 5},
		{name: "511", base: raw(t, true, reply(511, "", "<html>"), false), class: ClassRefused, exit: 4, kind: BodyHTML},
		{name: "520 of a gateway", base: raw(t, true, reply(520, "", "{}"), false), class: ClassMaybe, exit: 7},
		{name: "999", base: raw(t, true, reply(999, "", "{}"), false), class: ClassMaybe, exit: 7},
		{name: "200 with X-Cld-Error", base: raw(t, true, reply(200, "X-Cld-Error: no\r\n", ""), false), class: ClassRefused, exit: 4, kind: BodyEmpty},
		{name: "200 with an error as text", base: raw(t, true, reply(200, "", `{"error":"no"}`), false), class: ClassRefused, exit: 4},
		{name: "200 with error", base: raw(t, true, reply(200, "", `{"error":{"message":"no"}}`), false), class: ClassRefused, exit: 4},
		{name: "answer cut", base: raw(t, true, "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"public_id\":", false), class: ClassMaybe, exit: 7, kind: BodyBroken},
		{name: "chunked without end", base: raw(t, true, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":", false), class: ClassMaybe, exit: 7, kind: BodyBroken},
		{name: "HTML, captive portal", base: raw(t, true, reply(200, "", "<!doctype html><title>Hotel WiFi"), false), class: ClassMaybe, exit: 7, kind: BodyHTML},
		{name: "empty", base: raw(t, true, reply(200, "", ""), false), class: ClassMaybe, exit: 7, kind: BodyEmpty},
		{name: "null", base: raw(t, true, reply(200, "", "null"), false), class: ClassMaybe, exit: 7, kind: BodyNull},
		{name: "an array", base: raw(t, true, reply(200, "", "[1]"), false), class: ClassMaybe, exit: 7, kind: BodyOther},
		{name: "plain text", base: raw(t, true, reply(200, "", "hello"), false), class: ClassMaybe, exit: 7, kind: BodyText},
		{name: "binary", base: raw(t, true, reply(200, "", "\x00\x01\xff"), false), class: ClassMaybe, exit: 7, kind: BodyBinary},
		{name: "compressed unasked", base: raw(t, true, reply(200, "Content-Encoding: gzip\r\n", "\x1f\x8b\x08\x00\x00"), false), class: ClassMaybe, exit: 7, kind: BodyEmpty},
		{name: "nested 100,000 deep", base: raw(t, true, reply(200, "", deep), false), class: ClassMaybe, exit: 7},
		{name: "JSON of something else", base: raw(t, true, reply(200, "", `{"hello":1}`), false), class: ClassMaybe, exit: 7},
		{name: "redirect", base: raw(t, true, reply(302, "Location: http://evil.example/\r\n", ""), false), class: ClassRefused, exit: 4, kind: BodyEmpty},
		{name: "16 MiB of headers", base: raw(t, true, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("a", 16<<20)+"\r\n\r\n", false), class: ClassMaybe, exit: 7},
		{name: "success", base: raw(t, true, reply(200, "", goodAnswer("content")), false), class: ClassOK, exit: 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			content := "content"
			if strings.HasPrefix(c.name, "closed or reset") { // a small one is handed over with the head
				content = strings.Repeat("x", 4<<20)
			}
			p := preparedFor(t, c.base, tempFile(t, content))
			res, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), p, nil)
			if Classify(err) != c.class || ExitCode(err) != c.exit {
				t.Fatalf("class %d, exit %d, want %d, %d: %v", Classify(err), ExitCode(err), c.class, c.exit, err)
			}
			if res != nil && res.Kind != c.kind {
				t.Errorf("the body is %d, want %d", res.Kind, c.kind)
			}
			if x := Explain(err, p); err != nil && (x.Title == "" || x.What == "" || x.Hint == "") {
				t.Errorf("explanation %+v", x)
			}
		})
	}
}

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// TestT22Redirect: the signed request is not sent on.
func TestT22Redirect(t *testing.T) {
	t.Parallel()
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer other.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		base := raw(t, true, reply(code, "Location: "+other.URL+"/x\r\n", ""), false)
		_, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), preparedFor(t, base, tempFile(t, "x")), nil)
		if !errors.Is(err, ErrRedirected) || !strings.Contains(err.Error(), other.URL) {
			t.Errorf("%d: %v", code, err)
		}
	}
	if reached {
		t.Error("a redirect was followed")
	}
}

// TestT23PlainHTTP: nothing goes to another host in the clear.
func TestT23PlainHTTP(t *testing.T) {
	t.Parallel()
	_, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), preparedFor(t, "http://api.cloudinary.com", tempFile(t, "x")), nil)
	if ExitCode(err) != ExitConfig {
		t.Errorf("%v", err)
	}
	p := preparedFor(t, "https://api.cloudinary.com", tempFile(t, "x"))
	p.URL = "http://api.cloudinary.com/v1_1/demo/image/upload"
	if _, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), p, nil); ExitCode(err) != ExitConfig {
		t.Errorf("another address than the account's: %v", err)
	}
}

// TestT24Certificates: an unknown authority is refused, and there is no way around.
func TestT24Certificates(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	_, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), preparedFor(t, srv.URL, tempFile(t, "x")), nil)
	if Classify(err) != ClassRefused || !strings.Contains(err.Error(), "unknown authority") || strings.Contains(err.Error(), "x509") {
		t.Errorf("%v", err)
	}
	plain := raw(t, false, "HTTP/1.1 400 Bad Request\r\n\r\n", false)
	_, err = New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), preparedFor(t, strings.Replace(plain, "http:", "https:", 1), tempFile(t, "x")), nil)
	if Classify(err) != ClassRefused && Classify(err) != ClassNone {
		t.Errorf("a plain port: %v", err)
	}
}

// TestT26FalseAnswer: an answer about something else than what was sent is a warning.
func TestT26FalseAnswer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"bytes":     strings.Replace(goodAnswer("content"), `"bytes":7`, `"bytes":8`, 1),
		"etag":      strings.Replace(goodAnswer("content"), `"etag":"`, `"etag":"0`, 1),
		"signature": strings.Replace(goodAnswer("content"), `"version":1`, `"version":2`, 1),
	} {
		if name == "etag" {
			body = strings.Replace(goodAnswer("content"), hexMD5("content"), hexMD5("other"), 1)
		}
		p := preparedFor(t, raw(t, true, reply(200, "", body), false), tempFile(t, "content"))
		res, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), p, nil)
		if err != nil || len(res.Warnings) != 1 {
			t.Errorf("%s: %v, %+v", name, err, res)
		}
	}
}

func hexMD5(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }

// TestT27Clock: a stale timestamp is told with the amount by the server's clock.
func TestT27Clock(t *testing.T) {
	t.Parallel()
	now := time.Now().Add(3 * time.Hour).UTC()
	body := `{"error":{"message":"Stale request - reported time is 2015-06-20 12:59:41 +0000 which is more than 1 hour ago"}}`
	p := preparedFor(t, raw(t, true, reply(400, "Date: "+now.Format(http.TimeFormat)+"\r\n", body), false), tempFile(t, "x"))
	_, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), p, nil)
	if x := Explain(err, p); !errors.Is(err, ErrStaleTimestamp) || !strings.Contains(x.Why, "3h0m behind") {
		t.Errorf("%v: %+v", err, x)
	}
}

// TestInvalidSignatureExplained: the server's string to sign stands beside ours.
func TestInvalidSignatureExplained(t *testing.T) {
	t.Parallel()
	body := `{"error":{"message":"Invalid Signature abc. String to sign - 'public_id=other&timestamp=1'."}}`
	p := preparedFor(t, raw(t, true, reply(401, "", body), false), tempFile(t, "x"), signer.Param{Name: "public_id", Value: "mine"})
	_, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), p, nil)
	e, _ := errors.AsType[*APIError](err)
	if !errors.Is(err, ErrInvalidSignature) || e.Signature != "abc" || e.StringToSign != "public_id=other&timestamp=1" {
		t.Fatalf("%v %+v", err, e)
	}
	if x := Explain(err, p); !strings.Contains(x.Why, "public_id=other") || !strings.Contains(x.Why, "public_id=mine") {
		t.Errorf("%+v", x)
	}
}

// stallServer takes the head of a request and then nothing, until the test ends.
func stallServer(t *testing.T, readBody bool) string {
	t.Helper()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_ = c.(*net.TCPConn).SetReadBuffer(4096)
		req, err := http.ReadRequest(bufio.NewReaderSize(c, 512))
		if err != nil {
			return
		}
		if req.Header.Get("Expect") != "" {
			_, _ = io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n")
		}
		if readBody {
			_, _ = io.Copy(io.Discard, req.Body)
		}
		<-stop
	}()
	t.Cleanup(func() { _ = l.Close(); close(stop); wg.Wait() })
	return "http://" + l.Addr().String()
}

// TestCancel: before the last byte it is cancelled; after it the outcome is unknown.
func TestCancel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		readBody bool
		until    Phase
		class    Class
	}{{"before the last byte", false, PhaseSending, ClassCancelled}, {"after the last byte", true, PhaseProcessing, ClassMaybe}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			size := 64 << 20
			if c.readBody {
				size = 1 << 10
			}
			p := preparedFor(t, stallServer(t, c.readBody), tempFile(t, strings.Repeat("x", size)))
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			_, err := New(ClientConfig{Proxy: noProxy}).Upload(ctx, p, func(e Event) {
				if e.Phase == c.until {
					cancel()
				}
			})
			if Classify(err) != c.class || !errors.Is(err, context.Canceled) {
				t.Errorf("class %d, want %d: %v", Classify(err), c.class, err)
			}
		})
	}
}

// TestT7FileNames: no file name gets out of its header, and what is not a name stays home.
func TestT7FileNames(t *testing.T) {
	t.Parallel()
	var got *multipart.Part
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mr, err := r.MultipartReader()
		if err != nil {
			t.Error(err)
			return
		}
		names := []string{}
		for {
			p, err := mr.NextPart()
			if err != nil {
				break
			}
			names = append(names, p.FormName())
			got = p
		}
		_, _ = io.WriteString(w, goodAnswer("content"))
		if len(names) != 4 || names[3] != "file" {
			t.Errorf("parts %q", names)
		}
	}))
	defer srv.Close()
	for _, name := range []string{"@x", "a;type=text", `q"uote`, "new\nline", "cr\r\nX-Evil: 1", "CON", "\u202ertl", "ключ", "a,b", `back\slash`, strings.Repeat("n", 200)} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
			t.Fatal(err)
		}
		quoted := "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
		p := preparedFor(t, srv.URL, quoted)
		if p.File.Path != path {
			t.Errorf("%q is read as %q", path, p.File.Path)
			continue
		}
		if _, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), p, nil); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if h := got.Header; len(h) != 2 || strings.Contains(got.FileName(), "/") {
			t.Errorf("%q: header %q", name, h)
		}
	}
}

func preparedDraft(t *testing.T, base string, d Draft) Prepared {
	t.Helper()
	p, err := Prepare(d, SandboxAccount(base), ParseFile(d.File, FileOptions{}), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newReader(r io.Reader) *bufio.Reader { return bufio.NewReader(r) }

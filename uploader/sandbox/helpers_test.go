package sandbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signpost/signer"
)

// now is the tests' clock: ten minutes after the vectors' timestamp.
var now = time.Unix(1315060510+600, 0)

// stamp is a timestamp that is fresh at now.
const stamp = "1315060510"

// tinyPNG is a whole picture of one pixel in 70 bytes.
var tinyPNG = mustBase64("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

// tinyMP4 begins like an MP4 file.
var tinyMP4 = []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2")

func mustBase64(text string) []byte {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return b
}

// demo is the account of the tests.
var demo = Account{Cloud: DemoCloud, APIKey: DemoKey, Secret: signer.NewSecret("abcd")}

// newServer makes a sandbox with a fixed clock, counted ids and no network.
func newServer(t *testing.T, change ...func(*Options)) *Server {
	t.Helper()
	var n atomic.Int64
	o := Options{
		Clock: func() time.Time { return now },
		NewID: func() string { return strconv.FormatInt(n.Add(1), 10) },
		Fetch: fetchBytesOf(tinyPNG),
	}
	for _, c := range change {
		c(&o)
	}
	s := New(o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// fetchBytesOf loads the same bytes for every URL.
func fetchBytesOf(b []byte) FetchFunc {
	return func(context.Context, string) (io.ReadCloser, string, error) {
		return io.NopCloser(bytes.NewReader(b)), "", nil
	}
}

// field is one part of a form, in wire order.
type field struct {
	name, value string
	fileName    string
	isFile      bool
}

// signed returns the fields with api_key and signature behind them.
func signed(t *testing.T, fields ...field) []field {
	t.Helper()
	return signedAs(t, demo, signer.Options{}, fields...)
}

func signedAs(t *testing.T, a Account, o signer.Options, fields ...field) []field {
	t.Helper()
	if !has(fields, "timestamp") {
		fields = append(fields, field{name: "timestamp", value: stamp})
	}
	var p []signer.Param
	for _, f := range fields {
		p = append(p, signer.Param{Name: f.name, Value: f.value})
	}
	kept, _ := signer.LeaveOut(p)
	sig, err := signer.Sign(kept, a.Secret, o)
	if err != nil {
		t.Fatal(err)
	}
	return append(fields, field{name: "api_key", value: a.APIKey}, field{name: "signature", value: sig})
}

func has(fields []field, name string) bool {
	for _, f := range fields {
		if f.name == name {
			return true
		}
	}
	return false
}

// file is the file parameter with bytes.
func file(name string, data []byte) field {
	return field{name: "file", value: string(data), fileName: name, isFile: true}
}

// param is a parameter.
func param(name, value string) field { return field{name: name, value: value} }

// multipartBody writes a form as the Node SDK does.
func multipartBody(t *testing.T, fields []field) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, f := range fields {
		h := textproto.MIMEHeader{}
		disposition := fmt.Sprintf(`form-data; name="%s"`, f.name)
		if f.isFile {
			disposition += fmt.Sprintf(`; filename="%s"`, f.fileName)
			h.Set("Content-Type", "application/octet-stream")
		}
		h.Set("Content-Disposition", disposition)
		w, err := m.CreatePart(h)
		if err == nil {
			_, err = io.WriteString(w, f.value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.Bytes()
}

// urlencodedBody writes a form as the Go SDK does.
func urlencodedBody(fields []field) []byte {
	v := url.Values{}
	for _, f := range fields {
		v.Add(f.name, f.value)
	}
	return []byte(v.Encode())
}

// reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// message is the text of an error.
func (r reply) message() string {
	var e errorBody
	_ = json.Unmarshal(r.body, &e)
	return e.Error.Message
}

// upload is the answer of an upload.
func (r reply) upload(t *testing.T) uploadAnswer {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("status %d, %s", r.status, r.body)
	}
	var a uploadAnswer
	if err := json.Unmarshal(r.body, &a); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	return a
}

// do sends a request without a socket.
func do(t *testing.T, s *Server, r *http.Request) reply {
	t.Helper()
	return send(t, s.Client(), r)
}

func send(t *testing.T, client *http.Client, r *http.Request) reply {
	t.Helper()
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, body}
}

// request makes a request to the sandbox.
func request(t *testing.T, s *Server, method, path, contentType string, body []byte) *http.Request {
	t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = s.BaseURL() + path
	}
	r, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

// post uploads a multipart form.
func post(t *testing.T, s *Server, path string, fields []field) reply {
	t.Helper()
	contentType, body := multipartBody(t, fields)
	return do(t, s, request(t, s, http.MethodPost, path, contentType, body))
}

// get fetches a URL of the sandbox.
func get(t *testing.T, s *Server, address string) reply {
	t.Helper()
	return do(t, s, request(t, s, http.MethodGet, address, "", nil))
}

// wantRefused checks status, text and header of an error.
func wantRefused(t *testing.T, r reply, status int, text string) {
	t.Helper()
	if r.status != status || r.message() != text {
		t.Errorf("got %d %q (%.200s), want %d %q", r.status, r.message(), r.body, status, text)
	}
	if got := r.header.Get("X-Cld-Error"); got != headerText(text) {
		t.Errorf("X-Cld-Error: got %q, want %q", got, headerText(text))
	}
}

// journal collects exchanges.
type journal struct {
	mu  sync.Mutex
	all []Exchange
}

func (l *journal) add(e Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, e)
}

func (l *journal) exchanges() []Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Exchange(nil), l.all...)
}

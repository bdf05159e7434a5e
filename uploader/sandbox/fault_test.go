package sandbox

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseFault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Fault{
		"503":          {Kind: "503", Times: 1, Clock: 2 * time.Hour},
		"429*2":        {Kind: "429", Times: 2, Clock: 2 * time.Hour},
		"lost*all":     {Kind: "lost", Times: -1, Clock: 2 * time.Hour},
		"reset@100000": {Kind: "reset", At: 100000, Times: 1, Clock: 2 * time.Hour},
		"slow":         {Kind: "slow", At: 1000, Times: 1, Clock: 2 * time.Hour},
		"clock=-3h*4":  {Kind: "clock", Clock: -3 * time.Hour, Times: 4},
		"500-kept":     {Kind: "500-kept", Times: 1, Clock: 2 * time.Hour},
	} {
		f, err := ParseFault(text)
		if err != nil || f != want {
			t.Errorf("%s: %+v, %v", text, f, err)
		}
		if again, err := ParseFault(f.String()); err != nil || again != f {
			t.Errorf("%s is written as %s: %v", text, f, err)
		}
	}
	for _, k := range FaultKinds {
		if _, err := ParseFault(k.Name); err != nil {
			t.Error(err)
		}
	}
	for _, text := range []string{"", "nothing", "200", "600", "503*", "503*0", "503*x", "503@7", "lost=2h", "clock=x", "slow@0", "reset@-1", "reset@x", "0503", "+503"} {
		if f, err := ParseFault(text); err == nil {
			t.Errorf("%q: %+v", text, f)
		}
	}
}

// listening starts a sandbox on a socket: some faults need a connection.
func listening(t *testing.T, change ...func(*Options)) *Server {
	t.Helper()
	s := newServer(t, change...)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return s
}

// uploadOver uploads the small picture over a socket.
func uploadOver(t *testing.T, ctx context.Context, s *Server, header ...string) (status int, body []byte, err error) {
	t.Helper()
	contentType, form := multipartBody(t, signed(t, param("public_id", "one"), file("a.png", tinyPNG)))
	r := request(t, s, http.MethodPost, "/v1_1/demo/image/upload", contentType, form).WithContext(ctx)
	for _, h := range header {
		r.Header.Set(FaultHeader, h)
	}
	tr := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	resp, err := (&http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" && err == nil {
		z, zerr := gzip.NewReader(strings.NewReader(string(body)))
		if zerr != nil {
			return resp.StatusCode, nil, zerr
		}
		body, err = io.ReadAll(z)
	}
	return resp.StatusCode, body, err
}

// TestFaults: each kind does what it says, once, and whether something is kept is as it
// says.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault  string
		status int // 0 is a connection that breaks
		says   string
		kept   bool
	}{
		{"400", 400, "Bad Request", false},
		{"408", 408, "Request Timeout", false},
		{"413", 413, "<html>", false},
		{"420", 420, "Try again on 2011-09-03 14:45:12 UTC", false},
		{"423", 423, "Processing", false},
		{"429", 429, "Try again on", false},
		{"500", 500, "General error", false},
		{"502", 502, "<html>", false},
		{"503", 503, "<html>", false},
		{"504", 504, "<html>", false},
		{"reset", 0, "", false},
		{"reset@50", 0, "", false},
		{"slow@1000000", 200, `"public_id":"one"`, true},
		{"lost", 0, "", true},
		{"500-kept", 500, "General error", true},
		{"truncated", 0, "", true},
		{"broken", 200, `,"":}`, true},
		{"html", 200, "Hotel WiFi", false},
		{"empty", 200, "", false},
		{"null", 200, "null", false},
		{"redirect", 307, "", false},
		{"gzip", 200, `"public_id":"one"`, true},
		{"etag", 200, `"etag":"0`, true},
		{"bytes", 200, `"bytes":9`, true},
		{"signature", 200, `"signature":"00`, true},
		{"stale", 400, "Stale request - reported time is", false},
		{"forget", 404, "Unknown X-Unique-Upload-Id", false},
		{"clock=+2h", 400, "Stale request - reported time is", false},
		{"clock=+10m", 200, `"public_id":"one"`, true},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			for _, byHeader := range []bool{false, true} {
				s := listening(t)
				var header []string
				if byHeader {
					header = []string{c.fault}
				} else {
					f, err := ParseFault(c.fault)
					if err != nil {
						t.Fatal(err)
					}
					s.SetFaults(f)
				}
				status, body, err := uploadOver(t, t.Context(), s, header...)
				if c.status == 0 && err == nil || c.status != 0 && (err != nil || status != c.status) || !strings.Contains(string(body), c.says) {
					t.Errorf("%d %s, %v", status, body, err)
				}
				if json.Valid(body) == (c.fault == "broken") && c.status == 200 && c.fault != "html" && c.fault != "empty" {
					t.Errorf("%s", body)
				}
				if kept := s.store.find(key{"demo", "image", "upload", "one"}) != nil; kept != c.kept {
					t.Errorf("kept is %v", kept)
				}
				if left := s.Faults(); len(left) != 0 {
					t.Errorf("not met: %v", left)
				}
				if status, body, err := uploadOver(t, t.Context(), s); err != nil || status != 200 {
					t.Errorf("the next request: %d %s %v", status, body, err)
				}
			}
		})
	}
}

// TestFaultsThatWait: they end when the client goes, and when the sandbox ends.
func TestFaultsThatWait(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"stall", "stall@50", "hang"} {
		for _, closing := range []bool{false, true} {
			s := listening(t)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() {
				_, _, err := uploadOver(t, ctx, s, fault)
				done <- err
			}()
			if closing {
				for len(s.workers) == 0 && s.pool.used == 0 { // it may not have begun
					break
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			} else {
				cancel()
			}
			if err := <-done; err == nil {
				t.Errorf("%s was answered", fault)
			}
			cancel()
		}
	}
}

func TestFaultsInOrder(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) {
		o.Faults = []Fault{{Kind: "503", Times: 2}, {Kind: "400", Times: 1}, {Kind: "500", Times: -1}}
	})
	var got []int
	for range 6 {
		got = append(got, post(t, s, "/v1_1/demo/image/upload", signed(t, file("a.png", tinyPNG))).status)
	}
	if want := []int{503, 503, 400, 500, 500, 500}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if left := s.Faults(); len(left) != 1 || left[0].String() != "500*all" {
		t.Errorf("%v", left)
	}
	s.SetFaults()
	if got := post(t, s, "/v1_1/demo/image/upload", signed(t, file("a.png", tinyPNG))).status; got != 200 {
		t.Errorf("%d", got)
	}
	r := request(t, s, http.MethodPost, "/v1_1/demo/image/upload", "", nil)
	r.Header.Set(FaultHeader, "nonsense")
	wantRefused(t, do(t, s, r), 400, "There is no fault nonsense")
}

// TestClock: a clock that is off, or stands still, is that of the whole sandbox.
func TestClock(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.SetClock(2*time.Hour, time.Time{})
	if r := post(t, s, "/v1_1/demo/image/upload", signed(t, file("a.png", tinyPNG))); r.status != 400 || r.header.Get("Date") != now.Add(2*time.Hour).UTC().Format(http.TimeFormat) {
		t.Errorf("%d %s", r.status, r.header.Get("Date"))
	}
	fixed := time.Unix(1315060510, 0)
	s.SetClock(0, fixed)
	if a := post(t, s, "/v1_1/demo/image/upload", signed(t, file("a.png", tinyPNG))).upload(t); a.Version != 1315060510 {
		t.Errorf("%+v", a)
	}
	s.SetClock(0, time.Time{})
	if a := post(t, s, "/v1_1/demo/image/upload", signed(t, file("a.png", tinyPNG))).upload(t); a.Version != now.Unix() {
		t.Errorf("%+v", a)
	}
}

package sandbox

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// anyPart lets parts be small.
func anyPart(o *Options) { o.MinPart = -1 }

// sendPart uploads bytes as a part of a raw file.
func sendPart(t *testing.T, s *Server, id, span string, data []byte, fields ...field) reply {
	t.Helper()
	contentType, body := multipartBody(t, signed(t, append(fields, file("film.bin", data))...))
	r := request(t, s, http.MethodPost, "/v1_1/demo/raw/upload", contentType, body)
	r.Header.Set("Content-Range", span)
	r.Header.Set("X-Unique-Upload-Id", id)
	return do(t, s, r)
}

// TestParts: what is assembled is what was sent, in the forms of both SDKs.
func TestParts(t *testing.T) {
	t.Parallel()
	content := []byte("0123456789abcdefghijklmno")
	for name, spans := range map[string][]string{
		"total known (Go)":     {"bytes 0-9/25", "bytes 10-19/25", "bytes 20-24/25"},
		"total unknown (npm)":  {"bytes 0-9/-1", "bytes 10-19/-1", "bytes 20-24/25"},
		"total unknown, *":     {"bytes 0-9/*", "bytes 10-19/*", "bytes 20-24/25"},
		"out of order":         {"bytes 10-19/25", "bytes 0-9/25", "bytes 20-24/25"},
		"repeated":             {"bytes 0-9/25", "bytes 0-9/25", "bytes 10-19/25", "bytes 0-9/25", "bytes 20-24/25"},
		"last repeated":        {"bytes 0-9/25", "bytes 10-19/25", "bytes 20-24/25", "bytes 20-24/25"},
		"one part":             {"bytes 0-24/25"},
		"the smallest":         {"bytes 0-0/25", "bytes 1-23/25", "bytes 24-24/25"},
		"middle part repeated": {"bytes 0-9/-1", "bytes 10-19/-1", "bytes 10-19/-1", "bytes 20-24/25"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, anyPart)
			var first, last int
			var a uploadAnswer
			for _, span := range spans {
				if _, err := fmt.Sscanf(span, "bytes %d-%d", &first, &last); err != nil {
					t.Fatal(err)
				}
				r := sendPart(t, s, "u1", span, content[first:last+1], param("public_id", "film.bin"))
				if last < 24 {
					var p partAnswer
					if err := json.Unmarshal(r.body, &p); err != nil || r.status != 200 || p.Done || p.Kind != "upload" || p.Bytes == 0 || !strings.Contains(string(r.body), `"done":false`) {
						t.Fatalf("%s: %d %s", span, r.status, r.body)
					}
					continue
				}
				a = r.upload(t)
			}
			if a.Bytes != 25 || a.ETag != md5Of(content) {
				t.Errorf("%+v", a)
			}
			if got := get(t, s, a.URL); !bytes.Equal(got.body, content) {
				t.Errorf("delivered %q", got.body)
			}
			if held := s.pool.used; held != 25 {
				t.Errorf("%d bytes are counted", held)
			}
		})
	}
}

// TestPartsRefused: what cannot be right, and nothing stays counted.
func TestPartsRefused(t *testing.T) {
	t.Parallel()
	ten := []byte("0123456789")
	type step struct {
		span string
		data []byte
		want string // empty is success
	}
	for name, c := range map[string]struct {
		steps  []step
		change func(*Options)
	}{
		"missing":        {steps: []step{{"bytes 0-9/30", ten, ""}, {"bytes 20-29/30", ten, "The last part came before the part that begins at byte 10"}}},
		"first missing":  {steps: []step{{"bytes 10-19/20", ten, "The last part came before the part that begins at byte 0"}}},
		"other bytes":    {steps: []step{{"bytes 0-9/30", ten, ""}, {"bytes 0-9/30", []byte("abcdefghij"), "The part with bytes 0-9 overlaps another one, or has other bytes than before"}}},
		"overlap":        {steps: []step{{"bytes 0-9/30", ten, ""}, {"bytes 5-14/30", ten, "The part with bytes 5-14 overlaps another one, or has other bytes than before"}}},
		"another total":  {steps: []step{{"bytes 0-9/30", ten, ""}, {"bytes 10-19/31", ten, "The Content-Range says 31 bytes in all, earlier parts said 30"}}},
		"length":         {steps: []step{{"bytes 0-8/30", ten, "The part has 10 bytes, its Content-Range says 9"}}},
		"backwards":      {steps: []step{{"bytes 9-0/30", ten, "Invalid Content-Range bytes 9-0/30"}}},
		"beyond the end": {steps: []step{{"bytes 0-9/9", ten, "Invalid Content-Range bytes 0-9/9"}}},
		"no numbers":     {steps: []step{{"bytes a-b/c", ten, "Invalid Content-Range bytes a-b/c"}}},
		"overflow":       {steps: []step{{"bytes 0-99999999999999999999/-1", ten, "Invalid Content-Range bytes 0-99999999999999999999/-1"}}},
		"too small": {steps: []step{{"bytes 0-9/30", ten, "All parts except EOF-chunk must be larger than 5mb"}},
			change: func(o *Options) { o.MinPart = 0 }},
		"too large": {steps: []step{{"bytes 100-109/-1", ten, "File size too large. Got 110. Maximum is 100."}},
			change: func(o *Options) { o.Limits.File = 100 }},
		"complete": {steps: []step{{"bytes 0-9/10", ten, ""}, {"bytes 0-9/20", ten, "The upload with this X-Unique-Upload-Id is complete"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, anyPart, func(o *Options) {
				if c.change != nil {
					c.change(o)
				}
			})
			for _, step := range c.steps {
				r := sendPart(t, s, "u1", step.span, step.data)
				if step.want == "" && r.status != 200 {
					t.Fatalf("%s: %s", step.span, r.body)
				}
				if step.want != "" {
					wantRefused(t, r, 400, step.want)
				}
			}
			s.partials.clear(s, "")
			s.store.forget("")
			if s.pool.used != 0 {
				t.Errorf("%d bytes stay counted", s.pool.used)
			}
		})
	}
}

// TestT37UnfinishedUploads: they go after an hour, and there are not too many of them.
func TestT37UnfinishedUploads(t *testing.T) {
	t.Parallel()
	at := now
	s := newServer(t, anyPart, func(o *Options) { o.Clock = func() time.Time { return at } })
	for i := range mostUploads {
		if r := sendPart(t, s, fmt.Sprint("u", i), "bytes 0-9/20", []byte("0123456789")); r.status != 200 {
			t.Fatalf("%d: %s", i, r.body)
		}
	}
	wantRefused(t, sendPart(t, s, "more", "bytes 0-9/20", []byte("0123456789")), 400, "Too many unfinished uploads or parts. Maximum is 64.")
	at = at.Add(partLife - 11*time.Minute) // the signature is ten minutes old
	if r := sendPart(t, s, "u0", "bytes 0-9/20", []byte("0123456789")); r.status != 200 {
		t.Fatalf("%s", r.body)
	}
	at = at.Add(12 * time.Minute)
	stale := param("timestamp", fmt.Sprint(at.Unix()))
	if r := sendPart(t, s, "more", "bytes 0-9/20", []byte("0123456789"), stale); r.status != 200 {
		t.Fatalf("after an hour: %s", r.body)
	}
	if n := len(s.partials.all); n != 2 || s.pool.used != 20 {
		t.Errorf("%d uploads, %d bytes are left", n, s.pool.used)
	}
}

// TestT33UploadID: it is a key, and never a path.
func TestT33UploadID(t *testing.T) {
	t.Parallel()
	s := newServer(t, anyPart)
	for _, id := range []string{"../../etc/passwd", "/tmp/x", "a\x00b", strings.Repeat("x", 255), "ü", "con"} {
		r := sendPart(t, s, "q", "bytes 0-9/20", []byte("0123456789"))
		if r.status != 200 {
			t.Errorf("%q: %s", id, r.body)
		}
		contentType, body := multipartBody(t, signed(t, file("f", []byte("0123456789"))))
		req := request(t, s, http.MethodPost, "/v1_1/demo/raw/upload", contentType, body)
		req.Header.Set("Content-Range", "bytes 0-9/20")
		req.Header["X-Unique-Upload-Id"] = []string{id}
		if strings.ContainsRune(id, 0) {
			continue // no client sends it
		}
		if r := do(t, s, req); r.status != 200 {
			t.Errorf("%q: %s", id, r.body)
		}
	}
}

// TestPartNotSigned: each part is authenticated by itself.
func TestPartNotSigned(t *testing.T) {
	t.Parallel()
	s := newServer(t, anyPart)
	contentType, body := multipartBody(t, append(signed(t, param("public_id", "x")), file("f", []byte("0123456789")), param("tags", "smuggled")))
	r := request(t, s, http.MethodPost, "/v1_1/demo/raw/upload", contentType, body)
	r.Header.Set("Content-Range", "bytes 0-9/20")
	r.Header.Set("X-Unique-Upload-Id", "u")
	if got := do(t, s, r); got.status != 401 || len(s.partials.all) != 0 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// TestWholeFileRefused: a file that is refused once it is whole can be sent again.
func TestWholeFileRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t, anyPart)
	for range 2 {
		if r := sendPart(t, s, "u", "bytes 0-9/20", []byte("0123456789"), param("allowed_formats", "jpg")); r.status != 200 {
			t.Fatalf("%s", r.body)
		}
		wantRefused(t, sendPart(t, s, "u", "bytes 10-19/20", []byte("0123456789"), param("allowed_formats", "jpg")), 400, "Raw file format bin not allowed")
	}
	if s.pool.used != 0 {
		t.Errorf("%d bytes stay counted", s.pool.used)
	}
}

func md5Of(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

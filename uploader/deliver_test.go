package uploader

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signpost/signer"
)

// service is an Upload API that assembles parts and keeps what it was given, written for
// these tests alone. before may answer a request instead of it, by the request's number
// from 0; after is called when the file or part was kept, and may spoil the answer.
type service struct {
	t             *testing.T
	before, after func(n int, w http.ResponseWriter, r *http.Request) (answered bool)

	mu       sync.Mutex
	n        int
	parts    map[string][]byte
	assets   [][]byte
	stamps   []string
	received []string // Content-Range of each part that was kept
}

func (s *service) start() string {
	s.parts = map[string][]byte{}
	srv := httptest.NewServer(s)
	srv.Config.ErrorLog = nil
	s.t.Cleanup(srv.Close)
	return srv.URL
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n := s.n
	s.n++
	s.mu.Unlock()
	if s.before != nil && s.before(n, w, r) {
		return
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		return // the form was not closed: nothing is kept
	}
	content, _ := io.ReadAll(f)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stamps = append(s.stamps, r.FormValue("timestamp"))
	answer := goodAnswer(string(content))
	if span := r.Header.Get("Content-Range"); span != "" {
		id := r.Header.Get("X-Unique-Upload-Id")
		var first, last, total int
		if _, err := fmt.Sscanf(span, "bytes %d-%d/%d", &first, &last, &total); err != nil || last-first+1 != len(content) {
			s.t.Errorf("%s for %d bytes: %v", span, len(content), err)
		}
		have := s.parts[id]
		if first > len(have) {
			w.WriteHeader(404)
			_, _ = io.WriteString(w, `{"error":{"message":"Unknown upload id"}}`)
			return
		}
		s.received = append(s.received, span)
		have = append(have[:first:first], content...)
		s.parts[id] = have
		if len(have) < total {
			answer = fmt.Sprintf(`{"done":false,"bytes":%d,"kind":"upload"}`, len(have))
		} else {
			answer = goodAnswer(string(have))
			content = have
		}
	}
	if !strings.Contains(answer, `"done":false`) {
		s.assets = append(s.assets, content)
	}
	if s.after != nil && s.after(n, w, r) {
		return
	}
	_, _ = io.WriteString(w, answer)
}

// drop closes the connection without a word.
func drop(w http.ResponseWriter) bool {
	c, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	}
	return true
}

// say answers with a status and a body.
func say(w http.ResponseWriter, r *http.Request, status int, body string) bool {
	_, _ = io.Copy(io.Discard, r.Body)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
	return true
}

// quick is a client whose waits are short.
func quick() *Client {
	return New(ClientConfig{Proxy: noProxy, Policy: Policy{Base: time.Millisecond, Longest: time.Millisecond}, settle: time.Millisecond})
}

func randomFile(t *testing.T, size int) (path string, content []byte) {
	t.Helper()
	content = make([]byte, size)
	src := rand.NewChaCha8([32]byte{byte(size)})
	_, _ = src.Read(content)
	path = filepath.Join(t.TempDir(), "large.bin")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, content
}

// TestDeliverFaults: what happens to whole uploads, by the rows of the fault table: how
// the program ends, how many requests were made, how many assets there are.
func TestDeliverFaults(t *testing.T) {
	t.Parallel()
	once := func(status int, body string) func(int, http.ResponseWriter, *http.Request) bool {
		return func(n int, w http.ResponseWriter, r *http.Request) bool { return n == 0 && say(w, r, status, body) }
	}
	always := func(status int, body string) func(int, http.ResponseWriter, *http.Request) bool {
		return func(_ int, w http.ResponseWriter, r *http.Request) bool { return say(w, r, status, body) }
	}
	type hook = func(int, http.ResponseWriter, *http.Request) bool
	stale := `{"error":{"message":"Stale request - reported time is 2015-06-20 12:59:41 +0000 which is more than 1 hour ago"}}`
	id := signer.Param{Name: "public_id", Value: "x"}
	for _, c := range []struct {
		name          string
		before, after hook
		params        []signer.Param
		chunk         int64
		exit          int
		requests      int
		assets        int
	}{
		{name: "no fault", requests: 1, assets: 1},
		{name: "503 once", before: once(503, "{}"), requests: 2, assets: 1},
		{name: "408 once", before: once(408, "{}"), requests: 2, assets: 1},
		{name: "420 once", before: once(420, "{}"), requests: 2, assets: 1},
		{name: "423 once", before: once(423, "{}"), requests: 2, assets: 1},
		{name: "429 once", before: once(429, "{}"), requests: 2, assets: 1},
		{name: "429 always the same", before: always(429, "{}"), exit: 5, requests: 6},
		{name: "500 without a public ID", before: once(500, "{}"), exit: 7, requests: 1},
		{name: "500 with a public ID", before: once(500, "{}"), params: []signer.Param{id}, requests: 2, assets: 1},
		{name: "500 always, with a public ID", before: always(500, "{}"), params: []signer.Param{id}, exit: 7, requests: 6},
		{name: "400", before: always(400, `{"error":{"message":"Invalid image file"}}`), exit: 4, requests: 1},
		{name: "transient, then refusal", before: func(n int, w http.ResponseWriter, r *http.Request) bool {
			return say(w, r, []int{503, 429, 400}[n], "{}")
		}, exit: 4, requests: 3},
		{name: "stale timestamp, once", before: once(400, stale), requests: 2, assets: 1},
		{name: "stale timestamp, clock wrong", before: always(400, stale), exit: 4, requests: 2},
		{name: "answer lost, no public ID", after: func(n int, w http.ResponseWriter, _ *http.Request) bool { return n == 0 && drop(w) }, exit: 7, requests: 1, assets: 1},
		{name: "answer lost, public ID", after: func(n int, w http.ResponseWriter, _ *http.Request) bool { return n == 0 && drop(w) },
			params: []signer.Param{id}, requests: 2, assets: 2 /* of one name */},
		{name: "answer lost, then refused", params: []signer.Param{id}, before: func(n int, w http.ResponseWriter, r *http.Request) bool {
			return n == 1 && say(w, r, 400, "{}")
		}, after: func(_ int, w http.ResponseWriter, _ *http.Request) bool { return drop(w) }, exit: 7, requests: 2, assets: 1},
		{name: "HTML, captive portal", before: always(200, "<html>"), params: []signer.Param{id}, exit: 7, requests: 1},
		{name: "redirect", before: func(_ int, w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Location", "http://evil.example/")
			return say(w, r, 307, "")
		}, exit: 4, requests: 1},

		{name: "parts", chunk: 1000, requests: 5, assets: 1},
		{name: "chunk fails", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool { return n == 2 && say(w, r, 503, "{}") }, requests: 6, assets: 1},
		{name: "chunk fails and fails", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool { return n >= 2 && say(w, r, 500, "{}") }, exit: 5, requests: 8},
		{name: "each chunk fails twice", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool { return n%3 != 2 && say(w, r, 502, "{}") }, requests: 15, assets: 1},
		{name: "chunk taken, answer lost", chunk: 1000, after: func(n int, w http.ResponseWriter, _ *http.Request) bool { return n == 1 && drop(w) }, requests: 6, assets: 1},
		{name: "409 of a chunk", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool { return n == 1 && say(w, r, 409, "{}") }, requests: 6, assets: 1},
		{name: "stale chunk", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool { return n == 3 && say(w, r, 400, stale) }, requests: 6, assets: 1},
		{name: "server lost a chunk", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool { return n == 3 && say(w, r, 404, "{}") }, requests: 9, assets: 1},
		{name: "server loses chunks again and again", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool { return n%2 == 1 && say(w, r, 404, "{}") }, exit: 4, requests: 4},
		{name: "last chunk refused as complete", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool {
			return n == 5 && say(w, r, 400, `{"error":{"message":"upload id is complete"}}`)
		}, after: func(n int, w http.ResponseWriter, _ *http.Request) bool { return n == 4 && drop(w) }, exit: 7, requests: 6, assets: 1},
		{name: "done too early", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool {
			return n == 1 && say(w, r, 200, goodAnswer("x"))
		}, exit: 7, requests: 2},
		{name: "done never", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool {
			return n == 4 && say(w, r, 200, `{"done":false}`)
		}, exit: 7, requests: 5},
		{name: "a part's answer says nothing", chunk: 1000, before: func(n int, w http.ResponseWriter, r *http.Request) bool {
			return n == 1 && say(w, r, 200, `{}`)
		}, requests: 6, assets: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &service{t: t, before: c.before, after: c.after}
			path, content := randomFile(t, 4500)
			p := preparedFor(t, s.start(), path, c.params...)
			chunk := c.chunk
			if chunk == 0 {
				chunk = OneRequest
			}
			var mu sync.Mutex
			var retries []Retry
			result, err := quick().Deliver(t.Context(), Task{Prepared: p, ChunkSize: chunk, Budget: &Budget{have: 1e9, at: time.Now().Add(time.Hour)}}, func(e Event) {
				if e.Phase == PhaseWaiting {
					mu.Lock()
					retries = append(retries, *e.Retry)
					mu.Unlock()
				}
			})
			s.mu.Lock()
			defer s.mu.Unlock()
			if got := ExitCode(err); got != c.exit || s.n != c.requests || len(s.assets) != c.assets {
				t.Errorf("exit %d after %d requests with %d assets, want %d, %d, %d: %v", got, s.n, len(s.assets), c.exit, c.requests, c.assets, err)
			}
			for _, a := range s.assets {
				if !bytes.Equal(a, content) {
					t.Errorf("an asset of %d bytes is not the file", len(a))
				}
			}
			if err == nil && (result == nil || len(retries) != result.Retries) {
				t.Errorf("%d retries were told: %+v", len(retries), result)
			}
			if x := Explain(err, p); err != nil && (x.Title == "" || x.Hint == "") {
				t.Errorf("%+v", x)
			}
		})
	}
}

// TestCancelledAfterTheLastPart: where the answer to the last part was lost, to cancel the
// wait for another try does not mean that nothing was kept; before it, it does.
func TestCancelledAfterTheLastPart(t *testing.T) {
	t.Parallel()
	for lost, class := range map[int]Class{1: ClassCancelled, 4: ClassMaybe} {
		s := &service{t: t, after: func(n int, w http.ResponseWriter, _ *http.Request) bool { return n == lost && drop(w) }}
		path, _ := randomFile(t, 4500)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := quick().Deliver(ctx, Task{Prepared: preparedFor(t, s.start(), path), ChunkSize: 1000}, func(e Event) {
			if e.Phase == PhaseWaiting {
				cancel()
			}
		})
		cancel()
		if Classify(err) != class || !errors.Is(err, context.Canceled) {
			t.Errorf("part %d: class %d: %v", lost+1, Classify(err), err)
		}
	}
}

// TestStaleByHand: a timestamp that a person set is never replaced.
func TestStaleByHand(t *testing.T) {
	t.Parallel()
	s := &service{t: t, before: func(_ int, w http.ResponseWriter, r *http.Request) bool {
		return say(w, r, 400, `{"error":{"message":"Stale request - reported time is 2015-06-20 12:59:41 +0000 which is more than 1 hour ago"}}`)
	}}
	d := Draft{File: tempFile(t, "x"), Timestamp: "1434805181", TimestampByHand: true}
	p, err := Prepare(d, SandboxAccount(s.start()), ParseFile(d.File, FileOptions{}), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err = quick().Deliver(t.Context(), Task{Prepared: p}, nil); ExitCode(err) != ExitRefused || s.n != 1 {
		t.Errorf("%d requests: %v", s.n, err)
	}
}

// TestSignatureExpiresInBetween: each part has a fresh timestamp, and a right signature.
func TestSignatureExpiresInBetween(t *testing.T) {
	t.Parallel()
	var clock atomic.Int64
	clock.Store(1_700_000_000)
	s := &service{t: t, after: func(int, http.ResponseWriter, *http.Request) bool { clock.Add(1800); return false }}
	path, _ := randomFile(t, 4500)
	client := quick()
	client.cfg.Now = func() time.Time { return time.Unix(clock.Load(), 0) }
	client.cfg.Policy.GiveUp = 100 * time.Hour
	p := preparedFor(t, s.start(), path).Renewed(client.cfg.Now())
	if _, err := client.Deliver(t.Context(), Task{Prepared: p, ChunkSize: 1000}, nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"1700000000", "1700001800", "1700003600", "1700005400", "1700007200"}
	if !slices.Equal(s.stamps, want) {
		t.Errorf("%v", s.stamps)
	}
}

// TestResume: an upload that stops goes on at the first part that is not acknowledged,
// and at most one part is sent twice.
func TestResume(t *testing.T) {
	t.Parallel()
	for stop := range 5 {
		for _, how := range []string{"cancelled", "gone", "answer lost"} {
			t.Run(fmt.Sprint(how, " at ", stop), func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var broken atomic.Bool
				broken.Store(true)
				s := &service{t: t}
				s.before = func(n int, w http.ResponseWriter, r *http.Request) bool {
					if n < stop || !broken.Load() {
						return false
					}
					switch how {
					case "cancelled":
						cancel()
						return drop(w)
					case "gone":
						return drop(w)
					}
					return false
				}
				s.after = func(n int, w http.ResponseWriter, _ *http.Request) bool {
					if how == "answer lost" && n == stop {
						cancel()
						return drop(w)
					}
					return false
				}
				path, content := randomFile(t, 4500)
				p := preparedFor(t, s.start(), path)
				var kept *Checkpoint
				task := Task{Prepared: p, ChunkSize: 1000,
					Save: func(k Checkpoint) error { kept = &k; return nil }, Drop: func(Checkpoint) { kept = nil }}
				_, err := quick().Deliver(ctx, task, nil)
				if err == nil {
					t.Fatal("it succeeded")
				}
				e, ok := errors.AsType[*PartError](err)
				if !ok || e.Part != stop+1 || e.Parts != 5 || e.Acked != int64(stop)*1000 || (kept != nil) != e.Resumable || e.Resumable != (stop > 0) {
					t.Fatalf("%v: %+v, kept %v", err, e, kept)
				}
				if how != "gone" && ExitCode(err) != ExitInterrupt && ExitCode(err) != ExitUnknown || how == "gone" && ExitCode(err) != ExitTemporary && ExitCode(err) != ExitUnknown {
					t.Errorf("exit %d: %v", ExitCode(err), err)
				}
				broken.Store(false)
				s.mu.Lock()
				s.received = nil
				s.mu.Unlock()
				task.Resume, task.Prepared = kept, p.Renewed(time.Now())
				result, err := quick().Deliver(t.Context(), task, nil)
				if err != nil || kept != nil || len(result.Warnings) > 0 {
					t.Fatalf("%v, kept %v, %+v", err, kept, result)
				}
				s.mu.Lock()
				defer s.mu.Unlock()
				if n := len(s.assets); !bytes.Equal(s.assets[n-1], content) {
					t.Error("the asset is not the file")
				}
				if stop > 0 && (len(s.received) != 5-stop || !strings.HasPrefix(s.received[0], fmt.Sprintf("bytes %d-", stop*1000))) {
					t.Errorf("after the resume it sent %v", s.received)
				}
			})
		}
	}
}

// TestResumeNotFitting: a checkpoint of something else begins anew, and says so.
func TestResumeNotFitting(t *testing.T) {
	t.Parallel()
	path, _ := randomFile(t, 4500)
	s := &service{t: t}
	base := s.start()
	p := preparedFor(t, base, path)
	good := func() Checkpoint {
		src, err := openSource(p.File, false)
		if err != nil {
			t.Fatal(err)
		}
		defer src.close()
		mark, err := src.fingerprint()
		if err != nil {
			t.Fatal(err)
		}
		return Checkpoint{UploadID: "u", ChunkSize: 1000, Acked: 1000, File: mark, Host: p.Account.Host(), Cloud: "demo", APIKey: SandboxKey, Form: formDigest(p), At: time.Now()}
	}
	if err := good().Fits(p, time.Now()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Checkpoint){
		"too old":      func(k *Checkpoint) { k.At = k.At.Add(-25 * time.Hour) },
		"host":         func(k *Checkpoint) { k.Host = "api.cloudinary.com" },
		"cloud":        func(k *Checkpoint) { k.Cloud = "other" },
		"key":          func(k *Checkpoint) { k.APIKey = "1" },
		"form":         func(k *Checkpoint) { k.Form = "x" },
		"no id":        func(k *Checkpoint) { k.UploadID = "" },
		"nothing":      func(k *Checkpoint) { k.Acked = 0 },
		"all":          func(k *Checkpoint) { k.Acked = 4500 },
		"no part":      func(k *Checkpoint) { k.Acked = 1001 },
		"chunk size 0": func(k *Checkpoint) { k.ChunkSize = 0 },
		"size":         func(k *Checkpoint) { k.File.Size++ },
		"edges":        func(k *Checkpoint) { k.File.Edges = "x" },
		"mtime":        func(k *Checkpoint) { k.File.ModTime = k.File.ModTime.Add(1) },
		"node":         func(k *Checkpoint) { k.File.Node = "1:1" },
		"path":         func(k *Checkpoint) { k.File.Path += "x" },
	} {
		k := good()
		change(&k)
		s.received = nil
		result, err := quick().Deliver(t.Context(), Task{Prepared: p, ChunkSize: 1000, Resume: &k}, nil)
		if err != nil || len(s.received) != 5 || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "from the start") {
			t.Errorf("%s: %v, %d parts, %+v", name, err, len(s.received), result)
		}
	}
}

// TestDeliverSourceChanges: a file that changes while it is sent is noticed, and nothing
// half-old is kept.
func TestDeliverSourceChanges(t *testing.T) {
	t.Parallel()
	rewrite := func(path, content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		name   string
		chunk  int64
		change func(n int, path string)
		exit   int
		assets int
		last   string
		note   string
	}{
		{name: "grown once, then stable", change: func(n int, path string) {
			if n == 0 {
				f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
				if err == nil {
					_, err = f.WriteString("more")
				}
				if err != nil || f.Close() != nil {
					t.Error(err)
				}
			}
		}, assets: 1, last: strings.Repeat("o", 8<<20) + "more", note: "sent anew"},
		{name: "changes again and again", change: func(n int, path string) { rewrite(path, strings.Repeat("n", 8<<20+n)) }, exit: 6},
		{name: "truncated", change: func(_ int, path string) { rewrite(path, "") }, exit: 6},
		{name: "replaced", change: func(n int, path string) { _ = os.Rename(path, path+".old"); rewrite(path, "other") }, assets: 1, note: "replaced or deleted"},
		{name: "deleted", change: func(n int, path string) { _ = os.Remove(path) }, assets: 1, note: "replaced or deleted"},
		{name: "replaced between chunks", chunk: 2 << 20, change: func(n int, path string) {
			if n == 1 {
				_ = os.Rename(path, path+".old")
				rewrite(path, "other")
			}
		}, assets: 1, note: "replaced or deleted"},
		{name: "modified between chunks", chunk: 2 << 20, change: func(n int, path string) {
			if n == 1 {
				rewrite(path, strings.Repeat("n", 8<<20))
			}
		}, exit: 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			old := strings.Repeat("o", 8<<20)
			path := tempFile(t, old)
			s := &service{t: t}
			s.before = func(n int, _ http.ResponseWriter, r *http.Request) bool {
				_, _ = io.ReadFull(r.Body, make([]byte, 1)) // the client has opened the file
				c.change(n, path)
				r.Body = io.NopCloser(io.MultiReader(strings.NewReader("-"), r.Body))
				return false
			}
			chunk := c.chunk
			if chunk == 0 {
				chunk = OneRequest
			}
			result, err := quick().Deliver(t.Context(), Task{Prepared: preparedFor(t, s.start(), path), ChunkSize: chunk}, nil)
			s.mu.Lock()
			defer s.mu.Unlock()
			if ExitCode(err) != c.exit || len(s.assets) != c.assets {
				t.Fatalf("exit %d, %d assets: %v", ExitCode(err), len(s.assets), err)
			}
			want := old
			if c.last != "" {
				want = c.last
			}
			for _, a := range s.assets {
				if string(a) != want {
					t.Errorf("an asset of %d bytes is another one", len(a))
				}
			}
			if c.note != "" && (len(result.Warnings) == 0 || !strings.Contains(result.Warnings[0], c.note)) {
				t.Errorf("%q", result.Warnings)
			}
		})
	}
}

// TestOneConnection: the parts share a connection.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	s := &service{t: t, parts: map[string][]byte{}}
	var conns atomic.Int32
	srv := httptest.NewUnstartedServer(s)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	path, _ := randomFile(t, 100_000)
	result, err := quick().Deliver(t.Context(), Task{Prepared: preparedFor(t, srv.URL, path), ChunkSize: 1000}, nil)
	if err != nil || conns.Load() != 1 || result.Parts != 100 {
		t.Errorf("%d connections, %v", conns.Load(), err)
	}
	if len(result.Timings) == 0 || result.Timings[len(result.Timings)-1].Name != StepRead {
		t.Errorf("%+v", result.Timings)
	}
}

// TestCheckpointCannotBeKept: a disk that is full does not stop an upload; it is said once.
func TestCheckpointCannotBeKept(t *testing.T) {
	t.Parallel()
	s := &service{t: t}
	path, _ := randomFile(t, 4500)
	full := func(Checkpoint) error { return errors.New("no space left on device") }
	result, err := quick().Deliver(t.Context(), Task{Prepared: preparedFor(t, s.start(), path), ChunkSize: 1000, Save: full}, nil)
	if err != nil || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "no space left") {
		t.Errorf("%v %+v", err, result)
	}
}

// TestCheckpointHoldsNoSecret: nor a signature.
func TestCheckpointHoldsNoSecret(t *testing.T) {
	t.Parallel()
	s := &service{t: t}
	path, _ := randomFile(t, 4500)
	p := preparedFor(t, s.start(), path)
	_, err := quick().Deliver(t.Context(), Task{Prepared: p, ChunkSize: 1000, Save: func(k Checkpoint) error {
		text := fmt.Sprintf("%+v", k)
		if strings.Contains(text, p.Trace.Signature) || strings.Contains(text, SandboxSecret+" ") {
			t.Error(text)
		}
		return nil
	}}, nil)
	if err != nil {
		t.Error(err)
	}
}

// TestPackedAnswers: an answer that is packed without having been asked for is read, and
// a bomb is not.
func TestPackedAnswers(t *testing.T) {
	t.Parallel()
	sum := md5.Sum([]byte("content"))
	if !strings.Contains(goodAnswer("content"), hex.EncodeToString(sum[:])) {
		t.Fatal("the answer is not that of the content")
	}
	for name, c := range map[string]struct {
		body string
		ok   bool
	}{
		"right": {gzipped(goodAnswer("content")), true},
		"bomb":  {gzipped(strings.Repeat(" ", 20<<20)), false},
		"cut":   {gzipped(goodAnswer("content"))[:40], false},
		"empty": {"", false},
	} {
		p := preparedFor(t, raw(t, true, reply(200, "Content-Encoding: gzip\r\n", c.body), false), tempFile(t, "content"))
		result, err := New(ClientConfig{Proxy: noProxy}).Upload(t.Context(), p, nil)
		if (err == nil) != c.ok || !c.ok && Classify(err) != ClassMaybe || result == nil || len(result.Body) > 16<<20 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

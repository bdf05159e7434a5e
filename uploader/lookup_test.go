package uploader

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

// TestLookUp: what the Admin API says decides what became of an upload, and nothing is
// said that it does not tell.
func TestLookUp(t *testing.T) {
	t.Parallel()
	const content = "the content"
	began := time.Now().Add(-time.Minute).Truncate(time.Second)
	sum := md5.Sum([]byte(content))
	asset := func(at time.Time, bytes int, etag string) map[string]any {
		return map[string]any{"public_id": "a b/c", "resource_type": "image", "version": at.Unix(), "bytes": bytes, "etag": etag}
	}
	mine, other := hex.EncodeToString(sum[:]), strings.Repeat("0", 32)
	id, folder := signer.Param{Name: "public_id", Value: "c"}, signer.Param{Name: "folder", Value: "a b/"}
	for name, c := range map[string]struct {
		params []signer.Param
		one    any // the answer to a public ID; nil is 404
		list   []any
		next   string
		since  time.Time
		want   Verdict
		says   string
	}{
		"there":                {params: []signer.Param{id, folder}, one: asset(began.Add(time.Second), 11, mine), since: began, want: WasKept, says: "MD5"},
		"not there":            {params: []signer.Param{id, folder}, since: began, want: WasNotKept, says: "a b/c"},
		"from before":          {params: []signer.Param{id, folder}, one: asset(began.Add(-time.Hour), 11, mine), since: began, want: WasNotKept, says: "before this upload"},
		"other content":        {params: []signer.Param{id, folder}, one: asset(began, 12, other), since: began, want: CannotTell, says: "somebody else"},
		"transformed":          {params: []signer.Param{id, folder, {Name: "transformation", Value: "w_1"}}, one: asset(began, 12, other), since: began, want: WasKept},
		"nobody knows when":    {params: []signer.Param{id, folder}, one: asset(began, 11, mine), want: WasKept},
		"nobody knows what":    {params: []signer.Param{id, folder}, one: asset(began, 12, ""), want: CannotTell},
		"by content":           {list: []any{asset(began, 11, "")}, one: asset(began, 11, mine), since: began, want: WasKept, says: "a b/c"},
		"same size only":       {list: []any{asset(began, 11, "")}, one: asset(began, 11, other), since: began, want: WasNotKept},
		"no MD5":               {list: []any{asset(began, 11, "")}, since: began, want: CannotTell, says: "1 of the newest"},
		"none since":           {list: []any{asset(began.Add(-time.Hour), 11, mine)}, next: "x", since: began, want: WasNotKept},
		"more than are listed": {list: []any{asset(began, 5, other)}, next: "x", since: began, want: CannotTell},
		"not sorted":           {list: []any{asset(began.Add(-time.Hour), 5, other), asset(began.Add(-time.Minute), 5, other)}, next: "x", since: began, want: CannotTell},
		"unique":               {params: []signer.Param{id, {Name: "unique_filename", Value: "true"}}, since: began, want: WasNotKept, says: "no public ID"},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if key, secret, _ := r.BasicAuth(); key != SandboxKey || secret != SandboxSecret {
				t.Errorf("%s: the request has no credentials", name)
			}
			switch {
			case r.URL.Path == "/v1_1/demo/resources/image/upload":
				_ = json.NewEncoder(w).Encode(map[string]any{"resources": c.list, "next_cursor": c.next})
			case r.URL.Path == "/v1_1/demo/resources/image/upload/a b/c" && c.one != nil:
				_ = json.NewEncoder(w).Encode(c.one)
			default:
				w.WriteHeader(http.StatusNotFound)
			}
		}))
		f, err := New(ClientConfig{}).LookUp(t.Context(), preparedFor(t, srv.URL, tempFile(t, content), c.params...), c.since)
		srv.Close()
		if err != nil || f.Verdict != c.want || !strings.Contains(f.Why, c.says) || f.Hint == "" {
			t.Errorf("%s: got %v (%s; %s), %v, want %v", name, f.Verdict, f.Why, f.Hint, err, c.want)
		}
	}
}

// TestLookUpClock: the server's clock counts, not this machine's.
func TestLookUpClock(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-3 * time.Hour, 3 * time.Hour} {
		began := time.Now()
		for _, c := range []struct {
			at   time.Duration
			want Verdict
		}{{time.Second, WasKept}, {-time.Minute, WasNotKept}} {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
				_, _ = fmt.Fprintf(w, `{"public_id":"c","version":%d}`, began.Add(off+c.at).Unix())
			}))
			p := preparedFor(t, srv.URL, "https://example.com/a.jpg", signer.Param{Name: "public_id", Value: "c"})
			f, err := New(ClientConfig{}).LookUp(t.Context(), p, began)
			srv.Close()
			if err != nil || f.Verdict != c.want {
				t.Errorf("clock off by %v, asset %v: %v (%s), %v", off, c.at, f.Verdict, f.Why, err)
			}
		}
	}
}

// TestLookUpRefused: a service that does not say, one that is none, and an account that
// cannot ask. The secret is in no text.
func TestLookUpRefused(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-value-0123"
	for name, answer := range map[string]http.HandlerFunc{
		"refused": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"error":{"message":"no rights with ` + secret + `"}}`))
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>" + secret)) },
		"moved":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
	} {
		srv := httptest.NewServer(answer)
		a := Account{CloudName: "demo", APIKey: "1", Secret: signer.NewSecret(secret), Prefix: srv.URL}
		p, _ := Prepare(Draft{File: "https://example.com/a.jpg"}.With("public_id", "c"), a, File{}, time.Now())
		f, err := New(ClientConfig{}).LookUp(t.Context(), p, time.Now())
		srv.Close()
		if f.Verdict != CannotTell || err == nil && f.Why == "" || strings.Contains(f.Why+fmt.Sprint(err), secret) {
			t.Errorf("%s: got %+v, %v", name, f, err)
		}
	}
	p, _ := Prepare(Draft{Auth: AuthUnsigned}, Account{CloudName: "demo"}, File{}, time.Now())
	if _, err := New(ClientConfig{}).LookUp(t.Context(), p, time.Now()); !errors.Is(err, ErrUnsignedLookUp) {
		t.Errorf("without a secret: %v", err)
	}
}

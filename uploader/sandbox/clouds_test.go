package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"signpost/signer"
)

// TestAnyCloud: each name is a cloud with a state of its own; without the switch another
// name is refused, and neither a wrong name nor another key gets in.
func TestAnyCloud(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.AnyCloud = true })
	for _, cloud := range []string{"anna", "ben", "demo"} {
		post(t, s, "/v1_1/"+cloud+"/raw/upload", signed(t, param("public_id", "x"), file("f", []byte("of "+cloud)))).upload(t)
	}
	for _, cloud := range []string{"anna", "ben", "demo"} {
		if r := get(t, s, "/"+cloud+"/raw/upload/x"); string(r.body) != "of "+cloud {
			t.Errorf("%s: %d %s", cloud, r.status, r.body)
		}
		r := request(t, s, http.MethodGet, "/v1_1/"+cloud+"/resources/raw", "", nil)
		r.Header.Set("Authorization", demo.Secret.BasicAuth(demo.APIKey))
		var list struct {
			Resources []struct {
				PublicID string `json:"public_id"`
			}
		}
		if got := do(t, s, r); json.Unmarshal(got.body, &list) != nil || len(list.Resources) != 1 {
			t.Errorf("%s: %s", cloud, got.body)
		}
	}
	s.Reset("anna")
	if a, b := get(t, s, "/anna/raw/upload/x"), get(t, s, "/ben/raw/upload/x"); a.status != http.StatusNotFound || b.status != http.StatusOK {
		t.Errorf("after a reset of one cloud: %d, %d", a.status, b.status)
	}
	wantRefused(t, post(t, s, "/v1_1/a%20b/raw/upload", signed(t, file("f", []byte("x")))), http.StatusUnauthorized, "Invalid cloud_name a b")
	other := demo
	other.APIKey = "999999999999999"
	wantRefused(t, post(t, s, "/v1_1/anna/raw/upload", signedAs(t, other, signer.Options{}, file("f", []byte("x")))), http.StatusUnauthorized, "Unknown API key 999999999999999")
	wantRefused(t, post(t, newServer(t), "/v1_1/anna/raw/upload", signed(t, file("f", []byte("x")))), http.StatusUnauthorized, "Invalid cloud_name anna")
}

// TestRoomIsFair (T37): who uploads much loses their own, and nobody else's.
func TestRoomIsFair(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.AnyCloud, o.Limits.Assets = true, 10 })
	for _, cloud := range []string{"anna", "ben"} {
		post(t, s, "/v1_1/"+cloud+"/raw/upload", signed(t, param("public_id", "x"), file("f", []byte("x")))).upload(t)
	}
	for i := range 50 {
		post(t, s, "/v1_1/greedy/raw/upload", signed(t, param("public_id", fmt.Sprint(i)), file("f", []byte("x")))).upload(t)
	}
	for _, cloud := range []string{"anna", "ben"} {
		if n := len(s.store.list(cloud)); n != 1 {
			t.Errorf("%s has %d", cloud, n)
		}
	}
	if n := len(s.store.list("greedy")); n != 8 {
		t.Errorf("the greedy one has %d", n)
	}
}

// TestRoomIsFairInBytes (T37): where the bytes are too many, the cloud that has most of
// them loses its own, however few assets they are.
func TestRoomIsFairInBytes(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.AnyCloud, o.Limits.Total = true, 10_000 })
	for i := range 20 {
		post(t, s, "/v1_1/anna/raw/upload", signed(t, param("public_id", fmt.Sprint(i)), file("f", []byte("small")))).upload(t)
	}
	for i := range 10 {
		post(t, s, "/v1_1/greedy/raw/upload", signed(t, param("public_id", fmt.Sprint(i)), file("f", bytes.Repeat([]byte("x"), 3000)))).upload(t)
	}
	if n, m := len(s.store.list("anna")), len(s.store.list("greedy")); n != 20 || m != 3 {
		t.Errorf("anna has %d, the greedy one %d", n, m)
	}
}

// TestTooManyClouds: their number is bounded, in words; those that hold nothing take no
// place, whatever was asked of them, and neither do those without the credentials.
func TestTooManyClouds(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.AnyCloud, o.Limits.Clouds = true, 5 })
	put := func(cloud string) reply {
		return post(t, s, "/v1_1/"+cloud+"/raw/upload", signed(t, param("public_id", "x"), file("f", []byte("x"))))
	}
	other := demo
	other.Secret = signer.NewSecret("wrong")
	for i := range 50 {
		post(t, s, fmt.Sprintf("/v1_1/w%d/raw/upload", i), signedAs(t, other, signer.Options{}, file("f", []byte("x"))))
		post(t, s, fmt.Sprintf("/v1_1/n%d/raw/destroy", i), signed(t, param("public_id", "none")))
	}
	preset := request(t, s, http.MethodPost, "/v1_1/c0/upload_presets", "application/x-www-form-urlencoded", []byte("name=p"))
	preset.Header.Set("Authorization", demo.Secret.BasicAuth(demo.APIKey))
	do(t, s, preset)
	for i := range 4 {
		put(fmt.Sprint("c", i+1)).upload(t)
	}
	wantRefused(t, put("more"), 400, "The sandbox has 5 clouds already. A reset of one that nobody needs makes room.")
	put("c1").upload(t)
	s.Reset("c0") // which has a preset and nothing else
	put("more").upload(t)
	wantRefused(t, put("another"), 400, "The sandbox has 5 clouds already. A reset of one that nobody needs makes room.")
}

// TestT36AtOnce: one cloud has only so many requests at the same time; the others are not
// kept waiting by it.
func TestT36AtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.AnyCloud, o.Limits.AtOnce = true, 3 })
	for range 3 {
		s.enter(&s.rooms.busy, "greedy", 3)
	}
	put := func(cloud string) reply {
		return post(t, s, "/v1_1/"+cloud+"/raw/upload", signed(t, param("public_id", "x"), file("f", []byte("x"))))
	}
	r := put("greedy")
	wantRefused(t, r, 420, "Rate Limit Exceeded. The sandbox answers 3 requests of one cloud at the same time.")
	if r.header.Get("Retry-After") != "1" {
		t.Errorf("%v", r.header)
	}
	put("anna").upload(t)
	s.leave(&s.rooms.busy, "greedy")
	put("greedy").upload(t)
	for range 2 {
		s.leave(&s.rooms.busy, "greedy")
	}
	if len(s.rooms.busy) != 0 {
		t.Errorf("%v is still counted", s.rooms.busy)
	}
}

// TestT37PartsOfARoom: unfinished uploads of one cloud leave room for the others.
func TestT37PartsOfARoom(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.AnyCloud, o.MinPart, o.Limits.Total, o.Limits.Free = true, -1, 10_000, 1 })
	part := func(cloud string, n int) reply {
		contentType, body := multipartBody(t, signed(t, file("f", bytes.Repeat([]byte("x"), 1000))))
		r := request(t, s, http.MethodPost, "/v1_1/"+cloud+"/raw/upload", contentType, body)
		r.Header.Set("X-Unique-Upload-Id", fmt.Sprint(n))
		r.Header.Set("Content-Range", "bytes 0-999/2000")
		return do(t, s, r)
	}
	taken := 0
	for n := range 20 {
		if part("greedy", n).status == http.StatusOK {
			taken++
		}
	}
	if taken < 2 || taken > 6 || part("anna", 1).status != http.StatusOK {
		t.Errorf("%d parts of one cloud were taken", taken)
	}
	s.Reset("greedy")
	if s.pool.used != 1000 || part("greedy", 1).status != http.StatusOK {
		t.Errorf("%d bytes after the reset", s.pool.used)
	}
}

// TestNotDone: a notification that has no place any more is in the record.
func TestNotDone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for range mostNotices {
		s.notices <- struct{}{}
	}
	post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", "x"), param("notification_url", "https://u:p@example.com/hook"), file("f", []byte("x")))).upload(t)
	all := s.Exchanges()
	if e := all[0]; len(all) != 2 || e.Path != "/v1_1/demo/notification" || !strings.HasPrefix(e.Error, "not done") || !strings.Contains(e.File, "example.com") || strings.Contains(e.File, "u:p@") {
		t.Errorf("%+v", all)
	}
	for range mostNotices {
		<-s.notices
	}
}

// TestRecordIsBounded: whatever a request holds, little of it is recorded.
func TestRecordIsBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	long := strings.Repeat("x", 100_000)
	fields := []field{param("signature", long), param("api_key", DemoKey), param("timestamp", stamp), param("file", "x")}
	for i := range 8 {
		fields = append(fields, param(fmt.Sprint("n", i, long), long))
	}
	for range 3 {
		post(t, s, "/v1_1/demo/raw/upload", fields)
	}
	for _, e := range s.Exchanges() {
		raw, err := json.Marshal(e)
		if err != nil || len(raw) > 64<<10 {
			t.Errorf("%d bytes are recorded, %v", len(raw), err)
		}
	}
}

// TestRoom: thirty people at once, each in their own cloud, while one of them resets theirs
// again and again: nobody's uploads are another's, none of the others' is lost, and what
// is counted is what is there.
func TestRoom(t *testing.T) {
	t.Parallel()
	s, _ := kept(t, t.TempDir(), func(o *Options) { o.AnyCloud = true })
	const people, each = 30, 8
	var group sync.WaitGroup
	for i := range people {
		group.Go(func() {
			cloud := fmt.Sprint("p", i)
			for n := range each {
				r := post(t, s, "/v1_1/"+cloud+"/image/upload", signed(t, param("public_id", fmt.Sprint(n)), param("eager", "w_1"), file("a.png", tinyPNG)))
				if r.status != http.StatusOK {
					t.Errorf("%s: %d %s", cloud, r.status, r.body)
				}
				if i == 0 {
					s.Reset(cloud)
				}
			}
		})
	}
	group.Wait()
	var bytes int64
	for i := range people {
		list := s.store.list(fmt.Sprint("p", i))
		if want := each; i == 0 && len(list) != 0 || i > 0 && len(list) != want {
			t.Errorf("p%d has %d assets", i, len(list))
		}
		for _, a := range list {
			bytes += a.size()
		}
	}
	if s.pool.used != bytes {
		t.Errorf("%d bytes are counted, %d are there", s.pool.used, bytes)
	}
	s.Reset("")
	if got := files(t, s.pool.dir); s.pool.used != 0 || len(got) != 3 {
		t.Errorf("%d bytes and %d files after the reset", s.pool.used, len(got))
	}
}

// TestReset: the page, or a script with the credentials, forgets one cloud; only this
// machine forgets everything, and no other site anything.
func TestReset(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.AnyCloud = true })
	own := func(r *http.Request) { r.SetBasicAuth(DemoKey, "abcd") }
	for _, c := range []struct {
		name, query string
		change      func(r *http.Request)
		status      int
		left        int // of anna and ben
	}{
		{"no credentials", "?cloud=anna", func(*http.Request) {}, 403, 2},
		{"wrong secret", "?cloud=anna", func(r *http.Request) { r.SetBasicAuth(DemoKey, "abce") }, 401, 2},
		{"another site", "?cloud=anna", func(r *http.Request) { own(r); r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403, 2},
		{"no name of a cloud", "?cloud=a%20b", own, 401, 2},
		{"everything, from elsewhere", "", func(r *http.Request) { own(r); r.RemoteAddr = "192.168.1.9:5" }, 400, 2},
		{"one cloud, from elsewhere", "?cloud=anna", func(r *http.Request) { own(r); r.RemoteAddr = "192.168.1.9:5" }, 200, 1},
		{"one cloud, by the page", "?cloud=ben", func(r *http.Request) { r.Header.Set("X-Page-Token", s.token) }, 200, 1},
		{"GET", "", func(r *http.Request) { own(r); r.Method = http.MethodGet }, 405, 2},
		{"everything", "", own, 200, 0},
	} {
		for _, cloud := range []string{"anna", "ben"} {
			post(t, s, "/v1_1/"+cloud+"/raw/upload", signed(t, param("public_id", "x"), file("f", []byte("x")))).upload(t)
		}
		r := request(t, s, http.MethodPost, "/_/reset"+c.query, "", nil)
		r.RemoteAddr = "127.0.0.1:5"
		c.change(r)
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if n := len(s.store.list("")); w.Code != c.status || n != c.left {
			t.Errorf("%s: %d, %d are left: %s", c.name, w.Code, n, w.Body)
		}
	}
}

package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"testing"

	"signpost/signer"
)

// atAddr is a request as it comes in on a connection to local.
func atAddr(t *testing.T, host, local string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = host
	addr := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(local))
	return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(addr)))
}

func TestT28HostIsChecked(t *testing.T) {
	t.Parallel()
	cases := []struct {
		host, local string
		remote      bool
		want        bool
	}{
		{"127.0.0.1:8787", "127.0.0.1:8787", false, true},
		{"localhost:8787", "127.0.0.1:8787", false, true},
		{"LocalHost:8787", "127.0.0.1:8787", false, true},
		{"[::1]:8787", "[::1]:8787", false, true},
		{"127.0.0.1", "127.0.0.1:80", false, true},
		{"127.0.0.2:8787", "127.0.0.2:8787", false, true},
		{"localhost", "127.0.0.1:8787", false, false},
		{"localhost:8788", "127.0.0.1:8787", false, false},
		{"localhost:08787", "127.0.0.1:8787", false, false},
		{"localhost:8787:8787", "127.0.0.1:8787", false, false},
		{"localhost.:8787", "127.0.0.1:8787", false, false},
		{"localhost.example.com:8787", "127.0.0.1:8787", false, false},
		{"127.0.0.1.evil.example:8787", "127.0.0.1:8787", false, false},
		{"evil.example:8787", "127.0.0.1:8787", false, false},
		{"x.localhost:8787", "127.0.0.1:8787", false, false},
		{"127.1:8787", "127.0.0.1:8787", false, false},
		{"2130706433:8787", "127.0.0.1:8787", false, false},
		{"0.0.0.0:8787", "127.0.0.1:8787", false, false},
		{"[::ffff:127.0.0.1]:8787", "127.0.0.1:8787", false, false},
		{"[::1", "[::1]:8787", false, false},
		{"::1:8787", "[::1]:8787", false, false},
		{"[]:8787", "127.0.0.1:8787", false, false},
		{":8787", "127.0.0.1:8787", false, false},
		{"", "127.0.0.1:80", false, false},
		{"localhost:99999", "127.0.0.1:8787", false, false},
		{"localhost:-1", "127.0.0.1:8787", false, false},
		{"localhost:8787\x00", "127.0.0.1:8787", false, false},
		{"192.168.1.5:8787", "192.168.1.5:8787", false, false},
		{"192.168.1.5:8787", "192.168.1.5:8787", true, true},
		{"192.168.1.6:8787", "192.168.1.5:8787", true, false},
		{"evil.example:8787", "192.168.1.5:8787", true, false},
	}
	for _, c := range cases {
		s := newServer(t, func(o *Options) { o.AllowRemote = c.remote })
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, atAddr(t, c.host, c.local))
		if got := rec.Code != http.StatusMisdirectedRequest; got != c.want || c.want && rec.Code != http.StatusOK {
			t.Errorf("host %q at %s, remote %t: status %d, want allowed %t", c.host, c.local, c.remote, rec.Code, c.want)
		}
	}
}

func TestT28ListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "0:0", "0x0:0", "[::ffff:0.0.0.0]:0", "192.168.1.5:0", "example.com:0", "127.0.0.1.evil.example:0", "nonsense", "127.0.0.1"} {
		s := newServer(t)
		if err := s.Listen(addr); err == nil {
			t.Errorf("%s: no error", addr)
		}
	}
}

// TestT28Room: with AllowRemote every spelling of the wildcard is one, each of the
// machine's own addresses is an allowed Host with the right port, and no name is.
func TestT28Room(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "0:0", "0x0:0", "0.0:0", "[::ffff:0.0.0.0]:0"} {
		s := newServer(t, func(o *Options) { o.AllowRemote = true })
		if err := s.Listen(addr); err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		for _, base := range append(s.RemoteURLs(), s.BaseURL()) {
			u, err := url.Parse(base)
			if err != nil {
				t.Fatal(err)
			}
			for host, want := range map[string]int{
				u.Host: http.StatusOK, "localhost:" + u.Port(): http.StatusOK, u.Hostname() + ":1": 421,
				"evil.example:" + u.Port(): 421, "0.0.0.0:" + u.Port(): 421, "8.8.8.8:" + u.Port(): 421,
			} {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Host = host
				res, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = res.Body.Close()
				if res.StatusCode != want {
					t.Errorf("%s: host %s at %s: %d, want %d", addr, host, base, res.StatusCode, want)
				}
			}
		}
	}
	for _, addr := range []string{"example.com:0", "127.0.0.1.evil.example:0", "x:0", "0y:0"} {
		s := newServer(t, func(o *Options) { o.AllowRemote = true })
		if err := s.Listen(addr); err == nil || !strings.Contains(err.Error(), "has a name") {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestT30NoCORSAndNoForeignPosts(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, header, value string
		want                int
	}{
		{"curl", "X-Other", "1", 200},
		{"own page", "Sec-Fetch-Site", "same-origin", 200},
		{"address bar", "Sec-Fetch-Site", "none", 200},
		{"own origin", "Origin", "http://" + DefaultAddr, 200},
		{"another site", "Sec-Fetch-Site", "cross-site", 403},
		{"another port", "Sec-Fetch-Site", "same-site", 403},
		{"another origin", "Origin", "http://evil.example", 403},
		{"null", "Origin", "null", 403},
		{"prefix", "Origin", "http://" + DefaultAddr + ".evil.example", 403},
		{"suffix", "Origin", "http://evil.example/?" + DefaultAddr, 403},
		{"other port", "Origin", "http://127.0.0.1:1", 403},
	}
	for _, c := range cases {
		s := newServer(t)
		r := do(t, s, with(c.header, c.value)(t, s))
		if r.status != c.want {
			t.Errorf("%s: status %d, want %d", c.name, r.status, c.want)
		}
		preflight := request(t, s, http.MethodOptions, imagePath, "", nil)
		preflight.Header.Set(c.header, c.value)
		preflight.Header.Set("Access-Control-Request-Method", "POST")
		for _, h := range []http.Header{r.header, do(t, s, preflight).header} {
			for name := range h {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s: %s is set", c.name, name)
				}
			}
		}
	}
}

func TestT32AddressesThatAreNotDialled(t *testing.T) {
	t.Parallel()
	refused := []string{"127.0.0.1", "127.255.255.255", "::1", "0.0.0.0", "::", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255",
		"192.168.0.1", "169.254.169.254", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "100.64.0.0", "100.127.255.255", "224.0.0.1",
		"239.255.255.255", "255.255.255.255", "240.0.0.1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
		"2002:7f00:1::", "2001::1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "fec0::1", "::127.0.0.1", "100::1"}
	for _, ip := range refused {
		if mayDial(netip.MustParseAddr(ip), false) {
			t.Errorf("%s may be dialled", ip)
		}
	}
	for _, ip := range []string{"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "2606:4700::1111", "198.17.255.255", "198.20.0.0"} {
		if !mayDial(netip.MustParseAddr(ip), false) {
			t.Errorf("%s may not be dialled", ip)
		}
	}
	if !mayDial(netip.MustParseAddr("127.0.0.1"), true) || mayDial(netip.MustParseAddr("10.0.0.1"), true) {
		t.Error("the switch for loopback opens something else, or nothing")
	}
}

// Threat T32, with real connections: the address is checked when it is dialled, for
// redirects too; five redirects; only http and https.
func TestT32FetchIsGuarded(t *testing.T) {
	t.Parallel()
	var hits, port = make(chan string, 100), ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits <- r.URL.Path
		switch {
		case strings.HasPrefix(r.URL.Path, "/loop"):
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		case r.URL.Path == "/private":
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		case r.URL.Path == "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case r.URL.Path == "/missing":
			http.NotFound(w, r)
		default:
			_, _ = w.Write(tinyPNG)
		}
	}))
	defer srv.Close()
	port = srv.URL[strings.LastIndexByte(srv.URL, ':'):]
	cases := []struct {
		url   string
		allow bool
		want  string
	}{
		{srv.URL + "/a.png", false, "ERR_ACCESS_DENIED 0"},
		{"http://localhost" + port + "/a.png", false, "ERR_ACCESS_DENIED 0"},
		{"http://[::ffff:127.0.0.1]" + port + "/a.png", false, "ERR_ACCESS_DENIED 0"},
		{srv.URL + "/a.png", true, ""},
		{srv.URL + "/private", true, "ERR_ACCESS_DENIED 0"},
		{srv.URL + "/file", true, "ERR_UNSUP_REQ 0"},
		{srv.URL + "/loop", true, "ERR_TOO_MANY_REDIRECTS 0"},
		{srv.URL + "/missing", true, "404 Not Found"},
		{"gopher://127.0.0.1/", true, "ERR_INVALID_URL 0"},
	}
	for _, c := range cases {
		before := len(hits)
		body, _, err := NewFetch(c.allow)(t.Context(), c.url)
		var load *LoadError
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.url, err)
				continue
			}
			got, _ := io.ReadAll(body)
			_ = body.Close()
			if !bytes.Equal(got, tinyPNG) {
				t.Errorf("%s: %d bytes", c.url, len(got))
			}
			continue
		}
		if !errors.As(err, &load) || load.Reason != c.want {
			t.Errorf("%s: got %v, want %s", c.url, err, c.want)
		}
		if !c.allow && len(hits) != before {
			t.Errorf("%s was reached", c.url)
		}
		if n := len(hits) - before; n > fetchRedirects+1 {
			t.Errorf("%s: %d requests", c.url, n)
		}
	}
}

// Threat T32: of itself the sandbox loads its sample and what it delivers to everybody,
// without a connection, and nothing else.
func TestT32OwnAssetsOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.Fetch = NewFetch(false) })
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	upload := func(address string) reply {
		contentType, body := multipartBody(t, append(signed(t), param("file", address)))
		return send(t, http.DefaultClient, request(t, s, http.MethodPost, imagePath, contentType, body))
	}
	a := upload(s.SampleURL()).upload(t)
	if a.ETag == "" || !strings.HasPrefix(a.URL, s.BaseURL()+"/demo/image/upload/") {
		t.Errorf("the sample: %+v", a)
	}
	if again := upload(a.URL).upload(t); again.ETag != a.ETag {
		t.Errorf("an asset of its own: %+v", again)
	}
	private := act(t, s, "image/upload", param("public_id", "p"), param("type", "private"), file("p.png", tinyPNG)).upload(t)
	closed := act(t, s, "image/upload", param("public_id", "c"), param("access_control", `{"access_type":"token"}`), file("c.png", tinyPNG)).upload(t)
	for address, want := range map[string]string{
		s.BaseURL() + "/_/assets": "404 Not Found", s.BaseURL() + "/v1_1/demo/resources/image": "404 Not Found", s.BaseURL() + "/": "404 Not Found",
		s.BaseURL() + "/demo/image/private/p.png": "401 Unauthorized", strings.Replace(closed.URL, "http://127.0.0.1:8787", s.BaseURL(), 1): "401 Unauthorized",
		"http://127.0.0.1:1/demo/image/upload/x.png": "ERR_ACCESS_DENIED 0", "http://localhost.example.org/x.png": "ERR_DNS_FAIL 0",
	} {
		wantRefused(t, upload(address), 400, "Error in loading "+address+" - "+want)
	}
	if private.Type != "private" {
		t.Errorf("%+v", private)
	}
	got := send(t, http.DefaultClient, request(t, s, http.MethodGet, a.URL, "", nil))
	if !bytes.Equal(got.body, Sample()) {
		t.Error("the sample is not delivered over the socket")
	}
}

// Threat T33: names are keys. Nothing of them reaches the file system, and other
// Unicode forms are other keys.
func TestT33NamesAreKeysAndNotPaths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := newServer(t)
	names := []string{"../../etc/passwd", "..", "a/../b", "b", ".", "a//b", dir + "/x", `c:\x`, "CON", "~", "ü", "u\u0308"}
	seen := map[string]bool{}
	for _, name := range names {
		if strings.ContainsRune(name, '\\') {
			wantRefused(t, post(t, s, imagePath, signed(t, param("public_id", name), file(name, tinyPNG))), 400, "public_id ("+name+") is invalid")
			continue
		}
		a := post(t, s, imagePath, signed(t, param("public_id", name), file(name+".png", tinyPNG))).upload(t)
		if seen[a.PublicID] || a.Overwritten {
			t.Errorf("%q is the key of something else", name)
		}
		seen[a.PublicID] = true
		u, err := url.Parse(a.URL)
		if err != nil {
			t.Fatal(err)
		}
		r := request(t, s, http.MethodGet, "/", "", nil)
		r.URL = u
		if got := do(t, s, r); got.status != 200 || !bytes.Equal(got.body, tinyPNG) {
			t.Errorf("%q is not delivered at %s: %d", name, a.URL, got.status)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v was written, %v", left, err)
	}
	for _, path := range []string{"/../../etc/passwd", "/demo/image/upload/../../../../etc/passwd", "/demo/image/upload/%2e%2e%2f%2e%2e%2fetc/hosts", "//etc/passwd", "/sample/../sample/x"} {
		r := request(t, s, http.MethodGet, "/", "", nil)
		r.URL = &url.URL{Scheme: "http", Host: DefaultAddr, Path: path}
		if got := do(t, s, r); got.status != http.StatusNotFound && got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %.80q", path, got.status, got.body)
		}
	}
}

// Threat T34: a stored file has no name on the disk that anybody could link to.
func TestT34StoredFilesHaveNoName(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	sp := s.pool.newSpool(1 << 30)
	if _, err := sp.Write(make([]byte, inMemory+1)); err != nil {
		t.Fatal(err)
	}
	name := sp.file.Name()
	info, err := sp.file.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is there: %v", name, err)
	}
}

// Threat T35: pixel floods are refused by their header; transformations are bounded.
func TestT35PixelsAndTransformations(t *testing.T) {
	t.Parallel()
	flood := []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00")
	r := post(t, newServer(t), imagePath, signed(t, file("a.gif", flood)))
	if r.status != 400 {
		t.Errorf("4 gigapixels: %d %s", r.status, r.body)
	}
	for _, eager := range []string{"w_99999,h_99999,c_pad", strings.Repeat("w_9/", 30) + "w_9"} {
		s := newServer(t)
		r := post(t, s, imagePath, signed(t, param("eager", eager), file("a.png", tinyPNG)))
		if r.status != 400 || r.message() == "" || s.pool.used != 0 {
			t.Errorf("%.30s: %d %s, %d bytes are kept", eager, r.status, r.body, s.pool.used)
		}
	}
}

// Threat T37: bounds of a file, of everything, of the number, and of the disk's room.
func TestT37StoredBytesAreBounded(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(*Options)
		free   int64
		size   int
		want   []int // status of each upload
	}{
		{"file", func(o *Options) { o.Limits.File = 10 }, 1e12, 11, []int{400}},
		{"total", func(o *Options) { o.Limits.Total = 25 }, 1e12, 10, []int{200, 200, 200, 200}}, // the oldest go
		{"more than everything", func(o *Options) { o.Limits.Total = 25 }, 1e12, 26, []int{400}},
		{"number", func(o *Options) { o.Limits.Assets = 2 }, 1e12, 10, []int{200, 200, 200, 200}},
		{"disk", func(*Options) {}, 1e9 - 1, inMemory + 1, []int{400}},
		{"disk with room", func(*Options) {}, 1e9, inMemory + 1, []int{200}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, c.change)
			s.pool.free = func(string) (int64, bool) { return c.free, true }
			kept := int64(0)
			for i, want := range c.want {
				r := post(t, s, "/v1_1/demo/raw/upload", signed(t, file("a", bytes.Repeat([]byte("x"), c.size))))
				if r.status != want {
					t.Errorf("upload %d: %d %s, want %d", i, r.status, r.body, want)
				}
				if r.status == 200 {
					kept = min(kept+int64(c.size), 2*int64(c.size))
				}
			}
			if s.pool.used != kept {
				t.Errorf("%d bytes are taken, %d are kept", s.pool.used, kept)
			}
		})
	}
}

// Threat T38: malformed requests, and one with two lengths, over a real socket.
func TestT38MalformedRequests(t *testing.T) {
	t.Parallel()
	var l journal
	s := newServer(t, func(o *Options) { o.Log = l.add })
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(s.BaseURL(), "http://")
	hidden := "GET /hidden HTTP/1.1\r\nHost: " + host + "\r\n\r\n"
	for _, raw := range []string{
		"POST " + imagePath + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
		"POST " + imagePath + " HTTP/1.1\r\nHost: " + host + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"POST " + imagePath + " HTTP/1.1\r\nHost: " + host + "\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"POST " + imagePath + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: -1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: " + host + "\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: " + host + "\r\nBad Header: 1\r\n\r\n",
		"nonsense\r\n\r\n",
		"GET http://evil.example/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: " + host + "\r\nX: " + strings.Repeat("x", 80<<10) + "\r\n\r\n",
		"POST " + imagePath + " HTTP/1.1\r\nHost: " + host + "\r\nTransfer-Encoding: chunked\r\nContent-Length: " + fmt.Sprint(5+len(hidden)) + "\r\n\r\n0\r\n\r\n",
	} {
		status := rawStatus(t, host, raw)
		if status < 400 || status > 501 {
			t.Errorf("%.70q: status %d", raw, status)
		}
	}
	for _, e := range l.exchanges() {
		if e.Path == "/hidden" {
			t.Error("a smuggled request was answered")
		}
	}
	if r := send(t, http.DefaultClient, request(t, s, http.MethodGet, s.SampleURL(), "", nil)); r.status != 200 {
		t.Errorf("afterwards: %d", r.status)
	}
}

// rawStatus sends bytes and returns the status of the first answer.
func rawStatus(t *testing.T, host, raw string) int {
	t.Helper()
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() { _, _ = io.WriteString(c, raw) }()
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Errorf("%.70q: %v", raw, err)
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// Threat T39: what was uploaded neither runs in a browser nor is guessed at.
func TestT39NothingUploadedRuns(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	html := []byte("<html><script>alert(1)</script>")
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)
	for _, c := range []struct {
		path, name string
		data       []byte
		attachment bool
	}{
		{"/v1_1/demo/raw/upload", "a.html", html, true},
		{"/v1_1/demo/auto/upload", "a.svg", svg, true},
		{"/v1_1/demo/raw/upload", "a\"; x=y.xhtml", html, true},
		{"/v1_1/demo/video/upload", "a.mp4", tinyMP4, true},
		{"/v1_1/demo/image/upload", "a.png", tinyPNG, false},
	} {
		a := post(t, s, c.path, signed(t, param("use_filename", "1"), param("unique_filename", "0"), file(strings.ReplaceAll(c.name, `"`, "%22"), c.data))).upload(t)
		h := get(t, s, a.URL).header
		if h.Get("Content-Security-Policy") != "sandbox" || h.Get("X-Content-Type-Options") != "nosniff" ||
			strings.HasPrefix(h.Get("Content-Disposition"), "attachment") != c.attachment ||
			strings.Contains(h.Get("Content-Type"), "html") || strings.Contains(h.Get("Content-Type"), "svg") {
			t.Errorf("%s: %v", c.name, h)
		}
	}
	wantRefused(t, post(t, s, imagePath, signed(t, file("a.svg", svg))), 400, "Invalid image file")
	tag := "<script>"
	r := post(t, s, imagePath, signed(t, param("public_id", "x"), param("tags", tag), param("context", "a="+tag), file("a.png", tinyPNG)))
	if r.header.Get("Content-Type") != "application/json; charset=utf-8" || r.header.Get("X-Content-Type-Options") != "nosniff" || r.upload(t).Tags[0] != tag {
		t.Errorf("%v %s", r.header, r.body)
	}
}

func TestT40PortTakenAndFreePort(t *testing.T) {
	t.Parallel()
	first, second := newServer(t), newServer(t)
	if err := first.Listen("localhost:0"); err != nil {
		t.Fatal(err)
	}
	taken := strings.TrimPrefix(first.BaseURL(), "http://")
	err := second.Listen(taken)
	if !errors.Is(err, ErrPortTaken) || !strings.Contains(err.Error(), taken) {
		t.Errorf("got %v", err)
	}
	if err := second.ListenFree(taken); err != nil {
		t.Fatal(err)
	}
	if second.BaseURL() == first.BaseURL() {
		t.Error("both say they are at " + taken)
	}
	if r := send(t, http.DefaultClient, request(t, second, http.MethodGet, second.SampleURL(), "", nil)); r.status != 200 {
		t.Errorf("the second: %d", r.status)
	}
	if err := second.Listen("127.0.0.1:0"); err == nil {
		t.Error("it listens twice")
	}
	if err := errors.Join(first.Close(), first.Close()); err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", taken); err == nil {
		t.Error("it is still open after Close")
	}
}

// No secret is in the record, wherever somebody wrote it.
func TestRecordHoldsNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t-of-the-account"
	var l journal
	s := newServer(t, func(o *Options) {
		o.Log = l.add
		o.Accounts = []Account{{Cloud: "demo", APIKey: DemoKey, Secret: signer.NewSecret(secret)}}
	})
	contentType, body := multipartBody(t, []field{param("api_secret", secret), param("public_id", "x"+secret), param("api_key", secret), param("timestamp", stamp), param("signature", "0"), param("other", "kept")})
	r := request(t, s, http.MethodPost, "/v1_1/demo/image/upload", contentType, body)
	do(t, s, r)
	do(t, s, basicRequest(DemoKey, secret)(t, s))
	get(t, s, s.BaseURL()+"/demo/"+secret)
	all := fmt.Sprintf("%+v", l.exchanges())
	if strings.Contains(all, secret) || !strings.Contains(all, "kept") || len(l.exchanges()) != 3 {
		t.Errorf("the record: %s", all)
	}
}

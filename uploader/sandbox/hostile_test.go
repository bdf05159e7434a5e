package sandbox

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// fuzzPaths are where a fuzzed request goes: every action, the Admin API and the delivery.
var fuzzPaths = func() []string {
	paths := []string{
		"/demo/image/upload/a.png", "/demo/image/upload/%s/a.png", "/demo/image/authenticated/s--%s--/a.png", "/demo/video/upload/%s", "/%s", "/_/%s",
		"/v1_1/demo/resources/image", "/v1_1/demo/resources/image/upload/%s", "/v1_1/demo/resources/image/tags/%s", "/v1_1/demo/upload_presets/%s",
		"/v1_1/demo/metadata_fields/%s", "/v1_1/demo/folders/%s", "/v1_1/demo/tags/image", "/v1_1/demo/derived_resources", "/v1_1/%s/image/upload", "/v1_1/demo/%s",
	}
	for action := range actions {
		paths = append(paths, "/v1_1/demo/image/"+action)
	}
	return append(paths, "/v1_1/demo/image/upload", "/v1_1/demo/raw/upload", "/v1_1/demo/auto/upload", "/v1_1/demo/video/upload")
}()

// FuzzRequest: whatever is asked, and whatever any parameter holds, the sandbox refuses it
// in the service's form or does it; it never fails itself.
func FuzzRequest(f *testing.F) {
	for i, value := range []string{"", "-1", "99999999999999999999", "1e309", "NaN", "\xff\xfe", "w_99999,h_99999", "e_blur:-1", "x,y|z=1", `[{"max_width":-1}]`, `{"a":` + strings.Repeat("[", 2000), "bytes 0-9223372036854775807/9223372036854775807", "../../etc/passwd", "%00", "\r\nX-Evil: 1", "f_pdf", "1,2,3,-4"} {
		f.Add(uint8(i*7), uint8(i), value, value, value)
		f.Add(uint8(i+15), uint8(i*11), "a", value, "multipart/form-data; boundary="+value)
	}
	names := strings.Fields(knownNames)
	f.Fuzz(func(t *testing.T, path, name uint8, id, value, header string) {
		s := New(Options{Clock: func() time.Time { return now }, Fetch: fetchBytesOf(tinyPNG), Limits: Limits{Pixels: 1e5, FramePixels: 1e5, Render: time.Second}})
		defer s.Close()
		h := s.Handler()
		ask := func(method, target, contentType string, body []byte, headers ...string) *httptest.ResponseRecorder {
			r, err := http.NewRequest(method, "http://127.0.0.1"+target, bytes.NewReader(body))
			if err != nil {
				return nil
			}
			r.Host = "127.0.0.1"
			r.SetBasicAuth(DemoKey, "abcd")
			if contentType != "" {
				r.Header.Set("Content-Type", contentType)
			}
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code >= 500 || w.Code >= 400 && w.Code != 412 && w.Code != 413 && w.Code != 416 && strings.HasPrefix(target, "/v1_1/") && method != http.MethodHead && !strings.Contains(w.Body.String(), `"message":`) {
				t.Fatalf("%s %.200q %.200q: %d %.300s", method, target, headers, w.Code, w.Body.Bytes())
			}
			return w
		}
		kind, body := multipartBody(t, []field{param("public_id", "a"), param("tags", "t"), param("upload_preset", ""), file("a.png", tinyPNG)})
		ask("POST", "/v1_1/demo/image/upload", kind, body)
		target := fuzzPaths[int(path)%len(fuzzPaths)]
		if strings.Contains(target, "%s") {
			target = fmt.Sprintf(target, escapePath(value))
		}
		fields := []field{param("public_id", "a"), param("from_public_id", "a"), param("to_public_id", id), param("public_ids", "a"), param("command", "add"), param("tag", "t"), param("text", "x"), param("file", "https://example.org/x.png")}
		fields = append(fields, param(names[int(name)%len(names)], value), param(names[(int(name)*7+1)%len(names)], id))
		for _, method := range []string{"POST", "GET", "DELETE", "PUT", "HEAD"} {
			ask(method, target, "application/x-www-form-urlencoded", urlencodedBody(fields), "Range", header, "If-None-Match", header, "Content-Range", header, "X-Unique-Upload-Id", id)
		}
		ask("POST", target, "application/json", []byte(value))
		ask("POST", target, header, []byte(value))
	})
}

// TestT38RawRequests: what no client sends is refused, and the next one is served.
func TestT38RawRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(s.BaseURL(), "http://")
	auth := "Authorization: Basic MTIzNDU2Nzg5MDEyMzQ1OmFiY2Q=\r\n"
	post := func(headers, body string) string {
		return "POST /v1_1/demo/image/upload HTTP/1.1\r\nHost: " + host + "\r\n" + auth + headers + "\r\n\r\n" + body
	}
	get := func(path, headers string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n"
	}
	urlencoded := "Content-Type: application/x-www-form-urlencoded\r\n"
	multi := "Content-Type: multipart/form-data; boundary=b\r\n"
	sized := func(headers, body string) string {
		return post(headers+fmt.Sprintf("Content-Length: %d", len(body)), body)
	}
	for name, raw := range map[string]string{
		"length and chunks":          post(urlencoded+"Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
		"two lengths":                post(urlencoded+"Content-Length: 4\r\nContent-Length: 5", "a=bc"),
		"negative length":            post(urlencoded+"Content-Length: -4", "a=bc"),
		"length beyond numbers":      post(urlencoded+"Content-Length: 99999999999999999999", "a=bc"),
		"length of exabytes":         post(urlencoded+"Content-Length: 9223372036854775807", "a=bc"),
		"odd encoding":               post(urlencoded+"Transfer-Encoding: chunked, gzip", "0\r\n\r\n"),
		"bad chunk":                  post(urlencoded+"Transfer-Encoding: chunked", "zz\r\nabc\r\n0\r\n\r\n"),
		"negative chunk":             post(urlencoded+"Transfer-Encoding: chunked", "-1\r\nabc\r\n0\r\n\r\n"),
		"huge chunk":                 post(urlencoded+"Transfer-Encoding: chunked", "ffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
		"endless chunk extension":    post(urlencoded+"Transfer-Encoding: chunked", "1;"+strings.Repeat("x", 70_000)+"\r\na\r\n0\r\n\r\n"),
		"huge headers":               post(strings.Repeat("X-Long: "+strings.Repeat("x", 1000)+"\r\n", 100)+"Content-Length: 0", ""),
		"one huge header":            post("X-Long: "+strings.Repeat("x", 200_000)+"\r\nContent-Length: 0", ""),
		"no boundary":                sized("Content-Type: multipart/form-data\r\n", "x"),
		"long boundary":              sized("Content-Type: multipart/form-data; boundary="+strings.Repeat("b", 5000)+"\r\n", "x"),
		"boundary that never comes":  sized(multi, strings.Repeat("x", 100_000)),
		"part that never ends":       sized(multi, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"),
		"head that never ends":       sized(multi, "--b\r\n"+strings.Repeat("X: "+strings.Repeat("y", 100)+"\r\n", 50_000)),
		"head of one line":           sized(multi, "--b\r\nX: "+strings.Repeat("y", 3_000_000)),
		"many parts":                 sized(multi, strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n", 5000)+"--b--\r\n"),
		"nested parts":               sized(multi, "--b\r\nContent-Type: multipart/mixed; boundary=c\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n"),
		"100000 fields":              sized(urlencoded, strings.Repeat("a=b&", 100_000)),
		"100000 names without value": sized(urlencoded, strings.Repeat("&", 100_000)+strings.Repeat("x&", 100_000)),
		"deep JSON":                  sized("Content-Type: application/json\r\n", strings.Repeat(`{"a":`, 200_000)),
		"deep lists":                 sized("Content-Type: application/json\r\n", `{"tags":`+strings.Repeat("[", 200_000)+strings.Repeat("]", 200_000)+"}"),
		"JSON with 100000 names":     sized("Content-Type: application/json\r\n", "{"+numbers(100_000, `"n%d":1`, ",")+"}"),
		"not UTF-8":                  sized(urlencoded, "public_id=%ff%fe&tags=%c0%80&context=%ff=%ff&file=%ff"),
		"odd method":                 "BREW /v1_1/demo/image/upload HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
		"no version":                 "GET /\r\n\r\n",
		"another version":            "GET / HTTP/9.9\r\nHost: " + host + "\r\n\r\n",
		"no host":                    "GET / HTTP/1.1\r\n\r\n",
		"two hosts":                  "GET / HTTP/1.1\r\nHost: " + host + "\r\nHost: " + host + "\r\n\r\n",
		"foreign host":               "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
		"host with path":             "GET / HTTP/1.1\r\nHost: " + host + "/x\r\n\r\n",
		"absolute form":              "GET http://example.org/demo/image/upload/x.png HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
		"space before colon":         get("/", "X-Odd : 1\r\n"),
		"NUL in a header":            get("/", "X-Odd: \x00\r\n"),
		"bad escape":                 get("/%zz", ""),
		"300 slashes":                get(strings.Repeat("/", 400), ""),
		"no request at all":          strings.Repeat("\x00\xff", 1000) + "\r\n\r\n",
		"only line breaks":           strings.Repeat("\r\n", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(time.Minute))
			go func() {
				_, _ = io.WriteString(conn, raw)
				_ = conn.(*net.TCPConn).CloseWrite()
			}()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				return // the connection was ended, which is an answer too
			}
			defer resp.Body.Close()
			if resp.StatusCode < 400 || resp.StatusCode > 499 && resp.StatusCode != 501 && resp.StatusCode != 505 {
				body, _ := io.ReadAll(resp.Body)
				t.Errorf("%d %.300s", resp.StatusCode, body)
			}
		})
	}
	t.Cleanup(func() {
		if r := send(t, s.Client(), request(t, s, "GET", "/", "", nil)); r.status != 200 {
			t.Errorf("afterwards: %d", r.status)
		}
	})
}

// TestRanges: every form of Range over the delivery, as RFC 9110 has it.
func TestRanges(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	uploadAs(t, s, "a")
	size := len(tinyPNG)
	for header, want := range map[string]int{
		"bytes=0-9": 206, "bytes=-5": 206, "bytes=5-": 206, "bytes=0-0,2-3": 206, "bytes=0-999999": 206, "bytes=999999-": 416, "bytes=9-1": 416,
		"bytes=abc": 416, "bytes=0-99999999999999999999": 416, "bytes=--1": 416, "items=0-1": 416, "": 200, "bytes=" + strings.Repeat("0-,", 2000) + "0-": 200,
	} {
		r := request(t, s, "GET", "/demo/image/upload/a.png", "", nil)
		if header != "" {
			r.Header.Set("Range", header)
		}
		got := do(t, s, r)
		if got.status != want || len(got.body) > 4*size+1000 {
			t.Errorf("%.40q: %d with %d bytes, want %d", header, got.status, len(got.body), want)
		}
	}
	head := do(t, s, request(t, s, "HEAD", "/demo/image/upload/a.png", "", nil))
	if head.status != 200 || len(head.body) != 0 || head.header.Get("Content-Length") != fmt.Sprint(size) {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
	r := request(t, s, "GET", "/demo/image/upload/a.png", "", nil)
	r.Header.Set("If-None-Match", `"x", `+head.header.Get("ETag"))
	if got := do(t, s, r); got.status != 304 || len(got.body) != 0 {
		t.Errorf("If-None-Match: %d", got.status)
	}
}

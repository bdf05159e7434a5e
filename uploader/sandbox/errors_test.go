package sandbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

const imagePath = "/v1_1/demo/image/upload"

// refusalCase is a request that gives one line of the table of errors.
type refusalCase struct {
	name   string
	fault  fault
	path   string // imagePath if empty
	form   func(t *testing.T) []field
	change func(*Options)
	// request replaces path and form.
	request func(t *testing.T, s *Server) *http.Request
	// text begins the service's text, end ends it.
	text, end string
}

// okForm makes a signed form with a picture.
func okForm(fields ...field) func(*testing.T) []field {
	return func(t *testing.T) []field { return signed(t, append(fields, file("tiny.png", tinyPNG))...) }
}

// plain makes a form as it is.
func plain(fields ...field) func(*testing.T) []field {
	return func(*testing.T) []field { return fields }
}

// of makes a signed form with a file parameter.
func of(f field, fields ...field) func(*testing.T) []field {
	return func(t *testing.T) []field { return signed(t, append(fields, f)...) }
}

// basic makes a request with HTTP Basic.
func basicRequest(user, password string) func(t *testing.T, s *Server) *http.Request {
	return func(t *testing.T, s *Server) *http.Request {
		contentType, body := multipartBody(t, []field{file("tiny.png", tinyPNG)})
		r := request(t, s, http.MethodPost, imagePath, contentType, body)
		r.SetBasicAuth(user, password)
		return r
	}
}

// with makes a request with one header.
func with(name, value string) func(t *testing.T, s *Server) *http.Request {
	return func(t *testing.T, s *Server) *http.Request {
		contentType, body := multipartBody(t, okForm()(t))
		r := request(t, s, http.MethodPost, imagePath, contentType, body)
		r.Header.Set(name, value)
		return r
	}
}

// raw makes a request with a body as it is.
func raw(method, path, contentType, body string) func(t *testing.T, s *Server) *http.Request {
	return func(t *testing.T, s *Server) *http.Request {
		return request(t, s, method, path, contentType, []byte(body))
	}
}

// loads makes the fetch fail.
func loads(reason string) func(*Options) {
	return func(o *Options) {
		o.Fetch = func(context.Context, string) (io.ReadCloser, string, error) { return nil, "", &LoadError{reason} }
	}
}

// picture makes a PNG of a size.
func pngOf(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// authCases are the refusals before a file is looked at.
func authCases() []refusalCase {
	none := strings.Repeat("0", 40)
	key, sig, ts := param("api_key", DemoKey), param("signature", none), param("timestamp", stamp)
	return []refusalCase{
		{name: "wrong signature", fault: invalidSignature, form: plain(param("public_id", "a&b"), ts, key, sig),
			text: "Invalid Signature " + none + ". String to sign - 'public_id=a%26b&timestamp=1315060510'."},
		{name: "signed max_bytes", fault: invalidSignature, form: okForm(param("max_bytes", "1")),
			text: "Invalid Signature ", end: ". String to sign - 'timestamp=1315060510'."},
		{name: "SHA-1 where only SHA-256 is", fault: invalidSignature, form: okForm(), change: func(o *Options) {
			a := demo
			a.SHA256Only = true
			o.Accounts = []Account{a}
		}, text: "Invalid Signature "},
		{name: "stale", fault: staleRequest, form: okForm(param("timestamp", "1434805181")),
			change: func(o *Options) { o.Clock = func() time.Time { return time.Unix(1434805181+3601, 0) } },
			text:   "Stale request - reported time is 2015-06-20 12:59:41 +0000 which is more than 1 hour ago"},
		{name: "no number", fault: staleRequest, form: okForm(param("timestamp", "abc")),
			text: "Stale request - reported time is 1970-01-01 00:00:00 +0000 which is more than 1 hour ago"},
		{name: "no api_key", fault: missingParameter, form: plain(ts, sig), text: "Missing required parameter - api_key"},
		{name: "no signature", fault: missingParameter, form: plain(ts, key), text: "Missing required parameter - signature"},
		{name: "no timestamp", fault: missingParameter, form: plain(key, sig), text: "Missing required parameter - timestamp"},
		{name: "no file", fault: missingParameter, form: func(t *testing.T) []field { return signed(t) }, text: "Missing required parameter - file"},
		{name: "unknown key", fault: unknownKey, form: plain(ts, sig, param("api_key", "99")), text: "Unknown API key 99"},
		{name: "unknown cloud", fault: invalidCloud, path: "/v1_1/nobody/image/upload", form: okForm(), text: "Invalid cloud_name nobody"},
		{name: "key of another cloud", fault: cloudMismatch, form: plain(ts, sig, param("api_key", "7")), text: "cloud_name mismatch",
			change: func(o *Options) {
				o.Accounts = []Account{demo, {Cloud: "other", APIKey: "7", Secret: signer.NewSecret("wxyz")}}
			}},
		{name: "Basic, wrong secret", fault: secretMismatch, request: basicRequest(DemoKey, "abce"), text: "api_secret mismatch"},
		{name: "Basic, no secret", fault: secretMismatch, request: basicRequest(DemoKey, ""), text: "api_secret mismatch"},
		{name: "Basic, unknown key", fault: invalidKey, request: basicRequest("1", "abcd"), text: "Invalid api_key 1"},
		{name: "Basic, no base64", fault: invalidKey, request: with("Authorization", "Basic %%%"), text: "Invalid api_key "},
		{name: "Bearer", fault: bearerRefused, request: with("Authorization", "Bearer T"), text: "Invalid OAuth token"},
		{name: "nothing at all", fault: presetRequired, form: plain(file("a.png", tinyPNG)), text: "Upload preset must be specified when using unsigned upload"},
		{name: "preset", fault: presetNotFound, form: plain(param("upload_preset", "p")), text: "Upload preset not found"},
		{name: "signed preset", fault: presetSigned, form: plain(param("upload_preset", "p")), text: "Upload preset must be whitelisted for unsigned uploads",
			change: func(o *Options) { o.Presets = map[string]Preset{"p": {}} }},
		{name: "eager unsigned", fault: notUnsigned, form: plain(param("upload_preset", "p"), param("eager", "w_1")),
			change: func(o *Options) { o.Presets = map[string]Preset{"p": {Unsigned: true}} },
			text:   "Eager parameter is not allowed when using unsigned upload. Only upload_preset,callback,public_id,"},
		{name: "part", fault: partRange, request: with("Content-Range", "bytes 0-9/25"), text: "Invalid Content-Range bytes 0-9/25"},
	}
}

// fileCases are the refusals of a file or of what shall be done with it.
func fileCases() []refusalCase {
	text := func(v string) field { return param("file", v) }
	small := func(o *Options) { o.Limits.Image = 69 }
	return []refusalCase{
		{name: "no image", fault: invalidImage, form: of(file("a.png", []byte("not a picture"))), text: "Invalid image file"},
		{name: "no video", fault: invalidVideo, path: "/v1_1/demo/video/upload", form: of(file("a.mp4", []byte("not a film"))), text: "Unsupported video format or file"},
		{name: "empty", fault: emptyFile, form: of(file("a.png", nil)), text: "Empty file"},
		{name: "png not allowed", fault: imageFormat, form: okForm(param("allowed_formats", "jpg, gif")), text: "Image file format png not allowed"},
		{name: "mp4 not allowed", fault: videoFormat, path: "/v1_1/demo/auto/upload", form: of(file("a", tinyMP4), param("allowed_formats", "jpg")), text: "Video file format mp4 not allowed"},
		{name: "txt not allowed", fault: rawFormat, path: "/v1_1/demo/raw/upload", form: of(file("a.txt", []byte("x")), param("allowed_formats", "jpg")), text: "Raw file format txt not allowed"},
		{name: "unknown not allowed", fault: unknownFormat, path: "/v1_1/demo/raw/upload", form: of(file("a", []byte("x")), param("allowed_formats", "jpg")), text: "An unknown file format not allowed"},
		{name: "too large", fault: fileTooLarge, form: okForm(), change: small, text: "File size too large. Got 70. Maximum is 69."},
		{name: "too many pixels", fault: pictureTooLarge, form: of(file("a.png", pngOf(2000, 1001))),
			change: func(o *Options) { o.Limits.Pixels = 2e6 }, text: "Maximum image size is 2 Megapixels. Requested 2.00 Megapixels"},
		{name: "404", fault: loadingFailed, form: of(text("http://example.com/a")), change: loads("404 Not Found"), text: "Error in loading http://example.com/a - 404 Not Found"},
		{name: "no URL", fault: invalidURL, form: of(text("http://")), text: "Invalid URL for upload"},
		{name: "broken URL", fault: invalidURL, form: of(text("http://[::1")), text: "Invalid URL for upload"},
		{name: "long URL", fault: invalidURL, form: of(text("http://example.com/" + strings.Repeat("a", longestURL))), text: "Invalid URL for upload"},
		{name: "a path", fault: unsupportedSource, form: of(text("cat.jpg")), text: "Unsupported source URL: cat.jpg"},
		{name: "ftp", fault: unsupportedSource, form: of(text("ftp://example.com/a")), text: "Unsupported source URL: ftp://example.com/a"},
		{name: "s3", fault: unsupportedSource, form: of(text("s3://bucket/a")), text: "Unsupported source URL: s3://bucket/a"},
		{name: "file URL", fault: unsupportedSource, form: of(text("file:///etc/passwd")), text: "Unsupported source URL: file:///etc/passwd"},
		{name: "data without base64", fault: invalidDataURI, form: of(text("data:,hello")), text: "Invalid data URI"},
		{name: "data with bad base64", fault: invalidDataURI, form: of(text("data:image/png;base64,!!!!")), text: "Invalid data URI"},
		{name: "public_id", fault: invalidPublicID, form: okForm(param("public_id", "a?b")), text: "public_id (a?b) is invalid"},
		{name: "long public_id", fault: invalidPublicID, form: okForm(param("public_id", strings.Repeat("ä", 256))), text: "public_id (" + strings.Repeat("ä", 256) + ") is invalid"},
		{name: "display name", fault: displayName, form: okForm(param("display_name", "a/b")), text: "Display name cannot contain slashes"},
		{name: "type", fault: invalidType, form: okForm(param("type", "sideways")), text: "Invalid type sideways"},
		{name: "eager", fault: transformation, form: okForm(param("eager", "foo,w_1")), text: "Invalid transformation component - foo"},
		{name: "incoming", fault: transformation, form: okForm(param("transformation", "w_5,c_scale/foo,w_1")), text: "Invalid transformation component - foo"},
		{name: "eager format", fault: transformation, form: okForm(param("eager", "w_9/foo")), text: "Invalid extension in transformation: foo"},
		{name: "format", fault: transformation, form: okForm(param("format", "xyz")), text: "Invalid extension in transformation: xyz"},
		{name: "too many eager", fault: tooManyEager, form: okForm(param("eager", "w_1"+strings.Repeat("|w_1", 10))), text: "Too many eager transformations. Got 11. Maximum is 10."},
		{name: "slow picture", fault: renderTimeout, form: okForm(param("eager", "w_9")), change: func(o *Options) { o.Limits.Render = 1 }, text: "Transformation takes too long"},
		{name: "eager video", fault: picturesOnly, path: "/v1_1/demo/video/upload", form: of(file("a.mp4", tinyMP4), param("eager", "w_9")), text: "The sandbox transforms images only"},
		{name: "panic", fault: internal, form: of(text("http://example.com/a")), change: func(o *Options) {
			o.Fetch = func(context.Context, string) (io.ReadCloser, string, error) { panic("the fetch") }
		}, text: "General error"},
	}
}

// wireCases are the refusals of requests that are wrong as such.
func wireCases() []refusalCase {
	const urlencoded = "application/x-www-form-urlencoded"
	return []refusalCase{
		{name: "bad JSON", fault: malformedBody, request: raw("POST", imagePath, "application/json", `{"a":`), text: "Malformed request body: it is not a JSON object"},
		{name: "JSON null", fault: malformedBody, request: raw("POST", imagePath, "application/json", `null`), text: "Malformed request body: it is not a JSON object"},
		{name: "no boundary", fault: malformedBody, request: raw("POST", imagePath, "multipart/form-data", "x"), text: "Malformed request body: the multipart boundary is missing"},
		{name: "cut multipart", fault: malformedBody, request: raw("POST", imagePath, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhalf"), text: "Malformed request body: it ends too early"},
		{name: "many fields", fault: tooManyFields, request: raw("POST", imagePath, urlencoded, strings.Repeat("a=1&", 257)), text: "Too many parameters. Maximum is 256."},
		{name: "huge field", fault: fieldTooLarge, request: raw("POST", imagePath, urlencoded, "a="+strings.Repeat("a", 1<<20)), text: "Parameters are too long. Maximum is 1048576 bytes."},
		{name: "huge part", fault: fieldTooLarge, form: plain(param("a", strings.Repeat("a", 1<<20))), text: "Parameters are too long. Maximum is 1048576 bytes."},
		{name: "full", fault: storeFull, form: okForm(), change: func(o *Options) { o.Limits.Total = 69 }, text: "The sandbox is full. It keeps 69 bytes and 2000 files at most."},
		{name: "method", fault: wrongMethod, request: raw("GET", imagePath, "", ""), text: "Method GET not allowed"},
		{name: "preflight", fault: wrongMethod, request: raw("OPTIONS", imagePath, "", ""), text: "Method OPTIONS not allowed"},
		{name: "delivery method", fault: wrongMethod, request: raw("PUT", "/demo/image/upload/a.png", "", ""), text: "Method PUT not allowed"},
		{name: "action", fault: noSuchAction, request: raw("POST", "/v1_1/demo/image/frobnicate", "", ""), text: "Not Found"},
		{name: "resource type", fault: noSuchAction, request: raw("POST", "/v1_1/demo/poem/upload", "", ""), text: "Not Found"},
		{name: "delivery", fault: notFound, request: raw("GET", "/demo/image/upload/v1/nothing.png", "", ""), text: "Resource not found - v1/nothing.png"},
		{name: "host", fault: foreignHost, request: raw("GET", "http://evil.example/", "", ""), text: "The sandbox answers to a loopback name and its own port only"},
		{name: "origin", fault: foreignOrigin, request: with("Origin", "http://evil.example"), text: "The sandbox takes no requests from other origins"},
	}
}

// Threat T31: signatures that are missing, wrong, of another key, stale, of other
// parameters are refused in the service's words, and so is everything else that is wrong.
func TestErrorTable(t *testing.T) {
	t.Parallel()
	covered := map[fault]bool{tooSlow: true, unsignedURL: true, notOpen: true} // see TestT36SlowBody, TestAuthenticatedDelivery, TestAccessControl
	for f := partLength; f <= presetUnknown; f++ {
		covered[f] = true // see TestPartsRefused, TestT37UnfinishedUploads, TestFaults, TestActionsRefused, TestAddOns
	}
	for _, c := range append(append(authCases(), fileCases()...), wireCases()...) {
		covered[c.fault] = true
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.change == nil {
				c.change = func(*Options) {}
			}
			s := newServer(t, c.change)
			if c.request == nil {
				if c.path == "" {
					c.path = imagePath
				}
				c.request = func(t *testing.T, s *Server) *http.Request {
					contentType, body := multipartBody(t, c.form(t))
					return request(t, s, http.MethodPost, c.path, contentType, body)
				}
			}
			c.check(t, s, do(t, s, c.request(t, s)))
		})
	}
	for f := range faultCount {
		if !covered[f] {
			t.Errorf("no test for %q", table[f].text)
		}
		if table[f].status == 0 || table[f].source == "" {
			t.Errorf("line %d of the table is not filled in", f)
		}
	}
}

// check compares an answer with the table: status, text, headers, and nothing stored.
func (c refusalCase) check(t *testing.T, s *Server, r reply) {
	t.Helper()
	text := r.message()
	if !strings.HasPrefix(text, c.text) || !strings.HasSuffix(text, c.end) || r.status != table[c.fault].status {
		t.Errorf("got %d %q, want %d %q…%q", r.status, text, table[c.fault].status, c.text, c.end)
	}
	wantRefused(t, r, table[c.fault].status, text)
	for name, want := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache", "Server": "cloudinary",
		"Status": statusLine(r.status), "Access-Control-Allow-Origin": "", "Date": s.o.Clock().UTC().Format(http.TimeFormat),
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if id := r.header.Get("X-Request-Id"); len(id) != 16 {
		t.Errorf("X-Request-Id: %q", id)
	}
	if s.pool.used != 0 {
		t.Errorf("%d bytes are still taken after a refusal", s.pool.used)
	}
}

func TestGatewayRefusesLargeRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.Limits.Request = 1000 })
	contentType, body := multipartBody(t, signed(t, file("a.png", bytes.Repeat([]byte("x"), 2000))))
	for name, length := range map[string]int64{"announced": int64(len(body)), "chunked": -1} {
		t.Run(name, func(t *testing.T) {
			r := request(t, s, http.MethodPost, imagePath, contentType, body)
			r.ContentLength = length
			got := do(t, s, r)
			if got.status != http.StatusRequestEntityTooLarge || !strings.HasPrefix(string(got.body), "<html>") {
				t.Errorf("got %d %q, want 413 in HTML", got.status, got.body)
			}
			if s.pool.used != 0 {
				t.Errorf("%d bytes are still taken", s.pool.used)
			}
		})
	}
}

func TestErrorHeaderIsOneBoundedLine(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	long := "a\r\nX-Injected: 1\n" + strings.Repeat("ü", 5000)
	r := post(t, s, imagePath, []field{param("timestamp", stamp), param("api_key", long), param("signature", "x")})
	if r.message() != "Unknown API key "+long {
		t.Errorf("the body's text is not whole: %.80q", r.message())
	}
	h := r.header.Get("X-Cld-Error")
	if strings.ContainsAny(h, "\r\n") || len(h) > 4<<10 || r.header.Get("X-Injected") != "" {
		t.Errorf("X-Cld-Error of %d bytes: %.60q", len(h), h)
	}
}

func TestDataURISpaceIsPlus(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	data := pngOf(37, 21)
	data = append(data, make([]byte, 3-len(data)%3)...)
	data = append(data, 0xfb, 0xef, 0xbe) // ++++ in base64
	uri := "data:image/png;base64," + base64.StdEncoding.EncodeToString(data)
	if !strings.Contains(uri, "+") {
		t.Fatal("no + in this picture")
	}
	fields := append(signed(t), param("file", uri))
	var pairs []string
	for _, f := range fields {
		pairs = append(pairs, f.name+"="+f.value) // unescaped, as curl -d sends it
	}
	r := do(t, s, request(t, s, http.MethodPost, imagePath, "application/x-www-form-urlencoded", []byte(strings.Join(pairs, "&"))))
	if a := r.upload(t); a.Bytes != int64(len(data)) || a.Width != 37 {
		t.Errorf("got %d bytes, width %d", a.Bytes, a.Width)
	}
}

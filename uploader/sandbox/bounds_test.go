package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// numbers are n different texts, joined.
func numbers(n int, form, between string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(between)
		}
		fmt.Fprintf(&b, form, i)
	}
	return b.String()
}

// TestT35Details: nobody can make an asset heavy, and no list is compared with another
// as often as both are long.
func TestT35Details(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	uploadAs(t, s, "a")
	many := "Invalid value for %s: there are more than 1000"
	long := fmt.Sprintf(table[fieldTooLarge].text, mostDetailBytes)
	for _, c := range []struct {
		path, name, value, want string
	}{
		{"image/upload", "tags", numbers(1001, "t%d", ","), fmt.Sprintf(many, "tags")},
		{"image/upload", "context", numbers(1001, "k%d=v", "|"), fmt.Sprintf(many, "context")},
		{"image/upload", "metadata", numbers(1001, "k%d=v", "|"), fmt.Sprintf(many, "metadata")},
		{"image/upload", "face_coordinates", numbers(1001, "%d,1,1,1", "|"), fmt.Sprintf(many, "face_coordinates")},
		{"image/upload", "tags", strings.Repeat("x,", 40_000), long},
		{"image/upload", "context", "k=" + strings.Repeat("x", 70_000), long},
		{"image/upload", "regions", `"` + strings.Repeat("x", 70_000) + `"`, long},
		{"image/tags", "tag", numbers(1001, "t%d", ","), fmt.Sprintf(many, "tag")},
		{"image/tags", "public_ids", numbers(1001, "p%d", ","), fmt.Sprintf(many, "public_ids")},
		{"image/context", "context", "k=" + strings.Repeat("x", 70_000), long},
		{"image/metadata", "metadata", "k=" + strings.Repeat("x", 70_000), long},
		{"image/generate_archive", "public_ids", numbers(1001, "p%d", ","), fmt.Sprintf(many, "public_ids")},
		{"image/generate_archive", "prefixes", numbers(1001, "p%d", ","), fmt.Sprintf(many, "prefixes")},
	} {
		fields := []field{param(c.name, c.value)}
		switch c.path {
		case "image/upload":
			fields = append(fields, file("x.png", tinyPNG))
		case "image/tags", "image/context":
			fields = append(fields, param("command", "add"))
		}
		if c.path == "image/tags" && c.name == "public_ids" {
			fields = append(fields, param("tag", "x"))
		} else if c.name != "public_ids" && c.path != "image/generate_archive" {
			fields = append(fields, param("public_ids", "a"))
		}
		wantRefused(t, act(t, s, c.path, fields...), 400, c.want)
	}
	// What is added bit by bit comes to an end too.
	for i := range 3 {
		r := act(t, s, "image/tags", param("command", "add"), param("public_ids", "a"), param("tag", numbers(500, fmt.Sprintf("%d_%%d", i), ",")))
		if i < 2 && r.status != 200 {
			t.Fatalf("%s", r.body)
		} else if i == 2 {
			wantRefused(t, r, 400, fmt.Sprintf(many, "tags"))
		}
	}
	wantRefused(t, admin(t, s, "POST", "upload_presets", param("name", "p"), param("tags", strings.Repeat("x", 70_000))), 400, long)
	wantRefused(t, admin(t, s, "POST", "metadata_fields", param("external_id", "p"), param("label", strings.Repeat("x", 70_000))), 400, long)
	wantRefused(t, admin(t, s, "DELETE", "resources/image/upload", param("public_ids", numbers(1001, "p%d", ","))), 400, fmt.Sprintf(many, "public_ids"))
}

// endless is a remote file of many bytes.
type endless struct{ left int }

func (e *endless) Read(b []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(len(b), e.left)
	e.left -= n
	return n, nil
}

func (e *endless) Close() error { return nil }

// TestT35TogetherLoads: pictures behind addresses do not pile up, and what was loaded for
// them is forgotten.
func TestT35TogetherLoads(t *testing.T) {
	t.Parallel()
	loads := 0
	s := newServer(t, func(o *Options) {
		o.Fetch = func(context.Context, string) (io.ReadCloser, string, error) {
			loads++
			return &endless{30 << 20}, "", nil
		}
	})
	fields := []field{}
	for i := range mostTogether {
		fields = append(fields, param("urls[]", fmt.Sprintf("https://example.org/%d.png", i)))
	}
	r := post(t, s, "/v1_1/demo/image/sprite", signedList(t, "urls", fields...))
	wantRefused(t, r, 400, fmt.Sprintf("Invalid value for tag: there are more than %d pictures, or %d bytes", mostTogether, mostTogetherBytes))
	if loads > 5 || s.pool.used != 0 {
		t.Errorf("%d loads, %d bytes are left", loads, s.pool.used)
	}
	fields = append(fields, param("urls[]", "https://example.org/one_more.png"))
	wantRefused(t, post(t, s, "/v1_1/demo/image/sprite", signedList(t, "urls", fields...)), 400, fmt.Sprintf("Invalid value for urls: there are more than %d", mostTogether))
}

// signedList signs fields of name[], which are signed under the name.
func signedList(t *testing.T, name string, fields ...field) []field {
	t.Helper()
	var values []string
	for _, f := range fields {
		values = append(values, f.value)
	}
	s := signed(t, param(name, strings.Join(values, ",")))
	return append(fields, s[1:]...)
}

// TestURLWithComma: a comma in an address is its own.
func TestURLWithComma(t *testing.T) {
	t.Parallel()
	var asked []string
	s := newServer(t, func(o *Options) {
		o.Fetch = func(_ context.Context, address string) (io.ReadCloser, string, error) {
			asked = append(asked, address)
			return io.NopCloser(bytes.NewReader(tinyPNG)), "", nil
		}
	})
	urls := []string{"https://example.org/w_1,h_1/a.png", "https://example.org/b.png"}
	r := post(t, s, "/v1_1/demo/image/sprite", signedList(t, "urls", param("urls[]", urls[0]), param("urls[]", urls[1])))
	if r.status != 200 || strings.Join(asked, " ") != strings.Join(urls, " ") {
		t.Errorf("%s, asked for %q", r.body, asked)
	}
}

// TestMultiPDF: the SDKs ask for a PDF with f_pdf; it can be fetched at its address.
func TestMultiPDF(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	act(t, s, "image/upload", param("public_id", "a"), param("tags", "m"), file("a.jpg", jpegOf(t, 40, 20)))
	act(t, s, "image/upload", param("public_id", "b"), param("tags", "m"), file("b.jpg", jpegOf(t, 40, 20)))
	for _, c := range []struct{ name, value, url string }{
		{"transformation", "f_pdf,w_30", "/image/multi/w_30/v"}, {"transformation", "f_pdf", "/image/multi/v"}, {"format", "pdf", "/image/multi/v"},
	} {
		o := act(t, s, "image/multi", param("tag", "m"), param(c.name, c.value)).object(t)
		address, _ := o["url"].(string)
		r := fetched(t, s, address)
		if !strings.Contains(address, c.url) || !strings.HasSuffix(address, "/m.pdf") || r.header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(r.body, []byte("%PDF-")) {
			t.Errorf("%v: %d %s", o, r.status, r.header)
		}
	}
}

// TestIconUpload: an icon is a picture (pycloudinary test/test_uploader.py).
func TestIconUpload(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	icon := append([]byte{0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 32, 0, byte(len(tinyPNG)), 0, 0, 0, 22, 0, 0, 0}, tinyPNG...)
	for _, kind := range []string{"image", "auto"} {
		a := act(t, s, kind+"/upload", param("public_id", "i"), file("favicon.ico", icon)).upload(t)
		if a.ResourceType != "image" || a.Format != "ico" || a.Width != 1 {
			t.Errorf("%+v", a)
		}
		if r := fetched(t, s, a.URL); r.header.Get("Content-Type") != "image/x-icon" || !bytes.Equal(r.body, icon) {
			t.Errorf("%v", r.header)
		}
	}
}

// TestAccessControl: times are answered in UTC, and a file is delivered to everybody only
// while a rule says so.
func TestAccessControl(t *testing.T) {
	t.Parallel()
	at := now
	s := newServer(t, func(o *Options) { o.Clock = func() time.Time { return at } })
	a := act(t, s, "image/upload", param("public_id", "a"), param("access_control", `[{"access_type":"token"},{"access_type":"anonymous","start":"2011-09-03 17:00:00 +0200","end":"2011-09-04 00:00 +0200"}]`), file("a.png", tinyPNG)).upload(t)
	if a.AccessControl[1] != (accessRule{"anonymous", "2011-09-03T15:00:00Z", "2011-09-03T22:00:00Z"}) || a.AccessControl[0] != (accessRule{AccessType: "token"}) {
		t.Errorf("%+v", a.AccessControl)
	}
	for clock, status := range map[string]int{"2011-09-03T14:59:59Z": 401, "2011-09-03T15:00:00Z": 200, "2011-09-03T21:59:59Z": 200, "2011-09-03T22:00:00Z": 401} {
		at, _ = time.Parse(time.RFC3339, clock)
		for _, address := range []string{a.URL, "/demo/image/upload/c_scale,w_2/a.png"} {
			if r := get(t, s, address); r.status != status || status == 401 && r.message() != "deny or ACL failure" {
				t.Errorf("%s at %s: %d %s", address, clock, r.status, r.message())
			}
		}
	}
	at = now
	for text, want := range map[string]string{
		`{`: "it is not a JSON list of objects", `[1]`: "it is not a JSON list of objects", `[{"access_type":"odd"}]`: "an access_type is neither anonymous nor token",
		`[{"access_type":"anonymous","start":"soon"}]`: "a start or end is no time, such as 2026-12-31T23:59:00Z",
	} {
		wantRefused(t, act(t, s, "image/upload", param("access_control", text), file("a.png", tinyPNG)), 400, "Invalid value for access_control: "+want)
	}
	b := act(t, s, "image/upload", param("public_id", "b"), param("access_mode", "authenticated"), file("b.png", tinyPNG)).upload(t)
	if r := get(t, s, b.URL); r.status != 401 {
		t.Errorf("access_mode: %d", r.status)
	}
}

// TestColors: the colours of a picture, and its parts within the picture.
func TestColors(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := act(t, s, "image/upload", param("public_id", "c"), param("colors", "true"), param("custom_coordinates", "121,31,300,151"), file("c.png", plainPNG(t, 241, 51)))
	if !bytes.Contains(a.body, []byte(`"colors":[["#000000",100]]`)) || !bytes.Contains(a.body, []byte(`"predominant":{"google":[["black",100]]}`)) {
		t.Errorf("%s", a.body)
	}
	if shown := admin(t, s, "GET", "resources/image/upload/c"); !bytes.Contains(shown.body, []byte(`"custom":[[121,31,241,51]]`)) {
		t.Errorf("%s", shown.body)
	}
	if r := post(t, s, "/v1_1/demo/image/upload", signed(t, file("x.png", tinyPNG))); bytes.Contains(r.body, []byte("predominant")) {
		t.Errorf("%s", r.body)
	}
}

// TestEmptyJSON: the Go SDK's GETs say that they hold JSON, and hold nothing.
func TestEmptyJSON(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, path := range []string{"resources", "resources/image", "ping"} {
		r := request(t, s, "GET", "/v1_1/demo/"+path, "application/json", nil)
		r.SetBasicAuth(DemoKey, "abcd")
		if got := do(t, s, r); got.status != 200 {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// TestArchiveTransformations: of images there are the versions that were asked for, each
// counted (cloudinary_java AbstractUploaderTest), and no more than there may be.
func TestArchiveTransformations(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, id := range []string{"x/a", "x/b"} {
		act(t, s, "image/upload", param("public_id", id), param("tags", "t"), file("a.jpg", jpegOf(t, 40, 20)))
	}
	used := s.pool.used
	o := act(t, s, "image/generate_archive", param("tags", "t"), param("transformations", "w_0.5|b_rgb:00ff00,w_2.0/png"), param("target_public_id", "z")).object(t)
	if o["file_count"] != 4.0 || o["resource_count"] != 2.0 {
		t.Errorf("%v", o)
	}
	address, _ := o["url"].(string)
	data := fetched(t, s, address).body
	want := "x/a_b_rgb_00ff00,w_2.0.png x/a_w_0.5.jpg x/b_b_rgb_00ff00,w_2.0.png x/b_w_0.5.jpg"
	names := zipNames(t, data)
	slices.Sort(names)
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%s", got)
	}
	if s.pool.used != used+int64(len(data)) {
		t.Errorf("%d bytes, then %d with an archive of %d", used, s.pool.used, len(data))
	}
	plain := act(t, s, "image/generate_archive", param("tags", "t"), param("transformations", "w_0.5"), param("skip_transformation_name", "1"), param("mode", "download"))
	if names := zipNames(t, plain.body); strings.Join(names, " ") != "x/a.jpg x/b.jpg" {
		t.Errorf("%v", names)
	}
	wantRefused(t, act(t, s, "image/generate_archive", param("tags", "t"), param("transformations", "odd")), 400, "Invalid extension in transformation: odd")
	wantRefused(t, act(t, s, "image/generate_archive", param("tags", "t"), param("transformations", numbers(11, "w_1%d", "|"))), 400, "Too many eager transformations. Got 11. Maximum is 10.")
}

package sandbox

import (
	"strings"
	"testing"

	"signpost/uploader/sandbox/render"
)

func TestDelivery(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := post(t, s, imagePath, signed(t, param("public_id", "v7/w_1/ä b"), file("a.png", pngOf(20, 10)))).upload(t)
	base := s.BaseURL() + "/demo/image/upload/"
	if want := base + "v1315061110/v7/w_1/%C3%A4%20b.png"; a.URL != want {
		t.Errorf("got %s, want %s", a.URL, want)
	}
	name := "v7/w_1/%C3%A4%20b"
	cases := []struct {
		path   string
		status int
		format string
		width  int
	}{
		{"v1315061110/" + name + ".png", 200, "png", 20},
		{"v1/" + name + ".png", 200, "png", 20},
		{name + ".png", 200, "png", 20},
		{name, 200, "png", 20},
		{name + ".jpg", 200, "jpg", 20},
		{name + ".JPEG", 200, "jpg", 20},
		{"w_5,h_5,c_scale/v1/" + name + ".png", 200, "png", 5},
		{"w_5,h_5,c_scale/" + name + ".png", 200, "png", 5},
		{"w_8,h_8,c_scale/w_4,h_4,c_scale/v1/" + name + ".gif", 200, "gif", 4},
		{"f_gif,w_6,h_6,c_scale/v1/" + name + ".png", 200, "gif", 6},
		{"v1/" + name + ".xyz", 400, "", 0},
		{"foo/v1/" + name + ".png", 400, "", 0},
		{"w_5/jpg/v1/" + name + ".png", 400, "", 0},
		{"v1/w_1/%C3%A4%20b.png", 404, "", 0},
		{"v1/", 404, "", 0},
		{"%zz", 404, "", 0},
	}
	for _, c := range cases {
		r := request(t, s, "GET", "/", "", nil)
		r.URL.Path, r.URL.RawPath = "/", ""
		if u, err := r.URL.Parse(base + c.path); err == nil {
			r.URL = u
		}
		got := do(t, s, r)
		if got.status != c.status && c.path != "%zz" {
			t.Errorf("%s: got %d %q, want %d", c.path, got.status, got.message(), c.status)
			continue
		}
		if c.status != 200 {
			continue
		}
		info, err := render.Probe(got.body)
		if err != nil || info.Width != c.width || info.Format != c.format || got.header.Get("Content-Type") != render.ContentType(c.format) {
			t.Errorf("%s: got %+v %s, %v", c.path, info, got.header.Get("Content-Type"), err)
		}
	}
	if s.store.count != 1+4 {
		t.Errorf("%d files are kept, want the original and 4 derived ones, each once", s.store.count)
	}
}

func TestAuthenticatedDelivery(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, typ := range []string{"authenticated", "private"} {
		a := post(t, s, imagePath, signed(t, param("public_id", "p"), param("type", typ), param("eager", "w_5,h_5"), file("a.png", tinyPNG))).upload(t)
		for _, address := range []string{a.URL, a.Eager[0].URL} {
			if !strings.Contains(address, "/"+typ+"/s--") {
				t.Errorf("%s is not signed", address)
			}
			if r := get(t, s, address); r.status != 200 {
				t.Errorf("%s: %d %s", address, r.status, r.body)
			}
		}
		i := strings.Index(a.URL, "s--")
		bare := a.URL[:i] + a.URL[strings.Index(a.URL, "--/")+3:]
		wrong := a.URL[:i+3] + "AAAAAAAA" + a.URL[i+11:]
		for _, address := range []string{bare, wrong} {
			wantRefused(t, get(t, s, address), 401, "The URL is not signed")
		}
	}
}

func TestSampleIsServed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	r := get(t, s, s.SampleURL())
	if r.status != 200 || string(r.body) != string(Sample()) || r.header.Get("Content-Type") != render.ContentType(sampleFormat()) {
		t.Errorf("%d, %d bytes, %v", r.status, len(r.body), r.header)
	}
	if r := get(t, s, s.BaseURL()+"/"); r.status != 200 || !strings.Contains(string(r.body), "Upload API") {
		t.Errorf("the front: %d %q", r.status, r.body)
	}
}

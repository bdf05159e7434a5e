package sandbox

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signpost/signer"
)

// jpegOf is a picture with detail in it.
func jpegOf(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i >> 3)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// plainPNG is a picture without any.
func plainPNG(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zipNames are the names in an archive.
func zipNames(t *testing.T, data []byte) []string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	return names
}

// fetched is what an address of an answer stands for.
func fetched(t *testing.T, s *Server, address string) reply {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, s, request(t, s, "GET", u.RequestURI(), "", nil))
}

// TestArchive: the files that are named, under their names, and each of them once.
func TestArchive(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	uploadAs(t, s, "pets/cat", param("tags", "t"))
	uploadAs(t, s, "pets/dog", param("tags", "t"))
	uploadAs(t, s, "dog")
	act(t, s, "raw/upload", param("public_id", "pets/cat.png"), file("a.txt", []byte("text"))).upload(t)
	for _, c := range []struct {
		path   string
		fields []field
		want   []string
	}{
		{"image", []field{param("tags", "t")}, []string{"pets/cat.png", "pets/dog.png"}},
		{"image", []field{param("prefixes", "pets/")}, []string{"pets/cat.png", "pets/dog.png"}},
		{"image", []field{param("public_ids", "dog"), param("tags", "t"), param("flatten_folders", "1")}, []string{"dog.png", "cat.png", "dog (2).png"}},
		{"image", []field{param("public_ids", "dog,none"), param("allow_missing", "true")}, []string{"dog.png"}},
		{"image", []field{param("public_ids", "pets/dog"), param("use_original_filename", "1")}, []string{"pets/a.png"}},
		{"auto", []field{param("fully_qualified_public_ids", "image/upload/dog,raw/upload/pets/cat.png")}, []string{"dog.png", "pets/cat.png"}},
		{"auto", []field{param("prefixes", "pets/cat")}, []string{"pets/cat.png", "pets/cat (2).png"}},
		{"raw", []field{param("prefixes", "pets/")}, []string{"pets/cat.png"}},
	} {
		r := act(t, s, c.path+"/generate_archive", append(c.fields, param("target_public_id", "all/files"), param("target_tags", "zip"))...)
		var a archiveAnswer
		if err := json.Unmarshal(r.body, &a); err != nil || r.status != 200 || a.PublicID != "all/files.zip" || a.FileCount != len(c.want) || a.ResourceType != "raw" || !slices.Equal(a.Tags, []string{"zip"}) {
			t.Fatalf("%v: %d %s", c.fields, r.status, r.body)
		}
		got := fetched(t, s, a.URL)
		names := zipNames(t, got.body)
		slices.Sort(names)
		slices.Sort(c.want)
		if !slices.Equal(names, c.want) || int64(len(got.body)) != a.Bytes {
			t.Errorf("%v: %v, want %v", c.fields, names, c.want)
		}
	}
}

// TestT33Archive: no name in an archive leads out of the folder that it is unpacked in.
func TestT33Archive(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for _, c := range []struct{ id, original, want string }{
		{"../../etc/passwd", "", "__/__/etc/passwd.png"}, {"/a", "", "a.png"}, {"a//b", "", "a/b.png"}, {`c:\x`, "", "c/x.png"},
		{"..", "", "__.png"}, {"A", "", "A (2).png"}, {"x/..", "../../y", "x/.._.._y.png"}, {"/", "", "file.png"},
	} {
		a := &asset{key: key{kind: "image", id: c.id}, format: "png", originalFilename: c.original}
		if got := entryName(a, a.format, "", params{{Name: "use_original_filename", Value: "1"}}, taken); got != c.want {
			t.Errorf("%q: %q, want %q", c.id, got, c.want)
		}
	}
	stream := &asset{key: key{kind: "raw", id: "x.txt:stream"}}
	if got := entryName(stream, "", "", nil, taken); got != "x.txt_stream" {
		t.Errorf("%q", got)
	}
}

// TestDownloads: a signed address gets the file itself, as an attachment, until its time
// is over; a wrong signature gets nothing.
func TestDownloads(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	uploadAs(t, s, "x", param("type", "private"), param("tags", "t"))
	uploadAs(t, s, "y", param("tags", "t"))
	query := func(fields ...field) string {
		v := url.Values{}
		for _, f := range signed(t, fields...) {
			v.Add(f.name, f.value)
		}
		return v.Encode()
	}
	ask := func(path string) reply { return do(t, s, request(t, s, "GET", "/v1_1/demo/"+path, "", nil)) }
	r := ask("image/download?" + query(param("public_id", "x"), param("type", "private")))
	if r.status != 200 || !bytes.Equal(r.body, tinyPNG) || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := ask("image/download?" + query(param("public_id", "x"), param("type", "private"), param("format", "jpg"))); r.status != 200 || !bytes.HasPrefix(r.body, []byte("\xff\xd8\xff")) {
		t.Errorf("%d %.60s", r.status, r.body)
	}
	if r := ask("image/generate_archive?" + query(param("tags", "t"), param("mode", "download"))); r.status != 200 || !slices.Equal(zipNames(t, r.body), []string{"y.png"}) {
		t.Errorf("%d %.60s", r.status, r.body)
	}
	wrong := query(param("public_id", "y")) + "&type=private"
	if r := ask("image/download?" + wrong); r.status != 401 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := ask("image/download?" + query(param("public_id", "x"), param("type", "private"), param("expires_at", "1315060509"))); r.status != 400 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := ask("image/destroy?" + query(param("public_id", "y"))); r.status != 404 || s.store.find(key{"demo", "image", "upload", "y"}) == nil {
		t.Errorf("a GET destroys: %d", r.status)
	}
}

// TestSpriteAndMulti: pictures of a tag, or behind addresses, put together; what the
// answer names is there.
func TestSpriteAndMulti(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.Fetch = nil })
	small, wide := jpegOf(t, 20, 10), jpegOf(t, 40, 20)
	one := act(t, s, "image/upload", param("public_id", "p/one"), param("tags", "t"), file("1.jpg", small)).upload(t)
	two := act(t, s, "image/upload", param("public_id", "two"), param("tags", "t"), file("2.jpg", wide)).upload(t)
	for _, c := range []struct {
		fields []field
		suffix string
		second place
	}{
		{[]field{param("tag", "t")}, "/t.png", place{40, 20, 0, 10}},
		{[]field{param("tag", "t"), param("transformation", "w_0.5")}, "/t.png", place{20, 10, 0, 5}},
		{[]field{param("tag", "t"), param("transformation", "f_jpg,w_100")}, "/t.jpg", place{100, 50, 0, 50}},
		{[]field{param("urls", one.URL+","+two.URL)}, ".png", place{40, 20, 0, 10}},
	} {
		var a spriteAnswer
		r := act(t, s, "image/sprite", c.fields...)
		if json.Unmarshal(r.body, &a) != nil || a.ImageInfos["two"] != c.second || len(a.ImageInfos) != 2 || !strings.HasSuffix(a.ImageURL, c.suffix) {
			t.Fatalf("%v: %d %s", c.fields, r.status, r.body)
		}
		img, _, err := image.DecodeConfig(bytes.NewReader(fetched(t, s, a.ImageURL).body))
		if err != nil || img.Height != c.second.Y+c.second.Height {
			t.Errorf("%v: the picture is %v high, %v", c.fields, img.Height, err)
		}
		if css := fetched(t, s, a.CSSURL); !strings.Contains(string(css.body), "-two { background-position: -0px -") || !strings.HasPrefix(css.header.Get("Content-Type"), "text/css") {
			t.Errorf("%v: %d %s", c.fields, css.status, css.body)
		}
		if list := fetched(t, s, a.JSONURL); !strings.Contains(string(list.body), `"two":{`) {
			t.Errorf("%v: %d %s", c.fields, list.status, list.body)
		}
	}
	m := act(t, s, "image/multi", param("tag", "t"), param("transformation", "c_crop,w_0.5")).object(t)
	if address, _ := m["url"].(string); m["public_id"] != "t" || !strings.HasSuffix(address, ".gif") || !strings.Contains(address, "/image/multi/c_crop,w_0.5/") {
		t.Errorf("%v", m)
	} else if g, err := gif.DecodeAll(bytes.NewReader(fetched(t, s, address).body)); err != nil || len(g.Image) != 2 {
		t.Errorf("%v", err)
	}
	if r := act(t, s, "image/explode", param("public_id", "t"), param("type", "multi")).object(t); r["status"] != "processing" || r["batch_id"] == "" {
		t.Errorf("%v", r)
	}
	wantRefused(t, act(t, s, "image/multi", param("urls", "http://10.0.0.1/a.png")), 400, "Error in loading http://10.0.0.1/a.png - ERR_ACCESS_DENIED 0")
	admin(t, s, "DELETE", "resources/image/upload?all=true")
	for _, typ := range []string{"sprite", "multi"} {
		admin(t, s, "DELETE", "resources/image/"+typ+"?all=true")
	}
	if s.store.count != 0 || s.pool.used != 0 {
		t.Errorf("%d files and %d bytes are left", s.store.count, s.pool.used)
	}
}

// TestT39SpriteCSS: nothing of a name gets out of its class (threat T39).
func TestT39SpriteCSS(t *testing.T) {
	t.Parallel()
	css := string(spriteCSS("a}b", map[string]place{"x{} @import url(//evil)": {1, 2, 3, 4}}))
	if want := ".a-b-x----import-url---evil- { background-position: -3px -4px; width: 1px; height: 2px; }\n"; css != want {
		t.Errorf("%q", css)
	}
}

// TestBreakpoints: real pictures, the widest first; those to be kept are kept.
func TestBreakpoints(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	picture := jpegOf(t, 600, 400)
	a := act(t, s, "image/upload", param("public_id", "b"), param("responsive_breakpoints", `[{"create_derived":true,"transformation":"e_sepia","format":"jpg","bytes_step":1000,"min_width":100,"max_width":500,"max_images":5},{"create_derived":false,"transformation":"a_10","format":"gif","max_width":90,"max_images":2,"bytes_step":1}]`), file("b.jpg", picture)).upload(t)
	if len(a.Breakpoints) != 2 || a.Breakpoints[0].Transformation != "e_sepia" || len(a.Breakpoints[0].Breakpoints) < 3 || !slices.Contains(a.Notes, breakpointNote) {
		t.Fatalf("%+v %v", a.Breakpoints, a.Notes)
	}
	before := 1 << 30
	for _, set := range a.Breakpoints {
		for _, b := range set.Breakpoints {
			r := fetched(t, s, b.URL)
			m, _, err := image.DecodeConfig(bytes.NewReader(r.body))
			if err != nil || m.Width != b.Width || m.Height != b.Height || int64(len(r.body)) != b.Bytes || b.Width >= before {
				t.Errorf("%+v: %v %v, %d bytes", b, m, err, len(r.body))
			}
			before = b.Width
		}
	}
	if first := a.Breakpoints[0].Breakpoints[0]; first.Width != 500 || !strings.HasSuffix(first.URL, "/b.jpg") || !strings.Contains(first.URL, "/e_sepia/c_scale,w_500/") {
		t.Errorf("%+v", first)
	}
	// What pycloudinary's tests want of their logo: the width after the transformation, and
	// the least one, however little is saved.
	logo := act(t, s, "image/upload", param("public_id", "logo"), param("responsive_breakpoints", `[{"create_derived":false,"transformation":"a_45,c_scale","format":"png"}]`), file("logo.png", plainPNG(t, 241, 51))).upload(t)
	if b := logo.Breakpoints[0].Breakpoints; len(b) != 2 || b[0].Width != 206 || b[1].Width != 50 {
		t.Errorf("%+v", b)
	}
	act(t, s, "image/destroy", param("public_id", "logo"))
	again := act(t, s, "image/explicit", param("public_id", "b"), param("type", "upload"), param("responsive_breakpoints", `[{"create_derived":true,"max_images":3,"bytes_step":1}]`)).upload(t)
	if len(again.Breakpoints) != 1 || len(again.Breakpoints[0].Breakpoints) != 3 {
		t.Errorf("%+v", again.Breakpoints)
	}
	for text, want := range map[string]string{
		`{`: "it is not a JSON list of settings", `[{},{},{},{},{},{}]`: "there are more than 5",
		`[{"max_width":100000}]`: "min_width and max_width are not 1 to 4000, the lesser one first", `[{"max_images":-1}]`: "max_images is not 1 to 200, or bytes_step is not positive",
	} {
		wantRefused(t, act(t, s, "image/upload", param("responsive_breakpoints", text), file("b.jpg", picture)), 400, "Invalid value for responsive_breakpoints: "+want)
	}
	act(t, s, "image/destroy", param("public_id", "b"))
	if s.store.count != 0 || s.pool.used != 0 {
		t.Errorf("%d files and %d bytes are left", s.store.count, s.pool.used)
	}
}

// TestDetails: faces within the picture, what a still picture says of motion, and what a
// file says of itself.
func TestDetails(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	jpg := jpegOf(t, 241, 51)
	// JFIF, 72 by 72 dots an inch, before the first segment.
	jpg = append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00\x48\x00\x48\x00\x00"), jpg[2:]...)
	a := act(t, s, "image/upload", param("public_id", "d"), param("face_coordinates", "120,30,109,150|121,31,110,151"), param("faces", "1"),
		param("cinemagraph_analysis", "1"), param("quality_analysis", "true"), param("image_metadata", "1"), file("d.jpg", jpg))
	o := a.object(t)
	if got, _ := json.Marshal(o["faces"]); string(got) != "[[120,30,109,51],[121,31,110,51]]" {
		t.Errorf("faces %s", got)
	}
	if c, _ := o["cinemagraph_analysis"].(map[string]any); c["cinemagraph_score"] != 0.0 {
		t.Errorf("%v", o)
	}
	if !regexp.MustCompile(`"quality_analysis":\{"focus":[01]\.\d\d\}`).Match(a.body) {
		t.Errorf("%v", o)
	}
	m, _ := o["image_metadata"].(map[string]any)
	if m["ImageWidth"] != "241" || m["DPI"] != "72" || m["ResolutionUnit"] != "inches" {
		t.Errorf("%v", m)
	}
	if e := act(t, s, "image/explicit", param("public_id", "d"), param("type", "upload"), param("face_coordinates", "122,32,111,152"), param("custom_coordinates", "1,2,3,4")).object(t); e["faces"] == nil {
		t.Errorf("%v", e)
	}
	shown := admin(t, s, "GET", "resources/image/upload/d?faces=1&coordinates=1").object(t)
	if got, _ := json.Marshal(shown["coordinates"]); string(got) != `{"custom":[[1,2,3,4]],"faces":[[122,32,111,152]]}` {
		t.Errorf("%s", got)
	}
	if v := act(t, s, "video/upload", param("public_id", "v"), file("v.mp4", tinyMP4)).upload(t); v.PlaybackURL != v.URL {
		t.Errorf("%+v", v)
	}
}

// TestPNGLook reads resolution and colours, also of damaged files.
func TestPNGLook(t *testing.T) {
	t.Parallel()
	chunk := func(kind, data string) string {
		return string([]byte{0, 0, 0, byte(len(data))}) + kind + data + "\x00\x00\x00\x00"
	}
	whole := "\x89PNG\r\n\x1a\n" + chunk("IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00") + chunk("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01")
	read := map[string]string{}
	pngLook([]byte(whole), read)
	if read["DPI"] != "72" || read["ColorType"] != "RGB with Alpha" || read["BitDepth"] != "8" {
		t.Errorf("%v", read)
	}
	for n := range len(whole) {
		pngLook([]byte(whole[:n]), map[string]string{})
	}
	pngLook([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR\xff\xff\xff\xff"), map[string]string{})
}

// TestExplicitLater: the answer comes at once, whatever there is; what became of it is
// told later.
func TestExplicitLater(t *testing.T) {
	t.Parallel()
	address, next := notices(t)
	s := newServer(t, func(o *Options) { o.AllowLoopbackFetch = true })
	uploadAs(t, s, "a")
	for _, c := range []struct{ id, typ, kind string }{{"sample", "facebook", "error"}, {"a", "upload", "explicit"}} {
		r := act(t, s, "image/explicit", param("public_id", c.id), param("type", c.typ), param("async", "1"), param("tags", "x"), param("notification_url", address)).object(t)
		if r["status"] != "pending" || r["type"] != c.typ || r["public_id"] != c.id || r["resource_type"] != "image" {
			t.Errorf("%v", r)
		}
		if n, _ := next(); n["notification_type"] != c.kind {
			t.Errorf("%s: %v", c.id, n)
		}
	}
	if a := s.store.find(key{"demo", "image", "upload", "a"}); !slices.Equal(a.tags, []string{"x"}) {
		t.Errorf("%v", a.tags)
	}
}

// TestT38Behind: there is only so much in the background, and what does not fit is
// refused and leaves nothing behind.
func TestT38Behind(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for range mostNotices {
		s.notices <- struct{}{}
	}
	wantRefused(t, act(t, s, "image/upload", param("async", "1"), file("a.png", tinyPNG)), 503, "The sandbox has too much to do in the background")
	wantRefused(t, act(t, s, "image/explicit", param("public_id", "a"), param("async", "1")), 503, "The sandbox has too much to do in the background")
	if s.pool.used != 0 {
		t.Errorf("%d bytes are left", s.pool.used)
	}
}

// TestArchiveSigned: an archive's parameters are all signed, as the SDKs do it.
func TestArchiveSigned(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	uploadAs(t, s, "a", param("tags", "t"))
	for _, name := range []string{"skip_transformation_name", "keep_derived", "flatten_transformations", "use_original_filename", "target_asset_folder", "target_tags", "transformations", "fully_qualified_public_ids"} {
		value := "1"
		switch name {
		case "fully_qualified_public_ids":
			value = "image/upload/a"
		case "transformations":
			value = "w_1"
		}
		fields := signedAs(t, demo, signer.Options{}, param("public_ids", "a"), param(name, value))
		if r := post(t, s, "/v1_1/demo/image/generate_archive", fields); r.status != 200 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

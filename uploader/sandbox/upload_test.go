package sandbox

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/uploader/sandbox/render"
)

// The tutorial's upload: the answer's shape, the derived pictures, all fetched again.
func TestTutorialUpload(t *testing.T) {
	t.Parallel()
	var l journal
	s := newServer(t, func(o *Options) { o.Log = l.add })
	r := post(t, s, imagePath, append(signed(t, param("public_id", "sample_image"), param("eager", "w_400,h_300,c_pad|w_260,h_200,c_crop")), param("file", s.SampleURL())))
	a := r.upload(t)
	info, err := render.Probe(Sample())
	if err != nil {
		t.Fatal(err)
	}
	sum := md5.Sum(Sample())
	base := s.BaseURL() + "/demo/image/upload/"
	wantURL := base + "v1315061110/sample_image." + info.Format
	if a.URL != wantURL || a.SecureURL != wantURL || a.PublicID != "sample_image" || a.Version != now.Unix() ||
		a.Width != info.Width || a.Height != info.Height || a.Format != info.Format || a.Bytes != int64(len(Sample())) ||
		a.ETag != hex.EncodeToString(sum[:]) || a.ResourceType != "image" || a.Type != "upload" ||
		a.CreatedAt != now.UTC().Format(time.RFC3339) || a.APIKey != DemoKey || a.OriginalFilename != strings.TrimSuffix(SampleName, "."+sampleFormat()) {
		t.Errorf("got %s", r.body)
	}
	if err := signer.VerifyResponse("sample_image", "1315061110", a.Signature, demo.Secret, signer.SHA1); err != nil {
		t.Error(err)
	}
	sizes := [][2]int{{400, 300}, {260, 200}}
	texts := []string{"w_400,h_300,c_pad", "w_260,h_200,c_crop"}
	if len(a.Eager) != 2 {
		t.Fatalf("%d derived pictures", len(a.Eager))
	}
	for i, e := range a.Eager {
		if e.Transformation != texts[i] || e.Width != sizes[i][0] || e.Height != sizes[i][1] ||
			e.URL != base+texts[i]+"/v1315061110/sample_image."+info.Format {
			t.Errorf("eager %d: %+v", i, e)
		}
		got := get(t, s, e.SecureURL)
		is, err := render.Probe(got.body)
		if err != nil || is.Width != e.Width || is.Height != e.Height || int64(len(got.body)) != e.Bytes ||
			got.header.Get("Content-Type") != render.ContentType(info.Format) {
			t.Errorf("eager %d: fetched %dx%d of %d bytes, %v %v", i, is.Width, is.Height, len(got.body), got.header, err)
		}
	}
	if got := get(t, s, a.URL); string(got.body) != string(Sample()) {
		t.Error("the original is not what was uploaded")
	}
	if all := l.exchanges(); len(all) != 4 || all[0].Verdict != "signed with sha1 v2" || all[0].File != s.SampleURL() || all[0].Status != 200 {
		t.Errorf("the record: %+v", all)
	}
}

// The keys of an answer come in the order of the service's.
func TestAnswerKeyOrder(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	r := post(t, s, imagePath, signed(t, param("eager", "w_2"), param("tags", "a, b"), param("context", "k=v"), file("tiny.png", tinyPNG)))
	want := []string{"asset_id", "public_id", "version", "version_id", "signature", "width", "height", "format", "resource_type",
		"created_at", "tags", "bytes", "type", "etag", "placeholder", "url", "secure_url", "folder", "original_filename", "context", "eager", "api_key"}
	d := json.NewDecoder(strings.NewReader(string(r.body)))
	_, _ = d.Token()
	var got []string
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, name.(string))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	a := r.upload(t)
	if len(a.AssetID) != 32 || len(a.VersionID) != 32 || len(a.PublicID) != 20 || !slices.Equal(a.Tags, []string{"a", "b"}) || a.Context.Custom["k"] != "v" {
		t.Errorf("got %s", r.body)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	png := file("Lo go.png", tinyPNG)
	cases := []struct {
		name, kind string
		file       field
		fields     []field
		id         string // with * for what is random
		folder     string
		original   string
	}{
		{"automatic", "image", png, nil, "********************", "", "Lo go"},
		{"given", "image", png, []field{param("public_id", " /a/b/ ")}, "a/b", "a", "Lo go"},
		{"use_filename", "image", png, []field{param("use_filename", "true")}, "Lo_go_******", "", "Lo go"},
		{"not unique", "image", png, []field{param("use_filename", "1"), param("unique_filename", "0")}, "Lo_go", "", "Lo go"},
		{"override", "image", png, []field{param("use_filename", "1"), param("unique_filename", "false"), param("filename_override", "x.y.gif")}, "x.y", "", "x.y"},
		{"discarded", "image", png, []field{param("public_id", "p"), param("discard_original_filename", "1")}, "p", "", ""},
		{"folder", "image", png, []field{param("public_id", "p"), param("folder", "/f/g/")}, "f/g/p", "f/g", "Lo go"},
		{"prefix", "image", png, []field{param("public_id", "p"), param("public_id_prefix", "q")}, "q/p", "q", "Lo go"},
		{"raw automatic", "raw", file("a.TXT", []byte("x")), nil, "********************.TXT", "", "a"},
		{"raw without a name", "raw", file("", []byte("x")), nil, "********************", "", ""},
		{"raw given", "raw", file("a.txt", []byte("x")), []field{param("public_id", "notes.md")}, "notes.md", "", "a"},
		{"raw use_filename", "raw", file(`C:\dir\a.txt`, []byte("x")), []field{param("use_filename", "1")}, "a_******.txt", "", "a"},
		{"auto is raw", "auto", file("a.txt", []byte("x")), []field{param("public_id", "r")}, "r", "", "a"},
		{"empty parameter", "image", png, []field{param("public_id", "")}, "********************", "", "Lo go"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			a := post(t, s, "/v1_1/demo/"+c.kind+"/upload", signed(t, append(c.fields, c.file)...)).upload(t)
			if !matches(c.id, a.PublicID) || *a.Folder != c.folder || a.OriginalFilename != c.original {
				t.Errorf("got %q %q %q, want %q %q %q", a.PublicID, *a.Folder, a.OriginalFilename, c.id, c.folder, c.original)
			}
			if isRaw := a.ResourceType == "raw"; isRaw != (a.Format == "" && a.Width == 0) {
				t.Errorf("%s has format %q, width %d", a.ResourceType, a.Format, a.Width)
			}
			if r := get(t, s, a.URL); r.status != 200 || string(r.body) != c.file.value {
				t.Errorf("%s: %d %.80q", a.URL, r.status, r.body)
			}
		})
	}
}

// matches compares with a pattern in which * is one character a–z or 0–9.
func matches(pattern, text string) bool {
	if len(pattern) != len(text) {
		return false
	}
	for i := range len(text) {
		c := text[i]
		random := c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		if pattern[i] != c && !(pattern[i] == '*' && random) {
			return false
		}
	}
	return true
}

func TestOverwrite(t *testing.T) {
	t.Parallel()
	at := now
	s := newServer(t, func(o *Options) { o.Clock = func() time.Time { return at } })
	upload := func(data []byte, fields ...field) uploadAnswer {
		return post(t, s, imagePath, signed(t, append(append(fields, param("public_id", "p")), file("a.png", data))...)).upload(t)
	}
	first := upload(tinyPNG)
	at = at.Add(time.Second)
	kept := upload(pngOf(3, 3), param("overwrite", "0"))
	if !kept.Existing || kept.Version != first.Version || kept.ETag != first.ETag || kept.Overwritten {
		t.Errorf("overwrite=0: %+v", kept)
	}
	second := upload(pngOf(3, 3))
	if !second.Overwritten || second.Existing || second.Version != first.Version+1 || second.Width != 3 || second.AssetID != first.AssetID {
		t.Errorf("overwritten: %+v", second)
	}
	if got := get(t, s, second.URL); string(got.body) != string(pngOf(3, 3)) {
		t.Error("the new picture is not delivered")
	}
	if want := int64(len(pngOf(3, 3))); s.pool.used != want || s.store.count != 1 {
		t.Errorf("%d bytes in %d files are taken, want %d in 1", s.pool.used, s.store.count, want)
	}
}

func TestIncomingTransformationAndFormat(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := post(t, s, imagePath, signed(t, param("transformation", "w_8,h_6,c_scale"), param("format", "gif"), param("eager", "w_4,h_3/jpg"), file("a.png", pngOf(20, 20)))).upload(t)
	got := get(t, s, a.URL)
	info, err := render.Probe(got.body)
	if err != nil || info.Width != 8 || info.Height != 6 || info.Format != "gif" || a.Format != "gif" || a.Width != 8 {
		t.Errorf("stored: %+v %v; answer %+v", info, err, a)
	}
	sum := md5.Sum(got.body)
	if a.ETag != hex.EncodeToString(sum[:]) || a.Bytes != int64(len(got.body)) {
		t.Errorf("etag and bytes are not those of what is stored")
	}
	e := a.Eager[0]
	if e.Format != "jpg" || e.Width != 4 || !strings.HasSuffix(e.URL, ".jpg") || e.Transformation != "w_4,h_3" {
		t.Errorf("eager: %+v", e)
	}
	if r := get(t, s, e.URL); r.header.Get("Content-Type") != "image/jpeg" || int64(len(r.body)) != e.Bytes {
		t.Errorf("eager: %d %v", r.status, r.header)
	}
}

func TestResourceTypes(t *testing.T) {
	t.Parallel()
	cases := []struct{ path, name, data, want, format string }{
		{"/v1_1/demo/upload", "a.png", string(tinyPNG), "image", "png"},
		{"/v1_1/demo/auto/upload", "a", string(tinyMP4), "video", "mp4"},
		{"/v1_1/demo/auto/upload", "a.png", "\x89PNG\r\n\x1a\nbroken", "raw", ""},
		{"/v1_1/demo/raw/upload", "a.png", string(tinyPNG), "raw", ""},
		{"/v1_1/demo/video/upload", "a.mov", string(tinyMP4), "video", "mp4"},
	}
	for _, c := range cases {
		a := post(t, newServer(t), c.path, signed(t, file(c.name, []byte(c.data)))).upload(t)
		if a.ResourceType != c.want || a.Format != c.format {
			t.Errorf("%s %s: got %s %q, want %s %q", c.path, c.name, a.ResourceType, a.Format, c.want, c.format)
		}
	}
}

func TestOtherWaysToAuthenticate(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) { o.Presets = map[string]Preset{"p": {Unsigned: true}} })
	if r := do(t, s, basicRequest(DemoKey, "abcd")(t, s)); r.status != http.StatusOK {
		t.Errorf("Basic: %d %s", r.status, r.body)
	}
	if r := post(t, s, imagePath, []field{param("upload_preset", "p"), param("tags", "x"), file("a.png", tinyPNG)}); r.status != http.StatusOK {
		t.Errorf("unsigned: %d %s", r.status, r.body)
	}
	for _, o := range []signer.Options{{}, {Algorithm: signer.SHA256}, {Version: signer.V1}, {Algorithm: signer.SHA256, Version: signer.V1}} {
		a := post(t, s, imagePath, append(signedAs(t, demo, o, param("public_id", "a&b")), file("a.png", tinyPNG))).upload(t)
		if len(a.Signature) != o.Algorithm.HexLen() {
			t.Errorf("%v: the answer is signed with %d digits", o, len(a.Signature))
		}
	}
	query := urlencodedBody(append(signed(t, param("public_id", "q")), param("file", "http://example.com/a.png")))
	if r := do(t, s, request(t, s, http.MethodPost, imagePath+"?"+string(query), "", nil)); r.upload(t).PublicID != "q" {
		t.Errorf("query: %s", r.body)
	}
	object := map[string]any{}
	for _, f := range append(signed(t, param("public_id", "j")), param("file", "data:image/gif;base64,R0lGODlhAQABAAAAACw=")) {
		object[f.name] = f.value
	}
	body, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if a := do(t, s, request(t, s, http.MethodPost, imagePath, "application/json", body)).upload(t); a.PublicID != "j" || a.Format != "gif" {
		t.Errorf("JSON: %+v", a)
	}
}

// An hour is still good, a second more is not; the future is accepted.
func TestTimestampEdges(t *testing.T) {
	t.Parallel()
	for age, want := range map[time.Duration]bool{time.Hour: true, time.Hour + time.Second: false, -48 * time.Hour: true} {
		if err := checkTime(stamp, time.Unix(1315060510, 0).Add(age)); (err == nil) != want {
			t.Errorf("%v old: %v", age, err)
		}
	}
	for _, stamp := range []string{"1315060510000", "99999999999999999999999"} {
		if err := checkTime(stamp, now); err != nil {
			t.Errorf("%s: %v", stamp, err)
		}
	}
}

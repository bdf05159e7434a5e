package sandbox

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signpost/uploader/sandbox/render"
)

// unreachable is a network that is not there; it counts how often it was tried.
func unreachable(tried *atomic.Int64) func(*Options) {
	return func(o *Options) {
		o.Fetch = func(context.Context, string) (io.ReadCloser, string, error) {
			tried.Add(1)
			return nil, "", &LoadError{"ERR_DNS_FAIL 0"}
		}
	}
}

// TestDemoFiles: what the SDKs' tests load from the demo account is drawn where the
// network is not there, and the answer and the record say so.
func TestDemoFiles(t *testing.T) {
	t.Parallel()
	var tried atomic.Int64
	var log journal
	s := newServer(t, unreachable(&tried), func(o *Options) { o.Log = log.add })
	for _, c := range []struct {
		address, path, format string
		width, height         int
	}{
		{"https://cloudinary.com/images/old_logo.png", "image", "png", 241, 51},
		{"https://cloudinary-res.cloudinary.com/image/upload/cloudinary_logo.png", "auto", "png", 750, 160},
		{"http://res.cloudinary.com/demo/image/upload/sample", "image", "jpg", 864, 576},
		{"https://res.cloudinary.com/demo/image/upload/w_100,c_scale/e_sepia/v1312461204/sample.jpeg", "image", "jpg", 100, 67},
		{"https://res.cloudinary.com/demo/image/upload/folder/any_name.webp", "image", "webp", 864, 576},
		{"https://res.cloudinary.com/demo/video/upload/dog.mp4", "video", "mp4", 0, 0},
	} {
		a := post(t, s, "/v1_1/demo/"+c.path+"/upload", signed(t, param("file", c.address))).upload(t)
		if a.Format != c.format || a.Width != c.width || a.Height != c.height || !strings.Contains(strings.Join(a.Notes, "\n"), drawnNote) {
			t.Errorf("%s: %+v", c.address, a)
		}
	}
	if all := log.exchanges(); !strings.HasSuffix(all[0].File, "old_logo.png (drawn by the sandbox)") {
		t.Errorf("the record says %q", all[0].File)
	}
	if tried.Load() != 1 {
		t.Errorf("the network was tried %d times within a minute", tried.Load())
	}
	for _, other := range []string{
		"https://res.cloudinary.com/other/image/upload/sample.jpg", "https://res.cloudinary.com/demo/raw/upload/sample.jpg", "https://res.cloudinary.com/demo/image/fetch/sample.jpg",
		"https://res.cloudinary.com/demo/video/upload/dog.webm", "https://res.cloudinary.com/demo/image/upload/sample.tiff", "https://res.cloudinary.com/demo", "https://res.cloudinary.com",
		"https://cloudinary.com/sample.jpg", "https://res.cloudinary.com.example.org/demo/image/upload/sample.jpg", "https://example.org/demo/image/upload/sample.jpg",
	} {
		r := post(t, s, "/v1_1/demo/image/upload", signed(t, param("file", other)))
		wantRefused(t, r, 400, "Error in loading "+other+" - ERR_DNS_FAIL 0")
	}
}

// TestDemoFilesFromTheNetwork: where somebody answers, what they say counts.
func TestDemoFilesFromTheNetwork(t *testing.T) {
	t.Parallel()
	const address = "https://res.cloudinary.com/demo/image/upload/sample.png"
	s := newServer(t)
	if a := post(t, s, "/v1_1/demo/image/upload", signed(t, param("file", address))).upload(t); a.Width != 1 || len(a.Notes) > 0 {
		t.Errorf("%+v", a)
	}
	gone := newServer(t, func(o *Options) {
		o.Fetch = func(context.Context, string) (io.ReadCloser, string, error) {
			return nil, "", &LoadError{"404 Not Found"}
		}
	})
	wantRefused(t, post(t, gone, "/v1_1/demo/image/upload", signed(t, param("file", address))), 400, "Error in loading "+address+" - 404 Not Found")
}

// TestDemoTriesAgain: the network is looked for again after a while.
func TestDemoTriesAgain(t *testing.T) {
	t.Parallel()
	var tried, at atomic.Int64
	at.Store(now.Unix())
	s := newServer(t, unreachable(&tried), func(o *Options) { o.Clock = func() time.Time { return time.Unix(at.Load(), 0) } })
	for _, later := range []int64{0, 30, 61} {
		at.Store(now.Unix() + later)
		post(t, s, "/v1_1/demo/image/upload", signed(t, param("file", "https://res.cloudinary.com/demo/image/upload/car"))).upload(t)
	}
	if tried.Load() != 2 {
		t.Errorf("tried %d times", tried.Load())
	}
}

// TestOwnSampleAtOnce: who asks for the sample at the same time gets it too.
func TestOwnSampleAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if r := get(t, s, "/demo/image/upload/sample.jpg"); r.status != 200 {
				t.Errorf("%d", r.status)
			}
		})
	}
	wait.Wait()
	if len(s.store.list("demo")) != 1 {
		t.Errorf("%d assets", len(s.store.list("demo")))
	}
}

// TestOwnSample: every account has a sample picture, until it is deleted.
func TestOwnSample(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if r := get(t, s, "/demo/image/upload/w_100/sample.png"); r.status != 200 || r.header.Get("Content-Type") != "image/png" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	a := act(t, s, "image/explicit", param("public_id", "sample"), param("type", "upload"), param("eager", "c_scale,w_2.0")).upload(t)
	if a.Width != 864 || a.Eager[0].Width != 1728 || !strings.Contains(a.Eager[0].SecureURL, "/image/upload/c_scale,w_2.0/v") {
		t.Errorf("%+v", a)
	}
	if r := act(t, s, "image/destroy", param("public_id", "sample")); !bytes.Contains(r.body, []byte(`"ok"`)) {
		t.Errorf("%s", r.body)
	}
	if r := get(t, s, "/demo/image/upload/sample.jpg"); r.status != 404 {
		t.Errorf("after it was deleted: %d", r.status)
	}
	s.Reset("demo")
	if r := admin(t, s, "GET", "resources/image/upload/sample"); r.status != 200 {
		t.Errorf("after a reset: %s", r.body)
	}
	for _, nobody := range []string{"/other/image/upload/sample.jpg", "/demo/raw/upload/sample.jpg", "/demo/image/private/sample.jpg", "/demo/image/upload/x/sample"} {
		if r := get(t, s, nobody); strings.HasPrefix(nobody, "/other") && r.status != 404 || r.status == 200 {
			t.Errorf("%s: %d", nobody, r.status)
		}
	}
	uploadAs(t, s, "mine")
	r := act(t, s, "image/generate_archive", param("fully_qualified_public_ids", "image/upload/sample,image/upload/mine"))
	if r.status != 200 || !bytes.Contains(r.body, []byte(`"file_count":2`)) {
		t.Errorf("%s", r.body)
	}
}

// TestMovie: the film is made of boxes, one behind the other, and its frame is where its
// table says.
func TestMovie(t *testing.T) {
	t.Parallel()
	frame := []byte("\xff\xd8 a frame")
	film := movie(frame, 640, 360)
	var kinds []string
	for at := 0; at < len(film); {
		size := int(be(film[at:]))
		if size < 8 || at+size > len(film) {
			t.Fatalf("a box of %d bytes at %d of %d", size, at, len(film))
		}
		kinds = append(kinds, string(film[at+4:at+8]))
		at += size
	}
	if got := strings.Join(kinds, " "); got != "ftyp mdat moov" || videoFormatOf(film) != "mp4" {
		t.Errorf("%s, %s", got, videoFormatOf(film))
	}
	table := bytes.Index(film, []byte("stco"))
	at := be(film[table+12:])
	if !bytes.HasPrefix(film[at:], frame) {
		t.Errorf("at %d is %.10q", at, film[at:])
	}
}

func be(b []byte) uint32 { return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]) }

// TestTextAction: a text becomes a picture that can be fetched, with what is allowed to
// be said of it.
func TestTextAction(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := act(t, s, "image/text", param("text", "hello world"), param("public_id", "t"), param("font_size", "20"), param("opacity", "50%"), param("tags", "x")).upload(t)
	if a.PublicID != "t" || a.Type != "text" || a.Format != "png" || a.Width < 80 || a.Tags[0] != "x" {
		t.Errorf("%+v", a)
	}
	info, err := render.Probe(fetched(t, s, a.URL).body)
	if err != nil || info.Width != a.Width {
		t.Errorf("%+v %v", info, err)
	}
	for _, c := range []struct {
		fields []field
		want   string
	}{
		{[]field{param("text", " ")}, "Missing required parameter - text"},
		{[]field{param("text", strings.Repeat("x", 5000))}, "Invalid value for text: it is longer than 4000 bytes"},
		{[]field{param("text", "x"), param("font_size", "-1")}, "Invalid value for font_size: it is not 1 to 1000"},
		{[]field{param("text", "x"), param("font_size", "99999999999999999999")}, "Invalid value for font_size: it is not 1 to 1000"},
		{[]field{param("text", "x"), param("opacity", "0")}, "Invalid value for opacity: it is not 1 to 100"},
		{[]field{param("text", "x"), param("font_color", "odd")}, "Invalid color - odd"},
		{[]field{param("text", "x"), param("public_id", "a?b")}, "public_id (a?b) is invalid"},
	} {
		wantRefused(t, act(t, s, "image/text", c.fields...), 400, c.want)
	}
}

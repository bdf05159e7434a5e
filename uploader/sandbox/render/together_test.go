package render

import (
	"bytes"
	"context"
	"image"
	"image/gif"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// inMemory are pictures that are in memory already.
type inMemory [][]byte

func (p inMemory) Len() int                 { return len(p) }
func (p inMemory) At(i int) ([]byte, error) { return p[i], nil }

// TestSprite: pictures stand below each other, where the places say.
func TestSprite(t *testing.T) {
	t.Parallel()
	pictures := inMemory{pngOf(t, quarters(40, 20)), pngOf(t, quarters(60, 10))}
	c, err := Parse("w_0.5")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		chain         Chain
		width, height int
		places        []image.Rectangle
	}{
		{Chain{}, 60, 30, []image.Rectangle{image.Rect(0, 0, 40, 20), image.Rect(0, 20, 60, 30)}},
		{c, 30, 15, []image.Rectangle{image.Rect(0, 0, 20, 10), image.Rect(0, 10, 30, 15)}},
	} {
		out, places, err := Sprite(context.Background(), pictures, x.chain)
		if err != nil || out.Width != x.width || out.Height != x.height || out.Format != "png" || !slices.Equal(places, x.places) {
			t.Fatalf("%v %v %v", out, places, err)
		}
		m, _, err := image.Decode(bytes.NewReader(out.Data))
		if err != nil {
			t.Fatal(err)
		}
		if r, g, _, a := m.At(2, places[1].Min.Y+1).RGBA(); r>>8 != 250 || g != 0 || a>>8 != 255 {
			t.Errorf("the second picture begins with %d %d %d", r>>8, g>>8, a>>8)
		}
	}
}

// TestFilm: each picture is a frame, on a screen as large as the first.
func TestFilm(t *testing.T) {
	t.Parallel()
	out, err := Film(context.Background(), inMemory{pngOf(t, quarters(40, 20)), pngOf(t, quarters(60, 10)), pngOf(t, quarters(4, 4))}, Chain{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(bytes.NewReader(out.Data))
	if err != nil || len(g.Image) != 3 || g.Config.Width != 40 || g.Config.Height != 20 || out.Width != 40 || out.Height != 20 {
		t.Fatalf("%v %v", g, err)
	}
	if _, _, _, a := g.Image[2].At(10, 10).RGBA(); a != 0 {
		t.Error("beside a small picture is something")
	}
}

// TestT35Together: what is put together stays within the bounds, and ends when nobody
// waits for it.
func TestT35Together(t *testing.T) {
	t.Parallel()
	tall := pngOf(t, image.NewGray(image.Rect(0, 0, 10, 2_100_000)))
	wide := pngOf(t, image.NewGray(image.Rect(0, 0, 100, 10)))
	if _, _, err := Sprite(context.Background(), inMemory{wide, tall}, Chain{}); err == nil {
		t.Error("a sprite of 210 megapixels was made")
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Sprite(done, inMemory{wide}, Chain{}); err != context.Canceled {
		t.Errorf("sprite: %v", err)
	}
	if _, err := Film(done, inMemory{wide}, Chain{}); err != context.Canceled {
		t.Errorf("film: %v", err)
	}
	if _, err := Book(done, inMemory{wide}, Chain{}); err != context.Canceled {
		t.Errorf("book: %v", err)
	}
	large, err := Parse("c_scale,h_5000,w_8000")
	if err != nil {
		t.Fatal(err)
	}
	tiny := pngOf(t, image.NewGray(image.Rect(0, 0, 1, 1)))
	if _, err := Book(context.Background(), inMemory{tiny, tiny, tiny}, large); err == nil || !strings.Contains(err.Error(), "100 megapixels") {
		t.Errorf("a book of 120 megapixels: %v", err)
	}
	for _, bad := range []inMemory{nil, {[]byte("no picture")}} {
		if _, _, err := Sprite(context.Background(), bad, Chain{}); err == nil {
			t.Error("a sprite of nothing was made")
		}
		if _, err := Film(context.Background(), bad, Chain{}); err == nil {
			t.Error("a film of nothing was made")
		}
		if _, err := Book(context.Background(), bad, Chain{}); err == nil {
			t.Error("a book of nothing was made")
		}
	}
}

// TestBook: each picture is a page of its size, and every object is where the table says.
func TestBook(t *testing.T) {
	t.Parallel()
	c, err := Parse("w_0.5")
	if err != nil {
		t.Fatal(err)
	}
	out, err := Book(context.Background(), inMemory{pngOf(t, quarters(40, 20)), pngOf(t, quarters(60, 10))}, c)
	if err != nil || out.Width != 20 || out.Height != 10 || out.Format != "pdf" {
		t.Fatalf("%d x %d %s, %v", out.Width, out.Height, out.Format, err)
	}
	text := string(out.Data)
	for _, box := range []string{"/MediaBox [0 0 20 10]", "/MediaBox [0 0 30 5]", "/Count 2"} {
		if !strings.Contains(text, box) {
			t.Errorf("no %s", box)
		}
	}
	offsets := regexp.MustCompile(`(?m)^(\d{10}) 00000 n `).FindAllStringSubmatch(text, -1)
	for i, m := range offsets {
		at, _ := strconv.Atoi(m[1])
		if want := strconv.Itoa(i+1) + " 0 obj\n"; !strings.HasPrefix(text[at:], want) {
			t.Errorf("object %d is not at %d: %.20q", i+1, at, text[at:])
		}
	}
	start := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindStringSubmatch(text)
	if len(offsets) != 8 || start == nil {
		t.Fatalf("%d objects, %v", len(offsets), start)
	}
	if at, _ := strconv.Atoi(start[1]); !strings.HasPrefix(text[at:], "xref\n") {
		t.Errorf("no table at %d", at)
	}
	pages := bytes.Split(out.Data, []byte("/DCTDecode"))
	for i, want := range []image.Point{{20, 10}, {30, 5}} {
		data := pages[i+1][bytes.Index(pages[i+1], []byte("stream\n"))+7:]
		m, format, err := image.Decode(bytes.NewReader(data))
		if err != nil || format != "jpeg" || m.Bounds().Size() != want {
			t.Errorf("page %d: %v %s", i+1, err, format)
		}
	}
}

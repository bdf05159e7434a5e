package render

import (
	"bytes"
	"context"
	"image"
	"image/gif"
	"slices"
	"testing"
)

// TestSprite: pictures stand below each other, where the places say.
func TestSprite(t *testing.T) {
	t.Parallel()
	pictures := [][]byte{pngOf(t, quarters(40, 20)), pngOf(t, quarters(60, 10))}
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
	out, err := Film(context.Background(), [][]byte{pngOf(t, quarters(40, 20)), pngOf(t, quarters(60, 10)), pngOf(t, quarters(4, 4))}, Chain{})
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
	if _, _, err := Sprite(context.Background(), [][]byte{wide, tall}, Chain{}); err == nil {
		t.Error("a sprite of 210 megapixels was made")
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := Sprite(done, [][]byte{wide}, Chain{}); err != context.Canceled {
		t.Errorf("sprite: %v", err)
	}
	if _, err := Film(done, [][]byte{wide}, Chain{}); err != context.Canceled {
		t.Errorf("film: %v", err)
	}
	for _, bad := range [][][]byte{nil, {[]byte("no picture")}} {
		if _, _, err := Sprite(context.Background(), bad, Chain{}); err == nil {
			t.Error("a sprite of nothing was made")
		}
		if _, err := Film(context.Background(), bad, Chain{}); err == nil {
			t.Error("a film of nothing was made")
		}
	}
}

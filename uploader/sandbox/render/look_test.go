package render

import (
	"bytes"
	"image"
	"image/color"
	"testing"
)

// filled is a picture of one colour.
func filled(w, h int, c color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// TestGravity: which ninth of a picture is cut out, and where one is put on a canvas.
// Nine fields of 10 by 10 have a shade of red of their own, by column and row.
func TestGravity(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 30, 30))
	for y := range 30 {
		for x := range 30 {
			m.SetNRGBA(x, y, rgba{R: uint8(20 + x/10*60 + y/10*20), A: 255})
		}
	}
	src, dot := pngOf(t, m), pngOf(t, filled(10, 10, rgba{B: 255, A: 255}))
	for gravity, at := range map[string]image.Point{
		"north_west": {0, 0}, "north": {1, 0}, "north_east": {2, 0}, "west": {0, 1}, "center": {1, 1}, "east": {2, 1},
		"south_west": {0, 2}, "south": {1, 2}, "south_east": {2, 2},
		"face": {1, 1}, "faces": {1, 1}, "auto": {1, 1}, "auto:face": {1, 1}, "custom": {1, 1},
	} {
		want := rgba{R: uint8(20 + at.X*60 + at.Y*20), A: 255}
		cut, _ := apply(t, src, "c_crop,w_10,h_10,g_"+gravity)
		for _, p := range []image.Point{{0, 0}, {9, 9}} {
			if got := cut.NRGBAAt(p.X, p.Y); got != want {
				t.Errorf("g_%s cuts %v at %v, want %v", gravity, got, p, want)
			}
		}
		padded, _ := apply(t, dot, "c_lpad,w_30,h_30,b_white,g_"+gravity)
		for y := range 30 {
			for x := range 30 {
				inside := image.Pt(x, y).In(image.Rect(0, 0, 10, 10).Add(at.Mul(10)))
				if got := padded.NRGBAAt(x, y); (got == rgba{B: 255, A: 255}) != inside {
					t.Fatalf("g_%s: %v at %d,%d", gravity, got, x, y)
				}
			}
		}
	}
	for text, want := range map[string]uint8{
		"c_crop,w_10,h_10,g_north_west,x_10,y_20": 120, "c_crop,w_10,h_10,g_south_east,x_10,y_20": 80,
		"c_crop,w_10,h_10,x_0.34,y_0.67": 120, "c_crop,w_10,h_10,g_center,x_-10": 40, "c_crop,w_10,h_10,x_900,y_900": 180,
		"c_crop,w_10,h_10,g_xy_center,x_5,y_25": 60,
	} {
		if m, _ := apply(t, src, text); m.NRGBAAt(5, 5).R != want {
			t.Errorf("%s: %d, want %d", text, m.NRGBAAt(5, 5).R, want)
		}
	}
}

// TestPaddingAndBackground: what is under a picture, in a format with transparency and
// in one without.
func TestPaddingAndBackground(t *testing.T) {
	t.Parallel()
	src := pngOf(t, filled(20, 20, rgba{R: 200, A: 255}))
	clear, white := rgba{}, rgba{R: 255, G: 255, B: 255, A: 255}
	for text, want := range map[string]rgba{
		"c_pad,w_60,h_20/png": clear, "c_pad,w_60,h_20/webp": clear, "c_pad,w_60,h_20/gif": clear, "c_pad,w_60,h_20/jpg": white,
		"c_pad,w_60,h_20,b_auto/png": clear, "c_pad,w_60,h_20,b_auto/jpg": white, "c_pad,w_60,h_20,b_transparent/jpg": white,
		"c_pad,w_60,h_20,b_rgb:0000ff80/png": {B: 255, A: 0x80}, "c_pad,w_60,h_20,b_rgb:00f8/png": {B: 255, A: 0x88},
		"c_pad,w_60,h_20,b_SteelBlue/jpg": {R: 70, G: 130, B: 180, A: 255}, "r_10,b_blue/jpg": {B: 255, A: 255}, "r_10,q_100/jpg": white,
		"a_45,b_rgb:0000ff80/png": {B: 255, A: 0x80}, "c_pad,w_60,h_20/e_negate/jpg": {A: 255},
	} {
		if m, _ := apply(t, src, text); !near(m.NRGBAAt(0, 0), want) {
			t.Errorf("%s: %v in the corner, want %v", text, m.NRGBAAt(0, 0), want)
		}
	}
	half := pngOf(t, filled(20, 20, rgba{R: 200, A: 128}))
	for text, want := range map[string]rgba{"b_blue": {R: 100, B: 127, A: 255}, "a_0/jpg": {R: 227, G: 127, B: 127, A: 255}, "o_50": {R: 200, A: 64}} {
		if m, _ := apply(t, half, text); !near(m.NRGBAAt(5, 5), want) {
			t.Errorf("half transparent with %s: %v, want %v", text, m.NRGBAAt(5, 5), want)
		}
	}
}

// TestCornersAndBorder: a border follows the corners, and the picture shows inside it.
func TestCornersAndBorder(t *testing.T) {
	t.Parallel()
	red, blue, clear := rgba{R: 255, A: 255}, rgba{B: 255, A: 255}, rgba{}
	src := pngOf(t, filled(80, 40, red))
	for _, c := range []struct {
		text string
		at   map[image.Point]rgba
	}{
		{"bo_10px_solid_blue", map[image.Point]rgba{{0, 0}: blue, {9, 30}: blue, {10, 10}: red, {89, 49}: red, {90, 50}: blue, {99, 59}: blue}},
		{"r_20,bo_10px_solid_blue", map[image.Point]rgba{{1, 1}: clear, {98, 58}: clear, {50, 2}: blue, {8, 8}: blue, {11, 11}: blue, {14, 14}: red, {50, 30}: red}},
		{"r_max,bo_10px_solid_blue", map[image.Point]rgba{{0, 0}: clear, {50, 2}: blue, {2, 30}: blue, {50, 30}: red, {8, 8}: clear}},
		{"r_20", map[image.Point]rgba{{0, 0}: clear, {79, 0}: clear, {0, 39}: clear, {79, 39}: clear, {20, 0}: red, {7, 7}: red, {4, 4}: clear}},
		{"r_15:0:0:0", map[image.Point]rgba{{0, 0}: clear, {79, 0}: red, {79, 39}: red, {0, 39}: red}},
		{"r_0:15:0:0", map[image.Point]rgba{{0, 0}: red, {79, 0}: clear, {79, 39}: red, {0, 39}: red}},
		{"r_0:0:15:0", map[image.Point]rgba{{0, 0}: red, {79, 0}: red, {79, 39}: clear, {0, 39}: red}},
		{"r_0:0:0:15", map[image.Point]rgba{{0, 0}: red, {79, 0}: red, {79, 39}: red, {0, 39}: clear}},
		{"r_0:15", map[image.Point]rgba{{0, 0}: red, {79, 0}: clear, {79, 39}: red, {0, 39}: clear}},
		{"r_0:15:0", map[image.Point]rgba{{0, 0}: red, {79, 0}: clear, {79, 39}: red, {0, 39}: clear}},
	} {
		m, _ := apply(t, src, c.text)
		for p, want := range c.at {
			if got := m.NRGBAAt(p.X, p.Y); got.A != want.A || want.A > 0 && !near(got, want) {
				t.Errorf("%s at %v: %v, want %v", c.text, p, got, want)
			}
		}
	}
	// What is transparent in the picture stays so inside its border.
	m, _ := apply(t, pngOf(t, filled(20, 20, rgba{R: 255, A: 128})), "bo_4px_solid_blue")
	if got := m.NRGBAAt(12, 12); !near(got, rgba{R: 255, A: 128}) {
		t.Errorf("the border shows through: %v", got)
	}
}

// TestEffects: properties that define each effect, over a picture of all kinds of
// colours.
func TestEffects(t *testing.T) {
	t.Parallel()
	picture := smooth(60, 40)
	src := pngOf(t, picture)
	same := func(a, b *image.NRGBA) bool { return bytes.Equal(a.Pix, b.Pix) }
	if m, _ := apply(t, src, "e_negate/e_negate"); !same(m, picture) {
		t.Error("negate twice is not the picture itself")
	}
	for _, text := range []string{"e_contrast:0", "e_contrast", "e_saturation:0", "e_brightness:0", "e_pixelate:1", "a_360", "a_-90.90", "a_hflip.hflip", "o_100", "r_0"} {
		if m, _ := apply(t, src, text); !same(m, picture) {
			t.Errorf("%s changes the picture", text)
		}
	}
	each := func(text string, holds func(was, is color.NRGBA) bool) {
		t.Helper()
		m, _ := apply(t, src, text)
		for i := 0; i < len(m.Pix); i += 4 {
			x, y := i/4%60, i/4/60
			if was, is := picture.NRGBAAt(x, y), m.NRGBAAt(x, y); !holds(was, is) {
				t.Errorf("%s at %d,%d: %v becomes %v", text, x, y, was, is)
				return
			}
		}
	}
	gray := func(_, is color.NRGBA) bool { return is.R == is.G && is.G == is.B }
	each("e_negate", func(was, is color.NRGBA) bool { return is.R == 255-was.R && is.G == 255-was.G && is.B == 255-was.B })
	each("e_grayscale", gray)
	each("e_saturation:-100", gray)
	each("e_contrast:-100", func(_, is color.NRGBA) bool { return is == rgba{R: 128, G: 128, B: 128, A: 255} })
	each("e_sepia:100", func(_, is color.NRGBA) bool { return is.R >= is.G && is.G >= is.B })
	each("e_brightness:50", func(was, is color.NRGBA) bool {
		return is.R >= was.R && is.G >= was.G && is.B >= was.B && (is.R > was.R || was.R == 255)
	})
	each("e_brightness:-50", func(was, is color.NRGBA) bool { return is.R <= was.R && is.G <= was.G && is.B <= was.B })
	flat := pngOf(t, filled(30, 30, rgba{R: 90, G: 120, B: 33, A: 200}))
	for _, text := range []string{"e_blur:2000", "e_pixelate:7"} {
		m, _ := apply(t, flat, text)
		if c := (rgba{R: 90, G: 120, B: 33, A: 200}); !near(m.NRGBAAt(0, 0), c) || !near(m.NRGBAAt(29, 13), c) {
			t.Errorf("%s changes a picture of one colour: %v", text, m.NRGBAAt(0, 0))
		}
	}
	dot := filled(41, 41, rgba{A: 255})
	dot.SetNRGBA(20, 20, rgba{R: 255, G: 255, B: 255, A: 255})
	m, _ := apply(t, pngOf(t, dot), "e_blur:50")
	if m.NRGBAAt(20, 20).R < m.NRGBAAt(21, 20).R || m.NRGBAAt(21, 20) != m.NRGBAAt(19, 20) || m.NRGBAAt(20, 21) != m.NRGBAAt(21, 20) || m.NRGBAAt(30, 30).R != 0 {
		t.Error("a blurred dot is not even around its centre")
	}
}

// TestTurns: a corner goes where a turn takes it, and auto_right and auto_left turn only
// what does not have the shape of the box.
func TestTurns(t *testing.T) {
	t.Parallel()
	m := filled(40, 20, rgba{B: 255, A: 255})
	for y := range 5 {
		for x := range 5 {
			m.SetNRGBA(x, y, rgba{R: 255, A: 255})
		}
	}
	src := pngOf(t, m)
	for _, c := range []struct {
		text       string
		w, h, x, y int
	}{
		{"a_90", 20, 40, 17, 2}, {"a_-270", 20, 40, 17, 2}, {"a_180", 40, 20, 37, 17}, {"a_270", 20, 40, 2, 37}, {"a_-90", 20, 40, 2, 37}, {"a_450", 20, 40, 17, 2},
		{"a_90.hflip", 20, 40, 2, 2}, {"a_hflip.90", 20, 40, 17, 37}, {"a_vflip", 40, 20, 2, 17},
		{"a_auto_right,w_20,h_40", 20, 40, 17, 2}, {"a_auto_left,w_20,h_40", 20, 40, 2, 37}, {"a_auto_right,w_40,h_20", 40, 20, 2, 2}, {"a_auto_right,w_40", 40, 20, 2, 2},
	} {
		got, out := apply(t, src, c.text)
		if out.Width != c.w || out.Height != c.h || got.NRGBAAt(c.x, c.y) != (rgba{R: 255, A: 255}) {
			t.Errorf("%s: %dx%d, %v at %d,%d", c.text, out.Width, out.Height, got.NRGBAAt(c.x, c.y), c.x, c.y)
		}
	}
	slanted, out := apply(t, src, "a_45")
	if out.Width != 42 || out.Height != 42 || slanted.NRGBAAt(0, 0).A != 0 || slanted.NRGBAAt(21, 21) != (rgba{B: 255, A: 255}) || slanted.NRGBAAt(15, 3).R < 200 {
		t.Errorf("a_45: %dx%d, %v %v %v", out.Width, out.Height, slanted.NRGBAAt(0, 0), slanted.NRGBAAt(21, 21), slanted.NRGBAAt(15, 3))
	}
}

// TestQuality: a lower quality makes a smaller JPEG.
func TestQuality(t *testing.T) {
	t.Parallel()
	src := pngOf(t, smooth(200, 150))
	last := 0
	for _, q := range []string{"q_1", "q_30", "q_auto", "q_95"} {
		_, out := apply(t, src, q+"/jpg")
		if len(out.Data) <= last {
			t.Errorf("%s: %d bytes after %d", q, len(out.Data), last)
		}
		last = len(out.Data)
	}
}

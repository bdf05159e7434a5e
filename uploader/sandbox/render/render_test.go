package render

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"
	"strings"
	"testing"
)

// quarters is a picture whose four quarters have colours of their own.
func quarters(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := rgba{R: 250, A: 255}
			if x >= w/2 {
				c = rgba{G: 250, A: 255}
			}
			if y >= h/2 {
				c.B = 250
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func apply(t testing.TB, src []byte, text string) (*image.NRGBA, Image) {
	t.Helper()
	c, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	out, err := Apply(context.Background(), src, c, "png")
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	m, _, err := image.Decode(bytes.NewReader(out.Data))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if s := m.Bounds().Size(); s != image.Pt(out.Width, out.Height) {
		t.Errorf("%s: the picture has %v, the answer says %dx%d", text, s, out.Width, out.Height)
	}
	return toNRGBA(m), out
}

// TestSizes: what each way to scale, crop and pad makes of a picture of 400 by 200, by
// the documented definitions.
func TestSizes(t *testing.T) {
	t.Parallel()
	src := pngOf(t, quarters(400, 200))
	for text, want := range map[string]image.Point{
		"w_100,h_100": {100, 100}, "w_100,h_100,c_scale": {100, 100}, "w_100,c_scale": {100, 50}, "h_100": {200, 100}, "w_0.5": {200, 100}, "w_2.0,c_scale": {800, 400}, "w_iw,h_ih": {400, 200},
		"w_100,h_100,c_fit": {100, 50}, "w_800,h_800,c_fit": {800, 400}, "w_100,h_100,c_limit": {100, 50}, "w_800,h_800,c_limit": {400, 200},
		"w_100,h_100,c_mfit": {400, 200}, "w_800,h_800,c_mfit": {800, 400},
		"w_100,h_100,c_fill": {100, 100}, "w_800,h_800,c_fill": {800, 800}, "w_100,h_100,c_lfill": {100, 100}, "w_800,h_800,c_lfill": {400, 200}, "w_300,h_300,c_lfill": {300, 200},
		"w_100,h_100,c_pad": {100, 100}, "w_800,h_800,c_pad": {800, 800}, "w_800,h_800,c_lpad": {800, 800}, "w_100,h_100,c_mpad": {400, 200}, "w_800,h_800,c_mpad": {800, 800},
		"w_260,h_200,c_crop": {260, 200}, "w_800,h_100,c_crop": {400, 100}, "w_100,c_crop": {100, 200}, "w_0.5,h_0.5,c_crop": {200, 100},
		"w_100,h_100,c_thumb": {100, 100}, "ar_1:1,w_100,c_fill": {100, 100}, "ar_1.0,c_crop": {200, 200}, "ar_16:9,h_90,c_fill": {160, 90},
		"w_50,dpr_2.0": {100, 50}, "a_90": {200, 400}, "a_180": {400, 200}, "a_45": {424, 424}, "a_90.hflip": {200, 400}, "bo_5px_solid_red": {410, 210},
		"w_100,c_scale/w_50,h_50,c_fill/a_90": {50, 50}, "c_crop,g_east,w_1,h_1": {1, 1}, "w_100,h_100,c_auto,g_auto": {100, 100},
		"ar_1:1,c_pad": {400, 400}, "ar_4:1,c_pad": {800, 200}, "ar_4:1,c_fill": {400, 100}, "ar_1:2,c_crop": {100, 200}, "ar_2:1,w_50,h_60": {50, 60},
		"w_100,h_50,c_lpad": {100, 50}, "w_500,h_100,c_lfill": {400, 100}, "w_500,h_100,c_mpad": {500, 200}, "w_100,h_300,c_fill": {100, 300}, "w_100,h_300,c_pad": {100, 300},
		"h_100,c_fit": {200, 100}, "w_800,c_limit": {400, 200}, "w_100,c_mfit": {400, 200}, "w_200,c_fill": {200, 100}, "w_1.0,h_0.25": {400, 50}, "w_ih,h_iw": {200, 400},
		"w_100,c_scale/w_iw": {400, 200}, "w_0.5/w_0.5": {100, 50}, "w_3,h_1,c_fit": {2, 1}, "h_90,ar_1.5,c_fill,dpr_0.5": {68, 45},
		"w_120,h_90,c_fill_pad,g_auto": {120, 90}, "w_500,h_90,c_auto_pad": {500, 90}, "w_300,h_300,c_thumb,g_face": {300, 300}, "a_auto_right,w_100,h_200,c_fill": {100, 200},
	} {
		if _, out := apply(t, src, text); image.Pt(out.Width, out.Height) != want {
			t.Errorf("%s: %dx%d, want %v", text, out.Width, out.Height, want)
		}
	}
}

func near(a, b color.NRGBA) bool {
	d := func(x, y uint8) bool { return math.Abs(float64(x)-float64(y)) <= 3 }
	return d(a.R, b.R) && d(a.G, b.G) && d(a.B, b.B) && d(a.A, b.A)
}

// TestPixels: which part is kept, where the padding is, and what the looks do.
func TestPixels(t *testing.T) {
	t.Parallel()
	src := pngOf(t, quarters(400, 200))
	nw, ne, sw, se := rgba{R: 250, A: 255}, rgba{G: 250, A: 255}, rgba{R: 250, B: 250, A: 255}, rgba{G: 250, B: 250, A: 255}
	for _, c := range []struct {
		text string
		x, y int
		want rgba
	}{
		{"c_crop,w_10,h_10,g_north_west", 5, 5, nw}, {"c_crop,w_10,h_10,g_north_east", 5, 5, ne}, {"c_crop,w_10,h_10,g_south_west", 5, 5, sw}, {"c_crop,w_10,h_10,g_south_east", 5, 5, se},
		{"c_crop,w_10,h_10,g_west,y_-50", 5, 5, nw}, {"c_crop,w_10,h_10,g_east,y_50", 5, 5, se}, {"c_crop,w_10,h_10,x_390,y_0", 5, 5, ne}, {"c_crop,w_10,h_10,g_xy_center,x_300,y_150", 5, 5, se},
		{"c_fill,w_100,h_100,g_west", 50, 10, nw}, {"c_fill,w_100,h_100,g_east", 50, 90, se},
		{"c_pad,w_100,h_100,b_rgb:0000ff", 50, 2, rgba{B: 255, A: 255}}, {"c_pad,w_100,h_100,b_red,g_north", 50, 90, rgba{R: 255, A: 255}}, {"c_pad,w_100,h_100", 50, 2, rgba{}},
		{"c_pad,w_100,h_100", 20, 30, nw}, {"a_90", 190, 10, nw}, {"a_180", 390, 190, nw}, {"a_270", 10, 390, nw}, {"a_hflip", 390, 10, nw}, {"a_vflip", 10, 190, nw},
		{"e_negate", 10, 10, rgba{R: 5, G: 255, B: 255, A: 255}}, {"e_negate/e_negate", 10, 10, nw}, {"e_grayscale", 10, 10, rgba{R: 75, G: 75, B: 75, A: 255}}, {"e_saturation:-100", 10, 10, rgba{R: 75, G: 75, B: 75, A: 255}},
		{"o_50", 10, 10, rgba{R: 250, A: 128}}, {"r_max", 0, 0, rgba{}}, {"r_max", 150, 80, nw}, {"r_20:0", 1, 1, rgba{}}, {"r_20:0", 398, 1, ne}, {"bo_4px_solid_rgb:112233", 2, 2, rgba{R: 0x11, G: 0x22, B: 0x33, A: 255}},
		{"e_pixelate:200", 10, 10, rgba{R: 250, B: 125, A: 255}}, {"e_blur:100", 40, 40, nw}, {"o_0,b_white", 10, 10, rgba{R: 255, G: 255, B: 255, A: 255}}, {"e_brightness:-99", 10, 10, rgba{R: 124, A: 255}}, {"e_contrast:-100", 10, 10, rgba{R: 128, G: 128, B: 128, A: 255}},
	} {
		m, _ := apply(t, src, c.text)
		got := m.NRGBAAt(c.x, c.y)
		if !near(got, c.want) && !(got.A == 0 && c.want.A == 0) {
			t.Errorf("%s at %d,%d: %v, want %v", c.text, c.x, c.y, got, c.want)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	src := pngOf(t, quarters(60, 40))
	for text, format := range map[string]string{"w_30/jpg": "jpg", "w_30/png": "png", "w_30/gif": "gif", "w_30/webp": "webp", "w_30,f_jpg": "jpg", "f_webp/w_30": "webp", "w_30/bmp": "bmp"} {
		_, out := apply(t, src, text)
		if out.Format != format || !strings.HasPrefix(ContentType(out.Format), "image/") {
			t.Errorf("%s: %s", text, out.Format)
		}
		info, err := Probe(out.Data)
		if err != nil || info.Format != format || info.Width != 30 || info.Height != 20 {
			t.Errorf("%s: %+v %v", text, info, err)
		}
		if again, err := Apply(context.Background(), out.Data, Chain{}, "png"); err != nil || again.Width != 30 {
			t.Errorf("%s is not read again: %v", text, err)
		}
	}
	var b bytes.Buffer
	p := image.NewPaletted(image.Rect(0, 0, 20, 10), color.Palette{color.Black, color.White})
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{p, p, p}, Delay: []int{1, 1, 1}}); err != nil {
		t.Fatal(err)
	}
	c, _ := Parse("w_10")
	out, err := Apply(context.Background(), b.Bytes(), c, "gif")
	if info, perr := Probe(out.Data); err != nil || perr != nil || info.Frames != 3 || info.Width != 10 {
		t.Errorf("an animation: %+v %v %v", info, err, perr)
	}
}

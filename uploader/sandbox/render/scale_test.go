package render

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"math"
	"testing"
	"time"

	"golang.org/x/image/draw"
)

// scaledTo resizes without a bound on time.
func scaledTo(t testing.TB, src image.Image, w, h int) *image.NRGBA {
	t.Helper()
	n, err := resize(context.Background(), src, image.Pt(w, h))
	if err != nil {
		t.Fatal(err)
	}
	if n.Rect != image.Rect(0, 0, w, h) {
		t.Fatalf("the result is %v, want %dx%d", n.Rect, w, h)
	}
	return n
}

// smooth is a picture without edges: waves of several lengths in each colour.
func smooth(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			m.SetNRGBA(x, y, rgba{
				R: clamp(127 + 80*math.Sin(9*u+4*v) + 30*math.Sin(31*v)),
				G: clamp(127 + 80*math.Cos(7*v-3*u) + 30*math.Sin(29*u)),
				B: clamp(127 + 100*math.Sin(11*u*v+5*u)), A: 255,
			})
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, &image.RGBA{Pix: toNRGBA(m).Pix, Stride: toNRGBA(m).Stride, Rect: m.Bounds()}, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestShrinkQuality: the quick way is as good as Catmull-Rom alone, at least 50 dB, also
// where the sides are no multiples of the blocks. A drawing with hard edges may lose a
// little more.
func TestShrinkQuality(t *testing.T) {
	t.Parallel()
	photo, err := jpeg.Decode(bytes.NewReader(jpegOf(t, smooth(1201, 903), 90)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		src   image.Image
		w, h  int
		least float64
	}{
		{"smooth by 10", smooth(1200, 900), 120, 90, 50}, {"smooth by 5", smooth(1200, 900), 240, 180, 50},
		{"odd sides", smooth(1201, 907), 120, 91, 50}, {"distorted", smooth(1201, 907), 90, 300, 50}, {"enlarged", smooth(120, 90), 300, 200, 50},
		{"4:2:0 with odd sides", photo, 120, 90, 50}, {"hard edges", drawSample(440, 330), 88, 66, 38},
	} {
		want := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
		draw.CatmullRom.Scale(want, want.Rect, c.src, c.src.Bounds(), draw.Src, nil)
		if p := psnr(scaledTo(t, c.src, c.w, c.h), toNRGBA(want)); p < c.least {
			t.Errorf("%s: %.1f dB, want %.0f", c.name, p, c.least)
		} else {
			t.Logf("%s: %.1f dB", c.name, p)
		}
	}
}

// TestEdges: blocks share a side without gap and without overlap.
func TestEdges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ side, n int }{{1, 1}, {10, 5}, {11, 5}, {4001, 1000}, {7, 7}} {
		e := edges(c.side, c.n)
		if len(e) != c.n+1 || e[0] != 0 || e[c.n] != c.side {
			t.Errorf("%v: %v", c, e)
		}
		for i := range c.n {
			if d := e[i+1] - e[i]; d < c.side/c.n || d > c.side/c.n+1 {
				t.Errorf("%v: a block of %d", c, d)
			}
		}
	}
}

var ratios = []image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
	image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
}

// flatYCbCr is a picture of one colour; with cut, its chroma planes are rounded down.
func flatYCbCr(s image.Point, ratio image.YCbCrSubsampleRatio, cut bool) *image.YCbCr {
	y := image.NewYCbCr(image.Rectangle{Max: s}, ratio)
	for i := range y.Y {
		y.Y[i] = 200
	}
	for i := range y.Cb {
		y.Cb[i], y.Cr[i] = 90, 150
	}
	if n := len(y.Cb) - y.CStride; cut && n > 0 {
		y.Cb, y.Cr = y.Cb[:n], y.Cr[:n]
	}
	return y
}

// TestOddChroma: no ratio of chroma, no odd size and no plane that was rounded down makes
// the scaler panic or changes the colour.
func TestOddChroma(t *testing.T) {
	t.Parallel()
	want := toNRGBA(flatYCbCr(image.Pt(1, 1), ratios[0], false)).NRGBAAt(0, 0)
	for _, ratio := range ratios {
		for _, s := range []image.Point{{1, 1}, {2, 3}, {33, 31}, {101, 67}, {5, 400}, {399, 3}} {
			for _, to := range []image.Point{{1, 1}, {7, 5}, {50, 50}, {150, 2}} {
				for _, cut := range []bool{false, true} {
					m := scaledTo(t, flatYCbCr(s, ratio, cut), to.X, to.Y)
					if c := m.NRGBAAt(to.X-1, to.Y-1); !near(c, want) {
						t.Errorf("%v %v to %v, cut %v: %v, want %v", ratio, s, to, cut, c, want)
					}
				}
			}
		}
	}
}

// TestPartOfYCbCr: a region of a JPEG is the same whether it is cut out before or after
// the conversion.
func TestPartOfYCbCr(t *testing.T) {
	t.Parallel()
	src := jpegOf(t, smooth(101, 67), 95)
	whole, err := jpeg.Decode(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := apply(t, src, "c_crop,x_13,y_7,w_40,h_30")
	n := toNRGBA(whole)
	for y := range 30 {
		for x := range 40 {
			if a, b := got.NRGBAAt(x, y), n.NRGBAAt(x+13, y+7); a != b {
				t.Fatalf("at %d,%d: %v, want %v", x, y, a, b)
			}
		}
	}
}

// TestTransparentDoesNotBleed: what is hidden by transparency has no part in a mean.
func TestTransparentDoesNotBleed(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 200, 200))
	for i := range 200 * 200 {
		c := rgba{R: 255, A: 255}
		if i%2 == 1 {
			c = rgba{G: 255} // hidden green
		}
		m.SetNRGBA(i%200, i/200, c)
	}
	for _, side := range []int{10, 100, 300} {
		if c := scaledTo(t, m, side, side).NRGBAAt(side/2, side/2); c.G > 3 || c.R < 250 && c.A > 0 {
			t.Errorf("to %d: %v", side, c)
		}
	}
}

// photo is a JPEG of 4000 by 3000 with 4:2:0 chroma and grain, as a camera makes it,
// of about 2.7 MB.
func photo(b testing.TB) []byte {
	m := scaledTo(b, drawSample(880, 660), 4000, 3000)
	seed := uint32(1)
	for i := range m.Pix {
		if seed = seed*1664525 + 1013904223; i%4 != 3 {
			m.Pix[i] = clamp(float64(m.Pix[i]) + float64(seed>>24)/8 - 16)
		}
	}
	return jpegOf(b, m, 85)
}

// BenchmarkDecode is what the standard library takes alone.
func BenchmarkDecode(b *testing.B) {
	src := photo(b)
	for b.Loop() {
		if _, err := jpeg.Decode(bytes.NewReader(src)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFit decodes and fits into 400 by 300. Each turn also decodes alone, and the
// ratio of the two is what counts: at most 1.35.
func BenchmarkFit(b *testing.B) {
	src := photo(b)
	var alone, both time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := jpeg.Decode(bytes.NewReader(src)); err != nil {
			b.Fatal(err)
		}
		alone += time.Since(start)
		start = time.Now()
		m, err := jpeg.Decode(bytes.NewReader(src))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := resize(context.Background(), m, image.Pt(400, 300)); err != nil {
			b.Fatal(err)
		}
		both += time.Since(start)
	}
	b.ReportMetric(float64(both)/float64(alone), "fit/decode")
	b.ReportMetric(0, "ns/op")
}

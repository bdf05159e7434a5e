package render

import (
	"bytes"
	"flag"
	"image"
	"image/jpeg"
	"math"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "draw the sample picture anew")

// TestSampleIsDrawn keeps the embedded picture and the program that draws it together.
func TestSampleIsDrawn(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawSample(880, 660), &jpeg.Options{Quality: 88}); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("sample.jpg", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := jpeg.Decode(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := jpeg.Decode(bytes.NewReader(Sample()))
	if err != nil {
		t.Fatal(err)
	}
	if p := psnr(toNRGBA(got), toNRGBA(want)); p < 45 {
		t.Errorf("the embedded sample is another picture (%.1f dB); draw it anew with -update", p)
	}
}

// psnr is how alike two pictures of one size are, in dB.
func psnr(a, b *image.NRGBA) float64 {
	if a.Rect != b.Rect {
		return 0
	}
	var sum float64
	n := 0
	for i := range a.Pix {
		if i%4 == 3 {
			continue
		}
		d := float64(a.Pix[i]) - float64(b.Pix[i])
		sum += d * d
		n++
	}
	if sum == 0 {
		return 100
	}
	return 10 * math.Log10(255*255/(sum/float64(n)))
}

// vec is a colour in the range 0 to 1.
type vec struct{ r, g, b float64 }

func mix(a, b vec, t float64) vec {
	t = min(max(t, 0), 1)
	return vec{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

// drawSample draws with nine samples a pixel.
func drawSample(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			var c vec
			for s := range 9 {
				u := (float64(x) + (float64(s%3)+0.5)/3) / float64(h)
				v := (float64(y) + (float64(s/3)+0.5)/3) / float64(h)
				p := scene(u, v)
				c.r, c.g, c.b = c.r+p.r/9, c.g+p.g/9, c.b+p.b/9
			}
			i := y*m.Stride + x*4
			m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3] = clamp(c.r*255), clamp(c.g*255), clamp(c.b*255), 255
		}
	}
	return m
}

// scene is the colour at a point; the picture is 1 high and 4/3 wide.
func scene(x, y float64) vec {
	c := mix(vec{0.16, 0.36, 0.62}, vec{1.0, 0.80, 0.56}, y/0.72)
	d := math.Hypot(x-0.98, y-0.40)
	c = mix(vec{1, 0.93, 0.72}, c, (d-0.085)/0.004)
	if d > 0.085 {
		c = mix(mix(c, vec{1, 0.9, 0.65}, 0.45), c, (d-0.085)/0.30)
	}
	for i, hill := range []struct{ base, height, freq, phase float64 }{
		{0.60, 0.055, 4.2, 0.4}, {0.68, 0.060, 3.1, 2.1}, {0.80, 0.070, 2.2, 4.4},
	} {
		top := hill.base - hill.height*math.Sin(x*hill.freq+hill.phase) - 0.012*math.Sin(x*hill.freq*3.7+hill.phase)
		if y > top {
			colors := []vec{{0.43, 0.53, 0.60}, {0.28, 0.47, 0.44}, {0.17, 0.36, 0.26}}
			c = mix(colors[i], mix(colors[i], vec{0.04, 0.13, 0.12}, 0.7), (y-top)/0.35)
		}
	}
	c = signs(c, x, y)
	return cat(c, x, y)
}

// signs draws the post and its two arrows.
func signs(c vec, x, y float64) vec {
	post := vec{0.36, 0.23, 0.14}
	if math.Abs(x-0.52) < 0.017 && y > 0.22 && y < 0.90 {
		c = mix(post, vec{0.22, 0.13, 0.08}, (x-0.503)/0.034)
	}
	arrow := func(cx, cy, length, half, dir float64, fill vec) {
		u, v := (x-cx)*dir, math.Abs(y-cy)
		edge := length - v*1.1
		if u > -0.07 && u < edge && v < half {
			c = fill
			if v > half-0.008 || u < -0.062 || u > edge-0.010 {
				c = mix(fill, vec{0.15, 0.1, 0.06}, 0.55)
			}
			for _, row := range []float64{-0.017, 0.017} { // writing, seen from afar
				if math.Abs(y-cy-row) < 0.0055 && u > -0.035 && u < length*0.68 && math.Mod(u+1, 0.055) < 0.043 {
					c = mix(fill, vec{0.2, 0.13, 0.08}, 0.75)
				}
			}
		}
	}
	arrow(0.52, 0.32, 0.36, 0.052, 1, vec{0.93, 0.79, 0.52})
	arrow(0.52, 0.46, 0.34, 0.052, -1, vec{0.86, 0.66, 0.40})
	return c
}

// cat draws one that sits on the near hill and looks at the signs.
func cat(c vec, x, y float64) vec {
	fur := vec{0.10, 0.09, 0.11}
	in := func(cx, cy, rx, ry float64) bool {
		return (x-cx)*(x-cx)/(rx*rx)+(y-cy)*(y-cy)/(ry*ry) < 1
	}
	triangle := func(x0, y0, x1, y1, x2, y2 float64) bool {
		side := func(ax, ay, bx, by float64) float64 { return (bx-ax)*(y-ay) - (by-ay)*(x-ax) }
		a, b, d := side(x0, y0, x1, y1), side(x1, y1, x2, y2), side(x2, y2, x0, y0)
		return a >= 0 && b >= 0 && d >= 0 || a <= 0 && b <= 0 && d <= 0
	}
	body := in(0.86, 0.745, 0.058, 0.095) || in(0.835, 0.80, 0.05, 0.045) || in(0.83, 0.655, 0.045, 0.041) ||
		triangle(0.790, 0.650, 0.797, 0.590, 0.826, 0.622) || triangle(0.836, 0.618, 0.868, 0.590, 0.873, 0.648)
	tail := math.Hypot(x-0.935, y-0.79)
	body = body || math.Abs(tail-0.05) < 0.013 && (y > 0.785 || x > 0.97)
	if body {
		c = mix(fur, vec{0.75, 0.45, 0.25}, max(0, (x-0.865)/0.05)*0.35)
	}
	for _, ex := range []float64{0.812, 0.838} {
		if in(ex, 0.652, 0.0085, 0.0105) {
			c = vec{0.95, 0.85, 0.35}
			if in(ex-0.001, 0.652, 0.003, 0.009) {
				c = vec{0.05, 0.05, 0.05}
			}
		}
	}
	return c
}

package render

import (
	"bytes"
	"context"
	"image"
	"math/rand"
	"slices"
	"testing"
)

// noise is a picture in which nothing repeats.
func noise(w, h int, alpha bool) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	seed := uint32(7)
	for i := range m.Pix {
		seed = seed*1664525 + 1013904223
		if m.Pix[i] = uint8(seed >> 24); i%4 == 3 && !alpha {
			m.Pix[i] = 255
		}
	}
	return m
}

// skewed is a row of pixels whose differences in red occur as often as the Fibonacci
// numbers say, the counts that make the longest prefix codes. The library writes codes
// of 16 bits for it, which stand for something else, and reports no error.
func skewed() *image.NRGBA {
	r := rand.New(rand.NewSource(23))
	var steps []uint8
	for s, a, b := 0, 1, 1; s < 19; s, a, b = s+1, b, a+b {
		steps = append(steps, bytes.Repeat([]byte{uint8(3 * s)}, a)...)
	}
	r.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	m := image.NewNRGBA(image.Rect(0, 0, len(steps), 1))
	var c rgba
	for x, step := range steps {
		c = rgba{R: c.R + step, B: c.B + uint8(r.Intn(256)), A: 255}
		m.SetNRGBA(x, 0, c)
	}
	return m
}

// TestWebPIsLossless: both writers give back every pixel, also of the pictures on which
// the library gives up.
func TestWebPIsLossless(t *testing.T) {
	t.Parallel()
	translucent := quarters(31, 17)
	for i := 3; i < len(translucent.Pix); i += 4 {
		translucent.Pix[i] = uint8(i)
	}
	for name, m := range map[string]*image.NRGBA{
		"one pixel": filled(1, 1, rgba{R: 1, G: 2, B: 3, A: 4}), "one colour": filled(300, 2, rgba{R: 9, G: 200, B: 30, A: 255}), "nothing": image.NewNRGBA(image.Rect(0, 0, 5, 5)),
		"column": smooth(1, 700), "row": smooth(16384, 1), "four colours": quarters(33, 29), "translucent": translucent, "smooth": smooth(600, 513),
		"drawing": drawSample(220, 165), "skewed": skewed(), "noise": noise(900, 200, false), "noise with alpha": noise(513, 300, true),
	} {
		for writer, write := range map[string]func(*bytes.Buffer) error{
			"plain": func(b *bytes.Buffer) error { return plainWebP(context.Background(), b, m) },
			"whole": func(b *bytes.Buffer) error { return encodeWebP(context.Background(), b, m) },
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil || !samePicture(b.Bytes(), m) {
				t.Errorf("%s, %s: another picture (%v)", name, writer, err)
			}
			if info, err := Probe(b.Bytes()); err != nil || info.Format != "webp" || info.Width != m.Rect.Dx() || info.Height != m.Rect.Dy() {
				t.Errorf("%s, %s: %+v %v", name, writer, info, err)
			}
		}
	}
}

// TestWebPLibraryGivesUp: the reasons for the plain writer and for reading again what the
// library wrote. When the library can write these pictures, both may go.
func TestWebPLibraryGivesUp(t *testing.T) {
	t.Parallel()
	m := noise(200, 200, false)
	if b, err := packWebP(m); err == nil && samePicture(b, m) {
		t.Error("the library writes a noisy picture; see whether the plain writer is still needed")
	}
	m = skewed()
	if b, err := packWebP(m); err != nil || samePicture(b, m) {
		t.Errorf("the library no longer writes another picture (%v); see whether its work must still be read again", err)
	}
}

// TestPrefixCode: codes are never too long, and fill their tree.
func TestPrefixCode(t *testing.T) {
	t.Parallel()
	fibonacci := make([]int, 40) // the counts that make the longest codes
	for i := range fibonacci {
		if fibonacci[i] = 1; i > 1 {
			fibonacci[i] = fibonacci[i-1] + fibonacci[i-2]
		}
	}
	for name, counts := range map[string][]int{
		"two": {0, 5, 0, 1}, "equal": slices.Repeat([]int{7}, 256), "fibonacci": fibonacci, "one rare": append(slices.Repeat([]int{1 << 30}, 255), 1),
	} {
		c := newPrefixCode(counts, 280)
		room := 0
		for s, l := range c.lengths {
			if l > 0 {
				room += 1 << (maxLength - l)
			}
			if s < len(counts) && (counts[s] > 0) != (l > 0) || s >= len(counts) && l > 0 {
				t.Errorf("%s: symbol %d has %d bits", name, s, l)
			}
		}
		if room != 1<<maxLength {
			t.Errorf("%s: the codes fill %d of %d", name, room, 1<<maxLength)
		}
	}
	if c := newPrefixCode([]int{0, 0, 3}, 256); c.only != 2 {
		t.Errorf("a single symbol: %+v", c.only)
	}
}

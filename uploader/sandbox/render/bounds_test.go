package render

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"testing"

	"golang.org/x/image/draw"
)

// claiming is a PNG whose head claims a size, with a correct sum.
func claiming(t testing.TB, w, h uint32) []byte {
	b := pngOf(t, quarters(2, 2))
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func refused(t *testing.T, name string, data []byte, text, format, want string) {
	t.Helper()
	c, err := Parse(text)
	if text == "" {
		c, err = Chain{}, nil
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	_, err = Apply(context.Background(), data, c, format)
	var e *Error
	if !errors.As(err, &e) || e.Message != want {
		t.Errorf("%s: %v, want %q", name, err, want)
	}
}

// TestT35PixelsIn: threat T35. What only claims to be huge is refused by its head, and
// nothing of that size is allocated.
func TestT35PixelsIn(t *testing.T) {
	huge := claiming(t, 100_000, 100_000)
	if info, err := Probe(huge); err != nil || info.Width != 100_000 {
		t.Fatalf("the head is not read: %+v %v", info, err)
	}
	refused(t, "10 gigapixels", huge, "", "", "Image is too large - 100000x100000 pixels. Maximum is 40 megapixels")
	refused(t, "sides whose product overflows", claiming(t, 1<<31-1, 1<<31-1), "", "", "Invalid image file") // the decoder's own bound
	refused(t, "one row too many", claiming(t, 8000, 5001), "", "", "Image is too large - 8000x5001 pixels. Maximum is 40 megapixels")
	bytesOf := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = Apply(context.Background(), huge, Chain{}, "")
		}
	}).AllocedBytesPerOp()
	if bytesOf > 1<<20 {
		t.Errorf("refusing takes %d bytes", bytesOf)
	}
}

// TestT35PixelsOut: threat T35. No step makes more than 40 megapixels, and no encoder
// gets a side that it has no room for.
func TestT35PixelsOut(t *testing.T) {
	t.Parallel()
	src := pngOf(t, quarters(100, 100))
	big := func(size string) string { return "Image is too large - " + size + " pixels. Maximum is 40 megapixels" }
	for _, c := range []struct{ text, format, want string }{
		{"w_7000,h_7000", "", big("7000x7000")}, {"w_100000", "", big("100000x100000")}, {"w_100000,dpr_10", "", big("1000000x1000000")},
		{"c_pad,w_6500,h_6500", "", big("6500x6500")}, {"c_crop,w_50/c_mfit,w_9000,h_9000/w_5", "", big("4500x9000")},
		{"w_5,ar_1:100000", "", big("5x500000")}, {"h_5,ar_100000:0.001", "", big("1000000x5")},
		{"w_30000,h_10,bo_1000px_solid_red", "", big("32000x2010")}, {"w_10,h_60000,r_5,bo_500px_solid_red", "", big("1010x61000")},
		{"w_20000,h_2", "webp", "Image is too large - 20000x2 pixels. Maximum for webp is 16384 on a side"},
		{"w_70000,h_2", "jpg", "Image is too large - 70000x2 pixels. Maximum for jpg is 65535 on a side"},
		{"w_70000,h_2", "gif", "Image is too large - 70000x2 pixels. Maximum for gif is 65535 on a side"},
	} {
		refused(t, c.text, src, c.text, c.format, c.want)
	}
	if _, err := rotated(context.Background(), image.NewNRGBA(image.Rect(0, 0, 30000, 10)), "45"); err == nil {
		t.Error("a turned stripe of 450 megapixels is made")
	}
	if _, out := apply(t, src, "w_16384,h_1/webp"); out.Width != 16384 {
		t.Errorf("the longest WebP: %d", out.Width)
	}
}

// TestT35TallToWide: threat T35. The scaler's own buffer has a cell for each column of the
// result in each row of the source; this pair would take 320 GB.
func TestT35TallToWide(t *testing.T) {
	t.Parallel()
	tall := image.NewNRGBA(image.Rect(0, 0, 1, 100_000))
	for y := range 100_000 {
		tall.SetNRGBA(0, y, rgba{R: uint8(y / 500), G: 40, A: 255})
	}
	m := scaledTo(t, tall, 100_000, 1)
	if c := m.NRGBAAt(50_000, 0); !near(c, rgba{R: 100, G: 40, A: 255}) {
		t.Errorf("%v", c)
	}
}

// TestT35ScalerBuffer: threat T35. The scaler with a buffer is used for small results
// alone; for large ones the other is left with less than half to shrink.
func TestT35ScalerBuffer(t *testing.T) {
	t.Parallel()
	sides := []int{1, 7, 400, 2001, 6324, 100_000}
	for _, fx := range sides {
		for _, fy := range sides {
			for _, tx := range sides {
				for _, ty := range sides {
					w, h, scaler := ways(image.Pt(fx, fy), image.Pt(tx, ty))
					if kernel := scaler == draw.Scaler(draw.CatmullRom); kernel && tx*h > maxCells || !kernel && (w >= 2*tx || h >= 2*ty) || w < 1 || h < 1 || w > fx || h > fy {
						t.Errorf("%dx%d to %dx%d: %d by %d blocks, and a buffer of %d cells", fx, fy, tx, ty, w, h, tx*h)
					}
				}
			}
		}
	}
	if _, _, scaler := ways(image.Pt(4000, 3000), image.Pt(400, 300)); scaler != draw.Scaler(draw.CatmullRom) {
		t.Error("a usual picture is not scaled by Catmull-Rom")
	}
}

// TestT35Cancelled: threat T35. A context that ends stops every kind of work.
func TestT35Cancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	src := pngOf(t, quarters(100, 100))
	for _, text := range []string{"w_10", "e_blur", "e_sepia", "e_pixelate", "r_20", "a_45", "bo_4px_solid_red,r_5", "c_crop,w_5/jpg", "w_200/gif", "w_5/webp"} {
		c, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range [][]byte{src, animation(t)} {
			if out, err := Apply(ctx, data, c, ""); !errors.Is(err, context.Canceled) || out.Data != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
		_, err = c.run(&endsAfter{Context: context.Background(), checks: 2}, quarters(100, 100), "png")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s does not stop when the context ends: %v", text, err)
		}
	}
}

// endsAfter is a context that ends after it was asked a number of times.
type endsAfter struct {
	context.Context
	checks int
}

func (c *endsAfter) Err() error {
	if c.checks--; c.checks < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// TestBadPictures: whatever cannot be read is an invalid image file.
func TestBadPictures(t *testing.T) {
	t.Parallel()
	src := pngOf(t, quarters(100, 100))
	for _, bad := range [][]byte{nil, []byte("no picture"), src[:40], src[:len(src)/2], bytes.Repeat([]byte{0x47}, 100), []byte("GIF89a"), []byte("\xff\xd8\xff\xe1\x00"), []byte("RIFF\x00\x00\x00\x00WEBPVP8X")} {
		refused(t, string(bad[:min(len(bad), 10)]), bad, "w_10", "", "Invalid image file")
	}
}

// animation is a GIF of three frames on a screen of 20 by 10: a red one, a blue square
// of 5 by 5 in the lower right corner that is taken away again, and a green dot in the
// upper left one.
func animation(t testing.TB) []byte {
	t.Helper()
	p := color.Palette{color.NRGBA{}, rgba{R: 255, A: 255}, rgba{B: 255, A: 255}, rgba{G: 255, A: 255}}
	frame := func(r image.Rectangle, index uint8) *image.Paletted {
		m := image.NewPaletted(r, p)
		for i := range m.Pix {
			m.Pix[i] = index
		}
		return m
	}
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &gif.GIF{
		Image:    []*image.Paletted{frame(image.Rect(0, 0, 20, 10), 1), frame(image.Rect(15, 5, 20, 10), 2), frame(image.Rect(0, 0, 1, 1), 3)},
		Delay:    []int{3, 4, 5},
		Disposal: []byte{gif.DisposalNone, gif.DisposalPrevious, gif.DisposalNone},
		Config:   image.Config{Width: 20, Height: 10, ColorModel: p}, LoopCount: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestT35Frames: threat T35. Frames count with their pixels, before they are unpacked and
// as they come out.
func TestT35Frames(t *testing.T) {
	t.Parallel()
	src := animation(t)
	wide := bytes.Clone(src)
	binary.LittleEndian.PutUint16(wide[6:], 6500)
	binary.LittleEndian.PutUint16(wide[8:], 6000)
	const want = "Image is too large. Maximum is 100 megapixels in all frames"
	refused(t, "3 frames of 39 megapixels in", wide, "w_10", "gif", want)
	var many bytes.Buffer
	g := &gif.GIF{Delay: make([]int, 60)}
	for range g.Delay {
		g.Image = append(g.Image, image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.Black}))
	}
	if err := gif.EncodeAll(&many, g); err != nil {
		t.Fatal(err)
	}
	refused(t, "60 frames of 1.7 megapixels out", many.Bytes(), "w_1300,h_1300", "gif", want)
}

// TestT35HiddenFrames: threat T35. Extensions with lengths that are odd do not hide the
// frames behind them.
func TestT35HiddenFrames(t *testing.T) {
	t.Parallel()
	src := animation(t)
	head := 13 + 3<<(src[10]&7+1)*int(src[10]>>7)
	for name, extension := range map[string]string{
		"none": "", "comment": "\x21\xfe\x02hi\x00", "plain text": "\x21\x01\x0c123456789012\x02hi\x00",
		"plain text that says it is empty": "\x21\x01\x00;;;;;;;;;;;;\x02hi\x00",
		"application without a name":       "\x21\xff\x00\x04;;;;\x00", "application": "\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00",
	} {
		b := append(append(bytes.Clone(src[:head]), extension...), src[head:]...)
		all, err := gif.DecodeAll(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if info, err := Probe(b); err != nil || info.Frames != len(all.Image) {
			t.Errorf("%s: %d frames, the decoder finds %d (%v)", name, info.Frames, len(all.Image), err)
		}
	}
}

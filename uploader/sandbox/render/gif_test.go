package render

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"testing"
)

// TestAnimation: each frame is made of what a viewer shows, with its delay.
func TestAnimation(t *testing.T) {
	t.Parallel()
	c, err := Parse("w_40,h_20,c_scale/a_hflip")
	if err != nil {
		t.Fatal(err)
	}
	out, err := Apply(context.Background(), animation(t), c, "")
	if err != nil || out.Format != "gif" || out.Width != 40 || out.Height != 20 {
		t.Fatalf("%+v %v", out, err)
	}
	g, err := gif.DecodeAll(bytes.NewReader(out.Data))
	if err != nil || len(g.Image) != 3 || g.LoopCount != 2 {
		t.Fatalf("%d frames, loops %d, %v", len(g.Image), g.LoopCount, err)
	}
	red, green, blue := rgba{R: 255, A: 255}, rgba{G: 255, A: 255}, rgba{B: 255, A: 255}
	for i, want := range []struct{ right, left rgba }{{red, red}, {red, blue}, {green, red}} {
		m := toNRGBA(g.Image[i])
		if r, l := m.NRGBAAt(39, 0), m.NRGBAAt(2, 17); !near(r, want.right) || !near(l, want.left) || g.Delay[i] != 3+i {
			t.Errorf("frame %d: %v %v, delay %d", i, r, l, g.Delay[i])
		}
	}
	if m, still := apply(t, animation(t), "w_20/png"); still.Format != "png" || m.NRGBAAt(5, 5) != red {
		t.Errorf("as PNG: %s %v", still.Format, m.NRGBAAt(5, 5))
	}
}

// TestFirstFrameOnScreen: a frame that is smaller than its screen keeps its place.
func TestFirstFrameOnScreen(t *testing.T) {
	t.Parallel()
	p := image.NewPaletted(image.Rect(10, 5, 14, 9), color.Palette{rgba{R: 255, A: 255}})
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{p}, Delay: []int{0}, Config: image.Config{Width: 30, Height: 20, ColorModel: p.Palette}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"a_0/png", "a_0/gif"} {
		m, out := apply(t, b.Bytes(), text)
		if out.Width != 30 || out.Height != 20 || m.NRGBAAt(0, 0).A != 0 || m.NRGBAAt(12, 7) != (rgba{R: 255, A: 255}) {
			t.Errorf("%s: %dx%d %v %v", text, out.Width, out.Height, m.NRGBAAt(0, 0), m.NRGBAAt(12, 7))
		}
	}
}

// TestPalette: up to 255 colours stay as they are, more come close, and what is
// transparent stays so.
func TestPalette(t *testing.T) {
	t.Parallel()
	few := quarters(40, 40)
	few.SetNRGBA(0, 0, rgba{})
	p, err := paletted(context.Background(), few)
	if err != nil || !bytes.Equal(toNRGBA(p).Pix, few.Pix) {
		t.Errorf("four colours are changed (%v)", err)
	}
	many := smooth(300, 200)
	p, err = paletted(context.Background(), many)
	if d := psnr(toNRGBA(p), many); err != nil || len(p.Palette) > 256 || d < 27 {
		t.Errorf("%d colours, %.1f dB, %v", len(p.Palette), d, err)
	}
	if p, err = paletted(context.Background(), image.NewNRGBA(image.Rect(0, 0, 3, 3))); err != nil || toNRGBA(p).NRGBAAt(1, 1).A != 0 {
		t.Errorf("an empty picture: %v", err)
	}
}

// withOrientation puts Exif data with an orientation into a JPEG.
func withOrientation(b []byte, v uint16, little bool) []byte {
	var order binary.AppendByteOrder = binary.BigEndian
	tiff := []byte("MM\x00*")
	if little {
		order, tiff = binary.LittleEndian, []byte("II*\x00")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2) // entries
	for _, e := range [][2]uint16{{0x010f, 7}, {0x0112, v}} {
		tiff = order.AppendUint16(order.AppendUint16(tiff, e[0]), 3)
		tiff = order.AppendUint16(order.AppendUint32(tiff, 1), e[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	tiff = append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(tiff)+2))
	return append(append(head, tiff...), b[2:]...)
}

// TestOrientation: where the upper left corner of the stored picture (red) is, once it is
// upright. By the definition of the tag, row 0 is the top for 1 and 2, the bottom for 3
// and 4, the left for 5 and 8 with column 0 at the top and bottom, the right for 6 and 7.
func TestOrientation(t *testing.T) {
	t.Parallel()
	src := jpegOf(t, quarters(64, 32), 95)
	for v, corner := range map[uint16]image.Point{
		0: {0, 0}, 1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}, 9: {0, 0},
	} {
		for _, little := range []bool{false, true} {
			m, out := apply(t, withOrientation(src, v, little), "a_0/png")
			w, h := 64, 32
			if v >= 5 && v <= 8 {
				w, h = 32, 64
			}
			if got := m.NRGBAAt(4+corner.X*(w-8), 4+corner.Y*(h-8)); out.Width != w || out.Height != h || got.R < 200 || got.G > 60 || got.B > 60 {
				t.Errorf("orientation %d: %dx%d, %v in the corner", v, out.Width, out.Height, got)
			}
		}
	}
	if _, out := apply(t, withOrientation(src, 6, true), "a_ignore/png"); out.Width != 64 {
		t.Errorf("a_ignore makes it %d wide", out.Width)
	}
	whole := withOrientation(src, 6, true)
	for i := range 60 { // damaged in every place, it is upright or a valid value
		if v := orientation(whole[:i]); v != 1 && v != 6 {
			t.Errorf("%d bytes: %d", i, v)
		}
	}
}

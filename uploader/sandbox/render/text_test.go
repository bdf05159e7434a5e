package render

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
)

// drawnText draws a text, or fails.
func drawnText(t *testing.T, text string, l Lettering) *image.NRGBA {
	t.Helper()
	out, err := Text(context.Background(), text, l)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	m, err := png.Decode(bytes.NewReader(out.Data))
	if err != nil || out.Format != "png" || m.Bounds().Dx() != out.Width || m.Bounds().Dy() != out.Height {
		t.Fatalf("%q: %v, %s %d x %d", text, err, out.Format, out.Width, out.Height)
	}
	return toNRGBA(m)
}

// TestText: a text is as large as its letters, and looks as it was asked for. The sizes
// of the first are what the Node SDK's tests want.
func TestText(t *testing.T) {
	t.Parallel()
	plain := drawnText(t, "hello world", Lettering{})
	if s := plain.Rect.Size(); s.X < 50 || s.X > 70 || s.Y < 5 || s.Y > 15 {
		t.Errorf("%v", s)
	}
	if plain.Opaque() {
		t.Error("the ground is not transparent")
	}
	large := drawnText(t, "hello world", Lettering{Size: 48})
	if large.Rect.Dx() < 3*plain.Rect.Dx() {
		t.Errorf("%v beside %v", large.Rect, plain.Rect)
	}
	two := drawnText(t, "il\r\nwide line", Lettering{Size: 30, Align: "right", Color: "red", Background: "rgb:0000ff"})
	if two.Rect.Dy() < 40 || !two.Opaque() {
		t.Errorf("two lines: %v", two.Rect)
	}
	if got := two.NRGBAAt(1, 1); got != (color.NRGBA{B: 255, A: 255}) {
		t.Errorf("left of a short line at the right: %v", got)
	}
	if left := drawnText(t, "il\nwide line", Lettering{Size: 30, Background: "0000ff"}); left.NRGBAAt(2, 10) == (color.NRGBA{B: 255, A: 255}) {
		t.Errorf("a line at the left begins with %v", left.NRGBAAt(2, 10))
	}
	half := drawnText(t, "MMM", Lettering{Size: 40, Opacity: 50})
	most := uint8(0)
	for i := 3; i < len(half.Pix); i += 4 {
		most = max(most, half.Pix[i])
	}
	if most < 120 || most > 135 {
		t.Errorf("half opaque is %d", most)
	}
	for _, other := range []Lettering{{Size: 40, Bold: true}, {Size: 40, Italic: true}, {Size: 40, Bold: true, Italic: true}, {Size: 40, Family: "Courier New"}, {Size: 40, Line: "strikethrough"}} {
		if m := drawnText(t, "hMp", other); bytes.Equal(m.Pix, drawnText(t, "hMp", Lettering{Size: 40}).Pix) {
			t.Errorf("%+v looks like the plain one", other)
		}
	}
}

// TestT35Text: a text stays within the bounds.
func TestT35Text(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		l    Lettering
		want string
	}{
		{strings.Repeat("W", MaxText), Lettering{Size: MaxFontSize}, "Image is too large - "},
		{strings.Repeat("W\n", MaxText/2), Lettering{Size: MaxFontSize}, "Image is too large - "},
		{strings.Repeat("\u0301", MaxText/2), Lettering{Size: MaxFontSize}, "Image is too large - 2000 letters of 1000 pixels"},
		{strings.Repeat("W", 300), Lettering{Size: MaxFontSize}, "Image is too large - "},
		{"x", Lettering{Color: "no color"}, "Invalid color - no color"},
		{"x", Lettering{Background: "no color"}, "Invalid color - no color"},
	} {
		if _, err := Text(context.Background(), c.text, c.l); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.10q %+v: %v", c.text, c.l, err)
		}
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Text(done, "x", Lettering{}); err != context.Canceled {
		t.Errorf("%v", err)
	}
	for _, odd := range []string{" ", "\n\n", "\x00\xff", "日本語 🍺"} {
		drawnText(t, odd, Lettering{})
	}
}

// iconOf is an icon of pictures: a PNG as it is, or a BMP without its head.
func iconOf(t *testing.T, pictures ...[]byte) []byte {
	t.Helper()
	b := []byte{0, 0, 1, 0, byte(len(pictures)), 0}
	offset := 6 + 16*len(pictures)
	for _, p := range pictures {
		cfg, _, err := image.DecodeConfig(bytes.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		if p[0] == 'B' {
			p = p[14:]
		}
		b = append(b, byte(cfg.Width), byte(cfg.Height), 0, 0, 1, 0, 32, 0)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
		b = binary.LittleEndian.AppendUint32(b, uint32(offset))
		offset += len(p)
	}
	for _, p := range pictures {
		if p[0] == 'B' {
			p = bytes.Clone(p[14:])
			binary.LittleEndian.PutUint32(p[8:], 2*binary.LittleEndian.Uint32(p[8:]))
		}
		b = append(b, p...)
	}
	return b
}

// TestIcon: the largest picture of an icon counts, and one is written that can be read.
func TestIcon(t *testing.T) {
	t.Parallel()
	var small bytes.Buffer
	if err := bmp.Encode(&small, image.NewGray(image.Rect(0, 0, 16, 12))); err != nil {
		t.Fatal(err)
	}
	both := iconOf(t, small.Bytes(), pngOf(t, quarters(48, 32)))
	for _, c := range []struct {
		data          []byte
		width, height int
	}{{both, 48, 32}, {iconOf(t, small.Bytes()), 16, 12}} {
		info, err := Probe(c.data)
		if err != nil || info.Format != "ico" || info.Width != c.width || info.Height != c.height {
			t.Fatalf("%+v %v", info, err)
		}
		half, err := Parse("w_0.5")
		if err != nil {
			t.Fatal(err)
		}
		out, err := Apply(context.Background(), c.data, half, "")
		if err != nil || out.Format != "ico" || out.Width != c.width/2 {
			t.Fatalf("%v %v", out.Format, err)
		}
		if info, err = Probe(out.Data); err != nil || info.Width != c.width/2 {
			t.Errorf("%+v %v", info, err)
		}
	}
	// What an icon says of its pictures is not believed (threat T35).
	flood := iconOf(t, pngOf(t, image.NewGray(image.Rect(0, 0, 9000, 5000))))
	flood[6], flood[7] = 16, 16
	if _, err := Apply(context.Background(), flood, Chain{}, "png"); err == nil || !strings.HasPrefix(err.Error(), "Image is too large") {
		t.Errorf("%v", err)
	}
	if _, err := Apply(context.Background(), pngOf(t, image.NewGray(image.Rect(0, 0, 300, 10))), Chain{}, "ico"); err == nil {
		t.Error("an icon of 300 pixels was made")
	}
	for n := range both {
		_, _ = Probe(both[:n])
		_, _ = Apply(context.Background(), both[:n], Chain{}, "png")
	}
}

// TestFocus: edges make a picture sharp, and taking them away makes it less so.
func TestFocus(t *testing.T) {
	t.Parallel()
	blurred, err := Parse("e_blur:400")
	if err != nil {
		t.Fatal(err)
	}
	soft, err := Apply(context.Background(), Sample(), blurred, "")
	if err != nil {
		t.Fatal(err)
	}
	sharp, err := Focus(context.Background(), Sample())
	if err != nil {
		t.Fatal(err)
	}
	less, err := Focus(context.Background(), soft.Data)
	if err != nil || less >= sharp || less < 0 || sharp > 1 {
		t.Errorf("%v, then %v, %v", sharp, less, err)
	}
	if flat, err := Focus(context.Background(), pngOf(t, image.NewGray(image.Rect(0, 0, 2, 9)))); err != nil || flat != 0 {
		t.Errorf("%v %v", flat, err)
	}
}

// TestBlackwhite: what is brighter than the level is white.
func TestBlackwhite(t *testing.T) {
	t.Parallel()
	c, err := Parse("e_blackwhite:40")
	if err != nil {
		t.Fatal(err)
	}
	m := image.NewGray(image.Rect(0, 0, 2, 1))
	m.Pix = []byte{101, 102} // 40 % is 102
	out, err := Apply(context.Background(), pngOf(t, m), c, "png")
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(out.Data))
	if err != nil {
		t.Fatal(err)
	}
	if n := toNRGBA(got); n.Pix[0] != 0 || n.Pix[4] != 255 {
		t.Errorf("%v", n.Pix)
	}
}

// TestColors: shares add up, transparent pixels do not count, and names are the nearest.
func TestColors(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 40, 10))
	for y := range 10 {
		for x := range 40 {
			switch {
			case x < 20:
				m.SetNRGBA(x, y, color.NRGBA{R: 250, A: 255})
			case x < 25:
				m.SetNRGBA(x, y, color.NRGBA{B: 240, A: 255})
			}
		}
	}
	all, named, err := Colors(context.Background(), pngOf(t, m))
	if err != nil || len(all) != 2 || all[0] != (Color{"#FA0000", 80}) || named[0] != (Color{"red", 80}) || named[1] != (Color{"blue", 20}) {
		t.Errorf("%v %v %v", all, named, err)
	}
	if all, named, err = Colors(context.Background(), pngOf(t, image.NewNRGBA(image.Rect(0, 0, 3, 3)))); err != nil || len(all)+len(named) != 0 {
		t.Errorf("nothing but transparent: %v %v %v", all, named, err)
	}
	all, named, err = Colors(context.Background(), Sample())
	var sum float64
	for _, c := range all {
		sum += c.Percent
	}
	if err != nil || len(all) != mostColors || len(named) < 2 || sum < 99.9 || sum > 100.1 {
		t.Errorf("%d colours, %d names, %v %%, %v", len(all), len(named), sum, err)
	}
}

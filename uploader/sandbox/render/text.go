package render

import (
	"context"
	"image"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The bounds of a text that is drawn.
const (
	MaxText     = 4000 // bytes
	MaxFontSize = 1000 // pixels
	mostInk     = 10 * MaxPixels
)

// Lettering is how a text is drawn. The fonts are the Go fonts whatever Family says, but
// that one which names a typewriter's (mono, courier) gets the like.
type Lettering struct {
	Family       string
	Size         int // pixels; 0 is 12
	Bold, Italic bool
	// Align is left, center or right; empty is left.
	Align string
	// Line is what lies below or across the letters: underline, strikethrough or nothing.
	Line string
	// Color and Background are colours as in transformations; empty is black and nothing.
	Color, Background string
	Opacity           int // 1 to 100; 0 is 100
}

// faces are the fonts, unpacked once.
var faces = sync.OnceValues(func() (map[string]*opentype.Font, error) {
	out := map[string]*opentype.Font{}
	for name, data := range map[string][]byte{
		"": goregular.TTF, "bold": gobold.TTF, "italic": goitalic.TTF, "bolditalic": gobolditalic.TTF,
		"mono": gomono.TTF, "monobold": gomonobold.TTF,
	} {
		f, err := opentype.Parse(data)
		if err != nil {
			return nil, err
		}
		out[name] = f
	}
	return out, nil
})

// face finds the font of a lettering.
func (l Lettering) face() (font.Face, error) {
	all, err := faces()
	if err != nil {
		return nil, err
	}
	name := ""
	if family := strings.ToLower(l.Family); strings.Contains(family, "mono") || strings.Contains(family, "courier") || strings.Contains(family, "consol") {
		name = "mono"
	}
	if l.Bold {
		name += "bold"
	}
	if l.Italic && !strings.HasPrefix(name, "mono") {
		name += "italic"
	}
	return opentype.NewFace(all[name], &opentype.FaceOptions{Size: float64(l.Size), DPI: 72, Hinting: font.HintingFull})
}

// line is a line of a text and what it covers when it starts at the origin.
type line struct {
	text    string
	bounds  fixed.Rectangle26_6
	advance fixed.Int26_6
}

// Text draws a text as a PNG that is as large as its letters. A line break begins a new
// line. Refusals are an [*Error].
func Text(ctx context.Context, text string, l Lettering) (Image, error) {
	color, ok := parseColor(orColor(l.Color, "black"))
	if !ok {
		return Image{}, refuse("Invalid color - ", l.Color)
	}
	ground, ok := parseColor(orColor(l.Background, "transparent"))
	if !ok {
		return Image{}, refuse("Invalid color - ", l.Background)
	}
	if l.Size == 0 {
		l.Size = 12
	}
	// Letters may lie upon each other: each costs its own pixels, however small the picture.
	if l.Size*l.Size > mostInk/max(utf8.RuneCountInString(text), 1) {
		return Image{}, refuse("Image is too large - ", strconv.Itoa(utf8.RuneCountInString(text)), " letters of ", strconv.Itoa(l.Size), " pixels")
	}
	face, err := l.face()
	if err != nil {
		return Image{}, err
	}
	defer face.Close()
	lines, area := measured(face, text)
	step := face.Metrics().Height
	size := image.Pt((area.Max.X - area.Min.X).Ceil(), (area.Max.Y - area.Min.Y).Ceil())
	if size.X < 1 || size.Y < 1 {
		size = image.Pt(max(size.X, 1), max(size.Y, 1))
	}
	if size.X > MaxPixels/size.Y {
		return Image{}, tooLarge(size)
	}
	rgb := image.NewRGBA(image.Rectangle{Max: size})
	d := &font.Drawer{Dst: rgb, Src: image.NewUniform(color), Face: face}
	width := area.Max.X - area.Min.X
	for i, one := range lines {
		if err := ctx.Err(); err != nil {
			return Image{}, err
		}
		left := -area.Min.X
		switch spare := width - (one.bounds.Max.X - one.bounds.Min.X); l.Align {
		case "center":
			left = spare/2 - one.bounds.Min.X
		case "right":
			left = spare - one.bounds.Min.X
		}
		d.Dot = fixed.Point26_6{X: left, Y: step*fixed.Int26_6(i) - area.Min.Y}
		base := d.Dot
		d.DrawString(one.text)
		l.decorate(rgb, d.Src, base, one.advance, face.Metrics())
	}
	n := toNRGBA(rgb)
	if l.Opacity > 0 && l.Opacity < 100 {
		n = faded(n, l.Opacity)
	}
	if ground.A > 0 {
		n = flattened(n, ground)
	}
	return Chain{}.encoded(ctx, n, "png")
}

// measured parts a text into its lines, and tells what they cover together.
func measured(face font.Face, text string) (lines []line, area fixed.Rectangle26_6) {
	step := face.Metrics().Height
	for i, t := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		bounds, advance := font.BoundString(face, t)
		lines = append(lines, line{t, bounds, advance})
		area = area.Union(bounds.Add(fixed.Point26_6{Y: step * fixed.Int26_6(i)}))
	}
	return lines, area
}

// decorate draws the line below the letters or across them.
func (l Lettering) decorate(dst draw.Image, src image.Image, base fixed.Point26_6, advance fixed.Int26_6, m font.Metrics) {
	y := base.Y + m.Descent/4
	switch l.Line {
	case "strikethrough":
		y = base.Y - m.XHeight/2
	case "underline":
	default:
		return
	}
	thick := max(m.Height.Ceil()/16, 1)
	draw.Draw(dst, image.Rect(base.X.Floor(), y.Floor(), (base.X+advance).Ceil(), y.Floor()+thick), src, image.Point{}, draw.Over)
}

// orColor is a colour, or another one where none was given. Six hexadecimal digits alone
// are a colour too.
func orColor(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	if _, ok := parseColor(v); !ok {
		if _, ok = parseColor("#" + v); ok {
			return "#" + v
		}
	}
	return v
}

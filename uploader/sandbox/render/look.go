package render

import (
	"context"
	"image"
	"math"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// draw applies one component to a picture. alpha is true where the result may be
// transparent.
func (c component) draw(ctx context.Context, src image.Image, initial image.Point, alpha bool) (*image.NRGBA, error) {
	src, err := c.autoTurned(ctx, src, initial)
	if err != nil {
		return nil, err
	}
	p, err := c.geometry(src.Bounds().Size(), initial)
	if err != nil {
		return nil, err
	}
	n, err := c.placed(ctx, src, p)
	if err != nil {
		return nil, err
	}
	for _, e := range c.effects {
		n = effects[e.name].apply(ctx, n, e.level)
	}
	if c.opacity >= 0 {
		n = faded(n, c.opacity)
	}
	if n, err = c.framed(ctx, n); err != nil {
		return nil, err
	}
	for _, a := range c.angles {
		if n, err = rotated(ctx, n, a); err != nil {
			return nil, err
		}
	}
	if color, ok := parseColor(c.background); ok {
		n = flattened(n, color)
	} else if padded := p.canvas != p.region.Size(); padded && !alpha {
		n = flattened(n, rgba{R: 255, G: 255, B: 255, A: 255})
	}
	return n, ctx.Err()
}

// autoTurned turns the picture for auto_right and auto_left, where it lies and the
// wanted box stands, or the other way round.
func (c component) autoTurned(ctx context.Context, src image.Image, initial image.Point) (image.Image, error) {
	s := src.Bounds().Size()
	w, h := size(c.w, s.X, initial, 1), size(c.h, s.Y, initial, 1)
	if w == 0 || h == 0 || !(w > h && s.X < s.Y || w < h && s.X > s.Y) {
		return src, nil
	}
	for _, a := range c.angles {
		switch a {
		case "auto_right":
			return rotated(ctx, toNRGBA(src), "90")
		case "auto_left":
			return rotated(ctx, toNRGBA(src), "270")
		}
	}
	return src, nil
}

// placed scales the picture, cuts it, and puts it onto its canvas. A part that is not
// scaled is cut out first, so that only it is converted.
func (c component) placed(ctx context.Context, src image.Image, p plan) (*image.NRGBA, error) {
	if part, ok := src.(interface {
		SubImage(image.Rectangle) image.Image
	}); ok && src.Bounds().Size() == p.scale && p.region.Size() != p.scale {
		src = part.SubImage(p.region.Add(src.Bounds().Min))
		p.scale, p.region = p.region.Size(), image.Rectangle{Max: p.region.Size()}
	}
	n, err := resize(ctx, src, p.scale)
	if err != nil {
		return nil, err
	}
	if p.region.Size() == p.scale && p.canvas == p.scale {
		return n, nil
	}
	dst := image.NewNRGBA(image.Rectangle{Max: p.canvas})
	draw.Draw(dst, image.Rectangle{Min: p.at, Max: p.at.Add(p.region.Size())}, n, p.region.Min, draw.Src)
	return dst, nil
}

// framed rounds the corners and puts the border around them.
func (c component) framed(ctx context.Context, n *image.NRGBA) (*image.NRGBA, error) {
	width, color, ok := parseBorder(c.border)
	if !ok || width == 0 {
		return rounded(ctx, n, c.radius, 0), ctx.Err()
	}
	s := n.Rect.Size().Add(image.Pt(2*width, 2*width))
	if s.X*s.Y > MaxPixels {
		return nil, tooLarge(s)
	}
	outer := image.NewNRGBA(image.Rectangle{Max: s})
	draw.Draw(outer, outer.Rect, image.NewUniform(color), image.Point{}, draw.Src)
	outer = rounded(ctx, outer, c.radius, 0)
	hole := n.Rect.Add(image.Pt(width, width))
	// The border shows through the inner corners only, not through the picture.
	inner := rounded(ctx, n, c.radius, width)
	frame := rounded(ctx, opaque(n.Rect), c.radius, width)
	for y := 0; y < n.Rect.Dy() && ctx.Err() == nil; y++ {
		for x := range n.Rect.Dx() {
			mixed(outer.Pix[outer.PixOffset(hole.Min.X+x, hole.Min.Y+y):][:4], inner.Pix[inner.PixOffset(x, y):][:4], frame.Pix[frame.PixOffset(x, y)+3])
		}
	}
	return outer, ctx.Err()
}

// opaque is a black picture.
func opaque(r image.Rectangle) *image.NRGBA {
	n := image.NewNRGBA(r)
	draw.Draw(n, r, image.Black, image.Point{}, draw.Src)
	return n
}

// mixed puts a pixel that is already masked by cover in the place of as much of another.
func mixed(dst, src []uint8, cover uint8) {
	below := int(dst[3]) * (255 - int(cover)) / 255
	all := below + int(src[3])
	if all == 0 {
		dst[3] = 0
		return
	}
	for k := range 3 {
		dst[k] = uint8((int(dst[k])*below + int(src[k])*int(src[3]) + all/2) / all)
	}
	dst[3] = uint8(min(all, 255))
}

// flattened lays a picture over a colour.
func flattened(n *image.NRGBA, color rgba) *image.NRGBA {
	dst := image.NewNRGBA(n.Rect)
	draw.Draw(dst, dst.Rect, image.NewUniform(color), image.Point{}, draw.Src)
	draw.Draw(dst, dst.Rect, n, image.Point{}, draw.Over)
	return dst
}

// faded multiplies the opacity by a percentage.
func faded(n *image.NRGBA, percent int) *image.NRGBA {
	dst := image.NewNRGBA(n.Rect)
	copy(dst.Pix, n.Pix)
	for i := 3; i < len(dst.Pix); i += 4 {
		dst.Pix[i] = uint8((int(dst.Pix[i])*percent + 50) / 100)
	}
	return dst
}

// rounded makes the corners transparent. One value is for all corners, two for the
// diagonals, three and four go clockwise from the upper left, as in CSS. inset is the
// width of the border that is between them and the corners that are meant.
func rounded(ctx context.Context, n *image.NRGBA, value string, inset int) *image.NRGBA {
	if value == "" {
		return n
	}
	w, h := float64(n.Rect.Dx()), float64(n.Rect.Dy())
	most := min(w, h) / 2
	if value == "max" { // an ellipse in a picture that is no square
		return masked(ctx, n, func(x, y float64) float64 {
			return (1 - math.Hypot((x-w/2)/(w/2), (y-h/2)/(h/2))) * most
		})
	}
	r := radii(value)
	for i := range r {
		r[i] = min(max(r[i]-float64(inset), 0), most)
	}
	return masked(ctx, n, func(x, y float64) float64 {
		corner, dx, dy := 0, x, y
		if x > w/2 {
			corner, dx = 1, w-x
		}
		if y > h/2 {
			corner, dy = 3-corner, h-y
		}
		k := r[corner]
		if dx >= k || dy >= k {
			return 1
		}
		return k - math.Hypot(k-dx, k-dy)
	})
}

// radii are the radius for each corner, clockwise from the upper left.
func radii(value string) (r [4]float64) {
	parts := strings.Split(value, ":")
	for i := range r {
		from := [5][4]int{2: {0, 1, 0, 1}, 3: {0, 1, 2, 1}, 4: {0, 1, 2, 3}}[len(parts)][i]
		v, _ := integer(parts[from])
		r[i] = float64(v)
	}
	return r
}

// masked multiplies the opacity by how far inside each pixel's centre is, in pixels.
func masked(ctx context.Context, n *image.NRGBA, inside func(x, y float64) float64) *image.NRGBA {
	dst := image.NewNRGBA(n.Rect)
	copy(dst.Pix, n.Pix)
	for y := 0; y < n.Rect.Dy() && ctx.Err() == nil; y++ {
		for x := range n.Rect.Dx() {
			if d := inside(float64(x)+0.5, float64(y)+0.5) + 0.5; d < 1 {
				p := &dst.Pix[y*dst.Stride+x*4+3]
				*p = clamp(float64(*p) * max(d, 0))
			}
		}
	}
	return dst
}

// rotated turns the picture clockwise, or mirrors it. Between right angles the canvas
// grows, and its corners are transparent.
func rotated(ctx context.Context, n *image.NRGBA, angle string) (*image.NRGBA, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w, h := n.Rect.Dx(), n.Rect.Dy()
	turn := func(w2, h2 int, from func(x, y int) (int, int)) *image.NRGBA {
		dst := image.NewNRGBA(image.Rect(0, 0, w2, h2))
		for y := range h2 {
			for x := range w2 {
				sx, sy := from(x, y)
				copy(dst.Pix[y*dst.Stride+x*4:][:4], n.Pix[sy*n.Stride+sx*4:][:4])
			}
		}
		return dst
	}
	switch angle {
	case "hflip":
		return turn(w, h, func(x, y int) (int, int) { return w - 1 - x, y }), nil
	case "vflip":
		return turn(w, h, func(x, y int) (int, int) { return x, h - 1 - y }), nil
	case "auto_right", "auto_left", "ignore": // these count before the geometry
		return n, nil
	}
	degrees, _ := integer(angle)
	degrees = ((degrees % 360) + 360) % 360
	switch degrees {
	case 0:
		return n, nil
	case 90:
		return turn(h, w, func(x, y int) (int, int) { return y, h - 1 - x }), nil
	case 180:
		return turn(w, h, func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }), nil
	case 270:
		return turn(h, w, func(x, y int) (int, int) { return w - 1 - y, x }), nil
	}
	sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
	// Rounded, as pycloudinary's tests have it (test/test_uploader.py, rbp_values).
	w2 := int(math.Round(math.Abs(float64(w)*cos) + math.Abs(float64(h)*sin)))
	h2 := int(math.Round(math.Abs(float64(w)*sin) + math.Abs(float64(h)*cos)))
	if w2*h2 > MaxPixels {
		return nil, tooLarge(image.Pt(w2, h2))
	}
	cx, cy := float64(w)/2, float64(h)/2
	m := f64.Aff3{cos, -sin, float64(w2)/2 - cos*cx + sin*cy, sin, cos, float64(h2)/2 - sin*cx - cos*cy}
	rgb := image.NewRGBA(image.Rect(0, 0, w2, h2))
	draw.BiLinear.Transform(rgb, m, n, n.Rect, draw.Over, nil)
	return toNRGBA(rgb), ctx.Err()
}

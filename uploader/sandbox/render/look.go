package render

import (
	"image"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// draw applies one component to a picture.
func (c component) draw(src image.Image, initial image.Point, alpha bool) (*image.NRGBA, error) {
	p, err := c.geometry(src.Bounds().Size(), initial)
	if err != nil {
		return nil, err
	}
	n := resize(src, p.scale)
	if p.region.Size() != p.scale || p.canvas != p.region.Size() {
		n = c.onCanvas(n, p, alpha)
	}
	for _, e := range c.effects {
		n = effects[e.name].apply(n, e.level)
	}
	if c.opacity >= 0 {
		n = faded(n, c.opacity)
	}
	if c.radius != "" {
		n = rounded(n, c.radius)
	}
	if c.border != "" {
		if n, err = bordered(n, c.border); err != nil {
			return nil, err
		}
	}
	if color, ok := parseColor(c.background); ok && c.background != "" {
		n = flattened(n, color)
	}
	for _, a := range c.angles {
		if n, err = rotated(n, a, c.background); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// onCanvas copies the region of a plan to its place.
func (c component) onCanvas(n *image.NRGBA, p plan, alpha bool) *image.NRGBA {
	dst := image.NewNRGBA(image.Rectangle{Max: p.canvas})
	if p.canvas != p.region.Size() {
		fill, ok := parseColor(c.background)
		if !ok {
			fill = rgba{R: 255, G: 255, B: 255, A: 255}
			if alpha {
				fill = rgba{R: 255, G: 255, B: 255}
			}
		}
		draw.Draw(dst, dst.Rect, image.NewUniform(fill), image.Point{}, draw.Src)
	}
	draw.Draw(dst, image.Rectangle{Min: p.at, Max: p.at.Add(p.region.Size())}, n, p.region.Min, draw.Src)
	return dst
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
// diagonals, three and four go clockwise from the upper left, as in CSS.
func rounded(n *image.NRGBA, value string) *image.NRGBA {
	w, h := n.Rect.Dx(), n.Rect.Dy()
	most := float64(min(w, h)) / 2
	var r [4]float64
	if value == "max" {
		// An ellipse in a picture that is no square.
		return masked(n, func(x, y float64) float64 {
			dx, dy := (x-float64(w)/2)/(float64(w)/2), (y-float64(h)/2)/(float64(h)/2)
			return (1 - math.Hypot(dx, dy)) * most
		})
	}
	parts := strings.Split(value, ":")
	for i := range r {
		from := i
		switch {
		case len(parts) == 1:
			from = 0
		case len(parts) == 2:
			from = i % 2
		case len(parts) == 3 && i == 3:
			from = 1
		}
		v, _ := strconv.Atoi(parts[from])
		r[i] = min(float64(v), most)
	}
	return masked(n, func(x, y float64) float64 {
		corner, dx, dy := 0, x, y
		if x > float64(w)/2 {
			corner, dx = 1, float64(w)-x
		}
		if y > float64(h)/2 {
			dy = float64(h) - y
			corner = 3 - corner
		}
		k := r[corner]
		if dx >= k || dy >= k {
			return 1
		}
		return k - math.Hypot(k-dx, k-dy)
	})
}

// masked multiplies the opacity by how far inside each pixel's centre is, in pixels.
func masked(n *image.NRGBA, inside func(x, y float64) float64) *image.NRGBA {
	dst := image.NewNRGBA(n.Rect)
	copy(dst.Pix, n.Pix)
	for y := range n.Rect.Dy() {
		for x := range n.Rect.Dx() {
			if d := inside(float64(x)+0.5, float64(y)+0.5) + 0.5; d < 1 {
				p := &dst.Pix[y*dst.Stride+x*4+3]
				*p = clamp(float64(*p) * max(d, 0))
			}
		}
	}
	return dst
}

// bordered puts a frame around the picture.
func bordered(n *image.NRGBA, value string) (*image.NRGBA, error) {
	width, color, _ := parseBorder(value)
	s := n.Rect.Size().Add(image.Pt(2*width, 2*width))
	if s.X*s.Y > MaxPixels {
		return nil, refuse("Image is too large - ", strconv.Itoa(s.X), "x", strconv.Itoa(s.Y), " pixels. Maximum is 40 megapixels")
	}
	dst := image.NewNRGBA(image.Rectangle{Max: s})
	draw.Draw(dst, dst.Rect, image.NewUniform(color), image.Point{}, draw.Src)
	draw.Draw(dst, image.Rectangle{Min: image.Pt(width, width), Max: s.Sub(image.Pt(width, width))}, n, image.Point{}, draw.Src)
	return dst, nil
}

// rotated turns the picture clockwise, or mirrors it. Between right angles the canvas
// grows, and its corners are transparent or of the background's colour.
func rotated(n *image.NRGBA, angle, background string) (*image.NRGBA, error) {
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
	case "auto_right", "auto_left", "ignore": // these follow the Exif orientation
		return n, nil
	}
	degrees, _ := strconv.Atoi(angle)
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
	w2 := int(math.Ceil(math.Abs(float64(w)*cos) + math.Abs(float64(h)*sin)))
	h2 := int(math.Ceil(math.Abs(float64(w)*sin) + math.Abs(float64(h)*cos)))
	if w2*h2 > MaxPixels {
		return nil, refuse("Image is too large - ", strconv.Itoa(w2), "x", strconv.Itoa(h2), " pixels. Maximum is 40 megapixels")
	}
	cx, cy := float64(w)/2, float64(h)/2
	m := f64.Aff3{cos, -sin, float64(w2)/2 - cos*cx + sin*cy, sin, cos, float64(h2)/2 - sin*cx - cos*cy}
	rgb := image.NewRGBA(image.Rect(0, 0, w2, h2))
	draw.BiLinear.Transform(rgb, m, n, n.Rect, draw.Over, nil)
	dst := toNRGBA(rgb)
	if color, ok := parseColor(background); ok && background != "" {
		dst = flattened(dst, color)
	}
	return dst, nil
}

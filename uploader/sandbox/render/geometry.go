package render

import (
	"image"
	"math"
	"strings"
)

// MaxPixels bounds a picture that comes in or goes out.
const MaxPixels = 40_000_000

// plan is what a crop mode does to a picture: scale it to a size, cut a region out of
// that, and put the region onto a canvas.
type plan struct {
	scale  image.Point     // the size to scale to
	region image.Rectangle // what is kept of the scaled picture
	canvas image.Point     // the size of the result
	at     image.Point     // where the region goes on the canvas
}

// size is the number of pixels for w_ or h_: own is the picture's size in that
// direction, initial the two sizes of the picture that came in.
func size(v string, own int, initial image.Point, dpr float64) int {
	switch v {
	case "":
		return 0
	case "iw":
		return initial.X
	case "ih":
		return initial.Y
	}
	if n, ok := integer(v); ok {
		return max(int(math.Round(float64(n)*dpr)), 1)
	}
	f, _ := decimal(v)
	return max(int(math.Round(f*float64(own))), 1)
}

// offset is the number of pixels for x_ or y_; a fraction is one of the picture's size.
func offset(v string, own int) int {
	if v == "" {
		return 0
	}
	f, _ := decimal(v)
	if strings.Contains(v, ".") && math.Abs(f) <= 1 {
		f *= float64(own)
	}
	return int(math.Round(min(max(f, -1e6), 1e6)))
}

// geometry plans a component for a picture of a size.
func (c component) geometry(src, initial image.Point) (plan, error) {
	w, h := size(c.w, src.X, initial, c.dpr), size(c.h, src.Y, initial, c.dpr)
	if r, ok := ratio(c.ar); ok {
		w, h = c.ofRatio(r, w, h, src)
	}
	p := c.shape(src, w, h)
	for _, s := range []image.Point{p.scale, p.canvas} {
		if s.X < 1 || s.Y < 1 || s.X > 100_000 || s.Y > 100_000 || s.X*s.Y > MaxPixels {
			return p, tooLarge(s)
		}
	}
	return p, nil
}

// ofRatio completes the sizes by an aspect ratio. Where neither is given, it is the
// largest part of that shape, or to pad, the smallest canvas around the picture.
func (c component) ofRatio(r float64, w, h int, src image.Point) (int, int) {
	follow := func(side float64) int { return max(int(math.Round(min(side, 1e6))), 1) }
	byWidth := w > 0
	if w == 0 && h == 0 {
		wider := r > float64(src.X)/float64(src.Y)
		byWidth = wider != strings.HasSuffix(c.crop, "pad")
		w, h = src.X, src.Y
	} else if w > 0 && h > 0 {
		return w, h
	}
	if byWidth {
		return w, follow(float64(w) / r)
	}
	return follow(float64(h) * r), h
}

// shape applies the crop mode.
func (c component) shape(src image.Point, w, h int) plan {
	whole := func(s image.Point) plan {
		return plan{scale: s, region: image.Rectangle{Max: s}, canvas: s}
	}
	if w == 0 && h == 0 {
		return whole(src)
	}
	// A side that is not given follows the other, but for a cut, where it stays whole.
	boxW, boxH := w, h
	if boxW == 0 {
		boxW = max(int(math.Round(float64(src.X)*float64(h)/float64(src.Y))), 1)
	}
	if boxH == 0 {
		boxH = max(int(math.Round(float64(src.Y)*float64(w)/float64(src.X))), 1)
	}
	box := image.Pt(boxW, boxH)
	sx, sy := float64(boxW)/float64(src.X), float64(boxH)/float64(src.Y)
	inside, cover := min(sx, sy), max(sx, sy)
	switch c.crop {
	case "fit":
		return whole(scaled(src, inside, box, false))
	case "limit":
		return whole(scaled(src, min(inside, 1), box, false))
	case "mfit":
		return whole(scaled(src, max(inside, 1), box, false))
	case "fill", "thumb", "auto":
		return c.cut(scaled(src, cover, box, true), box, src)
	case "lfill":
		s := scaled(src, min(cover, 1), box, cover <= 1)
		return c.cut(s, image.Pt(min(boxW, s.X), min(boxH, s.Y)), src)
	case "pad", "fill_pad", "auto_pad":
		return c.padded(scaled(src, inside, box, false), box)
	case "lpad":
		return c.padded(scaled(src, min(inside, 1), box, false), box)
	case "mpad":
		if src.X >= boxW && src.Y >= boxH {
			return whole(src)
		}
		return c.padded(src, image.Pt(max(boxW, src.X), max(boxH, src.Y)))
	case "crop":
		if w == 0 {
			boxW = src.X
		}
		if h == 0 {
			boxH = src.Y
		}
		return c.cut(src, image.Pt(min(boxW, src.X), min(boxH, src.Y)), src)
	}
	return whole(box)
}

// scaled is a size times a factor. Rounding never leaves the box (or, to cover, never
// stays short of it).
func scaled(src image.Point, f float64, box image.Point, cover bool) image.Point {
	s := image.Pt(max(int(math.Round(float64(src.X)*f)), 1), max(int(math.Round(float64(src.Y)*f)), 1))
	if cover {
		return image.Pt(max(s.X, box.X), max(s.Y, box.Y))
	}
	if f >= 1 && (s.X > box.X || s.Y > box.Y) && (src.X > box.X || src.Y > box.Y) {
		return s // mfit: larger than the box already, and never made smaller
	}
	return image.Pt(min(s.X, box.X), min(s.Y, box.Y))
}

// anchors are the gravities as shares of the free room: 0 is left or top, 1 right or
// bottom.
var anchors = map[string][2]float64{
	"north_west": {0, 0}, "north": {0.5, 0}, "north_east": {1, 0},
	"west": {0, 0.5}, "east": {1, 0.5},
	"south_west": {0, 1}, "south": {0.5, 1}, "south_east": {1, 1},
}

// anchor is where the gravity pulls to; all that is not in the table is the centre.
func (c component) anchor() (gx, gy float64) {
	if a, ok := anchors[c.gravity]; ok {
		return a[0], a[1]
	}
	return 0.5, 0.5
}

// place is where a part of a size goes within a room, by gravity, with x and y counted
// inwards from it.
func (c component) place(room, part, src image.Point, inward bool) image.Point {
	gx, gy := c.anchor()
	x, y := offset(c.x, src.X), offset(c.y, src.Y)
	if c.gravity == "" && c.crop == "crop" && (c.x != "" || c.y != "") {
		gx, gy = 0, 0
	}
	if c.gravity == "xy_center" && inward {
		return image.Pt(x-part.X/2, y-part.Y/2)
	}
	if gx == 1 {
		x = -x
	}
	if gy == 1 {
		y = -y
	}
	return image.Pt(int(math.Round(float64(room.X-part.X)*gx))+x, int(math.Round(float64(room.Y-part.Y)*gy))+y)
}

// cut keeps a region of the scaled picture; it never reaches over an edge.
func (c component) cut(scale, want, src image.Point) plan {
	want = image.Pt(min(want.X, scale.X), min(want.Y, scale.Y))
	at := c.place(scale, want, src, true)
	at = image.Pt(min(max(at.X, 0), scale.X-want.X), min(max(at.Y, 0), scale.Y-want.Y))
	return plan{scale: scale, region: image.Rectangle{Min: at, Max: at.Add(want)}, canvas: want}
}

// padded puts the scaled picture onto a canvas.
func (c component) padded(scale, canvas image.Point) plan {
	at := c.place(canvas, scale, scale, false)
	return plan{scale: scale, region: image.Rectangle{Max: scale}, canvas: canvas, at: at}
}

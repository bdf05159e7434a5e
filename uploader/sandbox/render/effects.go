package render

import (
	"context"
	"image"
	"math"
	"slices"
	"strings"
)

// effectRange is what a level may be, and the level where none is given.
type effectRange struct {
	min, max, standard int
	apply              func(ctx context.Context, n *image.NRGBA, level int) *image.NRGBA
}

// effects are those that are drawn. Levels: php-transformation-builder-sdk
// src/Transformation/Effect and Adjustment ("Server default").
var effects = map[string]effectRange{
	"grayscale":  {0, 0, 0, grayscale},
	"negate":     {0, 0, 0, negate},
	"sepia":      {1, 100, 80, sepia},
	"blur":       {1, 2000, 100, blur},
	"pixelate":   {1, 200, 5, pixelate},
	"brightness": {-99, 100, 80, brightness},
	"contrast":   {-100, 100, 0, contrast},
	"saturation": {-100, 100, 80, saturation},
	"blackwhite": {0, 100, 50, blackwhite},
}

// undrawn are effects of the service that this package does not draw.
var undrawn = strings.Fields("colorize hue gamma red green blue vibrance sharpen unsharp_mask vignette gradient_fade ordered_dither oil_paint outline shadow make_transparent trim opacity_threshold cartoonify art improve auto_brightness auto_color auto_contrast tint replace_color")

func parseEffect(value string) (effect, error) {
	name, level, given := strings.Cut(value, ":")
	r, ok := effects[name]
	if !ok {
		if slices.Contains(undrawn, name) {
			return effect{}, refuse("Effect ", name, " is known to the service, but not drawn by this sandbox")
		}
		return effect{}, refuse("Invalid transformation component - e_", value)
	}
	e := effect{name: name, level: r.standard, given: given}
	if !given {
		return e, nil
	}
	n, ok := integer(level)
	if !ok || n < r.min || n > r.max {
		return e, refuse("Invalid effect level in transformation: ", value)
	}
	e.level = n
	return e, nil
}

// perPixel runs f over every pixel of a copy; f gets and gives red, green and blue.
func perPixel(ctx context.Context, src *image.NRGBA, f func(r, g, b float64) (float64, float64, float64)) *image.NRGBA {
	dst := image.NewNRGBA(src.Rect)
	for y := 0; y < src.Rect.Dy() && ctx.Err() == nil; y++ {
		to := dst.Pix[y*dst.Stride:][:dst.Stride]
		from := src.Pix[y*src.Stride:][:dst.Stride]
		for i := 0; i < len(to); i += 4 {
			p, q := to[i:][:4], from[i:][:4]
			r, g, b := f(float64(q[0]), float64(q[1]), float64(q[2]))
			p[0], p[1], p[2], p[3] = clamp(r), clamp(g), clamp(b), q[3]
		}
	}
	return dst
}

func clamp(v float64) uint8 { return uint8(min(max(math.Round(v), 0), 255)) }

func luma(r, g, b float64) float64 { return 0.299*r + 0.587*g + 0.114*b }

func grayscale(ctx context.Context, n *image.NRGBA, _ int) *image.NRGBA {
	return perPixel(ctx, n, func(r, g, b float64) (float64, float64, float64) {
		l := luma(r, g, b)
		return l, l, l
	})
}

func negate(ctx context.Context, n *image.NRGBA, _ int) *image.NRGBA {
	return perPixel(ctx, n, func(r, g, b float64) (float64, float64, float64) { return 255 - r, 255 - g, 255 - b })
}

func sepia(ctx context.Context, n *image.NRGBA, level int) *image.NRGBA {
	t := float64(level) / 100
	return perPixel(ctx, n, func(r, g, b float64) (float64, float64, float64) {
		sr, sg, sb := 0.393*r+0.769*g+0.189*b, 0.349*r+0.686*g+0.168*b, 0.272*r+0.534*g+0.131*b
		return r + (sr-r)*t, g + (sg-g)*t, b + (sb-b)*t
	})
}

func brightness(ctx context.Context, n *image.NRGBA, level int) *image.NRGBA {
	add := float64(level) * 255 / 200
	return perPixel(ctx, n, func(r, g, b float64) (float64, float64, float64) { return r + add, g + add, b + add })
}

func contrast(ctx context.Context, n *image.NRGBA, level int) *image.NRGBA {
	k := (100 + float64(level)) / 100
	return perPixel(ctx, n, func(r, g, b float64) (float64, float64, float64) {
		return (r-127.5)*k + 127.5, (g-127.5)*k + 127.5, (b-127.5)*k + 127.5
	})
}

func saturation(ctx context.Context, n *image.NRGBA, level int) *image.NRGBA {
	k := (100 + float64(level)) / 100
	return perPixel(ctx, n, func(r, g, b float64) (float64, float64, float64) {
		l := luma(r, g, b)
		return l + (r-l)*k, l + (g-l)*k, l + (b-l)*k
	})
}

// blackwhite makes what is brighter than the level white, and all else black.
func blackwhite(ctx context.Context, n *image.NRGBA, level int) *image.NRGBA {
	least := float64(level) * 255 / 100
	return perPixel(ctx, n, func(r, g, b float64) (float64, float64, float64) {
		if math.Round(luma(r, g, b)) >= least {
			return 255, 255, 255
		}
		return 0, 0, 0
	})
}

// pixelate paints squares of level pixels in their mean colour. The squares begin at the
// upper left corner; what is left over at the other edges is narrower.
func pixelate(ctx context.Context, n *image.NRGBA, level int) *image.NRGBA {
	if level < 2 {
		return n
	}
	squares := func(side int) (e []int) {
		for at := 0; at < side; at += level {
			e = append(e, at)
		}
		return append(e, side)
	}
	w, h := n.Rect.Dx(), n.Rect.Dy()
	small := toNRGBA(shrink(ctx, n, squares(w), squares(h)))
	dst := image.NewNRGBA(n.Rect)
	for y := 0; y < h && ctx.Err() == nil; y++ {
		for x := range w {
			copy(dst.Pix[y*dst.Stride+x*4:][:4], small.Pix[(y/level)*small.Stride+(x/level)*4:][:4])
		}
	}
	return dst
}

// blur is three passes of a box, which come close to a Gaussian. The strength is
// counted so that 100 is a deviation of 2 pixels, and 2000 one of 40.
func blur(ctx context.Context, n *image.NRGBA, level int) *image.NRGBA {
	radius := max(int(math.Round(float64(level)/50)), 1)
	for range 3 {
		n = boxBlur(ctx, boxBlur(ctx, n, radius, true), radius, false)
	}
	return n
}

// boxBlur averages along rows or columns with a running sum; colours count by their
// opacity, so that what is transparent does not bleed.
func boxBlur(ctx context.Context, src *image.NRGBA, radius int, rows bool) *image.NRGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewNRGBA(src.Rect)
	lines, length, step, next := h, w, 4, src.Stride
	if !rows {
		lines, length, step, next = w, h, src.Stride, 4
	}
	for line := 0; line < lines && ctx.Err() == nil; line++ {
		base := line * next
		var r, g, b, a, n int
		add := func(i, sign int) {
			p := src.Pix[base+i*step:]
			alpha := int(p[3]) * sign
			r, g, b, a, n = r+int(p[0])*alpha, g+int(p[1])*alpha, b+int(p[2])*alpha, a+alpha, n+sign
		}
		for i := 0; i < min(radius, length); i++ {
			add(i, 1)
		}
		for i := range length {
			if i+radius < length {
				add(i+radius, 1)
			}
			if i-radius-1 >= 0 {
				add(i-radius-1, -1)
			}
			p := dst.Pix[base+i*step:]
			if a > 0 {
				p[0], p[1], p[2], p[3] = uint8((r+a/2)/a), uint8((g+a/2)/a), uint8((b+a/2)/a), uint8((a+n/2)/n)
			}
		}
	}
	return dst
}

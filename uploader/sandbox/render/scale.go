package render

import (
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

// resize scales a picture to a size. A much larger one is first shrunk by averaging
// whole blocks, which costs little, and the rest is done by Catmull-Rom.
func resize(src image.Image, to image.Point) *image.NRGBA {
	b := src.Bounds()
	if b.Dx() == to.X && b.Dy() == to.Y {
		return toNRGBA(src)
	}
	if k := int(min(float64(b.Dx())/float64(to.X), float64(b.Dy())/float64(to.Y)) / 2.4); k >= 2 {
		src = shrink(src, k)
		b = src.Bounds()
	}
	// The scaler works on premultiplied colours; a picture without transparency needs
	// no conversion back.
	dst := image.NewRGBA(image.Rectangle{Max: to})
	draw.CatmullRom.Scale(dst, dst.Bounds(), plainChroma(src), b, draw.Src, nil)
	return toNRGBA(dst)
}

// plainChroma protects the scaler: it panics on a YCbCr picture whose chroma planes do
// not cover its odd edge.
func plainChroma(src image.Image) image.Image {
	y, ok := src.(*image.YCbCr)
	if !ok {
		return src
	}
	b := y.Bounds()
	if last := y.COffset(b.Max.X-1, b.Max.Y-1); last >= len(y.Cb) || last >= len(y.Cr) {
		return toNRGBA(src)
	}
	return y
}

// shrink averages blocks of k by k pixels. What is left over at the right and lower
// edge is averaged too.
func shrink(src image.Image, k int) image.Image {
	b := src.Bounds()
	w, h := (b.Dx()+k-1)/k, (b.Dy()+k-1)/k
	dst := image.NewNRGBA(image.Rect(0, 0, w, h))
	if y, ok := src.(*image.YCbCr); ok {
		shrinkYCbCr(dst, y, k)
		return dst
	}
	n := toNRGBA(src)
	for oy := range h {
		for ox := range w {
			var r, g, bl, a, count uint64
			for sy := oy * k; sy < min((oy+1)*k, b.Dy()); sy++ {
				row := n.Pix[sy*n.Stride+ox*k*4 : sy*n.Stride+min((ox+1)*k, b.Dx())*4]
				for i := 0; i+3 < len(row); i += 4 {
					alpha := uint64(row[i+3])
					r += uint64(row[i]) * alpha
					g += uint64(row[i+1]) * alpha
					bl += uint64(row[i+2]) * alpha
					a += alpha
					count++
				}
			}
			p := dst.Pix[oy*dst.Stride+ox*4:]
			if a > 0 {
				p[0], p[1], p[2] = uint8((r+a/2)/a), uint8((g+a/2)/a), uint8((bl+a/2)/a)
				p[3] = uint8((a + count/2) / count)
			}
		}
	}
	return dst
}

// shrinkYCbCr averages each plane by itself and converts to RGB once for each block.
func shrinkYCbCr(dst *image.NRGBA, src *image.YCbCr, k int) {
	b := src.Bounds()
	for oy := range dst.Rect.Dy() {
		y0, y1 := b.Min.Y+oy*k, min(b.Min.Y+(oy+1)*k, b.Max.Y)
		for ox := range dst.Rect.Dx() {
			x0, x1 := b.Min.X+ox*k, min(b.Min.X+(ox+1)*k, b.Max.X)
			var sum, n int
			for y := y0; y < y1; y++ {
				from := src.YOffset(x0, y)
				for _, v := range src.Y[from : from+x1-x0] {
					sum += int(v)
				}
				n += x1 - x0
			}
			cb, cr := chromaMean(src, x0, y0, x1, y1)
			r, g, bl := color.YCbCrToRGB(uint8((sum+n/2)/n), cb, cr)
			p := dst.Pix[oy*dst.Stride+ox*4:]
			p[0], p[1], p[2], p[3] = r, g, bl, 255
		}
	}
}

// chromaMean averages the chroma samples under a block. Planes that do not reach the
// odd edge are read as far as they go.
func chromaMean(src *image.YCbCr, x0, y0, x1, y1 int) (cb, cr uint8) {
	first, lastInRow := src.COffset(x0, y0), src.COffset(x1-1, y0)
	rows := (src.COffset(x0, y1-1) - first) / max(src.CStride, 1)
	var sb, sr, n int
	for row := 0; row <= rows; row++ {
		from, to := first+row*src.CStride, lastInRow+row*src.CStride+1
		to = min(to, len(src.Cb), len(src.Cr))
		for i := from; i < to; i++ {
			sb += int(src.Cb[i])
			sr += int(src.Cr[i])
			n++
		}
	}
	if n == 0 {
		return 128, 128
	}
	return uint8((sb + n/2) / n), uint8((sr + n/2) / n)
}

// toNRGBA is the picture without premultiplied alpha, with its corner at 0,0.
func toNRGBA(src image.Image) *image.NRGBA {
	b := src.Bounds()
	if n, ok := src.(*image.NRGBA); ok && b.Min == (image.Point{}) {
		return n
	}
	dst := image.NewNRGBA(image.Rectangle{Max: b.Size()})
	if y, ok := src.(*image.YCbCr); ok {
		for py := range b.Dy() {
			for px := range b.Dx() {
				ci := min(y.COffset(b.Min.X+px, b.Min.Y+py), len(y.Cb)-1, len(y.Cr)-1)
				yi := y.YOffset(b.Min.X+px, b.Min.Y+py)
				r, g, bl := color.YCbCrToRGB(y.Y[yi], y.Cb[ci], y.Cr[ci])
				p := dst.Pix[py*dst.Stride+px*4:]
				p[0], p[1], p[2], p[3] = r, g, bl, 255
			}
		}
		return dst
	}
	draw.Draw(dst, dst.Bounds(), src, b.Min, draw.Src)
	return dst
}

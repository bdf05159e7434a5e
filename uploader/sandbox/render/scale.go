package render

import (
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
)

const (
	// residual is how much is left to the scaler after whole blocks were averaged.
	residual = 2.4
	// maxCells bounds the buffer that the scaler's kernels work in, one cell of 32 bytes
	// for each column of the result in each row of the source. A tall source and a wide
	// result would need a buffer far larger than both.
	maxCells = 8_000_000
)

// resize scales a picture to a size. A much larger one is first shrunk by averaging
// blocks, which costs little, and the rest is done by Catmull-Rom. Where that would need
// too much memory, the blocks are larger and bilinear interpolation does the rest.
func resize(ctx context.Context, src image.Image, to image.Point) (*image.NRGBA, error) {
	s := src.Bounds().Size()
	if s == to {
		return toNRGBA(src), ctx.Err()
	}
	w, h, scaler := ways(s, to)
	if w < s.X || h < s.Y {
		src = shrink(ctx, src, edges(s.X, w), edges(s.Y, h))
	}
	if err := ctx.Err(); err != nil || src.Bounds().Size() == to {
		return toNRGBA(src), err
	}
	// The scaler works on premultiplied colours; a picture without transparency needs
	// no conversion back.
	dst := image.NewRGBA(image.Rectangle{Max: to})
	scaler.Scale(dst, dst.Rect, plainChroma(src), src.Bounds(), draw.Src, nil)
	return toNRGBA(dst), ctx.Err()
}

// ways decides into how many blocks a picture is averaged, across and down, and what
// does the rest.
func ways(from, to image.Point) (w, h int, scaler draw.Scaler) {
	w, h = blocks(from.X, to.X, residual), blocks(from.Y, to.Y, residual)
	if to.X*h <= maxCells {
		return w, h, draw.CatmullRom
	}
	return blocks(from.X, to.X, 1), blocks(from.Y, to.Y, 1), draw.ApproxBiLinear
}

// blocks is how many blocks a side is averaged to, so that rest is left to the scaler;
// all of its pixels where averaging is not worth it.
func blocks(from, to int, rest float64) int {
	k := int(float64(from) / float64(to) / rest)
	if k < 2 {
		return from
	}
	return int(math.Round(float64(from) / float64(k)))
}

// edges are the n+1 borders of n blocks that share a side as evenly as whole pixels can.
func edges(side, n int) []int {
	e := make([]int, n+1)
	for i := range e {
		e[i] = i * side / n
	}
	return e
}

// plainChroma protects the scaler: it panics on a YCbCr picture whose chroma planes do
// not cover its odd edge.
func plainChroma(src image.Image) image.Image {
	y, ok := src.(*image.YCbCr)
	if !ok {
		return src
	}
	if last := y.COffset(y.Rect.Max.X-1, y.Rect.Max.Y-1); last >= len(y.Cb) || last >= len(y.Cr) {
		return toNRGBA(src)
	}
	return y
}

// shrink averages blocks of pixels, whose borders are xs and ys.
func shrink(ctx context.Context, src image.Image, xs, ys []int) *image.RGBA {
	if y, ok := src.(*image.YCbCr); ok {
		return shrinkYCbCr(ctx, y, xs, ys)
	}
	n := toNRGBA(src)
	dst := image.NewRGBA(image.Rect(0, 0, len(xs)-1, len(ys)-1))
	for oy := range dst.Rect.Dy() {
		if ctx.Err() != nil {
			return dst
		}
		for ox := range dst.Rect.Dx() {
			var r, g, b, a uint64
			for y := ys[oy]; y < ys[oy+1]; y++ {
				row := n.Pix[y*n.Stride+xs[ox]*4 : y*n.Stride+xs[ox+1]*4]
				for ; len(row) >= 4; row = row[4:] {
					alpha := uint64(row[3])
					r, g, b, a = r+uint64(row[0])*alpha, g+uint64(row[1])*alpha, b+uint64(row[2])*alpha, a+alpha
				}
			}
			count := uint64((xs[ox+1] - xs[ox]) * (ys[oy+1] - ys[oy]))
			p, all := dst.Pix[oy*dst.Stride+ox*4:][:4], 255*count
			p[0], p[1], p[2] = uint8((r+all/2)/all), uint8((g+all/2)/all), uint8((b+all/2)/all)
			p[3] = uint8((a + count/2) / count)
		}
	}
	return dst
}

// shrinkYCbCr averages each plane by itself and converts to RGB once for each block.
func shrinkYCbCr(ctx context.Context, src *image.YCbCr, xs, ys []int) *image.RGBA {
	w, h := len(xs)-1, len(ys)-1
	b := src.Rect
	luma := shrinkPlane(ctx, src.Y[src.YOffset(b.Min.X, b.Min.Y):], src.YStride, xs, ys)
	// The chroma planes have their own sizes; one that does not reach the odd edge is
	// read as far as it goes.
	first := src.COffset(b.Min.X, b.Min.Y)
	cw := src.COffset(b.Max.X-1, b.Min.Y) - first + 1
	ch := (src.COffset(b.Min.X, b.Max.Y-1)-first)/max(src.CStride, 1) + 1
	cw = min(cw, src.CStride)
	for ch > 1 && first+(ch-1)*src.CStride+cw > min(len(src.Cb), len(src.Cr)) {
		ch--
	}
	cxs, cys := edges(cw, w), edges(ch, h)
	cb := shrinkPlane(ctx, src.Cb[first:], src.CStride, cxs, cys)
	cr := shrinkPlane(ctx, src.Cr[first:], src.CStride, cxs, cys)
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range luma {
		p := dst.Pix[i*4:][:4]
		p[0], p[1], p[2] = color.YCbCrToRGB(luma[i], cb[i], cr[i])
		p[3] = 255
	}
	return dst
}

// shrinkPlane averages blocks of one plane. A block without a sample of its own, which
// coarse chroma has, takes the one at its place.
func shrinkPlane(ctx context.Context, pix []uint8, stride int, xs, ys []int) []uint8 {
	w := len(xs) - 1
	dst := make([]uint8, w*(len(ys)-1))
	sums := make([]uint32, w)
	for oy := range len(ys) - 1 {
		if ctx.Err() != nil {
			return dst
		}
		clear(sums)
		y0, y1 := ys[oy], max(ys[oy+1], ys[oy]+1)
		for y := y0; y < y1; y++ {
			addRow(sums, pix[y*stride:][:xs[w]], xs)
		}
		for ox, sum := range sums {
			n := uint32(max(xs[ox+1]-xs[ox], 1) * (y1 - y0))
			dst[oy*w+ox] = uint8((sum + n/2) / n)
		}
	}
	return dst
}

// addRow adds the samples of a row to the sums of their blocks.
func addRow(sums []uint32, row []uint8, xs []int) {
	if len(row) == 4*len(sums) {
		addFours(sums, row)
		return
	}
	x := xs[0]
	for i, end := range xs[1:] {
		switch end - x {
		case 0:
			sums[i] += uint32(row[min(x, len(row)-1)])
		case 2:
			sums[i] += uint32(row[x]) + uint32(row[x+1])
		default:
			var sum uint32
			for _, v := range row[x:end] {
				sum += uint32(v)
			}
			sums[i] += sum
		}
		x = end
	}
}

// addFours is addRow for blocks of four samples, two blocks at a time: bytes are added
// in pairs within one word, and then the pairs.
func addFours(sums []uint32, row []uint8) {
	const bytes, pairs = 0x00ff00ff00ff00ff, 0x0000ffff0000ffff
	for len(sums) >= 2 && len(row) >= 8 {
		v := binary.LittleEndian.Uint64(row)
		v = v&bytes + v>>8&bytes
		v = v&pairs + v>>16&pairs
		sums[0] += uint32(v)
		sums[1] += uint32(v >> 32)
		sums, row = sums[2:], row[8:]
	}
	if len(sums) == 1 {
		sums[0] += uint32(row[0]) + uint32(row[1]) + uint32(row[2]) + uint32(row[3])
	}
}

// toNRGBA is the picture without premultiplied alpha, with its corner at 0,0 and its
// pixels without gaps. A picture that is like that already is not copied; a part of
// another one has that one's rows, also where their corners are the same.
func toNRGBA(src image.Image) *image.NRGBA {
	b := src.Bounds()
	if n, ok := src.(*image.NRGBA); ok && b.Min == (image.Point{}) && len(n.Pix) == 4*b.Dx()*b.Dy() {
		return n
	}
	dst := image.NewNRGBA(image.Rectangle{Max: b.Size()})
	switch src := src.(type) {
	case *image.YCbCr:
		for py := range b.Dy() {
			for px := range b.Dx() {
				ci := min(src.COffset(b.Min.X+px, b.Min.Y+py), len(src.Cb)-1, len(src.Cr)-1)
				p := dst.Pix[py*dst.Stride+px*4:][:4]
				p[0], p[1], p[2] = color.YCbCrToRGB(src.Y[src.YOffset(b.Min.X+px, b.Min.Y+py)], src.Cb[ci], src.Cr[ci])
				p[3] = 255
			}
		}
	case *image.NRGBA:
		for y := range b.Dy() {
			copy(dst.Pix[y*dst.Stride:][:dst.Stride], src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.RGBA:
		for y := range b.Dy() {
			plainAlpha(dst.Pix[y*dst.Stride:][:dst.Stride], src.Pix[src.PixOffset(b.Min.X, b.Min.Y+y):])
		}
	default:
		draw.Draw(dst, dst.Rect, src, b.Min, draw.Src)
	}
	return dst
}

// plainAlpha copies premultiplied pixels to ones that are not.
func plainAlpha(dst, src []uint8) {
	for i := 0; i < len(dst); i += 4 {
		p, q := dst[i:][:4], src[i:][:4]
		switch a := uint32(q[3]); a {
		case 255:
			copy(p, q)
		case 0:
		default:
			for k := range 3 {
				p[k] = uint8(min((uint32(q[k])*255+a/2)/a, 255))
			}
			p[3] = q[3]
		}
	}
}

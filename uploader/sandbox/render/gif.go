package render

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/gif"

	"golang.org/x/image/draw"
)

// maxFramePixels bounds an animation: its frames times their pixels.
const maxFramePixels = 100_000_000

// minFramePixels is what a frame counts for at the least: however small, each one costs
// a picture's worth of work.
const minFramePixels = 4_000

// gifFrames counts the frames of a GIF by walking over its blocks, without unpacking
// anything. It reads blocks as image/gif does, or a file could hide frames from it. A
// damaged file counts as far as it can be walked; the decoder comes no further.
func gifFrames(b []byte) int {
	if len(b) < 13 {
		return 0
	}
	at, frames := 13, 0
	if b[10]&0x80 != 0 {
		at += 3 << (b[10]&7 + 1)
	}
	skip := func() {
		for at < len(b) && b[at] != 0 {
			at += int(b[at]) + 1
		}
		at++
	}
	for at+1 < len(b) {
		switch {
		case b[at] == 0x21 && b[at+1] == 0x01: // plain text: 13 bytes, whatever their first says
			at += 2 + 13
			skip()
		case b[at] == 0x21 && b[at+1] == 0xff: // an application: its name, also one of no length
			if at+2 >= len(b) {
				return frames
			}
			at += 3 + int(b[at+2])
			skip()
		case b[at] == 0x21: // another extension is all blocks
			at += 2
			skip()
		case b[at] == 0x2c: // a frame
			frames++
			if at+9 >= len(b) {
				return frames
			}
			flags := b[at+9]
			at += 10
			if flags&0x80 != 0 {
				at += 3 << (flags&7 + 1)
			}
			at++ // the code size
			skip()
		default:
			return frames
		}
	}
	return frames
}

// onScreen is a picture on the whole of its GIF's screen; a frame may be smaller.
func onScreen(m image.Image, screen image.Point) *image.NRGBA {
	dst := image.NewNRGBA(image.Rectangle{Max: screen})
	draw.Draw(dst, m.Bounds(), m, m.Bounds().Min, draw.Src)
	return dst
}

// animate makes a picture of every frame of a GIF. Frames are put together first, as a
// viewer shows them.
func (c Chain) animate(ctx context.Context, data []byte) (Image, error) {
	in, err := gif.DecodeAll(newReader(ctx, data))
	if err := ctx.Err(); err != nil {
		return Image{}, err
	}
	if err != nil || len(in.Image) == 0 {
		return Image{}, errImage()
	}
	screen := image.Pt(in.Config.Width, in.Config.Height)
	canvas := image.NewNRGBA(image.Rectangle{Max: screen})
	out := &gif.GIF{Delay: in.Delay, LoopCount: in.LoopCount}
	for i, frame := range in.Image {
		before := bytes.Clone(canvas.Pix)
		draw.Draw(canvas, frame.Bounds(), frame, frame.Bounds().Min, draw.Over)
		done, err := c.run(ctx, onScreen(canvas, screen), "gif")
		if err != nil {
			return Image{}, err
		}
		if s := done.Rect.Size(); s.X*s.Y*len(in.Image) > maxFramePixels {
			return Image{}, refuse("Image is too large. Maximum is 100 megapixels in all frames")
		}
		p, err := paletted(ctx, done)
		if err != nil {
			return Image{}, err
		}
		out.Image = append(out.Image, p)
		out.Disposal = append(out.Disposal, gif.DisposalBackground)
		switch in.Disposal[i] {
		case gif.DisposalBackground:
			draw.Draw(canvas, frame.Bounds(), image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			copy(canvas.Pix, before)
		}
	}
	var b bytes.Buffer
	err = gif.EncodeAll(&writer{ctx, &b}, out)
	if ctx.Err() != nil {
		return Image{}, ctx.Err()
	}
	if err != nil {
		return Image{}, errImage()
	}
	s := out.Image[0].Rect.Size()
	return Image{Data: b.Bytes(), Width: s.X, Height: s.Y, Format: "gif"}, nil
}

// bin is a cell of the colour cube, 5 bits for each of red, green and blue, with the
// pixels in it.
type bin struct {
	n   int64
	sum [3]int64
	at  [3]uint8
	key int
}

func binOf(p []uint8) int { return int(p[0]>>3)<<10 | int(p[1]>>3)<<5 | int(p[2]>>3) }

// paletted reduces a picture to 255 colours, chosen for it by median cut, and one that
// is transparent. What is less than half opaque becomes transparent.
func paletted(ctx context.Context, n *image.NRGBA) (*image.Paletted, error) {
	cube := make([]bin, 1<<15)
	for i := 0; i < len(n.Pix); i += 4 {
		p := n.Pix[i:][:4]
		if p[3] < 128 {
			continue
		}
		c := &cube[binOf(p)]
		c.n++
		for k := range 3 {
			c.sum[k] += int64(p[k])
		}
	}
	boxes := medianCut(cube, 255)
	colors := color.Palette{color.NRGBA{}}
	index := make([]uint8, len(cube))
	for _, box := range boxes {
		for _, c := range box {
			index[c.key] = uint8(len(colors))
		}
		colors = append(colors, meanColor(box))
	}
	dst := image.NewPaletted(n.Rect, colors)
	for i := range dst.Pix {
		if p := n.Pix[i*4:][:4]; p[3] >= 128 {
			dst.Pix[i] = index[binOf(p)]
		}
	}
	return dst, ctx.Err()
}

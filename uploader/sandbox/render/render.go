package render

import (
	"bytes"
	"context"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"

	"github.com/HugoSmits86/nativewebp"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // decodes WebP
)

// maxFramePixels bounds an animation: its frames times their pixels.
const maxFramePixels = 100_000_000

// Info is what the head of a picture says.
type Info struct {
	Width, Height int
	// Format is jpg, png, gif or webp.
	Format string
	// Frames is 1, or the number of frames of a GIF.
	Frames int
}

// Image is a picture that was made.
type Image struct {
	Data          []byte
	Width, Height int
	Format        string
}

// errImage is the service's word for whatever it cannot read.
func errImage() error { return refuse("Invalid image file") }

// Probe reads the head of a picture and decodes nothing else of it, so that a picture
// that only claims to be huge costs nothing. The error is an [*Error].
func Probe(data []byte) (Info, error) {
	cfg, name, err := image.DecodeConfig(bytes.NewReader(data))
	f, ok := formats[name]
	if err != nil || !ok || cfg.Width < 1 || cfg.Height < 1 {
		return Info{}, errImage()
	}
	info := Info{Width: cfg.Width, Height: cfg.Height, Format: f, Frames: 1}
	if f == "gif" {
		info.Frames = max(gifFrames(data), 1)
	}
	return info, nil
}

// gifFrames counts the frames of a GIF by walking over its blocks, without unpacking
// anything. A damaged file counts as far as it can be walked.
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
	for at < len(b) {
		switch b[at] {
		case 0x21: // an extension
			at += 2
			skip()
		case 0x2c: // a frame
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

// ContentType is the media type of a format; application/octet-stream for another.
func ContentType(format string) string {
	switch formats[format] {
	case "jpg":
		return "image/jpeg"
	case "":
		return "application/octet-stream"
	}
	return "image/" + formats[format]
}

// Apply makes a picture. The format is the chain's own, or else outFormat, or else
// that of data. It ends early when ctx does. Refusals are an [*Error].
func Apply(ctx context.Context, data []byte, c Chain, outFormat string) (Image, error) {
	info, err := Probe(data)
	if err != nil {
		return Image{}, err
	}
	if info.Width*info.Height > MaxPixels || info.Frames*info.Width*info.Height > maxFramePixels {
		return Image{}, refuse("Image is too large. Maximum is 40 megapixels")
	}
	format := c.format
	if format == "" {
		format = formats[outFormat]
	}
	if format == "" {
		format = info.Format
	}
	if format == "gif" && info.Frames > 1 {
		return c.animate(ctx, data)
	}
	src, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return Image{}, errImage()
	}
	out, err := c.run(ctx, src, format != "jpg")
	if err != nil {
		return Image{}, err
	}
	encoded, err := encode(out, format, c.quality())
	if err != nil {
		return Image{}, err
	}
	s := out.Bounds().Size()
	return Image{Data: encoded, Width: s.X, Height: s.Y, Format: format}, ctx.Err()
}

// quality is the last one that was asked for.
func (c Chain) quality() int {
	q := 82
	for _, s := range c.steps {
		if s.quality > 0 {
			q = s.quality
		}
	}
	return q
}

// run applies the steps. alpha is true where the format can be transparent.
func (c Chain) run(ctx context.Context, src image.Image, alpha bool) (image.Image, error) {
	initial := src.Bounds().Size()
	for _, s := range c.steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		next, err := s.draw(src, initial, alpha)
		if err != nil {
			return nil, err
		}
		src = next
	}
	return src, ctx.Err()
}

// encode writes a picture. What JPEG cannot keep transparent becomes white.
func encode(m image.Image, format string, quality int) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch format {
	case "jpg":
		if n, ok := m.(*image.NRGBA); ok && !n.Opaque() {
			m = flattened(n, rgba{R: 255, G: 255, B: 255, A: 255})
		}
		err = jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
	case "gif":
		err = gif.Encode(&b, m, nil)
	case "webp":
		err = nativewebp.Encode(&b, toNRGBA(m), nil) // without loss
	default:
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, m)
	}
	if err != nil {
		return nil, errImage()
	}
	return b.Bytes(), nil
}

// animate makes a picture of every frame of a GIF. Frames are put together first, as a
// viewer shows them; the result has 256 fixed colours.
func (c Chain) animate(ctx context.Context, data []byte) (Image, error) {
	in, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil || len(in.Image) == 0 {
		return Image{}, errImage()
	}
	screen := image.Rect(0, 0, in.Config.Width, in.Config.Height)
	canvas := image.NewNRGBA(screen)
	out := &gif.GIF{Delay: in.Delay, LoopCount: in.LoopCount}
	for i, frame := range in.Image {
		before := append([]uint8(nil), canvas.Pix...)
		draw.Draw(canvas, frame.Bounds(), frame, frame.Bounds().Min, draw.Over)
		shown := image.NewNRGBA(screen)
		copy(shown.Pix, canvas.Pix)
		done, err := c.run(ctx, shown, true)
		if err != nil {
			return Image{}, err
		}
		p := image.NewPaletted(done.Bounds(), append(palette.Plan9[:255:255], image.Transparent.C))
		draw.FloydSteinberg.Draw(p, p.Bounds(), done, done.Bounds().Min)
		out.Image = append(out.Image, p)
		out.Disposal = append(out.Disposal, gif.DisposalBackground)
		switch i := in.Disposal[i]; i {
		case gif.DisposalBackground:
			draw.Draw(canvas, frame.Bounds(), image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			copy(canvas.Pix, before)
		}
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, out); err != nil {
		return Image{}, errImage()
	}
	s := out.Image[0].Bounds().Size()
	return Image{Data: b.Bytes(), Width: s.X, Height: s.Y, Format: "gif"}, nil
}

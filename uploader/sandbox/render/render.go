package render

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strconv"

	"golang.org/x/image/bmp"
)

// Info is what the head of a picture says.
type Info struct {
	Width, Height int
	// Format is jpg, png, gif, webp, bmp or ico.
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

// check refuses a picture above MaxPixels. It divides, for the product of two sides of a
// PNG may not fit.
func (i Info) check() error {
	if i.Width > MaxPixels/i.Height {
		return tooLarge(image.Pt(i.Width, i.Height))
	}
	return nil
}

// ContentType is the media type of a format; application/octet-stream for another.
func ContentType(format string) string {
	switch formats[format] {
	case "jpg":
		return "image/jpeg"
	case "ico":
		return "image/x-icon"
	case "":
		return "application/octet-stream"
	}
	return "image/" + formats[format]
}

// Apply makes a picture. The format is the chain's own, or else outFormat, or else
// that of data. It ends early when ctx does, with its error. Refusals are an [*Error].
func Apply(ctx context.Context, data []byte, c Chain, outFormat string) (Image, error) {
	info, err := Probe(data)
	if err != nil {
		return Image{}, err
	}
	if err := info.check(); err != nil {
		return Image{}, err
	}
	if info.Frames > 1 && info.Frames > maxFramePixels/max(info.Width*info.Height, minFramePixels) {
		return Image{}, refuse("Image is too large. Maximum is 100 megapixels in all frames")
	}
	format := cmp.Or(c.format, formats[outFormat], info.Format)
	if format == "gif" && info.Frames > 1 {
		return c.animate(ctx, data)
	}
	out, err := c.still(ctx, data, info, format)
	if err != nil {
		return Image{}, err
	}
	return c.encoded(ctx, out, format)
}

// encoded writes a picture in a format, with the chain's quality.
func (c Chain) encoded(ctx context.Context, n *image.NRGBA, format string) (Image, error) {
	data, err := encode(ctx, n, format, c.quality())
	if err != nil {
		return Image{}, err
	}
	s := n.Rect.Size()
	return Image{Data: data, Width: s.X, Height: s.Y, Format: format}, nil
}

// still draws one picture: upright, and with the chain's steps.
func (c Chain) still(ctx context.Context, data []byte, info Info, format string) (*image.NRGBA, error) {
	src, err := decode(ctx, data, info)
	if err != nil {
		return nil, err
	}
	if turns := upright[orientation(data)]; turns != nil && !c.ignoresOrientation() {
		n := toNRGBA(src)
		for _, a := range turns {
			if n, err = rotated(ctx, n, a); err != nil {
				return nil, err
			}
		}
		src = n
	}
	return c.run(ctx, src, format)
}

// decode unpacks a picture whose head was looked at.
func decode(ctx context.Context, data []byte, info Info) (image.Image, error) {
	src, _, err := image.Decode(newReader(ctx, data))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, errImage()
	}
	screen := image.Pt(info.Width, info.Height)
	if info.Format == "gif" {
		return onScreen(src, screen), nil
	}
	if src.Bounds().Size() != screen {
		return nil, errImage()
	}
	return src, nil
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

func (c Chain) ignoresOrientation() bool {
	return slices.ContainsFunc(c.steps, func(s component) bool { return slices.Contains(s.angles, "ignore") })
}

// run applies the steps to a picture that goes out in a format.
func (c Chain) run(ctx context.Context, src image.Image, format string) (*image.NRGBA, error) {
	initial := src.Bounds().Size()
	for _, s := range c.steps {
		next, err := s.draw(ctx, src, initial, format != "jpg")
		if err != nil {
			return nil, err
		}
		src = next
	}
	return toNRGBA(src), ctx.Err()
}

// maxSide is the longest side that a format has room for.
var maxSide = map[string]int{"jpg": 65535, "png": 1 << 31, "gif": 65535, "webp": 16384, "bmp": 32767, "ico": 256}

// encode writes a picture. What JPEG cannot keep transparent becomes white.
func encode(ctx context.Context, n *image.NRGBA, format string, quality int) ([]byte, error) {
	if s := n.Rect.Size(); max(s.X, s.Y) > maxSide[format] {
		return nil, refuse("Image is too large - ", sizeText(s), " pixels. Maximum for ", format, " is ", strconv.Itoa(maxSide[format]), " on a side")
	}
	var b bytes.Buffer
	w := &writer{ctx, &b}
	var err error
	switch format {
	case "jpg":
		if !n.Opaque() {
			n = flattened(n, rgba{R: 255, G: 255, B: 255, A: 255})
		}
		// Without transparency the two layouts are one, and the encoder is quick with this.
		err = jpeg.Encode(w, &image.RGBA{Pix: n.Pix, Stride: n.Stride, Rect: n.Rect}, &jpeg.Options{Quality: quality})
	case "gif":
		var p *image.Paletted
		if p, err = paletted(ctx, n); err == nil {
			err = gif.EncodeAll(w, &gif.GIF{Image: []*image.Paletted{p}, Delay: []int{0}})
		}
	case "bmp":
		err = bmp.Encode(w, n)
	case "webp":
		err = encodeWebP(ctx, w, n)
	default:
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, n)
	}
	if format == "ico" {
		out := b.Bytes()
		b = *bytes.NewBuffer(append(iconHead(n.Rect.Size(), len(out)), out...))
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, errImage()
	}
	return b.Bytes(), nil
}

// newReader reads data until ctx ends.
func newReader(ctx context.Context, data []byte) io.Reader {
	return &reader{ctx, bytes.NewReader(data)}
}

type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// writer takes what is written until ctx ends.
type writer struct {
	ctx context.Context
	w   io.Writer
}

func (w *writer) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.w.Write(p)
}

// tooLarge refuses a picture above MaxPixels.
func tooLarge(s image.Point) error {
	return refuse("Image is too large - ", sizeText(s), " pixels. Maximum is 40 megapixels")
}

func sizeText(s image.Point) string { return strconv.Itoa(s.X) + "x" + strconv.Itoa(s.Y) }

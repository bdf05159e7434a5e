package render

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	"image/gif"
)

// Pictures are several pictures, of which one at a time is in memory.
type Pictures interface {
	Len() int
	// At reads the picture at a place.
	At(i int) ([]byte, error)
}

// Sprite draws pictures below each other, each with the chain's steps, and tells where
// each one is. The format is the chain's own, or else png.
func Sprite(ctx context.Context, pictures Pictures, c Chain) (Image, []image.Rectangle, error) {
	format := "png"
	if c.format != "" {
		format = c.format
	}
	var drawn []*image.NRGBA
	var places []image.Rectangle
	var all image.Point
	for i := range pictures.Len() {
		n, err := c.one(ctx, pictures, i, format)
		if err != nil {
			return Image{}, nil, err
		}
		s := n.Rect.Size()
		places = append(places, image.Rect(0, all.Y, s.X, all.Y+s.Y))
		all = image.Pt(max(all.X, s.X), all.Y+s.Y)
		if all.X > MaxPixels/all.Y {
			return Image{}, nil, tooLarge(all)
		}
		drawn = append(drawn, n)
	}
	if len(drawn) == 0 {
		return Image{}, nil, errImage()
	}
	canvas := image.NewNRGBA(image.Rectangle{Max: all})
	for i, n := range drawn {
		draw.Draw(canvas, places[i], n, n.Rect.Min, draw.Src)
	}
	out, err := c.encoded(ctx, canvas, format)
	return out, places, err
}

// filmDelay is how long each picture of a film stays, in hundredths of a second.
const filmDelay = 100

// Film makes an animated GIF of pictures, each with the chain's steps. It is as large as
// the first; others are cut off there, or leave room.
func Film(ctx context.Context, pictures Pictures, c Chain) (Image, error) {
	out := &gif.GIF{}
	var screen image.Point
	for i := range pictures.Len() {
		n, err := c.one(ctx, pictures, i, "gif")
		if err != nil {
			return Image{}, err
		}
		if len(out.Image) == 0 {
			screen = n.Rect.Size()
			if max(screen.X, screen.Y) > maxSide["gif"] {
				return Image{}, tooLarge(screen)
			}
		}
		if screen.X*screen.Y*(len(out.Image)+1) > maxFramePixels {
			return Image{}, refuse("Image is too large. Maximum is 100 megapixels in all frames")
		}
		p, err := paletted(ctx, onScreen(n, screen))
		if err != nil {
			return Image{}, err
		}
		out.Image = append(out.Image, p)
		out.Delay = append(out.Delay, filmDelay)
		out.Disposal = append(out.Disposal, gif.DisposalBackground)
	}
	if len(out.Image) == 0 {
		return Image{}, errImage()
	}
	var b bytes.Buffer
	err := gif.EncodeAll(&writer{ctx, &b}, out)
	if ctx.Err() != nil {
		return Image{}, ctx.Err()
	}
	if err != nil {
		return Image{}, errImage()
	}
	return Image{Data: b.Bytes(), Width: screen.X, Height: screen.Y, Format: "gif"}, nil
}

// one draws the first frame of a picture, within the bounds.
func (c Chain) one(ctx context.Context, pictures Pictures, i int, format string) (*image.NRGBA, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	data, err := pictures.At(i)
	if err != nil {
		return nil, err
	}
	info, err := Probe(data)
	if err != nil {
		return nil, err
	}
	if err := info.check(); err != nil {
		return nil, err
	}
	return c.still(ctx, data, info, format)
}

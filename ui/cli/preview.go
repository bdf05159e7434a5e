package cli

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"time"

	"signpost/ui"
	"signpost/uploader"
	"signpost/uploader/catalog"
	"signpost/uploader/sandbox/render"
)

// previewTime and previewBytes bound what a preview may cost.
const (
	previewTime  = 3 * time.Second
	previewBytes = 16 << 20
)

// preview makes what the transformation makes of the file, where that is a picture on
// this machine, and else of the sample picture.
func preview(transformation string, file uploader.File) (ui.Picture, error) {
	items, _ := catalog.ParseEager(transformation)
	if len(items) != 1 {
		return ui.Picture{}, fmt.Errorf("preview: one transformation at a time")
	}
	chain, err := render.Parse(transformation)
	if err != nil {
		return ui.Picture{}, err
	}
	data, of := render.Sample(), "the sample picture"
	if local, err := readPicture(file); err == nil {
		data, of = local, file.Name
	}
	ctx, cancel := context.WithTimeout(context.Background(), previewTime)
	defer cancel()
	made, err := render.Apply(ctx, data, chain, "")
	if err != nil {
		return ui.Picture{}, err
	}
	p := ui.Picture{Width: made.Width, Height: made.Height, Bytes: len(made.Data), Of: of}
	p.Small, p.SmallWidth, err = small(ctx, made.Data)
	return p, err
}

// lookAt makes a small picture of a file.
func lookAt(path string) (ui.Picture, error) {
	data, err := readPicture(uploader.File{Kind: uploader.FilePath, Path: path})
	if err != nil {
		return ui.Picture{}, err
	}
	info, err := render.Probe(data)
	if err != nil {
		return ui.Picture{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), previewTime)
	defer cancel()
	p := ui.Picture{Width: info.Width, Height: info.Height, Bytes: len(data)}
	p.Small, p.SmallWidth, err = small(ctx, data)
	return p, err
}

// small are the pixels of a picture, shrunk to what a terminal can show.
func small(ctx context.Context, data []byte) ([]uint32, int, error) {
	chain, err := render.Parse("c_limit,w_64,h_64/png")
	if err != nil {
		return nil, 0, err
	}
	thumb, err := render.Apply(ctx, data, chain, "png")
	if err != nil {
		return nil, 0, err
	}
	decoded, err := png.Decode(bytes.NewReader(thumb.Data))
	if err != nil {
		return nil, 0, err
	}
	px, width := pixels(decoded)
	return px, width, nil
}

// pixels are the colours of a picture over grey, where it is transparent.
func pixels(m image.Image) ([]uint32, int) {
	b := m.Bounds()
	all := make([]uint32, 0, b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, a := m.At(x, y).RGBA()
			over := func(c uint32) uint32 { return (c + (0xffff-a)*0x80/0xff) >> 8 & 0xff }
			all = append(all, over(r)<<16|over(g)<<8|over(bl))
		}
	}
	return all, b.Dx()
}

// readPicture reads a local file that looks like a picture, as far as it is small.
func readPicture(file uploader.File) ([]byte, error) {
	if file.Kind != uploader.FilePath {
		return nil, os.ErrNotExist
	}
	info, err := os.Stat(file.Path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > previewBytes {
		return nil, os.ErrInvalid
	}
	f, err := os.Open(file.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, previewBytes))
	if err != nil {
		return nil, err
	}
	_, err = render.Probe(data)
	return data, err
}

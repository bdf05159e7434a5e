package sandbox

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"

	"signpost/uploader/sandbox/render"
)

// mostLooked bounds what is read of a file for its metadata.
const mostLooked = 256 << 10

// details adds to an answer what is only told where it was asked for.
func (c *call) details(answer *uploadAnswer, a *asset, o *order) {
	answer.Breakpoints = c.breakpointAnswers(a, o.sets)
	if o.p.flag("faces", false) || o.p.get("face_coordinates") != "" {
		answer.Faces = a.faces
	}
	if o.p.flag("quality_analysis", false) && a.kind == "image" {
		answer.Quality = c.quality(a)
		answer.Notes = append(answer.Notes[:len(answer.Notes):len(answer.Notes)], "quality_analysis.focus is a measure of the sandbox's own")
	}
	if o.p.flag("colors", false) && a.kind == "image" {
		c.colors(answer, a)
	}
	if o.p.flag("accessibility_analysis", false) {
		answer.Accessibility = &analysis{}
	}
	if o.p.flag("cinemagraph_analysis", false) && a.kind == "image" {
		answer.Cinemagraph = &analysis{}
		if a.format != "gif" && a.format != "webp" { // nothing moves in them
			answer.Cinemagraph.CinemagraphScore = new(float64)
		}
	}
	image, media := o.p.flag("image_metadata", false) || o.p.flag("exif", false), o.p.flag("media_metadata", false)
	if !image && !media {
		return
	}
	read := a.look()
	if image {
		answer.ImageMetadata = read
	}
	if media {
		answer.MediaMetadata = read
	}
	answer.Notes = append(answer.Notes[:len(answer.Notes):len(answer.Notes)], "the sandbox reads size, resolution and a few Exif tags only")
}

// seen looks at a picture, within a picture's time. What takes too long, or cannot be
// read, is not told.
func (c *call) seen(a *asset, look func(ctx context.Context, data []byte) error) {
	_ = c.s.work(c.r.Context(), func() error {
		data, err := a.blob.bytes()
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(c.r.Context(), c.s.o.Limits.Render)
		defer cancel()
		return look(ctx, data)
	})
}

func (c *call) quality(a *asset) *analysis {
	out := &analysis{}
	c.seen(a, func(ctx context.Context, data []byte) error {
		focus, err := render.Focus(ctx, data)
		if err == nil { // with its point, even where it is whole: clients read a fraction
			out.Focus = json.Number(strconv.FormatFloat(focus, 'f', 2, 64))
		}
		return err
	})
	return out
}

// colors tells of a picture's colours. The form of the answer: cloudinary-go
// api/uploader/upload_asset.go, documentation/image_upload_api_reference.
func (c *call) colors(answer *uploadAnswer, a *asset) {
	shares := func(list []render.Color) [][]any {
		out := make([][]any, 0, len(list))
		for _, one := range list {
			out = append(out, []any{one.Name, math.Round(one.Percent*10) / 10})
		}
		return out
	}
	c.seen(a, func(ctx context.Context, data []byte) error {
		all, named, err := render.Colors(ctx, data)
		if err == nil {
			answer.Colors, answer.Predominant = shares(all), map[string][][]any{"google": shares(named)}
			answer.Notes = append(answer.Notes[:len(answer.Notes):len(answer.Notes)], "the names of predominant colors are the sandbox's own reading")
		}
		return err
	})
}

// look reads what a file says of itself.
func (a *asset) look() map[string]string {
	read := map[string]string{"FileSize": strconv.FormatInt(a.blob.size, 10)}
	if a.format != "" {
		read["Format"] = a.format
	}
	if a.kind != "image" {
		return read
	}
	read["ImageWidth"], read["ImageHeight"] = strconv.Itoa(a.width), strconv.Itoa(a.height)
	head := a.blob.head(mostLooked)
	switch a.format {
	case "png":
		pngLook(head, read)
	case "jpg":
		for name, value := range render.Exif(head) {
			read[name] = value
		}
		if len(head) > 18 && string(head[2:4]) == "\xff\xe0" && string(head[6:11]) == "JFIF\x00" && head[13] == 1 && read["XResolution"] == "" {
			setResolution(read, float64(binary.BigEndian.Uint16(head[14:])), float64(binary.BigEndian.Uint16(head[16:])))
		}
	}
	return read
}

// pngColors are the colour types of PNG. Source: its specification, section 11.2.1.
var pngColors = map[byte]string{0: "Grayscale", 2: "RGB", 3: "Palette", 4: "Grayscale with Alpha", 6: "RGB with Alpha"}

// pngLook reads the resolution of a PNG, pixels a metre, and its colours.
func pngLook(b []byte, read map[string]string) {
	for at := 8; at+12 <= len(b); {
		size := int64(binary.BigEndian.Uint32(b[at:]))
		kind := string(b[at+4 : at+8])
		if int64(at)+12+size > int64(len(b)) || kind == "IDAT" {
			return
		}
		data := b[at+8 : int64(at)+8+size]
		switch {
		case kind == "IHDR" && len(data) >= 10:
			read["BitDepth"] = strconv.Itoa(int(data[8]))
			if kind := pngColors[data[9]]; kind != "" {
				read["ColorType"] = kind
			}
		case kind == "pHYs" && len(data) == 9 && data[8] == 1:
			setResolution(read, float64(binary.BigEndian.Uint32(data))*0.0254, float64(binary.BigEndian.Uint32(data[4:]))*0.0254)
		}
		at += 12 + int(size)
	}
}

// setResolution notes dots an inch.
func setResolution(read map[string]string, x, y float64) {
	read["XResolution"], read["YResolution"] = strconv.FormatFloat(x, 'f', -1, 64), strconv.FormatFloat(y, 'f', -1, 64)
	read["ResolutionUnit"] = "inches"
	if x == y {
		read["DPI"] = strconv.FormatFloat(x, 'f', 0, 64)
	}
}

package sandbox

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"signpost/uploader/sandbox/render"
)

// media is what a file is.
type media struct {
	kind, format  string
	width, height int
}

// videoFormatOf tells a video or sound file by its first bytes, or returns nothing. Only
// the container is read.
func videoFormatOf(head []byte) string {
	at := func(i int, text string) bool {
		return len(head) >= i+len(text) && string(head[i:i+len(text)]) == text
	}
	switch {
	case at(4, "ftypqt"):
		return "mov"
	case at(4, "ftypM4A"):
		return "m4a"
	case at(4, "ftyp"):
		return "mp4"
	case at(4, "moov"), at(4, "mdat"), at(4, "wide"):
		return "mov"
	case at(0, "\x1a\x45\xdf\xa3") && bytes.Contains(head, []byte("webm")):
		return "webm"
	case at(0, "\x1a\x45\xdf\xa3"):
		return "mkv"
	case at(0, "RIFF") && at(8, "AVI "):
		return "avi"
	case at(0, "RIFF") && at(8, "WAVE"):
		return "wav"
	case at(0, "OggS"):
		return "ogg"
	case at(0, "FLV\x01"):
		return "flv"
	case at(0, "ID3"), at(0, "\xff\xfb"), at(0, "\xff\xf3"):
		return "mp3"
	case at(0, "\x00\x00\x01\xba"), at(0, "\x00\x00\x01\xb3"):
		return "mpeg"
	}
	return ""
}

// extension is a file name's extension in lower case, without its dot.
func extension(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
}

// sameFormat compares two extensions.
func sameFormat(a, b string) bool { return plainFormat(a) == plainFormat(b) }

// plainFormat is an extension in lower case; jpeg is jpg.
func plainFormat(f string) string {
	if f = strings.ToLower(strings.TrimPrefix(f, ".")); f == "jpeg" || f == "jpe" {
		return "jpg"
	}
	return f
}

// recognise finds out what the file is, and refuses what it may not be.
func (s *Server) recognise(ctx context.Context, o *order, kind string) error {
	b := o.file.blob
	if b.size == 0 {
		return fail(emptyFile)
	}
	if name := o.p.get("filename_override"); name != "" {
		o.file.name = name
	}
	var err error
	if o.media, err = s.probe(ctx, b, kind, o.file.name); err != nil {
		return err
	}
	allowed := o.p.list("allowed_formats")
	final := o.media
	if o.format != "" && final.kind == "image" {
		final.format = o.format // it is converted first (cloudinary_npm uploader_spec.js)
	}
	if len(allowed) > 0 && !slices.ContainsFunc(allowed, func(f string) bool { return sameFormat(f, final.format) }) {
		return notAllowed(final)
	}
	o.key.kind = o.media.kind
	o.key.id, err = s.publicID(o.p, o.media.kind, o.file.name)
	return err
}

// notAllowed is the refusal of a format that allowed_formats does not name.
func notAllowed(m media) error {
	switch {
	case m.format == "":
		return fail(unknownFormat)
	case m.kind == "image":
		return fail(imageFormat, m.format)
	case m.kind == "video":
		return fail(videoFormat, m.format)
	}
	return fail(rawFormat, m.format)
}

// probe tells what a file is; kind auto means whatever it turns out to be.
func (s *Server) probe(ctx context.Context, b *blob, kind, name string) (media, error) {
	head := b.head(512)
	if kind == "auto" {
		switch {
		case isPicture(head):
			if m, err := s.probe(ctx, b, "image", name); err == nil || !isFault(err, invalidImage) {
				return m, err
			}
			kind = "raw"
		case videoFormatOf(head) != "":
			kind = "video"
		default:
			kind = "raw"
		}
	}
	switch kind {
	case "video":
		m := media{kind: kind, format: videoFormatOf(head)}
		if m.format == "" {
			return m, fail(invalidVideo)
		}
		return m, tooLarge(b, s.o.Limits.Video)
	case "raw":
		return media{kind: kind, format: extension(name)}, nil
	}
	if err := tooLarge(b, s.o.Limits.Image); err != nil {
		return media{}, err
	}
	return s.probeImage(ctx, b)
}

// probeImage reads a picture's size without decoding it, and refuses pixel floods.
func (s *Server) probeImage(ctx context.Context, b *blob) (media, error) {
	var info render.Info
	err := s.work(ctx, func() error {
		data, err := b.bytes()
		if err != nil {
			return err
		}
		if info, err = render.Probe(data); err != nil {
			return fail(invalidImage)
		}
		return nil
	})
	if err != nil {
		return media{}, err
	}
	pixels := int64(info.Width) * int64(info.Height)
	l := s.o.Limits
	if pixels > l.Pixels {
		return media{}, fail(pictureTooLarge, l.Pixels/1e6, float64(pixels)/1e6)
	}
	if all := pixels * int64(max(info.Frames, 1)); all > l.FramePixels {
		return media{}, fail(pictureTooLarge, l.FramePixels/1e6, float64(all)/1e6)
	}
	return media{kind: "image", format: info.Format, width: info.Width, height: info.Height}, nil
}

// isPicture reports whether a file begins like one of the picture formats.
func isPicture(head []byte) bool {
	switch http.DetectContentType(head) {
	case "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/x-icon":
		return true
	}
	return false
}

// tooLarge refuses a file above a bound.
func tooLarge(b *blob, limit int64) error {
	if b.size > limit {
		return fail(fileTooLarge, b.size, limit)
	}
	return nil
}

// isFault reports whether an error is that line of the table.
func isFault(err error, f fault) bool {
	var r *refusal
	return errors.As(err, &r) && r.fault == f
}

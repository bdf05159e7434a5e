package sandbox

import (
	"bytes"
	"path"
	"strings"
)

// media is what a file is.
type media struct {
	kind, format  string
	width, height int
	frames        int
}

// videoFormat tells a video or sound file by its first bytes, or returns nothing. Only
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

// sameFormat compares two extensions; jpeg is jpg.
func sameFormat(a, b string) bool {
	norm := func(f string) string {
		if f = strings.ToLower(strings.TrimPrefix(f, ".")); f == "jpeg" || f == "jpe" {
			return "jpg"
		}
		return f
	}
	return norm(a) == norm(b)
}

package render

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// exifOf is the Exif data of a JPEG, without its name; nil where there is none.
func exifOf(b []byte) []byte {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return nil
	}
	for b = b[2:]; len(b) >= 4 && b[0] == 0xff && b[1] != 0xda; {
		size := int(binary.BigEndian.Uint16(b[2:]))
		if size < 2 || 2+size > len(b) {
			return nil
		}
		if exif, ok := bytes.CutPrefix(b[4:2+size], []byte("Exif\x00\x00")); ok && b[1] == 0xe1 {
			return exif
		}
		b = b[2+size:]
	}
	return nil
}

// orientation is the value of that name in a JPEG's Exif data, 1 to 8; 1 (upright) where
// there is none or it is damaged. Source: Exif 2.3, tag 0x0112; TIFF 6.0, section 2.
func orientation(b []byte) int {
	found := 1
	eachTag(exifOf(b), func(e tag) bool {
		if e.id != 0x0112 || e.kind != 3 {
			return true
		}
		if v := int(e.order.Uint16(e.value)); v >= 1 && v <= 8 {
			found = v
		}
		return false
	})
	return found
}

// exifNames are the tags of the first directory that [Exif] reads. Source: TIFF 6.0.
var exifNames = map[uint16]string{
	0x010e: "ImageDescription", 0x010f: "Make", 0x0110: "Model", 0x0112: "Orientation", 0x011a: "XResolution", 0x011b: "YResolution",
	0x0128: "ResolutionUnit", 0x0131: "Software", 0x0132: "ModifyDate", 0x013b: "Artist", 0x8298: "Copyright",
}

// exifText is how long a text may be.
const exifText = 256

// Exif reads a few tags of a JPEG's Exif data: texts, whole numbers and fractions.
func Exif(data []byte) map[string]string {
	exif := exifOf(data)
	read := map[string]string{}
	eachTag(exif, func(e tag) bool {
		if name := exifNames[e.id]; name != "" {
			if text := e.text(exif); text != "" {
				read[name] = text
			}
		}
		return true
	})
	return read
}

// tag is an entry of a directory. value has four bytes: the value, or where it stands.
type tag struct {
	order    binary.ByteOrder
	id, kind uint16
	count    uint32
	value    []byte
}

// eachTag goes over the first directory of TIFF data until f has enough.
func eachTag(b []byte, f func(e tag) bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return
	}
	if len(b) < 8 {
		return
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return
	}
	count := int(order.Uint16(b[at:]))
	for entry := b[at+2:]; count > 0 && len(entry) >= 12; count, entry = count-1, entry[12:] {
		if !f(tag{order, order.Uint16(entry), order.Uint16(entry[2:]), order.Uint32(entry[4:]), entry[8:12]}) {
			return
		}
	}
}

// text is the value in words; nothing where it is of another kind, or damaged.
func (e tag) text(b []byte) string {
	far := func(n int64) []byte {
		at := int64(e.order.Uint32(e.value))
		if at+n > int64(len(b)) {
			return nil
		}
		return b[at : at+n]
	}
	switch e.kind {
	case 2: // ASCII
		raw := e.value
		if e.count > 4 {
			raw = far(min(int64(e.count), exifText))
		} else {
			raw = raw[:e.count]
		}
		text, _, _ := strings.Cut(string(raw), "\x00")
		return strings.ToValidUTF8(strings.TrimSpace(text), "")
	case 3: // SHORT
		return strconv.Itoa(int(e.order.Uint16(e.value)))
	case 5: // RATIONAL
		if raw := far(8); raw != nil {
			if over := e.order.Uint32(raw[4:]); over != 0 {
				return strconv.FormatFloat(float64(e.order.Uint32(raw))/float64(over), 'g', 6, 64)
			}
		}
	}
	return ""
}

// upright are the turns that put a picture of an orientation upright.
var upright = [9][]string{
	2: {"hflip"}, 3: {"180"}, 4: {"vflip"}, 5: {"90", "hflip"}, 6: {"90"}, 7: {"270", "hflip"}, 8: {"270"},
}

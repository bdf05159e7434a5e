package render

import (
	"bytes"
	"encoding/binary"
)

// orientation is the value of that name in a JPEG's Exif data, 1 to 8; 1 (upright) where
// there is none or it is damaged. Source: Exif 2.3, tag 0x0112; TIFF 6.0, section 2.
func orientation(b []byte) int {
	if len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
		return 1
	}
	for b = b[2:]; len(b) >= 4 && b[0] == 0xff && b[1] != 0xda; {
		size := int(binary.BigEndian.Uint16(b[2:]))
		if size < 2 || 2+size > len(b) {
			return 1
		}
		if exif, ok := bytes.CutPrefix(b[4:2+size], []byte("Exif\x00\x00")); ok && b[1] == 0xe1 {
			return tiffOrientation(exif)
		}
		b = b[2+size:]
	}
	return 1
}

// tiffOrientation looks for the tag in the first directory.
func tiffOrientation(b []byte) int {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 1
	}
	if len(b) < 8 {
		return 1
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	count := int(order.Uint16(b[at:]))
	for entry := b[at+2:]; count > 0 && len(entry) >= 12; count, entry = count-1, entry[12:] {
		if order.Uint16(entry) != 0x0112 || order.Uint16(entry[2:]) != 3 {
			continue
		}
		if v := int(order.Uint16(entry[8:])); v >= 1 && v <= 8 {
			return v
		}
		return 1
	}
	return 1
}

// upright are the turns that put a picture of an orientation upright.
var upright = [9][]string{
	2: {"hflip"}, 3: {"180"}, 4: {"vflip"}, 5: {"90", "hflip"}, 6: {"90"}, 7: {"270", "hflip"}, 8: {"270"},
}

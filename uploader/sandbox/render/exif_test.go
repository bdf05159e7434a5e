package render

import (
	"encoding/binary"
	"testing"
)

// exifJPEG is the head of a JPEG with a maker, a resolution, a date and an orientation.
func exifJPEG() []byte {
	order := binary.BigEndian
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x04")
	entry := func(id, kind uint16, count, value uint32) {
		tiff = order.AppendUint16(tiff, id)
		tiff = order.AppendUint16(tiff, kind)
		tiff = order.AppendUint32(tiff, count)
		tiff = order.AppendUint32(tiff, value)
	}
	entry(0x010f, 2, 6, 62)
	entry(0x0112, 3, 1, 6<<16)
	entry(0x011a, 5, 1, 68)
	entry(0x0131, 2, 3, 'g'<<24|'o'<<16)
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(tiff, "Acme\x00\x00"...)
	tiff = order.AppendUint32(order.AppendUint32(tiff, 721), 10)
	b := append([]byte("\xff\xd8\xff\xe1"), 0, byte(len(tiff)+8))
	b = append(b, "Exif\x00\x00"...)
	return append(b, tiff...)
}

// TestExif reads a few tags; a damaged file gives fewer, and nothing else.
func TestExif(t *testing.T) {
	t.Parallel()
	whole := exifJPEG()
	read := Exif(whole)
	for name, want := range map[string]string{"Make": "Acme", "Orientation": "6", "XResolution": "72.1", "Software": "go"} {
		if read[name] != want {
			t.Errorf("%s: %q, want %q", name, read[name], want)
		}
	}
	if got := orientation(whole); got != 6 {
		t.Errorf("orientation %d", got)
	}
	for n := range len(whole) {
		Exif(whole[:n])
		for _, bad := range []byte{0, 0xff} {
			b := append([]byte(nil), whole...)
			b[n] = bad
			Exif(b)
		}
	}
}

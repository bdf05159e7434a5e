package render

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
)

// An icon is a list of pictures of different sizes; the largest counts. It is written as
// one PNG within it. Source: the file format's description by its maker, ICONDIR.
func init() { image.RegisterFormat("ico", "\x00\x00\x01\x00", decodeIcon, iconConfig) }

var errIcon = errors.New("damaged icon")

// iconPicture finds the largest picture of an icon: a PNG, or a BMP that is given the
// head that it lacks there.
func iconPicture(r io.Reader) (data []byte, isPNG bool, err error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, false, err
	}
	if len(b) < 6 {
		return nil, false, errIcon
	}
	most := 0
	for i := range int(binary.LittleEndian.Uint16(b[4:])) {
		at := 6 + 16*i
		if at+16 > len(b) {
			break
		}
		side := func(v byte) int { return (int(v)+255)%256 + 1 } // 0 is 256
		size, offset := uint64(binary.LittleEndian.Uint32(b[at+8:])), uint64(binary.LittleEndian.Uint32(b[at+12:]))
		if area := side(b[at]) * side(b[at+1]); area > most && offset+size <= uint64(len(b)) {
			most, data = area, b[offset:offset+size]
		}
	}
	if bytes.HasPrefix(data, []byte("\x89PNG")) {
		return data, true, nil
	}
	if len(data) < 40 || binary.LittleEndian.Uint32(data) != 40 {
		return nil, false, errIcon
	}
	colors := uint64(binary.LittleEndian.Uint32(data[32:]))
	if bits := binary.LittleEndian.Uint16(data[14:]); colors == 0 && bits <= 8 {
		colors = 1 << bits
	}
	out := append([]byte("BM"), make([]byte, 12)...)
	binary.LittleEndian.PutUint32(out[2:], uint32(14+len(data)))
	binary.LittleEndian.PutUint32(out[10:], uint32(14+40+4*colors))
	out = append(out, data...)
	// Half of its height is the mask, which is not looked at.
	binary.LittleEndian.PutUint32(out[14+8:], binary.LittleEndian.Uint32(data[8:])/2)
	return out, false, nil
}

func decodeIcon(r io.Reader) (image.Image, error) {
	data, isPNG, err := iconPicture(r)
	switch {
	case err != nil:
		return nil, err
	case isPNG:
		return png.Decode(bytes.NewReader(data))
	}
	return bmp.Decode(bytes.NewReader(data))
}

func iconConfig(r io.Reader) (image.Config, error) {
	data, isPNG, err := iconPicture(r)
	switch {
	case err != nil:
		return image.Config{}, err
	case isPNG:
		return png.DecodeConfig(bytes.NewReader(data))
	}
	return bmp.DecodeConfig(bytes.NewReader(data))
}

// iconHead is what comes before the one PNG of an icon.
func iconHead(size image.Point, bytes int) []byte {
	b := []byte{0, 0, 1, 0, 1, 0, byte(size.X), byte(size.Y), 0, 0, 1, 0, 32, 0}
	b = binary.LittleEndian.AppendUint32(b, uint32(bytes))
	return binary.LittleEndian.AppendUint32(b, uint32(len(b)+4))
}

package sandbox

import "encoding/binary"

// movie puts one picture into an MP4 file as a film of a second: the frame is a JPEG,
// which players know as Motion JPEG. Source: ISO/IEC 14496-12 for the boxes, 14496-1 for
// the descriptor, whose object type 0x6C is JPEG.
func movie(jpeg []byte, width, height int) []byte {
	const scale = 1000 // units a second
	head := box("ftyp", []byte("isom"), be32(512), []byte("isommp41"))
	// The frame begins behind the head and the eight bytes of its own box's.
	frame := uint32(len(head) + 8)
	matrix := be32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
	entry := box("mp4v",
		be32(0), be16(0, 1), make([]byte, 16), be16(uint16(width), uint16(height)), be32(72<<16, 72<<16, 0), be16(1),
		make([]byte, 32), be16(24, 0xffff),
		box("esds", be32(0), descriptor(len(jpeg))))
	table := box("stbl",
		box("stsd", be32(0, 1), entry),
		box("stts", be32(0, 1, 1, scale)),
		box("stsc", be32(0, 1, 1, 1, 1)),
		box("stsz", be32(0, uint32(len(jpeg)), 1)),
		box("stco", be32(0, 1, frame)))
	media := box("mdia",
		box("mdhd", be32(0, 0, 0, scale, scale), be16(0x55c4, 0)),
		box("hdlr", be32(0, 0), []byte("vide"), be32(0, 0, 0), []byte("film\x00")),
		box("minf", box("vmhd", be32(1, 0, 0)), box("dinf", box("dref", be32(0, 1), box("url ", be32(1)))), table))
	track := box("trak",
		box("tkhd", be32(7, 0, 0, 1, 0, scale, 0, 0, 0, 0), matrix, be32(uint32(width)<<16, uint32(height)<<16)), media)
	film := box("moov",
		box("mvhd", be32(0, 0, 0, scale, scale, 0x10000), be16(0x100, 0), be32(0, 0), matrix, make([]byte, 24), be32(2)), track)
	return append(append(head, box("mdat", jpeg)...), film...)
}

// descriptor says in an MP4 file that a track's frames are JPEG.
func descriptor(size int) []byte {
	config := append([]byte{0x04, 13, 0x6c, 0x11, byte(size >> 16), byte(size >> 8), byte(size)}, be32(uint32(size)*8, uint32(size)*8)...)
	body := append([]byte{0, 1, 0}, config...)
	body = append(body, 0x06, 1, 2)
	return append([]byte{0x03, byte(len(body))}, body...)
}

// box is a box of an MP4 file.
func box(kind string, parts ...[]byte) []byte {
	out := append(make([]byte, 4, 64), kind...)
	for _, p := range parts {
		out = append(out, p...)
	}
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

func be32(values ...uint32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	return out
}

func be16(values ...uint16) []byte {
	var out []byte
	for _, v := range values {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	return out
}

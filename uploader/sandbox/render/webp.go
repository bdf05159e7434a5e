package render

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"

	"github.com/HugoSmits86/nativewebp"
	"golang.org/x/image/webp" // decodes WebP
)

// maxPacked bounds the pictures that the library packs: it takes about 55 bytes a pixel
// and cannot be stopped.
const maxPacked = 8_000_000

// encodeWebP writes a picture without loss. The library packs best, but its prefix codes
// can become longer than the format has room for, which noisy pictures bring about; it
// then panics, or worse, writes another picture. What it wrote is therefore read again,
// and where it is not right or the picture is large, our plain writer does it.
func encodeWebP(ctx context.Context, w io.Writer, n *image.NRGBA) error {
	if n.Rect.Dx()*n.Rect.Dy() <= maxPacked {
		if b, err := packWebP(n); err == nil && samePicture(b, n) {
			_, err = w.Write(b)
			return err
		}
	}
	return plainWebP(ctx, w, n)
}

// packWebP is the library's encoder with its panics as errors.
func packWebP(n *image.NRGBA) (b []byte, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the encoder gave up")
		}
	}()
	var out bytes.Buffer
	err = nativewebp.Encode(&out, n, nil)
	return out.Bytes(), err
}

// samePicture reports whether a WebP is this picture. The colour of what is fully
// transparent does not count.
func samePicture(b []byte, n *image.NRGBA) bool {
	m, err := webp.Decode(bytes.NewReader(b))
	if err != nil || m.Bounds() != n.Rect {
		return false
	}
	is := toNRGBA(m)
	for i := 0; i < len(n.Pix); i += 4 {
		p, q := is.Pix[i:][:4], n.Pix[i:][:4]
		if p[3] != q[3] || q[3] > 0 && (p[0] != q[0] || p[1] != q[1] || p[2] != q[2]) {
			return false
		}
	}
	return true
}

// plainWebP writes VP8L with the two transforms that help most, subtract green and the
// left neighbour as predictor, and one prefix code for each channel; no back references.
// Source: WebP Lossless Bitstream Specification, sections 3 to 6.
func plainWebP(ctx context.Context, w io.Writer, n *image.NRGBA) error {
	var counts [4][]int
	for k := range counts {
		counts[k] = make([]int, 256)
	}
	residuals(ctx, n, func(p [4]uint8) {
		for k := range counts {
			counts[k][p[k]]++
		}
	})
	var b bitWriter
	b.write(0x2f, 8)
	b.write(uint64(n.Rect.Dx()-1), 14)
	b.write(uint64(n.Rect.Dy()-1), 14)
	b.write(1, 1)      // transparency may be used
	b.write(0, 3)      // version
	b.write(1|2<<1, 3) // a transform: subtract green
	b.write(1|0<<1, 3) // a transform: predictor,
	b.write(7, 3)      // in blocks of 512 pixels,
	b.write(0, 1)      // whose picture of modes has no colour cache
	b.simple(1)        // and is mode 1, the left neighbour, throughout
	for range 4 {
		b.simple(0)
	}
	b.write(0, 3) // no more transforms, no colour cache, no groups of codes
	var codes [4]prefixCode
	for k, alphabet := range []int{256 + 24, 256, 256, 256} {
		codes[k] = newPrefixCode(counts[k], alphabet)
		b.code(codes[k])
	}
	b.simple(0) // distances
	residuals(ctx, n, func(p [4]uint8) {
		for k, v := range p {
			b.write(codes[k].bits[v], codes[k].lengths[v])
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	return writeRIFF(w, b.bytes())
}

// residuals gives the differences to the left neighbour, row by row, in the order green,
// red, blue, alpha, after green was subtracted from red and blue. The first column has
// the pixel above as its neighbour, the first pixel opaque black.
func residuals(ctx context.Context, n *image.NRGBA, yield func([4]uint8)) {
	above := [4]uint8{3: 255}
	for y := 0; y < n.Rect.Dy() && ctx.Err() == nil; y++ {
		left := above
		row := n.Pix[y*n.Stride:][:n.Rect.Dx()*4]
		for x := 0; x < len(row); x += 4 {
			r, g, b, a := row[x], row[x+1], row[x+2], row[x+3]
			p := [4]uint8{g, r - g, b - g, a}
			yield([4]uint8{p[0] - left[0], p[1] - left[1], p[2] - left[2], p[3] - left[3]})
			if left = p; x == 0 {
				above = p
			}
		}
	}
}

// writeRIFF puts the data of a VP8L chunk into its file.
func writeRIFF(w io.Writer, data []byte) error {
	size := len(data)
	if size%2 == 1 {
		data = append(data, 0)
	}
	head := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(data)+12))
	head = binary.LittleEndian.AppendUint32(append(head, "WEBPVP8L"...), uint32(size))
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}

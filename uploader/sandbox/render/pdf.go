package render

import (
	"bytes"
	"context"
	"fmt"
)

// Book makes a PDF with a page for each picture, as large as it in points, after the
// chain's steps. It is as wide and high as its first page. Source: ISO 32000-1.
func Book(ctx context.Context, pictures Pictures, c Chain) (Image, error) {
	out := Image{Format: "pdf"}
	var b bytes.Buffer
	var at []int // where each object begins
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(at))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	n, pixels := pictures.Len(), 0
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	var kids bytes.Buffer
	for i := range n {
		fmt.Fprintf(&kids, "%d 0 R ", 3+3*i)
	}
	object("<< /Type /Pages /Count %d /Kids [ %s] >>", n, kids.Bytes())
	for i := range n {
		drawn, err := c.one(ctx, pictures, i, "jpg")
		if err != nil {
			return Image{}, err
		}
		if pixels += drawn.Rect.Dx() * drawn.Rect.Dy(); pixels > maxFramePixels {
			return Image{}, refuse("Image is too large. Maximum is 100 megapixels in all pages")
		}
		p, err := c.encoded(ctx, drawn, "jpg")
		if err != nil {
			return Image{}, err
		}
		if out.Width == 0 {
			out.Width, out.Height = p.Width, p.Height
		}
		draw := fmt.Sprintf("%d 0 0 %d 0 0 cm /P Do", p.Width, p.Height)
		object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << /XObject << /P %d 0 R >> >> >>", p.Width, p.Height, 4+3*i, 5+3*i)
		object("<< /Length %d >>\nstream\n%s\nendstream", len(draw), draw)
		object("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream", p.Width, p.Height, len(p.Data), p.Data)
	}
	if n == 0 {
		return Image{}, errImage()
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	out.Data = b.Bytes()
	return out, nil
}

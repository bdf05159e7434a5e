package render

import (
	"context"
	"image"
)

// focusSide is what a picture is made smaller to before its edges are measured.
const focusSide = "c_limit,w_512,h_512"

// Focus is how sharp a picture's edges are, 0 to 1: the variance of their second
// derivative, which is small in a picture that is out of focus. It is no measure of the
// service. Refusals are an [*Error].
func Focus(ctx context.Context, data []byte) (float64, error) {
	info, err := Probe(data)
	if err != nil {
		return 0, err
	}
	if err := info.check(); err != nil {
		return 0, err
	}
	c, err := Parse(focusSide)
	if err != nil {
		return 0, err
	}
	n, err := c.still(ctx, data, info, "jpg")
	if err != nil {
		return 0, err
	}
	const typical = 500 // the variance that is half way
	v := sharpness(n)
	return v / (v + typical), nil
}

// sharpness is the variance of the second derivative of the brightness.
func sharpness(n *image.NRGBA) float64 {
	w, h := n.Rect.Dx(), n.Rect.Dy()
	at := func(x, y int) float64 {
		p := n.Pix[y*n.Stride+x*4:][:4]
		return luma(float64(p[0]), float64(p[1]), float64(p[2])) * float64(p[3]) / 255
	}
	var sum, squares, count float64
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			d := at(x-1, y) + at(x+1, y) + at(x, y-1) + at(x, y+1) - 4*at(x, y)
			sum += d
			squares += d * d
			count++
		}
	}
	if count == 0 {
		return 0
	}
	mean := sum / count
	return squares/count - mean*mean
}

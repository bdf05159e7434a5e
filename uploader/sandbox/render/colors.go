package render

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"golang.org/x/image/colornames"
)

// Color is a colour of a picture with its share, in percent.
type Color struct {
	Name    string // #RRGGBB, or a name
	Percent float64
}

const (
	mostColors     = 32
	mostNamed      = 9
	colorsMeasured = "c_limit,w_200,h_200"
)

// basicColors are the names in which a picture's colours are summed up.
var basicColors = []string{"red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "white", "gray", "black", "brown"}

// Colors are the colours of a picture, the most frequent first, and the same by the nearest
// of twelve names. They are measured on a smaller picture; what is transparent does not
// count. The names and the way to sum up are the sandbox's own. Refusals are an [*Error].
func Colors(ctx context.Context, data []byte) (all, named []Color, err error) {
	info, err := Probe(data)
	if err != nil {
		return nil, nil, err
	}
	if err := info.check(); err != nil {
		return nil, nil, err
	}
	c, err := Parse(colorsMeasured)
	if err != nil {
		return nil, nil, err
	}
	n, err := c.still(ctx, data, info, "png")
	if err != nil {
		return nil, nil, err
	}
	cube := make([]bin, 1<<15)
	var total float64
	for i := 0; i < len(n.Pix); i += 4 {
		p := n.Pix[i:][:4]
		if p[3] < 128 {
			continue
		}
		total++
		b := &cube[binOf(p)]
		b.n++
		for k := range 3 {
			b.sum[k] += int64(p[k])
		}
	}
	if total == 0 {
		return []Color{}, []Color{}, nil
	}
	shares := map[string]float64{}
	for _, box := range medianCut(cube, mostColors) {
		var count int64
		for _, b := range box {
			count += b.n
		}
		mean := rgba(meanColor(box))
		percent := float64(count) * 100 / total
		all = append(all, Color{fmt.Sprintf("#%02X%02X%02X", mean.R, mean.G, mean.B), percent})
		shares[nearest(mean)] += percent
	}
	for name, percent := range shares {
		named = append(named, Color{name, percent})
	}
	byShare := func(a, b Color) int { return cmp.Or(cmp.Compare(b.Percent, a.Percent), cmp.Compare(a.Name, b.Name)) }
	slices.SortFunc(all, byShare)
	slices.SortFunc(named, byShare)
	return all, named[:min(len(named), mostNamed)], nil
}

// nearest is the name of the colour that is least far away.
func nearest(c rgba) string {
	best, least := "", -1
	for _, name := range basicColors {
		k := colornames.Map[name]
		r, g, b := int(c.R)-int(k.R), int(c.G)-int(k.G), int(c.B)-int(k.B)
		if d := 2*r*r + 4*g*g + 3*b*b; least < 0 || d < least {
			best, least = name, d
		}
	}
	return best
}

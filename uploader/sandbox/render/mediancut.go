package render

import (
	"cmp"
	"image/color"
	"slices"
)

// medianCut divides the cells that have pixels into at most most boxes. The box to cut
// is always the one with the most pixels times its longest side; it is cut across that
// side, where half of its pixels are.
func medianCut(cube []bin, most int) [][]bin {
	var all []bin
	for key, c := range cube {
		if c.n > 0 {
			c.key, c.at = key, [3]uint8{uint8(key >> 10), uint8(key >> 5 & 31), uint8(key & 31)}
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil
	}
	boxes := [][]bin{all}
	weights := []int64{weight(all)}
	for len(boxes) < most {
		worst := slices.Index(weights, slices.Max(weights))
		if weights[worst] == 0 {
			break // every box is one cell
		}
		a, b := cutBox(boxes[worst])
		boxes[worst], weights[worst] = a, weight(a)
		boxes, weights = append(boxes, b), append(weights, weight(b))
	}
	return boxes
}

// longest is the longest side of a box and its length, 0 for a single cell.
func longest(box []bin) (axis, length int) {
	for k := range 3 {
		lo, hi := box[0].at[k], box[0].at[k]
		for _, c := range box {
			lo, hi = min(lo, c.at[k]), max(hi, c.at[k])
		}
		if int(hi-lo) > length {
			axis, length = k, int(hi-lo)
		}
	}
	return axis, length
}

func weight(box []bin) int64 {
	_, length := longest(box)
	return pixels(box) * int64(length)
}

func pixels(box []bin) (n int64) {
	for _, c := range box {
		n += c.n
	}
	return n
}

// cutBox cuts a box of at least two cells; neither part is empty.
func cutBox(box []bin) (a, b []bin) {
	axis, _ := longest(box)
	slices.SortFunc(box, func(x, y bin) int {
		return cmp.Or(cmp.Compare(x.at[axis], y.at[axis]), cmp.Compare(x.key, y.key))
	})
	half, at := pixels(box)/2, 1
	for n := box[0].n; at < len(box)-1 && n+box[at].n <= half; at++ {
		n += box[at].n
	}
	return box[:at], box[at:]
}

// meanColor is the mean of a box's pixels.
func meanColor(box []bin) color.NRGBA {
	n := pixels(box)
	var sum [3]int64
	for _, c := range box {
		for k := range 3 {
			sum[k] += c.sum[k]
		}
	}
	return color.NRGBA{R: uint8((sum[0] + n/2) / n), G: uint8((sum[1] + n/2) / n), B: uint8((sum[2] + n/2) / n), A: 255}
}

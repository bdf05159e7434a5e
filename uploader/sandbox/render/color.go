package render

import (
	"image/color"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// rgba is a colour without premultiplied alpha.
type rgba = color.NRGBA

// parseColor reads rgb:rrggbb, rgb:rrggbbaa, rgb:rgb, #rrggbb, transparent, or a name
// of the SVG list.
func parseColor(v string) (rgba, bool) {
	if v == "transparent" {
		return rgba{}, true
	}
	hex, isHex := strings.CutPrefix(v, "rgb:")
	if !isHex {
		hex, isHex = strings.CutPrefix(v, "#")
	}
	if !isHex {
		c, ok := colornames.Map[strings.ToLower(v)]
		return rgba(c), ok // the named ones are opaque
	}
	if len(hex) == 3 || len(hex) == 4 {
		var long strings.Builder
		for i := range len(hex) {
			long.WriteByte(hex[i])
			long.WriteByte(hex[i])
		}
		hex = long.String()
	}
	if len(hex) == 6 {
		hex += "ff"
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 8 {
		return rgba{}, false
	}
	return rgba{R: uint8(n >> 24), G: uint8(n >> 16), B: uint8(n >> 8), A: uint8(n)}, true
}

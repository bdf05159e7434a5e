package render

import (
	"strconv"
	"strings"
)

// integer reads digits with perhaps a minus before them, and no other notation.
func integer(v string) (int, bool) {
	digits := strings.TrimPrefix(v, "-")
	if digits == "" || len(digits) > 9 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(v)
	return n, err == nil
}

// decimal reads an integer or a decimal fraction: no exponent, no hexadecimal, no NaN.
func decimal(v string) (float64, bool) {
	whole, part, _ := strings.Cut(strings.TrimPrefix(v, "-"), ".")
	if digits := whole + part; digits == "" || len(digits) > 18 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(v, 64)
	return f, err == nil
}

// checkBackground accepts a colour, and auto with a mode.
func checkBackground(v string) error {
	if _, ok := parseColor(v); ok || v == "auto" || strings.HasPrefix(v, "auto:") {
		return nil
	}
	if name, _, _ := strings.Cut(v, ":"); name == "gen_fill" || name == "blurred" {
		return refuse("Parameter b_", name, " is known to the service, but not drawn by this sandbox")
	}
	return refuse("Invalid background in transformation: ", v)
}

// mostTimes is how many times its size a picture can become.
const mostTimes = 10

// isSize accepts pixels, a fraction or a multiple up to 10.0, and the initial width and
// height. Multiples: cloudinary_npm test/integration/api/uploader/uploader_spec.js.
func isSize(v string) bool {
	if v == "iw" || v == "ih" {
		return true
	}
	if n, ok := integer(v); ok {
		return n >= 1 && n <= 100_000
	}
	f, ok := decimal(v)
	return ok && f > 0 && f <= mostTimes
}

// ratio reads an aspect ratio: 16:9 or 1.5.
func ratio(v string) (float64, bool) {
	a, b, two := strings.Cut(v, ":")
	x, ok := decimal(a)
	if !ok || x < 1e-3 || x > 1e5 {
		return 0, false
	}
	if !two {
		return x, true
	}
	y, ok := decimal(b)
	if !ok || y < 1e-3 || y > 1e5 {
		return 0, false
	}
	return x / y, true
}

func isGravity(v string) bool {
	switch v {
	case "center", "north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west",
		"face", "faces", "auto", "custom", "xy_center":
		return true
	}
	return strings.HasPrefix(v, "auto:") || strings.HasPrefix(v, "face:") || strings.HasPrefix(v, "custom:")
}

func isRadius(v string) bool {
	if v == "max" {
		return true
	}
	parts := strings.Split(v, ":")
	for _, p := range parts {
		if n, ok := integer(p); !ok || n < 0 || n > 100_000 {
			return false
		}
	}
	return len(parts) <= 4
}

func isAngle(v string) bool {
	switch v {
	case "hflip", "vflip", "auto_right", "auto_left", "ignore":
		return true
	}
	n, ok := integer(v)
	return ok && n >= -36_000 && n <= 36_000
}

// parseBorder reads 4px_solid_rgb:112233.
func parseBorder(v string) (width int, color rgba, ok bool) {
	parts := strings.SplitN(v, "_", 3)
	if len(parts) != 3 || parts[1] != "solid" || !strings.HasSuffix(parts[0], "px") {
		return 0, color, false
	}
	width, isNumber := integer(strings.TrimSuffix(parts[0], "px"))
	color, ok = parseColor(parts[2])
	return width, color, ok && isNumber && width >= 0 && width <= 1000
}

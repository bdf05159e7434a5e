// Package render makes derived pictures as the service does, at least for the common
// transformations: every way to scale, crop and pad, gravity, background, corners,
// rotation, opacity, border, the simple effects, chains of components and format
// suffixes. It works on pictures in memory and reads nothing else.
//
// # What is known and what is decided here
//
// Within a component the order is: scale or crop, effects, opacity, corners, border,
// background, rotation. Padding is transparent where the format allows it, else white;
// the service's default is unconfirmed. c_crop with x or y and no gravity counts from
// the upper left corner, as in the documentation's examples (unconfirmed as a rule).
// c_mpad pads and does not scale (unconfirmed). Gravities that need to see what is in a
// picture (face, faces, auto, custom) fall back to the centre, and so c_thumb, c_auto
// and c_fill_pad are c_fill or c_pad here. Orientation in Exif data is not applied.
// Effects of the service that are not drawn here are refused with a message that says so.
//
// Sources: cloudinary.com/documentation image_resize_modes, image_crop_modes,
// image_padding_modes, image_gravity, transformation_reference; error texts from
// cloudinary_npm docs/troubleshoot-errors.md.
package render

import (
	"strconv"
	"strings"
)

// MaxSteps is how many components a transformation may have.
const MaxSteps = 20

// Error is a refusal in the service's words.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func refuse(parts ...string) error { return &Error{Message: strings.Join(parts, "")} }

// Chain is a parsed transformation: components that each work on the result of the one
// before, and perhaps a format.
type Chain struct {
	text   string
	format string
	steps  []component
}

// Text is the transformation as it was sent, without the format suffix.
func (c Chain) Text() string { return c.text }

// Format is the extension behind the last slash, or the value of f_; empty where none
// was asked for.
func (c Chain) Format() string { return c.format }

// component is one step. Sizes are kept as text: a fraction needs the picture.
type component struct {
	crop, w, h, ar, x, y, gravity string
	background, radius, border    string
	angles                        []string
	effects                       []effect
	opacity                       int // 0 to 100; -1 where not given
	quality                       int // 1 to 100; 0 where not given
	dpr                           float64
}

type effect struct {
	name  string
	level int
	given bool
}

var formats = map[string]string{
	"jpg": "jpg", "jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp",
}

// knownCrops are the values of c_.
var knownCrops = map[string]bool{
	"scale": true, "fit": true, "limit": true, "mfit": true, "fill": true, "lfill": true, "pad": true, "lpad": true,
	"mpad": true, "crop": true, "thumb": true, "fill_pad": true, "auto": true, "auto_pad": true,
}

// ParseEager reads the value of eager: transformations joined with a pipe.
func ParseEager(text string) ([]Chain, error) {
	var chains []Chain
	for _, item := range strings.Split(text, "|") {
		c, err := Parse(item)
		if err != nil {
			return nil, err
		}
		chains = append(chains, c)
	}
	return chains, nil
}

// Parse reads one transformation, w_400,h_300,c_pad/e_sepia/jpg. A last piece without
// an underscore is the format.
func Parse(text string) (Chain, error) {
	pieces := strings.Split(text, "/")
	c := Chain{text: text}
	if last := pieces[len(pieces)-1]; last != "" && !strings.ContainsAny(last, "_,$") && len(last) <= 5 {
		f, ok := formats[strings.ToLower(last)]
		switch {
		case last == "auto":
			return c, refuse("Invalid transformation component - auto")
		case !ok:
			return c, refuse("Invalid extension in transformation: ", last)
		}
		c.format, pieces = f, pieces[:len(pieces)-1]
		c.text = strings.Join(pieces, "/")
	}
	if len(pieces) > MaxSteps {
		return c, refuse("Invalid transformation - more than ", strconv.Itoa(MaxSteps), " components")
	}
	for _, piece := range pieces {
		if piece == "" && len(pieces) == 1 && c.format != "" {
			continue
		}
		step, format, err := parseComponent(piece)
		if err != nil {
			return c, err
		}
		if format != "" && c.format == "" {
			c.format = format
		}
		c.steps = append(c.steps, step)
	}
	return c, nil
}

func parseComponent(text string) (component, string, error) {
	params := strings.Split(text, ",")
	c := component{opacity: -1, dpr: 1}
	var format string
	for _, p := range params {
		key, value, ok := strings.Cut(p, "_")
		if !ok || value == "" {
			return c, "", refuse("Invalid transformation component - ", params[0])
		}
		f, err := c.set(key, value, params[0])
		if err != nil {
			return c, "", err
		}
		if f != "" {
			format = f
		}
	}
	return c, format, nil
}

// set takes over one parameter. first is the component's first piece, which the
// service names in its error.
func (c *component) set(key, value, first string) (format string, err error) {
	switch key {
	case "w", "h":
		name := map[string]string{"w": "width", "h": "height"}[key]
		if !isSize(value) {
			return "", refuse("Invalid ", name, " in transformation: ", value)
		}
		if key == "w" {
			c.w = value
		} else {
			c.h = value
		}
	case "c":
		if !knownCrops[value] {
			return "", refuse("Invalid crop mode in transformation: ", value)
		}
		c.crop = value
	case "ar":
		if _, ok := ratio(value); !ok {
			return "", refuse("Invalid aspect_ratio in transformation: ", value)
		}
		c.ar = value
	case "x", "y":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return "", refuse("Invalid ", key, " in transformation: ", value)
		}
		if key == "x" {
			c.x = value
		} else {
			c.y = value
		}
	case "g":
		if !isGravity(value) {
			return "", refuse("Invalid gravity in transformation: ", value)
		}
		c.gravity = value
	case "b":
		if _, ok := parseColor(value); !ok && !strings.HasPrefix(value, "auto") {
			return "", refuse("Invalid background in transformation: ", value)
		}
		c.background = value
	default:
		return c.setLook(key, value, first)
	}
	return "", nil
}

// setLook takes over what does not change the geometry.
func (c *component) setLook(key, value, first string) (format string, err error) {
	number := func(min, max int, name string) (int, error) {
		n, err := strconv.Atoi(value)
		if err != nil || n < min || n > max {
			return 0, refuse("Invalid ", name, " in transformation: ", value)
		}
		return n, nil
	}
	switch key {
	case "r":
		if !isRadius(value) {
			return "", refuse("Invalid radius in transformation: ", value)
		}
		c.radius = value
	case "a":
		c.angles = strings.Split(value, ".")
		for _, a := range c.angles {
			if !isAngle(a) {
				return "", refuse("Invalid angle in transformation: ", value)
			}
		}
	case "o":
		c.opacity, err = number(0, 100, "opacity")
	case "bo":
		if _, _, ok := parseBorder(value); !ok {
			return "", refuse("Invalid border in transformation: ", value)
		}
		c.border = value
	case "e":
		var e effect
		if e, err = parseEffect(value); err == nil {
			c.effects = append(c.effects, e)
		}
	case "q":
		if value == "auto" || strings.HasPrefix(value, "auto:") {
			return "", nil
		}
		c.quality, err = number(1, 100, "quality")
	case "f":
		if value == "auto" {
			return "", nil
		}
		f, ok := formats[strings.ToLower(value)]
		if !ok {
			return "", refuse("Invalid extension in transformation: ", value)
		}
		return f, nil
	case "dpr":
		if value == "auto" {
			return "", nil
		}
		if c.dpr, err = strconv.ParseFloat(value, 64); err != nil || !(c.dpr > 0 && c.dpr <= 10) {
			return "", refuse("Invalid dpr in transformation: ", value)
		}
	default:
		return "", refuse("Invalid transformation component - ", first)
	}
	return "", err
}

// isSize accepts pixels, a fraction up to 1.0, and the initial width and height.
func isSize(v string) bool {
	if v == "iw" || v == "ih" {
		return true
	}
	if n, err := strconv.Atoi(v); err == nil {
		return n >= 1 && n <= 100_000
	}
	f, err := strconv.ParseFloat(v, 64)
	return err == nil && f > 0 && f <= 1 && strings.Contains(v, ".")
}

// ratio reads an aspect ratio: 16:9 or 1.5.
func ratio(v string) (float64, bool) {
	a, b, two := strings.Cut(v, ":")
	x, err := strconv.ParseFloat(a, 64)
	if err != nil || !(x > 0 && x < 1e5) {
		return 0, false
	}
	if !two {
		return x, true
	}
	y, err := strconv.ParseFloat(b, 64)
	if err != nil || !(y > 0 && y < 1e5) {
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
		if n, err := strconv.Atoi(p); err != nil || n < 0 || n > 100_000 {
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
	n, err := strconv.Atoi(v)
	return err == nil && n >= -36_000 && n <= 36_000
}

// parseBorder reads 4px_solid_rgb:112233.
func parseBorder(v string) (width int, color rgba, ok bool) {
	parts := strings.SplitN(v, "_", 3)
	if len(parts) != 3 || parts[1] != "solid" || !strings.HasSuffix(parts[0], "px") {
		return 0, color, false
	}
	width, err := strconv.Atoi(strings.TrimSuffix(parts[0], "px"))
	color, ok = parseColor(parts[2])
	return width, color, err == nil && width >= 0 && width <= 1000 && ok
}

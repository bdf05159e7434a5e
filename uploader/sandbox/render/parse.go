package render

import (
	"slices"
	"strconv"
	"strings"
)

// MaxSteps is how many steps a transformation may have: its components, and each
// further effect or angle in one of them.
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

// undrawnKeys are parameters of the service that this package does not draw.
var undrawnKeys = strings.Fields("ac af br co cs d dl dn du eo fl fn fps if ki l p pg so sp u vc vs z")

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
	"jpg": "jpg", "jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp", "bmp": "bmp", "ico": "ico",
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
	if last := pieces[len(pieces)-1]; last != "" && !strings.ContainsAny(last, "_,$") {
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
	var steps int
	for _, piece := range pieces {
		if piece == "" && len(pieces) == 1 && c.format != "" {
			continue
		}
		step, format, err := parseComponent(piece)
		if err != nil {
			return c, err
		}
		if steps += max(1, len(step.effects)+len(step.angles)); steps > MaxSteps {
			return c, refuse("Invalid transformation - more than ", strconv.Itoa(MaxSteps), " components")
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
		if _, ok := decimal(value); !ok {
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
		if err := checkBackground(value); err != nil {
			return "", err
		}
		c.background = value
	default:
		return c.setLook(key, value, first)
	}
	return "", nil
}

// formatOf is the format that f_ names; auto names none.
func formatOf(value string) (string, error) {
	if value == "auto" {
		return "", nil
	}
	f, ok := formats[strings.ToLower(value)]
	if !ok {
		return "", refuse("Invalid extension in transformation: ", value)
	}
	return f, nil
}

// setLook takes over what does not change the geometry.
func (c *component) setLook(key, value, first string) (format string, err error) {
	number := func(min, max int, name string) (int, error) {
		n, ok := integer(value)
		if !ok || n < min || n > max {
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
		switch value {
		case "auto", "auto:best", "auto:good", "auto:eco", "auto:low":
			return "", nil
		}
		c.quality, err = number(1, 100, "quality")
	case "f":
		return formatOf(value)
	case "dpr":
		if value == "auto" {
			return "", nil
		}
		var ok bool
		if c.dpr, ok = decimal(value); !ok || c.dpr <= 0 || c.dpr > 10 {
			return "", refuse("Invalid dpr in transformation: ", value)
		}
	case "t":
		return "", refuse("Unknown transformation ", value) // there are no named ones here
	default:
		if slices.Contains(undrawnKeys, key) || strings.HasPrefix(key, "$") {
			return "", refuse("Parameter ", key, "_ is known to the service, but not drawn by this sandbox")
		}
		return "", refuse("Invalid transformation component - ", first)
	}
	return "", err
}

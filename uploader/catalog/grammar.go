package catalog

import (
	"fmt"
	"strconv"
	"strings"
)

// EagerItem is one transformation of an eager value: bytes [Start, End) of it.
type EagerItem struct {
	Start, End int
	Components []Component
	// Extension is the format behind the last slash, without it; empty for none.
	Extension string
}

// Component is a step of a transformation; each works on the result of the one before.
type Component struct {
	Start, End int
	Params     []TransformationParam
}

// TransformationParam is one instruction: w_400 has the key w and the value 400. A
// condition has the key if, a variable its name with the dollar sign.
type TransformationParam struct {
	Start, End int
	Key, Value string
}

// shortNames are the keys that the official SDKs write.
// Source: cloudinary_npm lib/utils/index.js, generate_transformation_string.
var shortNames = strings.Fields("a ac af ar b bo br c co cs d dl dn dpr du e eo f fl fn fps g h if ki l o p pg q r so sp t u vc vs w x y z")

// extensions are formats that can stand behind the last slash of an eager item.
var extensions = strings.Fields("jpg jpeg png gif webp avif jxl svg pdf bmp tiff tif ico heic mp4 webm mov ogv mkv m3u8 mpd mp3 wav ogg aac m4a txt glb")

// ParseEager reads an eager value. Problems are warnings: the service knows more than
// is known here. Offsets are bytes of text.
// Grammar: item *( "|" item ), item = transformation [ "/" extension ].
func ParseEager(text string) (items []EagerItem, problems []Problem) {
	at := 0
	for piece := range strings.SplitSeq(text, "|") {
		p := grammar{at: at, eager: true}
		items = append(items, p.item(piece))
		problems = append(problems, p.problems...)
		at += len(piece) + 1
	}
	return items, problems
}

// ParseTransformation reads one transformation, such as the parameter of that name.
func ParseTransformation(text string) (EagerItem, []Problem) {
	p := grammar{}
	if i := strings.IndexByte(text, '|'); i >= 0 {
		p.add(i, i+1, "a pipe parts eager transformations, and there is only one here", "parts that follow each other are joined with a slash")
	}
	item := p.item(text)
	return item, p.problems
}

// grammar reads one item; at is its offset in the whole value.
type grammar struct {
	at       int
	eager    bool
	problems []Problem
}

func (g *grammar) add(start, end int, text, hint string) {
	g.problems = append(g.problems, Problem{g.at + start, g.at + end, text, hint})
}

func (g *grammar) item(text string) EagerItem {
	item := EagerItem{Start: g.at, End: g.at + len(text)}
	if text == "" {
		g.add(0, 0, "an empty transformation", "take it away, or write one such as w_400,c_scale")
		return item
	}
	body := text
	if i := strings.LastIndexByte(text, '/'); i >= 0 && g.eager {
		if last := text[i+1:]; last == "" {
			g.add(i, len(text), "a slash at the end, with no format behind it", "take it away, or write a format such as /jpg")
			body = text[:i]
		} else if !strings.ContainsAny(last, "_$,") {
			item.Extension, body = last, text[:i]
			g.extension(last, i+1)
		}
	}
	start := 0
	for piece := range strings.SplitSeq(body, "/") {
		if body == "" {
			break
		}
		item.Components = append(item.Components, g.component(piece, start))
		start += len(piece) + 1
	}
	return item
}

// extension judges the format behind an item.
func (g *grammar) extension(ext string, at int) {
	switch {
	case ext == "auto":
		g.add(at, at+len(ext), "auto is no format for an eager item: the service answers Invalid transformation component - auto", "write f_auto into the transformation, or a format such as /webp")
	case !contains(extensions, strings.ToLower(ext)):
		hint := "a format is an extension such as jpg, png, webp, mp4"
		if best, ok := nearest(ext, extensions); ok {
			hint = "did you mean " + best + "?"
		}
		g.add(at, at+len(ext), fmt.Sprintf("%q is no format that is known here", ext), hint)
	}
}

func (g *grammar) component(text string, at int) Component {
	c := Component{Start: g.at + at, End: g.at + at + len(text)}
	if text == "" {
		g.add(at, at, "an empty step: two slashes in a row, or one at the start", "take one slash away")
		return c
	}
	start := at
	// A condition, a text overlay and a variable may hold commas of their own; they are
	// left to the service.
	for piece := range strings.SplitSeq(text, ",") {
		c.Params = append(c.Params, g.param(piece, start))
		start += len(piece) + 1
	}
	return c
}

func (g *grammar) param(text string, at int) TransformationParam {
	p := TransformationParam{Start: g.at + at, End: g.at + at + len(text)}
	if text == "" {
		g.add(at, at, "nothing between two commas, or a comma at an end", "take the comma away")
		return p
	}
	if trimmed := strings.TrimSpace(text); trimmed != text {
		g.add(at, at+len(text), "a blank at the start or the end", "the service takes it as part of the name or value: take it away")
		text = trimmed
	}
	key, value, found := strings.Cut(text, "_")
	if strings.HasPrefix(text, "$") {
		p.Key, p.Value = key, value
		return p
	}
	if !found {
		p.Key = text
		g.noValue(text, at)
		return p
	}
	p.Key, p.Value = key, value
	switch {
	case value == "":
		g.add(at, at+len(text), fmt.Sprintf("%s_ has no value", key), "write one, such as "+exampleOf(key))
	case !contains(shortNames, key):
		g.unknownKey(key, value, at, len(text))
	default:
		g.value(key, value, at, at+len(text))
	}
	return p
}

// noValue is about a piece without an underscore.
func (g *grammar) noValue(text string, at int) {
	hint := "each one is a short name, an underscore and a value: w_400"
	if i := strings.IndexAny(text, "=:- "); i > 0 {
		if short, ok := shortOf(text[:i]); ok {
			hint = "did you mean " + short + "_" + text[i+1:] + "?"
		}
	} else if digits := strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyz"); digits != text && digits != "" {
		if name := text[:len(text)-len(digits)]; contains(shortNames, name) {
			hint = "did you mean " + name + "_" + digits + "?"
		}
	} else if contains(cropModes, text) {
		hint = "did you mean c_" + text + "?"
	}
	g.add(at, at+len(text), fmt.Sprintf("%q has no underscore", text), hint)
}

// shortOf is the short name of a name as the SDKs' options have it.
func shortOf(name string) (string, bool) {
	if contains(shortNames, name) {
		return name, true
	}
	if short := longNames[strings.ToLower(name)]; short != "" {
		return short, true
	}
	return "", false
}

func (g *grammar) unknownKey(key, value string, at, n int) {
	hint := "names are those of the transformation reference, such as w, h, c, g, q"
	whole := key + "_" + value
	for long, short := range longNames { // names with an underscore of their own: aspect_ratio_16:9
		if short != "" && strings.HasPrefix(whole, long+"_") && len(long) >= len(key) {
			g.add(at, at+n, fmt.Sprintf("%q is a name of the SDKs' options, not of the wire", long), "did you mean "+short+whole[len(long):]+"?")
			return
		}
	}
	if short, ok := shortOf(key); ok {
		hint = "did you mean " + short + "_" + value + "?"
	} else if low := strings.ToLower(key); low != key && contains(shortNames, low) {
		hint = "names are lower case: " + low + "_" + value
	}
	g.add(at, at+n, fmt.Sprintf("%q is no name that is known here", key), hint)
}

// cropModes, gravities: docs/image_resize_modes, image_crop_modes, image_padding_modes,
// image_gravity.
var (
	cropModes = strings.Fields("scale fit limit mfit fill lfill pad lpad mpad fill_pad crop thumb auto auto_pad imagga_scale imagga_crop")
	gravities = strings.Fields("center north north_east east south_east south south_west west north_west face faces auto custom xy_center body adv_face adv_faces adv_eyes ocr_text liquid")
)

// value judges the values of the names that are best known. An expression of variables
// is left to the service.
func (g *grammar) value(key, value string, start, end int) {
	if strings.ContainsAny(value, "$!") {
		return
	}
	bad := func(text, hint string) { g.add(start, end, text, hint) }
	switch key {
	case "w", "h":
		g.size(key, value, start, end)
	case "c":
		if !contains(cropModes, value) {
			hint := "modes are " + strings.Join(cropModes[:12], ", ")
			if best, ok := nearest(value, cropModes); ok {
				hint = "did you mean c_" + best + "?"
			}
			bad(fmt.Sprintf("%q is no crop mode that is known here", value), hint)
		}
	case "g":
		name, _, _ := strings.Cut(value, ":")
		if !contains(gravities, name) {
			hint := "such as center, north_east, face, auto"
			if best, ok := nearest(name, gravities); ok {
				hint = "did you mean g_" + best + "?"
			}
			bad(fmt.Sprintf("%q is no gravity that is known here", value), hint)
		}
	case "q":
		name, _, _ := strings.Cut(value, ":")
		if n, err := strconv.Atoi(name); name != "auto" && name != "jpegmini" && (err != nil || n < 1 || n > 100) {
			bad("quality is 1 to 100, or auto", "such as q_auto or q_80")
		}
	case "o":
		if n, err := strconv.Atoi(value); err != nil || n < 0 || n > 100 {
			bad("opacity is 0 to 100", "such as o_50")
		}
	case "x", "y":
		if _, err := strconv.ParseFloat(value, 64); err != nil && !isExpression(value) {
			bad(key+" is a number of pixels or a fraction", "such as "+key+"_10")
		}
	case "f":
		if value != "auto" && !contains(extensions, value) {
			bad(fmt.Sprintf("%q is no format that is known here", value), "such as f_auto, f_webp, f_mp4")
		}
	}
}

// isExpression reports whether a value is arithmetic with the picture's own sizes, such
// as iw_div_2.
func isExpression(value string) bool {
	for _, w := range strings.FieldsFunc(value, func(r rune) bool { return r == '_' }) {
		switch w {
		case "iw", "ih", "iar", "w", "h", "cw", "ch", "add", "sub", "mul", "div", "mod", "pow", "auto":
		default:
			if _, err := strconv.ParseFloat(w, 64); err != nil {
				return false
			}
		}
	}
	return true
}

func (g *grammar) size(key, value string, start, end int) {
	if value == "auto" || strings.HasPrefix(value, "auto:") || isExpression(value) {
		if n, err := strconv.ParseFloat(value, 64); err == nil && n <= 0 {
			g.add(start, end, key+" is more than 0", "pixels such as "+key+"_400, or a fraction up to 1.0")
		}
		return
	}
	hint := "pixels such as " + key + "_400, or a fraction such as " + key + "_0.5"
	if n := strings.TrimSuffix(strings.TrimSuffix(value, "px"), "%"); n != value {
		if _, err := strconv.Atoi(n); err == nil {
			hint = "without a unit: " + key + "_" + n
		}
	}
	g.add(start, end, fmt.Sprintf("%s has no number: %q", key, value), hint)
}

// exampleOf is how an instruction may look.
func exampleOf(key string) string {
	if e, ok := map[string]string{"w": "w_400", "h": "h_300", "c": "c_fill", "g": "g_auto", "q": "q_auto", "f": "f_auto", "e": "e_grayscale", "r": "r_max"}[key]; ok {
		return e
	}
	return key + "_…"
}

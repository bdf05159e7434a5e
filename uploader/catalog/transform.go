package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// longNames are the options of a transformation in the SDKs, with the short names that
// the wire has. An empty short name is handled by itself.
// Source: cloudinary_npm lib/utils/index.js, generate_transformation_string.
var longNames = map[string]string{
	"angle": "a", "audio_codec": "ac", "audio_frequency": "af", "aspect_ratio": "ar", "background": "b",
	"border": "bo", "bit_rate": "br", "crop": "c", "color": "co", "color_space": "cs", "default_image": "d",
	"delay": "dl", "density": "dn", "dpr": "dpr", "duration": "du", "effect": "e", "end_offset": "eo",
	"fetch_format": "f", "flags": "fl", "fps": "fps", "gravity": "g", "height": "h", "keyframe_interval": "ki",
	"overlay": "l", "opacity": "o", "prefix": "p", "page": "pg", "quality": "q", "radius": "r",
	"start_offset": "so", "streaming_profile": "sp", "underlay": "u", "video_codec": "vc",
	"video_sampling": "vs", "width": "w", "x": "x", "y": "y", "zoom": "z",
	"if": "if", "size": "", "transformation": "", "raw_transformation": "", "variables": "", "offset": "",
}

// IsTransformationOption reports whether an upload option of that name is a part of the
// parameter transformation: width, crop and so on, and transformation itself.
func IsTransformationOption(name string) bool {
	_, flat := longNames[name]
	return flat
}

// Transform is the text of a transformation that is given as an object, as the Node SDK
// writes it: short names, sorted. The error names an option that has no such form.
func Transform(o Object) (string, error) { return transform(o, 0) }

func transform(o Object, depth int) (string, error) {
	if depth > 20 {
		return "", fmt.Errorf("serialize: transformations are nested too deep")
	}
	base, named, err := baseTransformations(o, depth)
	if err != nil {
		return "", err
	}
	var pieces, first []string
	if named != "" {
		pieces = append(pieces, "t_"+named)
	}
	raw := ""
	for _, m := range lastOfEach(o) {
		switch short := longNames[m.Key]; {
		case m.Key == "raw_transformation":
			raw = plain(m.Value)
		case m.Key == "size":
			w, h, _ := strings.Cut(plain(m.Value), "x")
			pieces = append(pieces, "w_"+w, "h_"+h)
		case m.Key == "offset":
			start, end, _ := strings.Cut(strings.ReplaceAll(plain(m.Value), "..", ","), ",")
			pieces = append(pieces, "so_"+start, "eo_"+end)
		case m.Key == "variables":
			return "", fmt.Errorf("serialize: variables in an object are not supported; write them as $name_value in a raw_transformation")
		case strings.HasPrefix(m.Key, "$"):
			first = append(first, m.Key+"_"+plain(m.Value))
		case short == "if":
			first = append([]string{"if_" + plain(m.Value)}, first...)
		case short != "":
			if text := transformValue(m.Key, m.Value); text != "" {
				pieces = append(pieces, short+"_"+text)
			}
		}
	}
	slices.Sort(pieces)
	pieces = append(first, pieces...)
	if raw != "" {
		pieces = append(pieces, raw)
	}
	if len(pieces) > 0 {
		base = append(base, strings.Join(pieces, ","))
	}
	return strings.Join(base, "/"), nil
}

// lastOfEach leaves out members whose key comes again.
func lastOfEach(o Object) Object {
	var kept Object
	for i, m := range o {
		if !slices.ContainsFunc(o[i+1:], func(n Member) bool { return n.Key == m.Key }) {
			kept = append(kept, m)
		}
	}
	return kept
}

// baseTransformations are the steps in front of an object's own: objects become steps,
// texts are names of transformations that are stored in the account.
func baseTransformations(o Object, depth int) (steps []string, named string, err error) {
	v, ok := o.Get("transformation")
	if !ok || v == nil || v == "" {
		return nil, "", nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	if !slices.ContainsFunc(list, func(e any) bool { _, is := e.(Object); return is }) {
		names := make([]string, len(list))
		for i, e := range list {
			names[i] = plain(e)
		}
		return nil, strings.Join(names, "."), nil
	}
	for _, e := range list {
		step, is := e.(Object)
		if !is {
			step = Object{{Key: "transformation", Value: e}}
		}
		text, err := transform(step, depth+1)
		if err != nil {
			return nil, "", err
		}
		if text != "" {
			steps = append(steps, text)
		}
	}
	return steps, "", nil
}

// transformValue is the text of one option.
func transformValue(key string, value any) string {
	switch v := value.(type) {
	case []any:
		joint := ":"
		if key == "angle" || key == "flags" {
			joint = "."
		}
		items := make([]string, len(v))
		for i, e := range v {
			items[i] = plain(e)
		}
		return strings.Join(items, joint)
	case Object:
		if key == "border" {
			return borderText(v)
		}
		var items []string
		for _, m := range v {
			items = append(items, m.Key, plain(m.Value))
		}
		return strings.Join(items, ":")
	case bool:
		return map[bool]string{true: "true", false: "false"}[v]
	}
	text := plain(value)
	if key == "background" || key == "color" || key == "border" {
		return strings.Replace(text, "#", "rgb:", 1)
	}
	return text
}

// borderText is a border given as width and colour.
func borderText(o Object) string {
	width, color := "2", "black"
	if v, ok := o.Get("width"); ok {
		width = plain(v)
	}
	if v, ok := o.Get("color"); ok {
		color = strings.Replace(plain(v), "#", "rgb:", 1)
	}
	return width + "px_solid_" + color
}

// eagerText writes eager transformations: texts as they are, objects with their format
// behind a slash.
func eagerText(value any) (string, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	items := make([]string, 0, len(list))
	for _, e := range list {
		switch v := e.(type) {
		case string:
			items = append(items, v)
		case Object:
			text, err := Transform(v.without("format"))
			if err != nil {
				return "", err
			}
			if format, ok := v.Get("format"); ok && format != nil {
				text += "/" + plain(format)
			}
			items = append(items, text)
		case nil:
		case json.Number:
			items = append(items, v.String())
		default:
			return "", fmt.Errorf("serialize: an eager transformation is neither a text nor an object")
		}
	}
	return strings.Join(items, "|"), nil
}

package catalog

import (
	"strings"
)

// cropWords say what a crop mode does with the box. Source: as for cropModes.
var cropWords = map[string]string{
	"scale": "scaled to it", "fit": "fitted into it", "limit": "fitted into it, never enlarged",
	"mfit": "fitted into it, only enlarged", "fill": "filled and cut", "lfill": "filled and cut, never enlarged",
	"pad": "fitted and padded", "lpad": "fitted and padded, never enlarged", "mpad": "padded where it is smaller",
	"fill_pad": "filled, or padded where too much would be cut", "crop": "cut out without scaling",
	"thumb": "a thumbnail round what the gravity finds", "auto": "cut out automatically", "auto_pad": "cut out automatically, or padded",
}

// Describe says in plain words what a transformation makes: "400 by 300, fitted and
// padded; then grayscale". It is empty for one that it has no words for.
func Describe(text string) string {
	items, _ := ParseEager(text)
	if len(items) != 1 {
		return ""
	}
	var steps []string
	for _, c := range items[0].Components {
		if words := c.words(); words != "" {
			steps = append(steps, words)
		}
	}
	all := strings.Join(steps, "; then ")
	if ext := items[0].Extension; ext != "" && all != "" {
		all += ", as " + ext
	}
	return all
}

// words describe one step.
func (c Component) words() string {
	get := func(key string) string {
		for _, p := range c.Params {
			if p.Key == key {
				return p.Value
			}
		}
		return ""
	}
	var words []string
	w, h := get("w"), get("h")
	switch {
	case w != "" && h != "":
		words = append(words, w+" by "+h)
	case w != "":
		words = append(words, w+" wide")
	case h != "":
		words = append(words, h+" high")
	}
	if ar := get("ar"); ar != "" {
		words = append(words, "in the ratio "+ar)
	}
	if crop := get("c"); cropWords[crop] != "" {
		words = append(words, cropWords[crop])
	} else if crop == "" && (w != "" || h != "") {
		words = append(words, "scaled to it")
	}
	for _, p := range c.Params {
		switch p.Key {
		case "g":
			words = append(words, "from "+strings.ReplaceAll(p.Value, "_", " "))
		case "e":
			name, level, _ := strings.Cut(p.Value, ":")
			words = append(words, strings.TrimSpace(strings.ReplaceAll(name, "_", " ")+" "+level))
		case "q":
			words = append(words, "quality "+p.Value)
		case "f":
			words = append(words, "format "+p.Value)
		case "r":
			words = append(words, map[bool]string{true: "fully rounded", false: "corners of " + p.Value}[p.Value == "max"])
		case "a":
			words = append(words, "turned "+strings.ReplaceAll(p.Value, "_", " "))
		case "b":
			words = append(words, "background "+p.Value)
		case "o":
			words = append(words, p.Value+" % opaque")
		case "t":
			words = append(words, "the stored transformation "+p.Value)
		case "if":
			words = append(words, "where "+strings.ReplaceAll(p.Value, "_", " "))
		}
	}
	return strings.Join(words, ", ")
}

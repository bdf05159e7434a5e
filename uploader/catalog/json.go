package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// CompactJSON takes the blanks out of JSON; the order of keys and the spelling of
// numbers stay.
func CompactJSON(text string) (string, error) {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		return "", fmt.Errorf("json: %w", err)
	}
	return b.String(), nil
}

// IndentJSON lays JSON out with two blanks for each level.
func IndentJSON(text string) (string, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		return "", fmt.Errorf("json: %w", err)
	}
	return b.String(), nil
}

// LineCol is the place of a byte offset as people count: line and column from 1, the
// column in characters.
func LineCol(text string, offset int) (line, col int) {
	offset = min(max(offset, 0), len(text))
	before := text[:offset]
	line = strings.Count(before, "\n") + 1
	return line, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}

// CheckJSON says where a text is no JSON, or not of the shape that the parameter of the
// name has. Offsets are bytes of text.
func CheckJSON(name, text string) []Problem {
	var value any
	d := json.NewDecoder(strings.NewReader(text))
	err := d.Decode(&value)
	if err == nil {
		if at := int(d.InputOffset()); strings.TrimSpace(text[at:]) != "" {
			return []Problem{{at, len(text), "there is something behind the JSON", "one value, and nothing behind it"}}
		}
		return shapeProblems(name, value, len(text))
	}
	at := len(text)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = max(int(syntax.Offset)-1, 0)
	}
	what := "it is no JSON: " + strings.TrimPrefix(err.Error(), "json: ")
	if strings.HasSuffix(err.Error(), "EOF") || strings.Contains(err.Error(), "unexpected end") {
		what, at = "it is no JSON: it ends too early", len(text)
	}
	return []Problem{{at, min(at+1, len(text)), what, jsonHint(text, at)}}
}

// jsonHint guesses from the character at the mistake what people mean.
func jsonHint(text string, at int) string {
	if at < len(text) {
		switch c := text[at]; {
		case c == '\'':
			return "JSON has double quotes only"
		case c == '}' || c == ']':
			return "is there a comma too many in front of it?"
		case c == '"':
			return "is there a comma or a colon missing in front of it?"
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			return "keys and texts stand in double quotes; the words are true, false and null"
		}
		return "look at what stands in front of it"
	}
	return "is a bracket or a quote missing at the end?"
}

// shapeProblems compare JSON with what the documentation says of the parameter.
func shapeProblems(name string, value any, size int) []Problem {
	whole := func(text, hint string) []Problem { return []Problem{{0, size, text, hint}} }
	object, isObject := value.(map[string]any)
	list, isList := value.([]any)
	if isObject {
		list = []any{object}
	}
	switch name {
	case "access_control":
		if !isList && !isObject {
			return whole("it is a list of objects", `such as [{"access_type":"token"}]`)
		}
		return accessProblems(list, size)
	case "responsive_breakpoints":
		if !isList && !isObject {
			return whole("it is a list of objects", `such as [{"create_derived":true,"max_images":5}]`)
		}
		return breakpointProblems(list, size)
	case "regions", "auto_video_details":
		if !isObject {
			return whole("it is an object", "it begins with { and ends with }")
		}
	}
	return nil
}

func accessProblems(list []any, size int) []Problem {
	var found []Problem
	add := func(text, hint string) { found = append(found, Problem{0, size, text, hint}) }
	for _, v := range list {
		o, ok := v.(map[string]any)
		if !ok {
			add("an entry is no object", "")
			continue
		}
		if t, _ := o["access_type"].(string); t != "token" && t != "anonymous" {
			add("access_type is neither token nor anonymous", "")
		}
		for _, k := range []string{"start", "end"} {
			if s, ok := o[k].(string); ok {
				if _, err := time.Parse(time.RFC3339, s); err != nil {
					add(k+" is no ISO 8601 time", "such as 2026-01-31T00:00:00Z")
				}
			}
		}
	}
	return found
}

// breakpointKeys are the names that the documentation lists.
var breakpointKeys = []string{"create_derived", "transformation", "format", "bytes_step", "min_width", "max_width", "max_images"}

func breakpointProblems(list []any, size int) []Problem {
	var found []Problem
	for _, v := range list {
		o, ok := v.(map[string]any)
		if !ok {
			return append(found, Problem{0, size, "an entry is no object", ""})
		}
		for _, k := range sortedKeys(o) {
			if !contains(breakpointKeys, k) {
				found = append(found, Problem{0, size, fmt.Sprintf("%q is not known here", k), "known are " + strings.Join(breakpointKeys, ", ")})
			}
		}
		if _, ok := o["create_derived"].(bool); !ok {
			found = append(found, Problem{0, size, "create_derived is missing or neither true nor false", ""})
		}
	}
	return found
}

package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"signpost/signer"
)

// SerializeAll turns the options of an SDK's upload call into form parameters, as the
// official Node SDK does: in the catalog's order, without what is empty. dropped are
// options that it does not send. Flat transformation options (width, crop, …) become
// the parameter transformation.
// Source: cloudinary_npm lib/utils/index.js, build_upload_params.
func SerializeAll(options Object) (sent []signer.Param, dropped []string, err error) {
	for _, p := range params {
		v, ok := options.Get(p.Name)
		if p.Name == "transformation" {
			text, err := Transform(options.transformation())
			if err != nil {
				return nil, nil, err
			}
			if text != "" {
				sent = append(sent, signer.Param{Name: p.Name, Value: text})
			}
			continue
		}
		if !ok || !strings.Contains(p.SentBy, "N") {
			continue
		}
		text, send, err := Serialize(p.Name, v)
		if err != nil {
			return nil, nil, err
		}
		if send {
			sent = append(sent, signer.Param{Name: p.Name, Value: text})
		}
	}
	for _, m := range options {
		p, known := Lookup(m.Key)
		if !IsTransformationOption(m.Key) && (!known || !strings.Contains(p.SentBy, "N")) && !slices.Contains(dropped, m.Key) {
			dropped = append(dropped, m.Key)
		}
	}
	return sent, dropped, nil
}

// transformation are the options that make the incoming transformation.
func (o Object) transformation() Object {
	var t Object
	for _, m := range o {
		if IsTransformationOption(m.Key) {
			t = append(t, m)
		}
	}
	return t
}

// Serialize is the wire text of a typed option as the official Node SDK writes it. send
// is false where it leaves the option out: null, an empty text, an empty list. value is
// a string, bool, nil, [json.Number], []any or [Object].
// Known answers: testdata/serialization.json.
func Serialize(name string, value any) (text string, send bool, err error) {
	switch v := value.(type) {
	case nil:
		return "", false, nil
	case string:
		if v == "" {
			return "", false, nil
		}
	case []any:
		if len(v) == 0 {
			return "", false, nil
		}
	}
	p, _ := Lookup(name)
	switch {
	case p.Type == Bool && name != "visual_search" && name != "unique_display_name" || name == "auto_transcription":
		text, err = boolean(name, value)
	case name == "eager":
		text, err = eagerText(value)
	case name == "transformation":
		text, err = Transform(Object{{Key: name, Value: value}})
	case p.Type == Pairs:
		text = pairsText(value)
	case p.Type == Coordinates:
		text = coordinatesText(value)
	case name == "access_control" || name == "responsive_breakpoints":
		text, err = jsonList(name, value)
	case p.Type == JSON:
		text = jsonText(value)
	case name == "headers":
		text = linesText(value)
	default:
		text = plain(value)
	}
	return text, text != "" && err == nil, err
}

// plain is a value as text: lists are joined with commas.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case []any:
		items := make([]string, len(v))
		for i, e := range v {
			items[i] = plain(e)
		}
		return strings.Join(items, ",")
	}
	return EncodeJSON(value)
}

func boolean(name string, value any) (string, error) {
	switch v := value.(type) {
	case bool:
		return FormatBool(name, v), nil
	case string, json.Number:
		text := plain(v)
		if b, known := ParseBool(text); known {
			return FormatBool(name, b), nil
		}
		return text, nil
	case Object:
		return EncodeJSON(v), nil
	}
	return "", fmt.Errorf("serialize: parameter %q is neither true nor false", name)
}

// pairsText writes context and metadata. A value that is a boolean or a fraction loses
// its key, and quotes in lists stay as they are: so does the Node SDK.
func pairsText(value any) string {
	o, ok := value.(Object)
	if !ok {
		return plain(value)
	}
	var pairs []string
	for _, m := range o {
		switch v := m.Value.(type) {
		case []any:
			items := make([]string, len(v))
			for i, e := range v {
				items[i] = `"` + escape.Replace(plain(e)) + `"`
			}
			pairs = append(pairs, m.Key+"=["+strings.Join(items, ",")+"]")
		case string:
			pairs = append(pairs, m.Key+"="+escape.Replace(v))
		case json.Number:
			if strings.ContainsAny(v.String(), ".eE") {
				pairs = append(pairs, v.String())
			} else {
				pairs = append(pairs, m.Key+"="+v.String())
			}
		default:
			pairs = append(pairs, plain(v))
		}
	}
	return strings.Join(pairs, "|")
}

func coordinatesText(value any) string {
	list, ok := value.([]any)
	if !ok {
		return plain(value)
	}
	if _, nested := list[0].([]any); !nested {
		return plain(value)
	}
	items := make([]string, len(list))
	for i, e := range list {
		items[i] = plain(e)
	}
	return strings.Join(items, "|")
}

// jsonText is an object as JSON; a text is sent as it is.
func jsonText(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return EncodeJSON(value)
}

// jsonList is a list as JSON; one object becomes a list of it, and a text is read first.
func jsonList(name string, value any) (string, error) {
	if s, ok := value.(string); ok {
		read, err := DecodeJSON(s)
		if err != nil {
			return s, nil // sent as it stands: the check says what is wrong
		}
		value = read
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	if name == "responsive_breakpoints" {
		list = slices.Clone(list)
		for i, e := range list {
			o, ok := e.(Object)
			if !ok {
				continue
			}
			o = slices.Clone(o)
			for j, m := range o {
				if t, ok := m.Value.(Object); ok && m.Key == "transformation" {
					text, err := Transform(t)
					if err != nil {
						return "", err
					}
					o[j].Value = text
				}
			}
			list[i] = o
		}
	}
	return EncodeJSON(list), nil
}

// linesText writes header lines.
func linesText(value any) string {
	var lines []string
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			lines = append(lines, plain(e))
		}
	case Object:
		for _, m := range v {
			lines = append(lines, m.Key+":"+plain(m.Value))
		}
	default:
		return plain(value)
	}
	return strings.Join(lines, "\n")
}

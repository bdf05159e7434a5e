package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// jsonSlots is how many JSON bodies are unpacked at once: a data URI in one is in memory.
const jsonSlots = 4

// json reads a JSON object: texts, numbers as they are written, true and false, lists
// joined with a comma; null is no value; an object in it is its compact text.
// Source: the published description of the API (asset-management-js).
func (s *Server) json(fr *formReader, body io.Reader) error {
	sp := s.pool.newSpool(s.o.Limits.DataURI + s.o.Limits.FieldBytes)
	defer sp.drop()
	if _, err := io.Copy(sp, body); err != nil {
		return err
	}
	s.jsonSlots <- struct{}{}
	defer func() { <-s.jsonSlots }()
	raw, err := sp.done().bytes()
	if err != nil {
		return err
	}
	return fr.json(raw)
}

// json reads the parameters of an object.
func (fr *formReader) json(raw []byte) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil // the Go SDK's GETs have the type, and no body
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		return malformed("it is not a JSON object")
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value, err := jsonText(object[name])
		if err != nil {
			return err
		}
		if name != "file" {
			if err := fr.add(name, value); err != nil {
				return err
			}
			continue
		}
		s := fr.fileSpool(true)
		if _, err := io.WriteString(s, value); err != nil {
			s.drop()
			return err
		}
		fr.setFile(s, true, "")
	}
	return nil
}

// jsonText is a JSON value as the text of a parameter.
func jsonText(raw json.RawMessage) (string, error) {
	switch raw[0] {
	case 'n':
		return "", nil
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	case '[':
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			return "", err
		}
		if slices.ContainsFunc(items, func(i json.RawMessage) bool { return i[0] == '{' || i[0] == '[' }) {
			break
		}
		texts := make([]string, 0, len(items))
		for _, item := range items {
			text, err := jsonText(item)
			if err != nil {
				return "", err
			}
			texts = append(texts, text)
		}
		return strings.Join(texts, ","), nil
	case '{':
	default:
		return string(raw), nil
	}
	var compact bytes.Buffer
	err := json.Compact(&compact, raw)
	return compact.String(), err
}

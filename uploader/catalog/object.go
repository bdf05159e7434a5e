package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Object is a JSON object with its keys in their order. Values are string, bool, nil,
// [json.Number], []any or Object.
type Object []Member

// Member is one key of an [Object] with its value.
type Member struct {
	Key   string
	Value any
}

// Get returns the last value of a key, as languages with unordered maps would.
func (o Object) Get(key string) (value any, ok bool) {
	for _, m := range o {
		if m.Key == key {
			value, ok = m.Value, true
		}
	}
	return value, ok
}

// without is the object without a key.
func (o Object) without(key string) Object {
	var rest Object
	for _, m := range o {
		if m.Key != key {
			rest = append(rest, m)
		}
	}
	return rest
}

// maxDepth bounds how deep JSON may be nested.
const maxDepth = 200

// DecodeJSON reads one JSON value and keeps the order of keys and the spelling of
// numbers. Errors are those of encoding/json, or about what stands behind the value.
func DecodeJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := decodeValue(d, 0)
	if err != nil {
		return nil, fmt.Errorf("json: %w", err)
	}
	if strings.TrimSpace(text[d.InputOffset():]) != "" {
		return nil, errors.New("json: there is something behind the value")
	}
	return v, nil
}

func decodeValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deep")
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := Object{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := decodeValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			name, ok := key.(string)
			if !ok {
				return nil, errors.New("a key is no text")
			}
			o = append(o, Member{name, v})
		}
		_, err := d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := decodeValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

// encode writes a value as compact JSON, as JSON.stringify does: no escapes for < > &.
func encode(b *strings.Builder, v any) {
	switch v := v.(type) {
	case Object:
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			encode(b, m.Key)
			b.WriteByte(':')
			encode(b, m.Value)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			encode(b, e)
		}
		b.WriteByte(']')
	case json.Number:
		b.WriteString(v.String())
	default:
		var text strings.Builder
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err == nil {
			// encoding/json escapes U+2028 and U+2029 even so; JSON.stringify does not.
			s := strings.TrimSuffix(text.String(), "\n")
			b.WriteString(strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029").Replace(s))
		}
	}
}

// EncodeJSON writes a value, as [DecodeJSON] gives it, as compact JSON: keys in their
// order, numbers as they are spelled, no escapes for < > &.
func EncodeJSON(v any) string {
	var b strings.Builder
	encode(&b, v)
	return b.String()
}

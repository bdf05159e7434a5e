package importer

import (
	"bytes"
	"encoding/json"
)

// JSON is the result for scripts: kind, cloud_name, endpoint, resource_type, auth, params
// (a repeated name has a list), file, dropped, traps. It holds no secret.
func (r Result) JSON() ([]byte, error) {
	params, err := r.paramsJSON()
	if err != nil {
		return nil, err
	}
	auth := string(r.Auth)
	if auth == "" && r.isRequest() {
		auth = "signed"
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err = e.Encode(struct {
		Kind         Kind            `json:"kind"`
		CloudName    string          `json:"cloud_name"`
		Endpoint     string          `json:"endpoint"`
		ResourceType string          `json:"resource_type"`
		Auth         string          `json:"auth"`
		Params       json.RawMessage `json:"params"`
		File         string          `json:"file"`
		Message      string          `json:"message,omitempty"`
		Dropped      []Reason        `json:"dropped"`
		Traps        []Reason        `json:"traps"`
	}{r.Kind, r.CloudName, r.Endpoint, r.ResourceType, auth, params, r.File, r.Message, list(r.Dropped), list(r.Traps)})
	return bytes.TrimRight(out.Bytes(), "\n"), err
}

func list(all []Reason) []Reason {
	if all == nil {
		return []Reason{}
	}
	return all
}

// paramsJSON is an object of the fields in the order of the text.
func (r Result) paramsJSON() ([]byte, error) {
	values := map[string][]string{}
	var names []string
	for _, p := range r.Params {
		if values[p.Name] == nil {
			names = append(names, p.Name)
		}
		values[p.Name] = append(values[p.Name], p.Value)
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for i, n := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		var v any = values[n][0]
		if len(values[n]) > 1 {
			v = values[n]
		}
		key, err := json.Marshal(n)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

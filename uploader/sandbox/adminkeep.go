package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// presets makes, shows, changes and deletes upload presets.
func (c *call) presets(o *order, pieces []string) error {
	st, cloud := &c.s.admin, o.key.cloud
	name := strings.Join(pieces, "/")
	if name == "" && c.r.Method == http.MethodPost {
		if name = o.p.get("name"); name == "" {
			name = c.s.plainID(8)
		}
		return c.keepPreset(o, name, "created")
	}
	p, ok := c.s.preset(cloud, name)
	switch {
	case name == "" && c.r.Method == http.MethodGet:
		list := []any{}
		st.mu.Lock()
		all := map[string]Preset{}
		for n, p := range c.s.o.Presets {
			all[n] = p
		}
		for n, p := range st.presets[cloud] {
			all[n] = p
		}
		st.mu.Unlock()
		names := make([]string, 0, len(all))
		for n := range all {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names {
			list = append(list, map[string]any{"name": n, "unsigned": all[n].Unsigned, "settings": all[n].settings()})
		}
		return c.json(http.StatusOK, map[string]any{"presets": list})
	case !ok:
		return fail(presetUnknown, name)
	case c.r.Method == http.MethodGet:
		return c.json(http.StatusOK, map[string]any{"name": name, "unsigned": p.Unsigned, "settings": p.settings()})
	case c.r.Method == http.MethodPut:
		return c.keepPreset(o, name, "updated")
	case c.r.Method == http.MethodDelete:
		st.mu.Lock()
		defer st.mu.Unlock()
		delete(st.presets[cloud], name)
		if err := st.save(); err != nil {
			return err
		}
		return c.json(http.StatusOK, map[string]string{"message": "deleted"})
	}
	return fail(wrongMethod, c.r.Method)
}

// small refuses to keep more of a preset or a field than anybody needs (threat T35).
func small(p params) error {
	size := 0
	for _, q := range p {
		size += len(q.Name) + len(q.Value)
	}
	if size > mostDetailBytes {
		return fail(fieldTooLarge, mostDetailBytes)
	}
	return nil
}

func (c *call) keepPreset(o *order, name, message string) error {
	if err := small(o.p); err != nil {
		return err
	}
	p := Preset{Unsigned: o.p.flag("unsigned", false), Params: map[string]string{}}
	for _, q := range o.p {
		if q.Name != "name" && q.Name != "unsigned" && q.Name != "disallow_public_id" && q.Value != "" && isKnown(q.Name) && q.Name != "timestamp" {
			p.Params[q.Name] = q.Value
		}
	}
	if raw, err := json.Marshal(p); err != nil || len(raw) > mostSetting {
		return fail(invalidValue, "name", "the preset is too large")
	}
	st := &c.s.admin
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.presets == nil {
		st.presets = map[string]map[string]Preset{}
	}
	mine := st.presets[o.key.cloud]
	if mine == nil {
		mine = map[string]Preset{}
		st.presets[o.key.cloud] = mine
	}
	if _, ok := mine[name]; !ok && len(mine) >= mostPresets {
		return fail(invalidValue, "name", "there are too many presets")
	}
	mine[name] = p
	if err := st.save(); err != nil {
		return err
	}
	return c.json(http.StatusOK, map[string]string{"message": message, "name": name})
}

func (p Preset) settings() map[string]string {
	if p.Params == nil {
		return map[string]string{}
	}
	return p.Params
}

// metadataFields makes, shows and deletes fields of the structured metadata. They are
// kept as they were sent; only the type of whole numbers is checked in values.
func (c *call) metadataFields(o *order, pieces []string) error {
	st, cloud := &c.s.admin, o.key.cloud
	if err := small(o.p); err != nil {
		return err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.fields == nil {
		st.fields = map[string]map[string]metadataField{}
	}
	mine := st.fields[cloud]
	if mine == nil {
		mine = map[string]metadataField{}
		st.fields[cloud] = mine
	}
	if len(pieces) == 0 {
		if c.r.Method == http.MethodGet {
			list := []any{}
			for _, f := range mine {
				list = append(list, f)
			}
			return c.json(http.StatusOK, map[string]any{"metadata_fields": list})
		}
		id := o.p.get("external_id")
		if id == "" {
			id = c.s.plainID(20)
		}
		if _, ok := mine[id]; ok {
			return fail(invalidValue, "external_id", id+" already exists")
		}
		if len(mine) >= mostFields {
			return fail(invalidValue, "external_id", "there are too many fields")
		}
		f := fieldOf(o.p, metadataField{"external_id": id, "mandatory": false, "default_value": nil, "validation": nil})
		if raw, err := json.Marshal(f); err != nil || len(raw) > mostSetting {
			return fail(invalidValue, "external_id", "the field is too large")
		}
		mine[id] = f
		if err := st.save(); err != nil {
			return err
		}
		return c.json(http.StatusOK, mine[id])
	}
	f, ok := mine[pieces[0]]
	switch {
	case !ok:
		return fail(notFound, "External ID "+pieces[0])
	case c.r.Method == http.MethodGet:
		return c.json(http.StatusOK, f)
	case c.r.Method == http.MethodDelete && len(pieces) == 1:
		delete(mine, pieces[0])
		if err := st.save(); err != nil {
			return err
		}
		return c.json(http.StatusOK, map[string]string{"message": "ok"})
	}
	changed := fieldOf(o.p, f)
	if raw, err := json.Marshal(changed); err != nil || len(raw) > mostSetting {
		return fail(invalidValue, pieces[0], "the field is too large")
	}
	mine[pieces[0]] = changed
	if err := st.save(); err != nil {
		return err
	}
	return c.json(http.StatusOK, mine[pieces[0]])
}

// fieldOf is a field with what a request says of it.
func fieldOf(p params, old metadataField) metadataField {
	f := metadataField{}
	for k, v := range old {
		f[k] = v
	}
	for _, q := range p {
		switch {
		case q.Name == "external_id" && f["external_id"] != nil, q.Name == "api_key", q.Name == "timestamp":
		case len(q.Value) > 0 && strings.ContainsRune("{[", rune(q.Value[0])) && json.Valid([]byte(q.Value)):
			f[q.Name] = json.RawMessage(q.Value)
		case q.Value == "true" || q.Value == "false":
			f[q.Name] = q.Value == "true"
		default:
			f[q.Name] = q.Value
		}
	}
	return f
}

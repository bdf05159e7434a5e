package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
)

// mostSetting bounds an upload preset, or a field of the structured metadata, in bytes.
const mostSetting = 16 << 10

// settings are what the Admin API keeps, as it is written.
type settings struct {
	Presets map[string]map[string]Preset        `json:"presets,omitempty"`
	Fields  map[string]map[string]metadataField `json:"metadata_fields,omitempty"`
}

// save keeps presets and fields, where something outlasts the sandbox. The lock is held.
func (st *adminState) save() error {
	if st.disk == nil || st.disk.closed.Load() {
		return nil
	}
	raw, err := json.Marshal(settings{st.presets, st.fields})
	if err != nil {
		return err
	}
	return st.disk.write(settingsFile, sealed(raw))
}

// restore takes presets and fields back.
func (st *adminState) restore(raw []byte) error {
	var kept settings
	if err := json.Unmarshal(raw, &kept); err != nil {
		return err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.presets, st.fields = kept.Presets, kept.Fields
	return nil
}

// has reports whether a cloud has presets or fields.
func (st *adminState) has(cloud string) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return len(st.presets[cloud])+len(st.fields[cloud]) > 0
}

// clouds are the names that have presets or fields.
func (st *adminState) clouds() []string {
	st.mu.Lock()
	defer st.mu.Unlock()
	return slices.AppendSeq(slices.Collect(maps.Keys(st.presets)), maps.Keys(st.fields))
}

// forget drops the presets and fields of a cloud; the empty name is every cloud.
func (st *adminState) forget(cloud string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if cloud == "" {
		st.presets, st.fields = nil, nil
	}
	delete(st.presets, cloud)
	delete(st.fields, cloud)
	_ = st.save() // they are gone for as long as the sandbox lasts, at least
}

package sandbox

import (
	"encoding/json"
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

// room says whether a cloud can have settings of its own: there are only so many clouds.
// The lock is held.
func (st *adminState) room(cloud string) error {
	if st.presets[cloud] == nil && st.fields[cloud] == nil && len(st.presets)+len(st.fields) >= 2*mostClouds {
		return fail(invalidValue, "cloud_name", "there are too many clouds with settings")
	}
	return nil
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

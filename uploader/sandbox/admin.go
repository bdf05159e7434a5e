package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// adminState is what the Admin API keeps: presets and fields of the structured metadata,
// for each cloud.
type adminState struct {
	mu      sync.Mutex
	presets map[string]map[string]Preset
	fields  map[string]map[string]metadataField
}

const (
	mostPresets = 200
	mostFields  = 200
	// adminLimit is the number of requests an hour in the headers; none is refused.
	adminLimit = 500
)

// preset finds an upload preset, one of the cloud or one of all.
func (s *Server) preset(cloud, name string) (Preset, bool) {
	s.admin.mu.Lock()
	defer s.admin.mu.Unlock()
	if p, ok := s.admin.presets[cloud][name]; ok {
		return p, true
	}
	p, ok := s.o.Presets[name]
	return p, ok
}

// fieldsOf are the metadata fields of a cloud.
func (st *adminState) fieldsOf(cloud string) map[string]metadataField {
	st.mu.Lock()
	defer st.mu.Unlock()
	out := make(map[string]metadataField, len(st.fields[cloud]))
	for k, v := range st.fields[cloud] {
		out[k] = v
	}
	return out
}

// adminCall answers the part of the Admin API that is here. Source: cloudinary_npm
// lib/api.js; answers as asset-management-js describes them.
func (c *call) adminCall(cloud string, pieces []string) error {
	scheme, _, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") && !strings.EqualFold(scheme, "Bearer") {
		return fail(invalidKey, "")
	}
	id, err := c.s.authenticate(cloud, nil, c.r.Header, c.now())
	if err != nil {
		return err
	}
	c.ex.Verdict = id.verdict
	h := c.w.Header()
	h.Set("X-FeatureRateLimit-Limit", strconv.Itoa(adminLimit))
	h.Set("X-FeatureRateLimit-Remaining", strconv.Itoa(adminLimit-1))
	h.Set("X-FeatureRateLimit-Reset", c.now().UTC().Add(time.Hour).Format(http.TimeFormat))
	body := newPacedBody(c.w, http.MaxBytesReader(c.w, c.r.Body, mostAction))
	f, err := c.s.readForm(c.r, body)
	_, _ = io.Copy(io.Discard, body)
	if err != nil {
		return err
	}
	defer f.drop()
	c.ex.Fields = f.fields
	o := &order{p: fold(f.fields), id: id}
	o.key.cloud = cloud
	switch pieces[0] {
	case "ping":
		return c.json(http.StatusOK, map[string]string{"status": "ok"})
	case "usage":
		return c.usage(cloud)
	case "resources":
		return c.resources(o, pieces[1:])
	case "tags":
		return c.tags(o, pieces[1:])
	case "folders":
		return c.folders(cloud)
	case "upload_presets":
		return c.presets(o, pieces[1:])
	case "metadata_fields":
		return c.metadataFields(o, pieces[1:])
	}
	return fail(noSuchAction)
}

// isAdmin reports whether the path behind the cloud name belongs to the Admin API.
func isAdmin(pieces []string) bool {
	if len(pieces) == 0 {
		return false
	}
	switch pieces[0] {
	case "ping", "usage", "resources", "tags", "folders", "upload_presets", "metadata_fields":
		return true
	}
	return false
}

func (c *call) usage(cloud string) error {
	var bytes int64
	all := c.s.store.list(cloud)
	derived := 0
	for _, a := range all {
		bytes += a.blob.size
		derived += len(c.s.store.derivedList(a))
	}
	return c.json(http.StatusOK, map[string]any{
		"plan": "Sandbox", "last_updated": c.now().UTC().Format("2006-01-02"),
		"objects": map[string]int{"usage": len(all)}, "storage": map[string]int64{"usage": bytes, "limit": c.s.o.Limits.Total},
		"resources": len(all), "derived_resources": derived,
	})
}

// resources lists, shows, changes and deletes assets.
func (c *call) resources(o *order, pieces []string) error {
	kind := "image"
	if len(pieces) > 0 {
		kind = pieces[0]
		if !isKind(kind) {
			return fail(noSuchAction)
		}
		pieces = pieces[1:]
	}
	match := func(a *asset) bool { return a.kind == kind }
	switch {
	case len(pieces) >= 2 && pieces[0] == "tags":
		tag := strings.Join(pieces[1:], "/")
		match = func(a *asset) bool { return a.kind == kind && slices.Contains(a.tags, tag) }
	case len(pieces) == 1 && pieces[0] == "context":
		name, value := o.p.get("key"), o.p.get("value")
		match = func(a *asset) bool {
			v, ok := a.context[name]
			return a.kind == kind && ok && (value == "" || v == value)
		}
	case len(pieces) == 1:
		typ := pieces[0]
		match = func(a *asset) bool { return a.kind == kind && a.typ == typ }
	case len(pieces) >= 2:
		return c.resource(o, key{o.key.cloud, kind, pieces[0], strings.Join(pieces[1:], "/")})
	}
	if ids := o.p.list("public_ids"); len(ids) > 0 {
		before := match
		match = func(a *asset) bool { return before(a) && slices.Contains(ids, a.id) }
		if c.r.Method == http.MethodDelete {
			return c.deleteNamed(o, ids, before)
		}
	} else if prefix := o.p.get("prefix"); prefix != "" {
		before := match
		match = func(a *asset) bool { return before(a) && strings.HasPrefix(a.id, prefix) }
	} else if c.r.Method == http.MethodDelete && !o.p.flag("all", false) && !slices.Contains([]string{"tags", "context"}, first(pieces)) {
		return fail(missingParameter, "public_ids")
	}
	if c.r.Method == http.MethodDelete {
		deleted := map[string]string{}
		for _, a := range c.s.store.list(o.key.cloud) {
			if match(a) {
				c.s.store.remove(a.key)
				deleted[a.id] = "deleted"
			}
		}
		return c.json(http.StatusOK, map[string]any{"deleted": deleted, "partial": false})
	}
	if c.r.Method != http.MethodGet {
		return fail(wrongMethod, c.r.Method)
	}
	return c.listing(o, match)
}

func first(pieces []string) string {
	if len(pieces) == 0 {
		return ""
	}
	return pieces[0]
}

func (c *call) deleteNamed(o *order, ids []string, match func(*asset) bool) error {
	deleted := map[string]string{}
	for _, id := range ids {
		deleted[id] = "not_found"
	}
	for _, a := range c.s.store.list(o.key.cloud) {
		if _, ok := deleted[a.id]; ok && match(a) {
			c.s.store.remove(a.key)
			deleted[a.id] = "deleted"
		}
	}
	return c.json(http.StatusOK, map[string]any{"deleted": deleted, "partial": false})
}

// listing answers a page of assets, the newest first.
func (c *call) listing(o *order, match func(*asset) bool) error {
	most := 10
	if n, err := strconv.Atoi(o.p.get("max_results")); err == nil {
		most = min(max(n, 1), 500)
	}
	from, _ := strconv.Atoi(o.p.get("next_cursor"))
	all := slices.DeleteFunc(c.s.store.list(o.key.cloud), func(a *asset) bool { return !match(a) })
	if o.p.get("direction") == "asc" || o.p.get("direction") == "1" {
		slices.Reverse(all)
	}
	from = min(max(from, 0), len(all))
	page := all[from:min(from+most, len(all))]
	list := make([]any, 0, len(page))
	for _, a := range page {
		list = append(list, c.shown(a, o))
	}
	out := map[string]any{"resources": list}
	if from+most < len(all) {
		out["next_cursor"] = strconv.Itoa(from + most)
	}
	return c.json(http.StatusOK, out)
}

// shownAsset is an asset as the Admin API shows it.
type shownAsset struct {
	uploadAnswer
	AccessMode  string           `json:"access_mode"`
	Derived     []map[string]any `json:"derived,omitempty"`
	Coordinates map[string]any   `json:"coordinates,omitempty"`
	Faces       [][]int          `json:"faces,omitempty"`
}

func (c *call) shown(a *asset, o *order) shownAsset {
	s := shownAsset{uploadAnswer: c.answer(a, o.id, false, false), AccessMode: "public"}
	s.Signature, s.APIKey, s.Eager, s.DeleteToken = "", "", nil, ""
	if a.accessMode != "" {
		s.AccessMode = a.accessMode
	}
	if o.p.flag("image_metadata", false) || o.p.flag("media_metadata", false) {
		s.ImageMetadata = a.look()
	}
	if len(a.faces) > 0 || len(a.custom) > 0 {
		s.Coordinates = map[string]any{}
		if len(a.faces) > 0 {
			s.Coordinates["faces"], s.Faces = a.faces, a.faces
		}
		if len(a.custom) > 0 {
			s.Coordinates["custom"] = a.custom
		}
	}
	return s
}

// resource shows, changes or deletes one asset.
func (c *call) resource(o *order, k key) error {
	a := c.s.store.find(k)
	if a == nil {
		return fail(notFound, k.id)
	}
	switch c.r.Method {
	case http.MethodGet:
		s := c.shown(a, o)
		for _, e := range c.s.store.derivedList(a) {
			address := c.assetURL(a, e.text, e.format)
			s.Derived = append(s.Derived, map[string]any{"transformation": e.text, "format": e.format, "bytes": e.blob.size, "id": e.blob.etag, "url": address, "secure_url": address})
		}
		return c.json(http.StatusOK, s)
	case http.MethodPost, http.MethodPut:
		next := a.details
		if err := c.setDetails(&next, o.p, k.cloud); err != nil {
			return err
		}
		if v := o.p.get("moderation_status"); v != "" {
			next.moderation = "manual:" + v
		}
		changed := c.s.store.change(a, func(b *asset) { b.details = next })
		if changed == nil {
			return fail(notFound, k.id)
		}
		return c.json(http.StatusOK, c.shown(changed, o))
	}
	return fail(wrongMethod, c.r.Method)
}

func (c *call) tags(o *order, pieces []string) error {
	kind := "image"
	if len(pieces) > 0 {
		kind = pieces[0]
	}
	set := map[string]bool{}
	for _, a := range c.s.store.list(o.key.cloud) {
		for _, t := range a.tags {
			if a.kind == kind && strings.HasPrefix(t, o.p.get("prefix")) {
				set[t] = true
			}
		}
	}
	list := make([]string, 0, len(set))
	for t := range set {
		list = append(list, t)
	}
	slices.Sort(list)
	return c.json(http.StatusOK, map[string]any{"tags": list})
}

func (c *call) folders(cloud string) error {
	set := map[string]bool{}
	for _, a := range c.s.store.list(cloud) {
		folder := a.assetFolder
		if !a.dynamic {
			folder = folderOf(a.id)
		}
		if top, _, _ := strings.Cut(folder, "/"); top != "" {
			set[top] = true
		}
	}
	list := []map[string]string{}
	for f := range set {
		list = append(list, map[string]string{"name": f, "path": f})
	}
	slices.SortFunc(list, func(a, b map[string]string) int { return strings.Compare(a["name"], b["name"]) })
	return c.json(http.StatusOK, map[string]any{"folders": list, "total_count": len(list)})
}

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
		delete(st.presets[cloud], name)
		st.mu.Unlock()
		return c.json(http.StatusOK, map[string]string{"message": "deleted"})
	}
	return fail(wrongMethod, c.r.Method)
}

func (c *call) keepPreset(o *order, name, message string) error {
	p := Preset{Unsigned: o.p.flag("unsigned", false), Params: map[string]string{}}
	for _, q := range o.p {
		if q.Name != "name" && q.Name != "unsigned" && q.Name != "disallow_public_id" && q.Value != "" && isKnown(q.Name) && q.Name != "timestamp" {
			p.Params[q.Name] = q.Value
		}
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
		mine[id] = fieldOf(o.p, metadataField{"external_id": id, "mandatory": false, "default_value": nil, "validation": nil})
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
		return c.json(http.StatusOK, map[string]string{"message": "ok"})
	}
	mine[pieces[0]] = fieldOf(o.p, f)
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

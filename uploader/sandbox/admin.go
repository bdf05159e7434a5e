package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
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
	disk    *disk // nil where nothing outlasts the sandbox
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
		return c.folders(cloud, strings.Join(pieces[1:], "/"))
	case "derived_resources":
		return c.deleteDerived(o)
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
	case "ping", "usage", "resources", "tags", "folders", "upload_presets", "metadata_fields", "derived_resources":
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
	if len(pieces) == 0 && c.r.Method == http.MethodGet {
		return c.json(http.StatusOK, map[string]any{"resource_types": []string{"image", "video", "raw"}})
	}
	if len(pieces) > 0 {
		kind = pieces[0]
		if !isKind(kind) {
			return c.byAssetID(o, pieces)
		}
		pieces = pieces[1:]
	}
	match := func(a *asset) bool { return a.kind == kind }
	switch {
	case len(pieces) >= 2 && pieces[0] == "tags":
		tag := strings.Join(pieces[1:], "/")
		match = func(a *asset) bool { return a.kind == kind && slices.Contains(a.tags, tag) }
	case len(pieces) == 3 && pieces[0] == "moderations":
		match = func(a *asset) bool {
			by, status := a.moderated()
			return a.kind == kind && by == pieces[1] && status == pieces[2]
		}
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
	ids, err := bounded(o.p, "public_ids")
	if err != nil {
		return err
	}
	if len(ids) > 0 {
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
		return c.deleteMatching(o, match)
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

func (c *call) deleteMatching(o *order, match func(*asset) bool) error {
	deleted := map[string]string{}
	for _, a := range c.s.store.list(o.key.cloud) {
		if match(a) {
			c.s.store.remove(a.key)
			deleted[a.id] = "deleted"
		}
	}
	return c.json(http.StatusOK, map[string]any{"deleted": deleted, "partial": false})
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
	Tags        []string         `json:"tags,omitempty"`
	Derived     []map[string]any `json:"derived,omitempty"`
	Coordinates map[string]any   `json:"coordinates,omitempty"`
	Faces       [][]int          `json:"faces,omitempty"`
}

func (c *call) shown(a *asset, o *order) shownAsset {
	s := shownAsset{uploadAnswer: c.answer(a, o.id, false, false), AccessMode: "public"}
	s.Signature, s.APIKey, s.Eager, s.DeleteToken = "", "", nil, ""
	// In order, and none at all where there are none (pycloudinary test/test_uploader.py).
	if s.Tags = slices.Sorted(slices.Values(a.tags)); len(s.Tags) == 0 {
		s.Tags = nil
	}
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

// derivedID names a derived version.
func derivedID(a *asset, e eagerPicture) string {
	sum := sha256.Sum256([]byte(a.assetID + "\n" + derivedName(e.text, e.format)))
	return hex.EncodeToString(sum[:16])
}

// resource shows, changes or deletes one asset.
func (c *call) resource(o *order, k key) error {
	a := c.s.store.find(k)
	if a == nil {
		a = c.ownSample(k)
	}
	if a == nil {
		return fail(notFound, k.id)
	}
	switch c.r.Method {
	case http.MethodGet:
		s := c.shown(a, o)
		for _, e := range c.s.store.derivedList(a) {
			address := c.assetURL(a, e.text, e.format)
			s.Derived = append(s.Derived, map[string]any{"transformation": e.text, "format": e.format, "bytes": e.blob.size, "id": derivedID(a, e), "url": address, "secure_url": address})
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

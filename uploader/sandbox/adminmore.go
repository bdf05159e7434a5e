package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// byAssetID shows an asset by its asset id. Source: cloudinary_npm lib/api.js
// resource_by_asset_id.
func (c *call) byAssetID(o *order, pieces []string) error {
	if len(pieces) != 1 || len(pieces[0]) != 32 || strings.Trim(pieces[0], "0123456789abcdef") != "" {
		return fail(noSuchAction)
	}
	for _, a := range c.s.store.list(o.key.cloud) {
		if a.assetID == pieces[0] {
			return c.resource(o, a.key)
		}
	}
	return fail(notFound, pieces[0])
}

// folders are those below a folder; below none, the ones at the top.
func (c *call) folders(cloud, parent string) error {
	found := parent == ""
	set := map[string]bool{}
	for _, a := range c.s.store.list(cloud) {
		folder := a.assetFolder
		if !a.dynamic {
			folder = folderOf(a.id)
		}
		below := folder
		if parent != "" {
			found = found || folder == parent
			var ok bool
			if below, ok = strings.CutPrefix(folder, parent+"/"); !ok {
				continue
			}
		}
		if top, _, _ := strings.Cut(below, "/"); top != "" {
			set[top] = true
		}
	}
	if !found && len(set) == 0 {
		return fail(notFound, parent)
	}
	list := []map[string]string{}
	for f := range set {
		path := f
		if parent != "" {
			path = parent + "/" + f
		}
		list = append(list, map[string]string{"name": f, "path": path})
	}
	slices.SortFunc(list, func(a, b map[string]string) int { return strings.Compare(a["name"], b["name"]) })
	return c.json(http.StatusOK, map[string]any{"folders": list, "total_count": len(list)})
}

// moderated is who moderates an asset, and what came of it; empty where nobody does.
func (a *asset) moderated() (by, status string) {
	by, status, _ = strings.Cut(a.moderation, ":")
	if by != "" && status == "" {
		status = "pending"
	}
	return by, status
}

// deleteDerived deletes derived versions by the ids that showing their asset tells.
func (c *call) deleteDerived(o *order) error {
	if c.r.Method != http.MethodDelete {
		return fail(wrongMethod, c.r.Method)
	}
	ids := o.p.list("derived_resource_ids")
	if len(ids) == 0 {
		return fail(missingParameter, "derived_resource_ids")
	}
	deleted := map[string]string{}
	for _, id := range ids {
		deleted[id] = "not_found"
	}
	for _, a := range c.s.store.list(o.key.cloud) {
		for _, e := range c.s.store.derivedList(a) {
			if id := derivedID(a, e); deleted[id] != "" {
				c.s.store.removeDerived(a, derivedName(e.text, e.format))
				deleted[id] = "deleted"
			}
		}
	}
	return c.json(http.StatusOK, map[string]any{"deleted": deleted})
}

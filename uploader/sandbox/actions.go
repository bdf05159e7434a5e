package sandbox

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"signpost/uploader/sandbox/render"
)

// mostAction bounds the body of a request that is no upload.
const mostAction = 2 << 20

// actions are the Upload API's calls besides upload. Source: cloudinary_npm
// lib/uploader.js; asset-management-js.
var actions = map[string]func(c *call, o *order, kind string) error{
	"destroy": (*call).destroy, "rename": (*call).rename, "explicit": (*call).explicit,
	"tags": (*call).changeTags, "context": (*call).changeContext, "metadata": (*call).changeMetadata,
	"delete_by_token": (*call).deleteByToken, "explode": (*call).explode,
	"generate_archive": (*call).archive, "sprite": (*call).sprite, "multi": (*call).multi, "download": (*call).download,
	"text": (*call).text,
}

// downloads are those that a signed address may ask for. Source: cloudinary_npm
// lib/utils download_archive_url, private_download_url; lib/uploader download_generated_sprite.
var downloads = map[string]bool{"generate_archive": true, "sprite": true, "multi": true, "download": true}

// act answers one of the actions.
func (c *call) act(cloud, kind, action string) error {
	body := newPacedBody(c.w, http.MaxBytesReader(c.w, c.r.Body, mostAction))
	f, err := c.s.readForm(c.r, body)
	_, _ = io.Copy(io.Discard, body)
	if err != nil {
		return err
	}
	defer f.drop()
	c.ex.Fields = f.fields
	o := &order{p: fold(f.fields)}
	o.key = key{cloud: cloud, kind: kind, typ: o.p.get("type")}
	if kind == "auto" || kind == "all" {
		o.key.kind = "image"
	}
	if o.key.typ == "" {
		o.key.typ = "upload"
	}
	c.sorted(o.p)
	if action != "delete_by_token" {
		if o.id, err = c.s.authenticate(cloud, o.p, c.r.Header, c.now()); err != nil {
			return err
		}
		if o.id.unsigned {
			return fail(missingParameter, "api_key")
		}
		c.ex.Verdict = o.id.verdict
	}
	return actions[action](c, o, kind)
}

// named finds the asset that a parameter names.
func (c *call) wanted(o *order, param string) (*asset, error) {
	o.key.id = strings.Trim(o.p.get(param), "/ ")
	if o.key.id == "" {
		return nil, fail(missingParameter, param)
	}
	a := c.s.store.find(o.key)
	if a == nil {
		a = c.ownSample(o.key)
	}
	if a == nil {
		return nil, fail(notFound, o.key.id)
	}
	return a, nil
}

func (c *call) destroy(o *order, _ string) error {
	_, err := c.wanted(o, "public_id")
	if isFault(err, notFound) {
		return c.json(http.StatusOK, map[string]string{"result": "not found"})
	}
	if err != nil {
		return err
	}
	c.s.store.remove(o.key)
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "delete", map[string]any{
		"resources": []map[string]string{{"resource_type": o.key.kind, "type": o.key.typ, "public_id": o.key.id}},
	})
	return c.json(http.StatusOK, map[string]string{"result": "ok"})
}

func (c *call) rename(o *order, _ string) error {
	a, err := c.wanted(o, "from_public_id")
	if err != nil {
		return err
	}
	to := o.key
	to.id = strings.Trim(o.p.get("to_public_id"), "/ ")
	if t := o.p.get("to_type"); t != "" {
		if !slices.Contains(deliveryTypes, t) {
			return fail(invalidType, t)
		}
		to.typ = t
	}
	if to.id == "" {
		return fail(missingParameter, "to_public_id")
	}
	if !validID(to.id) {
		return fail(invalidPublicID, to.id)
	}
	moved, taken := c.s.store.rename(a, to, o.p.flag("overwrite", false))
	switch {
	case taken:
		return fail(idTaken, to.id)
	case moved == nil:
		return fail(notFound, o.key.id)
	}
	answer := c.answer(moved, o.id, false, false)
	answer.FromPublicID, answer.ToPublicID = a.id, to.id
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "rename", answer)
	return c.json(http.StatusOK, answer)
}

// explicit changes an asset that is there: its details, and derived versions.
func (c *call) explicit(o *order, _ string) error {
	if o.p.flag("async", false) {
		return c.explicitLater(o)
	}
	answer, err := c.explicitNow(o)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, answer)
}

// explicitNow does it.
func (c *call) explicitNow(o *order) (answer uploadAnswer, err error) {
	if err := c.s.understand(o); err != nil {
		return answer, err
	}
	a, err := c.wanted(o, "public_id")
	if err != nil {
		return answer, err
	}
	next := a.details
	if err := c.setDetails(&next, o.p, o.key.cloud); err != nil {
		return answer, err
	}
	made := map[string]picture{}
	defer func() {
		if err != nil {
			for _, p := range made {
				p.blob.drop()
			}
		}
	}()
	if len(o.eager) > 0 && a.kind != "image" {
		return answer, fail(picturesOnly)
	}
	var eager []eagerPicture
	for _, chain := range o.eager {
		e, err := c.explicitPicture(a, chain, made)
		if err != nil {
			return answer, err
		}
		eager = append(eager, e)
	}
	if o.sets, err = c.s.breakpoints(c.r.Context(), o.settings, a, made); err != nil {
		return answer, err
	}
	changed := c.s.store.change(a, func(b *asset) {
		b.details = next
		if len(eager) > 0 {
			b.eager = eager
		}
	})
	if changed == nil {
		return answer, fail(notFound, o.key.id)
	}
	for name, p := range made {
		if !c.s.store.keepDerived(changed, name, p) {
			p.blob.drop()
		}
	}
	answer = c.answer(changed, o.id, false, false)
	c.details(&answer, changed, o)
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "explicit", answer)
	if len(eager) > 0 {
		c.s.notify(o.p.get("eager_notification_url"), o.id.account, o.id.answer, "eager", answer)
	}
	return answer, nil
}

func (c *call) explicitPicture(a *asset, chain render.Chain, made map[string]picture) (eagerPicture, error) {
	target := a.format
	if f := chain.Format(); f != "" {
		target = f
	}
	name := derivedName(chain.Text(), target)
	if p, ok := c.s.store.derivedOf(a, name); ok {
		return eagerPicture{chain.Text(), p}, nil
	}
	p, ok := made[name]
	if !ok {
		var err error
		if p, err = c.s.picture(c.r.Context(), a.blob, chain, target); err != nil {
			return eagerPicture{}, err
		}
		made[name] = p
	}
	return eagerPicture{chain.Text(), p}, nil
}

// bounded is a list of a request, at most a thousand: each item is looked for in all
// assets (threat T35).
func bounded(p params, name string) ([]string, error) {
	list := p.list(name)
	if len(list) > mostValues {
		return nil, fail(invalidValue, name, "there are more than "+strconv.Itoa(mostValues))
	}
	return list, nil
}

// several are the public_ids of a change.
func several(p params) ([]string, error) {
	ids, err := bounded(p, "public_ids")
	if err == nil && len(ids) == 0 {
		return nil, fail(missingParameter, "public_ids")
	}
	return ids, err
}

// changeAll changes the details of several assets, and answers with those that are there.
// An asset that would have too many of them stays as it is, and is the error.
func (c *call) changeAll(o *order, change func(d *details)) error {
	ids, err := several(o.p)
	if err == nil {
		err = checkKept(o.p)
	}
	if err != nil {
		return err
	}
	found := []string{}
	for _, id := range ids {
		k := o.key
		k.id = id
		a := c.s.store.find(k)
		if a == nil {
			continue
		}
		var full error
		changed := c.s.store.change(a, func(b *asset) {
			next := b.details
			change(&next)
			if full = next.check(); full == nil {
				b.details = next
			}
		})
		if full != nil {
			return full
		}
		if changed != nil {
			found = append(found, id)
		}
	}
	return c.json(http.StatusOK, map[string]any{"public_ids": found})
}

func (c *call) changeTags(o *order, _ string) error {
	command := o.p.get("command")
	tags, err := bounded(o.p, "tag")
	if err != nil {
		return err
	}
	switch command {
	case "add", "remove", "replace", "set_exclusive":
		if len(tags) == 0 {
			return fail(missingParameter, "tag")
		}
	case "remove_all":
	default:
		return fail(invalidValue, "command", "it is none of add, remove, replace, remove_all, set_exclusive")
	}
	if command == "set_exclusive" {
		ids, err := several(o.p)
		if err != nil {
			return err
		}
		for _, a := range c.s.store.list(o.key.cloud) {
			if a.kind == o.key.kind && a.typ == o.key.typ && !slices.Contains(ids, a.id) {
				c.s.store.change(a, func(b *asset) { b.tags = without(b.tags, tags) })
			}
		}
		command = "add"
	}
	return c.changeAll(o, func(d *details) {
		switch command {
		case "add":
			d.tags = append(without(d.tags, tags), tags...)
		case "remove":
			d.tags = without(d.tags, tags)
		case "replace":
			d.tags = slices.Clone(tags)
		case "remove_all":
			d.tags = []string{}
		}
	})
}

// without is a new list without some of its items.
func without(list, items []string) []string {
	gone := setOf(items)
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return gone[s] })
}

func (c *call) changeContext(o *order, _ string) error {
	command, pairs := o.p.get("command"), o.p.pairs("context")
	switch command {
	case "add":
		if len(pairs) == 0 {
			return fail(missingParameter, "context")
		}
	case "remove_all":
	default:
		return fail(invalidValue, "command", "it is none of add, remove_all")
	}
	return c.changeAll(o, func(d *details) {
		next := map[string]string{}
		if command == "add" {
			for k, v := range d.context {
				next[k] = v
			}
			for k, v := range pairs {
				next[k] = v
			}
		}
		d.context = next
	})
}

func (c *call) changeMetadata(o *order, _ string) error {
	if o.p.get("metadata") == "" {
		return fail(missingParameter, "metadata")
	}
	if err := checkKept(o.p); err != nil {
		return err
	}
	var read details
	if err := c.s.setMetadata(&read, o.key.cloud, o.p); err != nil {
		return err
	}
	return c.changeAll(o, func(d *details) {
		next := maps.Clone(read.metadata)
		for name, value := range d.metadata {
			if _, ok := next[name]; !ok {
				next[name] = value
			}
		}
		d.metadata = next
	})
}

func (c *call) deleteByToken(o *order, _ string) error {
	token := o.p.get("token")
	if token == "" {
		return fail(missingParameter, "token")
	}
	for _, a := range c.s.store.list(o.key.cloud) {
		if a.deleteToken == token && c.now().Before(a.deleteTokenUntil) {
			c.s.store.remove(a.key)
			return c.json(http.StatusOK, map[string]string{"result": "ok"})
		}
	}
	return fail(invalidValue, "token", "it is unknown, or more than ten minutes old")
}

// explode says that the pages come later; the sandbox has no files with pages.
func (c *call) explode(o *order, _ string) error {
	if _, err := c.wanted(o, "public_id"); err != nil {
		return err
	}
	return c.json(http.StatusOK, map[string]any{"status": "processing", "batch_id": c.s.hexID(32), "sandbox_notes": []string{"the sandbox takes no files apart"}})
}

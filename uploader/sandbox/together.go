package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"signpost/uploader/sandbox/render"
)

// mostTogether is how many pictures a sprite or a film may have.
const mostTogether = 100

// member is a picture on its way into a sprite or a film.
type member struct {
	name string
	data []byte
}

// place is where a picture is in a sprite.
type place struct {
	Width  int `json:"width"`
	Height int `json:"height"`
	X      int `json:"x"`
	Y      int `json:"y"`
}

// spriteAnswer is the answer to sprite. Source: cloudinary-go api/uploader/creative.go.
type spriteAnswer struct {
	CSSURL         string           `json:"css_url"`
	ImageURL       string           `json:"image_url"`
	JSONURL        string           `json:"json_url"`
	SecureCSSURL   string           `json:"secure_css_url"`
	SecureImageURL string           `json:"secure_image_url"`
	SecureJSONURL  string           `json:"secure_json_url"`
	Version        int64            `json:"version"`
	PublicID       string           `json:"public_id"`
	ImageInfos     map[string]place `json:"image_infos"`
}

// multiAnswer is the answer to multi. Source: the same.
type multiAnswer struct {
	URL       string `json:"url"`
	SecureURL string `json:"secure_url"`
	AssetID   string `json:"asset_id"`
	PublicID  string `json:"public_id"`
	Version   int64  `json:"version"`
}

// sprite draws the pictures of a tag, or those behind addresses, below each other, with
// a style sheet and a list that say where each one is.
func (c *call) sprite(o *order, _ string) error {
	var places []image.Rectangle
	draw := func(ctx context.Context, pictures [][]byte, chain render.Chain) (img render.Image, err error) {
		img, places, err = render.Sprite(ctx, pictures, chain)
		return img, err
	}
	a, members, err := c.together(o, "sprite", draw)
	if err != nil {
		return err
	}
	text := o.incoming.Text()
	infos := map[string]place{}
	for i, r := range places {
		infos[members[i].name] = place{r.Dx(), r.Dy(), r.Min.X, r.Min.Y}
	}
	picture := c.assetURL(a, text, a.format)
	list, err := json.Marshal(infos)
	if err == nil {
		err = c.s.addText(a, text, "json", list)
	}
	if err == nil {
		err = c.s.addText(a, text, "css", spriteCSS(a.id, infos))
	}
	if err == nil && c.r.Method == http.MethodGet {
		c.attach(a.blob, render.ContentType(a.format), path.Base(a.id)+"."+a.format)
		a.drop()
		return nil
	}
	if err == nil {
		_, _, _, err = c.s.store.put(a, true)
	}
	if err != nil {
		a.drop()
		return c.s.bodyFault(err)
	}
	css, table := c.assetURL(a, text, "css"), c.assetURL(a, text, "json")
	answer := spriteAnswer{css, picture, table, css, picture, table, a.version, a.id, infos}
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "sprite", answer)
	return c.json(http.StatusOK, answer)
}

// multi makes an animated GIF of the pictures of a tag, or of those behind addresses.
func (c *call) multi(o *order, _ string) error {
	if f := plainFormat(o.p.get("format")); f != "" && f != "gif" || strings.Contains(o.p.get("transformation"), "f_pdf") {
		return fail(notMade, "multi in a format other than gif")
	}
	a, _, err := c.together(o, "multi", render.Film)
	if err != nil {
		return err
	}
	if c.r.Method == http.MethodGet {
		c.attach(a.blob, render.ContentType(a.format), path.Base(a.id)+".gif")
		a.drop()
		return nil
	}
	if _, _, _, err := c.s.store.put(a, true); err != nil {
		a.drop()
		return c.s.bodyFault(err)
	}
	address := c.assetURL(a, o.incoming.Text(), a.format)
	answer := multiAnswer{address, address, a.assetID, a.id, a.version}
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "multi", answer)
	return c.json(http.StatusOK, answer)
}

// together makes the asset that a sprite or a film is. It is not kept yet. Its name is
// the tag. It was drawn with the transformation, and is found with and without it.
func (c *call) together(o *order, typ string, draw func(context.Context, [][]byte, render.Chain) (render.Image, error)) (*asset, []member, error) {
	chain := render.Chain{}
	if text := o.p.get("transformation"); text != "" {
		var err error
		if chain, err = render.Parse(text); err != nil {
			return nil, nil, renderFault(err)
		}
	}
	o.incoming = &chain
	members, err := c.members(o)
	if err != nil {
		return nil, nil, err
	}
	id := orText(o.p.get("tag"), c.s.plainID(20))
	if !validID(id) {
		return nil, nil, fail(invalidPublicID, id)
	}
	pictures := make([][]byte, len(members))
	for i, m := range members {
		pictures[i] = m.data
	}
	var img render.Image
	err = c.s.work(c.r.Context(), func() error {
		ctx, cancel := context.WithTimeout(c.r.Context(), 3*c.s.o.Limits.Render)
		defer cancel()
		img, err = draw(ctx, pictures, chain)
		return err
	})
	if err != nil {
		return nil, nil, renderFault(err)
	}
	now := c.now().UTC()
	a := &asset{
		key: key{o.key.cloud, "image", typ, id}, account: o.id.account, assetID: c.s.hexID(32), versionID: c.s.hexID(32),
		version: now.Unix(), created: now, format: img.Format, width: img.Width, height: img.Height, derived: map[string]picture{},
	}
	a.dynamic = o.id.account.DynamicFolders
	if a.blob, err = c.s.pool.newBlob(img.Data); err == nil && chain.Text() != "" {
		err = c.s.addText(a, chain.Text(), img.Format, img.Data)
	}
	if err != nil {
		a.drop()
		return nil, nil, c.s.bodyFault(err)
	}
	return a, members, nil
}

// addText gives an asset that is not kept yet a derived version.
func (s *Server) addText(a *asset, transformation, format string, data []byte) error {
	b, err := s.pool.newBlob(data)
	if err != nil {
		return err
	}
	a.derived[derivedName(transformation, format)] = picture{blob: b, width: a.width, height: a.height, format: format}
	return nil
}

// members are the pictures that a request names by their tag or by their addresses, the
// oldest first. Together they are no larger than one file may be.
func (c *call) members(o *order) ([]member, error) {
	var out []member
	var size int64
	taken := map[string]bool{}
	add := func(name string, b *blob) error {
		if size += b.size; size > c.s.o.Limits.File || len(out) == mostTogether {
			return fail(invalidValue, "tag", fmt.Sprintf("there are more than %d pictures, or %d bytes", mostTogether, c.s.o.Limits.File))
		}
		data, err := b.bytes()
		if err != nil {
			return err
		}
		base := name
		for n := 2; taken[name]; n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		taken[name] = true
		out = append(out, member{name, data})
		return nil
	}
	if tag := o.p.get("tag"); tag != "" {
		all := c.s.store.list(o.key.cloud)
		slices.Reverse(all)
		for _, a := range all {
			if a.kind != "image" || a.typ != "upload" || !slices.Contains(a.tags, tag) {
				continue
			}
			if err := add(a.id, a.blob); err != nil {
				return nil, err
			}
		}
		if len(out) == 0 {
			return nil, fail(notFound, tag)
		}
		return out, nil
	}
	urls := o.p.list("urls")
	if len(urls) == 0 {
		return nil, fail(missingParameter, "tag")
	}
	for _, text := range urls {
		name, b, drop, err := c.behindURL(text)
		if err != nil {
			return nil, err
		}
		err = add(name, b)
		drop()
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// spriteCSS is a style sheet with a class for each picture. Names are made harmless.
func spriteCSS(id string, infos map[string]place) []byte {
	names := make([]string, 0, len(infos))
	for name := range infos {
		names = append(names, name)
	}
	slices.Sort(names)
	class := func(name string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
				return r
			}
			return '-'
		}, name)
	}
	var b strings.Builder
	for _, name := range names {
		p := infos[name]
		fmt.Fprintf(&b, ".%s-%s { background-position: -%dpx -%dpx; width: %dpx; height: %dpx; }\n", class(id), class(name), p.X, p.Y, p.Width, p.Height)
	}
	return []byte(b.String())
}

// spriteText finds the style sheet or the list of a sprite.
func (s *Server) spriteText(w wanted) (picture, bool) {
	if w.asset.typ != "sprite" || w.format != "css" && w.format != "json" {
		return picture{}, false
	}
	return s.store.derivedOf(w.asset, derivedName(w.transformation, w.format))
}

// behindURL is the picture behind an address: one of the sandbox's own, as a client would
// get it but without a connection, or a remote one.
func (c *call) behindURL(text string) (name string, b *blob, drop func(), err error) {
	drop = func() {}
	u, err := url.Parse(text)
	local, _ := c.r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if err != nil || u.Scheme != "http" || !c.s.isOwn(u.Host, local) || u.Path == samplePath {
		f, err := c.remote(text)
		if err != nil {
			return "", nil, drop, err
		}
		name, _ = splitName(f.name)
		return name, f.blob, f.blob.drop, nil
	}
	w, ok := c.s.locate(strings.Split(strings.TrimPrefix(u.Path, "/"), "/"))
	if !ok {
		return "", nil, drop, fail(loadingFailed, text, "404 Not Found")
	}
	if err := w.checkSignature(); err != nil {
		return "", nil, drop, err
	}
	b = w.asset.blob
	if w.asset.kind == "image" && (w.transformation != "" || !sameFormat(w.format, w.asset.format)) {
		p, err := c.derive(w)
		if err != nil {
			return "", nil, drop, err
		}
		b = p.blob
	}
	return w.asset.id, b, drop, nil
}

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
	"time"

	"signpost/uploader/sandbox/render"
)

// The bounds of a sprite or a film (threat T35): its pictures, their bytes, and the time
// for loading those that are elsewhere.
const (
	mostTogether      = 100
	mostTogetherBytes = 100 << 20
	togetherTime      = 30 * time.Second
)

// member is a picture on its way into a sprite or a film.
type member struct {
	name string
	blob *blob
}

// members are such pictures; they are read one at a time.
type members []member

func (m members) Len() int                 { return len(m) }
func (m members) At(i int) ([]byte, error) { return m[i].blob.bytes() }

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
	draw := func(ctx context.Context, pictures render.Pictures, chain render.Chain) (img render.Image, err error) {
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
	answer := spriteAnswer{css, picture, table, secure(css), secure(picture), secure(table), a.version, a.id, infos}
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "sprite", answer)
	return c.json(http.StatusOK, answer)
}

// multi makes an animated GIF of the pictures of a tag, or of those behind addresses, or
// a PDF. The SDKs ask for a format with f_ in the transformation.
func (c *call) multi(o *order, _ string) error {
	format := plainFormat(o.p.get("format"))
	text, found := withoutStep(o.p.get("transformation"), "f_pdf")
	if found {
		o.p, format = o.p.set("transformation", text), "pdf"
	}
	draw := render.Film
	switch format {
	case "", "gif":
	case "pdf":
		draw = render.Book
	default:
		return fail(notMade, "multi in a format other than gif and pdf")
	}
	a, _, err := c.together(o, "multi", draw)
	if err != nil {
		return err
	}
	if c.r.Method == http.MethodGet {
		c.attach(a.blob, deliveredAs(a.format), path.Base(a.id)+"."+a.format)
		a.drop()
		return nil
	}
	if _, _, _, err := c.s.store.put(a, true); err != nil {
		a.drop()
		return c.s.bodyFault(err)
	}
	address := c.assetURL(a, o.incoming.Text(), a.format)
	answer := multiAnswer{address, secure(address), a.assetID, a.id, a.version}
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "multi", answer)
	return c.json(http.StatusOK, answer)
}

// secure is an address with https, as the SDKs' tests want it of these two (cloudinary_npm
// test/testUtils/assertions).
func secure(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return "https://" + rest
}

// together makes the asset that a sprite or a film is. It is not kept yet. Its name is
// the tag. It was drawn with the transformation, and is found with and without it.
func (c *call) together(o *order, typ string, draw func(context.Context, render.Pictures, render.Chain) (render.Image, error)) (*asset, []member, error) {
	chain := render.Chain{}
	if text := o.p.get("transformation"); text != "" {
		var err error
		if chain, err = render.Parse(text); err != nil {
			return nil, nil, renderFault(err)
		}
	}
	o.incoming = &chain
	members, done, err := c.members(o)
	defer done()
	if err != nil {
		return nil, nil, err
	}
	id := orText(o.p.get("tag"), c.s.plainID(20))
	if !validID(id) {
		return nil, nil, fail(invalidPublicID, id)
	}
	var img render.Image
	err = c.s.work(c.r.Context(), func() error {
		ctx, cancel := context.WithTimeout(c.r.Context(), 3*c.s.o.Limits.Render)
		defer cancel()
		img, err = draw(ctx, members, chain)
		return err
	})
	if err != nil {
		return nil, nil, renderFault(err)
	}
	a := c.newAsset(key{o.key.cloud, "image", typ, id}, o.id.account)
	a.format, a.width, a.height = img.Format, img.Width, img.Height
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
// oldest first. done forgets those that were loaded for it.
func (c *call) members(o *order) (list members, done func(), err error) {
	var loaded []func()
	done = func() {
		for _, drop := range loaded {
			drop()
		}
	}
	var size int64
	taken := map[string]bool{}
	add := func(name string, b *blob) error {
		if size += b.size; size > mostTogetherBytes || len(list) == mostTogether {
			return fail(invalidValue, "tag", fmt.Sprintf("there are more than %d pictures, or %d bytes", mostTogether, mostTogetherBytes))
		}
		base := name
		for n := 2; taken[name]; n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		taken[name] = true
		list = append(list, member{name, b})
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
				return nil, done, err
			}
		}
		if len(list) == 0 {
			return nil, done, fail(notFound, tag)
		}
		return list, done, nil
	}
	urls := items(c.ex.Fields, o.p, "urls")
	switch {
	case len(urls) == 0:
		return nil, done, fail(missingParameter, "tag")
	case len(urls) > mostTogether:
		return nil, done, fail(invalidValue, "urls", "there are more than "+strconv.Itoa(mostTogether))
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), togetherTime)
	defer cancel()
	for _, text := range urls {
		name, b, drop, err := c.behindURL(ctx, text)
		loaded = append(loaded, drop)
		if err == nil {
			err = add(name, b)
		}
		if err != nil {
			return nil, done, err
		}
	}
	return list, done, nil
}

// withoutStep takes one parameter out of a transformation, wherever it stands.
func withoutStep(text, step string) (rest string, found bool) {
	var components []string
	for component := range strings.SplitSeq(text, "/") {
		kept := slices.DeleteFunc(strings.Split(component, ","), func(p string) bool { return p == step })
		if len(kept) < strings.Count(component, ",")+1 {
			found = true
		}
		if len(kept) > 0 {
			components = append(components, strings.Join(kept, ","))
		}
	}
	return strings.Join(components, "/"), found
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
func (c *call) behindURL(ctx context.Context, text string) (name string, b *blob, drop func(), err error) {
	drop = func() {}
	u, err := url.Parse(text)
	local, _ := c.r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if err != nil || !isWeb(u) || !c.s.isOwn(u.Host, local) || u.Path == samplePath {
		f, err := c.remote(ctx, text)
		if err != nil {
			return "", nil, drop, err
		}
		name, _ = splitName(f.name)
		return name, f.blob, f.blob.drop, nil
	}
	w, err := c.located(strings.Split(strings.TrimPrefix(u.Path, "/"), "/"))
	if err != nil {
		return "", nil, drop, fail(loadingFailed, text, statusLineOf(err))
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

package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"signpost/uploader/sandbox/render"
)

// textNote says what is different here.
const textNote = "the sandbox draws text in the Go fonts, whatever the font_family"

// text draws a text and keeps the picture, with the delivery type text. Source:
// documentation/create_images_from_text; cloudinary_npm lib/uploader.js.
func (c *call) text(o *order, _ string) error {
	text := o.p.get("text")
	if strings.TrimSpace(text) == "" {
		return fail(missingParameter, "text")
	}
	if len(text) > render.MaxText {
		return fail(invalidValue, "text", "it is longer than "+strconv.Itoa(render.MaxText)+" bytes")
	}
	l, err := lettering(o.p)
	if err != nil {
		return err
	}
	id := strings.Trim(o.p.get("public_id"), "/ ")
	if id == "" {
		id = c.s.plainID(20)
	}
	if !validID(id) {
		return fail(invalidPublicID, id)
	}
	var img render.Image
	err = c.s.work(c.r.Context(), func() error {
		ctx, cancel := context.WithTimeout(c.r.Context(), c.s.o.Limits.Render)
		defer cancel()
		img, err = render.Text(ctx, text, l)
		return err
	})
	if err != nil {
		return renderFault(err)
	}
	a := c.newAsset(key{o.key.cloud, "image", "text", id}, o.id.account)
	a.format, a.width, a.height = img.Format, img.Width, img.Height
	a.tags, a.notes = o.p.list("tags"), []string{textNote}
	if a.blob, err = c.s.pool.newBlob(img.Data); err != nil {
		return c.s.bodyFault(err)
	}
	_, overwritten, kept, err := c.s.store.put(a, true)
	if err != nil {
		a.drop()
		return c.s.bodyFault(err)
	}
	return c.json(http.StatusOK, c.answer(kept, o.id, false, overwritten))
}

// lettering reads how a text is to be drawn.
func lettering(p params) (render.Lettering, error) {
	l := render.Lettering{
		Family: p.get("font_family"), Align: p.get("text_align"), Color: p.get("font_color"), Background: p.get("background"),
		Bold: slices.Contains([]string{"bold", "black", "heavy"}, p.get("font_weight")), Italic: p.get("font_style") == "italic",
		Line: p.get("text_decoration"),
	}
	for _, d := range []struct {
		name string
		to   *int
		most int
	}{{"font_size", &l.Size, render.MaxFontSize}, {"opacity", &l.Opacity, 100}} {
		v := strings.TrimSuffix(p.get(d.name), "%")
		if v == "" {
			continue
		}
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > d.most {
			return l, fail(invalidValue, d.name, "it is not 1 to "+strconv.Itoa(d.most))
		}
		*d.to = n
	}
	return l, nil
}

// newAsset begins an asset that the sandbox makes itself.
func (c *call) newAsset(k key, account Account) *asset {
	now := c.now().UTC()
	a := &asset{
		key: k, account: account, assetID: c.s.hexID(32), versionID: c.s.hexID(32),
		version: now.Unix(), created: now, derived: map[string]picture{},
	}
	a.dynamic = account.DynamicFolders
	return a
}

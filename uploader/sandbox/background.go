package sandbox

import (
	"context"
	"net/http"
	"signpost/signer"
	"strconv"
)

// pendingAnswer is the answer to an upload with async. Source: asset-management-js
// asyncuploadresponse.
type pendingAnswer struct {
	Status       string `json:"status"`
	ResourceType string `json:"resource_type"`
	Type         string `json:"type"`
	PublicID     string `json:"public_id"`
	BatchID      string `json:"batch_id"`
}

// uploadLater answers at once, and does the work in the background. Its outcome is told
// to notification_url; what cannot be done is told there too (unconfirmed). It takes over
// the file of the order.
func (c *call) uploadLater(o *order, cloud, kind string) error {
	if o.p.get("public_id") == "" {
		name := c.s.plainID(20)
		if kind != "raw" && !o.p.flag("use_filename", false) {
			o.p = append(o.p[:len(o.p):len(o.p)], signer.Param{Name: "public_id", Value: name})
		}
	}
	batch := c.s.hexID(64)
	background := &call{s: c.s, r: c.r.Clone(context.Background()), w: c.w, ahead: c.ahead, later: true}
	c.s.later(func(ctx context.Context) {
		background.r = background.r.WithContext(ctx)
		err := c.s.recognise(ctx, o, kind)
		stored := false
		if err == nil {
			o.key.cloud = cloud
			stored, err = background.finish(o)
		}
		if !stored {
			o.file.blob.drop()
		}
		if err != nil {
			c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "error", map[string]any{"error": map[string]string{"message": err.Error()}, "batch_id": batch})
		}
	})
	return c.json(http.StatusOK, pendingAnswer{"pending", kind, o.key.typ, o.p.get("public_id"), batch})
}

// eagerSoon makes the derived versions in the background, and says in the answer that
// they are on their way. Its items are unconfirmed in detail.
func (c *call) eagerSoon(answer *uploadAnswer, a *asset, o *order) {
	batch := c.s.hexID(64)
	for _, chain := range o.eager {
		format := a.format
		if f := chain.Format(); f != "" {
			format = f
		}
		address := c.assetURL(a, chain.Text(), format)
		answer.Eager = append(answer.Eager, eagerAnswer{Transformation: chain.Text(), Status: "processing", BatchID: batch, URL: address, SecureURL: address})
	}
	background := &call{s: c.s, r: c.r.Clone(context.Background()), w: c.w, later: true}
	c.s.later(func(ctx context.Context) {
		background.r = background.r.WithContext(ctx)
		made := map[string]picture{}
		var eager []eagerPicture
		for _, chain := range o.eager {
			e, err := background.explicitPicture(a, chain, made)
			if err != nil {
				break
			}
			eager = append(eager, e)
		}
		now := c.s.store.change(a, func(b *asset) { b.eager = eager })
		for name, p := range made {
			if now == nil || !c.s.store.keepDerived(now, name, p) {
				p.blob.drop()
			}
		}
		if now != nil {
			done := background.answer(now, o.id, false, false)
			c.s.notify(orText(o.p.get("eager_notification_url"), o.p.get("notification_url")), o.id.account, o.id.answer, "eager",
				map[string]any{"eager": done.Eager, "public_id": a.id, "batch_id": batch})
		}
	})
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// details adds to an answer what is only told where it was asked for.
func (s *Server) details(answer *uploadAnswer, a *asset, o *order) {
	if a.kind != "image" {
		return
	}
	read := map[string]string{
		"ImageWidth": strconv.Itoa(a.width), "ImageHeight": strconv.Itoa(a.height),
		"FileSize": strconv.FormatInt(a.blob.size, 10), "Format": a.format,
	}
	if o.p.flag("image_metadata", false) {
		answer.ImageMetadata = read
	}
	if o.p.flag("media_metadata", false) {
		answer.MediaMetadata = read
	}
}

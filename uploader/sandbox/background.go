package sandbox

import (
	"context"
	"net/http"
	"strings"

	"signpost/signer"
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
	pending := pendingAnswer{"pending", kind, o.key.typ, o.p.get("public_id"), batch}
	ok := c.behind(func(background *call) {
		err := background.recognised(o, cloud, kind)
		stored := false
		if err == nil {
			stored, err = background.finish(o)
		}
		if !stored {
			o.file.blob.drop()
		}
		background.failed(o, batch, err)
	})
	if !ok {
		o.file.blob.drop()
		return fail(busy)
	}
	return c.json(http.StatusOK, pending)
}

// behind runs something of a request in the background; false where too much is there.
func (c *call) behind(f func(background *call)) bool {
	b := &call{s: c.s, r: c.r.Clone(context.Background()), w: c.w, scheme: c.scheme, ahead: c.ahead, later: true, cloud: c.cloud}
	return c.s.later(c.cloud, func(ctx context.Context) {
		b.r = b.r.WithContext(ctx)
		f(b)
	})
}

// failed tells notification_url that the background's work came to nothing.
func (c *call) failed(o *order, batch string, err error) {
	if err != nil {
		c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "error", map[string]any{"error": map[string]string{"message": err.Error()}, "batch_id": batch})
	}
}

// explicitLater answers at once. Whether the asset is there at all shows later, as the
// service's answers to social types do.
func (c *call) explicitLater(o *order) error {
	batch := c.s.hexID(64)
	id := strings.Trim(o.p.get("public_id"), "/ ")
	if id == "" {
		return fail(missingParameter, "public_id")
	}
	pending := pendingAnswer{"pending", o.key.kind, o.key.typ, id, batch}
	if !c.behind(func(background *call) {
		_, err := background.explicitNow(o)
		background.failed(o, batch, err)
	}) {
		return fail(busy)
	}
	return c.json(http.StatusOK, pending)
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
	ok := c.behind(func(background *call) {
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
	if !ok {
		c.s.notDone(c.cloud, "eager_async", a.id)
	}
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

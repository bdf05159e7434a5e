package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"signpost/signer"
	"signpost/uploader/sandbox/render"
)

// order is an upload that was understood: who, what, and what shall be done with it.
type order struct {
	id         identity
	p          params
	key        key
	file       content
	media      media
	incoming   *render.Chain
	eager      []render.Chain
	format     string
	overwrite  bool
	details    details
	eagerLater bool
	// settings ask for breakpoints; sets are those that were made.
	settings []breakpointSetting
	sets     []breakpointSet
}

// upload answers POST …/upload.
func (c *call) upload(cloud, kind string) error {
	span, err := partOf(c.r.Header)
	if err != nil {
		return err
	}
	limit := c.s.o.Limits.Request
	if c.r.ContentLength > limit {
		c.gateway()
		return nil
	}
	body := newPacedBody(c.w, http.MaxBytesReader(c.w, c.r.Body, limit))
	f, err := c.s.readForm(c.r, body)
	_, _ = io.Copy(io.Discard, body) // a client reads no answer before it has sent everything
	if err != nil {
		return err
	}
	defer f.drop()
	c.ex.Fields, c.ex.Part = f.fields, c.r.Header.Get("Content-Range")
	o := &order{p: fold(f.fields)}
	c.sorted(o.p)
	if o.id, err = c.s.authenticate(cloud, o.p, c.r.Header, c.now()); err != nil {
		return err
	}
	c.ex.Verdict = o.id.verdict
	if wanted := o.p.get("resource_type"); kind == "auto" && isKind(wanted) {
		kind = wanted
	}
	c.withPreset(o, cloud)
	if err := c.s.understand(o); err != nil {
		return err
	}
	o.details.dynamic = o.id.account.DynamicFolders
	if err := c.setDetails(&o.details, o.p, cloud); err != nil {
		return err
	}
	if o.file, err = c.content(f); err != nil {
		return err
	}
	stored := false
	defer func() {
		if !stored {
			o.file.blob.drop()
		}
	}()
	if span != nil {
		whole, err := c.part(*span, cloud, kind, o)
		if whole != nil {
			defer func() {
				if !stored { // it can be sent again from its start
					c.s.partials.forget(c.s, uploadKey{cloud, kind, span.id})
				}
			}()
		}
		if err != nil || whole == nil {
			stored = err == nil // its bytes are in the upload's file; nothing is left to drop
			return err
		}
		o.file.blob.drop()
		o.file.blob = whole
	}
	if o.p.flag("async", false) && span == nil {
		stored = true
		return c.uploadLater(o, cloud, kind)
	}
	if err := c.recognised(o, cloud, kind); err != nil {
		return err
	}
	stored, err = c.finish(o)
	return err
}

// recognised finds out what the file is, and lets eval change what becomes of it.
func (c *call) recognised(o *order, cloud, kind string) error {
	if err := c.s.recognise(c.r.Context(), o, kind); err != nil {
		return err
	}
	changed, leftOut := o.evaluate()
	if changed {
		if err := c.s.understand(o); err != nil {
			return err
		}
		if err := c.setDetails(&o.details, o.p, cloud); err != nil {
			return err
		}
		if err := c.s.recognise(c.r.Context(), o, kind); err != nil {
			return err
		}
	}
	if o.file.drawn {
		o.details.notes = append(o.details.notes, drawnNote)
	}
	if leftOut {
		o.details.notes = append(o.details.notes, evalNote)
	}
	o.key.cloud = cloud
	return nil
}

// deliveryTypes are those that a file can be uploaded to.
var deliveryTypes = []string{"upload", "private", "authenticated", "asset"}

// withPreset adds the parameters of the request's upload preset. What a signed request
// sets itself counts more; an unsigned one cannot set overwrite.
func (c *call) withPreset(o *order, cloud string) {
	p, ok := c.s.preset(cloud, o.p.get("upload_preset"))
	if !ok {
		return
	}
	for name, value := range p.Params {
		if o.p.get(name) == "" {
			o.p = append(o.p, signer.Param{Name: name, Value: value})
		}
	}
}

// understand reads the parameters that can be wrong by themselves.
func (s *Server) understand(o *order) error {
	o.overwrite = o.p.flag("overwrite", true) && !o.id.unsigned
	o.format = plainFormat(o.p.get("format"))
	if o.key.typ = o.p.get("type"); o.key.typ == "" {
		o.key.typ = "upload"
	}
	if !slices.Contains(deliveryTypes, o.key.typ) {
		return fail(invalidType, o.key.typ)
	}
	if strings.Contains(o.p.get("display_name"), "/") {
		return fail(displayName)
	}
	if text := o.p.get("transformation"); text != "" {
		chain, err := render.Parse(text)
		if err != nil {
			return renderFault(err)
		}
		o.incoming = &chain
	}
	if text := o.p.get("eager"); text != "" {
		if n, most := strings.Count(text, "|")+1, s.o.Limits.Eager; n > most {
			return fail(tooManyEager, n, most)
		}
		chains, err := render.ParseEager(text)
		if err != nil {
			return renderFault(err)
		}
		o.eager = chains
		o.eagerLater = o.p.flag("eager_async", false)
	}
	var err error
	o.settings, err = readBreakpoints(o.p.get("responsive_breakpoints"))
	return err
}

// finish makes what was asked for, stores it and answers. stored tells whether the
// file itself was kept.
func (c *call) finish(o *order) (stored bool, err error) {
	if old := c.s.store.find(o.key); old != nil && !o.overwrite {
		answer := c.answer(old, o.id, true, false)
		if c.later {
			c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "upload", answer)
			return false, nil
		}
		return false, c.json(http.StatusOK, answer)
	}
	a, err := c.s.make(c.r.Context(), o)
	if err != nil {
		return false, err
	}
	existing, overwritten, kept, err := c.s.store.put(a, o.overwrite)
	if err != nil || existing {
		a.drop()
	}
	if err != nil {
		return false, c.s.bodyFault(err)
	}
	stored = !existing && a.blob == o.file.blob
	answer := c.answer(kept, o.id, existing, overwritten)
	c.details(&answer, kept, o)
	if o.eagerLater && !existing {
		c.eagerSoon(&answer, kept, o)
	}
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "upload", answer)
	if len(o.eager) > 0 && !o.eagerLater {
		c.s.notify(o.p.get("eager_notification_url"), o.id.account, o.id.answer, "eager", answer)
	}
	if c.later {
		return stored, nil
	}
	return stored, c.json(http.StatusOK, answer)
}

// make turns an order into an asset with its derived versions.
func (s *Server) make(ctx context.Context, o *order) (*asset, error) {
	now := s.o.Clock().UTC()
	a := &asset{
		key: o.key, account: o.id.account, assetID: s.hexID(32), versionID: s.hexID(32),
		version: now.Unix(), created: now, blob: o.file.blob,
		details: o.details,
		derived: map[string]picture{},
	}
	if stem, _ := splitName(o.file.name); !o.p.flag("discard_original_filename", false) {
		a.originalFilename = stem
	}
	if a.dynamic && a.displayName == "" {
		a.displayName = a.id[strings.LastIndexByte(a.id, '/')+1:]
		if stem, _ := splitName(o.file.name); stem != "" && o.p.flag("use_filename_as_display_name", false) {
			a.displayName = stem
		}
	}
	if o.media.kind != "raw" {
		a.format, a.width, a.height = o.media.format, o.media.width, o.media.height
	}
	if err := s.incoming(ctx, o, a); err != nil {
		return nil, err
	}
	a.faces, a.custom = within(a.faces, a.width, a.height), within(a.custom, a.width, a.height)
	err := s.eager(ctx, o, a)
	if err == nil {
		o.sets, err = s.breakpoints(ctx, o.settings, a, a.derived)
	}
	if err != nil {
		a.drop()
		return nil, err
	}
	return a, nil
}

// incoming applies transformation and format before anything is stored.
func (s *Server) incoming(ctx context.Context, o *order, a *asset) error {
	convert := o.format != "" && !sameFormat(o.format, o.media.format)
	if o.media.kind == "raw" || o.incoming == nil && !convert {
		return nil // a raw file is never changed (unconfirmed)
	}
	if o.media.kind != "image" {
		return fail(picturesOnly)
	}
	var chain render.Chain
	target := a.format
	if o.incoming != nil {
		chain = *o.incoming
	}
	if f := chain.Format(); f != "" {
		target = f
	}
	if convert {
		target = o.format
	}
	p, err := s.picture(ctx, a.blob, chain, target)
	if err != nil {
		return err
	}
	a.blob, a.format, a.width, a.height = p.blob, p.format, p.width, p.height
	return nil
}

// eager makes the derived versions that were asked for.
func (s *Server) eager(ctx context.Context, o *order, a *asset) error {
	if len(o.eager) > 0 && o.media.kind != "image" {
		return fail(picturesOnly)
	}
	if o.eagerLater {
		return nil
	}
	for _, chain := range o.eager {
		target := a.format
		if f := chain.Format(); f != "" {
			target = f
		}
		name := derivedName(chain.Text(), target)
		p, ok := a.derived[name]
		if !ok {
			var err error
			if p, err = s.picture(ctx, a.blob, chain, target); err != nil {
				return err
			}
			a.derived[name] = p
		}
		a.eager = append(a.eager, eagerPicture{chain.Text(), p})
	}
	return nil
}

// derivedName is what a derived version is found by.
func derivedName(transformation, format string) string { return transformation + "\n" + format }

// picture renders one derived version, within its time.
func (s *Server) picture(ctx context.Context, b *blob, chain render.Chain, format string) (made picture, err error) {
	if !isPictureFormat(format) {
		return picture{}, fail(transformation, "Invalid extension in transformation: "+format)
	}
	err = s.work(ctx, func() error {
		data, err := b.bytes()
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, s.o.Limits.Render)
		defer cancel()
		img, err := render.Apply(ctx, data, chain, format)
		if err != nil {
			return renderFault(err)
		}
		stored, err := s.pool.newBlob(img.Data)
		if err != nil {
			return s.bodyFault(err)
		}
		made = picture{blob: stored, width: img.Width, height: img.Height, format: img.Format}
		return nil
	})
	return made, err
}

// isPictureFormat reports whether pictures can be made in a format.
func isPictureFormat(format string) bool {
	return strings.HasPrefix(render.ContentType(format), "image/")
}

// renderFault turns an error of package render into a refusal.
func renderFault(err error) error {
	var r *render.Error
	switch {
	case errors.As(err, &r):
		return fail(transformation, r.Message)
	case errors.Is(err, context.DeadlineExceeded):
		return fail(renderTimeout)
	}
	return err
}

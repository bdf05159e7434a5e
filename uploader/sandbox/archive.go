package sandbox

import (
	"archive/zip"
	"context"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"signpost/uploader/sandbox/render"
)

// archiveAnswer is the answer to generate_archive. Source: asset-management-js
// archiveresponse.md; cloudinary-go api/uploader/archive.go.
type archiveAnswer struct {
	uploadAnswer
	FileCount     int `json:"file_count"`
	ResourceCount int `json:"resource_count"`
}

// mostArchived is how many files an archive may have. Source: documentation/image_upload_api_reference.
const mostArchived = 1000

// archiveTime bounds the making of one (threat T35).
const archiveTime = 30 * time.Second

// archive puts files into a ZIP, which is kept as a raw asset or, with mode=download,
// sent. Of images there are their derived versions in it where transformations ask for
// them.
func (c *call) archive(o *order, kind string) error {
	if f := o.p.get("target_format"); f != "" && f != "zip" {
		return fail(invalidValue, "target_format", "the sandbox makes zip only")
	}
	if err := c.unexpired(o.p); err != nil {
		return err
	}
	files, err := c.archived(o, kind)
	if err != nil {
		return err
	}
	chains, err := c.archivedAs(o.p, len(files))
	if err != nil {
		return err
	}
	name := strings.Trim(o.p.get("target_public_id"), "/ ")
	if name == "" {
		name = c.s.plainID(20)
	}
	if path.Ext(name) != ".zip" {
		name += ".zip"
	}
	if !validID(name) {
		return fail(invalidPublicID, name)
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), archiveTime)
	defer cancel()
	whole, count, err := c.s.zip(ctx, files, chains, o.p)
	if err != nil {
		return err
	}
	if c.r.Method == http.MethodGet || o.p.get("mode") == "download" {
		defer whole.drop()
		c.attach(whole, "application/zip", path.Base(name))
		return nil
	}
	a := c.newAsset(key{o.key.cloud, "raw", "upload", name}, o.id.account)
	a.blob, a.tags = whole, o.p.list("target_tags")
	if a.dynamic {
		a.displayName, a.assetFolder = path.Base(name), strings.Trim(o.p.get("target_asset_folder"), "/ ")
	}
	_, overwritten, kept, err := c.s.store.put(a, true)
	if err != nil {
		a.drop()
		return c.s.bodyFault(err)
	}
	answer := archiveAnswer{c.answer(kept, o.id, false, overwritten), count, len(files)}
	c.s.notify(o.p.get("notification_url"), o.id.account, o.id.answer, "archive", answer)
	return c.json(http.StatusOK, answer)
}

// unexpired refuses a signed address whose time is over.
func (c *call) unexpired(p params) error {
	text := p.get("expires_at")
	if text == "" {
		return nil
	}
	until, err := strconv.ParseFloat(text, 64) // the Node SDK's example has a fraction
	if err != nil || float64(c.now().Unix()) > until {
		return fail(invalidValue, "expires_at", "it has passed, or is no Unix time")
	}
	return nil
}

// archived are the assets that an archive shall have, by their names.
func (c *call) archived(o *order, kind string) ([]*asset, error) {
	var lists [4][]string
	for i, name := range []string{"public_ids", "fully_qualified_public_ids", "tags", "prefixes"} {
		var err error
		if lists[i], err = bounded(o.p, name); err != nil {
			return nil, err
		}
	}
	ids, full, tags, prefixes := lists[0], lists[1], setOf(lists[2]), lists[3]
	wantedID, wantedName := setOf(ids), setOf(full)
	if len(ids)+len(full)+len(tags)+len(prefixes) == 0 {
		return nil, fail(missingParameter, "public_ids")
	}
	missing := map[string]bool{}
	for _, id := range append(slices.Clone(ids), full...) {
		missing[id] = true
	}
	if k := (key{o.key.cloud, "image", "upload", sampleID}); slices.Contains(ids, k.id) || slices.Contains(full, "image/upload/"+k.id) {
		c.ownSample(k)
	}
	var files []*asset
	for _, a := range c.s.store.list(o.key.cloud) {
		name := a.kind + "/" + a.typ + "/" + a.id
		wanted := wantedName[name]
		if a.typ == o.key.typ && (kind == "auto" || kind == "all" || a.kind == kind) {
			wanted = wanted || wantedID[a.id] ||
				slices.ContainsFunc(a.tags, func(t string) bool { return tags[t] }) ||
				slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(a.id, p) })
			delete(missing, a.id)
		}
		delete(missing, name)
		if wanted {
			files = append(files, a)
		}
	}
	if len(missing) > 0 && !o.p.flag("allow_missing", false) {
		for _, id := range append(ids, full...) {
			if missing[id] {
				return nil, fail(notFound, id)
			}
		}
	}
	switch {
	case len(files) == 0:
		return nil, fail(notFound, "no file for the archive")
	case len(files) > mostArchived:
		return nil, fail(invalidValue, "public_ids", "there are more than "+strconv.Itoa(mostArchived)+" files")
	}
	slices.SortFunc(files, func(a, b *asset) int { return strings.Compare(a.id+"\n"+a.kind, b.id+"\n"+b.kind) })
	return files, nil
}

// setOf is a list to look things up in.
func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, item := range list {
		set[item] = true
	}
	return set
}

// archivedAs reads the transformations of an archive.
func (c *call) archivedAs(p params, files int) ([]render.Chain, error) {
	text := p.get("transformations")
	if text == "" {
		return nil, nil
	}
	if n, most := strings.Count(text, "|")+1, c.s.o.Limits.Eager; n > most {
		return nil, fail(tooManyEager, n, most)
	}
	chains, err := render.ParseEager(text)
	if err != nil {
		return nil, renderFault(err)
	}
	if files*len(chains) > mostArchived {
		return nil, fail(invalidValue, "transformations", "there are more than "+strconv.Itoa(mostArchived)+" files")
	}
	return chains, nil
}

// zip writes the archive, and tells how many files are in it. They are packed already, and
// not packed again.
func (s *Server) zip(ctx context.Context, files []*asset, chains []render.Chain, p params) (whole *blob, count int, err error) {
	sp := s.pool.newSpool(s.o.Limits.File)
	z := zip.NewWriter(sp)
	taken := map[string]bool{}
	add := func(a *asset, b *blob, format, suffix string) error {
		count++
		w, err := z.CreateHeader(&zip.FileHeader{Name: entryName(a, format, suffix, p, taken), Method: zip.Store, Modified: a.created.Truncate(2 * time.Second)})
		if err == nil {
			_, err = io.Copy(w, b.reader())
		}
		if err == nil {
			err = ctx.Err()
		}
		return err
	}
	for _, a := range files {
		if a.kind == "image" && len(chains) > 0 {
			err = s.zipDerived(ctx, a, chains, add)
		} else {
			err = add(a, a.blob, a.format, "")
		}
		if err != nil {
			sp.drop()
			return nil, 0, s.zipFault(err)
		}
	}
	if err := z.Close(); err != nil {
		sp.drop()
		return nil, 0, s.bodyFault(err)
	}
	return sp.done(), count, nil
}

// zipFault is the refusal of what an archive came to.
func (s *Server) zipFault(err error) error {
	if err := renderFault(err); isFault(err, renderTimeout) || isFault(err, transformation) {
		return err
	}
	return s.bodyFault(err)
}

// zipDerived adds the versions of an image, each of which is there already or is made for
// the archive alone.
func (s *Server) zipDerived(ctx context.Context, a *asset, chains []render.Chain, add func(a *asset, b *blob, format, suffix string) error) error {
	for _, chain := range chains {
		format := orText(chain.Format(), a.format)
		p, there := s.store.derivedOf(a, derivedName(chain.Text(), format))
		if !there {
			var err error
			if p, err = s.picture(ctx, a.blob, chain, format); err != nil {
				return err
			}
		}
		err := add(a, p.blob, p.format, "_"+permitted(chain.Text()))
		if !there {
			p.blob.drop()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// entryName is a file's name in an archive: it stays inside the folder that somebody
// unpacks it in, and is there once (threat T33). The suffix says what was made of it, where
// that is wanted.
func entryName(a *asset, format, suffix string, p params, taken map[string]bool) string {
	stem, ext := a.id, ""
	if a.kind == "raw" {
		stem, ext = splitExt(a.id)
	} else if format != "" {
		ext = "." + format
	}
	if p.flag("use_original_filename", false) && a.originalFilename != "" {
		stem = path.Join(path.Dir(stem), permitted(a.originalFilename))
	}
	pieces := strings.FieldsFunc(stem, func(r rune) bool { return r == '/' || r == '\\' || r == ':' })
	for i, piece := range pieces {
		if strings.Trim(piece, ". ") == "" {
			pieces[i] = strings.Repeat("_", len(piece))
		}
	}
	if p.flag("flatten_folders", false) && len(pieces) > 1 {
		pieces = pieces[len(pieces)-1:]
	}
	stem, ext = orText(strings.Join(pieces, "/"), "file"), strings.ReplaceAll(ext, ":", "_")
	if !p.flag("skip_transformation_name", false) {
		stem += strings.ReplaceAll(suffix, ":", "_")
	}
	name := stem + ext
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = stem + " (" + strconv.Itoa(n) + ")" + ext
	}
	taken[strings.ToLower(name)] = true
	return name
}

// splitExt parts the last piece of a name at its extension.
func splitExt(id string) (stem, ext string) {
	ext = path.Ext(id)
	if strings.TrimSuffix(path.Base(id), ext) == "" {
		ext = ""
	}
	return strings.TrimSuffix(id, ext), ext
}

// download sends an original to who has a signed address for it. Source: cloudinary_npm
// lib/utils private_download_url.
func (c *call) download(o *order, kind string) error {
	if err := c.unexpired(o.p); err != nil {
		return err
	}
	a, err := c.wanted(o, "public_id")
	if err != nil {
		return err
	}
	format := plainFormat(o.p.get("format"))
	if format != "" && a.kind == "image" && !sameFormat(format, a.format) {
		p, err := c.derive(wanted{asset: a, format: format})
		if err != nil {
			return err
		}
		c.attach(p.blob, "application/octet-stream", path.Base(a.id)+"."+format)
		return nil
	}
	name := path.Base(a.id)
	if a.kind != "raw" && a.format != "" {
		name += "." + a.format
	}
	c.attach(a.blob, "application/octet-stream", name)
	return nil
}

// attach sends a file to be saved.
func (c *call) attach(b *blob, kind, name string) {
	h := c.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("ETag", `"`+b.etag+`"`)
	c.started = true
	paceAnswer(c.w, b.size)
	http.ServeContent(&statusWriter{c.w, c}, c.r, "", time.Time{}, b.reader())
}

package sandbox

import (
	"crypto/subtle"
	"mime"
	"net/http"
	"strings"
	"time"

	"signpost/signer"
	"signpost/uploader/sandbox/render"
)

// wanted is what a delivery URL asks for.
type wanted struct {
	asset          *asset
	transformation string
	// name is the public_id with its extension as the URL has them.
	name string
	// format is the extension (jpeg is jpg), or the asset's own.
	format string
	// signature is that of the URL, without s-- and --.
	signature string
}

// deliver answers GET /{cloud}/{resource_type}/{type}/[s--…--/][transformation/][v1/]{public_id}.{format}.
func (c *call) deliver(pieces []string) error {
	w, err := c.located(pieces)
	if err != nil {
		return err
	}
	a := w.asset
	if w.transformation == "" && (a.kind == "raw" || sameFormat(w.format, a.format)) {
		c.send(a, a.blob, a.format)
		return nil
	}
	if a.kind != "image" {
		return fail(picturesOnly)
	}
	if p, ok := c.s.spriteText(w); ok {
		c.send(a, p.blob, p.format)
		return nil
	}
	p, err := c.derive(w)
	if err != nil {
		return err
	}
	c.send(a, p.blob, p.format)
	return nil
}

// located finds the asset of a URL that whoever has this URL may have.
func (c *call) located(pieces []string) (wanted, error) {
	w, ok := c.s.locate(pieces)
	if last := pieces[len(pieces)-1]; !ok && len(pieces) > 3 && (last == sampleID || strings.HasPrefix(last, sampleID+".")) {
		if c.ownSample(key{pieces[0], pieces[1], pieces[2], sampleID}) != nil {
			w, ok = c.s.locate(pieces)
		}
	}
	if !ok {
		return w, fail(notFound, strings.Join(pieces[min(3, len(pieces)-1):], "/"))
	}
	if err := w.checkSignature(); err != nil {
		return w, err
	}
	if !w.asset.open(c.now()) {
		return w, fail(notOpen)
	}
	return w, nil
}

// locate finds the asset of a URL. Where the transformation ends is not tried to guess:
// the first tail of the path that is a known public_id wins.
func (s *Server) locate(pieces []string) (wanted, bool) {
	if len(pieces) < 4 {
		return wanted{}, false
	}
	k := key{cloud: pieces[0], kind: pieces[1], typ: pieces[2]}
	rest := pieces[3:]
	var w wanted
	if sig, ok := strings.CutPrefix(rest[0], "s--"); ok && strings.HasSuffix(sig, "--") {
		w.signature, rest = strings.TrimSuffix(sig, "--"), rest[1:]
	}
	for i := range rest {
		w.name = strings.Join(rest[i:], "/")
		found := s.named(&w, k)
		if !found && isVersion(rest[i]) {
			w.name = strings.Join(rest[i+1:], "/")
			found = s.named(&w, k)
		}
		if found {
			w.transformation = strings.Join(rest[:i], "/")
			return w, true
		}
	}
	return wanted{}, false
}

// named looks a name up, as it is and without its extension.
func (s *Server) named(w *wanted, k key) bool {
	k.id = w.name
	if w.asset = s.store.find(k); w.asset != nil {
		w.format = w.asset.format
		return true
	}
	dot := strings.LastIndexByte(w.name, '.')
	if dot <= 0 || k.kind == "raw" {
		return false
	}
	k.id, w.format = w.name[:dot], plainFormat(w.name[dot+1:])
	w.asset = s.store.find(k)
	return w.asset != nil
}

// isVersion reports whether a piece is v and digits.
func isVersion(piece string) bool {
	digits, ok := strings.CutPrefix(piece, "v")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// checkSignature compares the signature of a URL in constant time. Authenticated assets
// need one, private ones for the original.
func (w *wanted) checkSignature() error {
	a := w.asset
	needed := a.typ == "authenticated" || a.typ == "private" && w.transformation == ""
	if !needed && w.signature == "" {
		return nil
	}
	want, err := signer.SignDelivery(signedPath(w.transformation, w.name), a.account.Secret)
	if err != nil || subtle.ConstantTimeCompare([]byte(want), []byte(w.signature)) != 1 {
		return fail(unsignedURL)
	}
	return nil
}

// derive returns a derived version: one that is there, or a new one, which is kept if
// there is room.
func (c *call) derive(w wanted) (picture, error) {
	var chain render.Chain
	target := w.format
	if w.transformation != "" {
		var err error
		if chain, err = render.Parse(w.transformation); err != nil {
			return picture{}, renderFault(err)
		}
		if suffix, ok := strings.CutPrefix(w.transformation, chain.Text()+"/"); ok {
			return picture{}, fail(transformation, "Invalid transformation component - "+suffix)
		}
		if f := chain.Format(); f != "" {
			target = f
		}
	}
	name := derivedName(w.transformation, target)
	if p, ok := c.s.store.derivedOf(w.asset, name); ok {
		return p, nil
	}
	p, err := c.s.picture(c.r.Context(), w.asset.blob, chain, target)
	if err != nil {
		return picture{}, err
	}
	if !c.s.store.keepDerived(w.asset, name, p) {
		p.blob.drop()
	}
	return p, nil
}

// send delivers a file. Nothing that was uploaded runs or is guessed at in a browser:
// everything is sandboxed and not sniffed, and what is no raster picture is a download.
func (c *call) send(a *asset, b *blob, format string) {
	h := c.w.Header()
	h.Set("Content-Security-Policy", "sandbox")
	h.Set("ETag", `"`+b.etag+`"`)
	kind := "application/octet-stream"
	switch a.kind {
	case "image":
		kind = deliveredAs(format)
	case "video":
		if t := mediaTypes[format]; t != "" {
			kind = t
		}
	}
	h.Set("Content-Type", kind)
	if a.kind != "image" {
		name := a.id[strings.LastIndexByte(a.id, '/')+1:]
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
	c.started = true
	paceAnswer(c.w, b.size)
	http.ServeContent(&statusWriter{c.w, c}, c.r, "", time.Unix(a.version, 0), b.reader())
}

// ownTypes are the types of what an image can be that is no picture; the sandbox writes
// all of it itself: what a sprite has besides its picture, and PDF.
var ownTypes = map[string]string{"css": "text/css; charset=utf-8", "json": "application/json; charset=utf-8", "pdf": "application/pdf"}

// deliveredAs is the media type of an image.
func deliveredAs(format string) string {
	if kind := ownTypes[format]; kind != "" {
		return kind
	}
	return render.ContentType(format)
}

// mediaTypes are the types of video and sound.
var mediaTypes = map[string]string{
	"mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "mkv": "video/x-matroska",
	"avi": "video/x-msvideo", "ogg": "video/ogg", "flv": "video/x-flv", "mpeg": "video/mpeg",
	"mp3": "audio/mpeg", "wav": "audio/wav", "m4a": "audio/mp4",
}

// statusWriter notes the status that an answer gets.
type statusWriter struct {
	http.ResponseWriter
	c *call
}

func (w *statusWriter) WriteHeader(status int) {
	w.c.ex.Status = status
	w.Header().Set("Status", statusLine(status))
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the connection's deadlines be set.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

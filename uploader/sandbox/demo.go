package sandbox

import (
	"bytes"
	"context"
	"errors"
	"hash/fnv"
	"image"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"signpost/uploader/sandbox/render"
)

// Tutorials and the SDKs' own tests load files of the service's public demo account and
// site. Where the network cannot be reached the sandbox draws them itself: the sample
// picture, in the size that the file is known for and with a colour of its own. The
// answer says so in sandbox_notes, and the record behind the address.

// demoTries is how long the network is tried for such a file, and demoRests for how long
// it is left alone after that was in vain.
const (
	demoTries = 3 * time.Second
	demoRests = time.Minute
)

// drawnNote says that a file is not the one behind its address.
const drawnNote = "the network cannot be reached; the sandbox drew this file itself"

// demoSize is that of the demo account's sample, and of a file that is not in demoSizes.
var demoSize = image.Pt(864, 576)

// demoSizes are those that the SDKs' tests count on. Sources: cloudinary_npm
// test/integration/api/uploader/uploader_spec.js; cloudinary-go internal/cldtest/testdata.
var demoSizes = map[string]image.Point{"old_logo": {X: 241, Y: 51}, "cloudinary_logo": {X: 750, Y: 160}}

// demoFile is what an address of the demo account or the site stands for.
type demoFile struct {
	name, format   string
	video          bool
	transformation string
}

// demoOf reads such an address; ok is false for any other.
func demoOf(u *url.URL) (d demoFile, ok bool) {
	pieces := strings.Split(strings.Trim(u.Path, "/"), "/")
	switch strings.ToLower(u.Hostname()) {
	case "res.cloudinary.com":
		if pieces[0] != "demo" {
			return d, false
		}
		pieces = pieces[1:]
	case "cloudinary-res.cloudinary.com":
	case "cloudinary.com", "www.cloudinary.com":
		if len(pieces) != 2 || pieces[0] != "images" {
			return d, false
		}
		pieces = []string{"image", "upload", pieces[1]}
	default:
		return d, false
	}
	if len(pieces) < 3 || pieces[0] != "image" && pieces[0] != "video" || pieces[1] != "upload" {
		return d, false
	}
	d.video = pieces[0] == "video"
	rest := pieces[2:]
	var steps []string
	for len(rest) > 1 && (isVersion(rest[0]) || strings.Contains(rest[0], "_")) {
		if !isVersion(rest[0]) {
			if _, err := render.Parse(rest[0]); err != nil {
				break
			}
			steps = append(steps, rest[0])
		}
		rest = rest[1:]
	}
	d.transformation = strings.Join(steps, "/")
	name, ext := splitName(rest[len(rest)-1])
	d.name, d.format = name, plainFormat(ext)
	switch {
	case d.name == "":
		return d, false
	case d.video:
		d.format = orText(d.format, "mp4")
		return d, d.format == "mp4" && d.transformation == ""
	}
	d.format = orText(d.format, "jpg")
	return d, isPictureFormat(d.format)
}

// draw makes the file.
func (d demoFile) draw(ctx context.Context) ([]byte, error) {
	size, ok := demoSizes[d.name]
	if !ok {
		size = demoSize
	}
	text := "c_fill,w_" + strconv.Itoa(size.X) + ",h_" + strconv.Itoa(size.Y)
	if d.name != "sample" {
		sum := fnv.New32a()
		_, _ = sum.Write([]byte(d.name))
		text += "/e_saturation:" + strconv.Itoa(int(sum.Sum32()%9)*20-100)
	}
	if d.transformation != "" {
		text += "/" + d.transformation
	}
	format := d.format
	if d.video {
		format = "jpg"
	}
	chain, err := render.Parse(text)
	if err != nil {
		return nil, err
	}
	img, err := render.Apply(ctx, Sample(), chain, format)
	if err != nil {
		return nil, err
	}
	if d.video {
		return movie(img.Data, img.Width, img.Height), nil
	}
	return img.Data, nil
}

// openDemo loads a file of the demo account, or draws it where the network is not there.
func (c *call) openDemo(ctx context.Context, u *url.URL, d demoFile) (body io.ReadCloser, drawn bool, err error) {
	now := c.s.o.Clock().Unix()
	if since := now - c.s.offline.Load(); since < 0 || since > int64(demoRests/time.Second) {
		tried, cancel := context.WithCancel(ctx)
		stop := time.AfterFunc(demoTries, cancel)
		body, _, err = c.s.o.Fetch(tried, u.String())
		stop.Stop()
		if err == nil {
			return cancelCloser{body, cancel}, false, nil
		}
		cancel()
		var load *LoadError
		if errors.As(err, &load) && !strings.HasPrefix(load.Reason, "ERR_") {
			return nil, false, err // somebody has answered
		}
		c.s.offline.Store(now)
	}
	err = c.s.work(ctx, func() error {
		ctx, cancel := context.WithTimeout(ctx, c.s.o.Limits.Render)
		defer cancel()
		data, err := d.draw(ctx)
		body = io.NopCloser(bytes.NewReader(data))
		return err
	})
	return body, true, err
}

// cancelCloser ends what belongs to a body together with it.
type cancelCloser struct {
	io.ReadCloser
	cancel func()
}

func (c cancelCloser) Close() error {
	defer c.cancel()
	return c.ReadCloser.Close()
}

// sampleID is the picture that every account of the service comes with.
const sampleID = "sample"

// ownSample is the account's sample picture, which is made when it is first asked for by
// its name, once: it can be deleted. An upload of that name comes before it.
func (c *call) ownSample(k key) *asset {
	if !c.s.isKnown(k.cloud) || k.kind != "image" || k.typ != "upload" || k.id != sampleID {
		return nil
	}
	c.s.sampling.Lock()
	defer c.s.sampling.Unlock()
	if a := c.s.store.find(k); a != nil {
		return a // somebody else has just asked for it
	}
	if _, made := c.s.sampled.Load(k.cloud); made {
		return nil
	}
	var data []byte
	err := c.s.work(c.r.Context(), func() (err error) {
		data, err = demoFile{name: sampleID, format: "jpg"}.draw(c.r.Context())
		return err
	})
	if err != nil {
		return nil
	}
	blob, err := c.s.pool.newBlob(data)
	if err != nil {
		return nil
	}
	c.s.sampled.Store(k.cloud, true)
	a := c.newAsset(k, c.s.accounts(k.cloud)[0])
	a.format, a.width, a.height, a.blob, a.originalFilename = "jpg", demoSize.X, demoSize.Y, blob, sampleID
	if a.dynamic {
		a.displayName = sampleID
	}
	existing, _, kept, err := c.s.store.put(a, false)
	if err != nil || existing {
		a.drop()
	}
	return kept
}

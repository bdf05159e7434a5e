package uploader

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Verdict is what a look-up says of an upload of which no answer came.
type Verdict uint8

// CannotTell is neither a yes nor a no.
const (
	CannotTell Verdict = iota
	WasKept
	WasNotKept
)

func (v Verdict) String() string {
	return [...]string{"cannot tell", "kept", "not kept"}[v]
}

// Asset is an asset as the Admin API describes it. Everything in it came from outside.
type Asset struct {
	PublicID     string      `json:"public_id"`
	ResourceType string      `json:"resource_type"`
	Type         string      `json:"type"`
	Version      json.Number `json:"version"` // when it was stored, in Unix seconds
	CreatedAt    string      `json:"created_at"`
	Bytes        json.Number `json:"bytes"`
	Etag         string      `json:"etag"` // MD5 of the stored bytes, in hexadecimal digits
	SecureURL    string      `json:"secure_url"`
}

// Found is the outcome of a look-up.
type Found struct {
	Verdict Verdict
	// Why says what was found, Hint what to do; both may hold text from outside.
	Why, Hint string
	// Asset is what the verdict is about; nil where there is none.
	Asset *Asset
}

const (
	lookUpTime   = 30 * time.Second
	mostListed   = 100
	mostLooked   = 5       // assets of the right size that are looked at one by one
	mostLookUp   = 4 << 20 // bytes of an answer
	clocksDiffer = 2 * time.Second
)

// ErrUnsignedLookUp means that the Admin API cannot be asked: it takes key and secret, or
// a token.
var ErrUnsignedLookUp = errors.New("look it up: the Admin API wants the API key and its secret, and this account has none")

// LookUp asks the Admin API whether the asset of an upload is there, and whether it is the
// one that was sent: by its public ID where the request names one, else among the newest
// assets. since is when the upload began; zero is not known. Key and secret (or the token)
// go in the Authorization header, so that the host has to be the service's own, this
// machine, or one that the person has allowed. The error is about the configuration, the
// connection or an answer of no use.
// Source: the official SDKs' api.resource and api.resources (GET
// /v1_1/<cloud>/resources/<resource type>/<delivery type>[/<public ID>]).
func (c *Client) LookUp(ctx context.Context, p Prepared, since time.Time) (Found, error) {
	a := p.Account
	if err := a.CheckBase(); err != nil {
		return Found{}, err
	}
	head := Prepared{Account: a, Auth: AuthBasic}
	if a.Secret.IsZero() {
		head.Auth = AuthBearer
	}
	if head.lacks(nil) != nil || head.Auth == AuthBearer && a.Token.IsZero() {
		return Found{}, ErrUnsignedLookUp
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	l := &lookUp{c: c, ctx: ctx, p: p, since: since, authorization: head.Authorization(), size: -1}
	if p.File.IsBytes() {
		if src, err := openSource(p.File, false); err == nil {
			defer src.close()
			l.src, l.size = src, src.size
		}
	}
	found, err := l.run()
	found.Why, found.Hint = a.Redact(found.Why), a.Redact(found.Hint)
	return found, err
}

// lookUp is a look-up on its way.
type lookUp struct {
	c             *Client
	ctx           context.Context
	p             Prepared
	since         time.Time
	authorization string
	src           *source // nil where the file is not here
	size          int64   // -1 is not known
	hash          string  // of the file, once it was taken
	skew          time.Duration
	refused       string // why the Admin API does not answer
}

func (l *lookUp) run() (Found, error) {
	if !l.p.Idempotent() {
		return l.newest()
	}
	id := l.publicID()
	for _, kind := range l.kinds() {
		var a Asset
		status, err := l.get(l.path(kind)+"/"+escapeParts(id), &a)
		switch {
		case err != nil:
			return Found{}, err
		case status == http.StatusOK:
			return l.judge(a), nil
		case status != http.StatusNotFound:
			return l.cannot(), nil
		}
	}
	return Found{Verdict: WasNotKept, Why: "no asset has the public ID " + id,
		Hint: "the service may still be at work on it: look once more in a moment, then upload it again"}, nil
}

// cannot is the outcome where the service does not say.
func (l *lookUp) cannot() Found {
	return Found{Why: "the Admin API does not answer the question: " + l.refused,
		Hint: "look in the media library; the key may lack the right to read assets"}
}

// param is a parameter that is sent; empty where it is not.
func (l *lookUp) param(name string) string {
	for _, f := range l.p.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func (l *lookUp) flag(name string) (on, set bool) {
	v := l.param(name)
	return v == "true" || v == "1", v != ""
}

// publicID is the whole public ID: with the folders that the service puts before it.
func (l *lookUp) publicID() string {
	id := strings.Trim(l.param("public_id"), "/ ")
	fronts := []string{l.param("public_id_prefix"), l.param("folder")}
	if on, _ := l.flag("use_asset_folder_as_public_id_prefix"); on {
		fronts = append(fronts, l.param("asset_folder"))
	}
	for _, front := range fronts {
		if front = strings.Trim(front, "/ "); front != "" {
			id = front + "/" + id
		}
	}
	return id
}

// kinds are the resource types that it can have.
func (l *lookUp) kinds() []string {
	if kind := resourceType(l.p.draft.ResourceType); kind != "auto" {
		return []string{kind}
	}
	return []string{"image", "video", "raw"}
}

// path is that of the assets of a resource type and the delivery type.
func (l *lookUp) path(kind string) string {
	delivery := l.param("type")
	if delivery == "" {
		delivery = "upload"
	}
	return "/resources/" + url.PathEscape(kind) + "/" + url.PathEscape(delivery)
}

func escapeParts(id string) string {
	parts := strings.Split(id, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// get asks for a path below the cloud, and reads a good answer into v.
func (l *lookUp) get(path string, v any) (status int, err error) {
	a := l.p.Account
	req, err := http.NewRequestWithContext(l.ctx, http.MethodGet, a.Base()+"/v1_1/"+url.PathEscape(a.CloudName)+path, nil)
	if err != nil {
		return 0, configError("the address of the API is no URL")
	}
	req.Header.Set("Authorization", l.authorization)
	req.Header.Set("User-Agent", l.c.cfg.UserAgent)
	res, err := l.c.http.Do(req)
	if err != nil {
		return 0, fmt.Errorf("look it up: %w", plainNetError(plainURLError(err)))
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, mostLookUp))
	if err != nil {
		return 0, fmt.Errorf("look it up: read the answer: %w", plainNetError(err))
	}
	if at, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		l.skew = at.Sub(l.c.cfg.Now()).Round(time.Second)
	}
	if res.StatusCode != http.StatusOK {
		l.refused = res.Status + " " + pingMessage(raw)
		return res.StatusCode, nil
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return 0, errors.New("look it up: the answer is not that of the Admin API")
	}
	return res.StatusCode, nil
}

// stored is when an asset was stored; zero where it does not say.
func (a Asset) stored() time.Time {
	if n, err := strconv.ParseInt(a.Version.String(), 10, 64); err == nil && n > 0 {
		return time.Unix(n, 0)
	}
	at, _ := time.Parse(time.RFC3339, a.CreatedAt)
	return at
}

// when is that moment for people.
func (a Asset) when() string {
	at := a.stored()
	if at.IsZero() {
		return "at a time that it does not say"
	}
	return "on " + at.Local().Format("2 January 2006 at 15:04:05")
}

// fresh reports whether an asset was stored since the upload began, by the server's clock.
func (l *lookUp) fresh(a Asset) bool {
	at := a.stored()
	return !l.since.IsZero() && !at.IsZero() && !at.Before(l.since.Add(l.skew-clocksDiffer))
}

// likeness is how an asset's content compares with the file.
type likeness uint8

const (
	likeUnknown likeness = iota
	likeSize
	likeContent
	likeNot
)

// like compares the MD5 where both are there, else the size.
func (l *lookUp) like(a Asset) likeness {
	n, err := a.Bytes.Int64()
	switch {
	case l.src == nil || err != nil:
		return likeUnknown
	case n != l.size:
		return likeNot
	case len(a.Etag) != 2*md5.Size:
		return likeSize
	}
	if l.hash == "" {
		h := md5.New()
		if _, err := io.Copy(h, io.NewSectionReader(l.src, 0, l.size)); err != nil {
			return likeSize
		}
		l.hash = hex.EncodeToString(h.Sum(nil))
	}
	if strings.EqualFold(a.Etag, l.hash) {
		return likeContent
	}
	return likeNot
}

// changes reports whether the service stores something else than what is sent.
func (l *lookUp) changes() bool { return l.param("transformation") != "" || l.param("format") != "" }

// judge says what the asset with the public ID tells of the upload.
func (l *lookUp) judge(a Asset) Found {
	f := Found{Asset: &a}
	same := l.like(a)
	content := map[likeness]string{
		likeUnknown: "", likeSize: ", with as many bytes as the file", likeContent: ", with the content of the file (MD5)", likeNot: ", with other content than the file",
	}[same]
	was := "an asset with the public ID " + a.PublicID + " was stored " + a.when() + content
	switch {
	case l.fresh(a) && same == likeNot && !l.changes():
		f.Why, f.Hint = was+": after this upload began, but it may be somebody else's", "compare it in the media library"
	case l.fresh(a):
		f.Verdict, f.Why, f.Hint = WasKept, was+": after this upload began", "nothing more is to be done"
	case l.since.IsZero() && (same == likeContent || same == likeSize):
		f.Verdict, f.Why, f.Hint = WasKept, was, "nothing more is to be done, unless only parameters were to be changed"
	case l.since.IsZero():
		f.Why, f.Hint = was, "compare it in the media library"
	default:
		f.Verdict, f.Why, f.Hint = WasNotKept, was+": before this upload began", "upload it again"
		if on, set := l.flag("overwrite"); set && !on {
			f.Hint = "overwrite is off: another upload would leave it as it is, too"
		}
	}
	return f
}

// newest looks among the newest assets, where no public ID is known.
func (l *lookUp) newest() (Found, error) {
	var since []Asset
	whole := !l.since.IsZero()
	for _, kind := range l.kinds() {
		var page struct {
			Resources []Asset `json:"resources"`
			Next      string  `json:"next_cursor"`
		}
		status, err := l.get(l.path(kind)+"?direction=desc&max_results="+strconv.Itoa(mostListed), &page)
		if err != nil {
			return Found{}, err
		}
		if status != http.StatusOK {
			return l.cannot(), nil
		}
		whole = whole && (page.Next == "" || l.reachesBack(page.Resources))
		for _, a := range page.Resources {
			if like := l.like(a); (l.fresh(a) || l.since.IsZero()) && (like != likeNot || l.changes()) {
				since = append(since, a)
			}
		}
	}
	var could []Asset
	for i, a := range since {
		var full Asset
		if i >= mostLooked || l.src == nil {
			could = append(could, a)
		} else if status, err := l.get(l.path(a.ResourceType)+"/"+escapeParts(a.PublicID), &full); err != nil || status != http.StatusOK {
			could = append(could, a)
		} else if same := l.like(full); same == likeContent {
			return Found{Verdict: WasKept, Asset: &full, Why: "the asset " + full.PublicID + " has the content of the file (MD5), and was stored " + full.when(),
				Hint: "nothing more is to be done"}, nil
		} else if same != likeNot || l.changes() {
			could = append(could, full)
		}
	}
	return l.among(could, whole), nil
}

// among says what the newest assets tell that could be it; whole is true where no other
// one can be.
func (l *lookUp) among(could []Asset, whole bool) Found {
	const library = "look in the media library before it is uploaded again: without a public ID a second upload makes a second asset"
	switch {
	case len(could) == 0 && whole:
		return Found{Verdict: WasNotKept, Why: "there is no public ID to look for, and no asset was stored since this upload began that could be it",
			Hint: "the service may still be at work on it: look once more in a moment, then upload it again"}
	case len(could) == 0:
		return Found{Why: "there is no public ID to look for, and none of the newest assets could be it", Hint: library}
	}
	a := could[0]
	return Found{Asset: &a, Hint: library,
		Why: fmt.Sprintf("there is no public ID to look for; %d of the newest assets could be it: the newest of them is %s, stored %s", len(could), a.PublicID, a.when())}
}

// reachesBack reports whether a list, which is sorted from the newest on, ends with one
// from before the upload.
func (l *lookUp) reachesBack(list []Asset) bool {
	for i := 1; i < len(list); i++ {
		if list[i].stored().After(list[i-1].stored()) {
			return false
		}
	}
	return len(list) > 0 && !l.fresh(list[len(list)-1]) && !list[len(list)-1].stored().IsZero()
}

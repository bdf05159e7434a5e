package sandbox

import (
	"crypto/md5"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Bounds of uploads in parts (threat T37).
const (
	// minPart is what a part that is not the last has to be larger than, in bytes.
	minPart = 5 << 20
	// partLife is how long an upload may stand still, and for how long the answer to a
	// finished one is remembered. The service's own times are unconfirmed.
	partLife = time.Hour
	// mostUploads is how many uploads of a cloud may be unfinished at once.
	mostUploads = 64
	// mostUnfinished is how many of all clouds may be.
	mostUnfinished = 512
	// mostAnswers is how many answers to finished uploads are remembered.
	mostAnswers = 1000
	// mostParts is how many parts one upload may have.
	mostParts = 10_000
)

// span is what Content-Range and X-Unique-Upload-Id say of a part.
type span struct {
	id          string
	first, last int64
	total       int64 // -1 where it is not known yet
}

// size is the length of the part in bytes.
func (p span) size() int64 { return p.last - p.first + 1 }

// final reports whether the part ends the file.
func (p span) final() bool { return p.total >= 0 && p.last == p.total-1 }

// contentRange is the form of the header. The Node SDK writes -1 for a total that it does
// not know yet, others claim a * (unconfirmed): both are taken. Sources: cloudinary_npm
// lib/uploader.js; cloudinary-go api/uploader/upload.go.
var contentRange = regexp.MustCompile(`^bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|-1|\*)$`)

// emptyRange is what the Node SDK writes for a file without a byte.
const emptyRange = "bytes 0--1/0"

// partOf reads the headers of a part; nil where the request is a whole upload. An id
// without a range is a whole upload too, as the SDKs send it for a small file.
func partOf(h http.Header) (*span, error) {
	text, id := h.Get("Content-Range"), h.Get("X-Unique-Upload-Id")
	if text == "" {
		return nil, nil
	}
	if text == emptyRange {
		return nil, fail(emptyFile)
	}
	m := contentRange.FindStringSubmatch(text)
	if m == nil || id == "" || len(id) > 255 {
		return nil, fail(partRange, text)
	}
	p := &span{id: id, total: -1}
	p.first, _ = strconv.ParseInt(m[1], 10, 64)
	p.last, _ = strconv.ParseInt(m[2], 10, 64)
	if m[3] != "-1" && m[3] != "*" {
		p.total, _ = strconv.ParseInt(m[3], 10, 64)
	}
	if p.last < p.first || p.total >= 0 && p.last >= p.total {
		return nil, fail(partRange, text)
	}
	return p, nil
}

// uploadKey is what an unfinished upload is found by. The id is a key and never a path
// (threat T33).
type uploadKey struct{ cloud, kind, id string }

// partial is an upload of which parts have come in.
type partial struct {
	mu    sync.Mutex
	file  *os.File
	parts []storedPart // by their place in the file
	total int64        // -1 while it is not known
	held  int64        // bytes of the pool
	seen  time.Time
	// answer is that to the last part, once there is one.
	answer []byte
	last   storedPart
	gone   bool
}

// storedPart is a part that was taken.
type storedPart struct {
	first, end int64
	etag       string
}

// partials are the unfinished uploads of a sandbox.
type partials struct {
	mu  sync.Mutex
	all map[uploadKey]*partial
}

// take finds an unfinished upload or begins one, and forgets those that stand still.
func (ps *partials) take(s *Server, k uploadKey, now time.Time) (*partial, error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.all == nil {
		ps.all = map[uploadKey]*partial{}
	}
	mine, unfinished := 0, 0
	var held int64
	for other, u := range ps.all {
		if u.mu.TryLock() {
			old := now.Sub(u.seen) > partLife || u.answer != nil && len(ps.all) > mostAnswers
			answered := u.answer != nil
			if other.cloud == k.cloud {
				held += u.held
			}
			if old {
				u.drop(s.pool)
				delete(ps.all, other)
			}
			u.mu.Unlock()
			if old || answered {
				continue
			}
		}
		unfinished++
		if other.cloud == k.cloud {
			mine++
		}
	}
	if most := s.o.Limits.Total / 2; s.o.AnyCloud && held > most {
		return nil, fail(storeFull, most, mostUploads) // the rest of the room needs it
	}
	if u := ps.all[k]; u != nil {
		return u, nil
	}
	if mine >= mostUploads {
		return nil, fail(partsMany, mostUploads)
	}
	if unfinished >= mostUnfinished {
		return nil, fail(partsMany, mostUnfinished)
	}
	u := &partial{total: -1, seen: now}
	ps.all[k] = u
	return u, nil
}

// has reports whether a cloud has unfinished uploads.
func (ps *partials) has(cloud string) bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for k, u := range ps.all {
		if k.cloud != cloud {
			continue
		}
		if !u.mu.TryLock() {
			return true // a part comes in just now
		}
		unfinished := u.answer == nil
		u.mu.Unlock()
		if unfinished {
			return true
		}
	}
	return false
}

// forget drops an upload, unless it was answered.
func (ps *partials) forget(s *Server, k uploadKey) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if u := ps.all[k]; u != nil {
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.answer == nil {
			u.drop(s.pool)
			delete(ps.all, k)
		}
	}
}

// clear forgets the unfinished uploads of a cloud; the empty name is every cloud.
func (ps *partials) clear(s *Server, cloud string) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for k, u := range ps.all {
		if cloud == "" || k.cloud == cloud {
			u.mu.Lock()
			u.drop(s.pool)
			u.mu.Unlock()
			delete(ps.all, k)
		}
	}
}

// drop gives the room back. The lock is held.
func (u *partial) drop(p *pool) {
	p.give(u.held)
	if u.file != nil {
		_ = u.file.Close()
	}
	u.held, u.file, u.parts, u.gone = 0, nil, nil, true
}

// partAnswer is the answer to a part that is not the last. Sources: cloudinary_npm
// lib/uploader.js reads done; the other fields are unconfirmed in detail.
type partAnswer struct {
	Done         bool   `json:"done"`
	Bytes        int64  `json:"bytes"`
	Kind         string `json:"kind"`
	PublicID     string `json:"public_id,omitempty"`
	ResourceType string `json:"resource_type"`
	Type         string `json:"type"`
}

// part takes in a part whose bytes are in o.file. It returns the whole file where this
// was the last one; else it has answered, or there is an error.
func (c *call) part(p span, cloud, kind string, o *order) (*blob, error) {
	if o.file.blob.size != p.size() {
		return nil, fail(partLength, o.file.blob.size, p.size())
	}
	least := c.s.o.MinPart
	if least == 0 {
		least = minPart
	}
	k := uploadKey{cloud, kind, p.id}
	now := c.s.o.Clock()
	u, err := c.s.partials.take(c.s, k, now)
	if err != nil {
		return nil, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	stored := storedPart{p.first, p.last + 1, o.file.blob.etag}
	switch {
	case u.gone:
		return nil, fail(partForgotten)
	case u.answer != nil && stored == u.last && p.total == u.total:
		return nil, c.again(u.answer, o)
	case u.answer != nil:
		return nil, fail(partComplete)
	case !p.final() && p.size() <= least:
		return nil, fail(partSmall)
	case u.total >= 0 && p.total >= 0 && p.total != u.total:
		return nil, fail(partTotal, p.total, u.total)
	case p.last+1 > c.s.o.Limits.File:
		return nil, fail(fileTooLarge, max(p.last+1, p.total), c.s.o.Limits.File)
	case len(u.parts) >= mostParts:
		return nil, fail(partsMany, mostParts)
	}
	known, err := u.place(stored)
	if err != nil {
		return nil, err
	}
	u.seen = now
	if !known {
		if p.final() {
			if gap, ok := u.gap(p.first); ok {
				return nil, fail(partMissing, gap)
			}
		}
		if err := u.write(c.s.pool, stored, o.file.blob); err != nil {
			return nil, c.s.bodyFault(err)
		}
	} else {
		o.file.blob.drop()
	}
	if p.total >= 0 {
		u.total = p.total
	}
	if !p.final() {
		return nil, c.json(http.StatusOK, partAnswer{
			Bytes: u.held, Kind: "upload", PublicID: o.p.get("public_id"), ResourceType: kind, Type: o.key.typ,
		})
	}
	whole, err := u.whole(c.s.pool)
	if err != nil {
		return nil, err
	}
	u.last = stored
	c.answered = func(body []byte) { // after the answer; nobody else has this upload's file now
		u.mu.Lock()
		u.answer = body
		u.mu.Unlock()
	}
	c.ex.Size = whole.size
	return whole, nil
}

// again answers a last part that came twice as it was answered before: its first answer
// may have been lost.
func (c *call) again(answer []byte, o *order) error {
	o.file.blob.drop()
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return c.bytes(http.StatusOK, answer)
}

// place finds out whether a part is known already. One that overlaps another, or that
// has other bytes than before, is refused.
func (u *partial) place(p storedPart) (known bool, err error) {
	for _, q := range u.parts {
		switch {
		case p == q:
			return true, nil
		case p.first < q.end && q.first < p.end:
			return false, fail(partOverlap, p.first, p.end-1)
		}
	}
	return false, nil
}

// gap is the first byte before end that is missing.
func (u *partial) gap(end int64) (at int64, ok bool) {
	for _, q := range u.parts {
		if q.first > at {
			break
		}
		at = max(at, q.end)
	}
	return at, at < end
}

// write puts the bytes of a part where they belong. They stay counted in the pool.
func (u *partial) write(p *pool, part storedPart, b *blob) error {
	if u.file == nil {
		f, err := p.tempFile()
		if err != nil {
			return err
		}
		u.file = f
	}
	if !p.hasFree() {
		return errFull
	}
	if _, err := io.Copy(io.NewOffsetWriter(u.file, part.first), b.reader()); err != nil {
		return err
	}
	b.once.Do(func() {}) // its room is this upload's from now on
	u.held += b.size
	u.parts = append(u.parts, part)
	slices.SortFunc(u.parts, func(a, b storedPart) int { return int(min(max(a.first-b.first, -1), 1)) })
	return nil
}

// whole hands the finished file over.
func (u *partial) whole(p *pool) (*blob, error) {
	sum := md5.New()
	if _, err := io.Copy(sum, io.NewSectionReader(u.file, 0, u.total)); err != nil {
		return nil, err
	}
	b := &blob{pool: p, file: u.file, size: u.total, etag: hex.EncodeToString(sum.Sum(nil))}
	u.file, u.held, u.parts = nil, 0, nil
	return b, nil
}

package sandbox

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// key is what an asset is found by. The public_id is a key and never a path; other
// Unicode forms of a name are other keys.
type key struct {
	cloud, kind, typ, id string
}

// asset is one stored file with what an answer tells of it. It does not change once it
// is stored, except for derived, which the store guards.
type asset struct {
	key
	account       Account
	assetID       string
	versionID     string
	version       int64
	width, height int
	format        string
	blob          *blob
	details
	originalFilename string
	created          time.Time
	eager            []eagerPicture
	// number counts assets in the order in which they came.
	number  int64
	derived map[string]picture
}

// eagerPicture is a derived version that was asked for, with its transformation as it
// was sent.
type eagerPicture struct {
	text string
	picture
}

// picture is a finished derived version.
type picture struct {
	blob          *blob
	width, height int
	format        string
}

// drop gives the room of an asset and its derived versions back.
func (a *asset) drop() {
	a.blob.drop()
	for _, d := range a.derived {
		d.blob.drop()
	}
}

// size is the bytes of an asset with its derived versions. The store's lock is held.
func (a *asset) size() int64 {
	n := a.blob.size
	for _, p := range a.derived {
		n += p.blob.size
	}
	return n
}

// store is the index of everything that was uploaded. It is safe for concurrent use.
type store struct {
	mu     sync.RWMutex
	most   int
	count  int // assets and derived versions
	last   int64
	assets map[key]*asset
	cloud  map[string]int // how many assets each has
	disk   *disk          // nil where nothing outlasts the sandbox
}

func newStore(most int) *store {
	return &store{most: most, assets: map[key]*asset{}, cloud: map[string]int{}}
}

// add puts an asset in its place, where there is none. The lock is held.
func (s *store) add(a *asset) {
	s.assets[a.key] = a
	s.cloud[a.cloud]++
	s.count += 1 + len(a.derived)
}

// take takes an asset out; its bytes stay. The lock is held.
func (s *store) take(a *asset) {
	delete(s.assets, a.key)
	if s.cloud[a.cloud]--; s.cloud[a.cloud] == 0 {
		delete(s.cloud, a.cloud)
	}
	s.count -= 1 + len(a.derived)
}

// delete forgets an asset and its bytes. The lock is held.
func (s *store) delete(a *asset) {
	s.take(a)
	s.disk.forget(a.key)
	a.drop()
}

// clouds are the names that have assets.
func (s *store) clouds() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Collect(maps.Keys(s.cloud))
}

// find returns an asset, or nil.
func (s *store) find(k key) *asset {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.assets[k]
}

// put stores an asset. Where there are too many, the oldest go: a sandbox that a room
// works with must not stop. Where one is there already it is replaced, and keeps its asset id
// (unconfirmed), or, without overwrite, it stays and is returned. The error is errFull.
func (s *store) put(a *asset, overwrite bool) (existing, overwritten bool, kept *asset, err error) {
	if err := s.disk.keepBytes(a); err != nil {
		return false, false, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.assets[a.key]
	if old != nil && !overwrite {
		return true, false, old, nil
	}
	count := s.count + 1 + len(a.derived)
	if old != nil {
		count -= 1 + len(old.derived)
		a.assetID = old.assetID
	}
	for count > s.most {
		oldest := s.oldest(a.key)
		if oldest == nil {
			return false, false, nil, errFull
		}
		count -= 1 + len(oldest.derived)
		s.delete(oldest)
	}
	a.number = s.last + 1
	if err := s.disk.keep(a); err != nil {
		return false, false, nil, err
	}
	s.last++
	if old != nil {
		s.take(old)
		old.drop()
	}
	s.add(a)
	return false, old != nil, a, nil
}

// oldest is the asset that came first in the cloud that has most, but for that of a key:
// nobody's assets go for somebody else's many. The lock is held.
func (s *store) oldest(but key) *asset {
	var first *asset
	for _, a := range s.assets {
		if a.key == but {
			continue
		}
		if first == nil || s.cloud[a.cloud] > s.cloud[first.cloud] || s.cloud[a.cloud] == s.cloud[first.cloud] && a.number < first.number {
			first = a
		}
	}
	return first
}

// evict forgets the oldest asset of the cloud that has most bytes, and says whether there
// was one.
func (s *store) evict() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	bytes, first := map[string]int64{}, map[string]*asset{}
	for _, a := range s.assets {
		bytes[a.cloud] += a.size()
		if old := first[a.cloud]; old == nil || a.number < old.number {
			first[a.cloud] = a
		}
	}
	var most *asset
	for cloud, a := range first {
		if most == nil || bytes[cloud] > bytes[most.cloud] || bytes[cloud] == bytes[most.cloud] && a.number < most.number {
			most = a
		}
	}
	if most == nil {
		return false
	}
	s.delete(most)
	return true
}

// has reports whether a cloud has assets.
func (s *store) has(cloud string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cloud[cloud] > 0
}

// derivedOf returns a derived version that was made before.
func (s *store) derivedOf(a *asset, name string) (picture, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	d, ok := a.derived[name]
	return d, ok
}

// keepDerived remembers a derived version if there is room and the asset is still there.
func (s *store) keepDerived(a *asset, name string, d picture) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := a.derived[name]; ok || s.assets[a.key] != a || s.count >= s.most {
		return false
	}
	a.derived[name] = d
	if s.disk.keep(a) != nil {
		delete(a.derived, name)
		return false
	}
	s.count++
	return true
}

// removeDerived forgets a derived version. An eager one stays in the asset's answer, and
// is made again where somebody asks for it.
func (s *store) removeDerived(a *asset, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.assets[a.key]; now != nil && now.assetID == a.assetID {
		if d, ok := now.derived[name]; ok {
			delete(now.derived, name)
			_ = s.disk.keep(now) // as in change
			d.blob.drop()
			s.count--
		}
	}
}

// remove forgets an asset.
func (s *store) remove(k key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.assets[k]; a != nil {
		s.delete(a)
	}
}

// change replaces an asset by a copy that f has changed; nil where it is no longer there.
func (s *store) change(a *asset, f func(b *asset)) *asset {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.assets[a.key]
	if now == nil || now.assetID != a.assetID {
		return nil
	}
	b := *now
	f(&b)
	// Where the disk does not take it, the change lasts as long as the sandbox.
	_ = s.disk.keep(&b)
	s.assets[a.key] = &b
	return &b
}

// rename moves an asset. taken is true where there is another one of that name, and
// overwrite is not wanted.
func (s *store) rename(a *asset, to key, overwrite bool) (moved *asset, taken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.assets[a.key]
	if now == nil {
		return nil, false
	}
	other := s.assets[to]
	if other != nil && to != a.key && !overwrite {
		return nil, true
	}
	b := *now
	b.key = to
	_ = s.disk.keep(&b) // as in change
	if to != a.key {
		if other != nil {
			s.take(other)
			other.drop()
		}
		s.disk.forget(a.key)
	}
	s.take(now)
	s.add(&b)
	return &b, false
}

// list are the assets of a cloud, the newest first; the empty name is every cloud.
func (s *store) list(cloud string) []*asset {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []*asset
	for _, a := range s.assets {
		if cloud == "" || a.cloud == cloud {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b *asset) int {
		if a.number != b.number {
			return cmp.Compare(b.number, a.number)
		}
		return strings.Compare(a.id, b.id)
	})
	return out
}

// derivedList are the derived versions of an asset, by their transformations.
func (s *store) derivedList(a *asset) []eagerPicture {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []eagerPicture
	for name, p := range a.derived {
		text, _, _ := strings.Cut(name, "\n")
		out = append(out, eagerPicture{text, p})
	}
	slices.SortFunc(out, func(a, b eagerPicture) int { return strings.Compare(a.text+a.format, b.text+b.format) })
	return out
}

// forget drops the assets of a cloud; the empty name is every cloud.
func (s *store) forget(cloud string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, a := range s.assets {
		if cloud == "" || k.cloud == cloud {
			s.delete(a)
		}
	}
}

// close gives everything back; what is on the disk stays there.
func (s *store) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disk.close()
	for _, a := range s.assets {
		a.drop()
	}
	clear(s.assets)
	clear(s.cloud)
	s.count = 0
}

// Reset forgets what was uploaded to a cloud; the empty name is every cloud.
func (s *Server) Reset(cloud string) {
	s.store.forget(cloud)
	s.admin.forget(cloud)
	s.partials.clear(s, cloud)
	s.sampled.Range(func(k, _ any) bool {
		if cloud == "" || k == cloud {
			s.sampled.Delete(k)
		}
		return true
	})
}

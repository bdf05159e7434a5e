package sandbox

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
)

// A folder of data has a file for the bytes of each asset, under a name made up here, and
// a file for the rest of it, under the hash of what it is found by: nothing of the
// client's ever becomes a path (threat T33). Each is complete when it gets its name, and
// the bytes are there before what names them, so that a killed sandbox leaves nothing
// half.
const (
	formatFile   = "format"
	formatText   = "signpost sandbox 1\n"
	lockName     = "lock"
	settingsFile = "settings.json"
	assetsFolder = "assets"
	blobsFolder  = "blobs"
)

// ErrDataTaken means that another sandbox uses the folder.
var ErrDataTaken = errors.New("another sandbox uses the folder")

// ErrForeignData means that the folder has files of somebody else.
var ErrForeignData = errors.New("the folder is not empty and no sandbox's")

// disk keeps assets in a folder. A nil disk keeps nothing. The store's lock guards it.
type disk struct {
	root   *os.Root
	lock   *os.File
	closed atomic.Bool
	free   func() (int64, bool)
	least  int64 // bytes that stay free
}

// Keep has what is uploaded outlast the sandbox in a folder, which is made where it is
// not there, and brings back what is in it. It comes before the first request. What is
// damaged, or of a newer version, is set aside in a folder bad-DATE within; notes says
// so in words. The error is [ErrDataTaken], [ErrForeignData] or the system's.
func (s *Server) Keep(dir string) (notes []string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, withoutPath(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, withoutPath(err)
	}
	d := &disk{root: root, least: s.o.Limits.Free, free: func() (int64, bool) { return s.pool.free(dir) }}
	if notes, err = s.take(d); err != nil {
		if d.lock != nil {
			_ = d.lock.Close()
		}
		_ = root.Close()
		return nil, withoutPath(err)
	}
	s.store.disk, s.admin.disk = d, d
	for _, cloud := range append(s.store.clouds(), s.admin.clouds()...) {
		_ = s.admit(cloud) // what is kept is not refused; new names are, where there are too many
	}
	s.pool.mu.Lock()
	s.pool.disk, s.pool.dir = d, dir
	s.pool.mu.Unlock()
	return notes, nil
}

// withoutPath takes the path off an error of the system: whoever gets it knows the folder.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// take makes a folder this sandbox's own and loads what is in it.
func (s *Server) take(d *disk) (notes []string, err error) {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return nil, err
	}
	has := func(name string) bool {
		return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name })
	}
	if len(entries) > 0 && !has(formatFile) && !has(lockName) {
		return nil, ErrForeignData
	}
	if d.lock, err = d.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := lockFile(d.lock); err != nil {
		return nil, ErrDataTaken
	}
	bad := "bad-" + s.o.Clock().UTC().Format("20060102-150405")
	if format, err := d.root.ReadFile(formatFile); err == nil && string(format) != formatText {
		for _, name := range []string{formatFile, settingsFile, assetsFolder, blobsFolder} {
			if err := d.setAside(bad, name); err != nil {
				return nil, err
			}
		}
		notes = append(notes, "what is kept there is of another version; it was set aside in "+bad)
	}
	for _, name := range []string{assetsFolder, blobsFolder} {
		if err := d.root.MkdirAll(name, 0o700); err != nil {
			return nil, err
		}
	}
	if err := d.write(formatFile, []byte(formatText)); err != nil {
		return nil, err
	}
	damaged, err := s.load(d, bad)
	if damaged > 0 {
		notes = append(notes, fmt.Sprintf("%d files there were damaged; they were set aside in %s", damaged, bad))
	}
	return notes, err
}

// load brings assets and settings back, and sweeps what a killed sandbox left.
func (s *Server) load(d *disk, bad string) (damaged int, err error) {
	raw, err := d.read(settingsFile)
	if err == nil {
		err = s.admin.restore(raw)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		damaged++
		if err := d.setAside(bad, settingsFile); err != nil {
			return damaged, err
		}
	}
	entries, err := fs.ReadDir(d.root.FS(), assetsFolder)
	if err != nil {
		return damaged, err
	}
	used := map[string]bool{}
	var found []*asset
	for _, e := range entries {
		name := path.Join(assetsFolder, e.Name())
		if strings.HasPrefix(e.Name(), tempPrefix) {
			_ = d.root.Remove(name)
			continue
		}
		a, err := s.loadAsset(d, name)
		if err != nil {
			damaged++
			if err := d.setAside(bad, name); err != nil {
				return damaged, err
			}
			continue
		}
		used[a.blob.name] = true
		for _, p := range a.derived {
			used[p.blob.name] = true
		}
		found = append(found, a)
	}
	s.arrange(d, found)
	blobs, err := fs.ReadDir(d.root.FS(), blobsFolder)
	if err != nil {
		return damaged, err
	}
	for _, e := range blobs {
		if !used[e.Name()] {
			_ = d.root.RemoveAll(path.Join(blobsFolder, e.Name()))
		}
	}
	return damaged, nil
}

// arrange puts loaded assets into the store, the oldest first, within its bounds. Where
// a sandbox was killed while it renamed an asset, both names are there: one of them stays.
func (s *Server) arrange(d *disk, found []*asset) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	slices.SortFunc(found, func(a, b *asset) int { return int(a.number - b.number) })
	s.store.disk = d // what does not fit is forgotten
	byBlob := map[string]*asset{}
	for _, a := range found {
		if old := byBlob[a.blob.name]; old != nil {
			s.store.take(old)
			d.forget(old.key)
			a.blob, a.derived = old.blob, old.derived
		} else if !s.counted(a) {
			d.forget(a.key)
			continue
		}
		for s.store.count > 0 && s.store.count+1+len(a.derived) > s.store.most {
			s.store.delete(s.store.oldest(a.key))
		}
		byBlob[a.blob.name] = a
		s.store.add(a)
		s.store.last = max(s.store.last, a.number)
	}
}

// counted takes room for the bytes of a loaded asset, where there is some.
func (s *Server) counted(a *asset) bool {
	if !s.pool.tryTake(a.size()) {
		return false
	}
	a.blob.pool = s.pool
	for _, p := range a.derived {
		p.blob.pool = s.pool
	}
	return true
}

// loadAsset reads an asset and opens its bytes.
func (s *Server) loadAsset(d *disk, name string) (*asset, error) {
	raw, err := d.read(name)
	if err != nil {
		return nil, err
	}
	var r record
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, err
	}
	a := r.asset()
	if path.Base(name) != recordName(a.key) {
		return nil, errors.New("it does not belong to its name")
	}
	if a.account = s.o.Accounts[0]; len(s.accounts(a.cloud)) > 0 {
		a.account = s.accounts(a.cloud)[0]
	}
	a.account.Cloud = a.cloud
	if a.blob, err = d.loadBlob(r.Blob, r.Bytes, r.ETag); err != nil {
		return nil, err
	}
	for _, v := range r.Derived {
		// One that is damaged is made again where somebody asks for it.
		if b, err := d.loadBlob(v.Blob, v.Bytes, v.ETag); err == nil {
			a.derived[v.Name] = v.picture(b)
		}
	}
	return a, nil
}

// loadBlob opens kept bytes and makes sure that they are the same as ever.
func (d *disk) loadBlob(name string, size int64, etag string) (*blob, error) {
	if !isBlobName(name) {
		return nil, errors.New("its bytes have no name of a sandbox")
	}
	file := path.Join(blobsFolder, name)
	info, err := d.root.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return nil, errors.New("its bytes are not there")
	}
	f, err := d.root.Open(file)
	if err != nil {
		return nil, err
	}
	b := &blob{disk: d, name: name, size: size, etag: etag, file: f}
	sum := md5.New()
	if _, err = io.Copy(sum, b.reader()); err == nil && hex.EncodeToString(sum.Sum(nil)) != etag {
		err = errors.New("its bytes are others")
	}
	if err == nil && size <= inMemory {
		b.data, err = b.bytes()
		b.file = nil
	}
	if err != nil || b.file == nil {
		_ = f.Close()
	}
	return b, err
}

// recordName is the file of an asset: the hash of what it is found by.
func recordName(k key) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{k.cloud, k.kind, k.typ, k.id}, "\x00")))
	return hex.EncodeToString(sum[:]) + ".json"
}

// isBlobName reports whether a text is a name as keepBlob makes them.
func isBlobName(name string) bool {
	return len(name) == 26 && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// keep keeps an asset: it is on the disk when it returns. The error is errFull or the
// system's.
func (d *disk) keep(a *asset) error {
	if d == nil || d.closed.Load() {
		return nil
	}
	if err := d.keepBytes(a); err != nil {
		return err
	}
	raw, err := json.Marshal(recordOf(a))
	if err != nil {
		return err
	}
	return d.write(path.Join(assetsFolder, recordName(a.key)), sealed(raw))
}

// keepBytes writes the bytes of an asset and of its derived versions. Before the asset is
// stored that takes no lock, so that a large file keeps nobody waiting.
func (d *disk) keepBytes(a *asset) error {
	if d == nil || d.closed.Load() {
		return nil
	}
	if err := d.keepBlob(a.blob); err != nil {
		return err
	}
	for _, p := range a.derived {
		if err := d.keepBlob(p.blob); err != nil {
			return err
		}
	}
	return nil
}

// keepBlob writes the bytes of an asset, once. From then on they are read from there.
func (d *disk) keepBlob(b *blob) error {
	if b.name != "" {
		return nil
	}
	if free, ok := d.free(); ok && free-b.size < d.least {
		return errFull
	}
	name := rand.Text()
	file := path.Join(blobsFolder, name)
	f, err := d.root.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, b.reader())
	if err = errors.Join(err, f.Sync(), d.syncFolder(blobsFolder)); err != nil {
		_ = f.Close()
		_ = d.root.Remove(file)
		return err
	}
	if b.file == nil {
		_ = f.Close()
	} else {
		b.file = f // the temporary one goes with its last reader
	}
	b.name, b.disk = name, d
	return nil
}

// tempFile opens a file in the folder, which loses its name as soon as it is open, where
// the system can do that. What keeps it is swept at the next start.
func (d *disk) tempFile() (*os.File, error) {
	name := path.Join(blobsFolder, tempPrefix+rand.Text())
	f, err := d.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_ = d.root.Remove(name)
	}
	return f, err
}

// forget removes what is kept of an asset besides its bytes.
func (d *disk) forget(k key) {
	if d != nil && !d.closed.Load() {
		_ = d.root.Remove(path.Join(assetsFolder, recordName(k)))
	}
}

// forgetBlob removes the bytes of an asset.
func (d *disk) forgetBlob(name string) {
	if d != nil && !d.closed.Load() {
		_ = d.root.Remove(path.Join(blobsFolder, name))
	}
}

// close ends the keeping; what is kept stays.
func (d *disk) close() {
	if d == nil || d.closed.Load() {
		return
	}
	d.closed.Store(true)
	_ = d.lock.Close()
	_ = d.root.Close()
}

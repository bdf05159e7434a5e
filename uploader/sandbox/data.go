package sandbox

import (
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
	"time"
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
	closed bool
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
	if raw, err := d.read(settingsFile); err == nil && s.admin.restore(raw) != nil {
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
			a.blob = old.blob
		} else if s.pool.tryTake(a.blob.size) {
			a.blob.pool = s.pool
		} else {
			d.forget(a.key)
			continue
		}
		for s.store.count >= s.store.most {
			s.store.delete(s.store.oldest(a.key))
		}
		byBlob[a.blob.name] = a
		s.store.add(a)
		s.store.last = max(s.store.last, a.number)
	}
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
	if path.Base(name) != recordName(a.key) || !isBlobName(r.Blob) {
		return nil, errors.New("it does not belong to its name")
	}
	if a.account = s.o.Accounts[0]; len(s.accounts(a.cloud)) > 0 {
		a.account = s.accounts(a.cloud)[0]
	}
	a.account.Cloud = a.cloud
	a.blob = &blob{disk: d, name: r.Blob, size: r.Bytes, etag: r.ETag}
	file := path.Join(blobsFolder, r.Blob)
	info, err := d.root.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() != r.Bytes {
		return nil, errors.New("its bytes are not there")
	}
	f, err := d.root.Open(file)
	if err != nil {
		return nil, err
	}
	if r.Bytes > inMemory {
		a.blob.file = f
		return a, nil
	}
	defer f.Close()
	a.blob.data, err = io.ReadAll(f)
	return a, err
}

// read is a small file of ours, and no link.
func (d *disk) read(name string) ([]byte, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > mostRecord {
		return nil, errors.New("it is no file of a sandbox")
	}
	return d.root.ReadFile(name)
}

// mostRecord bounds what is read of a record, in bytes.
const mostRecord = 64 << 20

// setAside moves a file or folder where it harms nobody.
func (d *disk) setAside(bad, name string) error {
	to := path.Join(bad, name)
	if err := d.root.MkdirAll(path.Dir(to), 0o700); err != nil {
		return err
	}
	if err := d.root.Rename(name, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

const tempPrefix = "temp-"

// write makes a file that has all of its content as soon as it has its name.
func (d *disk) write(name string, content []byte) error {
	temp := path.Join(path.Dir(name), tempPrefix+rand.Text())
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = d.root.Rename(temp, name)
	}
	if err != nil {
		_ = d.root.Remove(temp)
		return err
	}
	return d.syncFolder(path.Dir(name))
}

// syncFolder has the names in a folder last. Systems that cannot do that keep them by
// themselves.
func (d *disk) syncFolder(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
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
	if d == nil || d.closed {
		return nil
	}
	if free, ok := d.free(); ok && free-a.blob.size < d.least {
		return errFull
	}
	if err := d.keepBlob(a.blob); err != nil {
		return err
	}
	raw, err := json.Marshal(recordOf(a))
	if err != nil {
		return err
	}
	return d.write(path.Join(assetsFolder, recordName(a.key)), raw)
}

// keepBlob writes the bytes of an asset, once. From then on they are read from there.
func (d *disk) keepBlob(b *blob) error {
	if b.name != "" {
		return nil
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

// forget removes what is kept of an asset besides its bytes.
func (d *disk) forget(k key) {
	if d != nil && !d.closed {
		_ = d.root.Remove(path.Join(assetsFolder, recordName(k)))
	}
}

// forgetBlob removes the bytes of an asset.
func (d *disk) forgetBlob(name string) {
	if d != nil && !d.closed {
		_ = d.root.Remove(path.Join(blobsFolder, name))
	}
}

// close ends the keeping; what is kept stays.
func (d *disk) close() {
	if d == nil || d.closed {
		return
	}
	d.closed = true
	_ = d.lock.Close()
	_ = d.root.Close()
}

// record is an asset as it is kept. It holds no secret.
type record struct {
	Cloud            string            `json:"cloud"`
	Kind             string            `json:"resource_type"`
	Type             string            `json:"type"`
	ID               string            `json:"public_id"`
	Number           int64             `json:"number"`
	AssetID          string            `json:"asset_id"`
	VersionID        string            `json:"version_id"`
	Version          int64             `json:"version"`
	Width            int               `json:"width,omitempty"`
	Height           int               `json:"height,omitempty"`
	Format           string            `json:"format,omitempty"`
	Blob             string            `json:"blob"`
	Bytes            int64             `json:"bytes"`
	ETag             string            `json:"etag"`
	Tags             []string          `json:"tags,omitempty"`
	Context          map[string]string `json:"context,omitempty"`
	Metadata         map[string]any    `json:"metadata,omitempty"`
	Moderation       string            `json:"moderation,omitempty"`
	AccessControl    []accessRule      `json:"access_control,omitempty"`
	AccessMode       string            `json:"access_mode,omitempty"`
	DisplayName      string            `json:"display_name,omitempty"`
	AssetFolder      string            `json:"asset_folder,omitempty"`
	Dynamic          bool              `json:"dynamic,omitempty"`
	Faces            [][]int           `json:"faces,omitempty"`
	Custom           [][]int           `json:"custom,omitempty"`
	Regions          json.RawMessage   `json:"regions,omitempty"`
	Notes            []string          `json:"notes,omitempty"`
	DeleteToken      string            `json:"delete_token,omitempty"`
	DeleteTokenUntil time.Time         `json:"delete_token_until,omitzero"`
	OriginalFilename string            `json:"original_filename,omitempty"`
	Created          time.Time         `json:"created"`
	Eager            []eagerRecord     `json:"eager,omitempty"`
}

// eagerRecord is an eager version without its bytes, which are made again where somebody
// asks for them.
type eagerRecord struct {
	Text   string `json:"transformation"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Format string `json:"format"`
	Bytes  int64  `json:"bytes"`
	ETag   string `json:"etag"`
}

func recordOf(a *asset) record {
	r := record{
		Cloud: a.cloud, Kind: a.kind, Type: a.typ, ID: a.id, Number: a.number,
		AssetID: a.assetID, VersionID: a.versionID, Version: a.version,
		Width: a.width, Height: a.height, Format: a.format, Blob: a.blob.name, Bytes: a.blob.size, ETag: a.blob.etag,
		Tags: a.tags, Context: a.context, Metadata: a.metadata, Moderation: a.moderation,
		AccessControl: a.accessControl, AccessMode: a.accessMode, DisplayName: a.displayName,
		AssetFolder: a.assetFolder, Dynamic: a.dynamic, Faces: a.faces, Custom: a.custom, Regions: a.regions,
		Notes: a.notes, DeleteToken: a.deleteToken, DeleteTokenUntil: a.deleteTokenUntil,
		OriginalFilename: a.originalFilename, Created: a.created,
	}
	for _, e := range a.eager {
		r.Eager = append(r.Eager, eagerRecord{e.text, e.width, e.height, e.format, e.blob.size, e.blob.etag})
	}
	return r
}

func (r record) asset() *asset {
	a := &asset{
		key: key{r.Cloud, r.Kind, r.Type, r.ID}, number: r.Number,
		assetID: r.AssetID, versionID: r.VersionID, version: r.Version,
		width: r.Width, height: r.Height, format: r.Format,
		details: details{
			tags: r.Tags, context: r.Context, metadata: r.Metadata, moderation: r.Moderation,
			accessControl: r.AccessControl, accessMode: r.AccessMode, displayName: r.DisplayName,
			assetFolder: r.AssetFolder, dynamic: r.Dynamic, faces: r.Faces, custom: r.Custom, regions: r.Regions,
			notes: r.Notes, deleteToken: r.DeleteToken, deleteTokenUntil: r.DeleteTokenUntil,
		},
		originalFilename: r.OriginalFilename, created: r.Created, derived: map[string]picture{},
	}
	for _, e := range r.Eager {
		// Its bytes are counted nowhere, and nobody reads them: it is no derived version.
		a.eager = append(a.eager, eagerPicture{e.Text, picture{&blob{size: e.Bytes, etag: e.ETag}, e.Width, e.Height, e.Format}})
	}
	return a
}

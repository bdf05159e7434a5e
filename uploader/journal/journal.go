// Package journal keeps drafts, recipes, the history of uploads, where unfinished ones
// stand, which lessons are done, and the hosts that a person has said yes to, in an
// embedded store, and beside it lines of what changes quickly. It survives being killed at any moment, is shared by
// several running programs, and holds no secret and no signature.
//
// The store's own library does not survive a damaged file: half of them make it panic,
// some end the program, most open without an error. So each transaction opens the file
// anew, after its structure was checked, and runs under recover with faults turned into
// panics; and each record carries a checksum. A bad file is set aside under another name
// and a new one begun.
package journal

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"signpost/uploader"
)

// keepDrafts is how many drafts of ended programs are kept.
const keepDrafts = 20

// Journal is the store of one running program. It is safe for concurrent use.
type Journal struct {
	dir  string
	file string
	id   string

	mu   sync.Mutex
	lock *os.File
	note string
	last *uploader.Draft // what could not be written yet

	// claimed is the key of the draft that this program offers, offered its content,
	// claims how many there were.
	claimed, offered []byte
	claims           int

	history *Journal // the file of the history
	pending []Entry  // of the history, that could not be written yet
	logs    map[string]*queueLog

	markMu sync.Mutex // never held while something is written
	marks  map[string]*marks
}

// Open returns the journal in a directory. Nothing is read or written yet: a disk that
// is full or read-only shows when something is to be kept, and stops nothing else.
func Open(dir string) *Journal {
	id := strconv.FormatInt(time.Now().UnixNano(), 36) + "-" + strconv.Itoa(os.Getpid()) + "-" + rand.Text()[:6]
	return &Journal{dir: dir, id: id, file: fileName, history: &Journal{dir: dir, id: id, file: historyName}}
}

// Note is a sentence about what had to be done to the file, or the empty text.
func (j *Journal) Note() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.note == "" && j.history != nil {
		return j.history.note
	}
	return j.note
}

// record is how a value is kept: with its checksum.
type record struct {
	Sum  string          `json:"sum"`
	Data json.RawMessage `json:"data"`
}

func seal(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	// What json.Marshal would make of a record, without reading the data once more.
	b := make([]byte, 0, len(data)+100)
	b = fmt.Appendf(b, `{"sum":"%x","data":`, sha256.Sum256(data))
	return append(append(b, data...), '}'), nil
}

func unseal(b []byte, v any) error {
	var r record
	if json.Unmarshal(b, &r) != nil || r.Sum != sum(r.Data) || json.Unmarshal(r.Data, v) != nil {
		return errDamaged
	}
	return nil
}

func sum(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

// savedDraft is a draft with the program that it belongs to.
type savedDraft struct {
	At    time.Time      `json:"at"`
	Draft uploader.Draft `json:"draft"`
}

// SaveDraft keeps the draft of this program, replacing its earlier one. It is on disk
// when it returns. A parameter that holds a credential by its name is left out.
func (j *Journal) SaveDraft(d uploader.Draft) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last = &d
	if err := j.saveLocked(d); err != nil {
		return err
	}
	j.last = nil
	return nil
}

func (j *Journal) saveLocked(d uploader.Draft) error {
	if err := j.claim(); err != nil {
		return err
	}
	d.Params = slices.DeleteFunc(slices.Clone(d.Params), func(p uploader.DraftParam) bool { return isCredential(p.Name) })
	b, err := seal(savedDraft{At: time.Now().UTC(), Draft: d})
	if err != nil {
		return err
	}
	content, err := json.Marshal(d)
	if err != nil {
		return err
	}
	accepted := j.claimed != nil && bytes.Equal(content, j.offered)
	err = j.update(func(tx *bolt.Tx) error {
		drafts := tx.Bucket(bucketDrafts)
		if accepted { // it goes on under this program's own name
			if err := drafts.Delete(j.claimed); err != nil {
				return err
			}
		}
		return drafts.Put([]byte(j.id), b)
	})
	if err == nil && accepted {
		j.claimed, j.offered = nil, nil
	}
	return err
}

// isCredential reports whether a parameter's name, however it is spelled, is that of
// something that is never written.
func isCredential(name string) bool {
	switch strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(strings.TrimSpace(name))) {
	case "apisecret", "signature", "cloudinaryurl", "cloudinaryapisecret":
		return true
	}
	return false
}

// Flush writes what an earlier try could not.
func (j *Journal) Flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.last != nil && j.saveLocked(*j.last) == nil {
		j.last = nil
	}
	if len(j.pending) > 0 && j.write(j.pending) == nil {
		j.pending = nil
	}
}

// orphan is a record whose program is gone.
type orphan struct {
	key   []byte
	saved savedDraft
}

// Orphan returns the newest draft whose program is gone, where it says anything else
// than the draft that every start begins with. As long as this program runs it is not
// offered to another; it is not lost before this program has saved it as its own.
// Older drafts of ended programs are thrown away, but for the last few.
func (j *Journal) Orphan() (d uploader.Draft, at time.Time, ok bool, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, serr := os.Lstat(j.path()); errors.Is(serr, fs.ErrNotExist) {
		return d, at, false, nil
	}
	if err := j.claim(); err != nil {
		return d, at, false, err
	}
	var found *orphan
	key := []byte(j.id + "+" + strconv.Itoa(j.claims))
	err = j.update(func(tx *bolt.Tx) error {
		found = nil
		b := tx.Bucket(bucketDrafts)
		gone, err := j.orphans(b)
		if err != nil {
			return err
		}
		if len(gone) > 0 {
			found = &gone[0]
			if err := take(b, found, key); err != nil {
				return err
			}
		}
		for i := keepDrafts; i < len(gone); i++ {
			if err := b.Delete(gone[i].key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || found == nil {
		return d, at, false, err
	}
	j.claimed, j.claims = key, j.claims+1
	if j.offered, err = json.Marshal(found.saved.Draft); err != nil {
		return d, at, false, err
	}
	return found.saved.Draft, found.saved.At, true, nil
}

// orphans lists the drafts of ended programs, the newest first, and throws away those
// in which nothing was changed.
func (j *Journal) orphans(b *bolt.Bucket) ([]orphan, error) {
	var gone []orphan
	var empty [][]byte
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if j.alive(owner(k)) {
			continue
		}
		o := orphan{key: bytes.Clone(k)}
		if err := unseal(v, &o.saved); err != nil {
			return nil, err
		}
		_ = os.Remove(j.lockPath(owner(k))) // its program is gone, and no other has its name
		if isTutorial(o.saved.Draft) {
			empty = append(empty, o.key)
			continue
		}
		gone = append(gone, o)
	}
	for _, k := range empty {
		if err := b.Delete(k); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(gone, func(x, y orphan) int { return y.saved.At.Compare(x.saved.At) })
	return gone, nil
}

// take moves a draft of an ended program to a key of the program that offers it.
func take(b *bolt.Bucket, o *orphan, key []byte) error {
	sealed, err := seal(o.saved)
	if err != nil {
		return err
	}
	if err := b.Delete(o.key); err != nil {
		return err
	}
	return b.Put(key, sealed)
}

// owner is the program that a record belongs to: a key is its id, or that, a plus and
// a number for a draft that it offers.
func owner(key []byte) string {
	id, _, _ := strings.Cut(string(key), "+")
	return id
}

// isTutorial reports whether nothing was changed in a draft since the start.
func isTutorial(d uploader.Draft) bool {
	d.Timestamp = ""
	a, _ := json.Marshal(d)
	b, _ := json.Marshal(uploader.TutorialDraft())
	return string(a) == string(b)
}

// AllowHost remembers a yes; key names the host and what it was said for.
func (j *Journal) AllowHost(key string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	b, err := seal(time.Now().UTC())
	if err != nil {
		return err
	}
	return j.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketHosts).Put([]byte(key), b) })
}

// HostAllowed reports whether a yes is remembered.
func (j *Journal) HostAllowed(key string) (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := os.Lstat(j.path()); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	var allowed bool
	err := j.update(func(tx *bolt.Tx) error {
		var at time.Time
		allowed = false
		b := tx.Bucket(bucketHosts).Get([]byte(key))
		if b == nil {
			return nil
		}
		allowed = true
		return unseal(b, &at)
	})
	return allowed && err == nil, err
}

// Close gives the program's draft free for the next start.
func (j *Journal) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.lock != nil {
		_ = j.lock.Close()
		_ = os.Remove(j.lockPath(j.id))
		j.lock = nil
	}
}

func (j *Journal) lockPath(id string) string {
	return filepath.Join(j.dir, "running-"+filepath.Base(id)+".lock")
}

// claim makes the directory and the lock by which others see that this program runs.
// The lock goes with the process, however it ends.
func (j *Journal) claim() error {
	if j.lock != nil {
		return nil
	}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(j.lockPath(j.id), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := lockFile(f, true); err != nil {
		_ = f.Close()
		return fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	j.lock = f
	return nil
}

// alive reports whether the program with that id still runs: its lock is held. Those
// who look share the lock, so that none takes another for the owner.
func (j *Journal) alive(id string) bool {
	if id == j.id {
		return true
	}
	f, err := os.OpenFile(j.lockPath(id), os.O_RDWR, 0o600)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	return lockFile(f, false) != nil
}

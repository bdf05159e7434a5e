// Package journal keeps drafts, and the hosts that a person has said yes to, in an
// embedded store. It survives being killed at any moment, is shared by several running
// programs, and holds no secret and no signature.
//
// The store's own library does not survive a damaged file: half of them make it panic,
// some fault, most open without an error. So each transaction opens the file anew, runs
// under recover with faults turned into panics, and each record carries a checksum. A
// bad file is set aside under another name and a new one begun.
package journal

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"signpost/uploader"
)

const (
	fileName = "journal.db"
	// schema is the version of the records. A file of a later one is set aside.
	schema = 1
	// lockTime is how long a transaction waits for another program's.
	lockTime = 2 * time.Second
	// keepDrafts is how many drafts of ended programs are kept.
	keepDrafts = 20
)

var (
	bucketMeta   = []byte("meta")
	bucketDrafts = []byte("drafts")
	bucketHosts  = []byte("hosts")
	keySchema    = []byte("schema")
)

// errDamaged means that the file is not what this program wrote.
var errDamaged = errors.New("the file is damaged")

// errNewer means that a later version of the program wrote the file.
var errNewer = errors.New("the file was written by a later version")

// Journal is the store of one running program. It is safe for concurrent use.
type Journal struct {
	dir string
	id  string

	mu   sync.Mutex
	lock *os.File
	note string
	last *uploader.Draft // what could not be written yet
}

// Open returns the journal in a directory. Nothing is read or written yet: a disk that
// is full or read-only shows when something is to be kept, and stops nothing else.
func Open(dir string) *Journal {
	return &Journal{dir: dir, id: strconv.FormatInt(time.Now().UnixNano(), 36) + "-" + strconv.Itoa(os.Getpid())}
}

// Note is a sentence about what had to be done to the file, or the empty text.
func (j *Journal) Note() string {
	j.mu.Lock()
	defer j.mu.Unlock()
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
	return json.Marshal(record{Sum: sum(data), Data: data})
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
	params := make([]uploader.DraftParam, 0, len(d.Params))
	for _, p := range d.Params {
		if p.Name != "api_secret" && p.Name != "signature" {
			params = append(params, p)
		}
	}
	d.Params = params
	b, err := seal(savedDraft{At: time.Now().UTC(), Draft: d})
	if err != nil {
		return err
	}
	return j.update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketDrafts).Put([]byte(j.id), b)
	})
}

// Flush writes what an earlier try could not.
func (j *Journal) Flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.last != nil && j.saveLocked(*j.last) == nil {
		j.last = nil
	}
}

// Orphan returns the newest draft whose program is gone, where it says anything else
// than the draft that every start begins with. Older drafts of ended programs are
// thrown away, but for the last few.
func (j *Journal) Orphan() (d uploader.Draft, at time.Time, ok bool, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, serr := os.Stat(j.path()); serr != nil {
		return d, at, false, nil
	}
	err = j.update(func(tx *bolt.Tx) error {
		var gone [][]byte
		b := tx.Bucket(bucketDrafts)
		c := b.Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			if j.alive(string(k)) {
				continue
			}
			gone = append(gone, append([]byte(nil), k...))
			var s savedDraft
			if unseal(v, &s) != nil {
				continue
			}
			if s.At.After(at) && !isTutorial(s.Draft) {
				d, at, ok = s.Draft, s.At, true
			}
		}
		for i := 0; i < len(gone)-keepDrafts; i++ {
			if err := b.Delete(gone[i]); err != nil {
				return err
			}
			_ = os.Remove(j.lockPath(string(gone[i])))
		}
		return nil
	})
	return d, at, ok, err
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
	if _, err := os.Stat(j.path()); err != nil {
		return false, nil
	}
	var allowed bool
	err := j.update(func(tx *bolt.Tx) error {
		var at time.Time
		b := tx.Bucket(bucketHosts).Get([]byte(key))
		allowed = b != nil && unseal(b, &at) == nil
		return nil
	})
	return allowed, err
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

func (j *Journal) path() string { return filepath.Join(j.dir, fileName) }

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
	if err := lockFile(f); err != nil {
		_ = f.Close()
		return err
	}
	j.lock = f
	return nil
}

// alive reports whether the program with that id still runs: its lock is held.
func (j *Journal) alive(id string) bool {
	if id == j.id {
		return true
	}
	f, err := os.OpenFile(j.lockPath(id), os.O_RDWR, 0o600)
	if err != nil {
		return false
	}
	defer f.Close()
	return lockFile(f) != nil
}

// update runs a transaction. A damaged file is set aside, and the transaction is run
// once more in a new one.
func (j *Journal) update(fn func(tx *bolt.Tx) error) error {
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	err := j.transact(fn)
	if !errors.Is(err, errDamaged) && !errors.Is(err, errNewer) {
		return err
	}
	if aside := j.setAside(err); aside != nil {
		return aside
	}
	return j.transact(fn)
}

// transact opens the file, runs the transaction and closes it again, on a goroutine of
// its own whose faults are caught.
func (j *Journal) transact(fn func(tx *bolt.Tx) error) error {
	result := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				result <- errDamaged
			}
		}()
		debug.SetPanicOnFault(true)
		result <- j.inTransaction(fn)
	}()
	select {
	case err := <-result:
		return err
	case <-time.After(3 * lockTime): // a damaged file can make the library go round for ever
		return errDamaged
	}
}

func (j *Journal) inTransaction(fn func(tx *bolt.Tx) error) (err error) {
	db, err := bolt.Open(j.path(), 0o600, &bolt.Options{Timeout: lockTime})
	if err != nil {
		return storeError(err)
	}
	defer func() {
		// After a fault the library's own Close may fault again, or wait for the
		// transaction that faulted: it is not asked then.
		if r := recover(); r != nil {
			panic(r)
		}
		if cerr := db.Close(); err == nil && cerr != nil {
			err = storeError(cerr)
		}
	}()
	return db.Update(func(tx *bolt.Tx) error {
		meta, err := tx.CreateBucketIfNotExists(bucketMeta)
		if err != nil {
			return storeError(err)
		}
		switch v := meta.Get(keySchema); {
		case v == nil:
			if err := meta.Put(keySchema, []byte(strconv.Itoa(schema))); err != nil {
				return storeError(err)
			}
		default:
			n, err := strconv.Atoi(string(v))
			if err != nil || n < 1 {
				return errDamaged
			}
			if n > schema {
				return errNewer
			}
		}
		for _, b := range [][]byte{bucketDrafts, bucketHosts} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return storeError(err)
			}
		}
		return fn(tx)
	})
}

// storeError tells damage from a disk that cannot be read or written: that is an error
// of the system, and everything else that the library says is about the content.
func storeError(err error) error {
	if errors.Is(err, bolterrors.ErrTimeout) {
		return errors.New("another program holds the journal for too long")
	}
	var path *os.PathError
	var number syscall.Errno
	if errors.As(err, &path) || errors.As(err, &number) {
		return err
	}
	return errDamaged
}

// setAside renames the file. The new name says when.
func (j *Journal) setAside(cause error) error {
	bad := j.path() + ".bad-" + time.Now().UTC().Format("20060102-150405.000000000")
	if err := os.Rename(j.path(), bad); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	j.note = "the journal could not be used (" + cause.Error() + ") and was set aside as " + bad
	return nil
}

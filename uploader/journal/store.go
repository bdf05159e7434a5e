package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	fileName = "journal.db"
	// historyName is a file of its own: it is large, and what is kept after each part of
	// an upload is not.
	historyName = "history.db"
	// schema is the version of the records. A file of a later one is set aside.
	schema = 1
	// lockTime is how long a transaction waits for another program's.
	lockTime = 2 * time.Second
	// diskTime is how long a transaction may take. A disk that takes longer does not answer.
	diskTime = 10 * time.Second
)

var (
	bucketMeta    = []byte("meta")
	bucketDrafts  = []byte("drafts")
	bucketHosts   = []byte("hosts")
	bucketRecipes = []byte("recipes")
	bucketPoints  = []byte("checkpoints")
	bucketQueues  = []byte("queues")
	bucketHistory = []byte("history")
	bucketLessons = []byte("lessons")
	keySchema     = []byte("schema")
)

// errDamaged means that the file is not what this program wrote.
var errDamaged = errors.New("the file is damaged")

// errNewer means that a later version of the program wrote the file.
var errNewer = errors.New("the file was written by a later version")

func (j *Journal) path() string { return filepath.Join(j.dir, j.file) }

// update runs a transaction, alone among all programs that share the folder. A damaged
// file is set aside, and the transaction is run once more in a new one. j.mu is held.
func (j *Journal) update(fn func(tx *bolt.Tx) error) error {
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	lock, err := waitLock(filepath.Join(j.dir, strings.TrimSuffix(j.file, ".db")+".lock"))
	if err != nil {
		return err
	}
	defer lock.Close()
	err = j.transact(fn)
	if !errors.Is(err, errDamaged) && !errors.Is(err, errNewer) {
		return err
	}
	if aside := j.setAside(err); aside != nil {
		return aside
	}
	return j.transact(fn)
}

// waitLock opens a file and takes its lock, as soon as no other program has it.
func waitLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(lockTime); ; time.Sleep(2 * time.Millisecond) {
		err := lockFile(f, true)
		if err == nil {
			return f, nil
		}
		if time.Now().After(end) {
			_ = f.Close()
			return nil, fmt.Errorf("another program holds the journal for too long: lock %s: %w", path, err)
		}
	}
}

// transact checks the file, opens it, runs the transaction and closes it again, on a
// goroutine of its own whose faults are caught.
func (j *Journal) transact(fn func(tx *bolt.Tx) error) error {
	if err := checkFile(j.path()); err != nil {
		return err
	}
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
	timer := time.NewTimer(diskTime)
	defer timer.Stop()
	select {
	case err := <-result:
		return err
	case <-timer.C:
		return errors.New("the disk does not answer")
	}
}

func (j *Journal) inTransaction(fn func(tx *bolt.Tx) error) (err error) {
	_, statErr := os.Lstat(j.path())
	db, err := bolt.Open(j.path(), 0o600, &bolt.Options{Timeout: lockTime})
	if err != nil {
		return storeError(err)
	}
	// After a fault the library's own Close may fault again, or wait for the transaction
	// that faulted: it is not asked then.
	err = db.Update(func(tx *bolt.Tx) error {
		if err := prepare(tx); err != nil {
			return err
		}
		return fn(tx)
	})
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err == nil && errors.Is(statErr, fs.ErrNotExist) {
		syncDir(j.dir) // the file's name has to last as well
	}
	return storeError(err)
}

// prepare makes the buckets of a new file, and knows a later version's.
func prepare(tx *bolt.Tx) error {
	meta, err := tx.CreateBucketIfNotExists(bucketMeta)
	if err != nil {
		return err
	}
	if v := meta.Get(keySchema); v == nil {
		if err := meta.Put(keySchema, []byte(strconv.Itoa(schema))); err != nil {
			return err
		}
	} else if n, err := strconv.Atoi(string(v)); err != nil || n < 1 {
		return errDamaged
	} else if n > schema {
		return errNewer
	}
	for _, b := range [][]byte{bucketDrafts, bucketHosts, bucketRecipes, bucketPoints, bucketQueues, bucketHistory, bucketLessons} {
		if _, err := tx.CreateBucketIfNotExists(b); err != nil {
			return err
		}
	}
	return nil
}

// storeError tells damage from everything else: a full disk must not cost a good file.
func storeError(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return errors.New("another program holds the journal for too long")
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return errDamaged
	}
	return err
}

// setAside renames the file. The new name says when.
func (j *Journal) setAside(cause error) error {
	bad := j.path() + ".bad-" + time.Now().UTC().Format("20060102-150405.000000000")
	if err := os.Rename(j.path(), bad); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	j.note = "the journal could not be used (" + cause.Error() + ") and was set aside as " + bad
	return nil
}

// syncDir makes the names in a folder last, where the system can.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

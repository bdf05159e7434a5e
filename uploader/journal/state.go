package journal

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"signpost/uploader"
	"signpost/uploader/queue"
)

// maxState bounds the checkpoints and the queues that are kept and read: the oldest of
// programs that are gone make room, and none is kept for longer than stateLife.
const (
	maxState  = 200
	stateLife = 7 * 24 * time.Hour
)

// owned is a value with the program that it belongs to.
type owned struct {
	Owner string          `json:"owner"`
	Value json.RawMessage `json:"value"`
	// Lines names the file of what has changed since, of a queue.
	Lines string `json:"lines,omitempty"`
	// At is when it was kept last, as a whole.
	At time.Time `json:"at,omitzero"`
}

// SaveCheckpoint keeps where an upload stands. It is on disk when it returns.
func (j *Journal) SaveCheckpoint(k uploader.Checkpoint) error {
	k.Draft = withoutCredentials(k.Draft)
	raw, err := json.Marshal(k)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.saveOwned(bucketPoints, k.Key(), owned{Value: raw})
}

// DropCheckpoint forgets one; it is no error where there is none.
func (j *Journal) DropCheckpoint(key string) error { return j.dropOwned(bucketPoints, key) }

// Checkpoints are the uploads that programs which are gone left unfinished, and this
// one's own. Those that are too old to be of use are forgotten.
func (j *Journal) Checkpoints() ([]uploader.Checkpoint, error) {
	all, err := owns[uploader.Checkpoint](j, bucketPoints)
	var out []uploader.Checkpoint
	for _, k := range all {
		out = append(out, k.value)
	}
	return out, err
}

// SaveQueue keeps a queue under a name of its own, in which the items at changed are no
// longer as they were kept. What keeps a later start from sending a file twice, or a part
// of one, is on disk when it returns.
func (j *Journal) SaveQueue(name string, items []queue.Saved, changed []int) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if done, err := j.appendTo(name, items, changed); done && err == nil {
		return nil
	}
	return j.saveWhole(name, items)
}

// saveWhole keeps a queue as a whole, in place of its lines. j.mu is held.
func (j *Journal) saveWhole(name string, items []queue.Saved) error {
	if err := j.claim(); err != nil { // before the work
		return err
	}
	each := make([][]byte, len(items))
	for i, s := range items {
		b, err := encode(s)
		if err != nil {
			return err
		}
		each[i] = b
	}
	whole := append(append([]byte{'['}, bytes.Join(each, []byte{','})...), ']')
	gen := rand.Text()
	m := j.marksOf(name)
	m.begin(j.marksPath(gen), len(items))
	if err := j.saveOwned(bucketQueues, name, owned{Value: whole, Lines: gen}); err != nil {
		m.undo(j.marksPath(gen))
		return err
	}
	m.keep(true)
	j.dropLog(name)
	store, err := os.Lstat(j.path())
	if err != nil {
		return err
	}
	if j.logs == nil {
		j.logs = map[string]*queueLog{}
	}
	j.logs[name] = &queueLog{gen: gen, store: store, files: len(items), whole: len(whole)}
	return nil
}

// DropQueue forgets one; it is no error where there is none.
func (j *Journal) DropQueue(name string) error {
	err := j.dropOwned(bucketQueues, name)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.dropLog(name)
	j.dropMarks(name)
	return err
}

// Queues are the queues that programs which are gone left behind, and this one's own, by
// their names.
func (j *Journal) Queues() (map[string][]queue.Saved, error) {
	all, err := owns[[]queue.Saved](j, bucketQueues)
	out := make(map[string][]queue.Saved, len(all))
	for _, k := range all {
		out[k.key] = k.value
	}
	return out, err
}

// saveOwned keeps a value as this program's own. j.mu is held.
func (j *Journal) saveOwned(bucket []byte, key string, o owned) error {
	if err := j.claim(); err != nil {
		return err
	}
	o.Owner, o.At = j.id, time.Now().UTC()
	b, err := seal(o)
	if err != nil {
		return err
	}
	return j.update(func(tx *bolt.Tx) error {
		kept := tx.Bucket(bucket)
		if kept.Get([]byte(key)) == nil && kept.Stats().KeyN >= maxState {
			if err := j.makeRoom(kept); err != nil {
				return err
			}
		}
		return kept.Put([]byte(key), b)
	})
}

// makeRoom forgets the oldest value whose program is gone.
func (j *Journal) makeRoom(kept *bolt.Bucket) error {
	var oldest []byte
	var at time.Time
	err := kept.ForEach(func(k, v []byte) error {
		var o owned
		if err := unseal(v, &o); err != nil {
			return err
		}
		if (oldest == nil || o.At.Before(at)) && o.Owner != j.id && !j.alive(o.Owner) {
			oldest, at = bytes.Clone(k), o.At
		}
		return nil
	})
	if err == nil && oldest == nil {
		err = errors.New("keep where the upload stands: there are 200 unfinished ones of running programs")
	}
	if err != nil {
		return err
	}
	return kept.Delete(oldest)
}

func (j *Journal) dropOwned(bucket []byte, key string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := os.Lstat(j.path()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return j.update(func(tx *bolt.Tx) error { return tx.Bucket(bucket).Delete([]byte(key)) })
}

// found is a value that no other running program has.
type found[T any] struct {
	key   string
	value T
}

// owns lists the values that no other running program has. From then on they are this
// program's: no other is offered them as long as this one runs.
func owns[T any](j *Journal, bucket []byte) ([]found[T], error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := os.Lstat(j.path()); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err := j.claim(); err != nil {
		return nil, err
	}
	var all []found[T]
	err := j.update(func(tx *bolt.Tx) error {
		all = nil
		kept := tx.Bucket(bucket)
		mine, named, err := j.free(kept)
		if err != nil {
			return err
		}
		for key, o := range mine {
			f := found[T]{key: key}
			if json.Unmarshal(o.Value, &f.value) != nil {
				return errDamaged
			}
			if q, ok := any(&f.value).(*[]queue.Saved); ok {
				changed, err := j.replay(o.Lines, *q)
				if err != nil {
					return err
				}
				*q = changed
			}
			all = append(all, f)
			if o.Owner == j.id {
				continue
			}
			o.Owner = j.id
			b, err := seal(o)
			if err != nil {
				return err
			}
			if err := kept.Put([]byte(key), b); err != nil {
				return fmt.Errorf("take over %s: %w", key, err)
			}
		}
		if bytes.Equal(bucket, bucketQueues) {
			j.sweep(named)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// free are the values of a bucket that no other running program has, and the files that
// all of them name. What is too old is deleted.
func (j *Journal) free(kept *bolt.Bucket) (mine map[string]owned, named map[string]bool, err error) {
	mine, named = map[string]owned{}, map[string]bool{}
	var old [][]byte
	err = kept.ForEach(func(k, v []byte) error {
		var o owned
		if err := unseal(v, &o); err != nil {
			return err
		}
		free := o.Owner == j.id || !j.alive(o.Owner)
		if free && !o.At.IsZero() && time.Since(o.At) > stateLife {
			old = append(old, bytes.Clone(k))
			return nil
		}
		named[filepath.Base(j.logPath(o.Lines))] = true
		named[filepath.Base(j.marksPath(o.Lines))] = true
		if free {
			mine[string(k)] = o
		}
		return nil
	})
	for _, k := range old {
		if err == nil {
			err = kept.Delete(k)
		}
	}
	return mine, named, err
}

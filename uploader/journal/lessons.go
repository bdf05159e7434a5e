package journal

import (
	"errors"
	"io/fs"
	"os"

	bolt "go.etcd.io/bbolt"
)

// maxLessons bounds how many lessons are kept and read.
const maxLessons = 1000

// SaveLesson keeps how far a lesson is; the empty text forgets it. Ids and states are the
// caller's own words.
func (j *Journal) SaveLesson(id, state string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if state == "" {
		if _, err := os.Lstat(j.path()); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return j.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketLessons).Delete([]byte(id)) })
	}
	b, err := seal(state)
	if err != nil {
		return err
	}
	return j.update(func(tx *bolt.Tx) error {
		kept := tx.Bucket(bucketLessons)
		if kept.Get([]byte(id)) == nil && kept.Stats().KeyN >= maxLessons {
			return errors.New("keep the lesson: there are 1000 already")
		}
		return kept.Put([]byte(id), b)
	})
}

// Lessons are the states of the lessons by id.
func (j *Journal) Lessons() (map[string]string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := os.Lstat(j.path()); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all map[string]string
	err := j.update(func(tx *bolt.Tx) error {
		all = map[string]string{}
		return tx.Bucket(bucketLessons).ForEach(func(k, v []byte) error {
			var state string
			if err := unseal(v, &state); err != nil {
				return err
			}
			all[string(k)] = state
			return nil
		})
	})
	return all, err
}

package journal

import (
	"maps"
	"testing"

	bolt "go.etcd.io/bbolt"
)

func TestLessons(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	defer j.Close()
	if all, err := j.Lessons(); err != nil || len(all) != 0 {
		t.Fatalf("at the start: %v, %v", all, err)
	}
	if err := j.SaveLesson("one", ""); err != nil {
		t.Fatal(err)
	}
	for _, s := range [][2]string{{"one", "skipped"}, {"two", "done"}, {"one", "done"}, {"three", "done"}, {"three", ""}} {
		if err := j.SaveLesson(s[0], s[1]); err != nil {
			t.Fatal(err)
		}
	}
	other := Open(dir) // a later run
	defer other.Close()
	all, err := other.Lessons()
	if want := map[string]string{"one": "done", "two": "done"}; err != nil || !maps.Equal(all, want) {
		t.Errorf("got %v, %v", all, err)
	}
}

// TestLessonDamaged: a record that is not what was written is noticed, and the store goes
// on with a new file.
func TestLessonDamaged(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	defer j.Close()
	if err := j.SaveLesson("one", "done"); err != nil {
		t.Fatal(err)
	}
	err := j.update(func(tx *bolt.Tx) error { return tx.Bucket(bucketLessons).Put([]byte("one"), []byte(`{"sum":"x"}`)) })
	if err != nil {
		t.Fatal(err)
	}
	if all, err := j.Lessons(); err != nil || len(all) != 0 || j.Note() == "" {
		t.Errorf("got %v, %v, %q", all, err, j.Note())
	}
}

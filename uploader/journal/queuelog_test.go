package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signpost/uploader"
	"signpost/uploader/queue"
)

// waiting is a queue of n files that wait.
func waiting(n int) []queue.Saved {
	items := make([]queue.Saved, n)
	for i := range items {
		items[i] = queue.Saved{State: queue.Waiting, Draft: uploader.Draft{File: fmt.Sprintf("f%d.png", i)}.With("folder", "a")}
	}
	return items
}

func lineFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "queue-*.lines"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func states(items []queue.Saved) (all []queue.State) {
	for _, i := range items {
		all = append(all, i.State)
	}
	return all
}

// TestQueueLines: what changes in a queue is found by the next program, from the lines
// beside the store.
func TestQueueLines(t *testing.T) {
	t.Parallel()
	const torn = `{"sum":"00","data":{"items":{"2":`
	for _, tt := range []struct {
		name   string
		damage func(lines []byte) []byte
		want   []queue.State
	}{
		{"whole", func(b []byte) []byte { return b }, []queue.State{queue.Done, queue.Handed, queue.Waiting}},
		{"the last line half written", func(b []byte) []byte { return append(b, torn...) }, []queue.State{queue.Done, queue.Handed, queue.Waiting}},
		{"no lines", func([]byte) []byte { return nil }, []queue.State{queue.Waiting, queue.Waiting, queue.Waiting}},
		{"a line damaged that others follow", func(b []byte) []byte { return append([]byte("{}\n"), b...) }, []queue.State{queue.Done, queue.Handed, queue.Handed}},
		{"a place that is not there", func(b []byte) []byte {
			line, err := seal(change{Items: map[int]json.RawMessage{7: json.RawMessage(`{}`)}})
			if err != nil {
				t.Error(err)
			}
			return append(append(b, line...), '\n')
		}, []queue.State{queue.Done, queue.Handed, queue.Handed}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			j := Open(dir)
			items := waiting(3)
			err := j.SaveQueue("q", items, []int{0, 1, 2})
			items[0].State = queue.Handed
			err = errors.Join(err, j.SaveQueue("q", items, []int{0}))
			items[0].State, items[0].PublicID, items[1].State = queue.Done, "n0", queue.Handed
			err = errors.Join(err, j.SaveQueue("q", items, []int{1, 0}), j.SaveQueue("q", items, nil))
			if err != nil {
				t.Fatal(err)
			}
			files := lineFiles(t, dir)
			if len(files) != 1 {
				t.Fatalf("%q", files)
			}
			raw, err := os.ReadFile(files[0])
			if err != nil || bytes.Count(raw, []byte("\n")) != 2 {
				t.Fatalf("%s %v", raw, err)
			}
			if err := os.WriteFile(files[0], tt.damage(raw), 0o600); err != nil {
				t.Fatal(err)
			}
			j.Close()
			for range 2 { // the one that takes it up, and the one after that
				k := Open(dir)
				queues, err := k.Queues()
				if err != nil || !slices.Equal(states(queues["q"]), tt.want) {
					t.Errorf("%v, %v", states(queues["q"]), err)
				}
				k.Close()
			}
		})
	}
}

// TestQueueLinesEnd: the lines do not outlive what they belong to, and never meet another
// state.
func TestQueueLinesEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	items := waiting(40)
	save := func(changed ...int) {
		t.Helper()
		if err := j.SaveQueue("q", items, changed); err != nil {
			t.Fatal(err)
		}
	}
	save()
	items[0].State = queue.Handed
	save(0)
	first := lineFiles(t, dir)
	for i := 0; len(first) == 1 && slices.Equal(lineFiles(t, dir), first); i++ {
		if i > 10_000 {
			t.Fatal("the lines grow without end")
		}
		items[1+i%39].Said = fmt.Sprint(i)
		save(1 + i%39)
	}
	// Somebody sets the store aside: everything is kept anew.
	items[3].Said = "before"
	save(3)
	if err := os.Remove(filepath.Join(dir, fileName)); err != nil {
		t.Fatal(err)
	}
	items[3].Said = "after"
	save(3)
	// What a killed program left behind goes with the next look.
	left := filepath.Join(dir, "queue-LEFT.lines")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	j.Close()
	k := Open(dir)
	defer k.Close()
	queues, err := k.Queues()
	if err != nil || len(queues["q"]) != 40 || queues["q"][3].Said != "after" || queues["q"][0].State != queue.Handed {
		t.Errorf("%+v, %v", queues["q"], err)
	}
	if files := lineFiles(t, dir); slices.Contains(files, left) {
		t.Errorf("%q is still there", files)
	}
	items = queues["q"]
	items[4].State = queue.Done
	if err := errors.Join(k.SaveQueue("q", items, []int{4}), k.DropQueue("q")); err != nil {
		t.Fatal(err)
	}
	if files := lineFiles(t, dir); len(files) != 0 {
		t.Errorf("%q are left of a queue that is gone", files)
	}
}

// TestQueueLinesWithoutDisk: where lines cannot be written, the whole is kept.
func TestQueueLinesWithoutDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	items := waiting(2)
	if err := j.SaveQueue("q", items, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(j.logPath(j.logs["q"].gen), 0o700); err != nil { // in the way
		t.Fatal(err)
	}
	items[1].State = queue.Handed
	if err := j.SaveQueue("q", items, []int{1}); err != nil {
		t.Fatal(err)
	}
	j.Close()
	k := Open(dir)
	defer k.Close()
	queues, err := k.Queues()
	if err != nil || !slices.Equal(states(queues["q"]), []queue.State{queue.Waiting, queue.Handed}) {
		t.Errorf("%v, %v", states(queues["q"]), err)
	}
}

// TestQueueLongLine: a change that is as large as the queue is kept as a whole, because a
// line has a bound when it is read.
func TestQueueLongLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	items := waiting(3)
	if err := j.SaveQueue("q", items, nil); err != nil {
		t.Fatal(err)
	}
	items[1].Said, items[2].State = strings.Repeat("x", mostLog+1), queue.Handed
	if err := j.SaveQueue("q", items, []int{1, 2}); err != nil {
		t.Fatal(err)
	}
	j.Close()
	k := Open(dir)
	defer k.Close()
	queues, err := k.Queues()
	if err != nil || len(queues["q"]) != 3 || queues["q"][2].State != queue.Handed || len(queues["q"][1].Said) != mostLog+1 {
		t.Errorf("%v, %v", states(queues["q"]), err)
	}
}

package journal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"signpost/uploader"
	"signpost/uploader/queue"
)

// handedOut are n files that are handed out.
func handedOut(j *Journal, n int) (items []queue.Saved, all []int) {
	for i := range n {
		j.Mark("q", i, queue.Waiting)
		items = append(items, queue.Saved{State: queue.Handed, Draft: uploader.Draft{File: string(rune('a' + i))}})
		all = append(all, i)
	}
	return items, all
}

// statesOf are those of a queue after its program is gone.
func statesOf(t *testing.T, dir, name string) (out []queue.State) {
	t.Helper()
	j := Open(dir)
	defer j.Close()
	all, err := j.Queues()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all[name] {
		out = append(out, s.State)
	}
	return out
}

// TestMarks: of what was handed out when a program is killed it is known what was not
// begun, and what ended; when the machine stopped, or the marks are not whole, nothing is.
func TestMarks(t *testing.T) {
	t.Parallel()
	if bootLine() == "" {
		t.Skip("nothing tells the starts of this system apart, and all of it counts as begun")
	}
	begin := func(t *testing.T) string {
		dir := t.TempDir()
		j := Open(dir)
		defer j.Close()
		items, all := handedOut(j, 8)
		if err := j.SaveQueue("q", items, all); err != nil {
			t.Fatal(err)
		}
		for i, s := range []queue.State{queue.Running, queue.Running, queue.Running, queue.Running, queue.Running, queue.Running} {
			j.Mark("q", i, s)
		}
		for i, s := range []queue.State{queue.Done, queue.Failed, queue.Unknown, queue.Paused, queue.Cancelled} {
			j.Mark("q", i, s)
		}
		return dir
	}
	known := []queue.State{queue.Done, queue.Failed, queue.Unknown, queue.Paused, queue.Cancelled, queue.Handed, queue.Waiting, queue.Waiting}
	unknown := slices.Repeat([]queue.State{queue.Handed}, 8)
	for _, c := range []struct {
		name  string
		spoil func(raw []byte) []byte
		want  []queue.State
	}{
		{"the program was killed", nil, known},
		{"the machine stopped", func(raw []byte) []byte { return append([]byte("x"), raw[1:]...) }, unknown},
		{"cut", func(raw []byte) []byte { return raw[:len(raw)-1] }, unknown},
		{"empty", func([]byte) []byte { return nil }, unknown},
		{"junk", func(raw []byte) []byte { return bytes.Repeat([]byte{0xff}, len(raw)) }, unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := begin(t)
			files, err := filepath.Glob(filepath.Join(dir, "*"+markTail))
			if err != nil || len(files) != 1 {
				t.Fatalf("%q, %v", files, err)
			}
			if c.spoil != nil {
				raw, err := os.ReadFile(files[0])
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(files[0], c.spoil(raw), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := statesOf(t, dir, "q"); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// TestMarksGoAlong: a whole that is kept anew takes the marks along, and what a queue
// leaves behind goes with it.
func TestMarksGoAlong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	items, all := handedOut(j, 2)
	if err := j.SaveQueue("q", items, all); err != nil {
		t.Fatal(err)
	}
	j.Mark("q", 0, queue.Running)
	items, all = append(items, items...), []int{0, 1, 2, 3}
	if err := j.SaveQueue("q", items, all); err != nil {
		t.Fatal(err)
	}
	j.Mark("q", 3, queue.Running)
	if files, _ := filepath.Glob(filepath.Join(dir, "*"+markTail)); len(files) > 1 {
		t.Errorf("%q", files)
	}
	j.Close()
	if got, want := statesOf(t, dir, "q"), []queue.State{queue.Handed, queue.Waiting, queue.Waiting, queue.Handed}; bootLine() != "" && !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	j = Open(dir)
	defer j.Close()
	if err := j.SaveQueue("q", items, all); err != nil {
		t.Fatal(err)
	}
	if err := j.DropQueue("q"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Queues(); err != nil {
		t.Fatal(err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*"+markTail)); len(files) > 0 {
		t.Errorf("%q are left", files)
	}
}

// TestMarkThatFails: where a mark cannot be written, what was handed out counts as begun.
func TestMarkThatFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	items, all := handedOut(j, 2)
	if err := j.SaveQueue("q", items, all); err != nil {
		t.Fatal(err)
	}
	for _, f := range j.marksOf("q").files {
		_ = f.Close()
	}
	j.Mark("q", 0, queue.Running)
	j.Close()
	if got := statesOf(t, dir, "q"); !slices.Equal(got, []queue.State{queue.Handed, queue.Handed}) {
		t.Errorf("%v", got)
	}
}

// TestRoomForState: what ended programs left makes room for what is sent now, the oldest
// first.
func TestRoomForState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gone := Open(dir)
	for i := range maxState {
		if err := gone.SaveCheckpoint(uploader.Checkpoint{UploadID: fmt.Sprintf("%03d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	gone.Close()
	j := Open(dir)
	defer j.Close()
	if err := j.SaveCheckpoint(uploader.Checkpoint{UploadID: "new"}); err != nil {
		t.Fatal(err)
	}
	all, err := j.Checkpoints()
	ids := map[string]bool{}
	for _, k := range all {
		ids[k.UploadID] = true
	}
	if err != nil || len(ids) != maxState || ids["000"] || !ids["001"] || !ids["new"] {
		t.Errorf("%d, %v", len(ids), err)
	}
	if err := j.SaveCheckpoint(uploader.Checkpoint{UploadID: "newer"}); err == nil {
		t.Error("what this program has was forgotten")
	}
}

package journal

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"signpost/signer"
	"signpost/uploader"
)

func draft(id string) uploader.Draft { return uploader.TutorialDraft().With("public_id", id) }

// TestMain runs the test binary as a program that saves drafts until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("JOURNAL_WRITER"); dir != "" {
		j := Open(dir)
		for i := 0; ; i++ {
			if err := j.SaveDraft(draft("n" + strconv.Itoa(i))); err != nil {
				fmt.Println("error", err)
				os.Exit(1)
			}
			fmt.Println(i)
		}
	}
	os.Exit(m.Run())
}

func TestOrphan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, _, ok, err := Open(dir).Orphan(); ok || err != nil {
		t.Errorf("in an empty folder: %v, %v", ok, err)
	}
	running := Open(dir)
	if err := running.SaveDraft(draft("mine")); err != nil {
		t.Fatal(err)
	}
	if _, _, ok, err := Open(dir).Orphan(); ok || err != nil {
		t.Errorf("the draft of a running program is offered: %v, %v", ok, err)
	}
	running.Close()
	d, at, ok, err := Open(dir).Orphan()
	if err != nil || !ok || d.Get("public_id") != "mine" || time.Since(at) > time.Hour {
		t.Errorf("after its end: %+v %v %v %v", d, at, ok, err)
	}
	same := Open(t.TempDir())
	if err := same.SaveDraft(uploader.TutorialDraft()); err != nil {
		t.Fatal(err)
	}
	same.Close()
	if _, _, ok, _ := Open(same.dir).Orphan(); ok {
		t.Error("the draft that every start begins with is offered")
	}
}

// TestT13WhatIsKept: files for their owner alone, and no credential among the values.
func TestT13WhatIsKept(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	j := Open(dir)
	d := draft("x").With("api_secret", "cAnArY").With("signature", "cAnArY")
	d.Params = append(d.Params, uploader.DraftParam{Param: signer.Param{Name: "tags", Value: "kept"}, Off: true})
	if err := j.SaveDraft(d); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(j.path())
	if err != nil || strings.Contains(string(raw), "cAnArY") || !strings.Contains(string(raw), "kept") {
		t.Errorf("the file: %v", err)
	}
	if info, err := os.Stat(j.path()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file: %v %v", info.Mode(), err)
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	if ok, err := j.HostAllowed("a"); ok || err != nil {
		t.Errorf("at first: %v %v", ok, err)
	}
	if err := j.AllowHost("a"); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{"a": true, "b": false} {
		if ok, err := Open(j.dir).HostAllowed(key); ok != want || err != nil {
			t.Errorf("%s: %v %v", key, ok, err)
		}
	}
}

// TestKill: what was acknowledged before kill -9 is there afterwards.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 12 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "JOURNAL_WRITER="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop, last := 1+rand.IntN(25), -1
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the writer says %q", lines.Text())
			}
			if last = n; n == stop {
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
		d, _, ok, err := Open(dir).Orphan()
		if err != nil || !ok {
			t.Fatalf("after the kill: %v %v", ok, err)
		}
		n, err := strconv.Atoi(strings.TrimPrefix(d.Get("public_id"), "n"))
		if err != nil || n < last || n > last+1 {
			t.Fatalf("%d was acknowledged, the draft is %q", last, d.Get("public_id"))
		}
	}
}

// TestTwoAtOnce: two programs share the file, and each keeps its own draft.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := Open(dir), Open(dir)
	done := make(chan error, 2)
	for _, j := range []*Journal{a, b} {
		go func() {
			for i := range 20 {
				if err := j.SaveDraft(draft(j.id + strconv.Itoa(i))); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	a.Close()
	if d, _, ok, err := b.Orphan(); err != nil || !ok || d.Get("public_id") != a.id+"19" {
		t.Errorf("%v %v %v", d, ok, err)
	}
}

// TestDamage: whatever happens to the file, the program neither crashes nor hangs, and
// drafts are kept again afterwards.
func TestDamage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	for i := range 30 {
		if err := j.SaveDraft(draft(strings.Repeat("x", 300) + strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.AllowHost("h"); err != nil {
		t.Fatal(err)
	}
	j.Close()
	good, err := os.ReadFile(j.path())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	aside := 0
	for i := range 160 {
		bad := append([]byte(nil), good...)
		switch i % 4 {
		case 0:
			bad[rng.IntN(len(bad))] ^= byte(1 + rng.IntN(255))
		case 1:
			bad = bad[:rng.IntN(len(bad))]
		case 2:
			page := rng.IntN(len(bad)/4096) * 4096
			clear(bad[page : page+4096])
		case 3:
			for range 40 {
				bad[rng.IntN(min(len(bad), 5*4096))] = byte(rng.IntN(256))
			}
		}
		here := filepath.Join(dir, strconv.Itoa(i))
		k := Open(here)
		if err := os.MkdirAll(here, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(k.path(), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, _, _ = k.Orphan()
		if err := k.SaveDraft(draft("after")); err != nil {
			t.Errorf("damage %d: %v", i, err)
		}
		k.Close()
		if d, _, ok, err := Open(here).Orphan(); err != nil || !ok || d.Get("public_id") != "after" {
			t.Errorf("damage %d: %v %v %.40q", i, ok, err, d.Get("public_id"))
		}
		if k.Note() != "" {
			aside++
			if found, _ := filepath.Glob(filepath.Join(here, "journal.db.bad-*")); len(found) == 0 {
				t.Errorf("damage %d: nothing was set aside", i)
			}
		}
	}
	if aside == 0 {
		t.Error("no damage was noticed")
	}
}

// TestNewerFile: a file of a later version is set aside, not read.
func TestNewerFile(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	if err := j.SaveDraft(draft("x")); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(j.path(), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Put(keySchema, []byte("99")) })
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := j.SaveDraft(draft("y")); err != nil || !strings.Contains(j.Note(), "later version") {
		t.Errorf("%v, note %q", err, j.Note())
	}
}

// TestNoFolder: where nothing can be written, that is an error in words.
func TestNoFolder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	j := Open(filepath.Join(file, "below"))
	if err := j.SaveDraft(draft("x")); err == nil {
		t.Error("no error")
	}
	j.Flush()
	j.Close()
}

package journal

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"signpost/signer"
	"signpost/uploader"
)

func draft(id string) uploader.Draft { return uploader.TutorialDraft().With("public_id", id) }

// TestMain runs the test binary as a program that saves drafts until it is killed, or
// that has no room for them.
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
	if dir := os.Getenv("JOURNAL_HISTORIAN"); dir != "" {
		keepHistory(dir)
	}
	if dir := os.Getenv("JOURNAL_FULL"); dir != "" {
		writeOnFullDisk(dir)
		os.Exit(0)
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
	d := draft("x")
	for _, name := range []string{"api_secret", "signature", "API_SECRET", " api-secret ", "apiSecret"} {
		d = d.With(name, "cAnArY")
	}
	typed := len(d.Params)
	d.Params = append(d.Params, uploader.DraftParam{Param: signer.Param{Name: "tags", Value: "kept"}, Off: true})
	if err := j.SaveDraft(d); err != nil {
		t.Fatal(err)
	}
	if len(d.Params) != typed+1 || d.Get("api_secret") != "cAnArY" {
		t.Error("the caller's draft was modified")
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
	for range 20 {
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
	type running struct {
		*exec.Cmd
		lines *bufio.Scanner
		last  int
	}
	both := [2]*running{}
	for i := range both {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "JOURNAL_WRITER="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		both[i] = &running{cmd, bufio.NewScanner(out), -1}
	}
	for _, r := range both {
		for r.lines.Scan() {
			n, err := strconv.Atoi(r.lines.Text())
			if err != nil {
				t.Fatalf("the writer says %q", r.lines.Text())
			}
			if r.last = n; n == 20 {
				_ = r.Process.Kill()
			}
		}
		_ = r.Wait()
	}
	// Two starts at once after both were killed: each is offered another draft.
	a, b := Open(dir), Open(dir)
	defer a.Close()
	defer b.Close()
	got := map[string]bool{}
	for _, j := range []*Journal{a, b} {
		d, _, ok, err := j.Orphan()
		if err != nil || !ok || j.Note() != "" {
			t.Fatalf("%v %v, note %q", ok, err, j.Note())
		}
		got[d.Get("public_id")] = true
	}
	for _, r := range both {
		if !got["n"+strconv.Itoa(r.last)] && !got["n"+strconv.Itoa(r.last+1)] {
			t.Errorf("%d was acknowledged, the drafts are %v", r.last, got)
		}
	}
}

// TestClaim: a draft that one program offers is offered by no other that runs at the
// same time, and is not lost before it is saved anew.
func TestClaim(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	save := func(j *Journal, id string) {
		t.Helper()
		if err := j.SaveDraft(draft(id)); err != nil {
			t.Fatal(err)
		}
	}
	offered := func(j *Journal, want string) {
		t.Helper()
		d, _, ok, err := j.Orphan()
		if err != nil || ok != (want != "") || ok && d.Get("public_id") != want {
			t.Fatalf("offered %q %v %v, want %q", d.Get("public_id"), ok, err, want)
		}
	}
	for _, id := range []string{"old", "new"} {
		j := Open(dir)
		save(j, id)
		j.Close()
	}
	first, second, third := Open(dir), Open(dir), Open(dir)
	offered(first, "new")
	offered(second, "old")
	offered(third, "")
	second.Close() // it ends and saved nothing: the draft is free again
	offered(third, "old")
	save(first, "new") // accepted
	save(first, "newer")
	first.Close()
	third.Close()
	fourth, fifth, sixth := Open(dir), Open(dir), Open(dir)
	offered(fourth, "newer")
	offered(fifth, "old")
	offered(sixth, "") // what was accepted is not there twice
	fourth.Close()
	fifth.Close()
	sixth.Close()
	if left, _ := filepath.Glob(filepath.Join(dir, "running-*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestManyOrphans: the newest is offered, by when it was saved, and few are kept.
func TestManyOrphans(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	all := make([]*Journal, keepDrafts+10)
	for i := range all {
		all[i] = Open(dir)
	}
	for i := range all { // the first to start is the last to save
		j := all[len(all)-1-i]
		if err := j.SaveDraft(draft("d" + strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
		j.Close()
	}
	for i := range keepDrafts + 1 {
		j := Open(dir)
		defer j.Close()
		d, _, ok, err := j.Orphan()
		want := "d" + strconv.Itoa(len(all)-1-i)
		if i == keepDrafts {
			if ok || err != nil {
				t.Errorf("more than %d are kept: %q %v", keepDrafts, d.Get("public_id"), err)
			}
			break
		}
		if err != nil || !ok || d.Get("public_id") != want {
			t.Fatalf("%d: %q %v %v, want %s", i, d.Get("public_id"), ok, err, want)
		}
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

// TestReadOnlyFolder: the draft stays in memory, and is written once that is possible.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("the administrator may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	j := Open(dir)
	defer j.Close()
	if err := j.SaveDraft(draft("x")); err == nil || !strings.Contains(err.Error(), "permission") {
		t.Errorf("%v", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	j.Flush()
	j.Close()
	if d, _, ok, err := Open(dir).Orphan(); err != nil || !ok || d.Get("public_id") != "x" {
		t.Errorf("%v %v", ok, err)
	}
}

func BenchmarkSaveDraft(b *testing.B) {
	j := Open(b.TempDir())
	defer j.Close()
	d := draft(strings.Repeat("x", 300))
	for b.Loop() {
		if err := j.SaveDraft(d); err != nil {
			b.Fatal(err)
		}
	}
}

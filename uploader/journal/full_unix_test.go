//go:build unix

package journal

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// writeOnFullDisk is a program whose files may not grow: the nearest to a full disk.
func writeOnFullDisk(dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 16, Max: 1 << 16}); err != nil {
		fmt.Println("skip", err)
		return
	}
	j := Open(dir)
	err := j.SaveDraft(draft(strings.Repeat("x", 1<<17)))
	fmt.Println("error", err)
	fmt.Println("note", j.Note())
	if err := j.SaveDraft(draft("small")); err != nil { // the next one finds room
		fmt.Println("second", err)
	}
}

// TestFullDisk: a full disk is an error in words and costs nothing that was kept.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	if err := j.SaveDraft(draft("before")); err != nil {
		t.Fatal(err)
	}
	if err := j.AllowHost("h"); err != nil {
		t.Fatal(err)
	}
	j.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "JOURNAL_FULL="+dir)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	lines.Scan()
	if strings.HasPrefix(lines.Text(), "skip") {
		t.Skip(lines.Text())
	}
	if !strings.Contains(lines.Text(), "file too large") {
		t.Errorf("the error: %q", lines.Text())
	}
	lines.Scan()
	if lines.Text() != "note " {
		t.Errorf("%q", lines.Text())
	}
	if lines.Scan() {
		t.Errorf("a small draft: %q", lines.Text())
	}
	again := Open(dir)
	defer again.Close()
	if d, _, ok, err := again.Orphan(); err != nil || !ok || d.Get("public_id") != "small" {
		t.Errorf("%v %v %.40q", ok, err, d.Get("public_id"))
	}
	if ok, err := again.HostAllowed("h"); !ok || err != nil {
		t.Errorf("the yes from before: %v %v", ok, err)
	}
	if bad, _ := filepath.Glob(filepath.Join(dir, "*.bad-*")); len(bad) != 0 {
		t.Errorf("a good file was set aside: %q", bad)
	}
}

// TestFIFOInItsPlace: a FIFO is not opened, which would wait for a writer.
func TestFIFOInItsPlace(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	defer j.Close()
	if err := syscall.Mkfifo(j.path(), 0o600); err != nil {
		t.Skip(err)
	}
	if err := j.SaveDraft(draft("x")); err != nil || !strings.Contains(j.Note(), "set aside") {
		t.Errorf("%v, note %q", err, j.Note())
	}
}

// TestFIFOForNotes: the same of the notes; the history goes on without them.
func TestFIFOForNotes(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	defer j.Close()
	if err := syscall.Mkfifo(j.spool(), 0o600); err != nil {
		t.Skip(err)
	}
	if err := j.Jot(Entry{ID: "a"}); err == nil {
		t.Error("it is kept in a FIFO")
	}
	if err := j.Record(Entry{ID: "b"}); err != nil {
		t.Error(err)
	}
	if all, err := j.History("", 0); err != nil || len(all) != 1 {
		t.Errorf("%d, %v", len(all), err)
	}
}

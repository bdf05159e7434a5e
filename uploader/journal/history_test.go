package journal

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/queue"
)

const canary = "cAnArY-secret"

func prepared(t testing.TB, d uploader.Draft) uploader.Prepared {
	t.Helper()
	a := uploader.Account{CloudName: "shop", APIKey: "42", Secret: signer.NewSecret(canary), Options: signer.Options{Version: signer.V2}}
	p, err := uploader.Prepare(d, a, uploader.ParseFile(d.File, uploader.FileOptions{}), time.Unix(1_700_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func entry(t testing.TB, id string, at int64) Entry {
	t.Helper()
	p := prepared(t, uploader.Draft{File: "/tmp/a.png"}.With("public_id", id))
	return NewEntry(p, &uploader.Result{Status: 200, PublicID: id, Body: []byte(`{"public_id":"` + id + `"}`)}, nil, time.Unix(at, 0))
}

func TestHistory(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	if all, err := j.History("", 0); err != nil || len(all) != 0 {
		t.Fatalf("at first: %v %v", all, err)
	}
	for i := range 5 {
		if err := j.Record(entry(t, fmt.Sprint("cat", i), int64(1000+i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Jot(entry(t, "dog", 2000)); err != nil {
		t.Fatal(err)
	}
	other := Open(j.dir)
	all, err := other.History("", 0)
	if err != nil || len(all) != 6 || all[0].PublicID != "dog" || all[5].PublicID != "cat0" {
		t.Fatalf("%+v %v", all, err)
	}
	for query, want := range map[string]int{"cat": 5, "CAT3": 1, "shop kept": 6, "public_id=dog": 1, "nothing": 0, "cat shop 200": 5} {
		if hits, err := other.History(query, 0); err != nil || len(hits) != want {
			t.Errorf("%q: %d, %v", query, len(hits), err)
		}
	}
	if hits, _ := other.History("", 2); len(hits) != 2 {
		t.Errorf("%d of 2", len(hits))
	}
	e, err := j.Find(all[2].ID)
	if err != nil || e.PublicID != all[2].PublicID || e.StringToSign != "public_id=cat3&timestamp=1700000000" || len(e.SignatureHead) != 8 || e.Signed() != "sha1 v2" {
		t.Errorf("%+v %v", e, err)
	}
	if e, err := j.Find(all[2].ID[len(all[2].ID)-4:]); err != nil || e.ID != all[2].ID {
		t.Errorf("by its end: %v", err)
	}
	for id, want := range map[string]error{"": ErrSeveral, "nope": ErrNoEntry, "7": ErrSeveral} {
		if _, err := j.Find(id); !errors.Is(err, want) && id != "7" {
			t.Errorf("%q: %v", id, err)
		}
	}
	if err := j.Forget(all[0].ID, "none"); err != nil {
		t.Fatal(err)
	}
	if all, _ = j.History("", 0); len(all) != 5 {
		t.Errorf("%d are left", len(all))
	}
	if err := j.Forget(); err != nil {
		t.Fatal(err)
	}
	if all, _ = other.History("", 0); len(all) != 0 {
		t.Errorf("%d are left", len(all))
	}
}

// TestT13History: neither the secret nor a signature that could be used is in any file.
func TestT13History(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := Open(dir)
	d := uploader.Draft{File: "/tmp/" + canary + ".png"}.With("public_id", "x").With("context", "a="+canary).With("api_secret", "other")
	p := prepared(t, d)
	signature := p.Trace.Signature
	body := fmt.Sprintf(`{"error":{"message":"Invalid Signature %s. String to sign - '%s'."},"delete_token":"token123","secure_url":"https://x/s--abcdefgh--/y"}`, signature, canary)
	r := &uploader.Result{Status: 401, Body: []byte(body), RequestID: canary, PublicID: canary, SecureURL: "https://x/s--abcdefgh--/" + canary, Warnings: []string{canary}}
	e := NewEntry(p, r, errors.New("upload: "+canary+" "+signature), time.Now())
	if err := j.Record(e); err != nil {
		t.Fatal(err)
	}
	if err := j.Jot(e); err != nil {
		t.Fatal(err)
	}
	if err := j.SaveCheckpoint(uploader.Checkpoint{UploadID: "u", Draft: d}); err == nil {
		_ = j.SaveQueue("q", []queue.Saved{{Draft: uploader.Draft{}.With("api_secret", canary)}}, []int{0})
	}
	err := filepath.WalkDir(dir, func(path string, info os.DirEntry, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, bad := range []string{signature, "token123", "abcdefgh", "other"} {
			if strings.Contains(string(raw), bad) {
				t.Errorf("%s holds %q", filepath.Base(path), bad)
			}
		}
		// A checkpoint holds the path of its file, whatever that is.
		if filepath.Base(path) != fileName && strings.Contains(string(raw), canary) {
			t.Errorf("%s holds the secret", filepath.Base(path))
		}
		if st, _ := os.Stat(path); st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", filepath.Base(path), st.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := j.Find(e.ID); err != nil || !strings.Contains(kept.Answer, signature[:8]+"…") {
		t.Errorf("%+v %v", kept, err)
	}
}

// TestHistoryBounds: the oldest go.
func TestHistoryBounds(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	var many []Entry
	for i := range maxEntries + 50 {
		many = append(many, entry(t, fmt.Sprint("n", i), int64(10_000+i)))
	}
	if err := j.Record(many...); err != nil {
		t.Fatal(err)
	}
	all, err := j.History("", 0)
	if err != nil || len(all) != maxEntries || all[0].PublicID != fmt.Sprint("n", maxEntries+49) {
		t.Fatalf("%d, %v", len(all), err)
	}
	big := entry(t, "big", 99_999)
	big.Answer = strings.Repeat("x", maxHistory/4)
	for i := range 6 {
		big.ID = fmt.Sprint("zz", i)
		if err := j.Record(big); err != nil {
			t.Fatal(err)
		}
	}
	if all, err = j.History("", 0); err != nil || len(all) > 4 {
		t.Errorf("%d, %v", len(all), err)
	}
}

// TestNotesDamaged: a note of which only a part was written is dropped, and no other.
func TestNotesDamaged(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	if err := j.Jot(entry(t, "one", 1)); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(j.spool())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(j.spool(), append(raw, raw[:len(raw)/2]...), 0o600); err != nil {
		t.Fatal(err)
	}
	if all, err := j.History("", 0); err != nil || len(all) != 1 {
		t.Errorf("%d, %v", len(all), err)
	}
}

// keepHistory notes uploads and moves a checkpoint on until it is killed, and says what
// is kept.
func keepHistory(dir string) {
	j := Open(dir)
	for i := 1; ; i++ {
		e := Entry{ID: fmt.Sprintf("%09d", i), PublicID: fmt.Sprint("n", i)}
		var err error
		switch i % 3 {
		case 0:
			err = j.Record(e)
		case 1:
			err = j.Jot(e)
		default:
			err = errors.Join(j.Jot(e), j.SaveCheckpoint(uploader.Checkpoint{UploadID: "u", Acked: int64(i)}), j.SaveQueue("q", []queue.Saved{{Said: strconv.Itoa(i)}}, []int{0}))
		}
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(i)
	}
}

// TestKilledHistorian: whatever the moment of a kill -9, nothing that was kept is lost,
// and nothing is damaged.
func TestKilledHistorian(t *testing.T) {
	t.Parallel()
	for round := range 12 {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "JOURNAL_HISTORIAN="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil || cmd.Start() != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		last, until := 0, 5+rand.IntN(40)
		for last < until && lines.Scan() {
			if last, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(lines.Text())
			}
		}
		_ = cmd.Process.Kill()
		for lines.Scan() {
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				last = n
			}
		}
		_ = cmd.Wait()
		j := Open(dir)
		all, err := j.History("", 0)
		if err != nil || len(all) < last || j.Note() != "" {
			t.Errorf("round %d: %d of %d entries, %v %s", round, len(all), last, err, j.Note())
		}
		points, err := j.Checkpoints()
		if err != nil || len(points) != 1 || points[0].Acked < int64(last-3) {
			t.Errorf("round %d: %+v of %d, %v", round, points, last, err)
		}
		queues, err := j.Queues()
		if err != nil || len(queues) != 1 {
			t.Errorf("round %d: %v, %v", round, queues, err)
		}
		j.Close()
	}
}

// TestOwners: what belongs to a program that runs is not offered to another.
func TestOwners(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, second := Open(dir), Open(dir)
	if err := errors.Join(first.SaveCheckpoint(uploader.Checkpoint{UploadID: "u"}), first.SaveQueue("q", []queue.Saved{{Said: "x"}}, []int{0})); err != nil {
		t.Fatal(err)
	}
	count := func(j *Journal) int {
		points, err := j.Checkpoints()
		queues, err2 := j.Queues()
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return len(points) + len(queues)
	}
	if a, b := count(first), count(second); a != 2 || b != 0 {
		t.Errorf("%d and %d", a, b)
	}
	first.Close()
	if b := count(second); b != 2 {
		t.Errorf("after its end: %d", b)
	}
	third := Open(dir)
	if c := count(third); c != 0 {
		t.Errorf("what was taken up is offered again: %d", c)
	}
	second.Close()
	if err := errors.Join(third.DropCheckpoint("u"), third.DropQueue("q"), third.DropQueue("none")); err != nil {
		t.Fatal(err)
	}
	if c := count(third); c != 0 {
		t.Errorf("%d are left", c)
	}
	third.Close()
}

// TestNoteAfterHalfANote: a note that a killed program left half written costs no other.
func TestNoteAfterHalfANote(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "history.notes"), []byte(`{"sum":"12","data":{"id"`), 0o600); err != nil {
		t.Fatal(err)
	}
	j := Open(dir)
	defer j.Close()
	for i := range 2 {
		if err := j.Jot(Entry{ID: fmt.Sprint("note-", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := j.History("", 0); err != nil || len(all) != 2 {
		t.Errorf("%d notes, %v", len(all), err)
	}
}

// TestManyNotes: notes that nobody reads do not pile up; they go into the history, which
// has bounds.
func TestManyNotes(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	defer j.Close()
	for i := range 100 {
		if err := j.Jot(Entry{ID: fmt.Sprintf("note-%03d", i), Answer: strings.Repeat("a", maxAnswer)}); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(j.spool()); err != nil || info.Size() > maxNotes+2*maxAnswer {
		t.Errorf("%v, %v", info, err)
	}
	all, err := j.History("", 0)
	if err != nil || len(all) != 100 || all[0].ID != "note-099" {
		t.Errorf("%d, %v", len(all), err)
	}
}

package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// filledFile is the content of a file with branch pages, overflow pages and free pages.
func filledFile(t testing.TB) []byte {
	t.Helper()
	j := Open(t.TempDir())
	defer j.Close()
	if err := j.AllowHost("h"); err != nil {
		t.Fatal(err)
	}
	for i, size := range []int{10, 5000, 20, 12000} {
		if err := j.SaveDraft(draft(strings.Repeat("x", size) + strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	err := j.update(func(tx *bolt.Tx) error {
		for i := range 60 {
			b, err := seal(savedDraft{At: time.Unix(int64(i), 0), Draft: draft(strings.Repeat("y", 300))})
			if err != nil {
				return err
			}
			if err := tx.Bucket(bucketDrafts).Put([]byte("gone-"+strconv.Itoa(i)), b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(j.path())
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

const testPage = 4096

// sealMeta makes the checksum of a meta page right.
func sealMeta(m []byte) {
	sum := fnv.New64a()
	_, _ = sum.Write(m[:56])
	binary.NativeEndian.PutUint64(m[56:], sum.Sum64())
}

// kinds lists the pages of a kind.
func kinds(raw []byte, flag uint16) (at []int) {
	size := int(binary.NativeEndian.Uint32(raw[headSize+8:]))
	for p := 2 * size; p+size <= len(raw); p += size {
		if binary.NativeEndian.Uint16(raw[p+8:]) == flag && binary.NativeEndian.Uint64(raw[p:]) == uint64(p/size) {
			at = append(at, p)
		}
	}
	return at
}

// usable checks that drafts are kept again, whatever is in the file; it reports whether
// something was set aside.
func usable(t *testing.T, name string, content []byte) bool {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	k := Open(dir)
	if err := os.WriteFile(k.path(), content, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := k.Orphan(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if _, err := k.HostAllowed("h"); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if err := k.SaveDraft(draft("after")); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	k.Close()
	again := Open(dir)
	defer again.Close()
	if d, _, ok, err := again.Orphan(); err != nil || !ok || d.Get("public_id") != "after" {
		t.Errorf("%s: %v %v %.40q", name, ok, err, d.Get("public_id"))
	}
	found, _ := filepath.Glob(filepath.Join(dir, "journal.db.bad-*"))
	if aside := k.Note() != "" || again.Note() != ""; aside != (len(found) > 0) {
		t.Errorf("%s: note %q, set aside %q", name, k.Note(), found)
	}
	return len(found) > 0
}

// TestDamage: whatever happens to the file, the program neither crashes nor hangs, and
// drafts are kept again afterwards.
func TestDamage(t *testing.T) {
	t.Parallel()
	good := filledFile(t)
	if usable(t, "sound", good) {
		t.Fatal("a sound file was set aside")
	}
	rng := rand.New(rand.NewPCG(1, 1))
	aside := 0
	for i := range 250 {
		bad := append([]byte(nil), good...)
		switch i % 5 {
		case 0: // a byte somewhere
			bad[rng.IntN(len(bad))] ^= byte(1 + rng.IntN(255))
		case 1: // cut
			bad = bad[:rng.IntN(len(bad))]
		case 2: // a page of zeros
			page := rng.IntN(len(bad)/testPage) * testPage
			clear(bad[page : page+testPage])
		case 3: // rubbish near the start
			for range 40 {
				bad[rng.IntN(min(len(bad), 5*testPage))] = byte(rng.IntN(256))
			}
		case 4: // a number in the head of a page or of its entries
			page := rng.IntN(len(bad)/testPage) * testPage
			binary.NativeEndian.PutUint32(bad[page+4*rng.IntN(30):], rng.Uint32()>>rng.IntN(32))
		}
		if usable(t, "damage "+strconv.Itoa(i), bad) {
			aside++
		}
	}
	if aside < 30 {
		t.Errorf("only %d damages were noticed", aside)
	}
}

// TestDamageThatKills: files on which the library overflows the stack or runs out of
// memory, which no recover catches.
func TestDamageThatKills(t *testing.T) {
	t.Parallel()
	good := filledFile(t)
	size := int(binary.NativeEndian.Uint32(good[headSize+8:]))
	branches, lists, leaves := kinds(good, flagBranch), kinds(good, flagFreelist), kinds(good, flagLeaf)
	if len(branches) == 0 || len(lists) == 0 || len(leaves) == 0 {
		t.Fatalf("pages in the file: %d branches, %d lists, %d leaves", len(branches), len(lists), len(leaves))
	}
	ne := binary.NativeEndian
	eachMeta := func(b []byte, change func(m []byte)) {
		for _, p := range []int{0, size} {
			change(b[p+headSize:])
			sealMeta(b[p+headSize:])
		}
	}
	for name, change := range map[string]func(b []byte){
		"a page that is its own child": func(b []byte) {
			for _, p := range branches {
				ne.PutUint64(b[p+headSize+8:], uint64(p/size))
			}
		},
		"a list of free pages of 64 GiB": func(b []byte) {
			for _, p := range lists {
				ne.PutUint16(b[p+10:], 0xFFFF)
				ne.PutUint64(b[p+headSize:], 1<<33)
			}
		},
		"a list of more free pages than there is memory": func(b []byte) {
			for _, p := range lists {
				ne.PutUint16(b[p+10:], 0xFFFF)
				ne.PutUint64(b[p+headSize:], 1<<44)
			}
		},
		"a page that is free and in use": func(b []byte) {
			for _, p := range lists {
				ne.PutUint16(b[p+10:], 1)
				ne.PutUint64(b[p+headSize:], uint64(branches[0]/size))
			}
		},
		"a root beyond the end": func(b []byte) { eachMeta(b, func(m []byte) { ne.PutUint64(m[16:], 1<<40) }) },
		"pages beyond the end":  func(b []byte) { eachMeta(b, func(m []byte) { ne.PutUint64(m[40:], 1<<40) }) },
		"a page size of 3":      func(b []byte) { eachMeta(b, func(m []byte) { ne.PutUint32(m[8:], 3) }) },
		"a page size of 2 GiB":  func(b []byte) { eachMeta(b, func(m []byte) { ne.PutUint32(m[8:], 1<<31) }) },
		"a root that is a list": func(b []byte) { eachMeta(b, func(m []byte) { ne.PutUint64(m[16:], ne.Uint64(m[32:])) }) },
		"entries beyond the page": func(b []byte) {
			for _, p := range leaves {
				ne.PutUint16(b[p+10:], 0xFFFF)
			}
		},
		"keys beyond the page": func(b []byte) {
			for _, p := range leaves {
				ne.PutUint32(b[p+headSize+8:], 1<<31-1)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := append([]byte(nil), good...)
			change(bad)
			if !usable(t, name, bad) {
				t.Error("it was not noticed")
			}
		})
	}
}

// TestDamagedRecord: one byte of a draft changed, in a file that is sound otherwise.
func TestDamagedRecord(t *testing.T) {
	t.Parallel()
	// One letter of each value, so that all else reads as before: only the checksum tells.
	// Every copy is changed, as old pages stay in the file.
	value := strings.Repeat("y", 300)
	bad := strings.ReplaceAll(string(filledFile(t)), value, "z"+value[1:])
	if !strings.Contains(bad, "z"+value[1:]) {
		t.Fatal("there is no draft in the file")
	}
	if !usable(t, "record", []byte(bad)) {
		t.Error("it was not noticed")
	}
}

// TestSoundFiles: no file that the library writes is taken for damaged.
func TestSoundFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(2, 2))
	for i := range 120 {
		j := Open(dir)
		if err := j.SaveDraft(draft(strings.Repeat("s", rng.IntN(1<<rng.IntN(18))))); err != nil {
			t.Fatal(err)
		}
		if rng.IntN(3) == 0 {
			if _, _, _, err := j.Orphan(); err != nil {
				t.Fatal(err)
			}
		}
		if rng.IntN(3) == 0 {
			if err := j.AllowHost(strconv.Itoa(rng.IntN(1000))); err != nil {
				t.Fatal(err)
			}
		}
		j.Close()
		if err := checkFile(j.path()); err != nil || j.Note() != "" {
			t.Fatalf("after %d programs: %v, note %q", i, err, j.Note())
		}
	}
}

// TestNoFileInItsPlace: something else under the file's name.
func TestNoFileInItsPlace(t *testing.T) {
	t.Parallel()
	j := Open(t.TempDir())
	defer j.Close()
	if err := os.Mkdir(j.path(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := j.SaveDraft(draft("x")); err != nil || !strings.Contains(j.Note(), "set aside") {
		t.Errorf("%v, note %q", err, j.Note())
	}
}

// FuzzCheckFile: no content makes the check fail in any way but the one it has.
func FuzzCheckFile(f *testing.F) {
	f.Add(filledFile(f), uint(0), uint64(0))
	f.Fuzz(func(t *testing.T, content []byte, at uint, number uint64) {
		if len(content) < testPage {
			return
		}
		binary.NativeEndian.PutUint64(content[at%uint(len(content)-8):], number)
		if size := int(binary.NativeEndian.Uint32(content[headSize+8:])); size > 0 && size+headSize+64 <= len(content) {
			sealMeta(content[headSize:])
			sealMeta(content[size+headSize:])
		}
		c := &checker{r: bytes.NewReader(content), size: int64(len(content)), seen: map[uint64]bool{}}
		if err := c.check(); err != nil && !errors.Is(err, errDamaged) {
			t.Error(err)
		}
	})
}

package disk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a b.jpg"), []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"link": "a b.jpg", "loop": "loop", "gone": "nowhere", "up": "folder"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	entries, err := List(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range entries {
		kind := "no file"
		switch {
		case e.Dir:
			kind = "folder"
		case e.Regular:
			kind = "file"
		}
		got[e.Name] = kind
		if e.Name == "link" && e.Size != 5 {
			t.Errorf("a link has the size of its file: %d", e.Size)
		}
	}
	want := map[string]string{"a b.jpg": "file", "folder": "folder", "link": "file", "loop": "no file", "gone": "no file", "up": "folder"}
	for name, kind := range want {
		if got[name] != kind {
			t.Errorf("%s is a %s, want %s", name, got[name], kind)
		}
	}
	if entries, err := List(filepath.Join(dir, "folder")); err != nil || len(entries) != 0 {
		t.Errorf("an empty folder: %v, %v", entries, err)
	}
}

func TestListErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, want string }{
		"gone": {filepath.Join(dir, "x"), "no such folder"},
		"file": {file, "cannot be read"},
	} {
		if _, err := List(c.path); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if os.Getuid() == 0 {
		return // root reads everything
	}
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := List(closed); err == nil || !strings.Contains(err.Error(), "permission") {
		t.Errorf("closed: %v", err)
	}
}

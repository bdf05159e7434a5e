package uploader

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestT11EnvFile: only a regular file of a sensible size is read, and one that others
// can read is said.
func TestT11EnvFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, ".env")
	if _, ok, _, err := ReadEnvFile(path); ok || err != nil {
		t.Errorf("no file: %v %v", ok, err)
	}
	if _, ok, _, err := ReadEnvFile(dir); ok || err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v %v", ok, err)
	}
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o640: true, 0o604: true, 0o620: false} {
		if err := os.WriteFile(path, []byte("API_KEY=1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		raw, ok, warning, err := ReadEnvFile(path)
		if string(raw) != "API_KEY=1\n" || !ok || err != nil || runtime.GOOS != "windows" && (warning != "") != warned {
			t.Errorf("mode %o: %q %v %q %v", mode, raw, ok, warning, err)
		}
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte("#"), 3*MaxEnvFile), 0o600); err != nil {
		t.Fatal(err)
	}
	raw, ok, _, err := ReadEnvFile(path)
	if !ok || err != nil || len(raw) != MaxEnvFile+1 {
		t.Errorf("a large file: %d bytes, %v %v", len(raw), ok, err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "link")); err == nil {
		if _, ok, _, err := ReadEnvFile(filepath.Join(dir, "link")); ok || err == nil {
			t.Errorf("a link to a folder: %v %v", ok, err)
		}
	}
}

//go:build unix

package uploader

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestT11FIFO: a FIFO is refused, and its opening does not wait for a writer even where
// it took a file's place.
func TestT11FIFO(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), ".env")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, ok, _, err := ReadEnvFile(path); ok || err == nil {
		t.Errorf("%v %v", ok, err)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlocking, 0) // would wait for ever
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
}

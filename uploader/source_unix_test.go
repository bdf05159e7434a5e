//go:build unix

package uploader

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// TestFIFO: a FIFO is refused without being opened: that would wait for a writer.
func TestFIFO(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := openSource(File{Kind: FilePath, Path: path}, false); !errors.Is(err, ErrNotRegular) || ExitCode(err) != ExitLocal {
		t.Errorf("%v", err)
	}
}

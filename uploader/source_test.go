package uploader

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestLocalFiles: whatever is wrong with a file is said before anything is sent.
func TestLocalFiles(t *testing.T) {
	t.Parallel()
	base := raw(t, true, reply(200, "", goodAnswer("content")), false)
	dir := t.TempDir()
	for path, want := range map[string]error{
		filepath.Join(dir, "nosuch"): os.ErrNotExist, dir: ErrIsDirectory, tempFile(t, ""): ErrEmptyFile, os.DevNull: ErrNotRegular,
	} {
		_, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), preparedFor(t, base, path), nil)
		var le *LocalError
		if !errors.As(err, &le) || le.Hint == "" || ExitCode(err) != ExitLocal || !errors.Is(err, want) && !strings.Contains(err.Error(), "no such file") {
			t.Errorf("%s: %v", path, err)
		}
	}
	big := filepath.Join(dir, "big")
	f, err := os.Create(big)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(MaxSingleRequest+1), f.Close()); err != nil {
		t.Fatal(err)
	}
	p := preparedFor(t, "https://api.cloudinary.com", big)
	if _, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), p, nil); !errors.Is(err, ErrNeedsParts) || ExitCode(err) != ExitLocal {
		t.Errorf("above 100 MB to LIVE: %v", err)
	}
}

// TestSourceChanges: a file that changes while it is sent is not closed in the form.
func TestSourceChanges(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"truncated": func(p string) error { return os.Truncate(p, 10) },
		"grown": func(p string) error {
			f, err := os.OpenFile(p, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("more")
			return errors.Join(err, f.Close())
		},
	} {
		path := tempFile(t, strings.Repeat("x", 8<<20))
		var once sync.Once
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			buf := make([]byte, 1<<10)
			_, _ = io.ReadFull(r.Body, buf)
			once.Do(func() {
				if err := change(path); err != nil {
					t.Error(err)
				}
			})
			_, _ = io.Copy(io.Discard, r.Body)
		}))
		_, err := New(ClientConfig{Proxy: noProxy}).Upload(context.Background(), preparedFor(t, srv.URL, path), nil)
		srv.Close()
		if !errors.Is(err, ErrSourceChanged) || ExitCode(err) != ExitLocal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

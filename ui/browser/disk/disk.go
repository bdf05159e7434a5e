// Package disk lists folders for the file browser.
package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"signpost/ui/browser"
)

// maxEntries bounds what is listed of a folder.
const maxEntries = 200_000

// List is what is in a folder; a link is what it points to. The error says why the
// folder cannot be read.
func List(dir string) ([]browser.Entry, error) {
	// To open a pipe would wait for somebody who writes to it.
	if info, err := os.Stat(dir); err != nil {
		return nil, reason(err)
	} else if !info.IsDir() {
		return nil, errors.New("the folder cannot be read: it is none")
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	infos, err := f.ReadDir(maxEntries)
	if err != nil && len(infos) == 0 && err.Error() != "EOF" {
		return nil, reason(err)
	}
	entries := make([]browser.Entry, 0, len(infos))
	for _, d := range infos {
		e := browser.Entry{Name: d.Name(), Dir: d.IsDir(), Regular: d.Type().IsRegular()}
		info, err := d.Info()
		if d.Type()&fs.ModeSymlink != 0 {
			info, err = os.Stat(dir + string(os.PathSeparator) + d.Name())
		}
		if err == nil {
			e.Dir, e.Regular = info.IsDir(), info.Mode().IsRegular()
			e.Size, e.Modified = info.Size(), info.ModTime()
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// reason is the error in a few words.
func reason(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return errors.New("the folder cannot be read: there is no permission")
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such folder")
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the folder cannot be read: %w", err)
}

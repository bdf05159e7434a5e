package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Jot appends an entry to a file beside the history, from which the next program that
// opens the history takes it. It costs less than a transaction by much, and lasts unless
// the machine itself stops.
func (j *Journal) Jot(e Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	b, err := seal(e)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	if info, err := os.Lstat(j.spool()); err == nil && info.Size() > maxNotes {
		if err := j.absorb(); err != nil {
			return err
		}
	}
	f, err := openSpool(j.spool(), os.O_RDWR|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > maxHistory {
		return errors.New("note the upload: there are too many notes that nobody has read")
	}
	if !endsLine(f, info.Size()) {
		b = append([]byte{'\n'}, b...) // a program was killed while it wrote a note
	}
	_, err = f.Write(append(b, '\n'))
	return err
}

// endsLine reports whether a file of that size is empty, or ends in a line break.
func endsLine(f *os.File, size int64) bool {
	var last [1]byte
	if size == 0 {
		return true
	}
	_, err := f.ReadAt(last[:], size-1)
	return err == nil && last[0] == '\n'
}

func (j *Journal) spool() string { return filepath.Join(j.dir, "history.notes") }

var errNoNotes = errors.New("the notes are no regular file")

// openSpool opens the notes alone among all programs. To open a FIFO could wait for ever.
func openSpool(path string, flags int) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errNoNotes
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		_ = f.Close()
		return nil, errNoNotes
	}
	for end := time.Now().Add(lockTime); ; time.Sleep(time.Millisecond) {
		err := lockFile(f, true)
		if err == nil {
			return f, nil
		}
		if time.Now().After(end) {
			_ = f.Close()
			return nil, fmt.Errorf("another program holds the notes for too long: %w", err)
		}
	}
}

// absorb takes the notes into the history. A line that is damaged is dropped: a program
// was killed while it wrote it. j.mu is held.
func (j *Journal) absorb() error {
	if info, err := os.Lstat(j.spool()); err != nil || info.Size() == 0 || !info.Mode().IsRegular() {
		return nil
	}
	f, err := openSpool(j.spool(), os.O_RDWR)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > 4*maxHistory {
		return err
	}
	raw := make([]byte, info.Size())
	if _, err := f.ReadAt(raw, 0); err != nil {
		return err
	}
	var entries []Entry
	for line := range bytes.Lines(raw) {
		var e Entry
		if unseal(line, &e) == nil && e.ID != "" {
			entries = append(entries, e)
		}
	}
	if err := j.put(entries); err != nil {
		return err
	}
	return f.Truncate(0)
}

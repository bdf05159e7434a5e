package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// handout is the file that an audience takes home.
type handout struct {
	mu   sync.Mutex
	path string // empty until a name is found
	mine bool   // it was written by this session
	err  error
}

// write writes the file as a whole or not at all, for its owner to read. A file that this
// session did not write is replaced only where replace is true; else exists is true.
func (h *handout) write(text string, replace bool) (path string, exists bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer func() { h.err = err }()
	if h.path == "" {
		h.path = "signpost-" + time.Now().Format("20060102-150405") + ".md"
	}
	f, err := os.CreateTemp(filepath.Dir(h.path), ".signpost-*") // 0600
	if err != nil {
		return h.path, false, err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	switch {
	case err != nil:
		return h.path, false, err
	case replace || h.mine:
		err = os.Rename(f.Name(), h.path)
	default:
		err = newName(f.Name(), h.path)
	}
	if errors.Is(err, fs.ErrExist) {
		return h.path, true, nil
	}
	h.mine = h.mine || err == nil
	return h.path, false, err
}

// newName gives a file a name that no other has: by a link, which never replaces one, and
// where the file system has none, by taking the name first.
func newName(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_ = f.Close()
	return os.Rename(from, to)
}

// tellHandout says at the end where it is, or why it is not.
func (a *app) tellHandout() {
	switch h := &a.handout; {
	case h.err != nil:
		a.say("warning: the handout is not written: %v", h.err)
	case h.mine:
		a.say("note: the handout is in %s", h.path)
	case a.screenFlags.handout != "":
		a.say("note: no handout was written; %s", fmt.Sprintf("%s is not of this session", h.path))
	}
}

// userName is the person's name on this machine, without a domain; empty where nobody knows.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username[strings.LastIndexByte(u.Username, '\\')+1:]
}

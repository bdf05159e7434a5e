package uploader

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Checkpoint is where an upload in parts stands: enough to go on after the program has
// ended, however it ended. It holds no secret and no signature.
type Checkpoint struct {
	UploadID  string `json:"upload_id"`
	ChunkSize int64  `json:"chunk_size"`
	// Acked is how many bytes the server has acknowledged, from the start of the file.
	Acked int64       `json:"acked"`
	File  Fingerprint `json:"file"`
	// Host, Cloud and APIKey are the account that it is for.
	Host   string `json:"host"`
	Cloud  string `json:"cloud"`
	APIKey string `json:"api_key"`
	// Form is a hash of everything in the form but timestamp and signature.
	Form  string    `json:"form"`
	Draft Draft     `json:"draft"`
	At    time.Time `json:"at"`
}

// CheckpointLife is how long a checkpoint is good for. The service's own time is
// unconfirmed.
const CheckpointLife = 24 * time.Hour

// Fingerprint tells whether a file is still the one it was.
type Fingerprint struct {
	Path    string    `json:"path"` // absolute
	Size    int64     `json:"size"`
	ModTime time.Time `json:"mod_time"`
	// Node is the file's device and inode, where the system has them.
	Node string `json:"node,omitempty"`
	// Edges is a hash of the first and the last 64 KiB.
	Edges string `json:"edges"`
}

const edge = 64 << 10

// fingerprint takes that of an opened file.
func (s *source) fingerprint() (Fingerprint, error) {
	abs, err := filepath.Abs(s.path)
	if err != nil {
		abs = s.path
	}
	h := sha256.New()
	for _, from := range []int64{0, max(s.size-edge, 0)} {
		if _, err := io.Copy(h, io.NewSectionReader(s, from, min(edge, s.size))); err != nil {
			return Fingerprint{}, &LocalError{Path: s.path, Err: plainPathError(err), Hint: "the system could not read it"}
		}
	}
	f := Fingerprint{Path: abs, Size: s.size, ModTime: s.modTime.UTC(), Edges: hex.EncodeToString(h.Sum(nil))}
	if s.file != nil {
		if info, err := s.file.Stat(); err == nil {
			f.Node = fileNode(info)
		}
	}
	return f, nil
}

// Same reports whether two fingerprints are of the same file with the same content.
func (f Fingerprint) Same(g Fingerprint) bool {
	return f.Path == g.Path && f.Size == g.Size && f.ModTime.Equal(g.ModTime) && f.Node == g.Node && f.Edges == g.Edges
}

// ErrCannotResume is why an upload begins anew although a checkpoint was given.
var ErrCannotResume = errors.New("the earlier upload cannot be resumed")

// Fits says why a checkpoint is of no use for a request; nil where it is.
func (k Checkpoint) Fits(p Prepared, now time.Time) error {
	no := func(why string) error { return fmt.Errorf("%w: %s", ErrCannotResume, why) }
	switch {
	case now.Sub(k.At) > CheckpointLife || now.Before(k.At.Add(-CheckpointLife)):
		return no("it is more than a day old")
	case k.Host != p.Account.Host() || k.Cloud != p.Account.CloudName || k.APIKey != p.Account.APIKey:
		return no("it went to another account")
	case k.Form != formDigest(p):
		return no("the parameters are others now")
	case k.UploadID == "" || k.ChunkSize <= 0 || k.Acked <= 0 || k.Acked >= k.File.Size || k.Acked%k.ChunkSize != 0:
		return no("nothing of it was acknowledged")
	}
	return nil
}

// FileUnchanged says why the file of a checkpoint is not the one that it was; nil
// where it is.
func (k Checkpoint) FileUnchanged() error {
	src, err := openSource(File{Kind: FilePath, Path: k.File.Path}, false)
	if err != nil {
		return err
	}
	defer src.close()
	now, err := src.fingerprint()
	if err == nil && !now.Same(k.File) {
		err = fmt.Errorf("%w: the file has changed since", ErrCannotResume)
	}
	return err
}

// Key is what the checkpoint is kept under: one upload has one.
func (k Checkpoint) Key() string { return k.UploadID }

// formDigest is a hash of what is the same in all parts of an upload.
func formDigest(p Prepared) string {
	var lines []string
	for _, f := range p.Fields {
		if f.Name != "timestamp" && f.Name != "signature" {
			lines = append(lines, fmt.Sprintf("%q=%q", f.Name, f.Value))
		}
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(p.URL + "\n" + string(p.Auth) + "\n" + strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// replaced reports whether the name of the opened file now belongs to another one, or
// to none. What is sent is the opened one.
func (s *source) replaced() bool {
	if s.file == nil {
		return false
	}
	mine, err := s.file.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(s.path)
	return err != nil || !os.SameFile(mine, now)
}

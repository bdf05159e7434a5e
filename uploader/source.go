package uploader

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

// MaxSingleRequest is how much the service takes in one request, whatever the plan:
// 100 MB. Larger files go in parts. Source: cloudinary_npm docs/upload-image.md.
const MaxSingleRequest = 100_000_000

// LocalError is a problem with something on this machine; nothing was sent that could
// be kept. Trying again without a change does not help.
type LocalError struct {
	Path string
	Err  error
	Hint string
}

func (e *LocalError) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("read %s: %v", oneLine.Replace(e.Path), e.Err)
}

// oneLine keeps a path from looking like a line of ours.
var oneLine = strings.NewReplacer("\n", `\n`, "\r", `\r`)

func (e *LocalError) Unwrap() error { return e.Err }

// Conditions of a local file, inside a [*LocalError].
var (
	ErrEmptyFile     = errors.New("the file is empty")
	ErrNotRegular    = errors.New("it is not a regular file")
	ErrIsDirectory   = errors.New("it is a directory")
	ErrSourceChanged = errors.New("the file changed while it was uploaded")
	ErrNeedsParts    = errors.New("the service takes at most 100 MB in one request")
	ErrNoFile        = errors.New("there is no file to upload")
)

// source is an opened file: something of a known size that can be read again.
type source struct {
	io.ReaderAt
	size    int64
	path    string
	file    *os.File
	modTime time.Time
}

// openSource opens what goes into the form as bytes. A FIFO or a device is never opened.
func openSource(f File, oneRequest bool) (*source, error) {
	if f.Kind == FileSample {
		return &source{ReaderAt: readerAt(f.Bytes), size: int64(len(f.Bytes))}, nil
	}
	local := func(err error, hint string) (*source, error) {
		return nil, &LocalError{Path: f.Path, Err: plainPathError(err), Hint: hint}
	}
	info, err := os.Stat(f.Path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			if strings.HasPrefix(f.Path, "data:") {
				return local(err, "a data URI has the form data:image/png;base64,AAAA")
			}
			if strings.ContainsAny(f.Path, "*?[") {
				return local(err, "no file has that name; where it is a pattern, the shell found nothing that matches it")
			}
			return local(err, "check the path; a relative one counts from where the program was started")
		}
		return local(err, "check who may read it")
	}
	if info.IsDir() {
		return local(ErrIsDirectory, "name a file in it")
	}
	if !info.Mode().IsRegular() {
		return local(ErrNotRegular, "pipes and devices have no size, and a signed upload needs one; copy it to a file first")
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return local(err, "check who may read it")
	}
	fail := func(err error, hint string) (*source, error) {
		_ = file.Close()
		return local(err, hint)
	}
	if info, err = file.Stat(); err != nil || !info.Mode().IsRegular() {
		return fail(ErrNotRegular, "it was exchanged a moment ago; try again")
	}
	if info.Size() == 0 {
		return fail(ErrEmptyFile, "the service refuses empty files; name another one")
	}
	if oneRequest && info.Size() > MaxSingleRequest {
		return fail(ErrNeedsParts, fmt.Sprintf("this one has %d bytes; make it smaller, or give the service a URL to fetch it from", info.Size()))
	}
	return &source{ReaderAt: file, size: info.Size(), path: f.Path, file: file, modTime: info.ModTime()}, nil
}

// changed reports whether the opened file is no longer what was announced. A file that
// was replaced or deleted under its name is still whole behind the open handle.
func (s *source) changed() error {
	if s.file == nil {
		return nil
	}
	info, err := s.file.Stat()
	if err != nil || info.Size() != s.size || !info.ModTime().Equal(s.modTime) {
		return &LocalError{Path: s.path, Err: ErrSourceChanged, Hint: "wait until whatever writes it is done, then send it again"}
	}
	return nil
}

// shorter is the error of a file that ends before it should.
func (s *source) shorter() error {
	return &LocalError{Path: s.path, Err: ErrSourceChanged, Hint: "it became shorter; wait until whatever writes it is done"}
}

func (s *source) close() {
	if s.file != nil {
		_ = s.file.Close()
	}
}

// readerAt reads from memory.
type readerAt []byte

func (b readerAt) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

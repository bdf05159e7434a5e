package uploader

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
)

// ReadEnvFile reads a .env file of at most 1 MiB. Only a regular file is opened: a FIFO
// or a device would hang, or never end (threat T11), and one that takes the file's
// place between the look and the opening neither. ok is false where there is no such
// file. warning is a sentence on a file that others can read.
func ReadEnvFile(path string) (raw []byte, ok bool, warning string, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, "", nil
	}
	if err != nil {
		return nil, false, "", fmt.Errorf("read %s: %w", path, plainPathError(err))
	}
	if !info.Mode().IsRegular() {
		return nil, false, "", fmt.Errorf("read %s: it is not a regular file", path)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, false, "", fmt.Errorf("read %s: %w", path, plainPathError(err))
	}
	defer f.Close()
	if again, err := f.Stat(); err != nil || !again.Mode().IsRegular() {
		return nil, false, "", fmt.Errorf("read %s: it is not a regular file", path)
	}
	raw, err = io.ReadAll(io.LimitReader(f, MaxEnvFile+1))
	if err != nil {
		return nil, false, "", fmt.Errorf("read %s: %w", path, plainPathError(err))
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o044 != 0 {
		warning = path + " can be read by other users of this machine: chmod 600 keeps it to you"
	}
	return raw, true, warning, nil
}

// plainPathError is the system's word for an error, without the path that it repeats.
func plainPathError(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

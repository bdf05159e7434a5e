package sandbox

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
)

// read is a small file of ours, and no link.
func (d *disk) read(name string) ([]byte, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > mostRecord {
		return nil, errors.New("it is no file of a sandbox")
	}
	raw, err := d.root.ReadFile(name)
	if err != nil {
		return nil, err
	}
	sum, content, _ := bytes.Cut(raw, []byte("\n"))
	if string(sum) != checksum(content) {
		return nil, errors.New("it is not what was written")
	}
	return content, nil
}

// sealed is the content of a record with its checksum before it, on a line.
func sealed(content []byte) []byte { return append([]byte(checksum(content)+"\n"), content...) }

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// mostRecord bounds what is read of a record, in bytes.
const mostRecord = 64 << 20

// setAside moves a file or folder where it harms nobody.
func (d *disk) setAside(bad, name string) error {
	to := path.Join(bad, name)
	if err := d.root.MkdirAll(path.Dir(to), 0o700); err != nil {
		return err
	}
	if err := d.root.Rename(name, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

const tempPrefix = "temp-"

// write makes a file that has all of its content as soon as it has its name.
func (d *disk) write(name string, content []byte) error {
	temp := path.Join(path.Dir(name), tempPrefix+rand.Text())
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = d.root.Rename(temp, name)
	}
	if err != nil {
		_ = d.root.Remove(temp)
		return err
	}
	return d.syncFolder(path.Dir(name))
}

// syncFolder has the names in a folder last. Systems that cannot do that keep them by
// themselves.
func (d *disk) syncFolder(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}

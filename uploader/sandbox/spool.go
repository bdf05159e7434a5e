package sandbox

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"sync"
)

// inMemory is the size up to which a file is kept in memory. A larger one goes to a
// temporary file that loses its name as soon as it is open: nothing of the client's
// ever becomes a path, nobody can plant a link, and a killed program leaves nothing.
const inMemory = 256 << 10

// errFull means that the bounds of the store are reached.
var errFull = errors.New("the store is full")

// tooLargeError means that a file is longer than it may be.
type tooLargeError struct{ limit int64 }

func (e *tooLargeError) Error() string { return fmt.Sprintf("more than %d bytes", e.limit) }

// pool counts what is stored and hands out room for more. It is safe for concurrent use.
type pool struct {
	mu     sync.Mutex
	limits Limits
	used   int64
	named  []*os.File // temporary files that still have a name (Windows)
	free   func(dir string) (bytes int64, ok bool)
	disk   *disk  // where large files are taken in; nil is the system's folder
	dir    string // empty is the system's for temporary files
	// evict forgets the oldest asset, and says whether there was one.
	evict func() bool
}

// take reserves room for n bytes.
func (p *pool) take(n int64) error {
	for !p.tryTake(n) {
		if n > p.limits.Total || p.evict == nil || !p.evict() {
			return errFull
		}
	}
	return nil
}

// tryTake reserves room for n bytes where there is some.
func (p *pool) tryTake(n int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used+n > p.limits.Total {
		return false
	}
	p.used += n
	return true
}

// give returns room.
func (p *pool) give(n int64) {
	p.mu.Lock()
	p.used -= n
	p.mu.Unlock()
}

// tempFile opens a file without a name, where the system can do that.
func (p *pool) tempFile() (*os.File, error) {
	if p.disk != nil {
		return p.disk.tempFile()
	}
	f, err := os.CreateTemp("", "signpost-sandbox-*")
	if err != nil {
		return nil, err
	}
	if os.Remove(f.Name()) != nil {
		p.mu.Lock()
		p.named = append(p.named, f)
		p.mu.Unlock()
	}
	return f, nil
}

// hasFree reports whether the disk has more room than must stay free.
func (p *pool) hasFree() bool {
	dir := p.dir
	if dir == "" {
		dir = os.TempDir()
	}
	free, ok := p.free(dir)
	return !ok || free >= p.limits.Free
}

// close removes the files that kept their names.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.named {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	p.named = nil
}

// spool takes in a file of unknown length. It is used by one goroutine.
type spool struct {
	pool  *pool
	limit int64
	buf   []byte
	file  *os.File
	n     int64
	sum   hash.Hash
}

// newSpool starts a file of at most limit bytes.
func (p *pool) newSpool(limit int64) *spool {
	return &spool{pool: p, limit: limit, sum: md5.New()}
}

// Write appends to the file. The error is a [*tooLargeError], errFull or the system's.
func (s *spool) Write(b []byte) (int, error) {
	n := int64(len(b))
	if s.n+n > s.limit {
		return 0, &tooLargeError{s.limit}
	}
	if err := s.pool.take(n); err != nil {
		return 0, err
	}
	s.n += n
	s.sum.Write(b)
	if s.file == nil && s.n <= inMemory {
		s.buf = append(s.buf, b...)
		return len(b), nil
	}
	if err := s.toDisk(); err != nil {
		return 0, err
	}
	return s.file.Write(b)
}

// toDisk moves what is there so far into a file, if there is room on the disk.
func (s *spool) toDisk() error {
	if s.file != nil && (s.n>>20)%16 != 0 {
		return nil // the disk is asked again now and then only
	}
	if !s.pool.hasFree() {
		return errFull
	}
	if s.file != nil {
		return nil
	}
	f, err := s.pool.tempFile()
	if err != nil {
		return err
	}
	s.file = f
	_, err = f.Write(s.buf)
	s.buf = nil
	return err
}

// done ends the file.
func (s *spool) done() *blob {
	return &blob{pool: s.pool, data: s.buf, file: s.file, size: s.n, etag: hex.EncodeToString(s.sum.Sum(nil))}
}

// drop forgets a file that was not finished.
func (s *spool) drop() { s.done().drop() }

// blob is a finished file. It does not change and can be read concurrently.
type blob struct {
	pool *pool
	data []byte
	file *os.File
	size int64
	etag string // MD5 of the bytes
	once sync.Once
	disk *disk // where the bytes are kept, under the name; nil where they are not
	name string
}

// newBlob keeps bytes that are in memory already.
func (p *pool) newBlob(data []byte) (*blob, error) {
	s := p.newSpool(p.limits.File)
	if _, err := s.Write(data); err != nil {
		s.drop()
		return nil, err
	}
	return s.done(), nil
}

// reader reads the file from its start, independent of other readers.
func (b *blob) reader() *io.SectionReader {
	if b.file != nil {
		return io.NewSectionReader(b.file, 0, b.size)
	}
	return io.NewSectionReader(bytes.NewReader(b.data), 0, b.size)
}

// bytes returns the whole file.
func (b *blob) bytes() ([]byte, error) {
	if b.file == nil {
		return b.data, nil
	}
	return io.ReadAll(b.reader())
}

// head returns the first n bytes, or fewer.
func (b *blob) head(n int) []byte {
	buf := make([]byte, n)
	got, _ := io.ReadFull(b.reader(), buf)
	return buf[:got]
}

// drop gives the room back. The file is closed when its last reader is done with it,
// which the garbage collector knows.
func (b *blob) drop() {
	if b != nil {
		b.once.Do(func() {
			b.pool.give(b.size)
			b.disk.forgetBlob(b.name)
		})
	}
}

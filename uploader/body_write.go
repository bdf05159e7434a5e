package uploader

import (
	"io"
	"sync"
)

// bodyPiece is how much of a body is handed over at once, in bytes. Within the time for
// a stall a line has to take that much.
const bodyPiece = 64 << 10

var pieces = sync.Pool{New: func() any { return new([bodyPiece]byte) }}

// writeTo writes what is left of the body in large pieces: a small file is one call to
// the system, together with the form around it. The file is hashed while it is on its
// way. kernel, where it is not nil, may write the next bytes without reading them; it
// says how many it wrote.
func (r *bodyReader) writeTo(write func([]byte) error, kernel func() (int64, error)) (sent int64, err error) {
	buf := pieces.Get().(*[bodyPiece]byte)
	defer pieces.Put(buf)
	for {
		n, file, err := r.fill(buf[:])
		if n > 0 {
			r.hash(file)
			werr := write(buf[:n])
			r.hashed()
			if werr != nil {
				return sent, werr
			}
			sent += int64(n)
		}
		if err == io.EOF {
			return sent, nil
		}
		if err != nil {
			return sent, err
		}
		if kernel == nil {
			continue
		}
		k, err := kernel()
		sent += k
		if err != nil {
			return sent, err
		}
	}
}

// fill reads until the buffer is full or the body at its end, and says which bytes are
// the file's.
func (r *bodyReader) fill(p []byte) (n int, file []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := 0
	for n < len(p) && err == nil {
		if r.err != nil {
			return n, file, r.err
		}
		k, piece, rerr := r.read(p[n:])
		if len(piece) > 0 {
			if len(file) == 0 {
				from = n
			}
			file = p[from : n+k]
		}
		n, err = n+k, rerr
	}
	return n, file, err
}

// hash begins to take bytes of the file into its hash.
func (r *bodyReader) hash(file []byte) {
	if r.md5 == nil || len(file) == 0 {
		return
	}
	r.hashing.Lock()
	go func() {
		defer r.hashing.Unlock()
		r.md5.Write(file)
	}()
}

// hashed returns when everything that was read is in the hash.
func (r *bodyReader) hashed() {
	r.hashing.Lock()
	defer r.hashing.Unlock()
}

// took counts bytes that were sent without being read.
func (r *bodyReader) took(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at += int64(n)
	r.sent(n)
}

// broken keeps what went wrong with the file.
func (r *bodyReader) broken(err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
	return err
}

// kernelFrom is from how many bytes on a file that need not be hashed is left to the
// system.
const kernelFrom = 1 << 20

package uploader

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"hash"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
	"sync"

	"signpost/signer"
)

// formBody is a multipart form of a known length: the fields and the header of the file
// part as head, the file, the closing boundary as tail. Nothing is piped or buffered,
// and it can be opened again.
type formBody struct {
	head, tail []byte
	src        *source
	// from and size are the piece of the file that is sent.
	from, size int64
	// part is nil where the file goes in one request.
	part        *Part
	uploadID    string
	contentType string
}

// newFormBody lays out the form. src is nil where the file is an ordinary field or none;
// part is nil where all of it is sent.
func newFormBody(fields []signer.Param, fileName string, src *source, part *Part) (*formBody, error) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, f := range fields {
		if err := w.WriteField(f.Name, f.Value); err != nil {
			return nil, err
		}
	}
	b := &formBody{src: src, part: part, contentType: w.FormDataContentType()}
	if src != nil {
		b.size = src.size
	}
	if part != nil {
		b.from, b.size = part.First, part.Size()
	}
	if src != nil {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="file"; filename="`+quoteFileName(fileName)+`"`)
		h.Set("Content-Type", "application/octet-stream")
		if _, err := w.CreatePart(h); err != nil {
			return nil, err
		}
	}
	b.head = bytes.Clone(buf.Bytes())
	n := buf.Len()
	if err := w.Close(); err != nil {
		return nil, err
	}
	b.tail = bytes.Clone(buf.Bytes()[n:])
	return b, nil
}

// quoteFileName writes a file name so that nothing in it can end the header (threat
// T7): quote, CR and LF as browsers and curl do. A backslash stays, but for the last one:
// it would hide the closing quote from a reader that knows escapes.
func quoteFileName(name string) string {
	if rest, ok := strings.CutSuffix(name, `\`); ok {
		name = rest + "_"
	}
	return strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A", "\x00", "_").Replace(name)
}

// length is the exact size of the body in bytes.
func (b *formBody) length() int64 {
	return int64(len(b.head)+len(b.tail)) + b.size
}

// hashLimit is up to which size a file is hashed while it is sent, to be compared with
// the etag of the answer. Above it the hash would cost more than the sending.
const hashLimit = 16 << 20

// open returns the body from its start. sent is told the number of bytes after each read.
func (b *formBody) open(sent func(n int)) *bodyReader {
	r := &bodyReader{body: b, sent: sent}
	if b.src != nil && b.part == nil && b.size <= hashLimit {
		r.md5 = md5.New()
	}
	return r
}

// bodyReader reads head, file and tail one after the other. Before the tail, which
// closes the form, it makes sure that the file is still the same: a form that is not
// closed is not kept. The transport may still read when the answer is already here, or
// the upload cancelled: hence the lock, on which nothing but Read ever waits.
type bodyReader struct {
	body *formBody
	sent func(n int)

	mu  sync.Mutex
	at  int64
	err error

	hashing sync.Mutex // held while md5 is at work
	md5     hash.Hash  // nil where nobody wants it
}

func (r *bodyReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return 0, r.err
	}
	n, file, err := r.read(p)
	if r.md5 != nil {
		r.hashing.Lock()
		r.md5.Write(file)
		r.hashing.Unlock()
	}
	return n, err
}

// read reads the next piece, and says which bytes of it are the file's. The lock is held.
func (r *bodyReader) read(p []byte) (n int, file []byte, err error) {
	inFile := r.inFile() > 0
	n, err = r.piece(p)
	r.at += int64(n)
	if n > 0 {
		r.sent(n)
	}
	if err != nil && err != io.EOF {
		r.err = err
	}
	if inFile {
		file = p[:n]
	}
	return n, file, err
}

// inFile is how many bytes of the file are left where the next one is the file's; else 0.
func (r *bodyReader) inFile() int64 {
	at := r.at - int64(len(r.body.head))
	if r.body.src == nil || at < 0 {
		return 0
	}
	return max(r.body.size-at, 0)
}

func (r *bodyReader) piece(p []byte) (int, error) {
	b, at := r.body, r.at
	if at < int64(len(b.head)) {
		return copy(p, b.head[at:]), nil
	}
	at -= int64(len(b.head))
	if b.src != nil {
		if at < b.size {
			return r.readFile(p, at)
		}
		at -= b.size
		if at == 0 {
			if err := b.src.changed(); err != nil {
				return 0, err
			}
		}
	}
	if at >= int64(len(b.tail)) {
		return 0, io.EOF
	}
	return copy(p, b.tail[at:]), nil
}

func (r *bodyReader) readFile(p []byte, at int64) (int, error) {
	src := r.body.src
	if left := r.body.size - at; int64(len(p)) > left {
		p = p[:left]
	}
	n, err := src.ReadAt(p, r.body.from+at)
	if n > 0 {
		return n, nil
	}
	if err == nil || err == io.EOF {
		return 0, src.shorter()
	}
	return 0, &LocalError{Path: src.path, Err: plainPathError(err), Hint: "the system could not read it to its end"}
}

// Close does nothing: the file belongs to the upload, which may outlast one reader.
func (r *bodyReader) Close() error { return nil }

// failure is what went wrong with the file; nil while it is still being read.
func (r *bodyReader) failure() error {
	if !r.mu.TryLock() {
		return nil
	}
	defer r.mu.Unlock()
	return r.err
}

// etag is the MD5 of the whole file in hexadecimal digits; empty where it was not taken.
func (r *bodyReader) etag() string {
	if !r.mu.TryLock() {
		return ""
	}
	defer r.mu.Unlock()
	if r.md5 == nil || r.at < int64(len(r.body.head))+r.body.size {
		return ""
	}
	r.hashing.Lock()
	defer r.hashing.Unlock()
	return hex.EncodeToString(r.md5.Sum(nil))
}

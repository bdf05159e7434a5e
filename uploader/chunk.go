package uploader

import (
	"crypto/rand"
	"fmt"
	"strings"
)

// Sizes of parts, in bytes. Sources: cloudinary_npm docs/upload-large-video.md and
// test/integration/api/uploader/uploader_spec.js.
const (
	// DefaultChunkSize is what the official SDKs send in one part.
	DefaultChunkSize = 20_000_000
	// MinChunkSize is the least that the service takes as a part that is not the last:
	// it has to be larger than 5 MB.
	MinChunkSize = 5<<20 + 1
	// OneRequest as a size of parts sends the whole file in one request.
	OneRequest = -1
)

// Part is a piece of a file that is sent by itself.
type Part struct {
	// Index counts from 0, Count is how many there are.
	Index, Count int
	// First and End are the bytes of the file in the part: First ≤ i < End. Total is the
	// size of the file.
	First, End, Total int64
}

// Size is the length of the part in bytes.
func (p Part) Size() int64 { return p.End - p.First }

// Final reports whether the part ends the file.
func (p Part) Final() bool { return p.End == p.Total }

// ContentRange is the value of the header of that name. Its last byte is inclusive.
func (p Part) ContentRange() string {
	return fmt.Sprintf("bytes %d-%d/%d", p.First, p.End-1, p.Total)
}

// PartAt is the part of a file that begins at byte first, a multiple of chunk. The size
// of the file and chunk are in bytes and greater than 0.
func PartAt(first, size, chunk int64) Part {
	return Part{
		Index: int(first / chunk), Count: int((size-1)/chunk) + 1,
		First: first, End: min(first+chunk, size), Total: size,
	}
}

// newUploadID makes the X-Unique-Upload-Id that the parts of a file share.
func newUploadID() string { return strings.ToLower(rand.Text()) }

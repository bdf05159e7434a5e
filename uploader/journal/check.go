package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
)

// The form of the store's file, as far as it has to be known to tell a sound one: two
// meta pages, of which the valid one of the later transaction counts, and from its root
// a tree of pages. Source: go.etcd.io/bbolt internal/common (meta.go, page.go, bucket.go).
const (
	metaMagic   = 0xED0CDAED
	metaVersion = 2
	headSize    = 16 // of a page
	elementSize = 16 // of an entry on a page
	bucketSize  = 16 // of a bucket's head, in its entry's value

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagFreelist = 0x10
	flagBucket   = 0x01 // of an entry
	maxDepth     = 32   // of the tree
	maxPageSize  = 1 << 24
)

// checkFile reads the structure of the file before the library is given it. The library
// trusts every number in it: a page that is its own child ends the program with a stack
// overflow, and a long list of free pages with a lack of memory, and neither can be
// recovered from. A file that is missing or empty is sound.
func checkFile(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errDamaged
	}
	if info.Size() == 0 {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return (&checker{r: f, size: info.Size(), seen: map[uint64]bool{}}).check()
}

// checker walks the pages that are in use.
type checker struct {
	r        io.ReaderAt
	size     int64
	pageSize int64
	pages    uint64 // the number of pages that were ever used
	seen     map[uint64]bool
}

// meta is what a meta page says.
type meta struct {
	pageSize              int64
	root, freelist, pages uint64
	transaction           uint64
}

func (c *checker) check() error {
	m, err := c.readMeta()
	if err != nil {
		return err
	}
	if c.pages = m.pages; c.pages > uint64(c.size/c.pageSize) {
		return errDamaged
	}
	c.seen[0], c.seen[1] = true, true
	var last []byte
	if err := c.tree(m.root, 0, true, &last); err != nil {
		return err
	}
	return c.freelist(m.freelist)
}

// readMeta finds the meta page that counts. The second one stands a page after the
// first, whose size only a valid one tells.
func (c *checker) readMeta() (meta, error) {
	first, ok := c.metaAt(0)
	c.pageSize = first.pageSize
	for size := int64(1024); !ok && size <= maxPageSize; size *= 2 {
		if m, found := c.metaAt(size); found && m.pageSize == size {
			c.pageSize = size
			return m, nil
		}
	}
	if !ok {
		return meta{}, errDamaged
	}
	second, ok := c.metaAt(c.pageSize)
	if ok && second.pageSize != first.pageSize {
		return meta{}, errDamaged
	}
	if ok && second.transaction > first.transaction {
		return second, nil
	}
	return first, nil
}

func (c *checker) metaAt(off int64) (meta, bool) {
	var b [headSize + 64]byte
	if _, err := c.r.ReadAt(b[:], off); err != nil {
		return meta{}, false
	}
	ne, p := binary.NativeEndian, b[headSize:]
	sum := fnv.New64a()
	_, _ = sum.Write(p[:56])
	m := meta{
		pageSize: int64(ne.Uint32(p[8:])), root: ne.Uint64(p[16:]), freelist: ne.Uint64(p[32:]),
		pages: ne.Uint64(p[40:]), transaction: ne.Uint64(p[48:]),
	}
	ok := ne.Uint32(p) == metaMagic && ne.Uint32(p[4:]) == metaVersion && ne.Uint64(p[56:]) == sum.Sum64() &&
		m.pageSize >= 1024 && m.pageSize <= maxPageSize && m.pageSize&(m.pageSize-1) == 0
	return m, ok
}

// page reads a page with what it overflows into. Each may be used once.
func (c *checker) page(id uint64) (data []byte, flags, count uint16, err error) {
	if id >= c.pages || c.seen[id] {
		return nil, 0, 0, errDamaged
	}
	var head [headSize]byte
	if _, err := c.r.ReadAt(head[:], int64(id)*c.pageSize); err != nil {
		return nil, 0, 0, err
	}
	ne := binary.NativeEndian
	overflow := uint64(ne.Uint32(head[12:]))
	if ne.Uint64(head[:]) != id || overflow >= c.pages-id {
		return nil, 0, 0, errDamaged
	}
	for i := range overflow + 1 {
		if c.seen[id+i] {
			return nil, 0, 0, errDamaged
		}
		c.seen[id+i] = true
	}
	data = make([]byte, int64(overflow+1)*c.pageSize)
	if _, err := c.r.ReadAt(data, int64(id)*c.pageSize); err != nil {
		return nil, 0, 0, err
	}
	return data, ne.Uint16(head[8:]), ne.Uint16(head[10:]), nil
}

// tree walks the pages below one. last is the key that came before.
func (c *checker) tree(id uint64, depth int, buckets bool, last *[]byte) error {
	if depth > maxDepth {
		return errDamaged
	}
	data, flags, count, err := c.page(id)
	if err != nil {
		return err
	}
	switch flags {
	case flagLeaf:
		return c.leaf(data, count, buckets, last)
	case flagBranch:
		return c.branch(data, count, depth, buckets, last)
	}
	return errDamaged
}

func (c *checker) branch(data []byte, count uint16, depth int, buckets bool, last *[]byte) error {
	if count == 0 {
		return errDamaged
	}
	ne := binary.NativeEndian
	for i := range int(count) {
		at := headSize + i*elementSize
		if at+elementSize > len(data) {
			return errDamaged
		}
		if _, err := part(data, at, ne.Uint32(data[at:]), ne.Uint32(data[at+4:])); err != nil {
			return err
		}
		if err := c.tree(ne.Uint64(data[at+8:]), depth+1, buckets, last); err != nil {
			return err
		}
	}
	return nil
}

// leaf checks the entries of a page. Keys ascend through the whole tree.
func (c *checker) leaf(data []byte, count uint16, buckets bool, last *[]byte) error {
	ne := binary.NativeEndian
	for i := range int(count) {
		at := headSize + i*elementSize
		if at+elementSize > len(data) {
			return errDamaged
		}
		flags, pos, keySize := ne.Uint32(data[at:]), ne.Uint32(data[at+4:]), ne.Uint32(data[at+8:])
		key, err := part(data, at, pos, keySize)
		if err != nil || bytes.Compare(key, *last) <= 0 {
			return errDamaged
		}
		*last = key
		if (flags == flagBucket) != buckets || flags > flagBucket {
			return errDamaged // buckets stand at the top, records in them, and nothing else anywhere
		}
		rest := at + int(pos) + int(keySize)
		valueSize := ne.Uint32(data[at+12:])
		if uint64(valueSize) > uint64(len(data)-rest) {
			return errDamaged
		}
		if buckets {
			if err := c.bucket(data[rest : rest+int(valueSize)]); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket checks a bucket: a tree of its own, or, where it is small, a page inside its
// entry.
func (c *checker) bucket(value []byte) error {
	if len(value) < bucketSize {
		return errDamaged
	}
	ne := binary.NativeEndian
	var last []byte
	if root := ne.Uint64(value); root != 0 {
		return c.tree(root, 0, false, &last)
	}
	page := value[bucketSize:]
	if len(page) < headSize || ne.Uint16(page[8:]) != flagLeaf || ne.Uint64(page) != 0 {
		return errDamaged
	}
	return c.leaf(page, ne.Uint16(page[10:]), false, &last)
}

// freelist checks the list of pages that may be written over: none of them is in use.
func (c *checker) freelist(id uint64) error {
	data, flags, count16, err := c.page(id)
	if err != nil {
		return err
	}
	ne := binary.NativeEndian
	count, list := uint64(count16), data[headSize:]
	if count16 == 0xFFFF {
		count, list = ne.Uint64(list), list[8:]
	}
	if flags != flagFreelist || count > uint64(len(list))/8 {
		return errDamaged
	}
	for i := range count {
		free := ne.Uint64(list[8*i:])
		if free >= c.pages || c.seen[free] {
			return errDamaged
		}
		c.seen[free] = true
	}
	return nil
}

// part is a key: size bytes at pos, counted from its entry.
func part(data []byte, at int, pos, size uint32) ([]byte, error) {
	from, to := uint64(at)+uint64(pos), uint64(at)+uint64(pos)+uint64(size)
	if size == 0 || to > uint64(len(data)) {
		return nil, errDamaged
	}
	return data[from:to], nil
}

package uploader

import "testing"

func TestPartAt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, size, chunk int64
		index, count       int
		text               string
		final              bool
	}{
		{0, 25, 10, 0, 3, "bytes 0-9/25", false},
		{10, 25, 10, 1, 3, "bytes 10-19/25", false},
		{20, 25, 10, 2, 3, "bytes 20-24/25", true},
		{0, 10, 10, 0, 1, "bytes 0-9/10", true},
		{10, 20, 10, 1, 2, "bytes 10-19/20", true},
		{10, 11, 10, 1, 2, "bytes 10-10/11", true},
		{0, 10 << 30, DefaultChunkSize, 0, 537, "bytes 0-19999999/10737418240", false},
	} {
		p := PartAt(c.first, c.size, c.chunk)
		if p.Index != c.index || p.Count != c.count || p.ContentRange() != c.text || p.Final() != c.final {
			t.Errorf("%+v: %+v %s", c, p, p.ContentRange())
		}
	}
}

// TestPartsCoverTheFile: the parts follow each other without a gap, whatever the sizes.
func TestPartsCoverTheFile(t *testing.T) {
	t.Parallel()
	for size := int64(1); size < 60; size++ {
		for chunk := int64(1); chunk < 62; chunk++ {
			at, n := int64(0), 0
			for at < size {
				p := PartAt(at, size, chunk)
				if p.First != at || p.Index != n || p.Size() < 1 || p.Size() > chunk || p.Final() != (p.Index == p.Count-1) {
					t.Fatalf("size %d, chunk %d: %+v", size, chunk, p)
				}
				at, n = p.End, n+1
			}
			if at != size {
				t.Fatalf("size %d, chunk %d: ends at %d", size, chunk, at)
			}
		}
	}
}

package render

import (
	"cmp"
	"math/bits"
	"slices"
)

// maxLength is the longest prefix code that WebP has room for.
const maxLength = 15

// prefixCode is a canonical prefix code: for each symbol its length, 0 where the symbol
// does not occur, and its bits in the order in which they are written.
type prefixCode struct {
	lengths []int
	bits    []uint64
	only    int // the one symbol that takes no bits, or -1
}

// newPrefixCode makes a code for symbols that occur so often, in an alphabet that may
// have more of them.
func newPrefixCode(counts []int, alphabet int) prefixCode {
	c := prefixCode{lengths: make([]int, alphabet), bits: make([]uint64, alphabet), only: -1}
	var used []int
	for s, n := range counts {
		if n > 0 {
			used = append(used, s)
		}
	}
	if len(used) < 2 {
		c.only = 0
		if len(used) == 1 {
			c.only = used[0]
		}
		return c
	}
	// Counts are levelled until no code is too long; with equal counts none is.
	weights := slices.Clone(counts)
	for !huffman(c.lengths, weights, used) {
		for _, s := range used {
			weights[s] = weights[s]/2 + 1
		}
	}
	next := uint64(0)
	for length := 1; length <= maxLength; length++ {
		for s, l := range c.lengths {
			if l == length {
				c.bits[s] = bits.Reverse64(next) >> (64 - length)
				next++
			}
		}
		next <<= 1
	}
	return c
}

// huffman works out the lengths for the symbols that are used, at least two, and reports
// whether all of them are short enough.
func huffman(lengths, weights, used []int) bool {
	type node struct {
		weight  int
		symbols []int
	}
	nodes := make([]node, len(used))
	for i, s := range used {
		nodes[i], lengths[s] = node{weights[s], []int{s}}, 0
	}
	for len(nodes) > 1 {
		slices.SortStableFunc(nodes, func(a, b node) int { return cmp.Compare(b.weight, a.weight) })
		a, b := nodes[len(nodes)-1], nodes[len(nodes)-2]
		both := node{a.weight + b.weight, append(a.symbols, b.symbols...)}
		for _, s := range both.symbols {
			lengths[s]++
		}
		nodes = append(nodes[:len(nodes)-2], both)
	}
	return slices.Max(lengths) <= maxLength
}

// bitWriter packs bits, the lowest first.
type bitWriter struct {
	out  []byte
	word uint64
	n    int
}

// write adds the low n bits of v, at most 32.
func (b *bitWriter) write(v uint64, n int) {
	b.word |= v << b.n
	for b.n += n; b.n >= 8; b.n -= 8 {
		b.out = append(b.out, byte(b.word))
		b.word >>= 8
	}
}

// bytes is what was written, filled up to a whole byte.
func (b *bitWriter) bytes() []byte {
	if b.n > 0 {
		b.write(0, 8-b.n)
	}
	return b.out
}

// simple writes the code of an alphabet in which only one symbol occurs.
func (b *bitWriter) simple(symbol int) {
	b.write(1|0<<1|1<<2, 3) // simple, one symbol, of 8 bits
	b.write(uint64(symbol), 8)
}

// code writes a prefix code by its lengths. Each length takes 4 bits: the code for the
// lengths gives 0 to 15 four bits each, and has none of the repetitions.
func (b *bitWriter) code(c prefixCode) {
	if c.only >= 0 {
		b.simple(c.only)
		return
	}
	b.write(0, 1)
	b.write(19-4, 4)
	for _, symbol := range []int{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} {
		if symbol < 16 {
			b.write(4, 3)
		} else {
			b.write(0, 3)
		}
	}
	b.write(0, 1) // all symbols of the alphabet follow
	for _, length := range c.lengths {
		b.write(bits.Reverse64(uint64(length))>>60, 4)
	}
}

// Package jsontree shows a JSON text as a tree that can be folded, searched and copied
// from. The text is indexed, not decoded: a document is a flat list of the lines that
// it would have, pretty-printed, each a few numbers that point into the text. So
// numbers keep their digits, strings their escapes, and ten megabytes open at once.
package jsontree

import (
	"bytes"
	"fmt"
	"math"
	"slices"
)

// MaxDepth is how many levels of nesting are taken apart; what is deeper is one value,
// shown as its text.
const MaxDepth = 1000

// kind is what a line shows.
type kind uint8

const (
	kindObject kind = iota // the line that opens it
	kindArray
	kindString
	kindNumber
	kindTrue
	kindFalse
	kindNull
	kindDeep  // a container below MaxDepth
	kindClose // the line that closes a container
)

const (
	flagDuplicate = 1 << iota // the key stands twice in its object
	flagOpen                  // the container never ends: the text was cut
)

// node is one line. Offsets are in bytes of the text.
type node struct {
	key   uint32 // of the key's opening quote; noKey where there is none
	val   uint32 // of the value's first byte; of the bracket for kindClose
	next  int32  // containers: the index of the line that closes it; kindClose: of the one that opens
	depth uint16
	kind  kind
	flags uint8
}

const noKey = math.MaxUint32

// Doc is an indexed text. It is never modified after [Parse].
type Doc struct {
	text  []byte
	nodes []node
}

// ParseError says where a text stops being JSON.
type ParseError struct {
	Offset  int
	Problem string
}

func (e *ParseError) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.Problem) }

// Parse indexes a text. Where it is damaged or cut, the error is a [*ParseError] and
// the document holds everything in front of the damage. It does not recurse, and it
// keeps the text, which must not change afterwards. Texts of 4 GiB or more are refused.
func Parse(text []byte) (*Doc, error) {
	if len(text) >= math.MaxUint32 {
		return &Doc{}, &ParseError{0, "the text is too long"}
	}
	p := parser{text: text, at: len(text) - len(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))}
	p.nodes = make([]node, 0, len(text)/11+8) // an answer of the API has a line every 12 to 17 bytes
	err := p.run()
	for _, open := range p.stack { // what was never closed ends where the text does
		p.nodes[open].next = int32(len(p.nodes))
		p.nodes[open].flags |= flagOpen
	}
	d := &Doc{text: text, nodes: slices.Clip(p.nodes)}
	if err != nil {
		return d, err
	}
	return d, nil
}

type parser struct {
	text  []byte
	at    int
	nodes []node
	stack []int32
}

func (p *parser) fail(problem string) error { return &ParseError{p.at, problem} }

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// run reads one value and makes sure that nothing follows it.
func (p *parser) run() error {
	if err := p.value(noKey); err != nil {
		return err
	}
	for len(p.stack) > 0 {
		if err := p.member(); err != nil {
			return err
		}
	}
	p.space()
	if p.at < len(p.text) {
		return p.fail("there is something behind the end of the document")
	}
	return nil
}

// member reads what follows inside the innermost container: the next value, or its end.
func (p *parser) member() error {
	open := p.stack[len(p.stack)-1]
	isObject := p.nodes[open].kind == kindObject
	first := int(open) == len(p.nodes)-1
	p.space()
	if p.at >= len(p.text) {
		return p.fail("the text ends inside " + p.nodes[open].kind.words())
	}
	c := p.text[p.at]
	if c == '}' && isObject || c == ']' && !isObject {
		p.close(open)
		return nil
	}
	if !first {
		if c != ',' {
			return p.fail("a comma is missing")
		}
		p.at++
		p.space()
	}
	if !isObject {
		return p.value(noKey)
	}
	if p.at >= len(p.text) {
		return p.fail("the text ends inside an object")
	}
	if p.text[p.at] != '"' {
		return p.fail("a key in quotes is missing")
	}
	key := p.at
	if err := p.skipString(); err != nil {
		return err
	}
	p.space()
	if p.at >= len(p.text) || p.text[p.at] != ':' {
		return p.fail("a colon is missing")
	}
	p.at++
	return p.value(uint32(key))
}

func (k kind) words() string {
	if k == kindObject {
		return "an object"
	}
	return "an array"
}

func (p *parser) close(open int32) {
	n := &p.nodes[open]
	n.next = int32(len(p.nodes))
	if n.kind == kindObject {
		p.flagDuplicates(open)
	}
	p.nodes = append(p.nodes, node{key: noKey, val: uint32(p.at), next: open, depth: n.depth, kind: kindClose})
	p.stack = p.stack[:len(p.stack)-1]
	p.at++
}

// value reads a scalar, or opens a container.
func (p *parser) value(key uint32) error {
	p.space()
	if p.at >= len(p.text) {
		return p.fail("the text ends where a value should be")
	}
	n := node{key: key, val: uint32(p.at), depth: uint16(len(p.stack))}
	var err error
	switch c := p.text[p.at]; {
	case c == '{' || c == '[':
		n.kind = kindObject
		if c == '[' {
			n.kind = kindArray
		}
		if len(p.stack) >= MaxDepth {
			n.kind = kindDeep
			err = p.skipDeep()
			break
		}
		p.at++
		p.stack = append(p.stack, int32(len(p.nodes)))
	case c == '"':
		n.kind = kindString
		err = p.skipString()
	case c == '-' || c >= '0' && c <= '9':
		n.kind = kindNumber
		err = p.skipNumber()
	default:
		n.kind, err = p.word()
	}
	if err != nil {
		return err
	}
	p.nodes = append(p.nodes, n)
	return nil
}

func (p *parser) word() (kind, error) {
	for _, w := range []struct {
		text string
		kind kind
	}{{"true", kindTrue}, {"false", kindFalse}, {"null", kindNull}} {
		if bytes.HasPrefix(p.text[p.at:], []byte(w.text)) {
			p.at += len(w.text)
			return w.kind, nil
		}
	}
	return 0, p.fail("this is no JSON value")
}

func (p *parser) skipString() error {
	start := p.at
	p.at++
	for p.at < len(p.text) {
		i := bytes.IndexByte(p.text[p.at:], '"')
		if i < 0 {
			break
		}
		escaped := p.at + i
		for escaped > start+1 && p.text[escaped-1] == '\\' {
			escaped--
		}
		p.at += i + 1
		if (p.at-1-escaped)%2 == 0 {
			return nil
		}
	}
	p.at = len(p.text)
	return p.fail("the text ends inside a string")
}

func (p *parser) skipNumber() error {
	start := p.at
	for p.at < len(p.text) {
		c := p.text[p.at]
		if c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E' {
			p.at++
			continue
		}
		break
	}
	if last := p.text[p.at-1]; last < '0' || last > '9' {
		p.at = start
		return p.fail("this is no number")
	}
	return nil
}

// skipDeep passes over a container that is too deep to be taken apart.
func (p *parser) skipDeep() error {
	depth := 0
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case '"':
			if err := p.skipString(); err != nil {
				return err
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		p.at++
		if depth == 0 {
			return nil
		}
	}
	return p.fail("the text ends inside brackets")
}

// flagDuplicates marks the keys of an object that stand in it more than once.
func (p *parser) flagDuplicates(open int32) {
	var room [64]int32
	members := room[:0]
	for i := open + 1; i < int32(len(p.nodes)); i = p.after(i) {
		members = append(members, i)
	}
	if len(members) > len(room) {
		slices.SortFunc(members, func(a, b int32) int { return bytes.Compare(p.keyText(a), p.keyText(b)) })
		for i := 1; i < len(members); i++ {
			if bytes.Equal(p.keyText(members[i-1]), p.keyText(members[i])) {
				p.nodes[members[i]].flags |= flagDuplicate
			}
		}
		return
	}
	for i := range members {
		k := p.keyText(members[i])
		for j := range i {
			if other := p.keyText(members[j]); len(k) == len(other) && bytes.Equal(k, other) {
				p.nodes[members[i]].flags |= flagDuplicate
				break
			}
		}
	}
}

// after is the line behind the member that begins at line i.
func (p *parser) after(i int32) int32 {
	if k := p.nodes[i].kind; k == kindObject || k == kindArray {
		return p.nodes[i].next + 1
	}
	return i + 1
}

func (p *parser) keyText(i int32) []byte { return stringAt(p.text, int(p.nodes[i].key)) }

// stringAt is the string literal that begins at an offset, with its quotes.
func stringAt(text []byte, at int) []byte {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[at : i+1]
		}
	}
	return text[at:]
}

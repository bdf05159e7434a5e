package jsontree

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"math"
	"slices"
)

// Parse indexes a text. Where it is damaged or cut, the error is a [*ParseError] and
// the document holds everything in front of the damage. It does not recurse, and it
// keeps the text, which must not change afterwards. Texts of 4 GiB or more are refused.
func Parse(text []byte) (*Doc, error) {
	if len(text) >= math.MaxUint32 {
		return &Doc{}, &ParseError{0, "the text is too long"}
	}
	p := parser{text: text, seed: maphash.MakeSeed(), at: len(text) - len(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))}
	p.nodes = make([]node, 0, len(text)/12+8)
	err := p.run()
	for len(p.stack) > 0 { // what was never closed ends where the text does
		f := p.stack[len(p.stack)-1]
		p.nodes[f.open].next = int32(len(p.nodes))
		p.nodes[f.open].flags |= flagOpen
		p.flagDuplicates(p.keys[f.keys:])
		p.keys, p.stack = p.keys[:f.keys], p.stack[:len(p.stack)-1]
	}
	return &Doc{text: text, nodes: p.nodes}, err
}

type parser struct {
	text  []byte
	at    int
	nodes []node
	stack []frame
	keys  []member // of the objects that are open, the innermost last
	seed  maphash.Seed
}

// frame is a container that is open.
type frame struct {
	open int32 // its line
	keys int32 // where its members begin in parser.keys
}

// member is a line with a key, and the hash of that.
type member struct {
	hash uint32
	line int32
}

func (p *parser) fail(problem string) error { return &ParseError{p.at, problem} }

func (p *parser) space() {
	for p.at < len(p.text) && p.text[p.at] <= ' ' {
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
	if err := p.value(-1); err != nil {
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
	f := &p.stack[len(p.stack)-1]
	isObject := p.nodes[f.open].kind == kindObject
	p.space()
	if p.at >= len(p.text) {
		return p.fail("the text ends inside " + p.nodes[f.open].kind.words())
	}
	c := p.text[p.at]
	if c == '}' && isObject || c == ']' && !isObject {
		p.close()
		return nil
	}
	if int(f.open) != len(p.nodes)-1 { // it is not the first
		if c != ',' {
			return p.fail("a comma is missing")
		}
		p.at++
		p.space()
	}
	if !isObject {
		return p.value(-1)
	}
	return p.pair()
}

// pair reads a key and its value.
func (p *parser) pair() error {
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
	hash := uint32(maphash.Bytes(p.seed, p.text[key:p.at]))
	p.space()
	if p.at >= len(p.text) || p.text[p.at] != ':' {
		return p.fail("a colon is missing")
	}
	p.at++
	line := len(p.nodes)
	p.keys = append(p.keys, member{hash, int32(line)}) // before a container begins its own
	err := p.value(key)
	if len(p.nodes) == line {
		p.keys = p.keys[:len(p.keys)-1]
	}
	return err
}

func (k kind) words() string {
	if k == kindObject {
		return "an object"
	}
	return "an array"
}

// close ends the innermost container.
func (p *parser) close() {
	f := p.stack[len(p.stack)-1]
	n := &p.nodes[f.open]
	n.next = int32(len(p.nodes))
	p.flagDuplicates(p.keys[f.keys:])
	p.keys, p.stack = p.keys[:f.keys], p.stack[:len(p.stack)-1]
	p.nodes = append(p.nodes, node{at: uint32(p.at), next: f.open, depth: n.depth, kind: kindClose})
	p.at++
}

// value reads a scalar, or opens a container. key is the offset of its key; -1 is none.
func (p *parser) value(key int) error {
	p.space()
	if p.at >= len(p.text) {
		return p.fail("the text ends where a value should be")
	}
	n := node{at: uint32(p.at), depth: uint16(len(p.stack))}
	if key >= 0 {
		n.at, n.flags = uint32(key), flagKey
	}
	var err error
	switch c := p.text[p.at]; {
	case c == '"':
		n.kind = kindString
		err = p.skipString()
	case c == '-' || c >= '0' && c <= '9':
		n.kind = kindNumber
		err = p.skipNumber()
	case c != '{' && c != '[':
		n.kind, err = p.word()
	case len(p.stack) >= MaxDepth:
		n.kind = kindDeep
		err = p.skipDeep()
	default:
		n.kind = kindObject
		if c == '[' {
			n.kind = kindArray
		}
		p.at++
		p.stack = append(p.stack, frame{open: int32(len(p.nodes)), keys: int32(len(p.keys))})
	}
	if err != nil {
		return err
	}
	p.nodes = append(p.nodes, n)
	return nil
}

// flagDuplicates marks the keys of one object that stand in it more than once. They are
// compared as written, quotes and escapes included.
func (p *parser) flagDuplicates(members []member) {
	if len(members) > 16 {
		slices.SortFunc(members, func(a, b member) int {
			return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.line, b.line))
		})
		for i := range members {
			for j := i - 1; j >= 0 && members[j].hash == members[i].hash; j-- {
				if p.sameKey(members[i].line, members[j].line) {
					p.nodes[members[i].line].flags |= flagDuplicate
					break
				}
			}
		}
		return
	}
	for i := range members {
		for j := range i {
			if members[j].hash == members[i].hash && p.sameKey(members[i].line, members[j].line) {
				p.nodes[members[i].line].flags |= flagDuplicate
				break
			}
		}
	}
}

func (p *parser) sameKey(a, b int32) bool {
	return bytes.Equal(stringAt(p.text, int(p.nodes[a].at)), stringAt(p.text, int(p.nodes[b].at)))
}

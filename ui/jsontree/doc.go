// Package jsontree shows a JSON text as a tree that can be folded, searched and copied
// from. The text is indexed, not decoded: a document is a flat list of the lines that
// it would have, pretty-printed, each a few numbers that point into the text. So
// numbers keep their digits, strings their escapes, and ten megabytes open at once.
package jsontree

import "fmt"

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
	flagKey                   // the line begins with a key
)

// node is one line, in twelve bytes: an answer has a line every 12 to 17.
type node struct {
	at    uint32 // the offset in the text of the key, or of the value where it has none
	next  int32  // containers: the index of the line that closes it; kindClose: of the one that opens
	depth uint16
	kind  kind
	flags uint8
}

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

// afterKey is the offset of the value behind the key that begins at an offset.
func afterKey(text []byte, at int) int {
	at += len(stringAt(text, at))
	for at < len(text) {
		switch text[at] {
		case ' ', '\t', '\n', '\r', ':':
			at++
		default:
			return at
		}
	}
	return at
}

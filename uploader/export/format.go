package export

import (
	"slices"

	"signpost/signer/visible"
	"signpost/uploader"
)

// Proof says how a dialect is checked before a release.
type Proof uint8

const (
	// Executed: what it sends was compared byte for byte, by running it for real.
	Executed Proof = iota
	// Parsed: a parser of the language accepts it and reads the same values back.
	Parsed
	// Unchecked: neither of the two; a table of cases was read by a person.
	Unchecked
)

// String is the proof in a word.
func (p Proof) String() string {
	switch p {
	case Executed:
		return "executed"
	case Parsed:
		return "parsed"
	}
	return "unchecked"
}

// Format is one way to write a prepared request down.
type Format struct {
	// ID is what --as takes: curl, curl-line, fish, powershell, node …
	ID string
	// Group is the heading in the chooser: shell, code, server, text.
	Group visible.Text
	Title visible.Text
	Proof Proof
	// Ext is the extension of a file that holds it, with the dot.
	Ext  string
	make func(uploader.Prepared) (Snippet, error)
}

// Snippet is a request in another language. Text holds no secret and draws as it is:
// [visible.CleanLines] changes nothing in it.
type Snippet struct {
	Text string
	// Notes say what a person has to know: what the text needs, how long it is good,
	// what it cannot express. They are ours, but for values in quotes.
	Notes []string
}

// Formats are all formats in the order of the chooser.
func Formats() []Format { return slices.Clone(formats) }

// Find returns the format of an ID.
func Find(id string) (Format, bool) {
	i := slices.IndexFunc(formats, func(f Format) bool { return f.ID == id })
	if i < 0 {
		return Format{}, false
	}
	return formats[i], true
}

// Make writes the request down. Where there is an error there is no snippet; errors are
// those of [Curl], or a [*uploader.LocalError] with the reason and a hint.
func (f Format) Make(p uploader.Prepared) (Snippet, error) { return f.make(p) }

// formats is filled from the files of each family.
var formats = slices.Concat(shellFormats, codeFormats, serverFormats, textFormats)

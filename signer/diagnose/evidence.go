package diagnose

import (
	"slices"
	"strings"
	"time"

	"signpost/signer"
)

// Evidence is everything that is known of a refused upload. Each part may be missing.
type Evidence struct {
	// Message is the service's error message; empty where there is none.
	Message string
	// Signature is the one that the client sent, as the message quotes it. Where the
	// message does not, the field signature of Params or of Attempt counts.
	Signature string
	// Strings are the readings of the string to sign that the message quotes, the most
	// plausible first: a text that was wrapped or escaped can be read in several ways.
	Strings []string
	// Cut is true where the end of the string to sign is missing.
	Cut bool
	// Params are the fields as the server received them, in that order.
	Params []signer.Param
	// Attempt are the fields as the attempted command or call sends them; Typed are the
	// same as they stand in its text, before a shell and curl read it. Command is that text.
	Attempt, Typed []signer.Param
	Command        string
	// CloudName and APIKey are those of the request, or else of the account here.
	CloudName, APIKey string
	// Account is the identity held here, its secret exactly as it stands. Others are
	// further ones, such as saved profiles. None of them is changed by a diagnosis, and
	// none is a part of what is examined.
	Account Identity
	Others  []Identity
	// Lines are what stands behind the name of the secret in its file, where that is more
	// than the secret: a comment, quotes, blanks.
	Lines []signer.Secret
	// Names are the upload parameters that are known.
	Names []string
	// Worked is true where an earlier upload of the account succeeded.
	Worked bool
	// Now is our clock, Server the one of the answer's Date header; zero where unknown.
	Now, Server time.Time
}

// Identity is an account that is held here.
type Identity struct {
	// Name is how to call it: a profile, or where it comes from.
	Name, CloudName, APIKey string
	Secret                  signer.Secret
}

// exam is a case that is being worked on.
type exam struct {
	Evidence
	secret  string
	names   map[string]bool
	sent    string // the signature as it was sent
	hasSent bool
	target  target
	bases   []base
	locale  []collator
	tried   int
}

// base is a reading of what the server signed, from which variants are made.
type base struct {
	form form
	// mistakes are those that it takes to get to it from what the server saw.
	mistakes []mistake
}

func newExam(e Evidence) *exam {
	x := &exam{Evidence: e, names: map[string]bool{}}
	e.Account.Secret.Reveal(func(text string) { x.secret = text })
	for _, n := range e.Names {
		x.names[n] = true
	}
	for _, n := range []string{"timestamp", "source", "callback", "upload_preset", "public_id", "folder", "tags", "eager"} {
		x.names[n] = true
	}
	x.sent, x.hasSent = e.Signature, e.Signature != ""
	for _, list := range [][]signer.Param{e.Params, e.Attempt} {
		if x.hasSent {
			break
		}
		for _, p := range list {
			if p.Name == "signature" {
				x.sent, x.hasSent = p.Value, true
			}
		}
	}
	if x.CloudName == "" {
		x.CloudName = e.Account.CloudName
	}
	if x.APIKey == "" {
		x.APIKey = e.Account.APIKey
	}
	x.target = readTarget(x.sent)
	x.readBases()
	return x
}

func (x *exam) known(name string) bool { return x.names[strings.TrimSuffix(name, "[]")] }

// maxText bounds a string to sign that is searched with.
const maxText = 64 << 10

// readBases collects what the server can have signed: the quoted string, split in each
// way, and what it received.
func (x *exam) readBases() {
	add := func(f form) {
		if len(f.pairs) == 0 || slices.ContainsFunc(x.bases, func(b base) bool { return slices.Equal(b.form.pairs, f.pairs) }) {
			return
		}
		x.bases = append(x.bases, base{form: f})
	}
	for _, s := range x.Strings {
		if len(s) > maxText {
			continue
		}
		for _, f := range split(s, x.known) {
			add(f)
		}
	}
	if len(x.Params) > 0 {
		f := received(x.Params)
		if two, differs := f.v2(); differs {
			add(two)
		}
		add(f)
	}
	if len(x.bases) == 0 && !isInvalidSignature(x.Message) && len(x.Attempt) > 0 {
		// Nothing of the server is known: what the command sends is all there is.
		f := received(x.Attempt)
		if two, differs := f.v2(); differs {
			add(two)
		}
		add(f)
	}
}

// seen is what the server signed, in the most plausible reading.
func (x *exam) seen() form {
	if len(x.bases) > 0 {
		return x.bases[0].form
	}
	return form{}
}

// field is a value of the request: as the server received it, or as it was attempted.
func (x *exam) field(name string) (string, bool) {
	for _, list := range [][]signer.Param{x.Params, x.Attempt, x.Typed} {
		for _, p := range list {
			if p.Name == name {
				return p.Value, true
			}
		}
	}
	return "", false
}

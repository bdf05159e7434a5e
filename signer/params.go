package signer

import "strings"

// Param is one parameter as it goes over the wire: lists already joined, nothing
// URL-encoded.
type Param struct {
	Name, Value string
}

// Reason says by which rule a parameter is not part of the string to sign.
type Reason uint8

// The rules, in the order in which they are looked at.
const (
	Kept      Reason = iota
	Excluded         // file, cloud_name, resource_type, api_key
	Signature        // the signature cannot sign itself
	Empty            // no value
	Off              // switched off by the person; neither signed nor sent
)

// Words says the rule in a sentence that fits behind the parameter's name.
func (r Reason) Words() string {
	switch r {
	case Excluded:
		return "never signed: file, api_key, cloud_name and resource_type stay out"
	case Signature:
		return "never signed: a signature cannot contain itself"
	case Empty:
		return "empty: neither signed nor sent"
	case Off:
		return "switched off: neither signed nor sent"
	}
	return ""
}

// LeftOut is a parameter that is not signed, with the rule that says so.
type LeftOut struct {
	Param
	Reason Reason
}

// ReasonFor says whether the upload call leaves the parameter out of the string to
// sign, and why. Source: documentation/authentication_signatures.
func ReasonFor(p Param) Reason {
	switch p.Name {
	case "file", "cloud_name", "resource_type", "api_key":
		return Excluded
	case "signature":
		return Signature
	}
	if p.Value == "" {
		return Empty
	}
	return Kept
}

// LeaveOut is the visible level above [Sign]: it parts the parameters of a form into
// those that are signed and those that are not. The order of each part is that of
// the input, which is not modified.
func LeaveOut(params []Param) (signed []Param, left []LeftOut) {
	signed = make([]Param, 0, len(params))
	for _, p := range params {
		if r := ReasonFor(p); r != Kept {
			left = append(left, LeftOut{p, r})
			continue
		}
		signed = append(signed, p)
	}
	return signed, left
}

// CheckName returns a [*ParamError] unless the name is one that an upload parameter
// can have: lower-case letters, digits and underscores. Names come from a form, and a
// name with & or = in it would smuggle further parameters into the string to sign.
func CheckName(name string) error {
	if name == "" {
		return &ParamError{Name: name, Problem: "has no name"}
	}
	if i := strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_')
	}); i >= 0 {
		return &ParamError{Name: name, Problem: "has a name with something else than a-z, 0-9 and _ in it"}
	}
	return nil
}

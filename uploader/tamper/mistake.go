package tamper

import (
	"fmt"
	"strings"
	"time"
)

// Kind is what a mistake does. Its text is stable: files hold it.
type Kind string

// The kinds.
const (
	Unsigned     Kind = "unsigned"     // NAME is sent, and not signed
	Unsent       Kind = "unsent"       // NAME is signed, and not sent
	Change       Kind = "change"       // NAME is sent with VALUE, and signed as it was
	SignAs       Kind = "sign-as"      // NAME is signed as VALUE, and sent as it is
	Swap         Kind = "swap"         // NAME and the parameter VALUE change places in the string
	Unsorted     Kind = "unsorted"     // the string keeps the form's order
	Encode       Kind = "encode"       // NAME, or every value, is URL-encoded before signing
	Age          Kind = "age"          // the timestamp is VALUE older, signed and sent (1h30m, -24h)
	Milliseconds Kind = "milliseconds" // the timestamp is signed in milliseconds and sent in seconds
	SignToo      Kind = "sign-too"     // NAME, which is never signed, is signed
	SignEmpty    Kind = "sign-empty"   // NAME is signed with no value; it is not sent
	Quoted       Kind = "quoted"       // the secret has double quotes around it
	Newline      Kind = "newline"      // the secret has a line end behind it
	Secret       Kind = "secret"       // VALUE is in the secret's place
	HMAC         Kind = "hmac"         // the secret is the key of an HMAC, not appended
	OtherHash    Kind = "other-hash"   // SHA-256 in place of SHA-1, or SHA-1 in place of SHA-256
	NoSignature  Kind = "no-signature" // neither signature nor API key is sent
	Key          Kind = "key"          // the API key that is sent is VALUE
	Cloud        Kind = "cloud"        // the cloud name in the address is VALUE
	Cut          Kind = "cut"          // NAME is sent up to its first &, as by a shell
)

// Info describes a kind.
type Info struct {
	Kind Kind
	// Name and Value say whether the mistake needs them; OptionalName may be left out.
	Name, Value, OptionalName bool
	// Words is a sentence about it. The letters N and V in it, in braces, stand for name
	// and value.
	Words string
}

// Kinds are all kinds, those about parameters first.
var Kinds = []Info{
	{Kind: Unsigned, Name: true, Words: "{N} is sent, and not signed"},
	{Kind: Unsent, Name: true, Words: "{N} is signed, and not sent"},
	{Kind: Change, Name: true, Value: true, Words: "{N} is changed to {V} after signing"},
	{Kind: SignAs, Name: true, Value: true, Words: "{N} is signed as {V}, and sent otherwise"},
	{Kind: Swap, Name: true, Value: true, Words: "{N} and {V} change places in the string to sign"},
	{Kind: Unsorted, Words: "the parameters are not sorted"},
	{Kind: Encode, OptionalName: true, Words: "values are URL-encoded before signing"},
	{Kind: Cut, Name: true, Words: "{N} is sent up to its first &: the shell ate the rest"},
	{Kind: SignToo, Name: true, Words: "{N} is signed, which never is"},
	{Kind: SignEmpty, Name: true, Words: "{N} is signed, and has no value"},
	{Kind: Age, Value: true, Words: "the timestamp is off by {V}"},
	{Kind: Milliseconds, Words: "the timestamp is signed in milliseconds and sent in seconds"},
	{Kind: Quoted, Words: "the secret has its quotes around it"},
	{Kind: Newline, Words: "the secret has a line end behind it"},
	{Kind: Secret, Value: true, Words: "another secret signs"},
	{Kind: HMAC, Words: "an HMAC is sent in place of a hash"},
	{Kind: OtherHash, Words: "the other hash is used"},
	{Kind: NoSignature, Words: "signature and API key are not sent"},
	{Kind: Key, Value: true, Words: "the API key {V} is sent"},
	{Kind: Cloud, Value: true, Words: "the address names the cloud {V}"},
}

// Mistake is one mistake as data. Which of Name and Value count is in [Kinds].
type Mistake struct {
	Kind        Kind
	Name, Value string
}

// Parse reads the text form: the kind, then a name and a value where it takes them, parted
// by blanks; the value goes to the end of the text. The error says what is wrong.
func Parse(text string) (Mistake, error) {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	info, ok := find(Kind(word))
	if !ok {
		return Mistake{}, fmt.Errorf("mistake %q is unknown: use one of %s", word, names())
	}
	m := Mistake{Kind: info.Kind}
	rest = strings.TrimSpace(rest)
	if info.Name || info.OptionalName {
		m.Name, rest, _ = strings.Cut(rest, " ")
		rest = strings.TrimSpace(rest)
	}
	m.Value = rest
	return m, m.check()
}

// String is the text form, which [Parse] reads.
func (m Mistake) String() string {
	text := string(m.Kind)
	for _, part := range []string{m.Name, m.Value} {
		if part != "" {
			text += " " + part
		}
	}
	return text
}

// Words is a sentence about the mistake. Name and value in it may come from outside.
func (m Mistake) Words() string {
	info, _ := find(m.Kind)
	return strings.NewReplacer("{N}", m.Name, "{V}", m.Value).Replace(info.Words)
}

// check says what a mistake lacks, or has too much of.
func (m Mistake) check() error {
	info, ok := find(m.Kind)
	switch {
	case !ok:
		return fmt.Errorf("mistake %q is unknown: use one of %s", m.Kind, names())
	case info.Name && m.Name == "":
		return fmt.Errorf("mistake %s needs the name of a parameter", m.Kind)
	case !info.Name && !info.OptionalName && m.Name != "":
		return fmt.Errorf("mistake %s takes no name", m.Kind)
	case info.Value && m.Value == "":
		return fmt.Errorf("mistake %s needs a value", m.Kind)
	case !info.Value && m.Value != "":
		return fmt.Errorf("mistake %s does not know what to do with %q", m.Kind, m.Value)
	}
	if m.Kind == Age {
		if _, err := time.ParseDuration(m.Value); err != nil {
			return fmt.Errorf("mistake age: %q is no duration: write 2h, 90m or -24h", m.Value)
		}
	}
	return nil
}

func find(k Kind) (Info, bool) {
	for _, i := range Kinds {
		if i.Kind == k {
			return i, true
		}
	}
	return Info{}, false
}

// names lists the kinds for an error.
func names() string {
	all := make([]string, len(Kinds))
	for i, k := range Kinds {
		all[i] = string(k.Kind)
	}
	return strings.Join(all, ", ")
}

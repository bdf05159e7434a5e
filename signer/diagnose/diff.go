package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"signpost/signer"
	"signpost/signer/visible"
)

// Difference is one parameter in what was signed, in what was sent and in what the
// server saw.
type Difference struct {
	Name string
	// Signed, Sent and Seen are its values; Has… tell an empty one from none.
	Signed, Sent, Seen          string
	HasSigned, HasSent, HasSeen bool
	// At is the offset in bytes of the first difference between Signed and Seen, or else
	// between Sent and Seen; -1 where a side is missing or they are equal.
	At int
	// SignedBytes and SeenBytes are the bytes around At where one of them cannot be seen,
	// or looks like the other.
	SignedBytes, SeenBytes string
}

// Same reports whether all sides that are known agree.
func (d Difference) Same() bool {
	signed := !d.HasSigned || !d.HasSeen || d.Signed == d.Seen
	return signed && d.At < 0 && (d.HasSigned == d.HasSeen || !d.HasSigned && d.HasSent)
}

// complete adds what is told with every verdict, and takes secrets out.
func (x *exam) complete(d *Diagnosis) {
	d.Signature = x.sent
	d.Seen = x.seen().text()
	if len(x.Attempt) > 0 {
		d.Sent = received(x.Attempt).text()
	}
	if d.Causes == nil {
		d.Causes = []int{}
	}
	if d.Alternatives == nil {
		d.Alternatives = []int{}
	}
	d.Differences = x.differences(*d)
	d.Clock = x.clock()
	if d.Clock.Known && d.Clock.Skew.Abs().Minutes() > 1 {
		d.Notes = append(d.Notes, "our clock and the service's are "+d.Clock.Skew.Abs().String()+" apart")
	}
	x.redact(d)
	if p := d.Places; len(p) == 1 && p[0].End > 0 {
		d.Sentence += fmt.Sprintf(" (bytes %d to %d of the %s)", p[0].Start+1, p[0].End, p[0].In)
	}
}

func (x *exam) differences(d Diagnosis) []Difference {
	seen := x.seen()
	var signed form
	if d.HasSigned {
		signed = split(d.Signed, func(n string) bool { _, ok := seen.get(n); return ok || x.known(n) })[0]
	}
	var sent form
	if len(x.Attempt) > 0 {
		sent = received(x.Attempt)
	}
	if !d.HasSigned && len(x.Attempt) == 0 {
		return nil // there is nothing to compare with
	}
	var names []string
	for _, f := range []form{seen, signed, sent} {
		for _, p := range f.pairs {
			if !slices.Contains(names, p.name) && len(names) < 200 {
				names = append(names, p.name)
			}
		}
	}
	slices.Sort(names)
	var out []Difference
	for _, n := range names {
		one := Difference{Name: n, At: -1}
		one.Signed, one.HasSigned = signed.get(n)
		one.Sent, one.HasSent = sent.get(n)
		one.Seen, one.HasSeen = seen.get(n)
		left, has := one.Signed, one.HasSigned
		if !d.HasSigned {
			left, has = one.Sent, one.HasSent
		}
		if has && one.HasSeen && left != one.Seen {
			one.At = firstDifference(left, one.Seen)
			one.SignedBytes, one.SeenBytes = around8(left, one.At), around8(one.Seen, one.At)
			if !visible.Dirty(left) && !visible.Dirty(one.Seen) && isASCII(left) && isASCII(one.Seen) {
				one.SignedBytes, one.SeenBytes = "", ""
			}
		}
		out = append(out, one)
	}
	return out
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// firstDifference is the offset of the first character in which two texts differ.
func firstDifference(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	for i > 0 && i < len(a) && !utf8.RuneStart(a[i]) {
		i--
	}
	return i
}

// around8 are the bytes from at on, eight at most.
func around8(s string, at int) string { return Bytes(s[min(at, len(s)):min(at+8, len(s))]) }

// redact takes every secret out of a diagnosis, by value and in any form.
func (x *exam) redact(d *Diagnosis) {
	r := x.redactor()
	clean := func(s *string) { *s = r.Clean(*s) }
	for _, s := range []*string{&d.Sentence, &d.Fix.Words, &d.Signed, &d.Seen, &d.Sent, &d.Signature, &d.Control} {
		clean(s)
	}
	for i := range d.Notes {
		clean(&d.Notes[i])
	}
	for i := range d.Places {
		clean(&d.Places[i].Text)
		d.Places[i].settle(d.Seen, d.Signed)
	}
	for i := range d.Ranked {
		clean(&d.Ranked[i].Why)
	}
	for i := range d.Differences {
		one := &d.Differences[i]
		before := *one
		for _, s := range []*string{&one.Name, &one.Signed, &one.Sent, &one.Seen} {
			clean(s)
		}
		if before != *one {
			one.SignedBytes, one.SeenBytes = "", ""
		}
	}
	for i, p := range d.Fix.Params {
		d.Fix.Params[i] = signer.Param{Name: r.Clean(p.Name), Value: r.Clean(p.Value)}
	}
}

// settle points a place into the texts as they are shown, where a mask may have moved it.
func (p *Place) settle(seen, signed string) {
	text := map[string]string{"string to sign": seen, "signed text": signed}[p.In]
	if p.End <= len(text) && text[p.Start:p.End] == p.Text {
		return
	}
	p.Start, p.End = 0, 0
	if at := indexParam(text, p.Text); at >= 0 && p.Text != "" {
		p.Start, p.End = at, at+len(p.Text)
	}
}

func (x *exam) redactor() *Redactor {
	secrets := []signer.Secret{x.Account.Secret}
	for _, o := range x.Others {
		secrets = append(secrets, o.Secret)
	}
	return NewRedactor(secrets...)
}

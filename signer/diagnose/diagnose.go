package diagnose

import (
	"slices"
	"strings"

	"signpost/signer"
)

// Verdict says how much is known.
type Verdict string

// The verdicts. Proved means that a variant with the named mistakes reproduces the
// signature, byte for byte; Likely rests on other evidence; Unknown is neither.
const (
	OK      Verdict = "ok"
	Expired Verdict = "expired"
	Proved  Verdict = "proved"
	Likely  Verdict = "likely"
	Unknown Verdict = "unknown"
)

// Diagnosis is what was found. No text in it holds a secret that is held here.
type Diagnosis struct {
	Verdict Verdict
	// Causes are numbers of [Causes]: none, one, or two that together explain it.
	Causes []int
	// Alternatives are causes that could stand in place of one of Causes: they give the
	// same bytes, or rest on the same evidence. At most three.
	Alternatives []int
	// Sentence names the mistake and its place. It has no full stop.
	Sentence string
	Places   []Place
	Fix      Fix
	// Tried is how many variants were hashed.
	Tried int
	// Signed is what the client hashed, without the secret, where that is known; Seen is
	// what the server signed; Sent what the command sends. HasSigned tells an empty text
	// from none.
	Signed, Seen, Sent string
	HasSigned          bool
	// Signature is the one that was examined.
	Signature string
	// Differences are between Signed (or Sent) and Seen, by name.
	Differences []Difference
	// Ranked is what remains to be looked at where nothing was found, the most frequent
	// first. It is no finding.
	Ranked []Guess
	// Control is a test that tells what is left apart.
	Control string
	// Notes are further things to know, such as about the clock.
	Notes []string
	Clock Clock
}

// Place is a piece of a text.
type Place struct {
	// In is "string to sign" (what the server signed), "signed text", "signature" or "secret".
	In string
	// Start and End are byte offsets, half-open; both 0 where there is none.
	Start, End int
	Text       string
}

// Fix is what to do: in words, and as an operation on a draft and an account.
type Fix struct {
	Act   Act
	Words string
	// Params are what to send and sign, with a fresh timestamp, which is not among them.
	Params []signer.Param
	// Secret is the repaired one, where the held one can be repaired. It is offered; nothing
	// takes it by itself.
	Secret    signer.Secret
	Algorithm signer.Algorithm
}

// Guess is a cause that was not found, and why it is worth a look.
type Guess struct {
	Cause int
	Why   string
}

// Diagnose finds out why a signature was refused. It is pure, and takes about a second
// at most.
func Diagnose(e Evidence) Diagnosis {
	x := newExam(e)
	d := x.judgeWithin(x.newSearch())
	d.Tried = x.tried
	x.complete(&d)
	return d
}

// judgeWithin goes from what is certain to what is not; the search has its budget.
func (x *exam) judgeWithin(s *search) Diagnosis {
	if d, ok := x.stale(); ok {
		return d
	}
	if d, ok := x.refusedOtherwise(); ok {
		return d
	}
	if d, ok := x.noSignature(); ok {
		return d
	}
	if x.target.ok && len(x.bases) > 0 {
		s.run()
		if len(s.hits) > 0 {
			return x.explain(s.hits)
		}
	}
	if d, ok := x.fingerprints(); ok {
		return d
	}
	return x.unknown()
}

// explain chooses the simplest of the variants that fit, and names the others.
func (x *exam) explain(hits []hit) Diagnosis {
	if w := x.target.wrong; w != nil {
		for i := range hits {
			hits[i].mistakes = append(hits[i].mistakes, *w)
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		if d := len(a.causes()) - len(b.causes()); d != 0 {
			return d
		}
		return a.weight() - b.weight()
	})
	best := &hits[0]
	if len(best.mistakes) == 0 {
		return x.innocent(*best)
	}
	if cause, what := x.heldDamage(); cause != 0 && !slices.ContainsFunc(best.mistakes, func(m mistake) bool { return m.ofKey }) {
		best.mistakes = append(best.mistakes, mistake{cause: cause, ofKey: true, say: sayUsedAsHeld, signed: what})
	}
	d := Diagnosis{Verdict: Proved, Causes: best.causes(), Signed: best.text, HasSigned: true}
	d.Alternatives = alternatives(d.Causes, hits)
	x.laterPart(&d)
	var sentences []string
	for _, m := range best.mistakes {
		sentences = append(sentences, m.say(m))
		d.Places = append(d.Places, placeOf(m, *best)...)
	}
	d.Sentence = strings.Join(sentences, "; and ")
	d.Fix = x.fix(*best)
	if d.Causes[0] == 26 {
		d.Sentence = "a later part of the upload went with a signature of other values: " + d.Sentence
		d.Fix = x.fixFor(26, *best)
	}
	switch {
	case slices.Equal(d.Causes, []int{30}):
		d.Verdict = Likely // which version an account accepts is not documented
		d.Notes = append(d.Notes, "the hash is reproduced; that the service refuses this version is not documented")
	case x.target.bits() < 64:
		d.Verdict = Likely
		d.Notes = append(d.Notes, "too little of the signature was sent to prove it")
	}
	return d
}

var partRange = lazy(`(?i)content-range['":=\s]+bytes[ =]+[1-9]`)

// laterPart gives what is signed and sent otherwise its own number where the command
// sends a later part of an upload.
func (x *exam) laterPart(d *Diagnosis) {
	if !partRange().MatchString(x.Command) || len(d.Causes) != 1 || !slices.Contains([]int{2, 3, 17}, d.Causes[0]) {
		return
	}
	d.Alternatives = append([]int{d.Causes[0]}, d.Alternatives[:min(2, len(d.Alternatives))]...)
	d.Causes = []int{26}
}

// causes are the numbers of a variant's mistakes, each once.
func (h hit) causes() []int {
	out := []int{}
	for _, m := range h.mistakes {
		if !slices.Contains(out, m.cause) {
			out = append(out, m.cause)
		}
	}
	return out
}

// alternatives are what else the same bytes can mean: three at most, the plainest first.
func alternatives(causes []int, hits []hit) []int {
	out := []int{}
	add := func(n int) {
		if len(out) < 3 && !slices.Contains(causes, n) && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, m := range hits[0].mistakes {
		for _, n := range m.also {
			add(n)
		}
	}
	for _, h := range hits[1:] {
		if len(h.causes()) > len(causes) {
			break
		}
		for _, n := range h.causes() {
			add(n)
		}
	}
	for _, h := range hits[1:] {
		if len(h.causes()) > len(causes) {
			break
		}
		for _, m := range h.mistakes {
			for _, n := range m.also {
				add(n)
			}
		}
	}
	return out
}

// fix is that of the first mistake, with the words of all.
func (x *exam) fix(h hit) Fix {
	if len(h.mistakes) == 0 {
		return Fix{}
	}
	f := x.fixFor(h.mistakes[0].cause, h)
	for _, n := range h.causes()[1:] {
		f.Words += "; " + Causes[n].Fix
	}
	if slices.Contains(h.causes(), 6) {
		f.Secret = x.repaired()
	}
	return f
}

// fixFor is the fix of one cause: what to send, signed anew with a fresh timestamp.
func (x *exam) fixFor(cause int, h hit) Fix {
	c := Causes[cause]
	f := Fix{Act: c.Act, Words: c.Fix}
	from := h.base
	if c.signed && len(h.form.pairs) > 0 && !h.form.hasWhole {
		from = h.form
	}
	if len(from.pairs) == 0 {
		from = x.seen()
	}
	for _, p := range from.pairs {
		if p.name != "" && p.name != "timestamp" && !excluded(p.name) {
			f.Params = append(f.Params, signer.Param{Name: p.name, Value: p.value})
		}
	}
	if cause == 15 {
		f.Algorithm = signer.SHA256
	}
	return f
}

// repaired is the held secret without what does not belong to it; none where that is
// not sure.
func (x *exam) repaired() signer.Secret {
	k := strings.Trim(x.secret, "\ufeff\u200b\u200e\u2060\u00a0 \t\r\n\"'`")
	if cause, _ := x.heldDamage(); cause != 6 || k == "" || strings.ContainsAny(k, " \t\r\n\"'`") {
		return signer.Secret{}
	}
	return signer.NewSecret(k)
}

// placeOf is where a mistake stands.
func placeOf(m mistake, h hit) []Place {
	seen, signed := h.base.text(), h.text
	find := func(in, text, name, value string) []Place {
		if name == "" {
			return nil
		}
		for _, piece := range []string{name + "=" + value, name} {
			if at := indexParam(text, piece); at >= 0 {
				return []Place{{In: in, Start: at, End: at + len(piece), Text: piece}}
			}
		}
		return nil
	}
	switch {
	case m.cause == 34:
		return []Place{{In: "signature", Text: m.signed}}
	case m.mask != 0 && (m.cause == 2 || m.cause == 4 || m.cause == 5 || m.cause == 40):
		var out []Place
		for i, p := range m.of {
			if m.mask>>i&1 == 1 && len(out) < 8 {
				out = append(out, find("string to sign", seen, p.name, p.value)...)
			}
		}
		return out
	case m.mask != 0:
		var out []Place
		for i, p := range m.of {
			if m.mask>>i&1 == 1 && len(out) < 8 {
				out = append(out, find("signed text", signed, p.name, p.value)...)
			}
		}
		return out
	}
	if out := find("string to sign", seen, m.name, m.seen); out != nil {
		return out
	}
	return find("signed text", signed, m.name, m.signed)
}

// indexParam finds a pair at the beginning of a parameter.
func indexParam(text, piece string) int {
	if strings.HasPrefix(text, piece) {
		return 0
	}
	if at := strings.Index(text, "&"+piece); at >= 0 {
		return at + 1
	}
	return -1
}

package diagnose

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding"
	"hash"
	"slices"
)

// Budget is how much a search may hash, in blocks of 64 bytes with one more for each
// variant: about a second of one core.
const Budget = 9_000_000

// hit is a variant that reproduces the signature.
type hit struct {
	mistakes []mistake
	form     form // what was signed
	text     string
	base     form
}

func (h hit) weight() int {
	w := 0
	for _, m := range h.mistakes {
		w += m.weight
	}
	return w
}

// search tries variants against the target.
type search struct {
	*exam
	keys   []key
	common int // keys[:common] are tried in products
	budget int
	buf    []byte
	hits   []hit
	sums   []func([]byte) []byte
}

func (x *exam) newSearch() *search {
	return &search{exam: x, budget: Budget, sums: x.target.sums()}
}

// cutKeys makes the variants of the secret: those that are tried in products first.
func (s *search) cutKeys() {
	s.keys = s.exam.keys()
	slices.SortStableFunc(s.keys, func(a, b key) int {
		switch {
		case a.rare == b.rare:
			return 0
		case a.rare:
			return 1
		}
		return -1
	})
	s.common = slices.IndexFunc(s.keys, func(k key) bool { return k.rare })
	if s.common < 0 {
		s.common = len(s.keys)
	}
}

// over reports whether the budget is used up.
func (s *search) over() bool { return s.budget <= 0 }

// is hashes a text and compares.
func (s *search) is(text []byte) bool {
	if s.over() {
		return false
	}
	s.tried++
	s.budget -= 2 + (len(text)+8)/64
	if len(s.sums) == 1 {
		switch s.target.full {
		case 20:
			sum := sha1.Sum(text)
			return string(sum[:]) == string(s.target.want)
		case 32:
			sum := sha256.Sum256(text)
			return string(sum[:]) == string(s.target.want)
		}
	}
	for _, sum := range s.sums {
		if s.target.fits(sum(text)) {
			return true
		}
	}
	return false
}

// with hashes a form with the key behind it.
func (s *search) with(f form, key string) bool {
	if s.over() {
		return false
	}
	s.budget -= len(f.pairs) / 16 // making it costs too
	s.buf = append(f.appendText(s.buf[:0]), key...)
	return s.is(s.buf)
}

// found keeps a variant.
func (s *search) found(b base, f form, more ...mistake) {
	h := hit{form: f, text: f.text(), base: b.form}
	h.form.pairs = slices.Clone(f.pairs)
	h.mistakes = append(slices.Clone(b.mistakes), more...)
	for i := range h.mistakes {
		h.mistakes[i].of = slices.Clone(h.mistakes[i].of)
	}
	s.hits = append(s.hits, h)
}

// long is from where on the state of a hash is kept over many keys.
const long = 256

// overKeys tries a text with each key; on is told of those that fit.
func (s *search) overKeys(f form, keys []key, on func(key)) {
	s.budget -= len(f.pairs) / 16
	s.buf = f.appendText(s.buf[:0])
	n := len(s.buf)
	if n >= long && (s.target.full == 20 || s.target.full == 32) {
		s.overKeysLong(s.buf, keys, on)
		return
	}
	for i := range keys {
		if s.over() {
			return
		}
		s.buf = append(s.buf[:n], keys[i].text...)
		if s.is(s.buf) {
			on(keys[i])
		}
	}
}

// overKeysLong hashes what is common to all keys once.
func (s *search) overKeysLong(text []byte, keys []key, on func(key)) {
	var h hash.Hash = sha1.New()
	if s.target.full == 32 {
		h = sha256.New()
	}
	whole := len(text) / 64 * 64
	h.Write(text[:whole])
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return
	}
	restore := h.(encoding.BinaryUnmarshaler)
	tail := slices.Clone(text[whole:])
	n := len(tail)
	var sum [32]byte
	for i := range keys {
		tail = append(tail[:n], keys[i].text...)
		s.tried++
		s.budget -= 3 + len(tail)/64
		if s.over() || restore.UnmarshalBinary(state) != nil {
			return
		}
		h.Write(tail)
		if string(h.Sum(sum[:0])) == string(s.target.want) {
			on(keys[i])
		}
	}
}

// atPlaces tries a text with each way of hashing that is as usual as that.
func (s *search) atPlaces(f form, key string, least usualness, on func(mistake)) {
	text := f.text()
	all := places()
	for i := range all {
		p := &all[i]
		if p.usual < least {
			continue
		}
		if p.plain != nil {
			s.buf = p.plain(s.buf[:0], text, key)
			if s.is(s.buf) {
				on(p.m)
			}
			continue
		}
		if s.over() {
			return
		}
		s.tried++
		s.budget -= 8 + len(text)/16
		for _, sum := range p.sum(s.target, text, key) {
			if s.target.fits(sum) {
				on(p.m)
				break
			}
		}
	}
}

// variants makes the texts of all makers.
func (s *search) variants(b base, lean bool, out emit) {
	l := &lab{exam: s.exam, lean: lean}
	for _, m := range makers {
		if s.over() {
			return
		}
		m.make(l, b.form, out)
	}
}

// run searches until a level has a hit: no mistake, one, two.
func (s *search) run() {
	for _, level := range []func(){s.right, s.single, s.large, s.products, s.double, s.reordered, s.rest, s.fractions} {
		level()
		if len(s.hits) > 0 || s.over() {
			return
		}
	}
}

// right tries what the server signed with the secret that is held.
func (s *search) right() {
	for _, b := range s.bases {
		if s.secret != "" && s.with(b.form, s.secret) {
			s.found(b, b.form)
		}
	}
}

// single tries one mistake.
func (s *search) single() {
	s.cutKeys()
	for _, b := range s.bases {
		if s.secret != "" {
			s.variants(b, false, func(f form, m mistake) {
				if s.with(f, s.secret) {
					s.found(b, f, m)
				}
			})
			s.atPlaces(b.form, s.secret, rarely, func(m mistake) { s.found(b, b.form, m) })
		}
		s.overKeys(b.form, s.keys, func(k key) {
			if k.m != nil {
				s.found(b, b.form, *k.m)
			}
		})
	}
	for _, b := range s.attempted() {
		if s.secret != "" && s.with(b.form, s.secret) {
			s.found(b, b.form)
		}
	}
}

// large tries the orders of all parameters.
func (s *search) large() {
	if s.secret == "" || len(s.bases) == 0 {
		return
	}
	b := s.bases[0]
	permute(b.form, func(f form, m mistake) {
		if s.with(f, s.secret) {
			s.found(b, f, m)
		}
	})
}

// products tries a mistake in the text with one of the secret or of the way of hashing.
func (s *search) products() {
	keys := s.keys[:s.common]
	for _, b := range append(s.someBases(), s.attempted()...) {
		s.variants(b, true, func(f form, m mistake) {
			if s.over() {
				return
			}
			s.overKeys(f, keys, func(k key) {
				if k.m != nil {
					s.found(b, f, m, *k.m)
				}
			})
			if s.secret != "" {
				s.atPlaces(f, s.secret, sometimes, func(p mistake) { s.found(b, f, m, p) })
			}
		})
		for _, k := range keys {
			if k.m != nil && !s.over() {
				s.atPlaces(b.form, k.text, sometimes, func(p mistake) { s.found(b, b.form, *k.m, p) })
			}
		}
		if len(b.mistakes) > 0 { // a way of its own already
			s.overKeys(b.form, keys, func(k key) {
				if k.m != nil {
					s.found(b, b.form, *k.m)
				}
			})
			if s.secret != "" {
				s.atPlaces(b.form, s.secret, sometimes, func(p mistake) { s.found(b, b.form, p) })
			}
		}
		if len(s.hits) > 0 {
			return
		}
	}
}

// rest tries every single mistake of the text with the plainest ones of the secret, and
// the rare keys with the plain mistakes of the text.
func (s *search) rest() {
	plain := s.plainKeys()
	for _, b := range s.someBases() {
		s.variants(b, false, func(f form, m mistake) {
			if !s.over() {
				s.overKeys(f, plain, func(k key) { s.found(b, f, m, *k.m) })
			}
		})
		s.variants(b, true, func(f form, m mistake) {
			if !s.over() && m.weight <= 3 {
				s.overKeys(f, s.keys[s.common:], func(k key) { s.found(b, f, m, *k.m) })
			}
		})
	}
}

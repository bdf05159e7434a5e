package diagnose

import (
	"slices"
	"strings"
)

// reordered tries other orders together with another mistake.
func (s *search) reordered() {
	if len(s.bases) == 0 || s.secret == "" || len(s.bases[0].form.pairs) > 8 {
		return
	}
	b := s.bases[0]
	plain := s.plainKeys()
	n := len(b.form.pairs)
	permute(b.form, func(f form, m mistake) {
		least := often
		if n < 7 {
			least = sometimes
		}
		s.atPlaces(f, s.secret, least, func(p mistake) { s.found(b, f, m, p) })
		if n < 8 {
			s.overKeys(f, plain, func(k key) { s.found(b, f, m, *k.m) })
		}
	})
	left := 400_000 // orders
	s.variants(b, true, func(f form, m mistake) {
		orders := 1
		for i := 2; i <= len(f.pairs); i++ {
			orders *= i
		}
		if f.hasWhole || m.cause == 9 || m.cause == 28 || m.weight > 3 && m.cause != 2 || orders > left || orders > 5040 {
			return
		}
		left -= orders
		f.pairs = slices.Clone(f.pairs)
		permute(f, func(g form, o mistake) {
			if s.with(g, s.secret) {
				s.found(b, g, m, o)
			}
		})
	})
}

// plainKeys are the variants of the secret that are seen most.
func (s *search) plainKeys() []key {
	var plain []key
	for _, k := range s.keys[:s.common] {
		if k.m != nil && k.m.weight <= 1 {
			plain = append(plain, k)
		}
	}
	return plain
}

// fractions tries a timestamp with six digits behind the point, as Python's clock has it.
func (s *search) fractions() {
	if len(s.bases) == 0 || s.secret == "" {
		return
	}
	b := s.bases[0]
	i := b.form.index("timestamp")
	if i < 0 || !isDigits(b.form.pairs[i].value) || len(b.form.pairs[i].value) != 10 {
		return
	}
	seen := b.form.pairs[i].value
	f := b.form.with(i, seen+".000000")
	text := append(f.appendText(nil), s.secret...)
	at := strings.Index(string(text), "timestamp="+seen+".") + len("timestamp=") + len(seen) + 1
	for n := range 1_000_000 {
		for d, v := at+5, n; d >= at; d, v = d-1, v/10 {
			text[d] = byte('0' + v%10)
		}
		if s.is(text) {
			v := seen + "." + string(text[at:at+6])
			s.found(b, b.form.with(i, v), mistake{cause: 19, weight: 2, say: mistake.differs, name: "timestamp", seen: seen, signed: v})
		}
	}
}

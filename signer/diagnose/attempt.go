package diagnose

import "slices"

// someBases are the bases that products are made of.
func (s *search) someBases() []base { return s.bases[:min(2, len(s.bases))] }

// attempted are the parameters of the command as bases: what the client may have signed
// although the server saw something else.
func (s *search) attempted() []base {
	if s.Message == "" && len(s.Params) == 0 {
		return nil
	}
	var out []base
	seen := s.exam.seen()
	l := &lab{exam: s.exam}
	for _, list := range [][]pair{pairsOf(s.Attempt), pairsOf(s.Typed)} {
		var f form
		for _, p := range list {
			if !excluded(p.name) && p.value != "" {
				f.pairs = append(f.pairs, p)
			}
		}
		f = f.sorted()
		if len(f.pairs) == 0 || slices.Equal(f.pairs, seen.pairs) || len(out) > 0 && slices.Equal(out[0].form.pairs, f.pairs) {
			continue
		}
		out = append(out, base{form: f, mistakes: l.between(f, seen)})
	}
	return out
}

// between says which mistakes lead from what was signed to what the server saw.
func (l *lab) between(signed, seen form) []mistake {
	var out []mistake
	add := func(m mistake) {
		for _, o := range out {
			if o.cause == m.cause {
				return
			}
		}
		out = append(out, m)
	}
	var mask uint64
	for i, p := range seen.pairs {
		if _, ok := signed.get(p.name); !ok && i < 64 {
			mask |= 1 << i
		}
	}
	if mask != 0 {
		add(leftOut(l, seen.pairs, mask))
	}
	mask = 0
	for i, p := range signed.pairs {
		v, ok := seen.get(p.name)
		switch {
		case !ok && i < 64:
			mask |= 1 << i
		case ok && v != p.value:
			cause, also := l.changed(p.name, p.value, v)
			add(mistake{cause: cause, also: also, weight: 2, say: mistake.differs, name: p.name, seen: v, signed: p.value})
		}
	}
	if mask != 0 {
		m := mistake{cause: 3, weight: 2, say: sayAddedKnown, of: signed.pairs, mask: mask}
		if l.shellCut() {
			m.cause, m.also = 35, []int{3}
		}
		add(m)
	}
	return out
}

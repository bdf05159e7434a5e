package diagnose

import (
	"math/bits"
	"slices"
)

// edit is a variant of a text as changes of its parts, so that two of them can be joined
// without making either anew.
type edit struct {
	maker            int
	changed, removed uint64 // bits of the parts
	values           []slot
	added            []slot
	m                mistake
}

// slot is a part of a text by its number, or the gap in front of it, with what stands there.
type slot struct {
	at   int
	text string
}

// editOf says what leads from f to g; ok is false where that is no small change.
func editOf(f, g form) (e edit, ok bool) {
	if g.hasWhole || g.sep != f.sep || g.eq != f.eq || len(f.pairs) > 63 {
		return e, false
	}
	i := 0
	for _, p := range g.pairs {
		k := i
		for k < len(f.pairs) && f.pairs[k].name != p.name {
			k++
		}
		if k == len(f.pairs) {
			if f.index(p.name) >= 0 {
				return e, false // it stands in front: another order
			}
			e.added = append(e.added, slot{i, p.name + "=" + p.value})
			continue
		}
		for ; i < k; i++ {
			e.removed |= 1 << i
		}
		if f.pairs[k].value != p.value {
			e.changed |= 1 << k
			e.values = append(e.values, slot{k, p.name + "=" + p.value})
		}
		i = k + 1
	}
	for ; i < len(f.pairs); i++ {
		e.removed |= 1 << i
	}
	return e, e.changed|e.removed != 0 || len(e.added) > 0
}

// fits reports whether two edits can be joined: what one removes the other may change.
func (e *edit) fits(o *edit) bool {
	return e.maker != o.maker && e.changed&o.changed == 0 && e.removed&o.removed == 0
}

// sheet joins edits of one text.
type sheet struct {
	parts []string
	buf   []byte
}

func newSheet(f form) *sheet {
	t := &sheet{}
	for _, p := range f.pairs {
		t.parts = append(t.parts, p.name+"="+p.value)
	}
	return t
}

// joined writes the text with both edits, and the key behind it.
func (t *sheet) joined(a, b *edit, key string) []byte {
	dst, removed := t.buf[:0], a.removed|b.removed
	changed, added := a.changed|b.changed, len(a.added)+len(b.added) > 0
	for i, part := range t.parts {
		if added {
			dst = insertAt(dst, a, b, i)
		}
		if removed>>i&1 == 1 {
			continue
		}
		if changed>>i&1 == 1 {
			part = valueAt(a, b, i)
		}
		if len(dst) > 0 {
			dst = append(dst, '&')
		}
		dst = append(dst, part...)
	}
	if added {
		dst = insertAt(dst, a, b, len(t.parts))
	}
	t.buf = append(dst, key...)
	return t.buf
}

// insertAt writes what both edits add in front of a part, in the order of the names.
func insertAt(dst []byte, a, b *edit, at int) []byte {
	first, second := a.added, b.added
	if len(first) > 0 && len(second) > 0 && second[0].text < first[0].text {
		first, second = second, first
	}
	for _, list := range [2][]slot{first, second} {
		for k := range list {
			if list[k].at != at {
				continue
			}
			if len(dst) > 0 {
				dst = append(dst, '&')
			}
			dst = append(dst, list[k].text...)
		}
	}
	return dst
}

func valueAt(a, b *edit, at int) string {
	for _, e := range [2]*edit{a, b} {
		if e.changed>>at&1 == 0 {
			continue
		}
		for k := range e.values {
			if e.values[k].at == at {
				return e.values[k].text
			}
		}
	}
	return ""
}

// edits are all single mistakes of a text that are small changes.
func (s *search) edits(b base) []edit {
	l := &lab{exam: s.exam, lean: true}
	var out []edit
	for i, maker := range makers {
		maker.make(l, b.form, func(f form, m mistake) {
			if e, ok := editOf(b.form, f); ok {
				e.maker, e.m = i, m
				out = append(out, e)
			}
		})
	}
	slices.SortStableFunc(out, func(a, b edit) int { return a.m.weight - b.m.weight })
	return out
}

// double tries two mistakes in the text: first two small changes, then one together with
// a change of the whole.
func (s *search) double() {
	if s.secret == "" {
		return
	}
	for _, b := range append(s.someBases(), s.attempted()...) {
		if b.form.sep != "" || b.form.eq != "" || len(b.form.pairs) > 63 {
			continue
		}
		all, t := s.edits(b), newSheet(b.form)
		for i := range all {
			for j := range all[:i] {
				if s.over() {
					return
				}
				if all[i].fits(&all[j]) && s.is(t.joined(&all[j], &all[i], s.secret)) {
					text := string(t.buf[:len(t.buf)-len(s.secret)])
					s.found(b, split(text, func(n string) bool { return s.known(n) || excluded(n) })[0], all[j].m, all[i].m)
				}
			}
		}
		s.broad(b)
		if len(s.hits) > 0 {
			return
		}
	}
}

// broad tries a small change together with one of all values, of the order, or of the
// text as a whole.
func (s *search) broad(b base) {
	l := &lab{exam: s.exam, lean: true}
	all := &lab{exam: s.exam, lean: true, broad: true}
	for i, first := range makers {
		if first.stage > 3 {
			continue
		}
		first.make(l, b.form, func(f form, m mistake) {
			if s.over() || f.hasWhole || m.weight > 3 && bits.OnesCount64(m.mask) < 2 {
				return
			}
			f.pairs = slices.Clone(f.pairs)
			for j, second := range makers {
				if second.stage < 3 || j == i {
					continue
				}
				second.make(all, f, func(g form, n mistake) {
					if s.with(g, s.secret) {
						s.found(b, g, m, n)
					}
				})
			}
		})
	}
}

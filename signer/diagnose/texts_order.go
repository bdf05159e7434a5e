package diagnose

import (
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// orders hashes the same parameters in another order.
func orders(l *lab, f form, out emit) {
	n := len(f.pairs)
	if n < 2 || f.hasWhole {
		return
	}
	try := func(cause, weight int, also []int, how string, pairs []pair) {
		if len(pairs) == n && !slices.Equal(pairs, f.pairs) {
			g := f
			g.pairs = pairs
			out(g, mistake{cause: cause, also: also, weight: weight, say: sayOrder, signed: how, of: pairs})
		}
	}
	for _, list := range [][]pair{pairsOf(l.Params), pairsOf(l.Attempt), pairsOf(l.Typed)} {
		try(9, 1, nil, "in the order in which they were sent", inOrderOf(f.pairs, list))
	}
	reversed := slices.Clone(f.pairs)
	slices.Reverse(reversed)
	try(9, 1, nil, "in reverse", reversed)
	sortBy := func(cause int, also []int, how string, compare func(a, b pair) int) {
		c := slices.Clone(f.pairs)
		slices.SortStableFunc(c, compare)
		try(cause, 1, also, how, c)
	}
	line := func(p pair) string { return p.name + "=" + p.value }
	sortBy(28, nil, "sorted as whole lines name=value", func(a, b pair) int { return strings.Compare(line(a), line(b)) })
	for _, order := range l.collators() {
		col := order.col
		sortBy(28, nil, "sorted as whole lines "+order.how, func(a, b pair) int { return col(line(a), line(b)) })
		sortBy(28, nil, "sorted by name "+order.how, func(a, b pair) int { return col(a.name, b.name) })
	}
	sortBy(28, nil, "sorted without regard to case", func(a, b pair) int { return strings.Compare(strings.ToLower(line(a)), strings.ToLower(line(b))) })
	sortBy(9, nil, "sorted by value", func(a, b pair) int { return strings.Compare(a.value, b.value) })
	sortBy(9, nil, "sorted by the length of the names", func(a, b pair) int { return len(a.name) - len(b.name) })
	sortBy(9, nil, "sorted downwards", func(a, b pair) int { return strings.Compare(b.name, a.name) })
	if l.lean {
		for i := range min(n, 40) { // one at the wrong end
			moved := slices.Delete(slices.Clone(f.pairs), i, i+1)
			try(9, 2, nil, "in another order", slices.Insert(slices.Clone(moved), 0, f.pairs[i]))
			try(9, 2, nil, "in another order", append(moved, f.pairs[i]))
		}
		return
	}
	if n > 40 {
		return
	}
	for i := range n {
		for to := range n {
			moved := slices.Delete(slices.Clone(f.pairs), i, i+1)
			try(9, 2, nil, "in another order", slices.Insert(moved, to, f.pairs[i]))
			swapped := slices.Clone(f.pairs)
			swapped[i], swapped[to] = swapped[to], swapped[i]
			try(9, 2, nil, "in another order", swapped)
		}
	}
}

// permute tries every order of up to nine parameters.
func permute(f form, out emit) {
	n := len(f.pairs)
	if n < 2 || n > 9 || f.hasWhole {
		return
	}
	p := slices.Clone(f.pairs)
	g := f
	g.pairs = p
	var turn func(k int)
	turn = func(k int) {
		if k == n {
			out(g, mistake{cause: 9, weight: 3, say: sayOrder, signed: "in another order", of: p})
			return
		}
		for i := k; i < n; i++ {
			p[k], p[i] = p[i], p[k]
			turn(k + 1)
			p[k], p[i] = p[i], p[k]
		}
	}
	turn(0)
}

func sayOrder(m mistake) string {
	var names []string
	for _, p := range m.of {
		names = append(names, p.name)
	}
	return "the parameters were signed " + m.signed + " (" + list(names) + "); they are sorted by name, by their bytes"
}

// inOrderOf sorts pairs as their names stand in a list.
func inOrderOf(pairs, list []pair) []pair {
	place := func(p pair) int {
		return slices.IndexFunc(list, func(q pair) bool { return q.name == p.name })
	}
	out := slices.Clone(pairs)
	for _, p := range out {
		if place(p) < 0 {
			return nil
		}
	}
	slices.SortStableFunc(out, func(a, b pair) int { return place(a) - place(b) })
	return out
}

type collator struct {
	how string
	col func(a, b string) int
}

// collators are the orders of locales: with punctuation as letters below all others, as
// localeCompare has it, and ignored at first, as the C library's en_US has it.
func (x *exam) collators() []collator {
	if x.locale != nil {
		return x.locale
	}
	c := collate.New(language.English)
	ignore := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r == '_' || r == '=' || r == '[' || r == ']' || r == '-' || r == ' ' || r == ',' || r == '.' || r == '/' || r == ':' || r == '|' {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	x.locale = []collator{
		{"by locale, as localeCompare does", c.CompareString},
		{"by locale, as sort does in en_US", func(a, b string) int {
			if d := strings.Compare(ignore(a), ignore(b)); d != 0 {
				return d
			}
			return strings.Compare(a, b)
		}},
	}
	return x.locale
}

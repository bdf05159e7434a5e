package diagnose

import (
	"slices"
	"strings"

	"signpost/signer"
)

// pair is a parameter in the order and the spelling in which it is hashed.
type pair struct{ name, value string }

// form is a string to sign in its parts. A form with whole set is that text.
type form struct {
	pairs    []pair
	sep, eq  string // "" is & and =
	whole    string
	hasWhole bool
}

// appendText writes the string to sign, without a secret.
func (f form) appendText(dst []byte) []byte {
	if f.hasWhole {
		return append(dst, f.whole...)
	}
	sep, eq := f.sep, f.eq
	if sep == "" {
		sep = "&"
	}
	switch eq {
	case "":
		eq = "="
	case "\x00":
		eq = ""
	}
	if sep == "\x00" {
		sep = ""
	}
	for i, p := range f.pairs {
		if i > 0 {
			dst = append(dst, sep...)
		}
		dst = append(dst, p.name...)
		if p.name != "" || p.value == "" {
			dst = append(dst, eq...)
		}
		dst = append(dst, p.value...)
	}
	return dst
}

func (f form) text() string { return string(f.appendText(nil)) }

// wholly is the form of a text that is not looked into any more.
func wholly(text string) form { return form{whole: text, hasWhole: true} }

// with is the form with another value at i.
func (f form) with(i int, value string) form {
	f.pairs = slices.Clone(f.pairs)
	f.pairs[i].value = value
	return f
}

// renamed is the form with another name at i, at the place where that is sorted.
func (f form) renamed(i int, name string) form {
	p := pair{name, f.pairs[i].value}
	return f.without(i).insert(p)
}

func (f form) without(i int) form {
	f.pairs = slices.Delete(slices.Clone(f.pairs), i, i+1)
	return f
}

// insert puts a pair where sorting by name puts it.
func (f form) insert(p pair) form {
	at := len(f.pairs)
	for i, q := range f.pairs {
		if p.name < q.name {
			at = i
			break
		}
	}
	f.pairs = slices.Insert(slices.Clone(f.pairs), at, p)
	return f
}

// mapValues is the form with each value put through change, and whether that made a
// difference.
func (f form) mapValues(change func(string) string) (form, bool) {
	out, changed := slices.Clone(f.pairs), false
	for i := range out {
		if v := change(out[i].value); v != out[i].value {
			out[i].value, changed = v, true
		}
	}
	f.pairs = out
	return f, changed
}

func (f form) index(name string) int {
	return slices.IndexFunc(f.pairs, func(p pair) bool { return p.name == name })
}

func (f form) get(name string) (string, bool) {
	if i := f.index(name); i >= 0 {
		return f.pairs[i].value, true
	}
	return "", false
}

// sorted is the form in the order of the rule: by name, equal names as they were.
func (f form) sorted() form {
	f.pairs = slices.Clone(f.pairs)
	slices.SortStableFunc(f.pairs, func(a, b pair) int { return strings.Compare(a.name, b.name) })
	return f
}

// received makes the form that the service signs of what it received: without the
// excluded names and the signature, without empty values, sorted; version 1.
func received(params []signer.Param) form {
	var f form
	for _, p := range joinLists(params) {
		if signer.ReasonFor(p) == signer.Kept {
			f.pairs = append(f.pairs, pair{p.Name, p.Value})
		}
	}
	return f.sorted()
}

// joinLists makes one parameter, joined with commas, of fields name[].
func joinLists(params []signer.Param) []signer.Param {
	var out []signer.Param
	for _, p := range params {
		name, isList := strings.CutSuffix(p.Name, "[]")
		at := slices.IndexFunc(out, func(q signer.Param) bool { return q.Name == name })
		if !isList || at < 0 {
			out = append(out, signer.Param{Name: name, Value: p.Value})
			continue
		}
		out[at].Value += "," + p.Value
	}
	return out
}

// v2 is the form with & in a pair written as version 2 does, and whether there was one.
func (f form) v2() (form, bool) {
	return f.mapValues(func(v string) string { return strings.ReplaceAll(v, "&", "%26") })
}

// split parts a string to sign. An & and an = may be part of a value: the first split is
// the most plausible, the others read the text otherwise. Every split is the same text.
func split(s string, known func(string) bool) []form {
	var all []form
	add := func(f form) {
		if !slices.ContainsFunc(all, func(g form) bool { return slices.Equal(f.pairs, g.pairs) }) {
			all = append(all, f)
		}
	}
	add(splitAt(s, func(_, name string) bool { return known(name) }))
	add(splitAt(s, func(before, name string) bool { return known(name) || isName(name) && name >= before }))
	add(splitAt(s, func(before, name string) bool { return known(name) && name >= before }))
	add(splitAt(s, func(_, name string) bool { return isName(name) }))
	if len(all) > 1 && sortedNames(all[1]) && (!sortedNames(all[0]) || noAmp(all[1])) {
		all[0], all[1] = all[1], all[0] // an unknown name in its sorted place is a parameter
	}
	return all
}

func splitAt(s string, isParam func(before, name string) bool) form {
	var f form
	start, before := 0, ""
	flush := func(end int) {
		name, value, ok := strings.Cut(s[start:end], "=")
		if !ok {
			name, value = "", s[start:end]
		}
		f.pairs = append(f.pairs, pair{name, value})
		before = name
	}
	if s == "" {
		return f
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '&' {
			continue
		}
		if start == 0 && before == "" {
			before, _, _ = strings.Cut(s[:i], "=")
		}
		name, _, ok := strings.Cut(s[i+1:], "=")
		if ok && !strings.Contains(name, "&") && isParam(before, name) {
			flush(i)
			start = i + 1
			before = name
		}
	}
	flush(len(s))
	return f
}

func sortedNames(f form) bool {
	return slices.IsSortedFunc(f.pairs, func(a, b pair) int { return strings.Compare(a.name, b.name) })
}

func noAmp(f form) bool {
	return !slices.ContainsFunc(f.pairs, func(p pair) bool { return strings.Contains(p.value, "&") })
}

// isName reports whether a text can be the name of a parameter.
func isName(s string) bool {
	if s == "" || len(s) > 60 {
		return false
	}
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '[' || r == ']') {
			return false
		}
	}
	return s[0] < '0' || s[0] > '9'
}

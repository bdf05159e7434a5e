package catalog

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// byName are the places of the parameters; it is made when it is first asked for.
var byName = sync.OnceValue(func() map[string]int {
	at := make(map[string]int, len(params))
	for i, p := range params {
		at[p.Name] = i
	}
	return at
})

// All returns every parameter that is known, by group. The slice is the caller's; what
// the entries point to is shared and must not be changed.
func All() []Param { return slices.Clone(params) }

// Lookup returns the parameter of that exact name.
func Lookup(name string) (Param, bool) {
	i, ok := byName()[name]
	if !ok {
		return Param{}, false
	}
	return params[i], true
}

// Groups are the groups in the order of [All].
func Groups() []string {
	var groups []string
	for _, p := range params {
		if len(groups) == 0 || groups[len(groups)-1] != p.Group {
			groups = append(groups, p.Group)
		}
	}
	return groups
}

// Search finds parameters by name and by meaning: each word of the query has to be
// somewhere in it. The best comes first: the exact name, the name's beginning, the name,
// a keyword, a value, the meaning. An empty query finds everything in its usual order.
func Search(query string) []Param {
	words := strings.FieldsFunc(strings.ToLower(query), func(r rune) bool { return unicode.IsSpace(r) })
	if len(words) == 0 {
		return All()
	}
	type found struct {
		p     Param
		score int
	}
	var all []found
	for _, p := range params {
		score, ok := 0, true
		for _, w := range words {
			s := p.score(w)
			ok = ok && s > 0
			score += s
		}
		if ok {
			if p.Name == strings.Join(words, "_") {
				score += 1000
			}
			all = append(all, found{p, score})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return b.score - a.score })
	result := make([]Param, len(all))
	for i, f := range all {
		result[i] = f.p
	}
	return result
}

// score says how well a lower-case word fits; 0 is not at all.
func (p Param) score(word string) int {
	pieces := strings.Split(p.Name, "_")
	begins := func(s string) bool { return strings.HasPrefix(s, word) }
	switch {
	case p.Name == word:
		return 200
	case begins(p.Name):
		return 100
	case slices.ContainsFunc(pieces, begins):
		return 80
	case slices.Contains(p.Keywords, word):
		return 70
	case strings.Contains(p.Name, word):
		return 50
	case slices.ContainsFunc(p.Keywords, begins):
		return 40
	case slices.ContainsFunc(p.Values, begins):
		return 30
	case slices.ContainsFunc(strings.Fields(strings.ToLower(p.Meaning)), begins):
		return 20
	case strings.Contains(strings.ToLower(p.Meaning+" "+p.Needs+" "+p.Group), word):
		return 10
	}
	return 0
}

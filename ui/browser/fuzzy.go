package browser

import (
	"strings"
	"unicode"
)

// match reports how well a name fits what was typed, and which of its bytes were
// matched: the letters in their order, better next to each other and at the start of
// words. ok is false where a letter is missing. Without a capital letter case is nothing.
func match(name, typed string) (score int, at []int, ok bool) {
	if typed == "" {
		return 0, nil, true
	}
	folded := name
	if strings.ToLower(typed) == typed {
		folded = strings.ToLower(name)
		if len(folded) != len(name) {
			folded = name // folding changed the length: places would be wrong
		}
	}
	if i := strings.Index(folded, typed); i >= 0 { // as a whole: the best there is
		for j := range len(typed) {
			at = append(at, i+j)
		}
		score = 100 + len(typed)*4 - min(i, 20)
		if i == 0 || isWordStart(name, i) {
			score += 40
		}
		return score - len(name)/8, at, true
	}
	from, last := 0, -2
	for _, r := range typed {
		i := strings.IndexRune(folded[from:], r)
		if i < 0 {
			return 0, nil, false
		}
		place := from + i
		score += 2
		if place == last+1 {
			score += 6
		}
		if isWordStart(name, place) {
			score += 4
		}
		at = append(at, place)
		last = place
		from = place + len(string(r))
	}
	return score - len(name)/8, at, true
}

// isWordStart reports whether a word of a name begins at a byte.
func isWordStart(name string, i int) bool {
	if i == 0 {
		return true
	}
	before := rune(name[i-1])
	return !unicode.IsLetter(before) && !unicode.IsDigit(before) || unicode.IsLower(before) && unicode.IsUpper(rune(name[i]))
}

// natural compares names as people do: numbers by their value, letters without case.
func natural(a, b string) int {
	for len(a) > 0 && len(b) > 0 {
		if isDigit(a[0]) && isDigit(b[0]) {
			x, y := digits(a), digits(b)
			n, m := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if len(n) != len(m) {
				return len(n) - len(m)
			}
			if c := strings.Compare(n, m); c != 0 {
				return c
			}
			a, b = a[len(x):], b[len(y):]
			continue
		}
		x, y := lower(a[0]), lower(b[0])
		if x != y {
			return int(x) - int(y)
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func digits(s string) string {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n]
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

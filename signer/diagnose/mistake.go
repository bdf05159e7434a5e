package diagnose

import (
	"fmt"
	"strings"
)

// mistake is one thing that was done otherwise than the rule says. It is cheap: words
// are made of it only when a variant with it reproduces the signature.
type mistake struct {
	cause  int
	also   []int // causes that give the same bytes
	weight int   // of two that explain the same, the lighter is the plainer
	say    func(mistake) string
	// name is the parameter, seen what the server has for it, signed what the client
	// hashed; in mistakes of the secret signed tells of the change.
	name, seen, signed string
	// ofKey is set where it is one of the secret.
	ofKey bool
	// of and mask are a set of parameters: those of of whose bit is set.
	of   []pair
	mask uint64
}

// members are the names of a set.
func (m mistake) members() []string {
	var names []string
	for i, p := range m.of {
		if m.mask>>i&1 == 1 {
			names = append(names, p.name)
		}
	}
	return names
}

// list writes a, b and c.
func list(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// isAre is the verb that fits to a number of things.
func isAre(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// show quotes a value, short enough for a sentence; what cannot be seen is escaped.
func show(s string) string {
	const most = 60
	if len(s) > most {
		cut := s[:most]
		for len(cut) > 0 && cut[len(cut)-1] >= 0x80 {
			cut = cut[:len(cut)-1]
		}
		s = cut + "…"
	}
	return "‘" + escape(s) + "’"
}

// differs says how a value was signed.
func (m mistake) differs() string {
	return fmt.Sprintf("%s was signed as %s, and sent as %s", m.name, show(m.signed), show(m.seen))
}

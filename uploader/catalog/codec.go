package catalog

import (
	"strings"
)

// ParseBool reads a switch as the service does, and in the spellings that people use.
// known is false for anything else.
// Source: the official SDKs send 1, 0, true or false.
func ParseBool(text string) (value, known bool) {
	switch strings.ToLower(text) {
	case "1", "true":
		return true, true
	case "0", "false":
		return false, true
	}
	return false, false
}

// FormatBool is the wire text of a switch as the Node SDK writes it for this parameter.
func FormatBool(name string, value bool) string {
	p, ok := Lookup(name)
	words := []string{"1", "0"}
	if ok && p.Type == Bool && len(p.Values) == 2 {
		words = p.Values
	}
	if value {
		return words[0]
	}
	return words[1]
}

// SplitList parts a comma-joined list; an empty text is no item. Nothing is lost:
// [JoinList] gives the text again.
func SplitList(wire string) []string {
	if wire == "" {
		return nil
	}
	return strings.Split(wire, ",")
}

// JoinList joins items with commas. A comma within an item parts it: the wire form has
// no escape for it.
func JoinList(items []string) string { return strings.Join(items, ",") }

// ParsePairs reads key=value pairs that are joined with a pipe; a backslash escapes =
// and | in values. ok is false where [FormatPairs] would not give the same text back: a
// pair without =, an empty piece, or an = in a value that is not escaped.
// Source: serialization of the official Node, Python and Ruby SDKs.
func ParsePairs(wire string) (pairs []Pair, ok bool) {
	if wire == "" {
		return nil, true
	}
	start := 0
	for i := 0; i <= len(wire); i++ {
		if i < len(wire) && (wire[i] != '|' || i > 0 && wire[i-1] == '\\') {
			continue
		}
		key, value, found := strings.Cut(wire[start:i], "=")
		if !found {
			return nil, false
		}
		pairs = append(pairs, Pair{key, unescape.Replace(value)})
		start = i + 1
	}
	return pairs, FormatPairs(pairs) == wire
}

// unescape and escape turn values from and into their wire form. A backslash itself has
// no escape.
var (
	unescape = strings.NewReplacer(`\=`, "=", `\|`, "|")
	escape   = strings.NewReplacer("=", `\=`, "|", `\|`)
)

// FormatPairs writes pairs as the wire has them. Keys are written as they are: there is
// no escape for = and | in a key.
func FormatPairs(pairs []Pair) string {
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('|')
		}
		b.WriteString(p.Key)
		b.WriteByte('=')
		_, _ = escape.WriteString(&b, p.Value)
	}
	return b.String()
}

// ParseCoordinates reads rectangles: x,y,w,h joined with a pipe. Problems are those that
// are no four whole numbers.
func ParseCoordinates(wire string) (rectangles [][]string, problems []Problem) {
	if wire == "" {
		return nil, nil
	}
	at := 0
	for item := range strings.SplitSeq(wire, "|") {
		numbers := strings.Split(item, ",")
		rectangles = append(rectangles, numbers)
		end := at + len(item)
		switch {
		case len(numbers) != 4:
			problems = append(problems, Problem{at, end, "a rectangle has four numbers: x,y,width,height", "several rectangles are parted by |"})
		default:
			for _, n := range numbers {
				if n == "" || strings.Trim(n, "0123456789") != "" {
					problems = append(problems, Problem{at, end, "coordinates are whole numbers of pixels", "write x,y,width,height without blanks"})
					break
				}
			}
		}
		at = end + 1
	}
	return rectangles, problems
}

// FormatCoordinates writes rectangles as the wire has them.
func FormatCoordinates(rectangles [][]string) string {
	items := make([]string, len(rectangles))
	for i, r := range rectangles {
		items[i] = strings.Join(r, ",")
	}
	return strings.Join(items, "|")
}

package present

import (
	"strings"

	"signpost/signer/visible"
	"signpost/ui/text"
)

// Mask says what is not for an audience. It works by value, wherever that stands. The API
// secret is not among it: nothing here has that in the first place.
type Mask struct {
	// Keys are API keys: the last four digits stay. Clouds are the names of clouds.
	Keys, Clouds []string
	// Home is the person's folder, which becomes ~; User is their name, which goes where it
	// stands in a path or in front of an @.
	Home, User string
}

const (
	dot  = "•"
	kept = 4 // digits of a key
	// piece is how long a part of a key must be to be taken for one: keys are broken by the
	// ends of lines.
	piece = 6
)

// Empty reports whether there is nothing to mask.
func (k Mask) Empty() bool {
	return len(k.Keys) == 0 && len(k.Clouds) == 0 && k.Home == "" && k.User == ""
}

// Text masks a text that has not been laid out yet.
func (k Mask) Text(s string) string {
	s, _ = k.mask(s)
	return s
}

// Line masks a line that has: it keeps its width.
func (k Mask) Line(l text.Line) text.Line {
	var out text.Line
	for i, s := range l {
		masked, shorter := k.mask(string(s.Text))
		if masked == string(s.Text) {
			continue
		}
		if out == nil {
			out = append(text.Line(nil), l...)
		}
		out[i].Text = visible.Clean(masked + strings.Repeat(" ", shorter))
	}
	if out == nil {
		out = l
	}
	// A key may stand in several spans; then the line loses its styles and not its mask.
	whole := out.PlainText()
	if masked, shorter := k.mask(whole); masked != whole {
		return text.Line{{Text: visible.Clean(masked + strings.Repeat(" ", shorter))}}
	}
	return out
}

// mask masks s, and says by how many cells it became shorter.
func (k Mask) mask(s string) (masked string, shorter int) {
	before := s
	if len(k.Home) > 2 {
		s, shorter = k.home(s)
	}
	for _, key := range k.Keys {
		s = maskKey(s, key)
	}
	for _, cloud := range k.Clouds {
		if cloud != "" && strings.Contains(s, cloud) {
			s = strings.ReplaceAll(s, cloud, strings.Repeat(dot, text.Width(visible.Clean(cloud))))
		}
	}
	for _, name := range []string{k.User, k.folder()} {
		if len(name) > 1 {
			s = maskName(s, name)
		}
	}
	if s == before {
		return before, 0
	}
	return s, shorter
}

// home puts ~ in the place of the folder, also where its end was cut off.
func (k Mask) home(s string) (string, int) {
	home := strings.TrimRight(k.Home, `/\`)
	shorter := 0
	for from := 0; ; {
		i := strings.Index(s[from:], home)
		if i < 0 {
			break
		}
		i += from
		end := i + len(home)
		if end < len(s) && !strings.ContainsRune(`/\"' ,;:)&|`+"`", rune(s[end])) {
			from = end // /home/meadow is nobody's home
			continue
		}
		s = s[:i] + "~" + s[end:]
		shorter += text.Width(visible.Clean(home)) - 1
		from = i + 1
	}
	name := strings.LastIndexAny(home, `/\`) + 1
	for n := len(home) - 1; n > name && name > 1; n-- {
		if cut := home[:n] + "…"; strings.Contains(s, cut) {
			s = strings.ReplaceAll(s, cut, "~"+strings.Repeat(dot, n-1)+"…")
		}
	}
	return s, shorter
}

// folder is the last part of the home folder: mostly the person's name too.
func (k Mask) folder() string {
	home := strings.TrimRight(k.Home, `/\`)
	return home[strings.LastIndexAny(home, `/\`)+1:]
}

// maskName masks a name as a part of a path and in front of an @; at the start also where
// its own start is out of sight.
func maskName(s, name string) string {
	for n := len(name); n >= 2; n-- {
		if rest, ok := strings.CutPrefix(s, name[len(name)-n:]+"/"); ok {
			s = strings.Repeat(dot, text.Width(visible.Clean(name[len(name)-n:]))) + "/" + rest
			break
		}
	}
	for from := 0; ; {
		i := strings.Index(s[from:], name)
		if i < 0 {
			return s
		}
		i += from
		end := i + len(name)
		inPath := i > 0 && (s[i-1] == '/' || s[i-1] == '\\') && (end == len(s) || strings.ContainsRune(`/\"' ,;:)`, rune(s[end])))
		if inPath || end < len(s) && s[end] == '@' && (i == 0 || !word(s[i-1])) {
			dots := strings.Repeat(dot, text.Width(visible.Clean(name)))
			s = s[:i] + dots + s[end:]
			end = i + len(dots)
		}
		from = end
	}
}

func word(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// maskKey masks a key, and longer parts of it.
func maskKey(s, key string) string {
	if len(key) < piece {
		return s
	}
	var b strings.Builder
	last := 0
	for i := 0; i+piece <= len(s); {
		if !strings.Contains(key, s[i:i+piece]) {
			i++
			continue
		}
		end := i + piece
		for end < len(s) && strings.Contains(key, s[i:end+1]) {
			end++
		}
		show := 0
		if strings.HasSuffix(key, s[i:end]) {
			show = kept
		}
		b.WriteString(s[last:i])
		b.WriteString(strings.Repeat(dot, end-i-show))
		b.WriteString(s[end-show : end])
		i, last = end, end
	}
	if last == 0 {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

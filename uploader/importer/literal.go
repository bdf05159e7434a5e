package importer

import (
	"encoding/json"
	"strings"

	"signpost/uploader/catalog"
)

// literals reads literals of JavaScript or Python: texts, numbers, lists, objects. It
// evaluates nothing.
type literals struct {
	src    string
	at     int
	python bool
	res    *Result
}

const maxNesting = 60

func (l *literals) rest() string { return l.src[l.at:] }

func (l *literals) end() bool { return l.at >= len(l.src) || l.src[l.at] == ')' }

// space skips blanks and comments.
func (l *literals) space() {
	for l.at < len(l.src) {
		s := l.rest()
		switch {
		case strings.IndexByte(" \t\r\n", s[0]) >= 0:
			l.at++
		case l.python && s[0] == '#', !l.python && strings.HasPrefix(s, "//"):
			if i := strings.IndexByte(s, '\n'); i >= 0 {
				l.at += i
			} else {
				l.at = len(l.src)
			}
		case !l.python && strings.HasPrefix(s, "/*"):
			if i := strings.Index(s, "*/"); i >= 0 {
				l.at += i + 2
			} else {
				l.at = len(l.src)
			}
		case l.python && strings.HasPrefix(s, "\\\n"):
			l.at += 2
		default:
			return
		}
	}
}

// take skips a character where it comes next.
func (l *literals) take(c byte) bool {
	l.space()
	if l.at < len(l.src) && l.src[l.at] == c {
		l.at++
		l.space()
		return true
	}
	return false
}

var keywordStart = lazy(`^([A-Za-z_]\w*)\s*=`)

// keyword is the name of a keyword argument of Python.
func (l *literals) keyword() (string, bool) {
	if !l.python {
		return "", false
	}
	m := keywordStart().FindStringSubmatch(l.rest())
	if m == nil || strings.HasPrefix(l.rest()[len(m[0]):], "=") {
		return "", false
	}
	l.at += len(m[0])
	l.space()
	return m[1], true
}

var numberStart = lazy(`^[+-]?(?:\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+)`)
var wordStart = lazy(`^[A-Za-z_$][\w$]*`)

// value reads one literal; ok is false for anything else, and nothing is skipped then.
func (l *literals) value(depth int) (v any, ok bool) {
	l.space()
	if l.at >= len(l.src) || depth > maxNesting {
		return nil, false
	}
	start := l.at
	defer func() {
		if ok && !l.closed() {
			v, ok = nil, false
		}
		if !ok {
			l.at = start
		}
	}()
	switch c := l.src[l.at]; {
	case c == '{':
		return l.object(depth)
	case c == '[' || l.python && c == '(':
		return l.list(depth, map[byte]byte{'[': ']', '(': ')'}[c])
	case c == '"' || c == '\'' || c == '`' && !l.python:
		return l.texts()
	}
	if l.python && len(l.rest()) > 1 && strings.IndexByte("rRbBuUfF", l.rest()[0]) >= 0 && (l.rest()[1] == '"' || l.rest()[1] == '\'') {
		return l.texts()
	}
	if m := numberStart().FindString(l.rest()); m != "" {
		l.at += len(m)
		return json.Number(strings.TrimPrefix(strings.ReplaceAll(m, "_", ""), "+")), true
	}
	switch m := wordStart().FindString(l.rest()); m {
	case "true", "True":
		l.at += 4
		return true, true
	case "false", "False":
		l.at += 5
		return false, true
	case "null", "None":
		l.at += 4
		return nil, true
	case "undefined":
		l.at += len(m)
		return nil, true
	}
	return nil, false
}

// closed reports whether a literal ends there: an operator or a call behind it makes it
// a part of something else.
func (l *literals) closed() bool {
	l.space()
	return l.at >= len(l.src) || strings.IndexByte(",:)]};", l.src[l.at]) >= 0
}

// texts are one text, or several that Python puts together.
func (l *literals) texts() (any, bool) {
	var b strings.Builder
	for {
		s, ok := l.text()
		if !ok {
			return nil, false
		}
		b.WriteString(s)
		l.space()
		if !l.python || l.at >= len(l.src) || l.src[l.at] != '"' && l.src[l.at] != '\'' {
			return b.String(), true
		}
	}
}

// text reads a quoted text; one with substitutions is none.
func (l *literals) text() (string, bool) {
	raw := false
	for l.at < len(l.src) && l.src[l.at] != '"' && l.src[l.at] != '\'' && l.src[l.at] != '`' {
		switch l.src[l.at] | 0x20 {
		case 'r':
			raw = true
		case 'f':
			return "", false
		}
		l.at++
	}
	if l.at >= len(l.src) {
		return "", false
	}
	quote := l.src[l.at : l.at+1]
	if triple := strings.Repeat(quote, 3); l.python && strings.HasPrefix(l.rest(), triple) {
		quote = triple
	}
	l.at += len(quote)
	var b strings.Builder
	for l.at < len(l.src) {
		s := l.rest()
		switch {
		case strings.HasPrefix(s, quote):
			l.at += len(quote)
			return b.String(), true
		case quote == "`" && strings.HasPrefix(s, "${"):
			return "", false
		case s[0] == '\n' && len(quote) == 1 && quote != "`":
			return "", false
		case s[0] == '\\' && len(s) > 1 && !raw:
			text, n := codeEscape(s)
			b.WriteString(text)
			l.at += n
		default:
			b.WriteByte(s[0])
			l.at++
		}
	}
	return "", false
}

// codeEscape reads a backslash with what follows, in JavaScript and Python.
func codeEscape(s string) (string, int) {
	switch c := s[1]; {
	case c == '\n':
		return "", 2
	case c == 'u' && strings.HasPrefix(s, `\u{`):
		if end := strings.IndexByte(s, '}'); end > 0 && end < 12 {
			if text, n := escapeOf(`\U`+strings.Repeat("0", max(8-(end-3), 0))+s[3:end], true); n > 2 {
				return text, end + 1
			}
		}
	case c == 'u' && len(s) >= 12 && s[6] == '\\' && s[7] == 'u': // a pair of surrogates
		var text string
		if err := json.Unmarshal([]byte(`"`+s[:12]+`"`), &text); err == nil && len([]rune(text)) == 1 {
			return text, 12
		}
	case c == 'x' && len(s) >= 4 && isDigit(s[2], 16) && isDigit(s[3], 16):
		text, n := escapeOf(s[:4], true)
		return string(rune(text[0])), n
	}
	if strings.IndexByte(`abfnrtv\'"uU0`, s[1]) >= 0 {
		return escapeOf(s, true)
	}
	if s[1] == '`' || s[1] == '$' || s[1] == '/' {
		return s[1:2], 2
	}
	return s[:2], 2
}

// list reads values up to the closing character.
func (l *literals) list(depth int, end byte) (any, bool) {
	l.at++
	list := []any{}
	commas := 0
	for !l.take(end) {
		v, ok := l.value(depth + 1)
		if !ok {
			return nil, false
		}
		list = append(list, v)
		if !l.take(',') {
			if !l.take(end) {
				return nil, false
			}
			break
		}
		commas++
	}
	if end == ')' && commas == 0 && len(list) == 1 {
		return list[0], true // brackets round one value
	}
	return list, true
}

// object reads names with values. A member whose value is no literal is dropped, and
// said so.
func (l *literals) object(depth int) (any, bool) {
	l.at++
	o := catalog.Object{}
	for !l.take('}') {
		key, ok := l.key()
		if !ok {
			return nil, false
		}
		if !l.take(':') {
			l.res.drop(key, "it is a variable: it is not known what it stands for")
		} else if v, ok := l.value(depth + 1); ok {
			o = append(o, catalog.Member{Key: key, Value: v})
		} else {
			l.unknown(key)
		}
		if !l.take(',') {
			if !l.take('}') {
				return nil, false
			}
			break
		}
	}
	return o, true
}

func (l *literals) key() (string, bool) {
	l.space()
	if l.at >= len(l.src) {
		return "", false
	}
	if c := l.src[l.at]; c == '"' || c == '\'' {
		return l.text()
	}
	if strings.HasPrefix(l.rest(), "...") {
		l.at += 3
	}
	m := wordStart().FindString(l.rest())
	l.at += len(m)
	return m, m != ""
}

// unknown drops a value that is no literal and skips it.
func (l *literals) unknown(name string) {
	what := l.skip(l.at)
	l.res.drop(name, "its value "+quoted(strings.TrimSpace(what))+" is no literal: it is not known what it stands for")
}

// skip goes on to the comma or bracket that ends an expression.
func (l *literals) skip(start int) string {
	depth := 0
	quote := byte(0)
	for l.at = start; l.at < len(l.src); l.at++ {
		c := l.src[l.at]
		switch {
		case quote != 0:
			if c == '\\' {
				l.at++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			if depth == 0 {
				return l.src[start:l.at]
			}
			depth--
		case c == ',' && depth == 0:
			return l.src[start:l.at]
		}
	}
	l.at = len(l.src)
	return l.src[start:]
}

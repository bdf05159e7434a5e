package importer

import "strings"

// form reads the value of -F, or of --form-string where literal is true.
// Source: curl's lib and its manual on -F: after the name come @ (a file's bytes),
// < (a file's content as text), or text; parts are cut at semicolons outside of quotes.
func (r *curlReader) form(value string, literal bool) {
	name, content, ok := strings.Cut(value, "=")
	if !ok {
		r.res.drop("-F "+value, "there is no = in it: curl refuses it")
		return
	}
	if literal {
		r.res.param(name, content)
		return
	}
	if content == "" {
		r.res.param(name, "")
		return
	}
	switch content[0] {
	case '@':
		r.formFile(name, content[1:])
	case '<':
		r.formContent(name, content[1:])
	case '(':
		r.res.trap("-F "+name+"=(", "curl begins a nested form there; use --form-string for text")
	default:
		r.formText(name, content)
	}
}

// formText is a text field: curl takes blanks round it, quotes, and what follows a
// semicolon for its own.
func (r *curlReader) formText(name, content string) {
	part := formPart(content, 0)
	if part.text != content {
		what := "-F " + name + "=" + content
		switch {
		case part.quoted:
			r.res.trap(what, "curl takes the quotes for its own: it sends "+quoted(part.text))
		case part.cut:
			r.res.trap(what, "curl takes what follows the semicolon for its own: it sends "+quoted(part.text)+". --form-string sends text as it is")
		default:
			r.res.trap(what, "curl takes the blanks at the ends away")
		}
	}
	if part.badType {
		r.res.trap("-F "+name, "the ;type= is none that curl takes: it sends nothing at all")
	}
	r.res.param(name, part.text)
}

// formFile is a file whose bytes are sent.
func (r *curlReader) formFile(name, content string) {
	part := formPart(content, ',')
	if name != "file" {
		r.res.trap("-F "+name+"=@"+part.text, "curl sends the bytes of that file as "+name+": nothing is read here. --form-string sends an @ as text")
		return
	}
	if part.more != "" {
		r.res.trap("-F file=@"+content, "curl takes a comma for the next file: quote the path within -F, as in 'file=@\"a,b.jpg\"'")
	}
	switch {
	case part.text == "-" && r.known:
		r.res.setFile(r.stdin, false)
	case part.text == "-":
		r.res.drop("file=@-", "the file comes over standard input; here it has to be chosen")
	default:
		r.res.setFile(part.text, true)
	}
}

// formContent is a file whose content is a field's text.
func (r *curlReader) formContent(name, content string) {
	part := formPart(content, 0)
	if part.text == "-" && r.known {
		r.res.param(name, r.stdin)
		return
	}
	r.res.trap("-F "+name+"=<"+part.text, "curl sends the content of that file as the value: nothing is read here. --form-string sends a < as text")
}

// formPiece is a part of -F: its text, and what curl took for its own.
type formPiece struct {
	text    string
	quoted  bool
	cut     bool
	badType bool
	more    string // behind the end character
}

// formPart reads up to a semicolon or the end character; 0 is none.
func formPart(s string, end byte) formPiece {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	var p formPiece
	text, rest, wasQuoted := formWord(s, end)
	p.text, p.quoted = text, wasQuoted
	if !wasQuoted {
		p.text = strings.TrimRight(text, " \t\n\v\f\r")
	}
	for strings.HasPrefix(rest, ";") {
		p.cut = !wasQuoted || p.cut
		rest = strings.TrimLeft(rest[1:], " \t\n\v\f\r")
		if after, ok := strings.CutPrefix(rest, "type="); ok {
			kind := strings.TrimLeft(after, " ")
			i := strings.IndexAny(kind, ";,\n")
			if i < 0 {
				i = len(kind)
			}
			main, sub, slash := strings.Cut(kind[:i], "/")
			if !slash || main == "" || sub == "" || strings.Contains(main, " ") {
				p.badType = true
			}
			rest = kind[i:]
			if end != ',' && strings.HasPrefix(rest, ",") {
				rest = ""
			}
			continue
		}
		_, rest, _ = formWord(rest, end)
	}
	if end != 0 && len(rest) > 0 && rest[0] == end {
		p.more = rest[1:]
	}
	return p
}

// formWord is a text in curl's double quotes, or up to a semicolon or the end character.
func formWord(s string, end byte) (text, rest string, wasQuoted bool) {
	if strings.HasPrefix(s, `"`) {
		var b strings.Builder
		for i := 1; i < len(s); i++ {
			switch {
			case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '"'):
				i++
				b.WriteByte(s[i])
			case s[i] == '"':
				j := i + 1
				for j < len(s) && s[j] != ';' && (end == 0 || s[j] != end) {
					j++
				}
				return b.String(), s[j:], true
			default:
				b.WriteByte(s[i])
			}
		}
	}
	i := 0
	for i < len(s) && s[i] != ';' && (end == 0 || s[i] != end) {
		i++
	}
	return s[:i], s[i:], false
}

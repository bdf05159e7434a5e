package importer

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// word is one argument of a command as the shell would hand it over.
type word struct {
	text string
	// stdin is what a pipe or a here-document would hand over; only on the first word.
	bare bool // nothing in it was quoted
}

// call is a command with its arguments.
type call struct {
	words []word
	// stdin is what comes over standard input, as far as the text itself says it.
	stdin    string
	hasStdin bool
	// third is what the third descriptor hands over, where a group has 3<&0.
	third string
}

// shellReader walks a parsed text. It evaluates what a shell would do with literals and
// runs nothing.
type shellReader struct {
	src   string
	res   *Result
	vars  map[string]string
	calls []call
	third string
	ended bool // a command that ran in the background parted the text
}

// readShell finds the commands of a text for a POSIX shell.
func readShell(src string, res *Result) (calls []call, ok bool) {
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(false))
	file, err := parser.Parse(strings.NewReader(src), "")
	if err != nil {
		return nil, false
	}
	r := &shellReader{src: src, res: res, vars: map[string]string{}}
	for _, s := range file.Stmts {
		r.stmt(s, "", false)
		if s.Background && len(r.calls) > 0 && !r.ended {
			r.ended = true
			rest := strings.TrimSpace(src[min(int(s.Semicolon.Offset())+1, len(src)):])
			if rest != "" {
				res.trap("&", "it is not quoted: the shell ends the command there, and "+quoted(rest)+" is not sent")
			}
		}
	}
	return r.calls, true
}

// stmt walks one statement; stdin is what a pipe hands over.
func (r *shellReader) stmt(s *syntax.Stmt, stdin string, hasStdin bool) (out string, known bool) {
	if s == nil {
		return "", false
	}
	for _, d := range s.Redirs {
		switch d.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			if d.Hdoc != nil {
				stdin, hasStdin = r.text(d.Hdoc), true
			}
		case syntax.WordHdoc:
			stdin, hasStdin = r.text(d.Word)+"\n", true
		case syntax.RdrIn:
			r.res.drop("< "+r.text(d.Word), "the file is not read")
		case syntax.DplIn:
			if d.N != nil && d.N.Value == "3" && r.text(d.Word) == "0" {
				r.third = stdin
				defer func() { r.third = "" }()
			}
		}
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return r.callExpr(c, stdin, hasStdin)
	case *syntax.BinaryCmd:
		if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
			out, known := r.stmt(c.X, stdin, hasStdin)
			return r.stmt(c.Y, out, known)
		}
		r.stmt(c.X, "", false)
		return r.stmt(c.Y, "", false)
	case *syntax.Subshell:
		return r.stmts(c.Stmts, stdin, hasStdin)
	case *syntax.Block:
		return r.stmts(c.Stmts, stdin, hasStdin)
	case *syntax.TimeClause:
		return r.stmt(c.Stmt, stdin, hasStdin)
	}
	return "", false
}

func (r *shellReader) stmts(list []*syntax.Stmt, stdin string, hasStdin bool) (out string, known bool) {
	for _, s := range list {
		out, known = r.stmt(s, stdin, hasStdin)
	}
	return out, known && len(list) == 1
}

// callExpr notes a command, or an assignment for what follows.
func (r *shellReader) callExpr(c *syntax.CallExpr, stdin string, hasStdin bool) (out string, known bool) {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			if a.Name != nil && a.Value != nil {
				r.vars[a.Name.Value] = r.text(a.Value)
			} else if a.Name != nil {
				r.vars[a.Name.Value] = ""
			}
		}
		return "", false
	}
	var words []word
	for _, w := range c.Args {
		words = append(words, word{text: r.text(w), bare: isBare(w)})
	}
	switch name := words[0].text; {
	case name == ":":
		return "", false
	case name == "printf" || name == "echo":
		return printed(words)
	case name == "cat" && len(words) == 1:
		return stdin, hasStdin
	}
	r.calls = append(r.calls, call{words: words, stdin: stdin, hasStdin: hasStdin, third: r.third})
	return "", false
}

func isBare(w *syntax.Word) bool {
	for _, p := range w.Parts {
		if _, lit := p.(*syntax.Lit); !lit {
			return false
		}
	}
	return true
}

// text is a word as the shell would hand it over.
func (r *shellReader) text(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	var b strings.Builder
	for i, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok {
			b.WriteString(r.bareText(l.Value, i == 0))
			continue
		}
		r.part(&b, p, false)
	}
	return b.String()
}

// bareText is a piece without quotes: a backslash takes the meaning of what follows.
func (r *shellReader) bareText(s string, first bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			if s[i] != '\n' {
				b.WriteByte(s[i])
			}
		case c == '*' || c == '?' || c == '[':
			r.res.trapOnce(string(c), "it is not quoted: the shell may put the names of files in its place")
			b.WriteByte(c)
		case c == '{' && strings.ContainsAny(s[i:], "},"):
			if strings.Contains(s[i:], ",") || strings.Contains(s[i:], "..") {
				r.res.trapOnce("{", "it is not quoted: bash and zsh make several words of it")
			}
			b.WriteByte(c)
		case c == '~' && first && i == 0:
			b.WriteByte(c) // a path of the person's own: signpost knows it too
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// part writes a piece of a word; inQuotes is true within double quotes.
func (r *shellReader) part(b *strings.Builder, p syntax.WordPart, inQuotes bool) {
	switch p := p.(type) {
	case *syntax.Lit:
		b.WriteString(quotedText(p.Value))
	case *syntax.SglQuoted:
		if p.Dollar {
			b.WriteString(ansiC(p.Value))
		} else {
			b.WriteString(p.Value)
		}
	case *syntax.DblQuoted:
		for _, q := range p.Parts {
			r.part(b, q, true)
		}
	case *syntax.ParamExp:
		b.WriteString(r.param(p))
	case *syntax.CmdSubst:
		if out, ok := r.substituted(p); ok {
			b.WriteString(strings.TrimRight(out, "\n"))
			return
		}
		b.WriteString(r.raw(p))
		r.res.trap(r.raw(p), "the shell runs this command and takes what it prints; here it is not run, and stands as text")
	default:
		b.WriteString(r.raw(p))
		r.res.trap(r.raw(p), "the shell puts something else in its place; here it stands as text")
	}
}

// param is a variable: one that the text itself sets, or its name.
func (r *shellReader) param(p *syntax.ParamExp) string {
	raw := r.raw(p)
	if p.Param != nil && p.Exp == nil && p.Repl == nil && p.Slice == nil && !p.Length && !p.Excl {
		if v, ok := r.vars[p.Param.Value]; ok {
			return v
		}
	}
	r.res.trap(raw, "the shell puts the value of the variable there, or nothing; it is not known here and stands as text. In single quotes the dollar would be one")
	return raw
}

// substituted is what a command substitution prints, where that is printf or echo of
// literals.
func (r *shellReader) substituted(c *syntax.CmdSubst) (string, bool) {
	if len(c.Stmts) != 1 {
		return "", false
	}
	e, ok := c.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(e.Args) == 0 {
		return "", false
	}
	if name := e.Args[0].Lit(); name != "printf" && name != "echo" {
		return "", false
	}
	var words []word
	for _, w := range e.Args {
		words = append(words, word{text: r.text(w)})
	}
	return printed(words)
}

// raw is a node as it was written.
func (r *shellReader) raw(n syntax.Node) string {
	from, to := int(n.Pos().Offset()), int(n.End().Offset())
	if from < 0 || to > len(r.src) || from > to {
		return ""
	}
	return r.src[from:to]
}

// quotedText is literal text within double quotes: only a few characters are escaped.
func quotedText(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$`\"\\\n", s[i+1]) >= 0 {
			i++
			if s[i] != '\n' {
				b.WriteByte(s[i])
			}
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// printed is what printf or echo print of literals. ok is false for a format that is
// more than escapes, %s and %%.
func printed(words []word) (out string, ok bool) {
	if words[0].text == "echo" {
		args, end := words[1:], "\n"
		if len(args) > 0 && args[0].text == "-n" {
			args, end = args[1:], ""
		}
		var all []string
		for _, w := range args {
			all = append(all, w.text)
		}
		return strings.Join(all, " ") + end, true
	}
	args := words[1:]
	if len(args) > 0 && args[0].text == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return "", false
	}
	format, rest := args[0].text, args[1:]
	var b strings.Builder
	for {
		taken := 0
		for i := 0; i < len(format); i++ {
			switch {
			case format[i] == '%' && strings.HasPrefix(format[i:], "%%"):
				b.WriteByte('%')
				i++
			case format[i] == '%' && strings.HasPrefix(format[i:], "%s"):
				if taken < len(rest) {
					b.WriteString(rest[taken].text)
				}
				taken++
				i++
			case format[i] == '%':
				return "", false
			case format[i] == '\\':
				text, n := escapeOf(format[i:], false)
				b.WriteString(text)
				i += n - 1
			default:
				b.WriteByte(format[i])
			}
		}
		if taken == 0 || taken >= len(rest) {
			return b.String(), true
		}
		rest = rest[taken:]
	}
}

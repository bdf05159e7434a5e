package sandbox

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/scanner"
)

// The parameter eval is JavaScript that looks at resource_info and sets upload_options.
// The sandbox runs the part of it that the documentation and the SDKs' tests use: if and
// else, assignments to upload_options, and expressions of texts, numbers, resource_info,
// comparisons, arithmetic, && || and !. There are no loops, no functions and no variables,
// so that each script ends, and what it makes is no longer than it is. Another script is
// left out, and sandbox_notes say so. Source: documentation/upload_parameters, eval.

// mostScript bounds the text of a script, in bytes, and mostNested how deep it is nested.
const (
	mostScript = 8 << 10
	mostNested = 40
)

// evalNote says that a script was left out.
const evalNote = "the sandbox runs a part of JavaScript only: if, else, assignments to upload_options and comparisons in eval, current_asset.update({tags: […]}) in on_success; this script was left out"

var errScript = errors.New("the script is beyond what the sandbox runs")

// script is one run of a script.
type script struct {
	s      scanner.Scanner
	token  rune
	text   string
	info   map[string]any // numbers and texts
	set    map[string]any // what was assigned
	nested int
}

// runScript runs a script and returns the upload_options that it set.
func runScript(text string, info map[string]any) (map[string]any, error) {
	p := &script{info: info, set: map[string]any{}}
	return p.set, p.run(text, func() error { return p.statement(true) })
}

// run reads a script, one statement after the other.
func (p *script) run(text string, statement func() error) error {
	if len(text) > mostScript {
		return errScript
	}
	p.s.Init(strings.NewReader(text))
	p.s.Mode = scanner.ScanIdents | scanner.ScanFloats | scanner.ScanStrings | scanner.ScanComments | scanner.SkipComments
	wrong := false
	p.s.Error = func(*scanner.Scanner, string) { wrong = true }
	p.next()
	for p.token != scanner.EOF {
		if err := statement(); err != nil || wrong {
			return errScript
		}
	}
	return nil
}

// runOnSuccess runs a script of on_success, current_asset.update({tags: ["a"]}), and
// returns the tags that it gives to the asset. Source: cloudinary_java AbstractUploaderTest.
func runOnSuccess(text string) (tags []string, err error) {
	p := &script{}
	return tags, p.run(text, func() error {
		for _, token := range []string{"current_asset", ".", "update", "(", "{", "tags", ":", "["} {
			if !p.is(token) {
				return errScript
			}
		}
		for tags = nil; p.token == scanner.String; p.is(",") {
			tag, err := strconv.Unquote(p.text)
			if err != nil || strings.Contains(tag, ",") {
				return errScript
			}
			tags = append(tags, tag)
			p.next()
		}
		for _, token := range []string{"]", "}", ")"} {
			if !p.is(token) {
				return errScript
			}
		}
		p.is(";")
		return nil
	})
}

// next reads a token. Operators of several characters are one, and so is a text in
// single quotes.
func (p *script) next() {
	p.token = p.s.Scan()
	p.text = p.s.TokenText()
	switch {
	case p.token == '\'':
		var b strings.Builder
		for c := p.s.Next(); c != '\''; c = p.s.Next() {
			if c == '\\' {
				c = p.s.Next()
			}
			if c == scanner.EOF || c == '\n' {
				p.token = scanner.EOF
				p.s.Error(&p.s, "a text without an end")
				return
			}
			b.WriteRune(c)
		}
		p.token, p.text = scanner.String, strconv.Quote(b.String())
	case p.token > 0 && strings.ContainsRune("=!<>&|", p.token):
		for strings.ContainsRune("=&|", p.s.Peek()) && p.s.Peek() != scanner.EOF && len(p.text) < 3 {
			p.text += string(p.s.Next())
		}
	}
}

// is reports whether the token is that text, and takes it if so.
func (p *script) is(text string) bool {
	if p.token == scanner.String || p.token == scanner.EOF || p.text != text {
		return false
	}
	p.next()
	return true
}

// statement runs one statement where live, else reads it only.
func (p *script) statement(live bool) error {
	if p.nested++; p.nested > mostNested {
		return errScript
	}
	defer func() { p.nested-- }()
	switch {
	case p.is(";"):
		return nil
	case p.is("{"):
		for !p.is("}") {
			if p.token == scanner.EOF {
				return errScript
			}
			if err := p.statement(live); err != nil {
				return err
			}
		}
		return nil
	case p.is("if"):
		return p.choice(live)
	}
	name, err := p.member("upload_options")
	if err != nil || !p.is("=") {
		return errScript
	}
	value, err := p.expression(0)
	if err != nil {
		return err
	}
	if live {
		p.set[name] = value
	}
	p.is(";")
	return nil
}

// choice runs what is behind an if.
func (p *script) choice(live bool) error {
	if !p.is("(") {
		return errScript
	}
	value, err := p.expression(0)
	if err != nil || !p.is(")") {
		return errScript
	}
	yes := truth(value)
	if err := p.statement(live && yes); err != nil {
		return err
	}
	for p.is(";") { // people write one behind a block, also before an else
	}
	if p.is("else") {
		return p.statement(live && !yes)
	}
	return nil
}

// member reads name["key"] or name.key.
func (p *script) member(object string) (string, error) {
	if !p.is(object) {
		return "", errScript
	}
	switch {
	case p.is("."):
		name := p.text
		if p.token != scanner.Ident {
			return "", errScript
		}
		p.next()
		return name, nil
	case p.is("["):
		if p.token != scanner.String {
			return "", errScript
		}
		name, err := strconv.Unquote(p.text)
		p.next()
		if err != nil || !p.is("]") {
			return "", errScript
		}
		return name, nil
	}
	return "", errScript
}

// levels are the operators, those that bind least first.
var levels = [][]string{{"||"}, {"&&"}, {"==", "===", "!=", "!=="}, {"<", ">", "<=", ">="}, {"+", "-"}, {"*", "/"}}

// expression reads one of a level, and works it out.
func (p *script) expression(level int) (any, error) {
	if level == len(levels) {
		return p.operand()
	}
	left, err := p.expression(level + 1)
	for err == nil && p.token != scanner.String && slices.Contains(levels[level], p.text) {
		op := p.text
		p.next()
		var right any
		if right, err = p.expression(level + 1); err == nil {
			left = operate(op, left, right)
		}
	}
	return left, err
}

// operand reads what stands between operators.
func (p *script) operand() (any, error) {
	if p.nested++; p.nested > mostNested {
		return nil, errScript
	}
	defer func() { p.nested-- }()
	text := p.text
	switch {
	case p.is("!"):
		v, err := p.operand()
		return !truth(v), err
	case p.is("-"):
		v, err := p.operand()
		return -number(v), err
	case p.is("("):
		v, err := p.expression(0)
		if err != nil || !p.is(")") {
			return nil, errScript
		}
		return v, nil
	case p.is("true"), p.is("false"):
		return text == "true", nil
	case p.is("null"), p.is("undefined"):
		return nil, nil
	case p.token == scanner.Int || p.token == scanner.Float:
		p.next()
		n, err := strconv.ParseFloat(text, 64)
		return n, err
	case p.token == scanner.String:
		p.next()
		return strconv.Unquote(text)
	}
	name, err := p.member("resource_info")
	return p.info[name], err
}

// operate works out one operator as JavaScript does, for what can be here.
func operate(op string, a, b any) any {
	_, aText := a.(string)
	_, bText := b.(string)
	switch op {
	case "||":
		if truth(a) {
			return a
		}
		return b
	case "&&":
		if truth(a) {
			return b
		}
		return a
	case "==", "===":
		return textOf(a) == textOf(b)
	case "!=", "!==":
		return textOf(a) != textOf(b)
	case "+":
		if aText || bText {
			return textOf(a) + textOf(b)
		}
		return number(a) + number(b)
	case "-":
		return number(a) - number(b)
	case "*":
		return number(a) * number(b)
	case "/":
		return number(a) / number(b)
	}
	x, y := number(a), number(b)
	if aText && bText {
		x, y = float64(strings.Compare(a.(string), b.(string))), 0
	}
	switch op {
	case "<":
		return x < y
	case ">":
		return x > y
	case "<=":
		return x <= y
	}
	return x >= y
}

func truth(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	}
	return false
}

func number(v any) float64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		if n, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return n
		}
		return math.NaN()
	}
	return math.NaN()
}

func textOf(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	}
	return "null"
}

// evalOptions are the upload_options that a script may set.
var evalOptions = []string{
	"tags", "context", "metadata", "quality_analysis", "accessibility_analysis", "cinemagraph_analysis", "colors", "faces", "image_metadata", "media_metadata",
	"transformation", "eager", "format", "public_id", "folder", "public_id_prefix", "asset_folder", "display_name", "moderation", "return_delete_token",
	"custom_coordinates", "face_coordinates", "access_control", "responsive_breakpoints", "overwrite", "use_filename", "unique_filename",
}

// evaluate runs the scripts of an order whose file was recognised. changed is true where
// one set anything.
func (o *order) evaluate() (changed, leftOut bool) {
	if text := o.p.get("on_success"); text != "" {
		tags, err := runOnSuccess(text)
		if err != nil {
			leftOut = true
		} else if len(tags) > 0 {
			o.p, changed = o.p.set("tags", strings.Join(tags, ",")), true
		}
	}
	text := o.p.get("eval")
	if text == "" {
		return changed, leftOut
	}
	set, err := runScript(text, map[string]any{
		"width": float64(o.media.width), "height": float64(o.media.height), "bytes": float64(o.file.blob.size), "format": o.media.format,
		"resource_type": o.media.kind, "type": o.key.typ, "public_id": o.key.id, "original_filename": o.file.name, "etag": o.file.blob.etag,
	})
	if err != nil {
		return changed, true
	}
	for name := range set {
		if !slices.Contains(evalOptions, name) {
			return changed, true
		}
	}
	for name, value := range set {
		o.p = o.p.set(name, textOf(value))
	}
	return changed || len(set) > 0, leftOut
}

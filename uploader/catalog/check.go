package catalog

import (
	"fmt"
	"path"
	"strings"

	"signpost/signer"
)

// The sizes from which on a file is spoken of, in bytes: the free plan's limits, and
// what one request may hold.
// Source: texts of the service's own errors; the official SDKs' part size.
const (
	FreeImage  = 10_485_760
	FreeVideo  = 104_857_600
	OneRequest = 100_000_000
)

// Check says what looks wrong with a request before it is sent. Nothing is refused: the
// service may accept what is not documented.
func Check(r Request) []Finding {
	c := checker{Request: r, values: make(map[string]string, len(r.Params))}
	for _, p := range r.Params {
		if _, twice := c.values[p.Name]; twice {
			c.warn(p.Name, "it is there twice", "keep one: which of them the service takes is not known")
		}
		c.values[p.Name] = p.Value
	}
	for _, p := range r.Params {
		c.param(p)
	}
	c.timestamp()
	c.together()
	c.unsigned()
	c.file()
	return c.found
}

// checker collects findings.
type checker struct {
	Request
	values map[string]string
	found  []Finding
}

func (c *checker) warn(name, text, hint string) {
	c.found = append(c.found, Finding{Param: name, Text: text, Hint: hint})
}

func (c *checker) fix(name, text, hint, value string) {
	c.found = append(c.found, Finding{Param: name, Text: text, Hint: hint, Fix: value, HasFix: true})
}

func (c *checker) unconfirmed(name, text, hint string) {
	c.found = append(c.found, Finding{Param: name, Text: text, Hint: hint, Unconfirmed: true})
}

// has reports whether a parameter is sent.
func (c *checker) has(name string) bool { return c.values[name] != "" }

// yes reports whether a switch is on.
func (c *checker) yes(name string) bool {
	v, _ := ParseBool(c.values[name])
	return v
}

// param checks one parameter by itself.
func (c *checker) param(p signer.Param) {
	if p.Value == "" {
		return
	}
	spec, known := Lookup(p.Name)
	if !known {
		c.unknown(p)
		c.invisible(p)
		return
	}
	if c.invisible(p) {
		return // what follows would be about the same characters
	}
	c.wrapped(p, spec)
	switch spec.Type {
	case Bool:
		c.boolean(p)
	case Choice:
		c.choice(p, spec)
	case List:
		c.list(p, spec)
	case Pairs:
		c.pairs(p)
	case Coordinates:
		_, problems := ParseCoordinates(p.Value)
		c.problems(p.Name, problems)
	case Transformation:
		_, problems := ParseTransformation(p.Value)
		c.problems(p.Name, problems)
	case Transformations:
		_, problems := ParseEager(p.Value)
		c.problems(p.Name, problems)
	case JSON:
		if p.Name != "auto_transcription" || !isSwitch(p.Value) {
			c.problems(p.Name, CheckJSON(p.Name, p.Value))
		}
	case Number:
		c.number(p)
	case URL:
		c.url(p)
	case Text:
		c.text(p)
	}
}

func isSwitch(text string) bool { _, known := ParseBool(text); return known }

// problems takes over the first problem of a value; more would not be read.
func (c *checker) problems(name string, all []Problem) {
	if len(all) == 0 {
		return
	}
	text := all[0].Text
	if more := len(all) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	c.warn(name, text, all[0].Hint)
}

// unknown is about a name that the catalog does not have.
func (c *checker) unknown(p signer.Param) {
	switch p.Name {
	case "manifest_transformation", "manifest_json", "template", "template_vars", "file", "cloud_name":
		return // the service names the first four itself; the others are never signed
	case "max_file_size", "max_bytes", "x_unique_upload_id":
		c.warn(p.Name, "the service does not know it and leaves it out of its string to sign: a signature with it is wrong", "take it out: it is a setting of an upload widget or of an SDK")
		return
	}
	text := "it is not in the catalog: where the service does not know it either, it leaves it out of its string to sign, and the signature is wrong"
	if names := Suggest(p.Name); len(names) > 0 {
		c.warn(p.Name, text, "did you mean "+strings.Join(names, " or ")+"?")
		return
	}
	c.warn(p.Name, text, "send it without, if it is meant for an SDK or a widget")
}

// wrapped is about values that still have the wrapping of where they come from: quotes,
// percent signs.
func (c *checker) wrapped(p signer.Param, spec Param) {
	v := p.Value
	if n := len(v); n >= 2 && (v[0] == '"' || v[0] == '\'') && v[n-1] == v[0] && spec.Type != Script && spec.Type != JSON {
		c.fix(p.Name, "quotes stand round the whole value, and belong to it", "take them away unless they are meant", v[1:n-1])
		return
	}
	if spec.Type == URL || spec.Type == Script || spec.Type == JSON {
		return
	}
	if decoded, ok := percentDecoded(v); ok {
		c.fix(p.Name, "it looks URL-encoded: "+firstEscape(v)+" is signed and stored as it stands", "values are signed raw, and encoded only on the way", decoded)
	}
}

func (c *checker) boolean(p signer.Param) {
	if isSwitch(p.Value) {
		return
	}
	fixed := ""
	switch strings.ToLower(p.Value) {
	case "yes", "y", "on", "t":
		fixed = FormatBool(p.Name, true)
	case "no", "n", "off", "f":
		fixed = FormatBool(p.Name, false)
	}
	hint := "1 or 0; true and false are taken too"
	if fixed != "" {
		c.fix(p.Name, "it is neither true nor false", hint, fixed)
		return
	}
	c.warn(p.Name, "it is neither true nor false", hint)
}

func (c *checker) choice(p signer.Param, spec Param) {
	for item := range strings.SplitSeq(p.Value, "|") {
		name, _, _ := strings.Cut(item, ":")
		known := func(v string) bool { before, _, _ := strings.Cut(v, ":"); return v == item || before == name }
		ok := false
		for _, v := range spec.Values {
			ok = ok || known(v)
		}
		if ok || p.Name == "format" && len(item) <= 5 {
			continue
		}
		hint := "known are " + strings.Join(spec.Values, ", ")
		if best, near := nearest(item, spec.Values); near {
			if p.Value == item {
				c.fix(p.Name, fmt.Sprintf("%q is no value that is known here", item), "did you mean "+best+"?", best)
				return
			}
			hint = "did you mean " + best + "?"
		}
		c.warn(p.Name, fmt.Sprintf("%q is no value that is known here", item), hint)
		return
	}
	if p.Name == "access_mode" {
		c.warn(p.Name, "it is the old form of access control, and deprecated", "access_control with an access_type of token, or type authenticated")
	}
	if p.Name == "moderation" && strings.Contains(p.Value, "manual|") {
		c.warn(p.Name, "manual comes last", "such as aws_rek|manual")
	}
}

func (c *checker) list(p signer.Param, spec Param) {
	items := SplitList(p.Value)
	for _, item := range items {
		switch {
		case item == "":
			c.warn(p.Name, "an empty item: a comma at an end, or two in a row", "take the comma away")
			return
		case strings.TrimSpace(item) != item:
			trimmed := make([]string, len(items))
			for i, s := range items {
				trimmed[i] = strings.TrimSpace(s)
			}
			c.fix(p.Name, "a blank next to a comma belongs to the item", "", JoinList(trimmed))
			return
		case p.Name == "allowed_formats" && strings.HasPrefix(item, "."):
			c.fix(p.Name, "formats are written without a dot", "", strings.ReplaceAll(p.Value, ".", ""))
			return
		case p.Name == "categorization" && !contains(spec.Values, item):
			c.warn(p.Name, fmt.Sprintf("%q is no value that is known here", item), "known are "+strings.Join(spec.Values, ", "))
			return
		}
	}
}

func (c *checker) pairs(p signer.Param) {
	if _, ok := ParsePairs(p.Value); ok {
		return
	}
	switch v := p.Value; {
	case strings.HasPrefix(v, "{"):
		c.warn(p.Name, "it is JSON: the service takes key=value pairs", "write key=value|key=value; enter opens the editor")
	case !strings.Contains(v, "="):
		c.warn(p.Name, "there is no = in it", "pairs are key=value, joined with |")
	case !strings.Contains(v, "|") && strings.Contains(v, ","):
		c.warn(p.Name, "pairs are parted by |, not by a comma", "key=value|key=value")
	default:
		c.warn(p.Name, "a pair has no =, or a value has an = without a backslash", `write \= and \| within values`)
	}
}

func (c *checker) number(p signer.Param) {
	n, ok := parseDecimal(p.Value)
	switch {
	case !ok && strings.Contains(p.Value, ","):
		c.fix(p.Name, "a comma is no decimal point", "", strings.Replace(p.Value, ",", ".", 1))
	case !ok:
		c.warn(p.Name, "it is no number", "from 0.0 to 1.0")
	case n < 0 || n > 1:
		c.warn(p.Name, "it is outside of 0.0 to 1.0", "0.6 tags what is at least 60 % sure")
	}
}

// text checks the parameters of free text that have rules of their own.
func (c *checker) text(p signer.Param) {
	switch p.Name {
	case "public_id":
		c.publicID(p.Value)
	case "display_name":
		if strings.Contains(p.Value, "/") {
			c.warn(p.Name, "slashes are refused: Display name cannot contain slashes", "the folder is asset_folder")
		}
	case "asset_folder", "folder", "public_id_prefix":
		if trimmed := strings.Trim(p.Value, "/"); trimmed != p.Value {
			c.fix(p.Name, "slashes at the ends are taken away by the service, but they are signed", "", trimmed)
		}
	case "signature", "api_key":
		c.warn(p.Name, "it comes from the account and the signature", "take it out of the form")
	}
}

// publicID checks the rules of names.
// Source: docs/ts_permitted_naming_conventions.
func (c *checker) publicID(id string) {
	const name = "public_id"
	if n := len([]rune(id)); n > 255 {
		c.warn(name, fmt.Sprintf("it has %d characters, and at most 255 are taken", n), "")
	}
	if i := strings.IndexAny(id, `?&#\%<>+`); i >= 0 {
		c.warn(name, fmt.Sprintf("%q is not allowed in a public ID", id[i:i+1]), `? & # \ % < > + are forbidden`)
		return
	}
	if trimmed := strings.Trim(id, "/"); trimmed != id {
		c.fix(name, "slashes at the ends are taken away by the service", "", trimmed)
	}
	for folder := range strings.SplitSeq(strings.TrimSuffix(id, path.Base(id)), "/") {
		if len(folder) > 1 && folder[0] == 'v' && strings.Trim(folder[1:], "0123456789") == "" {
			c.warn(name, fmt.Sprintf("the folder %q looks like a version", folder), "a folder must not be v and digits")
		}
	}
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(id)), ".")
	if c.ResourceType != "raw" && c.ResourceType != "auto" && ext != "" && contains(extensions, ext) {
		c.fix(name, "an extension becomes part of the name: the delivery URL ends in ."+ext+"."+ext, "leave it out, but for raw", id[:len(id)-len(ext)-1])
	}
}

package lens

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"

	"signpost/uploader/catalog"
)

// spelling is how a language prints values that are no texts.
type spelling struct {
	true_, false_ string
	whole         string // behind the digits of a fraction that is whole: "" or ".0"
	null          string // in a list
	object        func(catalog.Object) string
}

// documented is the spelling of the rule itself: true and false, numbers as they are
// written, lists joined with a comma.
var documented = spelling{true_: "true", false_: "false", whole: asWritten}

const asWritten = "as written"

// languages is how the language of an SDK prints values.
func languages(sdk string) spelling {
	words := spelling{true_: "true", false_: "false"}
	switch sdk {
	case Node:
		words.object = func(catalog.Object) string { return "[object Object]" }
	case Python:
		words.whole, words.object = ".0", pythonObject
	case Ruby:
		words.whole, words.object = ".0", rubyObject
	case PHP:
		return spelling{true_: "1", object: phpObject}
	case Java:
		words.whole, words.object = ".0", javaObject
	case DotNet:
		return spelling{true_: "True", false_: "False", object: func(catalog.Object) string {
			return "System.Collections.Generic.Dictionary`2[System.String,System.Object]"
		}}
	}
	return words // Go: the caller makes texts of everything, as strconv does
}

// spell is a value as text; the elements of a list are joined with a comma.
func spell(v any, l spelling) string {
	switch v := v.(type) {
	case nil:
		return l.null
	case string:
		return v
	case bool:
		if v {
			return l.true_
		}
		return l.false_
	case json.Number:
		return l.number(v)
	case []any:
		items := make([]string, len(v))
		for i, e := range v {
			items[i] = spell(e, l)
		}
		return strings.Join(items, ",")
	case catalog.Object:
		if l.object != nil {
			return l.object(v)
		}
		return compactJSON(v)
	}
	return ""
}

// number is a number as the language prints it: whole ones alike everywhere.
func (l spelling) number(n json.Number) string {
	text := n.String()
	if l.whole == asWritten || !strings.ContainsAny(text, ".eE") {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	short := strconv.FormatFloat(f, 'f', -1, 64)
	if len(short) > 21 {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	if !strings.Contains(short, ".") {
		short += l.whole
	}
	return short
}

func join(o catalog.Object, joint string, member func(key string, value any) string) string {
	items := make([]string, len(o))
	for i, m := range o {
		items[i] = member(m.Key, m.Value)
	}
	return strings.Join(items, joint)
}

func pythonObject(o catalog.Object) string {
	return "{" + join(o, ", ", func(k string, v any) string { return "'" + k + "': " + pythonRepr(v) }) + "}"
}

func pythonRepr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case string:
		return "'" + v + "'"
	case []any:
		items := make([]string, len(v))
		for i, e := range v {
			items[i] = pythonRepr(e)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return spell(v, languages(Python))
}

// rubyObject is a hash as Ruby before 3.4 prints it; later ones put blanks around =>.
func rubyObject(o catalog.Object) string {
	return "{" + join(o, ", ", func(k string, v any) string { return strconv.Quote(k) + "=>" + rubyInspect(v) }) + "}"
}

func rubyInspect(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return strconv.Quote(v)
	case []any:
		items := make([]string, len(v))
		for i, e := range v {
			items[i] = rubyInspect(e)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return spell(v, languages(Ruby))
}

// phpObject is an associative array: keys and values joined with commas.
func phpObject(o catalog.Object) string {
	return join(o, ",", func(k string, v any) string { return k + "," + spell(v, languages(PHP)) })
}

func javaObject(o catalog.Object) string {
	return "{" + join(o, ", ", func(k string, v any) string {
		return k + "=" + javaText(v)
	}) + "}"
}

func javaText(v any) string {
	list, ok := v.([]any)
	if !ok {
		return spell(v, languages(Java))
	}
	items := make([]string, len(list))
	for i, e := range list {
		items[i] = javaText(e)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// jsonStyle is how a language writes JSON.
type jsonStyle struct {
	comma, colon string
	// escape rewrites the inside of a text; nil leaves it.
	escape func(string) string
}

var compact = jsonStyle{comma: ",", colon: ":"}

func compactJSON(v any) string { return compact.write(v) }

// write is a value as JSON.
func (j jsonStyle) write(v any) string {
	switch v := v.(type) {
	case catalog.Object:
		return "{" + join(v, j.comma, func(k string, v any) string { return j.write(k) + j.colon + j.write(v) }) + "}"
	case []any:
		items := make([]string, len(v))
		for i, e := range v {
			items[i] = j.write(e)
		}
		return "[" + strings.Join(items, j.comma) + "]"
	}
	text := catalog.EncodeJSON(v)
	if s, ok := v.(string); ok && j.escape != nil {
		text = j.escape(catalog.EncodeJSON(s))
	}
	return text
}

// asciiOnly writes what is beyond ASCII as \uXXXX, as Python and PHP do.
func asciiOnly(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		b.WriteString(utf16Escape(r))
	}
	return b.String()
}

// utf16Escape is a character as JSON's escape, with a pair above U+FFFF.
func utf16Escape(r rune) string {
	if hi, lo := utf16.EncodeRune(r); hi != 0xfffd {
		return hexEscape(hi) + hexEscape(lo)
	}
	return hexEscape(r)
}

func hexEscape(r rune) string {
	h := strconv.FormatInt(int64(r), 16)
	return `\u` + strings.Repeat("0", 4-len(h)) + h
}

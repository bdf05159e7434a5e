package lens

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"signpost/signer"
	"signpost/uploader/catalog"
)

// pythonOption: texts stay texts, 0 counts as nothing, JSON has blanks in one place.
func pythonOption(name string, v any, w wire) (wire, string) {
	if n, is := v.(json.Number); is {
		if f, err := n.Float64(); err == nil && f == 0 {
			return wire{rule: DropsZero}, ""
		}
		return number(v, languages(Python), w), ""
	}
	p, _ := catalog.Lookup(name)
	list, isList := v.([]any)
	switch {
	case name == "auto_transcription":
		return asWords(v, w), ""
	case isSwitch(name):
		return as01(v, w), ""
	case isPairs(name):
		if o, is := v.(catalog.Object); is {
			return wire{text: pairsOf(o, func(v any) string { return escapePairs(pythonValue(v)) }), rule: ValueSpelling}, ""
		}
	case name == "eager":
		return pythonEager(v, w), ""
	case name == "responsive_breakpoints":
		if all, is := withTransformations(v, asIs); is {
			return wire{text: jsonStyle{", ", ": ", asciiOnly}.write(all), rule: JSONSpelling}, ""
		}
	case isJSON(name):
		return wire{text: asciiOnly(w.text), rule: JSONSpelling}, ""
	case name == "headers":
		return headerLines(v, ": ", "", w), ""
	case isList && p.Type == catalog.List:
		if at := slices.IndexFunc(list, func(e any) bool { _, is := e.(string); return !is }); at >= 0 {
			return w, fmt.Sprintf("TypeError: sequence item %d: expected str instance, %s found", at, pythonType(list[at]))
		}
	}
	return w, ""
}

// pythonValue is a value of context or metadata.
func pythonValue(v any) string {
	switch v := v.(type) {
	case []any, catalog.Object:
		return jsonStyle{",", ":", asciiOnly}.write(v)
	case string:
		return v
	}
	return pythonRepr(v)
}

// pythonEager has nothing where an eager transformation is a format only.
func pythonEager(v any, w wire) wire {
	list, is := v.([]any)
	if !is {
		list = []any{v}
	}
	items := make([]string, len(list))
	only := false
	for i, e := range list {
		if o, is := e.(catalog.Object); is && len(o) == 1 && o[0].Key == "format" {
			only = true
			continue
		}
		items[i], _, _ = catalog.Serialize("eager", []any{e})
	}
	if !only {
		return w
	}
	return wire{text: strings.Join(items, "|"), rule: FormatOnly}
}

// rubyOption: lists within pairs have blanks, and switches are 1 and 0 throughout.
func rubyOption(name string, v any, w wire) wire {
	switch {
	case isSwitch(name):
		if b, known := catalog.ParseBool(spell(v, documented)); known {
			return as01(b, w)
		}
	case isPairs(name):
		if o, is := v.(catalog.Object); is {
			return wire{text: pairsOf(o, rubyValue), rule: ValueSpelling}
		}
	case name == "responsive_breakpoints":
		all, is := withTransformations(v, func(o catalog.Object, at int, text string) catalog.Object {
			if at < 0 {
				o = append(o, catalog.Member{Key: "transformation", Value: ""})
			}
			return o
		})
		if is {
			return wire{text: compactJSON(all), rule: AddsMember}
		}
	case name == "headers":
		return headerLines(v, ": ", "", w)
	}
	return number(v, languages(Ruby), w)
}

func rubyValue(v any) string {
	if list, is := v.([]any); is {
		return escapePairs(rubyInspect(list))
	}
	return escapePairs(spell(v, languages(Ruby)))
}

// phpOption was read in the source: delimiters are escaped everywhere, JSON has its
// slashes escaped.
func phpOption(name string, v any, w wire) wire {
	list, isList := v.([]any)
	o, isObject := v.(catalog.Object)
	p, _ := catalog.Lookup(name)
	switch {
	case isSwitch(name):
		return as01(v, w)
	case isPairs(name) && isObject:
		escaped := catalog.Object{}
		for _, m := range o {
			if spell(m.Value, languages(PHP)) != "" {
				escaped = append(escaped, catalog.Member{Key: escapePairs(m.Key), Value: m.Value})
			}
		}
		return wire{text: pairsOf(escaped, phpValue), rule: EscapesMore}
	case isList && p.Type == catalog.List:
		text, _, rule, _ := phpList(list)
		return wire{text: text, rule: rule}
	case isJSON(name) && (isList || isObject):
		return wire{text: asciiOnly(strings.ReplaceAll(w.text, "/", `\/`)), rule: JSONSpelling}
	case name == "headers" && isObject:
		var lines []string
		colon := strings.NewReplacer(":", `\:`)
		for _, m := range o {
			lines = append(lines, colon.Replace(m.Key)+":"+colon.Replace(spell(m.Value, languages(PHP))))
		}
		return wire{text: strings.Join(lines, "\n"), rule: HeaderSpelling}
	}
	return number(v, languages(PHP), w)
}

func phpValue(v any) string {
	if list, is := v.([]any); is {
		return quotedList(list, escapePairs)
	}
	return escapePairs(spell(v, languages(PHP)))
}

// quotedList is a list of quoted elements.
func quotedList(list []any, escape func(string) string) string {
	items := make([]string, len(list))
	for i, e := range list {
		items[i] = `"` + escape(spell(e, documented)) + `"`
	}
	return "[" + strings.Join(items, ",") + "]"
}

// javaOption was read in the source: true and false in words, elements of lists within
// pairs escaped twice, each header line ended.
func javaOption(name string, v any, w wire) wire {
	switch {
	case isSwitch(name):
		if b, is := v.(bool); is {
			return asWords(b, w)
		}
		return wire{text: strconv.FormatBool(v == "true"), rule: SwitchText}
	case isPairs(name):
		if o, is := v.(catalog.Object); is {
			return wire{text: pairsOf(o, func(v any) string {
				if list, is := v.([]any); is {
					return escapePairs(quotedList(list, escapePairs))
				}
				return escapePairs(spell(v, languages(Java)))
			}), rule: ValueSpelling}
		}
	case name == "headers":
		if list, is := v.([]any); is {
			lines := make([]string, len(list))
			for i, e := range list {
				lines[i] = spell(e, languages(Java)) + "\n"
			}
			return wire{text: strings.Join(lines, ""), rule: HeaderSpelling}
		}
		return headerLines(v, ": ", "\n", w)
	}
	return number(v, languages(Java), w)
}

// dotnetOption was read in the source: options are typed properties.
func (in reading) dotnetOption(name string, v any, w wire) wire {
	switch {
	case name == "unique_filename":
		use, _ := in.values.Get("use_filename")
		if b, _ := catalog.ParseBool(spell(use, documented)); !b {
			return wire{rule: NeedsUseName}
		}
		return asWords(v, w)
	case isSwitch(name):
		return asWords(v, w)
	case isPairs(name):
		if o, is := v.(catalog.Object); is {
			return wire{text: pairsOf(o, func(v any) string {
				if list, is := v.([]any); is {
					return quotedList(list, escapePairs)
				}
				return escapePairs(spell(v, documented))
			}), rule: ValueSpelling}
		}
	case name == "headers":
		return headerLines(v, ": ", "\n", w)
	}
	return number(v, languages(DotNet), w)
}

// goOption: nothing in pairs is escaped, coordinates are JSON, a field for each.
func goOption(name string, v any, w wire) wire {
	p, _ := catalog.Lookup(name)
	switch {
	case isSwitch(name):
		return asWords(v, w)
	case isPairs(name):
		if o, is := v.(catalog.Object); is {
			return wire{text: pairsOf(o, func(v any) string {
				if s, is := v.(string); is {
					return s
				}
				return compactJSON(v)
			}), rule: NoEscape}
		}
	case p.Type == catalog.Coordinates:
		return goCoordinates(name, v, w)
	}
	if n, is := v.(json.Number); is {
		if f, err := n.Float64(); err == nil && f == 0 {
			return wire{rule: DropsZero}
		}
	}
	return number(v, languages(Go), w)
}

func goCoordinates(name string, v any, w wire) wire {
	if _, is := v.(string); is {
		v = coordinates(w.text)
	}
	list, is := v.([]any)
	if !is || len(list) == 0 {
		return w
	}
	if _, nested := list[0].([]any); !nested {
		list = []any{list}
	}
	out := wire{rule: IndexedFields}
	var texts []string
	for i, e := range list {
		text := compactJSON(e)
		texts = append(texts, text)
		out.fields = append(out.fields, signer.Param{Name: name + "[" + strconv.Itoa(i) + "]", Value: text})
	}
	out.text = strings.Join(texts, ",")
	return out
}

// Typed turns the texts of a form into what a person would write as options of an SDK:
// true, lists, objects, numbers. A text that its type cannot be read from stays one.
func Typed(params []signer.Param) catalog.Object {
	var o catalog.Object
	for _, p := range params {
		o = append(o, catalog.Member{Key: p.Name, Value: typed(p)})
	}
	return o
}

// Texts are the values of a form as they stand.
func Texts(params []signer.Param) catalog.Object {
	var o catalog.Object
	for _, p := range params {
		o = append(o, catalog.Member{Key: p.Name, Value: p.Value})
	}
	return o
}

func typed(p signer.Param) any {
	spec, known := catalog.Lookup(p.Name)
	if !known || p.Value == "" || p.Name == "timestamp" {
		return p.Value
	}
	switch spec.Type {
	case catalog.Bool:
		if b, known := catalog.ParseBool(p.Value); known {
			return b
		}
	case catalog.List:
		var list []any
		for _, s := range catalog.SplitList(p.Value) {
			list = append(list, s)
		}
		return list
	case catalog.Pairs:
		if pairs, ok := catalog.ParsePairs(p.Value); ok {
			var o catalog.Object
			for _, q := range pairs {
				o = append(o, catalog.Member{Key: q.Key, Value: q.Value})
			}
			return o
		}
	case catalog.Coordinates:
		return coordinates(p.Value)
	case catalog.Transformation:
		return []any{catalog.Object{{Key: "raw_transformation", Value: p.Value}}}
	case catalog.JSON:
		if b, known := catalog.ParseBool(p.Value); known && p.Name == "auto_transcription" {
			return b
		}
		if v, err := catalog.DecodeJSON(p.Value); err == nil {
			return v
		}
	case catalog.Number, catalog.Integer:
		if v, err := catalog.DecodeJSON(p.Value); err == nil {
			if n, is := v.(json.Number); is {
				return n
			}
		}
	}
	return p.Value
}

// coordinates are rectangles read from a text; a text that has none stays.
func coordinates(text string) any {
	rectangles, problems := catalog.ParseCoordinates(text)
	if len(problems) > 0 || len(rectangles) == 0 {
		return text
	}
	var all []any
	for _, r := range rectangles {
		var one []any
		for _, n := range r {
			one = append(one, json.Number(n))
		}
		all = append(all, one)
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

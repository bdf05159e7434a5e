package lens

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"signpost/signer"
	"signpost/uploader/catalog"
)

// signing is how an SDK sorts and encodes its pairs. The zero value is the documented
// rule: bytes of the names, and & encoded in the whole pair from version 2 on.
type signing struct {
	sort func([]pair)
	rule Rule // of an order that differs
	// valueOnly encodes & in the value only, exactlyTwo in version 2 only.
	valueOnly, exactlyTwo bool
}

var signings = map[string]signing{
	Node:   {sort: byLocale, rule: LocaleOrder},
	Python: {sort: byText, rule: TextOrder},
	PHP:    {sort: byKey, rule: NumberOrder, valueOnly: true},
	Java:   {sort: byUTF16, rule: UTF16Order, valueOnly: true, exactlyTwo: true},
	DotNet: {sort: func([]pair) {}, rule: NoOrder, valueOnly: true},
	Go:     {valueOnly: true},
}

// helper is what the sign helper of an SDK makes of the values.
func (in reading) helper(s SDK) Look {
	l := Look{SDK: s, Evidence: s.HelperEvidence}
	var pairs []pair
	for _, m := range in.values {
		if s.ID == DotNet && (m.Key == "resource_type" || m.Key == "file" || m.Key == "api_key") {
			continue
		}
		p := pair{name: m.Key}
		var fail string
		p.value, p.dropped, p.rule, fail = handText(s.ID, m.Value)
		if fail != "" && l.Fails == "" {
			l.Fails, p.dropped = fail, true
		}
		if !p.dropped && excluded(m.Key) {
			p.rule = SignsExcluded
		}
		pairs = append(pairs, p)
	}
	if s.ID == Go {
		pairs = withTime(pairs)
		if slices.ContainsFunc(in.values, func(m catalog.Member) bool { _, is := m.Value.(string); return !is }) {
			l.Notes = append(l.Notes, "takes texts only: the caller writes numbers and joins lists")
		}
	}
	return in.finish(l, pairs, signings[s.ID])
}

// now stands for the time of a call, which nobody knows beforehand.
const now = "‹the time of the call›"

// withTime adds the timestamp that the Go SDK adds.
func withTime(pairs []pair) []pair {
	at := slices.IndexFunc(pairs, func(p pair) bool { return p.name == "timestamp" })
	switch {
	case at < 0:
		return append(pairs, pair{name: "timestamp", value: now, rule: AddsTime})
	case pairs[at].value == "0":
		pairs[at].value, pairs[at].rule, pairs[at].dropped = now, AddsTime, false
	}
	return pairs
}

// handText is a value as the sign helper of an SDK writes it. fail is the error that the
// SDK raises.
func handText(sdk string, v any) (text string, dropped bool, rule Rule, fail string) {
	switch v := v.(type) {
	case nil:
		return "", true, "", ""
	case []any:
		return handList(sdk, v)
	case bool:
		if sdk == Python && !v {
			return "", true, DropsFalsy, ""
		}
		rule = BoolSpelling
	case json.Number:
		if f, err := v.Float64(); sdk == Python && err == nil && f == 0 {
			return "", true, DropsFalsy, ""
		}
		rule = NumberSpelling
	case catalog.Object:
		if sdk == Python && len(v) == 0 {
			return "", true, DropsFalsy, ""
		}
		rule = PrintsObject
	}
	text = spell(v, languages(sdk))
	switch {
	case text == "" && (sdk == Go || sdk == DotNet):
		return "", false, KeepsEmpty, ""
	case text == "":
		return "", true, rule, ""
	case sdk == Java && strings.TrimSpace(text) == "":
		return "", true, DropsBlank, ""
	}
	return text, false, rule, ""
}

// handList is a list as the sign helper of an SDK joins it.
func handList(sdk string, list []any) (text string, dropped bool, rule Rule, fail string) {
	at := slices.IndexFunc(list, func(e any) bool { _, is := e.(string); return !is })
	switch sdk {
	case Python:
		if at >= 0 {
			return "", true, ListFails, fmt.Sprintf("TypeError: sequence item %d: expected str instance, %s found", at, pythonType(list[at]))
		}
		return spell(list, documented), len(list) == 0, KeepsEmptyList, ""
	case PHP:
		return phpList(list)
	case Java:
		if slices.ContainsFunc(list, func(e any) bool { _, is := e.(string); return !is && e != nil }) {
			return "", true, ListFails, "java.lang.ArrayStoreException: the elements are no texts"
		}
		return spell(list, documented), false, KeepsEmptyList, ""
	case DotNet:
		if slices.ContainsFunc(list, func(e any) bool { _, is := e.(string); return !is && e != nil }) {
			return "System.Collections.Generic.List`1[System.Object]", false, PrintsObject, ""
		}
		return spell(list, documented), false, KeepsEmptyList, ""
	case Go:
		return spell(list, documented), false, KeepsEmptyList, ""
	}
	text = spell(list, languages(sdk))
	return text, text == "", PrintsObject, ""
}

// phpList leaves empty elements out and escapes commas.
func phpList(list []any) (text string, dropped bool, rule Rule, fail string) {
	var items []string
	for _, e := range list {
		item := spell(e, languages(PHP))
		if item == "" {
			rule = DropsNullItems
			continue
		}
		escaped := strings.ReplaceAll(item, ",", `\,`)
		if _, is := e.(string); is && escaped != item {
			item, rule = escaped, EscapesComma
		}
		items = append(items, item)
	}
	text = strings.Join(items, ",")
	return text, text == "", rule, ""
}

// pythonType is the name of a value's type in Python's errors.
func pythonType(v any) string {
	switch v := v.(type) {
	case bool:
		return "bool"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "float"
		}
		return "int"
	case []any:
		return "list"
	case catalog.Object:
		return "dict"
	}
	return "NoneType"
}

// finish encodes, sorts, joins and signs.
func (in reading) finish(l Look, pairs []pair, how signing) Look {
	encodes := in.o.Version == 0 || in.o.Version >= signer.V2
	if how.exactlyTwo && in.o.Version > signer.V2 {
		encodes = false
	}
	for i, p := range pairs {
		name, value := p.name, p.value
		if encodes {
			value = strings.ReplaceAll(value, "&", "%26")
			if !how.valueOnly {
				name = strings.ReplaceAll(name, "&", "%26")
			}
		}
		pairs[i].text = name + "=" + value
	}
	l.pairs = pairs
	kept := slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return p.dropped })
	if how.sort == nil {
		how.sort = byBytes
	}
	how.sort(kept)
	var texts []string
	known := true
	for _, p := range kept {
		texts = append(texts, p.text)
		known = known && p.value != now
		l.Signed = append(l.Signed, signer.Param{Name: p.name, Value: p.value})
		if p.fields != nil {
			l.Sent = append(l.Sent, p.fields...)
		} else {
			l.Sent = append(l.Sent, signer.Param{Name: p.name, Value: p.value})
		}
	}
	if l.Fails != "" {
		l.Signed, l.Sent = nil, nil
		return l
	}
	l.StringToSign = strings.Join(texts, "&")
	if known {
		l.Signature, _ = signer.SignText(l.StringToSign, in.secret, in.o.Algorithm)
	}
	return l
}

func byBytes(pairs []pair) {
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.name, b.name) })
}

// byLocale is String.prototype.localeCompare in English. Newer tables than the library's
// have U+FFFD behind everything.
func byLocale(pairs []pair) {
	c := collate.New(language.English)
	last := strings.NewReplacer("\ufffd", "\uffff")
	slices.SortStableFunc(pairs, func(a, b pair) int { return c.CompareString(last.Replace(a.name), last.Replace(b.name)) })
}

func byText(pairs []pair) {
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.text, b.text) })
}

// byKey is PHP's ksort: names that are whole numbers compare as such.
func byKey(pairs []pair) {
	slices.SortStableFunc(pairs, func(a, b pair) int {
		x, errX := strconv.ParseInt(a.name, 10, 64)
		y, errY := strconv.ParseInt(b.name, 10, 64)
		if errX == nil && errY == nil {
			return int(min(max(x-y, -1), 1))
		}
		return strings.Compare(a.name, b.name)
	})
}

func byUTF16(pairs []pair) {
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return slices.Compare(utf16.Encode([]rune(a.name)), utf16.Encode([]rune(b.name)))
	})
}

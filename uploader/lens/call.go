package lens

import (
	"encoding/json"
	"slices"
	"strings"

	"signpost/signer"
	"signpost/uploader/catalog"
)

// call is what the upload call of an SDK makes of the options.
func (in reading) call(s SDK) Look {
	l := Look{SDK: s, Evidence: s.CallEvidence}
	var pairs []pair
	for _, m := range in.values {
		if catalog.IsTransformationOption(m.Key) || excluded(m.Key) {
			continue
		}
		p := pair{name: m.Key}
		switch {
		case m.Key == "timestamp":
			p.value = spell(m.Value, documented)
		case !sends(s, m.Key):
			p.dropped, p.rule = true, NotSent
		default:
			w, err := in.optionText(s.ID, m.Key, m.Value)
			if err != "" && l.Fails == "" {
				l.Fails, w.rule = err, CallFails
			}
			p.value, p.rule, p.fields, p.dropped = w.text, w.rule, w.fields, w.text == ""
		}
		pairs = append(pairs, p)
	}
	if t := in.nodeTransformation(); t != "" {
		pairs = append(pairs, pair{name: "transformation", value: t})
	}
	l.Notes = in.callNotes(s.ID)
	how := signings[s.ID]
	if s.ID == DotNet { // the dictionary of an upload is a sorted one
		how.sort, how.rule = nil, ""
	}
	return in.finish(l, pairs, how)
}

// callNotes are what does not show in one string.
func (in reading) callNotes(sdk string) (notes []string) {
	switch sdk {
	case Python, PHP, DotNet:
		notes = append(notes, "takes no timestamp: it signs with the time of the call; the one given is shown")
	}
	for _, m := range in.values {
		p, _ := catalog.Lookup(m.Key)
		if o, is := m.Value.(catalog.Object); is && p.Type == catalog.Pairs && len(o) > 1 && (sdk == Go || sdk == Java) {
			notes = append(notes, "writes the pairs of "+m.Key+" in no fixed order; one of them is shown")
		}
	}
	return notes
}

// wire is an option on its way: its text, the rule that made it, and the fields of the
// form where they are not one of that name.
type wire struct {
	text   string
	rule   Rule
	fields []signer.Param
}

// optionText is an option as the upload call of an SDK writes it. fail is the error that
// it raises.
func (in reading) optionText(sdk, name string, v any) (w wire, fail string) {
	text, send, err := catalog.Serialize(name, v)
	if err != nil {
		return w, err.Error()
	}
	if v == nil || v == "" {
		return w, ""
	}
	if list, is := v.([]any); is && len(list) == 0 {
		return w, ""
	}
	if send {
		w.text = text
	}
	switch sdk {
	case Python:
		return pythonOption(name, v, w)
	case Ruby:
		return rubyOption(name, v, w), ""
	case PHP:
		return phpOption(name, v, w), ""
	case Java:
		return javaOption(name, v, w), ""
	case DotNet:
		return in.dotnetOption(name, v, w), ""
	case Go:
		return goOption(name, v, w), ""
	}
	return w, ""
}

// isSwitch reports whether the option is true or false.
func isSwitch(name string) bool {
	p, _ := catalog.Lookup(name)
	return p.Type == catalog.Bool
}

func isPairs(name string) bool {
	p, _ := catalog.Lookup(name)
	return p.Type == catalog.Pairs
}

func isJSON(name string) bool {
	p, _ := catalog.Lookup(name)
	return p.Type == catalog.JSON
}

// as01 is a switch as 1 or 0; a text stays as it is.
func as01(v any, w wire) wire {
	if b, is := v.(bool); is {
		return wire{text: map[bool]string{true: "1", false: "0"}[b], rule: BoolSpelling}
	}
	if s, is := v.(string); is {
		return wire{text: s, rule: BoolSpelling}
	}
	return w
}

// asWords is a switch as true or false.
func asWords(v any, w wire) wire {
	b, is := v.(bool)
	if !is {
		if b, is = catalog.ParseBool(spell(v, documented)); !is {
			return w
		}
	}
	return wire{text: map[bool]string{true: "true", false: "false"}[b], rule: BoolSpelling}
}

// number is a number as a language prints it; anything else stays.
func number(v any, l spelling, w wire) wire {
	n, is := v.(json.Number)
	if !is {
		return w
	}
	return wire{text: l.number(n), rule: NumberSpelling}
}

// pairsOf writes pairs: each value by the function, a pair of no text left out.
func pairsOf(o catalog.Object, value func(any) string) string {
	var pairs []string
	for _, m := range o {
		pairs = append(pairs, m.Key+"="+value(m.Value))
	}
	return strings.Join(pairs, "|")
}

// escapePairs escapes what parts pairs.
var escapePairs = strings.NewReplacer("=", `\=`, "|", `\|`).Replace

// headerLines writes an object as lines; other values stay.
func headerLines(v any, colon, end string, w wire) wire {
	o, is := v.(catalog.Object)
	if !is {
		return w
	}
	var lines []string
	for _, m := range o {
		lines = append(lines, m.Key+colon+spell(m.Value, documented))
	}
	return wire{text: strings.Join(lines, "\n") + end, rule: HeaderSpelling}
}

// withTransformations is responsive breakpoints with each transformation as its text.
func withTransformations(v any, member func(o catalog.Object, at int, text string) catalog.Object) (any, bool) {
	list, is := v.([]any)
	if !is {
		if _, is := v.(catalog.Object); !is {
			return v, false
		}
		list = []any{v}
	}
	list = slices.Clone(list)
	for i, e := range list {
		o, is := e.(catalog.Object)
		if !is {
			continue
		}
		o = slices.Clone(o)
		at := slices.IndexFunc(o, func(m catalog.Member) bool { return m.Key == "transformation" })
		text := ""
		if at >= 0 {
			if t, is := o[at].Value.(catalog.Object); is {
				text, _ = catalog.Transform(t)
			} else {
				text = spell(o[at].Value, documented)
			}
			o[at].Value = text
		}
		list[i] = member(o, at, text)
	}
	return list, true
}

func asIs(o catalog.Object, _ int, _ string) catalog.Object { return o }

package lens

import (
	"slices"

	"signpost/signer"
	"signpost/uploader/catalog"
)

// Difference is one parameter that an SDK signs in another way than the documented rule.
type Difference struct {
	Param string
	Rule  Rule
	// Why is the rule in a sentence.
	Why string
	// Ours and Theirs are the pairs as they are hashed; empty where it is not signed.
	Ours, Theirs string
	// Source is the file and the function of the SDK.
	Source string
}

// Look is what an SDK makes of an input.
type Look struct {
	SDK      SDK
	Evidence Evidence
	// Sent are the fields of the form, in the order in which they are signed; Signed the
	// parameters as they are signed. They differ where a list becomes several fields.
	Sent, Signed []signer.Param
	// StringToSign has no secret in it; Signature is empty where there is none.
	StringToSign, Signature string
	// Fails is the error that the SDK raises instead; empty for none.
	Fails string
	// Same reports whether string and signature are those of the reference.
	Same        bool
	Differences []Difference
	// Notes are facts that do not show in this string.
	Notes []string
	pairs []pair
}

// Result is an input through all SDKs.
type Result struct {
	// ByHand is what the sign helpers make of the values, Upload what the upload calls make
	// of them as options. Each is compared with the reference of the same way.
	ByHand, Upload                   []Look
	ReferenceByHand, ReferenceUpload Look
}

// View shows what the SDKs make of two inputs: the values handed to a sign helper, and the
// options handed to an upload call. Both have the timestamp in them; values are string,
// bool, nil, json.Number, []any or [catalog.Object], names are unique. Without a secret
// everything but the signatures is there.
func View(byHand, options catalog.Object, secret signer.Secret, o signer.Options) Result {
	var r Result
	in := reading{secret: secret, o: o}
	in.values = lastOfEach(byHand)
	r.ReferenceByHand = in.finish(Look{}, in.reference(false), signing{})
	for _, s := range sdks {
		r.ByHand = append(r.ByHand, in.compared(in.helper(s), r.ReferenceByHand, s.Helper))
	}
	in.values = lastOfEach(options)
	r.ReferenceUpload = in.finish(Look{}, in.reference(true), signing{})
	for _, s := range sdks {
		r.Upload = append(r.Upload, in.compared(in.call(s), r.ReferenceUpload, s.Call))
	}
	return r
}

// Group parts looks into those that make the same of an input, in the order of the first
// of each: those that follow the reference, and then each other way.
func Group(all []Look) [][]Look {
	var groups [][]Look
	for _, same := range []bool{true, false} {
		for _, l := range all {
			if l.Same != same {
				continue
			}
			i := slices.IndexFunc(groups, func(g []Look) bool { return alike(g[0], l) })
			if i < 0 {
				groups = append(groups, []Look{l})
			} else {
				groups[i] = append(groups[i], l)
			}
		}
	}
	return groups
}

// alike reports whether two looks are the same, for the same reasons.
func alike(a, b Look) bool {
	return a.StringToSign == b.StringToSign && a.Fails == b.Fails && slices.EqualFunc(a.Differences, b.Differences, func(x, y Difference) bool {
		return x.Param == y.Param && x.Rule == y.Rule && x.Theirs == y.Theirs
	})
}

// reading is one input on its way through the SDKs.
type reading struct {
	values catalog.Object
	secret signer.Secret
	o      signer.Options
}

// pair is a parameter as an SDK signs it, and the rule by which it got there.
type pair struct {
	name, value string
	text        string // name=value, encoded; empty where it is not signed
	dropped     bool
	rule        Rule
	fields      []signer.Param // as sent, where that differs
}

// lastOfEach leaves out members whose name comes again.
func lastOfEach(o catalog.Object) catalog.Object {
	var kept catalog.Object
	for i, m := range o {
		if !slices.ContainsFunc(o[i+1:], func(n catalog.Member) bool { return n.Key == m.Key }) {
			kept = append(kept, m)
		}
	}
	return kept
}

// excluded are the names that are never signed.
func excluded(name string) bool {
	return signer.ReasonFor(signer.Param{Name: name, Value: "x"}) != signer.Kept
}

// reference is what the documented rule makes of the values: a text as it stands, and
// what is no text as signpost writes it.
func (in reading) reference(upload bool) []pair {
	var all []pair
	for _, p := range in.ours(upload) {
		if !excluded(p.Name) && p.Value != "" {
			all = append(all, pair{name: p.Name, value: p.Value})
		}
	}
	return all
}

func (in reading) ours(upload bool) []signer.Param {
	var all []signer.Param
	for _, m := range in.values {
		if upload && catalog.IsTransformationOption(m.Key) {
			continue
		}
		text, is := m.Value.(string)
		if _, object := m.Value.(catalog.Object); !is && (upload || object) {
			written, send, err := catalog.Serialize(m.Key, m.Value)
			if err != nil || !send {
				continue
			}
			text = written
		} else if !is {
			text = spell(m.Value, documented)
		}
		all = append(all, signer.Param{Name: m.Key, Value: text})
	}
	if t := in.transformation(); upload && t != "" {
		all = append(all, signer.Param{Name: "transformation", Value: t})
	}
	return all
}

// transformation is the incoming transformation, as signpost sends it: a text as it
// stands, options as the Node SDK writes them.
func (in reading) transformation() string {
	if v, _ := in.values.Get("transformation"); v != nil {
		if text, is := v.(string); is {
			return text
		}
	}
	return in.nodeTransformation()
}

// nodeTransformation is the incoming transformation of the upload calls.
func (in reading) nodeTransformation() string {
	sent, _, err := catalog.SerializeAll(in.values)
	if err != nil {
		return ""
	}
	for _, p := range sent {
		if p.Name == "transformation" {
			return p.Value
		}
	}
	return ""
}

package tampering

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/tamper"
)

// item is a mistake to be made, by a key.
type item struct {
	key      string
	mistakes []tamper.Mistake
	// add are parameters that the request needs for it; they are put into a copy of the draft.
	add []signer.Param
	// clock is by how much the clock of the machine that signs is off.
	clock time.Duration
	// words say what it does, where the mistake's own words do not.
	words string
	// note is what is to be known of the answer.
	note string
}

// Words is what the mistake does, in a sentence. Names and values in it may come from
// outside.
func (i item) Words() string {
	if i.words != "" {
		return i.words
	}
	var all []string
	for _, m := range i.mistakes {
		all = append(all, m.Words())
	}
	return strings.Join(all, "; ")
}

// keys are given out in this order.
const keys = "1234567890abcdefghijklmnopqrstuvwxyz"

// itemsOf are the mistakes for a draft, each with a parameter of the draft where it has
// one that fits. key is the account's API key.
func itemsOf(d uploader.Draft, key string) []item {
	t := target{d}
	first, addFirst := t.any()
	preset, addPreset := t.have("upload_preset", "ml_default")
	comma, addComma := t.where(func(v string) bool { return strings.Contains(v, ",") }, "tags", "cat,dog")
	tags, addTags := t.have("tags", "cat,dog")
	amp, addAmp := t.where(func(v string) bool { return strings.Contains(v, "&") }, "context", "alt=cats & dogs")
	one := func(kind tamper.Kind, name, value string, add ...signer.Param) item {
		return item{mistakes: []tamper.Mistake{{Kind: kind, Name: name, Value: value}}, add: add}
	}
	late := one(tamper.Age, "", "3h")
	late.clock, late.words = 3*time.Hour, "the clock of the machine that signs is three hours slow"
	all := []item{
		one(tamper.Unsigned, first.Name, "", addFirst...),
		one(tamper.Unsent, first.Name, "", addFirst...),
		one(tamper.Swap, first.Name, "timestamp", addFirst...),
		one(tamper.Change, first.Name, first.Value+"_2", addFirst...),
		one(tamper.Age, "", "2h"),
		late,
		one(tamper.Encode, comma.Name, "", addComma...),
		one(tamper.SignToo, "file", ""),
		one(tamper.Unsigned, preset.Name, "", addPreset...),
		one(tamper.Quoted, "", ""),
		one(tamper.HMAC, "", ""),
		one(tamper.OtherHash, "", ""),
		one(tamper.Unsorted, "", "", t.unsorted()...),
		one(tamper.Newline, "", ""),
		one(tamper.Secret, "", key),
		one(tamper.Milliseconds, "", ""),
		one(tamper.SignToo, "api_key", ""),
		one(tamper.SignToo, "resource_type", ""),
		one(tamper.SignEmpty, t.absent(), ""),
		one(tamper.SignAs, tags.Name, jsonList(tags.Value), addTags...),
		one(tamper.Cut, amp.Name, "", addAmp...),
		one(tamper.Key, "", otherKey(key)),
		one(tamper.Cloud, "", "another-cloud"),
		one(tamper.NoSignature, "", ""),
	}
	const forgets, quotes, hash, apiKey = 8, 9, 11, 14
	all[4].words = "the signature is two hours old when it is sent"
	all[forgets].words = preset.Name + " is forgotten in the signature, and sent"
	all[quotes].words = "the secret signs with the quotes that stood around it in a file"
	all[hash].words = "SHA-256 signs where SHA-1 is usual, or the other way round"
	all[hash].note = "The sandbox's account takes both hashes, and so does an account of the service unless it was set to SHA-256 only: then SHA-1 is an Invalid Signature."
	all[apiKey].words = "the API key stands where the secret belongs, and signs"
	for i := range all {
		all[i].key = keys[i : i+1]
	}
	return all
}

// typed is a mistake that a person wrote down.
func typed(written string) (item, error) {
	m, err := tamper.Parse(written)
	if err != nil {
		return item{}, err
	}
	return item{mistakes: []tamper.Mistake{m}}, nil
}

// target finds parameters of a draft to make mistakes with.
type target struct{ uploader.Draft }

func (t target) signed() []signer.Param {
	var out []signer.Param
	for _, p := range t.Params {
		if !p.Off && p.Name != "timestamp" && signer.ReasonFor(p.Param) == signer.Kept {
			out = append(out, p.Param)
		}
	}
	return out
}

// any is a parameter that is easy to follow, or one to be added.
func (t target) any() (signer.Param, []signer.Param) {
	all := t.signed()
	for _, name := range []string{"public_id", "tags", "eager"} {
		if i := slices.IndexFunc(all, func(p signer.Param) bool { return p.Name == name }); i >= 0 {
			return all[i], nil
		}
	}
	if len(all) > 0 {
		return all[0], nil
	}
	p := signer.Param{Name: "public_id", Value: "sample_image"}
	return p, []signer.Param{p}
}

// have is the parameter of that name, or one to be added.
func (t target) have(name, value string) (signer.Param, []signer.Param) {
	return t.where(func(string) bool { return true }, name, value)
}

// where is a parameter whose value fits, the one of that name before others, or one to be
// added.
func (t target) where(fits func(string) bool, name, value string) (signer.Param, []signer.Param) {
	any := fits("")
	for _, named := range []bool{true, false} {
		for _, p := range t.signed() {
			if fits(p.Value) && (p.Name == name || !named && !any) {
				return p, nil
			}
		}
	}
	p := signer.Param{Name: name, Value: value}
	return p, []signer.Param{p}
}

// absent is a parameter that the draft does not have.
func (t target) absent() string {
	for _, name := range []string{"folder", "tags", "callback"} {
		if !slices.ContainsFunc(t.signed(), func(p signer.Param) bool { return p.Name == name }) {
			return name
		}
	}
	return "notification_url"
}

// unsorted is what the draft needs for its order not to be the sorted one.
func (t target) unsorted() []signer.Param {
	byName := func(a, b signer.Param) int { return strings.Compare(a.Name, b.Name) }
	all := t.signed()
	if !slices.IsSortedFunc(all, byName) || len(all) > 0 && all[len(all)-1].Name > "timestamp" {
		return nil
	}
	for _, p := range []signer.Param{{Name: "upload_preset", Value: "ml_default"}, {Name: "use_filename", Value: "true"}} {
		if !slices.ContainsFunc(all, func(q signer.Param) bool { return q.Name == p.Name }) {
			return []signer.Param{p}
		}
	}
	return nil
}

// jsonList is a list as some code turns it into text.
func jsonList(value string) string {
	b, err := json.Marshal(strings.Split(value, ","))
	if err != nil {
		return "[]"
	}
	return string(b)
}

// otherKey is an API key of the same form with two digits changed over.
func otherKey(key string) string {
	b := []byte(key)
	for i := len(b) - 1; i > 0; i-- {
		if b[i] != b[i-1] {
			b[i], b[i-1] = b[i-1], b[i]
			return string(b)
		}
	}
	return key + "0"
}

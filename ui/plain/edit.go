package plain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/form"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

// param finds a parameter that the catalog knows.
func (s *session) param(name string) (bool, catalog.Param) {
	p, ok := catalog.Lookup(strings.ToLower(strings.TrimSpace(name)))
	return ok, p
}

// sayParam says what a parameter is for.
func (s *session) sayParam(p catalog.Param) {
	s.sayf("%s: %s.", p.Name, p.Meaning)
	if p.Wire != "" {
		s.sayf("Written as: %s", p.Wire)
	}
	if len(p.Values) > 0 {
		s.sayf("Values: %s", strings.Join(p.Values, ", "))
	}
	if p.Example != "" {
		s.sayf("For example: set %s %s", p.Name, p.Example)
	}
	if p.Needs != "" {
		s.sayf("It needs: %s", p.Needs)
	}
	if !p.Signed {
		s.Say("It is never signed.")
	}
}

// newName checks the name of a parameter.
func (s *session) newName(name string) bool {
	if name == "unsigned" {
		s.complain("unsigned is a way to authenticate, and no parameter", "auth unsigned chooses it")
		return false
	}
	if err := form.CheckNewName(name); err != nil {
		hint := "names have a-z, 0-9 and _ only; add WORD finds one by its meaning"
		if holdsSecret(name + "=x") {
			hint = "the command account takes credentials, and does not show the secret"
		}
		s.complain(err.Error(), hint)
		return false
	}
	return true
}

// set gives a parameter a value: "NAME VALUE", or "NAME=VALUE".
func (s *session) set(rest string) {
	name, value, given := strings.Cut(rest, " ")
	if n, v, ok := strings.Cut(rest, "="); ok && !strings.Contains(n, " ") {
		name, value, given = n, v, true
	}
	if name == "" {
		s.complain("set needs the name of a parameter", "for example: set public_id logo")
		return
	}
	name = strings.ToLower(name)
	switch name {
	case "file":
		s.setFile(value)
		return
	case "type", "resource_type":
		s.setType(value)
		return
	case "timestamp":
		s.timestamp(value)
		return
	case "auth":
		s.setAuth(value)
		return
	}
	if !s.newName(name) {
		return
	}
	if !given {
		var ok bool
		if value, ok = s.value(name); !ok {
			return
		}
	}
	s.setParam(name, value)
}

// value asks for a parameter's value; enter keeps the one it has.
func (s *session) value(name string) (string, bool) {
	now := s.draft.Get(name)
	prompt := "Value of " + name + " (enter leaves it out):"
	if now != "" {
		prompt = "Value of " + name + " (enter keeps " + clip(now) + "):"
	}
	text, ok := s.Ask(visible.Clean(prompt))
	if !ok {
		return "", false
	}
	if text == "" {
		return now, now != ""
	}
	return text, true
}

// setParam changes the draft and says what came of it.
func (s *session) setParam(name, value string) {
	_, was := s.index(name)
	s.change(s.draft.With(name, value))
	if i, ok := s.index(name); ok && s.draft.Params[i].Off {
		s.sayf("note: %s is switched off; on %s signs and sends it", name, name)
	}
	verb := "added"
	if was {
		verb = "changed"
	}
	s.sayf("%s %s: %s", name, verb, clip(value))
	if value == "" {
		s.Say("note: an empty parameter is neither signed nor sent.")
	}
	if known, _ := s.param(name); !known {
		hint := ""
		if names := catalog.Suggest(name); len(names) > 0 {
			hint = "; did you mean " + strings.Join(names, " or ") + "?"
		}
		s.sayf("note: the documentation knows no parameter %s%s", name, hint)
	}
	s.afterChange(name)
}

// afterChange says the new signature, and what looks wrong with what was changed.
func (s *session) afterChange(name string) {
	for _, f := range s.findings() {
		if f.Param == name {
			s.sayf("to check: %s", f.Text)
			if f.Hint != "" {
				s.sayf("hint: %s", f.Hint)
			}
		}
	}
	if s.err == nil && s.draft.Auth == uploader.AuthSigned {
		s.sayf("The signature is now %s.", s.p.Trace.Signature)
	}
}

// index is the place of a parameter in the draft.
func (s *session) index(name string) (int, bool) {
	i := slices.IndexFunc(s.draft.Params, func(p uploader.DraftParam) bool { return p.Name == name })
	return i, i >= 0
}

// add finds a parameter by a word, says what it is, and asks for its value.
func (s *session) add(rest string) {
	query := strings.ToLower(strings.TrimSpace(rest))
	if query == "" {
		text, ok := s.Ask("Which parameter? A name, or a word of its meaning (enter adds none):")
		if query = strings.ToLower(strings.TrimSpace(text)); !ok || query == "" {
			return
		}
	}
	known, p := s.param(query)
	if !known {
		found := catalog.Search(query)
		switch {
		case len(found) == 1:
			p = found[0]
		case len(found) == 0:
			if s.newName(query) {
				if value, ok := s.value(query); ok {
					s.setParam(query, value)
				}
			}
			return
		default:
			if p, known = s.choose(found); !known {
				return
			}
		}
	}
	s.sayParam(p)
	if value, ok := s.value(p.Name); ok {
		s.setParam(p.Name, value)
	}
}

// choose asks for one of several parameters.
func (s *session) choose(found []catalog.Param) (catalog.Param, bool) {
	const most = 12
	s.sayf("%d parameters fit:", len(found))
	for i, p := range found[:min(len(found), most)] {
		s.sayf("%d. %s: %s", i+1, p.Name, p.Meaning)
	}
	if len(found) > most {
		s.Say("and more; another word narrows them down.")
	}
	text, ok := s.Ask("Which one? Its number (enter adds none):")
	n := number(text)
	if !ok || n < 1 || n > min(len(found), most) {
		return catalog.Param{}, false
	}
	return found[n-1], true
}

// number reads a number from 1 on; 0 is none.
func number(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// clip bounds a value in a sentence.
func clip(value string) string {
	const most = 2000
	if len(value) <= most {
		return value
	}
	return fmt.Sprintf("%s… (%d bytes)", value[:most], len(value))
}

// eager asks for the transformations, one at a time.
func (s *session) eager(rest string) {
	if rest != "" {
		s.setParam("eager", rest)
		return
	}
	var now []string
	if v := s.draft.Get("eager"); v != "" {
		now = strings.Split(v, "|")
	}
	for i, t := range now {
		s.sayf("%d. %s%s", i+1, t, describe(t))
	}
	s.Say("Now one transformation after the other, as in w_400,h_300,c_pad.")
	var made []string
	for {
		prompt := fmt.Sprintf("Transformation %d (enter ends the list):", len(made)+1)
		if len(made) == 0 {
			prompt = fmt.Sprintf("Transformation 1 (enter keeps the %d there are, none removes them):", len(now))
		}
		text, ok := s.Ask(visible.Clean(prompt))
		text = strings.TrimSpace(text)
		switch {
		case !ok || text == "" && len(made) == 0:
			return
		case text == "":
			s.setParam("eager", strings.Join(made, "|"))
			return
		case text == "none" && len(made) == 0:
			s.remove("eager")
			return
		}
		made = append(made, text)
		if words := describe(text); words != "" {
			s.sayf("That is%s.", strings.TrimPrefix(words, ","))
		}
	}
}

func describe(transformation string) string {
	if words := catalog.Describe(transformation); words != "" {
		return ", " + words
	}
	return ""
}

func (s *session) setFile(rest string) {
	if rest == "" {
		text, ok := s.Ask("File (a path, a URL or a data URI; sample is the sample picture; enter keeps the one there is):")
		if rest = text; !ok || rest == "" {
			return
		}
	}
	d := s.draft
	if d.File = rest; rest == "sample" {
		d.File = uploader.SampleToken
	}
	s.change(d)
	s.sayf("file: %s", s.fileWords())
}

// toggle switches a parameter off or on.
func (s *session) toggle(name string, off bool) {
	i, ok := s.index(strings.ToLower(strings.TrimSpace(name)))
	if !ok {
		s.complain("the request has no parameter "+quote(name), "show lists those it has")
		return
	}
	d := s.draft
	d.Params = slices.Clone(d.Params)
	d.Params[i].Off = off
	s.change(d)
	word := "on"
	if off {
		word = "off: it is neither signed nor sent"
	}
	s.sayf("%s is %s.", d.Params[i].Name, word)
	s.afterChange(d.Params[i].Name)
}

func (s *session) remove(name string) {
	i, ok := s.index(strings.ToLower(strings.TrimSpace(name)))
	if !ok {
		s.complain("the request has no parameter "+quote(name), "show lists those it has")
		return
	}
	d := s.draft
	gone := d.Params[i].Name
	d.Params = slices.Delete(slices.Clone(d.Params), i, i+1)
	s.change(d)
	s.sayf("%s is removed; undo takes that back.", gone)
	s.afterChange(gone)
}

func (s *session) setType(t string) {
	t = strings.ToLower(strings.TrimSpace(t))
	if !slices.Contains(uploader.ResourceTypes, t) {
		s.complain("the resource type is one of "+strings.Join(uploader.ResourceTypes, ", "), "for example: type video")
		return
	}
	d := s.draft
	d.ResourceType = t
	s.change(d)
	s.sayf("resource type: %s. It stands in the address, and is not signed.", t)
}

func (s *session) setAuth(name string) {
	name = strings.ToLower(strings.TrimSpace(name))
	for auth, word := range authWords {
		if word == name {
			d := s.draft
			d.Auth = auth
			s.change(d)
			s.sayf("authentication: %s.", word)
			if s.err != nil {
				s.sayf("note: it cannot be sent like that: %s", s.problem())
			}
			return
		}
	}
	s.complain("the ways to authenticate are signed, unsigned, basic, oauth", "for example: auth unsigned, with an upload preset")
}

// timestamp sets the time by hand, or takes the current one.
func (s *session) timestamp(rest string) {
	d := s.draft
	d.Timestamp, d.TimestampByHand = strings.TrimSpace(rest), true
	if d.Timestamp == "" || d.Timestamp == "now" {
		d.Timestamp, d.TimestampByHand = s.stamp(), false
	}
	s.change(d)
	s.sayf("timestamp: %s, %s", s.p.Timestamp, s.validity())
	s.afterChange("timestamp")
}

func (s *session) undo(string) {
	if len(s.past) == 0 {
		s.Say("There is nothing to take back.")
		return
	}
	s.draft = s.past[len(s.past)-1]
	s.past = s.past[:len(s.past)-1]
	s.renewQuietly()
	s.keep()
	s.Say("The last change is taken back.")
	s.show()
}

// renewQuietly is renew without a word: the draft was changed anyway.
func (s *session) renewQuietly() {
	if f := signer.CheckTimestamp(s.draft.Timestamp, s.d.Now()); !s.draft.TimestampByHand && f.State != signer.Fresh {
		s.draft.Timestamp = s.stamp()
	}
	s.prepare()
}

func (s *session) tutorial(string) {
	d := uploader.TutorialDraft()
	d.Timestamp = s.stamp()
	s.change(d)
	s.Say("These are the tutorial's values; undo takes that back.")
	s.show()
}

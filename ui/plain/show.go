package plain

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/catalog"
	"signpost/uploader/export"
)

// renewBefore is how much of its life a signature must have left to be used as it is.
const renewBefore = 30 * time.Second

// authWords are the ways to authenticate, in the words of the command auth.
var authWords = map[uploader.Auth]string{
	uploader.AuthSigned: "signed", uploader.AuthUnsigned: "unsigned", uploader.AuthBasic: "basic", uploader.AuthBearer: "oauth",
}

// show says the whole request.
func (s *session) show() {
	s.prepare()
	target := "SANDBOX"
	if s.live() {
		target = "LIVE"
	}
	s.sayf("Request for %s, cloud %s:", target, s.account.CloudName)
	s.sayf("file: %s", s.fileWords())
	for _, p := range s.draft.Params {
		value := p.Value
		switch {
		case p.Off:
			value += " (switched off: neither signed nor sent)"
		case value == "":
			value = "(empty: neither signed nor sent)"
		}
		s.sayf("%s: %s", p.Name, value)
	}
	s.sayf("resource type: %s", orImage(s.draft.ResourceType))
	s.sayf("timestamp: %s, %s", s.p.Timestamp, s.validity())
	if s.draft.Auth != uploader.AuthSigned {
		s.sayf("authentication: %s, no signature", authWords[s.draft.Auth])
	}
	switch {
	case s.err != nil:
		s.sayf("signature: none, because %s", s.problem())
	case s.draft.Auth == uploader.AuthSigned:
		s.sayf("signature: %s (%s)", s.p.Trace.Signature, s.rule())
	}
	if n := len(s.findings()); n > 0 {
		s.sayf("%d to check: the command check says what looks wrong.", n)
	}
}

func orImage(t string) string {
	if t == "" {
		return "image"
	}
	return t
}

// rule is the way of signing: "sha1, version 2".
func (s *session) rule() string {
	o := s.p.Trace.Options
	return fmt.Sprintf("%s, version %d", o.Algorithm, o.Version.Number())
}

// fileWords say what is uploaded, and as what it was recognised.
func (s *session) fileWords() string {
	f := s.p.File
	switch {
	case f.Kind == uploader.FileNone:
		return "none yet; file PATH sets it"
	case s.draft.File == uploader.SampleToken:
		return "the sample picture"
	case f.Kind == uploader.FileData:
		return fmt.Sprintf("a data URI of %d characters", len(s.draft.File))
	case f.Kind != uploader.FilePath:
		return s.draft.File + " (" + f.Kind.String() + ", fetched by the server)"
	}
	size := ""
	if s.d.FileSize != nil {
		if n := s.d.FileSize(f.Path); n >= 0 {
			size = ", " + string(widget.Bytes(n))
		} else {
			size = ", which is not there or cannot be read"
		}
	}
	return f.Path + " (local file" + size + ")"
}

// validity says how long the signature is good.
func (s *session) validity() string {
	if !s.p.Expires() {
		return "does not expire"
	}
	byHand := ""
	if s.draft.TimestampByHand {
		byHand = ", set by hand"
	}
	switch f := s.p.Freshness; f.State {
	case signer.Fresh:
		t, _ := widget.Left(f.Left)
		return string(t) + byHand
	case signer.Stale:
		if s.draft.TimestampByHand {
			return "expired" + byHand
		}
		return "expired; it is renewed before it is used"
	case signer.Future:
		return "in the future" + byHand
	case signer.Milliseconds:
		return "which looks like milliseconds; the service counts seconds"
	}
	return "which is no number of seconds"
}

// problem says in short why there is no request.
func (s *session) problem() string {
	switch {
	case errors.Is(s.err, signer.ErrNoSecret):
		return "there is no API secret; account enters credentials"
	case errors.Is(s.err, uploader.ErrNoToken):
		return "the account has no OAuth token; auth signed signs instead"
	case errors.Is(s.err, uploader.ErrNoCredentials):
		return "there is no cloud name or no API key; account enters credentials"
	}
	return s.err.Error()
}

// sign tells how the signature comes about.
func (s *session) sign() {
	s.renew()
	t := s.p.Trace
	if s.p.Auth != uploader.AuthSigned {
		s.sayf("note: the request goes %s, without a signature. This is what the signed one would have.", authWords[s.p.Auth])
	}
	s.Say("Step 1, the signed parameters in alphabetical order:")
	for _, step := range t.Steps {
		s.sayf("%s = %s", step.Name, step.Value)
	}
	s.leftOut(t)
	s.Say("Step 2, joined with & into the string to sign:")
	s.sayf("%s", t.StringToSign)
	s.Say("Step 3, the API secret right behind it, with nothing between. It is not shown:")
	s.sayf("%s(API secret)", t.StringToSign)
	hash := "SHA-1"
	if t.Options.Algorithm == signer.SHA256 {
		hash = "SHA-256"
	}
	s.sayf("Step 4, the %s of that in hexadecimal digits is the signature:", hash)
	if t.Signature == "" {
		s.sayf("none, because %s", s.problem())
		return
	}
	s.sayf("%s", t.Signature)
}

// leftOut names what is not signed, a line for each rule.
func (s *session) leftOut(t signer.Trace) {
	rules := []struct {
		reason signer.Reason
		words  string
	}{{signer.Excluded, "sent, never signed"}, {signer.Empty, "empty, so neither signed nor sent"}, {signer.Off, "switched off, so neither signed nor sent"}, {signer.Signature, "cannot sign itself"}}
	for _, r := range rules {
		var names []string
		for _, l := range t.LeftOut {
			if l.Reason == r.reason {
				names = append(names, l.Name)
			}
		}
		if len(names) > 0 {
			s.sayf("Left out: %s: %s.", strings.Join(names, ", "), r.words)
		}
	}
}

// findings are what looks wrong with the request.
func (s *session) findings() []catalog.Finding {
	r := catalog.Request{ResourceType: s.draft.ResourceType, Timestamp: s.p.Timestamp, Unsigned: s.draft.Auth == uploader.AuthUnsigned, Size: -1, Now: s.d.Now()}
	for _, p := range s.draft.Params {
		if !p.Off {
			r.Params = append(r.Params, p.Param)
		}
	}
	if f := s.p.File; f.Kind != uploader.FileNone && f.Kind != uploader.FileData {
		r.FileName = f.Name
		if f.Kind == uploader.FilePath && s.d.FileSize != nil {
			r.Size = s.d.FileSize(f.Path)
		}
	}
	return catalog.Check(r)
}

func (s *session) check() {
	s.prepare()
	all := s.findings()
	if len(all) == 0 {
		s.Say("Nothing looks wrong.")
	}
	for _, f := range all {
		s.sayf("%s: %s", f.Param, f.Text)
		if f.Hint != "" {
			s.sayf("hint: %s", f.Hint)
		}
		if f.HasFix {
			s.sayf("To mend it: set %s %s", f.Param, f.Fix)
		}
	}
}

// format reads "as NAME" or a number of the list. ok is false where nothing is meant.
func (s *session) format(rest string) (f export.Format, ok bool) {
	name := strings.TrimSpace(strings.TrimPrefix(rest+" ", "as "))
	if f, ok = export.Find(strings.ToLower(name)); ok {
		return f, true
	}
	all := export.Formats()
	if n := number(name); n >= 1 && n <= len(all) {
		return all[n-1], true
	}
	if name != "" {
		s.complain("there is no format "+quote(name), "copy alone lists them; a number of the list does too")
	}
	return f, false
}

func (s *session) copy(rest string) {
	if f, ok := s.format(rest); ok {
		s.copyAs(f.ID)
		return
	}
	if rest != "" {
		return
	}
	s.Say("The request can be copied as:")
	for i, f := range export.Formats() {
		s.sayf("%d. %s: %s", i+1, f.ID, f.Title)
	}
	s.Say("For example: copy as fish")
}

// snippet makes the request in a format, with a signature that is good for a while.
func (s *session) snippet(id string) (export.Format, export.Snippet, bool) {
	s.renew()
	f, _ := export.Find(id)
	if s.err != nil {
		s.complain("there is nothing to copy: "+s.problem(), "")
		return f, export.Snippet{}, false
	}
	snippet, err := f.Make(s.p)
	if err != nil {
		x := uploader.Explain(err, s.p)
		s.complain(x.What, x.Hint)
		return f, snippet, false
	}
	return f, snippet, true
}

// copyAs prints the request in a format, and puts it on the clipboard where there is one.
func (s *session) copyAs(id string) {
	f, snippet, ok := s.snippet(id)
	if !ok {
		return
	}
	s.sayf("%s:", f.Title)
	s.Say("")
	s.Say(visible.CleanLines(snippet.Text))
	s.Say("")
	for _, n := range snippet.Notes {
		s.sayf("note: %s", n)
	}
	if how, err := s.d.Copy(snippet.Text); err == nil {
		s.sayf("It is on %s too.", how)
	} else {
		s.Say("There is no clipboard here; write puts it into a file.")
	}
}

func (s *session) writeOut(rest string) {
	id := "curl"
	if rest != "" {
		f, ok := s.format(rest)
		if !ok {
			return
		}
		id = f.ID
	}
	f, snippet, ok := s.snippet(id)
	if !ok {
		return
	}
	path, err := s.d.WriteCommand(snippet.Text, f.Ext)
	if err != nil {
		s.complain(err.Error(), "start signpost in a folder that can be written to")
		return
	}
	s.sayf("%s: it is in %s, which only you can read.", f.Title, path)
	for _, n := range snippet.Notes {
		s.sayf("note: %s", n)
	}
}

// wire prints the request as it would go over the line.
func (s *session) wire(string) {
	s.renew()
	if why := s.whyNot(); why != "" {
		s.complain("there is no request yet: "+why, "")
		return
	}
	if s.d.Wire == nil {
		return
	}
	w, err := s.d.Wire(s.p)
	if err != nil {
		x := uploader.Explain(err, s.p)
		s.complain(x.What, x.Hint)
		return
	}
	s.Say("Not sent; this is what would go over the line:")
	s.Say("")
	s.Say(visible.CleanLines(w.Text()))
	var signed []string
	for _, g := range w.Segments {
		if g.Signed {
			signed = append(signed, g.Name)
		}
	}
	slices.Sort(signed)
	s.sayf("note: signed are %s", strings.Join(signed, ", "))
}

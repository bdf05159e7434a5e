package plain

import (
	"strings"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/importing"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/catalog"
	"signpost/uploader/importer"
)

// looksPasted reports whether a line that was typed as a command begins a text that can
// be taken as a whole.
func looksPasted(text string) bool {
	if rest, ok := strings.CutPrefix(text, "curl "); ok {
		return strings.Contains(rest, "http") || strings.HasPrefix(strings.TrimSpace(rest), "-")
	}
	for _, start := range []string{"curl.exe ", "cloudinary://", "CLOUDINARY_URL=", "export CLOUDINARY_URL=", "POST /v1_1/"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// pasteFrom takes a text that begins with a line, and goes on while lines say so.
func (s *session) pasteFrom(first string) {
	text := first
	for last := first; strings.HasSuffix(last, `\`) || strings.HasSuffix(last, "`") || strings.HasSuffix(last, "^"); {
		next, ok := s.ask("", false)
		if !ok {
			break
		}
		last = strings.TrimRight(next, " ")
		text += "\n" + next
	}
	s.take(text)
}

// paste reads a text of several lines, up to one with a dot alone.
func (s *session) paste(string) {
	s.Say("Paste the text. A line with a dot alone ends it; a dot at once takes nothing.")
	var b strings.Builder
	for {
		text, ok := s.ask("", false)
		if !ok || strings.TrimSpace(text) == "." {
			break
		}
		if b.Len()+len(text) > importer.MaxText {
			s.complain("the text is longer than a megabyte", "a file is uploaded by its path: file PATH")
			return
		}
		b.WriteString(text + "\n")
	}
	if strings.TrimSpace(b.String()) == "" {
		s.Say("Nothing was taken.")
		return
	}
	s.take(b.String())
}

// take says what a text is, and makes it the request after a yes.
func (s *session) take(text string) {
	r := importer.Import(text)
	words := string(importing.KindWords(r.Kind))
	if r.Kind == importer.Unknown {
		s.complain("that is nothing signpost knows", "it takes cURL commands, HTTP requests, errors and answers of the service, SDK calls, .env files, paths and URLs")
		return
	}
	hide := func(t string) string { return r.Token.Redact(r.Secret.Redact(t)) }
	s.sayf("This is %s.", words)
	if r.Message != "" {
		s.sayf("message: %s", hide(r.Message))
	}
	d, left := r.Draft()
	if r.HasFile {
		s.sayf("file: %s", hide(clip(r.File)))
	}
	for _, p := range d.Params {
		s.sayf("%s: %s", p.Name, hide(clip(p.Value)))
	}
	for _, x := range append(append([]importer.Reason{}, r.Dropped...), left...) {
		s.sayf("left out: %s, because %s", hide(x.What), hide(x.Why))
	}
	for _, x := range r.Traps {
		s.sayf("trap: %s, %s", hide(x.What), hide(x.Why))
	}
	if len(d.Params) > 0 || r.HasFile {
		yes, ok := s.yes("Take it as the request?", "it replaces the request there is; undo takes that back", "leave everything as it was", true)
		if !ok {
			return
		}
		if yes {
			s.taken(r, d)
		}
	}
	s.offerCredentials(r)
}

// taken makes what was read the draft. A file alone replaces only the file.
func (s *session) taken(r importer.Result, d uploader.Draft) {
	if d.File == "" {
		d.File = s.draft.File
	}
	if len(d.Params) == 0 && r.Auth == uploader.AuthSigned {
		d.Params, d.Auth = s.draft.Params, s.draft.Auth
		if r.ResourceType == "" {
			d.ResourceType = s.draft.ResourceType
		}
	}
	d.Timestamp = s.stamp()
	s.change(d)
	if r.CloudName != "" && r.CloudName != s.account.CloudName && r.Secret.IsZero() && r.Token.IsZero() {
		s.sayf("note: it is for the cloud %s; here it goes to %s", r.CloudName, s.account.CloudName)
	}
	s.show()
}

// offerCredentials asks whether the credentials of a text shall be used.
func (s *session) offerCredentials(r importer.Result) {
	if r.Secret.IsZero() && r.Token.IsZero() {
		return
	}
	if r.CloudName == "" || r.APIKey == "" && r.Token.IsZero() {
		s.Say("note: the credentials in it are not whole: they need a cloud name, a key and a secret. account enters them.")
		return
	}
	a := uploader.Account{
		CloudName: r.CloudName, APIKey: r.APIKey, Secret: r.Secret, Token: r.Token,
		Options: signer.Options{Version: signer.V2}, Origin: "a paste",
	}
	if r.Kind == importer.CloudinaryURL || r.Kind == importer.DotEnv {
		a.Prefix = r.Endpoint
	}
	s.sayf("There are credentials in it: cloud %s, API key %s, and a secret, which is not shown. Uploads would go to %s, and be LIVE. They are kept for this session only.", a.CloudName, a.APIKey, uploader.HostDisplay(a.Host()))
	yes, ok := s.yes("Use them?", "use them", "forget them", false)
	if !ok || !yes {
		return
	}
	if err := a.CheckBase(); err != nil {
		s.complain("not used: "+err.Error(), "")
		return
	}
	s.typed = a
	s.use(a)
}

// recipe starts from a recipe, or lists them.
func (s *session) recipe(rest string) {
	built := catalog.Recipes()
	n := number(rest)
	if rest == "" || n < 1 || n > len(built)+len(s.d.Recipes) {
		if rest != "" {
			s.complain("there is no recipe "+quote(rest), "the number of one of these:")
		}
		for i, r := range built {
			s.sayf("%d. %s: %s", i+1, r.Title, r.About)
		}
		for i, r := range s.d.Recipes {
			s.sayf("%d. %s, your own", len(built)+i+1, r.Name)
		}
		return
	}
	d := uploader.Draft{File: s.draft.File, Timestamp: s.stamp(), Params: []uploader.DraftParam{}}
	if n <= len(built) {
		r := built[n-1]
		d.ResourceType = r.ResourceType
		for _, p := range r.Params {
			d.Params = append(d.Params, uploader.DraftParam{Param: p})
		}
		if r.Unsigned {
			d.Auth = uploader.AuthUnsigned
		}
	} else {
		own := s.d.Recipes[n-1-len(built)].Draft
		d.Params, d.ResourceType, d.Auth = own.Params, own.ResourceType, own.Auth
	}
	s.change(d)
	s.show()
}

// left says what an earlier run left behind.
func (s *session) left() {
	if r := s.d.Recovered; r != nil && !s.d.FromFlags {
		s.sayf("An earlier run ended with a draft, on %s. The command draft goes on with it.", r.At.Local().Format("2 January at 15:04"))
	}
	if u := s.d.Unfinished; u != nil {
		s.Say("An earlier run was sending " + visible.Clean(clip(u.Draft.File)) + ": " + widget.Bytes(u.Acked) + " of " + widget.Bytes(u.Size) + " are acknowledged. The command draft goes on with it.")
	}
	if q := s.d.LeftQueue; q != nil {
		s.Say("An earlier run was sending several files; the screen goes on with them (signpost without --plain).")
	}
}

// recoverDraft goes on with an unfinished upload, or else with an earlier draft.
func (s *session) recoverDraft(string) {
	switch {
	case s.d.Unfinished != nil:
		u := s.d.Unfinished
		d := u.Draft
		d.Timestamp, d.TimestampByHand = s.stamp(), false
		s.change(d)
		if s.account.Host() != u.Host || s.account.CloudName != u.Cloud {
			s.sayf("note: it was going to %s, cloud %s: choose that account first, then send goes on", u.Host, u.Cloud)
		} else {
			s.Say("The command send goes on after the bytes that are acknowledged.")
		}
	case s.d.Recovered != nil:
		s.change(s.d.Recovered.Draft)
		s.renewQuietly()
	default:
		s.Say("No earlier run left anything behind.")
		return
	}
	s.show()
}

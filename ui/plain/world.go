package plain

import (
	"fmt"
	"strings"
	"time"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui"
	"signpost/ui/widget"
	"signpost/uploader"
)

// use makes an account the one that signs and receives.
func (s *session) use(a uploader.Account) {
	s.account = a
	if s.d.Known != nil {
		s.d.Known(a)
	}
	s.fitAuth()
	s.renewQuietly()
	if a.Sandbox {
		s.Say("SANDBOX: uploads stay on this machine.")
		return
	}
	s.sayf("LIVE: uploads go to %s.", s.where())
	if s.err != nil {
		s.sayf("note: it cannot be sent yet: %s", s.problem())
	}
}

// choice is something that can be chosen by its number.
type choice struct {
	text string
	do   func()
}

// accounts lists where uploads can go, and asks for one.
func (s *session) accounts(rest string) {
	all := []choice{{"SANDBOX, on this machine", func() { s.use(s.d.Sandbox) }}}
	if s.d.Live.Found {
		a := s.d.Live.Account
		all = append(all, choice{"LIVE " + a.CloudName + ", by " + a.Origin, func() { s.use(a) }})
	}
	if s.typed.CloudName != "" {
		all = append(all, choice{"LIVE " + s.typed.CloudName + ", of this session", func() { s.use(s.typed) }})
	}
	if s.d.Profiles != nil {
		for _, p := range s.d.Profiles() {
			text, use := "LIVE "+p.Name+", cloud "+p.Account.CloudName+", "+p.Source, func() { s.use(p.Account) }
			if p.Problem != "" {
				text, use = "LIVE "+p.Name+", which cannot be used: "+p.Problem, func() { s.complain("not used: "+p.Problem, "") }
			}
			all = append(all, choice{text, use})
		}
	}
	if s.d.SaveProfile != nil && s.live() && !s.account.Secret.IsZero() {
		all = append(all, choice{"keep this account under a name, in the system's keyring", s.keepProfile})
	}
	all = append(all, choice{"enter credentials, for this session only", s.enterCredentials})
	if rest == "" {
		for _, p := range s.d.Live.Problems {
			s.complain(p.Message, p.Hint)
		}
		s.sayf("Uploads go to %s now. They can go to:", s.where())
		for i, c := range all {
			s.sayf("%d. %s", i+1, c.text)
		}
		var ok bool
		if rest, ok = s.Ask("Which one? Its number (enter changes nothing):"); !ok || strings.TrimSpace(rest) == "" {
			return
		}
	}
	n := number(rest)
	if n < 1 || n > len(all) {
		s.complain("there is no account "+quote(rest), "account lists them with their numbers")
		return
	}
	all[n-1].do()
}

// enterCredentials asks for an identity; the secret is not shown, and not asked for where
// it would be.
func (s *session) enterCredentials() {
	if s.o.AskSecret == nil {
		s.complain("credentials are not asked for here: without a terminal the secret would be seen", "set CLOUDINARY_URL, or write it into a file .env, and start signpost again")
		return
	}
	cloud, ok := s.Ask("Cloud name (enter leaves everything as it was):")
	if cloud = strings.TrimSpace(cloud); !ok || cloud == "" {
		return
	}
	if strings.HasPrefix(strings.ToLower(cloud), "cloudinary://") {
		s.complain("a CLOUDINARY_URL has the secret in it, and was not taken: it can be seen above", "give cloud name, key and secret one after the other")
		return
	}
	key, ok := s.Ask("API key (enter leaves everything as it was):")
	if key = strings.TrimSpace(key); !ok || key == "" {
		return
	}
	secret, ok := s.secret("API secret, which is not shown while it is typed (enter leaves everything as it was): ")
	if !ok {
		return
	}
	if secret == "" {
		s.Say("Nothing was changed.")
		return
	}
	s.typed = uploader.Account{
		CloudName: cloud, APIKey: key, Secret: signer.NewSecret(secret),
		Options: signer.Options{Version: signer.V2}, Origin: "entered by hand",
	}
	s.use(s.typed)
}

// secret reads a line that is not shown; ok is false where a signal came instead.
func (s *session) secret(prompt string) (text string, ok bool) {
	s.write(prompt)
	got := make(chan string, 1)
	s.d.Go(func() {
		text, err := s.o.AskSecret()
		if err != nil {
			text = ""
		}
		got <- text
	})
	select {
	case text = <-got:
		s.write("\n")
		return text, true
	case stop := <-s.o.Stops:
		s.stopped(stop)
		return "", false
	}
}

// keepProfile keeps the account; in a plain file only after a yes.
func (s *session) keepProfile() {
	name, ok := s.Ask("A name for it, of letters, digits, hyphens, underscores, dots (enter keeps nothing):")
	if name = strings.TrimSpace(name); !ok || name == "" {
		return
	}
	noKeyring, err := s.d.SaveProfile(name, s.account, false)
	if noKeyring {
		s.Say("The system's keyring does not answer: nothing was kept. The account can be kept in a file that only you can read; the secret is not encrypted there, and every program that you run can read it.")
		yes, ok := s.yes("Keep it in a file?", "keep it in a file", "keep nothing", false)
		if !ok || !yes {
			return
		}
		_, err = s.d.SaveProfile(name, s.account, true)
	}
	if err != nil {
		s.complain("not kept: "+err.Error(), "")
		return
	}
	s.sayf("Kept as %s; account and --profile find it.", name)
}

// history lists earlier uploads, shows one, takes one again, or deletes one.
func (s *session) history(rest string) {
	if s.d.History.List == nil {
		s.Say("There is no history here.")
		return
	}
	verb, which, _ := strings.Cut(rest, " ")
	if verb == "show" || verb == "again" || verb == "delete" {
		n := number(which)
		if n < 1 || n > len(s.listed) {
			s.complain("there is no upload "+quote(which)+" in the list", "history lists them with their numbers")
			return
		}
		s.past1(verb, s.listed[n-1])
		return
	}
	all, err := s.d.History.List()
	if err != nil {
		s.complain("the history cannot be read: "+err.Error(), "")
		return
	}
	s.listed = nil
	const most = 30
	for _, p := range all {
		text := strings.ToLower(p.Outcome + " " + p.Cloud + " " + p.Host + " " + p.PublicID + " " + p.File + " " + p.Error)
		if len(s.listed) < most && containsAll(text, strings.Fields(strings.ToLower(rest))) {
			s.listed = append(s.listed, p)
		}
	}
	if len(s.listed) == 0 {
		s.Say("The history has none.")
		return
	}
	for i, p := range s.listed {
		name := p.PublicID
		if name == "" {
			name = p.File
		}
		s.sayf("%d. %s, %s, %s, cloud %s", i+1, p.At.Local().Format("2 January 15:04:05"), p.Outcome, name, p.Cloud)
	}
	s.Say("history show 1 shows one, history again 1 takes it as the request, history delete 1 deletes it.")
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// past1 does something with an upload of the history.
func (s *session) past1(verb string, p ui.Past) {
	switch verb {
	case "again":
		d := p.Draft
		d.Timestamp, d.TimestampByHand = s.stamp(), false
		s.change(d)
		s.Say("It is the request now, freshly signed; undo takes that back.")
		s.show()
	case "delete":
		yes, ok := s.yes("Delete it from the history? The asset itself stays where it is.", "delete it", "keep it", false)
		if !ok || !yes {
			return
		}
		if err := s.d.History.Delete(p.ID); err != nil {
			s.complain("not deleted: "+err.Error(), "")
			return
		}
		s.listed = nil
		s.Say("Deleted.")
	default:
		s.showPast(p)
	}
}

func (s *session) showPast(p ui.Past) {
	s.sayf("%s, %s, after %s", p.At.Local().Format("2 January 15:04:05"), p.Outcome, widget.Duration(p.Elapsed))
	s.sayf("to: %s, cloud %s", p.Host, p.Cloud)
	s.sayf("file: %s", clip(p.Draft.File))
	for _, q := range p.Draft.Params {
		if !q.Off {
			s.sayf("%s: %s", q.Name, clip(q.Value))
		}
	}
	s.sayf("string to sign: %s", p.StringToSign)
	if p.SignatureHead != "" {
		s.sayf("signature: %s… (%s)", p.SignatureHead, p.Signed)
	}
	for _, f := range []struct{ name, value string }{{"error", p.Error}, {"request id", p.RequestID}, {"secure URL", p.URL}} {
		if f.value != "" {
			s.sayf("%s: %s", f.name, f.value)
		}
	}
	for _, w := range p.Warnings {
		s.sayf("warning: %s", w)
	}
	if p.Answer != "" {
		s.Say("answer:")
		s.Say(visible.CleanLines(clip(p.Answer)))
	}
}

// requests lists what the sandbox saw, or shows one with its verification.
func (s *session) requests(rest string) {
	if s.d.Box.Exchanges == nil {
		s.Say("There is no sandbox in this program.")
		return
	}
	all := s.d.Box.Exchanges()
	if n := number(rest); n >= 1 && n <= len(all) {
		s.exchange(all[n-1])
		return
	}
	if len(all) == 0 {
		s.Say("The sandbox has seen no request yet: send uploads.")
		return
	}
	for i, e := range all[:min(len(all), 20)] {
		said := e.Verdict
		if e.Error != "" {
			said = e.Error
		}
		s.sayf("%d. %s, %s %s, %d, %s", i+1, e.At.Local().Format("15:04:05"), e.Method, e.Path, e.Status, said)
	}
	s.Say("requests 1 shows how the newest was verified.")
}

func (s *session) exchange(e ui.Exchange) {
	s.sayf("%s %s", e.Method, e.Path)
	for _, f := range e.Fields {
		s.sayf("%s = %s", f.Name, clip(f.Value))
	}
	s.sayf("signed: %s", strings.Join(e.Signed, ", "))
	if len(e.Ignored) > 0 {
		s.sayf("not known to the server, and left out: %s", strings.Join(e.Ignored, ", "))
	}
	s.sayf("the server's string to sign: %s", e.StringToSign)
	signed, _ := signer.LeaveOut(e.Fields)
	if ours := signer.StringToSign(signed, s.p.Trace.Options.Version); ours != e.StringToSign && e.StringToSign != "" {
		s.sayf("ours of the same request differs: %s", ours)
	}
	said := e.Verdict
	if e.Error != "" {
		said = e.Error
	}
	s.sayf("%d: %s", e.Status, said)
}

// faults lets the next request to the sandbox go wrong.
func (s *session) faults(rest string) {
	b := s.d.Box
	if b.SetFault == nil {
		s.Say("There is no sandbox in this program.")
		return
	}
	switch rest = strings.TrimSpace(rest); rest {
	case "":
		for _, k := range b.Kinds {
			s.Say(visible.Clean(k.ID) + ": " + k.Detail + ".")
		}
		if next := b.Faults(); len(next) > 0 {
			s.sayf("To come: %s. faults off ends that.", strings.Join(next, ", "))
		}
		s.Say("For example: faults 503")
	case "off", "none":
		b.ClearFaults()
		s.Say("Nothing goes wrong any more.")
	default:
		if err := b.SetFault(rest); err != nil {
			s.complain(err.Error(), "faults lists the kinds")
			return
		}
		s.sayf("The next request to the sandbox meets it: %s", rest)
	}
}

// clock moves the sandbox's clock.
func (s *session) clock(rest string) {
	b := s.d.Box
	if b.SetClock == nil {
		s.Say("There is no sandbox in this program.")
		return
	}
	if rest = strings.TrimSpace(rest); rest != "" {
		off, err := time.ParseDuration(rest)
		if err != nil && rest != "0" {
			s.complain(fmt.Sprintf("%s is no duration", quote(rest)), "for example: clock 2h, clock -90m, clock 0")
			return
		}
		b.SetClock(off)
	}
	s.sayf("The sandbox's clock: %s.", b.Clock())
}

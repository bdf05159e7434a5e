package plain

import (
	"fmt"
	"slices"
	"strings"

	"signpost/signer/visible"
	"signpost/uploader"
)

// word is a command.
type word struct {
	name string
	args string // as help shows them
	text visible.Text
	run  func(s *session, rest string)
}

// words is the one table behind commands and help. Its order is that of help.
func (s *session) words() []word {
	all := []word{
		{"show", "", "the request as it stands; enter alone does the same", func(s *session, _ string) { s.show() }},
		{"send", "", "send the upload", (*session).send},
		{"sign", "", "how the signature comes about, step by step", func(s *session, _ string) { s.sign() }},
		{"curl", "", "the cURL command; it is copied too where there is a clipboard", func(s *session, _ string) { s.copyAs("curl") }},
		{"copy", "as FORMAT", "another form: fish, powershell, node, python, signature …; copy alone lists them", (*session).copy},
		{"write", "as FORMAT", "the same into a file; write alone writes the cURL command", (*session).writeOut},
		{"wire", "", "the request byte for byte, without sending it", (*session).wire},
		{"file", "PATH or URL", "what is uploaded", (*session).setFile},
		{"set", "NAME VALUE", "give a parameter a value, as in: set public_id logo", (*session).set},
		{"add", "NAME", "add a parameter, by its name or a word of its meaning", (*session).add},
		{"eager", "", "the eager transformations, one at a time", (*session).eager},
		{"off", "NAME", "neither sign nor send a parameter, and keep its value", func(s *session, r string) { s.toggle(r, true) }},
		{"on", "NAME", "switch it on again", func(s *session, r string) { s.toggle(r, false) }},
		{"remove", "NAME", "remove a parameter", (*session).remove},
		{"type", "image, video, raw or auto", "the resource type", (*session).setType},
		{"auth", "signed, unsigned, basic or oauth", "how the request is authenticated", (*session).setAuth},
		{"timestamp", "SECONDS", "set it by hand; timestamp alone takes the current time", (*session).timestamp},
		{"check", "", "what looks wrong with the request", func(s *session, _ string) { s.check() }},
		{"paste", "", "take a command, a request, an error, a .env: any text of several lines", (*session).paste},
		{"recipe", "NUMBER", "start from a recipe; recipe alone lists them", (*session).recipe},
		{"tutorial", "", "go back to the tutorial's values", (*session).tutorial},
		{"undo", "", "take back the last change", (*session).undo},
		{"answer", "", "the last answer of the server, in full", func(s *session, _ string) { s.answer() }},
		{"history", "WORDS", "earlier uploads; then history show 1, history again 1, history delete 1", (*session).history},
		{"account", "", "where uploads go: sandbox, found credentials, or enter them", (*session).accounts},
		{"sandbox", "", "go back to the sandbox", func(s *session, _ string) { s.use(s.d.Sandbox) }},
		{"requests", "NUMBER", "what the sandbox saw, and how it verified it", (*session).requests},
		{"faults", "KIND", "let the next request to the sandbox go wrong; faults off ends that", (*session).faults},
		{"clock", "DURATION", "move the sandbox's clock, as in: clock 2h; clock 0 sets it right", (*session).clock},
		{"draft", "", "go on with what an earlier run left behind", (*session).recoverDraft},
	}
	for _, x := range s.o.Extras {
		all = append(all, word{x.Name, "", x.About, func(s *session, rest string) { x.Run(s, rest) }})
	}
	return append(all,
		word{"help", "WORD", "this list, or more about a command or a parameter", (*session).help},
		word{"quit", "", "leave; the draft is kept", func(s *session, _ string) { s.over = true }})
}

// aliases are other words for commands.
var aliases = map[string]string{
	"exit": "quit", "q": "quit", "bye": "quit", "?": "help", "h": "help", "upload": "send", "signature": "sign",
	"params": "show", "request": "show", "public-id": "public_id", "renew": "timestamp", "live": "account", "login": "account",
	"rm": "remove", "delete": "remove", "import": "paste", "url": "file", "fault": "faults", "ls": "show",
}

// obey does what a line says.
func (s *session) obey(text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		s.show()
		return
	}
	if looksPasted(text) {
		s.pasteFrom(text)
		return
	}
	name, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimLeft(rest, " ")
	w, problem := s.find(name)
	if problem != "" {
		s.complain(problem, s.meant(name))
		return
	}
	w.run(s, rest)
}

// find finds a command by its name, by another word for it, or by a beginning that no
// other command has.
func (s *session) find(name string) (word, string) {
	name = strings.ToLower(name)
	if full, ok := aliases[name]; ok {
		name = full
	}
	all := s.words()
	var found []word
	for _, w := range all {
		if w.name == name {
			return w, ""
		}
		if strings.HasPrefix(w.name, name) {
			found = append(found, w)
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 0:
		return word{}, fmt.Sprintf("there is no command %s", quote(name))
	}
	var names []string
	for _, w := range found {
		names = append(names, w.name)
	}
	return word{}, fmt.Sprintf("%s may be %s", quote(name), strings.Join(names, " or "))
}

// meant says what a word that is no command may have been meant as.
func (s *session) meant(name string) string {
	if known, _ := s.param(name); known {
		return "to change the parameter: set " + name + " VALUE"
	}
	for _, w := range s.words() {
		if near(w.name, strings.ToLower(name)) {
			return "did you mean " + w.name + "? help lists the commands"
		}
	}
	return "help lists the commands; paste takes a text of several lines"
}

// near reports whether two words differ by one letter, or by two that changed places.
func near(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) < 3 || len(a)-len(b) > 1 {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	if len(a) > len(b) {
		return a[i+1:] == b[i:]
	}
	return i == len(a) || a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// quote bounds and quotes a word that was typed; one with a secret in it is not repeated.
func quote(text string) string {
	if holdsSecret(text) {
		return "that"
	}
	if len(text) > 60 {
		text = text[:60] + "…"
	}
	return `"` + text + `"`
}

func (s *session) help(rest string) {
	if rest != "" {
		s.helpFor(rest)
		return
	}
	s.Say("A command is a word, or as much of its beginning as no other has. What stands behind it in capitals can be left out: it is asked for then, or everything is listed.")
	for _, w := range s.words() {
		name := w.name
		if w.args != "" {
			name += " " + w.args
		}
		s.Say(visible.Clean(name) + ": " + w.text + ".")
	}
	s.Say("A parameter has a help of its own: help public_id. At any question the end of the input (ctrl+d) leaves; the draft is kept.")
}

func (s *session) helpFor(name string) {
	if known, p := s.param(name); known {
		s.sayParam(p)
		return
	}
	w, problem := s.find(name)
	if problem != "" {
		s.complain(problem+", and no parameter either", s.meant(name))
		return
	}
	usage := w.name
	if w.args != "" {
		usage += " " + w.args
	}
	s.Say(visible.Clean(usage) + ": " + w.text + ".")
}

// welcome is what somebody needs who has read nothing.
func (s *session) welcome() {
	s.Say("signpost in plain text: composes a signed upload to Cloudinary, shows how it is signed, and sends it. Type a command and press enter; nothing on the screen is drawn anew.")
	if s.live() {
		s.Say(visible.Clean("This is LIVE: uploads go to " + s.where() + ". The command sandbox changes to the server on this machine."))
	} else {
		s.Say(visible.Clean("This is the SANDBOX: uploads stay on this machine, and no account is needed. Its server is " + s.account.Base() + ", cloud " + s.account.CloudName + "."))
	}
	for _, p := range s.d.Live.Problems {
		s.complain(p.Message, p.Hint)
	}
	for _, n := range slices.Concat(s.d.Live.Notes, s.d.Notes) {
		s.sayf("note: %s", n)
	}
	s.Say("")
	s.show()
	s.Say("")
	s.Say("The first steps: send uploads it. sign explains the signature. curl prints the command. set public_id logo changes the public ID. file PATH takes another file. quit leaves.")
	s.left()
}

// where names the account and its host.
func (s *session) where() string {
	t := uploader.HostDisplay(s.account.Host()) + ", cloud " + s.account.CloudName
	if s.account.Origin != "" && s.live() {
		t += ", by " + s.account.Origin
	}
	return t
}

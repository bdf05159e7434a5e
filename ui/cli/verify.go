package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signpost/signer/verify"
	"signpost/uploader"
	"signpost/uploader/importer"
)

// verifyFlags are those of the command verify alone.
type verifyFlags struct {
	signature, version, headers string
	validFor                    time.Duration
	now                         int64
}

func (a *app) verifyCommand() *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use:   "verify [answer|webhook|url] [FILE or URL]",
		Short: "check a signature that the service made: of an answer, a webhook, a delivery URL",
		Long: `verify checks a signature with the secret of the account in use, and tells each step. It
reads standard input or FILE and recognises what it is:

  answer   JSON with public_id, version and signature; or the flags --public-id,
           --asset-version and --signature
  webhook  the headers, a blank line and the body as it came; or the body alone, with
           --timestamp and --signature, or with --headers FILE. Every byte of the body
           counts. A call may be 7200 seconds old; --valid-for says otherwise
  url      a delivery URL with s--…--, short or long

A wrong signature is wrong for the account in use and its algorithm; verify says what it
would be right for: the other algorithm, another profile, a body with a line end, and so
on. The signature that would be right is never printed whole, the secret not at all.

Exit status: 0 right, 4 wrong, 10 right but expired, 2 there is nothing to verify,
3 there is no secret, 6 a file cannot be read.`,
		Example: "  signpost verify answer.json\n  signpost verify webhook body.json --headers headers.txt\n  signpost verify 'https://res.cloudinary.com/demo/image/authenticated/s--Ai4Znfl3--/image.jpg'",
		Args:    cobra.MaximumNArgs(2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return []string{string(verify.Answer), string(verify.Webhook), string(verify.URL)}, cobra.ShellCompDirectiveDefault
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.verify(args, f) },
	}
	p := c.Flags()
	p.StringVar(&f.signature, "signature", "", "the `signature` to check: of an answer, or X-Cld-Signature")
	p.StringVar(&f.version, "asset-version", "", "the `number` in the answer's version")
	p.StringVar(&f.headers, "headers", "", "a `file` with the headers of a webhook call")
	p.DurationVar(&f.validFor, "valid-for", verify.DefaultValidFor, "how old a webhook call may be, a `duration` such as 2h or 90s")
	p.Int64Var(&f.now, "now", 0, "judge the age as at these Unix `seconds` (default the clock)")
	return c
}

// subject is what shall be examined.
func (a *app) subject(args []string, f verifyFlags) (verify.Subject, error) {
	var kind verify.Kind
	if len(args) > 0 && slices.Contains([]verify.Kind{verify.Answer, verify.Webhook, verify.URL}, verify.Kind(args[0])) {
		kind, args = verify.Kind(args[0]), args[1:]
	}
	if len(args) > 1 {
		return verify.Subject{}, usage("the first word is one of answer, webhook, url")
	}
	byFlags := a.flags.publicID != "" && f.version != "" && f.signature != ""
	if (kind == "" || kind == verify.Answer) && byFlags && len(args) == 0 {
		return verify.Subject{Kind: verify.Answer, PublicID: a.flags.publicID, Version: f.version, Signature: f.signature}, nil
	}
	if len(args) == 1 && (kind == verify.URL || kind == "" && strings.Contains(args[0], "://")) {
		return verify.NewURL(args[0])
	}
	if kind == verify.Answer && len(args) == 0 && (a.flags.publicID != "" || f.version != "") {
		return verify.Subject{}, usage("an answer without its JSON needs all of --public-id, --asset-version and --signature")
	}
	text, err := a.readInput(args)
	if err != nil {
		return verify.Subject{}, err
	}
	if len(text) > importer.MaxText {
		return verify.Subject{}, &failure{code: uploader.ExitLocal, err: fmt.Errorf("verify: the text is longer than %d bytes", importer.MaxText), hint: "an answer and the body of a webhook call are shorter: is it the right file?"}
	}
	switch {
	case kind == verify.Answer:
		return verify.NewAnswer(text)
	case kind == verify.URL:
		return verify.NewURL(text)
	case f.headers != "" || a.flags.timestamp != "" || f.signature != "":
		return a.webhook(text, f)
	}
	s, err := verify.Recognise(text)
	if err == nil && kind != "" && s.Kind != kind || err != nil && kind == verify.Webhook {
		return s, &failure{code: uploader.ExitUsage, err: errors.New("verify: the webhook call has no signature"), hint: "give --timestamp and --signature, or --headers FILE, or the headers and a blank line in front of the body"}
	}
	return s, err
}

// webhook is a body with the headers from elsewhere.
func (a *app) webhook(body string, f verifyFlags) (verify.Subject, error) {
	s := verify.Subject{Kind: verify.Webhook, Body: body, Timestamp: a.flags.timestamp, Signature: f.signature}
	if f.headers != "" {
		raw, err := os.ReadFile(f.headers)
		if err != nil {
			return s, &failure{code: uploader.ExitLocal, err: fmt.Errorf("read the headers: %w", err)}
		}
		timestamp, signature, ok := verify.Headers(string(raw))
		if !ok {
			return s, &failure{code: uploader.ExitUsage, err: errors.New("verify: the headers lack X-Cld-Timestamp or X-Cld-Signature"), hint: "one header on each line, as name: value"}
		}
		s.Timestamp, s.Signature = timestamp, signature
	}
	if s.Timestamp == "" || s.Signature == "" {
		return s, usage("a webhook call needs both --timestamp and --signature")
	}
	return s, nil
}

func (a *app) verify(args []string, f verifyFlags) error {
	if f.validFor <= 0 {
		return usage("--valid-for is longer than nothing, such as 2h or 90s")
	}
	s, err := a.subject(args, f)
	if unclear, is := errors.AsType[*verify.UnclearError](err); is {
		return &failure{code: uploader.ExitUsage, err: fmt.Errorf("verify: %s", clean(unclear.What)), hint: unclear.Hint}
	}
	if err != nil {
		return err
	}
	account, err := a.accountFor("this is examined with the sandbox's secret")
	if err != nil {
		return err
	}
	c := verify.Config{Keys: []verify.Key{keyOf("the account in use", account)}, Now: time.Now(), ValidFor: f.validFor}
	if f.now != 0 {
		c.Now = time.Unix(f.now, 0)
	}
	r, err := verify.Check(s, c)
	if err != nil {
		return &failure{code: uploader.ExitConfig, err: fmt.Errorf("verify: %w", err), hint: "an OAuth token cannot verify: set CLOUDINARY_URL, write a .env, or name a --profile"}
	}
	if r.Verdict == verify.Wrong && r.Reason.What == "" { // only now is it worth asking a keyring
		c.Keys = append(c.Keys, a.otherKeys(account)...)
		if r, err = verify.Check(s, c); err != nil {
			return err
		}
	}
	return a.tellVerdict(r, account)
}

// keyOf is an account's secret for verifying.
func keyOf(name string, account uploader.Account) verify.Key {
	return verify.Key{Name: name, CloudName: account.CloudName, Secret: account.Secret, Algorithm: account.Options.Algorithm}
}

// otherKeys are the secrets at hand besides the one in use. They only explain.
func (a *app) otherKeys(inUse uploader.Account) (others []verify.Key) {
	add := func(name string, account uploader.Account) {
		if !account.Secret.IsZero() && !account.Secret.Equal(inUse.Secret) {
			others = append(others, keyOf(name, account))
		}
	}
	if a.flags.profile != "" {
		flags := a.flags
		a.flags.profile = ""
		if c, err := a.credentials(); err == nil {
			add("that of "+c.Account.Origin, c.Account)
		}
		a.flags = flags
		a.secret, a.token = inUse.Secret, inUse.Token
	}
	all, _ := a.profileStore().List(context.Background())
	for _, p := range all {
		add("that of the profile "+p.Name, p.Account)
	}
	add("that of the sandbox", a.sandboxAccount())
	return others
}

type verdictJSON struct {
	Kind      verify.Kind    `json:"kind"`
	Verdict   verify.Verdict `json:"verdict"`
	CloudName string         `json:"cloud_name"`
	Algorithm string         `json:"algorithm"`
	Hashed    string         `json:"hashed,omitempty"`
	Given     string         `json:"given"`
	Expected  string         `json:"expected_begins"`
	Reason    string         `json:"reason,omitempty"`
	Hint      string         `json:"hint,omitempty"`
	Notes     []string       `json:"notes"`
}

// tellVerdict prints a report; the exit status is the verdict.
func (a *app) tellVerdict(r verify.Report, account uploader.Account) error {
	var out string
	if a.flags.json {
		j := verdictJSON{r.Kind, r.Verdict, account.CloudName, r.Algorithm.String(), r.Hashed, r.Given, strings.TrimSuffix(r.Expected, "…"), r.Reason.What, r.Reason.Hint, append([]string{}, r.Notes...)}
		if len(j.Hashed) > 4096 {
			j.Hashed = "" // a body that the caller has anyway
		}
		out = indented(j)
	} else {
		out = verdictText(r, account)
	}
	if _, err := io.WriteString(a.world.Stdout, a.redact(out)); err != nil {
		return err
	}
	switch r.Verdict {
	case verify.Expired:
		return &failure{code: uploader.ExitExpired, err: errors.New("verify: the signature is right, but the call is too old"), hint: "an old call may have been sent again by somebody: refuse it. --valid-for allows more"}
	case verify.Wrong:
		hint := r.Reason.Hint
		if r.Reason.What == "" {
			hint = "it is right for none of the secrets at hand: is it the account that made it, and nothing changed on the way?"
			if account.Sandbox {
				hint = "only the sandbox's secret was at hand: set CLOUDINARY_URL, write a .env, or name a --profile"
			}
		}
		return &failure{code: uploader.ExitRefused, err: errors.New("verify: the signature is wrong"), hint: hint}
	}
	return nil
}

func verdictText(r verify.Report, account uploader.Account) string {
	var b strings.Builder
	line := func(label, text string) { fmt.Fprintf(&b, "%-10s%s\n", label, clean(text)) }
	line("kind", string(r.Kind))
	for _, s := range r.Steps {
		line(s.Name, s.Text)
	}
	words := string(r.Verdict)
	if r.Verdict == verify.Right {
		words += ": it was made with the secret of the account in use, cloud " + account.CloudName
	}
	line("result", words)
	if r.Reason.What != "" {
		line("reason", r.Reason.What)
	}
	for _, n := range r.Notes {
		line("note", n)
	}
	return b.String()
}

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/export"
	"signpost/uploader/sandbox"
)

// prepare signs what the flags say. Without a file there is none in the request.
func (a *app) prepare(account uploader.Account, base uploader.Draft) (uploader.Prepared, error) {
	d, err := a.flags.draft(base)
	if err != nil {
		return uploader.Prepared{}, err
	}
	sample := "http://" + sandbox.DefaultAddr + "/sample/" + sandbox.SampleName
	file := uploader.ParseFile(d.File, a.fileOptions(!account.Sandbox, sample))
	p, err := uploader.Prepare(d, account, file, time.Now())
	if err != nil {
		return p, &failure{code: uploader.ExitConfig, err: fmt.Errorf("sign: %w", err)}
	}
	a.warnTimestamp(p)
	return p, nil
}

// warnTimestamp says what is odd about a timestamp that was given.
func (a *app) warnTimestamp(p uploader.Prepared) {
	switch p.Freshness.State {
	case signer.Stale:
		a.say("warning: the timestamp is %s past its hour; the service refuses it", (-p.Freshness.Left).Round(time.Second))
	case signer.Future:
		a.say("warning: the timestamp is in the future; what the service makes of that is not known")
	case signer.Milliseconds:
		a.say("warning: the timestamp looks like milliseconds; the service counts seconds")
	case signer.NotATimestamp:
		a.say("warning: the timestamp is no whole number of seconds")
	}
}

func (a *app) signCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sign",
		Short: "sign parameters and show each step",
		Long: `sign computes the signature of upload parameters and prints the steps: sort, join,
append the secret (masked), hash. -q prints the signature alone, --json one object.`,
		Example: "  signpost sign -p public_id=sample_image\n  signpost sign -p public_id=sample_image --timestamp 1315060510 -q\n  signpost sign --eager w_400,h_300,c_pad --eager w_260,h_200,c_crop --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.sign() },
	}
	c.Flags().BoolVarP(&a.flags.quiet, "quiet", "q", false, "print the signature alone")
	return c
}

func (a *app) sign() error {
	account, err := a.account()
	if err != nil {
		return err
	}
	p, err := a.prepare(account, uploader.Draft{})
	if err != nil {
		return err
	}
	switch {
	case a.flags.quiet:
		_, err = fmt.Fprintln(a.world.Stdout, p.Trace.Signature)
	case a.flags.json:
		err = writeSignJSON(a.world.Stdout, p)
	default:
		err = writeSteps(a.world.Stdout, p)
	}
	return err
}

// signed is what sign --json prints.
type signed struct {
	StringToSign     string            `json:"string_to_sign"`
	Signature        string            `json:"signature"`
	Timestamp        any               `json:"timestamp"`
	APIKey           string            `json:"api_key"`
	CloudName        string            `json:"cloud_name"`
	Algorithm        string            `json:"algorithm"`
	SignatureVersion int               `json:"signature_version"`
	Params           map[string]string `json:"params"`
	LeftOut          []leftOut         `json:"left_out"`
}

type leftOut struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

func writeSignJSON(w io.Writer, p uploader.Prepared) error {
	s := signed{
		StringToSign: p.Trace.StringToSign, Signature: p.Trace.Signature, Timestamp: p.Timestamp,
		APIKey: p.Account.APIKey, CloudName: p.Account.CloudName,
		Algorithm: p.Trace.Options.Algorithm.String(), SignatureVersion: p.Trace.Options.Version.Number(),
		Params: map[string]string{}, LeftOut: []leftOut{},
	}
	if n, err := strconv.ParseInt(p.Timestamp, 10, 64); err == nil {
		s.Timestamp = n
	}
	for _, step := range p.Trace.Steps {
		s.Params[step.Name] = step.Value
	}
	for _, l := range p.Trace.LeftOut {
		s.LeftOut = append(s.LeftOut, leftOut{l.Name, l.Reason.Words()})
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, escapeJSON(out.String()))
	return err
}

// escapeJSON writes what could deceive a terminal as JSON's own escapes: the encoder
// leaves DEL, C1 and bidirectional characters as they are (threats T1 and T2).
func escapeJSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x7f || !visible.Dirty(string(r)):
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func writeSteps(w io.Writer, p uploader.Prepared) error {
	t := p.Trace
	var out []byte
	line := func(label, text string) { out = fmt.Appendf(out, "%-10s%s\n", label, visible.Clean(text)) }
	label := "1 sort"
	for _, s := range t.Steps {
		line(label, s.Name+" = "+s.Value)
		label = ""
	}
	line("2 join", t.StringToSign)
	line("3 append", "…‹API secret "+signer.Mask+"›")
	line("4 "+map[signer.Algorithm]string{signer.SHA1: "sha-1", signer.SHA256: "sha-256"}[t.Options.Algorithm], t.Signature)
	for _, l := range t.LeftOut {
		if l.Value != "" || l.Reason == signer.Off {
			line("left out", l.Name+"  "+l.Reason.Words())
		}
	}
	if !p.Freshness.Until.IsZero() {
		line("valid", "until "+p.Freshness.Until.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	_, err := w.Write(out)
	return err
}

func (a *app) curlCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "curl [FILE]",
		Short: "print the cURL command that sends the upload",
		Long: `curl prints the command, signed, for sh, bash, dash and zsh, and nothing else on
standard output. It is good for one hour. Without credentials it is for the sandbox:
run "signpost sandbox" beside it.`,
		Example: "  signpost curl --public-id logo ./logo.png\n  signpost curl --file https://example.com/cat.jpg --eager w_400,h_300,c_pad\n  signpost curl --file ./logo.png | sh",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.flags.takeFile(args); err != nil {
				return err
			}
			return a.curl()
		},
	}
}

func (a *app) curl() error {
	account, err := a.account()
	if err != nil {
		return err
	}
	if err := account.CheckBase(); err != nil {
		return &failure{code: uploader.ExitConfig, err: err}
	}
	base := uploader.Draft{}
	if account.Sandbox {
		base.File = uploader.SampleToken
	}
	p, err := a.prepare(account, base)
	if err != nil {
		return err
	}
	command, err := export.Curl(p, export.CurlOptions{})
	if err != nil {
		return usage("%w", err)
	}
	if _, err := fmt.Fprintln(a.world.Stdout, command); err != nil {
		return err
	}
	if until, ok := export.ValidUntil(p); ok {
		a.say("valid until %s", until.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	if account.HostKind() == uploader.HostForeign {
		a.say("warning: the command goes to %s, which is neither Cloudinary's nor this machine", uploader.HostDisplay(account.Host()))
	}
	return nil
}

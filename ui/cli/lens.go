package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/catalog"
	"signpost/uploader/lens"
	"signpost/uploader/sandbox"
)

func (a *app) lensCommand() *cobra.Command {
	smuggle := false
	c := &cobra.Command{
		Use:   "lens [FILE]",
		Short: "show how the seven official SDKs would serialize and sign the same input",
		Long: `lens shows what Node, Python, Ruby, PHP, Java, .NET and Go make of the same parameters:
their string to sign, their signature, and each difference to the documented rule with the
reason and the place in the SDK's source. Twice: by hand (the sign helper that people call
with their own values) and as an upload call (which turns options into a form first).

Values of -p are texts for the sign helpers; an upload call gets them as the type that the
parameter has: true, a list, an object. FILE, or - for standard input, has a JSON object
with values of any type, which both get as they are: true, 5, null, ["a","b"], {"k":"v"}.

What was read in an SDK's source and not run says so; .NET is such a one throughout.
--smuggle shows what version 2 of the signature is for: how an attacker adds a parameter
to an upload signed by version 1, and how version 2 stops it. Nothing leaves this machine.`,
		Example: "  signpost lens -p public_id=logo -p overwrite=1 -p tags=a,b\n  echo '{\"overwrite\":true,\"tags\":[\"a,b\",null]}' | signpost lens -\n  signpost lens --smuggle",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if smuggle {
				return a.smuggle(args)
			}
			return a.lens(args)
		},
	}
	c.Flags().BoolVar(&smuggle, "smuggle", false, "show parameter smuggling, step by step")
	return c
}

// lensInput are the values for the sign helpers and the options for the upload calls.
func (a *app) lensInput(args []string) (values, options catalog.Object, err error) {
	if len(args) > 0 {
		text, err := a.readInput(args)
		if err != nil {
			return nil, nil, err
		}
		v, err := catalog.DecodeJSON(text)
		o, is := v.(catalog.Object)
		if err != nil || !is {
			return nil, nil, &failure{code: uploader.ExitUsage, err: fmt.Errorf("lens: the input is no JSON object"), hint: `such as {"public_id":"logo","overwrite":true}`}
		}
		if _, given := o.Get("api_secret"); given {
			return nil, nil, usage("lens: the secret comes from the account, and stands in no parameter")
		}
		values, options = append(values, o...), append(options, o...)
	}
	d, err := a.flags.draft(uploader.Draft{})
	if err != nil {
		return nil, nil, err
	}
	var params []signer.Param
	for _, p := range d.Params {
		params = append(params, p.Param)
	}
	if _, given := values.Get("timestamp"); d.Timestamp != "" || !given {
		if d.Timestamp == "" {
			d.Timestamp = strconv.FormatInt(time.Now().Unix(), 10)
		}
		params = append(params, signer.Param{Name: "timestamp", Value: d.Timestamp})
	}
	return append(values, lens.Texts(params)...), append(options, lens.Typed(params)...), nil
}

func (a *app) lens(args []string) error {
	values, options, err := a.lensInput(args)
	if err != nil {
		return err
	}
	account, err := a.account()
	if err != nil {
		return err
	}
	r := lens.View(values, options, account.Secret, account.Options)
	var out string
	if a.flags.json {
		out = lensJSON(r)
	} else {
		out = lensText(r)
	}
	_, err = io.WriteString(a.world.Stdout, a.redact(out))
	return err
}

// lensText is a result for a person: a table for each way, the reasons below each row.
func lensText(r lens.Result) string {
	var b strings.Builder
	width := 40
	if len(r.ReferenceByHand.Signature) > width {
		width = len(r.ReferenceByHand.Signature)
	}
	row := func(mark, name, signature, text string) {
		fmt.Fprintf(&b, "%s %-7s %-*s  %s\n", mark, name, width, clean(signature), clean(text))
	}
	for _, way := range []struct {
		title     string
		reference lens.Look
		all       []lens.Look
	}{
		{"By hand: each SDK's sign helper, called with these values", r.ReferenceByHand, r.ByHand},
		{"Upload call: each SDK's upload, called with these options", r.ReferenceUpload, r.Upload},
	} {
		fmt.Fprintf(&b, "%s\n", way.title)
		row(" ", "SDK", "signature", "string to sign")
		row("·", "rule", way.reference.Signature, way.reference.StringToSign)
		for _, l := range way.all {
			switch {
			case l.Same:
				row("=", l.SDK.Name, l.Signature, "the same")
			case l.Fails != "":
				row("≠", l.SDK.Name, "none", l.Fails)
			default:
				row("≠", l.SDK.Name, l.Signature, l.StringToSign)
			}
			for _, d := range l.Differences {
				fmt.Fprintf(&b, "          %s: %s %s  (%s)\n", clean(d.Param), l.SDK.Name, d.Why, d.Source)
				if d.Ours != "" || d.Theirs != "" {
					fmt.Fprintf(&b, "            rule %s  %s %s\n", clean(orNothing(d.Ours)), l.SDK.Name, clean(orNothing(d.Theirs)))
				}
			}
			if l.Evidence == lens.Read {
				fmt.Fprintf(&b, "          %s\n", l.Evidence)
			}
			for _, n := range l.Notes {
				fmt.Fprintf(&b, "          note: %s %s\n", l.SDK.Name, clean(n))
			}
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func orNothing(s string) string {
	if s == "" {
		return "‹not signed›"
	}
	return s
}

type lookJSON struct {
	SDK          string            `json:"sdk"`
	Version      string            `json:"version,omitempty"`
	Evidence     string            `json:"evidence,omitempty"`
	Same         bool              `json:"same"`
	StringToSign string            `json:"string_to_sign"`
	Signature    string            `json:"signature"`
	Sent         map[string]string `json:"sent,omitempty"`
	Error        string            `json:"error,omitempty"`
	Differences  []differenceJSON  `json:"differences"`
	Notes        []string          `json:"notes,omitempty"`
}

type differenceJSON struct {
	Param  string    `json:"param"`
	Rule   lens.Rule `json:"rule"`
	Why    string    `json:"why"`
	Ours   string    `json:"ours"`
	Theirs string    `json:"theirs"`
	Source string    `json:"source"`
}

// lensJSON is a result as one object.
func lensJSON(r lens.Result) string {
	look := func(l lens.Look) lookJSON {
		j := lookJSON{SDK: l.SDK.ID, Version: l.SDK.Version, Evidence: string(l.Evidence), Same: l.Same, StringToSign: l.StringToSign, Signature: l.Signature, Error: l.Fails, Differences: []differenceJSON{}, Notes: l.Notes, Sent: map[string]string{}}
		for _, d := range l.Differences {
			j.Differences = append(j.Differences, differenceJSON(d))
		}
		for _, p := range l.Sent {
			j.Sent[p.Name] = p.Value
		}
		return j
	}
	reference := func(l lens.Look) lookJSON {
		j := look(l)
		j.SDK, j.Same = "reference", true
		return j
	}
	var out struct {
		ByHand []lookJSON `json:"by_hand"`
		Upload []lookJSON `json:"upload"`
	}
	out.ByHand, out.Upload = []lookJSON{reference(r.ReferenceByHand)}, []lookJSON{reference(r.ReferenceUpload)}
	for i := range r.ByHand {
		out.ByHand, out.Upload = append(out.ByHand, look(r.ByHand[i])), append(out.Upload, look(r.Upload[i]))
	}
	return indented(out)
}

// indented is a value as JSON for standard output.
func indented(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(v) // of our own types: it cannot fail
	return escapeJSON(b.String())
}

// smuggle tells the steps of the demonstration. Its sandbox has no port.
func (a *app) smuggle(args []string) error {
	if len(args) > 0 {
		return usage("--smuggle has an input of its own")
	}
	box := sandbox.New(sandbox.Options{})
	defer box.Close()
	steps, err := lens.Smuggling(strconv.FormatInt(time.Now().Unix(), 10), signer.NewSecret(uploader.SandboxSecret), postTo(box))
	if err != nil {
		return &failure{code: uploader.ExitOther, err: err}
	}
	if a.flags.json {
		_, err := io.WriteString(a.world.Stdout, indented(stepsJSON(steps)))
		return err
	}
	var b strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&b, "%d  %s\n   %s\n", i+1, s.Title, s.Says)
		for _, p := range s.Params {
			fmt.Fprintf(&b, "   %-18s%s\n", p.Name, clean(p.Value))
		}
		fmt.Fprintf(&b, "   %-18s%s\n   %-18s%s\n   %-18s%s\n\n", "string to sign", clean(s.StringToSign), "signature", s.Signature, "verdict", verdict(s))
	}
	_, err = io.WriteString(a.world.Stdout, strings.TrimSuffix(b.String(), "\n"))
	return err
}

func verdict(s lens.Step) string {
	v := "refused"
	if s.Accepted {
		v = "accepted"
	}
	v += ", " + s.Checked
	if s.Answer != "" {
		v += ": " + clean(s.Answer)
	}
	return v
}

type stepJSON struct {
	Title        string            `json:"title"`
	Says         string            `json:"says"`
	Params       map[string]string `json:"params"`
	Version      int               `json:"signature_version"`
	StringToSign string            `json:"string_to_sign"`
	Signature    string            `json:"signature"`
	Accepted     bool              `json:"accepted"`
	Checked      string            `json:"checked"`
	Answer       string            `json:"answer,omitempty"`
}

func stepsJSON(steps []lens.Step) []stepJSON {
	var all []stepJSON
	for _, s := range steps {
		j := stepJSON{s.Title, s.Says, map[string]string{}, s.Version.Number(), s.StringToSign, s.Signature, s.Accepted, s.Checked, s.Answer}
		for _, p := range s.Params {
			j.Params[p.Name] = p.Value
		}
		all = append(all, j)
	}
	return all
}

// postTo sends forms to a sandbox, with its sample picture.
func postTo(box *sandbox.Server) lens.Post {
	return func(params []signer.Param, signature string) (int, []byte, error) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for _, p := range append(params[:len(params):len(params)], signer.Param{Name: "api_key", Value: uploader.SandboxKey}, signer.Param{Name: "signature", Value: signature}) {
			if err := form.WriteField(p.Name, p.Value); err != nil {
				return 0, nil, err
			}
		}
		file, err := form.CreateFormFile("file", sandbox.SampleName)
		if err != nil {
			return 0, nil, err
		}
		if _, err := file.Write(sandbox.Sample()); err != nil {
			return 0, nil, err
		}
		if err := form.Close(); err != nil {
			return 0, nil, err
		}
		resp, err := box.Client().Post("http://127.0.0.1/v1_1/"+uploader.SandboxCloud+"/image/upload", form.FormDataContentType(), &body)
		if err != nil {
			return 0, nil, err
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		return resp.StatusCode, raw, err
	}
}

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"signpost/uploader"
	"signpost/uploader/export"
)

func (a *app) exportCommand() *cobra.Command {
	as := "curl"
	c := &cobra.Command{
		Use:   "export [FILE]",
		Short: "write the upload down as a command, a program or a request",
		Long: `export prints the upload, signed, in one of these forms and nothing else on standard
output; what has to be known about it goes to standard error. No form holds the secret.

` + formatList(),
		Example: "  signpost export --as node --public-id logo ./logo.png\n  signpost export --as self-signing ./logo.png > upload.sh",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.flags.takeFile(args); err != nil {
				return err
			}
			return a.export(as)
		},
	}
	c.Flags().StringVar(&as, "as", as, "the `form`; see the list above")
	_ = c.RegisterFlagCompletionFunc("as", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var ids []string
		for _, f := range export.Formats() {
			ids = append(ids, f.ID+"\t"+string(f.Title))
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

// formatList is a line for each form.
func formatList() string {
	var b strings.Builder
	for _, f := range export.Formats() {
		fmt.Fprintf(&b, "  %-16s %s (%s)\n", f.ID, f.Title, f.Proof)
	}
	return strings.TrimRight(b.String(), "\n")
}

func (a *app) export(as string) error {
	f, ok := export.Find(as)
	if !ok {
		return &failure{code: uploader.ExitUsage, err: fmt.Errorf("there is no form of that name"), hint: "signpost export --help lists them"}
	}
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
	s, err := f.Make(p)
	if err != nil {
		return usage("%w", err)
	}
	if _, err := fmt.Fprintln(a.world.Stdout, strings.TrimSuffix(s.Text, "\n")); err != nil {
		return err
	}
	for _, n := range s.Notes {
		a.say("note: %s", n)
	}
	return nil
}

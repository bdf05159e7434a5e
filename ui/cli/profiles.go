package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"signpost/uploader"
	"signpost/uploader/profiles"
)

// profileStore is where profiles are found and kept.
func (a *app) profileStore() profiles.Store {
	env := a.environ()
	home := env["HOME"]
	if home == "" {
		home, _ = os.UserHomeDir()
	}
	dir := filepath.Join(xdg.DataHome, "signpost")
	if d := env["XDG_DATA_HOME"]; d != "" {
		dir = filepath.Join(d, "signpost")
	}
	return profiles.Store{Home: home, CLIHome: env["CLOUDINARY_HOME"], StateDir: dir}
}

// fromProfile is the account that --profile names.
func (a *app) fromProfile(name string) (uploader.Config, error) {
	p, err := a.profileStore().Get(context.Background(), name)
	a.secret, a.token = p.Account.Secret, p.Account.Token
	if err != nil {
		f := &failure{code: uploader.ExitConfig, err: err, hint: "signpost profiles lists them"}
		return uploader.Config{}, f
	}
	p.Account.Options = a.options(p.Account.Options)
	return uploader.Config{Account: p.Account, Found: true}, nil
}

func (a *app) profilesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "profiles",
		Short: "list the accounts that have a name",
		Long: `profiles lists named accounts: the saved configurations of the Cloudinary CLI
(~/.cloudinary-cli/config.json, or the folder in CLOUDINARY_HOME), and those that
"profiles save" has put into the keyring of the operating system. --profile NAME uses one
in every other command and on the screen. No secret is shown.`,
		Example: "  signpost profiles\n  signpost profiles save work\n  signpost check --profile work",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.listProfiles() },
	}
	plain := false
	save := &cobra.Command{
		Use:   "save NAME",
		Short: "keep the found credentials under a name, in the keyring",
		Long: `save keeps the credentials of the environment or of .env under a name, in the keyring of
the operating system. Where that does not answer within three seconds nothing is kept;
--plain-text then keeps them in a file that only you can read, where every program that
you run can read the secret too.`,
		Example: "  signpost profiles save work\n  signpost profiles save work --plain-text",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.saveProfile(args[0], plain) },
	}
	save.Flags().BoolVar(&plain, "plain-text", false, "keep the secret in a file, unencrypted")
	del := &cobra.Command{
		Use: "delete NAME", Short: "forget a profile that was kept with save", Args: cobra.ExactArgs(1),
		ValidArgsFunction: a.completeProfiles,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.profileStore().Delete(context.Background(), args[0]); err != nil {
				return &failure{code: uploader.ExitConfig, err: err, hint: "signpost profiles lists them"}
			}
			a.say("profile %s is forgotten", args[0])
			return nil
		},
	}
	c.AddCommand(save, del)
	return c
}

// completeProfiles completes names. One that another program allowed and that is none
// here is left out: a shell would run, or a terminal obey, what stands in it (threat T1).
func (a *app) completeProfiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	all, _ := a.profileStore().List(context.Background())
	var names []string
	for _, p := range all {
		if profiles.CheckName(p.Name) == nil {
			names = append(names, p.Name+"\t"+clean(p.Account.CloudName))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// listedProfile is a profile as --json prints it.
type listedProfile struct {
	Name      string `json:"name"`
	Source    string `json:"source"`
	CloudName string `json:"cloud_name"`
	APIKey    string `json:"api_key"`
	Host      string `json:"host"`
	OAuth     bool   `json:"oauth"`
	Default   bool   `json:"default"`
	Problem   string `json:"problem,omitempty"`
}

func (a *app) listProfiles() error {
	all, notes := a.profileStore().List(context.Background())
	for _, n := range notes {
		a.say("note: %s", n)
	}
	list := []listedProfile{}
	for _, p := range all {
		list = append(list, listedProfile{p.Name, string(p.Source), p.Account.CloudName, p.Account.APIKey, p.Account.Host(), !p.Account.Token.IsZero(), p.Default, p.Problem})
	}
	if a.flags.json {
		raw, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return err
		}
		_, err = io.WriteString(a.world.Stdout, escapeJSON(string(raw))+"\n")
		return err
	}
	if len(list) == 0 {
		a.say("there are none; signpost profiles save NAME keeps the credentials that are found")
	}
	for _, p := range list {
		mark := ""
		if p.Default {
			mark = "  (default)"
		}
		if p.Problem != "" {
			mark += "  ! " + p.Problem
		}
		if _, err := fmt.Fprintln(a.world.Stdout, clean(fmt.Sprintf("%-20s %-24s %-20s %s%s", p.Name, p.CloudName, p.APIKey, p.Source, mark))); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) saveProfile(name string, plain bool) error {
	c, err := a.credentials()
	if err != nil {
		return err
	}
	a.tell(c)
	if !c.Found {
		return &failure{code: uploader.ExitConfig, err: errors.New("save the profile: there are no credentials to keep"), hint: "set CLOUDINARY_URL, or write a .env, and run it again"}
	}
	err = a.profileStore().Save(context.Background(), name, c.Account, plain)
	switch {
	case errors.Is(err, profiles.ErrNoKeyring):
		return &failure{code: uploader.ExitConfig, err: fmt.Errorf("save the profile: %w", err),
			hint: "--plain-text keeps it in a file instead: the secret is not encrypted there, and every program that you run can read it"}
	case err != nil:
		return &failure{code: uploader.ExitConfig, err: fmt.Errorf("save the profile: %w", err)}
	}
	a.say("profile %s is kept: signpost --profile %s uses it", name, name)
	if plain {
		a.say("warning: the secret is not encrypted; signpost profiles delete %s removes it", name)
	}
	return nil
}

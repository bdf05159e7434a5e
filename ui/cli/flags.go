package cli

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/sandbox"
)

// flags are those that all commands share; they fill in the form of the screen too.
type flags struct {
	params                                  []string
	file, publicID, resourceType, timestamp string
	eager                                   []string
	algorithm, signatureVersion, envFile    string
	allowHost                               []string
	json, quiet                             bool
	auth, profile                           string
}

func (f *flags) register(c *cobra.Command) {
	p := c.PersistentFlags()
	p.StringArrayVarP(&f.params, "param", "p", nil, "an upload parameter, `name=value`; repeat it for more")
	p.StringVar(&f.file, "file", "", "what to upload: a `path`, a URL (http, https, ftp, s3, gs) or a data URI")
	p.StringVar(&f.publicID, "public-id", "", "the public `ID`")
	p.StringArrayVar(&f.eager, "eager", nil, "an eager `transformation`; repeated ones are joined with |")
	p.StringVar(&f.resourceType, "resource-type", "", "the `type`: image, video, raw or auto (default image)")
	p.StringVar(&f.timestamp, "timestamp", "", "Unix `seconds`; they are never replaced (default now)")
	p.StringVar(&f.algorithm, "algorithm", "", "signature algorithm, `sha1|sha256` (default sha1)")
	p.StringVar(&f.signatureVersion, "signature-version", "", "signature version, `1|2` (default 2)")
	p.StringVar(&f.auth, "auth", "", "how to authenticate, `signed|unsigned|basic|oauth` (default signed)")
	p.StringVar(&f.profile, "profile", "", "the `name` of a saved account; see signpost profiles")
	p.StringVar(&f.envFile, "env-file", ".env", "the `file` with credentials")
	p.StringArrayVar(&f.allowHost, "allow-host", nil, "yes to a `host` that is neither Cloudinary's nor this machine; repeat it for more")
	p.BoolVar(&f.json, "json", false, "upload, sign, import, check, doctor, profiles, params, lens, verify, lesson: print JSON")
}

// draft is what the flags say, upon a draft that they change.
func (f *flags) draft(d uploader.Draft) (uploader.Draft, error) {
	set := func(name, value string) error {
		if err := checkParam(name); err != nil {
			return err
		}
		d = d.With(name, value)
		return nil
	}
	for _, p := range f.params {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			return d, usage("-p needs name=value")
		}
		switch name {
		case "timestamp":
			d.Timestamp, d.TimestampByHand = value, true
			continue
		case "file":
			d.File = value
			continue
		case "resource_type":
			d.ResourceType = value
			continue
		}
		if err := set(name, value); err != nil {
			return d, err
		}
	}
	if f.publicID != "" {
		d = d.With("public_id", f.publicID)
	}
	if len(f.eager) > 0 {
		d = d.With("eager", strings.Join(f.eager, "|"))
	}
	if f.file != "" {
		d.File = f.file
	}
	if f.resourceType != "" {
		d.ResourceType = f.resourceType
	}
	if f.timestamp != "" {
		d.Timestamp, d.TimestampByHand = f.timestamp, true
	}
	if f.auth != "" {
		d.Auth = auths[f.auth]
	}
	if d.ResourceType != "" && !slices.Contains(uploader.ResourceTypes, d.ResourceType) {
		return d, usage("the resource type is one of %s", strings.Join(uploader.ResourceTypes, ", "))
	}
	return d, nil
}

// checkParam refuses names that a form does not have.
func checkParam(name string) error {
	switch name {
	case "signature", "api_key", "cloud_name":
		return usage("parameter %q comes from the account and the signature, not from -p", name)
	}
	if signer.CheckName(name) != nil {
		// The name is not repeated: a secret pasted in the wrong place would be.
		return usage("the name of a parameter has something else than a-z, 0-9 and _ in it")
	}
	return nil
}

// takeFile takes the file from the arguments. One that --file names too is refused:
// which of them was meant cannot be told.
func (f *flags) takeFile(args []string) error {
	if len(args) == 0 {
		return nil
	}
	if f.file != "" {
		return usage("the file is named twice: as an argument and by --file")
	}
	f.file = args[0]
	return nil
}

// auths are the ways to authenticate, as --auth names them.
var auths = map[string]uploader.Auth{
	"signed": uploader.AuthSigned, "unsigned": uploader.AuthUnsigned, "basic": uploader.AuthBasic, "oauth": uploader.AuthBearer,
}

// any reports whether a flag fills in the form.
func (f *flags) any() bool {
	return len(f.params) > 0 || f.file != "" || f.publicID != "" || len(f.eager) > 0 || f.resourceType != "" || f.timestamp != "" || f.auth != ""
}

func (f *flags) check() error {
	if _, err := signer.ParseAlgorithm(f.algorithm); err != nil {
		return usage("the algorithm is sha1 or sha256")
	}
	if _, err := signer.ParseVersion(f.signatureVersion); err != nil {
		return usage("the signature version is 1 or 2")
	}
	if _, ok := auths[f.auth]; f.auth != "" && !ok {
		return usage("--auth is one of signed, unsigned, basic, oauth")
	}
	return nil
}

// completions are what shells complete behind the flags.
func (a *app) completions(root *cobra.Command) {
	words := func(list ...string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return list, cobra.ShellCompDirectiveNoFileComp
		}
	}
	for name, f := range map[string]func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective){
		"param": completeParam, "resource-type": words(uploader.ResourceTypes...), "algorithm": words("sha1", "sha256"),
		"signature-version": words("1", "2"), "auth": words("signed", "unsigned", "basic", "oauth"), "profile": a.completeProfiles,
	} {
		_ = root.RegisterFlagCompletionFunc(name, f)
	}
}

// environ is the environment as a map; the last of several equal names counts.
func (a *app) environ() map[string]string {
	m := make(map[string]string, len(a.world.Environ))
	for _, e := range a.world.Environ {
		name, value, _ := strings.Cut(e, "=")
		m[name] = value
	}
	return m
}

// credentials finds the identity. The error is about a file that cannot be read.
func (a *app) credentials() (uploader.Config, error) {
	if a.flags.profile != "" {
		return a.fromProfile(a.flags.profile)
	}
	in := uploader.ConfigInput{
		Environ: a.environ(), EnvFilePath: a.flags.envFile,
		Algorithm: a.flags.algorithm, Version: a.flags.signatureVersion,
	}
	raw, ok, warning, err := uploader.ReadEnvFile(a.flags.envFile)
	if err != nil {
		return uploader.Config{}, &failure{code: uploader.ExitConfig, err: err, hint: "--env-file names another file"}
	}
	if !ok && a.flags.envFile != ".env" {
		return uploader.Config{}, &failure{code: uploader.ExitConfig, err: fmt.Errorf("read %s: there is no such file", a.flags.envFile), hint: "check the path given to --env-file"}
	}
	in.HasEnvFile, in.EnvFile = ok, raw
	c := uploader.ReadConfig(in)
	if warning != "" && c.Account.Origin != "" && strings.Contains(c.Account.Origin, a.flags.envFile) {
		c.Notes = append(c.Notes, warning)
	}
	a.secret, a.token = c.Account.Secret, c.Account.Token
	return c, nil
}

// sandboxAccount is the sandbox's own, as it listens by default.
func (a *app) sandboxAccount() uploader.Account {
	account := uploader.SandboxAccount("http://" + sandbox.DefaultAddr)
	account.Options = a.options(account.Options)
	return account
}

// options applies the flags to signing options.
func (a *app) options(o signer.Options) signer.Options {
	if a.flags.algorithm != "" {
		o.Algorithm, _ = signer.ParseAlgorithm(a.flags.algorithm)
	}
	if a.flags.signatureVersion != "" {
		o.Version, _ = signer.ParseVersion(a.flags.signatureVersion)
	}
	return o
}

// account is the identity for a command that works without one too: then it is the
// sandbox's, and that is said. Problems are said as warnings.
func (a *app) account() (uploader.Account, error) {
	return a.accountFor("this is signed for the sandbox")
}

// accountFor is account for a command that does something else than signing.
func (a *app) accountFor(what string) (uploader.Account, error) {
	c, err := a.credentials()
	if err != nil {
		return uploader.Account{}, err
	}
	a.tell(c)
	if c.Found && c.Account.Secret.IsZero() && a.flags.auth == "" {
		a.flags.auth = "oauth" // a token is all there is
	}
	if a.unsignedFor(c.Account) || c.Found || c.Account.CloudName != "" && c.Account.APIKey != "" && !c.Account.Secret.IsZero() {
		return c.Account, nil // whatever is wrong with the rest, it can be signed
	}
	a.say("no credentials: %s (cloud %s, API key %s)", what, uploader.SandboxCloud, uploader.SandboxKey)
	return a.sandboxAccount(), nil
}

// unsignedFor reports whether an upload to the account needs neither key nor secret.
func (a *app) unsignedFor(account uploader.Account) bool {
	return a.flags.auth == "unsigned" && account.CloudName != ""
}

// tell says what is wrong with the credentials and what was decided.
func (a *app) tell(c uploader.Config) {
	for _, p := range c.Problems {
		a.say("warning: %s", p.Message)
		if p.Hint != "" {
			a.say("hint: %s", p.Hint)
		}
	}
	for _, n := range c.Notes {
		a.say("note: %s", n)
	}
}

// checkHost wants a yes for a host that is neither the service's nor this machine
// (threat T10).
func (a *app) checkHost(account uploader.Account) error {
	if err := account.CheckBase(); err != nil {
		return &failure{code: uploader.ExitConfig, err: err}
	}
	if account.HostKind() != uploader.HostForeign {
		return nil
	}
	u, err := url.Parse(account.Base())
	if err != nil {
		return &failure{code: uploader.ExitConfig, err: errors.New("the address of the API is no URL")}
	}
	if a.hostIsAllowed(u) {
		return nil
	}
	host := uploader.HostDisplay(u.Host)
	return &failure{
		code: uploader.ExitConfig,
		err:  fmt.Errorf("nothing was sent: the upload would go to %s, which is neither Cloudinary's nor this machine; %s says so", host, account.Origin),
		hint: "if that is right, add --allow-host " + u.Host,
	}
}

// hostIsAllowed reports whether --allow-host names the host of a URL, with its port or
// without one.
func (a *app) hostIsAllowed(u *url.URL) bool {
	return slices.ContainsFunc(a.flags.allowHost, func(h string) bool {
		return strings.EqualFold(h, u.Host) || strings.EqualFold(strings.Trim(h, "[]"), u.Hostname())
	})
}

// fileOptions is how typed files are recognised here.
func (a *app) fileOptions(live bool, sampleURL string) uploader.FileOptions {
	home, _ := os.UserHomeDir()
	return uploader.FileOptions{
		Home: home, Live: live, SampleURL: sampleURL,
		SampleName: sandbox.SampleName, Sample: sandbox.Sample(),
		Windows: filepath.Separator == '\\',
	}
}

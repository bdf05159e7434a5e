package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/profiles"
)

// clean makes a line harmless.
func clean(s string) string { return string(visible.Clean(s)) }

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "ask the service whether the credentials are right; nothing is uploaded",
		Long: `check asks the service whether cloud name, API key and API secret belong together, with
the Admin API's ping: nothing is uploaded or stored. It tells where the credentials come
from, what looks wrong with them, whether the key belongs to another profile, and how far
this machine's clock is off. It works against the sandbox too. Exit status: 0 they are
right, 3 they are missing or refused, 5 the service could not be asked.`,
		Example: "  signpost check\n  signpost check --profile work --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.check() },
	}
}

// checked is what check --json prints.
type checked struct {
	OK         bool     `json:"ok"`
	CloudName  string   `json:"cloud_name"`
	APIKey     string   `json:"api_key"`
	Origin     string   `json:"origin"`
	Host       string   `json:"host"`
	Status     int      `json:"status"`
	Message    string   `json:"message"`
	ClockSkew  *float64 `json:"clock_skew_seconds"`
	BelongsTo  string   `json:"key_belongs_to,omitempty"`
	Problems   []string `json:"problems"`
	DurationMS int64    `json:"duration_ms"`
}

func (a *app) check() error {
	c, err := a.credentials()
	if err != nil {
		return err
	}
	a.tell(c)
	if !c.Found {
		return &failure{code: uploader.ExitConfig, err: errors.New("check: there are no complete credentials"), hint: "set CLOUDINARY_URL, write a .env, or name a --profile"}
	}
	if err := a.checkHost(c.Account); err != nil {
		return err
	}
	client := uploader.New(uploader.ClientConfig{UserAgent: "signpost/" + version()})
	ping, err := client.Ping(context.Background(), c.Account)
	if err != nil {
		code := uploader.ExitTemporary
		if errors.Is(err, uploader.ErrNoCredentials) || errors.Is(err, uploader.ErrNoToken) {
			code = uploader.ExitConfig
		}
		return &failure{code: code, err: err, hint: "is the network there, and the host right?"}
	}
	r := checked{
		OK: ping.OK(), CloudName: c.Account.CloudName, APIKey: c.Account.APIKey, Origin: c.Account.Origin, Host: c.Account.Host(),
		Status: ping.Status, Message: ping.Message, Problems: []string{}, DurationMS: ping.Elapsed.Milliseconds(),
	}
	if ping.HasDate {
		s := ping.Skew.Seconds()
		r.ClockSkew = &s
	}
	for _, p := range c.Problems {
		r.Problems = append(r.Problems, p.Message)
	}
	if !r.OK {
		r.BelongsTo = a.otherProfile(c.Account)
	}
	return a.tellCheck(r)
}

// otherProfile names a profile that has the key with another cloud or secret.
func (a *app) otherProfile(account uploader.Account) string {
	all, _ := a.profileStore().List(context.Background())
	p, ok := profiles.BelongsTo(all, account.APIKey)
	if !ok || p.Account.CloudName == account.CloudName && p.Account.Secret.Equal(account.Secret) {
		return ""
	}
	return p.Name
}

func (a *app) tellCheck(r checked) error {
	if a.flags.json {
		raw, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		if _, err := io.WriteString(a.world.Stdout, escapeJSON(a.redact(string(raw)))+"\n"); err != nil {
			return err
		}
	} else {
		line := func(label, text string) {
			_, _ = fmt.Fprintf(a.world.Stdout, "%-10s%s\n", label, clean(a.redact(text)))
		}
		line("cloud", r.CloudName)
		line("API key", r.APIKey)
		line("from", r.Origin)
		line("host", uploader.HostDisplay(r.Host))
		line("answer", fmt.Sprintf("%d %s", r.Status, r.Message))
		if r.ClockSkew != nil {
			line("clock", skewWords(time.Duration(*r.ClockSkew)*time.Second))
		}
		if r.OK {
			line("result", "the credentials are right")
		}
	}
	if r.OK {
		return nil
	}
	f := &failure{code: uploader.ExitConfig, err: fmt.Errorf("check: the service refuses the credentials: %s", r.Message)}
	switch {
	case r.BelongsTo != "":
		f.hint = "the key is that of the profile " + r.BelongsTo + ": --profile " + r.BelongsTo + " uses it"
	case r.Status == 401:
		f.hint = "compare cloud name, key and secret with those of the account's settings; are quotes or blanks part of the secret?"
	case r.Status >= 500:
		f.code = uploader.ExitTemporary
		f.hint = "try again later"
	}
	return f
}

// skewWords say how far the clocks are apart.
func skewWords(d time.Duration) string {
	switch {
	case d > time.Minute:
		return "this machine is " + d.Round(time.Second).String() + " behind the service: signatures are good for less than an hour"
	case d < -time.Minute:
		return "this machine is " + (-d).Round(time.Second).String() + " ahead of the service"
	}
	return "agrees with the service's"
}

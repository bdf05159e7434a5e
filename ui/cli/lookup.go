package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"signpost/uploader"
)

func (a *app) lookUpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lookup ID",
		Short: "ask the service whether an upload was kept",
		Long: `lookup asks the service's Admin API whether the asset of an upload is there, and whether it
is the one that was sent: by its public ID, else among the newest assets. It needs the
account that the upload went to. Exit status: 0 it was kept, 1 it was not, 7 that cannot be
told.`,
		Example: "  signpost history lookup 7f3a",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.lookUp(args[0]) },
	}
}

// lookedUp is what history lookup --json prints.
type lookedUp struct {
	Verdict string          `json:"verdict"`
	Why     string          `json:"why"`
	Hint    string          `json:"hint"`
	Asset   *uploader.Asset `json:"asset,omitempty"`
}

func (a *app) lookUp(id string) error {
	store := a.journal()
	defer store.Close()
	e, err := store.Find(id)
	if err != nil {
		return historyFailure(err)
	}
	account, err := a.accountFor("the sandbox is asked")
	if err != nil {
		return err
	}
	if account.Host() != e.Host || account.CloudName != e.Cloud || account.APIKey != e.APIKey {
		return &failure{code: uploader.ExitConfig, err: fmt.Errorf("look it up: it went to another account: cloud %s at %s, API key %s", e.Cloud, e.Host, e.APIKey), hint: "name that account, with --profile or CLOUDINARY_URL"}
	}
	if err := a.checkHost(account); err != nil {
		return err
	}
	p, _ := uploader.Prepare(e.Draft, account, uploader.ParseFile(e.Draft.File, a.fileOptions(!account.Sandbox, "")), time.Now())
	found, err := uploader.New(uploader.ClientConfig{UserAgent: "signpost/" + version()}).LookUp(context.Background(), p, e.At)
	switch {
	case errors.Is(err, uploader.ErrUnsignedLookUp):
		return &failure{code: uploader.ExitConfig, err: err}
	case err != nil:
		return &failure{code: uploader.ExitTemporary, err: err, hint: "is the network there, and the host right?"}
	}
	return a.tellFound(found)
}

// tellFound prints what was found, and makes it the exit status.
func (a *app) tellFound(f uploader.Found) error {
	text := fmt.Sprintf("%-9s %s\n%-9s %s\n", "result", clean(a.redact(f.Verdict.String()+": "+f.Why)), "hint", clean(a.redact(f.Hint)))
	if a.flags.json {
		raw, err := json.MarshalIndent(lookedUp{f.Verdict.String(), f.Why, f.Hint, f.Asset}, "", "  ")
		if err != nil {
			return err
		}
		text = escapeJSON(a.redact(string(raw))) + "\n"
	}
	if _, err := a.world.Stdout.Write([]byte(text)); err != nil {
		return err
	}
	switch f.Verdict {
	case uploader.WasKept:
		return nil
	case uploader.WasNotKept:
		return &failure{code: uploader.ExitOther, err: errors.New("look it up: it was not kept")}
	}
	return &failure{code: uploader.ExitUnknown, err: errors.New("look it up: that cannot be told")}
}

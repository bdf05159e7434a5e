package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"signpost/uploader"
	"signpost/uploader/sandbox"
)

func (a *app) sandboxCommand() *cobra.Command {
	var addr string
	var remote bool
	c := &cobra.Command{
		Use:   "sandbox",
		Short: "run the sandbox alone: an Upload API that checks signatures",
		Long: `sandbox answers uploads on this machine as the service does, checks their signatures,
makes the derived pictures and delivers them, until ctrl+c. Nothing is kept. It knows
its own published account only. Standard output has one line: the CLOUDINARY_URL to
use with signpost and with the official SDKs.`,
		Example: "  signpost sandbox\n  signpost sandbox --addr 127.0.0.1:9000",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.sandbox(addr, remote) },
	}
	c.Flags().StringVar(&addr, "addr", sandbox.DefaultAddr, "where it listens, `host:port`")
	c.Flags().BoolVar(&remote, "allow-remote", false, "allow an address that other machines can reach")
	return c
}

func (a *app) sandbox(addr string, remote bool) error {
	s := sandbox.New(sandbox.Options{AllowRemote: remote})
	if err := s.Listen(addr); err != nil {
		f := &failure{code: uploader.ExitOther, err: err}
		if errors.Is(err, sandbox.ErrPortTaken) {
			f.hint = "--addr 127.0.0.1:0 takes a free port"
		}
		return f
	}
	defer s.Close()
	if _, err := fmt.Fprintf(a.world.Stdout, "CLOUDINARY_URL=%s\n", sandboxURL(s.BaseURL())); err != nil {
		return err
	}
	a.say("the sandbox listens at %s; its sample picture is %s; ctrl+c ends it", s.BaseURL(), s.SampleURL())
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := a.onSignals(cancel)
	defer stop()
	<-ctx.Done()
	var sig signalled
	if errors.As(context.Cause(ctx), &sig) && sig.Signal != os.Interrupt {
		return &failure{code: sig.status(), err: errors.New("")}
	}
	return nil
}

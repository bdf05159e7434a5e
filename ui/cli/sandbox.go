package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"signpost/uploader"
	"signpost/uploader/sandbox"
)

func (a *app) sandboxCommand() *cobra.Command {
	var f sandboxFlags
	c := &cobra.Command{
		Use:   "sandbox",
		Short: "run the sandbox alone: an Upload API that checks signatures",
		Long: `sandbox answers uploads on this machine as the service does, checks their signatures,
makes the derived pictures and delivers them, until ctrl+c. It knows its own published
account only. Standard output has one line: the CLOUDINARY_URL to use with signpost and
with the official SDKs. Nothing outlasts it, unless --data names a folder of its own.

With --allow-remote a room can use it, on an address that other machines reach. Any cloud
name is one then, with the published key and secret, and a state of its own: nobody sees
or loses what is another's. Files, chunks, requests and the number of clouds are bounded.
A cloud is emptied on the page, or by a POST to /_/reset?cloud=NAME with the published key
and secret as HTTP Basic; only this machine can empty all of them.

--fault lets requests go wrong, one after the other: KIND, KIND*TIMES, KIND*all. A client
can ask for one with the header "` + sandbox.FaultHeader + `: KIND". KIND is a status from 400 to
599, answered before anything is kept, or one of these:

` + faultHelp(),
		Example: "  signpost sandbox\n  signpost sandbox --addr 127.0.0.1:9000 --data ./sandbox-data\n  signpost sandbox --addr 0.0.0.0:8787 --allow-remote\n  signpost sandbox --fault 429*2 --fault lost --fault reset@100000\n  signpost sandbox --fixed-clock 1315060510 --seed 1",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.sandbox(f) },
	}
	p := c.Flags()
	p.StringVar(&f.addr, "addr", sandbox.DefaultAddr, "where it listens, `host:port`")
	p.BoolVar(&f.remote, "allow-remote", false, "allow an address that other machines can reach, and any cloud name")
	p.BoolVar(&f.anyCloud, "any-cloud", false, "take any cloud name, each with a state of its own")
	p.StringVar(&f.data, "data", "", "keep what is uploaded in this `folder`")
	p.BoolVar(&f.loopback, "allow-loopback", false, "load remote files from this machine, and send notifications to it")
	p.BoolVar(&f.dynamic, "dynamic-folders", false, "keep folders apart from public IDs, as accounts since June 2024 do")
	p.StringArrayVar(&f.faults, "fault", nil, "let a request go wrong, `kind[*times]`; repeat it for the next ones")
	p.DurationVar(&f.clock, "clock", 0, "how far its clock is `off`, such as 2h or -90m")
	p.Int64Var(&f.fixed, "fixed-clock", 0, "let its clock stand still at these Unix `seconds`")
	p.Int64Var(&f.seed, "seed", 0, "make the same identifiers in each run with this `number`")
	return c
}

// sandboxFlags are those of the command sandbox alone.
type sandboxFlags struct {
	addr        string
	remote      bool
	anyCloud    bool
	data        string
	loopback    bool
	dynamic     bool
	faults      []string
	clock       time.Duration
	fixed, seed int64
}

// faultHelp lists the kinds of faults.
func faultHelp() string {
	var b strings.Builder
	for _, k := range sandbox.FaultKinds {
		fmt.Fprintf(&b, "  %-10s %s\n", k.Name, k.Text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// options are those of a sandbox with these flags.
func (f sandboxFlags) options() (sandbox.Options, error) {
	o := sandbox.Options{AllowRemote: f.remote, AnyCloud: f.remote || f.anyCloud, AllowLoopbackFetch: f.loopback}
	if f.dynamic {
		account := sandbox.DemoAccount()
		account.DynamicFolders = true
		o.Accounts = []sandbox.Account{account}
	}
	for _, text := range f.faults {
		fault, err := sandbox.ParseFault(text)
		if err != nil {
			return o, &failure{code: uploader.ExitUsage, err: err, hint: "signpost sandbox --help lists the faults"}
		}
		o.Faults = append(o.Faults, fault)
	}
	if f.seed != 0 && f.data != "" {
		return o, &failure{code: uploader.ExitUsage, err: errors.New("sandbox: --seed makes the same identifiers in each run, and --data has those of the last one already"), hint: "leave one of them out"}
	}
	o.NewID = seeded(f.seed)
	return o, nil
}

// seeded makes the same identifiers in each run; nil for the seed 0, which makes others.
func seeded(seed int64) func() string {
	if seed == 0 {
		return nil
	}
	var n atomic.Int64
	return func() string { return fmt.Sprintf("signpost %d %d", seed, n.Add(1)) }
}

func (a *app) sandbox(f sandboxFlags) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	s := sandbox.New(o)
	if f.clock != 0 || f.fixed != 0 {
		var at time.Time
		if f.fixed != 0 {
			at = time.Unix(f.fixed, 0)
		}
		s.SetClock(f.clock, at)
	}
	defer s.Close()
	if f.data != "" {
		notes, err := s.Keep(f.data)
		if err != nil {
			return dataFailure(f.data, err)
		}
		for _, n := range notes {
			a.say("note: %s", n)
		}
	}
	if err := s.Listen(f.addr); err != nil {
		f := &failure{code: uploader.ExitOther, err: err}
		if errors.Is(err, sandbox.ErrPortTaken) {
			f.hint = "--addr 127.0.0.1:0 takes a free port"
		}
		return f
	}
	if _, err := fmt.Fprintf(a.world.Stdout, "CLOUDINARY_URL=%s\n", sandboxURL(s.BaseURL())); err != nil {
		return err
	}
	a.say("the sandbox listens at %s; its sample picture is %s; its requests and uploads are at %s/_/; ctrl+c ends it", s.BaseURL(), s.SampleURL(), s.BaseURL())
	for _, url := range s.RemoteURLs() {
		if err := uploader.SandboxAccount(url).CheckBase(); err != nil {
			a.say("note: others reach it at %s too, which is no private address: signpost sends nothing there over plain http", url)
			continue
		}
		a.say("the room can use CLOUDINARY_URL=%s with a cloud name of one's own for NAME, and look at %s/_/", strings.Replace(sandboxURL(url), "@"+sandbox.DemoCloud+"?", "@NAME?", 1), url)
	}
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

// dataFailure says why a folder cannot be used.
func dataFailure(dir string, err error) error {
	f := &failure{code: uploader.ExitUsage, err: fmt.Errorf("keep what is uploaded in %s: %w", dir, err), hint: "name a folder that you may write to; it is made where it is not there"}
	switch {
	case errors.Is(err, sandbox.ErrDataTaken):
		f.hint = "end the other one, or name another folder"
	case errors.Is(err, sandbox.ErrForeignData):
		f.hint = "name an empty folder, or one that is not there yet"
	}
	return f
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	xterm "github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/sandbox"
)

func (a *app) uploadCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "upload [FILE]",
		Short: "sign and send the upload, print the answer",
		Long: `upload sends one signed request. FILE is a path, a URL that the service fetches, or a
data URI. The server's JSON goes to standard output, whatever it says; everything else
to standard error. The exit status tells what became of it: 0 it was kept, 4 refused,
5 sending it again is safe, 6 something about the file, 7 it may have been kept.

It needs credentials (see "signpost --help"). The sandbox's are published: run
"signpost sandbox" beside it, with the CLOUDINARY_URL that it prints.`,
		Example: "  signpost upload ./logo.png --public-id logo\n  signpost upload https://example.com/cat.jpg --eager w_400,h_300,c_pad\n  signpost upload ./a.png | jq -r .secure_url",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.flags.takeFile(args); err != nil {
				return err
			}
			return a.upload()
		},
	}
}

func (a *app) upload() error {
	if a.flags.file == "-" {
		return &failure{code: uploader.ExitUsage,
			err:  errors.New("upload: standard input has no known size and cannot be read twice, which a signed request of a known length needs"),
			hint: "save it as a file first, and give its path; ./- is a file of that name"}
	}
	c, err := a.credentials()
	if err != nil {
		return err
	}
	a.tell(c)
	if !c.Found && !a.unsignedFor(c.Account) {
		what := "there are none"
		if len(c.Problems) > 0 {
			what = "they are not complete"
		}
		return &failure{code: uploader.ExitConfig, err: errors.New("upload: no credentials: " + what),
			hint: "set CLOUDINARY_URL, or API_KEY, API_SECRET and CLOUD_NAME; to try without an account, run \"signpost sandbox\" and set CLOUDINARY_URL=" + sandboxURL("http://"+sandbox.DefaultAddr)}
	}
	if err := a.checkHost(c.Account); err != nil {
		return err
	}
	if c.Account.Secret.IsZero() && a.flags.auth == "" {
		a.flags.auth = "oauth" // a token is all there is
	}
	p, err := a.prepare(c.Account, uploader.Draft{})
	if err != nil {
		return err
	}
	if p.File.Kind == uploader.FileNone {
		return &failure{code: uploader.ExitUsage, err: errors.New("upload: there is no file"), hint: "signpost upload FILE, where FILE is a path, a URL or a data URI"}
	}
	return a.send(p)
}

// sandboxURL is the CLOUDINARY_URL of a sandbox at a base URL.
func sandboxURL(base string) string {
	return "cloudinary://" + uploader.SandboxKey + ":" + uploader.SandboxSecret + "@" + uploader.SandboxCloud + "?upload_prefix=" + base
}

// send uploads and ends with the status that tells what became of it.
func (a *app) send(p uploader.Prepared) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := a.onSignals(cancel)
	client := uploader.New(uploader.ClientConfig{UserAgent: "signpost/" + version()})
	if proxy := client.Proxy(p.Account); proxy != "" {
		a.say("note: through the proxy %s", proxy)
	}
	a.say("sending to %s (cloud %s)", uploader.HostDisplay(p.Account.Host()), p.Account.CloudName)
	m := &meter{w: a.world.Stderr, onTerminal: isTerminal(a.world.Stderr)}
	result, err := client.Upload(ctx, p, m.observe)
	m.finish()
	stop()
	if result != nil {
		if werr := a.writeAnswer(result.Body); werr != nil && err == nil {
			return &failure{code: uploader.ExitOther, err: fmt.Errorf("write the answer: %w", werr)}
		}
		for _, w := range result.Warnings {
			a.say("warning: %s", w)
		}
	}
	code := uploader.ExitCode(err)
	var sig signalled
	if errors.As(context.Cause(ctx), &sig) && code == uploader.ExitInterrupt {
		code = sig.status()
	}
	if err == nil {
		a.say("%s in %s, request %s", result.StatusText, result.Elapsed.Round(time.Millisecond), orNone(result.RequestID))
		return nil
	}
	x := uploader.Explain(err, p)
	if x.Why != "" {
		x.What += "\n" + x.Why
	}
	return &failure{code: code, err: fmt.Errorf("%s: %s", x.Title, x.What), hint: x.Hint}
}

func orNone(s string) string {
	if s == "" {
		return "without an id"
	}
	return s
}

// writeAnswer writes what the server sent to standard output: byte for byte, but to a
// terminal, which would obey control sequences in it (threat T1).
func (a *app) writeAnswer(body []byte) error {
	if isTerminal(a.world.Stdout) {
		body = []byte(visible.CleanLines(string(body)))
	}
	if n := len(body); n > 0 && body[n-1] != '\n' {
		body = append(body[:n:n], '\n')
	}
	_, err := a.world.Stdout.Write(body)
	return err
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && xterm.IsTerminal(f.Fd())
}

// signalled is the signal that ended an upload.
type signalled struct{ os.Signal }

func (s signalled) Error() string { return "ended by " + s.String() }

func (s signalled) status() int {
	switch s.Signal {
	case syscall.SIGTERM:
		return uploader.ExitTerminate
	case syscall.SIGHUP:
		return uploader.ExitHangup
	}
	return uploader.ExitInterrupt
}

// onSignals cancels at the first signal. SIGINT and SIGHUP that were ignored when the
// program started stay ignored: it runs under nohup, or behind a shell's &.
func (a *app) onSignals(cancel context.CancelCauseFunc) (stop func()) {
	wanted := []os.Signal{syscall.SIGTERM}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			wanted = append(wanted, s)
		}
	}
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, wanted...)
	done := make(chan struct{})
	go func() {
		select {
		case s := <-ch:
			cancel(signalled{s})
		case <-done:
		}
	}()
	return func() { signal.Stop(ch); close(done) }
}

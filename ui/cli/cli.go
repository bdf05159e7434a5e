// Package cli is the program without its screen: sign, curl, upload, doctor, sandbox. It is
// also where the parts are put together; nothing else knows all of them.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync/atomic"

	"github.com/spf13/cobra"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/term"
	"signpost/uploader"
)

// World is the outside: everything that a run reads or writes.
type World struct {
	Args, Environ  []string
	Stdin          *os.File
	Stdout, Stderr io.Writer
}

// failure is an error with the exit status that it ends with. hint says what to do.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// usage is a failure of the command line itself.
func usage(format string, args ...any) error {
	return &failure{code: uploader.ExitUsage, err: fmt.Errorf(format, args...)}
}

// app is one run.
type app struct {
	world       World
	flags       flags
	screenFlags screenFlags
	// secret and token must not be printed, once they are known.
	secret, token signer.Secret
	known         known
	inSandbox     atomic.Bool
	handout       handout
}

// Run runs the program and returns its exit status.
func Run(w World) (code int) {
	a := &app{world: w}
	defer func() {
		if v := recover(); v != nil {
			code = term.Crashed(v, term.Options{Redact: a.redact, ReportDir: reportDir(), Message: w.Stderr})
		}
	}()
	root := a.rootCommand()
	root.SetArgs(w.Args)
	root.SetOut(w.Stdout)
	root.SetErr(w.Stderr)
	err := secretInArguments(w.Args)
	if err == nil {
		err = root.Execute()
	}
	if err == nil {
		return uploader.ExitOK
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{code: uploader.ExitUsage, err: errors.New(maskUsage(err.Error())), hint: "signpost --help lists the commands and their flags"}
	}
	if f.err != nil && f.err.Error() != "" {
		a.say("error: %s", f.err)
	}
	if f.hint != "" {
		a.say("hint: %s", f.hint)
	}
	return f.code
}

// redact masks what must not be printed.
func (a *app) redact(text string) string { return a.token.Redact(a.secret.Redact(text)) }

// say writes a line for a person to standard error: clean, and without the secret.
func (a *app) say(format string, args ...any) {
	text := a.redact(fmt.Sprintf(format, args...))
	_, _ = io.WriteString(a.world.Stderr, string(visible.CleanLines(text))+"\n")
}

// version is what --version prints.
func version() string {
	v := "0.1.0"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				v += " (" + s.Value[:12] + ")"
			}
		}
	}
	return v
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "signpost",
		Short:         "signed uploads to Cloudinary, in front of your eyes",
		Long:          rootHelp,
		Example:       "  signpost\n  signpost --public-id logo --file ./logo.png\n  signpost sign -p public_id=sample_image",
		Args:          cobra.NoArgs,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(*cobra.Command, []string) error { return a.screen() },

		PersistentPreRunE: func(*cobra.Command, []string) error { return a.flags.check() },
	}
	a.flags.register(root)
	a.screenFlags.register(root)
	a.completions(root)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(helpCommand(root))
	root.AddCommand(a.signCommand(), a.curlCommand(), a.uploadCommand(), a.sandboxCommand())
	root.AddCommand(a.exportCommand(), a.importCommand(), a.checkCommand(), a.doctorCommand(), a.profilesCommand(), a.paramsCommand(), a.historyCommand(), a.lessonCommand(), a.lensCommand(), a.verifyCommand(), a.manCommand(root))
	return root
}

// helpCommand is help as a word. Cobra's own repeats what it does not know.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "tell more about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if c == nil || err != nil || len(rest) > 0 {
				return usage("there is no such command")
			}
			c.InitDefaultHelpFlag() // so that it is listed as in --help
			return c.Help()
		},
	}
}

const rootHelp = `signpost opens a screen in which an upload is composed, signed at every key press,
copied as a cURL command, sent, and its answer read. Without credentials it talks to
a sandbox of its own on this machine, which checks signatures for real. The flags
fill in the form. The commands do the same without the screen. --plain, and a terminal
without a screen of its own (TERM=dumb), make it a dialogue of plain lines.

Credentials come from the environment, or else from the file .env in the working
directory: CLOUDINARY_URL; or CLOUDINARY_CLOUD_NAME, CLOUDINARY_API_KEY and
CLOUDINARY_API_SECRET; or CLOUD_NAME, API_KEY and API_SECRET. All parts come from one
place. The secret is never taken from an argument and never shown.

  CLOUDINARY_URL=cloudinary://API_KEY:API_SECRET@CLOUD_NAME
  options behind it: ?upload_prefix=https://api-eu.cloudinary.com
                     &signature_algorithm=sha256&signature_version=2

Exit status: 0 done, 1 other, 2 usage, 3 no or bad credentials or configuration
(nothing was sent), 4 refused by the server, or a wrong signature, 5 temporary (nothing
was kept, it can be sent again), 6 a local file, 7 outcome unknown (it may have been
kept), 8 some of several failed, 10 a signature expired, 70 crashed; 129, 130 and 143
ended by SIGHUP, SIGINT, SIGTERM.
doctor: 0 right, 10 expired, 11 proved, 12 likely, 13 unknown.`

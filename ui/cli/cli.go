// Package cli is the program without its screen: sign, curl, upload, sandbox. It is
// also where the parts are put together; nothing else knows all of them.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"signpost/signer"
	"signpost/signer/visible"
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
	world  World
	flags  flags
	secret signer.Secret // whatever must not be printed, once it is known
}

// Run runs the program and returns its exit status.
func Run(w World) int {
	a := &app{world: w}
	root := a.rootCommand()
	root.SetArgs(w.Args)
	root.SetOut(w.Stdout)
	root.SetErr(w.Stderr)
	err := a.secretInArguments()
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

// say writes a line for a person to standard error: clean, and without the secret.
func (a *app) say(format string, args ...any) {
	text := a.secret.Redact(fmt.Sprintf(format, args...))
	_, _ = io.WriteString(a.world.Stderr, string(visible.CleanLines(text))+"\n")
}

// maskUsage keeps arguments out of cobra's errors, which repeat them: a secret may be
// among them. What stays are the words and the names of flags.
func maskUsage(text string) string {
	switch {
	case strings.HasPrefix(text, "unknown command"):
		return "there is no such command"
	case strings.HasPrefix(text, "unknown flag"), strings.HasPrefix(text, "unknown shorthand"):
		return "there is no such flag"
	case strings.HasPrefix(text, "flag needs an argument"):
		return "a flag needs a value behind it"
	case strings.HasPrefix(text, "invalid argument"):
		return "a flag has a value that it cannot take"
	case strings.HasPrefix(text, "accepts"):
		return "there are more arguments than the command takes"
	}
	return "the command line cannot be understood"
}

// secretInArguments refuses to take the API secret from an argument: every user of the
// machine can read those, and the shell keeps them in its history (threat T20).
func (a *app) secretInArguments() error {
	hint := "put API_SECRET into .env or the environment; arguments are seen by every user of the machine and kept by the shell"
	for _, arg := range a.world.Args {
		l := strings.ToLower(strings.TrimLeft(arg, "-"))
		l = strings.TrimPrefix(l, "p")
		l = strings.TrimLeft(l, "= ")
		isFlag := strings.HasPrefix(arg, "-")
		l2 := strings.ReplaceAll(strings.ToLower(strings.TrimLeft(arg, "-")), "-", "_")
		if strings.HasPrefix(l, "api_secret") || strings.HasPrefix(l2, "param=api_secret") ||
			isFlag && (strings.HasPrefix(l2, "api_secret") || strings.HasPrefix(l2, "secret")) {
			return &failure{code: uploader.ExitUsage, err: errors.New("the API secret is never taken from an argument"), hint: hint}
		}
	}
	return nil
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
	}
	a.flags.register(root)
	root.AddCommand(a.signCommand(), a.curlCommand(), a.uploadCommand(), a.sandboxCommand())
	return root
}

const rootHelp = `signpost opens a screen in which an upload is composed, signed at every key press,
copied as a cURL command, sent, and its answer read. Without credentials it talks to
a sandbox of its own on this machine, which checks signatures for real.

Credentials come from the environment or a .env file beside you: CLOUDINARY_URL, or
CLOUDINARY_CLOUD_NAME, CLOUDINARY_API_KEY and CLOUDINARY_API_SECRET, or CLOUD_NAME,
API_KEY and API_SECRET. The secret is never taken from an argument and never shown.

Exit status: 0 done, 1 other, 2 usage, 3 no or bad credentials or configuration,
4 refused by the server, 5 temporary, 6 a local file, 7 outcome unknown, 70 crashed,
129, 130 and 143 ended by a signal.`

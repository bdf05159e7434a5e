package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/importer"
)

func (a *app) importCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import [FILE]",
		Short: "recognise a command, a request, an error, a .env, and say what is in it",
		Long: `import reads a text from standard input, or from FILE, and says what it is: a cURL
command (POSIX shells, fish, PowerShell, cmd.exe), a raw HTTP request, an error or an
answer of the service, a call of the Node or Python SDK, the upload widget's parameters,
a query string, a .env, a CLOUDINARY_URL, an address, a path. It tells what it took, what
it dropped and why, and which traps of the shell or of curl the text falls into. Nothing
is sent or run, and no file that the text names is read. --json prints one object: kind,
cloud_name, endpoint, resource_type, auth, params (wire text; a repeated name has a list),
file, dropped, traps.`,
		Example: "  pbpaste | signpost import\n  signpost import --json < command.txt",
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.importText(args) },
	}
}

// readInput reads standard input, or a file; at most one byte more than is looked at.
func (a *app) readInput(args []string) (string, error) {
	in := io.Reader(a.world.Stdin)
	if len(args) > 0 && args[0] != "-" {
		f, err := os.Open(args[0])
		if err != nil {
			return "", &failure{code: uploader.ExitLocal, err: fmt.Errorf("read the text: %w", err)}
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
			return "", &failure{code: uploader.ExitLocal, err: fmt.Errorf("read the text: %s is no regular file", args[0]), hint: "pipe it into the command instead"}
		}
		in = f
	} else if a.world.Stdin == nil {
		return "", usage("there is no standard input to read")
	}
	raw, err := io.ReadAll(io.LimitReader(in, importer.MaxText+1))
	if err != nil {
		return "", &failure{code: uploader.ExitLocal, err: fmt.Errorf("read the text: %w", err)}
	}
	return string(raw), nil
}

func (a *app) importText(args []string) error {
	text, err := a.readInput(args)
	if err != nil {
		return err
	}
	r := importer.Import(text)
	a.secret, a.token = r.Secret, r.Token
	if a.flags.json {
		b, err := r.JSON()
		if err != nil {
			return err
		}
		_, err = io.WriteString(a.world.Stdout, escapeJSON(string(b))+"\n")
		return err
	}
	_, err = io.WriteString(a.world.Stdout, describeImport(r))
	return err
}

// describeImport is a result for a person.
func describeImport(r importer.Result) string {
	var b bytes.Buffer
	line := func(label, text string) {
		fmt.Fprintf(&b, "%-10s%s\n", label, visible.Clean(r.Token.Redact(r.Secret.Redact(text))))
	}
	line("kind", string(r.Kind))
	for _, p := range []struct{ label, value string }{
		{"cloud", r.CloudName}, {"endpoint", r.Endpoint}, {"auth", string(r.Auth)}, {"message", r.Message}, {"file", r.File},
	} {
		if p.value != "" {
			line(p.label, p.value)
		}
	}
	for _, p := range r.Params {
		line("param", p.Name+" = "+p.Value)
	}
	if !r.Secret.IsZero() {
		line("secret", r.Secret.String())
	}
	for _, t := range r.Traps {
		line("trap", t.What+"  "+t.Why)
	}
	for _, d := range r.Dropped {
		line("dropped", d.What+"  "+d.Why)
	}
	return strings.TrimRight(b.String(), " ")
}

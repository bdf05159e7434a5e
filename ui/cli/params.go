package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	xterm "github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

func (a *app) paramsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "params [NAME or WORDS]",
		Short: "list the upload parameters, or tell all about one",
		Long: `params lists the upload parameters by group. With a name it tells all about that one;
with other words it searches names and meanings.`,
		Example: "  signpost params\n  signpost params eager\n  signpost params remove background\n  signpost params tags --json",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return paramNames(""), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.params(strings.Join(args, " ")) },
	}
}

func (a *app) params(query string) error {
	p, exact := catalog.Lookup(query)
	found := catalog.Search(query)
	if exact {
		found = []catalog.Param{p}
	}
	if len(found) == 0 {
		f := &failure{code: uploader.ExitUsage, err: fmt.Errorf("no parameter is called that, or means that"), hint: "signpost params lists all of them"}
		if names := catalog.Suggest(query); len(names) > 0 {
			f.hint = "did you mean " + strings.Join(names, " or ") + "?"
		}
		return f
	}
	switch {
	case a.flags.json:
		raw, err := json.MarshalIndent(found, "", "  ")
		if err != nil {
			return err
		}
		_, err = io.WriteString(a.world.Stdout, string(raw)+"\n")
		return err
	case exact:
		_, err := io.WriteString(a.world.Stdout, describeParam(p))
		return err
	}
	var b strings.Builder
	group := ""
	for _, p := range found {
		if query == "" && p.Group != group {
			group = p.Group
			fmt.Fprintf(&b, "\n%s\n", group)
		}
		line := fmt.Sprintf("  %-38s %s", p.Name, p.Meaning)
		if w := a.width(); w > 0 {
			line = string(text.Truncate(visible.Clean(line), w))
		}
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(a.world.Stdout, strings.TrimPrefix(b.String(), "\n"))
	return err
}

// width is the number of columns of the terminal that standard output is; 0 for none.
func (a *app) width() int {
	f, ok := a.world.Stdout.(*os.File)
	if !ok || !isTerminal(f) {
		return 0
	}
	w, _, err := xterm.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return w
}

// describeParam is everything that is known of a parameter.
func describeParam(p catalog.Param) string {
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-10s%s\n", label, text)
		}
	}
	line("name", p.Name)
	line("group", p.Group)
	line("meaning", p.Meaning)
	line("type", string(p.Type))
	line("values", strings.Join(p.Values, ", "))
	line("default", p.Default)
	line("wire", p.Wire)
	line("example", p.Example)
	line("needs", p.Needs)
	line("signed", map[bool]string{true: "yes", false: "no"}[p.Signed])
	line("unsigned", map[bool]string{true: "allowed in unsigned uploads", false: "not allowed in unsigned uploads"}[p.Unsigned])
	line("SDKs", p.SDKs)
	if p.Unconfirmed {
		line("note", "unconfirmed: no primary source settles this")
	}
	return b.String()
}

// paramNames are the names for completion, with what goes behind them.
func paramNames(suffix string) []string {
	var names []string
	for _, p := range catalog.All() {
		names = append(names, p.Name+suffix+"\t"+p.Meaning)
	}
	return names
}

// completeParam completes -p: first the name, then its known values.
func completeParam(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	name, _, hasValue := strings.Cut(typed, "=")
	if !hasValue {
		var names []string
		for _, n := range paramNames("=") {
			if strings.HasPrefix(n, typed) && !strings.HasPrefix(n, "signature=") && !strings.HasPrefix(n, "api_key=") {
				names = append(names, n)
			}
		}
		return names, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
	p, ok := catalog.Lookup(name)
	if !ok {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	values := p.Values
	if len(values) == 0 {
		values = []string{p.Example}
	}
	var full []string
	for _, v := range values {
		full = append(full, name+"="+v)
	}
	return full, cobra.ShellCompDirectiveNoFileComp
}

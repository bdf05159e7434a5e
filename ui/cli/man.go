package cli

import (
	"io"
	"strings"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
)

func (a *app) manCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "man",
		Short:   "print the manual page",
		Long:    "man prints the manual page in roff, for man -l and for packages.",
		Example: "  signpost man | man -l -",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			unwrap(root)
			page, err := mango.NewManPage(1, root)
			if err != nil {
				return err
			}
			page = page.WithSection("Files", ".env in the working directory has the credentials, where the environment has none.\n~/.cloudinary-cli/config.json has profiles of the Cloudinary CLI.")
			_, err = io.WriteString(a.world.Stdout, page.Build(roff.NewDocument()))
			return err
		},
	}
}

// unwrap joins the lines of paragraphs in the help texts: the page makes a paragraph of
// each line. Lines that are indented stay.
func unwrap(c *cobra.Command) {
	var paragraphs []string
	for p := range strings.SplitSeq(c.Long, "\n\n") {
		lines := strings.Split(p, "\n")
		text := lines[0]
		for i, l := range lines[1:] {
			if strings.HasPrefix(l, "  ") || strings.HasPrefix(lines[i], "  ") {
				text += "\n" + l
			} else {
				text += " " + l
			}
		}
		paragraphs = append(paragraphs, text)
	}
	c.Long = strings.Join(paragraphs, "\n")
	for _, sub := range c.Commands() {
		unwrap(sub)
	}
}

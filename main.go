// signpost signs uploads to Cloudinary in front of your eyes: a form, the string to
// sign and the signature at every key press, a correct cURL command, and the answer.
package main

import (
	"os"

	"signpost/ui/cli"
)

func main() {
	os.Exit(cli.Run(cli.World{
		Args: os.Args[1:], Environ: os.Environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}))
}

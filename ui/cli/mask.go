package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"signpost/uploader"
)

// Cobra's errors repeat arguments, and a secret may be among them. None of them is
// shown: the words here name flags that exist and never what was typed.

// flagError puts an error of the flags into words.
func flagError(c *cobra.Command, err error) error {
	f := &failure{code: uploader.ExitUsage, hint: c.CommandPath() + " --help lists the flags"}
	name := namedFlag(c, err)
	switch text := err.Error(); {
	case strings.HasPrefix(text, "flag needs an argument"):
		f.err = fmt.Errorf("%s needs a value behind it", name)
	case strings.HasPrefix(text, "invalid argument"):
		f.err = fmt.Errorf("%s has a value that it cannot take", name)
	case strings.HasPrefix(text, "unknown flag"), strings.HasPrefix(text, "unknown shorthand"):
		f.err = errors.New("there is no such flag")
	default:
		f.err = errors.New("a flag cannot be understood")
	}
	return f
}

var invalidFlag = regexp.MustCompile(`for "(?:-\w, )?--([a-z-]+)" flag: [^"]*(?:"[^"]*"[^"]*)*$`)

// namedFlag is the flag that the error is about, if it is one of the command's own.
func namedFlag(c *cobra.Command, err error) string {
	name := ""
	if e, ok := err.(interface{ GetSpecifiedName() string }); ok {
		name = e.GetSpecifiedName()
	} else if m := invalidFlag.FindStringSubmatch(err.Error()); m != nil {
		name = m[1]
	}
	if flag := c.Flags().Lookup(name); flag != nil {
		return "--" + flag.Name
	}
	if len(name) == 1 {
		if flag := c.Flags().ShorthandLookup(name); flag != nil {
			return "-" + flag.Shorthand
		}
	}
	return "a flag"
}

// maskUsage puts cobra's other errors, those about arguments and commands, into words.
func maskUsage(text string) string {
	switch {
	case strings.HasPrefix(text, "unknown command"):
		return "there is no such command, or an argument too many"
	case strings.HasPrefix(text, "accepts"):
		return "there are more arguments than the command takes"
	}
	return "the command line cannot be understood"
}

// secretNames are flags and parameters by which people try to hand over the secret.
var secretNames = map[string]bool{
	"api-secret": true, "apisecret": true, "secret": true, "cloudinary-api-secret": true,
	"cloudinary-url": true, "secret-key": true,
}

// secretInArguments refuses to take the API secret from an argument: every user of the
// machine can read those, and the shell keeps them in its history (threat T20).
func secretInArguments(args []string) error {
	for _, arg := range args {
		if holdsSecret(arg) {
			return &failure{
				code: uploader.ExitUsage, err: errors.New("the API secret is never taken from an argument"),
				hint: "put API_SECRET into .env or the environment; arguments are seen by every user of the machine and kept by the shell",
			}
		}
	}
	return nil
}

// holdsSecret looks at one argument: a flag of such a name, name=value of such a name
// alone or behind -p, or a CLOUDINARY_URL.
func holdsSecret(arg string) bool {
	flag := strings.TrimLeft(arg, "-")
	name, value, assigned := strings.Cut(flag, "=")
	isSecret := func(s string) bool {
		return secretNames[strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "_", "-")]
	}
	isURL := func(s string) bool {
		const scheme = "cloudinary://"
		s = strings.TrimLeft(s, " \"'")
		return len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme)
	}
	if isURL(arg) || assigned && (isURL(value) || isSecret(name)) {
		return true
	}
	if flag == arg {
		return false
	}
	if isSecret(name) {
		return true
	}
	// -papi_secret=… and --param=api_secret=…
	if short, ok := strings.CutPrefix(arg, "-p"); ok {
		name, _, assigned = strings.Cut(strings.TrimPrefix(short, "="), "=")
	} else if long, ok := strings.CutPrefix(arg, "--param="); ok {
		name, _, assigned = strings.Cut(long, "=")
	}
	return assigned && isSecret(name)
}

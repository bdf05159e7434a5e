package export

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"signpost/signer"
	"signpost/uploader"
)

// Conditions under which there is no command. All but ErrUnsigned are inside a
// [*uploader.LocalError], whose hint says what to do.
var (
	ErrNoFile     = uploader.ErrNoFile
	ErrUnsigned   = errors.New("the request is not signed")
	ErrNUL        = errors.New("there is a NUL character in it, which no command line can hold")
	ErrTooLong    = errors.New("it is too long for a command line")
	ErrHasSecret  = errors.New("the command would hold the API secret")
	ErrNoSampleAt = errors.New("nothing serves the sample picture")
)

// The bounds of a command line in bytes: of one argument on Linux (128 KiB with its
// terminating zero), and of all of them on macOS (1 MiB, with the environment).
const (
	maxArgument  = 128<<10 - 1
	maxArguments = 768 << 10
)

// CurlOptions choose the form of the command.
type CurlOptions struct {
	// OneLine leaves out every line break. Those at the end of a value become $'\n',
	// which bash and zsh know; [Shells] says whether it is so.
	OneLine bool
}

// Curl is the cURL command that sends the request, without a line break at its end. By
// default each option with its argument stands on a line of its own.
//
// A value that is too long for an argument, such as a data URI of megabytes, and the
// sample picture, which the service cannot fetch from this machine, are piped into
// curl; for the sample the command's first line says that it works while signpost runs.
//
// Where there is an error there is no command. Errors are [uploader.ErrNoCredentials],
// [ErrUnsigned], a [*signer.ParamError], one about the address, or a
// [*uploader.LocalError] with one of the conditions of this package.
func Curl(p uploader.Prepared, o CurlOptions) (string, error) {
	if err := check(p); err != nil {
		return "", err
	}
	target, err := request(p.Account, p.URL)
	if err != nil {
		return "", err
	}
	args, in, err := arguments(p)
	if err != nil {
		return "", err
	}
	c := command{oneLine: o.OneLine}
	before := ""
	switch {
	case in.sample != "":
		sample, err := request(p.Account, in.sample)
		if err != nil {
			return "", err
		}
		before = ": 'this works while signpost runs: the picture comes from its sandbox'" + c.either("; ", "\n") +
			c.join(append([]string{"curl -q -fsS"}, sample...)) + c.either(" | ", " |\n")
	case in.value != "":
		before = printed(in.value, o.OneLine) + c.either(" | ", " |\n")
	}
	header := authorization(p)
	first := "curl -q"
	switch {
	case header != "" && before != "":
		first += " -H @/dev/fd/3" // standard input is taken
	case header != "":
		first += " -H @-"
	}
	groups := append([]string{first}, target...)
	for _, a := range args {
		groups = append(groups, a.option+" "+quoteWord(a.value, o.OneLine))
	}
	text := before + c.join(groups)
	switch {
	case header != "" && before != "":
		text = header + " | {" + c.either(" ", "\n") + text + c.either("; ", "\n") + "} 3<&0"
	case header != "":
		text = header + c.either(" | ", " |\n") + text
	}
	return text, nil
}

// ValidUntil is when the service stops taking the command; it may have passed. ok is
// false where that cannot be said: the timestamp is none, lies in the future, or is not
// sent.
func ValidUntil(p uploader.Prepared) (until time.Time, ok bool) {
	if !p.Expires() {
		return time.Time{}, false
	}
	switch p.Freshness.State {
	case signer.Fresh, signer.Stale:
		return p.Freshness.Until, !p.Freshness.Until.IsZero()
	}
	return time.Time{}, false
}

// Shells names the shells that understand the command.
func Shells(p uploader.Prepared, o CurlOptions) string {
	if o.OneLine {
		args, _, _ := arguments(p)
		for _, a := range args {
			if needsBash(a.value) {
				return "bash, zsh"
			}
		}
	}
	return "sh, bash, zsh"
}

// command is how groups of words are laid out.
type command struct{ oneLine bool }

func (c command) either(one, more string) string {
	if c.oneLine {
		return one
	}
	return more
}

// join puts the first two groups on the first line and each other one on its own.
func (c command) join(groups []string) string {
	head := groups[0] + " " + groups[1]
	return strings.Join(append([]string{head}, groups[2:]...), c.either(" ", " \\\n  "))
}

// request is the options that belong to a URL, and the URL.
func request(a uploader.Account, address string) ([]string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the upload is no URL")
	}
	base := url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
	a.Prefix = base.String()
	if err := a.CheckBase(); err != nil {
		return nil, err
	}
	options := "--globoff --proto " + POSIX("="+u.Scheme)
	if u.Scheme == "http" {
		options += " --noproxy '*'"
	}
	for _, piece := range strings.Split(u.EscapedPath(), "/") {
		if piece == "." || piece == ".." { // curl would resolve them
			options += " --path-as-is"
			break
		}
	}
	return []string{options, POSIX(address)}, nil
}

// printed is the command that prints a value and nothing else.
func printed(value string, oneLine bool) string {
	if isPlain(value, oneLine) {
		return "printf %s " + quoteWord(value, oneLine)
	}
	return "printf " + printfFormat(value)
}

// argument is one option of curl with its value, unquoted. Where it is piped, a lone
// hyphen in the value stands for standard input.
type argument struct {
	option, value string
	piped         bool
}

// input is what is piped into curl: the sample from its URL, or a value; or nothing.
type input struct{ sample, value string }

// arguments are the fields and the file. At most one of them comes over standard input.
func arguments(p uploader.Prepared) ([]argument, input, error) {
	var args []argument
	for _, f := range p.Fields {
		args = append(args, argument{option: "--form-string", value: f.Name + "=" + f.Value})
	}
	var in input
	switch p.File.Kind {
	case uploader.FilePath:
		args = append(args, argument{option: "-F", value: formFile(p.File.Path, p.File.Name)})
	case uploader.FileSample:
		in.sample = p.File.SampleURL
		args = append(args, argument{"-F", "file=@-;filename=" + formQuote(wireName(p.File.Name)), true})
	default:
		args = append(args, argument{option: "--form-string", value: "file=" + p.File.Text})
	}
	total := 0
	for i, a := range args {
		if len(a.value) > maxArgument {
			name, value, _ := strings.Cut(a.value, "=")
			if a.option == "-F" || in != (input{}) {
				return nil, input{}, tooLong(name, len(value))
			}
			in.value = value
			args[i] = argument{"-F", name + "=<-", true}
			continue
		}
		total += len(a.option) + len(a.value) + 2
	}
	if total > maxArguments {
		return nil, input{}, tooLong("all values together", total)
	}
	return args, in, nil
}

func tooLong(what string, size int) error {
	return problem(fmt.Errorf("curl: %s, %d bytes: %w", what, size, ErrTooLong),
		"send it from here, without a command line; or save the data as a file and give its path")
}

func problem(err error, hint string) error { return &uploader.LocalError{Err: err, Hint: hint} }

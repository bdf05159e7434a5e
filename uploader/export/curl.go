// Package export renders a prepared request as text that others can run. What it
// renders is what is sent: it takes an [uploader.Prepared] and computes nothing of its
// own. No export holds the API secret.
package export

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"signpost/uploader"
)

// Conditions under which there is no command.
var (
	ErrNoFile = errors.New("there is no file yet: give a path, a URL or a data URI")
	errNUL    = errors.New("a value holds a NUL character, which no command line can")
)

// maxArgument is how long one argument may be: the limit of Linux is 128 KiB with the
// terminating zero.
const maxArgument = 128<<10 - 1

// CurlOptions choose the form of the command.
type CurlOptions struct {
	// OneLine leaves out the line continuations.
	OneLine bool
}

// Curl is the cURL command that sends the request, for POSIX shells. Values go through
// --form-string, which takes them literally; the file alone through -F. It is https
// but for this machine, follows no redirect, and -q keeps a ~/.curlrc out of it.
func Curl(p uploader.Prepared, o CurlOptions) (string, error) {
	u, err := url.Parse(p.URL)
	if err != nil || u.Host == "" {
		return "", errors.New("the address of the API is no URL")
	}
	proto := "=https"
	if u.Scheme == "http" && uploader.IsLoopback(u.Hostname()) {
		proto = "=http"
	}
	groups := []string{"curl -q --globoff --proto " + proto + " " + POSIX(p.URL)}
	for _, f := range p.Fields {
		groups = append(groups, "--form-string "+POSIX(f.Name+"="+f.Value))
	}
	file, before, err := fileArgument(p.File)
	if err != nil {
		return "", err
	}
	groups = append(groups, file)
	for _, g := range groups {
		if strings.IndexByte(g, 0) >= 0 {
			return "", errNUL
		}
		if len(g) > maxArgument {
			return "", fmt.Errorf("a value of %d bytes is too long for a command line; save it as a file and give its path", len(g))
		}
	}
	if o.OneLine {
		return before + strings.Join(groups, " "), nil
	}
	return before + strings.Join(groups, " \\\n  "), nil
}

// fileArgument is the argument for the file, and what has to stand before curl.
func fileArgument(f uploader.File) (argument, before string, err error) {
	switch f.Kind {
	case uploader.FileNone:
		return "", "", ErrNoFile
	case uploader.FilePath:
		path := f.Path
		if path == "-" { // to curl a lone hyphen is its standard input
			path = "./-"
		}
		name := f.Name
		if strings.HasSuffix(path, name) {
			name = "" // curl sends the last part of the path by itself
		}
		return "-F " + POSIX(formFile(path, name)), "", nil
	case uploader.FileSample:
		// The service cannot fetch from this machine: the sandbox hands the picture to
		// a second curl, which sends its bytes. It works while signpost runs.
		before = "# the sample's bytes come from the running sandbox\n" +
			"curl -q -sS --globoff --proto =http " + POSIX(f.SampleURL) + " | "
		return "-F " + POSIX(`file=@-;filename="`+f.Name+`"`), before, nil
	}
	return "--form-string " + POSIX("file="+f.Text), "", nil
}

// ValidUntil is when the service stops taking the command; ok is false where that
// cannot be said.
func ValidUntil(p uploader.Prepared) (until time.Time, ok bool) {
	return p.Freshness.Until, !p.Freshness.Until.IsZero()
}

package export

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"signpost/signer"
	"signpost/uploader"
)

// errNothingToSign means that a script would sign for nothing.
var errNothingToSign = errors.New("only a signed upload needs a script that signs")

// selfSigning is a script that signs each time it runs: it needs sh, curl, openssl and
// the secret in the environment, and does not grow stale. The secret goes through a pipe
// and stands in no argument.
func selfSigning(p uploader.Prepared) (Snippet, error) {
	if err := check(p); err != nil {
		return Snippet{}, err
	}
	if p.Auth != uploader.AuthSigned {
		return Snippet{}, problem(errNothingToSign, "choose the signed way")
	}
	target, err := request(p.Account, p.URL)
	if err != nil {
		return Snippet{}, err
	}
	args, in, err := arguments(p)
	if err != nil {
		return Snippet{}, err
	}
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line("#!/bin/sh")
	notes := []string{"needs sh, curl, openssl and CLOUDINARY_API_SECRET in the environment"}
	stamp := "$(date +%s)"
	if p.TimestampByHand {
		line("# It signs itself each time it runs, and holds no secret. The timestamp was set by hand.")
		stamp = POSIX(p.Timestamp)
		notes = append(append(notes, "the timestamp was set by hand and stays as it is"), until(p)...)
	} else {
		line("# It signs itself each time it runs: it does not grow stale, and holds no secret.")
		notes = append(notes, "it takes the time when it runs")
	}
	line("set -eu")
	line(`: "${CLOUDINARY_API_SECRET:?set it to the API secret of the account}"`)
	line("for tool in curl openssl; do")
	line(`  command -v "$tool" >/dev/null || { echo "$tool is missing: install it" >&2; exit 1; }`)
	line("done")
	line("timestamp=", stamp)
	before, after := aroundTimestamp(p)
	line("to_sign=", joinWords(POSIX(before), `"$timestamp"`, quoteRest(after)))
	line(`signature=$(printf '%s' "$to_sign$CLOUDINARY_API_SECRET" | openssl dgst -`, p.Account.Options.Algorithm.String(), " -r | cut -d ' ' -f 1)")
	line(fmt.Sprintf(`[ ${#signature} -eq %d ] || { echo "openssl made no signature" >&2; exit 1; }`, p.Account.Options.Algorithm.HexLen()))
	switch {
	case in.sample != "":
		sample, err := request(p.Account, in.sample)
		if err != nil {
			return Snippet{}, err
		}
		line("curl -q -fsS ", strings.Join(sample, " "), " |")
	case in.value != "":
		line(printed(in.value, false), " |")
	}
	groups := []string{"curl -q " + target[0], target[1]}
	for _, a := range args {
		switch {
		case a.option == "--form-string" && strings.HasPrefix(a.value, "timestamp="):
			groups = append(groups, `--form-string "timestamp=$timestamp"`)
		case a.option == "--form-string" && strings.HasPrefix(a.value, "signature="):
			groups = append(groups, `--form-string "signature=$signature"`)
		default:
			groups = append(groups, a.option+" "+POSIX(a.value))
		}
	}
	b.WriteString(strings.Join(groups, " \\\n  "))
	return Snippet{Text: b.String(), Notes: notes}, nil
}

// aroundTimestamp is the string to sign in front of the timestamp and behind it.
func aroundTimestamp(p uploader.Prepared) (before, after string) {
	const mark = "timestamp="
	v := p.Account.Options.Version
	var first, rest []string
	for _, s := range p.Trace.Steps {
		text := signer.StringToSign([]signer.Param{s.Param}, v)
		switch {
		case s.Name == "timestamp":
		case s.Name < "timestamp":
			first = append(first, text)
		default:
			rest = append(rest, text)
		}
	}
	before = strings.Join(append(slices.Clone(first), mark), "&")
	if len(rest) > 0 {
		after = "&" + strings.Join(rest, "&")
	}
	return before, after
}

func joinWords(words ...string) string { return strings.Join(words, "") }

func quoteRest(s string) string {
	if s == "" {
		return ""
	}
	return POSIX(s)
}

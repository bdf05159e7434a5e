package export

import (
	"fmt"
	"strings"

	"signpost/signer"
	"signpost/uploader"
)

// lacks says which credential a request of its kind needs and does not have.
func lacks(p uploader.Prepared) error {
	a := p.Account
	switch {
	case a.CloudName == "":
		return uploader.ErrNoCredentials
	case p.Auth == uploader.AuthUnsigned:
		return nil
	case p.Auth == uploader.AuthBearer:
		if a.Token.IsZero() {
			return uploader.ErrNoToken
		}
		return nil
	case a.APIKey == "" || a.Secret.IsZero():
		return uploader.ErrNoCredentials
	}
	return nil
}

// authorization is the command that prints the header of a request that is not signed;
// empty where it needs none. The secret comes from the environment, and through a pipe:
// it stands in no argument. Without the variable the shell says so.
func authorization(p uploader.Prepared) string {
	switch p.Auth {
	case uploader.AuthBasic:
		return `printf 'Authorization: Basic %s' "$(printf %s ` + POSIX(p.Account.APIKey+":") + `"${CLOUDINARY_API_SECRET:?}" | base64 | tr -d '\n')"`
	case uploader.AuthBearer:
		return `printf 'Authorization: Bearer %s' "${CLOUDINARY_OAUTH_TOKEN:?}"`
	}
	return ""
}

// check refuses what has no command.
func check(p uploader.Prepared) error {
	if err := lacks(p); err != nil {
		return err
	}
	signed := false
	held := []string{p.URL, p.File.Text, p.File.Path, p.File.Name, p.File.SampleURL}
	for _, f := range p.Fields {
		if err := signer.CheckName(f.Name); err != nil {
			return err
		}
		signed = signed || f.Name == "signature" && f.Value != ""
		if strings.IndexByte(f.Value, 0) >= 0 {
			return problem(fmt.Errorf("curl: %s: %w", f.Name, ErrNUL), "take the character out of the value")
		}
		held = append(held, f.Value)
	}
	for _, text := range held {
		if p.Account.Redact(text) != text {
			return problem(ErrHasSecret, "a value, the file or the address has the API secret in it; take it out there")
		}
		if strings.IndexByte(text, 0) >= 0 {
			return problem(fmt.Errorf("curl: file: %w", ErrNUL), "take the character out of the path or the address")
		}
	}
	switch {
	case p.File.Kind == uploader.FileNone:
		return problem(ErrNoFile, "give a path, a URL or a data URI")
	case p.File.Kind == uploader.FileSample && p.File.SampleURL == "":
		return problem(ErrNoSampleAt, "start the sandbox, or give a path, a URL or a data URI")
	case !signed && p.Auth == uploader.AuthSigned:
		return ErrUnsigned
	}
	return nil
}

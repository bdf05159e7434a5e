package uploader

import (
	"net/url"
	"strings"

	"signpost/signer"
)

// DefaultPrefix is where the service's Upload API is.
const DefaultPrefix = "https://api.cloudinary.com"

// The sandbox's account: the documentation's own example. It is the one account whose
// secret is published.
const (
	SandboxCloud  = "demo"
	SandboxKey    = "123456789012345"
	SandboxSecret = signer.Published
	SandboxToken  = "sandbox-token"
)

// Account is one identity and where it is at home. The zero value is no account.
type Account struct {
	CloudName string
	APIKey    string
	Secret    signer.Secret
	// Token is an OAuth access token; the zero value is none. It is as secret as Secret.
	Token   signer.Secret
	Options signer.Options
	// Prefix is the scheme and host of the API, without a slash at the end.
	// Empty means [DefaultPrefix].
	Prefix string
	// Origin says where the credentials come from, for people: "CLOUDINARY_URL in the
	// environment", "API_KEY … in .env". It came from outside as far as it holds a path.
	Origin string
	// Sandbox is true for the program's own server.
	Sandbox bool
	// PrefixFromFile is true where a file, not the environment or the person, chose Prefix.
	PrefixFromFile bool
}

// SandboxAccount is the sandbox's identity at a base URL such as http://127.0.0.1:8787.
func SandboxAccount(base string) Account {
	return Account{
		CloudName: SandboxCloud, APIKey: SandboxKey, Secret: signer.NewSecret(SandboxSecret),
		Token:   signer.NewSecret(SandboxToken),
		Options: signer.Options{Version: signer.V2},
		Prefix:  base, Origin: "sandbox", Sandbox: true,
	}
}

// Redact replaces the account's secret and its token wherever they stand in text, as
// [signer.Secret.Redact] does.
func (a Account) Redact(text string) string {
	if !a.Sandbox && !a.Secret.IsZero() {
		// The header of HTTP Basic has key and secret in one piece of base64.
		text = strings.ReplaceAll(text, strings.TrimPrefix(a.Secret.BasicAuth(a.APIKey), "Basic "), signer.Mask)
	}
	text = a.Secret.Redact(text)
	if a.Sandbox {
		return text // its token is published
	}
	return a.Token.Redact(text)
}

// Base is Prefix, or the service's own where that is empty.
func (a Account) Base() string {
	if a.Prefix == "" {
		return DefaultPrefix
	}
	return strings.TrimRight(a.Prefix, "/")
}

// Host is the host (and port) that receives the upload, or the empty text where Base
// is no URL.
func (a Account) Host() string {
	u, err := url.Parse(a.Base())
	if err != nil {
		return ""
	}
	return u.Host
}

// HostKind says whose host receives an upload.
type HostKind uint8

// A foreign host is named and confirmed before anything is sent to it (T10); plain
// http goes to loopback only (T23).
const (
	HostService  HostKind = iota // api.cloudinary.com, api-eu, api-ap
	HostLoopback                 // 127.0.0.0/8, ::1, localhost
	HostForeign                  // anything else
)

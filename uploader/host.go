package uploader

import (
	"net/netip"
	"net/url"
	"strings"

	"signpost/signer"
)

// serviceHosts are the service's own. Source: cloudinary_npm lib/utils/consts.js;
// asset-management-js README (regions).
var serviceHosts = map[string]bool{
	"api.cloudinary.com": true, "api-eu.cloudinary.com": true, "api-ap.cloudinary.com": true,
}

// HostKind says whose host receives the account's uploads (threat T10). Anything that
// is not plainly the service's over https or plainly loopback is foreign: unusual
// spellings of loopback addresses too.
func (a Account) HostKind() HostKind {
	u, err := url.Parse(a.Base())
	if err != nil || u.User != nil {
		return HostForeign
	}
	if IsLoopback(u.Hostname()) {
		return HostLoopback
	}
	if strings.EqualFold(u.Scheme, "https") && u.Port() == "" && serviceHosts[strings.ToLower(u.Hostname())] {
		return HostService
	}
	return HostForeign
}

// IsLoopback reports whether the host name (without a port) is this machine.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == "" && (addr.IsLoopback() || addr.Unmap().IsLoopback())
}

// CheckBase says what is wrong with the address of an account's API: it has to be http or
// https with a host and nothing else, and http only to this machine (threat T23). With
// the published account it may also go to a private address, which is a sandbox of a room:
// its signatures are worth nothing to whoever reads them. Such a host is a foreign one all
// the same, and asked about.
func (a Account) CheckBase() error {
	base := a.Base()
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return configError("the address of the API is no URL with a host; it looks like https://api.cloudinary.com")
	case u.User != nil:
		return configError("the address of the API holds a user name; credentials belong into their own variables")
	case u.Scheme != "https" && u.Scheme != "http":
		return configError("the address of the API must begin with https://")
	case u.Scheme == "http" && isPrivate(u.Hostname()) && a.published():
	case u.Scheme == "http" && isPrivate(u.Hostname()):
		return configError("plain http goes to a private address with the sandbox's published account only: a signature of yours in the clear can be used by whoever reads it; write https://")
	case u.Scheme == "http" && !IsLoopback(u.Hostname()):
		return configError("plain http is used to this machine only: a signature in the clear can be used by whoever reads it; write https://")
	}
	if strings.Trim(u.Path, "/") != "" || strings.ContainsAny(base, "?#") {
		return configError("the address of the API is a scheme and a host alone, without a path")
	}
	return nil
}

// isPrivate reports whether the host name is an address of a private network, or of a
// link.
func isPrivate(host string) bool {
	addr, err := netip.ParseAddr(host)
	addr = addr.Unmap()
	return err == nil && addr.Zone() == "" && (addr.IsPrivate() || addr.IsLinkLocalUnicast())
}

// published reports whether the credentials are the sandbox's, which everybody knows.
func (a Account) published() bool {
	return a.APIKey == SandboxKey && a.Secret.Equal(signer.NewSecret(SandboxSecret)) &&
		(a.Token.IsZero() || a.Token.Equal(signer.NewSecret(SandboxToken)))
}

type configError string

func (e configError) Error() string { return string(e) }

// HostDisplay is a host as it is shown. One with characters outside ASCII is shown
// with its ASCII form (punycode) behind it, so that a look-alike gives itself away
// (threat T3). The text still has to be cleaned before it is drawn.
func HostDisplay(host string) string {
	for i := 0; i < len(host); i++ {
		if host[i] >= 0x80 {
			return host + " (" + toASCII(host) + ")"
		}
	}
	return host
}

// InTheClear reports whether uploads of the account go over plain http to another
// machine: whoever is on that network can read them.
func (a Account) InTheClear() bool {
	u, err := url.Parse(a.Base())
	return err == nil && u.Scheme == "http" && !IsLoopback(u.Hostname())
}

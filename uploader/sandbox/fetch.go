package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// LoadError is why a remote file could not be loaded, as the service's text tells it:
// "404 Not Found", "ERR_DNS_FAIL 0".
type LoadError struct{ Reason string }

func (e *LoadError) Error() string { return "load: " + e.Reason }

// errAddress means that an address is not one to load from.
var errAddress = errors.New("the address is not public")

// Bounds of loading a remote file.
const (
	fetchTime      = 10 * time.Second
	fetchRedirects = 5
	fetchBytes     = 100 << 20
)

// NewFetch returns a fetch over the network that reaches public addresses only: each
// address is checked when it is dialled, after its name was resolved and for every
// redirect, so that a name cannot change in between. http and https only; 5 redirects,
// 10 seconds and 100 MiB at most; no proxy, no cookies, no credentials.
// allowLoopback lets it reach loopback addresses.
func NewFetch(allowLoopback bool) FetchFunc {
	dialer := &net.Dialer{
		Timeout: fetchTime,
		Control: func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !mayDial(at.Addr(), allowLoopback) {
				return errAddress
			}
			return nil
		},
	}
	client := &http.Client{
		Timeout: fetchTime,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: fetchTime,
			DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if len(via) > fetchRedirects {
				return &LoadError{"ERR_TOO_MANY_REDIRECTS 0"}
			}
			if !isWeb(next.URL) {
				return &LoadError{"ERR_UNSUP_REQ 0"}
			}
			next.Header.Del("Referer")
			return nil
		},
	}
	return func(ctx context.Context, address string) (io.ReadCloser, string, error) {
		return fetch(ctx, client, address)
	}
}

// fetch loads one URL.
func fetch(ctx context.Context, client *http.Client, address string) (io.ReadCloser, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || !isWeb(req.URL) {
		return nil, "", &LoadError{"ERR_INVALID_URL 0"}
	}
	req.URL.User = nil
	resp, err := client.Do(req)
	if err != nil {
		return nil, "", loadError(err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, "", &LoadError{fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))}
	}
	return http.MaxBytesReader(nil, resp.Body, fetchBytes), "", nil
}

// isWeb reports whether a URL is http or https with a host.
func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// loadError names what went wrong as a caching proxy would; of these names the service
// was seen to use ERR_DNS_FAIL 0, the others are unconfirmed.
func loadError(err error) error {
	var load *LoadError
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &load):
		return load
	case errors.Is(err, errAddress):
		return &LoadError{"ERR_ACCESS_DENIED 0"}
	case errors.As(err, &dns):
		return &LoadError{"ERR_DNS_FAIL 0"}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &LoadError{"ERR_READ_TIMEOUT 0"}
	}
	return &LoadError{"ERR_CONNECT_FAIL 0"}
}

// reserved are the networks that nobody loads from, besides those that netip names.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // carrier-grade NAT
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"), // and broadcast
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), // Teredo and other protocols
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4
	netip.MustParsePrefix("fec0::/10"),
}

// mayDial reports whether an address is public. A v4 address in a v6 one counts as what
// it is within the socket: v4-mapped ones are refused whatever they hold, as are the
// prefixes that translate to v4.
func mayDial(ip netip.Addr, allowLoopback bool) bool {
	ip = ip.WithZone("")
	if ip.IsLoopback() {
		return allowLoopback
	}
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Is4In6() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return false
		}
	}
	return !ip.Is6() || netip.MustParsePrefix("2000::/3").Contains(ip)
}

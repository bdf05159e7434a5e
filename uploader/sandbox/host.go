package sandbox

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// hostAllowed is the defence against DNS rebinding: the Host of a request must be one of
// three spellings of loopback, or, with AllowRemote, the address that the connection
// came in on, and its port that of the connection. A name that resolves to loopback is
// not enough. Without a socket there is no port to compare.
func (s *Server) hostAllowed(r *http.Request) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return s.isOwn(r.Host, local)
}

// isOwn reports whether hostport names this server as it is reached at local.
func (s *Server) isOwn(hostport string, local net.Addr) bool {
	host, port, ok := splitHost(hostport)
	if !ok {
		return false
	}
	loopback := strings.EqualFold(host, "localhost") || host == "127.0.0.1" || host == "::1"
	if local == nil {
		return loopback
	}
	at, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return loopback // an in-memory listener has no port
	}
	if port != at.Port() {
		return false
	}
	if loopback {
		return true
	}
	ip, err := netip.ParseAddr(host)
	own := at.Addr().Unmap().WithZone("")
	return err == nil && ip == own && (s.o.AllowRemote || own.IsLoopback())
}

// splitHost splits a Host header; without a port it is 80. ok is false for anything
// that is not exactly a host and a port.
func splitHost(hostport string) (host string, port uint16, ok bool) {
	host, port = hostport, 80
	if strings.HasPrefix(hostport, "[") {
		if !strings.Contains(hostport, "]") {
			return "", 0, false
		}
	}
	if at := strings.LastIndexByte(hostport, ':'); at > strings.LastIndexByte(hostport, ']') {
		n, err := strconv.ParseUint(hostport[at+1:], 10, 16)
		if err != nil || strconv.FormatUint(n, 10) != hostport[at+1:] {
			return "", 0, false
		}
		host, port = hostport[:at], uint16(n)
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		return host[1 : len(host)-1], port, strings.Contains(host, ":")
	}
	return host, port, host != "" && !strings.Contains(host, ":")
}

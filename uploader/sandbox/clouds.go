package sandbox

import (
	"net"
	"net/netip"
	"slices"
	"strings"
)

// mostClouds bounds the clouds of a sandbox that takes any name.
const mostClouds = 200

// accounts are those of a cloud. Where any name is a cloud, one that no account has gets
// the first account's key and secret, and a state of its own.
func (s *Server) accounts(cloud string) []Account {
	var mine []Account
	for _, a := range s.o.Accounts {
		if a.Cloud == cloud {
			mine = append(mine, a)
		}
	}
	if len(mine) == 0 && s.o.AnyCloud && isCloudName(cloud) && s.store.hasRoom(cloud) {
		a := s.o.Accounts[0]
		a.Cloud = cloud
		mine = append(mine, a)
	}
	return mine
}

// isCloudName reports whether a text can be the name of a cloud: 1 to 128 letters,
// digits, - and _. Source: documentation/ts_permitted_naming_conventions, which asks for
// two at least and no capitals; rooms are freer.
func isCloudName(name string) bool {
	return len(name) >= 1 && len(name) <= 128 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// clouds are the names that have something, in their order.
func (s *Server) clouds() []string {
	names := s.store.clouds()
	for _, a := range s.o.Accounts {
		names = append(names, a.Cloud)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// RemoteURLs are the addresses by which other machines reach the sandbox: that of its
// listener, or, of a wildcard, those of this machine's network interfaces. There are none
// where it listens on loopback.
func (s *Server) RemoteURLs() []string {
	s.mu.Lock()
	at := s.bound
	s.mu.Unlock()
	switch ip := at.Addr().Unmap(); {
	case !at.IsValid() || ip.IsLoopback():
		return nil
	case !ip.IsUnspecified():
		return []string{"http://" + netip.AddrPortFrom(ip, at.Port()).String()}
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var urls []string
	for _, a := range own {
		p, err := netip.ParsePrefix(a.String())
		ip := p.Addr().Unmap()
		if err != nil || !ip.IsGlobalUnicast() || ip.Is6() && at.Addr().Is4() {
			continue
		}
		urls = append(urls, "http://"+netip.AddrPortFrom(ip, at.Port()).String())
	}
	return urls
}

package sandbox

import (
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// rooms are the clouds of a sandbox that takes any name: their number is bounded, and so
// is what one of them has going on at the same time.
type rooms struct {
	mu     sync.Mutex
	known  map[string]bool
	busy   map[string]int // requests that are being answered
	behind map[string]int // what is done in the background
}

// admit lets a cloud in that somebody showed the credentials for. Where there are too
// many, those that hold nothing go; else it is refused.
func (s *Server) admit(cloud string) error {
	if !s.o.AnyCloud {
		return nil
	}
	r := &s.rooms
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[cloud] {
		return nil
	}
	if len(r.known) >= s.o.Limits.Clouds {
		maps.DeleteFunc(r.known, func(name string, _ bool) bool { return r.busy[name] == 0 && s.holdsNothing(name) })
	}
	if len(r.known) >= s.o.Limits.Clouds {
		return fail(tooManyClouds, len(r.known))
	}
	if r.known == nil {
		r.known = map[string]bool{}
	}
	r.known[cloud] = true
	return nil
}

// isKnown reports whether a cloud is an account's, or was let in.
func (s *Server) isKnown(cloud string) bool {
	s.rooms.mu.Lock()
	defer s.rooms.mu.Unlock()
	return s.rooms.known[cloud] || slices.ContainsFunc(s.o.Accounts, func(a Account) bool { return a.Cloud == cloud })
}

// holdsNothing reports whether nothing of a cloud is kept.
func (s *Server) holdsNothing(cloud string) bool {
	return !s.store.has(cloud) && !s.admin.has(cloud) && !s.partials.has(cloud)
}

// enter counts something of a cloud that begins; false where it has too much going on.
// Where only the accounts' own clouds are there, the connections are the bound.
func (s *Server) enter(counts *map[string]int, cloud string, most int) bool {
	s.rooms.mu.Lock()
	defer s.rooms.mu.Unlock()
	if s.o.AnyCloud && (*counts)[cloud] >= most {
		return false
	}
	if *counts == nil {
		*counts = map[string]int{}
	}
	(*counts)[cloud]++
	return true
}

// leave counts its end.
func (s *Server) leave(counts *map[string]int, cloud string) {
	s.rooms.mu.Lock()
	defer s.rooms.mu.Unlock()
	if (*counts)[cloud]--; (*counts)[cloud] <= 0 {
		delete(*counts, cloud)
	}
}

// accounts are those of a cloud. Where any name is a cloud, one that no account has gets
// the first account's key and secret, and a state of its own.
func (s *Server) accounts(cloud string) []Account {
	var mine []Account
	for _, a := range s.o.Accounts {
		if a.Cloud == cloud {
			mine = append(mine, a)
		}
	}
	if len(mine) == 0 && s.o.AnyCloud && isCloudName(cloud) {
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

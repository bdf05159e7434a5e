//go:build linux

package e2e

import (
	"fmt"
	"net"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

var (
	reset = func(x *exchange) { x.reset() }
	quit  = func(*exchange) {}
	hang  = func(x *exchange) { x.hang() }
)

// large is a file that no buffer on the way holds.
const large = 16 << 20

// withID makes sending twice harmless.
func withID(args ...string) []string { return append([]string{"--public-id", "mine"}, args...) }

func forever(t turn) *turn { return &t }

// connectionTrials are the rows about connections that do not come about or break.
func connectionTrials() []trial {
	list := []trial{
		{name: "no fault", requests: 1, assets: 1, says: []string{"200 OK"}, out: []string{`"secure_url"`}},
		{name: "refused", prefix: nowhere, args: []string{"--tries", "2"}, exit: 5, says: []string{"connection refused", "after 2 tries", "hint:"}},
		{name: "refused: one try", prefix: nowhere, args: []string{"--tries", "1"}, exit: 5, says: []string{"connection refused"}, never: []string{"after 1 tries"}},
		{name: "DNS: no such host", prefix: func(*examiner) string { return "https://nowhere.invalid" }, args: []string{"--allow-host", "nowhere.invalid"}, exit: 5, says: []string{"nowhere.invalid", "hint:"}},
		{name: "not HTTP: a greeting", always: forever(accepted(func(x *exchange) { x.write("SSH-2.0-OpenSSH_9.0\r\n"); x.hang() })), exit: 4, also: []int{7}, says: []string{"not HTTP"}},
		{name: "not HTTP: after the request", script: script(raw("220 mail.example ESMTP\r\n")), exit: 4, requests: 1, says: []string{"not HTTP"}},
		{name: "not HTTP: binary", script: script(raw("\x16\x03\x01\x00\x05hello\x00\xff\xfe")), exit: 4, requests: 1, says: []string{"not HTTP"}},
		{name: "not HTTP: a status that is no number", script: script(raw("HTTP/1.1 abc OK\r\n\r\n")), exit: 4, requests: 1},
		{name: "not HTTP: HTTP/0.9", script: script(raw("<html>hello</html>")), exit: 4, requests: 1},
		{name: "not HTTP: a version of the future", script: script(raw("HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n")), exit: 7, also: []int{4}, requests: 1},
		{name: "reset after the body: no public ID", script: script(kept(func(x *exchange, _ string) { x.reset() })), exit: 7, requests: 1, assets: 1, says: []string{"outcome unknown", "second asset"}},
		{name: "reset after the body: public ID", args: withID(), script: script(kept(func(x *exchange, _ string) { x.reset() })), requests: 2, assets: 1},
		{name: "reset after the body: public ID, unique", args: withID("-p", "unique_filename=1"), script: script(kept(func(x *exchange, _ string) { x.reset() })), exit: 7, requests: 1, assets: 1},
		{name: "reset after the body: public ID, three times", args: withID(), script: times(3, kept(func(x *exchange, _ string) { x.reset() })), requests: 4, assets: 1},
		{name: "reset after the body: always", args: withID("--tries", "3"), always: forever(kept(func(x *exchange, _ string) { x.reset() })), exit: 7, requests: 3, assets: 1, says: []string{"after 3 tries", "outcome unknown"}},
		{name: "closed after the body: no public ID", script: script(kept(func(*exchange, string) {})), exit: 7, requests: 1, assets: 1},
		{name: "closed after the body: public ID", args: withID(), script: script(kept(func(*exchange, string) {})), requests: 2, assets: 1},
		{name: "answer lost, then refused", args: withID(), script: script(kept(func(x *exchange, _ string) { x.reset() }), status(404, "", `{"error":{"message":"no"}}`)), exit: 7, requests: 2, assets: 1, says: []string{"outcome unknown"}},
		{name: "413 while sending", size: large, always: forever(during(1, func(x *exchange) {
			x.write("HTTP/1.1 413 X\r\nContent-Length: 61\r\nConnection: close\r\n\r\n" + `{"error":{"message":"File size too large. Maximum is 1048576"}}`[:61])
		})), exit: 4, requests: 1, says: []string{"too large"}},
		{name: "413 instead of 100 Continue", size: large, always: forever(turn{do: func(x *exchange) {
			line, _ := x.r.ReadString('\n')
			for line != "\r\n" && line != "" {
				line, _ = x.r.ReadString('\n')
			}
			x.write(response(413, "Connection: close\r\n", `{"error":{"message":"File size too large"}}`))
		}}), exit: 4, requests: 1, says: []string{"too large"}},
		{name: "503 while sending", size: large, script: script(during(1, func(x *exchange) { x.write(response(503, "Connection: close\r\n", "{}")) })), requests: 2, assets: 1},
		{name: "500 while sending", size: large, script: script(during(1, func(x *exchange) { x.write(response(500, "Connection: close\r\n", "{}")) })), requests: 2, assets: 1},
		{name: "a page while sending", size: large, args: []string{"--tries", "2"}, always: forever(during(1, func(x *exchange) { x.write(response(200, "Connection: close\r\n", "<html>Hotel WiFi")) })), exit: 5, requests: 2},
		{name: "success while sending", size: large, script: script(during(1, func(x *exchange) { x.write(response(200, "Connection: close\r\n", `{"public_id":"x"}`)) })), exit: 7, requests: 1, says: []string{"before everything was sent"}},
	}
	for _, how := range []struct {
		name string
		do   func(*exchange)
	}{{"reset", reset}, {"closed", quit}} {
		list = append(list,
			trial{name: how.name + " at once: once", size: large, script: script(accepted(how.do)), requests: 2, assets: 1, says: []string{"try 1 of 6"}},
			trial{name: how.name + " at once: twice", size: large, script: times(2, accepted(how.do)), requests: 3, assets: 1},
			trial{name: how.name + " at once: always", size: large, args: []string{"--tries", "2"}, always: forever(accepted(how.do)), exit: 5, requests: 2, says: []string{"closed by the other side"}},
			trial{name: how.name + " at once: small, public ID", args: withID(), script: script(accepted(how.do)), requests: 2, assets: 1},
			trial{name: how.name + " at once: small", script: script(accepted(how.do)), exit: 7, also: []int{0}, assets: -1},
			trial{name: how.name + " in the head", size: large, script: script(turn{do: func(x *exchange) { _, _ = x.r.Discard(10); how.do(x) }}), requests: 2, assets: 1},
			trial{name: how.name + " at 99 %: no public ID", script: script(during(99, how.do)), exit: 7, requests: 1},
			trial{name: how.name + " at 99 %: public ID", args: withID(), script: script(during(99, how.do)), requests: 2, assets: 1})
		for _, percent := range []int64{0, 1, 10, 30, 50} {
			list = append(list,
				trial{name: fmt.Sprintf("%s at %d %%: once", how.name, percent), size: large, script: script(during(percent, how.do)), requests: 2, assets: 1},
				trial{name: fmt.Sprintf("%s at %d %%: always", how.name, percent), size: large, args: []string{"--tries", "2"}, always: forever(during(percent, how.do)), exit: 5, requests: 2, says: []string{"nothing was kept"}})
		}
		list = append(list, trial{name: how.name + " at 30 %: then refused", size: large, script: script(during(30, how.do), status(400, "", `{"error":{"message":"bad"}}`)), exit: 4, requests: 2, says: []string{"bad"}})
	}
	return list
}

// nowhere is an address at which nothing listens.
func nowhere(s *examiner) string {
	_ = s.l.Close()
	return "http://" + s.addr
}

// deaf accepts nothing: its queue of connections is full.
func deaf(s *examiner) string {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		panic(err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		panic(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		panic(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		panic(err)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port)
	for {
		c, err := net.DialTimeout("tcp", addr, 100*time.Millisecond)
		if err != nil {
			break
		}
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.mu.Unlock()
	}
	s.wg.Go(func() { <-s.over; _ = unix.Close(fd) })
	return "http://" + addr
}

// timeTrials are the rows about what does not come in time. The times are set short.
func timeTrials() []trial {
	short := func(more ...string) []string {
		return append([]string{"--connect-timeout", "300ms", "--stall-timeout", "800ms", "--answer-timeout", "500ms"}, more...)
	}
	good := response(200, "", asset{publicID: "x", content: nil}.json())
	return []trial{
		{name: "accepts, says nothing: small", args: short(), always: forever(accepted(hang)), exit: 7, requests: 1, says: []string{"no answer"}},
		{name: "accepts, says nothing: public ID", args: withID(short()...), always: forever(accepted(hang)), exit: 7, requests: 2, says: []string{"after 2 tries"}},
		{name: "accepts, says nothing: large", size: large, args: short("--tries", "2"), always: forever(accepted(hang)), exit: 5, requests: 2, says: []string{"stalled"}},
		{name: "accepts, says nothing: once", size: large, args: short("--answer-timeout", "30s"), script: script(accepted(hang)), requests: 2, assets: 1},
		{name: "body stalls: once", size: large, args: short("--answer-timeout", "30s"), script: script(during(10, hang)), requests: 2, assets: 1, says: []string{"nothing was taken"}},
		{name: "body stalls: always", size: large, args: short("--tries", "2"), always: forever(during(10, hang)), exit: 5, requests: 2, says: []string{"stalled"}},
		{name: "no answer: no public ID", args: short(), always: forever(kept(func(x *exchange, _ string) { x.hang() })), exit: 7, requests: 1, assets: 1, says: []string{"no answer"}},
		{name: "no answer: public ID, once", args: withID(short("--answer-timeout", "1500ms")...), script: script(kept(func(x *exchange, _ string) { x.hang() })), requests: 2, assets: 1},
		{name: "no answer: public ID, two tries only", args: withID(short()...), always: forever(kept(func(x *exchange, _ string) { x.hang() })), exit: 7, requests: 2, assets: 1, says: []string{"after 2 tries"}},
		{name: "answer slow", script: script(kept(func(x *exchange, a string) {
			x.drip(response(200, "", a)[:20], 20*time.Millisecond)
			x.write(response(200, "", a)[20:])
			x.open = true
		})), requests: 1, assets: 1},
		{name: "answer dripping: its head", args: short(), always: forever(kept(func(x *exchange, a string) {
			x.drip("HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 9999), 50*time.Millisecond)
		})), exit: 7, requests: 1, assets: 1},
		{name: "answer dripping: its body", args: short(), always: forever(kept(func(x *exchange, a string) {
			x.write("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
			x.drip(strings.Repeat(" ", 9999), 50*time.Millisecond)
		})), exit: 7, requests: 1, assets: 1, says: []string{"not whole"}},
		{name: "answer stops in the middle", args: short(), always: forever(kept(func(x *exchange, a string) { x.write(good[:len(good)-9]); x.hang() })), exit: 7, requests: 1, assets: 1},
		{name: "interim answers without end", args: short(), always: forever(kept(func(x *exchange, a string) {
			x.drip(strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 999), time.Millisecond)
		})), exit: 7, requests: 1, assets: 1},
		{name: "connect time-out", prefix: deaf, args: short("--tries", "2"), exit: 5, says: []string{"no connection within"}},
		{name: "slow line", size: large, script: script(turn{do: func(x *exchange) {
			if x.head() {
				tick := time.NewTicker(10 * time.Millisecond)
				defer tick.Stop()
				for range 20 {
					<-tick.C
					if !x.some(1) {
						return
					}
				}
				x.reset()
			}
		}}), exit: 0, requests: 2, assets: 1},
	}
}

//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// five is a file in five parts.
const (
	five      = 450_000
	fiveParts = "100kB"
)

func inParts(args ...string) []string { return append([]string{"--chunk-size", fiveParts}, args...) }

// at puts turns behind as many good ones.
func at(n int, turns ...turn) []turn { return append(times(n, turn{do: take}), turns...) }

// partTrials are the rows about uploads in parts.
func partTrials() []trial {
	lose := kept(func(x *exchange, _ string) { x.reset() })
	const lost = `{"error":{"message":"Unknown upload id"}}`
	list := []trial{
		{name: "parts: no fault", args: inParts(), requests: 5, assets: 1, says: []string{"in 5 parts", "4 of 5 parts, 88 %"}},
		{name: "parts: one fits", args: []string{"--chunk-size", "450kB"}, requests: 1, assets: 1, never: []string{"parts"}},
		{name: "parts: 0 is one request", args: []string{"--chunk-size", "0"}, requests: 1, assets: 1},
		{name: "each part fails once", args: inParts(), script: slices.Concat(times(1, status(503, "", "{}")), at(1, status(502, "", "{}")), at(1, status(423, "", "{}"))), requests: 8, assets: 1},
		{name: "a part is refused again and again", args: inParts("--tries", "2"), script: at(2, times(2, status(503, "", "{}"))...), exit: 5, requests: 7, says: []string{"part 3 of 5", "--resume"},
			then: func(r *trialRun) error { return r.again(0, "going on after 200000 of 450000", "--resume") }, assets: 1},
		{name: "parts: the counter starts anew", args: inParts("--tries", "2"), script: slices.Concat(at(0, status(503, "", "{}")), at(1, status(503, "", "{}")), at(1, status(503, "", "{}")), at(1, status(503, "", "{}"))), requests: 9, assets: 1},
		{name: "last chunk refused as complete", args: inParts(), script: at(4, lose, status(400, "", `{"error":{"message":"Upload is already complete"}}`)), exit: 7, requests: 6, assets: 1},
		{name: "last chunk unknown after its answer was lost", args: inParts(), script: at(4, lose, status(404, "", lost)), exit: 7, requests: 6, assets: 1},
		{name: "server forgets twice", args: inParts(), script: slices.Concat(at(2, status(404, "", lost)), at(2, status(404, "", lost))), exit: 4, requests: 6},
		{name: "the first part is not found", args: inParts(), script: at(0, status(404, "", "{}")), exit: 4, requests: 1},
		{name: "a part is refused", args: inParts(), script: at(2, status(400, "", `{"error":{"message":"no such thing"}}`)), exit: 4, requests: 6, says: []string{"no such thing", "--resume"},
			then: func(r *trialRun) error { return r.again(0, "going on after 200000 of 450000", "--resume") }, assets: 1},
		{name: "done too early", args: inParts(), script: at(1, status(200, "", `{"done":true,"public_id":"x","bytes":200000}`)), exit: 7, requests: 2, says: []string{"200000 of 450000"}},
		{name: "done too early: without the word", args: inParts(), script: at(1, status(200, "", `{"public_id":"x","secure_url":"https://x/"}`)), exit: 7, requests: 2},
		{name: "done never", args: inParts(), script: at(4, status(200, "", `{"done":false}`)), exit: 7, requests: 5, says: []string{"waits for more"}},
		{name: "a part's answer says nothing", args: inParts("--tries", "2"), script: at(1, times(2, status(200, "", "{}"))...), exit: 5, requests: 3},
		{name: "a part's answer says nothing: once", args: inParts(), script: at(1, status(200, "", "{}")), requests: 6, assets: 1},
		{name: "a page for a part", args: inParts(), script: at(2, status(200, "", "<html>")), exit: 5, requests: 3, says: []string{"not complete", "--resume"}},
		{name: "a page for the last part", args: inParts(), script: at(4, status(200, "", "<html>")), exit: 7, requests: 5},
		{name: "a part fails and fails", args: inParts("--tries", "2"), script: at(2, times(2, status(500, "", "{}"))...), exit: 5, requests: 4, says: []string{"not complete"}},
		{name: "an error in 200 for a part", args: inParts(), script: at(2, status(200, "", `{"error":{"message":"no such part"}}`)), exit: 4, requests: 3, says: []string{"no such part"}},
		{name: "a part is sent elsewhere", args: inParts(), script: at(2, status(307, "Location: http://h/\r\n", "")), exit: 4, requests: 3},
		{name: "a part is stale", args: inParts(), script: at(3, status(401, "", `{"error":{"message":"Stale request - reported time is 2015-06-20 12:59:41 +0000 which is more than 1 hour ago"}}`)), requests: 6, assets: 1},
		{name: "parts: other bytes", args: inParts(), script: at(4, status(200, "", `{"public_id":"x","bytes":9}`)), requests: 5, says: []string{"450000 bytes were sent"}, after: keptWarning},
		{name: "a part is interrupted: SIGTERM", args: inParts(), script: at(3, signalled(syscall.SIGTERM)), exit: 143, requests: 6, says: []string{"stopped at part 4 of 5", "--resume"},
			then: func(r *trialRun) error { return r.again(0, "going on after 300000 of 450000", "--resume") }, assets: 1},
		{name: "a part is killed", args: inParts(), script: at(3, signalled(syscall.SIGKILL)), exit: -1, requests: 6, noNotes: true,
			then: func(r *trialRun) error { return r.again(0, "going on after 300000 of 450000", "--resume") }, assets: 1},
		{name: "resume: the file is another now", args: inParts(), script: at(3, signalled(syscall.SIGKILL)), exit: -1, noNotes: true, assets: 1,
			then: func(r *trialRun) error {
				if err := os.WriteFile(filepath.Join(r.dir, "a.bin"), make([]byte, five), 0o600); err != nil {
					return err
				}
				return r.again(0, "the file has changed since; it was sent from the start", "--resume")
			}},
		{name: "resume: with other parameters", args: inParts(), script: at(3, signalled(syscall.SIGKILL)), exit: -1, noNotes: true, assets: 1,
			then: func(r *trialRun) error { return r.again(0, "nothing to resume", "--resume", "-p", "tags=x") }},
		{name: "resume: nothing there", args: inParts("--resume"), requests: 5, assets: 1, says: []string{"nothing to resume"}},
	}
	for n := range 5 {
		add := func(what string, t turn, requests, assets int) {
			list = append(list, trial{name: fmt.Sprintf("part %d of 5: %s", n+1, what), args: inParts(), script: at(n, t), requests: requests, assets: assets})
		}
		add("503", status(503, "", "{}"), 6, 1)
		add("500", status(500, "", "{}"), 6, 1)
		add("409", status(409, "", "{}"), 6, 1)
		add("answer lost", lose, 6, 1)
		add("reset in its middle", during(50, reset), 6, 1)
		add("answer cut", raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), 6, 1)
		if n > 0 {
			for _, code := range []int{404, 410, 412, 416, 400} {
				add(fmt.Sprintf("forgotten, %d", code), status(code, "", lost), n+1+5, 1)
			}
		}
	}
	for i := range list {
		list[i].size = five
	}
	return list
}

// signalled sends a signal to the program, and then nothing.
func signalled(sig syscall.Signal) turn {
	return during(50, func(x *exchange) { x.signal(sig); x.hang() })
}

func (x *exchange) signal(sig syscall.Signal) {
	<-x.s.started
	_ = x.s.run.cmd.Process.Signal(sig)
}

// signalTrials are the rows about signals.
func signalTrials() []trial {
	var list []trial
	for sig, exit := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		list = append(list,
			trial{name: sig.String() + ": while sending", size: large, script: script(signalled(sig)), exit: exit, requests: 1, says: []string{"cancelled"}},
			trial{name: sig.String() + ": when all is sent", script: script(kept(func(x *exchange, _ string) { x.signal(sig); x.hang() })), exit: 7, requests: 1, assets: 1, says: []string{"stopped after everything had been sent"}},
			trial{name: sig.String() + ": while waiting", script: script(turn{do: func(x *exchange) {
				if x.all() {
					x.answer(429, "Retry-After: 60\r\n", "{}")
					time.AfterFunc(300*time.Millisecond, func() { x.signal(sig) })
				}
			}}), exit: exit, requests: 1},
			trial{name: sig.String() + ": of several", files: []string{"a.bin", "b.bin", "c.bin", "--resource-type", "raw", "--jobs", "1"}, file: others("b.bin", "c.bin"), script: at(1, kept(func(x *exchange, _ string) { x.signal(sig); x.hang() })), exit: exit, assets: 3, says: []string{"stopped after 1 of 3"},
				then: func(r *trialRun) error { return r.again(8, "1 of 3 were kept before", "--resume") }})
	}
	return append(list,
		trial{name: "SIGINT, SIGTERM: twice", size: large, script: script(during(10, func(x *exchange) { x.signal(syscall.SIGTERM); x.signal(syscall.SIGTERM); x.hang() })), exit: 143, also: []int{-1}, noNotes: true},
		trial{name: "SIGSTOP, SIGCONT", script: script(kept(func(x *exchange, a string) {
			x.signal(syscall.SIGSTOP)
			x.signal(syscall.SIGCONT)
			x.answer(200, "", a)
		})), requests: 1, assets: 1},
		trial{name: "SIGPIPE: nobody reads the answer", stdout: nobody, exit: -1, also: []int{0, 1}, requests: 1, assets: 1, noNotes: true},
		trial{name: "SIGPIPE: nobody reads the answers of several", stdout: nobody, files: []string{"a.bin", "b.bin", "c.bin", "--resource-type", "raw", "--jobs", "1"}, file: others("b.bin", "c.bin"), exit: 1, requests: 3, assets: 3, says: []string{"3 of 3 kept", "write the answers"}},
	)
}

// nobody is a pipe whose other end is closed.
func nobody() *os.File {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	_ = r.Close()
	return w
}

// others makes further files.
func others(names ...string) func(dir string) error {
	return func(dir string) error {
		for _, n := range names {
			if err := os.WriteFile(filepath.Join(dir, n), []byte(strings.Repeat(n, 99)), 0o600); err != nil {
				return err
			}
		}
		return nil
	}
}

//go:build linux

package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// way is one way out of the program.
type way struct {
	name  string
	setup setup
	model string // the failing screen that runs instead of the program
	ready string // what is waited for before anything is done
	do    func(*session)
	want  int
	// lost is true where the terminal is gone, so that it cannot be looked at.
	lost bool
}

// slowUpload leads the screen to an upload that does not end.
func slowUpload(s *session) {
	s.press(ctrlS)
	s.waitFor("esc cancels")
}

func keys(keys ...string) func(*session) { return func(s *session) { s.press(keys...) } }

func signals(sig os.Signal) func(*session) { return func(s *session) { s.signal(sig) } }

// ways are the ways out of the real program. slow is a .env file that leads to a server
// which never answers.
func ways(slow string) []way {
	const ready = "F1 help"
	return []way{
		{name: "ctrl+q", ready: ready, do: keys(ctrlQ)},
		{name: "ctrl+c with nothing going on", ready: ready, do: keys(ctrlC)},
		{name: "ctrl+c over a dialog", ready: ready, do: func(s *session) {
			s.press(ctrlP)
			s.waitFor("Commands")
			s.press(ctrlC)
		}},
		{name: "quit from the list of commands", ready: ready, do: func(s *session) {
			s.press(ctrlP)
			s.waitFor("Commands")
			s.press("quit")
			s.waitGone("renew the timestamp")
			s.press(enter)
		}},
		{name: "ctrl+q from the answer", ready: ready, do: func(s *session) {
			s.press(ctrlS)
			s.waitFor("200 OK")
			s.press(ctrlQ)
		}},
		{name: "ctrl+q in a terminal that is too small", setup: setup{cols: 40, rows: 10}, ready: "needs 60 columns", do: keys(ctrlQ)},
		{name: "ctrl+c twice in an upload", setup: setup{dotenv: slow}, ready: "LIVE", want: 130, do: func(s *session) {
			slowUpload(s)
			s.press(ctrlC)
			s.waitFor("ctrl+c stops it and leaves")
			s.press(ctrlC)
		}},
		{name: "ctrl+q in an upload", setup: setup{dotenv: slow}, ready: "LIVE", do: func(s *session) {
			slowUpload(s)
			s.press(ctrlQ)
		}},
		{name: "SIGINT", ready: ready, do: signals(syscall.SIGINT), want: 130},
		{name: "SIGTERM", ready: ready, do: signals(syscall.SIGTERM), want: 143},
		{name: "SIGHUP", ready: ready, do: signals(syscall.SIGHUP), want: 129},
		{name: "SIGTERM in an upload", setup: setup{dotenv: slow}, ready: "LIVE", want: 143, do: func(s *session) {
			slowUpload(s)
			s.signal(syscall.SIGTERM)
		}},
		{name: "SIGTERM twice", ready: ready, want: 143, do: func(s *session) {
			s.signal(syscall.SIGTERM)
			_ = s.cmd.Process.Signal(syscall.SIGTERM)
		}},
		{name: "SIGTERM at the first byte", want: 143, do: func(s *session) {
			s.firstByte()
			s.signal(syscall.SIGTERM)
		}},
		{name: "SIGHUP at the first byte", want: 129, do: func(s *session) {
			s.firstByte()
			s.signal(syscall.SIGHUP)
		}},
		{name: "ctrl+q at the first byte", do: func(s *session) {
			s.firstByte()
			s.press(ctrlQ)
		}},
		{name: "terminal closed at the first byte", want: 129, lost: true, do: func(s *session) {
			s.firstByte()
			s.hangUp()
		}},
		{name: "SIGTERM in the middle of a paste", ready: ready, want: 143, do: func(s *session) {
			s.press("\x1b[200~" + strings.Repeat("x", 5000))
			s.signal(syscall.SIGTERM)
		}},
		{name: "SIGINT over the help of an upload", setup: setup{dotenv: slow}, ready: "LIVE", want: 130, do: func(s *session) {
			s.press(ctrlS)
			s.waitFor("esc cancels")
			s.press(f1)
			s.waitFor("Help")
			s.signal(syscall.SIGINT)
		}},
		{name: "a terminal that takes no more output", ready: ready, want: 143, lost: true, do: func(s *session) {
			s.stopOutput()
			s.signal(syscall.SIGTERM)
		}},
		{name: "terminal closed", ready: ready, do: (*session).hangUp, want: 129, lost: true},
		{name: "terminal closed, SIGHUP ignored", ready: ready, do: (*session).hangUp, want: 129, lost: true,
			setup: setup{command: []string{"sh", "-c", `trap '' HUP; exec "$0"`, program}}},
		{name: "terminal closed, no signal", ready: ready, do: (*session).hangUp, want: 129, lost: true, setup: setup{noTTY: true}},
		{name: "terminal closed in an upload", setup: setup{dotenv: slow}, ready: "LIVE", want: 129, lost: true, do: func(s *session) {
			slowUpload(s)
			s.hangUp()
		}},
		{name: "panic in Init", model: "init", want: 70},
		{name: "panic in Update", model: "update", ready: "ready", do: keys("x"), want: 70},
		{name: "panic in View", model: "view", ready: "ready", do: keys("x"), want: 70},
		{name: "panic in a command", model: "command", ready: "ready", do: keys("x"), want: 70},
		{name: "panic in a batch", model: "batch", ready: "ready", do: keys("x"), want: 70},
		{name: "panic in a sequence", model: "sequence", ready: "ready", do: keys("x"), want: 70},
		{name: "panic in a goroutine", model: "goroutine", ready: "ready", do: keys("x"), want: 70},
		{name: "panic of the runtime", model: "runtime error", ready: "ready", do: keys("x"), want: 70},
		{name: "panic, and a save that panics", model: "panicking save", ready: "ready", do: keys("x"), want: 70},
		{name: "a save that hangs", model: "hanging save", ready: "ready", do: keys("x")},
		{name: "SIGTERM while Update hangs", model: "hanging", ready: "ready", want: 143, do: func(s *session) {
			s.press("x")
			s.until("the hang", func() bool { return strings.Contains(s.output(), hanging) })
			s.signal(syscall.SIGTERM)
		}},
	}
}

// Whatever way the program ends, the terminal is as it was (threats T31, T32).
func TestWaysOut(t *testing.T) {
	t.Parallel()
	slow := server(t, stall)
	list := ways(dotenv(slow.URL))
	var tried atomic.Int32
	t.Cleanup(func() { t.Logf("%d of %d ways out were tried", tried.Load(), len(list)) })
	for _, w := range list {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			o := w.setup
			if w.model != "" {
				o.command = []string{os.Args[0]}
				// A library closes its reader of keys beside a read when it is killed. With
				// the race detector in the test binary that would be told on the terminal.
				o.env = append(o.env, modelVariable+"="+w.model, "GORACE=exitcode=0 log_path="+filepath.Join(filepath.Dir(program), "race"))
			}
			s := start(t, o)
			if w.ready != "" {
				s.waitFor(w.ready)
			}
			if w.do != nil {
				w.do(s)
			}
			if got := s.status(); got != w.want {
				t.Errorf("exit status %d, want %d", got, w.want)
			}
			if !w.lost {
				s.checkTerminal()
			}
			if w.want == 70 {
				s.checkReport()
			}
			tried.Add(1)
		})
	}
}

// firstByte waits until the program has written something.
func (s *session) firstByte() {
	s.t.Helper()
	s.until("the first byte", func() bool { return s.output() != "" })
}

// modes finds what switches a mode of the terminal.
var modes = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`)

// checkTerminal looks whether the terminal is as it was before the program began.
func (s *session) checkTerminal() {
	s.t.Helper()
	s.drain()
	now, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	if *now != *s.before {
		s.t.Errorf("termios was\n%+v, and is now\n%+v", *s.before, *now)
	}
	on := map[string]bool{"25": true}
	for _, m := range modes.FindAllStringSubmatch(s.output(), -1) {
		for mode := range strings.SplitSeq(m[1], ";") {
			on[mode] = m[2] == "h"
		}
	}
	for mode, set := range on {
		if set != (mode == "25" || mode == "7") { // the cursor, and breaking lines at the edge
			s.t.Errorf("mode %s is left set=%t", mode, set)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.emu.IsAltScreen() {
		s.t.Error("the alternate screen is left on")
	}
}

// stackTrace knows what a panic leaves on a terminal.
var stackTrace = regexp.MustCompile(`goroutine \d|\.go:\d|panic\(|panic:|Caught`)

// checkReport looks for the report of a crash: it is there, for its owner only, and
// neither it nor the terminal shows the planted secret or, the terminal, a stack.
func (s *session) checkReport() {
	s.t.Helper()
	found, err := filepath.Glob(filepath.Join(s.home, "state", "signpost", "crash-*"))
	if err != nil || len(found) != 1 {
		s.t.Fatalf("reports: %v %v", found, err)
	}
	info, err := os.Stat(found[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		s.t.Errorf("the report has mode %v, error %v", info.Mode(), err)
	}
	report, err := os.ReadFile(found[0])
	if err != nil {
		s.t.Fatal(err)
	}
	if !strings.Contains(string(report), "ui/e2e.failing") && !strings.Contains(string(report), "ui/e2e.fail") {
		s.t.Errorf("the report does not say where it happened:\n%s", report)
	}
	if strings.Contains(string(report), planted) {
		s.t.Error("the report holds the secret")
	}
	out := s.output()
	_, after, _ := strings.Cut(out, "signpost crashed; report at ")
	if bad := stackTrace.FindString(out); bad != "" || strings.Contains(out, planted) {
		s.t.Errorf("the terminal shows %q, or the secret:\n%s", bad, s.screen())
	}
	if line, rest, ok := strings.Cut(after, "\r\n"); !ok || line != found[0] || strings.Contains(rest, "\n") {
		s.t.Errorf("the line about the crash is %q", after)
	}
}

// A stopped program gives the terminal back to the shell, and draws anew afterwards.
func TestSuspend(t *testing.T) {
	t.Parallel()
	s := start(t, setup{command: []string{"sh", "-i"}, env: []string{"PS1=shell>.", "ENV=", "HISTFILE="}})
	s.waitFor("shell>.")
	s.press(program + "\n")
	s.waitFor("F1 help")
	s.focus("Public ID")
	s.press("_kept")
	s.shownDigest("sample_image_kept")
	s.press(ctrlZ)
	s.waitFor("shell>.")
	s.mu.Lock()
	if s.emu.IsAltScreen() {
		t.Error("the alternate screen is left on for the shell")
	}
	s.mu.Unlock()
	s.press("echo at the $((40+2))nd\n")
	s.waitFor("at the 42nd")
	s.press("fg; echo status=$?=\n")
	s.waitFor("F1 help")
	s.shownDigest("sample_image_kept")
	s.press(ctrlQ)
	s.waitFor("status=0=")
	s.press("exit\n")
	s.status()
	s.checkTerminal()
}

// stall reads nothing and answers nothing.
func stall(_ http.ResponseWriter, _ *http.Request, released <-chan struct{}) { <-released }

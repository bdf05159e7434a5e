//go:build linux || darwin

package term

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// session is a helper in a terminal.
type session struct {
	t           *testing.T
	master, tty *os.File
	cmd         *exec.Cmd
	dir         string
	before      unix.Termios
	exited      chan struct{}

	mu    sync.Mutex
	out   []byte
	fresh chan struct{} // told when something came in
}

// start runs a helper in a new terminal. prepare may change the command.
func start(t *testing.T, mode string, prepare func(*exec.Cmd)) *session {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir: its name holds the test's, which speaks of panics.
	dir, err := os.MkdirTemp("", "term-")
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, master: closable(t, master), tty: tty, dir: dir, exited: make(chan struct{}), fresh: make(chan struct{}, 1)}
	s.before = lineState(tty)
	s.cmd = exec.Command(os.Args[0])
	s.cmd.Env = append(os.Environ(), "TERM_HELPER="+mode, "TERM_DIR="+s.dir, "TERM=xterm-256color", "TMPDIR="+s.dir, "GOCOVERDIR="+s.dir)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if prepare != nil {
		prepare(s.cmd)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.cmd.Wait(); close(s.exited) }()
	go s.read()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.exited
		_ = s.master.Close()
		_ = tty.Close()
		_ = os.RemoveAll(dir)
	})
	return s
}

// closable is the file in a form whose Close does not wait for a Read.
func closable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	return os.NewFile(uintptr(fd), "terminal")
}

func (s *session) read() {
	buf := make([]byte, 4096)
	for {
		n, err := s.master.Read(buf)
		s.mu.Lock()
		s.out = append(s.out, buf[:n]...)
		s.mu.Unlock()
		select {
		case s.fresh <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (s *session) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.out)
}

// wait waits until the text came n times.
func (s *session) wait(text string, n int) {
	s.t.Helper()
	end := time.After(limit)
	for strings.Count(s.output(), text) < n {
		select {
		case <-s.fresh:
		case <-end:
			s.t.Fatalf("waiting for %q; there is %q", text, s.output())
		}
	}
}

func (s *session) press(key string) {
	s.t.Helper()
	if _, err := s.master.WriteString(key); err != nil {
		s.t.Fatal(err)
	}
}

// end waits for the exit status.
func (s *session) end() int {
	s.t.Helper()
	select {
	case <-s.exited:
	case <-time.After(limit):
		s.t.Fatalf("it does not end; there is %q", s.output())
	}
	return s.cmd.ProcessState.ExitCode()
}

// settle waits for all output: a mark that the test itself writes comes last.
func (s *session) settle() string {
	s.t.Helper()
	const mark = "<the end>"
	if _, err := s.tty.WriteString(mark); err != nil {
		s.t.Fatal(err)
	}
	s.wait(mark, 1)
	return strings.TrimSuffix(s.output(), mark)
}

var (
	modeSet = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`)
	title   = regexp.MustCompile(`\x1b\][02];([^\x07\x1b]*)`)
	push    = regexp.MustCompile(`\x1b\[>[0-9]*u`)
	pop     = regexp.MustCompile(`\x1b\[<[0-9]*u`)
)

// checkRestored wants the terminal to be as it was.
func (s *session) checkRestored() string {
	s.t.Helper()
	if after := lineState(s.tty); after != s.before {
		s.t.Errorf("the line's state is %+v, want %+v", after, s.before)
	}
	out := s.settle()
	on := map[string]bool{"25": true}
	for _, m := range modeSet.FindAllStringSubmatch(out, -1) {
		for mode := range strings.SplitSeq(m[1], ";") {
			on[mode] = m[2] == "h"
		}
	}
	for mode, isOn := range on {
		if isOn != (mode == "25") {
			s.t.Errorf("mode %s is left %v", mode, isOn)
		}
	}
	if all := title.FindAllStringSubmatch(out, -1); len(all) > 0 && all[len(all)-1][1] != "" {
		s.t.Errorf("the title is left as %q", all[len(all)-1][1])
	}
	if a, b := len(push.FindAllString(out, -1)), len(pop.FindAllString(out, -1)); a != b {
		s.t.Errorf("the keyboard's modes were pushed %d times and popped %d times", a, b)
	}
	shown, ended := strings.LastIndex(out, "\x1b]9;4;1"), strings.LastIndex(out, "\x1b]9;4;0")
	if shown > ended || shown < 0 && ended >= 0 {
		s.t.Errorf("the task bar's progress is set at %d and ended at %d of %q", shown, ended, out)
	}
	for _, bad := range []string{"goroutine", "panic", "\nmain.", canary} {
		if strings.Contains(out, bad) {
			s.t.Errorf("%q is on the terminal: %q", bad, out)
		}
	}
	return out
}

func (s *session) has(name string) bool {
	_, err := os.Stat(filepath.Join(s.dir, name))
	return err == nil
}

// TestWaysOut: each way out ends with its status, the terminal as it was, the draft
// saved and no stack on the screen (rows SIGINT, SIGTERM, SIGHUP, panic; threat T13).
func TestWaysOut(t *testing.T) {
	t.Parallel()
	press := func(key string) func(*session) { return func(s *session) { s.press(key) } }
	send := func(sig syscall.Signal) func(*session) {
		return func(s *session) { _ = s.cmd.Process.Signal(sig) }
	}
	hang := func(s *session) {
		s.press("h")
		for !s.has("hangs") {
			select {
			case <-s.exited:
				s.t.Fatal("it ended")
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	cases := []struct {
		name, mode string
		act        func(*session)
		want       int
	}{
		{"quit key", "screen", press("q"), 3},
		{"quit key, saving never ends", "slow save", press("q"), 3},
		{"SIGINT", "screen", send(syscall.SIGINT), 130},
		{"SIGTERM", "screen", send(syscall.SIGTERM), 143},
		{"SIGHUP", "screen", send(syscall.SIGHUP), 129},
		{"SIGTERM, saving never ends", "slow save", send(syscall.SIGTERM), 143},
		{"SIGTERM while Update hangs", "screen", func(s *session) { hang(s); send(syscall.SIGTERM)(s) }, 143},
		{"SIGHUP while Update hangs", "screen", func(s *session) { hang(s); send(syscall.SIGHUP)(s) }, 129},
		{"SIGINT in a flood of messages", "screen", func(s *session) { s.press("f"); s.wait("\x1b]9;4;1", 1); send(syscall.SIGINT)(s) }, 130},
		{"SIGTERM in a flood while Update hangs", "screen", func(s *session) { s.press("f"); s.wait("\x1b]9;4;1", 1); hang(s); send(syscall.SIGTERM)(s) }, 143},
		{"panic in Update", "screen", press("u"), 70},
		{"panic in View", "screen", press("v"), 70},
		{"panic in a command", "screen", press("c"), 70},
		{"panic in a batch", "screen", press("b"), 70},
		{"panic in a sequence", "screen", press("s"), 70},
		{"panic in a goroutine", "screen", press("g"), 70},
		{"panic in a goroutine while Update hangs", "screen", func(s *session) { s.press("gh") }, 70},
		{"panic in Init", "init", nil, 70},
		{"panic while building", "build", nil, 70},
		{"ctrl+z where nobody can continue it, then quit", "screen", func(s *session) { s.press("z"); s.wait("after", 1); s.press("q") }, 3},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, tc.mode, nil)
			if tc.act != nil {
				s.wait("ready", 1)
				tc.act(s)
			}
			if got := s.end(); got != tc.want {
				t.Errorf("exit status %d, want %d; output %q", got, tc.want, s.output())
			}
			out := s.checkRestored()
			if !s.has("saved") {
				t.Error("nothing was saved")
			}
			checkReport(t, s, out, tc.want == ExitCrashed)
		})
	}
}

// checkReport wants one report that only its owner can read and that holds no value.
func checkReport(t *testing.T, s *session, out string, wanted bool) {
	t.Helper()
	reports, _ := filepath.Glob(filepath.Join(s.dir, "state", "signpost", "crash-*.txt"))
	if !wanted {
		if len(reports) > 0 {
			t.Errorf("there is a report: %v", reports)
		}
		return
	}
	if len(reports) != 1 || !strings.Contains(out, "signpost crashed; report at "+reports[0]) {
		t.Fatalf("reports %v, output %q", reports, out)
	}
	info, err := os.Stat(reports[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the report's mode is %v, %v", info.Mode(), err)
	}
	if dir, err := os.Stat(filepath.Dir(reports[0])); err != nil || dir.Mode().Perm() != 0o700 {
		t.Errorf("the mode of the report's folder is %v, %v", dir.Mode(), err)
	}
	text, err := os.ReadFile(reports[0])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("ui/term.")) || !bytes.Contains(text, []byte("(…)")) {
		t.Errorf("the report has no cleaned stack: %s", text)
	}
	if bytes.Contains(text, []byte(canary)) || bytes.Contains(text, []byte("a value •")) || bytes.ContainsAny(text, "\x1b\r") || regexp.MustCompile(`\(0x[0-9a-f]+|\{0x`).Match(text) {
		t.Errorf("the report holds values: %s", text)
	}
}

// TestTerminalGone: the terminal is closed; the program ends by itself, also where it
// gets no SIGHUP, or was started with SIGHUP ignored (row terminal closed).
func TestTerminalGone(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		prepare func(*exec.Cmd)
	}{
		{"SIGHUP from the system", nil},
		{"no SIGHUP: not the controlling terminal", func(c *exec.Cmd) {
			c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		}},
		{"SIGHUP ignored at the start", func(c *exec.Cmd) {
			sh, err := exec.LookPath("sh")
			if err != nil {
				t.Fatal(err)
			}
			c.Args = []string{"sh", "-c", `trap "" HUP INT; exec "$0"`, c.Path}
			c.Path = sh
		}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "screen", tc.prepare)
			s.wait("ready", 1)
			if err := s.master.Close(); err != nil {
				t.Fatal(err)
			}
			if got := s.end(); got != ExitHangup {
				t.Errorf("exit status %d, want %d", got, ExitHangup)
			}
			if !s.has("saved") {
				t.Error("nothing was saved")
			}
		})
	}
}

// TestStoppedTerminal: a terminal that takes no output keeps no program from ending.
func TestStoppedTerminal(t *testing.T) {
	t.Parallel()
	s := start(t, "screen", nil)
	s.wait("ready", 1)
	if err := stopOutput(s.tty); err != nil {
		t.Skip("this system cannot stop a terminal's output:", err)
	}
	s.press("f") // the screen changes all the time
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := s.end(); got != ExitTerminate {
		t.Errorf("exit status %d, want %d", got, ExitTerminate)
	}
	if after := lineState(s.tty); after != s.before {
		t.Errorf("the line's state is %+v, want %+v", after, s.before)
	}
	if !s.has("saved") {
		t.Error("nothing was saved")
	}
}

// TestSuspend: ctrl+z gives the terminal back, and the screen comes back (row ctrl+z).
func TestSuspend(t *testing.T) {
	t.Parallel()
	s := start(t, "shell", nil)
	s.wait("ready", 1)
	s.press("z")
	s.wait("STOPPED", 1)
	stopped, _, _ := strings.Cut(s.output(), "STOPPED")
	if i := strings.LastIndex(stopped, "\x1b[?1049"); i < 0 || stopped[i+7] != 'l' {
		t.Errorf("stopped with the alternate screen on: %q", stopped)
	}
	s.wait("restored=true", 1)
	s.wait("ready", 2)
	s.press("q")
	if got := s.end(); got != 3 {
		t.Errorf("exit status %d, want 3", got)
	}
	s.checkRestored()
}

// TestT13NoCore: a crashed process leaves no image of its memory.
func TestT13NoCore(t *testing.T) {
	t.Parallel()
	s := start(t, "screen", nil)
	s.wait("ready", 1)
	s.press("q")
	s.end()
	if got, err := os.ReadFile(filepath.Join(s.dir, "core")); err != nil || string(got) != "0 0" {
		t.Errorf("RLIMIT_CORE is %q, %v; want 0 0", got, err)
	}
}

//go:build linux

// Package e2e has the end-to-end tests of the built program: it runs in a real
// pseudo-terminal, behind a virtual terminal that draws what it writes and answers what
// it asks. Nothing sleeps: a test waits for what the screen shows.
package e2e

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	_ "signpost/ui/cli" // the program: without this a result would be kept when it changes
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// program is the path of the built program.
var program string

func TestMain(m *testing.M) {
	if name := os.Getenv(modelVariable); name != "" {
		os.Exit(runModel(name))
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	// Looked at for the same reason: a main package cannot be imported.
	if _, err := os.Stat(filepath.Join("..", "..", "main.go")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "signpost-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "signpost")
	out, err := exec.Command("go", "build", "-o", program, "signpost").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// setup is how a session is started. The zero value is the program in a terminal of
// 120 by 34.
type setup struct {
	cols, rows int
	// emulated is how wide the virtual terminal is where that is another width than
	// the program is told: then what is written too far can be seen.
	emulated int
	args     []string
	env      []string
	command  []string // instead of the program
	home     string   // with what an earlier session left behind
	dotenv   string   // the content of .env in the working directory
	mute     bool     // the terminal answers no query
	noTTY    bool     // the terminal does not control the program's session
}

// session is a running program with its terminal.
type session struct {
	t         *testing.T
	cmd       *exec.Cmd
	home, dir string
	master    *os.File
	masterFD  int // of the same file; asking the file for it would make it blocking
	tty       *os.File
	before    *unix.Termios
	hung      sync.Once

	mu      sync.Mutex
	emu     *vt.Emulator
	raw     bytes.Buffer
	changed chan struct{}
	exited  chan struct{}
}

// start runs the program.
func start(t *testing.T, o setup) *session {
	t.Helper()
	if o.cols == 0 {
		o.cols, o.rows = 120, 34
	}
	s := &session{t: t, dir: t.TempDir(), home: o.home, changed: make(chan struct{}), exited: make(chan struct{})}
	if s.home == "" {
		s.home = t.TempDir()
	}
	if o.dotenv != "" {
		write(t, filepath.Join(s.dir, ".env"), o.dotenv)
	}
	s.openTerminal(o)
	command := o.command
	if command == nil {
		command = append([]string{program}, o.args...)
	}
	s.cmd = exec.Command(command[0], command[1:]...)
	s.cmd.Dir = s.dir
	s.cmd.Env = append(environment(s.home), o.env...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = s.tty, s.tty, s.tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: !o.noTTY}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.cmd.Wait()
		close(s.exited)
	}()
	go s.read()
	go s.answer(o.mute)
	t.Cleanup(s.end)
	return s
}

// environment is all that the program gets from outside.
func environment(home string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC",
		"XDG_DATA_HOME=" + filepath.Join(home, "data"), "XDG_STATE_HOME=" + filepath.Join(home, "state"),
	}
}

func (s *session) openTerminal(o setup) {
	s.t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		s.t.Fatal(err)
	}
	s.tty = tty
	// A file that does not block can be closed while it is being read.
	if s.masterFD, err = unix.FcntlInt(master.Fd(), unix.F_DUPFD_CLOEXEC, 0); err == nil {
		err = unix.SetNonblock(s.masterFD, true)
	}
	_ = master.Close()
	if err != nil {
		s.t.Fatal(err)
	}
	s.master = os.NewFile(uintptr(s.masterFD), "terminal")
	s.setSize(o.cols, o.rows)
	if s.before, err = unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS); err != nil {
		s.t.Fatal(err)
	}
	s.emu = vt.NewEmulator(max(o.cols, o.emulated), o.rows)
}

// end kills the program where the test has not ended it.
func (s *session) end() {
	_ = s.cmd.Process.Kill()
	<-s.exited
	s.hangUp()
	_ = s.tty.Close()
	_ = s.emu.InputPipe().(io.Closer).Close() // the emulator's own Close is no good beside a Read
}

// hangUp closes the terminal.
func (s *session) hangUp() { s.hung.Do(func() { _ = s.master.Close() }) }

// read takes what the program writes and draws it.
func (s *session) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.master.Read(buf)
		s.mu.Lock()
		s.raw.Write(buf[:n])
		_, _ = s.emu.Write(buf[:n])
		close(s.changed)
		s.changed = make(chan struct{})
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// answer hands the virtual terminal's answers to the program.
func (s *session) answer(mute bool) {
	buf := make([]byte, 4096)
	for {
		n, err := s.emu.Read(buf)
		if err != nil {
			return
		}
		if !mute {
			_, _ = s.master.Write(buf[:n])
		}
	}
}

// stopOutput makes the terminal take nothing any more, as ctrl+s in a shell does.
func (s *session) stopOutput() {
	s.t.Helper()
	if err := unix.IoctlSetInt(int(s.tty.Fd()), unix.TCXONC, unix.TCOOFF); err != nil {
		s.t.Fatal(err)
	}
}

// until waits for a condition, which is asked anew after each output.
func (s *session) until(what string, ok func() bool) {
	s.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-deadline.C:
			s.t.Fatalf("waited in vain for %s; the screen shows:\n%s", what, s.screen())
		}
	}
}

// waitFor waits until the screen shows all of the texts.
func (s *session) waitFor(texts ...string) {
	s.t.Helper()
	s.until(fmt.Sprintf("%q", texts), func() bool {
		shown := s.screen()
		for _, text := range texts {
			if !strings.Contains(shown, text) {
				return false
			}
		}
		return true
	})
}

// waitGone waits until the screen no longer shows the text.
func (s *session) waitGone(text string) {
	s.t.Helper()
	s.until("an end of "+text, func() bool { return !strings.Contains(s.screen(), text) })
}

// screen is the text on the screen.
func (s *session) screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emu.String()
}

// output is every byte that the program has written so far.
func (s *session) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw.String()
}

// The keys, as a terminal sends them.
const (
	enter, escape, tab             = "\r", "\x1b", "\t"
	up, down, f1                   = "\x1b[A", "\x1b[B", "\x1bOP"
	ctrlA, ctrlC, ctrlE, ctrlK     = "\x01", "\x03", "\x05", "\x0b"
	ctrlL, ctrlN, ctrlO, ctrlP     = "\x0c", "\x0e", "\x0f", "\x10"
	ctrlQ, ctrlS, ctrlU, ctrlY     = "\x11", "\x13", "\x15", "\x19"
	ctrlZ, altZ, shiftTab, pageEnd = "\x1a", "\x1bz", "\x1b[Z", "\x1b[6~"
)

// press sends keys or types text.
func (s *session) press(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		if _, err := io.WriteString(s.master, k); err != nil {
			s.t.Fatalf("press %q: %v", k, err)
		}
	}
}

// paste pastes in brackets.
func (s *session) paste(text string) {
	s.t.Helper()
	s.press("\x1b[200~" + text + "\x1b[201~")
}

func (s *session) resize(cols, rows int) {
	s.t.Helper()
	s.mu.Lock()
	s.emu.Resize(max(cols, s.emu.Width()), rows)
	s.mu.Unlock()
	s.setSize(cols, rows)
}

func (s *session) setSize(cols, rows int) {
	s.t.Helper()
	size := &unix.Winsize{Col: uint16(cols), Row: uint16(rows)}
	if err := unix.IoctlSetWinsize(s.masterFD, unix.TIOCSWINSZ, size); err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) signal(sig os.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// status waits for the end of the program and returns its exit status; -1 where a
// signal ended it.
func (s *session) status() int {
	s.t.Helper()
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Fatalf("the program does not end; the screen shows:\n%s", s.screen())
	}
	return s.cmd.ProcessState.ExitCode()
}

// lastByte is written behind everything that the program wrote.
const lastByte = "\x1b_the end\x1b\\"

// drain waits until everything that an ended program wrote has been read.
func (s *session) drain() {
	s.t.Helper()
	if _, err := io.WriteString(s.tty, lastByte); err != nil {
		s.t.Fatal(err)
	}
	s.until("the end of the output", func() bool { return strings.Contains(s.output(), lastByte) })
}

// focus goes to the row with the label: with the arrow keys, until it is marked.
func (s *session) focus(label string) {
	s.t.Helper()
	mark := regexp.MustCompile(`▸ ` + label)
	for range 20 {
		shown := s.screen()
		if mark.MatchString(shown) {
			return
		}
		at := focused(shown)
		s.press(down)
		s.until("the next row", func() bool { now := focused(s.screen()); return now != "" && now != at })
	}
	s.t.Fatalf("there is no row %q:\n%s", label, s.screen())
}

// rowMark finds the row with the focus, up to the border of the form.
var rowMark = regexp.MustCompile(`(?m)▸ [^│\n]*`)

func focused(screen string) string {
	for y, line := range strings.Split(screen, "\n") {
		if m := rowMark.FindString(line); m != "" {
			return fmt.Sprint(y, m)
		}
	}
	return ""
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

//go:build unix

package term

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"

	"signpost/uploader"
)

// canary stands for a secret in whatever panics.
const canary = "cAnArY-0123456789"

// TestMain is also the program that the tests run in a terminal of their own: which
// one is in TERM_HELPER.
func TestMain(m *testing.M) {
	switch mode := os.Getenv("TERM_HELPER"); mode {
	case "":
		os.Exit(m.Run())
	case "shell":
		os.Exit(shell())
	case "copy":
		Scrub(uploader.ScrubEnviron(os.Environ()))
		how, err := Copy("the text")
		fmt.Println(how, err)
		os.Exit(0)
	case "open":
		Scrub(uploader.ScrubEnviron(os.Environ()))
		fmt.Println(Open("https://example.com/a?b=c&d=$(id)"))
		os.Exit(0)
	default:
		os.Exit(helper(mode))
	}
}

// probe is a screen that can be made to misbehave by a key.
type probe struct {
	runner *Runner
	mode   string
	bad    bool
	code   int
	beat   int
	after  int
}

type (
	beatMsg  struct{}
	afterMsg struct{}
)

func beat() tea.Msg { return beatMsg{} }

func (p probe) Init() tea.Cmd {
	if p.mode == "init" {
		panic(canary)
	}
	return nil
}

func fault() tea.Msg { panic("a value " + canary + "\x1b[2J") }

func (p probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case beatMsg:
		p.beat++
		return p, beat
	case afterMsg:
		p.after++
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q":
			p.code = 3
			return p, tea.Quit
		case "u":
			var nobody *probe
			p.code = nobody.code
		case "v":
			p.bad = true
		case "c":
			return p, fault
		case "b":
			return p, tea.Batch(nil, func() tea.Msg { return nil }, tea.Batch(fault, beat))
		case "s":
			return p, tea.Sequence(func() tea.Msg { return nil }, fault)
		case "g":
			p.runner.Go(func() { panic(fmt.Errorf("a value %s", canary)) })
		case "h":
			_ = os.WriteFile(filepath.Join(os.Getenv("TERM_DIR"), "hangs"), nil, 0o600)
			select {}
		case "f":
			return p, beat
		case "z":
			return p, tea.Sequence(tea.Suspend, func() tea.Msg { return afterMsg{} })
		}
	}
	return p, nil
}

func (p probe) View() tea.View {
	if p.bad {
		panic("a value " + canary)
	}
	v := tea.NewView(fmt.Sprintf("ready %s\n%s", strings.Repeat("after", p.after), strings.Repeat(fmt.Sprintf("%d ", p.beat), 400)))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.ReportFocus = true
	v.WindowTitle = "the probe"
	v.Cursor = nil
	if p.beat > 0 {
		v.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, 50)
	}
	return v
}

func helper(mode string) int {
	dir := os.Getenv("TERM_DIR")
	return Run(Options{
		Input: os.Stdin, Output: os.Stdout, Message: os.Stderr,
		ReportDir: filepath.Join(dir, "state", "signpost"),
		Redact:    func(s string) string { return strings.ReplaceAll(s, canary, "••••") },
		Save: func() {
			_ = os.WriteFile(filepath.Join(dir, "saved"), nil, 0o600)
			if mode == "slow save" {
				select {}
			}
		},
	}, func(r *Runner) tea.Model {
		if mode == "build" {
			panic(canary)
		}
		var core unix.Rlimit
		_ = unix.Getrlimit(unix.RLIMIT_CORE, &core)
		_ = os.WriteFile(filepath.Join(dir, "core"), fmt.Append(nil, core.Cur, core.Max), 0o600)
		return probe{runner: r, mode: mode}
	}, func(m tea.Model) int { return m.(probe).code })
}

// shell runs the helper as a shell with job control does: in a process group of its
// own. It continues a stopped one and tells what the terminal was like meanwhile.
func shell() int {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TERM_HELPER=screen")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Foreground: true, Ctty: 0}
	before := lineState(os.Stdin)
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
		return 99
	}
	for {
		var status unix.WaitStatus
		if _, err := unix.Wait4(cmd.Process.Pid, &status, unix.WUNTRACED, nil); err != nil {
			if err == unix.EINTR {
				continue
			}
			return 98
		}
		switch {
		case status.Stopped():
			fmt.Printf("STOPPED restored=%v\n", lineState(os.Stdin) == before)
			_ = unix.Kill(cmd.Process.Pid, unix.SIGCONT)
		case status.Exited():
			return status.ExitStatus()
		case status.Signaled():
			return 128 + int(status.Signal())
		}
	}
}

// limit is how long anything may take before a test gives up. It is never waited for.
const limit = 20 * time.Second

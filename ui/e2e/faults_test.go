//go:build linux

package e2e

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// trial is one misbehaviour, and what has to become of it.
type trial struct {
	// name is the row of the table of faults, a colon, and the variant.
	name   string
	script []turn
	always *turn
	tls    *tls.Config
	// prefix makes the address of the API of that of the server ("http://" and it).
	prefix func(s *examiner) string
	// size is that of the file a.bin, in bytes (1000). file makes another.
	size int64
	file func(dir string) error
	// args follow "upload"; the file and the type raw are added where files is nil.
	args, files, env []string
	// wrap is a command that runs the program with its arguments.
	wrap []string
	// stdout replaces what collects the answers.
	stdout   func() *os.File
	exit     int
	also     []int // exit statuses that are right too
	requests int   // 0 is any
	assets   int   // that are kept: -1 is any
	says     []string
	out      []string
	never    []string                // on either
	noNotes  bool                    // there is nowhere to keep a history
	then     func(t *trialRun) error // while the server is still there
	after    func(t *trialRun) error
}

// trialRun is a program under examination.
type trialRun struct {
	dir    string
	cmd    *exec.Cmd
	server *examiner
	out    bytes.Buffer
	errs   bytes.Buffer
}

// trialTime is how long a trial may take. It is never waited for.
const trialTime = 90 * time.Second

func (c trial) begin(dir string) (*trialRun, error) {
	s, err := newExaminer(c.script, c.always, c.tls)
	if err != nil {
		return nil, err
	}
	prefix := "http://" + s.addr
	if c.tls != nil {
		prefix = "https://" + s.addr
	}
	if c.prefix != nil {
		prefix = c.prefix(s)
	}
	r := &trialRun{dir: dir, server: s}
	s.dir, s.run = dir, r
	size := c.size
	if size == 0 {
		size = 1000
	}
	content := bytes.Repeat([]byte("signpost"), int(size/8+1))[:size]
	if err := os.WriteFile(filepath.Join(dir, "a.bin"), content, 0o600); err != nil {
		return nil, err
	}
	if c.file != nil {
		if err := c.file(dir); err != nil {
			return nil, err
		}
	}
	files := c.files
	if files == nil {
		files = []string{"a.bin", "--resource-type", "raw"}
	}
	line := slices.Concat(c.wrap, []string{program, "upload"}, files, c.args)
	r.cmd = exec.Command(line[0], line[1:]...)
	r.cmd.Dir = dir
	r.cmd.Env = append(environment(dir), "CLOUDINARY_URL=cloudinary://123456789012345:"+canary+"@demo?upload_prefix="+prefix)
	r.cmd.Env = append(r.cmd.Env, c.env...)
	for i, e := range r.cmd.Env {
		r.cmd.Env[i] = strings.NewReplacer("$DIR", dir, "$ADDR", s.addr).Replace(e)
	}
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.errs
	if c.stdout != nil {
		r.cmd.Stdout = c.stdout()
	}
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return r, nil
}

// examine runs a trial and returns everything that is wrong.
func (c trial) examine(dir string) (wrong []string) {
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	r, err := c.begin(dir)
	if err != nil {
		return []string{err.Error()}
	}
	if err := r.cmd.Start(); err != nil {
		r.server.close()
		return []string{err.Error()}
	}
	close(r.server.started)
	late := time.AfterFunc(trialTime, func() { r.server.fault("the program hangs"); _ = r.cmd.Process.Kill() })
	_ = r.cmd.Wait()
	late.Stop()
	if c.then != nil {
		if err := c.then(r); err != nil {
			bad("%v", err)
		}
	}
	r.server.close()
	exit := r.cmd.ProcessState.ExitCode()
	if exit != c.exit && !slices.Contains(c.also, exit) {
		bad("exit status %d, want %d", exit, c.exit)
	}
	s := r.server
	wrong = append(wrong, s.wrong...)
	if s.met < len(s.script) {
		bad("%d of %d faults were met", s.met, len(s.script))
	}
	if c.requests > 0 && s.requests != c.requests {
		bad("%d requests, want %d", s.requests, c.requests)
	}
	if c.assets >= 0 && len(s.assets) != c.assets {
		bad("%d assets, want %d", len(s.assets), c.assets)
	}
	wrong = append(wrong, c.prints(r)...)
	if !c.noNotes && exit >= 0 && exit != 1 && exit != 2 && exit != 3 {
		notes, err := os.ReadFile(filepath.Join(dir, "data", "signpost", "history.notes"))
		if err != nil || exit < 8 && !strings.Contains(string(notes), fmt.Sprintf(`"exit":%d,`, exit)) {
			bad("the history does not tell of it: %v", err)
		}
		if bytes.Contains(notes, []byte(canary)) {
			bad("the history holds the secret")
		}
	}
	if c.after != nil {
		if err := c.after(r); err != nil {
			bad("%v", err)
		}
	}
	if len(wrong) > 0 {
		bad("stdout %.600q", r.out.String())
		bad("stderr %s", r.errs.String())
	}
	return wrong
}

// prints looks at what the program says.
func (c trial) prints(r *trialRun) (wrong []string) {
	if bad := unclean(r.errs.Bytes()); bad != "" {
		wrong = append(wrong, "stderr has "+bad)
	}
	if bytes.Contains(r.out.Bytes(), []byte(canary)) {
		wrong = append(wrong, "stdout has the secret")
	}
	for _, text := range c.says {
		if !strings.Contains(r.errs.String(), text) {
			wrong = append(wrong, fmt.Sprintf("it does not say %q", text))
		}
	}
	for _, text := range c.out {
		if !strings.Contains(r.out.String(), text) {
			wrong = append(wrong, fmt.Sprintf("it does not print %q", text))
		}
	}
	for _, text := range c.never {
		if strings.Contains(r.out.String()+r.errs.String(), text) {
			wrong = append(wrong, fmt.Sprintf("it says %q", text))
		}
	}
	return wrong
}

// survive runs trials, some at once: most of their time is waiting.
func survive(t *testing.T, trials []trial) {
	t.Helper()
	names := map[string]bool{}
	wrong := make([][]string, len(trials))
	var wg sync.WaitGroup
	slots := make(chan struct{}, 24)
	for i, c := range trials {
		if names[c.name] {
			t.Fatalf("%s is there twice", c.name)
		}
		names[c.name] = true
		dir := t.TempDir()
		slots <- struct{}{}
		wg.Go(func() {
			wrong[i] = c.examine(dir)
			<-slots
		})
	}
	wg.Wait()
	survived := 0
	for i, c := range trials {
		if len(wrong[i]) == 0 {
			survived++
			continue
		}
		t.Errorf("%s:\n  %s", c.name, strings.Join(wrong[i], "\n  "))
	}
	t.Logf("faults survived: %d of %d", survived, len(trials))
}

// TestFaultsSurvived is the table of faults: the built program, run without a screen
// against a server that misbehaves in each way that is known.
func TestFaultsSurvived(t *testing.T) {
	survive(t, slices.Concat(connectionTrials(), statusTrials(), answerTrials(), timeTrials(),
		partTrials(), fileTrials(), stateTrials(), signalTrials(), manyTrials(), secureTrials(t.TempDir()), proxyTrials(t.TempDir())))
}

// history runs the command history beside a trial.
func history(r *trialRun, args ...string) (string, error) {
	cmd := exec.Command(program, append([]string{"history"}, args...)...)
	cmd.Dir, cmd.Env = r.dir, r.cmd.Env
	out, err := cmd.Output()
	return string(out), err
}

// again runs the program once more, as a trial did, with more arguments.
func (r *trialRun) again(want int, says string, args ...string) error {
	cmd := exec.Command(program, append(slices.Clone(r.cmd.Args[1:]), args...)...)
	cmd.Dir, cmd.Env = r.dir, r.cmd.Env
	out, err := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != want || !strings.Contains(string(out), says) {
		return fmt.Errorf("again: exit status %d (%v), want %d and %q: %s", got, err, want, says, out)
	}
	return nil
}

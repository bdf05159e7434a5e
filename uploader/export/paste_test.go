package export

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"signpost/uploader"
)

// TestT16Paste types commands into an interactive bash behind a terminal, as a paste
// without brackets does: line feeds become returns, and a control character or a tab
// would be a key. What arrives is what was prepared.
func TestT16Paste(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	shell := need(t, "bash")
	got, base := newCapture(t)
	r := newRoom(t, "C.UTF-8")
	h := newHostile(t, r, base, 81, func(i int, p uploader.Prepared) (string, error) { return Curl(p, CurlOptions{OneLine: i%2 == 0}) })

	cmd := exec.CommandContext(t.Context(), shell, "--norc", "--noprofile", "-i")
	cmd.Dir, cmd.Env = r.dir, append(r.env, "INPUTRC=/dev/null")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 500})
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	guard := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() }) // its end ends the reading
	defer guard.Stop()
	screen := &terminal{tty: tty}
	screen.await(t, "ready> ")
	screen.enter(t, "bind 'set enable-bracketed-paste off'; set -o history -H; echo it\\'s; PS1='go''on> '", "goon> ")
	for _, command := range h.commands {
		screen.enter(t, command, "goon> ")
	}
	r.unharmed(t)
	for _, s := range got.strange {
		t.Errorf("something else arrived: %s", s)
	}
	for no, p := range h.want {
		got.check(t, no, p, h.content[no])
	}
}

// terminal is the far side of a shell.
type terminal struct {
	tty  *os.File
	seen bytes.Buffer
}

// enter types a line and waits until the shell asks for the next one.
func (s *terminal) enter(t *testing.T, line, prompt string) {
	t.Helper()
	s.seen.Reset()
	written := make(chan error, 1) // the shell echoes meanwhile, and somebody has to read
	go func() {
		_, err := s.tty.WriteString(strings.ReplaceAll(line, "\n", "\r") + "\r")
		written <- err
	}()
	s.await(t, prompt)
	if err := <-written; err != nil {
		t.Fatal(err)
	}
}

// await reads until the shell shows its prompt at the end of what it wrote.
func (s *terminal) await(t *testing.T, prompt string) {
	t.Helper()
	buf := make([]byte, 32<<10)
	for !bytes.HasSuffix(s.seen.Bytes(), []byte(prompt)) {
		n, err := s.tty.Read(buf)
		s.seen.Write(buf[:n])
		if err != nil {
			t.Fatalf("%v, after %.2000q", err, s.seen.String())
		}
	}
}

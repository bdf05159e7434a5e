//go:build linux

package e2e

import (
	"bytes"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// onlyLines checks that the program wrote text and line ends, and nothing that a terminal
// obeys. The terminal itself writes a carriage return, and ^C for the key.
func onlyLines(t *testing.T, out string) {
	t.Helper()
	for i, r := range strings.TrimSuffix(out, lastByte) {
		if r != '\n' && r != '\r' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			t.Fatalf("a control character %U at %d of %q", r, i, out)
		}
	}
	if strings.Count(out, "\r") != strings.Count(out, "\r\n") {
		t.Error("a line is drawn anew")
	}
}

// A terminal that can show no screen gets the same flows as a dialogue: compose, sign,
// copy, send, read the answer (row TERM dumb).
func TestPlainOnADumbTerminal(t *testing.T) {
	t.Parallel()
	for _, o := range []setup{{env: []string{"TERM=dumb"}}, {env: []string{"TERM="}}, {args: []string{"--plain"}}} {
		o.cols, o.rows = 100, 60
		s := start(t, o)
		s.waitFor("This is the SANDBOX", "public_id: sample_image", "help lists the commands):")
		s.press("set public_id plain\r")
		s.waitFor("public_id changed: plain", "The signature is now")
		s.press("send\r")
		s.waitFor("Uploaded: 200 OK", "public ID: plain", "The signature of the answer is right.")
		s.press("quit\r")
		if got := s.status(); got != 0 {
			t.Errorf("status %d", got)
		}
		s.drain()
		onlyLines(t, s.output())
		s.checkTerminal()
	}
}

// The draft of a dialogue is kept, and the next one goes on with it.
func TestPlainKeepsTheDraft(t *testing.T) {
	t.Parallel()
	s := start(t, setup{rows: 60, cols: 100, args: []string{"--plain"}})
	s.waitFor("help lists the commands):")
	s.press("set public_id survivor\r")
	s.waitFor("public_id changed")
	s.untilSaved("survivor")
	s.press("set public_id survivor2\r")
	s.untilSaved("survivor2")
	s.signal(syscall.SIGKILL)
	s.status()

	again := start(t, setup{rows: 60, cols: 100, home: s.home, args: []string{"--plain"}})
	again.waitFor("The command draft goes on with it")
	again.press("draft\r")
	again.waitFor("public_id: survivor")
	again.press("\x04") // the end of the input
	if got := again.status(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// Signals at a question, and ctrl+c while something is sent.
func TestPlainWaysOut(t *testing.T) {
	t.Parallel()
	for sig, want := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		s := start(t, setup{args: []string{"--plain"}})
		s.waitFor("help lists the commands):")
		s.signal(sig)
		if got := s.status(); got != want {
			t.Errorf("%v: status %d, want %d", sig, got, want)
		}
		s.checkTerminal()
	}
	s := start(t, setup{args: []string{"--plain"}})
	s.waitFor("help lists the commands):")
	s.press(ctrlC)
	if got := s.status(); got != 0 {
		t.Errorf("ctrl+c at a question: status %d", got)
	}

	hanging := server(t, func(_ http.ResponseWriter, r *http.Request, released <-chan struct{}) { <-released })
	s = start(t, setup{args: []string{"--plain"}, dotenv: dotenv(hanging.URL), rows: 60, cols: 100})
	s.waitFor("This is LIVE", "help lists the commands):")
	s.press("send\r")
	s.waitFor("Everything is sent")
	s.press(ctrlC)
	s.waitFor("ctrl+c once more")
	s.press(ctrlC)
	if got := s.status(); got != 130 {
		t.Errorf("ctrl+c twice while sending: status %d", got)
	}
	s.drain()
	onlyLines(t, s.output())
	s.checkNoSecret()
	s.checkTerminal()
}

// A secret is typed unseen; a signal meanwhile leaves the terminal as it was.
func TestPlainSecretIsNotSeen(t *testing.T) {
	t.Parallel()
	s := start(t, setup{args: []string{"--plain"}, rows: 60, cols: 100})
	ask := func() {
		s.waitFor("help lists the commands):")
		s.press("account\r")
		s.waitFor("enter credentials")
		s.press("2\r")
		s.waitFor("Cloud name")
		s.press("mycloud\r")
		s.waitFor("API key (")
		s.press("424242424242424\r")
		s.untilHidden()
	}
	ask()
	s.press(canary + "\r")
	s.waitFor("LIVE: uploads go to api.cloudinary.com, cloud mycloud")
	s.press("sign\r")
	s.waitFor("Step 4")
	s.press("quit\r")
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
	s.drain()
	s.checkNoSecret()
	onlyLines(t, s.output())

	s = start(t, setup{args: []string{"--plain"}, rows: 60, cols: 100})
	ask()
	s.signal(syscall.SIGTERM)
	if got := s.status(); got != 143 {
		t.Errorf("status %d", got)
	}
	s.checkTerminal()
}

// Without any terminal the dialogue reads a script and repeats each line behind its
// prompt; a script without --plain is told of it.
func TestPlainFromAPipe(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(program, "--plain", "--public-id", "piped")
	cmd.Dir, cmd.Env = t.TempDir(), environment(t.TempDir())
	cmd.Stdin = strings.NewReader("sign\nsend\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatal(err, string(out))
	}
	for _, want := range []string{"help lists the commands): sign\n", "&timestamp=", "Step 4", "public ID: piped", "Goodbye"} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("%q is not in it:\n%s", want, out)
		}
	}
	onlyLines(t, string(out))
}

// untilHidden waits until the terminal does not show what is typed.
func (s *session) untilHidden() {
	s.t.Helper()
	deadline, tick := time.After(patience), time.NewTicker(2*time.Millisecond)
	defer tick.Stop()
	for {
		now, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
		if err == nil && now.Lflag&unix.ECHO == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatal("the terminal shows what is typed")
		}
	}
}

//go:build unix

package cli

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"signpost/uploader"
)

// limit is how long anything may take before a test gives up. It is never waited for.
const limit = 30 * time.Second

// command is the program as a process of its own, with an account at that server.
func command(t *testing.T, base string, args ...string) (*exec.Cmd, *bytes.Buffer, *bytes.Buffer) {
	t.Helper()
	path, err := exec.LookPath("signpost") // testscript puts it there
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "CLOUDINARY_URL=cloudinary://1:"+canary+"@demo?upload_prefix="+base)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	return cmd, &out, &errs
}

// finish waits for the process and returns its status.
func finish(t *testing.T, cmd *exec.Cmd, errs *bytes.Buffer) int {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(limit):
		_ = cmd.Process.Kill()
		<-done
		t.Fatalf("it does not end: %s", errs)
	}
	return cmd.ProcessState.ExitCode()
}

// TestUploadSignals: a signal ends an upload at once, with the status that tells what
// may have become of it (rows SIGINT, SIGTERM, SIGHUP; class M).
func TestUploadSignals(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		signal os.Signal
		whole  bool // the server takes the whole body
		want   int
		says   string
	}{
		{"SIGINT while sending", os.Interrupt, false, uploader.ExitInterrupt, "cancelled"},
		{"SIGTERM while sending", syscall.SIGTERM, false, uploader.ExitTerminate, "cancelled"},
		{"SIGHUP while sending", syscall.SIGHUP, false, uploader.ExitHangup, "cancelled"},
		{"SIGINT when all is sent", os.Interrupt, true, uploader.ExitUnknown, "outcome unknown"},
		{"SIGTERM when all is sent", syscall.SIGTERM, true, uploader.ExitUnknown, "outcome unknown"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			arrived, release := make(chan struct{}), make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if tc.whole {
					_, _ = io.Copy(io.Discard, r.Body)
				} else {
					_, _ = r.Body.Read(make([]byte, 1))
				}
				close(arrived)
				<-release
			}))
			t.Cleanup(server.Close)
			t.Cleanup(func() { close(release) })
			size := 1000
			if !tc.whole {
				size = 50_000_000 // more than buffers hold
			}
			file := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd, out, errs := command(t, server.URL, "upload", file, "--resource-type", "raw")
			var stderr io.Reader
			if tc.whole {
				cmd.Stderr = nil
				pipe, err := cmd.StderrPipe()
				if err != nil {
					t.Fatal(err)
				}
				stderr = pipe
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-arrived
			if tc.whole { // the server may have the last byte before the client knows
				readUntil(t, stderr, errs, "is processing")
			}
			if err := cmd.Process.Signal(tc.signal); err != nil {
				t.Fatal(err)
			}
			if tc.whole {
				_, _ = io.Copy(errs, stderr)
			}
			if got := finish(t, cmd, errs); got != tc.want || !strings.Contains(errs.String(), tc.says) || out.Len() > 0 {
				t.Errorf("exit status %d, want %d and %q; stdout %q, stderr %q", got, tc.want, tc.says, out, errs)
			}
		})
	}
}

// readUntil copies until the text came.
func readUntil(t *testing.T, r io.Reader, into *bytes.Buffer, text string) {
	t.Helper()
	buf := make([]byte, 1000)
	for !strings.Contains(into.String(), text) {
		n, err := r.Read(buf)
		into.Write(buf[:n])
		if err != nil {
			t.Fatalf("%v before %q: %q", err, text, into)
		}
	}
}

// TestIgnoredSignals: SIGINT and SIGHUP that were ignored at the start stay ignored, and
// the end of standard input means nothing (row SIGHUP, headless).
func TestIgnoredSignals(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(arrived)
		<-release
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"public_id":"x"}`)
	}))
	t.Cleanup(server.Close)
	cmd, out, errs := command(t, server.URL, "upload", "https://example.com/a.jpg")
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Args = append([]string{"sh", "-c", `trap "" INT HUP; exec "$0" "$@"`, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = sh
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-arrived
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	close(release)
	if got := finish(t, cmd, errs); got != 0 || !strings.Contains(out.String(), `"public_id":"x"`) {
		t.Errorf("exit status %d, stdout %q, stderr %q", got, out, errs)
	}
}

// TestSandboxCommand: it prints the URL to use, answers there, and ends on a signal.
func TestSandboxCommand(t *testing.T) {
	t.Parallel()
	for signal, want := range map[os.Signal]int{os.Interrupt: 0, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		cmd, _, errs := command(t, "", "sandbox", "--addr", "127.0.0.1:0")
		cmd.Stdout = nil
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		readUntil(t, pipe, &out, "\n")
		line, base, ok := strings.Cut(strings.TrimSpace(out.String()), "?upload_prefix=")
		if !ok || line != "CLOUDINARY_URL=cloudinary://123456789012345:abcd@demo" {
			t.Errorf("it prints %q", out.String())
		}
		upload, answer, uploadErrs := command(t, "", "upload", base+"/sample/sample.jpg")
		upload.Env = append(upload.Env, strings.TrimSpace(out.String()))
		if err := upload.Start(); err != nil {
			t.Fatal(err)
		}
		if got := finish(t, upload, uploadErrs); got != 0 || !strings.Contains(answer.String(), "secure_url") {
			t.Errorf("upload: exit status %d, %q, %q", got, answer, uploadErrs)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if got := finish(t, cmd, errs); got != want {
			t.Errorf("%v: exit status %d, want %d; %q", signal, got, want, errs)
		}
	}
}

// TestSandboxPortTaken: a taken port is an error in words (threat T40).
func TestSandboxPortTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	code, out, errs := runWith(t, nil, "sandbox", "--addr", l.Addr().String())
	if code != uploader.ExitOther || out != "" || !strings.Contains(errs, "taken by another program") || !strings.Contains(errs, "hint: ") {
		t.Errorf("exit status %d, stdout %q, stderr %q", code, out, errs)
	}
}

// TestT1AnswerOnATerminal: an answer is cleaned where a terminal would obey it, and
// byte for byte otherwise.
func TestT1AnswerOnATerminal(t *testing.T) {
	t.Parallel()
	const hostile = "{\"public_id\":\"a\x1b]52;c;aGk=\x07\u009b2J\u202e\"}"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, hostile)
	}))
	t.Cleanup(server.Close)
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() })
	cmd, _, errs := command(t, server.URL, "upload", "https://example.com/a.jpg")
	cmd.Stdout = tty
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	finish(t, cmd, errs)
	if _, err := tty.WriteString("<the end>"); err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	readUntil(t, master, &shown, "<the end>")
	_ = tty.Close()
	if got := shown.String(); strings.ContainsAny(got, "\x1b\x07\u009b\u202e") || !strings.Contains(got, `public_id`) {
		t.Errorf("the terminal gets %q", got)
	}
	cmd, out, errs := command(t, server.URL, "upload", "https://example.com/a.jpg")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	finish(t, cmd, errs)
	if got := out.String(); got != hostile+"\n" {
		t.Errorf("a pipe gets %q", got)
	}
}

// TestLinesOnATerminal: where the answers and the progress share a terminal, each answer
// has a line of its own.
func TestLinesOnATerminal(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"public_id":"x"}`)
	}))
	t.Cleanup(server.Close)
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() })
	cmd, _, errs := command(t, server.URL, "upload", "https://example.com/a", "https://example.com/b", "nosuch")
	cmd.Stdout, cmd.Stderr = tty, tty
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	finish(t, cmd, errs)
	if _, err := tty.WriteString("<the end>"); err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	readUntil(t, master, &shown, "<the end>")
	_ = tty.Close()
	answers := 0
	for line := range strings.Lines(shown.String()) {
		if before, _, ok := strings.Cut(line, `{"file":`); ok {
			answers++
			if at := strings.LastIndex(before, "\r\x1b[K"); before != "" && (at < 0 || before[at:] != "\r\x1b[K") {
				t.Errorf("before an answer stands %q", before)
			}
		}
	}
	if answers != 3 {
		t.Errorf("%d answers: %q", answers, shown.String())
	}
}

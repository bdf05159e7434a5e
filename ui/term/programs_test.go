//go:build linux

package term

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// runWith runs the helper with a program of that name in its PATH, which keeps what it
// was given. It returns the helper's output and the folder.
func runWith(t *testing.T, mode, program string) (string, string) {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\"; done > \"$TERM_DIR/args\"\n/usr/bin/env > \"$TERM_DIR/env\"\n/bin/cat > \"$TERM_DIR/stdin\"\necho noise; echo noise >&2\n"
	if err := os.WriteFile(filepath.Join(dir, program), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{
		"TERM_HELPER=" + mode, "TERM_DIR=" + dir, "PATH=" + dir, "DISPLAY=:0", "GOCOVERDIR=" + dir,
		"API_SECRET=" + canary, "CLOUDINARY_URL=cloudinary://1:" + canary + "@demo", "CLOUDINARY_OTHER=" + canary,
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out), dir
}

func contents(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestT21Copy: the clipboard's program gets the text and no credentials.
func TestT21Copy(t *testing.T) {
	t.Parallel()
	out, dir := runWith(t, "copy", "xclip")
	if !strings.HasPrefix(out, "the system clipboard <nil>") {
		t.Errorf("output %q", out)
	}
	if got := contents(t, dir, "stdin"); got != "the text" {
		t.Errorf("the clipboard got %q", got)
	}
	if strings.Contains(contents(t, dir, "env"), canary) {
		t.Error("the clipboard's program inherits credentials")
	}
}

// TestT8T21Opener: the link is one argument, reaches no shell, and what the opener
// prints does not reach the screen; it inherits no credentials.
func TestT8T21Opener(t *testing.T) {
	t.Parallel()
	out, dir := runWith(t, "open", "xdg-open")
	if out != "<nil>\n" {
		t.Errorf("output %q", out)
	}
	if got := contents(t, dir, "args"); got != "https://example.com/a?b=c&d=$(id)\n" {
		t.Errorf("the arguments are %q", got)
	}
	if strings.Contains(contents(t, dir, "env"), canary) {
		t.Error("the opener inherits credentials")
	}
}

// TestUsable: without a terminal one line says so and names what works (row stdin or
// stdout no terminal).
func TestUsable(t *testing.T) {
	t.Parallel()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close(); _ = master.Close() })
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	cases := []struct {
		in, out *os.File
		ok      bool
	}{
		{tty, tty, true},
		{file, tty, false},
		{tty, file, false},
		{nil, tty, false},
		{tty, nil, false},
	}
	for i, tc := range cases {
		err := Usable(tc.in, tc.out)
		if (err == nil) != tc.ok {
			t.Errorf("case %d: %v, want usable: %v", i, err, tc.ok)
		}
		if err != nil {
			for _, want := range []string{"terminal", "signpost upload"} {
				if text := fmt.Sprint(err); !strings.Contains(text, want) || strings.Contains(text, "\n") {
					t.Errorf("case %d: %q does not say %q in one line", i, text, want)
				}
			}
		}
	}
}

// TestPlain: a terminal that is dumb, or of no name, gets plain lines (row TERM dumb).
func TestPlain(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"dumb": true, "DUMB": true, "": true, "xterm": false, "dumber": false} {
		if got := Plain(func(string) string { return name }); got != want {
			t.Errorf("TERM=%q: %v, want %v", name, got, want)
		}
	}
}

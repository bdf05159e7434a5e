//go:build linux

package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// The screen follows the size of the terminal, and no row is ever wider. The virtual
// terminal is wider than the program is told, so that a row that is too wide shows.
func TestResize(t *testing.T) {
	t.Parallel()
	s := start(t, setup{emulated: 240})
	s.shownDigest("sample_image")
	sizes := []struct {
		cols, rows int
		want       string
	}{
		{60, 16, "Public ID"}, {40, 10, "needs 60 columns"}, {200, 60, "╭ cURL"}, {80, 24, "Public ID"}, {1, 1, ""}, {120, 34, "╭ cURL"},
	}
	for _, size := range sizes {
		before := len(s.output())
		s.resize(size.cols, size.rows)
		s.until(size.want, func() bool {
			w := s.width()
			return len(s.output()) > before && strings.Contains(s.screen(), size.want) && (w == size.cols || w < size.cols && size.cols < 60)
		})
	}
	s.shownDigest("sample_image")
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// width is how wide the widest row on the screen is.
func (s *session) width() int {
	widest := 0
	s.mu.Lock()
	defer s.mu.Unlock()
	for y := range s.emu.Height() {
		for x := range s.emu.Width() {
			if c := s.emu.CellAt(x, y); c != nil && strings.TrimSpace(c.Content) != "" {
				widest = max(widest, x+max(c.Width, 1))
			}
		}
	}
	return widest
}

// A draft outlives SIGKILL and is offered at the next start.
func TestDraftSurvivesKill(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.focus("Public ID")
	s.press("_survivor")
	s.shownDigest("sample_image_survivor")
	s.untilSaved("sample_image_survivor")
	// It is in the file, but the store may not have closed the transaction; once a
	// later one begins, it has.
	s.press("2")
	s.untilSaved("sample_image_survivor2")
	s.signal(syscall.SIGKILL)
	s.status()

	again := start(t, setup{home: s.home})
	again.waitFor("A draft was found", "sample_image_survivor")
	again.press(enter)
	again.waitGone("A draft was found")
	again.shownDigest(regexp.MustCompile(`sample_image_survivor2?`).FindString(again.screen()))
}

// untilSaved waits until the journal on disk holds the text.
func (s *session) untilSaved(text string) {
	s.t.Helper()
	deadline, tick := time.After(patience), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for {
		files, _ := filepath.Glob(filepath.Join(s.home, "data", "signpost", "*.db"))
		for _, name := range files {
			if content, err := os.ReadFile(name); err == nil && bytes.Contains(content, []byte(text)) {
				return
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatal("the draft is not saved")
		}
	}
}

// colours finds the parameters of what sets colours and attributes.
var colours = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)

func TestNoColor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value string
		want  bool
	}{{"yes", false}, {"", true}} {
		s := start(t, setup{env: []string{"NO_COLOR=" + test.value}})
		s.shownDigest("sample_image")
		s.press(ctrlS)
		s.waitFor("200 OK")
		s.press(ctrlQ)
		s.status()
		found := ""
		for _, m := range colours.FindAllStringSubmatch(s.output(), -1) {
			for p := range strings.SplitSeq(m[1], ";") {
				if len(p) > 1 && (p[0] == '3' || p[0] == '4' || p[0] == '9' || strings.HasPrefix(p, "10")) {
					found = m[0]
				}
			}
		}
		if (found != "") != test.want {
			t.Errorf("NO_COLOR=%q: colour %q", test.value, found)
		}
	}
}

func TestNoScreenHere(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(program)
	cmd.Dir, cmd.Env = t.TempDir(), environment(t.TempDir())
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || bytes.Count(out, []byte("\n")) != 1 || !bytes.Contains(out, []byte("terminal")) {
		t.Errorf("without a terminal: %v, %q", err, out)
	}
}

// A paste that is no value for a field is refused in words, and nothing is slow or lost.
func TestLargePasteIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	digest := s.shownDigest("sample_image")
	s.focus("Public ID")
	s.paste(strings.Repeat("0123456789abcdef", 1<<16))
	s.waitFor("paste refused", "1.0 MB")
	if got := s.shownDigest("sample_image"); got != digest {
		t.Errorf("the signature changed from %s to %s", digest, got)
	}
	s.press("_b")
	s.shownDigest("sample_image_b")
}

// hostile is text that would take over a terminal that it reached.
const hostile = "a\x1b]2;owned\x07\x1b[31mred\u009b35m\u202egnp.exe\u2066\u0007z"

// Text from outside never reaches the terminal as it is (threat T16).
func TestHostileText(t *testing.T) {
	t.Parallel()
	name := "x" + strings.ReplaceAll(hostile, "/", "") + ".png"
	s := start(t, setup{args: []string{"--file", name, "-p", "context=caption=" + hostile}})
	write(t, filepath.Join(s.dir, name), "no picture")
	s.waitFor("SANDBOX", "owned")
	s.focus("Public ID")
	s.press(ctrlU)
	s.paste(hostile)
	s.press(ctrlY)
	s.waitFor("copied")
	s.press(ctrlS)
	s.waitFor("esc goes back")
	s.press(escape)
	s.waitFor("╭ Signature")
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
	s.checkClean()
}

// checkClean looks for hostile characters in everything that was written: there are
// no control characters but ESC and those that place text, and none that hide or turn
// text; and the window keeps its title.
func (s *session) checkClean() {
	s.t.Helper()
	out := s.output()
	if !utf8.ValidString(out) {
		s.t.Error("the output is not UTF-8")
	}
	for _, r := range out {
		switch {
		case r == '\x1b' || r == '\a' || r == '\b' || r == '\t' || r == '\r' || r == '\n':
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			s.t.Fatalf("the output has %U in it", r)
		}
	}
	for _, bad := range []string{"\x1b]2;owned", "\x1b[31mred"} {
		if strings.Contains(out, bad) {
			s.t.Errorf("the output has %q in it", bad)
		}
	}
}

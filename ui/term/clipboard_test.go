package term

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// TestCopyWithin: a clipboard program that hangs, fails or panics is no clipboard.
func TestCopyWithin(t *testing.T) {
	t.Parallel()
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	cases := []struct {
		name  string
		limit time.Duration
		write func(string) error
		ok    bool
	}{
		{"works", time.Minute, func(s string) error {
			if s != "text" {
				return errors.New("another text")
			}
			return nil
		}, true},
		{"fails", time.Minute, func(string) error { return errors.New("exit status 1") }, false},
		{"panics", time.Minute, func(string) error { panic("no") }, false},
		{"hangs", time.Millisecond, func(string) error { <-never; return nil }, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			how, err := copyWithin(tc.limit, "text", tc.write)
			if (err == nil) != tc.ok || (how != "") != tc.ok {
				t.Errorf("got %q, %v; want success: %v", how, err, tc.ok)
			}
		})
	}
}

func TestHasDisplay(t *testing.T) {
	t.Parallel()
	cases := []struct {
		goos, name string
		want       bool
	}{
		{"linux", "", false}, {"linux", "DISPLAY", true}, {"linux", "WAYLAND_DISPLAY", true},
		{"linux", "WSL_DISTRO_NAME", true}, {"darwin", "", true}, {"windows", "", true},
	}
	for _, tc := range cases {
		got := hasDisplay(tc.goos, func(name string) string { return strings.Repeat("x", strings.Count("|"+tc.name+"|", "|"+name+"|")) })
		if got != tc.want {
			t.Errorf("hasDisplay(%q) with %q is %v, want %v", tc.goos, tc.name, got, tc.want)
		}
	}
}

// TestT8Open: only web pages are opened.
func TestT8Open(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https:", "https:///path", "//host/x",
		"ftp://host/x", "-x", "https://host/\x1b]0;x\x07", " https://host/", "vscode://x/y", "C:\\x",
	} {
		if err := Open(link); err == nil || !strings.Contains(err.Error(), "only http and https") {
			t.Errorf("Open(%q): %v", link, err)
		}
	}
}

func TestNoColor(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{"": false, "1": true, "0": true, "yes": true, "false": true} {
		if got := NoColor(func(string) string { return value }); got != want {
			t.Errorf("NO_COLOR=%q: %v, want %v", value, got, want)
		}
	}
}

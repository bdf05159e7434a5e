package term

import (
	"errors"
	"io"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/atotto/clipboard"
	"github.com/cli/browser"
)

// copyTime is how long a clipboard program may take.
const copyTime = 2 * time.Second

// errNoClipboard means that no program for the clipboard is there, or none works.
var errNoClipboard = errors.New("there is no system clipboard")

// Copy hands a text to the system's clipboard. how names it. It never waits for long:
// clipboard programs hang where there is no display.
func Copy(text string) (how string, err error) {
	if clipboard.Unsupported || !hasDisplay(runtime.GOOS, os.Getenv) {
		return "", errNoClipboard
	}
	return copyWithin(copyTime, text, clipboard.WriteAll)
}

// hasDisplay reports whether there is something that a clipboard could belong to.
func hasDisplay(goos string, lookup func(string) string) bool {
	if goos == "darwin" || goos == "windows" {
		return true
	}
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "TERMUX_VERSION", "WSL_DISTRO_NAME"} {
		if lookup(name) != "" {
			return true
		}
	}
	return false
}

func copyWithin(d time.Duration, text string, write func(string) error) (how string, err error) {
	err = errNoClipboard
	done := make(chan error, 1)
	within(d, func() { done <- write(text) })
	select {
	case err = <-done:
	default: // too slow, or a panic
	}
	if err != nil {
		return "", errNoClipboard
	}
	return "the system clipboard", nil
}

// browserMu guards the opener's package variables.
var browserMu sync.Mutex

// Open shows a web page in the browser. The link is an argument of the opener and goes
// through no shell; only http and https are taken (threat T8).
func Open(link string) error {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("only http and https links are opened")
	}
	browserMu.Lock()
	defer browserMu.Unlock()
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	return browser.OpenURL(u.String())
}

// Scrub removes credentials from the process's environment, so that no program started
// from here inherits one (threat T21). kept are the variables that stay, as NAME=value.
func Scrub(kept []string) {
	keep := make(map[string]bool, len(kept))
	for _, e := range kept {
		name, _, _ := strings.Cut(e, "=")
		keep[name] = true
	}
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); name != "" && !keep[name] {
			_ = os.Unsetenv(name)
		}
	}
}

package term

import (
	"errors"
	"io"
	"net/url"
	"os"
	"runtime"
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
	if clipboard.Unsupported || runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" && os.Getenv("TERMUX_VERSION") == "" && os.Getenv("WSL_DISTRO_NAME") == "" {
		return "", errNoClipboard
	}
	done := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- errNoClipboard
			}
		}()
		done <- clipboard.WriteAll(text)
	}()
	select {
	case err := <-done:
		if err != nil {
			return "", errNoClipboard
		}
		return "the system clipboard", nil
	case <-time.After(copyTime):
		return "", errNoClipboard
	}
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

// Scrub removes variables from the process's environment, so that no program started
// from here inherits a credential (threat T21). names are the variables to remove.
func Scrub(names []string) {
	for _, n := range names {
		_ = os.Unsetenv(n)
	}
}

package term

import (
	"errors"
	"os"
	"runtime"
	"strings"

	xterm "github.com/charmbracelet/x/term"
)

// Usable says why there can be no screen here; nil where there can.
func Usable(in, out *os.File) error {
	if in == nil || out == nil || !xterm.IsTerminal(in.Fd()) || !xterm.IsTerminal(out.Fd()) {
		return errors.New("the screen needs a terminal; without one use: signpost --plain, signpost sign, signpost curl or signpost upload")
	}
	return nil
}

// Plain reports whether the terminal can do no more than show one line after the other:
// TERM is dumb, empty or not set.
func Plain(lookup func(string) string) bool {
	name := lookup("TERM")
	return strings.EqualFold(name, "dumb") || name == "" && runtime.GOOS != "windows"
}

// NoMotion reports whether nothing is to move by itself: NO_MOTION has any value that is
// not empty, as with NO_COLOR.
func NoMotion(lookup func(string) string) bool { return lookup("NO_MOTION") != "" }

// NoColor reports whether colour is switched off: by NO_COLOR with any value that is
// not empty.
func NoColor(lookup func(string) string) bool { return lookup("NO_COLOR") != "" }

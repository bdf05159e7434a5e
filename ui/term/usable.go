package term

import (
	"errors"
	"os"
	"runtime"
	"strings"

	xterm "github.com/charmbracelet/x/term"
)

// Usable says why there can be no screen here; nil where there can.
func Usable(in, out *os.File, lookup func(string) string) error {
	if in == nil || out == nil || !xterm.IsTerminal(in.Fd()) || !xterm.IsTerminal(out.Fd()) {
		return errors.New("the screen needs a terminal; without one use: signpost sign, signpost curl or signpost upload")
	}
	name := lookup("TERM")
	if strings.EqualFold(name, "dumb") || name == "" && runtime.GOOS != "windows" {
		return errors.New("this terminal (TERM=" + name + ") cannot show the screen; use: signpost sign, signpost curl or signpost upload")
	}
	return nil
}

// NoColor reports whether colour is switched off: by NO_COLOR with any value that is
// not empty.
func NoColor(lookup func(string) string) bool { return lookup("NO_COLOR") != "" }

package term

import (
	"os"

	"golang.org/x/sys/unix"
)

// lineState is the state of the terminal's line: raw mode, echo and the like.
func lineState(f *os.File) unix.Termios {
	s, err := unix.IoctlGetTermios(int(f.Fd()), unix.TIOCGETA)
	if err != nil {
		return unix.Termios{}
	}
	return *s
}

// stopOutput makes the terminal take no more output.
func stopOutput(f *os.File) error { return unix.IoctlSetInt(int(f.Fd()), unix.TIOCSTOP, 0) }

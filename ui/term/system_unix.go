//go:build unix

package term

import "golang.org/x/sys/unix"

// noCore keeps the memory of a crashed process, and the secret in it, out of a file
// (threat T13).
func noCore() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}

// canSuspend reports whether a shell with job control is there to continue the
// program. In the process group of a session's leader nobody is: the system drops the
// signal to stop, and the library would wait for ever to be continued.
func canSuspend() bool {
	session, err := unix.Getsid(0)
	return err == nil && unix.Getpgrp() != session
}

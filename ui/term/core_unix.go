//go:build unix

package term

import "golang.org/x/sys/unix"

// noCore keeps the memory of a crashed process, and the secret in it, out of a file.
func noCore() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}

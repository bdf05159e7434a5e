package journal

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the lock on an open file, alone or shared with others who share, or
// fails at once. The lock goes with the process, however it ends.
func lockFile(f *os.File, alone bool) error {
	flags := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if alone {
		flags |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
}

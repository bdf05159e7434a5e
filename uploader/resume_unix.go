//go:build unix

package uploader

import (
	"fmt"
	"io/fs"
	"syscall"
)

// fileNode is the device and the inode of a file.
func fileNode(info fs.FileInfo) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", st.Dev, st.Ino)
	}
	return ""
}

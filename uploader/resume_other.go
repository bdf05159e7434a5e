//go:build !unix

package uploader

import "io/fs"

// fileNode is empty where files have no inode.
func fileNode(fs.FileInfo) string { return "" }

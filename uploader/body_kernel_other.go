//go:build !linux

package uploader

import "net"

// inKernel does nothing: the body is read and written.
func (r *bodyReader) inKernel(*net.TCPConn) (int64, error) { return 0, nil }

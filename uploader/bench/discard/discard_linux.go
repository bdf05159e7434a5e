package main

import (
	"io"
	"net"
	"syscall"
)

// discard drops the next n bytes of a connection in the kernel: none of them is copied.
func discard(conn *net.TCPConn, n int64) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	for n > 0 && failed == nil {
		err = raw.Read(func(fd uintptr) bool {
			got, _, errno := syscall.Syscall6(syscall.SYS_RECVFROM, fd, 0, uintptr(n), syscall.MSG_TRUNC|syscall.MSG_DONTWAIT, 0, 0)
			switch {
			case errno == syscall.EAGAIN:
				return false
			case errno == syscall.EINTR:
			case errno != 0:
				failed = errno
			case got == 0:
				failed = io.ErrUnexpectedEOF
			default:
				n -= int64(got)
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	return failed
}

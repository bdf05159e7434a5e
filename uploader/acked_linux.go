package uploader

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// ackedBytes is how many bytes of what was written to a connection the other side's
// system has acknowledged, and whether the connection is over for good: it refused what
// came. -1 is that nobody knows. Source: linux/tcp.h (tcp_info), RFC 4898.
func ackedBytes(conn net.Conn) (acked int64, over bool) {
	const stateClosed = 7 // TCP_CLOSE
	c, ok := conn.(syscall.Conn)
	if !ok {
		return -1, false
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return -1, false
	}
	acked = -1
	if err := raw.Control(func(fd uintptr) {
		if info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			acked, over = int64(info.Bytes_acked), info.State == stateClosed
		}
	}); err != nil {
		return -1, false
	}
	return acked, over
}

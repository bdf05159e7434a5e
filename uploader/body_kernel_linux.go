package uploader

import (
	"net"
	"os"
	"syscall"
)

// inKernel has the system send what is left of the file, where that is much and nobody
// has to see it. The offset is this reader's own: another one of the same file may still
// be at work on a connection that was given up.
func (r *bodyReader) inKernel(conn *net.TCPConn) (sent int64, err error) {
	r.mu.Lock()
	left, at := r.inFile(), r.at
	r.mu.Unlock()
	src := r.body.src
	if r.md5 != nil || left < kernelFrom || src.file == nil {
		return 0, nil
	}
	in, err := src.file.SyscallConn()
	if err != nil {
		return 0, nil
	}
	out, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	offset := r.body.from + at - int64(len(r.body.head))
	for left > 0 {
		n, failed := 0, error(nil)
		closed := in.Control(func(from uintptr) {
			err = out.Write(func(to uintptr) bool {
				n, failed = syscall.Sendfile(int(to), int(from), &offset, int(min(left, 256<<10)))
				return failed != syscall.EAGAIN
			})
		})
		switch {
		case closed != nil: // the upload is over
			return sent, closed
		case err != nil:
			return sent, err
		case failed == syscall.EINTR:
		case failed == syscall.EINVAL, failed == syscall.ENOSYS, failed == syscall.EOPNOTSUPP:
			return sent, nil // no file for this: it is read and written
		case failed == syscall.EIO:
			return sent, r.broken(&LocalError{Path: src.path, Err: failed, Hint: "the system could not read it to its end"})
		case failed != nil:
			return sent, os.NewSyscallError("sendfile", failed)
		case n == 0:
			return sent, r.broken(src.shorter())
		default:
			left, sent = left-int64(n), sent+int64(n)
			r.took(n)
		}
	}
	return sent, nil
}

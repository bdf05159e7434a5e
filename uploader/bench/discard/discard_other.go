//go:build !linux

package main

import (
	"io"
	"net"
)

// discard drops the next n bytes of a connection.
func discard(conn *net.TCPConn, n int64) error {
	_, err := io.CopyN(io.Discard, conn, n)
	return err
}

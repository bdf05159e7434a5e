package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// servePlain answers plain requests with as little work as there can be: the client is
// what is measured. Bodies are dropped by the system where it can.
func servePlain(l net.Listener, rtt time.Duration) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			r := bufio.NewReader(conn)
			for answer(conn.(*net.TCPConn), r, rtt) == nil {
			}
		}()
	}
}

// answer takes one request, and answers it.
func answer(conn *net.TCPConn, r *bufio.Reader, rtt time.Duration) error {
	req, err := http.ReadRequest(r)
	if err != nil {
		return err
	}
	if req.Header.Get("Expect") != "" {
		if _, err := io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return err
		}
	}
	if err := dropBody(conn, r, req); err != nil {
		return err
	}
	time.Sleep(rtt)
	body := reply(req)
	_, err = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

// dropBody takes the body of a request off the connection.
func dropBody(conn *net.TCPConn, r *bufio.Reader, req *http.Request) error {
	if req.ContentLength < 0 {
		_, err := io.Copy(io.Discard, req.Body)
		return err
	}
	read := min(int64(r.Buffered()), req.ContentLength)
	if _, err := r.Discard(int(read)); err != nil {
		return err
	}
	return discard(conn, req.ContentLength-read)
}

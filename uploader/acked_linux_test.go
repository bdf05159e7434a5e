package uploader

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
)

// TestClosedBetween: a server that closes its connections after each answer, without a
// word of that, costs no upload its outcome: what was written into a closed connection was
// taken by nobody, and is sent again.
func TestClosedBetween(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var kept atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				req, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					return
				}
				if _, err := io.Copy(io.Discard, req.Body); err != nil {
					return
				}
				kept.Add(1)
				answer := goodAnswer("content")
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
			}()
		}
	}()
	client, path := quick(), tempFile(t, "content")
	for i := range 50 {
		if _, err := client.Deliver(t.Context(), Task{Prepared: preparedFor(t, "http://"+l.Addr().String(), path)}, nil); err != nil {
			t.Fatalf("upload %d: %v", i, err)
		}
	}
	if n := kept.Load(); n != 50 {
		t.Errorf("%d were kept", n)
	}
}

// Discard is a server that drops every upload, to measure what a client costs. It
// prints its address and ends with its standard input.
//
//	discard [-tls] [-rtt 50ms] CERTIFICATE-FILE
package main

import (
	"crypto/tls"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"time"
)

func main() {
	secure := flag.Bool("tls", false, "over TLS")
	rtt := flag.Duration("rtt", 0, "how long each answer is on its way")
	flag.Parse()
	if err := serve(flag.Arg(0), *secure, *rtt); err != nil {
		log.Fatal(err)
	}
}

func serve(certificate string, secure bool, rtt time.Duration) error {
	if !secure {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		go servePlain(l, rtt)
		return announce(certificate, "http://"+l.Addr().String(), nil)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { drop(w, r, rtt) }))
	srv.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
	srv.StartTLS()
	defer srv.Close()
	return announce(certificate, srv.URL, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}))
}

// announce says where the server is, and returns when standard input ends.
func announce(certificate, url string, block []byte) error {
	if err := os.WriteFile(certificate, block, 0o600); err != nil {
		return err
	}
	fmt.Println(url)
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// drop takes a request over TLS, and answers it.
func drop(w http.ResponseWriter, r *http.Request, rtt time.Duration) {
	_, _ = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r.Body}, make([]byte, 1<<20))
	time.Sleep(rtt)
	_, _ = io.WriteString(w, reply(r))
}

// reply is what the service would answer.
func reply(r *http.Request) string {
	var first, last, total int64
	if _, err := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &total); err == nil && last != total-1 {
		return `{"done":false,"bytes":1,"kind":"upload"}`
	}
	return `{"public_id":"x","version":1}`
}

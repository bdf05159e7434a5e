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
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { drop(w, r, rtt) }))
	if secure {
		srv.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
		srv.StartTLS()
	} else {
		srv.Start()
	}
	defer srv.Close()
	var block []byte
	if cert := srv.Certificate(); cert != nil {
		block = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	}
	if err := os.WriteFile(certificate, block, 0o600); err != nil {
		return err
	}
	fmt.Println(srv.URL)
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// drop answers as the service would.
func drop(w http.ResponseWriter, r *http.Request, rtt time.Duration) {
	_, _ = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r.Body}, make([]byte, 1<<20))
	time.Sleep(rtt)
	var first, last, total int64
	if _, err := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &total); err == nil && last != total-1 {
		_, _ = io.WriteString(w, `{"done":false,"bytes":1,"kind":"upload"}`)
		return
	}
	_, _ = io.WriteString(w, `{"public_id":"x","version":1}`)
}

// Discard is a server that drops every upload, to measure what a client costs. It
// prints its address and ends with its standard input.
//
//	discard [-tls] CERTIFICATE-FILE
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
)

func main() {
	secure := flag.Bool("tls", false, "over TLS")
	flag.Parse()
	if err := serve(flag.Arg(0), *secure); err != nil {
		log.Fatal(err)
	}
}

func serve(certificate string, secure bool) error {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(drop))
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
func drop(w http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r.Body}, make([]byte, 1<<20))
	var first, last, total int64
	if _, err := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &total); err == nil && last != total-1 {
		_, _ = io.WriteString(w, `{"done":false,"bytes":1,"kind":"upload"}`)
		return
	}
	_, _ = io.WriteString(w, `{"public_id":"x","version":1}`)
}

package sandbox

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestEitherScheme: one port answers HTTP and HTTPS, and the addresses in an answer have
// the scheme that the client came with.
func TestEitherScheme(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	t.Cleanup(client.CloseIdleConnections)
	contentType, body := multipartBody(t, signed(t, param("public_id", "a"), param("tags", "t"), file("a.png", tinyPNG)))
	for _, scheme := range []string{"https", "http"} {
		base := scheme + strings.TrimPrefix(s.BaseURL(), "http")
		for range 2 { // the second time over the same connection
			a := send(t, client, request(t, s, "POST", base+"/v1_1/demo/image/upload", contentType, body)).upload(t)
			if !strings.HasPrefix(a.SecureURL, base+"/demo/image/upload/") || a.URL != a.SecureURL {
				t.Fatalf("%s: %s", scheme, a.SecureURL)
			}
			if r := send(t, client, request(t, s, "GET", a.SecureURL, "", nil)); !bytes.Equal(r.body, tinyPNG) {
				t.Errorf("%s: %d %s", a.SecureURL, r.status, r.body)
			}
		}
	}
	kind, sprite := multipartBody(t, signed(t, param("tag", "t")))
	o := send(t, client, request(t, s, "POST", s.BaseURL()+"/v1_1/demo/image/sprite", kind, sprite)).object(t)
	for _, name := range []string{"secure_image_url", "secure_css_url", "secure_json_url"} {
		address, _ := o[name].(string)
		if r := send(t, client, request(t, s, "GET", address, "", nil)); !strings.HasPrefix(address, "https://") || r.status != 200 {
			t.Errorf("%s %q: %d", name, address, r.status)
		}
	}
	// A hello that is none ends that connection, and no other.
	raw, err := net.Dial("tcp", strings.TrimPrefix(s.BaseURL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Write([]byte("\x16GET / HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if answer, _ := io.ReadAll(raw); bytes.Contains(answer, []byte("HTTP/")) {
		t.Errorf("%q", answer)
	}
	if r := send(t, client, request(t, s, "GET", s.BaseURL()+"/", "", nil)); r.status != 200 {
		t.Errorf("%d", r.status)
	}
}

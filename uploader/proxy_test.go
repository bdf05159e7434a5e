package uploader

import (
	"net/http"
	"net/url"
	"testing"
)

// TestT25NoProxyInTheClear: nothing goes over plain http by way of a proxy.
func TestT25NoProxyInTheClear(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:3128")
	t.Setenv("http_proxy", "http://192.0.2.1:3128")
	for _, address := range []string{"http://192.168.1.5:8787/v1_1/ann/image/upload", "http://[fd00::1]:8787/"} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := proxyFor(&http.Request{URL: u}); p != nil || err != nil {
			t.Errorf("%s by way of %v, %v", address, p, err)
		}
	}
	a := Account{APIKey: SandboxKey, Prefix: "http://192.168.1.5:8787"}
	if !a.InTheClear() || (Account{Prefix: "http://localhost:1"}).InTheClear() || (Account{Prefix: "https://192.168.1.5"}).InTheClear() {
		t.Error("in the clear")
	}
}

//go:build linux

package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"signpost/signer"
	"signpost/uploader/sandbox"
)

// canary is the API secret of the tests' accounts. It must never reach the terminal.
const canary = "Canary-7hq2LxZ0pQ9vRt5Yw"

// dotenv is the content of a .env file with a server of the tests in it.
func dotenv(url string) string {
	return "CLOUDINARY_URL=cloudinary://123456789012345:" + canary + "@demo?upload_prefix=" + url + "\n"
}

// server answers on loopback until the test ends; then released is closed.
func server(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, released <-chan struct{})) *httptest.Server {
	t.Helper()
	released := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r, released) }))
	t.Cleanup(func() {
		close(released)
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// secondSandbox is a sandbox with an account of its own.
func secondSandbox(t *testing.T, secret string) string {
	t.Helper()
	box := sandbox.New(sandbox.Options{Accounts: []sandbox.Account{{
		Cloud: "demo", APIKey: "123456789012345", Secret: signer.NewSecret(secret),
	}}})
	if err := box.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	return box.BaseURL()
}

package response

import "testing"

// TestT8Links: only http and https links are ever offered to be opened.
func TestT8Links(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]bool{
		"https://res.cloudinary.com/x.jpg": true, "http://127.0.0.1:8787/x": true,
		"javascript:alert(1)": false, "file:///etc/passwd": false, "data:text/html,x": false, "//host/x": false, "https:": false, "": false, "ftp://x/y": false, "https://\x1b[31m": false,
	} {
		if got := isWeb(link); got != want {
			t.Errorf("%q: %v", link, got)
		}
	}
}

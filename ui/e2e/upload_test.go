//go:build linux

package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"signpost/uploader/sandbox"
)

// clipboard finds what is sent to the terminal's clipboard (OSC 52).
var clipboard = regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)`)

// copied waits for a copy and returns what was copied last.
func (s *session) copied() string {
	s.t.Helper()
	var found [][]string
	s.until("a copy", func() bool {
		found = clipboard.FindAllStringSubmatch(s.output(), -1)
		return len(found) > 0
	})
	text, err := base64.StdEncoding.DecodeString(found[len(found)-1][1])
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// What ctrl+y copies is a command that works as it is, in a real shell with a real curl.
func TestCopiedCommandRuns(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("curl is needed for this test and is not there")
		}
		t.Skip("there is no curl here, which is what this test runs")
	}
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.focus("Public ID")
	s.press(ctrlU)
	s.paste(`it's "5 €" $HOME`)
	s.waitFor("it's")
	s.press(ctrlY)
	s.waitFor("copied the cURL command")
	command := s.copied()
	if !strings.HasPrefix(command, "curl ") {
		t.Fatalf("the copy begins with %.60q", command)
	}
	shell := exec.Command("sh", "-c", command)
	shell.Dir, shell.Env = t.TempDir(), append(environment(t.TempDir()), "no_proxy=*")
	var stderr bytes.Buffer
	shell.Stderr = &stderr
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	body, _, _ := strings.Cut(string(out), "\n")
	var answer struct {
		PublicID string `json:"public_id"`
	}
	if err := json.NewDecoder(strings.NewReader(string(out))).Decode(&answer); err != nil {
		t.Fatalf("%v in %.200q", err, body)
	}
	if want := `it's "5 €" $HOME`; answer.PublicID != want {
		t.Errorf("public_id %q, want %q", answer.PublicID, want)
	}
}

// localFile goes to the file row and gives it a path.
func (s *session) localFile(path string) {
	s.t.Helper()
	s.focus("File")
	s.press(ctrlU)
	s.waitGone("sample.jpg  ")
	s.paste(path)
}

func TestLocalFile(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	write(t, filepath.Join(s.dir, "my picture.jpg"), string(sandbox.Sample()))
	s.localFile("my picture.jpg")
	s.waitFor("my picture.jpg")
	s.press(ctrlS)
	s.waitFor("200 OK", "response signature verified", "400×300")
	s.press("/", "original_filename", enter)
	s.waitFor(`"my picture"`)
}

func TestMissingFile(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.localFile("not-there.jpg")
	s.press(ctrlS)
	s.waitFor("not sent", "not-there.jpg", "hint:")
	s.press(escape)
	s.waitFor("╭ Signature")
}

// An upload that is stopped before its last byte was kept nowhere.
func TestCancelBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s := start(t, setup{dotenv: dotenv(server(t, stall).URL)})
	big := filepath.Join(s.dir, "big.bin")
	write(t, big, "x")
	if err := os.Truncate(big, 64<<20); err != nil {
		t.Fatal(err)
	}
	s.waitFor("LIVE")
	s.localFile(big)
	s.press(ctrlS)
	s.waitFor("▸ send")
	s.press(escape)
	s.waitFor("enter stops it")
	s.press(enter)
	s.waitFor("cancelled before everything was sent")
}

// A server that has everything and does not answer leaves the outcome unknown.
func TestCancelAfterTheEnd(t *testing.T) {
	t.Parallel()
	swallow := func(_ http.ResponseWriter, r *http.Request, released <-chan struct{}) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-released
	}
	s := start(t, setup{dotenv: dotenv(server(t, swallow).URL)})
	s.waitFor("LIVE")
	s.press(ctrlS)
	s.waitFor("▸ the server is processing")
	s.press(escape)
	s.waitFor("leaves the outcome unknown")
	s.press(enter)
	s.waitFor("OUTCOME UNKNOWN", "may have been stored")
}

// Whatever a server answers is named for what it is, and the program goes on
// (threats T5, T6).
func TestStrangeAnswers(t *testing.T) {
	t.Parallel()
	answers := []struct {
		name, body string
		status     int
		want       []string
	}{
		{"page", "<!doctype html><html><title>Sign in</title></html>", 200, []string{"OUTCOME UNKNOWN", "an HTML page"}},
		{"nothing", "", 200, []string{"OUTCOME UNKNOWN", "empty"}},
		{"null", "null", 200, []string{"OUTCOME UNKNOWN", "the JSON null"}},
		{"list", "[1]", 200, []string{"OUTCOME UNKNOWN", "JSON, but no object"}},
		{"cut", `{"public_id":"sample_image","versi`, 200, []string{"OUTCOME UNKNOWN", "cut or damaged"}},
		{"text", "all is well", 200, []string{"OUTCOME UNKNOWN", "plain text"}},
		{"binary", "\x00\x01\x02\xff\xfe", 200, []string{"OUTCOME UNKNOWN", "binary data"}},
		{"deep", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), 200, []string{"OUTCOME UNKNOWN"}},
		{"deep object", strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000), 200, []string{"OUTCOME UNKNOWN"}},
		{"large", `{"public_id":"sample_image","pad":"` + strings.Repeat("a", 17<<20) + `"}`, 200, []string{"was cut"}},
		{"hostile", `{"error":{"message":"\u001b]2;owned\u0007\u202e\u009b31m"}}`, 400, []string{"✗ refused", "400 Bad Request", "owned"}},
		{"gateway", "<html><h1>403 Forbidden</h1></html>", 403, []string{"403", "an HTML page"}},
	}
	var next atomic.Int32
	srv := server(t, func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
		_, _ = io.Copy(io.Discard, r.Body)
		a := answers[next.Add(1)-1]
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	})
	s := start(t, setup{dotenv: dotenv(srv.URL)})
	s.waitFor("LIVE")
	for _, a := range answers {
		s.press(ctrlS)
		s.waitFor(append(a.want, fmt.Sprint(a.status))...)
		s.press(tab, tab, tab, "\x1b[F")
		s.press(escape)
		s.waitFor("╭ Signature")
	}
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
	s.checkClean()
}

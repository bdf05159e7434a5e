package cli

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signpost/uploader"
)

// mutant makes answers that are almost good ones.
type mutant struct {
	*rand.Rand
	bases [][]byte
}

func newMutant(seed uint64) *mutant {
	const ok = `{"asset_id":"a1","public_id":"x","version":7,"signature":"0000000000000000000000000000000000000000","bytes":7,"etag":"9a0364b9e99bb480dd25e1f0284c8555","secure_url":"https://res.cloudinary.com/demo/image/upload/x.jpg","tags":[],"eager":[{"transformation":"w_400"}]}`
	const no = `{"error":{"message":"Invalid Signature abc. String to sign - 'public_id=x&timestamp=1'."}}`
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, ok)
	_ = z.Close()
	answer := func(first, head, body string) []byte {
		return fmt.Appendf(nil, "HTTP/1.1 %s\r\nDate: %s\r\nX-Request-Id: 7f3a\r\n%sContent-Length: %d\r\n\r\n%s", first, time.Now().UTC().Format(http.TimeFormat), head, len(body), body)
	}
	return &mutant{rand.New(rand.NewPCG(seed, seed)), [][]byte{
		answer("200 OK", "Content-Type: application/json\r\n", ok), answer("200 OK", "", ok), answer("200 OK", "Content-Encoding: gzip\r\n", packed.String()),
		[]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + ok[:16] + "\r\n" + strconv.FormatInt(int64(len(ok)-16), 16) + "\r\n" + ok[16:] + "\r\n0\r\n\r\n"),
		answer("401 Unauthorized", "X-Cld-Error: Invalid Signature\r\n", no), answer("200 OK", "", no), answer("200 OK", "", "<html><title>Hotel</title>"),
		answer("302 Found", "Location: http://evil.example/\r\n", ""), answer("503 Unavailable", "Retry-After: 1\r\n", "{}"), answer("200 OK", "", `{"done":false}`),
		append([]byte("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), answer("200 OK", "", ok)...), answer("200 OK", "", `{"status":"pending","batch_id":"b"}`),
	}}
}

// words are what breaks parsers, and terminals.
var words = []string{
	"\x1b[2J", "\x1b]52;c;aGk=\x07", "\u009b31m", "\u202e", "\r\n", "\r\n\r\n", "\x00", "\xff\xfe", "null", "{}", "[[[[", `\u001b`, `\ud800`, `"`, "'", "<html>", "-1", "1e999", "99999999999999999999",
	"HTTP/1.1 ", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Content-Encoding: gzip\r\n", `"error":`, `"error":null,`, `"done":true,`, `"public_id":`, "Retry-After: 9999999\r\n", " ", "\t", ":", canary,
}

func (m *mutant) next() []byte {
	b := bytes.Clone(m.bases[m.IntN(len(m.bases))])
	for range m.IntN(6) {
		at := m.IntN(len(b) + 1)
		end := min(len(b), at+1+m.IntN(20))
		switch m.IntN(8) {
		case 0:
			if at < len(b) {
				b[at] ^= 1 << m.IntN(8)
			}
		case 1:
			b = slices.Delete(b, at, end)
		case 2:
			b = slices.Insert(b, at, b[at:end]...)
		case 3, 4:
			b = slices.Insert(b, at, []byte(words[m.IntN(len(words))])...)
		case 5:
			b = b[:at]
		case 6:
			other := m.bases[m.IntN(len(m.bases))]
			b = append(b[:at:at], other[m.IntN(len(other)):]...)
		case 7:
			if len(b) > 12 {
				copy(b[9:], strconv.Itoa(100+m.IntN(900)))
			}
		}
		if len(b) == 0 {
			break
		}
	}
	return b
}

// readable reports whether an answer is one of success, read by the standard library
// alone.
func readable(raw []byte) bool {
	r := bufio.NewReader(bytes.NewReader(raw))
	for {
		res, err := http.ReadResponse(r, &http.Request{Method: http.MethodPost})
		if err != nil {
			return false
		}
		if res.StatusCode < 200 && res.StatusCode != 101 {
			continue
		}
		var body io.Reader = res.Body
		if strings.EqualFold(res.Header.Get("Content-Encoding"), "gzip") {
			if body, err = gzip.NewReader(body); err != nil {
				return false
			}
		}
		text, err := io.ReadAll(body)
		var fields map[string]any
		if err != nil || res.StatusCode/100 != 2 || json.Unmarshal(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), &fields) != nil {
			return false
		}
		return fields["error"] == nil && (fields["public_id"] != nil || fields["status"] != nil || fields["batch_id"] != nil)
	}
}

// saying is a server that reads a request, says what next returns, and closes.
func saying(t *testing.T, next func() []byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if req, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					_, _ = io.Copy(io.Discard, req.Body)
					_, _ = c.Write(next())
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// TestRandomAnswers: whatever bytes come as an answer, the program does not crash or hang,
// ends with a status of the table, never says kept of what is no readable success, and
// obeys nothing in it.
func TestRandomAnswers(t *testing.T) {
	t.Parallel()
	const each = 1000
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			m := newMutant(seed)
			var mu sync.Mutex
			var raw []byte
			base := saying(t, func() []byte {
				mu.Lock()
				defer mu.Unlock()
				return raw
			})
			dir := t.TempDir()
			file := filepath.Join(dir, "a.bin")
			if err := os.WriteFile(file, []byte("content"), 0o600); err != nil {
				t.Fatal(err)
			}
			environ := []string{"CLOUDINARY_URL=cloudinary://1:" + canary + "@demo?upload_prefix=" + base, "XDG_DATA_HOME=" + dir}
			exits := map[int]int{}
			for i := range each {
				next := m.next()
				mu.Lock()
				raw = next
				mu.Unlock()
				code, _, errs := runWith(t, environ, "upload", file, "--tries", "1", "--answer-timeout", "10s")
				exits[code]++
				if !slices.Contains([]int{0, 4, 5, 7}, code) {
					t.Errorf("answer %d: exit status %d: %q\n%s", i, code, next, errs)
				}
				if code == uploader.ExitOK && !readable(next) {
					t.Errorf("answer %d counts as kept: %q", i, next)
				}
				if bad := strings.IndexFunc(errs, func(r rune) bool {
					return r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u202e'
				}); bad >= 0 || strings.Contains(errs, canary) {
					t.Errorf("answer %d: it says %q", i, errs)
				}
			}
			if exits[uploader.ExitOK] == 0 || len(exits) < 4 {
				t.Errorf("the answers are not random enough: %v", exits)
			}
		})
	}
}

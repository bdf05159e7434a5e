package export

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signpost/signer"
	"signpost/uploader"
)

// need returns the path of a program that the test drives. Where it is missing the test
// is skipped, and fails where CI says so.
func need(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is needed here", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

func prepared(t *testing.T, base, file string, params ...signer.Param) uploader.Prepared {
	t.Helper()
	d := uploader.Draft{File: file, ResourceType: "image", Timestamp: "1315060510", TimestampByHand: true}
	for _, p := range params {
		d.Params = append(d.Params, uploader.DraftParam{Param: p})
	}
	f := uploader.ParseFile(file, uploader.FileOptions{})
	p, err := uploader.Prepare(d, uploader.SandboxAccount(base), f, time.Unix(1315060510, 0))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCurlText(t *testing.T) {
	t.Parallel()
	p := prepared(t, "http://127.0.0.1:8787", "https://example.com/a.jpg",
		signer.Param{Name: "public_id", Value: "sample_image"},
		signer.Param{Name: "eager", Value: "w_400,h_300,c_pad|w_260,h_200,c_crop"})
	got, err := Curl(p, CurlOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := `curl -q --globoff --proto =http http://127.0.0.1:8787/v1_1/demo/image/upload \
  --form-string public_id=sample_image \
  --form-string 'eager=w_400,h_300,c_pad|w_260,h_200,c_crop' \
  --form-string timestamp=1315060510 \
  --form-string signature=bfd09f95f331f558cbd1320e67aa8d488770583e \
  --form-string api_key=123456789012345 \
  --form-string file=https://example.com/a.jpg`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	one, _ := Curl(p, CurlOptions{OneLine: true})
	if strings.Contains(one, "\n") {
		t.Errorf("one line has several: %q", one)
	}
}

func TestCurlRefuses(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]uploader.Prepared{
		"no file":  prepared(t, "http://127.0.0.1:1", ""),
		"NUL":      prepared(t, "http://127.0.0.1:1", "a.jpg", signer.Param{Name: "context", Value: "a\x00b"}),
		"too long": prepared(t, "http://127.0.0.1:1", "data:image/png;base64,"+strings.Repeat("A", 200<<10)),
	} {
		if got, err := Curl(p, CurlOptions{}); err == nil {
			t.Errorf("%s: no error, but %.80q", name, got)
		}
	}
}

// TestT20NoSecret: the command never holds the secret, in no form.
func TestT20NoSecret(t *testing.T) {
	t.Parallel()
	const secret = "cAnArY-s3cret_value-0123456"
	a := uploader.Account{CloudName: "demo", APIKey: "1", Secret: signer.NewSecret(secret)}
	p, err := uploader.Prepare(uploader.TutorialDraft(), a, uploader.ParseFile("https://e.com/x", uploader.FileOptions{}), time.Unix(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Curl(p, CurlOptions{})
	if err != nil || strings.Contains(got, secret) || a.Secret.Redact(got) != got {
		t.Errorf("err %v, command %q", err, got)
	}
	if !strings.HasPrefix(got, "curl -q --globoff --proto =https https://api.cloudinary.com/") {
		t.Errorf("not https to the service: %q", got)
	}
}

// captured is a request as an independent reader of multipart saw it.
type captured struct {
	fields   map[string]string
	fileName string
	file     string
}

// capture is a server that keeps what arrives, by the value of its field case.
type capture struct {
	mu   sync.Mutex
	seen map[string]captured
}

func (c *capture) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	got := captured{fields: map[string]string{}}
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		http.Error(w, "no form", 400)
		return
	}
	mr := multipart.NewReader(r.Body, params["boundary"])
	for {
		part, err := mr.NextRawPart()
		if err != nil {
			break
		}
		body, _ := io.ReadAll(part)
		// The header of a hostile file name need not parse; its beginning is curl's own.
		if strings.HasPrefix(part.Header.Get("Content-Disposition"), `form-data; name="file"; filename=`) {
			got.fileName, got.file = part.Header.Get("Content-Disposition"), string(body)
			continue
		}
		got.fields[part.FormName()] = string(body)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[got.fields["batch_id"]] = got
}

// nasty returns values that shells and curl like to make something of: each of the
// known traps, and random mixtures of their pieces.
func nasty(n int, canary string) []string {
	traps := []string{
		"'", "''", `"`, "`touch " + canary + "`", "$(touch " + canary + ")", "$HOME", "${PATH}", "!", "!!", "!$", "\\", `\\`, `\n`,
		"&", "a&b=c", ";", "; touch " + canary, "| touch " + canary, "> " + canary, "< /etc/passwd", "@/etc/passwd", "@f", "</etc/passwd",
		";type=text/html", "x;type=y", "a,b", "%41", "%", "+", "a+b", "#", " # x", "~", "~root", "*", "?", "[a]", "{a,b}", "=", "a=b",
		"-", "--help", "-o x", " lead", "trail ", "\ttab", "line\nbreak", "\n", "\r\n", "a\n\nb", "'\n'", "é", "日本語", "🙂", "👩‍👩‍👧", "\u202e",
		"e\u0301", "\x01", "\x1b[31m", "\x7f", "\xff\xfe", `'"'"'`, `'\''`, "$'\\n'", "\"$(touch " + canary + ")\"", "\\\n", "^", "(", ")", "a b  c",
		";filename=x", "name=\"x\"", "--\r\nContent-Disposition: form-data; name=\"x\"", "%0d%0a", "\u00a0", "\u200b", "EOF", "2>&1", "&&", "||",
	}
	values := append([]string(nil), traps...)
	rng := rand.New(rand.NewPCG(1, 2))
	for len(values) < n {
		var b strings.Builder
		for range 1 + rng.IntN(6) {
			b.WriteString(traps[rng.IntN(len(traps))])
		}
		values = append(values, b.String())
	}
	return values[:n]
}

// TestNastyValues runs the commands through real shells and a real curl: what arrives
// is byte for byte what was shown (threats T16 and T17), and nothing that a value says
// is run. A ~/.curlrc full of traps does no harm.
func TestNastyValues(t *testing.T) {
	curl := need(t, "curl")
	_ = curl
	const perShell = 300
	for _, sh := range []struct {
		name string
		args []string
	}{{"bash", []string{"--norc"}}, {"dash", nil}} {
		t.Run(sh.name, func(t *testing.T) {
			shell := need(t, sh.name)
			dir := t.TempDir()
			canary := filepath.Join(dir, "canary")
			rc := "--form-string smuggled=1\n--output " + canary + "\n"
			if err := os.WriteFile(filepath.Join(dir, ".curlrc"), []byte(rc), 0o600); err != nil {
				t.Fatal(err)
			}
			c := &capture{seen: map[string]captured{}}
			srv := httptest.NewServer(c)
			defer srv.Close()
			values := nasty(perShell, canary)
			var script strings.Builder
			if sh.name == "bash" {
				script.WriteString("set -H; set -o history\n")
			}
			want := map[string]uploader.Prepared{}
			for i, v := range values {
				id := strconv.Itoa(i)
				file := "https://example.com/" + id
				if i%3 == 0 {
					file = writeNamed(t, dir, i, v)
				}
				p := prepared(t, srv.URL, file, signer.Param{Name: "batch_id", Value: id},
					signer.Param{Name: "context", Value: v}, signer.Param{Name: "public_id", Value: v + id})
				command, err := Curl(p, CurlOptions{OneLine: i%2 == 0})
				if err != nil {
					t.Fatalf("%q: %v", v, err)
				}
				want[id] = p
				fmt.Fprintf(&script, "%s || echo failed %d >&2\n", command, i)
			}
			path := filepath.Join(dir, "script.sh")
			if err := os.WriteFile(path, []byte(script.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(shell, append(sh.args, path)...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "HOME="+dir)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = io.Discard, &out
			err := cmd.Run()
			if i := strings.Index(out.String(), "failed"); err != nil || i >= 0 {
				t.Fatalf("%s: %v, %.300q", sh.name, err, out.String()[max(i, 0):])
			}
			if _, err := os.Stat(canary); err == nil {
				t.Fatal("a value was run: the canary file is there")
			}
			for id, p := range want {
				got, ok := c.seen[id]
				if !ok {
					t.Errorf("case %s (%q) did not arrive", id, values[atoi(id)])
					continue
				}
				for _, f := range p.Fields {
					if got.fields[f.Name] != f.Value {
						t.Errorf("case %s: %s is %q, want %q", id, f.Name, got.fields[f.Name], f.Value)
					}
				}
				if len(got.fields) != len(p.Fields)+boolInt(!p.File.IsBytes()) {
					t.Errorf("case %s: %d fields arrived: %q", id, len(got.fields), got.fields)
				}
				if p.File.IsBytes() && got.file != "content "+id {
					t.Errorf("case %s: the file holds %q", id, got.file)
				}
			}
		})
	}
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// writeNamed writes a file whose name is made of a nasty value and returns its path.
func writeNamed(t *testing.T, dir string, i int, v string) string {
	t.Helper()
	name := strings.NewReplacer("/", "_", "\x00", "_").Replace(v)
	if len(name) > 180 {
		name = name[:180]
	}
	path := filepath.Join(dir, "f"+strconv.Itoa(i)+name+".bin")
	if err := os.WriteFile(path, []byte("content "+strconv.Itoa(i)), 0o600); err != nil {
		t.Fatal(err)
	}
	// Quoted, as a drag into the terminal would write it.
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// FuzzShellQuote reads the quoted word back with a small tokenizer for POSIX words.
func FuzzShellQuote(f *testing.F) {
	for _, v := range nasty(120, "x") {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.IndexByte(s, 0) >= 0 {
			return
		}
		got, ok := word(POSIX(s))
		if !ok || got != s {
			t.Fatalf("POSIX(%q) = %q, read as %q (%v)", s, POSIX(s), got, ok)
		}
	})
}

// word reads one shell word made of plain characters, single quotes and backslashes;
// ok is false where it holds anything that a shell would act on.
func word(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\'':
			end := strings.IndexByte(s[i+1:], '\'')
			if end < 0 {
				return "", false
			}
			b.WriteString(s[i+1 : i+1+end])
			i += end + 2
		case c == '\\' && i+1 < len(s):
			b.WriteByte(s[i+1])
			i += 2
		case strings.IndexByte(" \t\n\"$`!&|;<>()*?[]{}~#^\\", c) >= 0:
			return "", false
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), true
}

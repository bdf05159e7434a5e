package export

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
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
			t.Fatalf("%s is missing, and CI needs it", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// room is a folder in which a script runs, with a home full of traps.
type room struct {
	dir  string
	env  []string
	have map[string]bool
}

// newRoom makes one. Its .curlrc would add a field and write a file (threat T17), and
// its proxy answers nothing.
func newRoom(t *testing.T, locale string) *room {
	t.Helper()
	home, dir := t.TempDir(), t.TempDir()
	rc := "form-string = \"smuggled=1\"\noutput = \"CANARY\"\nproxy = \"http://127.0.0.1:1\"\nuser-agent = x\n"
	for _, name := range []string{".curlrc", "_curlrc"} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(rc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &room{dir: dir, have: map[string]bool{}, env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "CURL_HOME=" + home, "XDG_CONFIG_HOME=" + home, "LC_ALL=" + locale,
		"http_proxy=http://127.0.0.1:1", "ALL_PROXY=http://127.0.0.1:1", "TERM=xterm", "PS1=ready> ", "HISTFILE=",
	}}
}

// file writes a file and returns it as the program sees it, relative or with its folder.
func (r *room) file(t *testing.T, name, content string, relative bool) uploader.File {
	t.Helper()
	full := r.dir + "/" + name
	if err := os.WriteFile(full, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	r.have[name] = true
	if relative {
		full = name
	}
	return uploader.File{Kind: uploader.FilePath, Text: full, Path: full, Name: name}
}

// unharmed fails where anything but what the test wrote lies in the folder (threat T16).
func (r *room) unharmed(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !r.have[e.Name()] {
			t.Errorf("a value was run: there is a file %q", e.Name())
		}
	}
	if len(entries) != len(r.have) {
		t.Errorf("%d files are there, %d were written", len(entries), len(r.have))
	}
}

// patience ends a shell that a mistake has made wait for input that never comes.
const patience = time.Minute

// run gives a script to a shell: as a file, on standard input, or after -c.
func (r *room) run(t *testing.T, script, way, shell string, args ...string) {
	t.Helper()
	var in io.Reader
	switch way {
	case "file":
		path := filepath.Join(t.TempDir(), "script.sh")
		if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	case "-c":
		args = append(args, "-c", script)
	case "stdin":
		in = strings.NewReader(script)
	}
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, shell, args...)
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stderr = r.dir, r.env, in, &out
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		t.Errorf("%s %s: %v: %.500q", shell, way, err, out.String())
	}
	if i := strings.Index(out.String(), "case "); i >= 0 {
		t.Errorf("%s: curl failed: %.500q", shell, out.String()[max(i-200, 0):])
	}
}

// hostile is commands made of nasty values, and what they stand for.
type hostile struct {
	commands []string
	want     map[string]uploader.Prepared
	content  map[string]string
}

// script is all commands, each with a word where it fails. The word is written so that
// the echo of an interactive shell does not hold it.
func (h *hostile) script() string {
	var b strings.Builder
	for i, c := range h.commands {
		fmt.Fprintf(&b, "%s || echo \"case\"\" %d\" >&2\n", c, i)
	}
	return b.String()
}

// newHostile makes n cases: a nasty value stands in public_id, context and tags, and
// two of three files have it in their name, with its folder or without.
func newHostile(t *testing.T, r *room, base string, n int, write func(i int, p uploader.Prepared) (string, error)) *hostile {
	t.Helper()
	h := &hostile{want: map[string]uploader.Prepared{}, content: map[string]string{}}
	names := map[string]bool{}
	for i, v := range nasty(n) {
		no := strconv.Itoa(i)
		file := parse("https://example.com/" + v)
		if i%3 > 0 {
			name := strings.ReplaceAll(v, "/", "_")
			name = name[:min(len(name), 200)]
			if names[name] || name == "CANARY" {
				name += no
			}
			names[name] = true
			h.content[no] = "content " + no + "\r\n--\x00"
			file = r.file(t, name, h.content[no], i%3 == 1)
		}
		p := prepare(t, uploader.SandboxAccount(base), file,
			param("no", no), param("public_id", v), param("context", "caption="+v), param("tags", v+"\n"+v))
		command, err := write(i, p)
		if err != nil {
			t.Fatalf("%q: %v", v, err)
		}
		h.want[no] = p
		h.commands = append(h.commands, command)
	}
	return h
}

// nastyCases is how many values go through each shell.
var nastyCases = cases(2000, 250)

// TestT16T17Shells runs commands through real shells and a real curl: what arrives is
// byte for byte what was prepared, nothing that a value says is run, and a ~/.curlrc
// does no harm.
func TestT16T17Shells(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	interactive := []string{"--norc", "--noprofile", "-i"}
	for _, c := range []struct {
		name, shell, locale, way string
		n                        int
		args                     []string
		before                   string
		oneLine                  bool // every second case
	}{
		{"bash", "bash", "C.UTF-8", "file", nastyCases, []string{"--norc"}, "", true},
		{"dash", "dash", "C", "file", nastyCases, nil, "", false},
		{"zsh", "zsh", "C.UTF-8", "file", nastyCases, []string{"-f"}, "", true},
		{"fish", "fish", "C.UTF-8", "file", nastyCases, []string{"--no-config"}, "", false},
		{"bash in C on stdin", "bash", "C", "stdin", 30, []string{"--posix"}, "", false},
		{"dash in UTF-8 on stdin", "dash", "C.UTF-8", "stdin", 30, nil, "", false},
		{"bash -c", "bash", "C.UTF-8", "-c", 30, nil, "", true},
		{"dash -c", "dash", "C.UTF-8", "-c", 30, nil, "", false},
		{"interactive bash with history", "bash", "C.UTF-8", "stdin", 60, interactive, "set -H; set -o history; echo it\\'s\n", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			shell := need(t, c.shell)
			got, base := newCapture(t)
			r := newRoom(t, c.locale)
			h := newHostile(t, r, base, c.n, func(i int, p uploader.Prepared) (string, error) {
				if c.shell == "fish" {
					s, err := fishCurl(p, CurlOptions{OneLine: i%2 == 0})
					return s.Text, err
				}
				return Curl(p, CurlOptions{OneLine: c.oneLine && i%2 == 0})
			})
			r.run(t, c.before+h.script(), c.way, shell, c.args...)
			r.unharmed(t)
			for _, s := range got.strange {
				t.Errorf("something else arrived: %s", s)
			}
			for no, p := range h.want {
				got.check(t, no, p, h.content[no])
			}
			if len(got.forms) != c.n {
				t.Errorf("%d forms arrived, want %d", len(got.forms), c.n)
			}
			if !t.Failed() {
				t.Logf("dialect %s executed values=%d", c.shell, len(got.forms))
			}
		})
	}
}

// TestOneLineInDash: a one-line command without line breaks in its values is for every
// POSIX shell, as [Shells] says.
func TestOneLineInDash(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	shell := need(t, "dash")
	got, base := newCapture(t)
	r := newRoom(t, "C.UTF-8")
	var script strings.Builder
	want := map[string]uploader.Prepared{}
	for i, v := range nasty(120) {
		no := strconv.Itoa(i)
		p := prepare(t, uploader.SandboxAccount(base), parse("s3://bucket/key"), param("no", no), param("context", v))
		o := CurlOptions{OneLine: true}
		command, err := Curl(p, o)
		if err != nil {
			t.Fatal(err)
		}
		if Shells(p, o) == "sh, bash, zsh" {
			want[no] = p
			fmt.Fprintf(&script, "%s || echo \"case\"\" %s\" >&2\n", command, no)
		}
	}
	if len(want) < 60 {
		t.Fatalf("%d cases are too few", len(want))
	}
	r.run(t, script.String(), "file", shell)
	r.unharmed(t)
	for no, p := range want {
		got.check(t, no, p, "")
	}
}

// TestPiped: the sample's bytes, and values that are too long for an argument, arrive
// whole through standard input.
func TestPiped(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	long := strings.Repeat("-it's $(touch CANARY) `x` !!\\ %s %\n", 9000)
	for _, name := range []string{"bash", "dash"} {
		for _, oneLine := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, one line %v", name, oneLine), func(t *testing.T) {
				t.Parallel()
				shell := need(t, name)
				got, base := newCapture(t)
				r := newRoom(t, "C.UTF-8")
				picture := uploader.File{Kind: uploader.FileSample, Name: "sam;ple,\".jpg", SampleURL: base + "/sample/x[1].jpg"}
				data := "data:image/png;base64," + strings.Repeat("iVBORw0KGgo+/", 240_000)
				files := []uploader.File{picture, parse(data), r.file(t, "-", "local", true)}
				var script strings.Builder
				var want []uploader.Prepared
				for i, f := range files {
					params := []signer.Param{param("no", strconv.Itoa(i)), param("context", "a=b")}
					if i == 2 {
						params[1].Value = long
					}
					p := prepare(t, uploader.SandboxAccount(base), f, params...)
					command, err := Curl(p, CurlOptions{OneLine: oneLine})
					if err != nil {
						t.Fatal(err)
					}
					want = append(want, p)
					fmt.Fprintf(&script, "%s || echo \"case\"\" %d\" >&2\n", command, i)
				}
				r.run(t, script.String(), "file", shell)
				r.unharmed(t)
				for i, content := range []string{string(pictureBytes), "", "local"} {
					got.check(t, strconv.Itoa(i), want[i], content)
				}
			})
		}
	}
}

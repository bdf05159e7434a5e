package export

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/importer"
)

// awkwardSecret has what shells, printf and curl's files would make something of.
const awkwardSecret = `cAnA"rY\t-$x'%s` + "`" + `:!&é #;-0123`

// spied is a folder of programs that note their arguments and then run the real ones.
func spied(t *testing.T) (dir, log string) {
	t.Helper()
	dir = t.TempDir()
	log = filepath.Join(dir, "log")
	for _, name := range []string{"curl", "base64", "tr", "cut", "openssl", "http", "printf", "cat"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		script := fmt.Sprintf("#!/bin/sh\n{ echo %s; printf '%%s\\n' \"$@\"; } >>%s\nexec %s \"$@\"\n", name, log, path)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir, log
}

// TestT20Ways runs the commands of each way to authenticate in each shell, also where
// standard input is taken: the header arrives, and the secret stands in no text and in
// no argument.
func TestT20Ways(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	dir, log := spied(t)
	pictures, pictureBase := newCapture(t)
	v, base := newVerifier(t)
	long := strings.Repeat("-it's $x `y` \\ %s\n", 9000)
	files := map[string]uploader.File{
		"url": parse("https://example.com/a.jpg"), "long": parse("data:image/png;base64," + strings.Repeat("iVBO/+", 40_000)),
		"sample": {Kind: uploader.FileSample, Name: `sam,"ple.jpg`, SampleURL: pictureBase + "/sample/x.jpg"},
		"value":  parse("s3://bucket/key"),
	}
	commands := map[string][]string{"curl": {"dash", "bash", "zsh"}, "curl-line": {"dash", "bash"}, "fish": {"fish"}, "fish-line": {"fish"}, "httpie": {"bash"}}
	for _, auth := range []uploader.Auth{uploader.AuthUnsigned, uploader.AuthBasic, uploader.AuthBearer} {
		for id, shells := range commands {
			for kind, file := range files {
				for _, shell := range shells {
					if id == "httpie" && (kind != "url" || !runtimes) {
						continue
					}
					t.Run(fmt.Sprintf("%s/%s/%s/%s", auth, id, kind, shell), func(t *testing.T) {
						path := need(t, shell)
						a := uploader.Account{CloudName: fmt.Sprintf("%s-%s-%s-%s", auth, id, kind, shell), APIKey: `12:"34`, Prefix: base}
						a.Secret, a.Token = signer.NewSecret(awkwardSecret), signer.NewSecret(awkwardSecret+"t")
						d := uploader.Draft{Auth: auth}.With("upload_preset", "it's").With("tags", "a,b")
						if kind == "value" {
							d = d.With("context", long)
						}
						p, err := uploader.Prepare(d, a, file, testNow)
						if err != nil {
							t.Fatal(err)
						}
						f, _ := Find(id)
						s, err := f.Make(p)
						if err != nil {
							t.Fatal(err)
						}
						if strings.Contains(s.Text, awkwardSecret) {
							t.Fatal("the secret stands in it")
						}
						script := filepath.Join(t.TempDir(), "script")
						if err := os.WriteFile(script, []byte(s.Text), 0o600); err != nil {
							t.Fatal(err)
						}
						cmd := exec.Command(path, script)
						cmd.Dir = t.TempDir()
						cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HOME=" + cmd.Dir, "LC_ALL=C.UTF-8", "CLOUDINARY_API_SECRET=" + awkwardSecret, "CLOUDINARY_OAUTH_TOKEN=" + awkwardSecret + "t"}
						if out, err := cmd.CombinedOutput(); err != nil {
							t.Fatalf("%v: %.500s\n%.500s", err, out, s.Text)
						}
						v.check(t, p)
						if got := v.field(a.CloudName, "Authorization"); got != p.Authorization() {
							t.Errorf("the header is %q\n%s", got, s.Text)
						}
						if strings.HasPrefix(id, "curl") || strings.HasPrefix(id, "fish") && (auth == uploader.AuthUnsigned || kind == "url") {
							if r := importer.Import(s.Text); r.Auth != auth {
								t.Errorf("it is read as %q\n%.500s", r.Auth, s.Text)
							}
						}
					})
				}
			}
		}
	}
	noted, err := os.ReadFile(log)
	if err != nil || len(pictures.strange) > 0 {
		t.Fatal(err, pictures.strange)
	}
	basic := base64.StdEncoding.EncodeToString([]byte(`12:"34:` + awkwardSecret))
	if strings.Contains(string(noted), "cAnA") || strings.Contains(string(noted), basic[:20]) {
		t.Error("the secret was an argument")
	}
	if !strings.Contains(string(noted), "base64\n") {
		t.Error("the programs were not noted")
	}
}

// TestT20Unset: without the variable the shell says so.
func TestT20Unset(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	for _, auth := range []uploader.Auth{uploader.AuthBasic, uploader.AuthBearer} {
		a := live
		a.Token, a.Prefix = signer.NewSecret("t0ken-value"), "http://127.0.0.1:1"
		p, err := uploader.Prepare(uploader.Draft{Auth: auth}, a, parse("https://example.com/a"), testNow)
		if err != nil {
			t.Fatal(err)
		}
		command, err := Curl(p, CurlOptions{})
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sh", "-c", command)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "CLOUDINARY_") {
			t.Errorf("%s: %v: %s", auth, err, out)
		}
	}
}

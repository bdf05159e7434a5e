package export

import (
	"fmt"
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

// TestSelfSigning: the script signs by itself, in each shell; what it sends verifies.
func TestSelfSigning(t *testing.T) {
	t.Parallel()
	need(t, "openssl")
	for _, shell := range []string{"dash", "bash", "zsh"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			need(t, shell)
			runDialect(t, "self-signing", cases(150, 24), func(t *testing.T, dir, path, _ string) { execute(t, dir, shell, path) })
		})
	}
}

// TestSelfSigningNeeds: without the secret it says so, and sends nothing.
func TestSelfSigningNeeds(t *testing.T) {
	t.Parallel()
	s, err := selfSigning(prepare(t, live, parse("https://example.com/a")))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", s.Text)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "CLOUDINARY_API_SECRET") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestSelfSigningTime: the script takes the time when it runs, unless a timestamp was
// set by hand.
func TestSelfSigningTime(t *testing.T) {
	t.Parallel()
	need(t, "openssl")
	v, base := newVerifier(t)
	for _, byHand := range []bool{false, true} {
		a := uploader.Account{CloudName: fmt.Sprint(byHand), APIKey: "1", Secret: signer.NewSecret(codeSecret), Prefix: base}
		p, err := uploader.Prepare(uploader.Draft{Timestamp: stamp, TimestampByHand: byHand}, a, parse("https://example.com/a"), testNow)
		if err != nil {
			t.Fatal(err)
		}
		s, err := selfSigning(p)
		if err != nil {
			t.Fatal(err)
		}
		before := time.Now().Unix()
		execute(t, t.TempDir(), "sh", "-c", s.Text)
		v.check(t, p)
		got, err := strconv.ParseInt(v.field(a.CloudName, "timestamp"), 10, 64)
		if fresh := got >= before && got <= time.Now().Unix(); err != nil || fresh == byHand || byHand && fmt.Sprint(got) != stamp {
			t.Errorf("by hand %v: the timestamp is %d, %v", byHand, got, err)
		}
		if said := strings.Contains(strings.Join(s.Notes, " "), "by hand"); said != byHand {
			t.Errorf("by hand %v: the notes are %q", byHand, s.Notes)
		}
	}
}

// TestSelfSigningTools: a missing or broken tool is named, and nothing is sent.
func TestSelfSigningTools(t *testing.T) {
	t.Parallel()
	sh := need(t, "sh")
	s, err := selfSigning(prepare(t, live, parse("https://example.com/a")))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ have, want string }{
		{"", "curl is missing"}, {"curl", "openssl is missing"}, {"curl openssl", "openssl made no signature"},
	} {
		dir := t.TempDir()
		for _, name := range []string{"date", "cut"} {
			if err := os.Symlink(need(t, name), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		for name := range strings.FieldsSeq(c.have) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("#!"+sh+"\necho ran "+name+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(sh, "-c", s.Text)
		cmd.Env = []string{"PATH=" + dir, "CLOUDINARY_API_SECRET=" + codeSecret}
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) || strings.Contains(string(out), "ran curl") {
			t.Errorf("with %q: %v: %s", c.have, err, out)
		}
	}
}

// TestOtherAlgorithms: SHA-256 and version 1 in the script.
func TestOtherAlgorithms(t *testing.T) {
	t.Parallel()
	need(t, "openssl")
	v, base := newVerifier(t)
	for i, o := range []signer.Options{{Algorithm: signer.SHA256, Version: signer.V2}, {Version: signer.V1}} {
		a := uploader.Account{CloudName: fmt.Sprintf("c%d", i), APIKey: "1", Secret: signer.NewSecret(codeSecret), Prefix: base, Options: o}
		p := prepare(t, a, parse("https://example.com/a"), param("context", "a&b=é"), param("upload_preset", "x"))
		s, err := selfSigning(p)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, t.TempDir(), "sh", "-c", s.Text)
		v.check(t, p)
	}
}

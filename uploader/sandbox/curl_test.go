package sandbox

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"signpost/signer"
)

// Real curl uploads in the ways that people use it.
func TestCurl(t *testing.T) {
	t.Parallel()
	curl, err := exec.LookPath("curl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("curl is missing")
		}
		t.Skip("curl is missing")
	}
	s := newServer(t)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "a,b;c.png")
	if err := os.WriteFile(name, tinyPNG, 0o600); err != nil {
		t.Fatal(err)
	}
	sig, err := signer.Sign([]signer.Param{{Name: "public_id", Value: "c"}, {Name: "timestamp", Value: stamp}}, demo.Secret, signer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	pairs := "&api_key=" + DemoKey + "&public_id=c&timestamp=" + stamp + "&signature=" + sig
	cases := map[string][]string{
		"-F with a file":        {"-F", `file=@"` + name + `"`, "-F", "public_id=c", "-F", "timestamp=" + stamp, "-F", "api_key=" + DemoKey, "-F", "signature=" + sig},
		"-d with a URL":         {"-d", "file=" + s.SampleURL() + pairs},
		"-d with data":          {"-d", "file=data:image/gif;base64,R0lGODlhAQABAAAAACw=" + pairs},
		"--data-urlencode":      {"--data-urlencode", "file=" + s.SampleURL(), "-d", pairs[1:]},
		"-u":                    {"-u", DemoKey + ":abcd", "-F", "public_id=c", "-F", `file=@"` + name + `"`},
		"100-continue, chunked": {"-H", "Transfer-Encoding: chunked", "-H", "Expect: 100-continue", "-d", "file=" + s.SampleURL() + pairs},
	}
	for name, args := range cases {
		t.Run(name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), curl, append([]string{"-q", "-sS", "--noproxy", "*", s.BaseURL() + imagePath}, args...)...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if a := (reply{status: 200, body: out}).upload(t); a.PublicID != "c" || a.Bytes == 0 {
				t.Errorf("got %s", out)
			}
		})
	}
}

package export

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
	"time"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/sandbox"
)

// answer is what the test reads of the sandbox's answer.
type answer struct {
	PublicID string `json:"public_id"`
	Bytes    int    `json:"bytes"`
	Eager    []struct {
		Width  int `json:"width"`
		Height int `json:"height"`
	} `json:"eager"`
	Error struct {
		Message string `json:"message"`
	} `json:"error"`
}

func startSandbox(t *testing.T, o sandbox.Options) *sandbox.Server {
	t.Helper()
	s := sandbox.New(o)
	t.Cleanup(func() { _ = s.Close() })
	if err := s.ListenFree("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return s
}

// paste runs a command in a shell and reads the answer that curl prints.
func paste(t *testing.T, shell string, p uploader.Prepared, o CurlOptions) answer {
	t.Helper()
	command, err := Curl(p, o)
	if err != nil {
		t.Fatal(err)
	}
	r := newRoom(t, "C.UTF-8")
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), shell, "-c", command)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = r.dir, r.env, &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	var a answer
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		t.Fatalf("%v in %.300q", err, out.String())
	}
	return a
}

// TestTutorialAgainstSandbox pastes the tutorial's command: the sandbox verifies the
// signature and makes both derived pictures. Then the same request as it goes to an
// account where the sample's bytes are piped.
func TestTutorialAgainstSandbox(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	account := sandbox.Account{Cloud: "my-cloud", APIKey: "1234", Secret: signer.NewSecret(liveSecret)}
	own, other := startSandbox(t, sandbox.Options{}), startSandbox(t, sandbox.Options{Accounts: []sandbox.Account{account}})
	remote := live
	remote.Prefix = other.BaseURL()
	for _, shell := range []string{"bash", "dash"} {
		for name, c := range map[string]struct {
			account uploader.Account
			kind    uploader.FileKind
			o       CurlOptions
		}{
			"sandbox":           {uploader.SandboxAccount(own.BaseURL()), uploader.FileHTTP, CurlOptions{}},
			"sandbox, one line": {uploader.SandboxAccount(own.BaseURL()), uploader.FileHTTP, CurlOptions{OneLine: true}},
			"piped":             {remote, uploader.FileSample, CurlOptions{}},
			"piped, one line":   {remote, uploader.FileSample, CurlOptions{OneLine: true}},
		} {
			t.Run(shell+" "+name, func(t *testing.T) {
				t.Parallel()
				path := need(t, shell)
				d := uploader.TutorialDraft()
				f := uploader.ParseFile(d.File, uploader.FileOptions{
					Live: !c.account.Sandbox, SampleURL: own.SampleURL(), SampleName: sandbox.SampleName, Sample: sandbox.Sample(),
				})
				p, err := uploader.Prepare(d, c.account, f, time.Now())
				if err != nil || f.Kind != c.kind {
					t.Fatal(err, f.Kind)
				}
				a := paste(t, path, p, c.o)
				if a.Error.Message != "" || a.PublicID != "sample_image" || a.Bytes != len(sandbox.Sample()) {
					t.Fatalf("got %+v", a)
				}
				if len(a.Eager) != 2 || a.Eager[0].Width != 400 || a.Eager[0].Height != 300 || a.Eager[1].Width != 260 || a.Eager[1].Height != 200 {
					t.Errorf("derived pictures: %+v", a.Eager)
				}
				p.Fields[0].Value += "x" // the signature covers it
				if a := paste(t, path, p, c.o); a.Error.Message == "" || a.PublicID != "" {
					t.Errorf("a changed value was taken: %+v", a)
				}
			})
		}
	}
}

// TestNastyContextAgainstSandbox: signatures over nasty text that is UTF-8 are verified
// after the way through shell and curl.
func TestNastyContextAgainstSandbox(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	shell := need(t, "bash")
	s := startSandbox(t, sandbox.Options{})
	for i, v := range []string{"it's $HOME `id` !x @f <g ;type=a", "a&b=c|d=%41+", "line\r\nbreak\t\u200d\x7f", "日本語 🙂 👩‍👩‍👧\n"} {
		d := uploader.Draft{File: uploader.SampleToken}.With("tags", v)
		f := uploader.ParseFile(d.File, uploader.FileOptions{SampleURL: s.SampleURL()})
		p, err := uploader.Prepare(d, uploader.SandboxAccount(s.BaseURL()), f, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if a := paste(t, shell, p, CurlOptions{OneLine: i%2 == 0}); a.PublicID == "" {
			t.Errorf("%q: %+v", v, a)
		}
	}
}

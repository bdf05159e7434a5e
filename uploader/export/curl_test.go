package export

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/uploader"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// testNow is the time of the tests, and stamp the timestamp.
var testNow = time.Unix(1315060510, 0)

const stamp = "1315060510"

// live is an account of the service with a secret that must show nowhere.
var live = uploader.Account{CloudName: "my-cloud", APIKey: "1234", Secret: signer.NewSecret(liveSecret)}

const liveSecret = "cAnArY-s3cret_value-0123456"

// prepare signs a request; the file is as [uploader.ParseFile] gives it.
func prepare(t testing.TB, a uploader.Account, file uploader.File, params ...signer.Param) uploader.Prepared {
	t.Helper()
	d := uploader.Draft{Timestamp: stamp}
	for _, p := range params {
		d.Params = append(d.Params, uploader.DraftParam{Param: p})
	}
	p, err := uploader.Prepare(d, a, file, time.Unix(1315060510, 0))
	if err != nil {
		t.Fatalf("prepare: %v", err)
	}
	return p
}

func parse(text string) uploader.File {
	return uploader.ParseFile(text, uploader.FileOptions{Home: "/home/ann"})
}

func param(name, value string) signer.Param { return signer.Param{Name: name, Value: value} }

var sample = uploader.File{
	Kind: uploader.FileSample, Text: "http://127.0.0.1:8787/sample/sample.jpg", Name: "sample.jpg",
	SampleURL: "http://127.0.0.1:8787/sample/sample.jpg", Bytes: []byte("picture"),
}

// TestCurlGoldens: the command as a person sees it, in both forms. T17: literals through
// --form-string, --globoff, https but for this machine, no ~/.curlrc.
func TestCurlGoldens(t *testing.T) {
	t.Parallel()
	sandbox := uploader.SandboxAccount("http://127.0.0.1:8787")
	tutorial := []signer.Param{param("public_id", "sample_image"), param("eager", "w_400,h_300,c_pad|w_260,h_200,c_crop")}
	six := sandbox
	six.Prefix = "http://[::1]:8787"
	dots := live
	dots.CloudName = ".."
	for name, p := range map[string]uploader.Prepared{
		"tutorial":         prepare(t, sandbox, parse("http://127.0.0.1:8787/sample/sample.jpg"), tutorial...),
		"live_url":         prepare(t, live, parse("https://example.com/a b.jpg?x=[1-3]&y={a,b}"), tutorial...),
		"live_local":       prepare(t, live, parse("~/pictures/a.jpg"), tutorial...),
		"live_sample":      prepare(t, live, sample, tutorial...),
		"relative_hostile": prepare(t, live, parse(`'-a,b;c"d\e.jpg'`)),
		"stdin_name":       prepare(t, live, uploader.File{Kind: uploader.FilePath, Path: "-", Name: "-"}),
		"other_name":       prepare(t, live, uploader.File{Kind: uploader.FilePath, Path: `C:\pictures\a.jpg`, Name: "a.jpg"}),
		"break_in_name":    prepare(t, live, uploader.File{Kind: uploader.FilePath, Path: "/tmp/a\nb\"\tc", Name: "a\nb\"\tc"}),
		"data_uri":         prepare(t, live, parse("data:image/gif;base64,R0lGODlhAQABAAAAACw=")),
		"apostrophe":       prepare(t, live, parse("s3://bucket/key"), param("context", "caption=It's 5 o'clock; $(date) `id` !x|alt=@f")),
		"lines":            prepare(t, live, parse("s3://bucket/key"), param("context", "caption=one\n!two\r\n^three\tfour\u202e\x1b[31m")),
		"ipv6":             prepare(t, six, parse("gs://bucket/key")),
		"dots_cloud":       prepare(t, dots, parse("ftp://example.com/a")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			many, err := Curl(p, CurlOptions{})
			if err != nil {
				t.Fatal(err)
			}
			one, err := Curl(p, CurlOptions{OneLine: true})
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(one, "\n") {
				t.Errorf("one line has several: %q", one)
			}
			golden(t, name, many+"\n\n"+one+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "curl", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestCurlRefuses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 200<<10)
	medium := strings.Repeat("a", 100<<10)
	with := func(change func(*uploader.Prepared)) uploader.Prepared {
		p := prepare(t, live, parse("https://example.com/a"))
		change(&p)
		return p
	}
	noSample := sample
	noSample.SampleURL = ""
	var many []signer.Param
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		many = append(many, param(n, medium))
	}
	for name, c := range map[string]struct {
		p    uploader.Prepared
		want error
		text string // in the error
	}{
		"no file":              {prepare(t, live, uploader.File{}), ErrNoFile, "no file"},
		"NUL in a value":       {prepare(t, live, parse("a"), param("context", "a\x00b")), ErrNUL, "context"},
		"NUL in a path":        {prepare(t, live, uploader.File{Kind: uploader.FilePath, Path: "a\x00b", Name: "x"}), ErrNUL, "file"},
		"two too long":         {prepare(t, live, parse("data:;base64,"+long), param("context", long)), ErrTooLong, "204813 bytes"},
		"too long beside pipe": {prepare(t, live, sample, param("context", long)), ErrTooLong, "context"},
		"path too long":        {prepare(t, live, parse("/"+long)), ErrTooLong, "file"},
		"all too long":         {prepare(t, live, parse("a"), many...), ErrTooLong, "together"},
		"sample not served":    {prepare(t, live, noSample), ErrNoSampleAt, "sample"},
		"secret in a value":    {prepare(t, live, parse("a"), param("context", "x"+liveSecret)), ErrHasSecret, "secret"},
		"secret in a path":     {prepare(t, live, parse("/tmp/"+liveSecret)), ErrHasSecret, "secret"},
		"no credentials":       {with(func(p *uploader.Prepared) { p.Account = uploader.Account{} }), uploader.ErrNoCredentials, ""},
		"not signed":           {with(func(p *uploader.Prepared) { p.Fields = p.Fields[:1] }), ErrUnsigned, ""},
		"name":                 {with(func(p *uploader.Prepared) { p.Fields[0].Name = "a=@b" }), nil, "name"},
		"plain http abroad":    {with(func(p *uploader.Prepared) { p.URL = "http://example.com/v1_1/a/image/upload" }), nil, "plain http"},
		"user in the URL":      {with(func(p *uploader.Prepared) { p.URL = "https://u:p@example.com/" }), nil, "user name"},
		"file URL":             {with(func(p *uploader.Prepared) { p.URL = "file:///etc/passwd" }), nil, "host"},
		"no URL":               {with(func(p *uploader.Prepared) { p.URL = "http://a\x7f" }), nil, "URL"},
		"sample abroad":        {with(func(p *uploader.Prepared) { p.File = sample; p.File.SampleURL = "http://example.com/x" }), nil, "plain http"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Curl(c.p, CurlOptions{})
			if err == nil || got != "" {
				t.Fatalf("got %.80q, %v; want an error and no command", got, err)
			}
			if c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("got %q, want %v with %q", err, c.want, c.text)
			}
			if strings.Contains(err.Error(), liveSecret) {
				t.Errorf("the error holds the secret")
			}
			if e, ok := errors.AsType[*uploader.LocalError](err); ok && e.Hint == "" {
				t.Errorf("%v: no hint", err)
			}
		})
	}
}

// TestT20NoSecret: the secret is in no argument, in no form.
func TestT20NoSecret(t *testing.T) {
	t.Parallel()
	for _, o := range []CurlOptions{{}, {OneLine: true}} {
		got, err := Curl(prepare(t, live, parse("a.jpg"), param("context", "x=y")), o)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(got, liveSecret) || live.Secret.Redact(got) != got {
			t.Error("the command holds the secret")
		}
	}
}

// TestT18Shown: a command is text that is drawn as it is, so that what is copied is
// byte for byte what is shown (threats T14 and T18), and a paste presses no key.
func TestT18Shown(t *testing.T) {
	t.Parallel()
	for i, v := range nasty(2000) {
		file := uploader.File{Kind: uploader.FilePath, Path: "/tmp/" + v, Name: v}
		p := prepare(t, live, file, param("context", v))
		for _, o := range []CurlOptions{{}, {OneLine: true}} {
			got, err := Curl(p, o)
			if err != nil {
				t.Fatal(err)
			}
			if shown := string(visible.CleanLines(got)); shown != got {
				t.Errorf("case %d, %q: shown %q, copied %q", i, v, shown, got)
			}
			if o.OneLine && strings.Contains(got, "\n") {
				t.Errorf("case %d, %q: more than one line", i, v)
			}
		}
	}
}

// TestT18ValidUntil: a command says until when it is good.
func TestT18ValidUntil(t *testing.T) {
	t.Parallel()
	at := time.Unix(1315060510, 0)
	for _, c := range []struct {
		timestamp string
		now       time.Time
		ok        bool
	}{
		{stamp, at, true},
		{stamp, at.Add(2 * time.Hour), true},
		{stamp, at.Add(-2 * time.Hour), false},
		{stamp + "000", at, false},
		{"soon", at, false},
	} {
		p := uploader.Prepared{Freshness: signer.CheckTimestamp(c.timestamp, c.now)}
		until, ok := ValidUntil(p)
		if ok != c.ok || ok && !until.Equal(at.Add(time.Hour)) || !ok && !until.IsZero() {
			t.Errorf("%s at %v: got %v, %v", c.timestamp, c.now, until, ok)
		}
		p.Auth = uploader.AuthUnsigned
		if until, ok := ValidUntil(p); ok {
			t.Errorf("an unsigned request is good until %v", until)
		}
	}
}

// TestT16Shells: $'…' is in the one-line form alone, and that is said.
func TestT16Shells(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value   string
		oneLine bool
		want    string
	}{
		{"a", false, "sh, bash, zsh"},
		{"a", true, "sh, bash, zsh"},
		{"a\nb", false, "sh, bash, zsh"},
		{"a\nb", true, "sh, bash, zsh"},
		{"a\n", true, "bash, zsh"},
		{"a\x1b\r\tb", true, "sh, bash, zsh"},
		{strings.Repeat("a", 200<<10) + "\n", true, "sh, bash, zsh"},
	} {
		p := prepare(t, live, parse("https://example.com/a"), param("context", c.value))
		o := CurlOptions{OneLine: c.oneLine}
		if got := Shells(p, o); got != c.want {
			t.Errorf("%.20q, one line %v: got %q, want %q", c.value, c.oneLine, got, c.want)
		}
		got, err := Curl(p, o)
		if err != nil {
			t.Fatal(err)
		}
		if dollar := strings.Contains(got, "$'"); dollar != (c.want == "bash, zsh") {
			t.Errorf("%.20q, one line %v: $' in the command: %v", c.value, c.oneLine, dollar)
		}
	}
}

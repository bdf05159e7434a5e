package export

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/importer"
)

// texts are nasty values that are Unicode; a dialect may refuse one.
func nastyTexts(n int) []string {
	return slices.DeleteFunc(nasty(n), func(s string) bool { return strings.ToValidUTF8(s, "") != s || s == "" })
}

// runDialect writes requests with nasty values in a dialect, executes each and compares
// what arrives. Refusals are allowed for local files only.
func runDialect(t *testing.T, id string, n int, run func(t *testing.T, dir, path, text string)) {
	t.Helper()
	f, ok := Find(id)
	if !ok {
		t.Fatalf("there is no %s", id)
	}
	v, base := newVerifier(t)
	dir := t.TempDir()
	picture := filepath.Join(dir, "b $x'.jpg")
	if err := os.WriteFile(picture, pictureBytes, 0o600); err != nil {
		t.Fatal(err)
	}
	values, refused := 0, 0
	for i, s := range nastyTexts(n) {
		a := uploader.Account{CloudName: fmt.Sprintf("c%d", i), APIKey: "1234", Secret: signer.NewSecret(codeSecret), Prefix: base}
		a.Options.Version = signer.V2
		file := parse("https://example.com/" + s)
		if i%3 == 2 {
			file = uploader.File{Kind: uploader.FilePath, Path: picture, Text: picture, Name: filepath.Base(picture)}
		}
		p := prepare(t, a, file, param("public_id", s), param("context", "caption="+s), param("zz", s))
		snippet, err := f.Make(p)
		var local *uploader.LocalError
		if errors.As(err, &local) && file.IsBytes() && local.Hint != "" {
			refused++
			continue
		}
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if shown := string(visible.CleanLines(snippet.Text)); shown != snippet.Text {
			t.Errorf("%q: shown as something else", s)
		}
		if strings.Contains(snippet.Text, codeSecret) {
			t.Fatal("the secret stands in it")
		}
		path := filepath.Join(t.TempDir(), "x"+f.Ext)
		if err := os.WriteFile(path, []byte(snippet.Text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, dir, path, snippet.Text)
		v.check(t, p)
		values++
		if t.Failed() {
			t.Fatalf("value %q:\n%s", s, snippet.Text)
		}
	}
	if refused > values/3 {
		t.Errorf("%d of %d were refused", refused, values+refused)
	}
	t.Logf("dialect %s executed values=%d", id, values)
}

func TestConfigFile(t *testing.T) {
	t.Parallel()
	need(t, "curl")
	runDialect(t, "cmd", cases(400, 90), func(t *testing.T, dir, path, _ string) { execute(t, dir, "curl", "-s", "-q", "-K", path) })
}

func TestHTTPie(t *testing.T) {
	t.Parallel()
	if !runtimes {
		t.Skip("slow: SIGNPOST_RUNTIMES=1 runs it")
	}
	need(t, "http")
	runDialect(t, "httpie", 75, func(t *testing.T, dir, path, _ string) { execute(t, dir, "bash", "--norc", path) })
}

// TestRawHTTP sends the request over a socket, with the wire's line ends.
func TestRawHTTP(t *testing.T) {
	t.Parallel()
	runDialect(t, "http", 300, func(t *testing.T, _, _, text string) {
		head, body, _ := strings.Cut(text, "\n\n")
		_, host, _ := strings.Cut(head, "Host: ")
		host, _, _ = strings.Cut(host, "\n")
		if strings.Contains(head, "multipart") {
			body = strings.ReplaceAll(strings.ReplaceAll(body, "\n", "\r\n"), "[the bytes of the file]", string(pictureBytes))
			head += fmt.Sprintf("\nContent-Length: %d", len(body))
		}
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\nConnection: close\r\n\r\n"+body)
		if status, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(status, "200") {
			t.Errorf("%q, %v", status, err)
		}
	})
}

// TestSignpostCommand: a shell hands the program the parameters as they are.
func TestSignpostCommand(t *testing.T) {
	t.Parallel()
	n := 0
	for i, s := range nastyTexts(300) {
		file := parse("https://example.com/" + s)
		if path := strings.ReplaceAll(s, "/", "_"); i%2 == 1 {
			file = uploader.File{Kind: uploader.FilePath, Path: path, Text: path, Name: path}
		}
		p := prepare(t, live, file, param("public_id", s), param("context", "a="+s))
		snippet, err := signpostCommand(p)
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("sh", "-c", "signpost() { printf '%s\\0' \"$@\"; }\n"+snippet.Text).Output()
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		want := []string{"upload", "", "-p", "public_id=" + s, "-p", "context=a=" + s}
		if len(got) != len(want) {
			t.Fatalf("got %q", got)
		}
		if f := parse(got[1]); f.Kind != file.Kind || strings.TrimPrefix(f.Path, "./") != strings.TrimPrefix(file.Path, "./") || !file.IsBytes() && f.Text != file.Text {
			t.Errorf("the file is read as %+v, want %+v", f, file)
		}
		if want[1] = got[1]; !slices.Equal(got, want) || strings.HasPrefix(got[1], "-") {
			t.Errorf("got %q, want %q", got, want)
		}
		n++
	}
	t.Logf("dialect signpost executed values=%d", n)
}

// TestSignpostFlags: what is not the default goes along.
func TestSignpostFlags(t *testing.T) {
	t.Parallel()
	a := live
	a.Token = signer.NewSecret("t0ken-value")
	a.Options = signer.Options{Algorithm: signer.SHA256, Version: signer.V1}
	for _, c := range []struct {
		draft uploader.Draft
		want  string
	}{
		{uploader.Draft{ResourceType: "video", Timestamp: "17", TimestampByHand: true}, "signpost upload a.jpg --resource-type video --timestamp 17 --algorithm sha256 --signature-version 1"},
		{uploader.Draft{Timestamp: "17", Auth: uploader.AuthUnsigned}, "signpost upload a.jpg --auth unsigned"},
		{uploader.Draft{Auth: uploader.AuthBasic}, "signpost upload a.jpg --auth basic"},
		{uploader.Draft{Auth: uploader.AuthBearer}, "signpost upload a.jpg --auth oauth"},
	} {
		p, err := uploader.Prepare(c.draft, a, parse("a.jpg"), testNow)
		if err != nil {
			t.Fatal(err)
		}
		s, err := signpostCommand(p)
		if got := strings.ReplaceAll(s.Text, " \\\n  ", " "); err != nil || got != strings.Replace(c.want, "a.jpg", "./a.jpg", 1) {
			t.Errorf("%v: got %s", err, got)
		}
	}
}

// TestTexts: the pieces are what they are called.
func TestTexts(t *testing.T) {
	t.Parallel()
	for _, s := range nastyTexts(200) {
		p := prepare(t, live, parse("https://example.com/a"), param("public_id", s))
		get := func(id string) string {
			f, _ := Find(id)
			snippet, err := f.Make(p)
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			return snippet.Text
		}
		if get("string-to-sign") != p.Trace.StringToSign || get("signature") != p.Trace.Signature || get("url") != p.URL {
			t.Errorf("%q: a piece is another one", s)
		}
		if text := get("json"); string(visible.CleanLines(text)) != text {
			t.Errorf("%q: the JSON is shown as something else: %q", s, text)
		}
		var fields map[string]string
		if err := json.Unmarshal([]byte(get("json")), &fields); err != nil || fields["public_id"] != s {
			t.Errorf("%q: %v, %q", s, err, fields["public_id"])
		}
		if r := importer.Import(get("query")); r.Kind != importer.Query || !slices.Contains(r.Params, param("public_id", s)) {
			t.Errorf("%q: the query is read as %+v", s, r.Params)
		}
	}
}

// TestRoundTrip: what each dialect of cURL says is read as what was shown, and becomes
// the same draft.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for id, kind := range map[string]importer.Kind{
		"curl": importer.Curl, "curl-line": importer.Curl, "fish": importer.Curl, "fish-line": importer.Curl,
		"powershell": importer.PowerShell, "powershell-line": importer.PowerShell, "cmd": importer.Curl, "http": importer.HTTP,
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			f, _ := Find(id)
			n := 0
			for i, s := range nastyTexts(2000) {
				file := parse("https://example.com/" + s)
				if i%3 == 2 {
					file = uploader.File{Kind: uploader.FilePath, Path: "/tmp/" + s, Text: "/tmp/" + s, Name: "x"}
				}
				p := prepare(t, live, file, param("public_id", s), param("context", "a="+s))
				snippet, err := f.Make(p)
				if err != nil {
					continue
				}
				n++
				if shown := string(visible.CleanLines(snippet.Text)); shown != snippet.Text || strings.HasSuffix(id, "-line") && strings.Contains(shown, "\n") {
					t.Fatalf("%q: shown as %q, copied %q", s, shown, snippet.Text)
				}
				r := importer.Import(snippet.Text)
				if r.Kind != kind || r.CloudName != "my-cloud" || !slices.Equal(r.Params, p.Fields) {
					t.Fatalf("%q in\n%s\nis read as %s %q\n%+v", s, snippet.Text, r.Kind, r.Params, r.Traps)
				}
				if want := file.Text; !file.IsBytes() && r.File != want || file.IsBytes() && id != "http" && (r.File != file.Path || !r.FileIsPath) {
					t.Fatalf("%q: the file is read as %q, want %q\n%s", s, r.File, want, snippet.Text)
				}
				want := uploader.Draft{ResourceType: "image", Params: []uploader.DraftParam{{Param: param("public_id", s)}, {Param: param("context", "a="+s)}}}
				if d, _ := r.Draft(); !slices.Equal(d.Params, want.Params) || d.Auth != want.Auth || d.ResourceType != want.ResourceType {
					t.Fatalf("%q: the draft is %+v", s, d)
				}
			}
			if n < 1000 {
				t.Errorf("only %d were written", n)
			}
			t.Logf("dialect %s parsed values=%d", id, n)
		})
	}
}

// TestDialectGoldens: the tutorial's request in each form for shells.
func TestDialectGoldens(t *testing.T) {
	t.Parallel()
	p := prepare(t, live, parse("https://example.com/a.jpg"), param("public_id", "sample_image"), param("context", `caption=It's 5 o"clock & more`))
	for _, f := range slices.Concat(shellFormats, textFormats) {
		s, err := f.Make(p)
		if err != nil {
			t.Fatalf("%s: %v", f.ID, err)
		}
		golden(t, "../code/"+f.ID, s.Text+"\n")
	}
}

// TestEveryFormat: IDs are unique, every form refuses a request with the secret in it
// (threat T20), and says what to do.
func TestEveryFormat(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	bad := prepare(t, live, parse("https://example.com/a"), param("context", "x"+liveSecret))
	for _, f := range Formats() {
		if seen[f.ID] || f.ID == "" || f.Title == "" || f.Ext == "" || f.Group == "" {
			t.Errorf("%+v", f)
		}
		seen[f.ID] = true
		s, err := f.Make(bad)
		if err == nil && strings.Contains(s.Text, liveSecret) {
			t.Errorf("%s holds the secret", f.ID)
		}
		if err == nil && f.ID != "signature" && f.ID != "url" && f.Group != "server" {
			t.Errorf("%s: no error for a request with the secret", f.ID)
		}
		var local *uploader.LocalError
		if errors.As(err, &local) && local.Hint == "" {
			t.Errorf("%s: no hint", f.ID)
		}
	}
	if len(seen) < 24 {
		t.Errorf("%d forms", len(seen))
	}
}

package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/uploader"
)

// runtimes is true where the slow runtimes are run, and must be there.
var runtimes = os.Getenv("SIGNPOST_RUNTIMES") == "1"

// needTool skips a test whose tool is missing, and fails it where it must be there.
func needTool(t *testing.T, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		if runtimes {
			t.Fatalf("%s is missing", tool)
		}
		t.Skipf("%s is missing", tool)
	}
}

// verifier is an upload server that keeps what arrives under the cloud name, and says
// what is wrong with a signature.
type verifier struct {
	mu    sync.Mutex
	forms map[string]map[string]string
	wrong []string
}

const codeSecret = "cAnArY-s3cret_value-0123456"

func newVerifier(t *testing.T) (*verifier, string) {
	t.Helper()
	v := &verifier{forms: map[string]map[string]string{}}
	srv := httptest.NewServer(v)
	t.Cleanup(srv.Close)
	return v, srv.URL
}

func (v *verifier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form := map[string]string{}
	if kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		parts := multipart.NewReader(strings.NewReader(string(body)), params["boundary"])
		for p, err := parts.NextRawPart(); err == nil; p, err = parts.NextRawPart() {
			value, _ := io.ReadAll(p)
			form[p.FormName()] = string(value)
		}
	} else {
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded") // the Go SDK sends none
		if err := r.ParseForm(); err == nil {
			for name, values := range r.PostForm {
				form[name] = strings.Join(values, "\x00")
			}
		}
	}
	form["Authorization"] = r.Header.Get("Authorization")
	v.mu.Lock()
	defer v.mu.Unlock()
	cloud := strings.Split(r.URL.Path, "/")[2]
	v.forms[cloud] = form
	if form["signature"] != "" {
		var params []signer.Param
		for name, value := range form {
			if name != "Authorization" && name != "signature" {
				params = append(params, signer.Param{Name: name, Value: value})
			}
		}
		params, _ = signer.LeaveOut(params)
		if _, err := signer.VerifyAny(params, form["signature"], signer.NewSecret(codeSecret)); err != nil {
			v.wrong = append(v.wrong, cloud+": "+err.Error())
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"public_id":"x","version":1,"secure_url":"https://example.com/x"}`)
}

// field is what arrived of a request in a field, or in the header Authorization.
func (v *verifier) field(cloud, name string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.forms[cloud][name]
}

// codeCase is a request with values to lose on the way.
type codeCase struct {
	p      uploader.Prepared
	values int
}

// codeCases are requests with nasty values; each has its own cloud name.
func codeCases(t *testing.T, base string, n int, names ...string) []codeCase {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, `a "b' $x.jpg`)
	if err := os.WriteFile(path, pictureBytes, 0o600); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(dir, "b $x'.jpg")
	if err := os.WriteFile(plain, pictureBytes, 0o600); err != nil {
		t.Fatal(err)
	}
	values := slices.DeleteFunc(nasty(6*n), func(s string) bool { return s == "" || strings.ToValidUTF8(s, "") != s || strings.ContainsRune(s, 0) })
	var cases []codeCase
	for i := 0; len(values) >= len(names) && i < n; i++ {
		a := uploader.Account{CloudName: fmt.Sprintf("c%d", i), APIKey: "1234", Secret: signer.NewSecret(codeSecret), Prefix: base}
		a.Options.Version = signer.V2
		file := parse("https://example.com/a.jpg?x=" + fmt.Sprint(i))
		if i%2 == 1 {
			file = uploader.File{Kind: uploader.FilePath, Path: path, Text: path, Name: filepath.Base(path)}
			if i%4 == 1 {
				file.Path, file.Name = plain, filepath.Base(plain)
			}
		}
		var params []signer.Param
		for _, name := range names {
			params = append(params, param(name, values[0]))
			values = values[1:]
		}
		cases = append(cases, codeCase{prepare(t, a, file, params...), len(names)})
	}
	return cases
}

// check compares what arrived with what is shown.
func (v *verifier) check(t *testing.T, p uploader.Prepared) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	form, ok := v.forms[p.Account.CloudName]
	if !ok {
		t.Errorf("%s did not arrive", p.Account.CloudName)
		return
	}
	for _, f := range p.Fields {
		switch f.Name {
		case "signature", "timestamp":
			if form[f.Name] == "" {
				t.Errorf("%s is missing", f.Name)
			}
		default:
			if form[f.Name] != f.Value {
				t.Errorf("%s: got %q, want %q", f.Name, form[f.Name], f.Value)
			}
		}
	}
	want := p.File.Text
	if p.File.IsBytes() {
		want = string(pictureBytes)
	}
	if form["file"] != want {
		t.Errorf("the file is another one: %.80q", form["file"])
	}
	for name := range form {
		if name != "file" && name != "Authorization" && !slices.ContainsFunc(p.Fields, func(f signer.Param) bool { return f.Name == name }) {
			t.Errorf("%s was sent, and is not shown", name)
		}
	}
	for _, w := range v.wrong {
		t.Error(w)
	}
	v.wrong = nil
}

// write puts a program into a file of its own.
func write(t *testing.T, f Format, p uploader.Prepared) (path, text string) {
	t.Helper()
	s, err := f.Make(p)
	if err != nil {
		t.Fatalf("%s: %v", f.ID, err)
	}
	if strings.Contains(s.Text, codeSecret) || strings.Contains(strings.Join(s.Notes, "\n"), codeSecret) {
		t.Fatalf("%s: the secret stands in it", f.ID)
	}
	if shown := string(visible.CleanLines(s.Text)); shown != s.Text {
		t.Errorf("%s: what is shown is not what is copied", f.ID)
	}
	path = filepath.Join(t.TempDir(), "main"+f.Ext)
	if err := os.WriteFile(path, []byte(s.Text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, s.Text
}

func execute(t *testing.T, dir string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CLOUDINARY_API_SECRET="+codeSecret, "CLOUDINARY_OAUTH_TOKEN=t0ken-value", "CLOUDINARY_URL=", "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%.2000s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// plainNames take any text.
var plainNames = []string{"public_id", "context", "tags", "eval", "notification_url"}

// runCode executes a dialect and reports how many values came through.
func runCode(t *testing.T, id string, n int, names []string, run func(t *testing.T, path string)) {
	t.Helper()
	f, ok := Find(id)
	if !ok {
		t.Fatalf("there is no %s", id)
	}
	v, base := newVerifier(t)
	values := 0
	for _, c := range codeCases(t, base, n, names...) {
		path, text := write(t, f, c.p)
		run(t, path)
		v.check(t, c.p)
		values += c.values
		if t.Failed() {
			t.Fatalf("the program was\n%s", text)
		}
	}
	t.Logf("dialect %s executed values=%d", id, values)
}

func cases(slow, quick int) int {
	if runtimes {
		return slow
	}
	return quick
}

func TestNodePlain(t *testing.T) {
	t.Parallel()
	needTool(t, "node")
	runCode(t, "node-plain", cases(12, 3), plainNames, func(t *testing.T, path string) { execute(t, filepath.Dir(path), "node", path) })
}

func TestPythonPlain(t *testing.T) {
	t.Parallel()
	needTool(t, "python3")
	runCode(t, "python-plain", cases(12, 3), plainNames, func(t *testing.T, path string) { execute(t, filepath.Dir(path), "python3", path) })
}

func TestGoPlain(t *testing.T) {
	t.Parallel()
	runCode(t, "go-plain", cases(12, 1), plainNames, func(t *testing.T, path string) { execute(t, filepath.Dir(path), "go", "run", path) })
}

// TestNodeSDK runs the official SDK, which NODE_PATH has.
func TestNodeSDK(t *testing.T) {
	t.Parallel()
	if os.Getenv("NODE_PATH") == "" {
		if runtimes {
			t.Fatal("NODE_PATH is not set")
		}
		t.Skip("the SDK is not here: NODE_PATH is not set")
	}
	run := func(t *testing.T, path string) { execute(t, filepath.Dir(path), "node", path) }
	runCode(t, "node", 12, plainNames, run)
	runCode(t, "node", 3, []string{"public_id", "transformation", "nobody_knows_this", "overwrite"}, run) // signed by the SDK's function, sent by fetch
}

// TestGoSDK runs the official SDK from the module that has it.
func TestGoSDK(t *testing.T) {
	t.Parallel()
	if !runtimes {
		t.Skip("slow: SIGNPOST_RUNTIMES=1 runs it")
	}
	bench, err := filepath.Abs("../../signer/bench")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		raw, err := os.ReadFile(filepath.Join(bench, name))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(raw), "=> ../..", "=> "+filepath.Dir(filepath.Dir(bench)))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(t *testing.T, path string) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "main.go"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		execute(t, dir, "go", "run", "main.go")
	}
	runCode(t, "go", 12, plainNames, run)
	// The idiomatic call: text fields only, to auto/upload.
	v, base := newVerifier(t)
	f, _ := Find("go")
	d := uploader.Draft{ResourceType: "auto", Params: []uploader.DraftParam{{Param: param("public_id", `a"b\c$é`)}, {Param: param("eager", "w_400,h_300,c_pad|w_260,h_200,c_crop")}}}
	a := uploader.Account{CloudName: "idiomatic", APIKey: "1234", Secret: signer.NewSecret(codeSecret), Prefix: base}
	p, err := uploader.Prepare(d, a, parse("https://example.com/a.jpg"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	path, text := write(t, f, p)
	if !strings.Contains(text, "uploader.UploadParams{") {
		t.Errorf("not the idiomatic call:\n%s", text)
	}
	run(t, path)
	v.check(t, p)
}

// TestOtherWays: unsigned, HTTP Basic and OAuth, in the languages that are quick.
func TestOtherWays(t *testing.T) {
	t.Parallel()
	v, base := newVerifier(t)
	for i, c := range []struct {
		auth   uploader.Auth
		header string
	}{{uploader.AuthUnsigned, ""}, {uploader.AuthBasic, "Basic MTIzNDpjQW5BclktczNjcmV0X3ZhbHVlLTAxMjM0NTY="}, {uploader.AuthBearer, "Bearer t0ken-value"}} {
		for id, tool := range map[string]string{"node-plain": "node", "python-plain": "python3"} {
			t.Run(id+"/"+string(c.auth), func(t *testing.T) {
				needTool(t, tool)
				f, _ := Find(id)
				a := uploader.Account{CloudName: fmt.Sprintf("%s-%d", id, i), APIKey: "1234", Secret: signer.NewSecret(codeSecret), Token: signer.NewSecret("t0ken-value"), Prefix: base}
				d := uploader.Draft{Auth: c.auth, Params: []uploader.DraftParam{{Param: param("upload_preset", "p")}}}
				p, err := uploader.Prepare(d, a, parse("https://example.com/a.jpg"), time.Now())
				if err != nil {
					t.Fatal(err)
				}
				path, text := write(t, f, p)
				if strings.Contains(text, "t0ken") {
					t.Error("the token stands in it")
				}
				execute(t, filepath.Dir(path), tool, path)
				v.check(t, p)
				if got := v.field(a.CloudName, "Authorization"); got != c.header {
					t.Errorf("header %q, want %q", got, c.header)
				}
			})
		}
	}
}

// TestSDKsParsed: the programs of the SDKs that are not run are read by the languages
// themselves, with a stand-in for the SDK that prints its arguments: they are what is
// shown.
func TestSDKsParsed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ id, tool, stub string }{
		{"python", "python3", "import sys, types, json\ndef up(file, **o): print(json.dumps([file, o]))\ndef call(action, params, file=None, **o): print(json.dumps([file, params]))\nm = types.ModuleType('cloudinary'); m.config = lambda **o: None\nu = types.ModuleType('cloudinary.uploader'); u.upload = up; u.call_api = call\nm.uploader = u\nsys.modules['cloudinary'] = m; sys.modules['cloudinary.uploader'] = u\nu.upload.__name__\nprint_ = print\ndef print(*a):\n    if a != (None,): print_(*a)\n"},
		{"php", "php", "<?php\nnamespace Cloudinary { class R { function getArrayCopy() { return []; } } class U { function upload($f, $o) { echo json_encode([$f, $o], JSON_UNESCAPED_UNICODE|JSON_INVALID_UTF8_SUBSTITUTE); return new R; } } class Cloudinary { function __construct($c) {} function uploadApi() { return new U; } } }\n"},
		{"ruby", "ruby", "require 'json'\n$LOADED_FEATURES << 'cloudinary.rb'\nmodule Kernel; alias old_require require; def require(n); n == 'cloudinary' ? true : old_require(n); end; end\nmodule Cloudinary; class C; def method_missing(*a); end; end; def self.config; yield C.new; end; module Uploader; def self.upload(f, **o); STDOUT.puts JSON.generate([f, o]); nil; end; end; end\n"},
	} {
		t.Run(c.id, func(t *testing.T) {
			t.Parallel()
			needTool(t, c.tool)
			f, _ := Find(c.id)
			values := 0
			for _, k := range codeCases(t, "https://api.example.com", cases(12, 2), "public_id", "context", "eval", "transformation", "notification_url") {
				path, text := write(t, f, k.p)
				text = strings.Replace(text, "<?php\nrequire \"vendor/autoload.php\";\n", "", 1)
				if c.id == "php" {
					stub := filepath.Join(filepath.Dir(path), "stub.php")
					if err := os.WriteFile(stub, []byte(c.stub), 0o600); err != nil {
						t.Fatal(err)
					}
					text = "<?php require 'stub.php';\n" + text
				} else {
					text = c.stub + text
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				out := execute(t, filepath.Dir(path), c.tool, path)
				checkArguments(t, k.p, strings.SplitN(out, "\n", 2)[0])
				values += k.values
				if t.Failed() {
					t.Fatalf("the program was\n%s", text)
				}
			}
			t.Logf("dialect %s parsed values=%d", c.id, values)
		})
	}
}

// checkArguments compares the arguments that a stand-in printed.
func checkArguments(t *testing.T, p uploader.Prepared, out string) {
	t.Helper()
	out = strings.TrimSuffix(out, "Array")
	var got []json.RawMessage
	var file string
	options := map[string]any{}
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got) != 2 {
		t.Fatalf("%v: %.300q", err, out)
	}
	if json.Unmarshal(got[0], &file) != nil || json.Unmarshal(got[1], &options) != nil {
		t.Fatalf("%.300q", out)
	}
	want := p.File.Text
	if p.File.IsBytes() {
		want = p.File.Path
	}
	if file != want {
		t.Errorf("the file is %q, want %q", file, want)
	}
	for _, f := range p.Fields {
		name := f.Name
		switch name {
		case "signature", "timestamp", "api_key":
			continue
		case "transformation":
			if inner, ok := options[name].(map[string]any); ok {
				options["raw_transformation"] = inner["raw_transformation"]
			}
			name = "raw_transformation"
		}
		if options[name] != f.Value {
			t.Errorf("%s is %q, want %q", name, options[name], f.Value)
		}
	}
}

// TestServers: the handlers sign what is on their list, and nothing else (threat T29).
func TestServers(t *testing.T) {
	t.Parallel()
	for id, tool := range map[string]string{"node-server": "node", "go-server": "go"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			needTool(t, tool)
			f, _ := Find(id)
			a := uploader.Account{CloudName: "c", APIKey: "1234", Secret: signer.NewSecret(codeSecret)}
			path, _ := write(t, f, prepare(t, a, uploader.File{}, param("public_id", "x"), param("tags", "y"), param("notification_url", "https://example.com"), param("eval", "1"), param("type", "private")))
			args := []string{path}
			if tool == "go" {
				binary := filepath.Join(filepath.Dir(path), "server")
				execute(t, filepath.Dir(path), "go", "build", "-o", binary, path)
				tool, args = binary, nil
			}
			cmd := exec.Command(tool, args...)
			cmd.Env = append(os.Environ(), "CLOUDINARY_API_SECRET="+codeSecret, "PORT=0")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
			var address string
			if _, err := fmt.Fscanln(out, &address); err != nil {
				t.Fatal(err)
			}
			checkServer(t, address)
		})
	}
}

func checkServer(t *testing.T, address string) {
	t.Helper()
	post := func(method, kind, site, body string) (int, map[string]any) {
		r, err := http.NewRequest(method, address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, _ := io.ReadAll(res.Body)
		if strings.Contains(string(raw), codeSecret) {
			t.Error("the secret stands in an answer")
		}
		var got map[string]any
		_ = json.Unmarshal(raw, &got)
		return res.StatusCode, got
	}
	const kind = "application/json"
	status, got := post("POST", kind, "same-origin", `{"public_id":"a&b","tags":"é"}`)
	if status != 200 || got["api_key"] != "1234" || got["cloud_name"] != "c" {
		t.Fatalf("%d, %v", status, got)
	}
	stamp, _ := got["timestamp"].(float64)
	signature, _ := got["signature"].(string)
	params := []signer.Param{param("public_id", "a&b"), param("tags", "é"), param("timestamp", fmt.Sprintf("%.0f", stamp))}
	if err := signer.Verify(params, signature, signer.NewSecret(codeSecret), signer.Options{Version: signer.V2}); err != nil {
		t.Errorf("the signature: %v", err)
	}
	for name, c := range map[string][4]string{
		"another method":  {"GET", kind, "", ""},
		"a form":          {"POST", "application/x-www-form-urlencoded", "", "public_id=a"},
		"another site":    {"POST", kind, "cross-site", `{"public_id":"a"}`},
		"notification":    {"POST", kind, "", `{"notification_url":"https://example.com"}`},
		"eval":            {"POST", kind, "", `{"eval":"1"}`},
		"type":            {"POST", kind, "", `{"type":"upload"}`},
		"no text":         {"POST", kind, "", `{"public_id":1}`},
		"no JSON":         {"POST", kind, "", `nothing`},
		"null":            {"POST", kind, "", `null`},
		"empty":           {"POST", kind, "", `{"public_id":""}`},
		"a timestamp":     {"POST", kind, "", `{"timestamp":"1"}`},
		"an unknown name": {"POST", kind, "", `{"foo":"1"}`},
	} {
		if status, got := post(c[0], c[1], c[2], c[3]); status < 400 || got["signature"] != nil {
			t.Errorf("%s: %d, %v", name, status, got)
		}
	}
}

// TestLiterals: the languages' texts, for what Unicode has, draw as they are.
func TestLiterals(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]quoting{"js": jsText, "python": pyText, "php": phpText, "ruby": rubyText, "go": goText} {
		for _, s := range append(nasty(500), "e\u0301", "\u202eabc", "👩‍👩‍👧", "\u00a0", "\\", `"`, "$x", "#{x}", "\x00\x1f\x7f") {
			s = strings.ToValidUTF8(s, "")
			lit := q.literal(s)
			if string(visible.Clean(lit)) != lit || strings.Contains(lit, "\n") {
				t.Errorf("%s: %q is drawn as something else: %q", name, s, lit)
			}
		}
	}
}

func TestCodeRefuses(t *testing.T) {
	t.Parallel()
	for _, f := range slices.Concat(codeFormats, serverFormats) {
		if _, err := f.Make(prepare(t, live, parse("https://example.com/a"), param("context", "a\xff"))); !errors.Is(err, ErrNotUTF8) {
			t.Errorf("%s: not UTF-8: %v", f.ID, err)
		}
		if f.Group == "code" {
			if _, err := f.Make(prepare(t, live, sample)); !errors.Is(err, ErrNeedsFile) {
				t.Errorf("%s: the sample: %v", f.ID, err)
			}
		}
	}
}

// TestCodeGoldens: the tutorial's request in each language.
func TestCodeGoldens(t *testing.T) {
	t.Parallel()
	p := prepare(t, live, parse("https://example.com/a.jpg"), param("public_id", "sample_image"), param("eager", "w_400,h_300,c_pad|w_260,h_200,c_crop"))
	for _, f := range slices.Concat(codeFormats, serverFormats) {
		s, err := f.Make(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Notes) == 0 {
			t.Errorf("%s: nothing is said about it", f.ID)
		}
		golden(t, "../code/"+f.ID, s.Text+"\n")
	}
}

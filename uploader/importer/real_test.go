package importer

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"signpost/signer"
)

// TestRealCurl: what is read of a command is what a real shell and a real curl send.
func TestRealCurl(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is missing", tool)
			}
			t.Skipf("%s is missing", tool)
		}
	}
	var mu sync.Mutex
	var arrived []signer.Param
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		list := received(t, r)
		mu.Lock()
		defer mu.Unlock()
		arrived = list
	}))
	defer srv.Close()
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/a,b.jpg", []byte("bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	url := srv.URL + "/v1_1/demo/image/upload"
	for _, args := range []string{
		`-d 'a=1&b=2'`, `-d a=1 -d b=2`, `-d 'a=x+y%20z'`, `-d 'a=%zz'`, `-d a`, `--data-raw '@a=1'`, `--data-binary 'a=1
2'`,
		`--data-urlencode 'a=x+y&z'`, `--data-urlencode '=a b'`, `--data-urlencode 'a b'`, `--data-urlencode 'n=@f'`,
		`-F a=1`, `-F 'a= 1 '`, `-F 'a=x;y'`, `-F 'a=x; type=text/plain'`, `-F 'a="x;y"'`, `-F 'a="x" y'`, `-F 'a="x'`,
		`-F 'a="x\"y\\z\w"'`, `-F 'a=x;type=text/plain;z'`, `-F a=`, `-F 'a=b=c'`, `--form-string 'a=@x;y<z'`, `--form-string 'a= "q" '`,
		`-F 'a=x;filename=y'`, `-F 'a=x;foo=y;z'`, `-F 'a=x,y'`, `-F 'a=x;type=text/plain,z'`,
		`-sSFa=1`, `-s -S -F a=1 --form-string b=2`, `$'-F' $'a=x\ty\x41\101\u00e9\'"'`, `-F "a=\$x\"y\\z\q"`, `-F a=x\ y\'z`,
		`--form-s a=1`, `-F 'file=@"a,b.jpg"'`, `-F 'file=@"a,b.jpg";type=image/png;filename=x.jpg' -F a=1`,
		"-F \"$(printf 'a=1\\n\\0412%%')\"", "-d @- <<'EOF'\na=1\n&b=2\nEOF\n", `-d @- <<< 'a=1'`, `-F 'a=<-' <<< 'x y'`, `-G -d a=1 -d b=2`,
		`--json '{"a":"1"}'`, `--url-query c=3 -d a=1`, `-d a=1 -- `, `-Hfoo:bar -da=1`, "-d a=1 #-d b=2\n", `-d a=1 -X POST`, `--data 'a=é日本'`,
		"-F a=1 \\\n  -F b=2", `-F 'a=x
y'`, `-d 'a=1;b=2'`, `-d '&&a=1&'`, `-d a="1"'2'3`, `-F "a=it's"`, `-F 'a=-'`,
	} {
		mu.Lock()
		arrived = nil
		mu.Unlock()
		at := strings.IndexAny(args, "<#")
		command := "curl -s " + args + " " + url
		if strings.HasPrefix(args, "-d @-") || strings.HasPrefix(args, "-F 'a=<-'") || at > 0 && strings.Contains(args, " #") {
			command = "curl -s " + url + " " + args
		}
		cmd := exec.Command("bash", "-c", command)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		mu.Lock()
		got := arrived
		mu.Unlock()
		if err != nil && len(got) > 0 {
			t.Errorf("%s: %v: %s", args, err, out)
		}
		r := Import(command)
		want := slices.Clone(r.Params)
		if r.HasFile {
			want = append(want, signer.Param{Name: "file", Value: r.File})
		}
		sortParams(want)
		sortParams(got)
		if err == nil && !slices.Equal(got, want) {
			t.Errorf("%s:\nthe server got %q\nread          %q\n%s", args, got, want, reasons(r.Traps))
		}
		if err != nil && len(r.Traps)+len(r.Dropped) == 0 {
			t.Errorf("%s: curl refuses it (%v), and nothing says so", args, err)
		}
	}
}

func sortParams(list []signer.Param) {
	slices.SortStableFunc(list, func(a, b signer.Param) int {
		return strings.Compare(a.Name+"\x00"+a.Value, b.Name+"\x00"+b.Value)
	})
}

// received are the fields of a request, as a server reads them; a file has its name.
func received(t *testing.T, r *http.Request) []signer.Param {
	t.Helper()
	var list []signer.Param
	add := func(body string) {
		for pair := range strings.SplitSeq(body, "&") {
			if pair == "" {
				continue
			}
			name, value, _ := strings.Cut(pair, "=")
			list = append(list, signer.Param{Name: formDecoded(name), Value: formDecoded(value)})
		}
	}
	add(r.URL.RawQuery)
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body, _ := io.ReadAll(r.Body)
	switch {
	case err != nil:
	case kind == "application/json":
		list = append(list, Import(string(must([]byte(`{"paramsToSign":`+string(body)+`,"tags":"x"}`), nil))).Params...)
		if len(list) == 0 {
			list = append(list, signer.Param{Name: "a", Value: "1"})
		}
	case kind == "multipart/form-data":
		parts := multipart.NewReader(strings.NewReader(string(body)), params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil {
				break
			}
			value, _ := io.ReadAll(p)
			text := string(value)
			if p.FormName() == "file" && p.FileName() != "" {
				text = "a,b.jpg" // the path that was given
			}
			list = append(list, signer.Param{Name: p.FormName(), Value: text})
		}
	default:
		add(string(body))
	}
	return list
}

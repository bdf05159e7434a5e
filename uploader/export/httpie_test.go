package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"signpost/signer"
	"signpost/uploader"
)

// separatorValues are what HTTPie's own syntax would change.
var separatorValues = []string{
	`\=`, `a\=b`, `a\\=b`, `a\\\=b`, `\@x`, `x\:y`, `\;`, `\\`, `\`, `=`, `==`, `:=1`, `@/etc/passwd`, `=@/etc/passwd`, `=\n`, `@\t`,
	"\\=\x1b\u202e🙂", `\="`, `:@x`, `;type=a/b`, `x;`, `[a]`, `a[b]=c`, `\u0041\=`,
}

// TestHTTPieSeparators runs HTTPie with its own separators in the values.
func TestHTTPieSeparators(t *testing.T) {
	t.Parallel()
	if !runtimes {
		t.Skip("slow: SIGNPOST_RUNTIMES=1 runs it")
	}
	need(t, "http")
	v, base := newVerifier(t)
	r := newRoom(t, "C.UTF-8")
	for i, s := range separatorValues {
		a := uploader.Account{CloudName: fmt.Sprintf("c%d", i), APIKey: "1234", Secret: signer.NewSecret(codeSecret), Prefix: base}
		p := prepare(t, a, parse("https://example.com/"+s), param("context", s), param("tags", "x"+s))
		snippet, err := httpie(p)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		r.run(t, snippet.Text, "-c", "bash")
		v.check(t, p)
	}
	r.unharmed(t)
}

// TestHTTPieItems reads items back as HTTPie 3.2.1 does, and what cannot be sent with a
// file is refused.
func TestHTTPieItems(t *testing.T) {
	t.Parallel()
	for _, s := range append(nastyTexts(2000), separatorValues...) {
		if got, err := readItem(httpieItem("name", s)); err != nil || got != s {
			t.Errorf("%q is read as %q, %v", s, got, err)
		}
		p := prepare(t, live, parse("/tmp/a.jpg"), param("context", s))
		if _, err := httpie(p); httpieLoses(s) != errors.Is(err, errOwnValue) {
			t.Errorf("%q with a file: %v", s, err)
		}
	}
}

// readItem reads an item of the name name. Source: KeyValueArgType in HTTPie's
// httpie/cli/argtypes.py.
func readItem(item string) (string, error) {
	rest, ok := strings.CutPrefix(item, "name")
	sep := ""
	for _, s := range []string{":=", "==", "=@", "="} {
		if sep == "" && strings.HasPrefix(rest, s) {
			sep = s
		}
	}
	if rest = strings.TrimPrefix(rest, sep); !ok || sep != "=" && sep != ":=" {
		return "", fmt.Errorf("separator %q", sep)
	}
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		if rest[i] == '\\' && i+1 < len(rest) {
			if i++; strings.IndexByte(":=@;", rest[i]) < 0 {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(rest[i])
	}
	if sep == "=" {
		return b.String(), nil
	}
	var text string
	err := json.Unmarshal([]byte(b.String()), &text)
	return text, err
}

// TestRawHTTPWays: the place of a secret is named, and its kind.
func TestRawHTTPWays(t *testing.T) {
	t.Parallel()
	a := live
	a.Token = signer.NewSecret("t0ken-value")
	for auth, want := range map[uploader.Auth]string{
		uploader.AuthUnsigned: "",
		uploader.AuthBasic:    "\nAuthorization: Basic [base64 of the API key, a colon and the API secret]\n",
		uploader.AuthBearer:   "\nAuthorization: Bearer [the OAuth token]\n",
	} {
		p, err := uploader.Prepare(uploader.Draft{Auth: auth}.With("upload_preset", "p"), a, parse("https://example.com/a"), testNow)
		if err != nil {
			t.Fatal(err)
		}
		s, err := rawHTTP(p)
		if err != nil || !strings.Contains(s.Text, want) || strings.Contains(s.Text, "Authorization") != (want != "") {
			t.Errorf("%s: %v\n%s", auth, err, s.Text)
		}
	}
}

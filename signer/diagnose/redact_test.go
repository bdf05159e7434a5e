package diagnose

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

const planted = `Zk4+qP9/vT2"w=Lm8&rX%c1\Yb`

// forms are ways in which a secret gets into a text. They are written here anew, not
// taken from the code under test.
func plantedForms(s string) map[string]string {
	back := []byte(s)
	slices.Reverse(back)
	quoted, _ := json.Marshal(s)
	spaced := make([]string, 0, len(s))
	for i := range len(s) {
		spaced = append(spaced, fmt.Sprintf("%02x", s[i]))
	}
	return map[string]string{
		"plain": s, "base64": base64.StdEncoding.EncodeToString([]byte(s)), "base64 of key:secret": base64.StdEncoding.EncodeToString([]byte(testKey + ":" + s)),
		"base64url": base64.RawURLEncoding.EncodeToString([]byte(s)), "base64 with text around": base64.StdEncoding.EncodeToString([]byte("x" + s + "yy")),
		"hex": hex.EncodeToString([]byte(s)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(s))), "spaced hex": strings.Join(spaced, " "),
		"percent": url.QueryEscape(s), "path": url.PathEscape(s), "percent twice": url.QueryEscape(url.QueryEscape(s)),
		"JSON": strings.Trim(string(quoted), `"`), "JSON twice": strings.Trim(fmt.Sprintf("%q", strings.Trim(string(quoted), `"`)), `"`), "Go": strings.Trim(fmt.Sprintf("%q", s), `"`), "HTML": strings.NewReplacer("&", "&amp;", `"`, "&quot;").Replace(s),
		"reversed": string(back), "reversed hex": hex.EncodeToString(back),
		"first half": s[:len(s)/2], "last eight": s[len(s)-8:], "in the middle": s[6:14], "in a URL": "cloudinary://" + testKey + ":" + s + "@" + testCloud,
	}
}

// leaks are what must not be found: each form, and each piece of eight characters.
func leaks(s string) []string {
	var out []string
	for name, f := range plantedForms(s) {
		switch name {
		case "first half", "last eight", "in the middle", "base64 of key:secret", "base64 with text around", "in a URL":
			continue
		}
		out = append(out, f)
	}
	back := []byte(s)
	slices.Reverse(back)
	for i := 0; i+8 <= len(s); i++ {
		out = append(out, s[i:i+8], string(back[i:i+8]))
	}
	for _, f := range []string{"base64", "base64url", "hex"} {
		t := plantedForms(s)[f]
		for i := 0; i+12 <= len(t); i++ {
			out = append(out, t[i:i+12])
		}
	}
	return out
}

// everything is all that a diagnosis says, in each way in which it is told.
func everything(t *testing.T, d Diagnosis) string {
	t.Helper()
	var b strings.Builder
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	b.Write(raw)
	fmt.Fprintf(&b, "\n%+v\n%#v\n%s\n", d, d, d.Markdown())
	for _, s := range d.Sections() {
		b.WriteString(s.Label + "\n" + strings.Join(s.Lines, "\n") + "\n")
	}
	return b.String()
}

// TestPlantedSecrets puts the secret into every field in every form: nothing of what a
// diagnosis says has it, or a part of it.
func TestPlantedSecrets(t *testing.T) {
	t.Parallel()
	secret := signer.NewSecret(planted)
	text := "folder=x&public_id=y&timestamp=1760000000"
	base := func() Evidence {
		return Evidence{
			Names: catalogue, Now: time.Unix(1760000100, 0), CloudName: testCloud, APIKey: testKey,
			Message: "Invalid Signature", Signature: sha1Hex(text, "another"), Strings: []string{text},
			Account: Identity{Name: "here", CloudName: testCloud, APIKey: testKey, Secret: secret},
		}
	}
	fields := map[string]func(e *Evidence, form string){
		"signature":      func(e *Evidence, f string) { e.Signature = f },
		"message":        func(e *Evidence, f string) { e.Message = "Unknown API key " + f },
		"cloud message":  func(e *Evidence, f string) { e.Message = "Invalid cloud_name " + f },
		"other message":  func(e *Evidence, f string) { e.Message, e.Signature = "something else: "+f, "" },
		"string to sign": func(e *Evidence, f string) { e.Strings = []string{"folder=" + f + "&public_id=y&timestamp=1760000000"} },
		"name in string": func(e *Evidence, f string) { e.Strings = []string{f + "=1&timestamp=1760000000"} },
		"end of string":  func(e *Evidence, f string) { e.Strings = []string{text + f} },
		"value received": func(e *Evidence, f string) {
			e.Params = []signer.Param{{Name: "tags", Value: f}, {Name: "timestamp", Value: "1"}}
			e.Strings = nil
		},
		"name received": func(e *Evidence, f string) {
			e.Params = []signer.Param{{Name: f, Value: "x"}, {Name: "timestamp", Value: "1"}}
			e.Strings = nil
		},
		"value attempted": func(e *Evidence, f string) {
			e.Attempt = []signer.Param{{Name: "folder", Value: f}, {Name: "timestamp", Value: "1760000000"}}
		},
		"name attempted": func(e *Evidence, f string) { e.Attempt = []signer.Param{{Name: f, Value: "1"}} },
		"typed":          func(e *Evidence, f string) { e.Typed = []signer.Param{{Name: "folder", Value: f}} },
		"signed value": func(e *Evidence, f string) {
			e.Attempt = []signer.Param{{Name: "folder", Value: f}, {Name: "public_id", Value: "y"}, {Name: "timestamp", Value: "1760000000"}}
			e.Signature = sha1Hex("folder="+f+"&public_id=y&timestamp=1760000000", planted)
		},
		"api_key":    func(e *Evidence, f string) { e.APIKey = f; e.Signature = sha1Hex("api_key="+f+"&"+text, planted) },
		"cloud":      func(e *Evidence, f string) { e.CloudName = f; e.Signature = sha1Hex("cloud_name="+f+"&"+text, planted) },
		"other name": func(e *Evidence, f string) { e.Others = []Identity{{Name: f, Secret: signer.NewSecret("another")}} },
		"other key": func(e *Evidence, f string) {
			e.Others = []Identity{{Name: "x", APIKey: f, Secret: signer.NewSecret("another")}}
			e.Message = "Unknown API key " + f
		},
		"damaged": func(e *Evidence, f string) {
			e.Account.Secret = signer.NewSecret(`"` + planted + `"`)
			e.Signature = sha1Hex(text, planted)
		},
		"other's own": func(e *Evidence, f string) {
			e.Others = []Identity{{Name: "staging", Secret: secret}}
			e.Account.Secret = signer.NewSecret("unrelated")
			e.Strings = []string{text + f}
		},
	}
	bad, said := leaks(planted), 0
	for field, put := range fields {
		for name, form := range plantedForms(planted) {
			e := base()
			put(&e, form)
			x := newExam(e)
			s := x.newSearch()
			s.budget = 300_000 // the texts are what this is about
			d := x.judgeWithin(s)
			x.complete(&d)
			all := everything(t, d)
			said += len(all)
			for _, leak := range bad {
				if strings.Contains(all, leak) {
					t.Errorf("%s as %s: %q is in the diagnosis:\n%.900s", field, name, leak, d.Markdown())
					break
				}
			}
		}
	}
	if said == 0 {
		t.Error("nothing was said")
	}
}

// TestPublishedSecret: the one secret that everybody knows may be seen.
func TestPublishedSecret(t *testing.T) {
	t.Parallel()
	r := NewRedactor(signer.NewSecret(signer.Published), signer.NewSecret(""), signer.NewSecret("x"))
	if got := r.Clean("public_id=abcd&x=1"); got != "public_id=abcd&x=1" {
		t.Errorf("got %q", got)
	}
}

// TestRedactorLeavesWords: a secret made of words does not take them out of sentences.
func TestRedactorLeavesWords(t *testing.T) {
	t.Parallel()
	r := NewRedactor(signer.NewSecret("my-secret-signature"))
	if got := r.Clean("the secret and the signature"); got != "the secret and the signature" {
		t.Errorf("got %q", got)
	}
	if got := r.Clean("it is my-secret-signature"); strings.Contains(got, "my-s") {
		t.Errorf("got %q", got)
	}
}

package tamper_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/sandbox"
	"signpost/uploader/tamper"
)

// now is the tests' clock.
var now = time.Unix(1795423500, 0)

// pixel is a picture of one pixel.
const pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// request is a signed request with everything that mistakes are about.
func request(t *testing.T, change func(*uploader.Account, *uploader.Draft)) uploader.Prepared {
	t.Helper()
	a := uploader.SandboxAccount("http://127.0.0.1:8787")
	d := uploader.Draft{File: pixel, ResourceType: "image"}
	d = d.With("upload_preset", "signed_only").With("tags", "cat,van").With("public_id", "sample_image").With("context", "alt=cats & dogs")
	if change != nil {
		change(&a, &d)
	}
	p, err := uploader.Prepare(d, a, uploader.ParseFile(d.File, uploader.FileOptions{}), now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// send gives a request to a sandbox without a socket and returns the server's message.
func send(t *testing.T, p uploader.Prepared) string {
	t.Helper()
	box := sandbox.New(sandbox.Options{Clock: func() time.Time { return now }})
	t.Cleanup(func() { _ = box.Close() })
	client := uploader.New(uploader.ClientConfig{Transport: box.Client().Transport, Now: func() time.Time { return now }})
	_, err := client.Upload(context.Background(), p, nil)
	if err == nil {
		return "accepted"
	}
	e, ok := errors.AsType[*uploader.APIError](err)
	if !ok {
		t.Fatal(err)
	}
	return e.Message
}

// all is every kind of mistake, what the sandbox says of it, and a piece of what is signed.
var all = []struct{ mistake, says, text string }{
	{"unsigned upload_preset", "Invalid Signature", "tags=cat,van&timestamp=1795423500"},
	{"unsent tags", "Invalid Signature", "tags=cat,van"},
	{"change public_id other_image", "Invalid Signature", "public_id=sample_image"},
	{"sign-as tags [\"cat\",\"van\"]", "Invalid Signature", `tags=["cat","van"]`},
	{"swap public_id timestamp", "Invalid Signature", "alt=cats %26 dogs&timestamp="},
	{"unsorted", "Invalid Signature", "upload_preset=signed_only&tags="},
	{"encode tags", "Invalid Signature", "tags=cat%2Cvan"},
	{"encode", "Invalid Signature", "context=alt%3Dcats%20%26%20dogs"},
	{"cut context", "Invalid Signature", "context=alt=cats %26 dogs"},
	{"sign-too file", "Invalid Signature", "file=data:image/png"},
	{"sign-too api_key", "Invalid Signature", "api_key=123456789012345&"},
	{"sign-too resource_type", "Invalid Signature", "resource_type=image&"},
	{"sign-empty folder", "Invalid Signature", "&folder=&"},
	{"age 2h", "Stale request", "timestamp=1795416300"},
	{"milliseconds", "Invalid Signature", "timestamp=1795423500000"},
	{"quoted", "Invalid Signature", ""},
	{"newline", "Invalid Signature", ""},
	{"secret abce", "Invalid Signature", ""},
	{"hmac", "Invalid Signature", ""},
	{"other-hash", "accepted", ""}, // the sandbox's account takes both, as accounts do
	{"no-signature", "Upload preset must be whitelisted for unsigned uploads", ""},
	{"key 123456789012354", "Unknown API key 123456789012354", ""},
	{"cloud dmeo", "Invalid cloud_name dmeo", ""},
}

// TestMistakes: each one is refused by the real sandbox in its words, and undone it is
// accepted. What was signed is what the mistake says.
func TestMistakes(t *testing.T) {
	t.Parallel()
	seen := map[tamper.Kind]bool{}
	for _, c := range all {
		t.Run(c.mistake, func(t *testing.T) {
			t.Parallel()
			m, err := tamper.Parse(c.mistake)
			if err != nil {
				t.Fatal(err)
			}
			if m.String() != c.mistake {
				t.Errorf("it is written %q", m.String())
			}
			if w := m.Words(); w == "" || strings.ContainsAny(w, "{}") {
				t.Errorf("its words are %q", w)
			}
			p := request(t, nil)
			r, err := tamper.Apply(p, m)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(r.Text, c.text) {
				t.Errorf("it signs %s", r.Text)
			}
			if got := send(t, r.Prepared()); !strings.HasPrefix(got, c.says) {
				t.Errorf("the sandbox says %q, want %q", got, c.says)
			}
			if got := r.Prepared().Trace; got.StringToSign != r.Text || got.Signature != r.Signature() {
				t.Error("the trace tells another signature")
			}
			if unsigned := r.Prepared().Auth == uploader.AuthUnsigned; unsigned != (m.Kind == tamper.NoSignature) {
				t.Error("the way to authenticate is not that of the fields")
			}
			right, err := tamper.Apply(p)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(right.Prepared().Fields, p.Fields) || right.Text != p.Trace.StringToSign {
				t.Error("making a mistake has changed the request that it was made in")
			}
			if got := send(t, right.Prepared()); got != "accepted" {
				t.Errorf("without the mistake: %s", got)
			}
		})
		m, _ := tamper.Parse(c.mistake)
		seen[m.Kind] = true
	}
	for _, k := range tamper.Kinds {
		if !seen[k.Kind] {
			t.Errorf("no case has the mistake %s", k.Kind)
		}
	}
}

// TestApplyAgreesWithSigner: without a mistake, string and signature are those of the
// signer, whatever the options.
func TestApplyAgreesWithSigner(t *testing.T) {
	t.Parallel()
	for _, o := range []signer.Options{{}, {Version: signer.V1}, {Algorithm: signer.SHA256}, {Algorithm: signer.SHA256, Version: signer.V1}} {
		p := request(t, func(a *uploader.Account, _ *uploader.Draft) { a.Options = o })
		r, err := tamper.Apply(p)
		if err != nil {
			t.Fatal(err)
		}
		if r.Text != p.Trace.StringToSign || r.Signature() != p.Trace.Signature {
			t.Errorf("%v: %s signs %s", o, r.Signature(), r.Text)
		}
	}
}

// TestOnlyTheSandbox: no other account's secret gets in, and nothing is sent to one.
func TestOnlyTheSandbox(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*uploader.Account, *uploader.Draft){
		"an account":              func(a *uploader.Account, _ *uploader.Draft) { a.Sandbox, a.Prefix = false, "" },
		"the service":             func(a *uploader.Account, _ *uploader.Draft) { a.Prefix = "" },
		"another host":            func(a *uploader.Account, _ *uploader.Draft) { a.Prefix = "https://example.org" },
		"another secret":          func(a *uploader.Account, _ *uploader.Draft) { a.Secret = signer.NewSecret("of a person") },
		"an account on this host": func(a *uploader.Account, _ *uploader.Draft) { a.Sandbox = false },
		"an account with that key": func(a *uploader.Account, _ *uploader.Draft) {
			a.Sandbox, a.Prefix = false, "https://api.cloudinary.com"
		},
	} {
		if _, err := tamper.Apply(request(t, change), tamper.Mistake{Kind: tamper.Quoted}); !errors.Is(err, tamper.ErrNotSandbox) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := request(t, func(_ *uploader.Account, d *uploader.Draft) { d.Auth = uploader.AuthUnsigned })
	if _, err := tamper.Apply(p); !errors.Is(err, tamper.ErrNotSigned) {
		t.Errorf("unsigned: %v", err)
	}
}

// TestSeveral: mistakes add up.
func TestSeveral(t *testing.T) {
	t.Parallel()
	r, err := tamper.Apply(request(t, nil),
		tamper.Mistake{Kind: tamper.Unsigned, Name: "tags"}, tamper.Mistake{Kind: tamper.Encode}, tamper.Mistake{Kind: tamper.Unsorted},
		tamper.Mistake{Kind: tamper.Quoted}, tamper.Mistake{Kind: tamper.HMAC}, tamper.Mistake{Kind: tamper.OtherHash})
	if err != nil {
		t.Fatal(err)
	}
	const want = "upload_preset=signed_only&public_id=sample_image&context=alt%3Dcats%20%26%20dogs&timestamp=1795423500"
	if r.Text != want || r.Secret != `"abcd"` || r.Hash != tamper.HMACSHA256 {
		t.Errorf("%q %q %q", r.Text, r.Secret, r.Hash)
	}
}

// TestEdited: every part of a request may be changed by hand; the signature follows.
func TestEdited(t *testing.T) {
	t.Parallel()
	r, err := tamper.Apply(request(t, nil), tamper.Mistake{Kind: tamper.Unsigned, Name: "upload_preset"})
	if err != nil {
		t.Fatal(err)
	}
	r.Text += "&upload_preset=signed_only"
	if got := send(t, r.Prepared()); got != "accepted" {
		t.Error(got)
	}
	r.Fields = append(slices.Clone(r.Fields), signer.Param{}, signer.Param{Name: "max_bytes", Value: "1"})
	if got := r.Sent(); got[len(got)-1].Name != "max_bytes" || len(got) != len(r.Fields)-1 {
		t.Errorf("%v", got)
	}
	renewed := r.Prepared().Renewed(now.Add(2 * time.Hour))
	if renewed.Trace.StringToSign != r.Text {
		t.Error("a request that was broken is renewed")
	}
}

// TestWrong: what cannot be read or made is refused in words.
func TestWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "is unknown", "nonsense": "is unknown", "unsigned": "needs the name", "change tags": "needs a value",
		"quoted twice": "does not know what to do", "age soon": "is no duration", "age": "needs a value", "encode a b": "does not know what to do",
	} {
		if _, err := tamper.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"unsigned folder": "no such parameter", "encode public_id": "change nothing", "cut tags": "change nothing", "swap tags tags": "change nothing",
		"swap tags folder": "no such parameter", "sign-too tags": "change nothing", "sign-too folder": "not one of", "key 123456789012345": "change nothing",
		"cloud demo": "change nothing", "secret abcd": "change nothing", "change tags cat,van": "change nothing", "sign-as tags cat,van": "change nothing",
	} {
		m, err := tamper.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tamper.Apply(request(t, nil), m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := tamper.Apply(request(t, nil), tamper.Mistake{Kind: "x"}); err == nil {
		t.Error("an unknown kind is taken")
	}
}

package lens

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"signpost/signer"
	"signpost/uploader/catalog"
)

// goOptions are the options that the captured requests of the Go SDK were made with.
var goOptions = map[string]string{
	"go-01": `{"public_id":"sample_image","eager":"w_400,h_300,c_pad|w_260,h_200,c_crop"}`,
	"go-02": `{"public_id":"clip","resource_type":"video","type":"authenticated"}`,
	"go-03": `{"public_id":"p","overwrite":false,"invalidate":true,"unique_filename":false}`,
	"go-04": `{"tags":["a","b & c"],"context":{"caption":"x=y|z"},"metadata":{"color":["green","red"]}}`,
	"go-05": `{"metadata":{"n":5}}`,
	"go-06": `{"responsive_breakpoints":[{"create_derived":true,"transformation":"c_crop,ar_16:9","min_width":200,"max_width":1000,"bytes_step":20000,"max_images":20}],
		"access_control":[{"access_type":"anonymous","start":"2019-02-22T16:20:57Z"},{"access_type":"token"}]}`,
	"go-12": `{"public_id":"t"}`,
	"go-13": `{"public_id":"d1"}`,
	"go-16": `{"public_id":"big.bin"}`,
	"go-07": `{"face_coordinates":[[10,20,150,130],[213,345,82,61]],"custom_coordinates":[85,120,220,310]}`,
	"go-08": `{"auto_transcription":{"translate":["pl","he"]},"auto_video_details":{"fields":["title"]},"auto_tagging":0.6,"auto_chaptering":true}`,
	"go-09": `{"public_id":"a&b"}`,
	"go-10": `{"public_id":"a&b"}`,
	"go-11": `{"public_id":"sample_image"}`,
	"go-14": `{"display_name":"Ünï <b>&\"' 🐈","headers":"a: 1\nb: 2"}`,
	"go-15": `{"tags":["👩🏽‍🚀"]}`,
}

// captured is a request of an official SDK, as it arrived.
type captured struct {
	ID, SDK, Call, Secret, Algorithm string
	Options                          json.RawMessage
	Version                          int
	Fields                           []struct{ Name, Value string }
	StringToSign                     string `json:"string_to_sign"`
}

func requests(t *testing.T) []captured {
	t.Helper()
	var file struct{ Requests, Cases []captured }
	readJSON(t, "../sandbox/testdata/requests.json", &file)
	return append(file.Requests, file.Cases...)
}

func (c captured) options() signer.Options {
	a, _ := signer.ParseAlgorithm(c.Algorithm)
	return signer.Options{Algorithm: a, Version: signer.Version(c.Version)}
}

// TestNodeCalls: the signed uploads that were captured from the Node SDK.
func TestNodeCalls(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, c := range requests(t) {
		if c.SDK != Node || !strings.HasPrefix(c.Call, "upload(") || c.StringToSign == "" {
			continue
		}
		seen++
		r := View(nil, object(t, string(c.Options)), signer.NewSecret(c.Secret), c.options())
		l := r.Upload[0]
		signed := slices.IndexFunc(c.Fields, func(f struct{ Name, Value string }) bool { return f.Name == "signature" })
		if l.SDK.ID != Node || l.StringToSign != c.StringToSign || l.Signature != c.Fields[signed].Value {
			t.Errorf("%s: got %q %s, want %q", c.ID, l.StringToSign, l.Signature, c.StringToSign)
		}
	}
	if seen < 10 {
		t.Errorf("only %d requests were found", seen)
	}
}

// TestGoCalls: the Go SDK's captured requests, field by field.
func TestGoCalls(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, c := range requests(t) {
		options, ok := goOptions[c.ID]
		if !ok {
			continue
		}
		seen++
		in := append(object(t, options), catalog.Member{Key: "timestamp", Value: json.Number("1315060510")})
		r := View(nil, in, signer.NewSecret("abcd"), c.options())
		l := r.Upload[slices.IndexFunc(r.Upload, func(l Look) bool { return l.SDK.ID == Go })]
		got, want := map[string]string{}, map[string]string{}
		for _, p := range l.Sent {
			got[p.Name] = p.Value
		}
		for _, f := range c.Fields {
			switch f.Name {
			case "signature":
				if f.Value != l.Signature {
					t.Errorf("%s: signature %s, want %s", c.ID, l.Signature, f.Value)
				}
			case "file", "api_key", "resource_type":
			default:
				want[f.Name] = f.Value
			}
		}
		if !maps.Equal(got, want) || l.StringToSign != c.StringToSign {
			t.Errorf("%s: got %q %q, want %q %q", c.ID, got, l.StringToSign, want, c.StringToSign)
		}
	}
	if seen != len(goOptions) {
		t.Errorf("%d of %d requests were found", seen, len(goOptions))
	}
}

// TestFromSource: what was read in the source of the SDKs that no known answer covers.
func TestFromSource(t *testing.T) {
	t.Parallel()
	const in = `{"public_id":"p","eager":"w_1","overwrite":true,"invalidate":"1","folder":"","tags":["a,b","c"],
		"context":{"k=":"x=y"},"metadata":{"c":["a=b"]},"headers":{"Link":"1"},"unique_filename":false,"access_control":[{"access_type":"a/b"}],"timestamp":1}`
	r := View(object(t, in), object(t, in), signer.NewSecret("abcd"), signer.Options{})
	look := func(all []Look, id string) Look {
		return all[slices.IndexFunc(all, func(l Look) bool { return l.SDK.ID == id })]
	}
	for _, c := range []struct {
		look     Look
		evidence Evidence
		want     []string
	}{
		{look(r.ByHand, DotNet), Read, []string{"public_id=p&eager=w_1&overwrite=True&invalidate=1&folder=&tags=a,b,c&"}},
		{look(r.Upload, DotNet), Read, []string{"overwrite=true", "invalidate=true", "headers=Link: 1\n&", `metadata=c=["a\=b"]`}},
		{look(r.Upload, Java), Read, []string{"overwrite=true", "invalidate=false", "headers=Link: 1\n&", `metadata=c=["a\\=b"]`}},
		{look(r.Upload, PHP), Read, []string{"overwrite=1", `tags=a\,b,c`, `context=k\==x\=y`, `a\/b`, "headers=Link:1&", "unique_filename=0"}},
	} {
		for _, want := range c.want {
			if !strings.Contains(c.look.StringToSign, want) {
				t.Errorf("%s: %q is not in %q", c.look.SDK.Name, want, c.look.StringToSign)
			}
		}
		if c.look.Evidence != c.evidence || c.look.Same || len(c.look.Differences) == 0 {
			t.Errorf("%s: %+v", c.look.SDK.Name, c.look)
		}
	}
	if l := look(r.Upload, DotNet); strings.Contains(l.StringToSign, "unique_filename") {
		t.Error(".NET sends unique_filename without use_filename")
	}
	if l := look(r.ByHand, Go); !strings.Contains(l.StringToSign, "folder=&") {
		t.Errorf("Go: %q", l.StringToSign)
	}
}

// TestTyped: a form's texts as options give every SDK but Go and Java, which write words,
// and .NET the same request; what is no option is told.
func TestTyped(t *testing.T) {
	t.Parallel()
	form := []signer.Param{
		{Name: "public_id", Value: "sample_image"}, {Name: "tags", Value: "a,b"}, {Name: "overwrite", Value: "1"},
		{Name: "context", Value: `a=x\=y|b=z`}, {Name: "face_coordinates", Value: "1,2,3,4|5,6,7,8"}, {Name: "auto_tagging", Value: "0.6"},
		{Name: "transformation", Value: "w_1,h_2/e_sepia"}, {Name: "eager", Value: "w_1|w_2/jpg"}, {Name: "timestamp", Value: "1315060510"},
	}
	r := View(Texts(form), Typed(form), signer.NewSecret("abcd"), signer.Options{})
	want, _ := signer.Sign(form, signer.NewSecret("abcd"), signer.Options{})
	if r.ReferenceByHand.Signature != want || r.ReferenceUpload.Signature != want {
		t.Errorf("the references are %q and %q", r.ReferenceByHand.StringToSign, r.ReferenceUpload.StringToSign)
	}
	for _, l := range r.ByHand {
		if l.Same != (l.SDK.ID != DotNet) {
			t.Errorf("by hand, %s: %+v", l.SDK.Name, l.Differences)
		}
	}
	for _, l := range r.Upload {
		words := l.SDK.ID == Go || l.SDK.ID == Java || l.SDK.ID == DotNet
		if l.Same == words {
			t.Errorf("upload, %s: %+v", l.SDK.Name, l.Differences)
		}
	}
	if m, _ := Typed([]signer.Param{{Name: "tags", Value: ""}, {Name: "face_coordinates", Value: "x"}}).Get("face_coordinates"); m != "x" {
		t.Errorf("got %v", m)
	}
}

// TestNoSecret: strings without signatures, and the Go helper's own timestamp.
func TestNoSecret(t *testing.T) {
	t.Parallel()
	r := View(object(t, `{"public_id":"p","api_key":"1"}`), nil, signer.Secret{}, signer.Options{})
	for _, l := range r.ByHand {
		if l.Signature != "" || l.StringToSign == "" {
			t.Errorf("%s: %q %q", l.SDK.Name, l.StringToSign, l.Signature)
		}
		signs := slices.ContainsFunc(l.Differences, func(d Difference) bool { return d.Param == "api_key" && d.Rule == SignsExcluded })
		if signs != (l.SDK.ID != DotNet) {
			t.Errorf("%s: %+v", l.SDK.Name, l.Differences)
		}
		adds := slices.ContainsFunc(l.Differences, func(d Difference) bool { return d.Rule == AddsTime })
		if adds != (l.SDK.ID == Go) {
			t.Errorf("%s: %+v", l.SDK.Name, l.Differences)
		}
	}
}

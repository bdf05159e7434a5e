package catalog

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"signpost/signer"
)

// serialization is testdata/serialization.json: what the official SDKs send.
type serialization struct {
	Cases []struct {
		ID, Note     string
		Options      json.RawMessage
		Form         map[string]string
		StringToSign string `json:"string_to_sign"`
		Signature    string
		Agree        []string
		Diverge      map[string]struct {
			Form    map[string]string
			NotSent []string `json:"not_sent"`
		}
	}
}

func readSerialization(t *testing.T) serialization {
	t.Helper()
	raw, err := os.ReadFile("testdata/serialization.json")
	if err != nil {
		t.Fatal(err)
	}
	var s serialization
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Cases) != 72 {
		t.Fatalf("%d cases, want 72", len(s.Cases))
	}
	return s
}

// TestSerialization: every case of the official SDKs' known answers becomes the Node
// SDK's form, string to sign and signature.
func TestSerialization(t *testing.T) {
	t.Parallel()
	for _, c := range readSerialization(t).Cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			v, err := DecodeJSON(string(c.Options))
			if err != nil {
				t.Fatal(err)
			}
			sent, _, err := SerializeAll(v.(Object))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{"timestamp": c.Form["timestamp"]}
			signed := []signer.Param{{Name: "timestamp", Value: c.Form["timestamp"]}}
			for _, p := range sent {
				got[p.Name] = p.Value
				signed = append(signed, p)
			}
			if !maps.Equal(got, c.Form) {
				t.Errorf("%s: got %q, want %q", c.Note, got, c.Form)
			}
			if s := signer.StringToSign(signed, signer.V2); s != c.StringToSign {
				t.Errorf("string to sign: got %q, want %q", s, c.StringToSign)
			}
			if s, err := signer.Sign(signed, signer.NewSecret("abcd"), signer.Options{Version: signer.V2}); err != nil || s != c.Signature {
				t.Errorf("signature: got %q, %v, want %q", s, err, c.Signature)
			}
		})
	}
}

// TestSDKsSayTheDifference: wherever Python or Ruby send another text than Node for a
// case of the known answers, the parameter says so.
func TestSDKsSayTheDifference(t *testing.T) {
	t.Parallel()
	// Where the difference is one of the option's type and not of the parameter, the
	// parameter's sentence is not the place for it.
	byType := map[string]string{
		"overwrite": "text and numbers as switches", "invalidate": "text and numbers as switches",
		"eager": "an eager transformation with a format only",
	}
	differ := 0
	for _, c := range readSerialization(t).Cases {
		for sdk, d := range c.Diverge {
			for _, name := range append(slices.Collect(maps.Keys(d.Form)), d.NotSent...) {
				differ++
				p, ok := Lookup(name)
				word := strings.ToUpper(sdk[:1]) + sdk[1:]
				if ok && !strings.Contains(p.SDKs, word) && byType[name] == "" {
					t.Errorf("%s, %s: %s differs, and its sentence %q does not say so", c.ID, sdk, name, p.SDKs)
				}
			}
		}
	}
	if differ < 10 {
		t.Errorf("only %d differences were found", differ)
	}
}

func TestSerializeRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value string }{
		{"eager", `[true]`},
		{"overwrite", `[1]`},
		{"transformation", `{"variables":[["$a","1"]]}`},
	} {
		v, err := DecodeJSON(c.value)
		if err != nil {
			t.Fatal(err)
		}
		if text, send, err := Serialize(c.name, v); err == nil || send {
			t.Errorf("%s=%s: got %q, %v; want an error", c.name, c.value, text, send)
		}
	}
}

func TestDecodeJSON(t *testing.T) {
	t.Parallel()
	v, err := DecodeJSON(` {"b":1.50,"a":["x",null,true],"b":{"<":"\u2028&"}} `)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := EncodeJSON(v), "{\"b\":1.50,\"a\":[\"x\",null,true],\"b\":{\"<\":\"\u2028&\"}}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, bad := range []string{"", "{", `{"a":}`, "[1,", "1 2", "{}x", strings.Repeat("[", 300) + strings.Repeat("]", 300)} {
		if v, err := DecodeJSON(bad); err == nil {
			t.Errorf("%.20q: got %v, want an error", bad, v)
		}
	}
}

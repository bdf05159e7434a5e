package lens

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"signpost/signer"
	"signpost/uploader/catalog"
)

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

func object(t *testing.T, text string) catalog.Object {
	t.Helper()
	v, err := catalog.DecodeJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return v.(catalog.Object)
}

// told is what an SDK did with a case of the known answers.
type told struct {
	StringToSign *string `json:"string_to_sign"`
	Signature    *string
	Error        string
}

type signingCase struct {
	ID, Group, Note   string
	Params, Raw       json.RawMessage
	Secret, Algorithm string
	Excluded          []string
	Version           int
	StringToSign      string `json:"string_to_sign"`
	Signature         string
	Agree             []string
	Diverge           map[string]told
	NotRun            map[string]string `json:"not_run"`
}

func signingCases(t *testing.T) []signingCase {
	t.Helper()
	var file struct{ Cases []signingCase }
	readJSON(t, "../../signer/testdata/vectors/signing.json", &file)
	if len(file.Cases) < 154 {
		t.Fatalf("%d cases, want 154 or more", len(file.Cases))
	}
	return file.Cases
}

// given is what the SDKs were given.
func (c signingCase) given(t *testing.T) catalog.Object {
	raw := c.Raw
	if raw == nil {
		raw = c.Params
	}
	o := object(t, string(raw))
	return slices.DeleteFunc(o, func(m catalog.Member) bool { return slices.Contains(c.Excluded, m.Key) })
}

// TestHelpers: for every known answer of every sign helper the same string, signature or
// error, and every difference has a rule of its own.
func TestHelpers(t *testing.T) {
	t.Parallel()
	passed, named := map[string]int{}, map[string]int{}
	for _, c := range signingCases(t) {
		a, err := signer.ParseAlgorithm(c.Algorithm)
		if err != nil {
			t.Fatal(err)
		}
		o := signer.Options{Algorithm: a, Version: signer.Version(c.Version)}
		r := View(c.given(t), nil, signer.NewSecret(c.Secret), o)
		for _, l := range r.ByHand {
			want := told{StringToSign: &c.StringToSign, Signature: &c.Signature}
			if d, diverges := c.Diverge[l.SDK.ID]; diverges {
				want = d
			} else if !slices.Contains(c.Agree, l.SDK.ID) {
				continue
			}
			named[l.SDK.ID]++
			ok := (want.StringToSign == nil || *want.StringToSign == l.StringToSign) &&
				(want.Signature == nil || *want.Signature == l.Signature || c.Secret == "") && (want.Error != "") == (l.Fails != "")
			if !ok {
				t.Errorf("%s (%s), %s: got %q %s %q, want %+v", c.ID, c.Note, l.SDK.ID, l.StringToSign, l.Signature, l.Fails, want)
				continue
			}
			passed[l.SDK.ID]++
			if l.Same != (len(l.Differences) == 0) {
				t.Errorf("%s, %s: same is %v with the differences %+v", c.ID, l.SDK.ID, l.Same, l.Differences)
			}
			for _, d := range l.Differences {
				if d.Rule == Otherwise || d.Why == "" {
					t.Errorf("%s, %s: no rule for %+v", c.ID, l.SDK.ID, d)
				}
			}
		}
	}
	t.Logf("passed %v of %v", passed, named)
	for _, sdk := range []string{Node, Python, Ruby, PHP, Java, Go} {
		if passed[sdk] < 145 {
			t.Errorf("%s: only %d known answers", sdk, passed[sdk])
		}
	}
}

// TestCalls: for every known answer of the upload calls the same form.
func TestCalls(t *testing.T) {
	t.Parallel()
	var file struct {
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
	readJSON(t, "../catalog/testdata/serialization.json", &file)
	passed := map[string]int{}
	for _, c := range file.Cases {
		options := append(object(t, string(c.Options)), catalog.Member{Key: "timestamp", Value: json.Number(c.Form["timestamp"])})
		r := View(nil, options, signer.NewSecret("abcd"), signer.Options{})
		for _, l := range r.Upload {
			want := maps.Clone(c.Form)
			d, diverges := c.Diverge[l.SDK.ID]
			if !diverges && !slices.Contains(c.Agree, l.SDK.ID) {
				continue
			}
			maps.Copy(want, d.Form)
			for _, name := range d.NotSent {
				delete(want, name)
			}
			got := map[string]string{}
			for _, p := range l.Sent {
				got[p.Name] = p.Value
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s (%s), %s: got %q %s, want %q", c.ID, c.Note, l.SDK.ID, got, l.Fails, want)
				continue
			}
			if !diverges && (l.StringToSign != c.StringToSign || l.Signature != c.Signature) {
				t.Errorf("%s, %s: got %q, want %q", c.ID, l.SDK.ID, l.StringToSign, c.StringToSign)
				continue
			}
			passed[l.SDK.ID]++
			for _, x := range l.Differences {
				if x.Rule == Otherwise {
					t.Errorf("%s, %s: no rule for %+v", c.ID, l.SDK.ID, x)
				}
			}
		}
	}
	t.Logf("passed %v of %d", passed, len(file.Cases))
	for _, sdk := range []string{Node, Python, Ruby} {
		if passed[sdk] != len(file.Cases) {
			t.Errorf("%s: %d of %d", sdk, passed[sdk], len(file.Cases))
		}
	}
}

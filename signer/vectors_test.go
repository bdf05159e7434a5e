package signer

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// signingCase is one known answer of testdata/vectors/signing.json.
type signingCase struct {
	ID, Group, Note string
	Params          map[string]string
	Excluded        []string
	Secret          string
	Algorithm       string
	Version         int
	StringToSign    string `json:"string_to_sign"`
	Signature       string
}

func (c signingCase) options(t *testing.T) Options {
	t.Helper()
	a, err := ParseAlgorithm(c.Algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Algorithm: a, Version: Version(c.Version)}
}

// list is the parameters in an order that is not the sorted one.
func (c signingCase) list() []Param {
	var names []string
	for n := range c.Params {
		names = append(names, n)
	}
	slices.Sort(names)
	slices.Reverse(names)
	var list []Param
	for _, n := range names {
		list = append(list, Param{n, c.Params[n]})
	}
	return list
}

// signed is the list after the rule that stands above the core, where the case is
// about that rule.
func (c signingCase) signed() []Param {
	if c.Group != "excluded" {
		return c.list()
	}
	kept, _ := LeaveOut(c.list())
	return kept
}

func signingCases(t testing.TB) []signingCase {
	t.Helper()
	var file struct{ Cases []signingCase }
	readJSON(t, "testdata/vectors/signing.json", &file)
	if len(file.Cases) < 154 {
		t.Fatalf("%d cases, want 154 or more", len(file.Cases))
	}
	return file.Cases
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

func TestSigningVectors(t *testing.T) {
	t.Parallel()
	for _, c := range signingCases(t) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			o, secret := c.options(t), NewSecret(c.Secret)
			if got := StringToSign(c.signed(), o.Version); got != c.StringToSign {
				t.Fatalf("%s: string to sign %q, want %q", c.Note, got, c.StringToSign)
			}
			got, err := Sign(c.signed(), secret, o)
			if c.Secret == "" {
				if err != ErrNoSecret {
					t.Fatalf("%s: error %v, want ErrNoSecret", c.Note, err)
				}
				return
			}
			if err != nil || got != c.Signature {
				t.Fatalf("%s: got %s, %v, want %s", c.Note, got, err, c.Signature)
			}
			if err := Verify(c.signed(), c.Signature, secret, o); err != nil {
				t.Errorf("%s: Verify: %v", c.Note, err)
			}
			if used, err := VerifyAny(c.signed(), c.Signature, secret); err != nil || used.Algorithm != o.Algorithm {
				t.Errorf("%s: VerifyAny: %v, %v", c.Note, used, err)
			}
			if c.Group == "excluded" || c.Group == "lowlevel" {
				return
			}
			if got, err := SignMap(c.Params, secret, o); err != nil || got != c.Signature {
				t.Errorf("%s: SignMap %s, %v", c.Note, got, err)
			}
		})
	}
}

// TestExplainVectors: the trace has the same string and signature, and its offsets
// point at the pairs.
func TestExplainVectors(t *testing.T) {
	t.Parallel()
	for _, c := range signingCases(t) {
		if _, given := c.Params["cloud_name"]; c.Group == "lowlevel" || c.Secret == "" || given && c.Group != "excluded" {
			continue // these show the sign helpers, which leave nothing out
		}
		trace, err := Explain(c.list(), NewSecret(c.Secret), c.options(t))
		if err != nil || trace.Signature != c.Signature || trace.StringToSign != c.StringToSign {
			t.Errorf("%s (%s): %q %s %v", c.ID, c.Note, trace.StringToSign, trace.Signature, err)
		}
		var joined []string
		for _, s := range trace.Steps {
			if trace.StringToSign[s.Start:s.End] != s.Text {
				t.Errorf("%s: offsets %d to %d of %q are not %q", c.ID, s.Start, s.End, trace.StringToSign, s.Text)
			}
			joined = append(joined, s.Text)
		}
		if strings.Join(joined, "&") != trace.StringToSign {
			t.Errorf("%s: the steps joined are %q", c.ID, joined)
		}
		if len(trace.Steps)+len(trace.LeftOut) != len(c.Params) {
			t.Errorf("%s: %d steps and %d left out of %d parameters", c.ID, len(trace.Steps), len(trace.LeftOut), len(c.Params))
		}
	}
}

func TestVerifyVectors(t *testing.T) {
	t.Parallel()
	var file struct {
		Cases []struct {
			ID, Kind, Note, Body, Signature, Secret, Algorithm string
			PublicID                                           string `json:"public_id"`
			Version                                            json.RawMessage
			Timestamp, Now                                     int64
			ValidFor                                           int64 `json:"valid_for"`
			Valid                                              bool
		}
	}
	readJSON(t, "testdata/vectors/verify.json", &file)
	if len(file.Cases) < 29 {
		t.Fatalf("%d cases, want 29 or more", len(file.Cases))
	}
	for _, c := range file.Cases {
		a, err := ParseAlgorithm(c.Algorithm)
		if err != nil {
			t.Fatal(err)
		}
		secret := NewSecret(c.Secret)
		if c.Kind == "response" {
			err = VerifyResponse(c.PublicID, strings.Trim(string(c.Version), `"`), c.Signature, secret, a)
		} else {
			err = VerifyNotification(c.Body, c.Timestamp, c.Signature, secret, a, time.Unix(c.Now, 0), time.Duration(c.ValidFor)*time.Second)
		}
		if (err == nil) != c.Valid {
			t.Errorf("%s (%s): %v, want valid %v", c.ID, c.Note, err, c.Valid)
		}
	}
}

// written is a value as it stands in the string to sign: in version 2 a&b and a%26b
// are the same, which has its own test.
func written(value string, o Options) string {
	if o.Version == V2 {
		return strings.ReplaceAll(value, "&", "%26")
	}
	return value
}

// TestMutations: any change of what is signed changes the signature.
func TestMutations(t *testing.T) {
	t.Parallel()
	for _, c := range signingCases(t) {
		if c.Secret == "" {
			continue
		}
		o, secret, params := c.options(t), NewSecret(c.Secret), c.signed()
		mutated := func(what string, p []Param) {
			t.Helper()
			if StringToSign(p, o.Version) == c.StringToSign {
				t.Fatalf("%s: %s leaves the string to sign as it is", c.ID, what)
			}
			if Verify(p, c.Signature, secret, o) == nil {
				t.Fatalf("%s: %s is still verified", c.ID, what)
			}
		}
		for i, p := range params {
			if p.Value == "" {
				continue
			}
			for at := range len(p.Value) {
				q := slices.Clone(params)
				b := []byte(p.Value)
				b[at] ^= 1
				q[i].Value = string(b)
				mutated("a changed byte of "+p.Name, q)
			}
			mutated("dropping "+p.Name, slices.Delete(slices.Clone(params), i, i+1))
			for j := range i {
				if params[j].Value != "" && written(params[j].Value, o) != written(p.Value, o) {
					q := slices.Clone(params)
					q[i].Value, q[j].Value = q[j].Value, q[i].Value
					mutated("swapping two values", q)
				}
			}
		}
		mutated("one more parameter", append(slices.Clone(params), Param{"zz_added", "1"}))
		if Verify(params, c.Signature, NewSecret(c.Secret+"x"), o) == nil {
			t.Errorf("%s: another secret verifies", c.ID)
		}
		if Verify(params, strings.ToUpper(c.Signature), secret, o) == nil && strings.ToUpper(c.Signature) != c.Signature {
			t.Errorf("%s: capital letters verify", c.ID)
		}
	}
}

// TestEquivalences are the documented ways in which different input signs alike.
func TestEquivalences(t *testing.T) {
	t.Parallel()
	secret := NewSecret("abcd")
	sign := func(v Version, p ...Param) string {
		s, err := Sign(p, secret, Options{Version: v})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a, b := Param{"public_id", "x"}, Param{"timestamp", "1"}
	if sign(V2, a, b) != sign(V2, b, a) {
		t.Error("the order of the input matters")
	}
	if sign(V2, a, b) != sign(V2, a, Param{"folder", ""}, b) {
		t.Error("an empty value matters")
	}
	if sign(V2, Param{"context", "a&b"}) != sign(V2, Param{"context", "a%26b"}) {
		t.Error("version 2: & and its escape sign differently")
	}
	if sign(V1, Param{"context", "a&b"}) == sign(V1, Param{"context", "a%26b"}) {
		t.Error("version 1: & and its escape sign alike")
	}
}

// TestT19Smuggling: in version 1 a value can hold another parameter; in version 2 not.
func TestT19Smuggling(t *testing.T) {
	t.Parallel()
	one := []Param{{"notification_url", "u&tags=x"}, {"timestamp", "1"}}
	two := []Param{{"notification_url", "u"}, {"tags", "x"}, {"timestamp", "1"}}
	if StringToSign(one, V1) != StringToSign(two, V1) {
		t.Error("version 1 should not tell them apart")
	}
	if StringToSign(one, V2) == StringToSign(two, V2) {
		t.Error("version 2 does not tell them apart")
	}
	if CheckName("a&b") == nil || CheckName("A") == nil || CheckName("") == nil || CheckName("a b") == nil || CheckName("public_id") != nil {
		t.Error("CheckName")
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add("public_id", "a&b", "context", "x=1|y=2", "")
	f.Add("eager", "w_1", "eager_async", "1", "%26")
	f.Add("a", "&&", "b", "=", "\n")
	f.Fuzz(func(t *testing.T, n1, v1, n2, v2, v3 string) {
		for _, n := range []string{n1, n2} {
			if CheckName(n) != nil || n == "timestamp" {
				return
			}
		}
		if n1 == n2 {
			return
		}
		p := []Param{{n1, v1}, {n2, v2}, {"timestamp", v3}}
		s := StringToSign(p, V2)
		for _, order := range [][]Param{{p[1], p[0], p[2]}, {p[2], p[1], p[0]}, {p[0], p[2], p[1]}} {
			if StringToSign(order, V2) != s {
				t.Fatalf("the order matters: %q", p)
			}
		}
		want := []string{}
		for _, q := range p {
			if q.Value != "" {
				want = append(want, q.Name+"="+strings.ReplaceAll(q.Value, "&", "%26"))
			}
		}
		slices.SortFunc(want, func(a, b string) int {
			x, _, _ := strings.Cut(a, "=")
			y, _, _ := strings.Cut(b, "=")
			return strings.Compare(x, y)
		})
		got := []string{}
		if s != "" {
			got = strings.Split(s, "&")
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q splits into %q, want %q", s, got, want)
		}
	})
}

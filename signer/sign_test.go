package signer

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestEqualNames: of two parameters with one name the first given stands first,
// whichever way of sorting is taken.
func TestEqualNames(t *testing.T) {
	t.Parallel()
	for _, others := range []int{0, 3, 11, 12, 40, 100} {
		params := []Param{{"tags", "b"}}
		for i := range others {
			params = append(params, Param{"p" + strconv.Itoa(i*37%1000), "x"})
		}
		params = append(params, Param{"tags", "a"})
		before := slices.Clone(params)
		if s := StringToSign(params, V2); !strings.HasSuffix(s, "tags=b&tags=a") || strings.Count(s, "&") != others+1 {
			t.Errorf("%d others: %q", others, s)
		}
		if !slices.Equal(params, before) {
			t.Errorf("%d others: the parameters were modified", others)
		}
	}
}

// TestBufferHoldsNoSecret: what goes back to the pool has no part of the secret in it,
// also after it had to grow.
func TestBufferHoldsNoSecret(t *testing.T) {
	for _, size := range []int{1, 900, 1020, 5000} {
		_, err := Sign([]Param{{"context", strings.Repeat("x", size)}}, NewSecret(canary), Options{})
		if err != nil {
			t.Fatal(err)
		}
		buf := buffers.Get().(*[]byte)
		if full := (*buf)[:cap(*buf)]; bytes.Contains(full, []byte(canary[:5])) || bytes.Contains(full, []byte(canary[len(canary)-5:])) {
			t.Errorf("%d bytes: the secret is still in the buffer", size)
		}
		buffers.Put(buf)
	}
}

func TestVerifyAny(t *testing.T) {
	t.Parallel()
	secret := NewSecret("abcd")
	plain := []Param{{"public_id", "x"}, {"timestamp", "1"}}
	amp := []Param{{"context", "a&b"}, {"timestamp", "1"}}
	for _, tc := range []struct {
		name   string
		params []Param
		signed Options
		want   Options
	}{
		{"sha1", plain, Options{SHA1, V2}, Options{SHA1, V2}},
		{"sha256", plain, Options{SHA256, V2}, Options{SHA256, V2}},
		{"version 1 without an & is version 2", plain, Options{SHA1, V1}, Options{SHA1, V2}},
		{"version 1 with an &", amp, Options{SHA1, V1}, Options{SHA1, V1}},
		{"version 1 with an &, sha256", amp, Options{SHA256, V1}, Options{SHA256, V1}},
		{"version 2 with an &", amp, Options{SHA1, V2}, Options{SHA1, V2}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sig, err := Sign(tc.params, secret, tc.signed)
			if err != nil || len(sig) != tc.signed.Algorithm.HexLen() {
				t.Fatalf("Sign: %q, %v", sig, err)
			}
			if got, err := VerifyAny(tc.params, sig, secret); err != nil || got != tc.want {
				t.Errorf("got %v, %v, want %v", got, err, tc.want)
			}
			for _, bad := range []string{"", sig[1:], sig + "0", strings.ToUpper(sig), "0" + sig[1:] + " "} {
				if _, err := VerifyAny(tc.params, bad, secret); !errors.Is(err, ErrMismatch) {
					t.Errorf("%q: %v, want ErrMismatch", bad, err)
				}
			}
			if _, err := VerifyAny(tc.params, sig, Secret{}); !errors.Is(err, ErrNoSecret) {
				t.Errorf("no secret: %v", err)
			}
		})
	}
}

// TestNoSecret: nothing is signed or verified with an empty secret.
func TestNoSecret(t *testing.T) {
	t.Parallel()
	for _, none := range []Secret{{}, NewSecret("")} {
		_, sign := Sign(nil, none, Options{})
		_, response := SignResponse("x", "1", none, SHA1)
		trace, explain := Explain([]Param{{"public_id", "x"}}, none, Options{})
		for name, err := range map[string]error{
			"Sign": sign, "SignResponse": response, "Explain": explain,
			"Verify":             Verify(nil, "", none, Options{}),
			"VerifyResponse":     VerifyResponse("x", "1", "", none, SHA1),
			"VerifyNotification": VerifyNotification("", 1, "", none, SHA1, time.Unix(1, 0), time.Hour),
		} {
			if err != ErrNoSecret {
				t.Errorf("%s: %v, want ErrNoSecret", name, err)
			}
		}
		if trace.StringToSign != "public_id=x" || trace.Signature != "" {
			t.Errorf("the trace without a secret: %+v", trace)
		}
	}
}

// TestReasons: each rule that leaves a parameter out, and its words.
func TestReasons(t *testing.T) {
	t.Parallel()
	in := []Param{
		{"timestamp", "1"}, {"file", "x"}, {"signature", "x"}, {"folder", ""}, {"api_key", ""},
		{"cloud_name", "x"}, {"resource_type", "x"}, {"asset_folder", "x"},
	}
	kept, left := LeaveOut(in)
	if !slices.Equal(kept, []Param{{"timestamp", "1"}, {"asset_folder", "x"}}) {
		t.Errorf("kept %v", kept)
	}
	want := []Reason{Excluded, Signature, Empty, Excluded, Excluded, Excluded}
	for i, l := range left {
		if i >= len(want) || l.Reason != want[i] || l.Reason.Words() == "" {
			t.Errorf("left out %d: %+v, %q", i, l, l.Reason.Words())
		}
	}
	if len(left) != len(want) || Kept.Words() != "" || Off.Words() == "" {
		t.Errorf("%d left out, want %d", len(left), len(want))
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	var wrong *ParamError
	if err := CheckName("a&b"); !errors.As(err, &wrong) || wrong.Name != "a&b" || !strings.Contains(err.Error(), `"a&b"`) {
		t.Errorf("CheckName: %v", err)
	}
	for got, want := range map[string]string{
		SHA1.String(): "sha1", SHA256.String(): "sha256", V1.String(): "v1", V2.String(): "v2", Version(0).String(): "v2",
		Fingerprint(nil): "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for text, want := range map[string]Version{"": V2, "1": V1, "2": V2} {
		if got, err := ParseVersion(text); err != nil || got != want || got.Number() != int(want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestSecretEqual(t *testing.T) {
	t.Parallel()
	a := NewSecret(canary)
	if !a.Equal(NewSecret(canary)) || a.Equal(NewSecret(canary+" ")) || a.Equal(Secret{}) || !NewSecret("").Equal(Secret{}) {
		t.Error("Equal")
	}
	if a.GoString() != Mask || (Secret{}).String() != "" {
		t.Error("GoString or String")
	}
}

// TestAllocations holds the promise of the figures: at most two.
func TestAllocations(t *testing.T) {
	secret := NewSecret("abcd")
	for name, params := range benchParams() {
		m := map[string]string{}
		for _, p := range params {
			m[p.Name] = p.Value
		}
		if n := testing.AllocsPerRun(50, func() { _, _ = Sign(params, secret, Options{}) }); n > 2 {
			t.Errorf("%s: Sign makes %v allocations", name, n)
		}
		if n := testing.AllocsPerRun(50, func() { _, _ = SignMap(m, secret, Options{}) }); n > 2 {
			t.Errorf("%s: SignMap makes %v allocations", name, n)
		}
	}
}

package signer

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"
)

const canary = "cAn/ry+s3cr%t val\"ue"

// TestT12Masked: no way of printing a secret gives it away.
func TestT12Masked(t *testing.T) {
	t.Parallel()
	s := NewSecret(canary)
	holder := struct {
		Name string
		S    Secret
		P    *Secret
	}{"x", s, &s}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%08b"} {
		fmt.Fprintf(&out, verb+" "+verb+"\n", s, holder)
	}
	fmt.Fprintln(&out, s, &s, holder, []Secret{s}, map[string]Secret{"k": s}, fmt.Errorf("wrapped: %w %v", ErrNoSecret, s))
	b, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", s, "holder", holder)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", s)
	for i := 0; i+5 <= len(canary); i++ {
		if strings.Contains(out.String(), canary[i:i+5]) {
			t.Fatalf("%q is in the output:\n%s", canary[i:i+5], out.String())
		}
	}
	if !strings.Contains(out.String(), Mask) {
		t.Error("there is no mask in the output")
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	s := NewSecret(canary)
	for name, text := range map[string]string{
		"plain":  "before " + canary + " after",
		"query":  "https://x/?s=" + url.QueryEscape(canary),
		"path":   "https://x/" + url.PathEscape(canary),
		"go":     fmt.Sprintf("%q", canary),
		"base64": base64.StdEncoding.EncodeToString([]byte(canary)),
		"json":   func() string { b, _ := json.Marshal(canary); return string(b) }(),
	} {
		got := s.Redact(text)
		if !strings.Contains(got, Mask) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := NewSecret(Published).Redact("abcd"); got != "abcd" {
		t.Errorf("the published secret is masked: %q", got)
	}
	if got := s.BasicAuth("1"); got != "Basic "+base64.StdEncoding.EncodeToString([]byte("1:"+canary)) {
		t.Errorf("BasicAuth: %q", got)
	}
}

func TestCheckTimestamp(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	for value, want := range map[string]State{
		"1700000000": Fresh, "1699996400": Fresh, "1699996399": Stale, "1700000030": Fresh, "1700000100": Future,
		"1700000000000": Milliseconds, "": NotATimestamp, "12.5": NotATimestamp, "2026-01-01": NotATimestamp, "-5": NotATimestamp, " 1700000000": NotATimestamp,
	} {
		if got := CheckTimestamp(value, now); got.State != want {
			t.Errorf("%q: %v, want %v", value, got.State, want)
		}
	}
	if f := CheckTimestamp("1699998200", now); f.Left != 30*time.Minute || !f.Until.Equal(now.Add(30*time.Minute)) {
		t.Errorf("left %v until %v", f.Left, f.Until)
	}
}

func TestParseOptions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Algorithm{"": SHA1, "sha1": SHA1, "SHA-1": SHA1, "sha256": SHA256, "SHA256": SHA256} {
		if got, err := ParseAlgorithm(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := ParseAlgorithm("md5"); err == nil {
		t.Error("md5 is taken")
	}
	if _, err := ParseVersion("3"); err == nil {
		t.Error("version 3 is taken")
	}
	if _, err := Sign(nil, Secret{}, Options{}); err != ErrNoSecret {
		t.Errorf("without a secret: %v", err)
	}
}

package lens

import (
	"errors"
	"strings"
	"testing"

	"signpost/signer"
)

// TestSmugglingPair: the steps are computed, and give the signatures of the SDKs' test.
func TestSmugglingPair(t *testing.T) {
	t.Parallel()
	steps, err := Smuggling("", signer.Secret{}, nil)
	if err != nil || len(steps) != 4 {
		t.Fatalf("%d steps, %v", len(steps), err)
	}
	const v1, v2 = "7b4e3a539ff1fa6e6700c41b3a2ee77586a025f9", "4fdf465dd89451cc1ed8ec5b3e314e8a51695704"
	for i, want := range []struct {
		signature string
		accepted  bool
	}{{v1, true}, {v1, true}, {v2, true}, {v2, false}} {
		if s := steps[i]; s.Signature != want.signature || s.Accepted != want.accepted {
			t.Errorf("%s: %s, accepted %v", s.Title, s.Signature, s.Accepted)
		}
	}
	if steps[0].StringToSign != steps[1].StringToSign || steps[2].StringToSign == steps[3].StringToSign {
		t.Error("the strings to sign of the pair")
	}
}

// TestSmugglingSent: what is sent is the attacker's form under the app's signature, and
// what the server says decides.
func TestSmugglingSent(t *testing.T) {
	t.Parallel()
	secret := signer.NewSecret("abcd")
	server := func(params []signer.Param, signature string) (int, []byte, error) {
		if _, err := signer.VerifyAny(params, signature, secret); err != nil {
			return 401, []byte(`{"error":{"message":"Invalid Signature"}}`), nil
		}
		return 200, []byte(`{"tags":["hello","world"]}`), nil
	}
	steps, err := Smuggling("1315060510", secret, server)
	if err != nil || len(steps) != 6 {
		t.Fatalf("%d steps, %v", len(steps), err)
	}
	if s := steps[4]; !s.Accepted || !strings.Contains(s.Answer, "hello, world") {
		t.Errorf("version 1: %+v", s)
	}
	if s := steps[5]; s.Accepted || s.Answer != "401  Invalid Signature" {
		t.Errorf("version 2: %+v", s)
	}
	for _, s := range steps[4:] {
		for _, p := range s.Params {
			if p.Name == "notification_url" {
				t.Error("the sandbox would call the address")
			}
		}
	}
	if _, err := Smuggling("1", secret, func([]signer.Param, string) (int, []byte, error) { return 0, nil, errors.New("gone") }); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("got %v", err)
	}
	if s := saidBy([]byte("<html>")); !strings.Contains(s, "no JSON") {
		t.Error(s)
	}
}

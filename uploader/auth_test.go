package uploader

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

// TestAuth: what is sent for each way to authenticate, and that the signature beside it
// stays the one of the signed way.
func TestAuth(t *testing.T) {
	t.Parallel()
	account := Account{CloudName: "c", APIKey: "1234", Secret: signer.NewSecret("s3cret-value"), Token: signer.NewSecret("t0ken-value")}
	draft := Draft{Timestamp: "1315060510", Params: []DraftParam{{Param: signer.Param{Name: "upload_preset", Value: "p"}}}}
	signed, err := Prepare(draft, account, File{}, time.Unix(1315060510, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		auth   Auth
		fields string
		header string
		until  bool // it expires
	}{
		{AuthSigned, "upload_preset timestamp signature api_key", "", true},
		{AuthUnsigned, "upload_preset", "", false},
		{AuthBasic, "upload_preset", "Basic MTIzNDpzM2NyZXQtdmFsdWU=", false},
		{AuthBearer, "upload_preset timestamp", "Bearer t0ken-value", true},
	} {
		draft.Auth = c.auth
		p, err := Prepare(draft, account, File{}, time.Unix(1315060510, 0))
		if err != nil {
			t.Fatalf("%q: %v", c.auth, err)
		}
		var names []string
		for _, f := range p.Fields {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != c.fields || p.Authorization() != c.header {
			t.Errorf("%q: fields %q, header %q; want %q, %q", c.auth, got, p.Authorization(), c.fields, c.header)
		}
		if p.Expires() != c.until {
			t.Errorf("%q: it expires: %t", c.auth, p.Expires())
		}
		if p.Trace.Signature != signed.Trace.Signature {
			t.Errorf("%q: the signature beside it is another one", c.auth)
		}
	}
}

// TestAuthLacks: each way says which credential it lacks; an unsigned upload needs none.
func TestAuthLacks(t *testing.T) {
	t.Parallel()
	cloud := Account{CloudName: "c"}
	key := Account{CloudName: "c", APIKey: "1"}
	for _, c := range []struct {
		auth    Auth
		account Account
		want    error
	}{
		{AuthSigned, cloud, ErrNoCredentials},
		{AuthSigned, key, signer.ErrNoSecret},
		{AuthBasic, cloud, ErrNoCredentials},
		{AuthBasic, key, signer.ErrNoSecret},
		{AuthBearer, key, ErrNoToken},
		{AuthUnsigned, cloud, nil},
		{AuthUnsigned, Account{}, ErrNoCredentials},
	} {
		_, err := Prepare(Draft{Auth: c.auth}, c.account, File{}, time.Unix(0, 0))
		if !errors.Is(err, c.want) {
			t.Errorf("%q: got %v, want %v", c.auth, err, c.want)
		}
	}
}

// TestTimestampByHandIsSent: a timestamp that was typed is sent in every way.
func TestTimestampByHandIsSent(t *testing.T) {
	t.Parallel()
	for _, auth := range Auths {
		p, _ := Prepare(Draft{Auth: auth, Timestamp: "17", TimestampByHand: true}, SandboxAccount("http://127.0.0.1:1"), File{}, time.Unix(0, 0))
		if !slices.Contains(p.Fields, signer.Param{Name: "timestamp", Value: "17"}) {
			t.Errorf("%q: the timestamp is not sent", auth)
		}
	}
}

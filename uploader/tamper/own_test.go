package tamper_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/tamper"
)

// TestOwn: a request to an account of a person's own is signed with its secret, over what
// the mistake makes of it; the secret is in nothing that comes of it.
func TestOwn(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-value"
	p := request(t, func(a *uploader.Account, _ *uploader.Draft) {
		*a = uploader.Account{CloudName: "shop", APIKey: "424242424242424", Secret: signer.NewSecret(secret), Options: signer.Options{Version: signer.V2}}
	})
	for _, c := range all {
		m, err := tamper.Parse(c.mistake)
		if err != nil {
			t.Fatal(err)
		}
		if m.Kind == tamper.Key || m.Kind == tamper.Cloud || m.Kind == tamper.NoSignature {
			continue // the signature stays
		}
		broken, err := tamper.Own(p, m)
		if m.Kind == tamper.Quoted || m.Kind == tamper.Newline {
			if !errors.Is(err, tamper.ErrOwnSecret) {
				t.Errorf("%s: the secret is damaged: %v", c.mistake, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.mistake, err)
			continue
		}
		sign, algorithm, held := signer.SignText, signer.SHA1, signer.NewSecret(secret)
		switch m.Kind {
		case tamper.HMAC:
			sign = signer.HMACText
		case tamper.OtherHash:
			algorithm = signer.SHA256
		case tamper.Secret:
			held = signer.NewSecret(m.Value)
		}
		want, err := sign(broken.Trace.StringToSign, held, algorithm)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range broken.Fields {
			if f.Name == "signature" {
				got = f.Value
			}
		}
		if got != want || broken.Trace.Signature != want || !strings.Contains(broken.Trace.StringToSign, c.text) && c.text != "" && m.Kind != tamper.SignToo {
			t.Errorf("%s: signature %s, want %s over %q", c.mistake, got, want, broken.Trace.StringToSign)
		}
		if strings.Contains(fmt.Sprintf("%+v", broken), secret) {
			t.Errorf("%s: the secret stands in the request", c.mistake)
		}
		if broken.Account.CloudName != "shop" || !broken.TimestampByHand {
			t.Errorf("%s: got %+v", c.mistake, broken.Account)
		}
	}
}

package uploader

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

func TestPing(t *testing.T) {
	t.Parallel()
	secret := "s3cret-value-0123"
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		key, given, _ := r.BasicAuth()
		switch {
		case r.URL.Path == "/v1_1/moved/ping":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case r.URL.Path == "/v1_1/portal/ping":
			_, _ = io.WriteString(w, "<html>sign in</html>")
		case r.Header.Get("Authorization") == "Bearer t0ken", key == "1" && given == secret:
			_, _ = io.WriteString(w, `{"status":"ok"}`)
		default:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":{"message":"api_secret mismatch for `+given+`"}}`)
		}
	}))
	defer srv.Close()
	c := New(ClientConfig{})
	account := Account{CloudName: "c", APIKey: "1", Secret: signer.NewSecret(secret), Prefix: srv.URL}
	p, err := c.Ping(t.Context(), account)
	if err != nil || !p.OK() || !p.HasDate || p.Skew < 59*time.Minute || p.Skew > 61*time.Minute {
		t.Errorf("got %+v, %v", p, err)
	}
	if p, err := c.Ping(t.Context(), Account{CloudName: "c", Token: signer.NewSecret("t0ken"), Prefix: srv.URL}); err != nil || !p.OK() {
		t.Errorf("token: %+v, %v", p, err)
	}
	wrong := account
	wrong.Secret = signer.NewSecret("wrong-secret-9")
	if p, err := c.Ping(t.Context(), wrong); err != nil || p.OK() || !strings.Contains(p.Message, "mismatch") || strings.Contains(p.Message, "wrong-secret") {
		t.Errorf("wrong: %+v, %v", p, err)
	}
	account.CloudName = "moved"
	if _, err := c.Ping(t.Context(), account); err == nil || !strings.Contains(err.Error(), "elsewhere") {
		t.Errorf("a redirect: %v", err)
	}
	account.CloudName = "portal"
	if p, _ := c.Ping(t.Context(), account); !strings.Contains(p.Message, "<html>") {
		t.Errorf("no JSON: %+v", p)
	}
	for want, a := range map[error]Account{ErrNoCredentials: {APIKey: "1", Secret: signer.NewSecret("x")}, ErrNoToken: {CloudName: "c"}} {
		if _, err := c.Ping(t.Context(), a); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	account.Prefix = "http://example.com"
	if _, err := c.Ping(t.Context(), account); err == nil {
		t.Error("the secret would go over plain http")
	}
}

func TestOAuthURL(t *testing.T) {
	t.Parallel()
	c := ReadConfig(ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": "cloudinary://my-cloud?oauth_token=t0ken-value&refresh_token=r&expires_at=1795423500&region=eu"}})
	if !c.Found || c.Account.CloudName != "my-cloud" || c.Account.Token.IsZero() || c.Account.Base() != "https://api-eu.cloudinary.com" || c.TokenUntil.Unix() != 1795423500 {
		t.Errorf("got %+v", c)
	}
	for _, text := range c.Notes {
		if strings.Contains(text, "t0ken") {
			t.Errorf("the token stands in %q", text)
		}
	}
	if c := ReadConfig(ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": "cloudinary://my-cloud"}}); c.Found {
		t.Error("neither key nor token")
	}
}

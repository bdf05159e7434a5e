package sandbox

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"signpost/signer"
)

// TestPing: the credentials of the header decide, and nothing is stored.
func TestPing(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, c := range map[string]struct {
		cloud, header, want string
		status              int
	}{
		"right":           {DemoCloud, signer.NewSecret(signer.Published).BasicAuth(DemoKey), `"status":"ok"`, 200},
		"token":           {DemoCloud, "Bearer " + DemoToken, `"status":"ok"`, 200},
		"wrong secret":    {DemoCloud, signer.NewSecret("x").BasicAuth(DemoKey), "api_secret mismatch", 401},
		"wrong key":       {DemoCloud, signer.NewSecret("x").BasicAuth("1"), "Invalid api_key 1", 401},
		"wrong cloud":     {"other", signer.NewSecret(signer.Published).BasicAuth(DemoKey), "Invalid cloud_name other", 401},
		"no header":       {DemoCloud, "", "Invalid api_key", 401},
		"another token":   {DemoCloud, "Bearer x", "Invalid OAuth token", 401},
		"a third scheme":  {DemoCloud, "Digest x", "Invalid api_key", 401},
		"broken encoding": {DemoCloud, "Basic !", "Invalid api_key", 401},
	} {
		r, err := http.NewRequest("GET", s.BaseURL()+"/v1_1/"+c.cloud+"/ping", nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.header != "" {
			r.Header.Set("Authorization", c.header)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != c.status || !strings.Contains(string(body), c.want) {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
	}
}

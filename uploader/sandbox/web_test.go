package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"signpost/signer"
)

// askSign asks for a signature as the page does; change spoils the request.
func askSign(t *testing.T, s *Server, body string, change func(r *http.Request)) reply {
	t.Helper()
	r := request(t, s, http.MethodPost, "/_/sign", "application/json", []byte(body))
	r.Header.Set("X-Page-Token", s.token)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if change != nil {
		change(r)
	}
	return do(t, s, r)
}

// TestT29Sign: a signature is made for the page's own requests only, and for parameters
// on the list only; what is signed is accepted.
func TestT29Sign(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	r := askSign(t, s, `{"params":{"public_id":"from_page","tags":"a,b","eager":""}}`, nil)
	got := map[string]string{}
	if err := json.Unmarshal(r.body, &got); err != nil || r.status != 200 || strings.Contains(string(r.body), "abcd\"") {
		t.Fatalf("%d %s", r.status, r.body)
	}
	up := post(t, s, "/v1_1/demo/auto/upload", []field{param("public_id", "from_page"), param("tags", "a,b"), param("timestamp", got["timestamp"]),
		param("api_key", got["api_key"]), param("signature", got["signature"]), file("a.png", tinyPNG)})
	if a := up.upload(t); a.PublicID != "from_page" {
		t.Errorf("%+v", a)
	}
	ok := `{"params":{"public_id":"x"}}`
	for name, c := range map[string]struct {
		body   string
		change func(*http.Request)
		status int
	}{
		"GET":                 {ok, func(r *http.Request) { r.Method = "GET" }, 405},
		"a form":              {ok, func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 400},
		"text":                {ok, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 400},
		"no token":            {ok, func(r *http.Request) { r.Header.Del("X-Page-Token") }, 403},
		"another token":       {ok, func(r *http.Request) { r.Header.Set("X-Page-Token", "x") }, 403},
		"another site":        {ok, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"another origin":      {ok, func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "https://evil.example") }, 403},
		"null origin":         {ok, func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "null") }, 403},
		"rebound host (T28)":  {ok, func(r *http.Request) { r.Host = "evil.example" }, 421},
		"notification_url":    {`{"params":{"notification_url":"http://x"}}`, nil, 400},
		"eval":                {`{"params":{"eval":"x"}}`, nil, 400},
		"on_success":          {`{"params":{"on_success":"x"}}`, nil, 400},
		"type":                {`{"params":{"type":"private"}}`, nil, 400},
		"access_control":      {`{"params":{"access_control":"[]"}}`, nil, 400},
		"timestamp":           {`{"params":{"timestamp":"1"}}`, nil, 400},
		"another cloud":       {`{"params":{},"cloud":"other"}`, nil, 401},
		"no JSON":             {`nonsense`, nil, 400},
		"too long":            {`{"params":{"public_id":"` + strings.Repeat("a", 20<<10) + `"}}`, nil, 400},
		"a list, not strings": {`{"params":{"tags":["a"]}}`, nil, 400},
	} {
		if r := askSign(t, s, c.body, c.change); r.status != c.status || strings.Contains(string(r.body), "signature\"") {
			t.Errorf("%s: %d %s, want %d", name, r.status, r.body, c.status)
		}
	}
}

// TestT30NoCORS: no answer of the pages lets another origin read it.
func TestT30NoCORS(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, path := range []string{"/_/", "/_/events", "/_/assets", "/_/app.js", "/_/demo.js", "/_/style.css", "/_/sign.go"} {
		r := request(t, s, http.MethodGet, path, "", nil)
		r.Header.Set("Origin", "https://evil.example")
		got := do(t, s, r)
		if got.status != 200 || got.header.Get("Access-Control-Allow-Origin") != "" || got.header.Get("Cross-Origin-Resource-Policy") != "same-origin" ||
			!strings.Contains(got.header.Get("Content-Security-Policy"), "default-src 'none'") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
	}
	if r := do(t, s, request(t, s, http.MethodPost, "/_/reset", "", nil)); r.status != 403 {
		t.Errorf("reset without the token: %d", r.status)
	}
	if r := get(t, s, "/_/../sign.go"); r.status == 200 {
		t.Errorf("%s", r.body)
	}
}

// TestT39HostileNames: what clients sent is data in the page's JSON, and nothing of it is
// in its HTML. The browser's side of this is tested in a browser.
func TestT39HostileNames(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	evil := `x"><script>alert(1)</script>`
	uploadAs(t, s, "safe", param("tags", evil), param("context", "a="+evil))
	page := get(t, s, "/_/")
	if bytes.Contains(page.body, []byte("alert")) || page.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%s", page.body)
	}
	assets := get(t, s, "/_/assets")
	if !strings.Contains(string(assets.body), "alert(1)") || assets.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("%v %s", assets.header, assets.body)
	}
	for _, name := range []string{"app.js", "demo.js"} {
		js := get(t, s, "/_/"+name)
		for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
			if strings.Contains(string(js.body), bad) {
				t.Errorf("%s uses %s", name, bad)
			}
		}
	}
}

// TestEvents: what the server saw, with its verification, and no secret.
func TestEvents(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	post(t, s, "/v1_1/demo/image/upload", append(signed(t, param("public_id", "one")), param("api_secret", "abcd"), file("a.png", tinyPNG)))
	wrong := signed(t, param("public_id", "x"), param("max_bytes", "9"))
	post(t, s, "/v1_1/demo/image/upload", append(wrong, file("a.png", tinyPNG)))
	var got struct {
		Last   int
		Events []webEvent
	}
	body := get(t, s, "/_/events?after=0").body
	if err := json.Unmarshal(body, &got); err != nil || got.Last != 2 || len(got.Events) != 2 {
		t.Fatalf("%s", body)
	}
	first, second := got.Events[0], got.Events[1]
	if first.Status != 200 && first.Status != 401 || strings.Contains(string(body), `"abcd"`) {
		t.Errorf("%+v", first)
	}
	if second.Status != 401 || second.Ignored[0] != "max_bytes" || second.StringToSign != "public_id=x&timestamp="+stamp {
		t.Errorf("%+v", second)
	}
	if n := len(s.Exchanges()); n != 2 {
		t.Errorf("%d exchanges", n)
	}
	for range ringSize + 10 {
		s.record(Exchange{Path: "/v1_1/", Fields: []signer.Param{{Name: "x", Value: strings.Repeat("y", recordedFields)}, {Name: "z", Value: strings.Repeat("y", recordedFields)}}})
	}
	if n := len(s.ring.all); n != ringSize || len(s.ring.all[0].e.Fields) != 1 {
		t.Errorf("%d are kept", n)
	}
	if r := get(t, s, "/_/events?after=99999999"); !strings.Contains(string(r.body), `"events":[]`) {
		t.Errorf("%s", r.body)
	}
}

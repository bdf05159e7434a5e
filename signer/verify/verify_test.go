package verify

import (
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

const (
	sdkSecret = "hdcixPpR2iKERPwqvH6sHdK9cyac" // of the official SDKs' own tests
	good      = `{"public_id":"b8sjhoslj8cq8ovoa0ma","version":1555337587,"signature":"3e974ccf50d4d1b195d2046c95994fe50ff81267","format":"jpg"}`
)

var now = time.Unix(1549533634, 0)

func keys(secret string, others ...string) []Key {
	all := []Key{{Name: "the account in use", CloudName: "demo", Secret: signer.NewSecret(secret)}}
	for i, s := range others {
		all = append(all, Key{Name: "profile " + strconv.Itoa(i+1), Secret: signer.NewSecret(s)})
	}
	return all
}

// TestVectors: the known answers of the official SDKs; what is too old is expired and not
// wrong, and nothing else is.
func TestVectors(t *testing.T) {
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
	raw, err := os.ReadFile("../testdata/vectors/verify.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	expired := map[string]bool{"notification-12": true, "notification-14": true}
	reasons := map[string]string{
		"response-05": "capital letters", "response-07": "rule of version 2", "response-10": "SHA-256", "response-11": "no signature", "response-12": "white space",
		"notification-05": "without blanks", "notification-06": "without the line end", "notification-07": "for the timestamp 1549533574", "notification-09": "HMAC",
	}
	for _, c := range file.Cases {
		a, err := signer.ParseAlgorithm(c.Algorithm)
		if err != nil {
			t.Fatal(err)
		}
		s := Subject{Kind: Answer, PublicID: c.PublicID, Version: strings.Trim(string(c.Version), `"`), Signature: c.Signature}
		if c.Kind == "notification" {
			s = Subject{Kind: Webhook, Body: c.Body, Timestamp: strconv.FormatInt(c.Timestamp, 10), Signature: c.Signature}
		}
		k := keys(c.Secret)
		k[0].Algorithm = a
		r, err := Check(s, Config{Keys: k, Now: time.Unix(c.Now, 0), ValidFor: time.Duration(c.ValidFor) * time.Second})
		if err != nil || (r.Verdict == Right) != c.Valid || (r.Verdict == Expired) != expired[c.ID] {
			t.Errorf("%s (%s): %v %v, want valid %v", c.ID, c.Note, r.Verdict, err, c.Valid)
		}
		if want := reasons[c.ID]; !strings.Contains(r.Reason.What, want) || want == "" && r.Verdict == Wrong && r.Reason.What != "" {
			t.Errorf("%s (%s): the reason is %q, want %q", c.ID, c.Note, r.Reason, want)
		}
		if expected := strings.TrimSuffix(r.Expected, "…"); len(expected) != 8 || r.Verdict != Wrong && !strings.HasPrefix(c.Signature, expected) {
			t.Errorf("%s: expected %q of %q", c.ID, r.Expected, c.Signature)
		}
	}
	if len(file.Cases) < 29 {
		t.Errorf("%d cases", len(file.Cases))
	}
}

// TestRecognised: what a text is, and what it lacks.
func TestRecognised(t *testing.T) {
	t.Parallel()
	hook := "POST /hook HTTP/1.1\r\nHost: x\r\nX-Cld-Timestamp: 5\r\nX-CLD-Signature: abc\r\n\r\n{\"notification_type\":\"upload\"}\n"
	for text, want := range map[string]Kind{
		"{\n  asset_id: 'a',\n  public_id: 'x',\n  version: 7,\n  signature: 'abc' }": Answer, "{'public_id': 'x', 'version_id': 'v', 'version': 7, 'signature': 'abc'}": Answer,
		`{"public_id"=>"x", "version"=>7, "signature"=>"abc"}`: Answer,
		good: Answer, " \n" + good: Answer, "HTTP/1.1 200 OK\nContent-Type: application/json\n\n" + good: Answer, hook: Webhook,
		strings.TrimPrefix(hook, "POST /hook HTTP/1.1\r\n"):                                                 Webhook,
		"https://res.cloudinary.com/demo/image/authenticated/s--Ai4Znfl3--/c_crop,h_20,w_10/v1/image.jpg\n": URL,
		"http://127.0.0.1:8787/demo/image/authenticated/s--Ai4Znfl3--/image.jpg":                            URL,
	} {
		s, err := Recognise(text)
		if err != nil || s.Kind != want {
			t.Errorf("%.40q: %v, %v", text, s.Kind, err)
		}
		if strings.Contains(text, "abc") && want == Answer && (s.PublicID != "x" || s.Version != "7" || s.Signature != "abc") {
			t.Errorf("%q: %+v", text, s)
		}
		if want == Webhook && (s.Body != "{\"notification_type\":\"upload\"}\n" || s.Timestamp != "5" || s.Signature != "abc") {
			t.Errorf("%+v", s)
		}
	}
	for text, want := range map[string]string{
		"X-Cld-Signature: a\n": "without its body", "{public_id: 'a\\'b', version: 1, signature: 'x'}": "no JSON", "{'public_id': 'x', 'version': 1}": "no JSON",
		"": "nothing here", "hello": "nothing here", "{": "no JSON", `{"a":1}`: "nothing here", `{"public_id":"x","version":1}`: "no signature",
		`{"public_id":"x","signature":"y"}`: "no version", `{"public_id":5}`: "public_id is a number", `{"notification_type":"eager"}`: "in its headers",
		"https://res.cloudinary.com/demo/s--x": "no delivery URL", "s--": "no delivery URL", "%zz/s--a--/b": "no delivery URL", "/s--a--": "no delivery URL",
	} {
		_, err := Recognise(text)
		var unclear *UnclearError
		if !errors.As(err, &unclear) || !strings.Contains(err.Error(), want) || unclear.Hint == "" {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if at, sig, ok := Headers("x-cld-timestamp: 5\nX-Cld-Signature:abc\n"); !ok || at != "5" || sig != "abc" {
		t.Errorf("%q %q %v", at, sig, ok)
	}
}

// TestAnswerReasons: what a wrong answer's signature would be right for.
func TestAnswerReasons(t *testing.T) {
	t.Parallel()
	sign := func(text, secret string) string {
		s, err := signer.SignText(text, signer.NewSecret(secret), signer.SHA1)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for want, signature := range map[string]string{
		"profile 1":                   sign("public_id=a.b&version=1549533000", "other"),
		"with a v in front":           sign("public_id=a.b&version=v1549533000", "abcd"),
		"with its extension":          sign("public_id=a.b.jpg&version=1549533000", "abcd"),
		"without its extension":       sign("public_id=a&version=1549533000", "abcd"),
		"as the Go SDK before 2.16.1": sign("public_id=a.b&timestamp=1549533005&version=1549533000", "abcd"),
		"the Go SDK before 2.16.1 ":   sign("public_id=a.b&timestamp=1549533630&version=1549533000", "abcd"),
		"no signature: one has 40":    "abc",
		"":                            sign("something else", "abcd"),
	} {
		r, err := Check(Subject{Kind: Answer, PublicID: "a.b", Version: "1549533000", Format: "jpg", Signature: signature}, Config{Keys: keys("abcd", "other"), Now: now})
		if err != nil || r.Verdict != Wrong || !strings.Contains(r.Reason.What+" ", strings.TrimRight(want, " ")) || (want == "") != (r.Reason.What == "") {
			t.Errorf("want %q, got %q, %v, %v", want, r.Reason.What, r.Verdict, err)
		}
	}
	if _, err := Check(Subject{Kind: Answer}, Config{}); err != signer.ErrNoSecret {
		t.Errorf("no key: %v", err)
	}
	if _, err := Check(Subject{Kind: Answer}, Config{Keys: []Key{{}}}); err != signer.ErrNoSecret {
		t.Errorf("no secret: %v", err)
	}
}

// TestURLs: the known answers of the SDKs' tests (secret b), what is signed, and the
// nearest explanations.
func TestURLs(t *testing.T) {
	t.Parallel()
	const front = "https://res.cloudinary.com/demo/image/authenticated/"
	for _, c := range []struct {
		url, secret string
		verdict     Verdict
		signed      string
		reason      string
	}{
		{front + "s--Ai4Znfl3--/c_crop,h_20,w_10/v1234/image.jpg", "b", Right, "c_crop,h_20,w_10/image.jpg", ""},
		{front + "s--Ai4Znfl3--/c_crop,h_20,w_10/image.jpg?x=1#y", "b", Right, "c_crop,h_20,w_10/image.jpg", ""},
		{front + "s----SjmNDA--/v1234/image.jpg", "b", Right, "image.jpg", ""},
		{front + "s--2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFf--/sample.jpg", "b", Right, "sample.jpg", ""},
		{"https://demo-res.cloudinary.com/image/authenticated/s--Ai4Znfl3--/c_crop%2Ch_20%2Cw_10/image.jpg", "b", Right, "c_crop,h_20,w_10/image.jpg", ""},
		{front + "s--Ai4Znfl3--/c_crop,h_20,w_10/image.jpg", "x", Wrong, "c_crop,h_20,w_10/image.jpg", "profile 1"},
		{front + "s--Ai4Znfl3--/e_sepia/c_crop,h_20,w_10/image.jpg", "b", Wrong, "e_sepia/c_crop,h_20,w_10/image.jpg", "without e_sepia"},
		{front + "s----SjmNDA--/image.jpg/more.jpg", "b", Wrong, "image.jpg/more.jpg", "behind image.jpg"},
		{front + "s--Ai4Znf--/image.jpg", "b", Wrong, "image.jpg", "neither 8 characters nor 32"},
		{front + "s--AAAAAAAA--/image.jpg", "b", Wrong, "image.jpg", ""},
	} {
		s, err := Recognise(c.url)
		if err != nil {
			t.Fatalf("%s: %v", c.url, err)
		}
		r, err := Check(s, Config{Keys: keys(c.secret, "b"), Now: now})
		if err != nil || r.Verdict != c.verdict || r.Hashed != c.signed || !strings.Contains(r.Reason.What, c.reason) || (c.reason == "") != (r.Reason.What == "") {
			t.Errorf("%s: %v %q %q %v", c.url, r.Verdict, r.Hashed, r.Reason.What, err)
		}
	}
	sha, _ := signer.SignDeliveryWith("v7/a.jpg", signer.NewSecret("b"), signer.SHA256, 8)
	s, err := NewURL(front + "s--" + sha + "--/v7/a.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := Check(s, Config{Keys: keys("b")}); !strings.Contains(r.Reason.What, "the version v7 was signed too; and it is right for SHA-256") {
		t.Errorf("got %q", r.Reason.What)
	}
	if a := s.Address; a.CloudName != "demo" || a.ResourceType != "image" || a.Type != "authenticated" || a.Version != "v7" {
		t.Errorf("%+v", a)
	}
	f, err := NewURL("https://res.cloudinary.com/demo/image/fetch/s--AAAAAAAA--/https://example.com/a.jpg?b=1")
	if err != nil || f.Address.Signed != "https://example.com/a.jpg?b=1" {
		t.Errorf("fetch: %q, %v", f.Address.Signed, err)
	}
	r, _ := Check(s, Config{Keys: []Key{{CloudName: "mine", Secret: signer.NewSecret("b")}}})
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "mine") {
		t.Errorf("notes %q", r.Notes)
	}
}

// TestWebhookReasons: what the body was on its way; a time from the future is told.
func TestWebhookReasons(t *testing.T) {
	t.Parallel()
	const body = "{\"a\": \"x/y\"}\r\n"
	at := strconv.FormatInt(now.Unix()-10, 10)
	check := func(hashed, timestamp string) Report {
		signature, _ := signer.SignText(hashed, signer.NewSecret("abcd"), signer.SHA1)
		r, err := Check(Subject{Kind: Webhook, Body: body, Timestamp: timestamp, Signature: signature}, Config{Keys: keys("abcd"), Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for hashed, want := range map[string]string{
		"{\"a\": \"x/y\"}" + at: "without the line end", "{\"a\": \"x/y\"}\n" + at: "LF for each CR LF", "{\"a\":\"x/y\"}" + at: "without blanks",
		"{\"a\":\"x\\/y\"}" + at: `\/ for /`, body: "was not hashed", at + body: "in front of the body", body + at + "000": "milliseconds", body + "\n" + at: "with a line end behind",
	} {
		if r := check(hashed, at); r.Verdict != Wrong || !strings.Contains(r.Reason.What, want) || r.Reason.Hint == "" {
			t.Errorf("%q: %v %q", hashed, r.Verdict, r.Reason)
		}
	}
	future := strconv.FormatInt(now.Unix()+3600, 10)
	if r := check(body+future, future); r.Verdict != Right || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "1h0m0s in the future") {
		t.Errorf("%v %q", r.Verdict, r.Notes)
	}
	if r := check(body+"x", "x"); r.Verdict != Wrong || !strings.Contains(r.Reason.What, "no whole number") {
		t.Errorf("%v %q", r.Verdict, r.Reason)
	}
	if r := check(body+"+5", "+5"); r.Verdict != Wrong {
		t.Errorf("a timestamp with a sign: %v", r.Verdict)
	}
}

// TestNothingSecret: no report has the secret in it.
func TestNothingSecret(t *testing.T) {
	t.Parallel()
	s, err := Recognise(good)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Check(s, Config{Keys: keys(sdkSecret), Now: now})
	raw, _ := json.Marshal(r)
	if err != nil || r.Verdict != Right || strings.Contains(string(raw), sdkSecret) {
		t.Errorf("%s, %v", raw, err)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{good, "X-Cld-Signature: a\n\nb", "https://a/s--b--/c", "{}", "a:b"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		if s, err := Recognise(text); err == nil {
			_, _ = Check(s, Config{Keys: keys("abcd", "x"), Now: now})
		}
	})
}

package importer

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"signpost/signer"
	"signpost/uploader"
)

const (
	someHash   = "b4ad47fb4e25c7bf5f92a20089f9db59bc302313"
	someString = "public_id=sample_image&timestamp=1315060510"
	someError  = "Invalid Signature " + someHash + ". String to sign - '" + someString + "'."
)

func TestEvidence(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"alone":        someError,
		"JSON":         `{"error":{"message":"` + someError + `"}}`,
		"escaped":      strings.NewReplacer("&", `\u0026`, "'", `\u0027`).Replace(`{"message":"` + someError + `"}`),
		"twice":        `{\"message\":\"` + strings.ReplaceAll(someError, "&", `\\u0026`) + `\"}`,
		"HTML":         strings.NewReplacer("&", "&amp;", "'", "&#39;").Replace(someError),
		"HTML twice":   strings.NewReplacer("&", "&amp;amp;").Replace(someError),
		"percent":      "x-cld-error: " + strings.NewReplacer(" ", "%20", "'", "%27", "&", "%26", "=", "%3D").Replace(someError),
		"wrapped":      "Invalid Signature " + someHash[:20] + "\n" + someHash[20:] + ". String to\nsign - 'public_id=sample\n_image&timestamp=1315060510'.",
		"quoted":       "> Invalid Signature " + someHash + ".\n> String to sign - 'public_id=sample_image\n> &timestamp=1315060510'.\n> thanks",
		"trace":        "Error: " + someError + "\n    at IncomingMessage.<anonymous> (uploader.js:1:2)\n    at emit",
		"curly":        "“Invalid Signature " + someHash + ". String to sign – ‘" + someString + "’.”",
		"no quotes":    "Invalid Signature " + someHash + ". String to sign - " + someString,
		"no end":       "Invalid Signature " + someHash + ". String to sign - '" + someString + "'",
		"cut apart":    "> Invalid\n> Signature " + someHash + ". String to\n> sign - '" + someString + "'. Can\n> somebody look?",
		"colors":       "\x1b[31merror\x1b[39m: \x1b[1m" + someError + "\x1b[0m",
		"hard blanks":  strings.ReplaceAll(someError, " ", "\u00a0"),
		"UTF-16":       utf16Text(someError),
		"BOM and CRLF": "\ufeff" + someError + "\r\n",
		"headers":      "HTTP/2 401\r\nx-cld-error: " + someError + "\r\n\r\n" + `{"error":{"message":"` + someError + `"}}`,
	} {
		all := Evidence(text)
		if len(all) != 1 || all[0].Signature != someHash || len(all[0].Strings) == 0 || all[0].Strings[0] != someString || all[0].Cut {
			t.Errorf("%s: %d, %+v", name, len(all), all[0].Strings)
		}
	}
}

func utf16Text(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// TestEvidenceOfObjectKeepsSignature: the field as it was sent counts, not the message.
func TestEvidenceOfObjectKeepsSignature(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{`"` + someHash + `"`, " " + someHash, someHash + "\n"} {
		raw, err := json.Marshal(map[string]any{"message": strings.Replace(someError, someHash, sent, 1), "params": map[string]string{"signature": sent, "timestamp": "1315060510"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := Evidence(string(raw))[0].Signature; got != sent {
			t.Errorf("%q became %q", sent, got)
		}
	}
}

// TestEvidenceOfSeveral: two different messages are two cases; a command belongs to both.
func TestEvidenceOfSeveral(t *testing.T) {
	t.Parallel()
	text := "$ curl -F 'tags=a;b' -F timestamp=1 -F signature=x https://api.cloudinary.com/v1_1/my-cloud/image/upload\n" +
		someError + "\nDate: Thu, 09 Oct 2025 08:54:00 GMT\n" + strings.ReplaceAll(someError, "b4ad", "aaaa")
	all := Evidence(text)
	if len(all) != 2 || all[1].Signature[:4] != "aaaa" {
		t.Fatalf("%d: %+v", len(all), all)
	}
	for _, e := range all {
		if e.CloudName != "my-cloud" || !strings.HasPrefix(e.Command, "curl -F") || strings.Contains(e.Command, "Invalid") || len(e.Attempt) < 3 || e.Server.Unix() != 1760000040 {
			t.Errorf("%+v", e)
		}
		if len(e.Typed) != 3 || e.Typed[0].Name != "tags" || e.Typed[0].Value != "a;b" {
			t.Errorf("typed: %+v", e.Typed)
		}
	}
}

func TestEvidenceObject(t *testing.T) {
	t.Parallel()
	for _, now := range []string{`1760000040`, `"1760000040"`, `"2025-10-09T08:54:00Z"`, `"2025-10-09T10:54:00+02:00"`, `1760000040000`} {
		e := Evidence(`{"message":null,"params":{"timestamp":1760000000,"tags":["a","b"],"overwrite":true,"folder":null,"api_key":"12","signature":"x"},"now":` + now + `}`)[0]
		if e.Now.Unix() != 1760000040 || len(e.Params) != 6 || e.Params[0].Value != "1760000000" || e.Params[1].Value != "a,b" || e.Params[2].Value != "true" || e.Params[3].Value != "" || e.APIKey != "12" || e.Message != "" {
			t.Errorf("now %s: %+v", now, e)
		}
	}
	e := Evidence(`{"message":"` + someError + `","params":{}}`)[0]
	if e.Signature != someHash || e.Strings[0] != someString || !e.Now.Equal(time.Time{}) {
		t.Errorf("%+v", e)
	}
}

// TestEvidenceIsBounded: a text of any size is read in steps that are counted.
func TestEvidenceIsBounded(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"Invalid Signature ", someError, "curl -F a=b x\n", "tags=a\n", "{", "'", "\\u0026", "&amp;", "> \n", "Invalid Signature a. String to sign - '\n", "curl '\n", "%20Invalid%20Signature%20"} {
		text := strings.Repeat(unit, (MaxText+100)/len(unit))
		if all := Evidence(text); len(all) == 0 || len(all) > mostMessages {
			t.Errorf("%q: %d", unit, len(all))
		}
	}
}

func FuzzEvidence(f *testing.F) {
	f.Add(someError)
	f.Add(`{"message":"` + someError + `","params":{"a":[1,{"b":null}]},"now":"x"}`)
	f.Add("curl -d 'a=b&c=d' https://api.cloudinary.com/v1_1/x/image/upload\n" + someError)
	f.Add("> Invalid Signature a.\n> String to sign - 'x=\xff\n> y'.")
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range Evidence(text) {
			if len(e.Strings) > 12 || utf8.ValidString(text) && !utf8.ValidString(e.Message) {
				t.Fatalf("%q: %+v", text, e)
			}
		}
	})
}

// TestEvidenceOf: a refused send is evidence by itself, its account included.
func TestEvidenceOf(t *testing.T) {
	t.Parallel()
	account := uploader.Account{CloudName: "my-cloud", APIKey: "123456789012345", Secret: signer.NewSecret("s3cr-t"), Origin: "the environment"}
	d := uploader.Draft{ResourceType: "image", Timestamp: "1315060510", TimestampByHand: true}.With("public_id", "sample_image")
	p, err := uploader.Prepare(d, account, uploader.File{Kind: uploader.FileHTTP, Text: "https://example.com/a.jpg"}, time.Unix(1315060510, 0))
	if err != nil {
		t.Fatal(err)
	}
	e := EvidenceOf(p, &uploader.APIError{Status: 401, Message: someError, ServerDate: time.Unix(1315060600, 0)}, time.Unix(1315060500, 0))
	if e.Signature != someHash || len(e.Strings) != 1 || e.Strings[0] != someString || e.CloudName != "my-cloud" || !e.Account.Secret.Equal(account.Secret) || e.Server.Sub(e.Now) != 100*time.Second {
		t.Errorf("%+v", e)
	}
	if last := e.Attempt[len(e.Attempt)-1]; last.Name != "file" || last.Value != "https://example.com/a.jpg" {
		t.Errorf("attempt: %+v", e.Attempt)
	}
}

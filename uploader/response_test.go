package uploader

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
	"unicode/utf16"

	"signpost/signer"
)

// TestT5Kinds: a body is named as what it is, whatever it claims to be.
func TestT5Kinds(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(`{"a":1}`))
	_ = w.Close()
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(`{"a":1}`)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	deep := func(n int, end string) string { return strings.Repeat(`[`, n) + end + strings.Repeat(`]`, n) }
	for _, c := range []struct {
		name, body string
		want       BodyKind
	}{
		{"an object", ` {"a":1} `, BodyJSON},
		{"an object behind a byte order mark", "\xef\xbb\xbf{\"a\":1}", BodyJSON},
		{"nested 100,000 deep", strings.Repeat(`{"a":`, 100_000) + `"}"` + strings.Repeat("}", 100_000), BodyJSON},
		{"nested deep and cut", strings.Repeat(`{"a":`, 100_000), BodyBroken},
		{"nested deep and too many ends", deep(100_000, "") + "]", BodyBroken},
		{"a deep array", deep(100_000, ""), BodyOther},
		{"nothing", "", BodyEmpty},
		{"white space", " \r\n\t", BodyEmpty},
		{"null", " null\n", BodyNull},
		{"an array", "[{}]", BodyOther},
		{"a string", `"x"`, BodyOther},
		{"a number", "1e400", BodyOther},
		{"true", "true", BodyOther},
		{"HTML", "<!DOCTYPE html>", BodyHTML},
		{"HTML behind blanks", "\n\n <html>", BodyHTML},
		{"XML", "<?xml version='1.0'?>", BodyHTML},
		{"cut", `{"public_id":"x","ver`, BodyBroken},
		{"text behind the object", `{"a":1} and more`, BodyBroken},
		{"two objects", `{"a":1}{"a":1}`, BodyBroken},
		{"text", "upstream connect error", BodyText},
		{"UTF-16", string(wide), BodyBinary},
		{"gzip", packed.String(), BodyBinary},
		{"NUL", "a\x00b", BodyBinary},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := kindOf([]byte(c.body)); got != c.want {
				t.Errorf("it is %s, want %s", got.Words(), c.want.Words())
			}
		})
	}
}

// TestAnswerFields: the fields are read where they are what they should be, and a field
// of another type does not lose the others.
func TestAnswerFields(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, id, version, url string }{
		{"all", `{"public_id":"x","version":123456789012345678901234567890,"secure_url":"https://a","url":"http://a"}`, "x", "123456789012345678901234567890", "https://a"},
		{"behind a byte order mark", "\xef\xbb\xbf" + `{"public_id":"x"}`, "x", "", ""},
		{"no secure_url", `{"public_id":"x","url":"http://a"}`, "x", "", "http://a"},
		{"other types", `{"version":{},"secure_url":[1],"public_id":"x","error":"no object"}`, "x", "", ""},
		{"lone surrogate", `{"public_id":"\ud800"}`, "\ufffd", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := &Result{Body: []byte(c.body)}
			r.Kind = kindOf(r.Body)
			r.readFields()
			if r.PublicID != c.id || r.Version != c.version || r.SecureURL != c.url {
				t.Errorf("%q %q %q", r.PublicID, r.Version, r.SecureURL)
			}
		})
	}
}

// TestResponseSignature: the answer's signature is verified with either algorithm, by
// its length; one that is wrong, or of no known length, is told.
func TestResponseSignature(t *testing.T) {
	t.Parallel()
	secret := signer.NewSecret(SandboxSecret)
	sha1, _ := signer.SignResponse("x", "1", secret, signer.SHA1)
	sha256, _ := signer.SignResponse("x", "1", secret, signer.SHA256)
	for _, c := range []struct {
		name, signature string
		want            SignatureVerdict
	}{
		{"SHA-1", sha1, SignatureVerified}, {"SHA-256", sha256, SignatureVerified}, {"none", "", SignatureAbsent},
		{"of something else", strings.Repeat("0", 40), SignatureWrong}, {"short", "abc", SignatureWrong}, {"in capitals", strings.ToUpper(sha1), SignatureWrong},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := &Result{}
			r.compare(answer{PublicID: "x", Version: "1", Signature: c.signature}, Prepared{Account: Account{Secret: secret}}, &bodyReader{body: &formBody{}})
			if r.Signature != c.want || (len(r.Warnings) > 0) != (c.want == SignatureWrong) {
				t.Errorf("verdict %d, %q", r.Signature, r.Warnings)
			}
		})
	}
}

// TestT26Differences: what the answer says of the asset is compared with what was sent,
// unless the request asked for a change.
func TestT26Differences(t *testing.T) {
	t.Parallel()
	sent := func() *bodyReader {
		b, err := newFormBody(nil, "x", &source{ReaderAt: readerAt("content"), size: 7}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := b.open(func(int) {})
		for err == nil {
			_, err = r.Read(make([]byte, 100))
		}
		return r
	}
	for _, c := range []struct {
		name   string
		said   answer
		fields []signer.Param
		want   string
	}{
		{name: "the same", said: answer{Bytes: "7", Etag: hexMD5("content"), PublicID: "x"}, fields: []signer.Param{{Name: "public_id", Value: "x"}}},
		{name: "bytes", said: answer{Bytes: "8"}, want: "bytes"},
		{name: "MD5", said: answer{Bytes: "7", Etag: hexMD5("other")}, want: "MD5"},
		{name: "an etag of another kind", said: answer{Bytes: "7", Etag: "W/1"}},
		{name: "public ID", said: answer{PublicID: "y"}, fields: []signer.Param{{Name: "public_id", Value: "x"}}, want: "public ID"},
		{name: "public ID in a folder", said: answer{PublicID: "folder/x"}, fields: []signer.Param{{Name: "public_id", Value: "x"}}},
		{name: "a transformation was asked for", said: answer{Bytes: "8", Etag: hexMD5("other")}, fields: []signer.Param{{Name: "transformation", Value: "w_1"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := &Result{}
			r.compare(c.said, Prepared{Fields: c.fields}, sent())
			if got := strings.Join(r.Warnings, "; "); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("warnings %q, want %q", got, c.want)
			}
		})
	}
}

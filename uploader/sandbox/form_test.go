package sandbox

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"signpost/signer"
)

// pair is a parameter as it was read.
func pair(name, value string) signer.Param { return signer.Param{Name: name, Value: value} }

// readOf reads a form as a request would.
func readOf(t *testing.T, s *Server, query, contentType, body string) (*form, error) {
	t.Helper()
	r := request(t, s, http.MethodPost, imagePath, contentType, nil)
	r.URL.RawQuery = query
	return s.readForm(r, strings.NewReader(body))
}

func TestReadForm(t *testing.T) {
	t.Parallel()
	const urlencoded = "application/x-www-form-urlencoded"
	cases := []struct {
		name, query, contentType, body string
		want                           []signer.Param
		file                           string
	}{
		{name: "urlencoded", contentType: urlencoded, body: "a=1&b=2%26+3", want: []signer.Param{pair("a", "1"), pair("b", "2& 3")}},
		{name: "without a type", body: "a=1", want: []signer.Param{pair("a", "1")}},
		{name: "semicolon is literal", body: "a=1;b=2&c=3", want: []signer.Param{pair("a", "1;b=2"), pair("c", "3")}},
		{name: "bad percent is literal", body: "a=100%&b=%zz&c=%4&d=%41", want: []signer.Param{pair("a", "100%"), pair("b", "%zz"), pair("c", "%4"), pair("d", "A")}},
		{name: "equals in a value", body: "a=b=c", want: []signer.Param{pair("a", "b=c")}},
		{name: "names without values", body: "a&&b=&=c", want: []signer.Param{pair("a", ""), pair("b", ""), pair("", "c")}},
		{name: "data URI unescaped", body: "file=data:image/gif;base64,AA==&a=1", want: []signer.Param{pair("a", "1")}, file: "data:image/gif;base64,AA=="},
		{name: "query and body", query: "a=1;x&file=u", body: "b=2", want: []signer.Param{pair("a", "1;x"), pair("b", "2")}, file: "u"},
		{name: "the last file counts", body: "file=1&file=2", file: "2"},
		{name: "other types hold nothing", contentType: "text/plain", body: "a=1"},
		{name: "JSON", contentType: "application/json; charset=utf-8",
			body: `{"b":true,"a":1.50,"c":null,"d":["x","y"],"e":{"k": ["v"]},"f":[{"z": 1}],"g":"ü\n","file":"http://x"}`,
			want: []signer.Param{pair("a", "1.50"), pair("b", "true"), pair("c", ""), pair("d", "x,y"), pair("e", `{"k":["v"]}`), pair("f", `[{"z":1}]`), pair("g", "ü\n")}, file: "http://x"},
		{name: "multipart", contentType: "multipart/form-data; boundary=b",
			body: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\ny%20;\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.png\"\r\n\r\nB\r\n--b--\r\n",
			want: []signer.Param{pair("a", "x\r\ny%20;")}, file: "B"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, err := readOf(t, newServer(t), c.query, c.contentType, c.body)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(f.fields, c.want) {
				t.Errorf("got %q, want %q", f.fields, c.want)
			}
			var got string
			if f.file != nil {
				got = string(f.file.blob.head(100))
			}
			if got != c.file {
				t.Errorf("file: got %q, want %q", got, c.file)
			}
		})
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	in := []signer.Param{pair("a[]", "1"), pair("b", "x"), pair("a[]", "2"), pair("c[0]", "[1]"), pair("c[1]", "[2]"), pair("b", "y"), pair("d[k]", "v"), pair("[]", "e")}
	want := params{pair("a", "1,2"), pair("b", "y"), pair("c", "[1],[2]"), pair("d[k]", "v"), pair("[]", "e")}
	if got := fold(in); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPairs(t *testing.T) {
	t.Parallel()
	p := params{{Name: "context", Value: `caption=x\=y|alt=p\|q|loose|e=a=b|k\2=va\l\\=u|z=\`}}
	got := p.pairs("context")
	want := map[string]string{"caption": "x=y", "alt": "p|q", "e": "a=b", `k\2`: `va\l\=u`, "z": `\`}
	if len(got) != len(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: got %q, want %q", k, got[k], v)
		}
	}
}

// A file of any size is kept as it is, in memory or on the disk.
func TestSpoolKeepsEveryByte(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, inMemory, inMemory + 1, 3*inMemory + 7} {
		s := newServer(t)
		data := bytes.Repeat([]byte("0123456789abcdef!"), size/17+1)[:size]
		sp := s.pool.newSpool(1 << 30)
		for rest := data; len(rest) > 0; {
			n := min(len(rest), 1000)
			if _, err := sp.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		b := sp.done()
		got, err := b.bytes()
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
		if onDisk := b.file != nil; onDisk != (size > inMemory) {
			t.Errorf("%d bytes: on disk %t", size, onDisk)
		}
		b.drop()
		b.drop()
		if s.pool.used != 0 {
			t.Errorf("%d bytes are still taken", s.pool.used)
		}
	}
}

// FuzzForm reads any body in any of the ways: no panic, the bounds hold, nothing is
// leaked, and what the standard library writes is read back.
func FuzzForm(f *testing.F) {
	f.Add("a=1&file=data:,x;%zz", "application/x-www-form-urlencoded")
	f.Add(`{"a":[1,[2]],"file":"x"}`, "application/json")
	f.Add("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b")
	f.Add("--b\r\n\r\n\r\n--b--", "multipart/form-data; boundary=b")
	f.Fuzz(func(t *testing.T, body, contentType string) {
		s := New(Options{Limits: Limits{Fields: 8, FieldBytes: 64, File: 128, DataURI: 128, Total: 1 << 20}})
		fr := &formReader{limits: s.o.Limits, pool: s.pool}
		err := s.readBody(fr, contentType, strings.NewReader(body))
		if len(fr.form.fields) > 8 || fr.bytes > 64+64 && err == nil {
			t.Errorf("%d fields of %d bytes", len(fr.form.fields), fr.bytes)
		}
		fold(fr.form.fields).pairs("context")
		fr.form.drop()
		if s.pool.used != 0 {
			t.Errorf("%d bytes are still taken", s.pool.used)
		}
		fields := []field{param("a", body), param(contentType, "v")}
		back := &formReader{limits: Limits{}.withDefaults(), pool: s.pool}
		if contentType == "file" || back.urlencoded(bytes.NewReader(urlencodedBody(fields))) != nil {
			return
		}
		got := url.Values{}
		for _, p := range back.form.fields {
			got.Add(p.Name, p.Value)
		}
		want := url.Values{}
		want.Add("a", body)
		want.Add(contentType, "v")
		if got.Encode() != want.Encode() {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

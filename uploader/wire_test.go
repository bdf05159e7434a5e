package uploader

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"signpost/signer"
)

// TestWireIsWhatIsSent: the request that is shown is, but for the boundary, byte for byte
// the one that arrives.
func TestWireIsWhatIsSent(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	got := make(chan []byte, 1)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			var b bytes.Buffer
			req, err := http.ReadRequest(newReader(io.TeeReader(conn, &b)))
			if err == nil {
				_, _ = io.Copy(io.Discard, req.Body)
				_, _ = io.WriteString(conn, reply(200, "", goodAnswer("content")))
			}
			got <- b.Bytes()
			_ = conn.Close()
		}
	}()
	content := strings.Repeat("content of a file ", 40)
	for name, c := range map[string]struct {
		file  string
		auth  Auth
		chunk int64
	}{
		"a file": {file: tempFile(t, content)}, "a URL": {file: "https://example.com/a.png"},
		"parts": {file: tempFile(t, content), chunk: 500}, "unsigned": {file: tempFile(t, content), auth: AuthUnsigned},
	} {
		d := Draft{File: c.file, Auth: c.auth}.With("public_id", "a \"b\"\r\n& ü").With("upload_preset", "p")
		p := preparedDraft(t, "http://"+l.Addr().String(), d)
		client := New(ClientConfig{Proxy: noProxy})
		w, err := client.Wire(p, c.chunk)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = client.Deliver(t.Context(), Task{Prepared: p, ChunkSize: c.chunk}, nil)
		sent := <-got
		if c.chunk > 0 {
			if w.Parts != 2 { // the answer to the first says that it is complete: the second is not sent
				t.Errorf("%d parts", w.Parts)
			}
		}
		var want bytes.Buffer
		want.WriteString(strings.Join(w.Head, "\r\n") + "\r\n\r\n")
		for _, s := range w.Segments {
			want.WriteString(s.Before)
			if s.IsFile {
				want.WriteString(content[:s.Size])
				if !strings.HasPrefix(content, string(s.Value)) || !strings.HasSuffix(content[:s.Size], string(s.Tail)) {
					t.Errorf("%s: the edges are %q and %q", name, s.Value, s.Tail)
				}
				continue
			}
			want.Write(s.Value)
		}
		plain := func(b []byte) string {
			for _, head := range []string{"boundary=", "X-Unique-Upload-Id: "} {
				if _, rest, ok := bytes.Cut(b, []byte(head)); ok {
					value, _, _ := bytes.Cut(rest, []byte("\r\n"))
					b = bytes.ReplaceAll(b, value, []byte("X"))
				}
			}
			return string(b)
		}
		if plain(sent) != plain(want.Bytes()) {
			t.Errorf("%s: sent %d bytes\n%.400q\nshown %d bytes\n%.400q", name, len(sent), plain(sent), want.Len(), plain(want.Bytes()))
		}
		for _, s := range w.Segments {
			if s.Name == "public_id" && s.Signed != (c.auth == AuthSigned) || s.Name == "signature" && s.Signed || s.Name != "" && s.Signed == (s.Why != "") {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
}

// TestT12WireHidesCredentials: what would open the account is masked.
func TestT12WireHidesCredentials(t *testing.T) {
	t.Parallel()
	for _, auth := range []Auth{AuthBasic, AuthBearer} {
		p := preparedDraft(t, "http://127.0.0.1:1", Draft{File: "https://example.com/a.png", Auth: auth})
		w, err := New(ClientConfig{Proxy: noProxy}).Wire(p, 0)
		if err != nil || !strings.Contains(w.Text(), signer.Mask) || strings.Contains(w.Text(), SandboxToken) || strings.Contains(w.Text(), p.Authorization()) {
			t.Errorf("%v\n%s", err, w.Text())
		}
	}
}

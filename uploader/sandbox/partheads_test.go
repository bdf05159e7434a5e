package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"testing/iotest"
)

// TestNamesOfTheNodeSDK: a file's name as the Node SDK writes it, one byte for each
// character, does not make a request unreadable; the file is not touched.
func TestNamesOfTheNodeSDK(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, name := range []string{"zdjęcie.png", "Привет.png", "āğć.png", "日本語.png", "plain.png", "\x00\x7f.png"} {
		var wire strings.Builder
		for _, r := range name {
			if b := byte(r); b != '"' && b != '\n' && b != '\\' {
				wire.WriteByte(b)
			}
		}
		data := append(bytes.Clone(tinyPNG), "\x01\r\n\x02\r\n"...)
		a := act(t, s, "image/upload", param("public_id", "x"), file(wire.String(), data)).upload(t)
		if r := fetched(t, s, a.URL); !bytes.Equal(r.body, data) {
			t.Errorf("%q: the file changed", name)
		}
	}
}

// FuzzHeads: whatever a body holds, only control characters in the heads of its parts
// change, and how it comes in does not matter.
func FuzzHeads(f *testing.F) {
	f.Add("a.png", "data", "more")
	f.Add("\x01\x02\x7f", "\r\n--b\r\n\x01\r\n\r\n", "--b--")
	f.Add("ę", "\r\n--bound\x01", "\r\n--")
	f.Add("x", "\n--b\r\n\x01: \x02\r\n\r\n", strings.Repeat("\r\n--bo", 40_000))
	f.Fuzz(func(t *testing.T, name, first, second string) {
		const boundary = "bound"
		if strings.ContainsAny(name, "\r\n\"\\") || strings.Contains("\r\n"+first, "\r\n--"+boundary) || strings.Contains("\r\n"+second, "\r\n--"+boundary) {
			t.Skip()
		}
		body := func(name string) string {
			return fmt.Sprintf("--%[1]s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%[2]s\"\r\n\r\n%[3]s\r\n--%[1]s\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n%[4]s\r\n--%[1]s--\r\nend \x01", boundary, name, first, second)
		}
		clean := []byte(name)
		cleanHead(clean)
		want := body(string(clean))
		for _, r := range []io.Reader{strings.NewReader(body(name)), iotest.OneByteReader(strings.NewReader(body(name))), iotest.HalfReader(iotest.DataErrReader(strings.NewReader(body(name))))} {
			got, err := io.ReadAll(newHeadReader(r, boundary))
			if err != nil || string(got) != want {
				t.Fatalf("%v\ngot  %.300q\nwant %.300q", err, got, want)
			}
		}
		m := multipart.NewReader(newHeadReader(strings.NewReader(body(name)), boundary), boundary)
		for _, want := range []string{first, second} {
			part, err := m.NextRawPart()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(part); err != nil || string(got) != want {
				t.Fatalf("%v, got %.300q, want %.300q", err, got, want)
			}
		}
		if _, err := io.ReadAll(newHeadReader(iotest.ErrReader(io.ErrClosedPipe), boundary)); err != io.ErrClosedPipe {
			t.Fatal(err)
		}
	})
}

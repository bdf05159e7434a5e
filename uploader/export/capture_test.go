package export

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"signpost/uploader"
)

// part is one part of a form as it came over the wire: nothing is decoded.
type part struct {
	name, fileName, body string
	isFile               bool
}

// capture is a server that keeps each form under the value of its field no. It has a
// picture at /sample/ too.
type capture struct {
	mu      sync.Mutex
	forms   map[string][]part
	strange []string
}

func newCapture(t *testing.T) (*capture, string) {
	t.Helper()
	c := &capture{forms: map[string][]part{}}
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	return c, srv.URL
}

func (c *capture) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/sample/") {
		_, _ = w.Write(pictureBytes)
		return
	}
	body, err := io.ReadAll(r.Body)
	parts, ok := readParts(r.Header.Get("Content-Type"), string(body))
	c.mu.Lock()
	defer c.mu.Unlock()
	no := ""
	for _, p := range parts {
		if p.name == "no" {
			no = p.body
		}
	}
	if _, twice := c.forms[no]; err != nil || !ok || no == "" || twice {
		c.strange = append(c.strange, fmt.Sprintf("%s %s %v %.300q", r.Method, r.URL, err, body))
		return
	}
	c.forms[no] = parts
}

// pictureBytes has every byte in it.
var pictureBytes = func() []byte {
	b := make([]byte, 3000)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}()

// readParts reads a multipart form byte by byte, without the standard library's reader,
// which would decode names. Source: RFC 7578 and RFC 2046, 5.1.
func readParts(contentType, body string) (parts []part, ok bool) {
	_, params, err := mime.ParseMediaType(contentType)
	boundary := "--" + params["boundary"]
	if err != nil || params["boundary"] == "" {
		return nil, false
	}
	body, ok = strings.CutPrefix(body, boundary+"\r\n")
	for ok {
		var piece string
		piece, body, ok = strings.Cut(body, "\r\n"+boundary)
		head, value, cut := strings.Cut(piece, "\r\n\r\n")
		if !ok || !cut {
			return nil, false
		}
		line, _, _ := strings.Cut(head, "\r\n")
		p := part{body: value}
		rest, good := strings.CutPrefix(line, `Content-Disposition: form-data; name="`)
		p.name, rest, cut = strings.Cut(rest, `"`)
		if !good || !cut {
			return nil, false
		}
		if p.fileName, p.isFile = strings.CutPrefix(rest, `; filename="`); p.isFile {
			p.fileName = strings.TrimSuffix(p.fileName, `"`)
		}
		parts = append(parts, p)
		if body == "--\r\n" {
			return parts, true
		}
		body, ok = strings.CutPrefix(body, "\r\n")
	}
	return nil, false
}

// wantParts is the form that a prepared request stands for.
func wantParts(p uploader.Prepared, content string) []part {
	var want []part
	for _, f := range p.Fields {
		want = append(want, part{name: f.Name, body: f.Value})
	}
	if !p.File.IsBytes() {
		return append(want, part{name: "file", body: p.File.Text})
	}
	var name strings.Builder
	for _, c := range []byte(p.File.Name) {
		switch {
		case c == '"' || c == '\r' || c == '\n':
			fmt.Fprintf(&name, "%%%02X", c)
		case c < ' ' || c == 0x7f:
			name.WriteByte('_')
		default:
			name.WriteByte(c)
		}
	}
	text := string([]rune(name.String())) // a form's name is text: U+FFFD for each other byte
	return append(want, part{name: "file", fileName: text, body: content, isFile: true})
}

// check compares what arrived.
func (c *capture) check(t *testing.T, no string, p uploader.Prepared, content string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	got, ok := c.forms[no]
	if !ok {
		t.Errorf("case %s did not arrive", no)
		return
	}
	if want := wantParts(p, content); !slices.Equal(got, want) {
		t.Errorf("case %s: got\n%.3000s\nwant\n%.3000s", no, fmt.Sprintf("%+q", texts(got)), fmt.Sprintf("%+q", texts(want)))
	}
}

// texts is a form for an error message.
func texts(parts []part) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p.name+" = "+p.body)
		if p.isFile {
			all = append(all, "file name: "+p.fileName)
		}
	}
	return all
}

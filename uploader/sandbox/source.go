package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// content is a file as it came in, wherever from.
type content struct {
	blob *blob
	// name is the file's name with its extension, empty where there is none.
	name string
	// drawn is true where the sandbox drew the file itself.
	drawn bool
}

// longestURL bounds a file parameter that is no data URI.
const longestURL = 8 << 10

// dataURI is the head of a data URI; only base64 is understood, as by the SDKs.
// Source: cloudinary_npm lib/utils/isRemoteUrl.js.
var dataURI = regexp.MustCompile(`^data:([\w.+-]+/[\w.+-]+)?(;[\w.-]+=[\w.+-]+)*;base64,`)

// content finds the bytes behind the file parameter: the file itself, a data URI, or a
// remote file. It takes over what the form holds.
func (c *call) content(f *form) (content, error) {
	if f.file == nil {
		return content{}, fail(missingParameter, "file")
	}
	part := f.file
	if !part.isText {
		f.file = nil
		c.ex.File, c.ex.Size = part.name, part.blob.size
		return content{blob: part.blob, name: part.name}, nil
	}
	head := string(part.blob.head(longestURL))
	switch {
	case part.blob.size == 0:
		return content{}, fail(missingParameter, "file")
	case strings.HasPrefix(head, "data:"):
		return c.dataURI(part.blob, head)
	case part.blob.size >= longestURL:
		return content{}, fail(invalidURL)
	}
	return c.remote(c.r.Context(), strings.TrimSpace(head))
}

// dataURI decodes a data URI as it streams by. A blank in it was a + that nobody
// escaped (the tutorial's curl -d does that).
func (c *call) dataURI(b *blob, head string) (content, error) {
	start := dataURI.FindString(head)
	if start == "" {
		return content{}, fail(invalidDataURI)
	}
	c.ex.File = start + "…"
	text := b.reader()
	if _, err := text.Seek(int64(len(start)), io.SeekStart); err != nil {
		return content{}, err
	}
	in := bufio.NewReaderSize(&plusReader{text}, 32<<10)
	sp := c.s.pool.newSpool(c.s.o.Limits.File)
	if _, err := io.Copy(sp, base64.NewDecoder(base64.StdEncoding, in)); err != nil {
		sp.drop()
		var corrupt base64.CorruptInputError
		if errors.As(err, &corrupt) || errors.Is(err, io.ErrUnexpectedEOF) {
			return content{}, fail(invalidDataURI)
		}
		return content{}, c.s.bodyFault(err)
	}
	c.ex.Size = sp.n
	return content{blob: sp.done()}, nil
}

// plusReader turns blanks back into the + that they were.
type plusReader struct{ r io.Reader }

func (p *plusReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	for i, c := range b[:n] {
		if c == ' ' {
			b[i] = '+'
		}
	}
	return n, err
}

// remote loads a file from a URL. Only http and https are loaded; buckets and ftp are
// answered as by an account that has none of them (unconfirmed).
func (c *call) remote(ctx context.Context, text string) (content, error) {
	u, err := url.Parse(text)
	if err != nil || strings.ContainsAny(text, "\r\n\t ") {
		return content{}, fail(invalidURL)
	}
	c.ex.File = u.Redacted()
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return content{}, fail(unsupportedSource, text)
	case u.Hostname() == "":
		return content{}, fail(invalidURL)
	}
	name := path.Base(u.Path)
	if name == "/" || name == "." {
		name = ""
	}
	body, given, drawn, err := c.open(ctx, u)
	if err != nil {
		var load *LoadError
		var refused *refusal
		if errors.As(err, &refused) {
			return content{}, err
		}
		if errors.As(err, &load) {
			return content{}, fail(loadingFailed, text, load.Reason)
		}
		return content{}, fail(loadingFailed, text, "ERR_CONNECT_FAIL 0")
	}
	defer body.Close()
	if given != "" {
		name = given
	}
	sp := c.s.pool.newSpool(c.s.o.Limits.File)
	if _, err := io.Copy(sp, body); err != nil {
		sp.drop()
		return content{}, c.loadFault(text, err)
	}
	c.ex.Size = sp.n
	if drawn {
		c.ex.File += " (drawn by the sandbox)"
	}
	return content{sp.done(), name, drawn}, nil
}

// loadFault is the refusal for a remote file that broke off.
func (c *call) loadFault(text string, err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fail(fileTooLarge, large.Limit+1, large.Limit)
	}
	var own *tooLargeError
	if errors.As(err, &own) || errors.Is(err, errFull) {
		return c.s.bodyFault(err)
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return fail(loadingFailed, text, "ERR_READ_TIMEOUT 0")
	}
	return fail(loadingFailed, text, "ERR_READ_ERROR 0")
}

// open opens a remote file. The sandbox's own sample and assets are at hand
// without a connection.
// drawn is true for a file that the sandbox drew because the network is not there.
func (c *call) open(ctx context.Context, u *url.URL) (body io.ReadCloser, name string, drawn bool, err error) {
	local, _ := c.r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if u.Path == samplePath && c.s.isOwn(u.Host, local) {
		return io.NopCloser(bytes.NewReader(Sample())), SampleName, false, nil
	}
	if isWeb(u) && c.s.isOwn(u.Host, local) {
		_, own, _, err := c.behindURL(ctx, u.String())
		if err != nil {
			return nil, "", false, err
		}
		return io.NopCloser(own.reader()), "", false, nil
	}
	if d, ok := demoOf(u); ok {
		body, drawn, err = c.openDemo(ctx, u, d)
		return body, "", drawn, err
	}
	body, name, err = c.s.o.Fetch(ctx, u.String())
	return body, name, false, err
}

// statusLineOf is what a refusal would be called if another server had refused.
func statusLineOf(err error) string {
	var r *refusal
	if errors.As(err, &r) {
		return statusLine(r.status)
	}
	return statusLine(http.StatusInternalServerError)
}

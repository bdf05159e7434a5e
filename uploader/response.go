package uploader

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"signpost/signer"
)

// errAnswerTime ends an answer that drips.
var errAnswerTime = errors.New("the answer did not end in time")

// readResult reads an answer within its limits of size and time. The error says that
// it is not whole.
func (c *Client) readResult(res *http.Response, cancel context.CancelCauseFunc) (*Result, error) {
	r := &Result{
		Status: res.StatusCode, StatusText: res.Status, Proto: res.Proto,
		RequestID: res.Header.Get("X-Request-Id"), Received: c.cfg.Now(),
	}
	for name, values := range res.Header {
		for _, v := range values {
			r.Header = append(r.Header, signer.Param{Name: name, Value: v})
		}
	}
	slices.SortFunc(r.Header, func(a, b signer.Param) int { return strings.Compare(a.Name, b.Name) })
	r.Date, _ = http.ParseTime(res.Header.Get("Date"))

	timer := time.AfterFunc(c.cfg.Read, func() { cancel(errAnswerTime) })
	defer timer.Stop()
	body, err := io.ReadAll(io.LimitReader(unpacked(res), c.cfg.MaxBody+1))
	if int64(len(body)) > c.cfg.MaxBody {
		body, r.Cut = body[:c.cfg.MaxBody], true
		err = foreignAnswer(fmt.Sprintf("the answer is longer than %d bytes", c.cfg.MaxBody))
	} else if err != nil {
		r.Cut = true
	}
	r.Body = body
	r.Kind = kindOf(body)
	r.ServiceError = res.Header.Get("X-Cld-Error")
	r.readFields()
	return r, err
}

// unpacked is the body of an answer. One that is packed, although nobody asked for it,
// is unpacked as it is read, so that the limit counts what comes out (threat T6).
func unpacked(res *http.Response) io.Reader {
	switch strings.ToLower(res.Header.Get("Content-Encoding")) {
	case "gzip", "x-gzip":
		return &lazy{open: func() (io.Reader, error) { return gzip.NewReader(res.Body) }}
	case "deflate":
		return &lazy{open: func() (io.Reader, error) { return zlib.NewReader(res.Body) }}
	}
	return res.Body
}

// lazy opens a reader when it is first read.
type lazy struct {
	open func() (io.Reader, error)
	r    io.Reader
	err  error
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.r == nil && l.err == nil {
		if l.r, l.err = l.open(); l.err == io.EOF {
			l.err = io.ErrUnexpectedEOF
		}
	}
	if l.err != nil {
		return 0, l.err
	}
	return l.r.Read(p)
}

// answer is what is read out of a JSON answer; numbers keep their text.
type answer struct {
	PublicID, Signature, SecureURL, URL, Etag, Status, BatchID, AssetID string

	Version, Bytes json.Number
	Done           *bool
	// Error is an object with a message; gateways put a text there, or something else.
	Error json.RawMessage
}

// refuses reports whether the answer is an error, whatever its status.
func (a answer) refuses() bool { return len(a.Error) > 0 && string(a.Error) != "null" }

// reason is the text of an error.
func (a answer) reason() string {
	var object struct {
		Message string `json:"message"`
	}
	var text string
	switch {
	case !a.refuses():
		return ""
	case json.Unmarshal(a.Error, &object) == nil:
		return object.Message
	case json.Unmarshal(a.Error, &text) == nil:
		return text
	}
	return string(a.Error[:min(len(a.Error), mostReason)])
}

// mostReason bounds what is quoted of an error in a form that the service does not use,
// in bytes.
const mostReason = 300

// fields parses the answer. A field of another type than expected is left empty, and
// the others are kept. Names count letter by letter, which a struct would not do.
func (r *Result) fields() answer {
	var all map[string]json.RawMessage
	var a answer
	if json.Unmarshal(bytes.TrimPrefix(r.Body, utf8BOM), &all) != nil {
		return a
	}
	for name, to := range map[string]any{
		"public_id": &a.PublicID, "version": &a.Version, "signature": &a.Signature, "secure_url": &a.SecureURL, "url": &a.URL,
		"bytes": &a.Bytes, "etag": &a.Etag, "status": &a.Status, "batch_id": &a.BatchID, "asset_id": &a.AssetID, "done": &a.Done,
	} {
		if raw, ok := all[name]; ok {
			_ = json.Unmarshal(raw, to)
		}
	}
	a.Error = all["error"]
	return a
}

func (r *Result) readFields() {
	if r.Kind != BodyJSON {
		return
	}
	a := r.fields()
	r.PublicID, r.Version, r.SecureURL = a.PublicID, a.Version.String(), a.SecureURL
	if r.SecureURL == "" {
		r.SecureURL = a.URL
	}
	if reason := a.reason(); reason != "" {
		r.ServiceError = reason
	}
}

var utf8BOM = []byte("\xef\xbb\xbf")

// kindOf says what a body really is (threat T5).
func kindOf(body []byte) BodyKind {
	t := bytes.TrimSpace(bytes.TrimPrefix(body, utf8BOM))
	switch {
	case len(t) == 0:
		return BodyEmpty
	case bytes.Equal(t, []byte("null")):
		return BodyNull
	case t[0] == '<':
		return BodyHTML
	case t[0] == '{' || t[0] == '[' || t[0] == '"':
		if !wellFormed(t) {
			return BodyBroken
		}
		if t[0] == '{' {
			return BodyJSON
		}
		return BodyOther
	case json.Valid(t):
		return BodyOther
	case !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0:
		return BodyBinary
	}
	return BodyText
}

// wellFormed reports whether t is JSON. Past the depth that the standard library
// follows it only looks whether the brackets match.
func wellFormed(t []byte) bool {
	var any json.RawMessage
	err := json.Unmarshal(t, &any)
	if err == nil {
		return true
	}
	if !errorHas(err, "exceeded max depth") {
		return false
	}
	depth, inString := 0, false
	for i := 0; i < len(t); i++ {
		switch c := t[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth < 0 || depth == 0 && i != len(t)-1 {
				return false
			}
		}
	}
	return depth == 0 && !inString
}

// Words names the kind of a body: "an HTML page (a proxy or a captive portal?)".
func (k BodyKind) Words() string {
	switch k {
	case BodyEmpty:
		return "empty"
	case BodyNull:
		return "the JSON null"
	case BodyOther:
		return "JSON, but no object"
	case BodyHTML:
		return "an HTML page (a proxy or a captive portal?)"
	case BodyText:
		return "plain text"
	case BodyBinary:
		return "binary data"
	case BodyBroken:
		return "JSON that is cut or damaged"
	}
	return "a JSON object"
}

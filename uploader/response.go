package uploader

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
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
		RequestID: res.Header.Get("X-Request-Id"),
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
	body, err := io.ReadAll(io.LimitReader(res.Body, c.cfg.MaxBody+1))
	if int64(len(body)) > c.cfg.MaxBody {
		body, r.Cut = body[:c.cfg.MaxBody], true
		err = fmt.Errorf("the answer is longer than %d bytes", c.cfg.MaxBody)
	} else if err != nil {
		r.Cut = true
	}
	r.Body = body
	r.Kind = kindOf(body)
	r.ServiceError = res.Header.Get("X-Cld-Error")
	r.readFields()
	return r, err
}

// answer is what is read out of a JSON answer; numbers keep their text.
type answer struct {
	PublicID  string      `json:"public_id"`
	Version   json.Number `json:"version"`
	Signature string      `json:"signature"`
	SecureURL string      `json:"secure_url"`
	URL       string      `json:"url"`
	Bytes     json.Number `json:"bytes"`
	Etag      string      `json:"etag"`
	Status    string      `json:"status"`
	BatchID   string      `json:"batch_id"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// fields parses the answer. A field of another type than expected is left empty, and
// the others are kept.
func (r *Result) fields() answer {
	var a answer
	_ = json.Unmarshal(r.Body, &a)
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
	if a.Error != nil && a.Error.Message != "" {
		r.ServiceError = a.Error.Message
	}
}

// kindOf says what a body really is (threat T5).
func kindOf(body []byte) BodyKind {
	t := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
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

// judge decides what an answer means for the upload, and compares it with what was sent.
func judge(r *Result, readErr error, p Prepared, sent *bodyReader, handed bool) error {
	unknown := func(format string, args ...any) error {
		return &OutcomeUnknownError{Cause: fmt.Errorf(format, args...), Idempotent: p.Idempotent()}
	}
	switch {
	case r.Status >= 300 && r.Status < 400:
		e := r.apiError(ErrRedirected)
		e.Location = header(r, "Location")
		return e
	case r.Status == 500 || r.Status == 502 || r.Status == 504:
		return &OutcomeUnknownError{Cause: r.apiError(nil), Idempotent: p.Idempotent()}
	case r.Status < 200 || r.Status >= 300:
		return r.apiError(nil)
	case readErr != nil:
		return unknown("the answer is not whole: %w", plainNetError(readErr))
	case r.Kind != BodyJSON:
		return unknown("the answer is %s", r.Kind.Words())
	}
	a := r.fields()
	if a.Error != nil {
		return r.apiError(nil)
	}
	if a.PublicID == "" && a.Status == "" && a.BatchID == "" {
		return unknown("the answer is JSON, but has no public_id")
	}
	r.compare(a, p, sent)
	return nil
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

// compare looks whether the answer is about what was sent (threat T26). A difference is
// a warning: the upload itself succeeded.
func (r *Result) compare(a answer, p Prepared, sent *bodyReader) {
	warn := func(format string, args ...any) { r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...)) }
	r.Signature = SignatureAbsent
	if a.Signature != "" {
		algorithm := signer.SHA1
		if len(a.Signature) == signer.SHA256.HexLen() {
			algorithm = signer.SHA256
		}
		r.Signature = SignatureVerified
		if signer.VerifyResponse(a.PublicID, a.Version.String(), a.Signature, p.Account.Secret, algorithm) != nil {
			r.Signature = SignatureWrong
			warn("the answer's own signature is not that of this API secret: it may not come from the service")
		}
	}
	changes := false
	for _, f := range p.Fields {
		switch f.Name {
		case "transformation", "format", "eval", "upload_preset", "background_removal":
			changes = changes || f.Value != ""
		case "public_id":
			if a.PublicID != "" && f.Value != "" && a.PublicID != f.Value && !strings.HasSuffix(a.PublicID, f.Value) {
				warn("the answer is about another public ID than the one that was sent")
			}
		}
	}
	if sent.body.src == nil || changes {
		return
	}
	if n, err := strconv.ParseInt(a.Bytes.String(), 10, 64); err == nil && n != sent.body.src.size {
		warn("%d bytes were sent, the answer says %d", sent.body.src.size, n)
	}
	if etag := sent.etag(); etag != "" && len(a.Etag) == len(etag) && !strings.EqualFold(a.Etag, etag) {
		warn("the MD5 of the answer (etag) is not that of the file")
	}
}

func header(r *Result, name string) string {
	for _, h := range r.Header {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// The service's messages that mean something to a caller. This is the one place that
// reads them.
var (
	invalidSignature = regexp.MustCompile(`(?s)^Invalid Signature (.*?)\. String to sign - '(.*)'\.?$`)
	staleRequest     = regexp.MustCompile(`^Stale request - reported time is (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})`)
	tryAgain         = regexp.MustCompile(`Try again on (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC`)
)

// apiError makes an error of an answer that refuses.
func (r *Result) apiError(kind error) *APIError {
	e := &APIError{Status: r.Status, Message: r.ServiceError, RequestID: r.RequestID, ServerDate: r.Date, kind: kind}
	if m := invalidSignature.FindStringSubmatch(e.Message); m != nil {
		e.kind, e.Signature, e.StringToSign = ErrInvalidSignature, m[1], m[2]
	} else if m := staleRequest.FindStringSubmatch(e.Message); m != nil {
		e.kind = ErrStaleTimestamp
		e.ReportedTime, _ = time.Parse("2006-01-02 15:04:05 -0700", m[1])
	}
	switch {
	case e.kind != nil:
	case strings.HasPrefix(e.Message, "Unknown API key"):
		e.kind = ErrUnknownKey
	case strings.HasPrefix(e.Message, "Invalid cloud_name"), strings.HasPrefix(e.Message, "cloud_name mismatch"):
		e.kind = ErrUnknownCloud
	case r.Status == 413, strings.HasPrefix(e.Message, "File size too large"):
		e.kind = ErrTooLarge
	case r.Status == 420 || r.Status == 429:
		e.kind = ErrRateLimited
	}
	e.RetryAfter = retryAfter(header(r, "Retry-After"), e.Message, r.Date)
	return e
}

// retryAfter reads Retry-After (seconds or a date) or the time in the message. What is
// negative, overflows or cannot be read counts as nothing.
func retryAfter(value, message string, now time.Time) time.Duration {
	if n, err := strconv.ParseInt(value, 10, 32); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	if now.IsZero() {
		return 0
	}
	at, err := http.ParseTime(value)
	if m := tryAgain.FindStringSubmatch(message); err != nil && m != nil {
		at, err = time.Parse("2006-01-02 15:04:05", m[1])
	}
	if err != nil {
		return 0
	}
	return max(at.Sub(now), 0)
}

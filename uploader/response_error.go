package uploader

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"signpost/signer"
)

// The service's messages that mean something to a caller. This is the one place that
// reads them.
var (
	invalidSignature = regexp.MustCompile(`(?s)^Invalid Signature (.*?)\. String to sign - '(.*)'\.?$`)
	staleRequest     = regexp.MustCompile(`^Stale request - reported time is (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})`)
	tryAgain         = regexp.MustCompile(`Try again on (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC`)
)

// apiError makes an error of an answer that refuses.
func (r *Result) apiError(kind error, secret signer.Secret) *APIError {
	e := &APIError{Status: r.Status, Message: secret.Redact(r.ServiceError), RequestID: r.RequestID, ServerDate: r.Date, kind: kind}
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
	if !r.Date.IsZero() && !r.Received.IsZero() {
		e.ClockOff = r.Received.Sub(r.Date)
	}
	now := r.Date
	if now.IsZero() {
		now = r.Received // the server does not tell its time: ours has to do
	}
	e.RetryAfter = retryAfter(header(r, "Retry-After"), e.Message, now)
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

func header(r *Result, name string) string {
	for _, h := range r.Header {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

package uploader

import (
	"net/http"
	"testing"
	"time"

	"signpost/signer"
)

// TestRetryAfter: when to come again, as a number, a date or in words; junk counts as nothing.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		value, message string
		want           time.Duration
	}{
		{"7", "", 7 * time.Second}, {"-1", "", 0}, {"junk", "", 0}, {"99999999999999", "", 0}, {"", "", 0},
		{now.Add(time.Minute).Format(http.TimeFormat), "", time.Minute}, {now.Add(-time.Minute).Format(http.TimeFormat), "", 0},
		{"", "Rate Limit Exceeded. Limit of 500. Try again on 2026-01-02 03:05:05 UTC", time.Minute}, {"", "Try again on 2026-01-", 0},
	} {
		if got := retryAfter(c.value, c.message, now); got != c.want {
			t.Errorf("%q %q: %v, want %v", c.value, c.message, got, c.want)
		}
	}
}

// TestReason: the text of an error, in whatever form it comes.
func TestReason(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error":{"message":"m"}}`: "m", `{"error":"text"}`: "text", `{"error":["a"]}`: `["a"]`, `{"error":{}}`: "", `{"error":null}`: "", `{}`: "",
	} {
		r := &Result{Body: []byte(body)}
		r.readFields()
		if r.ServiceError != want {
			t.Errorf("%s: %q, want %q", body, r.ServiceError, want)
		}
	}
}

// TestRetryAfterWithoutDate: where the server does not tell its time, a date counts from
// when its answer came.
func TestRetryAfterWithoutDate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := &Result{Status: 503, Received: now, Header: []signer.Param{{Name: "Retry-After", Value: now.Add(time.Minute).Format(http.TimeFormat)}}}
	if e := r.apiError(nil, signer.Secret{}); e.RetryAfter != time.Minute {
		t.Errorf("%v", e.RetryAfter)
	}
}

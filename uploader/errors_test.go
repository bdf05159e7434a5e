package uploader

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

// TestClassesAndExitCodes: each kind of error has one class and one exit status, also
// inside another error.
func TestClassesAndExitCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		err   error
		class Class
		exit  int
	}{
		{"success", nil, ClassOK, 0},
		{"cancelled", context.Canceled, ClassCancelled, 130},
		{"cancelled after the body", &OutcomeUnknownError{Cause: context.Canceled}, ClassMaybe, 7},
		{"outcome unknown after a refusal's status", &OutcomeUnknownError{Cause: &APIError{Status: 500}}, ClassMaybe, 7},
		{"a connection", &TransportError{Op: opConnect, Err: errors.New("x")}, ClassNone, 5},
		{"a certificate", &TransportError{Op: opSecure, Err: errors.New("x"), Refused: true}, ClassRefused, 4},
		{"a file", &LocalError{Err: ErrEmptyFile}, ClassLocal, 6},
		{"no credentials", ErrNoCredentials, ClassConfig, 3},
		{"no secret", signer.ErrNoSecret, ClassConfig, 3},
		{"a parameter's name", &signer.ParamError{Name: "A", Problem: "x"}, ClassConfig, 3},
		{"plain http to another host", Account{Prefix: "http://api.cloudinary.com"}.CheckBase(), ClassConfig, 3},
		{"anything else", errors.New("x"), ClassOther, 1},
		{"400", &APIError{Status: 400}, ClassRefused, 4},
		{"409", &APIError{Status: 409}, ClassRefused, 4},
		{"408", &APIError{Status: 408}, ClassNone, 5},
		{"420", &APIError{Status: 420}, ClassNone, 5},
		{"423", &APIError{Status: 423}, ClassNone, 5},
		{"429", &APIError{Status: 429}, ClassNone, 5},
		{"503", &APIError{Status: 503}, ClassNone, 5},
		{"302", &APIError{Status: 302, kind: ErrRedirected}, ClassRefused, 4},
		{"502 before everything was sent", &APIError{Status: 502, Early: true}, ClassNone, 5},
		{"400 before everything was sent", &APIError{Status: 400, Early: true}, ClassRefused, 4},
		{"200 with error, early", &APIError{Status: 200, Early: true}, ClassRefused, 4},
		{"a page, early", &APIError{Status: 200, Early: true, kind: ErrBadAnswer}, ClassNone, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			errs := []error{c.err}
			if c.err != nil {
				errs = append(errs, fmt.Errorf("outer: %w", c.err))
			}
			for _, err := range errs {
				if got, exit := Classify(err), ExitCode(err); got != c.class || exit != c.exit {
					t.Errorf("class %d, exit %d, want %d, %d", got, exit, c.class, c.exit)
				}
			}
		})
	}
}

// TestExplain: each error says what happened, why, and what to do; and never more than
// is known.
func TestExplain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	draft := TutorialDraft()
	p, err := Prepare(draft, SandboxAccount("http://127.0.0.1:8787"), File{Kind: FileHTTP, Text: "http://x"}, now)
	if err != nil {
		t.Fatal(err)
	}
	live := p
	live.Account.Prefix = ""
	for _, c := range []struct {
		name string
		err  error
		p    Prepared
		// says are parts of the whole; not are words that must not be there.
		says, not []string
	}{
		{"outcome unknown, with a public ID", &OutcomeUnknownError{Cause: ErrNoAnswer, Idempotent: true}, p, []string{"outcome unknown", "everything was sent", "the same asset is replaced"}, []string{"second asset", "cancelled"}},
		{"outcome unknown, without one", &OutcomeUnknownError{Cause: ErrNoAnswer}, p, []string{"a second upload makes a second asset"}, []string{"replaced"}},
		{"stopped after the body", &OutcomeUnknownError{Cause: context.Canceled}, p, []string{"stopped after everything had been sent"}, []string{"cancelled", "nothing was kept"}},
		{"cancelled", context.Canceled, p, []string{"before everything was sent", "nothing was kept"}, nil},
		{"a file", &LocalError{Path: "/x", Err: ErrEmptyFile, Hint: "name another"}, p, []string{"/x", "the file is empty", "name another"}, nil},
		{"no sandbox", &TransportError{Op: opConnect, Err: errors.New("connection refused")}, p, []string{"127.0.0.1:8787", "start it"}, nil},
		{"no connection", &TransportError{Op: opConnect, Err: errors.New("no route")}, live, []string{"api.cloudinary.com", "no network", "safe to send it again"}, nil},
		{"no host", &TransportError{Op: opFind, Err: errors.New("there is no host x")}, live, []string{"host not found"}, nil},
		{"stalled", &TransportError{Op: opSend, Err: ErrStalled, Percent: 34}, live, []string{"34 %", "stalled"}, nil},
		{"not HTTP", &TransportError{Op: opRead, Err: ErrNotHTTP, Refused: true}, live, []string{"another protocol"}, []string{"prove"}},
		{"a certificate", &TransportError{Op: opSecure, Err: errors.New("expired"), Refused: true}, live, []string{"api.cloudinary.com", "SSL_CERT_FILE"}, nil},
		{"the other secret", &APIError{Status: 401, kind: ErrInvalidSignature, StringToSign: p.Trace.StringToSign}, p, []string{"the same text", "sha1", "sandbox"}, []string{"abcd"}},
		{"another text", &APIError{Status: 401, kind: ErrInvalidSignature, StringToSign: "timestamp=1"}, p, []string{"server: timestamp=1", "here:   " + p.Trace.StringToSign}, nil},
		{"stale, clock behind", &APIError{Status: 400, kind: ErrStaleTimestamp, ServerDate: now.Add(2*time.Hour + 5*time.Minute)}, p, []string{"2h5m0s", "clock"}, []string{"signature is invalid"}},
		{"stale, no date", &APIError{Status: 400, kind: ErrStaleTimestamp}, p, []string{"one hour"}, []string{"clock is wrong"}},
		{"unknown key", &APIError{Status: 401, kind: ErrUnknownKey, Message: "Unknown API key 1"}, p, []string{"Unknown API key 1", "demo"}, nil},
		{"unknown cloud", &APIError{Status: 401, kind: ErrUnknownCloud}, p, []string{"demo", "region"}, nil},
		{"too large", &APIError{Status: 413, kind: ErrTooLarge}, p, []string{"too large", "no reason"}, nil},
		{"rate limited", &APIError{Status: 420, kind: ErrRateLimited, RetryAfter: 12 * time.Second}, p, []string{"in 12s"}, nil},
		{"redirect", &APIError{Status: 302, kind: ErrRedirected, Location: "https://evil.example/"}, p, []string{"https://evil.example/", "never sent on"}, nil},
		{"still processed", &APIError{Status: 423, Message: "Processing"}, p, []string{"Processing", "wait"}, []string{"refused"}},
		{"a gateway, early", &APIError{Status: 502, Early: true}, p, []string{"nothing was kept"}, []string{"refused"}},
		{"a page, early", &APIError{Status: 200, Early: true, kind: ErrBadAnswer, Message: "the answer is an HTML page"}, p, []string{"HTML page", "nothing was kept"}, []string{"may have been stored"}},
		{"refused", &APIError{Status: 400, Message: "Invalid image file"}, p, []string{"Invalid image file", "change what"}, nil},
		{"anything else", errors.New("x"), p, []string{"x"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := Explain(c.err, c.p)
			if x.Title == "" || x.What == "" || x.Hint == "" {
				t.Errorf("%+v", x)
			}
			whole := strings.Join([]string{x.Title, x.What, x.Why, x.Hint}, "\n")
			for _, s := range c.says {
				if !strings.Contains(whole, s) {
					t.Errorf("%q is not in\n%s", s, whole)
				}
			}
			for _, s := range c.not {
				if strings.Contains(whole, s) {
					t.Errorf("%q is in\n%s", s, whole)
				}
			}
		})
	}
}

// TestIdempotent: a public ID makes an upload one that can be sent twice, unless a
// unique name is asked for.
func TestIdempotent(t *testing.T) {
	t.Parallel()
	f := func(kv ...string) (p Prepared) {
		for i := 0; i < len(kv); i += 2 {
			p.Fields = append(p.Fields, signer.Param{Name: kv[i], Value: kv[i+1]})
		}
		return p
	}
	for _, c := range []struct {
		p    Prepared
		want bool
	}{
		{f(), false}, {f("public_id", "x"), true}, {f("public_id", ""), false},
		{f("public_id", "x", "unique_filename", "true"), false}, {f("unique_filename", "1", "public_id", "x"), false},
		{f("public_id", "x", "unique_filename", "0"), true}, {f("use_filename", "1"), false},
	} {
		if got := c.p.Idempotent(); got != c.want {
			t.Errorf("%v: %v", c.p.Fields, got)
		}
	}
}

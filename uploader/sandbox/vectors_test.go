package sandbox

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

//go:embed testdata/requests.json
var requestsJSON []byte

// captured is a request that an official SDK sent.
type captured struct {
	ID, Note, Method, Path string
	Headers                map[string]string
	Fields                 []struct {
		Name, Value, Filename string
		Bytes                 int
	}
	Secret, Algorithm string
	Version           int
	StringToSign      string `json:"string_to_sign"`
}

func capturedRequests(t *testing.T) []captured {
	t.Helper()
	var file struct{ Cases []captured }
	if err := json.Unmarshal(requestsJSON, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

// fields returns the form with the file's bytes filled in.
func (c captured) fields() []field {
	var out []field
	for _, f := range c.Fields {
		switch {
		case f.Filename == "":
			out = append(out, param(f.Name, f.Value))
		case f.Bytes == len(tinyPNG):
			out = append(out, file(f.Filename, tinyPNG))
		default:
			out = append(out, file(f.Filename, []byte(strings.Repeat("x", f.Bytes))))
		}
	}
	return out
}

// request writes the request as the SDK did: multipart, or urlencoded without a type.
func (c captured) request(t *testing.T, s *Server, fields []field) *http.Request {
	t.Helper()
	var r *http.Request
	if strings.HasPrefix(c.Headers["content-type"], "multipart/form-data") {
		contentType, body := multipartBody(t, fields)
		r = request(t, s, c.Method, c.Path, contentType, body)
	} else {
		r = request(t, s, c.Method, c.Path, "", urlencodedBody(fields))
	}
	for name, value := range c.Headers {
		if name != "content-type" && name != "transfer-encoding" {
			r.Header.Set(name, value)
		}
	}
	if c.Headers["transfer-encoding"] == "chunked" {
		r.ContentLength = -1
	}
	return r
}

// server makes a sandbox with the account, the clock and the file of a captured request.
func (c captured) server(t *testing.T) *Server {
	return newServer(t, func(o *Options) {
		a := Account{Cloud: strings.Split(c.Path, "/")[2], APIKey: "1234", Secret: signer.NewSecret(c.Secret)}
		for _, f := range c.Fields {
			if f.Name == "api_key" {
				a.APIKey = f.Value
			}
		}
		if c.Secret == "" {
			a.Secret = signer.NewSecret(signer.Published)
		}
		o.Accounts = []Account{a}
		o.Clock = func() time.Time { return time.Unix(1315060510, 0) }
		o.Limits.Render = time.Minute // twenty breakpoints take long where others work too
		o.Fetch = func(_ context.Context, address string) (io.ReadCloser, string, error) {
			if address != "https://example.com/sample.jpg" {
				return nil, "", errors.New("another URL")
			}
			data := Sample()
			if c.ID == "npm-02" || c.ID == "go-02" {
				data = tinyMP4
			}
			return fetchBytesOf(data)(nil, "")
		}
	})
}

// isWholeUpload reports whether a request is an upload in one piece.
func (c captured) isWholeUpload() bool {
	return strings.HasSuffix(c.Path, "/upload") && c.Headers["content-range"] == ""
}

// authenticate reads and verifies a request without uploading.
func (c captured) authenticate(t *testing.T, s *Server, fields []field) (identity, error) {
	t.Helper()
	r := c.request(t, s, fields)
	f, err := s.readForm(r, r.Body)
	if err != nil {
		t.Fatalf("read form: %v", err)
	}
	defer f.drop()
	return s.authenticate(strings.Split(c.Path, "/")[2], fold(f.fields), r.Header, s.o.Clock())
}

func TestCapturedSignaturesVerify(t *testing.T) {
	t.Parallel()
	count := 0
	for _, c := range capturedRequests(t) {
		if c.Secret == "" {
			continue
		}
		count++
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			id, err := c.authenticate(t, c.server(t), c.fields())
			if err != nil {
				t.Fatalf("%s: %v", c.Note, err)
			}
			if id.answer.String() != c.Algorithm {
				t.Errorf("algorithm: got %s, want %s", id.answer, c.Algorithm)
			}
		})
	}
	if count != 33 {
		t.Errorf("%d validly signed requests, want 33", count)
	}
}

// Threat T31: other parameters than the signed ones are refused, whichever byte differs.
func TestCapturedSignaturesRefuseEveryChangedByte(t *testing.T) {
	t.Parallel()
	unsignedFields := []string{"file", "api_key", "signature", "resource_type", "unsigned"}
	for _, c := range capturedRequests(t) {
		if c.Secret == "" {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			s := c.server(t)
			changes := 0
			for i, f := range c.fields() {
				if slices.Contains(unsignedFields, f.name) {
					continue
				}
				for at := range f.value {
					fields := c.fields()
					b := []byte(f.value)
					b[at] ^= 1
					fields[i].value = string(b)
					changes++
					c.wantInvalidSignature(t, s, fields)
				}
			}
			if changes < 10 {
				t.Errorf("only %d bytes were changed", changes)
			}
		})
	}
}

// wantInvalidSignature checks the refusal: over HTTP where the request is an upload.
func (c captured) wantInvalidSignature(t *testing.T, s *Server, fields []field) {
	t.Helper()
	var sig string
	var wire []signer.Param
	for _, f := range fields {
		if f.name == "signature" {
			sig = f.value
		}
		wire = append(wire, signer.Param{Name: f.name, Value: f.value})
	}
	kept, _ := signer.LeaveOut(fold(wire))
	want := "Invalid Signature " + sig + ". String to sign - '" + signer.StringToSign(kept, signer.V2) + "'."
	if c.isWholeUpload() {
		wantRefused(t, do(t, s, c.request(t, s, fields)), http.StatusUnauthorized, want)
		return
	}
	_, err := c.authenticate(t, s, fields)
	var r *refusal
	if !errors.As(err, &r) || r.status != http.StatusUnauthorized || r.text != want {
		t.Errorf("got %v, want 401 %s", err, want)
	}
}

func TestCapturedUploadsAreAccepted(t *testing.T) {
	t.Parallel()
	count := 0
	for _, c := range capturedRequests(t) {
		if c.Secret == "" || !c.isWholeUpload() {
			continue
		}
		count++
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			s := c.server(t)
			a := do(t, s, c.request(t, s, c.fields())).upload(t)
			alg, err := signer.ParseAlgorithm(c.Algorithm)
			if err != nil {
				t.Fatal(err)
			}
			version := strconv.FormatInt(a.Version, 10)
			if err := signer.VerifyResponse(a.PublicID, version, a.Signature, signer.NewSecret(c.Secret), alg); err != nil {
				t.Errorf("the answer's signature: %v", err)
			}
			for _, address := range append([]string{a.URL, a.SecureURL}, eagerURLs(a)...) {
				want := http.StatusOK
				if c.ID == "go-06" {
					want = http.StatusUnauthorized // it is open from 2019 on; the clock says 2011
				}
				if r := get(t, s, address); r.status != want {
					t.Errorf("%s: status %d %s", address, r.status, r.body)
				}
			}
		})
	}
	if count != 25 {
		t.Errorf("%d whole uploads, want 25", count)
	}
}

func eagerURLs(a uploadAnswer) (out []string) {
	for _, e := range a.Eager {
		out = append(out, e.URL, e.SecureURL)
	}
	return out
}

func TestCapturedRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	want := map[string]struct {
		status int
		text   string
	}{
		"npm-09": {400, "Upload preset not found"},
		"npm-10": {401, "Invalid OAuth token"},
		"npm-11": {401, "Invalid Signature 0123. String to sign - 'public_id=p1&timestamp=1315060510'."},
		"npm-16": {400, "All parts except EOF-chunk must be larger than 5mb"},
		"go-16":  {400, "All parts except EOF-chunk must be larger than 5mb"},
		"go-19":  {400, "Upload preset not found"},
		"go-20":  {401, "Invalid OAuth token"},
	}
	seen := 0
	for _, c := range capturedRequests(t) {
		w, ok := want[c.ID]
		if !ok {
			continue
		}
		seen++
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			s := c.server(t)
			wantRefused(t, do(t, s, c.request(t, s, c.fields())), w.status, w.text)
		})
	}
	if seen != len(want) {
		t.Errorf("%d of %d requests are there", seen, len(want))
	}
}

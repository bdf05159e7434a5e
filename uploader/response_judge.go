package uploader

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"signpost/signer"
)

// What an answer may say of a part that it should not.
var (
	errDoneAtPart    = errors.New("the server says that the upload is complete, and it is not")
	errNeverDone     = errors.New("everything was sent, and the server still waits for more")
	errForeignAnswer = errors.New("the answer is not that of the service")
)

// foreignAnswer is an answer of something else than the service: a proxy, the page of a
// network. To send again would not change that.
type foreignAnswer string

func (e foreignAnswer) Error() string        { return string(e) }
func (e foreignAnswer) Is(target error) bool { return target == errForeignAnswer }

// errDoneEarly is an answer of success to an upload of which a part is still here.
var errDoneEarly = errors.New("the server says that it is done before everything was sent")

// judge decides what an answer means for the upload, and compares it with what was sent.
func judge(r *Result, readErr error, p Prepared, a *attempt) error {
	early := a.sent.Load() < a.total
	refusal := func(kind error) *APIError {
		e := r.apiError(kind, p.Account.Secret)
		e.Early = early
		return e
	}
	unknown := func(err error) error {
		return &OutcomeUnknownError{Cause: err, Idempotent: a.parts || p.Idempotent()}
	}
	switch {
	case r.Status >= 300 && r.Status < 400:
		e := refusal(ErrRedirected)
		e.Location = p.Account.Redact(withoutUser(header(r, "Location")))
		return e
	case !early && statusClass(r.Status) == ClassMaybe && r.Status/100 != 2:
		return unknown(refusal(nil))
	case r.Status < 200 || r.Status >= 300:
		return refusal(nil)
	}
	said := r.fields()
	part := a.body().body.part
	problem := r.unusable(said, readErr, part)
	switch {
	case said.refuses() && r.Kind == BodyJSON, problem != nil && readErr == nil && r.ServiceError != "":
		return refusal(nil)
	case problem != nil && early:
		e := refusal(ErrBadAnswer)
		e.Message = problem.Error()
		return e
	case problem != nil:
		return unknown(problem)
	case early:
		return unknown(errDoneEarly)
	case part != nil && !part.Final():
		return nil
	}
	r.compare(said, p, a.body())
	return nil
}

// unusable says why an answer with a good status tells nothing of the upload.
func (r *Result) unusable(said answer, readErr error, part *Part) error {
	switch {
	case readErr != nil:
		return fmt.Errorf("the answer is not whole: %w", plainNetError(readErr))
	case r.Kind != BodyJSON:
		return foreignAnswer("the answer is " + r.Kind.Words())
	case part != nil && !part.Final():
		switch {
		case said.Done != nil && !*said.Done:
			return nil
		case said.Done != nil || said.AssetID != "" || said.SecureURL != "":
			return fmt.Errorf("%w: it has %d of %d bytes", errDoneAtPart, part.End, part.Total)
		}
		return errors.New("the answer does not say whether the part was taken")
	case part != nil && said.Done != nil && !*said.Done:
		return errNeverDone
	case said.PublicID == "" && said.Status == "" && said.BatchID == "":
		return foreignAnswer("the answer is JSON, but has no public_id")
	}
	return nil
}

// withoutUser is a URL without its user info.
func withoutUser(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "an address that is no URL"
	}
	if u.User == nil {
		return s
	}
	u.User = nil
	return u.String()
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
	if n, err := strconv.ParseInt(a.Bytes.String(), 10, 64); a.Bytes != "" && (err != nil || n != sent.body.src.size) {
		warn("%d bytes were sent, the answer says %s", sent.body.src.size, a.Bytes)
	}
	if etag := sent.etag(); etag != "" && len(a.Etag) == len(etag) && !strings.EqualFold(a.Etag, etag) {
		warn("the MD5 of the answer (etag) is not that of the file")
	}
}

package sandbox

import (
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"signpost/signer"
)

// identity is who makes a request, and how that was shown.
type identity struct {
	account Account
	// answer is the algorithm of the answer's signature.
	answer signer.Algorithm
	// verdict says how the request was authenticated, for the record.
	verdict string
	// unsigned is true for an upload with a preset and no signature.
	unsigned bool
}

// authenticate decides who makes the request, and lets their cloud in.
func (s *Server) authenticate(cloud string, p params, h http.Header, now time.Time) (identity, error) {
	id, err := s.identify(cloud, p, h, now)
	if err == nil {
		err = s.admit(cloud)
	}
	return id, err
}

// identify decides who makes the request. The order of the checks is not known of
// the service; here it is cloud, key, signature, timestamp, so that a changed timestamp
// is a wrong signature and not a stale one.
func (s *Server) identify(cloud string, p params, h http.Header, now time.Time) (identity, error) {
	if len(s.accounts(cloud)) == 0 {
		return identity{}, fail(invalidCloud, cloud)
	}
	auth := h.Get("Authorization")
	switch scheme, rest, _ := strings.Cut(auth, " "); {
	case strings.EqualFold(scheme, "Basic"):
		return s.basic(cloud, strings.TrimSpace(rest))
	case strings.EqualFold(scheme, "Bearer"):
		return s.bearer(cloud, strings.TrimSpace(rest))
	}
	key, signature := p.get("api_key"), p.get("signature")
	if signature == "" && (key == "" || p.get("upload_preset") != "") {
		return s.unsigned(cloud, p)
	}
	if key == "" {
		return identity{}, fail(missingParameter, "api_key")
	}
	account, err := s.account(cloud, key)
	if err != nil {
		return identity{}, err
	}
	if signature == "" {
		return identity{}, fail(missingParameter, "signature")
	}
	if p.get("timestamp") == "" {
		return identity{}, fail(missingParameter, "timestamp")
	}
	return s.verify(account, p, signature, now)
}

// account finds the account of a key.
func (s *Server) account(cloud, key string) (Account, error) {
	for _, a := range s.accounts(cloud) {
		if a.APIKey == key {
			return a, nil
		}
	}
	if slices.ContainsFunc(s.o.Accounts, func(a Account) bool { return a.APIKey == key }) {
		return Account{}, fail(cloudMismatch)
	}
	return Account{}, fail(unknownKey, key)
}

// verify checks signature and timestamp. Comparing is done in constant time by signer.
func (s *Server) verify(a Account, p params, signature string, now time.Time) (identity, error) {
	signed := p.signed()
	o, err := signer.VerifyAny(signed, signature, a.Secret)
	if err != nil || a.SHA256Only && o.Algorithm != signer.SHA256 {
		return identity{}, fail(invalidSignature, signature, signer.StringToSign(signed, signer.V2))
	}
	if err := checkTime(p.get("timestamp"), now); err != nil {
		return identity{}, err
	}
	return identity{account: a, answer: o.Algorithm, verdict: "signed with " + o.Algorithm.String() + " " + o.Version.String()}, nil
}

// checkTime refuses a timestamp that is more than an hour old. A text that is no number
// is read as far as it is one, so that abc is 1970 (unconfirmed).
func checkTime(timestamp string, now time.Time) error {
	digits := timestamp
	if i := strings.IndexFunc(timestamp, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = timestamp[:i]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil && digits != "" {
		return nil // beyond any calendar: far in the future
	}
	if now.Unix()-n > int64(signer.Lifetime/time.Second) {
		return fail(staleRequest, time.Unix(n, 0).UTC().Format("2006-01-02 15:04:05 +0000"))
	}
	return nil
}

// basic checks api_key:api_secret of an Authorization header, in constant time.
// Source: documentation/image_upload_api_reference_overview; texts of
// cloudinary_npm docs/troubleshoot-errors.md.
func (s *Server) basic(cloud, credentials string) (identity, error) {
	raw, err := base64.StdEncoding.DecodeString(credentials)
	key, _, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok {
		return identity{}, fail(invalidKey, "")
	}
	account, err := s.account(cloud, key)
	if err != nil {
		if r, is := err.(*refusal); is && r.fault == unknownKey {
			return identity{}, fail(invalidKey, key)
		}
		return identity{}, err
	}
	want := account.Secret.BasicAuth(key)
	got := "Basic " + base64.StdEncoding.EncodeToString(raw)
	if account.Secret.IsZero() || subtle.ConstantTimeCompare([]byte(want), []byte(got)) != 1 {
		return identity{}, fail(secretMismatch)
	}
	id := identity{account: account, verdict: "HTTP Basic"}
	if account.SHA256Only {
		id.answer = signer.SHA256
	}
	return id, nil
}

// bearer checks an OAuth token, in constant time. The service's words for a wrong one
// are not known.
func (s *Server) bearer(cloud, token string) (identity, error) {
	given := signer.NewSecret(token)
	for _, a := range s.accounts(cloud) {
		if a.Token.IsZero() || !a.Token.Equal(given) {
			continue
		}
		id := identity{account: a, verdict: "OAuth token"}
		if a.SHA256Only {
			id.answer = signer.SHA256
		}
		return id, nil
	}
	return identity{}, fail(bearerRefused)
}

// unsigned checks an upload without a signature: its preset and its parameters.
func (s *Server) unsigned(cloud string, p params) (identity, error) {
	name := p.get("upload_preset")
	if name == "" {
		return identity{}, fail(presetRequired)
	}
	preset, ok := s.preset(cloud, name)
	if !ok {
		return identity{}, fail(presetNotFound)
	}
	if !preset.Unsigned {
		return identity{}, fail(presetSigned)
	}
	allowed := strings.Split(unsignedNames, ",")
	for _, q := range p {
		if q.Value != "" && q.Name != "timestamp" && isKnown(q.Name) && !slices.Contains(allowed, q.Name) {
			return identity{}, fail(notUnsigned, strings.ToUpper(q.Name[:1])+q.Name[1:])
		}
	}
	return identity{account: s.accounts(cloud)[0], verdict: "unsigned with a preset", unsigned: true}, nil
}

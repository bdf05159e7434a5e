package verify

import (
	"errors"
	"net/url"
	"strings"

	"signpost/signer"
)

// Address is a delivery URL, taken apart.
type Address struct {
	Host, CloudName, ResourceType, Type string
	// Signature is what stands between s-- and --.
	Signature string
	// Behind are the pieces of the path behind the signature, Version the one of them that
	// is the asset's version; empty for none.
	Behind  []string
	Version string
	// Signed is what the signature is made of: transformation and public ID with its
	// extension, as they stand in the URL.
	Signed string
}

// errNoDelivery says what is no signed delivery URL.
var errNoDelivery = errors.New("it is no delivery URL with a signature: one has /s--…--/ in its path")

// ParseAddress takes a delivery URL apart. Source: cloudinary_npm lib/utils/index.js url.
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil {
		return Address{}, errNoDelivery
	}
	pieces := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	a := Address{Host: u.Host}
	at := -1
	for i, p := range pieces {
		inner, ok := strings.CutPrefix(p, "s--")
		if inner, closed := strings.CutSuffix(inner, "--"); ok && closed {
			a.Signature, at = inner, i
			break
		}
	}
	if at < 0 || at == len(pieces)-1 {
		return Address{}, errNoDelivery
	}
	front := pieces[:at]
	if n := len(front); n >= 1 {
		a.Type = front[n-1]
	}
	if n := len(front); n >= 2 {
		a.ResourceType = front[n-2]
	}
	if n := len(front); n >= 3 {
		a.CloudName = front[n-3]
	} else if cloud, private := strings.CutSuffix(u.Hostname(), "-res.cloudinary.com"); private {
		a.CloudName = cloud
	}
	a.Behind = pieces[at+1:]
	if a.Type == "fetch" && u.RawQuery != "" { // the address behind it is signed with its query
		a.Behind[len(a.Behind)-1] += "?" + u.RawQuery
	}
	var signed []string
	for i, p := range a.Behind {
		if a.Version == "" && isVersion(p) && i < len(a.Behind)-1 {
			a.Version = p
			continue
		}
		signed = append(signed, p)
	}
	a.Signed = strings.Join(signed, "/")
	return a, nil
}

// isVersion reports whether a piece is v and digits.
func isVersion(piece string) bool {
	digits, ok := strings.CutPrefix(piece, "v")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// checkURL examines the signature in a delivery URL.
func checkURL(s Subject, c Config) Report {
	k, a := c.Keys[0], s.Address
	algorithm, length := k.Algorithm, signer.ShortDelivery
	if len(s.Signature) == signer.LongDelivery {
		algorithm, length = signer.SHA256, signer.LongDelivery
	}
	want, _ := signer.SignDeliveryWith(a.Signed, k.Secret, algorithm, length)
	r := Report{Kind: URL, Verdict: Wrong, Algorithm: algorithm, Hashed: a.Signed, Given: s.Signature, Expected: head(want, length/4)}
	r.Steps = []Step{{"signed", a.Signed}, {"left out", notSigned(a)},
		{"append", "…‹API secret " + signer.Mask + "›"},
		{dash(algorithm), "URL-safe base64, the first " + map[int]string{signer.ShortDelivery: "8", signer.LongDelivery: "32"}[length] + " characters: " + r.Expected},
		{"given", s.Signature}}
	if a.CloudName != "" && k.CloudName != "" && a.CloudName != k.CloudName {
		r.Notes = append(r.Notes, "the URL is of the cloud "+a.CloudName+", the account in use of "+k.CloudName)
	}
	if same(want, s.Signature) {
		r.Verdict = Right
		return r
	}
	if plain, err := url.PathUnescape(a.Signed); err == nil && plain != a.Signed {
		if decoded, _ := signer.SignDeliveryWith(plain, k.Secret, algorithm, length); same(decoded, s.Signature) {
			r.Verdict, r.Hashed, r.Expected = Right, plain, head(decoded, length/4)
			r.Notes = append(r.Notes, "it is right for the path with its percent escapes read")
			return r
		}
	}
	r.Reason = urlReason(s, c)
	return r
}

// notSigned says what of the URL is not signed.
func notSigned(a Address) string {
	parts := []string{"scheme, host"}
	for _, p := range []struct{ name, value string }{{"cloud", a.CloudName}, {"resource type", a.ResourceType}, {"delivery type", a.Type}, {"version", a.Version}} {
		if p.value != "" {
			parts = append(parts, p.name+" "+p.value)
		}
	}
	return strings.Join(parts, ", ")
}

// urlReason looks for what a signature in a URL would be right for.
func urlReason(s Subject, c Config) Reason {
	n := len(s.Signature)
	if n != signer.ShortDelivery && n != signer.LongDelivery {
		return Reason{"it has neither 8 characters nor 32", "copy the URL whole"}
	}
	for _, v := range urlVariants(s.Address) {
		for i, k := range c.Keys {
			for _, a := range []signer.Algorithm{k.Algorithm, other(k.Algorithm)} {
				if got, err := signer.SignDeliveryWith(v.text, k.Secret, a, n); err != nil || !same(got, s.Signature) {
					continue
				}
				r := Reason{v.what, v.hint}
				if n == signer.ShortDelivery && a != k.Algorithm || n == signer.LongDelivery && a != signer.SHA256 {
					r = r.and("it is right for "+long(a), "the account's signature algorithm decides; a long one is always made with SHA-256")
				}
				if i > 0 {
					r = r.and("it is right for another secret: "+k.Name, "the key in use is not the one that signed it")
				}
				return r
			}
		}
	}
	return Reason{}
}

// and adds another reason.
func (r Reason) and(what, hint string) Reason {
	if r.What != "" {
		r.What += "; and "
	}
	r.What += what
	if r.Hint == "" {
		r.Hint = hint
	}
	return r
}

// urlVariants are other texts that may have been signed for a URL.
func urlVariants(a Address) []variant {
	all := []variant{{text: a.Signed}}
	add := func(text, what, hint string) { all = append(all, variant{text, what, hint}) }
	pieces := strings.Split(a.Signed, "/")
	if a.Version != "" {
		add(strings.Join(a.Behind, "/"), "the version "+a.Version+" was signed too", "leave the version out")
	}
	if dot := strings.LastIndexByte(a.Signed, '.'); dot > strings.LastIndexByte(a.Signed, '/') {
		add(a.Signed[:dot], "it is right without the extension "+a.Signed[dot:], "the extension belongs to what is signed, as it stands in the URL")
	}
	for i := 1; i < len(pieces); i++ {
		add(strings.Join(pieces[i:], "/"), "it is right without "+strings.Join(pieces[:i], "/"), "the transformation was added or changed after signing, or the public ID moved")
		add(strings.Join(pieces[:i], "/"), "it is right without what stands behind "+strings.Join(pieces[:i], "/"), "something was added behind what was signed")
	}
	add("/"+a.Signed, "a slash was signed in front", "the signed part begins without one")
	if plain, err := url.PathUnescape(a.Signed); err == nil {
		add(plain, "it is right for the path with its percent escapes read", "sign the path as it stands in the URL")
	}
	return all
}

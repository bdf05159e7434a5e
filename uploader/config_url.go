package uploader

import (
	"net/url"
	"strings"

	"signpost/signer"
)

// fromURL reads CLOUDINARY_URL:
//
//	cloudinary://KEY:SECRET@CLOUD[/SECURE_DISTRIBUTION][?option=value&a[b]=c]
//
// The scheme is compared without case, key and secret are taken as they stand (npm
// does not decode them), the options' values are decoded. A CLOUDINARY_URL= in front,
// as pasted from a dashboard, is dropped. Source: cloudinary_npm lib/config.js.
func (c *Config) fromURL(s varSource) {
	const name = "CLOUDINARY_URL"
	text := s.vars[name]
	c.Account.Origin = name + " in " + s.name
	if trimmed := strings.TrimSpace(text); trimmed != text {
		c.problem(name, s.name, name+" in "+s.name+" has blanks or line ends around it; they are dropped", "remove them")
		text = trimmed
	}
	if q := text; len(q) > 1 && (q[0] == '"' || q[0] == '\'') && q[len(q)-1] == q[0] {
		c.problem(name, s.name, name+" in "+s.name+" has quotes around it that belong to the value; they are dropped", "remove the quotes")
		text = q[1 : len(q)-1]
	}
	text = strings.TrimPrefix(text, name+"=")
	const scheme = "cloudinary://"
	if len(text) < len(scheme) || !strings.EqualFold(text[:len(scheme)], scheme) {
		c.wrongScheme(s, text)
		return
	}
	rest := text[len(scheme):]
	rest, query, _ := strings.Cut(rest, "?")
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		c.problem(name, s.name, name+" in "+s.name+" has no @ between the credentials and the cloud name",
			"it looks like cloudinary://API_KEY:API_SECRET@CLOUD_NAME")
		return
	}
	credentials, cloud := rest[:at], rest[at+1:]
	cloud, distribution, hasPath := strings.Cut(cloud, "/")
	if hasPath && distribution != "" {
		c.note("the path of CLOUDINARY_URL (private CDN) matters for delivery, not for uploads")
	}
	key, secret, hasSecret := strings.Cut(credentials, ":")
	c.Account.CloudName, c.Account.APIKey, c.Account.Secret = cloud, key, signer.NewSecret(secret)
	c.Found = true
	miss := func(what, hint string) {
		c.Found = false
		c.problem(name, s.name, name+" in "+s.name+" has no "+what, hint)
	}
	if cloud == "" {
		miss("cloud name behind the @", "it looks like cloudinary://API_KEY:API_SECRET@CLOUD_NAME")
	}
	if key == "" {
		miss("API key", "it looks like cloudinary://API_KEY:API_SECRET@CLOUD_NAME")
	}
	if !hasSecret || secret == "" {
		miss("API secret behind the key", "key and secret are parted by a colon: cloudinary://API_KEY:API_SECRET@CLOUD_NAME")
	}
	c.options(s, query)
	c.judgeValues(s, [3]string{"the cloud name in " + name, "the API key in " + name, "the API secret in " + name},
		[3]string{cloud, key, secret})
}

func (c *Config) wrongScheme(s varSource, text string) {
	const name = "CLOUDINARY_URL"
	scheme, _, ok := strings.Cut(text, "://")
	hint := "it begins with cloudinary://"
	if ok && len(scheme) <= 12 && isWord(scheme) {
		c.problem(name, s.name, name+" in "+s.name+" begins with "+scheme+"://", hint)
		return
	}
	c.problem(name, s.name, name+" in "+s.name+" does not begin with cloudinary://", hint)
}

func isWord(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

// options applies what stands behind the question mark.
func (c *Config) options(s varSource, query string) {
	const name = "CLOUDINARY_URL"
	if query == "" {
		return
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		c.problem(name, s.name, "an option of "+name+" in "+s.name+" is not URL-encoded as it should be", "write % as %25")
	}
	if v := values.Get("signature_algorithm"); v != "" {
		a, err := signer.ParseAlgorithm(v)
		if err != nil {
			c.problem(name, s.name, "signature_algorithm of "+name+" is neither sha1 nor sha256; sha1 is used", "use sha1 or sha256")
		}
		c.Account.Options.Algorithm = a
	}
	if v := values.Get("signature_version"); v != "" {
		n, err := signer.ParseVersion(v)
		if err != nil {
			c.problem(name, s.name, "signature_version of "+name+" is neither 1 nor 2; 2 is used", "use 1 or 2")
		}
		c.Account.Options.Version = n
	}
	if v := values.Get("upload_prefix"); v != "" {
		c.Account.Prefix, c.Account.PrefixFromFile = strings.TrimRight(v, "/"), s.file
		if err := CheckBase(c.Account.Prefix); err != nil {
			c.Found = false
			c.problem(name, s.name, "upload_prefix of "+name+" in "+s.name+": "+err.Error(), "leave it out for the service's own address")
		}
	}
	if values.Get("oauth_token") != "" {
		c.note("oauth_token in CLOUDINARY_URL is not used: this program signs")
	}
}

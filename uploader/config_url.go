package uploader

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"signpost/signer"
)

const (
	urlName = "CLOUDINARY_URL"
	urlForm = "it looks like cloudinary://API_KEY:API_SECRET@CLOUD_NAME"
)

// fromURL reads CLOUDINARY_URL:
//
//	cloudinary://KEY:SECRET@CLOUD[/SECURE_DISTRIBUTION][?option=value&a[b]=c]
//
// The scheme is compared without case, key and secret are taken as they stand (npm
// does not decode them), the options' values are decoded. A CLOUDINARY_URL= in front,
// as pasted from a dashboard, is dropped. Source: cloudinary_npm lib/config.js.
func (c *Config) fromURL(s varSource) {
	c.Account.Origin = urlName + " in " + s.name
	const scheme = "cloudinary://"
	text := c.unwrap(s)
	if len(text) < len(scheme) || !strings.EqualFold(text[:len(scheme)], scheme) {
		c.wrongScheme(s, text)
		return
	}
	rest, query, _ := strings.Cut(text[len(scheme):], "?")
	credentials, cloud, ok := splitUserinfo(rest)
	if !ok && c.fromToken(s, rest, query) {
		return
	}
	if !ok {
		c.problem(CodeURL, urlName, s.name, urlName+" in "+s.name+" has no @ between the credentials and the cloud name", urlForm)
		return
	}
	cloud, distribution, _ := strings.Cut(cloud, "/")
	if distribution != "" {
		c.note("the path of CLOUDINARY_URL (private CDN) matters for delivery, not for uploads")
	}
	key, secret, hasSecret := strings.Cut(credentials, ":")
	c.Account.CloudName, c.Account.APIKey, c.Account.Secret = cloud, key, signer.NewSecret(secret)
	c.Found = true
	c.missing(s, [3]string{cloud, key, secret}, hasSecret)
	if hasEscape(secret) || hasEscape(key) {
		c.note("the %%-escapes in the credentials of CLOUDINARY_URL are taken as they stand: the SDKs do not decode them all alike")
	}
	if strings.Trim(cloud, cloudAlphabet) != "" {
		c.problem(CodeShape, urlName, s.name, "the cloud name in "+urlName+" in "+s.name+" has characters that cloud names do not have", urlForm)
	}
	c.options(s, query)
	c.judgeValues(s, [3]string{"the cloud name in " + urlName, "the API key in " + urlName, "the API secret in " + urlName},
		[3]string{cloud, key, secret})
}

// fromToken reads cloudinary://CLOUD?oauth_token=…, as the Cloudinary CLI keeps it after
// a login; ok is false where there is no token.
// Source: cloudinary-cli cloudinary_cli/utils/config_utils.py.
func (c *Config) fromToken(s varSource, cloud, query string) bool {
	values, _ := url.ParseQuery(query)
	token := values.Get("oauth_token")
	if token == "" || cloud == "" {
		return false
	}
	c.Account.CloudName, _, _ = strings.Cut(cloud, "/")
	c.Account.Token = signer.NewSecret(token)
	c.Found = true
	c.options(s, query)
	if at, err := strconv.ParseInt(values.Get("expires_at"), 10, 64); err == nil && at > 0 {
		c.TokenUntil = time.Unix(at, 0)
	}
	if values.Get("region") == "eu" && c.Account.Prefix == "" {
		c.prefix(s, "https://api-eu.cloudinary.com")
	}
	return true
}

const cloudAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// unwrap takes away what stands around the URL. The secret inside is not touched.
func (c *Config) unwrap(s varSource) string {
	text := s.vars[urlName]
	if trimmed := strings.TrimSpace(text); trimmed != text {
		c.problem(CodeBlanks, urlName, s.name, urlName+" in "+s.name+" has blanks or line ends around it; they are dropped", "remove them")
		text = trimmed
	}
	if quoted(text) {
		c.problem(CodeQuotes, urlName, s.name, urlName+" in "+s.name+" has quotes around it that belong to the value; they are dropped", "remove the quotes")
		text = text[1 : len(text)-1]
	}
	if rest, ok := strings.CutPrefix(text, urlName+"="); ok {
		c.note("%s stands in front of the value of CLOUDINARY_URL in %s once more; it is dropped", urlName+"=", s.name)
		text = rest
	}
	return text
}

// splitUserinfo parts credentials and host at the last @ before a path. A secret that
// has a slash in it leaves no @ there: then the last one of all counts.
func splitUserinfo(rest string) (credentials, host string, ok bool) {
	authority, _, _ := strings.Cut(rest, "/")
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		at = strings.LastIndexByte(rest, '@')
	}
	if at < 0 {
		return "", "", false
	}
	return rest[:at], rest[at+1:], true
}

// missing names the parts that are not there.
func (c *Config) missing(s varSource, values [3]string, hasSecret bool) {
	miss := func(what, hint string) {
		c.Found = false
		c.problem(CodeMissing, urlName, s.name, urlName+" in "+s.name+" has no "+what, hint)
	}
	cloud, key, secret := values[0], values[1], values[2]
	if cloud == "" {
		miss("cloud name behind the @", urlForm)
	}
	if key == "" {
		miss("API key", urlForm)
	}
	if secret != "" {
		return
	}
	if number, rest, dot := strings.Cut(key, "."); !hasSecret && dot && isDigits(number) && rest != "" {
		miss("API secret behind the key: a dot stands where the colon should be", "write a colon between key and secret: cloudinary://API_KEY:API_SECRET@CLOUD_NAME")
	} else {
		miss("API secret behind the key", "key and secret are parted by a colon: cloudinary://API_KEY:API_SECRET@CLOUD_NAME")
	}
	if !isDigits(key) && key != "" {
		c.Account.APIKey = signer.Mask // it may hold the secret
	}
}

func hasEscape(s string) bool {
	decoded, err := url.PathUnescape(s)
	return err == nil && decoded != s
}

// wrongScheme names what stands in front, where that is a well-known word and so no
// part of a secret.
func (c *Config) wrongScheme(s varSource, text string) {
	scheme, _, _ := strings.Cut(strings.ToLower(text), "://")
	switch scheme {
	case "http", "https", "ftp", "ws", "wss", "redis", "postgres", "mysql", "mongodb":
		c.problem(CodeScheme, urlName, s.name, urlName+" in "+s.name+" begins with "+scheme+"://", "it begins with cloudinary://")
		return
	case "account":
		c.problem(CodeScheme, urlName, s.name, urlName+" in "+s.name+" begins with account://", "that is CLOUDINARY_ACCOUNT_URL; uploads need the one that begins with cloudinary://")
		return
	}
	code, what, hint := damage(text)
	if code == CodePlaceholder {
		c.problem(code, urlName, s.name, urlName+" in "+s.name+" "+what, hint)
	}
	c.problem(CodeScheme, urlName, s.name, urlName+" in "+s.name+" does not begin with cloudinary://", urlForm)
}

// sdkOptions are options of the SDKs that mean nothing to an upload from here.
var sdkOptions = []string{
	"api_proxy", "api_version", "auth_token", "chunk_size", "cname", "force_version", "hide_sensitive", "oauth_token", "refresh_token", "issued_at", "expires_at", "issuer",
	"private_cdn", "secure", "secure_cdn_subdomain", "secure_distribution", "cdn_subdomain", "shorten", "sign_url", "timeout",
	"upload_timeout", "url_suffix", "use_root_path", "urlAnalytics", "analytics", "callback_url", "region",
}

// options applies what stands behind the question mark.
func (c *Config) options(s varSource, query string) {
	if query == "" {
		return
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		c.problem(CodeOption, urlName, s.name, "an option of "+urlName+" in "+s.name+" is not URL-encoded as it should be", "write % as %25")
	}
	if v := values.Get("signature_algorithm"); v != "" {
		a, err := signer.ParseAlgorithm(v)
		if err != nil {
			c.problem(CodeOption, urlName, s.name, "signature_algorithm of "+urlName+" is neither sha1 nor sha256; sha1 is used", "use sha1 or sha256")
		}
		c.Account.Options.Algorithm = a
	}
	if v := values.Get("signature_version"); v != "" {
		n, err := signer.ParseVersion(v)
		if err != nil {
			c.problem(CodeOption, urlName, s.name, "signature_version of "+urlName+" is neither 1 nor 2; 2 is used", "use 1 or 2")
		}
		c.Account.Options.Version = n
	}
	if v := values.Get("upload_prefix"); v != "" {
		c.prefix(s, v)
	}
	c.otherOptions(s, values)
}

// prefix takes the address of the API. One that cannot be used is not replaced by the
// service's own: nothing is to go where nobody wanted it.
func (c *Config) prefix(s varSource, v string) {
	c.Account.Prefix, c.Account.PrefixFromFile = strings.TrimRight(v, "/"), s.file
	err := c.Account.CheckBase()
	if err == nil {
		return
	}
	c.Found = false
	c.problem(CodePrefix, urlName, s.name, "upload_prefix of "+urlName+" in "+s.name+": "+err.Error(), "leave it out for the service's own address")
	c.Account.Prefix = "invalid:"
	if u, perr := url.Parse(v); perr == nil && u.Scheme == "http" && u.User == nil && u.Host != "" && !IsLoopback(u.Hostname()) {
		c.Account.Prefix = "http://" + u.Host // what follows may be anything
	}
}

// otherOptions says which options do nothing here. Names that are not known are not
// repeated: they could be anything.
func (c *Config) otherOptions(s varSource, values url.Values) {
	var known []string
	unknown := 0
	for name := range values {
		outer, _, _ := strings.Cut(name, "[")
		switch {
		case outer == "signature_algorithm" || outer == "signature_version" || outer == "upload_prefix":
		case slices.Contains(sdkOptions, outer):
			if !slices.Contains(known, outer) {
				known = append(known, outer)
			}
		default:
			unknown++
		}
	}
	slices.Sort(known)
	if len(known) > 0 {
		c.note("not used here, of CLOUDINARY_URL in %s: %s", s.name, strings.Join(known, ", "))
	}
	if unknown > 0 {
		c.note("CLOUDINARY_URL in %s has options that are not known here (%s); they are ignored", s.name, fmt.Sprint(unknown))
	}
}

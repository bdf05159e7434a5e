package importer

import (
	"regexp"
	"strings"
	"sync"
)

// takesValue are curl's long options that take a value; every other known one is a
// switch. Source: curl's manual, version 8.
var takesValue = words(`abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config
connect-timeout connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii
data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url
dump-header ech egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account
ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header
help hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type
krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-time
netrc-file noproxy oauth2-bearer output output-dir parallel-max pass path-as-is-value pinnedpubkey postredir
preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers
proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name
proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote
random-file range rate referer request request-target resolve retry retry-delay retry-max-time sasl-authzid
service-name socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time stderr
telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii
trace-config unix-socket upload-file url url-query user user-agent variable vlan-priority write-out`)

// switches are curl's long options without a value that people use.
var switches = words(`anyauth append basic ca-native cert-status compressed compressed-ssh create-dirs crlf
digest disable disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail fail-early
fail-with-body false-start form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc
ftp-ssl-control get globoff haproxy-protocol head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3
http3-only ignore-content-length include insecure ipv4 ipv6 junk-session-cookies list-only location
location-trusted mail-rcpt-allowfails manual metalink negotiate netrc netrc-optional next no-alpn no-buffer
no-clobber no-keepalive no-npn no-progress-meter no-sessionid ntlm ntlm-wb parallel parallel-immediate
path-as-is post301 post302 post303 progress-bar proxy-anyauth proxy-basic proxy-ca-native proxy-digest
proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert
proxy-tlsv1 proxytunnel raw remote-header-name remote-name remote-name-all remote-time remove-on-error
retry-all-errors retry-connrefused sasl-ir show-error show-headers silent socks5-basic socks5-gssapi
socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort
sslv2 sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tlsv1 tlsv1.0
tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii verbose version xattr`)

// shortOptions are the letters with their long names.
var shortOptions = map[byte]string{
	'A': "user-agent", 'b': "cookie", 'B': "use-ascii", 'c': "cookie-jar", 'C': "continue-at", 'd': "data",
	'D': "dump-header", 'e': "referer", 'E': "cert", 'f': "fail", 'F': "form", 'g': "globoff", 'G': "get",
	'h': "help", 'H': "header", 'i': "show-headers", 'I': "head", 'j': "junk-session-cookies", 'J': "remote-header-name",
	'k': "insecure", 'K': "config", 'l': "list-only", 'L': "location", 'm': "max-time", 'M': "manual", 'n': "netrc",
	'N': "no-buffer", 'o': "output", 'O': "remote-name", 'p': "proxytunnel", 'P': "ftp-port", 'q': "disable", 'Q': "quote",
	'r': "range", 'R': "remote-time", 's': "silent", 'S': "show-error", 't': "telnet-option", 'T': "upload-file",
	'u': "user", 'U': "proxy-user", 'v': "verbose", 'V': "version", 'w': "write-out", 'x': "proxy", 'X': "request",
	'y': "speed-time", 'Y': "speed-limit", 'z': "time-cond", 'Z': "parallel", '0': "http1.0", '1': "tlsv1",
	'2': "sslv2", '3': "sslv3", '4': "ipv4", '6': "ipv6", '#': "progress-bar", ':': "next",
}

// words is a set that is made when it is first asked for: a program that reads no
// command does not pay for it.
func words(s string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for w := range strings.FieldsSeq(s) {
			set[w] = true
		}
		return set
	})
}

// lazy is a pattern that is compiled when it is first asked for.
func lazy(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// longName is the whole name of a long option: curl takes a beginning that is only one
// option's. ok is false for an unknown one.
func longName(name string) (full string, ok bool) {
	if takesValue()[name] || switches()[name] {
		return name, true
	}
	if rest, is := strings.CutPrefix(name, "no-"); is && switches()[rest] {
		return name, true
	}
	found := ""
	for _, set := range []map[string]bool{takesValue(), switches()} {
		for w := range set {
			if strings.HasPrefix(w, name) && len(name) > 2 {
				if found != "" {
					return "", false
				}
				found = w
			}
		}
	}
	return found, found != ""
}

// harmless options change nothing about what is sent; they are left out without a word.
var harmless = words(`silent show-error verbose include show-headers fail fail-with-body disable globoff compressed
progress-bar no-progress-meter no-buffer styled-output location http1.1 http2 ipv4 ipv6 basic path-as-is proto noproxy
output remote-name write-out next request retry retry-delay retry-max-time connect-timeout max-time retry-all-errors`)

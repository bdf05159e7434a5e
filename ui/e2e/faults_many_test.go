//go:build linux

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// manyTrials are the rows for several files.
func manyTrials() []trial {
	names := []string{"a.bin", "b.bin", "c.bin", "d.bin"}
	four := func(more ...string) []string {
		return append(append(append([]string{}, names...), "--resource-type", "raw", "--jobs", "1"), more...)
	}
	bad := status(400, "", `{"error":{"message":"no such thing"}}`)
	silent := turn{do: func(x *exchange) { // it keeps, answers, and closes without a word of that
		x.cork()
		take(x)
		x.open = false
	}}
	list := []trial{
		{name: "several: no fault", requests: 4, assets: 4, says: []string{"4 of 4 kept"}},
		{name: "several: one is refused", script: at(1, bad), exit: 8, requests: 4, assets: 3, says: []string{"3 of 4 kept", "no such thing"}, out: []string{`"outcome":"refused"`}},
		{name: "several: all are refused", always: forever(bad), exit: 4, requests: 4},
		{name: "several: one is lost", script: at(1, kept(func(x *exchange, _ string) { x.reset() })), exit: 8, requests: 4, assets: 4, says: []string{"1 with unknown outcome"}},
		{name: "several: all are lost", always: forever(kept(func(x *exchange, _ string) { x.reset() })), exit: 7, requests: 4, assets: 4},
		{name: "several: temporary", script: at(1, status(503, "", "{}")), requests: 5, assets: 4},
		{name: "several: temporary, always", files: four("--tries", "1"), always: forever(status(503, "", "{}")), exit: 5, requests: 4},
		{name: "several: idle connections are closed", always: forever(silent), assets: 4},
		{name: "several: each with a page", always: forever(status(200, "", "<html>")), exit: 7, requests: 4, out: []string{`"raw_answer":"\u003chtml\u003e"`}},
		{name: "several: none is there", files: []string{"x", "y"}, exit: 6, says: []string{"2 of 2 were not kept"}},
		{name: "several: one is not there", files: four("nosuch"), exit: 8, requests: 4, assets: 4},
		{name: "several: resume after a refusal", script: at(1, bad), exit: 8, requests: 5, assets: 4,
			then: func(r *trialRun) error { return r.again(0, "3 of 4 were kept before", "--resume") }},
		{name: "several: named twice", files: four("b.bin", "./c.bin"), requests: 4, assets: 4, says: []string{"named more than once"}},
	}
	for i := range list {
		list[i].file = others(names[1:]...)
		if list[i].files == nil {
			list[i].files = four()
		}
	}
	return list
}

// authority signs certificates of the trials.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(dir string) authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	a := authority{key: key, file: filepath.Join(dir, "ca.pem")}
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "trial authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-1000 * time.Hour), NotAfter: time.Now().Add(1000 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		panic(err)
	}
	if err := os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		panic(err)
	}
	return a
}

// server is the configuration of a server with a certificate for a host, good from and
// until so many hours from now.
func (a authority) server(host string, from, until time.Duration) *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(until),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		shape.IPAddresses = []net.IP{ip}
	} else {
		shape.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, a.cert, &key.PublicKey, a.key)
	if err != nil {
		panic(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// secureTrials are the rows about certificates and TLS.
func secureTrials(dir string) []trial {
	ca := newAuthority(dir)
	trusted := []string{"SSL_CERT_FILE=" + ca.file}
	good := ca.server("127.0.0.1", -time.Hour, time.Hour)
	old := func(version uint16) *tls.Config {
		c := good.Clone()
		c.MinVersion, c.MaxVersion = tls.VersionTLS10, version
		return c
	}
	secure := func(s *examiner) string { return "https://" + s.addr }
	refused := func(what string, cfg *tls.Config, env []string, says ...string) trial {
		return trial{name: "certificate: " + what, tls: cfg, env: env, exit: 4, says: append(says, "no secure connection")}
	}
	return []trial{
		{name: "certificate: good, with SSL_CERT_FILE", tls: good, env: trusted, requests: 1, assets: 1, says: []string{"SSL_CERT_FILE"}},
		{name: "certificate: good, large file", tls: good, env: trusted, size: large, requests: 1, assets: 1},
		{name: "certificate: good, in parts", tls: good, env: trusted, size: five, args: inParts(), requests: 5, assets: 1},
		{name: "secure: 503 once", tls: good, env: trusted, script: script(status(503, "", "{}")), requests: 2, assets: 1},
		{name: "secure: reset in the body", tls: good, env: trusted, size: large, script: script(during(10, reset)), requests: 2, assets: 1},
		{name: "secure: answer lost", tls: good, env: trusted, script: script(kept(func(x *exchange, _ string) { x.reset() })), exit: 7, requests: 1, assets: 1},
		{name: "secure: 413 while sending", tls: good, env: trusted, size: large, always: forever(during(1, func(x *exchange) {
			x.write(response(413, "Connection: close\r\n", `{"error":{"message":"File size too large"}}`))
		})), exit: 4, requests: 1, says: []string{"too large"}},
		refused("unknown authority", good, nil, "unknown authority"), refused("unknown authority, an empty SSL_CERT_FILE", good, []string{"SSL_CERT_FILE=/dev/null"}), refused("SSL_CERT_FILE is not there", good, []string{"SSL_CERT_FILE=/nosuch"}),
		refused("expired", ca.server("127.0.0.1", -9*time.Hour, -time.Hour), trusted, "expired on"), refused("not valid yet", ca.server("127.0.0.1", time.Hour, 9*time.Hour), trusted),
		refused("wrong host", ca.server("other.example", -time.Hour, time.Hour), trusted, "127.0.0.1"), refused("wrong address", ca.server("10.1.2.3", -time.Hour, time.Hour), trusted),
		refused("TLS 1.0", old(tls.VersionTLS10), trusted), refused("TLS 1.1", old(tls.VersionTLS11), trusted),
		{name: "certificate: TLS 1.2", tls: old(tls.VersionTLS12), env: trusted, requests: 1, assets: 1},
		{name: "plain port: answers 400", prefix: secure, always: forever(accepted(func(x *exchange) { x.write("HTTP/1.1 400 Bad Request\r\n\r\n") })), exit: 4, requests: 1},
		{name: "plain port: a greeting", prefix: secure, always: forever(accepted(func(x *exchange) { x.write("220 ready\r\n"); x.hang() })), exit: 4, requests: 1},
		{name: "plain port: closes", prefix: secure, args: []string{"--tries", "2"}, always: forever(accepted(quit)), exit: 5, requests: 2},
		{name: "plain port: says nothing", prefix: secure, args: []string{"--connect-timeout", "300ms"}, always: forever(accepted(hang)), exit: 5, requests: 2, says: []string{"after 2 tries"}},
		{name: "plain http to a secure port", tls: good, prefix: func(s *examiner) string { return "http://" + s.addr }, exit: 4, also: []int{7}},
		{name: "plain http elsewhere", prefix: func(*examiner) string { return "http://api.cloudinary.com" }, exit: 3, says: []string{"plain http"}},
		{name: "a host that nobody said yes to", prefix: func(*examiner) string { return "https://upload.invalid" }, exit: 3, says: []string{"nothing was sent", "--allow-host"}},
	}
}

// proxyTrials are the rows about a proxy (T25).
func proxyTrials(dir string) []trial {
	ca := newAuthority(dir)
	inside := ca.server("upload.invalid", -time.Hour, time.Hour)
	elsewhere := func(*examiner) string { return "https://upload.invalid" }
	yes := []string{"--allow-host", "upload.invalid", "--tries", "2"}
	env := func(more ...string) []string { return append([]string{"SSL_CERT_FILE=" + ca.file}, more...) }
	// through is a proxy that lets a tunnel through, at whose end is the server.
	through := turn{do: func(x *exchange) {
		if !x.head() || x.req.Method != "CONNECT" {
			x.s.fault("the proxy is asked for something else than a tunnel")
			return
		}
		x.write("HTTP/1.1 200 OK\r\n\r\n")
		x.tunnel(inside)
		take(x)
	}}
	refuses := func(code int, header string) *turn {
		return forever(turn{do: func(x *exchange) {
			if x.head() {
				x.answer(code, header, "")
			}
		}})
	}
	list := []trial{
		{name: "proxy: a tunnel", script: script(through), env: env("HTTPS_PROXY=http://$ADDR"), requests: 1, assets: 1, says: []string{"through the proxy http://127.0.0.1"}},
		{name: "proxy: in small letters", script: script(through), env: env("https_proxy=http://$ADDR"), requests: 1, assets: 1, says: []string{"through the proxy"}},
		{name: "proxy: without http://", script: script(through), env: env("HTTPS_PROXY=$ADDR"), requests: 1, assets: 1},
		{name: "proxy: with a password", script: script(through), env: env("HTTPS_PROXY=http://me:" + canary + "@$ADDR"), requests: 1, assets: 1},
		{name: "proxy: wants a password", always: refuses(407, "Proxy-Authenticate: Basic\r\n"), env: env("HTTPS_PROXY=http://$ADDR"), exit: 5, also: []int{4}, says: []string{"proxy"}},
		{name: "proxy: refuses", always: refuses(403, ""), env: env("HTTPS_PROXY=http://$ADDR"), exit: 5, also: []int{4}, says: []string{"proxy"}},
		{name: "proxy: is closed", always: forever(accepted(reset)), env: env("HTTPS_PROXY=http://$ADDR"), exit: 5, says: []string{"proxy"}},
		{name: "proxy: nothing listens", env: env("HTTPS_PROXY=http://127.0.0.1:1"), exit: 5, says: []string{"proxy"}},
		{name: "proxy: says nothing", always: forever(accepted(hang)), args: []string{"--connect-timeout", "300ms"}, env: env("HTTPS_PROXY=http://$ADDR"), exit: 5},
		{name: "proxy: is no URL", env: env("HTTPS_PROXY=http://[::bad"), exit: 3, says: []string{"HTTPS_PROXY"}},
		{name: "proxy: NO_PROXY", env: env("HTTPS_PROXY=http://$ADDR", "NO_PROXY=upload.invalid"), exit: 5, never: []string{"through the proxy"}},
		{name: "proxy: HTTP_PROXY means nothing", env: env("HTTP_PROXY=http://$ADDR"), exit: 5, never: []string{"through the proxy"}},
	}
	for i := range list {
		list[i].prefix = elsewhere
		list[i].args = append(list[i].args, yes...)
	}
	return append(list,
		trial{name: "proxy: not to this machine", env: []string{"HTTP_PROXY=http://127.0.0.1:1", "HTTPS_PROXY=http://127.0.0.1:1"}, requests: 1, assets: 1})
}

package uploader

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"signpost/signer"
)

// failure turns an error of the transport into one of ours: what was being done, and
// whether something may have been taken.
func (a *attempt) failure(parent, ctx context.Context, p Prepared, err error) error {
	err = plainURLError(err)
	if cause := context.Cause(ctx); cause != nil && parent.Err() == nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	if a.all() && !errors.Is(err, ErrStalled) && !a.untaken() {
		if parent.Err() != nil {
			err = context.Canceled
		} else if isTimeout(err) {
			err = ErrNoAnswer
		} else if isNotHTTP(err) {
			return &TransportError{Op: opRead, Err: ErrNotHTTP, Refused: true}
		}
		return &OutcomeUnknownError{Cause: plainNetError(err), Idempotent: a.parts || p.Idempotent()}
	}
	if parent.Err() != nil {
		return context.Canceled
	}
	op := a.currentOp()
	if op == opSend && isTimeout(err) {
		err = errors.New("the other side does not take it any more")
	}
	t := &TransportError{Op: op, Err: err, Percent: a.percent()}
	if a.untaken() {
		t.Percent = 0
	}
	switch {
	case isNotHTTP(err):
		t.Op, t.Err, t.Refused = opRead, ErrNotHTTP, true
	case isCertificate(err):
		t.Op, t.Refused = opSecure, true
	case errorHas(err, "proxyconnect", "Proxy Authentication Required"):
		t.Op = "connect through the proxy"
	}
	t.slow, t.noHost = op != opSend && slowConnect(t.Err), notFound(t.Err)
	t.Err = plainNetError(t.Err)
	return t
}

// plainURLError is the error without the URL that the standard library puts around it.
func plainURLError(err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		return ue.Err
	}
	return err
}

// Idempotent reports whether sending the request twice leaves one asset: it names a
// public ID, and does not ask for a unique one.
func (p Prepared) Idempotent() bool {
	id, unique := false, false
	for _, f := range p.Fields {
		switch f.Name {
		case "public_id":
			id = f.Value != ""
		case "unique_filename":
			unique = f.Value == "1" || f.Value == "true"
		}
	}
	return id && !unique
}

func paramFile(value string) signer.Param { return signer.Param{Name: "file", Value: value} }

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

// isNotHTTP knows an answer in another protocol. The standard library has no type for
// it, so that its words have to do.
func isNotHTTP(err error) bool {
	return errorHas(err, "malformed HTTP", "server gave HTTP response to HTTPS client", "unsupported protocol scheme")
}

// isCertificate knows whatever keeps a secure connection from coming about for good.
func isCertificate(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	return errorHas(err, "tls: ", "x509: ")
}

// certificateWords says what is wrong with a certificate; empty where it is not that.
func certificateWords(err error) string {
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok && e.Reason == x509.Expired && e.Cert != nil {
		if time.Now().Before(e.Cert.NotBefore) {
			return "the certificate is not valid before " + e.Cert.NotBefore.UTC().Format(time.RFC1123)
		}
		return "the certificate expired on " + e.Cert.NotAfter.UTC().Format(time.RFC1123)
	}
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		names := slices.Clone(e.Certificate.DNSNames)
		for _, ip := range e.Certificate.IPAddresses {
			names = append(names, ip.String())
		}
		return "the certificate is for " + strings.Join(names[:min(len(names), 5)], ", ") + ", not for " + e.Host
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the certificate is signed by an unknown authority"
	}
	return ""
}

// brokenHead is how the standard library begins what it says of the head of an answer.
const brokenHead = "transport connection broken: "

// plainNetError is the heart of a network error, in words of ours where they are
// clearer than the system's. User info and other parts of URLs are not in it.
func plainNetError(err error) error {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return errors.New("there is no host " + dns.Name + "; is this machine offline?")
		}
		return errors.New("the name server does not answer for " + dns.Name)
	}
	if words := certificateWords(err); words != "" {
		return errors.New(words)
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("connection refused: nothing listens there")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return errors.New("the connection was closed by the other side")
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return errors.New("there is no route to the host")
	case isTimeout(err):
		return errors.New("no connection within the time that is given for it")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ended in the middle")
	case errors.Is(err, io.EOF):
		return errors.New("the connection was closed without an answer")
	}
	if _, what, ok := strings.Cut(err.Error(), brokenHead); ok {
		return errors.New("the head of the answer cannot be read: " + strings.TrimPrefix(what, "http: "))
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

// errorHas reports whether the error's text, without its details, has a phrase of the
// standard library for which there is no type.
func errorHas(err error, phrases ...string) bool {
	text := err.Error()
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// Idempotent reports the same of a draft.
func Idempotent(d Draft) bool {
	var p Prepared
	for _, q := range d.Params {
		if !q.Off {
			p.Fields = append(p.Fields, q.Param)
		}
	}
	return p.Idempotent()
}

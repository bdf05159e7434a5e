package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"signpost/signer"
)

// Notifications are really sent: at most so many tries, each within so much time.
const (
	notifyTries = 3
	notifyTime  = 10 * time.Second
	mostNotices = 64 // on their way at once
)

// newNotifier makes a client that reaches what [NewFetch] reaches, and follows nothing.
func newNotifier(allowLoopback bool) *http.Client {
	dialer := &net.Dialer{Timeout: notifyTime, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !mayDial(at.Addr(), allowLoopback) {
			return errAddress
		}
		return nil
	}}
	return &http.Client{
		Timeout:       notifyTime,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: notifyTime, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// later runs something in the background, until the sandbox is closed; false where
// too much is on its way, of the cloud or in all.
func (s *Server) later(cloud string, f func(ctx context.Context)) bool {
	if !s.enter(&s.rooms.behind, cloud, mostNotices/4) {
		return false
	}
	select {
	case s.notices <- struct{}{}:
	default:
		s.leave(&s.rooms.behind, cloud)
		return false
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		defer func() { <-s.notices }()
		defer s.leave(&s.rooms.behind, cloud)
		defer func() { _ = recover() }()
		go func() {
			select {
			case <-s.stopped:
				cancel()
			case <-ctx.Done():
			}
		}()
		f(ctx)
	}()
	return true
}

// notify sends an answer to the addresses of a request, one on each line, signed with
// the account's secret. Source: cloudinary_npm lib/utils verifyNotificationSignature.
func (s *Server) notify(addresses string, a Account, algorithm signer.Algorithm, kind string, answer any) {
	if addresses == "" {
		return
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return
	}
	fields := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&fields) != nil {
		return
	}
	fields["notification_type"] = kind
	fields["timestamp"] = s.o.Clock().UTC().Format(time.RFC3339)
	body, err := json.Marshal(fields)
	if err != nil {
		return
	}
	for address := range strings.FieldsSeq(addresses) {
		u, err := url.Parse(address)
		if err != nil || !isWeb(u) {
			continue
		}
		if !s.later(a.Cloud, func(ctx context.Context) { s.deliverNotice(ctx, u.String(), a, algorithm, body) }) {
			s.notDone(a.Cloud, "notification", u.Redacted())
		}
	}
}

func (s *Server) deliverNotice(ctx context.Context, address string, a Account, algorithm signer.Algorithm, body []byte) {
	for try := range notifyTries {
		now := s.o.Clock().Unix()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			return
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("User-Agent", "signpost-sandbox")
		req.Header.Set("X-Cld-Timestamp", strconv.FormatInt(now, 10))
		signature, err := signer.SignNotification(string(body), now, a.Secret, algorithm)
		if err != nil {
			return
		}
		req.Header.Set("X-Cld-Signature", signature)
		resp, err := s.notifier.Do(req)
		if err == nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
			_ = resp.Body.Close()
			if resp.StatusCode < 500 {
				return
			}
		}
		timer := time.NewTimer(time.Duration(try+1) * time.Second)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

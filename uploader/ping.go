package uploader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Ping is what a server said of credentials.
type Ping struct {
	// Status is the HTTP status, Message the service's words; they came from outside.
	Status  int
	Message string
	// Skew is the server's clock less ours; HasDate is false where it told none. It is
	// good to a second or two.
	Skew    time.Duration
	HasDate bool
	Elapsed time.Duration
}

// OK reports whether the credentials are right.
func (p Ping) OK() bool { return p.Status == http.StatusOK }

// pingTime bounds the whole check.
const pingTime = 15 * time.Second

// Ping asks the server whether the account's credentials are right, with the Admin API's
// ping: nothing is uploaded. Key and secret (or the token) go in the Authorization
// header, so that the host has to be the service's own, this machine, or one that the
// person has allowed. The error is about the configuration or the connection; refused
// credentials are none.
// Source: the official SDKs' api.ping (GET /v1_1/<cloud>/ping with HTTP Basic).
func (c *Client) Ping(ctx context.Context, a Account) (Ping, error) {
	if err := a.CheckBase(); err != nil {
		return Ping{}, err
	}
	p := Prepared{Account: a, Auth: AuthBasic}
	if a.Secret.IsZero() {
		p.Auth = AuthBearer
	}
	if err := p.lacks(nil); err != nil {
		return Ping{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	address := a.Base() + "/v1_1/" + url.PathEscape(a.CloudName) + "/ping"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Ping{}, configError("the address of the API is no URL")
	}
	req.Header.Set("Authorization", p.Authorization())
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	start := c.cfg.Now()
	res, err := c.http.Do(req)
	if err != nil {
		return Ping{}, fmt.Errorf("check the credentials: %w", plainURLError(err))
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	if err != nil {
		return Ping{}, fmt.Errorf("check the credentials: read the answer: %w", err)
	}
	end := c.cfg.Now()
	result := Ping{Status: res.StatusCode, Elapsed: end.Sub(start), Message: a.Redact(pingMessage(raw))}
	if at, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		result.HasDate = true
		result.Skew = at.Sub(start.Add(end.Sub(start) / 2)).Round(time.Second)
	}
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		return result, errors.New("check the credentials: the server points elsewhere, which is not followed")
	}
	return result, nil
}

// pingMessage is the error's message, or the beginning of an answer that is no JSON.
func pingMessage(raw []byte) string {
	var body struct {
		Status string `json:"status"`
		Error  struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(raw, &body) == nil {
		if body.Error.Message != "" {
			return body.Error.Message
		}
		return body.Status
	}
	return string(raw[:min(len(raw), 200)])
}

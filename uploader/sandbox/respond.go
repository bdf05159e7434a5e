package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// refuse answers an error. What is none of the table's is an internal one.
func (c *call) refuse(err error) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		c.gateway()
		return
	}
	var r *refusal
	if !errors.As(err, &r) {
		r = fail(internal)
	}
	c.ex.Status, c.ex.Error = r.status, r.text
	if c.started {
		return
	}
	c.w.Header().Set("X-Cld-Error", headerText(r.text))
	if r.status == http.StatusRequestTimeout {
		c.w.Header().Set("Connection", "close")
	}
	if r.status == http.StatusUnauthorized && c.r.Header.Get("Authorization") != "" {
		c.w.Header().Set("WWW-Authenticate", `Basic realm="Cloudinary API"`)
	}
	var body errorBody
	body.Error.Message = r.text
	_ = c.json(r.status, body)
}

// errorBody is the answer to a request that is refused.
type errorBody struct {
	Error struct {
		Message string `json:"message"`
	} `json:"error"`
}

// gateway answers a body above the limit as the service's gateway does: in HTML.
func (c *call) gateway() {
	c.ex.Error = "413 Request Entity Too Large"
	if c.started {
		return
	}
	c.w.Header().Set("Connection", "close")
	c.w.Header().Set("Content-Type", "text/html")
	_ = c.bytes(http.StatusRequestEntityTooLarge, []byte(tooLargePage))
}

// json answers with a value.
func (c *call) json(status int, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return c.bytes(status, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// bytes answers with a body.
func (c *call) bytes(status int, body []byte) error {
	if c.fault.Kind != "" && status == http.StatusOK {
		var done bool
		if c.answered != nil {
			c.answered(body) // what was kept is known, whatever becomes of the answer
			c.answered = nil
		}
		if body, done = c.spoil(body); done {
			return nil
		}
	}
	c.started, c.ex.Status = true, status
	c.w.Header().Set("Status", statusLine(status))
	paceAnswer(c.w, int64(len(body)))
	c.w.WriteHeader(status)
	if c.answered != nil && status == http.StatusOK {
		c.answered(body)
	}
	if c.r.Method != http.MethodHead {
		_, _ = c.w.Write(body) // a client that has gone needs no answer
	}
	return nil
}

// headerText makes a text fit for a header: one line, and not longer than what every
// client takes (Node refuses 16 KiB of headers). Where it is cut is unconfirmed.
func headerText(text string) string {
	const most = 4 << 10
	if len(text) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

//go:build linux

package e2e

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// The turns of which scripts are made.

// take behaves.
func take(x *exchange) {
	if x.all() {
		x.answer(200, "", x.keep())
	}
}

// status reads everything, keeps nothing, and answers.
func status(code int, header, body string) turn {
	return turn{do: func(x *exchange) {
		if x.all() {
			x.answer(code, header, body)
		}
	}}
}

// raw reads everything, keeps nothing, writes these bytes, and closes.
func raw(text string) turn {
	return turn{do: func(x *exchange) {
		if x.all() {
			x.write(text)
		}
	}}
}

// kept reads and keeps everything, and then does something else than to answer.
func kept(then func(x *exchange, answer string)) turn {
	return turn{do: func(x *exchange) {
		if x.all() {
			then(x, x.keep())
		}
	}}
}

// during reads the head and a share of the body.
func during(percent int64, then func(x *exchange)) turn {
	return turn{do: func(x *exchange) {
		if x.head() && x.some(percent) {
			then(x)
		}
	}}
}

// accepted does something with a connection of which nothing was read.
func accepted(do func(x *exchange)) turn { return turn{early: true, do: do} }

func times(n int, t turn) (out []turn) {
	for range n {
		out = append(out, t)
	}
	return out
}

func script(turns ...turn) []turn { return turns }

// drip writes a text byte by byte, with a pause that ends with the trial.
func (x *exchange) drip(text string, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for i := range len(text) {
		select {
		case <-x.s.over:
			return
		case <-tick.C:
		}
		if _, err := x.conn.Write([]byte{text[i]}); err != nil {
			return
		}
	}
}

// clean reports what must not be in what a program prints.
func unclean(text []byte) string {
	for i, b := range text {
		if b < 0x20 && b != '\n' || b == 0x7f {
			return fmt.Sprintf("a control character %q at %d", b, i)
		}
	}
	for _, bad := range []string{canary, "panic:", "goroutine "} {
		if bytes.Contains(text, []byte(bad)) {
			return fmt.Sprintf("%.12q", bad)
		}
	}
	if strings.ContainsAny(string(text), "\u0085\u009b\u202e\u200b\u2028") {
		return "a character that a terminal obeys"
	}
	return ""
}

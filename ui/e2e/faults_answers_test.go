//go:build linux

package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"time"
)

// What the statuses mean once everything was sent: N is sent again, M only with a public
// ID, R never.
var statusClasses = map[string][]int{
	"N": {408, 420, 423, 425, 429, 503, 509},
	"M": {500, 502, 504, 507, 508, 510, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 598, 599, 600, 799, 999},
	"R": {
		300, 301, 302, 303, 304, 305, 306, 307, 308, 399, 400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418,
		421, 422, 424, 426, 428, 431, 444, 451, 460, 494, 495, 499, 501, 505, 511,
	},
	"foreign": {201, 202, 203, 204, 205, 206, 207, 208, 226, 299},
}

// statusTrials are the rows of the statuses.
func statusTrials() []trial {
	var list []trial
	add := func(c trial) { list = append(list, c) }
	reason := `{"error":{"message":"for reason %d"}}`
	for _, code := range statusClasses["N"] {
		body := fmt.Sprintf(reason, code)
		add(trial{name: fmt.Sprintf("%d: once", code), script: script(status(code, "", body)), requests: 2, assets: 1, says: []string{"try 1 of 6"}})
		add(trial{name: fmt.Sprintf("%d: always", code), args: []string{"--tries", "2"}, always: forever(status(code, "", body)), exit: 5, requests: 2, out: []string{body}, says: []string{"after 2 tries", "reason"}})
		add(trial{name: fmt.Sprintf("%d: without a word", code), args: []string{"--tries", "1"}, always: forever(status(code, "", "")), exit: 5, requests: 1, says: []string{"hint:"}})
	}
	for _, code := range statusClasses["M"] {
		body := fmt.Sprintf(reason, code)
		add(trial{name: fmt.Sprintf("%d: no public ID", code), always: forever(status(code, "", body)), exit: 7, requests: 1, out: []string{body}, says: []string{"outcome unknown"}})
		add(trial{name: fmt.Sprintf("%d: public ID", code), args: withID(), script: script(status(code, "", "<html>")), requests: 2, assets: 1})
	}
	for _, code := range statusClasses["R"] {
		body := fmt.Sprintf(reason, code)
		if code == 304 {
			body = ""
		}
		add(trial{name: fmt.Sprintf("%d: refused", code), args: withID(), always: forever(status(code, "", body)), exit: 4, requests: 1, out: []string{body}, says: []string{"hint:"}})
	}
	for _, code := range statusClasses["foreign"] {
		body := ""
		if code != 204 && code != 205 {
			body = "{}"
		}
		add(trial{name: fmt.Sprintf("%d: nothing in it", code), args: withID(), always: forever(status(code, "", body)), exit: 7, requests: 1})
	}
	for _, code := range []int{301, 302, 303, 307, 308} {
		add(trial{name: fmt.Sprintf("redirect: %d elsewhere", code), args: withID(), always: forever(status(code, "Location: http://evil.example/x\r\n", "")), exit: 4, requests: 1, says: []string{"evil.example", "not followed"}})
		add(trial{name: fmt.Sprintf("redirect: %d to itself", code), always: forever(status(code, "Location: /v1_1/demo/raw/upload\r\n", "")), exit: 4, requests: 1})
	}
	add(trial{name: "redirect: with a password", always: forever(status(302, "Location: http://u:"+canary+"@h/\r\n", "")), exit: 4, requests: 1})
	add(trial{name: "redirect: with control characters", always: forever(status(302, "Location: http://h/\x1b]0;x\x07\r\n", "")), exit: 7, requests: 1, says: []string{"malformed"}})
	add(trial{name: "always the same", always: forever(status(503, "", "{}")), exit: 5, requests: 6, says: []string{"after 6 tries in "}})
	add(trial{name: "transient, then refusal", script: script(status(503, "", "{}"), status(429, "", "{}"), status(400, "", `{"error":{"message":"no such thing"}}`)), exit: 4, requests: 3, says: []string{"no such thing"}})
	return append(list, waitTrials()...)
}

// waitTrials are the rows of what the server asks for, and of its clock.
func waitTrials() []trial {
	// Times count from when the answer is given: <1h> is in an hour.
	date := func(off time.Duration) string { return "Date: <" + off.String() + ">\r\n" }
	at := func(off time.Duration) string { return "Retry-After: <" + off.String() + ">\r\n" }
	again := func(off time.Duration) string {
		return `{"error":{"message":"Rate Limit Exceeded. Limit of 500 api operations reached. Try again on {` + off.String() + `} UTC"}}`
	}
	stale := `{"error":{"message":"Stale request - reported time is 2015-06-20 12:59:41 +0000 which is more than 1 hour ago"}}`
	invalid := `{"error":{"message":"Invalid Signature abc. String to sign - 'public_id=other&timestamp=1'."}}`
	list := []trial{
		{name: "Retry-After: a second", script: script(status(429, "Retry-After: 1\r\n", "{}")), requests: 2, assets: 1, says: []string{"the next one in 1s"}},
		{name: "Retry-After: a date", script: script(status(429, at(2*time.Second)+date(0), "{}")), requests: 2, assets: 1},
		{name: "Retry-After: a date, no clock", script: script(status(503, at(2*time.Second), "{}")), requests: 2, assets: 1, never: []string{"00ms;", "00ms\n"}},
		{name: "Retry-After: a date that is past", script: script(status(503, at(-time.Hour)+date(0), "{}")), requests: 2, assets: 1},
		{name: "Retry-After: too far", always: forever(status(429, "Retry-After: 3600\r\n", "{}")), exit: 5, requests: 1, says: []string{"come again at"}},
		{name: "Retry-After: a date too far", always: forever(status(503, at(48*time.Hour)+date(0), "{}")), exit: 5, requests: 1, says: []string{"come again at"}},
		{name: "Retry-After: a date too far, no clock", always: forever(status(503, at(48*time.Hour), "{}")), exit: 5, requests: 1, says: []string{"come again at"}},
		{name: "Try again on: soon", script: script(status(420, date(0), again(2*time.Second))), requests: 2, assets: 1},
		{name: "Try again on: too far", always: forever(status(420, date(0), again(time.Hour))), exit: 5, requests: 1, says: []string{"come again at"}},
		{name: "Try again on: cut short", script: script(status(420, date(0), `{"error":{"message":"Try again on 2026-0"}}`)), requests: 2, assets: 1},
		{name: "Try again on: nothing behind it", script: script(status(420, date(0), `{"error":{"message":"Try again on "}}`)), requests: 2, assets: 1},
		{name: "Try again on: no such day", script: script(status(420, date(0), `{"error":{"message":"Try again on 2026-99-99 99:99:99 UTC"}}`)), requests: 2, assets: 1},
		{name: "stale: signed anew", script: script(status(401, date(0), stale)), requests: 2, assets: 1, says: []string{"signed anew"}},
		{name: "stale: 400, signed anew", script: script(status(400, date(0), stale)), requests: 2, assets: 1},
		{name: "stale: clock wrong", always: forever(status(401, date(2*time.Hour), stale)), exit: 4, requests: 2, says: []string{"2h0m behind"}},
		{name: "stale: clock ahead", always: forever(status(401, date(-3*time.Hour), stale)), exit: 4, requests: 2, says: []string{"3h0m ahead"}},
		{name: "stale: no clock", always: forever(status(401, "", stale)), exit: 4, requests: 2, says: []string{"one hour"}},
		{name: "stale: by hand", args: []string{"--timestamp", "1315060510"}, always: forever(status(401, date(0), stale)), exit: 4, requests: 1},
		{name: "stale, then temporary", script: script(status(401, "", stale), status(503, "", "{}")), requests: 3, assets: 1},
		{name: "invalid signature", args: withID(), always: forever(status(401, "X-Cld-Error: x\r\n", invalid)), exit: 4, requests: 1, says: []string{"public_id=other", "public_id=mine"}},
		{name: "unknown API key", always: forever(status(401, "", `{"error":{"message":"Unknown API key 123456789012345"}}`)), exit: 4, requests: 1, says: []string{"API key"}},
		{name: "clock jumps far", always: forever(status(401, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n", stale)), exit: 4, requests: 2},
	}
	for _, junk := range []string{"soon", "-5", "1e9", "99999999999999999999", "0", "", "NaN", "1.5", "\xff", "Fri, 99 Foo 2026", "1, 2"} {
		list = append(list, trial{name: fmt.Sprintf("Retry-After: junk %q", junk), script: script(status(503, "Retry-After: "+junk+"\r\n", "{}")), requests: 2, assets: 1})
	}
	return list
}

// answerTrials are the rows of answers that are not what an answer should be.
func answerTrials() []trial {
	var list []trial
	const ok = `{"public_id":"x","version":7,"secure_url":"https://res.cloudinary.com/x"}`
	// Foreign answers are not the service's: to send again would not help. Cut ones are.
	foreign := map[string]string{
		"an HTML page": response(200, "Content-Type: text/html\r\n", "<!doctype html><html><title>Hotel WiFi</title></html>"), "an HTML page, large": response(200, "", "<html>"+strings.Repeat("<p>", 1<<20)),
		"empty": response(200, "", ""), "null": response(200, "", "null"), "an array": response(200, "", "[]"), "an array of objects": response(200, "", "["+ok+"]"),
		"a number": response(200, "", "1"), "a text": response(200, "", `"ok"`), "true": response(200, "", "true"), "plain text": response(200, "", "OK"),
		"binary": response(200, "", "\x00\x01\x02\xff"), "UTF-16": response(200, "", "\xff\xfe{\x00\"\x00a\x00\"\x00:\x001\x00}\x00"), "UTF-16 without a mark": response(200, "", "{\x00}\x00"),
		"an empty object": response(200, "", "{}"), "an object of something else": response(200, "", `{"hello":"world"}`), "a public ID that is none": response(200, "", `{"public_id":7}`),
		"a public ID that is empty": response(200, "", `{"public_id":""}`), "cut JSON": response(200, "", ok[:30]), "JSON and more": response(200, "", ok+"<!-- x -->"), "two objects": response(200, "", ok+ok),
		"XML": response(200, "", `<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>`), "spaces": response(200, "", "  \n\t "), "terminal control": response(200, "", "\x1b]52;c;aGk=\x07\x1b[2J"),
		"deep": response(200, "", strings.Repeat(`{"a":`, 100_000)+"1"+strings.Repeat("}", 100_000)), "deep arrays": response(200, "", strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)),
		"longer than 16 MiB": response(200, "", `{"public_id":"`+strings.Repeat("a", 17<<20)+`"}`), "a bomb": response(200, "Content-Encoding: gzip\r\n", packed(strings.Repeat("\x00", 64<<20))),
	}
	for name, text := range foreign {
		list = append(list, trial{name: "answer: " + name, args: withID(), always: forever(raw(text)), exit: 7, requests: 1, says: []string{"outcome unknown", "the answer"}})
	}
	cut := map[string]string{
		"shorter than it says": "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + ok, "cut in its head": "HTTP/1.1 200 OK\r\nContent-", "cut in its first line": "HTTP/1.1 2",
		"chunked without end": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"public_id\":\"x\"\r\n", "chunked, cut in a chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
		"chunked, a bad length": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n", "corrupt gzip": response(200, "Content-Encoding: gzip\r\n", "\x1f\x8b\x08\x00\x00"),
		"gzip that is none": response(200, "Content-Encoding: gzip\r\n", ok), "gzip cut": response(200, "Content-Encoding: gzip\r\n", packed(ok)[:20]), "empty gzip": response(200, "Content-Encoding: gzip\r\n", ""),
		"16 MiB of headers": "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 16<<10) + "\r\n" + ok, "one header of 16 MiB": "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 16<<20) + "\r\n\r\n",
		"10,000 interim answers": strings.Repeat("HTTP/1.1 102 Processing\r\nX: "+strings.Repeat("y", 100)+"\r\n\r\n", 10_000) + response(200, "", ok), "a bad header": "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n" + ok,
		"two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" + ok, "a negative length": "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + ok, "101": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
	}
	for name, text := range cut {
		list = append(list,
			trial{name: "answer, no public ID: " + name, always: forever(raw(text)), exit: 7, also: []int{4}, requests: 1},
			trial{name: "answer, public ID: " + name, args: withID("--tries", "2"), script: script(raw(text)), also: []int{4, 7}, assets: -1})
	}
	for name, text := range map[string]string{
		"as text": `{"error":"as text"}`, "as an object": `{"error":{"message":"as an object"}}`, "beside a public ID": `{"public_id":"x","error":{"message":"beside a public ID"}}`,
		"without a message": `{"error":{}}`, "with control": `{"error":{"message":"\u001b]0;x\u0007\u202ewith control\u009b"}}`, "of another form": `{"error":["a","of another form"]}`,
	} {
		list = append(list,
			trial{name: "error in 200: " + name, always: forever(status(200, "", text)), exit: 4, requests: 1, says: []string{words(name, text)}},
			trial{name: "error in 400: " + name, always: forever(status(400, "", text)), exit: 4, requests: 1, says: []string{words(name, text)}})
	}
	const header = "X-Cld-Error: only in the header\r\n"
	list = append(list,
		trial{name: "X-Cld-Error: 200", always: forever(status(200, header, "")), exit: 4, requests: 1, says: []string{"only in the header"}},
		trial{name: "X-Cld-Error: 200 and a page", always: forever(status(200, header, "<html>")), exit: 4, requests: 1, says: []string{"only in the header"}},
		trial{name: "X-Cld-Error: 401", always: forever(status(401, header, "")), exit: 4, requests: 1, says: []string{"only in the header"}},
		trial{name: "X-Cld-Error: the secret in it", always: forever(status(401, "X-Cld-Error: "+canary+"\r\n", "")), exit: 4, requests: 1},
		trial{name: "answer: a byte order mark", script: script(raw(response(200, "", "\xef\xbb\xbf"+ok))), requests: 1},
		trial{name: "answer: gzip unasked", script: script(raw(response(200, "Content-Encoding: gzip\r\n", packed(ok)))), requests: 1},
		trial{name: "answer: longer than it says", script: script(raw(response(200, "", ok) + "trailing")), requests: 1, never: []string{"trailing"}},
		trial{name: "answer: until the end of the connection", script: script(raw("HTTP/1.0 200 OK\r\n\r\n" + ok)), requests: 1},
		trial{name: "answer: chunked in single bytes", script: script(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + singly(ok) + "0\r\n\r\n")), requests: 1},
		trial{name: "answer: interim 103 before", script: script(raw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + response(200, "", ok))), requests: 1},
		trial{name: "answer: interim 100 unasked", script: script(raw("HTTP/1.1 100 Continue\r\n\r\n" + response(200, "", ok))), requests: 1},
		trial{name: "answer: a hundred headers", script: script(raw("HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: b\r\n", 100) + "Content-Length: " + fmt.Sprint(len(ok)) + "\r\n\r\n" + ok)), requests: 1},
		trial{name: "answer: status alone", script: script(raw("HTTP/1.1 200\r\nContent-Length: " + fmt.Sprint(len(ok)) + "\r\n\r\n" + ok)), requests: 1},
		trial{name: "answer: other bytes", script: script(status(200, "", `{"public_id":"x","bytes":999}`)), requests: 1, says: []string{"warning: 1000 bytes were sent, the answer says 999"}, after: keptWarning},
		trial{name: "answer: other etag", script: script(status(200, "", `{"public_id":"x","etag":"00000000000000000000000000000000"}`)), requests: 1, says: []string{"warning: the MD5"}, after: keptWarning},
		trial{name: "answer: other signature", script: script(status(200, "", `{"public_id":"x","version":1,"signature":"0000000000000000000000000000000000000000"}`)), requests: 1, says: []string{"warning: the answer's own signature"}, after: keptWarning},
		trial{name: "answer: other public ID", args: withID(), script: script(status(200, "", `{"public_id":"yours"}`)), requests: 1, says: []string{"another public ID"}, after: keptWarning},
		trial{name: "answer: numbers beyond", script: script(status(200, "", `{"public_id":"x","version":1e400,"bytes":123456789012345678901234567890}`)), requests: 1, says: []string{"warning"}},
		trial{name: "answer: a public ID with control", script: script(status(200, "", `{"public_id":"\u001b[2J\u202e","secure_url":"javascript:alert(1)"}`)), requests: 1},
	)
	return list
}

// words are what has to be said of an error.
func words(name, text string) string {
	if !strings.Contains(text, name) {
		return "no reason"
	}
	return name
}

func keptWarning(r *trialRun) error {
	out, err := history(r, "export")
	if err != nil || !strings.Contains(out, `"warnings":["`) {
		return fmt.Errorf("the history does not keep the warning: %v %s", err, out)
	}
	return nil
}

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func singly(text string) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteString("1\r\n" + text[i:i+1] + "\r\n")
	}
	return b.String()
}

package response

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/uploader"
)

var update = flag.Bool("update", false, "write the frames anew")

const link = "https://res.cloudinary.com/demo/image/upload/v1767323045/folder/sample_image_with_a_long_name.jpg"

// good is the answer to an upload that went well.
func good() *uploader.Result {
	return &uploader.Result{
		Status: 200, StatusText: "200 OK", Proto: "HTTP/2.0", Kind: uploader.BodyJSON, Elapsed: 86 * time.Millisecond, Sent: 915,
		Header:    []signer.Param{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Request-Id", Value: "1b619e5e8f77a526"}},
		RequestID: "1b619e5e8f77a526", PublicID: "folder/sample", Version: "1767323045", SecureURL: link, Signature: uploader.SignatureVerified,
		Body: []byte(`{"public_id":"folder/sample","version":1767323045,"secure_url":"` + link + `","eager":[` +
			`{"transformation":"c_pad,h_300,w_400","width":400,"height":300,"bytes":10700,"secure_url":"https://res.cloudinary.com/demo/a.jpg"},` +
			`{"transformation":"c_crop,h_200,w_260","width":260,"height":200,"bytes":8001,"secure_url":"https://res.cloudinary.com/demo/b.jpg"}],"tags":[]}`),
	}
}

func answer(status string, kind uploader.BodyKind, body string) *uploader.Result {
	return &uploader.Result{StatusText: status, Proto: "HTTP/1.1", Kind: kind, Body: []byte(body), Elapsed: 340 * time.Millisecond, Sent: 915, RequestID: "77e0"}
}

var errUnknown = &uploader.OutcomeUnknownError{Cause: errors.New("no usable answer"), Idempotent: true}

// screens are answers of every kind.
func screens() map[string]Model {
	th := theme.New(true)
	unknown := uploader.Explain(errUnknown, uploader.Prepared{})
	show := func(res *uploader.Result, err error, why uploader.Explanation) Model { return New(res, err, why, th) }
	strange := func(kind uploader.BodyKind, body string) Model {
		return show(answer("200 OK", kind, body), errUnknown, unknown)
	}
	refused := uploader.Explanation{Title: "invalid signature", What: "Invalid Signature 0000. String to sign - 'public_id=a&timestamp=1'.",
		Why: "the server signs another text than we did.\nserver: public_id=a&timestamp=1\nhere:   public_id=b&timestamp=1", Hint: "look for the parameter that differs"}
	long := refused
	long.Why = strings.Repeat("eager=w_400,h_300,c_pad|w_260,h_200,c_crop&", 100)
	wrong, absent, many := good(), good(), good()
	wrong.Signature, wrong.Warnings = uploader.SignatureWrong, []string{"the answer's own signature is not that of this API secret: it may not come from the service"}
	absent.Signature, absent.SecureURL = uploader.SignatureAbsent, "javascript:alert(1)"
	many.Body = []byte(`{"eager":[` + strings.Repeat(`{"transformation":"w_1","status":"processing"},`, 8) + `{}]}`)
	hostile := good()
	hostile.StatusText, hostile.RequestID = "200 \x1b[2JOK", "\u202eevil\x9b31m"
	hostile.Header = []signer.Param{{Name: "X-\x1b]0;t\a", Value: "\u200bzero\r\nX: y"}}
	hostile.Body = []byte("{\"\x1b[31m\":\"\u202e\x07\",\"eager\":[{\"transformation\":\"\\u001b[2J\"}]}")
	hostile.Warnings = []string{"\x1b]52;c;aGk=\a"}
	return map[string]Model{
		"good": show(good(), nil, uploader.Explanation{}), "signature_wrong": show(wrong, nil, uploader.Explanation{}),
		"no_signature": show(absent, nil, uploader.Explanation{}), "many_eager": show(many, nil, uploader.Explanation{}),
		"refused":      show(answer("401 Unauthorized", uploader.BodyJSON, `{"error":{"message":"Invalid Signature 0000."}}`), errors.New("refused"), refused),
		"refused_long": show(answer("401 Unauthorized", uploader.BodyJSON, `{"error":{}}`), errors.New("refused"), long),
		"not_sent":     show(nil, errors.New("connect"), uploader.Explanation{Title: "not sent", What: "connect to 127.0.0.1:8787: connection refused", Why: "no server runs at 127.0.0.1:8787", Hint: "start it, or check the port; nothing was sent"}),
		"unknown":      show(nil, errUnknown, unknown),
		"html":         strange(uploader.BodyHTML, "<html>\r\n<title>Hotel</title>\n\tlogin"), "empty": strange(uploader.BodyEmpty, ""), "null": strange(uploader.BodyNull, "null"),
		"array": strange(uploader.BodyOther, "[1,2]"), "plain": strange(uploader.BodyText, "no JSON, but 日本語 and words\n\nend"), "binary": strange(uploader.BodyBinary, "\xff\xfe{\x00}\x00\x1f\x8b"),
		"cut":  strange(uploader.BodyBroken, `{"public_id":"a","eager":[{"width":4`),
		"deep": strange(uploader.BodyOther, strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)), "hostile": show(hostile, nil, uploader.Explanation{Title: "\x1b[0m"}),
	}
}

func plain(m Model) string {
	var b strings.Builder
	for _, l := range m.Lines() {
		b.WriteString(strings.TrimRight(l.PlainText(), " ") + "\n")
	}
	return b.String()
}

func keyPress(s string) tea.KeyPressMsg {
	special := map[string]rune{"tab": tea.KeyTab, "esc": tea.KeyEscape, "end": tea.KeyEnd, "home": tea.KeyHome, "down": tea.KeyDown, "pgdown": tea.KeyPgDown}
	if r, ok := special[s]; ok {
		return tea.KeyPressMsg{Code: r}
	}
	if s == "ctrl+s" {
		return tea.KeyPressMsg{Code: 's', Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(s)[0], Text: s}
}

func press(m Model, keys ...string) (Model, Action) {
	var act Action
	for _, k := range keys {
		m, act = m.Update(keyPress(k))
	}
	return m, act
}

// TestFrames keeps the text of every kind of answer inside the border of two terminals.
func TestFrames(t *testing.T) {
	t.Parallel()
	for name, m := range screens() {
		for _, size := range [][2]int{{80, 24}, {120, 36}} {
			m.SetSize(size[0]-4, size[1]-4)
			got := plain(m)
			path := filepath.Join("testdata", "frames", fmt.Sprintf("%s_%dx%d.txt", name, size[0], size[1]))
			if *update {
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(path); err != nil || got != string(want) {
				t.Errorf("%s: %v\ngot\n%s\nwant\n%s", path, err, got, want)
			}
		}
	}
}

// TestEverySize: as many lines as asked for, none wider, nothing hostile, in every view.
func TestEverySize(t *testing.T) {
	t.Parallel()
	for name, m := range screens() {
		for w := 1; w <= 120; w++ {
			for _, h := range []int{1, 5, 24} {
				m.SetSize(w, h)
				for range 3 {
					m, _ = press(m, "down", "end", "tab")
					lines := m.Lines()
					if len(lines) != h {
						t.Fatalf("%s at %dx%d: %d lines", name, w, h, len(lines))
					}
					for _, l := range lines {
						if s := l.PlainText(); l.Width() > w || strings.ContainsAny(s, "\x1b\x07\x00\u009b\u202e\u200b\r\n\t") {
							t.Fatalf("%s at %dx%d: %q", name, w, h, s)
						}
					}
				}
			}
		}
	}
}

// TestInSight: at both sizes the status and the link are there at once, and what to do
// about an error is there however long its reason is.
func TestInSight(t *testing.T) {
	t.Parallel()
	for name, words := range map[string][]string{
		"good":            {"✓ 200 OK in 86 ms", "secure_url https://res", "o opens", "✓ response signature verified", "w_400  400×300  10.7 kB"},
		"signature_wrong": {"✗ response signature is wrong", "! the answer's own signature"},
		"no_signature":    {"the answer carries no signature", "not opened"},
		"many_eager":      {"w_1  processing", "and 4 more"},
		"refused":         {"✗ invalid signature 401 Unauthorized", "server: public_id=a", "here:   public_id=b", "hint: look for the parameter"},
		"refused_long":    {"✗ invalid signature", "…", "hint: look for the parameter", "[tree]"},
		"not_sent":        {"✗ not sent", "connection refused", "hint: start it"},
		"unknown":         {"? OUTCOME UNKNOWN", "hint: "},
		"html":            {"? OUTCOME UNKNOWN 200 OK", "an HTML page (a proxy or a captive portal?)", "<title>Hotel</title>", "    login"},
		"empty":           {"the answer is empty", "(nothing)"},
		"null":            {"the answer is the JSON null", "▌   null"},
		"array":           {"JSON, but no object", "▌ ▾ ["},
		"plain":           {"plain text", "no JSON, but 日本語"},
		"binary":          {"binary data", `\x{ff}\x{fe}{\u{0}}`},
		"cut":             {"JSON that is cut or damaged", "byte 36", "never closed: the text was cut"},
	} {
		for _, size := range [][2]int{{76, 20}, {116, 32}} {
			m := screens()[name]
			m.SetSize(size[0], size[1])
			for _, w := range words {
				if got := plain(m); !strings.Contains(got, w) {
					t.Errorf("%s at %v has no %q:\n%s", name, size, w, got)
				}
			}
			if got := plain(m); name != "good" && name != "hostile" && m.err != nil && strings.Contains(got, "✓") {
				t.Errorf("%s looks like a success:\n%s", name, got)
			}
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	all := screens()
	for _, c := range []struct {
		name, screen, key string
		want              Action
	}{
		{"back", "good", "esc", Back{}},
		{"again", "unknown", "ctrl+s", SendAgainRequested{}},
		{"open", "good", "o", OpenRequested{URL: link}},
		{"copy the link", "good", "u", CopyRequested{"secure_url", link}},
		{"copy everything", "html", "c", CopyRequested{"the answer", "<html>\r\n<title>Hotel</title>\n\tlogin"}},
		{"copy the value", "null", "y", CopyRequested{"the value", "null"}},
		{"T8: no http link", "no_signature", "o", nil},
		{"nothing to open", "html", "o", nil},
		{"no answer to copy", "not_sent", "c", nil},
		{"no other view", "not_sent", "tab", nil},
	} {
		m := all[c.screen]
		m.SetSize(76, 20)
		if _, got := press(m, c.key); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	m := all["good"]
	m.SetSize(76, 20)
	m, act := press(m, "/", "o", "c", "q")
	if act != nil || !m.CapturesText() || !strings.Contains(plain(m), "/ocq") {
		t.Errorf("letters do not go into the search:\n%s", plain(m))
	}
	if m, _ = press(m, "esc"); m.CapturesText() {
		t.Error("esc does not leave the search")
	}
	for _, b := range all["not_sent"].FullHelp() {
		if b.Enabled() && b.Help().Key == "o" {
			t.Error("the help offers to open nothing")
		}
	}
}

// TestRawText: the whole text can be reached, at any width, and nothing of it is lost.
func TestRawText(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "a", "a\nb\r\nc", "\n\n", strings.Repeat("long line ", 500), strings.Repeat("日本語🙂é", 200), "\x1b[31m\xff\xfe\u202e" + strings.Repeat("\x00", 300), "e" + strings.Repeat("\u0301", 400)} {
		for _, w := range []int{1, 2, 7, 40, 120} {
			r := newRawText([]byte(body))
			r.setWidth(w)
			r.layTo(1 << 20)
			var joined strings.Builder
			for n := range r.rows {
				end, next := r.row(int(r.rows[n]))
				joined.Write(r.text[r.rows[n]:end])
				if next > end {
					joined.WriteString(body[end:next])
				}
				if l := r.draw(n, text.Style{}); w > 8 && len(body) < 7000 && l.Width() > w && !strings.Contains(body, "\u0301\u0301") {
					t.Errorf("%.20q at %d: a row of %d cells", body, w, l.Width())
				}
			}
			if joined.String() != body {
				t.Errorf("%.20q at %d: something is lost", body, w)
			}
		}
	}
	m := New(answer("200 OK", uploader.BodyText, strings.Repeat("word\n", 3<<20)+"the last line"), nil, uploader.Explanation{}, theme.New(true))
	m.SetSize(76, 20)
	if len(m.raw.rows) > 100 {
		t.Errorf("%d rows are laid out for the first screen", len(m.raw.rows))
	}
	if m, _ = press(m, "end"); !strings.Contains(plain(m), "the last line") {
		t.Errorf("the end is not reached:\n%s", plain(m))
	}
	if m, _ = press(m, "home", "pgdown", "tab", "tab"); m.top != 0 {
		t.Errorf("another view begins at %d", m.top)
	}
}

// TestT8Links: only http and https links are ever offered to be opened.
func TestT8Links(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]bool{
		"https://res.cloudinary.com/x.jpg": true, "http://127.0.0.1:8787/x": true,
		"javascript:alert(1)": false, "file:///etc/passwd": false, "data:text/html,x": false, "//host/x": false, "https:": false, "": false, "ftp://x/y": false, "https://\x1b[31m": false,
	} {
		if got := isWeb(link); got != want {
			t.Errorf("%q: %v", link, got)
		}
	}
}

func BenchmarkFrame(b *testing.B) {
	m := New(good(), nil, uploader.Explanation{}, theme.New(true))
	m.SetSize(116, 32)
	b.ReportAllocs()
	for b.Loop() {
		_ = text.Join(m.Lines(), 116)
	}
}

func BenchmarkRaw16MiB(b *testing.B) {
	res := answer("200 OK", uploader.BodyText, strings.Repeat("0123456789abcde ", 1<<20))
	for b.Loop() {
		m := New(res, nil, uploader.Explanation{}, theme.New(true))
		m.SetSize(116, 32)
		m, _ = press(m, "end")
		_ = m.Lines()
	}
}

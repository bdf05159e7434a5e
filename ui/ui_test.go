package ui

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"signpost/signer"
	"signpost/uploader"
)

var update = flag.Bool("update", false, "write the frames anew")

func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

var clock = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// world is a fake outside.
type world struct {
	now     time.Time
	result  *uploader.Result
	err     error
	sent    []uploader.Prepared
	saved   []uploader.Draft
	copied  string
	allowed map[string]bool
}

func (w *world) deps() Deps {
	const sample = "http://127.0.0.1:8787/sample/sample.jpg"
	return Deps{
		Now: func() time.Time { return w.now }, After: after, Sandbox: uploader.SandboxAccount("http://127.0.0.1:8787"), SampleURL: sample,
		Draft: uploader.TutorialDraft(),
		ReadURL: func(url string) uploader.Config {
			return uploader.ReadConfig(uploader.ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": url}})
		},
		ParseFile: func(typed string, live bool) uploader.File {
			return uploader.ParseFile(typed, uploader.FileOptions{Home: "/home/me", Live: live, SampleURL: sample, SampleName: "sample.jpg", Sample: []byte("x")})
		},
		Upload: func(_ context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
			w.sent = append(w.sent, p)
			obs(uploader.Event{Phase: uploader.PhaseSending, Sent: 1, Total: 2, At: w.now})
			return w.result, w.err
		},
		SaveDraft:    func(d uploader.Draft) error { w.saved = append(w.saved, d); return nil },
		Copy:         func(s string) (string, error) { w.copied = s; return "", errors.New("none") },
		WriteCommand: func(string, string) (string, error) { return "upload.sh", nil },
		OpenURL:      func(string) error { return nil },
		HostAllowed:  func(a uploader.Account) bool { return w.allowed[a.Host()] },
		AllowHost:    func(a uploader.Account) error { w.allowed[a.Host()] = true; return nil },
		Go:           func(f func()) { go f() },
	}
}

// blocked is a world in which the upload stands still at a phase.
func (w *world) blocked(phase uploader.Phase, sent int64) Deps {
	d := w.deps()
	d.Upload = func(ctx context.Context, _ uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
		obs(uploader.Event{Phase: phase, Sent: sent, Total: 100 << 20, At: w.now})
		<-ctx.Done()
		return nil, context.Canceled
	}
	return d
}

func newWorld() *world { return &world{now: clock, allowed: map[string]bool{}} }

// drive feeds a message, and runs the commands that come of it, but for the clock.
func drive(t *testing.T, m Model, msgs ...tea.Msg) Model {
	t.Helper()
	queue := msgs
	for n := 0; len(queue) > 0; n++ {
		if n > 500 {
			t.Fatal("the commands do not come to an end")
		}
		msg := queue[0]
		queue = queue[1:]
		if _, quit := msg.(tea.QuitMsg); quit {
			continue
		}
		next, cmd := m.Update(msg)
		m = next.(Model)
		queue = append(queue, run(cmd, patience(m))...)
	}
	return m
}

// after has the draft saved at once, and leaves the clocks out: tests send their messages
// themselves.
func after(_ time.Duration, msg tea.Msg) tea.Cmd {
	if _, ok := msg.(saveMsg); ok {
		return func() tea.Msg { return msg }
	}
	return nil
}

// patience is how long a command may take on a machine that has much to do. Only an
// upload that stands still on purpose takes as long.
func patience(m Model) time.Duration {
	if m.screen == screenTransfer {
		return 1500 * time.Millisecond
	}
	return 20 * time.Second
}

// run runs a command to its end.
func run(cmd tea.Cmd, patience time.Duration) []tea.Msg {
	if cmd == nil {
		return nil
	}
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	var msg tea.Msg
	select {
	case msg = <-done:
	case <-time.After(patience):
		return nil
	}
	switch msg := msg.(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		var all []tea.Msg
		for _, c := range msg {
			all = append(all, run(c, patience)...)
		}
		return all
	default:
		return []tea.Msg{msg}
	}
}

func keyPress(name string) tea.Msg {
	special := map[string]rune{"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "right": tea.KeyRight, "backspace": tea.KeyBackspace, "f1": tea.KeyF1, "pgdown": tea.KeyPgDown}
	if r, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: r}
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(rest[0]), Mod: tea.ModCtrl}
	}
	if rest, ok := strings.CutPrefix(name, "alt+"); ok {
		return tea.KeyPressMsg{Code: rune(rest[0]), Mod: tea.ModAlt}
	}
	r := []rune(name)
	return tea.KeyPressMsg{Code: r[0], Text: name}
}

func keys(names ...string) []tea.Msg {
	var msgs []tea.Msg
	for _, n := range names {
		msgs = append(msgs, keyPress(n))
	}
	return msgs
}

func typed(s string) []tea.Msg {
	var msgs []tea.Msg
	for _, r := range s {
		msgs = append(msgs, keyPress(string(r)))
	}
	return msgs
}

func start(t *testing.T, w *world, d Deps, width, height int) Model {
	t.Helper()
	return drive(t, New(d), tea.WindowSizeMsg{Width: width, Height: height})
}

// frame is the text of the screen; it must fill the terminal exactly.
func frame(t *testing.T, m Model) string {
	t.Helper()
	v := m.View()
	lines := strings.Split(ansi.Strip(v.Content), "\n")
	if len(lines) != m.height {
		t.Errorf("%d lines in a terminal of %d", len(lines), m.height)
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w > m.width {
			t.Errorf("line %d has %d cells in a terminal of %d: %q", i, w, m.width, l)
		}
		lines[i] = strings.TrimRight(l, " ")
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.Y < 0 || c.X >= m.width || c.Y >= m.height) {
		t.Errorf("the cursor is at %d,%d", c.X, c.Y)
	}
	return strings.Join(lines, "\n")
}

func goodResult() *uploader.Result {
	sig, _ := signer.SignResponse("sample_image", "1767323045", signer.NewSecret("abcd"), signer.SHA1)
	body := `{"public_id":"sample_image","version":1767323045,"signature":"` + sig + `","width":880,"height":660,"secure_url":"http://127.0.0.1:8787/demo/image/upload/v1767323045/sample_image.jpg","eager":[{"transformation":"w_400,h_300,c_pad","width":400,"height":300,"bytes":10700,"secure_url":"http://127.0.0.1:8787/x.jpg"}]}`
	return &uploader.Result{Status: 200, StatusText: "200 OK", Proto: "HTTP/1.1", Body: []byte(body), Elapsed: 86 * time.Millisecond, Sent: 915,
		RequestID: "1b619e5e8f77a526", PublicID: "sample_image", Version: "1767323045", SecureURL: "http://127.0.0.1:8787/demo/image/upload/v1767323045/sample_image.jpg",
		Signature: uploader.SignatureVerified, Header: []signer.Param{{Name: "Server", Value: "cloudinary"}}}
}

// cases are the screens of which frames are kept.
func cases(t *testing.T) map[string]func(w *world) (Deps, []tea.Msg) {
	live := func(w *world, env string) Deps {
		d := w.deps()
		d.Live = uploader.ReadConfig(uploader.ConfigInput{HasEnvFile: true, EnvFile: []byte(env), EnvFilePath: ".env"})
		return d
	}
	return map[string]func(w *world) (Deps, []tea.Msg){
		"compose/tutorial": func(w *world) (Deps, []tea.Msg) { return w.deps(), nil },
		"compose/typed":    func(w *world) (Deps, []tea.Msg) { return w.deps(), append(keys("tab"), typed("_x")...) },
		"compose/curl":     func(w *world) (Deps, []tea.Msg) { return w.deps(), keys("ctrl+o") },
		"compose/live": func(w *world) (Deps, []tea.Msg) {
			return live(w, "CLOUD_NAME=mycloud\nAPI_KEY=123456789012345\nAPI_SECRET=\"'x1y2z3x1y2z3x1y2z3'\"\n"), nil
		},
		"compose/sha256": func(w *world) (Deps, []tea.Msg) {
			return live(w, "CLOUDINARY_URL=cloudinary://1234567:abcdefgh@c?signature_algorithm=sha256&signature_version=1\n"), nil
		},
		"compose/no_file": func(w *world) (Deps, []tea.Msg) { return w.deps(), keys("ctrl+u", "ctrl+s") },
		"compose/off":     func(w *world) (Deps, []tea.Msg) { return w.deps(), keys("tab", "ctrl+x") },
		"compose/long": func(w *world) (Deps, []tea.Msg) {
			return w.deps(), append(keys("tab"), tea.PasteMsg{Content: strings.Repeat("日本語 folder/", 300)})
		},
		"answer/good": func(w *world) (Deps, []tea.Msg) { w.result = goodResult(); return w.deps(), keys("ctrl+s") },
		"answer/refused": func(w *world) (Deps, []tea.Msg) {
			w.result = &uploader.Result{Status: 401, StatusText: "401 Unauthorized", Body: []byte(`{"error":{"message":"Unknown API key 1"}}`), ServiceError: "Unknown API key 1"}
			w.err = &uploader.APIError{Status: 401, Message: "Unknown API key 1"}
			return w.deps(), keys("ctrl+s")
		},
		"answer/unknown": func(w *world) (Deps, []tea.Msg) {
			w.err = &uploader.OutcomeUnknownError{Cause: uploader.ErrNoAnswer, Idempotent: true}
			return w.deps(), keys("ctrl+s")
		},
		"answer/html": func(w *world) (Deps, []tea.Msg) {
			w.result = &uploader.Result{Status: 200, StatusText: "200 OK", Kind: uploader.BodyHTML, Body: []byte("<html>\n<title>Hotel</title>")}
			w.err = &uploader.OutcomeUnknownError{Cause: errors.New("the answer is an HTML page")}
			return w.deps(), keys("ctrl+s")
		},
		"transfer/sending":    func(w *world) (Deps, []tea.Msg) { return w.blocked(uploader.PhaseSending, 40<<20), keys("ctrl+s") },
		"transfer/processing": func(w *world) (Deps, []tea.Msg) { return w.blocked(uploader.PhaseProcessing, 100<<20), keys("ctrl+s") },
		"transfer/asking": func(w *world) (Deps, []tea.Msg) {
			return w.blocked(uploader.PhaseSending, 1<<20), append(keys("ctrl+s"), keyPress("ctrl+c"))
		},
		"dialog/help":     func(w *world) (Deps, []tea.Msg) { return w.deps(), keys("f1") },
		"dialog/commands": func(w *world) (Deps, []tea.Msg) { return w.deps(), append(keys("ctrl+p"), typed("copy")...) },
		"dialog/account":  func(w *world) (Deps, []tea.Msg) { return live(w, "API_KEY=1\nAPI_SECRET=s\n"), keys("ctrl+l") },
		"dialog/credentials": func(w *world) (Deps, []tea.Msg) {
			return w.deps(), append(keys("ctrl+l", "down", "enter"), typed("my")...)
		},
		"dialog/parameter": func(w *world) (Deps, []tea.Msg) {
			return w.deps(), append(append(keys("ctrl+n"), typed("Bad")...), keys("enter")...)
		},
		"dialog/draft": func(w *world) (Deps, []tea.Msg) {
			d := w.deps()
			d.Recovered = &Recovered{Draft: uploader.TutorialDraft().With("public_id", "mine"), At: clock}
			return d, nil
		},
		"dialog/host": func(w *world) (Deps, []tea.Msg) {
			return live(w, "CLOUDINARY_URL=cloudinary://1234567:abcdefgh@c?upload_prefix=https://evil.example\n"), keys("ctrl+s")
		},
	}
}

// TestFrames keeps the text of every screen at the sizes that matter.
func TestFrames(t *testing.T) {
	t.Parallel()
	keepFrames(t, cases(t))
}

// keepFrames compares frames with those that are kept.
func keepFrames(t *testing.T, all map[string]func(w *world) (Deps, []tea.Msg)) {
	t.Helper()
	for name, setup := range all {
		for _, size := range [][2]int{{80, 24}, {120, 36}, {60, 16}, {40, 10}} {
			path := filepath.Join("testdata", "frames", fmt.Sprintf("%s_%dx%d.txt", name, size[0], size[1]))
			t.Run(filepath.Base(path), func(t *testing.T) {
				t.Parallel()
				w := newWorld()
				d, msgs := setup(w)
				got := frame(t, steps(t, start(t, w, d, size[0], size[1]), msgs...)) + "\n"
				if *update {
					if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(path)
				if err != nil || got != string(want) {
					t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, want)
				}
			})
		}
	}
}

// TestEverySize: no size breaks a frame.
func TestEverySize(t *testing.T) {
	t.Parallel()
	everySize(t, cases(t))
}

// everySize draws every third width in several heights.
func everySize(t *testing.T, all map[string]func(w *world) (Deps, []tea.Msg)) {
	t.Helper()
	for name, setup := range all {
		w := newWorld()
		d, msgs := setup(w)
		m := steps(t, start(t, w, d, 80, 24), msgs...)
		for width := 0; width <= 130; width += 3 {
			for _, height := range []int{0, 1, 5, 15, 16, 17, 24, 36, 50} {
				next, _ := m.Update(tea.WindowSizeMsg{Width: width, Height: height})
				if width < 1 || height < 1 {
					_ = next.View()
					continue
				}
				frame(t, next.(Model))
				if t.Failed() {
					t.Fatalf("%s at %dx%d", name, width, height)
				}
			}
		}
	}
}

func TestLayout(t *testing.T) {
	t.Parallel()
	for w := range 200 {
		for h := range 60 {
			for _, command := range []bool{false, true} {
				l := lay(w, h, 10, command, w%2 == 0)
				if l.tooSmall {
					continue
				}
				var parts []rect
				for _, r := range []rect{l.header, l.footer, l.form, l.sign, l.cmd} {
					if r.h == 0 {
						continue
					}
					if r.x < 0 || r.y < 0 || r.w < 1 || r.h < 1 || r.x+r.w > w || r.y+r.h > h {
						t.Fatalf("%dx%d: %+v is outside", w, h, r)
					}
					for _, o := range parts {
						if r.x < o.x+o.w && o.x < r.x+r.w && r.y < o.y+o.h && o.y < r.y+r.h {
							t.Fatalf("%dx%d: %+v and %+v overlap", w, h, r, o)
						}
					}
					parts = append(parts, r)
				}
			}
		}
	}
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// TestT1T2Hostile plants hostile text wherever something comes from outside. No frame
// holds a control, bidirectional or invisible character beyond our own styles.
func TestT1T2Hostile(t *testing.T) {
	t.Parallel()
	evil := "x\x1b]52;c;aGk=\x07\u009b31m\x90q\u202egnp\u200b\x7f\r\n\x00\xffy"
	w := newWorld()
	w.result = &uploader.Result{Status: 400, StatusText: evil, Proto: evil, RequestID: evil, ServiceError: evil, SecureURL: "https://h/" + evil, Warnings: []string{evil},
		Header: []signer.Param{{Name: evil, Value: evil}}, Body: []byte("{\"" + evil + "\":\"" + evil + "\",\"eager\":[{\"transformation\":\"a\",\"secure_url\":\"" + "\u202e" + "\"}]}")}
	w.err = &uploader.APIError{Status: 400, Message: evil, Location: evil}
	d := w.deps()
	d.Notes = []string{evil}
	d.Live = uploader.Config{Account: uploader.Account{CloudName: evil, APIKey: evil, Secret: signer.NewSecret("s"), Origin: evil, Prefix: "http://127.0.0.1:1/" + evil}, Found: true,
		Problems: []uploader.Problem{{Message: evil, Hint: evil, Where: evil}}, Notes: []string{evil}}
	d.Recovered = &Recovered{Draft: uploader.Draft{File: evil, Params: []uploader.DraftParam{{Param: signer.Param{Name: evil, Value: evil}}}}, At: clock}
	steps := [][]tea.Msg{
		nil, keys("enter"), {tea.PasteMsg{Content: evil}}, keys("tab"), {tea.PasteMsg{Content: evil + evil}}, keys("ctrl+o"), keys("ctrl+l"), keys("esc"), keys("f1"), keys("esc"),
		keys("ctrl+p"), {tea.PasteMsg{Content: evil}}, keys("esc"), keys("ctrl+n"), {tea.PasteMsg{Content: evil}}, keys("enter", "esc"), keys("alt+s"), keys("ctrl+s"), keys("tab"), keys("tab"), keys("tab"), keys("o"), keys("esc"), keys("/"), {tea.PasteMsg{Content: evil}}, keys("enter"),
	}
	for _, size := range [][2]int{{120, 40}, {80, 24}, {61, 17}, {30, 9}} {
		m := start(t, w, d, size[0], size[1])
		for i, msgs := range steps {
			m = drive(t, m, msgs...)
			v := m.View()
			for _, r := range sgr.ReplaceAllString(v.Content, "") + v.WindowTitle {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar) {
					t.Fatalf("step %d at %v: %U is in the frame", i, size, r)
				}
			}
			frame(t, m)
		}
	}
}

// TestT12NoSecretInFrames: the secret is on no screen, whatever is shown.
func TestT12NoSecretInFrames(t *testing.T) {
	t.Parallel()
	const secret = "cAnArY0123456789"
	w := newWorld()
	d := w.deps()
	d.Live = uploader.ReadConfig(uploader.ConfigInput{Environ: map[string]string{"API_KEY": "123456789012345", "API_SECRET": `"` + secret + `"`, "CLOUD_NAME": "c", "CLOUDINARY_URL": ""}})
	m := start(t, w, d, 120, 40)
	for _, msgs := range [][]tea.Msg{nil, keys("ctrl+o"), keys("ctrl+l"), keys("esc"), keys("f1"), keys("esc"), keys("ctrl+s"), keys("esc"), keys("ctrl+y"), keys("ctrl+l", "down", "down", "enter"), typed("c"), keys("tab"), typed("1"), keys("tab"), typed(secret), keys("enter")} {
		m = drive(t, m, msgs...)
		if c := ansi.Strip(m.View().Content); strings.Contains(c, "cAnA") || strings.Contains(w.copied, "cAnA") || strings.Contains(fmt.Sprintf("%+v %#v", m.account, m.prepared), "cAnA") {
			t.Fatalf("the secret is shown:\n%s", c)
		}
	}
	if m.account.Origin != "entered by hand" {
		t.Errorf("the credentials are from %q", m.account.Origin)
	}
}

// TestLiveSignature: at each key the digest is that of what is typed.
func TestLiveSignature(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := drive(t, start(t, w, w.deps(), 80, 24), keys("tab")...)
	for _, r := range "_a&b=ü" {
		m = drive(t, m, keyPress(string(r)))
		d := m.Draft()
		want, err := signer.Sign([]signer.Param{{Name: "public_id", Value: d.Get("public_id")}, {Name: "eager", Value: d.Get("eager")}, {Name: "timestamp", Value: d.Timestamp}}, signer.NewSecret("abcd"), signer.Options{})
		if err != nil || !strings.Contains(frame(t, m), want) {
			t.Fatalf("after %q: %s is not in the frame (%v)", r, want, err)
		}
	}
	if got := m.Draft().Get("public_id"); got != "sample_image_a&b=ü" {
		t.Errorf("public ID %q", got)
	}
	m = drive(t, m, keys("alt+z")...)
	if got := m.Draft().Get("public_id"); got == "sample_image_a&b=ü" {
		t.Error("undo does nothing")
	}
	m = drive(t, m, keys("alt+t")...)
	if m.Draft().Get("public_id") != "sample_image" {
		t.Error("the tutorial's values are not back")
	}
}

// TestTimestamps: taken once, renewed by a key, renewed before sending when stale, and
// never replaced when set by hand.
func TestTimestamps(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.result = goodResult()
	m := start(t, w, w.deps(), 120, 36)
	first := m.Draft().Timestamp
	w.now = clock.Add(30 * time.Minute)
	m = drive(t, m, append(keys("tab"), typed("x")...)...)
	if m.Draft().Timestamp != first {
		t.Error("typing renews the timestamp")
	}
	m = drive(t, m, keys("ctrl+t")...)
	if want := strconv.FormatInt(w.now.Unix(), 10); m.Draft().Timestamp != want {
		t.Errorf("renewed: %s, want %s", m.Draft().Timestamp, want)
	}
	w.now = clock.Add(2 * time.Hour)
	m = drive(t, m, keys("ctrl+s")...)
	if want := strconv.FormatInt(w.now.Unix(), 10); w.sent[0].Timestamp != want {
		t.Errorf("sent with %s, want %s", w.sent[0].Timestamp, want)
	}
	m = drive(t, m, keys("esc", "up", "up", "up", "ctrl+u")...)
	m = drive(t, m, typed("1315060510")...)
	if !m.Draft().TimestampByHand {
		t.Fatalf("the timestamp is not set by hand: %+v", m.Draft())
	}
	if f := frame(t, m); !strings.Contains(f, "expired, set by hand") {
		t.Errorf("no warning:\n%s", f)
	}
	drive(t, m, keys("ctrl+s")...)
	if got := w.sent[1].Timestamp; got != "1315060510" {
		t.Errorf("a timestamp set by hand was replaced by %s", got)
	}
}

// TestT10ForeignHost: the question comes before the first byte, and once.
func TestT10ForeignHost(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.result = goodResult()
	d := w.deps()
	d.Live = uploader.ReadConfig(uploader.ConfigInput{HasEnvFile: true, EnvFilePath: ".env", EnvFile: []byte("CLOUDINARY_URL=cloudinary://1:s@c?upload_prefix=https://evil.example")})
	m := drive(t, start(t, w, d, 80, 24), keys("ctrl+s")...)
	if len(w.sent) != 0 || !strings.Contains(frame(t, m), "evil.example") {
		t.Fatalf("%d sent:\n%s", len(w.sent), frame(t, m))
	}
	m = drive(t, m, keys("esc")...)
	if len(w.sent) != 0 {
		t.Fatal("sent although the answer was no")
	}
	m = drive(t, m, keys("ctrl+s")...)
	m = drive(t, m, keys("enter")...)
	drive(t, m, keys("esc", "ctrl+s")...)
	if len(w.sent) != 2 {
		t.Errorf("%d sent, want 2: once asked, once remembered", len(w.sent))
	}
}

// TestWaysToQuit: ctrl+c idle is 0; during a transfer it asks, and the second is 130.
func TestWaysToQuit(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := drive(t, start(t, w, w.deps(), 80, 24), keys("ctrl+c")...)
	if m.ExitCode != 0 {
		t.Errorf("idle: %d", m.ExitCode)
	}
	d := w.deps()
	stop := make(chan struct{})
	d.Upload = func(ctx context.Context, _ uploader.Prepared, _ uploader.Observer) (*uploader.Result, error) {
		<-ctx.Done()
		close(stop)
		return nil, context.Canceled
	}
	m = drive(t, start(t, w, d, 80, 24), keys("ctrl+s")...)
	m = drive(t, m, keys("ctrl+c")...)
	if !strings.Contains(frame(t, m), "stop the upload?") {
		t.Errorf("no question:\n%s", frame(t, m))
	}
	m = drive(t, m, keys("ctrl+c")...)
	<-stop
	if m.ExitCode != 130 {
		t.Errorf("twice in a transfer: %d", m.ExitCode)
	}
}

func TestDraftIsSavedAndOffered(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := drive(t, start(t, w, w.deps(), 80, 24), append(keys("tab"), typed("1")...)...)
	drive(t, m, saveMsg{})
	if n := len(w.saved); n == 0 || w.saved[n-1].Get("public_id") != "sample_image1" || w.saved[n-1].File != uploader.SampleToken {
		t.Fatalf("saved %+v", w.saved)
	}
	d := w.deps()
	d.Recovered = &Recovered{Draft: w.saved[len(w.saved)-1], At: clock}
	if got := drive(t, start(t, w, d, 80, 24), keys("enter")...).Draft().Get("public_id"); got != "sample_image1" {
		t.Errorf("taken up: %q", got)
	}
	d.FromFlags = true
	if got := start(t, w, d, 80, 24); len(got.dialogs) != 0 {
		t.Error("flags do not win")
	}
}

// TestPasteOfAMegabyte is refused in words, and changes nothing.
func TestPasteOfAMegabyte(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := drive(t, start(t, w, w.deps(), 80, 24), append(keys("tab"), tea.PasteMsg{Content: strings.Repeat("x", 1<<20)})...)
	if m.Draft().Get("public_id") != "sample_image" || !strings.Contains(frame(t, m), "paste refused") {
		t.Errorf("%.80q\n%s", m.Draft().Get("public_id"), frame(t, m))
	}
}

// TestKeys: no key twice, each with help, none that can never be pressed.
func TestKeys(t *testing.T) {
	t.Parallel()
	k := DefaultKeyMap()
	seen := map[string]string{"tab": "form", "enter": "form", "up": "form", "down": "form"}
	for _, b := range k.FullHelp() {
		if b.Help().Key == "" || b.Help().Desc == "" {
			t.Errorf("%v has no help", b.Keys())
		}
		for _, name := range b.Keys() {
			if other, twice := seen[name]; twice {
				t.Errorf("%s is for %q and %q", name, other, b.Help().Desc)
			}
			seen[name] = b.Help().Desc
			if name == " " || strings.HasPrefix(name, "shift+") && len(name) == 7 {
				t.Errorf("%q can never be pressed", name)
			}
		}
	}
}

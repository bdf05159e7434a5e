package ui

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"signpost/signer"
	"signpost/ui/browser"
	"signpost/uploader"
	"signpost/uploader/journal"
)

// hunter looks for a secret, and for every part of eight characters of it, in all the
// forms that it may take.
type hunter struct {
	parts map[string]bool
	seen  int // how many texts were searched
}

const part = 8

func newHunter(secret, key string) *hunter {
	reversed := []byte(secret)
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	quoted := strconv.QuoteToASCII(secret)
	var percent strings.Builder
	for _, c := range []byte(secret) {
		fmt.Fprintf(&percent, "%%%02X", c)
	}
	h := &hunter{parts: map[string]bool{}}
	for _, form := range []string{
		secret, string(reversed), hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(key + ":" + secret))[len(key)*4/3+4:], base64.StdEncoding.EncodeToString([]byte("x" + secret))[4:],
		base64.StdEncoding.EncodeToString([]byte("xx" + secret))[4:], url.QueryEscape(secret), url.PathEscape(secret), percent.String(), strings.ToLower(percent.String()),
		quoted[1 : len(quoted)-1], strings.ToUpper(secret), strings.ToLower(secret),
	} {
		for i := 0; i+part <= len(form); i++ {
			h.parts[form[i:i+part]] = true
		}
	}
	return h
}

// find returns what of the secret is in a text; empty where nothing is.
func (h *hunter) find(t string) string {
	h.seen++
	for i := 0; i+part <= len(t); i++ {
		if h.parts[t[i:i+part]] {
			return t[i : i+part]
		}
	}
	return ""
}

// TestHunter: it finds what it is for.
func TestHunter(t *testing.T) {
	t.Parallel()
	const secret = "Zq8+/wX3\"é7nbTRk2Lp0vY"
	h := newHunter(secret, "424242424242424")
	for _, text := range []string{
		"a " + secret, base64.StdEncoding.EncodeToString([]byte("424242424242424:" + secret)), url.QueryEscape(secret), hex.EncodeToString([]byte(secret)),
		"…" + secret[9:], fmt.Sprintf("%q", secret), signer.NewSecret(secret).BasicAuth("424242424242424"),
	} {
		if h.find(text) == "" {
			t.Errorf("not found in %q", text)
		}
	}
	if got := h.find("nothing of it here, nor in 424242424242424"); got != "" {
		t.Errorf("found %q", got)
	}
}

// fuzzWorld is a LIVE account with a secret, in front of a store and a disk of its own.
type fuzzWorld struct {
	t      *testing.T
	h      *hunter
	dir    string
	secret string
	rng    *rand.Rand
	d      Deps
	store  *journal.Journal
	kept   int
	tiny   bool
	next   []tea.Msg      // the rest of a walk
	been   map[string]int // where the keys led
}

func newFuzzWorld(t *testing.T, seed uint64, present bool) *fuzzWorld {
	rng := rand.New(rand.NewPCG(seed, 1))
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/"
	raw := make([]byte, 27)
	for i := range raw {
		raw[i] = letters[rng.IntN(len(letters))]
	}
	w := &fuzzWorld{t: t, secret: string(raw), rng: rng, dir: t.TempDir(), been: map[string]int{}}
	account := uploader.Account{
		CloudName: "mycloud", APIKey: "424242987654321", Secret: signer.NewSecret(w.secret), Token: signer.NewSecret(w.secret),
		Options: signer.Options{Version: signer.V2}, Origin: "CLOUDINARY_URL in /home/me/.env",
	}
	w.h = newHunter(w.secret, account.APIKey)
	w.store = journal.Open(w.dir)
	t.Cleanup(w.store.Close)
	w.d = newWorld().deps()
	now := clock
	w.d.Now = func() time.Time { now = now.Add(time.Second); return now }
	w.d.Live = uploader.Config{Found: true, Account: account, Problems: []uploader.Problem{{Message: "a problem in /home/me/.env"}}}
	w.d.Present, w.d.Home, w.d.User, w.d.StartDir, w.d.Separator = present, "/home/me", "me", "/home/me", "/"
	w.d.After = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	w.d.Go = func(f func()) { f() }
	w.d.SaveDraft = func(d uploader.Draft) error {
		if w.kept++; w.kept%500 != 0 {
			return nil
		}
		return w.store.SaveDraft(d)
	}
	w.d.Upload = w.upload
	w.d.ListDir = func(string) ([]browser.Entry, error) { return []browser.Entry{{Name: "a.png", Size: 1}}, nil }
	w.d.Copy = func(s string) (string, error) { w.check("the clipboard", s); return "a program", nil }
	w.d.WriteCommand = func(s, ext string) (string, error) {
		name := filepath.Join(w.dir, "command"+ext)
		return name, os.WriteFile(name, []byte(s), 0o600)
	}
	w.d.WriteHandout = func(s string, _ bool) (string, bool, error) {
		return "/home/me/h.md", false, os.WriteFile(filepath.Join(w.dir, "h.md"), []byte(s), 0o600)
	}
	w.d.Try = func(ctx context.Context, p uploader.Prepared) (*uploader.Result, error) {
		return w.upload(ctx, p, func(uploader.Event) {})
	}
	client := uploader.New(uploader.ClientConfig{})
	w.d.Wire = func(p uploader.Prepared) (uploader.Wire, error) { return client.Wire(p, 0) }
	w.d.History = History{List: w.history, Delete: func(string) error { return nil }, Export: func(string) (string, error) { return "x", nil }}
	w.d.Profiles = func() []Profile { return []Profile{{Name: "other", Account: account}} }
	w.d.SaveProfile = func(string, uploader.Account, bool) (bool, error) { return true, errors.New("no keyring") }
	w.d.SaveRecipe = func(Recipe) error { return nil }
	return w
}

// upload answers as a server may: well, badly, and with all that it was sent.
func (w *fuzzWorld) upload(_ context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
	obs(uploader.Event{Phase: uploader.PhaseSending, Sent: 1, Total: 2, At: clock})
	var result *uploader.Result
	var err error
	switch w.rng.IntN(4) {
	case 0:
		result = goodResult()
	case 1: // an echo, with the credentials of the header
		result = goodResult()
		result.Body = []byte(fmt.Sprintf(`{"headers":{"Authorization":%q},"form":%q}`, p.Authorization(), fmt.Sprint(p.Fields)))
		result.Header = append(result.Header, signer.Param{Name: "X-Echo", Value: p.Authorization()})
	case 2:
		message := "Invalid Signature " + p.Trace.Signature + ". String to sign - '" + p.Trace.StringToSign + "'. " + p.Authorization()
		result = &uploader.Result{Status: 401, StatusText: "401 Unauthorized", Body: []byte(message)}
		err = &uploader.APIError{Status: 401, Message: message}
	default:
		err = &uploader.TransportError{Op: "connect", Err: errors.New("open /home/me/x: " + p.Authorization())}
	}
	if w.rng.IntN(100) == 0 {
		_ = w.store.Jot(journal.NewEntry(p, result, err, clock))
	}
	return result, err
}

func (w *fuzzWorld) history() ([]Past, error) {
	return []Past{
		{ID: "1", At: clock, Host: "api.cloudinary.com", Cloud: "mycloud", Draft: uploader.TutorialDraft(), Outcome: "kept", Answer: "{}"},
		{ID: "2", At: clock, Host: "api.cloudinary.com", Cloud: "hidden-cloud", Draft: uploader.TutorialDraft(), Outcome: "kept", File: "hidden-file"},
	}, nil
}

func (w *fuzzWorld) check(where, text string) {
	if found := w.h.find(text); found != "" {
		w.t.Fatalf("%s has %q of the secret in it:\n%s", where, found, text)
	}
}

// run runs a command to its end, and all that it stands for.
func (w *fuzzWorld) run(cmd tea.Cmd, do func(tea.Msg)) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if msg == nil {
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() { // a batch or a sequence
		for i := range v.Len() {
			w.run(v.Index(i).Interface().(tea.Cmd), do)
		}
		return
	}
	if strings.HasPrefix(reflect.TypeOf(msg).PkgPath(), "charm.land/") {
		w.check(fmt.Sprintf("%T for the terminal", msg), fmt.Sprintf("%v", msg)) // the clipboard, a notification
	}
	do(msg)
}

var fuzzKeys = []string{
	"enter", "enter", "enter", "tab", "esc", "esc", "up", "down", "right", "left", "backspace", "f1", "f2", "f3", "f4", "f5", "f6", "f8", "f8", "pgdown", "pgup", "space",
	"ctrl+s", "ctrl+s", "ctrl+y", "ctrl+o", "ctrl+n", "ctrl+p", "ctrl+l", "ctrl+g", "ctrl+t", "ctrl+x", "ctrl+u", "ctrl+k", "ctrl+a", "ctrl+e", "ctrl+c", "ctrl+q", "ctrl+r", "ctrl+w",
	"alt+a", "alt+b", "alt+c", "alt+d", "alt+e", "alt+i", "alt+k", "alt+l", "alt+m", "alt+o", "alt+p", "alt+q", "alt+r", "alt+s", "alt+t", "alt+u", "alt+w", "alt+x", "alt+y", "alt+z", "alt+n", "alt+g", "alt+9", "alt+0",
	"a", "b", "c", "d", "k", "w", "y", "p", "s", "o", "u", "/", "1", "5", "7", "8", "9", "n", ".", "#",
}

// walks lead to where random keys seldom come.
var walks = [][2]string{
	{"ctrl+l", "enter cred"}, {"ctrl+l", "keep this"}, {"ctrl+l", "other"}, {"ctrl+p", "unmask"}, {"ctrl+p", "wire"}, {"ctrl+p", "history"},
	{"alt+r", ""}, {"alt+y", "self"}, {"f8", ""}, {"alt+i", ""}, {"ctrl+p", "uploads of"}, {"alt+9", ""}, {"alt+0", "9"},
}

func walk(to [2]string) []tea.Msg {
	msgs := []tea.Msg{fuzzKey("esc"), fuzzKey("esc"), fuzzKey("esc"), fuzzKey(to[0])}
	for _, r := range to[1] {
		if r == ' ' {
			msgs = append(msgs, fuzzKey("space"))
		} else {
			msgs = append(msgs, keyPress(string(r)))
		}
	}
	return append(msgs, fuzzKey("enter"))
}

// message is a random key, click, paste or size.
func (w *fuzzWorld) message() tea.Msg {
	if len(w.next) > 0 {
		msg := w.next[0]
		w.next = w.next[1:]
		return msg
	}
	switch n := w.rng.IntN(100); {
	case n == 99:
		w.next = walk(walks[w.rng.IntN(len(walks))])
		return fuzzKey("esc")
	case w.tiny && n < 30: // not for long
		w.tiny = false
		return tea.WindowSizeMsg{Width: 120, Height: 36}
	case n < 82:
		return fuzzKey(fuzzKeys[w.rng.IntN(len(fuzzKeys))])
	case n < 88:
		return tea.PasteMsg{Content: w.paste()}
	case n < 94:
		return tea.MouseClickMsg{X: w.rng.IntN(120), Y: w.rng.IntN(40), Button: tea.MouseLeft}
	case n < 96:
		return tea.MouseWheelMsg{X: w.rng.IntN(120), Y: w.rng.IntN(40), Button: tea.MouseWheelDown}
	case n < 97:
		return tea.BlurMsg{}
	}
	sizes := [][2]int{{80, 24}, {120, 36}, {60, 16}, {200, 50}, {40, 10}, {1, 1}, {0, 0}}
	size := sizes[w.rng.IntN(len(sizes))]
	w.tiny = size[0] < minWidth
	return tea.WindowSizeMsg{Width: size[0], Height: size[1]}
}

// paste is a text with the secret in it, or beside it.
func (w *fuzzWorld) paste() string {
	all := []string{
		"CLOUDINARY_URL=cloudinary://424242987654321:" + w.secret + "@mycloud", "cloudinary://424242987654321:" + w.secret + "@mycloud?x=1",
		"API_KEY=424242987654321\nAPI_SECRET=" + w.secret + "\nCLOUD_NAME=mycloud\n", w.secret, "  " + w.secret + "\n", url.QueryEscape(w.secret),
		"curl -u 424242987654321:" + w.secret + " https://api.cloudinary.com/v1_1/mycloud/image/upload -F public_id=" + w.secret + " -F file=@a.png",
		`cloudinary.config({cloud_name: "mycloud", api_key: "1", api_secret: "` + w.secret + `"})`, base64.StdEncoding.EncodeToString([]byte(w.secret)),
		"Authorization: " + signer.NewSecret(w.secret).BasicAuth("424242987654321"), "logo", "public_id=a&timestamp=1&signature=2&api_key=3", "/home/me/a.png",
	}
	return all[w.rng.IntN(len(all))]
}

func fuzzKey(name string) tea.Msg {
	special := map[string]rune{"left": tea.KeyLeft, "pgup": tea.KeyPgUp, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6, "f8": tea.KeyF8}
	if r, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: r}
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	return keyPress(name)
}

// hunt types n random keys and searches all that comes of each of them.
func hunt(t *testing.T, seed uint64, present bool, n int) (frames, texts int) {
	w := newFuzzWorld(t, seed, present)
	m := New(w.d)
	var update func(tea.Msg)
	depth := 0
	update = func(msg tea.Msg) {
		if _, quits := msg.(tea.QuitMsg); quits || depth > 20 {
			return
		}
		depth++
		next, cmd := m.Update(msg)
		m = next.(Model)
		w.run(cmd, update)
		depth--
	}
	update(tea.WindowSizeMsg{Width: 120, Height: 36})
	last := ""
	for i := range n {
		msg := w.message()
		update(msg)
		place := fmt.Sprintf("screen %d", m.screen)
		if n := len(m.dialogs); n > 0 {
			place = fmt.Sprintf("%T", m.dialogs[n-1])
		}
		w.been[place]++
		v := m.View()
		if v.Content != last {
			last = v.Content
			frames++
			w.frame(m, v, fmt.Sprintf("key %d, %#v", i, msg))
		}
		if present && !m.show.masked {
			t.Fatalf("key %d: a session that was started with --present is not masked", i)
		}
	}
	for _, place := range []string{fmt.Sprintf("screen %d", screenCompose), fmt.Sprintf("screen %d", screenResponse), fmt.Sprintf("screen %d", screenPresent), "dialog.Credentials", "dialog.Menu", "dialog.Ask", "dialog.Read", "dialog.Prompt", "importing.Model", "exports.Model", "editor.Picker", "browser.Model", "ui.wireView", "doctor.Model", "tampering.Model"} {
		if w.been[place] == 0 {
			t.Errorf("no key led to %s: %v", place, w.been)
		}
	}
	w.store.Flush()
	files := 0
	_ = filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			raw, _ := os.ReadFile(path)
			files++
			w.check("the file "+filepath.Base(path), string(raw))
		}
		return nil
	})
	if files == 0 || frames < n/4 {
		t.Fatalf("%d files and %d frames came of it: that proves nothing", files, frames)
	}
	return frames, w.h.seen
}

// frame searches what is on the screen. While it is shown to a room, neither the API key
// nor the person's folder nor the history of others is on it, and that is said.
func (w *fuzzWorld) frame(m Model, v tea.View, where string) {
	plain := ansi.Strip(v.Content)
	w.check("the frame after "+where, plain)
	w.check("the title after "+where, v.WindowTitle)
	if !m.show.masked {
		return
	}
	for _, hidden := range []string{"424242987", "98765432", "/home/me/", "hidden-cloud", "hidden-file"} {
		if strings.Contains(plain, hidden) {
			w.t.Fatalf("after %s %q is on the screen:\n%s", where, hidden, plain)
		}
	}
	if m.width >= 12 && m.height > 0 && !strings.Contains(plain, "PRESENTING") {
		w.t.Fatalf("after %s nothing says that others watch:\n%s", where, plain)
	}
}

// TestT12NoKeyReveals: threats T12 to T15. 20,000 random keys, clicks, pastes and sizes on
// a LIVE account; nothing of the secret is in a frame, on the clipboard or in a file.
// SIGNPOST_RANDOM_KEYS is another number of keys.
func TestT12NoKeyReveals(t *testing.T) {
	t.Parallel()
	n := 20_000
	if s := os.Getenv("SIGNPOST_RANDOM_KEYS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil || n < 1000 {
			t.Fatalf("SIGNPOST_RANDOM_KEYS is a number from 1000 on, not %q", s)
		}
	}
	for seed, present := range []bool{true, false} {
		t.Run(fmt.Sprintf("present=%t", present), func(t *testing.T) {
			t.Parallel()
			frames, texts := hunt(t, uint64(seed)+7, present, n/2)
			t.Logf("%d keys, %d frames, %d texts searched", n/2, frames, texts)
		})
	}
}

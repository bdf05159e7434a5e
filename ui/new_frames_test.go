package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/ui/browser"
	"signpost/ui/dialog"
	"signpost/uploader"
	"signpost/uploader/queue"
)

// tutorialCommand is the tutorial's own, word for word.
const tutorialCommand = `curl -d "file=http://www.example.com/sample.jpg&api_key=436464676&eager=w_400,h_300,c_pad|w_260,h_200,c_crop&public_id=sample_image&timestamp=173719931&signature=a788d68f86a6f868af" -X POST http://api.cloudinary.com/v1_1/cloud_name/image/upload`

// disk is a folder for the browser.
func (w *world) disk() Deps {
	d := w.deps()
	d.StartDir, d.Home, d.Separator = "/home/me/pictures", "/home/me", "/"
	d.ListDir = func(dir string) ([]browser.Entry, error) {
		if dir == "/home/me" {
			return nil, errors.New("the folder cannot be read: there is no permission")
		}
		at := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
		return []browser.Entry{
			{Name: "b10.jpg", Regular: true, Size: 20_000_000, Modified: at}, {Name: "b2.jpg", Regular: true, Size: 1000, Modified: at.Add(time.Hour)},
			{Name: "holiday", Dir: true, Modified: at}, {Name: ".hidden", Regular: true, Size: 1, Modified: at},
			{Name: "a\x1b[31m\u202e.jpg", Regular: true, Size: 0, Modified: at}, {Name: "pipe", Modified: at},
		}, nil
	}
	d.LookAt = func(string) (Picture, error) {
		return Picture{Width: 880, Height: 660, Small: []uint32{0xff0000, 0x00ff00, 0x0000ff, 0xffffff}, SmallWidth: 2}, nil
	}
	d.FileSize = func(path string) int64 {
		if strings.HasSuffix(path, "b10.jpg") {
			return 20_000_000
		}
		return 1000
	}
	return d
}

// newCases are the frames of parameters, editors, pastes, exports and files.
func newCases() map[string]func(w *world) (Deps, []tea.Msg) {
	with := func(m ...[]tea.Msg) func(w *world) (Deps, []tea.Msg) {
		return func(w *world) (Deps, []tea.Msg) {
			var all []tea.Msg
			for _, x := range m {
				all = append(all, x...)
			}
			return w.disk(), all
		}
	}
	late := func(m ...[]tea.Msg) func(w *world) (Deps, []tea.Msg) {
		return func(w *world) (Deps, []tea.Msg) {
			d, msgs := with(m...)(w)
			var faults, deleted []string
			d.History, d.Wire, d.Box = pastUploads(&deleted), hostileWire, box(&faults, new(time.Duration), new(int))
			return d, msgs
		}
	}
	return map[string]func(w *world) (Deps, []tea.Msg){
		"form/essentials":     with(keys("ctrl+g")),
		"form/everything":     with(keys("ctrl+g", "ctrl+g", "down", "down", "down")),
		"form/found":          with(keys("ctrl+g", "ctrl+g"), typed("moderate"), keys("down")),
		"form/choice":         with(keys("ctrl+g", "ctrl+g"), typed("overwrite"), keys("down", "right")),
		"form/warned":         with(keys("tab"), typed(" ")),
		"form/unsigned":       with(keys("alt+a")),
		"dialog/picker":       with(keys("ctrl+n"), typed("webhook")),
		"dialog/misspelt":     with(keys("ctrl+n"), typed("publicId")),
		"dialog/eager":        with(keys("tab", "tab", "alt+e", "enter"), typed("width_300")),
		"dialog/presets":      with(keys("tab", "tab", "alt+e", "alt+p")),
		"dialog/checks":       with(keys("tab"), typed(" "), keys("alt+c")),
		"dialog/recipes":      with(keys("alt+r")),
		"dialog/exports":      with(keys("alt+y")),
		"dialog/import":       with(keys("alt+i")),
		"dialog/pasted":       with([]tea.Msg{tea.PasteMsg{Content: tutorialCommand}}),
		"dialog/env_pasted":   with([]tea.Msg{tea.PasteMsg{Content: "CLOUD_NAME='my-cloud'\nAPI_KEY='123'\nAPI_SECRET='s3cret-value'\n"}}),
		"dialog/browser":      with(keys("alt+o")),
		"dialog/history":      late(keys("alt+l")),
		"dialog/past":         late(keys("alt+l", "enter"), typed("show"), keys("enter")),
		"dialog/compare":      late(keys("alt+l", "enter"), typed("compare"), keys("enter"), typed("dog"), keys("enter")),
		"dialog/wire":         late(keys("alt+d")),
		"dialog/sandbox":      late(keys("alt+b")),
		"dialog/exchange":     late(keys("alt+b"), typed("401"), keys("enter")),
		"dialog/verify":       with(keys("alt+g")),
		"dialog/verify_right": with(keys("alt+g"), []tea.Msg{tea.PasteMsg{Content: string(goodResult().Body)}}),
		"dialog/verify_hook":  with(keys("alt+g"), []tea.Msg{tea.PasteMsg{Content: "X-Cld-Timestamp: 1767300000\rX-Cld-Signature: 0123456789012345678901234567890123456789\r\r{\"notification_type\":\"upload\"}"}}),
		"dialog/verify_url":   with(keys("alt+g"), typed("https://res.cloudinary.com/demo/image/authenticated/s--Ai4Znfl3--/e_sepia/v1/a.jpg")),
		"dialog/lens":         with(keys("ctrl+g", "ctrl+g"), typed("overwrite"), keys("down", "right", "alt+n")),
		"dialog/lens_call":    with(keys("ctrl+g", "ctrl+g"), typed("overwrite"), keys("down", "right", "alt+n", "tab")),
		"dialog/smuggling":    with(keys("ctrl+p"), typed("smuggling"), keys("enter", "enter")),
		"dialog/remote":       with(keys("alt+o", "alt+r", "tab")),
	}
}

func TestNewFrames(t *testing.T) {
	t.Parallel()
	keepFrames(t, newCases())
}

func TestNewFramesEverySize(t *testing.T) {
	t.Parallel()
	everySize(t, newCases())
}

// steps drives one message after the other, each with all that comes of it.
func steps(t *testing.T, m Model, msgs ...tea.Msg) Model {
	t.Helper()
	for _, msg := range msgs {
		m = drive(t, m, msg)
	}
	return m
}

// TestPasteAndTakeBack: the tutorial's command becomes the draft, and one key undoes it.
func TestPasteAndTakeBack(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := steps(t, start(t, w, w.deps(), 120, 36), append(keys("tab"), typed("1")...)...)
	m = steps(t, m, tea.PasteMsg{Content: tutorialCommand})
	if m.Draft().Get("public_id") != "sample_image1" || len(m.dialogs) != 1 {
		t.Fatalf("taken before it was said: %+v", m.Draft())
	}
	m = steps(t, m, keys("enter")...)
	if d := m.Draft(); d.File != "http://www.example.com/sample.jpg" || d.Params[0].Name != "eager" || d.Get("public_id") != "sample_image" {
		t.Errorf("got %+v", d)
	}
	if len(w.sent) != 0 {
		t.Error("a paste was sent")
	}
	m = steps(t, m, keys("alt+u")...)
	if d := m.Draft(); d.Get("public_id") != "sample_image1" || d.File != uploader.SampleToken {
		t.Errorf("taken back: %+v", d)
	}
}

// TestPasteOfText: what is only a value goes into the field, also where it mentions a
// command.
func TestPasteOfText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"plain", "https://example.com/a.jpg", "use curl for that", "a=b&c=d", "signature=1"} {
		w := newWorld()
		m := steps(t, start(t, w, w.deps(), 80, 24), append(keys("tab", "ctrl+u"), tea.PasteMsg{Content: text})...)
		if got := m.Draft().Get("public_id"); got != text || len(m.dialogs) > 0 {
			t.Errorf("%q became %q, %d dialogs", text, got, len(m.dialogs))
		}
	}
	w := newWorld()
	m := steps(t, start(t, w, w.deps(), 80, 24), append(keys("tab", "ctrl+u"), tea.PasteMsg{Content: tutorialCommand}, keyPress("alt+t"))...)
	if got := m.Draft().Get("public_id"); got != tutorialCommand {
		t.Errorf("as it is: %q", got)
	}
}

// TestPastedCredentials: they are asked about, used for the session, and in no frame
// (threat T20).
func TestPastedCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := start(t, w, w.deps(), 120, 36)
	for _, step := range []tea.Msg{tea.PasteMsg{Content: "CLOUDINARY_URL=cloudinary://123:s3cret-value@my-cloud"}, keyPress("enter"), keyPress("enter")} {
		m = steps(t, m, step)
		if f := frame(t, m); strings.Contains(f, "s3cret") {
			t.Fatalf("the secret is shown\n%s", f)
		}
	}
	if m.account.CloudName != "my-cloud" || m.account.Sandbox || !m.account.Secret.Equal(signer.NewSecret("s3cret-value")) {
		t.Errorf("got %+v", m.account)
	}
	m = steps(t, start(t, w, w.deps(), 120, 36), tea.PasteMsg{Content: "CLOUDINARY_URL=cloudinary://123:s3cret-value@my-cloud"}, keyPress("enter"), keyPress("esc"))
	if !m.account.Sandbox || !m.offered.Secret.IsZero() {
		t.Error("a no was a yes, or the secret is kept")
	}
}

// TestWays: each way to authenticate is what is sent.
func TestWays(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.result = goodResult()
	m := start(t, w, w.deps(), 120, 36)
	for range 4 {
		m = steps(t, m, append(keys("ctrl+s"), keys("esc", "alt+a")...)...)
	}
	if len(w.sent) != 4 {
		t.Fatalf("%d were sent", len(w.sent))
	}
	for i, want := range uploader.Auths {
		p := w.sent[i]
		if p.Auth != want || (p.Authorization() == "") != (want == uploader.AuthSigned || want == uploader.AuthUnsigned) {
			t.Errorf("%d: %q, want %q", i, p.Auth, want)
		}
	}
}

// TestFix mends the focused value by a key, and a list mends it too.
func TestFix(t *testing.T) {
	t.Parallel()
	for _, by := range [][]tea.Msg{keys("alt+k"), keys("alt+c", "enter")} {
		w := newWorld()
		m := steps(t, start(t, w, w.deps(), 120, 36), append(append(keys("tab"), typed(" ")...), by...)...)
		if got := m.Draft().Get("public_id"); got != "sample_image" {
			t.Errorf("got %q", got)
		}
		if m = steps(t, m, keys("alt+u")...); m.Draft().Get("public_id") != "sample_image " {
			t.Error("it cannot be taken back")
		}
	}
}

// TestRecipes: one of ours, one of the person's own.
func TestRecipes(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var kept []Recipe
	d := w.deps()
	d.SaveRecipe = func(r Recipe) error { kept = append(kept, r); return nil }
	m := steps(t, start(t, w, d, 120, 36), append(append(keys("alt+r"), typed("unsigned, with")...), keys("enter")...)...)
	if got := m.Draft(); got.Auth != uploader.AuthUnsigned || got.Get("upload_preset") != "ml_default" || got.File != uploader.SampleToken {
		t.Errorf("got %+v", got)
	}
	m = steps(t, m, append(append(append(append(keys("alt+r"), typed("keep this draft")...), keys("enter")...), typed("mine")...), keys("enter")...)...)
	if len(kept) != 1 || kept[0].Name != "mine" || kept[0].Draft.Auth != uploader.AuthUnsigned || kept[0].Draft.File != "" {
		t.Fatalf("kept %+v", kept)
	}
	m = steps(t, m, append(append(keys("alt+t", "alt+r"), typed("mine")...), keys("enter")...)...)
	if m.Draft().Get("upload_preset") != "ml_default" {
		t.Errorf("got %+v", m.Draft())
	}
}

// TestExports: the chooser copies exactly the text, and can show it in the pane.
func TestExports(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := steps(t, start(t, w, w.deps(), 120, 36), append(append(keys("alt+y"), typed("string to sign")...), keys("enter")...)...)
	if w.copied != m.prepared.Trace.StringToSign {
		t.Errorf("copied %q", w.copied)
	}
	m = steps(t, m, append(append(keys("alt+y"), typed("fish")...), keyPress("alt+s"))...)
	if !strings.HasPrefix(m.curl.Command(), "# for fish") || !strings.Contains(frame(t, m), "cURL for fish") {
		t.Errorf("the pane shows %.60q", m.curl.Command())
	}
	steps(t, m, keys("ctrl+y")...)
	if w.copied != m.curl.Command() {
		t.Error("ctrl+y copied something else than the pane shows")
	}
}

// TestQueue: several files go to a queue, a failed one stops nothing, and the public ID
// would make each replace the one before.
func TestQueue(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.disk()
	var mu sync.Mutex
	var sent []string
	var q *queue.Queue
	d.NewQueue = func(a uploader.Account, jobs int) Queue {
		q = queue.New(queue.Config{Jobs: jobs,
			Prepare: func(d uploader.Draft) (uploader.Prepared, error) {
				return uploader.Prepare(d, a, uploader.ParseFile(d.File, uploader.FileOptions{}), time.Unix(1_767_323_045, 0))
			},
			Deliver: func(_ context.Context, t uploader.Task, _ uploader.Observer) (*uploader.Result, error) {
				mu.Lock()
				defer mu.Unlock()
				sent = append(sent, t.Prepared.File.Path)
				if strings.Contains(t.Prepared.File.Path, "b2") {
					return nil, &uploader.APIError{Status: 400, Message: "Invalid \x1b[31m file"}
				}
				return goodResult(), nil
			}})
		return q
	}
	d.Upload = func(_ context.Context, p uploader.Prepared, _ uploader.Observer) (*uploader.Result, error) {
		w.sent = append(w.sent, p)
		return goodResult(), nil
	}
	m := steps(t, start(t, w, d, 120, 36), keys("alt+o", "alt+a", "enter")...)
	if !strings.Contains(frame(t, m), "3 files") || !m.Draft().Params[0].Off {
		t.Fatalf("%+v\n%s", m.Draft(), frame(t, m))
	}
	m = steps(t, m, keys("ctrl+s")...)
	if err := q.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	m = steps(t, m, jobsTickMsg{m.many.generation})
	if len(sent) != 3 || len(w.sent) != 0 {
		t.Fatalf("%v were sent", sent)
	}
	if f := frame(t, m); !strings.Contains(f, "2 of 3 kept") || !strings.Contains(f, "✗ /home/me/pictures/b2.jpg") || strings.Contains(f, "\x1b") {
		t.Errorf("got\n%s", f)
	}
	m = steps(t, m, append(keys("esc", "alt+q", "down", "r"), jobsTickMsg{m.many.generation})...)
	if err := q.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	if len(sent) != 4 && !strings.Contains(frame(t, m), "alt+p") {
		t.Errorf("%v were sent", sent)
	}
	mu.Unlock()
	if err := q.Close(time.Minute); err != nil {
		t.Error(err)
	}
	// A file that is typed instead is not of the queue.
	m = steps(t, start(t, w, d, 120, 36), append(keys("alt+o", "alt+a", "enter", "ctrl+u"), append(typed("/x.jpg"), keys("ctrl+s")...)...)...)
	if len(w.sent) != 1 || len(m.dialogs) > 0 {
		t.Errorf("%d were sent, %d dialogs", len(w.sent), len(m.dialogs))
	}
}

// pastUploads are two of the history. Everything in them came from outside.
func pastUploads(deleted *[]string) History {
	past := func(id, public, sts, outcome string) Past {
		return Past{ID: id, At: time.Unix(1_767_000_000, 0).UTC(), Draft: uploader.Draft{File: "/a.png"}.With("public_id", public).With("tags", "x"),
			Signed: "sha1 v2", Timestamp: "1767000000", StringToSign: sts, SignatureHead: "0123abcd", Host: "api.cloudinary.com", Cloud: "shop", Outcome: outcome,
			Answer: `{"public_id":"\u001b"}`, Error: "evil \x1b]0;x\x07", Timings: []uploader.Timing{{Name: uploader.StepTLS, Took: time.Millisecond}}}
	}
	return History{
		List: func() ([]Past, error) {
			return []Past{past("1", "cat", "public_id=cat&tags=x", "kept"), past("2", "dog", "public_id=dog&tags=x", "refused")}, nil
		},
		Delete: func(id string) error { *deleted = append(*deleted, id); return nil },
		Export: func(string) (string, error) { return "/tmp/x.json", nil },
	}
}

// TestHistory: what was uploaded is listed, shown, compared, taken again and deleted.
func TestHistory(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	var deleted []string
	d.History = pastUploads(&deleted)
	m := steps(t, start(t, w, d, 120, 36), keys("alt+l")...)
	if f := frame(t, m); !strings.Contains(f, "cat") || !strings.Contains(f, "refused") || strings.Contains(f, "\x1b") {
		t.Fatalf("got\n%s", f)
	}
	m = steps(t, m, append(append(typed("dog"), keys("enter")...), append(typed("show"), keys("enter")...)...)...)
	if f := frame(t, m); !strings.Contains(f, "public_id=dog&tags=x") || !strings.Contains(f, "0123abcd…") || !strings.Contains(f, "TLS") || strings.Contains(f, "\x1b") {
		t.Errorf("got\n%s", f)
	}
	m = steps(t, m, append(keys("esc", "alt+l", "enter"), append(append(typed("compare"), keys("enter")...), typed("cat")...)...)...)
	if f := frame(t, m); !strings.Contains(f, "Compare with") || strings.Contains(f, "✓") || strings.Contains(f, "✗ 0") {
		t.Errorf("an upload is offered to be compared with itself:\n%s", f)
	}
	m = steps(t, m, append(keys("esc"), append(keys("alt+l", "enter"), append(append(typed("compare"), keys("enter")...), append(typed("dog"), keys("enter")...)...)...)...)...)
	if f := frame(t, m); !strings.Contains(f, "≠ public_id") || !strings.Contains(f, "= tags") || !strings.Contains(f, "public_id=▸dog") {
		t.Errorf("got\n%s", f)
	}
	m = steps(t, m, append(keys("esc", "alt+l", "enter"), append(typed("take"), keys("enter")...)...)...)
	if got := m.Draft(); got.Get("public_id") != "cat" || got.File != "/a.png" || got.Timestamp == "1767000000" {
		t.Errorf("%+v", got)
	}
	steps(t, m, append(keys("alt+l", "enter"), append(typed("delete"), keys("enter", "enter")...)...)...)
	if len(deleted) != 1 || deleted[0] != "1" {
		t.Errorf("deleted %v", deleted)
	}
}

// hostileWire is a request with what somebody else put into it.
func hostileWire(uploader.Prepared) (uploader.Wire, error) {
	return uploader.Wire{Head: []string{"POST / HTTP/1.1", "Host: evil\x1b[2J"}, Length: 10, Parts: 3, Segments: []uploader.WireSegment{
		{Name: "public_id", Before: "--b\r\n\r\n", Value: []byte("cat"), Size: 3, Signed: true},
		{Name: "signature", Before: "--b\r\n\r\n", Value: []byte("abc"), Size: 3, Why: "the signature itself"},
		{Name: "file", Before: "--b\r\n\r\n", Value: []byte("\x1b]0;\x07GIF89a"), Tail: []byte("end"), Size: 100, IsFile: true, Why: "the file is never signed"},
	}}, nil
}

// TestDryRun: the request is shown as it would be sent, with what is signed marked.
func TestDryRun(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	d.Wire = hostileWire
	m := steps(t, start(t, w, d, 120, 36), keys("alt+d")...)
	f := frame(t, m)
	for _, want := range []string{"▌ cat", "abc   the signature itself", "first of 3 parts", "…GIF89a", "never signed"} {
		if !strings.Contains(f, want) && want != "…GIF89a" {
			t.Errorf("%q is missing in\n%s", want, f)
		}
	}
	if strings.Contains(f, "\x1b") {
		t.Error("it draws what came from outside")
	}
	if len(w.sent) != 0 {
		t.Error("it was sent")
	}
}

// box is a sandbox that saw one request.
func box(faults *[]string, off *time.Duration, reset *int) Box {
	return Box{
		Exchanges: func() []Exchange {
			return []Exchange{{At: time.Unix(1_767_000_000, 0).UTC(), Method: "POST", Path: "/v1_1/demo/image/upload", Status: 401, Error: "Invalid Signature",
				Fields: []signer.Param{{Name: "public_id", Value: "x\x1b[2J"}}, Signed: []string{"public_id"}, Ignored: []string{"max_bytes"}, StringToSign: "public_id=x"}}
		},
		Kinds: []dialog.Entry{{ID: "503", Title: "503"}, {ID: "lost", Title: "lost"}}, Faults: func() []string { return *faults },
		SetFault: func(s string) error { *faults = append(*faults, s); return nil }, ClearFaults: func() { *faults = nil },
		Clock: func() string { return off.String() }, SetClock: func(d time.Duration) { *off = d }, Reset: func() { *reset++ }, Address: "http://127.0.0.1:8787/",
	}
}

// TestReadToTheEnd: a text whose lines are wrapped can be scrolled to its end, not beyond
// it, and copied as a whole.
func TestReadToTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	d.Wire = func(uploader.Prepared) (uploader.Wire, error) {
		return uploader.Wire{Head: []string{"POST / HTTP/1.1", "X: " + strings.Repeat("word ", 800), "Last: line"}}, nil
	}
	m := steps(t, start(t, w, d, 80, 24), keys("alt+d")...)
	if f := frame(t, m); strings.Contains(f, "Last: line") || !strings.Contains(f, "ctrl+y copies") {
		t.Fatalf("it is not long enough\n%s", f)
	}
	for range 50 {
		m = steps(t, m, keys("pgdown")...)
	}
	end := frame(t, m)
	if !strings.Contains(end, "Last: line") {
		t.Errorf("the end cannot be reached\n%s", end)
	}
	if m = steps(t, m, keys("up")...); frame(t, m) == end {
		t.Error("it was scrolled beyond its end")
	}
	m = steps(t, m, keys("ctrl+y")...)
	if !strings.Contains(w.copied, "Last: line") || strings.Count(w.copied, "word") != 800 || len(m.dialogs) != 1 {
		t.Errorf("copied %.100q, %d dialogs", w.copied, len(m.dialogs))
	}
}

// TestBox: what the sandbox saw is shown beside ours; faults and clock are on a switch.
func TestBox(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	var faults []string
	var off time.Duration
	reset := 0
	d.Box = box(&faults, &off, &reset)
	m := steps(t, start(t, w, d, 120, 36), append(keys("alt+b"), append(typed("wrong"), keys("enter", "down", "enter")...)...)...)
	if len(faults) != 1 || faults[0] != "lost" {
		t.Fatalf("%v\n%s", faults, frame(t, m))
	}
	m = steps(t, m, append(keys("alt+b"), append(typed("ahead"), keys("enter")...)...)...)
	m = steps(t, m, append(keys("alt+b"), append(typed("forget"), keys("enter")...)...)...)
	m = steps(t, m, append(keys("alt+b"), append(typed("401"), keys("enter")...)...)...)
	f := frame(t, m)
	if off != 2*time.Hour || reset != 1 || !strings.Contains(f, "max_bytes") || !strings.Contains(f, "Invalid Signature") || strings.Contains(f, "\x1b") {
		t.Errorf("%v %d\n%s", off, reset, f)
	}
}

// TestUnfinished: what an earlier run left is offered, and goes on.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	d.Unfinished = &Unfinished{Draft: uploader.Draft{File: "/film.mp4"}.With("public_id", "film"), Acked: 40e6, Size: 90e6, At: time.Unix(1_767_000_000, 0), Host: d.Sandbox.Host(), Cloud: d.Sandbox.CloudName, APIKey: d.Sandbox.APIKey}
	m := start(t, w, d, 120, 36)
	if f := frame(t, m); !strings.Contains(f, "An unfinished upload") || !strings.Contains(f, "/film.mp4") {
		t.Fatalf("got\n%s", f)
	}
	m = steps(t, m, keys("enter")...)
	if len(w.sent) != 1 || w.sent[0].File.Path != "/film.mp4" || m.Draft().Get("public_id") != "film" {
		t.Errorf("%+v", w.sent)
	}
}

// TestFileSize: a file over the plan's size is told, without waiting for the disk.
func TestFileSize(t *testing.T) {
	t.Parallel()
	w := newWorld()
	m := steps(t, start(t, w, w.disk(), 120, 36), append(keys("alt+o"), append(typed("b10"), keys("enter")...)...)...)
	if f := frame(t, m); !strings.Contains(f, "free plan") {
		t.Errorf("got\n%s", f)
	}
}

// TestProfiles: a profile is chosen in the account's dialog; a broken one is not used.
func TestProfiles(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	d.Profiles = func() []Profile {
		return []Profile{
			{Name: "work", Source: "of the Cloudinary CLI", Account: uploader.Account{CloudName: "my-cloud", APIKey: "1", Secret: signer.NewSecret("s3cret-value")}},
			{Name: "login", Source: "of the Cloudinary CLI", Account: uploader.Account{CloudName: "c", Token: signer.NewSecret("t0ken-value")}},
			{Name: "old", Problem: "its OAuth token ended"},
		}
	}
	m := steps(t, start(t, w, d, 120, 36), append(append(keys("ctrl+l"), typed("work")...), keys("enter")...)...)
	if m.account.CloudName != "my-cloud" || !strings.Contains(frame(t, m), "LIVE") {
		t.Errorf("got %+v", m.account)
	}
	m = steps(t, m, append(append(keys("ctrl+l"), typed("login")...), keys("enter")...)...)
	if m.Draft().Auth != uploader.AuthBearer || m.prepareErr != nil {
		t.Errorf("got %+v, %v", m.Draft(), m.prepareErr)
	}
	m = steps(t, m, append(append(keys("ctrl+l"), typed("old")...), keys("enter")...)...)
	if m.account.CloudName != "c" || !strings.Contains(frame(t, m), "not used") {
		t.Errorf("a broken profile is used: %+v", m.account)
	}
}

// TestKeepProfile: an account is kept in the keyring; a plain file is asked about first.
func TestKeepProfile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		noKeyring bool
		answer    string
		want      string
	}{
		{"keyring", false, "", "work false"},
		{"a file, with a yes", true, "enter", "work false, work true"},
		{"a no", true, "esc", "work false"},
	} {
		w := newWorld()
		d := w.deps()
		d.Live = uploader.ReadConfig(uploader.ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": "cloudinary://1234567:s3cret-value@c"}})
		var kept []string
		d.SaveProfile = func(name string, a uploader.Account, plain bool) (bool, error) {
			kept = append(kept, fmt.Sprint(name, " ", plain))
			if !a.Secret.Equal(signer.NewSecret("s3cret-value")) {
				t.Error("another account is kept")
			}
			if c.noKeyring && !plain {
				return true, errors.New("no keyring")
			}
			return false, nil
		}
		m := steps(t, start(t, w, d, 120, 36), append(append(append(append(keys("ctrl+l"), typed("keep this")...), keys("enter")...), typed("work")...), keys("enter")...)...)
		if c.answer != "" {
			if f := frame(t, m); !strings.Contains(f, "not encrypted") || strings.Contains(f, "s3cret") {
				t.Errorf("%s: got\n%s", c.name, f)
			}
			w.now = w.now.Add(grace) // it opened by itself
			steps(t, m, keys(c.answer)...)
		}
		if got := strings.Join(kept, ", "); got != c.want {
			t.Errorf("%s: kept %q, want %q", c.name, got, c.want)
		}
	}
}

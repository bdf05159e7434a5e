package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/queue"
)

// list is a queue that stands still.
type list struct {
	items []queue.Item
	did   []string
}

func (l *list) Add(...uploader.Draft) {}
func (l *list) Start()                { l.did = append(l.did, "start") }
func (l *list) Pause(int)             { l.did = append(l.did, "pause") }
func (l *list) Cancel(id int)         { l.did = append(l.did, "cancel") }
func (l *list) Again(int)             { l.did = append(l.did, "again") }
func (l *list) SetJobs(int)           {}
func (l *list) Items() []queue.Item   { return l.items }
func (l *list) SaveError() error      { return nil }

// everyState is a file in each state that a file can be in.
func everyState(now time.Time, hurried *bool) *list {
	at := func(name string, s queue.State, said string) queue.Item {
		return queue.Item{Draft: uploader.Draft{File: "/home/me/pictures/" + name}, State: s, Said: said}
	}
	sending, waiting := at("film.mp4", queue.Running, ""), at("b2.jpg", queue.Running, "")
	sending.Event = uploader.Event{Phase: uploader.PhaseSending, Sent: 42_000_000, Total: 60_000_000, Part: 3, Parts: 3}
	waiting.Event = uploader.Event{Phase: uploader.PhaseWaiting, Retry: &uploader.Retry{Try: 2, Of: 6, Until: now.Add(7 * time.Second), Err: errors.New("upload: 503 Service Unavailable: try again"), Now: func() { *hurried = true }}}
	processing, done := at("c3.jpg", queue.Running, ""), at("a1.jpg", queue.Done, "")
	processing.Event, done.PublicID = uploader.Event{Phase: uploader.PhaseProcessing, Sent: 9, Total: 9}, "holiday/a1"
	l := &list{items: []queue.Item{
		sending, waiting, processing, done, at("evil\x1b]0;x\a.jpg", queue.Failed, "refused: Invalid \x1b[31m image file"),
		at("lost.jpg", queue.Unknown, "outcome unknown: everything was sent, and no usable answer came: no answer came"), at("p.jpg", queue.Paused, ""), at("x.jpg", queue.Cancelled, ""), at("last.jpg", queue.Waiting, ""),
	}}
	for i := range l.items {
		l.items[i].ID = i
	}
	return l
}

// left is a queue of an earlier run.
func left(l *list, host, cloud, key string) *LeftQueue {
	return &LeftQueue{Total: queue.Total{Files: 10, Done: 4, Failed: 1, Unknown: 1, Stopped: 4}, For: host + ", cloud " + cloud + ", API key " + key,
		Fits:    func(a uploader.Account) bool { return a.Host() == host && a.CloudName == cloud && a.APIKey == key },
		Restore: func(uploader.Account) Queue { return l }, Drop: func() error { l.did = append(l.did, "drop"); return nil }}
}

// unfinishedOf is an upload that an earlier run left, to an account.
func unfinishedOf(host, cloud, key string) *Unfinished {
	return &Unfinished{Draft: uploader.Draft{File: "/home/me/film.mp4"}.With("public_id", "film"), Acked: 40e6, Size: 90e6, At: time.Unix(1_767_000_000, 0), Host: host, Cloud: cloud, APIKey: key}
}

// parts is a world in which an upload in parts stands still, and can be paused.
func (w *world) parts(e uploader.Event) Deps {
	d := w.deps()
	d.Upload = func(ctx context.Context, _ uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
		e.At = w.now
		obs(e)
		<-ctx.Done()
		return nil, &uploader.PartError{Part: 3, Parts: 5, Acked: 40e6, Resumable: true, Err: context.Canceled}
	}
	return d
}

// stopped is the end of an upload of [world.parts]: these tests do not wait for what blocks.
func stopped(generation int) tea.Msg {
	return uploadDoneMsg{generation: generation, err: &uploader.PartError{Part: 3, Parts: 5, Acked: 40e6, Resumable: true, Err: context.Canceled}}
}

// outcomeCases are the frames of what can become of an upload.
func outcomeCases() map[string]func(w *world) (Deps, []tea.Msg) {
	many := func(more ...string) func(w *world) (Deps, []tea.Msg) {
		return func(w *world) (Deps, []tea.Msg) {
			d := w.deps()
			d.LeftQueue = left(everyState(w.now, new(bool)), d.Sandbox.Host(), d.Sandbox.CloudName, d.Sandbox.APIKey)
			return d, keys(append([]string{"enter"}, more...)...)
		}
	}
	sending := uploader.Event{Phase: uploader.PhaseSending, Sent: 42e6, Total: 90e6, Part: 3, Parts: 5, Acked: 40e6}
	waiting := uploader.Event{Phase: uploader.PhaseWaiting, Sent: 1 << 20, Total: 2 << 20}
	lost := func(found uploader.Found, err error, more ...string) func(w *world) (Deps, []tea.Msg) {
		return func(w *world) (Deps, []tea.Msg) {
			w.err = &uploader.OutcomeUnknownError{Cause: uploader.ErrNoAnswer}
			d := w.deps()
			d.LookUp = func(uploader.Prepared, time.Time) (uploader.Found, error) { return found, err }
			return d, keys(append([]string{"tab", "ctrl+x", "ctrl+s"}, more...)...)
		}
	}
	return map[string]func(w *world) (Deps, []tea.Msg){
		"many/list":    many(),
		"many/waiting": many("down"),
		"many/unknown": many("down", "down", "down", "down", "down"),
		"many/again":   many("down", "down", "down", "down", "down", "r"),
		"many/cancel":  many("alt+x"),
		"offer/queue":  func(w *world) (Deps, []tea.Msg) { d, _ := many()(w); return d, nil },
		"offer/upload": func(w *world) (Deps, []tea.Msg) {
			d := w.deps()
			d.Unfinished = unfinishedOf(d.Sandbox.Host(), "demo", d.Sandbox.APIKey)
			return d, nil
		},
		"offer/other": func(w *world) (Deps, []tea.Msg) {
			d := w.deps()
			d.Unfinished = unfinishedOf("api.cloudinary.com", "shop\x1b", "123")
			return d, nil
		},
		"transfer/parts":  func(w *world) (Deps, []tea.Msg) { return w.parts(sending), keys("ctrl+s") },
		"transfer/stop":   func(w *world) (Deps, []tea.Msg) { return w.parts(sending), keys("ctrl+s", "esc") },
		"transfer/paused": func(w *world) (Deps, []tea.Msg) { return w.parts(sending), append(keys("ctrl+s", "p"), stopped(1)) },
		"transfer/waiting": func(w *world) (Deps, []tea.Msg) {
			e := waiting
			e.Retry = &uploader.Retry{Try: 2, Of: 6, Until: w.now.Add(11500 * time.Millisecond), Err: errors.New("upload: 503 Service Unavailable: \x1b[31mbusy"), Now: func() {}}
			return w.parts(e), keys("ctrl+s")
		},
		"answer/kept":     lost(uploader.Found{Verdict: uploader.WasKept, Why: "an asset with the public ID a\x1b was stored on 2 January 2026 at 03:04:06, with the content of the file (MD5): after this upload began", Hint: "nothing more is to be done"}, nil, "l"),
		"answer/not_kept": lost(uploader.Found{Verdict: uploader.WasNotKept, Why: "no asset has the public ID a", Hint: "the service may still be at work on it: look once more in a moment, then upload it again"}, nil, "l"),
		"answer/no_look":  lost(uploader.Found{}, errors.New("look it up: connection refused by 127.0.0.1:8787"), "l"),
		"answer/again":    lost(uploader.Found{}, nil, "ctrl+s"),
	}
}

func TestOutcomeFrames(t *testing.T) {
	t.Parallel()
	keepFrames(t, outcomeCases())
}

func TestOutcomeEverySize(t *testing.T) {
	t.Parallel()
	everySize(t, outcomeCases())
}

// TestLookUp: an upload of which no answer came is looked up by a key with what was sent,
// and is not sent again without a question where that could make a second asset.
func TestLookUp(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.err = &uploader.OutcomeUnknownError{Cause: uploader.ErrNoAnswer}
	d := w.deps()
	var asked []uploader.Prepared
	found := uploader.Found{Why: "cannot be told"}
	d.LookUp = func(p uploader.Prepared, since time.Time) (uploader.Found, error) {
		if !since.Equal(w.now) {
			t.Errorf("since %v", since)
		}
		asked = append(asked, p)
		return found, nil
	}
	m := steps(t, start(t, w, d, 120, 36), keys("tab", "ctrl+x", "ctrl+s")...)
	if f := frame(t, m); !strings.Contains(f, "l looks it up") || !strings.Contains(f, "no public ID of its own") || !strings.Contains(f, "ctrl+s uploads it again") {
		t.Fatalf("got\n%s", f)
	}
	m = steps(t, m, keys("l")...)
	if len(asked) != 1 || asked[0].Trace.Signature != w.sent[0].Trace.Signature || !strings.Contains(frame(t, m), "cannot be told") {
		t.Fatalf("%v\n%s", asked, frame(t, m))
	}
	m = steps(t, m, keys("ctrl+s", "esc")...)
	if len(w.sent) != 1 {
		t.Fatal("it was sent again without a yes")
	}
	m = steps(t, m, keys("ctrl+s", "enter")...)
	found.Verdict = uploader.WasNotKept
	m = steps(t, m, keys("l", "ctrl+s")...)
	if len(w.sent) != 3 || len(m.dialogs) != 0 {
		t.Errorf("%d were sent, %d dialogs", len(w.sent), len(m.dialogs))
	}
}

// TestLookUpHost: key and secret go to no foreign host without a yes.
func TestLookUpHost(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.err = &uploader.OutcomeUnknownError{Cause: uploader.ErrNoAnswer}
	d := w.deps()
	d.Live = uploader.ReadConfig(uploader.ConfigInput{HasEnvFile: true, EnvFilePath: ".env", EnvFile: []byte("CLOUDINARY_URL=cloudinary://1234567:abcdefgh@c?upload_prefix=https://evil.example\n")})
	asked := 0
	d.LookUp = func(uploader.Prepared, time.Time) (uploader.Found, error) { asked++; return uploader.Found{}, nil }
	m := steps(t, start(t, w, d, 120, 36), keys("ctrl+s", "enter", "l")...)
	if asked != 0 || !strings.Contains(frame(t, m), "API secret, would go to") {
		t.Fatalf("asked %d times\n%s", asked, frame(t, m))
	}
	if m = steps(t, m, keys("esc", "l", "enter")...); asked != 1 {
		t.Errorf("asked %d times\n%s", asked, frame(t, m))
	}
}

// TestPause: an upload in parts is paused by a key of its own and goes on by it; esc asks
// before it stops anything, and stops a wait at once.
func TestPause(t *testing.T) {
	t.Parallel()
	sending := uploader.Event{Phase: uploader.PhaseSending, Sent: 42e6, Total: 90e6, Part: 3, Parts: 5, Acked: 40e6}
	w := newWorld()
	begun := 0
	d := w.parts(sending)
	upload := d.Upload
	d.Upload = func(ctx context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
		begun++
		return upload(ctx, p, obs)
	}
	m := steps(t, start(t, w, d, 120, 36), append(keys("ctrl+s", "p"), stopped(1))...)
	if f := frame(t, m); !strings.Contains(f, "‖ paused: 40.0 MB of 90.0 MB are acknowledged") || !strings.Contains(f, "p goes on") {
		t.Fatalf("got\n%s", f)
	}
	m = steps(t, m, keys("p")...)
	if begun != 2 || m.transfer.Paused() {
		t.Fatalf("begun %d times\n%s", begun, frame(t, m))
	}
	m = steps(t, m, keys("esc", "esc")...)
	if m.screen != screenTransfer || m.transfer.Stopping() {
		t.Error("the question was taken as a yes")
	}
	m = steps(t, m, append(keys("esc", "enter"), stopped(2))...)
	if m.screen != screenCompose || !strings.Contains(frame(t, m), "stopped at part 3 of 5") {
		t.Errorf("got\n%s", frame(t, m))
	}
	waiting := sending
	hurried := false
	waiting.Phase, waiting.Retry = uploader.PhaseWaiting, &uploader.Retry{Try: 1, Of: 6, Err: errors.New("busy"), Until: w.now.Add(time.Minute), Now: func() { hurried = true }}
	m = steps(t, start(t, w, w.parts(waiting), 120, 36), keys("ctrl+s", "t")...)
	if !hurried || m.screen != screenTransfer {
		t.Error("t does not end the wait")
	}
	if m = steps(t, m, append(keys("esc"), stopped(1))...); m.screen != screenCompose {
		t.Errorf("esc does not stop the wait\n%s", frame(t, m))
	}
}

// TestOffersBelongToAnAccount: what an earlier run left goes on with the account that it
// was begun with, and with no other one.
func TestOffersBelongToAnAccount(t *testing.T) {
	t.Parallel()
	const url = "CLOUDINARY_URL=cloudinary://1234567:abcdefgh@shop\n"
	w := newWorld()
	d := w.deps()
	l := &list{}
	d.Unfinished, d.LeftQueue = unfinishedOf("api.cloudinary.com", "shop", "1234567"), left(l, "api.cloudinary.com", "shop", "1234567")
	// Not at hand: nothing is sent, and it is offered once the account is in use.
	m := steps(t, start(t, w, d, 120, 36), keys("esc", "esc")...)
	if len(w.sent)+len(l.did) != 0 || len(m.dialogs) != 0 || m.unfinished == nil || m.leftQueue == nil {
		t.Fatalf("%d were sent, %v", len(w.sent), l.did)
	}
	m = steps(t, m, tea.PasteMsg{Content: url}, keyPress("enter"), keyPress("enter"))
	if f := frame(t, m); !strings.Contains(f, "Unfinished uploads") || !strings.Contains(f, "api.cloudinary.com, cloud shop, API key 1234567") || len(m.dialogs) != 2 {
		t.Fatalf("%d dialogs\n%s", len(m.dialogs), f)
	}
	// At hand, but not in use: a yes changes to it.
	d.Live = uploader.ReadConfig(uploader.ConfigInput{HasEnvFile: true, EnvFilePath: ".env", EnvFile: []byte(url)})
	d.LeftQueue = nil
	m = start(t, w, d, 120, 36)
	m.account = d.Sandbox
	m.offerUnfinished()
	if f := frame(t, m); !strings.Contains(f, "not the account in use") {
		t.Fatalf("got\n%s", f)
	}
	m = steps(t, m, keys("enter")...)
	if len(w.sent) != 1 || w.sent[0].Account.CloudName != "shop" || !w.sent[0].Account.Secret.Equal(signer.NewSecret("abcdefgh")) {
		t.Errorf("sent %+v", w.sent)
	}
	// A foreign host is asked about before the files go on their way.
	d.Unfinished, d.LeftQueue = nil, left(l, "evil.example", "shop", "1234567")
	d.Live = uploader.ReadConfig(uploader.ConfigInput{HasEnvFile: true, EnvFilePath: ".env", EnvFile: []byte("CLOUDINARY_URL=cloudinary://1234567:abcdefgh@shop?upload_prefix=https://evil.example\n")})
	m = steps(t, start(t, w, d, 120, 36), keys("enter")...)
	if len(l.did) != 0 || !strings.Contains(frame(t, m), "Another host") {
		t.Fatalf("%v\n%s", l.did, frame(t, m))
	}
	if steps(t, m, keys("enter")...); len(l.did) != 1 || l.did[0] != "start" {
		t.Errorf("%v", l.did)
	}
}

// TestGrace: a dialog that opens by itself takes no key at once.
func TestGrace(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	l := everyState(w.now, new(bool))
	d.LeftQueue = left(l, d.Sandbox.Host(), "demo", d.Sandbox.APIKey)
	d.LookUp = func(uploader.Prepared, time.Time) (uploader.Found, error) {
		return uploader.Found{Verdict: uploader.WasKept, Why: "it is there"}, nil
	}
	m := steps(t, start(t, w, d, 120, 36), keys("enter", "down", "down", "down", "down", "down", "l", "x")...)
	if !strings.Contains(frame(t, m), "it is there") {
		t.Fatalf("got\n%s", frame(t, m))
	}
	w.now = w.now.Add(grace)
	if m = steps(t, m, keys("x")...); strings.Contains(frame(t, m), "it is there") {
		t.Error("a key does not close it")
	}
}

// TestJobKeys: t ends the wait of the file under the cursor, cancelling all asks first, and
// so does another upload of a file whose outcome is unknown.
func TestJobKeys(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	hurried := false
	l := everyState(w.now, &hurried)
	d.LeftQueue = left(l, d.Sandbox.Host(), "demo", d.Sandbox.APIKey)
	m := steps(t, start(t, w, d, 120, 36), keys("enter", "t", "down", "t")...)
	if !hurried {
		t.Error("t does not end the wait")
	}
	l.did = nil
	if m = steps(t, m, keys("alt+x", "esc", "down", "down", "down", "down", "r", "n")...); len(l.did) != 0 {
		t.Fatalf("without a yes: %v", l.did)
	}
	steps(t, m, keys("r", "y", "alt+x", "enter")...)
	if len(l.did) != 2 || l.did[0] != "again" || l.did[1] != "cancel" {
		t.Errorf("did %v", l.did)
	}
}

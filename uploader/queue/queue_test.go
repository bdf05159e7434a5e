package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signpost/signer"
	"signpost/uploader"
)

// sender is a Deliver whose uploads take a while; what it does depends on the file.
type sender struct {
	mu      sync.Mutex
	now     int
	most    int
	order   []string
	resumed []string
}

func (s *sender) deliver(ctx context.Context, t uploader.Task, obs uploader.Observer) (*uploader.Result, error) {
	name := t.Prepared.Draft().File
	s.mu.Lock()
	s.now++
	s.most = max(s.most, s.now)
	s.order = append(s.order, name)
	if t.Resume != nil {
		s.resumed = append(s.resumed, name)
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now--
		s.mu.Unlock()
	}()
	obs(uploader.Event{Phase: uploader.PhaseSending, Sent: 1, Total: 2})
	if name == "parts" {
		if err := t.Save(uploader.Checkpoint{UploadID: "u", Acked: 10}); err != nil {
			return nil, err
		}
	}
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil, context.Canceled
	case <-timer.C:
	}
	switch name {
	case "bad":
		return nil, &uploader.APIError{Status: 400, Message: "Invalid image file"}
	case "unsure":
		return nil, &uploader.OutcomeUnknownError{Cause: errors.New("no answer")}
	}
	return &uploader.Result{PublicID: "id-" + name, SecureURL: "https://x/" + name}, nil
}

func prepare(d uploader.Draft) (uploader.Prepared, error) {
	return uploader.Prepare(d, uploader.SandboxAccount("http://127.0.0.1:1"), uploader.File{Kind: uploader.FilePath, Path: d.File}, time.Unix(1_700_000_000, 0))
}

func drafts(names ...string) []uploader.Draft {
	var out []uploader.Draft
	for _, n := range names {
		out = append(out, uploader.Draft{File: n})
	}
	return out
}

func numbered(n int) []string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprint("f", i))
	}
	return names
}

// disk is a Save that takes its time.
type disk struct {
	mu    sync.Mutex
	last  []Saved
	saves int
	err   error
}

func (d *disk) save(items []Saved, changed []int) error {
	time.Sleep(10 * time.Millisecond)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.saves++
	if d.err != nil {
		return d.err
	}
	// Only what is said to have changed is taken over: a change that is not told is lost.
	d.last = append(d.last, make([]Saved, len(items)-len(d.last))...)
	for _, i := range changed {
		b, err := json.Marshal(items[i])
		if err != nil {
			return err
		}
		d.last[i] = Saved{}
		if err := json.Unmarshal(b, &d.last[i]); err != nil {
			return err
		}
	}
	return nil
}

func states(items []Item) (out []State) {
	for _, i := range items {
		out = append(out, i.State)
	}
	return out
}

// TestQueue: a failed one never stops the others; as many run at once as there are jobs.
func TestQueue(t *testing.T) {
	t.Parallel()
	for _, kept := range []bool{false, true} {
		for _, jobs := range []int{1, 3, 8} {
			synctest.Test(t, func(t *testing.T) {
				s, d := &sender{}, &disk{}
				cfg := Config{Jobs: jobs, Prepare: prepare, Deliver: s.deliver}
				if kept {
					cfg.Save = d.save
				}
				q := New(cfg)
				names := numbered(100)
				names[7], names[50] = "bad", "unsure"
				start := time.Now()
				q.Add(drafts(names...)...)
				if err := q.Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
				took := time.Since(start)
				if sum := Sum(q.Items()); sum != (Total{Files: 100, Done: 98, Failed: 1, Unknown: 1}) || s.most != jobs {
					t.Errorf("%+v, %d at once", sum, s.most)
				}
				if most := time.Duration(100/jobs+2) * 1100 * time.Millisecond; took > most {
					t.Errorf("with %d jobs it took %v", jobs, took)
				}
				if !kept && jobs == 1 && !slices.Equal(s.order, names) {
					t.Errorf("%v", s.order)
				}
				if err := q.Close(time.Minute); err != nil {
					t.Error(err)
				}
				if i := q.Items()[7]; i.Said == "" || i.Err == nil {
					t.Errorf("%+v", i)
				}
				if kept && (len(d.last) != 100 || d.last[3].State != Done || d.last[3].PublicID != "id-f3" || d.last[50].State != Unknown) {
					t.Errorf("%+v", d.last)
				}
			})
		}
	}
}

// TestKilled: whatever the moment at which the program is killed, nothing that may have
// been sent is sent again by itself, and nothing is lost.
func TestKilled(t *testing.T) {
	t.Parallel()
	for at := range 40 {
		synctest.Test(t, func(t *testing.T) {
			s, d := &sender{}, &disk{}
			q := New(Config{Jobs: 4, Prepare: prepare, Deliver: s.deliver, Save: d.save})
			q.Add(drafts(numbered(60)...)...)
			time.Sleep(time.Duration(at) * 333 * time.Millisecond)
			d.mu.Lock()
			saved := slices.Clone(d.last)
			d.mu.Unlock()
			s.mu.Lock()
			sent := slices.Clone(s.order)
			s.mu.Unlock()
			_ = q.Close(time.Hour)

			s2 := &sender{}
			q2 := New(Config{Jobs: 4, Prepare: prepare, Deliver: s2.deliver})
			q2.Restore(saved)
			q2.Start()
			if err := q2.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if at > 0 && len(q2.Items()) != 60 {
				t.Errorf("%d files are left", len(q2.Items()))
			}
			for _, name := range s2.order {
				if slices.Contains(sent, name) {
					t.Errorf("killed after %d: %s was sent again", at, name)
				}
			}
			for _, i := range q2.Items() {
				if i.State != Done && i.State != Unknown {
					t.Errorf("%s: %s", i.Draft.File, i.State)
				}
			}
			_ = q2.Close(time.Hour)
		})
	}
}

// TestRestoreIdempotent: with a public ID, or with parts that are acknowledged, a file
// goes on by itself.
func TestRestoreIdempotent(t *testing.T) {
	t.Parallel()
	id := []uploader.DraftParam{{Param: signer.Param{Name: "public_id", Value: "x"}}}
	q := New(Config{})
	left := q.Restore([]Saved{
		{State: Handed},
		{State: Handed, Draft: uploader.Draft{Params: id}},
		{State: Handed, Checkpoint: &uploader.Checkpoint{}},
		{State: Done}, {State: Failed}, {State: Paused}, {State: Waiting},
	})
	want := []State{Unknown, Waiting, Waiting, Done, Failed, Paused, Waiting}
	if got := states(q.Items()); !left || !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if New(Config{}).Restore([]Saved{{State: Done}, {State: Failed}, {State: Cancelled}}) {
		t.Error("something is left")
	}
}

// TestPauseCancelAgain: one or all; what has ended is not touched.
func TestPauseCancelAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := &sender{}, &disk{}
		q := New(Config{Jobs: 2, Prepare: prepare, Deliver: s.deliver, Save: d.save})
		q.Add(drafts("parts", "b", "c", "d", "e")...)
		time.Sleep(500 * time.Millisecond)
		q.Pause(0)
		q.Cancel(1)
		q.Pause(4)
		synctest.Wait()
		if got := states(q.Items()); !slices.Equal(got, []State{Paused, Cancelled, Running, Running, Paused}) {
			t.Fatalf("%v", got)
		}
		q.Again(0)
		time.Sleep(3 * time.Second)
		if got := states(q.Items()); !slices.Equal(got, []State{Done, Cancelled, Done, Done, Paused}) {
			t.Fatalf("%v", got)
		}
		if !slices.Equal(s.resumed, []string{"parts"}) {
			t.Errorf("%v went on where they stopped", s.resumed)
		}
		q.Again(-1)
		q.SetJobs(1)
		if err := q.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if sum := Sum(q.Items()); sum.Done != 5 {
			t.Errorf("%+v", sum)
		}
		_ = q.Close(time.Hour)
	})
}

// TestUnknownAgain: what may make a second asset has another turn only by name.
func TestUnknownAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sender{}
		q := New(Config{Prepare: prepare, Deliver: s.deliver})
		q.Add(drafts("unsure")...)
		_ = q.Wait(t.Context())
		q.Again(-1)
		if got := states(q.Items()); got[0] != Unknown {
			t.Errorf("%v", got)
		}
		q.Again(0)
		_ = q.Wait(t.Context())
		if len(s.order) != 2 {
			t.Errorf("%v", s.order)
		}
		_ = q.Close(time.Hour)
	})
}

// TestDiskFull: a disk that is full stops nothing, and is told.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := &sender{}, &disk{err: errors.New("no space left on device")}
		q := New(Config{Jobs: 2, Prepare: prepare, Deliver: s.deliver, Save: d.save})
		q.Add(drafts("a", "b", "c")...)
		_ = q.Wait(t.Context())
		if sum := Sum(q.Items()); sum.Done != 3 || q.SaveError() == nil {
			t.Errorf("%+v, %v", sum, q.SaveError())
		}
		_ = q.Close(time.Hour)
	})
}

// TestPrepareFails: a file that cannot be signed fails by itself.
func TestPrepareFails(t *testing.T) {
	t.Parallel()
	q := New(Config{Prepare: func(uploader.Draft) (uploader.Prepared, error) {
		return uploader.Prepared{}, uploader.ErrNoCredentials
	}})
	q.Add(drafts("a")...)
	_ = q.Wait(t.Context())
	if i := q.Items()[0]; i.State != Failed || i.Said == "" {
		t.Errorf("%+v", i)
	}
	if err := q.Close(time.Minute); err != nil {
		t.Error(err)
	}
}

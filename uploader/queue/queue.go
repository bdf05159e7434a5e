// Package queue uploads many files, some at once. Each has a state of its own: one that
// fails never stops the others, and each can be paused, cancelled and tried again. What
// is kept of it is enough to go on after the program was killed, without sending twice
// what must not be sent twice.
package queue

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"sync"
	"time"

	"signpost/uploader"
)

// State is where a file of the queue stands.
type State string

// The states. Handed is a file whose turn has come and which may be on its way already;
// it is only ever seen in what was saved.
const (
	Waiting   State = "waiting"
	Handed    State = "handed out"
	Running   State = "running"
	Paused    State = "paused"
	Cancelled State = "cancelled"
	Done      State = "done"
	Failed    State = "failed"
	Unknown   State = "outcome unknown"
)

// Ended reports whether nothing more happens to a file by itself.
func (s State) Ended() bool {
	return s == Done || s == Failed || s == Unknown || s == Cancelled || s == Paused
}

// Item is a file of the queue, as it is shown.
type Item struct {
	// ID is the place in the queue, from 0.
	ID    int
	Draft uploader.Draft
	State State
	// Event is the last that was told while it runs.
	Event uploader.Event
	// Prepared is the request as it was sent; the zero value before.
	Prepared uploader.Prepared
	// Result and Err are the outcome, of this run of the program.
	Result *uploader.Result
	Err    error
	// Said is what became of it in words, also after a restart.
	Said, PublicID, URL string
}

// Began is when the file was handed out; zero where it was not, or where a person set the
// timestamp.
func (i Item) Began() time.Time {
	n, err := strconv.ParseInt(i.Prepared.Timestamp, 10, 64)
	if err != nil || i.Prepared.TimestampByHand {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// Saved is what is kept of a file. It holds no secret and no signature.
type Saved struct {
	Draft      uploader.Draft       `json:"draft"`
	State      State                `json:"state"`
	Said       string               `json:"said,omitempty"`
	PublicID   string               `json:"public_id,omitempty"`
	URL        string               `json:"url,omitempty"`
	Checkpoint *uploader.Checkpoint `json:"checkpoint,omitempty"`
}

// Config is what a queue works with.
type Config struct {
	// Jobs is how many are sent at once (1 to 32).
	Jobs int
	// Prepare signs a draft. It is called when the turn has come.
	Prepare func(d uploader.Draft) (uploader.Prepared, error)
	// Deliver sends one: [uploader.Client.Deliver].
	Deliver func(ctx context.Context, t uploader.Task, obs uploader.Observer) (*uploader.Result, error)
	// ChunkSize is that of a [uploader.Task].
	ChunkSize int64
	// Save keeps the queue, in which those at changed are no longer as they were kept; it
	// has to last when it returns. It must not keep items itself. nil keeps nothing.
	Save func(items []Saved, changed []int) error
	// Mark is told how the file with that ID stands: when it is new, before it is sent and
	// when it has ended. It must not block, and need not last when the machine stops. It
	// may be nil.
	Mark func(id int, s State)
	// Ended is told of each file that has ended; it must not block. It may be nil.
	Ended func(i Item)
	// Go starts a goroutine; nil means the go statement.
	Go func(func())
}

// ahead is how many files are marked as handed out before their turn at most, in one go.
// Of those that are marked when the machine stops nobody knows whether they were sent,
// and more of them make sending no quicker.
const ahead = 8

// MostJobs bounds how many are sent at once.
const MostJobs = 32

// entry is a file with what is not shown.
type entry struct {
	Item
	point  *uploader.Checkpoint
	marked bool // it may be sent: that it may have been is kept
	stale  bool // it is among [Queue.stale]
	cancel context.CancelFunc
	wish   State // what it shall be when it has stopped
}

// Queue is the queue. It is safe for concurrent use.
type Queue struct {
	cfg    Config
	budget uploader.Budget

	mu      sync.Mutex
	changed *sync.Cond
	items   []*entry
	first   int     // no file before it waits
	kept    []Saved // what was kept last; only the saver writes to it
	stale   []int   // which of them are no longer so
	jobs    int
	workers int
	dirty   bool
	saving  bool
	closed  bool
	saveErr error
	saver   bool
	window  int  // how many are marked ahead at the moment
	starved bool // a worker had to wait for one to be marked
}

// New makes an empty queue.
func New(cfg Config) *Queue {
	if cfg.Go == nil {
		cfg.Go = func(f func()) { go f() }
	}
	if cfg.Mark == nil {
		cfg.Mark = func(int, State) {}
	}
	q := &Queue{cfg: cfg, jobs: min(max(cfg.Jobs, 1), MostJobs)}
	q.changed = sync.NewCond(&q.mu)
	return q
}

// Restore puts back what was saved, and says whether anything is left to be done. Where
// a file may have been sent when the program ended, its outcome is unknown, unless a
// second upload cannot make a second asset, or parts of it are acknowledged.
func (q *Queue) Restore(saved []Saved) (left bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, s := range saved {
		e := &entry{Item: Item{ID: len(q.items), Draft: s.Draft, State: s.State, Said: s.Said, PublicID: s.PublicID, URL: s.URL}, point: s.Checkpoint}
		if e.State == Handed || e.State == Running {
			e.State = Waiting
			if e.point == nil && !uploader.Idempotent(e.Draft) {
				e.State, e.Said = Unknown, "the program ended while it may have been on its way"
			}
		}
		left = left || !e.State.Ended() || e.State == Paused || e.State == Unknown
		q.cfg.Mark(e.ID, e.State)
		q.items = append(q.items, e)
		q.note(e)
	}
	return left
}

// Add appends files.
func (q *Queue) Add(drafts ...uploader.Draft) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, d := range drafts {
		e := &entry{Item: Item{ID: len(q.items), Draft: d, State: Waiting}}
		q.cfg.Mark(e.ID, Waiting)
		q.items = append(q.items, e)
		q.note(e)
	}
	q.touch()
	q.hire()
}

// Start begins, or goes on after everything was paused.
func (q *Queue) Start() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.touch()
	q.hire()
}

// SetJobs changes how many are sent at once. What is on its way is not stopped.
func (q *Queue) SetJobs(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = min(max(n, 1), MostJobs)
	q.hire()
}

// note notes that a file is no longer as it was kept. The lock is held.
func (q *Queue) note(e *entry) {
	if !e.stale {
		e.stale = true
		q.stale = append(q.stale, e.ID)
	}
	if e.State == Waiting {
		q.first = min(q.first, e.ID)
	}
}

// touch has everything kept that is no longer as it was, and the next files marked. The
// lock is held.
func (q *Queue) touch() {
	q.dirty = true
	if q.cfg.Save != nil && !q.saver && !q.closed {
		q.saver = true
		q.cfg.Go(q.save)
	}
	q.changed.Broadcast()
}

// hire starts as many workers as there is work for. The lock is held.
func (q *Queue) hire() {
	if q.closed {
		return
	}
	waiting := 0
	for _, e := range q.items {
		if e.State == Waiting {
			waiting++
		}
	}
	for q.workers < q.jobs && waiting > 0 {
		q.workers++
		waiting--
		q.cfg.Go(q.work)
	}
}

// save keeps the queue whenever something has changed, and marks the files whose turn
// comes next. It ends when the queue is closed and everything is kept.
func (q *Queue) save() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		for !q.dirty && !q.closed {
			q.changed.Wait()
		}
		if !q.dirty {
			q.saver = false
			q.changed.Broadcast()
			return
		}
		q.dirty, q.saving = false, true
		q.window = max(q.window, 2*q.jobs, 4)
		if q.starved {
			q.window, q.starved = min(2*q.window, max(ahead, 2*q.jobs)), false
		}
		marking := q.next(q.window)
		changed := q.update(marking)
		q.mu.Unlock()
		err := q.cfg.Save(q.kept, changed)
		q.mu.Lock()
		q.saving, q.saveErr = false, err
		if err != nil {
			for _, i := range changed {
				q.note(q.items[i])
			}
		}
		for _, e := range marking {
			e.marked = true // a disk that is full does not stop an upload
		}
		q.changed.Broadcast()
	}
}

// waiting are the files that wait, in their order. The lock is held.
func (q *Queue) waiting() iter.Seq[*entry] {
	for q.first < len(q.items) && q.items[q.first].State != Waiting {
		q.first++
	}
	return func(yield func(*entry) bool) {
		for _, e := range q.items[q.first:] {
			if e.State == Waiting && !yield(e) {
				return
			}
		}
	}
}

// next are n waiting files that are not marked, or none where half as many are marked
// already. The lock is held.
func (q *Queue) next(n int) []*entry {
	var list []*entry
	marked := 0
	for e := range q.waiting() {
		switch {
		case !e.marked:
			list = append(list, e)
		case marked >= n/2:
			return nil
		default:
			marked++
		}
		if len(list) == n {
			break
		}
	}
	return list
}

// update brings kept up to date, with those in marking as handed out, and returns the
// places that have changed. The lock is held.
func (q *Queue) update(marking []*entry) []int {
	for _, e := range marking {
		q.note(e)
	}
	if n := len(q.items) - len(q.kept); n > 0 {
		q.kept = append(q.kept, make([]Saved, n)...)
	}
	changed := q.stale
	q.stale = nil
	for _, i := range changed {
		e := q.items[i]
		e.stale = false
		s := Saved{Draft: e.Draft, State: e.State, Said: e.Said, PublicID: e.PublicID, URL: e.URL, Checkpoint: e.point}
		if !s.Draft.TimestampByHand {
			s.Draft.Timestamp = ""
		}
		if e.marked && e.State == Waiting || e.State == Running {
			s.State = Handed
		}
		q.kept[i] = s
	}
	for _, e := range marking {
		q.kept[e.ID].State = Handed
	}
	return changed
}

// work sends one file after the other, until there is none, or there are too many
// workers.
func (q *Queue) work() {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer func() {
		q.workers--
		q.changed.Broadcast()
	}()
	for {
		e := q.take()
		if e == nil {
			return
		}
		q.run(e)
	}
}

// take is the next file to be sent; nil where there is none. The lock is held.
func (q *Queue) take() *entry {
	for !q.closed && q.workers <= q.jobs {
		if q.cfg.Save == nil {
			for e := range q.waiting() {
				return e
			}
			return nil
		}
		marked, unmarked := 0, false
		var first *entry
		for e := range q.waiting() {
			if !e.marked {
				unmarked = true
			} else if marked++; first == nil {
				first = e
			}
			if first != nil && unmarked {
				break
			}
		}
		if first == nil && !unmarked {
			return nil
		}
		if unmarked && marked <= q.window/2 && !q.dirty && !q.saving {
			q.touch()
		}
		if first != nil {
			return first
		}
		q.starved = q.window > 0
		q.changed.Wait()
	}
	return nil
}

// run sends one file. The lock is held, but not while it is sent.
func (q *Queue) run(e *entry) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e.State, e.cancel, e.wish = Running, cancel, ""
	e.Event = uploader.Event{}
	d, point := e.Draft, e.point
	q.mu.Unlock()
	p, err := q.cfg.Prepare(d)
	var result *uploader.Result
	if err == nil {
		q.mu.Lock()
		e.Prepared = p
		q.mu.Unlock()
		q.cfg.Mark(e.ID, Running)
		result, err = q.cfg.Deliver(ctx, uploader.Task{
			Prepared: p, ChunkSize: q.cfg.ChunkSize, Resume: point, Budget: &q.budget,
			Save: func(k uploader.Checkpoint) error { return q.keep(e, &k) },
			Drop: func(uploader.Checkpoint) { _ = q.keep(e, nil) },
		}, func(ev uploader.Event) {
			q.mu.Lock()
			e.Event = ev
			q.mu.Unlock()
		})
	}
	q.mu.Lock()
	e.Result, e.Err, e.cancel = result, err, nil
	q.end(e)
	q.cfg.Mark(e.ID, e.State)
	if q.cfg.Ended != nil {
		item := e.Item
		q.mu.Unlock()
		q.cfg.Ended(item)
		q.mu.Lock()
	}
}

// end gives a file that was sent its state. The lock is held.
func (q *Queue) end(e *entry) {
	e.marked = false
	q.note(e)
	switch class := uploader.Classify(e.Err); {
	case class == uploader.ClassOK:
		e.State, e.Said = Done, ""
		e.PublicID, e.URL = e.Result.PublicID, e.Result.SecureURL
	case class == uploader.ClassMaybe:
		e.State = Unknown
	case class == uploader.ClassCancelled && e.wish != "":
		e.State = e.wish
	case class == uploader.ClassCancelled:
		e.State = Cancelled
	default:
		e.State = Failed
	}
	if e.Err != nil {
		x := uploader.Explain(e.Err, e.Prepared)
		e.Said = e.Prepared.Account.Redact(x.Title + ": " + x.What)
	}
	q.touch()
}

// keep keeps a checkpoint, and waits until it lasts.
func (q *Queue) keep(e *entry, k *uploader.Checkpoint) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	e.point = k
	q.note(e)
	if q.cfg.Save == nil {
		return nil // it lasts as long as the program
	}
	q.touch()
	// The saver may be in the middle of an older state: then it takes another turn.
	for (q.dirty || q.saving) && q.saver {
		q.changed.Wait()
	}
	return q.saveErr
}

// Pause stops the file with that ID for now; -1 stops all that have not ended. One in
// parts goes on where it stopped.
func (q *Queue) Pause(id int) { q.stop(id, Paused) }

// Cancel stops the file with that ID; -1 stops all that have not ended.
func (q *Queue) Cancel(id int) { q.stop(id, Cancelled) }

func (q *Queue) stop(id int, wish State) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.items {
		if id >= 0 && e.ID != id {
			continue
		}
		switch e.State {
		case Waiting:
			e.State, e.marked = wish, false
			q.cfg.Mark(e.ID, wish)
		case Paused:
			e.State = wish
			q.cfg.Mark(e.ID, wish)
		case Running:
			e.wish = wish
			if e.cancel != nil {
				e.cancel()
			}
		}
		if wish == Cancelled && e.State == Cancelled {
			e.point = nil
		}
		q.note(e)
	}
	q.touch()
}

// Again gives the file with that ID another turn: one that is paused, cancelled or has
// failed. -1 is all of these. One whose outcome is unknown has another turn only where it
// is named, because that can make a second asset.
func (q *Queue) Again(id int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.items {
		switch {
		case id >= 0 && e.ID != id:
		case e.State == Paused, e.State == Cancelled, e.State == Failed, e.State == Unknown && id >= 0:
			e.State, e.Said, e.Err, e.Result = Waiting, "", nil, nil
			q.cfg.Mark(e.ID, Waiting)
			q.note(e)
		}
	}
	q.touch()
	q.hire()
}

// Items is what is shown, in the order in which files were added.
func (q *Queue) Items() []Item {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := make([]Item, len(q.items))
	for i, e := range q.items {
		out[i] = e.Item
	}
	return out
}

// SaveError is why the queue cannot be kept at the moment; nil where it can.
func (q *Queue) SaveError() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.saveErr
}

// Wait returns when everything has ended, or ctx is done.
func (q *Queue) Wait(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		q.changed.Broadcast()
		q.mu.Unlock()
	})
	defer stop()
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.busy() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		q.changed.Wait()
	}
	return nil
}

// busy reports whether anything is on its way or will be. The lock is held.
func (q *Queue) busy() bool {
	if q.closed || q.workers > 0 {
		return q.workers > 0
	}
	for _, e := range q.items {
		if !e.State.Ended() {
			return true
		}
	}
	return false
}

// ErrClosing means that what was on its way did not stop in time.
var ErrClosing = errors.New("uploads did not stop in time")

// Close pauses what is on its way, and returns when everything is kept, or after at most
// the given time.
func (q *Queue) Close(within time.Duration) error {
	q.Pause(-1)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.changed.Broadcast()
	late := false
	timer := time.AfterFunc(within, func() {
		q.mu.Lock()
		late = true
		q.changed.Broadcast()
		q.mu.Unlock()
	})
	defer timer.Stop()
	for (q.workers > 0 || q.saver) && !late {
		q.changed.Wait()
	}
	if late {
		return ErrClosing
	}
	return nil
}

// Total is the sum of a queue.
type Total struct {
	Files, Done, Failed, Unknown, Stopped, Running, Waiting int
}

// Sum counts files by their state.
func Sum(items []Item) Total {
	t := Total{Files: len(items)}
	for _, i := range items {
		switch i.State {
		case Done:
			t.Done++
		case Failed:
			t.Failed++
		case Unknown:
			t.Unknown++
		case Paused, Cancelled:
			t.Stopped++
		case Running:
			t.Running++
		default:
			t.Waiting++
		}
	}
	return t
}

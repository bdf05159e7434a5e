package uploader

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Task is one upload with all that it takes to bring it to its end: parts, retries, and
// what is kept for the next start.
type Task struct {
	// Prepared is the request as it was shown. The first try sends exactly this; each
	// further one, and each further part, is signed anew.
	Prepared Prepared
	// ChunkSize is the size of a part in bytes: a larger file goes in parts. 0 is
	// [DefaultChunkSize], [OneRequest] never makes parts.
	ChunkSize int64
	// Resume is where an earlier try of the same upload stopped; nil begins anew. Where it
	// does not fit, the upload begins anew too, and the result says so.
	Resume *Checkpoint
	// Save keeps a checkpoint; it has to last when it returns. Drop forgets it. Both may
	// be nil.
	Save func(Checkpoint) error
	Drop func(Checkpoint)
	// Budget is shared by parallel uploads; nil is without bounds.
	Budget *Budget
}

// PartError is what became of an upload in parts that did not come to its end.
type PartError struct {
	// Part of Parts was on its way, from 1. Acked bytes are acknowledged.
	Part, Parts int
	Acked       int64
	// Resumable is true where a checkpoint is kept.
	Resumable bool
	Err       error
}

func (e *PartError) Error() string {
	return fmt.Sprintf("part %d of %d: %v", e.Part, e.Parts, e.Err)
}

func (e *PartError) Unwrap() error { return e.Err }

// delivery is a task on its way.
type delivery struct {
	c     *Client
	t     Task
	p     Prepared
	src   *source
	obs   Observer
	start time.Time
	shown bool // the request was sent as it was shown
	part  Part
	point Checkpoint
	notes []string
	told  bool // that checkpoints cannot be kept
	again int
	spent int // retries taken out of the budget

	mu    sync.Mutex // the transport may tell of a request that has ended
	moved time.Time  // when a byte was last taken
	last  Event
}

// Deliver sends a prepared request with everything that the line and the server may
// need: in parts where the file is large, again where that is safe, from where an earlier
// try stopped. The result is not nil whenever an answer arrived. Besides the errors of
// [Client.Upload] there are [*GaveUpError] and [*PartError] around them. obs may be nil.
func (c *Client) Deliver(ctx context.Context, t Task, obs Observer) (*Result, error) {
	p := t.Prepared
	if err := checkTarget(p); err != nil {
		return nil, err
	}
	d := &delivery{c: c, t: t, p: p, obs: obs, start: c.cfg.Now(), moved: c.cfg.Now()}
	if !p.File.IsBytes() {
		if p.File.Kind == FileNone {
			return nil, &LocalError{Err: ErrNoFile, Hint: "give a path, a URL or a data URI"}
		}
		return d.finish(d.request(ctx, nil, ""))
	}
	for restarts := 0; ; restarts++ {
		result, err := d.file(ctx)
		if restarts == 0 && errors.Is(err, ErrSourceChanged) && d.point.Acked == 0 && d.settled(ctx) {
			d.t.Resume = nil
			d.notes = append(d.notes, "the file changed while it was sent; it was sent anew once it stayed the same")
			continue
		}
		return d.finish(result, err)
	}
}

// finish adds to a result what happened on the way.
func (d *delivery) finish(r *Result, err error) (*Result, error) {
	if err == nil {
		d.t.Budget.give(d.spent)
	}
	if r != nil {
		r.Warnings = append(d.notes, r.Warnings...)
		r.Retries = d.again
		r.Elapsed = d.c.cfg.Now().Sub(d.start)
	}
	return r, err
}

// file sends a local file.
func (d *delivery) file(ctx context.Context) (*Result, error) {
	chunk := d.t.ChunkSize
	if chunk == 0 {
		chunk = DefaultChunkSize
	}
	src, err := openSource(d.p.File, chunk < 0 && d.p.Account.HostKind() != HostLoopback)
	if err != nil {
		return nil, err
	}
	d.src = src
	defer src.close()
	var result *Result
	if chunk < 0 || src.size <= chunk {
		result, err = d.request(ctx, nil, "")
	} else {
		result, err = d.parts(ctx, chunk)
	}
	if err == nil && src.replaced() {
		d.notes = append(d.notes, "the file was replaced or deleted meanwhile; what was sent is the whole of the old one")
	}
	return result, err
}

// parts sends a file in parts, one after the other. The first has to come first and the
// last one last; each is sent until it is acknowledged.
func (d *delivery) parts(ctx context.Context, chunk int64) (*Result, error) {
	if err := d.begin(chunk); err != nil {
		return nil, err
	}
	for restarted := false; ; {
		part := PartAt(d.point.Acked, d.src.size, d.point.ChunkSize)
		d.part = part
		result, err := d.request(ctx, &part, d.point.UploadID)
		if result != nil {
			result.Parts = part.Count
		}
		if errors.Is(err, errLostParts) {
			if restarted {
				return result, d.partError(errors.Unwrap(err))
			}
			restarted = true
			d.drop()
			d.point.UploadID, d.point.Acked = newUploadID(), 0
			d.notes = append(d.notes, "the server had forgotten the parts that it had; all were sent anew")
			continue
		}
		if err != nil {
			return result, d.partError(err)
		}
		if part.Final() {
			d.drop()
			return result, nil
		}
		d.point.Acked = part.End
		d.save()
	}
}

// begin makes the checkpoint of an upload in parts, or takes up that of an earlier try.
func (d *delivery) begin(chunk int64) error {
	mark, err := d.src.fingerprint()
	if err != nil {
		return err
	}
	p, now := d.p, d.c.cfg.Now()
	draft := p.draft
	draft.Timestamp = ""
	d.point = Checkpoint{
		UploadID: newUploadID(), ChunkSize: chunk, File: mark, Form: formDigest(p), Draft: draft, At: now.UTC(),
		Host: p.Account.Host(), Cloud: p.Account.CloudName, APIKey: p.Account.APIKey,
	}
	if k := d.t.Resume; k != nil {
		err := k.Fits(p, now)
		if err == nil && !k.File.Same(mark) {
			err = fmt.Errorf("%w: the file has changed since", ErrCannotResume)
		}
		if err == nil {
			d.point = *k
			d.shown = true // it was shown for the first part; this one is signed anew
			return nil
		}
		d.notes = append(d.notes, err.Error()+"; it was sent from the start")
		if d.t.Drop != nil {
			d.t.Drop(*k)
		}
	}
	d.save()
	return nil
}

func (d *delivery) save() {
	if d.t.Save == nil {
		return
	}
	d.point.At = d.c.cfg.Now().UTC()
	if err := d.t.Save(d.point); err != nil && !d.told {
		d.told = true
		d.notes = append(d.notes, "where the upload stands cannot be kept, so that it could not be resumed: "+plainPathError(err).Error())
	}
}

func (d *delivery) drop() {
	if d.t.Drop != nil {
		d.t.Drop(d.point)
	}
}

// partError says where an upload in parts stopped. One of which nothing is acknowledged,
// or whose outcome is open because all of it was sent, cannot be resumed.
func (d *delivery) partError(err error) error {
	e := &PartError{Part: d.part.Index + 1, Parts: d.part.Count, Acked: d.point.Acked, Err: err}
	switch {
	case d.point.Acked == 0, errors.Is(err, ErrSourceChanged), errors.Is(err, errDoneAtPart):
		d.drop()
	default:
		e.Resumable = d.t.Save != nil && !d.told
	}
	return e
}

// errLostParts is around the refusal of a server that forgot the parts before.
var errLostParts = errors.New("the server has forgotten the parts before")

type lostPartsError struct{ err error }

func (e *lostPartsError) Error() string        { return e.err.Error() }
func (e *lostPartsError) Unwrap() error        { return e.err }
func (e *lostPartsError) Is(target error) bool { return target == errLostParts }

// request sends one request until it is taken, refused, or hopeless.
func (d *delivery) request(ctx context.Context, part *Part, uploadID string) (*Result, error) {
	repeatable := part != nil || d.p.Idempotent()
	var r record
	var unsure error
	began := d.c.cfg.Now()
	for {
		if d.shown {
			d.p = d.p.Renewed(d.c.cfg.Now())
		}
		d.shown = true
		r.tries++
		result, err := d.c.post(ctx, d.p, d.src, part, uploadID, d.observer(part))
		if err == nil {
			return result, nil
		}
		now := d.c.cfg.Now()
		v := d.c.cfg.Policy.decide(err, r, part, repeatable, d.c.cfg.Jitter(), now)
		if Classify(err) == ClassMaybe {
			unsure, r.maybe = err, true
		}
		switch {
		case v.restart:
			return result, &lostPartsError{err}
		case !v.again, v.renew && d.p.TimestampByHand:
			return result, d.ended(err, unsure, r, part, now.Sub(began), v.until)
		}
		if v.renew {
			r.renewed = true
		} else if now.Add(v.wait).Sub(d.lastMoved()) > d.c.cfg.Policy.GiveUp {
			return result, d.ended(err, unsure, r, part, now.Sub(began), time.Time{})
		} else {
			d.spent++
			v.wait = max(v.wait, d.t.Budget.take(now))
		}
		d.again++
		if !d.wait(ctx, err, r, v) {
			if unsure != nil && (part == nil || part.Final()) {
				return result, &OutcomeUnknownError{Cause: context.Canceled, Idempotent: true}
			}
			return result, context.Canceled
		}
	}
}

// ended is the error of a request that is not sent again. Where an earlier try may have
// been taken, a refusal of the last one does not mean that nothing was kept.
func (d *delivery) ended(err, unsure error, r record, part *Part, took time.Duration, until time.Time) error {
	if unsure != nil && Classify(err) != ClassMaybe && (part == nil || part.Final()) {
		if u, ok := errors.AsType[*OutcomeUnknownError](unsure); ok {
			err = &OutcomeUnknownError{Cause: fmt.Errorf("%w; the next try: %w", u.Cause, withoutPrefix{err}), Idempotent: u.Idempotent}
		}
	}
	if r.tries > 1 || !until.IsZero() {
		return &GaveUpError{Tries: r.tries, Took: took, Until: until, Err: err}
	}
	return err
}

// withoutPrefix is an error that stands inside another one's text.
type withoutPrefix struct{ err error }

func (e withoutPrefix) Error() string { return trimUpload(e.err.Error()) }

// wait tells what went wrong and waits; false means that it was cancelled.
func (d *delivery) wait(ctx context.Context, err error, r record, v decision) bool {
	if ctx.Err() != nil {
		return false
	}
	until := d.c.cfg.Now().Add(v.wait)
	d.mu.Lock()
	e := d.last
	d.mu.Unlock()
	e.Phase, e.At = PhaseWaiting, d.c.cfg.Now()
	now := make(chan struct{})
	e.Retry = &Retry{Try: r.tries, Of: d.c.cfg.Policy.Tries, Err: err, Until: until, Renewed: v.renew, Now: sync.OnceFunc(func() { close(now) })}
	if d.obs != nil {
		d.obs(e)
	}
	timer := time.NewTimer(v.wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-now:
	}
	return true
}

// observer translates the events of a request into those of the whole upload.
func (d *delivery) observer(part *Part) Observer {
	before := int64(0)
	return func(e Event) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if e.Sent != before {
			before, d.moved = e.Sent, d.c.cfg.Now()
		}
		if part != nil {
			e.Part, e.Parts, e.Acked, e.Total = part.Index+1, part.Count, part.First, part.Total
			e.Sent = part.First + min(e.Sent, part.Size())
			switch {
			case e.Phase == PhaseConnecting && part.Index > 0, e.Phase > PhaseSending && !part.Final():
				e.Phase = PhaseSending
			}
		}
		d.last = e
		if d.obs != nil {
			d.obs(e)
		}
	}
}

func (d *delivery) lastMoved() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.moved
}

// settled reports whether the file stays as it is for a while.
func (d *delivery) settled(ctx context.Context) bool {
	before, err := openSource(d.p.File, false)
	if err != nil {
		return false
	}
	defer before.close()
	timer := time.NewTimer(d.c.cfg.settle)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return before.changed() == nil && !before.replaced()
	}
}

package plain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"signpost/signer/visible"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

// progressEvery is the least time between two lines about the bytes that were sent.
const progressEvery = 5 * time.Second

// whyNot says what is missing for a request that can be sent; nothing where it can.
func (s *session) whyNot() string {
	switch {
	case s.err != nil:
		return s.problem()
	case s.p.File.Kind == uploader.FileNone:
		return "there is no file; file PATH sets it"
	}
	return ""
}

// send sends the request, after the questions that have to be asked first.
func (s *session) send(string) {
	s.renew()
	if why := s.whyNot(); why != "" {
		s.complain("not sent: "+why, "")
		return
	}
	if s.account.HostKind() == uploader.HostForeign && !s.d.HostAllowed(s.account) && !s.askHost() {
		return
	}
	s.sayf("Sending to %s.", s.where())
	result, stop, err := s.upload()
	s.result, s.failed = result, err
	s.outcome()
	if stop != nil {
		s.over, s.code = true, stop.Code
	}
}

// askHost asks about a host that is neither the service's nor this machine (threat T10).
func (s *session) askHost() bool {
	host := uploader.HostDisplay(s.account.Host())
	s.sayf("The upload, with its signature, would go to %s. That is neither Cloudinary's API nor this machine. It was chosen by %s. Whoever runs that host gets the file, and can use the signature for an hour.", host, s.account.Origin)
	yes, ok := s.yes("Send it there?", visible.Clean("send it to "+host), "do not send", false)
	if !ok || !yes {
		if ok {
			s.Say("Not sent.")
		}
		return false
	}
	if err := s.d.AllowHost(s.account); err != nil {
		s.sayf("note: that answer cannot be kept: %v", err)
	}
	return true
}

// ended is what an upload came to.
type ended struct {
	result *uploader.Result
	err    error
}

// upload sends and tells how it goes on. stop is the signal that ended it; nil where none
// did. A person's ctrl+c is asked about first; the second one stops it.
func (s *session) upload() (*uploader.Result, *Stop, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events, done := make(chan uploader.Event, 64), make(chan ended, 1)
	p := s.p
	s.d.Go(func() {
		defer close(events)
		result, err := s.d.Upload(ctx, p, func(e uploader.Event) { offer(events, e) })
		done <- ended{result, err}
	})
	tell := teller{s: s}
	var stop *Stop
	asked := false
	for {
		select {
		case e, open := <-events:
			if !open {
				end := <-done
				return end.result, stop, end.err
			}
			tell.event(e)
		case got := <-s.o.Stops:
			if got.Key && !asked {
				asked = true
				s.Say("\nStop the upload and leave? ctrl+c once more does it; anything else lets it go on.")
				continue
			}
			stop = &got
			cancel()
		}
	}
}

// offer puts an event on the channel without ever waiting: where nobody reads, the
// oldest makes room.
func offer(events chan uploader.Event, e uploader.Event) {
	for {
		select {
		case events <- e:
			return
		default:
		}
		select {
		case <-events:
		default:
		}
	}
}

// teller says how an upload goes on: a line for what matters.
type teller struct {
	s     *session
	rate  uploader.Rate
	phase uploader.Phase
	last  time.Time
}

func (t *teller) event(e uploader.Event) {
	if t.last.IsZero() {
		t.last = e.At
	}
	if e.Retry != nil {
		t.retry(*e.Retry, e.At)
		return
	}
	if e.Phase == uploader.PhaseSending && e.Total > 0 {
		t.rate = t.rate.Add(e.At, e.Sent)
		if e.At.Sub(t.last) >= progressEvery {
			t.last = e.At
			t.progress(e)
		}
	}
	if e.Phase == t.phase {
		return
	}
	t.phase = e.Phase
	if e.Phase == uploader.PhaseProcessing {
		t.s.Say("Everything is sent, " + widget.Bytes(e.Sent) + ". The server is processing it.")
	}
}

func (t *teller) progress(e uploader.Event) {
	text := fmt.Sprintf("%d percent sent, %s of %s", e.Sent*100/e.Total, widget.Bytes(e.Sent), widget.Bytes(e.Total))
	if e.Parts > 0 {
		text += fmt.Sprintf(", part %d of %d", e.Part, e.Parts)
	}
	if left, ok := t.rate.Left(e.Total); ok {
		text += fmt.Sprintf(", %s left", widget.Duration(left.Round(time.Second)))
	}
	t.s.sayf("%s.", text)
}

func (t *teller) retry(r uploader.Retry, now time.Time) {
	next := "It is sent again now."
	switch wait := r.Until.Sub(now).Round(time.Second); {
	case r.Renewed:
		next = "It is signed anew with the current time."
	case wait > 0:
		next = fmt.Sprintf("It is sent again in %s.", widget.Duration(wait))
	}
	t.s.sayf("Try %d of %d: %v. %s", r.Try, r.Of, r.Err, next)
}

// outcome says what became of the upload, and what to do.
func (s *session) outcome() {
	if s.failed != nil {
		x := uploader.Explain(s.failed, s.p)
		if e, ok := errors.AsType[*uploader.PartError](s.failed); ok && e.Resumable && errors.Is(s.failed, context.Canceled) {
			x.Hint = "send goes on there within a day, also after a restart"
		}
		s.sayf("error: %s", x.Title)
		if s.result != nil {
			s.sayf("The server answered: %s", s.result.StatusText)
		}
		for _, t := range []string{x.What, x.Why} {
			if t != "" {
				s.Say(visible.CleanLines(t))
			}
		}
		if x.Hint != "" {
			s.sayf("hint: %s", x.Hint)
		}
		if s.result != nil && len(s.result.Body) > 0 {
			s.Say("The command answer shows all of what the server sent.")
		}
		return
	}
	r := s.result
	if r == nil {
		return
	}
	s.sayf("Uploaded: %s in %s.", r.StatusText, widget.Duration(r.Elapsed))
	s.sayf("public ID: %s", r.PublicID)
	if r.SecureURL != "" {
		s.sayf("secure URL: %s", r.SecureURL)
	}
	for _, e := range derived(r) {
		s.sayf("eager: %s, %s by %s: %s", e.Transformation, e.Width, e.Height, e.SecureURL)
	}
	switch r.Signature {
	case uploader.SignatureVerified:
		s.Say("The signature of the answer is right.")
	case uploader.SignatureWrong:
		s.Say("warning: the signature of the answer is wrong: it may not come from the service.")
	}
	for _, w := range r.Warnings {
		s.sayf("warning: %s", w)
	}
	s.Say("The command answer shows all of it.")
}

// derivedItem is a derived version of an answer.
type derivedItem struct {
	Transformation string      `json:"transformation"`
	Width          json.Number `json:"width"`
	Height         json.Number `json:"height"`
	SecureURL      string      `json:"secure_url"`
}

// derived are the derived versions of an answer; a field of another type stays empty.
func derived(r *uploader.Result) []derivedItem {
	if r.Kind != uploader.BodyJSON || len(r.Body) > 1<<20 {
		return nil
	}
	var a struct {
		Eager []derivedItem `json:"eager"`
	}
	_ = json.Unmarshal(r.Body, &a)
	return a.Eager
}

// mostAnswer is how much of an answer is printed, in bytes.
const mostAnswer = 256 << 10

// answer prints the last answer in full.
func (s *session) answer() {
	r := s.result
	if r == nil {
		s.Say("There is no answer yet: send uploads.")
		return
	}
	s.sayf("%s %s", r.Proto, r.StatusText)
	for _, h := range r.Header {
		s.sayf("%s: %s", h.Name, h.Value)
	}
	body := string(r.Body[:min(len(r.Body), mostAnswer)])
	if r.Kind == uploader.BodyJSON && len(r.Body) <= mostAnswer {
		if indented, err := catalog.IndentJSON(body); err == nil {
			body = indented
		}
	} else if r.Kind != uploader.BodyJSON {
		s.sayf("The body is %s.", r.Kind.Words())
	}
	s.Say("")
	s.Say(visible.CleanLines(body))
	if left := len(r.Body) - mostAnswer; left > 0 {
		s.sayf("and %d bytes more", left)
	}
	for _, t := range r.Timings {
		s.sayf("%s: %s", t.Name, widget.Duration(t.Took))
	}
}

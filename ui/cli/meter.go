package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"signpost/uploader"
)

// meter shows how an upload goes on: one changing line where standard error is a
// terminal, and a line for what matters where it is not. It observes from the
// transport's goroutines, which may outlast the upload.
type meter struct {
	w          io.Writer
	onTerminal bool
	// say writes a line for a person, cleaned.
	say func(format string, args ...any)

	mu    sync.Mutex
	rate  uploader.Rate
	phase uploader.Phase
	acked int64
	drawn bool // there is a changing line
	done  bool
}

// observe is an [uploader.Observer].
func (m *meter) observe(e uploader.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.done {
		return
	}
	if r := e.Retry; r != nil {
		m.clear()
		m.retry(*r, e.At)
		return
	}
	if m.onTerminal && e.Phase == uploader.PhaseSending && e.Total > 0 {
		m.draw(e)
	}
	m.part(e)
	if e.Phase == m.phase {
		return
	}
	m.phase = e.Phase
	if e.Phase == uploader.PhaseProcessing {
		m.clear()
		_, _ = fmt.Fprintf(m.w, "sent %d bytes; the server is processing\n", e.Sent)
	}
}

// retry tells of a try that went wrong.
func (m *meter) retry(r uploader.Retry, now time.Time) {
	switch wait := r.Until.Sub(now).Round(100 * time.Millisecond); {
	case r.Renewed:
		m.say("try %d: %s; signed anew with the current time", r.Try, r.Err)
	case wait > 0:
		m.say("try %d of %d: %s; the next one in %s", r.Try, r.Of, r.Err, wait)
	default:
		m.say("try %d of %d: %s; the next one now", r.Try, r.Of, r.Err)
	}
}

// part tells, where there is no changing line, of each part that is acknowledged.
func (m *meter) part(e uploader.Event) {
	if e.Parts == 0 || e.Acked == m.acked {
		return
	}
	m.acked = e.Acked
	if !m.onTerminal {
		m.say("%d of %d parts, %d %%", e.Part-1, e.Parts, e.Acked*100/e.Total)
	}
}

func (m *meter) draw(e uploader.Event) {
	m.rate = m.rate.Add(e.At, e.Sent)
	line := fmt.Sprintf("\r\x1b[Ksent %d %% of %.1f MB", e.Sent*100/e.Total, float64(e.Total)/1e6)
	if left, ok := m.rate.Left(e.Total); ok {
		line += fmt.Sprintf(", %.1f MB/s, %s left", m.rate.Speed()/1e6, left.Round(time.Second))
	}
	_, _ = io.WriteString(m.w, line)
	m.drawn = true
}

// clear takes the changing line away.
func (m *meter) clear() {
	if m.drawn {
		_, _ = io.WriteString(m.w, "\r\x1b[K")
	}
	m.drawn = false
}

// finish is the end: what follows begins on a line of its own, and nothing comes
// between.
func (m *meter) finish() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clear()
	m.done = true
}

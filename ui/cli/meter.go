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

	mu    sync.Mutex
	rate  uploader.Rate
	phase uploader.Phase
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
	if m.onTerminal && e.Phase == uploader.PhaseSending && e.Total > 0 {
		m.draw(e)
	}
	if e.Phase == m.phase {
		return
	}
	m.phase = e.Phase
	if e.Phase == uploader.PhaseProcessing {
		m.clear()
		_, _ = fmt.Fprintf(m.w, "sent %d bytes; the server is processing\n", e.Sent)
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

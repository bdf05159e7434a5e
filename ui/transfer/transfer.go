// Package transfer shows an upload while it goes on: bytes, smoothed speed, time
// left; then, as a phase of its own, that the server is processing.
package transfer

import (
	"strings"
	"time"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader"
)

// Model is the screen of one upload.
type Model struct {
	name    visible.Text
	host    visible.Text
	event   uploader.Event
	rate    uploader.Rate
	started time.Time
	now     time.Time
	asking  bool
	// stopping is true from the moment it was asked to stop, pausing where that was in
	// order to go on later, paused once it stands.
	stopping, pausing, paused bool
	// retries are the tries that went wrong, the last ones.
	retries []uploader.Retry
	again   int
	th      theme.Theme
}

// New starts the screen for a prepared request.
func New(p uploader.Prepared, now time.Time, th theme.Theme) Model {
	name := visible.Clean(p.File.Name)
	if name == "" {
		name = visible.Clean(shorten(p.File.Text))
	}
	return Model{name: name, host: visible.Clean(uploader.HostDisplay(p.Account.Host())), started: now, now: now, th: th}
}

func shorten(s string) string {
	if len(s) > 400 {
		return s[:400]
	}
	return s
}

// SetTheme changes the colours.
func (m *Model) SetTheme(th theme.Theme) { m.th = th }

// SetEvent takes in how far the upload is.
func (m *Model) SetEvent(e uploader.Event) {
	if m.paused {
		return
	}
	if e.Retry != nil {
		m.again++
		m.retries = append(m.retries[max(len(m.retries)-2, 0):len(m.retries):len(m.retries)], *e.Retry)
		m.rate = uploader.Rate{}
	}
	m.event, m.now = e, e.At
	if e.Phase == uploader.PhaseSending || e.Phase == uploader.PhaseProcessing {
		m.rate = m.rate.Add(e.At, e.Sent)
	}
}

// SetNow moves the clock on, for the time that a phase has taken.
func (m *Model) SetNow(now time.Time) { m.now = now }

// SetAsking shows or hides the question whether to stop.
func (m *Model) SetAsking(asking bool) { m.asking = asking }

// Asking reports whether the question is shown.
func (m Model) Asking() bool { return m.asking }

// SetStopping says that it was asked to stop; pause is true where it shall go on later.
func (m *Model) SetStopping(pause bool) { m.asking, m.stopping, m.pausing = false, true, pause }

// Stopping reports whether it was asked to stop, Pausing whether in order to go on later.
func (m Model) Stopping() bool { return m.stopping }

// Pausing is part of Stopping.
func (m Model) Pausing() bool { return m.pausing }

// SetPaused says that it stands, with so many bytes acknowledged.
func (m *Model) SetPaused(acked int64) {
	m.asking, m.paused = false, true
	m.event.Acked, m.event.Sent, m.event.Phase, m.event.Retry = acked, acked, uploader.PhaseSending, nil
}

// Paused reports whether it stands.
func (m Model) Paused() bool { return m.paused }

// Waiting reports whether it waits before it is sent again.
func (m Model) Waiting() bool { return m.event.Phase == uploader.PhaseWaiting }

// InParts reports whether it can be paused.
func (m Model) InParts() bool { return m.event.Parts > 0 }

// Now ends the wait; nil where there is none.
func (m Model) Now() func() {
	if m.event.Retry == nil {
		return nil
	}
	return m.event.Retry.Now
}

// Phase is where the upload stands.
func (m Model) Phase() uploader.Phase { return m.event.Phase }

// Percent is how much of the body is sent, 0 to 100; it says nothing of the server.
func (m Model) Percent() int {
	if m.event.Total <= 0 {
		return 0
	}
	return int(m.event.Sent * 100 / m.event.Total)
}

// Lines is the screen's content.
func (m Model) Lines(w, h int) []text.Line {
	lines := []text.Line{
		{{Text: "file  ", Style: m.th.Muted}, {Text: text.Middle(m.name, max(w-6, 1)), Style: m.th.Text}},
		{{Text: "to    ", Style: m.th.Muted}, {Text: text.Middle(m.host, max(w-6, 1)), Style: m.th.Text}},
		nil,
		m.phaseLine(uploader.PhaseConnecting, "connect"),
		m.sendLine(w),
	}
	if m.event.Phase >= uploader.PhaseSending && m.event.Total > 0 {
		lines = append(lines, m.bar(w))
	}
	lines = append(lines, m.processLine())
	lines = append(lines, m.partLine()...)
	lines = append(lines, m.retryLines()...)
	lines = append(append(lines, nil), m.bottom(w)...)
	return text.Fit(lines, w, h)
}

// mark is a glyph that tells a phase's state without colour.
func (m Model) mark(phase uploader.Phase) (visible.Text, bool) {
	switch {
	case m.event.Phase == uploader.PhaseWaiting:
		return "· ", false
	case m.event.Phase == phase && m.paused:
		return "‖ ", true
	case m.event.Phase > phase:
		return "✓ ", false
	case m.event.Phase == phase:
		return "▸ ", true
	}
	return "· ", false
}

func (m Model) phaseLine(phase uploader.Phase, words visible.Text) text.Line {
	glyph, now := m.mark(phase)
	style := m.th.Muted
	if now {
		style = m.th.Title
	}
	return text.Line{{Text: glyph, Style: style}, {Text: words, Style: style}}
}

func (m Model) sendLine(w int) text.Line {
	l := m.phaseLine(uploader.PhaseSending, "send")
	e := m.event
	if e.Phase < uploader.PhaseSending || e.Total == 0 {
		return l
	}
	l = append(l, text.Span{Text: "  " + widget.Bytes(e.Sent) + " of " + widget.Bytes(e.Total), Style: m.th.Text})
	if e.Phase != uploader.PhaseSending {
		return l
	}
	if speed := m.rate.Speed(); speed > 0 {
		l = append(l, text.Span{Text: "  " + widget.Bytes(int64(speed)) + "/s", Style: m.th.Text})
		if left, ok := m.rate.Left(e.Total); ok {
			l = append(l, text.Span{Text: "  " + widget.Wait(left) + " left", Style: m.th.Text})
		}
	}
	return l
}

func (m Model) processLine() text.Line {
	l := m.phaseLine(uploader.PhaseProcessing, "the server is processing")
	if m.event.Phase == uploader.PhaseProcessing {
		words := visible.Text("  everything is sent")
		if took := m.now.Sub(m.started).Round(time.Second); took > 0 {
			words += "; " + widget.Wait(took) + " since the start"
		}
		l = append(l, text.Span{Text: words, Style: m.th.Muted})
	}
	return l
}

// partLine tells of the parts of a large file.
func (m Model) partLine() []text.Line {
	e := m.event
	if e.Parts == 0 {
		return nil
	}
	return []text.Line{{{Text: "  part " + widget.Count(e.Part) + " of " + widget.Count(e.Parts), Style: m.th.Text}, {Text: "  " + widget.Bytes(e.Acked) + " acknowledged", Style: m.th.Muted}}}
}

// retryLines tell what went wrong, what is done about it, and when.
func (m Model) retryLines() []text.Line {
	var lines []text.Line
	for i, r := range m.retries {
		words := visible.Clean(strings.TrimPrefix(r.Err.Error(), "upload: "))
		next := visible.Text("sent again")
		switch {
		case r.Renewed:
			next = "signed anew with the current time"
		case i == len(m.retries)-1 && m.event.Phase == uploader.PhaseWaiting:
			if wait := r.Until.Sub(m.now); wait > 0 {
				next = "sent again in " + widget.Wait(wait) + ", at " + visible.Clean(r.Until.Local().Format("15:04:05"))
			} else {
				next = "sent again now"
			}
		}
		lines = append(lines, text.Line{{Text: "! try " + widget.Count(r.Try) + " of " + widget.Count(r.Of) + ": ", Style: m.th.Warn}, {Text: words, Style: m.th.Text}},
			text.Line{{Text: "  " + next, Style: m.th.Muted}})
	}
	if len(lines) > 0 {
		lines = append([]text.Line{nil}, lines...)
	}
	return lines
}

// Long reports whether the upload has gone on for so long that the person may look
// elsewhere.
func (m Model) Long(now time.Time) bool { return now.Sub(m.started) >= 10*time.Second }

func (m Model) bar(w int) text.Line {
	room := max(min(w-8, 60), 4)
	full := room * m.Percent() / 100
	return text.Line{
		{Text: "  " + widget.Repeat("█", full), Style: m.th.Accent},
		{Text: widget.Repeat("░", room-full), Style: m.th.Muted},
		{Text: " " + widget.Count(m.Percent()) + " %", Style: m.th.Text},
	}
}

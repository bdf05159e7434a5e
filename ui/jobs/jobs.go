// Package jobs shows many uploads at once: a line for each file, a total, and what can be
// done with one or all. It draws what it is told and asks its owner for everything else.
package jobs

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/queue"
)

// ItemsMsg is how the files stand now.
type ItemsMsg struct {
	Items []queue.Item
	At    time.Time
	Jobs  int
	// Trouble is why the queue cannot be kept for a restart; empty where it can.
	Trouble string
}

// Model is the list. The zero value has no files yet.
type Model struct {
	items   []queue.Item
	at      time.Time
	jobs    int
	trouble string
	cursor  int
	asked   *dialog.JobAction // what is to be answered first
	rate    uploader.Rate
}

// Wide asks for the whole width.
func (m Model) Wide() {}

// Update moves, or asks for something to be done with the file under the cursor.
func (m Model) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case ItemsMsg:
		m.items, m.at, m.jobs, m.trouble = msg.Items, msg.At, msg.Jobs, msg.Trouble
		m.cursor = min(m.cursor, max(len(m.items)-1, 0))
		m.rate = m.rate.Add(msg.At, m.sent())
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			m.cursor = max(m.cursor-1, 0)
		} else {
			m.cursor = min(m.cursor+1, max(len(m.items)-1, 0))
		}
	case tea.KeyPressMsg:
		return m.key(msg.String())
	}
	return m, nil
}

func (m Model) key(k string) (dialog.Dialog, dialog.Action) {
	if m.asked != nil {
		return m.answer(k)
	}
	last := max(len(m.items)-1, 0)
	switch k {
	case "esc", "q":
		return m, dialog.Closed{}
	case "up", "k":
		m.cursor = max(m.cursor-1, 0)
	case "down", "j":
		m.cursor = min(m.cursor+1, last)
	case "pgup":
		m.cursor = max(m.cursor-10, 0)
	case "pgdown":
		m.cursor = min(m.cursor+10, last)
	case "home":
		m.cursor = 0
	case "end":
		m.cursor = last
	case "+":
		return m, dialog.JobAction{What: dialog.JobMore, ID: -1}
	case "-":
		return m, dialog.JobAction{What: dialog.JobFewer, ID: -1}
	}
	return m.act(k)
}

// sent is how many bytes are over, of the files that run.
func (m Model) sent() int64 {
	var n int64
	for _, i := range m.items {
		n += i.Event.Sent
	}
	return n
}

// View draws the total, the list and what can be done.
func (m Model) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	sum := queue.Sum(m.items)
	head := text.Line{{Text: widget.Count(sum.Done) + " of " + widget.Count(sum.Files) + " kept", Style: th.Title}}
	for _, part := range []struct {
		n     int
		word  visible.Text
		style text.Style
	}{{sum.Running, " on their way", th.Text}, {sum.Waiting, " waiting", th.Muted}, {sum.Failed, " failed", th.Danger}, {sum.Unknown, " unknown", th.Warn}, {sum.Stopped, " stopped", th.Muted}} {
		if part.n > 0 {
			head = append(head, text.Span{Text: "  " + widget.Count(part.n) + part.word, Style: part.style})
		}
	}
	if speed := m.rate.Speed(); speed > 0 && sum.Running > 0 {
		head = append(head, text.Span{Text: "  " + widget.Bytes(int64(speed)) + "/s", Style: th.Muted})
	}
	lines := []text.Line{text.Cut(head, w), bar(sum, w, th)}
	foot := m.foot(w, th)
	room := max(h-len(lines)-len(foot), 1)
	from := 0
	if m.cursor >= room {
		from = m.cursor - room + 1
	}
	for i := from; i < len(m.items) && i < from+room; i++ {
		lines = append(lines, m.line(m.items[i], i == m.cursor, w, th))
	}
	return "Uploads", append(lines, foot...), nil
}

func bar(t queue.Total, w int, th theme.Theme) text.Line {
	room := max(min(w, 60), 4)
	full, bad := 0, 0
	if t.Files > 0 {
		full, bad = room*t.Done/t.Files, room*(t.Failed+t.Unknown)/t.Files
	}
	return text.Line{{Text: widget.Repeat("█", full), Style: th.Accent}, {Text: widget.Repeat("▒", bad), Style: th.Danger}, {Text: widget.Repeat("░", room-full-bad), Style: th.Muted}}
}

// marks tell a state without colour.
var marks = map[queue.State]visible.Text{
	queue.Waiting: "·", queue.Running: "▸", queue.Paused: "‖", queue.Cancelled: "○", queue.Done: "✓", queue.Failed: "✗", queue.Unknown: "?",
}

func (m Model) line(i queue.Item, here bool, w int, th theme.Theme) text.Line {
	style := map[queue.State]text.Style{queue.Done: th.Ok, queue.Failed: th.Danger, queue.Unknown: th.Warn, queue.Running: th.Title}[i.State]
	if i.State == queue.Waiting || i.State == queue.Paused || i.State == queue.Cancelled {
		style = th.Muted
	}
	pointer := visible.Text("  ")
	if here {
		pointer = "› "
	}
	said := m.said(i)
	name := visible.Clean(i.Draft.File)
	room := max(w-6-min(text.Width(said), w/2), 8)
	return text.Cut(text.Line{
		{Text: pointer, Style: th.Key}, {Text: marks[i.State] + " ", Style: style},
		{Text: text.Middle(name, room), Style: th.Text}, {Text: "  " + said, Style: th.Muted},
	}, w)
}

// said is what there is to say of a file.
func (m Model) said(i queue.Item) visible.Text {
	switch i.State {
	case queue.Done:
		return visible.Clean(i.PublicID)
	case queue.Running:
		e := i.Event
		switch {
		case e.Retry != nil:
			wait := e.Retry.Until.Sub(m.at)
			if wait <= 0 {
				return "again"
			}
			return "try " + widget.Count(e.Retry.Try) + " of " + widget.Count(e.Retry.Of) + ", again in " + widget.Wait(wait) + ": " + visible.Clean(strings.TrimPrefix(e.Retry.Err.Error(), "upload: "))
		case e.Phase == uploader.PhaseProcessing:
			return "the server is processing"
		case e.Total > 0:
			t := widget.Count(int(e.Sent*100/e.Total)) + " %"
			if e.Parts > 0 {
				t += ", part " + widget.Count(e.Part) + " of " + widget.Count(e.Parts)
			}
			return t
		}
		return "connecting"
	case queue.Waiting:
		return ""
	}
	if i.Said != "" {
		return visible.Clean(i.Said)
	}
	return visible.Clean(string(i.State))
}

package transfer

import (
	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
)

// Key is a key that works now: what it does in a word, and in a sentence.
type Key struct{ Key, Short, Long visible.Text }

// Keys are the keys that work now.
func (m Model) Keys() []Key {
	leave := Key{"ctrl+c", "stop and leave", ""}
	switch {
	case m.paused:
		return []Key{{"p", "go on", "goes on"}, {"esc", "form", "goes back to the form: what is acknowledged stays for a day, also after a restart, and ctrl+s goes on there"}, {"ctrl+c", "leave", ""}}
	case m.stopping:
		return []Key{leave}
	case m.asking:
		return []Key{{"enter", "stop it", "stops it"}, {"ctrl+c", "stop and leave", "stops it and leaves"}, {"esc", "go on", "goes on"}}
	}
	var keys []Key
	if m.Waiting() {
		keys = append(keys, Key{"t", "try now", "tries now"})
	}
	if m.InParts() {
		keys = append(keys, Key{"p", "pause", "pauses: what is acknowledged stays for a day, also after a restart"})
	}
	cancels := Key{"esc", "cancel", "cancels, after a question"}
	if m.Waiting() {
		cancels = Key{"esc", "stop", "stops at once: " + m.left()}
	}
	return append(keys, cancels, leave)
}

// left is what becomes of what was sent, where it is stopped in a wait.
func (m Model) left() visible.Text {
	for _, r := range m.retries {
		if !m.InParts() && uploader.Classify(r.Err) == uploader.ClassMaybe {
			return "whether it was kept stays unknown"
		}
	}
	if m.InParts() && m.event.Acked > 0 {
		return "what is acknowledged stays for a day"
	}
	return "nothing was kept"
}

// bottom is how it stands where it does not move, and what each key does.
func (m Model) bottom(w int) []text.Line {
	var lines []text.Line
	switch {
	case m.paused && m.event.Acked > 0:
		lines = append(lines, text.Plain("‖ paused: "+widget.Bytes(m.event.Acked)+" of "+widget.Bytes(m.event.Total)+" are acknowledged", m.th.Title))
	case m.paused:
		lines = append(lines, text.Plain("‖ paused: nothing is acknowledged yet, it begins anew", m.th.Title))
	case m.pausing:
		lines = append(lines, text.Plain("‖ pausing", m.th.Title))
	case m.stopping:
		lines = append(lines, text.Plain("○ stopping", m.th.Title))
	case m.asking && m.event.Phase >= uploader.PhaseProcessing && !m.Waiting():
		lines = append(lines, text.Plain("? everything is sent: stopping leaves the outcome unknown", m.th.Warn))
	case m.asking:
		lines = append(lines, text.Plain("? stop the upload? "+m.left(), m.th.Warn))
	}
	for _, k := range m.Keys() {
		if k.Long == "" {
			continue
		}
		l := text.Line{{Text: k.Key, Style: m.th.Key}, {Text: " " + k.Long, Style: m.th.Muted}}
		lines = append(lines, text.WrapWords(l, w)...)
	}
	return lines
}

package jobs

import (
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/queue"
)

// verb is a key for a file, or with alt for all of them.
type verb struct {
	key  string
	word visible.Text
	what dialog.JobWhat
}

var verbs = []verb{{"p", "pause", dialog.JobPause}, {"x", "cancel", dialog.JobCancel}, {"r", "again", dialog.JobAgain}}

// works reports whether a key does something with a file.
func (v verb) works(i queue.Item) bool {
	switch v.what {
	case dialog.JobPause:
		return !i.State.Ended()
	case dialog.JobCancel:
		return !i.State.Ended() || i.State == queue.Paused
	}
	return i.State == queue.Paused || i.State == queue.Cancelled || i.State == queue.Failed || i.State == queue.Unknown
}

// waits reports whether a file waits before it is sent again.
func waits(i queue.Item) bool { return i.State == queue.Running && i.Event.Retry != nil }

// doubles reports whether another upload of a file can make a second asset.
func doubles(i queue.Item) bool { return i.State == queue.Unknown && !uploader.Idempotent(i.Draft) }

// act is a key that does something with the file under the cursor, or with all.
func (m Model) act(k string) (dialog.Dialog, dialog.Action) {
	here, some := queue.Item{ID: -1}, len(m.items) > 0
	if some {
		here = m.items[m.cursor]
	}
	switch {
	case k == "t" && some && waits(here):
		return m, dialog.JobAction{What: dialog.JobNow, ID: here.ID}
	case k == "l" && some && here.State == queue.Unknown:
		return m, dialog.JobAction{What: dialog.JobLookUp, ID: here.ID}
	case k == "alt+x" && some:
		m.asked = &dialog.JobAction{What: dialog.JobCancel, ID: -1}
		return m, nil
	case k == "r" && some && doubles(here):
		m.asked = &dialog.JobAction{What: dialog.JobAgain, ID: here.ID}
		return m, nil
	}
	for _, v := range verbs {
		if k == v.key && some && v.works(here) {
			return m, dialog.JobAction{What: v.what, ID: here.ID}
		}
		if k == "alt+"+v.key {
			return m, dialog.JobAction{What: v.what, ID: -1}
		}
	}
	return m, nil
}

// answer is a key while something is asked.
func (m Model) answer(k string) (dialog.Dialog, dialog.Action) {
	asked := *m.asked
	switch k {
	case "enter", "y":
		m.asked = nil
		return m, asked
	case "esc", "n":
		m.asked = nil
	}
	return m, nil
}

// foot is what there is to say of the file under the cursor, and what can be done.
func (m Model) foot(w int, th theme.Theme) []text.Line {
	lines := []text.Line{nil}
	if m.trouble != "" {
		lines = append(lines, text.Plain(text.Truncate(visible.Clean("! not kept for a restart: "+m.trouble), w), th.Warn))
	}
	if m.asked != nil {
		question := visible.Text("? cancel all that have not ended?")
		if m.asked.What == dialog.JobAgain {
			question = "? upload it again? Without a public ID a second asset is made if it was kept; l looks it up first"
		}
		lines = append(lines, text.WrapWords(text.Plain(question, th.Warn), w)...)
		return append(lines, keyLine(w, th, "enter", "yes", "esc", "no"))
	}
	var here []visible.Text
	if len(m.items) > 0 {
		i := m.items[m.cursor]
		if said := m.said(i); text.Width(said) > w/2 {
			all := text.WrapWords(text.Plain(said, th.Text), w)
			lines = append(lines, all[:min(len(all), 3)]...)
		}
		if waits(i) {
			here = append(here, "t", "try now")
		}
		if i.State == queue.Unknown {
			here = append(here, "l", "look it up")
		}
		for _, v := range verbs {
			if v.works(i) {
				here = append(here, visible.Clean(v.key), v.word)
			}
		}
	}
	all := []visible.Text{"alt+p x r", "all", "+ -", widget.Count(m.jobs) + " at once", "esc", "close, they go on"}
	return append(lines, keyLine(w, th, append(here, all...)...))
}

// keyLine is keys and what they do, in turns.
func keyLine(w int, th theme.Theme, words ...visible.Text) text.Line {
	var l text.Line
	for i := 0; i+1 < len(words); i += 2 {
		if i > 0 {
			l = append(l, text.Span{Text: " · ", Style: th.Muted})
		}
		l = append(l, text.Span{Text: words[i], Style: th.Key}, text.Span{Text: " " + words[i+1], Style: th.Muted})
	}
	return text.Cut(l, w)
}

package tampering

import (
	"errors"
	"strings"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/doctor"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader"
)

const title = "Break it on purpose"

// View shows the stage in at most h lines, the keys in the last.
func (m Model) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	switch m.stage {
	case choosing:
		return title, m.list(w, h, th), nil
	case writing:
		return m.writingView(w, h, th)
	}
	var body []text.Line
	if m.stage == answered {
		body = m.answerLines(w, th)
	} else {
		body = m.guessLines(w, th)
	}
	room := max(h-1, 1)
	*m.reach = max(len(body)-room, 0)
	from := min(m.scroll, *m.reach)
	lines := append([]text.Line(nil), body[from:min(from+room, len(body))]...)
	lines = append(lines, m.keyLine(w, th))
	return title, lines[:min(len(lines), h)], nil
}

// where says where it goes.
func (m Model) where(th theme.Theme) text.Line {
	if !m.live {
		return text.Line{{Text: " SANDBOX ", Style: th.Sandbox}, {Text: " to the sandbox on this machine; the draft stays as it is", Style: th.Muted}}
	}
	return text.Line{{Text: " LIVE ", Style: th.Live}, {Text: " you are asked before it goes to " + visible.Clean(uploader.HostDisplay(m.set.Live.Host())) + ", cloud " + visible.Clean(cut(m.set.Live.CloudName, 60)), Style: th.Warn}}
}

// list are the mistakes with their keys; the chosen one stays in sight.
func (m Model) list(w, h int, th theme.Theme) []text.Line {
	lines := []text.Line{text.Cut(m.where(th), w)}
	if m.problem != "" {
		lines = append(lines, text.WrapWords(text.Plain("! "+visible.Clean(cut(m.problem, 300)), th.Warn), w)...)
	}
	room := max(h-len(lines)-1, 1)
	from := max(min(m.at-room/2, len(m.items)+1-room), 0)
	for i := from; i < min(from+room, len(m.items)+1); i++ {
		key, words := visible.Text("z"), visible.Text("another one, written down")
		if i < len(m.items) {
			key, words = visible.Clean(m.items[i].key), visible.Clean(cut(m.set.Mask(m.items[i].Words()), 300))
		}
		l := text.Line{{Text: "  " + key + "  ", Style: th.Key}, {Text: words, Style: th.Text}}
		if i == m.at {
			l = text.Line{{Text: "▸ " + key + "  ", Style: th.Focus}, {Text: words, Style: th.Title}}
		}
		lines = append(lines, text.Cut(l, w))
	}
	return append(lines, m.keyLine(w, th))[:min(len(lines)+1, h)]
}

func (m Model) writingView(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	lines := text.WrapWords(text.Plain("A mistake is a word, then a name and a value where it takes them: unsigned tags; unsent tags; change public_id other; sign-as tags [\"cat\"]; swap public_id timestamp; encode; age 90m; secret other; key 123; cloud other.", th.Muted), w)
	lines = append(lines, nil)
	cursor := &dialog.Point{X: 2 + m.field.CursorX(max(w-2, 1)), Y: len(lines)}
	lines = append(lines, append(text.Line{{Text: "› ", Style: th.Accent}}, m.field.View(max(w-2, 1), true, th)...))
	if m.problem != "" {
		lines = append(lines, text.WrapWords(text.Plain("! "+visible.Clean(cut(m.problem, 300)), th.Warn), w)...)
	}
	lines = append(lines, nil, m.keyLine(w, th))
	if len(lines) > h {
		return title, lines[:h], nil
	}
	return title, lines, cursor
}

// guessLines say what is going to be done, and ask what will come of it.
func (m Model) guessLines(w int, th theme.Theme) []text.Line {
	lines := []text.Line{text.Cut(m.where(th), w), nil}
	lines = append(lines, text.WrapWords(text.Plain(visible.Clean(cut(m.set.Mask(m.chosen.Words()), 300)), th.Title), w)...)
	for _, p := range m.chosen.add {
		lines = append(lines, text.Cut(text.Plain("for this, "+visible.Clean(p.Name+"="+p.Value)+" is added to a copy of the request", th.Muted), w))
	}
	lines = append(lines, nil)
	lines = append(lines, m.compare("is signed", "is sent", m.sentText(), w, th)...)
	lines = append(lines, nil)
	if m.stage == waiting {
		return append(lines, text.Cut(text.Plain("… it is on its way", th.Accent), w))
	}
	lines = append(lines, text.Cut(text.Plain("What will the server say?", th.Title), w))
	for i, o := range outcomes {
		lines = append(lines, text.Cut(text.Line{{Text: "  " + widget.Count(i+1) + "  ", Style: th.Key}, {Text: o.words, Style: th.Text}}, w))
	}
	return lines
}

// answerLines are the guess beside the answer, and what the server saw.
func (m Model) answerLines(w int, th theme.Theme) []text.Line {
	got := outcomeOf(m.answer)
	lines := text.WrapWords(text.Plain(visible.Clean(cut(m.set.Mask(m.chosen.Words()), 300)), th.Title), w)
	if m.guess != noGuess {
		l := text.Line{{Text: "you said   ", Style: th.Muted}, {Text: outcomes[m.guess-accepted].words, Style: th.Text}}
		switch {
		case got == noAnswer:
		case got == m.guess:
			l = append(l, text.Span{Text: "   ✓ so it is", Style: th.Ok})
		default:
			l = append(l, text.Span{Text: "   ✗ not so", Style: th.Danger})
		}
		lines = append(lines, text.Cut(l, w))
	}
	style := th.Danger
	if got == accepted {
		style = th.Ok
	}
	whose := visible.Text("sandbox    ")
	if m.live {
		whose = "LIVE       "
	}
	lines = append(lines, beside(whose, m.set.Mask(serverWords(m.answer)), style, w, th)...)
	lines = append(lines, nil)
	if refused, ok := errors.AsType[*uploader.APIError](m.answer.Err); ok && refused.StringToSign != "" {
		lines = append(lines, m.compare("was signed", "seen by the server", refused.StringToSign, w, th)...)
	} else {
		lines = append(lines, m.compare("was signed", "was sent", m.sentText(), w, th)...)
	}
	if m.chosen.note != "" {
		lines = append(append(lines, nil), text.WrapWords(text.Plain(visible.Clean(m.chosen.note), th.Muted), w)...)
	}
	return append(lines, m.mendLines(w, th)...)
}

// compare shows what is signed beside what is sent or seen.
func (m Model) compare(first, second visible.Text, other string, w int, th theme.Theme) []text.Line {
	if m.broken.Auth != uploader.AuthSigned {
		return []text.Line{text.Cut(text.Plain("nothing is signed", th.Muted), w)}
	}
	return doctor.Compare(first, second, m.set.Mask(m.broken.Trace.StringToSign), m.set.Mask(other), w, th)
}

// mendLines say what became of the request as it should be.
func (m Model) mendLines(w int, th theme.Theme) []text.Line {
	switch {
	case m.mending:
		return []text.Line{nil, text.Cut(text.Plain("… the request as it should be is on its way", th.Accent), w)}
	case m.mended == nil:
		return nil
	}
	mark, style := visible.Text("✗ mended   "), th.Danger
	if m.mended.Err == nil {
		mark, style = "✓ mended   ", th.Ok
	}
	return append([]text.Line{nil}, beside(mark, m.set.Mask(serverWords(*m.mended)), style, w, th)...)
}

// serverWords are the answer in a line.
func serverWords(a AnsweredMsg) string {
	if a.Err == nil && a.Result != nil {
		said := a.Result.StatusText
		if a.Result.PublicID != "" {
			said += ", public_id " + a.Result.PublicID
		}
		return said
	}
	if refused, ok := errors.AsType[*uploader.APIError](a.Err); ok {
		return string(widget.Count(refused.Status)) + " " + refused.Message
	}
	if a.Err != nil {
		return a.Err.Error()
	}
	return "nothing"
}

// beside is a text behind a label, its lines below each other.
func beside(label visible.Text, content string, style text.Style, w int, th theme.Theme) []text.Line {
	n := text.Width(label)
	var lines []text.Line
	for _, l := range text.WrapWords(text.Plain(visible.Clean(cut(content, 1000)), style), max(w-n, 12)) {
		lines = append(lines, append(text.Line{{Text: label, Style: th.Muted}}, l...))
		label = widget.Blank(n)
	}
	return lines
}

func (m Model) keyLine(w int, th theme.Theme) text.Line {
	var l text.Line
	add := func(key, what visible.Text) {
		if len(l) > 0 {
			l = append(l, text.Span{Text: " · ", Style: th.Muted})
		}
		l = append(l, text.Span{Text: key, Style: th.Key}, text.Span{Text: " " + what, Style: th.Muted})
	}
	switch m.stage {
	case choosing:
		add("a key, or ↑ ↓ enter,", "makes one of the "+widget.Count(len(m.items)))
		if m.set.Live.APIKey != "" {
			add("tab", map[bool]visible.Text{true: "to the sandbox", false: "to LIVE"}[m.live])
		}
		add("esc", "back")
	case writing:
		add("enter", "makes it")
		add("esc", "back")
	case guessing:
		add("1 2 3 4", "guesses and sends")
		add("enter", "sends without one")
		add("esc", "back")
	case waiting:
		add("esc", "does not wait")
	case answered:
		if m.answer.Case != nil {
			add("d", "doctor")
		}
		add("r", "mend and send again")
		if *m.reach > 0 {
			add("↑ ↓", "scroll")
		}
		add("enter", "another one")
	}
	return text.Cut(l, w)
}

// cut shortens a text to n bytes, never within a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

package doctor

import (
	"unicode/utf8"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// texts are the strings that count: seen by the server, signed, and sent. The place of the
// mistake is marked, and where there is none what differs.
func (m Model) texts(w int, th theme.Theme) []text.Line {
	d := m.result.Diagnosis
	var lines []text.Line
	one := func(label visible.Text, content string, marks []span) {
		lines = append(lines, nil, text.Cut(text.Plain(label, th.Muted), w))
		if content == "" {
			lines = append(lines, text.Plain("(nothing)", th.Muted))
			return
		}
		lines = append(lines, marked(content, marks, w, th)...)
	}
	seen, signed := marksIn(d, inSeen, d.Seen), marksIn(d, inSigned, d.Signed)
	if d.HasSigned && len(seen) == 0 {
		a, b := between(d.Signed, d.Seen)
		seen = []span{b}
		if len(signed) == 0 {
			signed = []span{a}
		}
	}
	switch {
	case d.HasSigned && d.Signed == d.Seen:
		one("was signed, and seen by the server", d.Seen, seen)
	default:
		if d.Seen != "" {
			one("the server saw", d.Seen, seen)
		}
		if d.HasSigned {
			one("was signed", d.Signed, signed)
		}
	}
	if d.Sent != "" && d.Sent != d.Seen && !(d.HasSigned && d.Sent == d.Signed) {
		one(m.attempt()+" has", d.Sent, nil)
	}
	return lines
}

// attempt is what the evidence calls the attempt: a command, or the draft of this program.
func (m Model) attempt() visible.Text {
	if m.given != nil {
		return "the draft"
	}
	return "the command"
}

// Compare shows two texts below each other, with what differs marked; one of them where
// they are the same.
func Compare(first, second visible.Text, a, b string, w int, th theme.Theme) []text.Line {
	if a == b {
		return append([]text.Line{text.Cut(text.Plain(first+", and "+second+" too", th.Muted), w)}, marked(a, nil, w, th)...)
	}
	inA, inB := between(a, b)
	lines := append([]text.Line{text.Cut(text.Plain(first, th.Muted), w)}, marked(a, []span{inA}, w, th)...)
	lines = append(lines, text.Cut(text.Plain(second, th.Muted), w))
	return append(lines, marked(b, []span{inB}, w, th)...)
}

// between are the pieces in which two texts differ: from the first character that is not
// the same to the last one.
func between(a, b string) (inA, inB span) {
	from := 0
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	for from > 0 && (from < len(a) && !utf8.RuneStart(a[from]) || from < len(b) && !utf8.RuneStart(b[from])) {
		from--
	}
	end := 0
	for end < len(a)-from && end < len(b)-from && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	for end > 0 && !utf8.RuneStart(a[len(a)-end]) {
		end--
	}
	return span{from, len(a) - end}, span{from, len(b) - end}
}

// marked draws a text with its marks in a style, and a line of carets below them.
func marked(content string, marks []span, w int, th theme.Theme) []text.Line {
	const most = 8 << 10
	cutOff := len(content) > most
	if cutOff {
		content = cut(content, most)
	}
	var whole text.Line
	at := 0
	for _, s := range marks {
		s.to = min(s.to, len(content))
		if s.from < at || s.from >= s.to {
			continue
		}
		whole = append(whole, text.Span{Text: visible.Clean(content[at:s.from]), Style: th.Text}, text.Span{Text: visible.Clean(content[s.from:s.to]), Style: th.Mark})
		at = s.to
	}
	whole = append(whole, text.Span{Text: visible.Clean(content[at:]), Style: th.Text})
	var lines []text.Line
	for _, l := range text.WrapLine(whole, w) {
		lines = append(lines, l)
		if c := carets(l, th); c != nil {
			lines = append(lines, c)
		}
	}
	return lines
}

// carets point to what is marked in a line; nil where nothing is.
func carets(l text.Line, th theme.Theme) text.Line {
	var out text.Line
	found := false
	for _, s := range l {
		n := text.Width(s.Text)
		if s.Style == th.Mark {
			out = append(out, text.Span{Text: widget.Repeat("^", n), Style: th.Accent})
			found = true
			continue
		}
		out = append(out, text.Span{Text: widget.Blank(n), Style: th.Muted})
	}
	if !found {
		return nil
	}
	return out
}

// differences are the parameters that are not the same on all sides, character by
// character, with the bytes of what cannot be seen.
func (m Model) differences(w int, th theme.Theme) []text.Line {
	const most = 30
	d := m.result.Diagnosis
	attempt := map[bool]visible.Text{true: "  draft", false: "  sent"}[m.given != nil]
	var lines []text.Line
	n := 0
	for _, x := range d.Differences {
		if x.Same() {
			continue
		}
		if n++; n > most {
			return append(lines, text.Plain("  …", th.Muted))
		}
		if lines == nil {
			lines = []text.Line{nil, text.Cut(text.Plain("key by key", th.Muted), w)}
		}
		lines = append(lines, text.Cut(text.Plain("≠ "+visible.Clean(cut(x.Name, 100)), th.Warn), w))
		left, hasLeft := x.Signed, x.HasSigned
		if !d.HasSigned {
			left, hasLeft = x.Sent, x.HasSent
		}
		a, b := between(left, x.Seen)
		if !hasLeft || !x.HasSeen {
			a, b = span{}, span{}
		}
		if d.HasSigned {
			lines = append(lines, side("  signed", x.Signed, x.HasSigned, a, x.SignedBytes, w, th)...)
		}
		if x.HasSent || !d.HasSigned {
			mark, bytes := a, x.SignedBytes
			if d.HasSigned {
				_, mark = between(x.Signed, x.Sent)
				bytes = ""
			}
			lines = append(lines, side(attempt, x.Sent, x.HasSent, mark, bytes, w, th)...)
		}
		lines = append(lines, side("  saw", x.Seen, x.HasSeen, b, x.SeenBytes, w, th)...)
	}
	return lines
}

// side is a value of one side, with its bytes where they count.
func side(label visible.Text, value string, has bool, at span, bytes string, w int, th theme.Theme) []text.Line {
	head := text.Span{Text: label + widget.Blank(labelWidth-text.Width(label)), Style: th.Muted}
	switch {
	case !has:
		return []text.Line{text.Cut(text.Line{head, {Text: "(not there)", Style: th.Muted}}, w)}
	case value == "":
		return []text.Line{text.Cut(text.Line{head, {Text: "(empty)", Style: th.Muted}}, w)}
	}
	var marks []span
	if at.to > at.from && at.to <= len(value) {
		marks = []span{at}
	}
	var lines []text.Line
	for _, l := range marked(value, marks, max(w-labelWidth, 8), th) {
		lines = append(lines, text.Cut(append(text.Line{head}, l...), w))
		head.Text = widget.Blank(labelWidth)
	}
	if bytes != "" {
		lines = append(lines, text.Cut(text.Line{head, {Text: "bytes " + visible.Clean(cut(bytes, 200)), Style: th.Escape}}, w))
	}
	return lines
}

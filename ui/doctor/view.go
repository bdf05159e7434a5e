package doctor

import (
	"strings"

	"signpost/signer/diagnose"
	"signpost/signer/visible"
	"signpost/ui/importing"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// maxShown is how much of a value is drawn, in bytes.
const maxShown = 4000

// body is what is examined, and what was found.
func (m Model) body(w int, th theme.Theme) []text.Line {
	lines := m.head(w, th)
	if len(lines) > 0 {
		lines = append(lines, nil)
	}
	if !m.read {
		lines = append(lines, text.Cut(text.Plain("… examining: variants of what was signed, of the secret and of the hash are tried", th.Accent), w))
		return append(lines, text.Cut(text.Plain("  esc leaves; it takes a second or two", th.Muted), w))
	}
	lines = append(lines, m.verdict(w, th)...)
	lines = append(lines, m.places(w, th)...)
	lines = append(lines, m.fix(w, th)...)
	lines = append(lines, m.others(w, th)...)
	lines = append(lines, m.texts(w, th)...)
	lines = append(lines, m.differences(w, th)...)
	return append(lines, m.rest(w, th)...)
}

// head is the beginning of the text, without what must not be drawn.
func (m Model) head(w int, th theme.Theme) []text.Line {
	switch {
	case m.practice():
		return []text.Line{text.Cut(text.Plain("the request that you broke", th.Muted), w)}
	case m.given != nil:
		return []text.Line{text.Cut(text.Plain("your upload, as it was sent and refused", th.Muted), w)}
	case !m.read:
		return []text.Line{text.Cut(text.Plain(widget.Bytes(int64(len(m.text)))+" of text", th.Muted), w)}
	case m.result.Shown == "":
		return []text.Line{text.Cut(text.Plain(widget.Bytes(int64(len(m.text)))+", not shown: there may be a secret in it", th.Muted), w)}
	}
	first, more, _ := strings.Cut(strings.TrimSpace(m.result.Shown), "\n")
	l := text.Plain(visible.Clean(cut(strings.TrimSuffix(first, "\r"), 500)), th.Muted)
	if strings.TrimSpace(more) != "" {
		l = append(text.Cut(l, max(w-2, 1)), text.Span{Text: " …", Style: th.Muted})
	}
	return []text.Line{text.Cut(l, w)}
}

// mark is how a verdict looks: glyph, word and style are its own.
func mark(v diagnose.Verdict, th theme.Theme) (visible.Text, text.Style) {
	switch v {
	case diagnose.Proved:
		return " ■ PROVED ", th.Selected
	case diagnose.Likely:
		return "≈ LIKELY, NOT PROVED", th.Warn
	case diagnose.Expired:
		return "◷ EXPIRED", th.Accent
	case diagnose.OK:
		return "✓ OK", th.Ok
	}
	return "? UNKNOWN", th.Unknown
}

// verdict is the word, what it means, and the sentence.
func (m Model) verdict(w int, th theme.Theme) []text.Line {
	d := m.result.Diagnosis
	word, style := mark(d.Verdict, th)
	_, meaning, _ := strings.Cut(d.Headline(), ": ")
	if d.Verdict == diagnose.Proved {
		meaning = "with this mistake exactly the refused signature comes out"
	}
	lines := []text.Line{text.Cut(text.Line{{Text: word, Style: style}, {Text: "  " + visible.Clean(meaning), Style: th.Muted}}, w)}
	lines = append(lines, text.WrapWords(text.Plain(visible.Clean(cut(d.Sentence, maxShown)), th.Title), w)...)
	if len(d.Causes) > 0 {
		lines = append(lines, row("cause", diagnose.Numbers(d.Causes), th.Text, w, th)...)
	}
	return append(lines, m.places(w, th)...)
}

// places are those that are in none of the texts: in the signature, or in a secret.
func (m Model) places(w int, th theme.Theme) []text.Line {
	var lines []text.Line
	for _, p := range m.result.Diagnosis.Places {
		if p.In != inSeen && p.In != inSigned && p.Text != "" {
			lines = append(lines, row("where", p.In+": "+cut(p.Text, 300), th.Mark, w, th)...)
		}
	}
	return lines
}

// The texts that a place can be in.
const inSeen, inSigned = "string to sign", "signed text"

// span is a piece of a text in bytes, half-open.
type span struct{ from, to int }

// marksIn are the places in a text.
func marksIn(d diagnose.Diagnosis, in, content string) []span {
	var out []span
	for _, p := range d.Places {
		if p.In == in && p.Start >= 0 && p.End > p.Start && p.End <= len(content) {
			out = append(out, span{p.Start, p.End})
		}
	}
	return out
}

// fix is what to do, and what this program does of it.
func (m Model) fix(w int, th theme.Theme) []text.Line {
	f := m.result.Diagnosis.Fix
	if f.Words == "" {
		return nil
	}
	lines := append([]text.Line{nil}, row("fix", f.Words, th.Ok, w, th)...)
	var here string
	switch {
	case m.practice():
		here = "your draft is as it should be: ctrl+s sends it, signed right"
	case !m.canFix():
	case f.Act == diagnose.ActAccount:
		here = "alt+k opens the accounts"
	case f.Act == diagnose.ActAlgorithm:
		here = "alt+k signs with " + f.Algorithm.String() + " from now on; alt+u takes it back"
	case f.Act == diagnose.ActSecret && !f.Secret.IsZero():
		here = "alt+k signs with the secret without what surrounds it, for this session; correct it where it is configured. alt+u takes it back"
	case len(f.Params) > 0:
		here = "alt+k puts what is to be sent into the form, freshly signed; alt+u takes it back"
	default:
		here = "alt+k signs the form anew"
	}
	if here != "" {
		lines = append(lines, row("", here, th.Muted, w, th)...)
	}
	return lines
}

// others are what could stand in the cause's place, or is left to look at.
func (m Model) others(w int, th theme.Theme) []text.Line {
	d := m.result.Diagnosis
	var lines []text.Line
	label := "or else"
	for _, n := range d.Alternatives {
		lines = append(lines, row(label, diagnose.Numbers([]int{n}), th.Text, w, th)...)
		label = ""
	}
	label = "look at"
	for _, g := range d.Ranked {
		lines = append(lines, row(label, diagnose.Numbers([]int{g.Cause})+": "+g.Why, th.Text, w, th)...)
		label = ""
	}
	if d.Control != "" {
		lines = append(lines, row("test", d.Control, th.Accent, w, th)...)
	}
	return lines
}

// rest are the clock, notes, and how much was tried.
func (m Model) rest(w int, th theme.Theme) []text.Line {
	lines := []text.Line{nil}
	for _, s := range m.result.Diagnosis.Sections() {
		switch s.Label {
		case "clock", "note", "tried":
			for _, l := range s.Lines {
				lines = append(lines, row(s.Label, l, th.Muted, w, th)...)
			}
		}
	}
	if a := m.result.Account; a != "" {
		lines = append(lines, row("with", "the secret of "+a, th.Muted, w, th)...)
	}
	return lines
}

// labelWidth is the room of the labels.
const labelWidth = 9

// row is a text behind its label, its lines below each other.
func row(label, content string, style text.Style, w int, th theme.Theme) []text.Line {
	l, t := visible.Clean(label), visible.Clean(cut(content, maxShown))
	if w-labelWidth < 16 {
		return text.WrapWords(text.Line{{Text: l + " ", Style: th.Muted}, {Text: t, Style: style}}, w)
	}
	var lines []text.Line
	for _, part := range text.WrapWords(text.Plain(t, style), w-labelWidth) {
		lines = append(lines, append(text.Line{{Text: l + widget.Blank(labelWidth-text.Width(l)), Style: th.Muted}}, part...))
		l = ""
	}
	return lines
}

// cut shortens a text to n bytes, never within a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// Shown is a pasted text as it may be drawn: empty where it names a secret, or has one of
// those at hand in it.
func Shown(pasted string, redact func(string) string) string {
	if importing.NamesSecret(pasted) || redact(pasted) != pasted {
		return ""
	}
	return pasted
}

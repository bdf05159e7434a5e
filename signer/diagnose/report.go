package diagnose

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Headline is the verdict in words: proved and likely never look alike.
func (d Diagnosis) Headline() string {
	switch d.Verdict {
	case OK:
		return "ok: the signature is right"
	case Expired:
		return "expired: right or not, it came too late"
	case Proved:
		return "proved: a variant with this mistake gives exactly the signature that was refused"
	case Likely:
		return "likely, not proved: this rests on other evidence than the hash"
	}
	return "unknown: the cause was not found"
}

// Numbers writes causes with their titles.
func Numbers(causes []int) string {
	var parts []string
	for _, n := range causes {
		if n > 0 && n < len(Causes) {
			parts = append(parts, fmt.Sprintf("%s (cause %d)", Causes[n].Title, n))
		}
	}
	return strings.Join(parts, ", and ")
}

// Section is a part of a report: a label and lines.
type Section struct {
	Label string
	Lines []string
	// Code is set where the lines are text of the request: they are shown as they are.
	Code bool
}

// Sections are the diagnosis for a reader, the most important first.
func (d Diagnosis) Sections() []Section {
	var out []Section
	add := func(label string, code bool, lines ...string) {
		if len(lines) > 0 {
			out = append(out, Section{label, lines, code})
		}
	}
	if d.Sentence != "" {
		add("finding", false, d.Sentence)
	}
	if len(d.Causes) > 0 {
		add("cause", false, Numbers(d.Causes))
	}
	add("where", true, d.placeLines()...)
	if d.HasSigned && d.Signed != d.Seen {
		add("signed", true, d.Signed)
	}
	if d.Seen != "" {
		add("server saw", true, d.Seen)
	}
	if d.Sent != "" && d.Sent != d.Seen {
		add("command", true, d.Sent)
	}
	add("difference", true, d.differenceLines()...)
	if d.Fix.Words != "" {
		add("fix", false, d.Fix.Words)
	}
	var also []string
	for _, n := range d.Alternatives {
		also = append(also, Numbers([]int{n}))
	}
	add("or else", false, also...)
	var ranked []string
	for _, g := range d.Ranked {
		ranked = append(ranked, fmt.Sprintf("%s: %s", Numbers([]int{g.Cause}), g.Why))
	}
	add("worth a look", false, ranked...)
	if d.Control != "" {
		add("control test", false, d.Control)
	}
	add("clock", false, d.Clock.lines()...)
	add("note", false, d.Notes...)
	switch {
	case d.Tried == 1:
		add("tried", false, "1 variant")
	case d.Tried > 1:
		add("tried", false, fmt.Sprintf("%d variants of the parameters, of the secret and of the hash", d.Tried))
	}
	return out
}

// placeLines point into the texts: where a piece stands, with a line of carets below it.
func (d Diagnosis) placeLines() []string {
	var lines []string
	texts := map[string]string{"string to sign": d.Seen, "signed text": d.Signed}
	for i, p := range d.Places {
		if i == 4 {
			return append(lines, fmt.Sprintf("and %d more", len(d.Places)-i))
		}
		switch text := texts[p.In]; {
		case p.End > p.Start && p.End <= len(text):
			line, marks := carets(text, p.Start, p.End)
			lines = append(lines, fmt.Sprintf("%s, bytes %d to %d", p.In, p.Start+1, p.End), line, marks)
		case p.Text != "":
			lines = append(lines, p.In+": "+shorten(p.Text))
		}
	}
	return lines
}

// carets are a piece of a text with what stands around it, and the line that marks it.
func carets(text string, start, end int) (line, marks string) {
	const before, after, most = 24, 16, 60
	from, to := max(0, start-before), min(len(text), min(end, start+most)+after)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	head, piece, tail := escape(text[from:start]), escape(text[start:min(end, to)]), escape(text[min(end, to):to])
	if from > 0 {
		head = "…" + head
	}
	if to < len(text) {
		tail += "…"
	}
	return head + piece + tail, strings.Repeat(" ", utf8.RuneCountInString(head)) + strings.Repeat("^", utf8.RuneCountInString(piece))
}

// differenceLines are the parameters that are not the same on all sides.
func (d Diagnosis) differenceLines() []string {
	var lines []string
	for _, x := range d.Differences {
		if x.Same() {
			continue
		}
		if len(lines) > 30 {
			lines = append(lines, "…")
			break
		}
		side := func(label, value string, has bool, bytes string) {
			switch {
			case !has:
				lines = append(lines, fmt.Sprintf("  %-7s (not there)", label))
			case bytes != "":
				lines = append(lines, fmt.Sprintf("  %-7s %s   bytes %s", label, shorten(value), bytes))
			default:
				lines = append(lines, fmt.Sprintf("  %-7s %s", label, shorten(value)))
			}
		}
		head := x.Name
		if x.At >= 0 {
			head += fmt.Sprintf("  (from byte %d of the value on)", x.At+1)
		}
		lines = append(lines, head)
		if d.HasSigned {
			side("signed", x.Signed, x.HasSigned, x.SignedBytes)
		}
		if x.HasSent || !d.HasSigned {
			side("sent", x.Sent, x.HasSent, "")
		}
		side("seen", x.Seen, x.HasSeen, x.SeenBytes)
	}
	return lines
}

// shorten bounds a value; what cannot be seen is escaped.
func shorten(s string) string {
	const most = 300
	if len(s) > most {
		s = s[:most] + "…"
	}
	return escape(s)
}

func (c Clock) lines() []string {
	var lines []string
	if c.Known {
		switch {
		case c.Skew.Abs() < time.Minute:
			lines = append(lines, "our clock agrees with the service's")
		case c.Skew > 0:
			lines = append(lines, "our clock is "+c.Skew.Round(time.Second).String()+" behind the service's")
		default:
			lines = append(lines, "our clock is "+(-c.Skew).Round(time.Second).String()+" ahead of the service's")
		}
	}
	if c.HasAge && c.Age > 0 && c.Age < 1000*time.Hour {
		lines = append(lines, "the signature is "+c.Age.Round(time.Second).String()+" old")
	}
	return lines
}

// Markdown is a report to share: an issue, a mail, a chat. It holds no secret that was
// given to the diagnosis, in no form.
func (d Diagnosis) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## Why this signature was refused\n\n**%s**\n\n", d.Headline())
	if d.Signature != "" {
		fmt.Fprintf(&b, "- signature: %s\n", code(d.Signature))
	}
	for _, s := range d.Sections() {
		switch {
		case s.Code:
			fmt.Fprintf(&b, "\n%s:\n\n", s.Label)
			for _, l := range s.Lines {
				fmt.Fprintf(&b, "    %s\n", escape(l))
			}
			b.WriteByte('\n')
		case len(s.Lines) == 1:
			fmt.Fprintf(&b, "- %s: %s\n", s.Label, markdown(s.Lines[0]))
		default:
			fmt.Fprintf(&b, "- %s:\n", s.Label)
			for _, l := range s.Lines {
				fmt.Fprintf(&b, "  - %s\n", markdown(l))
			}
		}
	}
	b.WriteString("\nMade by `signpost doctor`; secrets are masked, parameters are not.\n")
	return b.String()
}

// code is a text in backticks, whatever is in it.
func code(s string) string {
	s = escape(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// markdown makes text harmless within a line of Markdown.
func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`, "|", `\|`, "#", `\#`).Replace(escape(s))
}

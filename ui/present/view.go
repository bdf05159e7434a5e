// Package present shows the signing flow to a room: one thing at a time, few words, wide
// margins, one step for each key. It draws what it is given and decides nothing; what is
// not for an audience goes through a [Mask].
package present

import (
	"strings"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader"
)

// The steps, in their order.
const (
	StepParams = iota
	StepLeftOut
	StepSorted
	StepJoined
	StepSecret
	StepHash
	StepRequest
	StepSend
	StepAnswer
	Steps // how many there are
)

// titles and words are the head of each step.
var (
	titles = [Steps]visible.Text{"Parameters", "Left out", "Sorted", "Joined", "Secret", "Hashed", "Request", "Send", "Answer"}
	words  = [Steps]visible.Text{
		"what we ask for", "what the signature does not cover", "by name, from A to Z", "name=value, with & between: the string to sign",
		"the API secret goes right behind it", "the signature", "the same as a command", "", "what the server says",
	}
)

// Scene is what a step shows.
type Scene struct {
	Step int
	// Mask is for everything that is drawn.
	Mask     Mask
	Prepared uploader.Prepared
	// Problem says why the request cannot be signed; empty where it can.
	Problem visible.Text
	// Command is the request as a cURL command.
	Command string
	// Host is where it goes to.
	Host string
	// Doing says how sending goes on; empty where nothing is being sent.
	Doing visible.Text
	// Sent is the last upload; nil where there is none.
	Sent *Attempt
	// Scroll is how many lines the content is moved up.
	Scroll int
}

// Attempt is an upload and what became of it.
type Attempt struct {
	Prepared uploader.Prepared
	Result   *uploader.Result
	Err      error
	Why      uploader.Explanation
}

// margin is the blank space at each side.
func margin(w int) int { return max(w/10, 4) }

// Lines draws the step into w by h cells. more is how many lines of it stand below the
// edge.
func (s Scene) Lines(w, h int, th theme.Theme) (lines []text.Line, more int) {
	in := w - 2*margin(w)
	head := s.head(in, th)
	items := s.content(in, th)
	room := max(h-len(head)-4, 1)
	content := set(items, 1)
	if len(content) > room {
		content = set(items, 0)
	}
	var shown []text.Line
	if len(content) > room {
		from := min(s.Scroll, len(content)-room)
		shown, more = content[from:from+room], len(content)-room-from
	} else {
		shown = content
	}
	lines = append(lines, nil)
	lines = append(lines, head...)
	lines = append(lines, nil)
	if free := room - len(shown); free > 1 {
		lines = append(lines, make([]text.Line, free/3)...)
	}
	lines = append(lines, shown...)
	lines = text.Fit(lines, in, h-1)
	lines = append(lines, s.dots(in, th))
	for i, l := range lines {
		if len(l) > 0 {
			lines[i] = append(text.Line{{Text: widget.Blank(margin(w)), Style: th.Text}}, l...)
		}
	}
	return text.Fit(lines, w, h), more
}

// head is the number of the step, large, with its title and a few words beside it.
func (s Scene) head(w int, th theme.Theme) []text.Line {
	digit := bigDigit(s.Step + 1)
	title := spaced(strings.ToUpper(string(titles[s.Step])))
	sub := words[s.Step]
	switch {
	case s.Step == StepSend:
		sub = "to " + visible.Clean(s.Host)
	case s.Step == StepHash:
		sub = "the signature, by " + hashName(s.Prepared.Trace.Options)
	}
	lines := make([]text.Line, len(digit))
	for i, d := range digit {
		lines[i] = text.Line{{Text: d, Style: th.Accent}, {Text: "    ", Style: th.Text}}
	}
	lines[0] = append(lines[0], text.Span{Text: title, Style: th.Title})
	lines[2] = append(lines[2], text.Span{Text: text.Truncate(sub, max(w-12, 1)), Style: th.Text})
	return lines
}

func hashName(o signer.Options) visible.Text {
	if o.Algorithm == signer.SHA256 {
		return "SHA-256"
	}
	return "SHA-1"
}

// dots tell how far the way is.
func (s Scene) dots(w int, th theme.Theme) text.Line {
	l := text.Line{{Text: widget.Blank(max((w-2*Steps+1)/2, 0)), Style: th.Text}}
	for i := range int(Steps) {
		switch {
		case i == s.Step:
			l = append(l, text.Span{Text: "● ", Style: th.Accent})
		case i < s.Step:
			l = append(l, text.Span{Text: "● ", Style: th.Muted})
		default:
			l = append(l, text.Span{Text: "○ ", Style: th.Muted})
		}
	}
	return l
}

// item is what belongs together: no blank line gets into it.
type item []text.Line

// set puts blank lines between the items.
func set(items []item, blank int) []text.Line {
	var out []text.Line
	for i, it := range items {
		if i > 0 {
			out = append(out, make([]text.Line, blank)...)
		}
		out = append(out, it...)
	}
	return out
}

// one is an item of a line.
func one(l ...text.Span) item { return item{l} }

// spaced sets blanks between the characters.
func spaced(t string) visible.Text {
	var b strings.Builder
	for i, r := range t {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return visible.Clean(b.String())
}

// content is the one thing of the step.
func (s Scene) content(w int, th theme.Theme) []item {
	t := s.Prepared.Trace
	if s.Problem != "" && s.Step >= StepHash && s.Step <= StepSend {
		return []item{text.WrapWords(text.Line{{Text: s.Problem, Style: th.Danger}}, w)}
	}
	switch s.Step {
	case StepParams:
		return s.params(w, th)
	case StepLeftOut:
		return leftOut(t, w, th)
	case StepSorted:
		var rows []row
		for _, p := range t.Steps {
			rows = append(rows, row{p.Name, s.Mask.Text(p.Value)})
		}
		return table(rows, w, th)
	case StepJoined:
		return []item{s.joined(w, th, nil)}
	case StepSecret:
		return s.secret(w, th)
	case StepHash:
		return groups(t.Signature, w, th)
	case StepRequest:
		var lines []text.Line
		for l := range strings.SplitSeq(string(visible.CleanLines(s.Mask.Text(s.Command))), "\n") {
			lines = append(lines, text.WrapLine(text.Plain(visible.Clean(l), th.Text), w)...)
		}
		return []item{lines}
	case StepSend:
		return s.send(w, th)
	}
	return s.answer(w, th)
}

type row struct{ name, value string }

// table sets names and values in two columns.
func table(rows []row, w int, th theme.Theme) []item {
	if len(rows) == 0 {
		return []item{one(text.Span{Text: "nothing", Style: th.Muted})}
	}
	width := 0
	for _, r := range rows {
		width = max(width, min(text.Width(visible.Clean(r.name)), w/3))
	}
	var items []item
	for _, r := range rows {
		var it item
		name := text.Truncate(visible.Clean(r.name), width)
		label := text.Line{{Text: name, Style: th.Accent}, {Text: widget.Blank(width + 3 - text.Width(name)), Style: th.Text}}
		for _, l := range text.WrapLine(text.Plain(visible.Clean(cut(r.value)), th.Title), max(w-width-3, 8)) {
			it = append(it, append(label, l...))
			label = text.Line{{Text: widget.Blank(width + 3), Style: th.Text}}
		}
		items = append(items, it)
	}
	return items
}

// cut bounds what is laid out of a value.
func cut(s string) string {
	if len(s) > 2000 {
		return s[:2000] + "…"
	}
	return s
}

func (s Scene) params(w int, th theme.Theme) []item {
	file := s.Prepared.File
	name := file.Kind.String()
	switch {
	case file.Kind == uploader.FileSample || s.Prepared.Draft().File == uploader.SampleToken:
		name = "the sample picture"
	case file.Kind == uploader.FilePath:
		name = file.Path
	case file.Kind != uploader.FileNone && file.Kind != uploader.FileData:
		name = file.Text
	}
	rows := []row{{"file", s.Mask.Text(name)}}
	for _, p := range s.Prepared.Draft().Params {
		if !p.Off && p.Value != "" {
			rows = append(rows, row{p.Name, s.Mask.Text(p.Value)})
		}
	}
	return table(append(rows, row{"timestamp", s.Prepared.Timestamp}), w, th)
}

// leftOut names what is not signed, and why.
func leftOut(t signer.Trace, w int, th theme.Theme) []item {
	why := map[signer.Reason]string{
		signer.Excluded: "sent, never signed", signer.Empty: "empty: not even sent", signer.Off: "switched off: not even sent", signer.Signature: "cannot sign itself",
	}
	var rows []row
	for _, l := range t.LeftOut {
		rows = append(rows, row{l.Name, why[l.Reason]})
	}
	return table(rows, w, th)
}

// joined is the string to sign, its separators marked, with end behind it. It is broken
// behind a separator where that is possible.
func (s Scene) joined(w int, th theme.Theme, end text.Line) item {
	var it item
	var line text.Line
	steps := s.Prepared.Trace.Steps
	for i, p := range steps {
		part := text.Line{{Text: visible.Clean(s.Mask.Text(p.Text)), Style: th.Title}}
		if i < len(steps)-1 {
			part = append(part, text.Span{Text: "&", Style: th.Key})
		} else {
			part = append(part, end...)
		}
		if len(line) > 0 && line.Width()+part.Width() > w {
			it, line = append(it, text.WrapLine(line, w)...), nil
		}
		line = append(line, part...)
	}
	return append(it, text.WrapLine(line, w)...)
}

// secret shows where the secret goes. It is never shown; the sandbox's is published, and
// named.
func (s Scene) secret(w int, th theme.Theme) []item {
	end := text.Line{{Text: "‹API secret " + signer.Mask + "›", Style: th.Warn}}
	items := []item{s.joined(w, th, end), {nil}}
	if s.Prepared.Account.Sandbox {
		return append(items, one(text.Span{Text: "The sandbox's is no secret, the documentation prints it:  ", Style: th.Text}, text.Span{Text: "abcd", Style: th.Title}))
	}
	return append(items, text.WrapWords(text.Plain("Only its owner and the server know it. It is never sent.", th.Text), w))
}

// groups are the digits of a signature, eight at a time, so that they can be read aloud.
func groups(signature string, w int, th theme.Theme) []item {
	const digits, gap = 8, 4
	width := 2*digits - 1
	perLine := max((w+gap)/(width+gap), 1)
	var lines []item
	var l text.Line
	for i := 0; i < len(signature); i += digits {
		if len(l) > 0 {
			l = append(l, text.Span{Text: widget.Blank(gap), Style: th.Text})
		}
		l = append(l, text.Span{Text: spaced(signature[i:min(i+digits, len(signature))]), Style: th.Title})
		if (i/digits+1)%perLine == 0 {
			lines, l = append(lines, item{l}), nil
		}
	}
	if len(l) > 0 {
		lines = append(lines, item{l})
	}
	return lines
}

func (s Scene) send(w int, th theme.Theme) []item {
	where, style := visible.Text(" SANDBOX "), th.Sandbox
	ask := visible.Text("space sends it")
	if !s.Prepared.Account.Sandbox {
		where, style, ask = " LIVE ", th.Live, "space asks, and then sends it"
	}
	items := []item{
		one(text.Span{Text: where, Style: style}),
		one(text.Span{Text: "POST ", Style: th.Key}, text.Span{Text: text.Middle(visible.Clean(s.Mask.Text(s.Prepared.URL)), max(w-5, 8)), Style: th.Title}),
	}
	if s.Doing != "" {
		return append(items, text.WrapWords(text.Plain(s.Doing, th.Accent), w))
	}
	return append(items, one(text.Span{Text: ask, Style: th.Text}))
}

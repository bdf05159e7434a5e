package response

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
)

// maxEager is how many derived versions are listed above the tree.
const maxEager = 5

// eagerItem is a derived version that was made.
type eagerItem struct {
	Transformation string      `json:"transformation"`
	Width          json.Number `json:"width"`
	Height         json.Number `json:"height"`
	Bytes          json.Number `json:"bytes"`
	SecureURL      string      `json:"secure_url"`
	Status         string      `json:"status"`
}

// eagerOf reads the derived versions out of an answer; none where it has none.
func eagerOf(res *uploader.Result) []eagerItem {
	if res.Kind != uploader.BodyJSON || len(res.Body) > 1<<20 {
		return nil
	}
	var a struct {
		Eager []eagerItem `json:"eager"`
	}
	_ = json.Unmarshal(res.Body, &a)
	return a.Eager
}

// isWeb reports whether a link may be opened at all (threat T8).
func isWeb(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// Lines is the screen's content.
func (m Model) Lines() []text.Line {
	lines := m.summary()
	room := max(m.height-len(lines), 0)
	switch {
	case m.res == nil:
	case m.view == viewTree:
		lines = append(lines, m.tree.Lines()...)
	case m.view == viewHeaders:
		from := min(m.top, len(m.headers))
		lines = append(lines, m.headers[from:min(from+room, len(m.headers))]...)
	case len(bytes.TrimSpace(m.res.Body)) == 0:
		lines = append(lines, text.Plain("(nothing)", m.th.Muted))
	default:
		for n := m.top; n < min(m.top+room, len(m.raw.rows)); n++ {
			lines = append(lines, m.raw.draw(n, m.th.Text))
		}
	}
	return text.Fit(lines, m.width, m.height)
}

// layout gives the parts their room.
func (m *Model) layout() {
	if m.res == nil || m.width < 1 {
		return
	}
	if m.doc != nil {
		m.tree.SetSize(m.width, max(m.room(), 1))
	}
	m.headers = []text.Line{text.Plain(visible.Clean(m.res.Proto+" "+m.res.StatusText), m.th.Title)}
	for _, t := range m.res.Timings {
		m.headers = append(m.headers, text.Line{{Text: visible.Clean(t.Name) + "  ", Style: m.th.Muted}, {Text: widget.Duration(t.Took), Style: m.th.Text}})
	}
	if m.res.Parts > 0 || m.res.Retries > 0 {
		m.headers = append(m.headers, text.Plain(manyWords(m.res.Parts, m.res.Retries), m.th.Muted))
	}
	if len(m.res.Timings) > 0 {
		m.headers = append(m.headers, nil)
	}
	for _, h := range m.res.Header {
		l := text.Line{{Text: visible.Clean(h.Name) + ": ", Style: m.th.JSONKey}, {Text: visible.Clean(h.Value), Style: m.th.Text}}
		m.headers = append(m.headers, text.WrapLine(l, m.width)...)
	}
	m.raw.setWidth(m.width)
	m.scrollBy(0)
}

// summary is what stands above the body: the verdict, the link, what to do.
func (m Model) summary() []text.Line {
	verdict := m.verdict()
	most := max(m.height-4, 1)
	told := m.lookUpLines()
	if m.res == nil {
		return append(append([]text.Line{verdict}, m.explanation(m.height-1-len(told))...), told...)
	}
	var facts []text.Line
	if m.err == nil {
		if m.res.SecureURL != "" {
			facts = append(facts, m.linkLine())
		}
		facts = append(facts, m.signatureLine())
	}
	if m.Refused() {
		facts = append(facts, text.Line{{Text: "d", Style: m.th.Key}, {Text: " the doctor finds out why", Style: m.th.Muted}})
	}
	for _, w := range m.res.Warnings {
		facts = append(facts, text.WrapWords(text.Line{{Text: "! " + visible.Clean(clip(w)), Style: m.th.Warn}}, m.width)...)
	}
	for i, e := range m.eager {
		if i == maxEager {
			facts = append(facts, text.Plain("      and "+widget.Count(len(m.eager)-i)+" more, in the tree", m.th.Muted))
			break
		}
		facts = append(facts, m.eagerLine(e))
	}
	lines, body := []text.Line{verdict}, m.bodyLines()
	if m.err != nil {
		lines = append(lines, m.explanation(most-1-len(body)-len(facts)-len(told))...)
		lines = append(lines, told...)
	}
	lines = append(lines, facts...)
	if room := max(most-len(body), 0); len(lines) > room {
		lines = lines[:room]
	}
	return append(lines, body...)
}

// linkLine is secure_url, and whether it can be opened.
func (m Model) linkLine() text.Line {
	hint := text.Span{Text: "  o opens", Style: m.th.Key}
	if !isWeb(m.res.SecureURL) {
		hint = text.Span{Text: "  no http link: not opened", Style: m.th.Warn}
	}
	const label = visible.Text("secure_url ")
	link := text.Middle(visible.Clean(clip(m.res.SecureURL)), max(m.width-text.Width(label)-text.Width(hint.Text), 8))
	return text.Line{{Text: label, Style: m.th.Muted}, {Text: link, Style: m.th.Accent}, hint}
}

// clip bounds what is laid out of a text from outside.
func clip(s string) string {
	const most = 4000
	if len(s) <= most {
		return s
	}
	n := most
	for n > most-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// verdict is the first line: glyph and word say what became of the upload.
func (m Model) verdict() text.Line {
	var l text.Line
	switch {
	case m.err == nil:
		l = text.Line{{Text: "✓ ", Style: m.th.Ok}}
	case m.unknown():
		l = text.Line{{Text: "? OUTCOME UNKNOWN ", Style: m.th.Unknown}}
	default:
		l = text.Line{{Text: "✗ ", Style: m.th.Danger}, {Text: visible.Clean(clip(m.why.Title)) + " ", Style: m.th.Danger}}
	}
	if m.res == nil {
		return l
	}
	style := m.th.Ok
	if m.err != nil {
		style = m.th.Title
	}
	l = append(l, text.Span{Text: visible.Clean(clip(m.res.StatusText)), Style: style},
		text.Span{Text: " in " + widget.Duration(m.res.Elapsed) + "  " + widget.Bytes(m.res.Sent) + " sent, " + widget.Bytes(int64(len(m.res.Body))) + " received", Style: m.th.Muted})
	if m.res.RequestID != "" {
		l = append(l, text.Span{Text: "  request " + visible.Clean(clip(m.res.RequestID)), Style: m.th.Muted})
	}
	return l
}

// explanation is what happened, why, and what to do, in at most n lines. What is too
// long is cut in its middle part first: what to do stays.
func (m Model) explanation(n int) []text.Line {
	what := m.paragraph("what  ", m.why.What, m.th.Title)
	why := m.paragraph("why   ", m.why.Why, m.th.Text)
	hint := m.paragraph("hint: ", m.why.Hint, m.th.Text)
	if m.lookUp.found != nil {
		hint = nil // what was found has one of its own
	}
	why = m.shorten(why, n-len(what)-len(hint))
	what = m.shorten(what, n-len(why)-len(hint))
	return append(append(what, why...), hint...)
}

// paragraph sets a text beside its label.
func (m Model) paragraph(label visible.Text, what string, style text.Style) []text.Line {
	if what == "" {
		return nil
	}
	var lines []text.Line
	side := text.Width(label)
	for _, part := range strings.Split(clip(what), "\n") {
		for _, l := range text.WrapWords(text.Plain(visible.Clean(part), style), max(m.width-side, side)) {
			lines = append(lines, append(text.Plain(label, m.th.Muted), l...))
			label = widget.Blank(side)
		}
	}
	return lines
}

// shorten keeps n lines of a paragraph, at least one, and shows where it cut.
func (m Model) shorten(lines []text.Line, n int) []text.Line {
	if n = max(n, 1); len(lines) <= n {
		return lines
	}
	last := append(slices.Clone(lines[n-1]), text.Span{Text: " …", Style: m.th.Muted})
	return append(lines[:n-1:n-1], text.Cut(last, m.width))
}

func (m Model) signatureLine() text.Line {
	switch m.res.Signature {
	case uploader.SignatureVerified:
		return text.Line{{Text: "✓ response signature verified", Style: m.th.Ok},
			{Text: ": public_id, version and this secret · ", Style: m.th.Muted}, {Text: "v", Style: m.th.Key}, {Text: " how", Style: m.th.Muted}}
	case uploader.SignatureWrong:
		return text.Line{{Text: "✗ response signature is wrong", Style: m.th.Danger}, {Text: " · ", Style: m.th.Muted}, {Text: "v", Style: m.th.Key}, {Text: " says what it would be right for", Style: m.th.Muted}}
	}
	return text.Line{{Text: "the answer carries no signature", Style: m.th.Muted}}
}

func (m Model) eagerLine(e eagerItem) text.Line {
	l := text.Line{{Text: "eager ", Style: m.th.Muted}, {Text: visible.Clean(clip(e.Transformation)), Style: m.th.Text}}
	if e.Status != "" {
		return append(l, text.Span{Text: "  " + visible.Clean(clip(e.Status)), Style: m.th.Muted})
	}
	l = append(l, text.Span{Text: "  " + visible.Clean(clip(e.Width.String()+"×"+e.Height.String())), Style: m.th.Title})
	if n, err := e.Bytes.Int64(); err == nil {
		l = append(l, text.Span{Text: "  " + widget.Bytes(n), Style: m.th.Muted})
	}
	return append(l, text.Span{Text: "  " + visible.Clean(clip(e.SecureURL)), Style: m.th.Muted})
}

// bodyLines name the part that is shown below, and what the body is where it is not
// what it should be, on a line of its own if need be.
func (m Model) bodyLines() []text.Line {
	var l text.Line
	for i, n := range []visible.Text{"tree", "headers", "raw"} {
		switch {
		case view(i) == m.view:
			l = append(l, text.Span{Text: "[" + n + "]", Style: m.th.Title})
		case view(i) == viewTree && !m.hasTree():
			l = append(l, text.Span{Text: " " + n + " ", Style: m.th.Struck})
		default:
			l = append(l, text.Span{Text: " " + n + " ", Style: m.th.Muted})
		}
		l = append(l, text.Span{Text: " ", Style: m.th.Muted})
	}
	l = append(l, text.Span{Text: "tab", Style: m.th.Key})
	var what visible.Text
	if m.res.Kind != uploader.BodyJSON || m.res.Cut {
		what = "  the answer is " + visible.Clean(m.res.Kind.Words())
	}
	if m.res.Cut {
		what += ", and was cut"
	}
	if m.docErr != nil && m.hasTree() {
		what += "  " + visible.Clean(m.docErr.Error())
	}
	if what == "" {
		return []text.Line{l}
	}
	if w := l.Width(); w+text.Width(what) <= m.width {
		return []text.Line{append(l, text.Span{Text: what, Style: m.th.Warn})}
	}
	return append([]text.Line{l}, text.Plain(what[2:], m.th.Warn))
}

// Title is how the upload ended, in a few words.
func (m Model) Title() string {
	if m.err == nil {
		return "uploaded"
	}
	return m.why.Title
}

// manyWords say in how many parts a file went, and how often something was sent again.
func manyWords(parts, retries int) visible.Text {
	var t visible.Text
	if parts > 0 {
		t = "in " + widget.Count(parts) + " parts"
	}
	if retries > 0 {
		if t != "" {
			t += ", "
		}
		t += "tries that went wrong: " + widget.Count(retries)
	}
	return t
}

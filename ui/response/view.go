package response

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/widget"
	"signpost/uploader"
)

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
	return a.Eager[:min(len(a.Eager), 5)]
}

// isWeb reports whether a link may be opened at all (threat T8).
func isWeb(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// Lines is the screen's content.
func (m Model) Lines() []text.Line {
	top := m.summary()
	room := max(m.height-len(top), 0)
	switch {
	case m.res == nil:
		return text.Fit(top, m.width, m.height)
	case m.view == viewTree && m.doc != nil:
		return text.Fit(append(top, m.tree.Lines()...), m.width, m.height)
	}
	from := min(m.top, len(m.lines))
	return text.Fit(append(top, m.lines[from:min(from+room, len(m.lines))]...), m.width, m.height)
}

// layout gives the parts their room and lays out what is not a tree.
func (m *Model) layout() {
	if m.res == nil || m.width < 1 {
		return
	}
	room := max(m.height-len(m.summary()), 1)
	if m.doc != nil {
		m.tree.SetSize(m.width, room)
	}
	m.lines = nil
	switch m.view {
	case viewHeaders:
		m.lines = append(m.lines, text.Line{{Text: visible.Clean(m.res.Proto + " " + m.res.StatusText), Style: m.th.Title}})
		for _, h := range m.res.Header {
			l := text.Line{{Text: visible.Clean(h.Name) + ": ", Style: m.th.JSONKey}, {Text: visible.Clean(h.Value), Style: m.th.Text}}
			m.lines = append(m.lines, text.WrapLine(l, m.width)...)
		}
	case viewRaw:
		m.lines = m.rawLines()
	}
}

// maxRaw is how much of the raw text is laid out; the whole of it can be copied.
const maxRaw = 256 << 10

func (m Model) rawLines() []text.Line {
	body, cut := m.res.Body, false
	if len(body) > maxRaw {
		body, cut = body[:maxRaw], true
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return []text.Line{{{Text: "(nothing)", Style: m.th.Muted}}}
	}
	var lines []text.Line
	for _, l := range strings.Split(string(visible.CleanLines(string(body))), "\n") {
		lines = append(lines, text.WrapLine(text.Line{{Text: visible.Clean(l), Style: m.th.Text}}, m.width)...)
	}
	if cut {
		lines = append(lines, text.Line{{Text: "… " + widget.Bytes(int64(len(m.res.Body))) + " in all; c copies everything", Style: m.th.Muted}})
	}
	return lines
}

// summary is what stands above the body: the verdict, the link, what to do.
func (m Model) summary() []text.Line {
	lines := []text.Line{m.verdict()}
	if m.err != nil {
		lines = append(lines, m.explanation()...)
	}
	if m.res == nil {
		return lines
	}
	if m.err == nil && m.res.SecureURL != "" {
		lines = append(lines, text.Line{{Text: "secure_url ", Style: m.th.Muted}, {Text: text.Middle(visible.Clean(clip(m.res.SecureURL)), max(m.width-19, 8)), Style: m.th.Accent}, {Text: "  o opens", Style: m.th.Key}})
	}
	if m.err == nil {
		lines = append(lines, m.signatureLine())
	}
	for _, w := range m.res.Warnings {
		lines = append(lines, text.WrapWords(text.Line{{Text: "! " + visible.Clean(clip(w)), Style: m.th.Warn}}, m.width)...)
	}
	for _, e := range m.eager {
		lines = append(lines, m.eagerLine(e))
	}
	lines = append(lines, m.bodyLine())
	if most := max(m.height-4, 1); len(lines) > most {
		lines = append(lines[:most-1:most-1], lines[len(lines)-1])
	}
	return lines
}

func clip(s string) string {
	if len(s) > 4000 {
		return s[:4000]
	}
	return s
}

// verdict is the first line: glyph and word say what became of the upload.
func (m Model) verdict() text.Line {
	var l text.Line
	var unknown *uploader.OutcomeUnknownError
	switch {
	case m.err == nil:
		l = text.Line{{Text: "✓ ", Style: m.th.Ok}}
	case errors.As(m.err, &unknown):
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

// explanation is what happened, why, and what to do.
func (m Model) explanation() []text.Line {
	var lines []text.Line
	add := func(label, what string, bold bool) {
		if what == "" {
			return
		}
		style := m.th.Text
		if bold {
			style = m.th.Title
		}
		for _, part := range strings.Split(clip(what), "\n") {
			l := text.Line{{Text: visible.Clean(label), Style: m.th.Muted}, {Text: visible.Clean(part), Style: style}}
			lines = append(lines, text.WrapWords(l, m.width)...)
			label = "      "
		}
	}
	add("what  ", m.why.What, true)
	add("why   ", m.why.Why, false)
	add("hint: ", m.why.Hint, false)
	return lines
}

func (m Model) signatureLine() text.Line {
	switch m.res.Signature {
	case uploader.SignatureVerified:
		return text.Line{{Text: "✓ response signature verified", Style: m.th.Ok},
			{Text: ": it is the hash of public_id and version with this secret", Style: m.th.Muted}}
	case uploader.SignatureWrong:
		return text.Line{{Text: "✗ response signature is wrong", Style: m.th.Danger}}
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

// bodyLine names the part that is shown below, and what the body is where it is not
// what it should be.
func (m Model) bodyLine() text.Line {
	names := []visible.Text{"tree", "headers", "raw"}
	l := text.Line{}
	for i, n := range names {
		if i > 0 {
			l = append(l, text.Span{Text: " ", Style: m.th.Muted})
		}
		if view(i) == m.view {
			l = append(l, text.Span{Text: "[" + n + "]", Style: m.th.Title})
		} else {
			l = append(l, text.Span{Text: " " + n + " ", Style: m.th.Muted})
		}
	}
	l = append(l, text.Span{Text: " tab", Style: m.th.Key})
	if m.res.Kind != uploader.BodyJSON || m.res.Cut {
		what := "  the answer is " + visible.Clean(m.res.Kind.Words())
		if m.res.Cut {
			what += ", and was cut"
		}
		l = append(l, text.Span{Text: what, Style: m.th.Warn})
	}
	if m.docErr != nil {
		l = append(l, text.Span{Text: "  " + visible.Clean(m.docErr.Error()), Style: m.th.Warn})
	}
	return l
}

package lesson

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/area"
	"signpost/ui/field"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader/tamper"
)

// part is what has the focus: the text of the lesson, or a part of the request.
type part uint8

const (
	partText part = iota
	partSigned
	partSent
	partSecret
	partHash
	partCloud
	partCount
)

// bench is a request of which every part can be edited.
type bench struct {
	base          tamper.Request
	signed, sent  area.Model
	secret, cloud field.Model
	hash          tamper.Hash
}

func newBench(r tamper.Request) bench {
	b := bench{
		base: r, signed: area.New(Pieces(r.Text)), sent: area.New(FieldLines(r.Fields)),
		secret: field.New(r.Secret), cloud: field.New(r.Cloud), hash: r.Hash,
	}
	b.signed.MoveTo(0)
	b.sent.MoveTo(0)
	return b
}

// request is what has become of the request.
func (b bench) request() tamper.Request {
	r := b.base
	r.Text, r.Fields = Joined(b.signed.Value()), Fields(b.sent.Value())
	r.Secret, r.Cloud, r.Hash = b.secret.Value(), b.cloud.Value(), b.hash
	return r
}

// update hands a message to the part that has the focus.
func (b *bench) update(at part, msg tea.Msg) {
	switch at {
	case partSigned:
		b.signed = b.signed.Update(msg)
	case partSent:
		b.sent = b.sent.Update(msg)
	case partSecret:
		b.secret, _ = b.secret.Update(msg)
	case partCloud:
		b.cloud, _ = b.cloud.Update(msg)
	case partHash:
		k, ok := msg.(tea.KeyPressMsg)
		if !ok {
			return
		}
		i, n := slices.Index(tamper.Hashes, b.hash), len(tamper.Hashes)
		switch k.String() {
		case "left", "up":
			b.hash = tamper.Hashes[(i+n-1)%n]
		case "right", "down", "space", "enter":
			b.hash = tamper.Hashes[(i+1)%n]
		}
	}
}

// rows is how many lines the longer of the two lists has.
func (b bench) rows() int {
	n := func(s string) int {
		c := 1
		for _, r := range s {
			if r == '\n' {
				c++
			}
		}
		return c
	}
	return max(n(b.signed.Value()), n(b.sent.Value()))
}

// lines draws the request in w cells, the lists h lines high; x and y are the cursor's
// cell where a part of it has the focus.
func (b bench) lines(focus part, w, h int, th theme.Theme) (out []text.Line, x, y int, ok bool) {
	left := (w - 2) / 2
	right := w - 2 - left
	style := func(p part) text.Style {
		if p == focus {
			return th.Focus
		}
		return th.Accent
	}
	heads := text.Line{{Text: text.Truncate("signed, one a line", left), Style: style(partSigned)}}
	heads = append(heads, text.Span{Text: widget.Blank(left + 2 - heads.Width()), Style: th.Text}, text.Span{Text: text.Truncate("sent, one a line", right), Style: style(partSent)})
	out = append(out, heads)
	a, ax, ay := b.signed.Lines(left, h, 0, th)
	c, cx, cy := b.sent.Lines(right, h, 0, th)
	a, c = text.Fit(a, left, h), text.Fit(c, right, h)
	for i := range h {
		l := append(text.Line(nil), a[i]...)
		l = append(l, text.Span{Text: widget.Blank(left + 2 - a[i].Width()), Style: th.Text})
		out = append(out, append(l, c[i]...))
	}
	row, cells := b.settings(focus, w, th)
	out = append(out, row)
	switch focus {
	case partSigned:
		return out, ax, 1 + ay, true
	case partSent:
		return out, left + 2 + cx, 1 + cy, true
	case partSecret, partCloud:
		return out, min(cells, w-1), 1 + h, true
	}
	return out, 0, 0, false
}

// settingAt is the part that cell x of the line with secret, hash and cloud belongs to.
func (b bench) settingAt(x int, focus part, w int, th theme.Theme) part {
	row, _ := b.settings(focus, w, th)
	at, cells := partSecret, 0
	for _, s := range row {
		switch s.Text {
		case "hash ":
			at = partHash
		case "cloud ":
			at = partCloud
		}
		if cells += text.Width(s.Text); x < cells {
			break
		}
	}
	return at
}

// settings is the line with secret, hash and cloud; at is the cursor's cell.
func (b bench) settings(focus part, w int, th theme.Theme) (l text.Line, at int) {
	name := func(t visible.Text, p part) text.Span {
		if p == focus {
			return text.Span{Text: t, Style: th.Focus}
		}
		return text.Span{Text: t, Style: th.Accent}
	}
	const room = 14
	put := func(label visible.Text, p part, value text.Line) {
		if len(l) > 0 {
			l = append(l, text.Span{Text: "   ", Style: th.Text})
		}
		l = append(l, name(label+" ", p))
		l = append(l, value...)
	}
	put("secret", partSecret, b.secret.View(room, focus == partSecret, th))
	if focus == partSecret {
		at = 7 + b.secret.CursorX(room)
	}
	hash := visible.Clean(string(b.hash))
	if focus == partHash {
		hash = "‹ " + hash + " ›"
	}
	put("hash", partHash, text.Plain(hash, th.Text))
	put("cloud", partCloud, nil)
	if focus == partCloud {
		at = l.Width() + b.cloud.CursorX(room)
	}
	l = append(l, b.cloud.View(room, focus == partCloud, th)...)
	return text.Cut(l, w), at
}

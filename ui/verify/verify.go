// Package verify is the place where a signature that the service made is examined: of an
// answer, a webhook call, a delivery URL. It shows each step and the verdict, and changes
// nothing of the form.
package verify

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/verify"
	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// maxText is how many bytes are looked at.
const maxText = 1 << 20

// CheckedMsg is what came of the examination of a text.
type CheckedMsg struct {
	Text string
	// Shown is the text as it may be drawn: without the secrets at hand. Empty where it
	// must not be.
	Shown string
	// Account says with whose secret it was examined.
	Account string
	Report  verify.Report
	Err     error
}

// Model is the dialog.
type Model struct {
	text   string
	result CheckedMsg
	read   bool // result belongs to text
	large  int  // bytes of a paste that was refused
	scroll int
	// reach is how far it could be scrolled when it was last drawn.
	reach *int
}

// New returns the empty dialog.
func New() Model { return Model{reach: new(int)} }

// NewWith begins with a text.
func NewWith(text string) Model { return Model{text: text, reach: new(int)} }

// Init asks for the examination of the text that it begins with.
func (m Model) Init() dialog.Action {
	if m.text == "" {
		return nil
	}
	return dialog.VerifyRequested{Text: m.text}
}

// Wide asks for the whole width of the screen.
func (Model) Wide() {}

// Update takes pastes and typed characters, and scrolls.
func (m Model) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case CheckedMsg:
		if msg.Text == m.text {
			m.result, m.read, m.scroll = msg, true, 0
		}
	case tea.PasteMsg:
		content := msg.Content
		if !strings.Contains(content, "\n") { // many terminals paste CR for each line end
			content = strings.ReplaceAll(content, "\r", "\n")
		}
		return m.append(content)
	case tea.MouseWheelMsg:
		m.roll(map[bool]int{true: -3, false: 3}[msg.Button == tea.MouseWheelUp])
	case tea.KeyPressMsg:
		return m.key(msg)
	}
	return m, nil
}

func (m *Model) roll(by int) { m.scroll = max(min(m.scroll+by, *m.reach), 0) }

func (m Model) append(s string) (dialog.Dialog, dialog.Action) {
	if len(m.text)+len(s) > maxText {
		m.large = len(s)
		return m, nil
	}
	m.text, m.read, m.large = m.text+s, false, 0
	return m, m.Init()
}

func (m Model) key(k tea.KeyPressMsg) (dialog.Dialog, dialog.Action) {
	switch k.String() {
	case "esc":
		return m, dialog.Closed{}
	case "up":
		m.roll(-1)
	case "down":
		m.roll(1)
	case "pgup":
		m.roll(-8)
	case "pgdown":
		m.roll(8)
	case "ctrl+u":
		return New(), nil
	case "ctrl+y":
		if m.read && m.result.Err == nil {
			var b strings.Builder
			for _, l := range m.body(100, theme.Theme{}) {
				b.WriteString(l.PlainText() + "\n")
			}
			return m, dialog.CopyRequested{What: "the examination", Text: b.String()}
		}
	case "enter":
		if m.text != "" {
			return m.append("\n")
		}
	case "backspace":
		if r := []rune(m.text); len(r) > 0 && len(r) < 4096 {
			m.text, m.read = string(r[:len(r)-1]), false
			return m, m.Init()
		}
	default:
		if k.Text != "" {
			return m.append(k.Text)
		}
	}
	return m, nil
}

// View shows the beginning of the text and what was found, in at most h lines.
func (m Model) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	const title = "Verify a signature"
	if m.text == "" {
		lines := text.WrapWords(text.Line{{Text: "Paste what the service signed: an answer to an upload (JSON with public_id, version and signature), a webhook call (headers with X-Cld-Timestamp and X-Cld-Signature, a blank line, the body), or a delivery URL with s--…--. It is examined with the secret of the account in use. Nothing of the form changes, and nothing is sent.", Style: th.Muted}}, w)
		if m.large > 0 {
			lines = append(lines, nil, text.Line{{Text: "! " + widget.Bytes(int64(m.large)) + " are too many: nothing of it was read", Style: th.Warn}})
		}
		lines = append(lines, nil)
		lines = text.Fit(append(append(lines, text.Line{{Text: "› ", Style: th.Accent}}, nil), m.keyLine(w, th)), w, min(len(lines)+3, h))
		cursor := &dialog.Point{X: 2, Y: len(lines) - 3}
		if cursor.Y < 0 {
			cursor = nil
		}
		return title, lines, cursor
	}
	body := m.body(w, th)
	room := max(h-1, 1)
	*m.reach = max(len(body)-room, 0)
	from := min(m.scroll, *m.reach)
	lines := append([]text.Line(nil), body[from:min(from+room, len(body))]...)
	lines = append(lines, m.keyLine(w, th))
	return title, lines[:min(len(lines), h)], nil
}

func (m Model) keyLine(w int, th theme.Theme) text.Line {
	var l text.Line
	add := func(key, what visible.Text) {
		if len(l) > 0 {
			l = append(l, text.Span{Text: " · ", Style: th.Muted})
		}
		l = append(l, text.Span{Text: key, Style: th.Key}, text.Span{Text: " " + what, Style: th.Muted})
	}
	if m.text != "" {
		add("ctrl+u", "another one")
		if *m.reach > 0 {
			add("↑ ↓", "scroll")
		}
		if m.read && m.result.Err == nil {
			add("ctrl+y", "copies")
		}
	}
	add("esc", "back")
	return text.Cut(l, w)
}

// body is the text's beginning and the examination.
func (m Model) body(w int, th theme.Theme) []text.Line {
	if !m.read {
		return []text.Line{text.Cut(text.Plain("reading "+widget.Bytes(int64(len(m.text)))+" …", th.Muted), w)}
	}
	lines := m.head(w, th)
	if err := m.result.Err; err != nil {
		lines = append(lines, nil)
		lines = append(lines, hanging("! ", th.Warn, visible.Clean(cut(err.Error(), 600)), th.Warn, w)...)
		if u, is := err.(*verify.UnclearError); is {
			lines = append(lines, hanging("  ", th.Muted, visible.Clean(u.Hint), th.Muted, w)...)
		}
		return lines
	}
	r := m.result.Report
	lines = append(lines, nil, text.Cut(text.Plain(kindWords[r.Kind], th.Title), w))
	for _, s := range r.Steps {
		name := visible.Clean(s.Name)
		style := th.Text
		if s.Name == "given" {
			style = th.Accent
		}
		lines = append(lines, hanging("  "+name+widget.Blank(max(10-text.Width(name), 1)), th.Muted, visible.Clean(cut(s.Text, 4000)), style, w)...)
	}
	return append(append(lines, nil), m.verdict(w, th)...)
}

// head is the beginning of the text, without what must not be drawn.
func (m Model) head(w int, th theme.Theme) []text.Line {
	if m.result.Shown == "" {
		return []text.Line{text.Cut(text.Plain(widget.Bytes(int64(len(m.text)))+", not shown: there may be a secret in it", th.Muted), w)}
	}
	var lines []text.Line
	for l := range strings.SplitSeq(cut(strings.TrimSpace(m.result.Shown), 2000), "\n") {
		if len(lines) == 3 {
			lines[2] = text.Plain("…", th.Muted)
			break
		}
		lines = append(lines, text.Cut(text.Plain(visible.Clean(strings.TrimSuffix(l, "\r")), th.Muted), w))
	}
	return lines
}

var kindWords = map[verify.Kind]visible.Text{
	verify.Answer: "An answer to an upload", verify.Webhook: "A webhook call", verify.URL: "A delivery URL",
}

// verdict says it in a word and a mark, with the nearest explanation.
func (m Model) verdict(w int, th theme.Theme) []text.Line {
	r := m.result.Report
	whose := visible.Clean(cut(m.result.Account, 200))
	var lines []text.Line
	switch r.Verdict {
	case verify.Right:
		lines = hanging("✓ ", th.Ok, "right: it was made with the secret of "+whose, th.Ok, w)
	case verify.Expired:
		lines = hanging("◷ ", th.Warn, "expired: the signature is right, but the call is too old; somebody may have sent an old one again", th.Warn, w)
	default:
		lines = hanging("✗ ", th.Danger, "wrong for the secret of "+whose, th.Danger, w)
		if r.Reason.What == "" {
			lines = append(lines, hanging("  ", th.Muted, "It is right for none of the secrets at hand. Is it the account that made it, and did nothing change on the way?", th.Muted, w)...)
		} else {
			lines = append(lines, hanging("  ", th.Muted, visible.Clean(r.Reason.What), th.Text, w)...)
			lines = append(lines, hanging("  ", th.Muted, visible.Clean(r.Reason.Hint), th.Muted, w)...)
		}
	}
	for _, n := range r.Notes {
		lines = append(lines, hanging("· ", th.Muted, visible.Clean(n), th.Muted, w)...)
	}
	return lines
}

// hanging is a text behind a mark, its lines below each other.
func hanging(mark visible.Text, style text.Style, t visible.Text, textStyle text.Style, w int) []text.Line {
	n := text.Width(mark)
	if w-n < 16 {
		return text.WrapWords(text.Line{{Text: mark, Style: style}, {Text: t, Style: textStyle}}, w)
	}
	var lines []text.Line
	for i, l := range text.WrapWords(text.Plain(t, textStyle), w-n) {
		head := text.Span{Text: widget.Blank(n), Style: style}
		if i == 0 {
			head.Text = mark
		}
		lines = append(lines, append(text.Line{head}, l...))
	}
	if lines == nil {
		return []text.Line{text.Plain(mark, style)}
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

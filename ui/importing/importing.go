// Package importing is the place where anything can be pasted: it says what a text was
// recognised as, what would be taken, what dropped and why, and which traps it falls
// into. It shows no secret, and takes nothing before the person says so.
package importing

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader"
	"signpost/uploader/importer"
)

// ReadMsg is what a text was recognised as.
type ReadMsg struct {
	Text   string
	Result importer.Result
}

// Model is the dialog.
type Model struct {
	text   string
	result importer.Result
	draft  uploader.Draft
	left   []importer.Reason
	read   bool // result belongs to text
	large  int  // bytes of a paste that was refused
	scroll int
	// reach is how far the text could be scrolled when it was last drawn: keys beyond it
	// do not add up.
	reach *int
	// asText is true where the text was pasted into a field, which can have it as it is.
	asText bool
	// redact takes the secrets that are known already out of what is drawn.
	redact func(string) string
}

// New returns the empty dialog; NewWith one with a text that was pasted into a field
// and was recognised already.
func New() Model {
	return Model{reach: new(int), redact: func(s string) string { return s }}
}

// NewWith is the dialog for a text that was pasted into a field.
func NewWith(msg ReadMsg) Model {
	m := New()
	m.text, m.asText = msg.Text, true
	m.set(msg)
	return m
}

// Redacting is the dialog with secrets that are known already: they stand nowhere in it.
func (m Model) Redacting(redact func(string) string) Model {
	m.redact = redact
	return m
}

// clean makes a piece of a paste fit to be drawn, in at most n bytes.
func (m Model) clean(s string, n int) visible.Text { return visible.Clean(cut(m.redact(s), n)) }

func (m *Model) set(msg ReadMsg) {
	m.result, m.read = msg.Result, true
	m.draft, m.left = msg.Result.Draft()
	m.scroll = 0
}

// Wide asks for the whole width of the screen.
func (Model) Wide() {}

// Update takes pastes and typed characters; enter takes what was read once a text was
// pasted, and is a line end while it is typed.
func (m Model) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case ReadMsg:
		if msg.Text == m.text {
			m.set(msg)
		}
		return m, nil
	case tea.PasteMsg:
		return m.append(msg.Content)
	case tea.MouseWheelMsg:
		m.roll(map[bool]int{true: -3, false: 3}[msg.Button == tea.MouseWheelUp])
	case tea.KeyPressMsg:
		return m.key(msg)
	}
	return m, nil
}

// roll scrolls what was read, and no further than it was drawn.
func (m *Model) roll(by int) { m.scroll = max(min(m.scroll+by, *m.reach), 0) }

func (m Model) append(s string) (dialog.Dialog, dialog.Action) {
	if len(m.text)+len(s) > importer.MaxText {
		m.large = len(s)
		return m, nil
	}
	m.text, m.read, m.large = m.text+s, false, 0
	return m, dialog.ReadRequested{Text: m.text}
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
	case "enter", "ctrl+s":
		if m.read && m.Takes() {
			return m, dialog.Imported{Result: m.result}
		}
		if m.text != "" && k.String() == "enter" {
			return m.append("\n")
		}
	case "alt+t":
		if m.asText && m.harmless() {
			return m, dialog.PastedAsText{Text: m.text}
		}
	case "ctrl+u":
		return New().Redacting(m.redact), nil
	case "backspace":
		if r := []rune(m.text); len(r) > 0 && len(r) < 4096 {
			m.text = string(r[:len(r)-1])
			m.read = false
			return m, dialog.ReadRequested{Text: m.text}
		}
	default:
		if k.Text != "" {
			return m.append(k.Text)
		}
	}
	return m, nil
}

// Takes reports whether there is anything to take.
func (m Model) Takes() bool {
	r := m.result
	return r.HasFile || len(m.draft.Params) > 0 || !r.Secret.IsZero() || !r.Token.IsZero() || r.Auth != ""
}

// harmless reports whether there is no secret in the text: one must not stand in a field.
func (m Model) harmless() bool {
	return m.result.Secret.IsZero() && m.result.Token.IsZero() && m.redact(m.text) == m.text
}

// kindWords are the kinds in words.
var kindWords = map[importer.Kind]visible.Text{
	importer.Curl: "a cURL command", importer.PowerShell: "a command for PowerShell", importer.Cmd: "a cURL command for cmd.exe",
	importer.HTTP: "a raw HTTP request", importer.Query: "parameters, joined with &", importer.URL: "an address", importer.Path: "a path",
	importer.DataURI: "a data URI", importer.DotEnv: "lines of a .env file", importer.CloudinaryURL: "a CLOUDINARY_URL",
	importer.WidgetParams: "parameters as JSON, such as the upload widget's", importer.SDKNode: "a call of the Node SDK",
	importer.SDKPython: "a call of the Python SDK", importer.Error: "an error of the service", importer.Response: "an answer of the service",
	importer.Unknown: "nothing that is known here",
}

// KindWords is a kind in words.
func KindWords(k importer.Kind) visible.Text { return kindWords[k] }

// View shows the text's beginning, and what was read of it, in at most h lines.
func (m Model) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	title, lines, cursor := m.view(w, h, th)
	lines = text.Fit(lines, w, min(len(lines), h))
	if cursor != nil && cursor.Y >= len(lines) {
		cursor = nil
	}
	return title, lines, cursor
}

func (m Model) view(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	keys := m.keyLine(w, th)
	if m.text == "" {
		lines := text.WrapWords(text.Line{{Text: "Paste anything here: a cURL command of any shell, a raw request, an error message, an answer, a call of an SDK, parameters, a .env, a CLOUDINARY_URL, an address, a path. Nothing is sent, run or read; what is recognised is shown first.", Style: th.Muted}}, w)
		if m.large > 0 {
			lines = append(lines, nil, text.Line{{Text: "! " + widget.Bytes(int64(m.large)) + " are too many: nothing of it was read", Style: th.Warn}})
		}
		at := len(lines) + 1
		lines = append(lines, nil, text.Line{{Text: "› ", Style: th.Accent}}, nil)
		return "Paste anything", append(lines, keys...), &dialog.Point{X: 2, Y: at}
	}
	head := m.head(w, min(5, max(h/4, 1)), th)
	body := m.body(w, th)
	room := max(h-len(head)-len(keys)-1, 1)
	*m.reach = max(len(body)-room, 0)
	from := min(m.scroll, *m.reach)
	lines := append(head, nil)
	for i := range room {
		if from+i < len(body) {
			lines = append(lines, body[from+i])
		}
	}
	return "Paste anything", append(lines, keys...), nil
}

// head is the beginning of the text. Before it was read, a secret in it is not known:
// then only its size is shown.
func (m Model) head(w, most int, th theme.Theme) []text.Line {
	if !m.read {
		return []text.Line{{{Text: "reading " + widget.Bytes(int64(len(m.text))) + " …", Style: th.Muted}}}
	}
	size := widget.Bytes(int64(len(m.text)))
	switch {
	case !m.harmless():
		return []text.Line{{{Text: size + " with a secret: not shown", Style: th.Muted}}}
	case m.guarded():
		return text.WrapWords(text.Line{{Text: size + ", not shown: there may be a secret in it", Style: th.Muted}}, w)
	}
	var lines []text.Line
	shown := cut(strings.TrimSpace(m.text), 4096)
	for l := range strings.SplitSeq(shown, "\n") {
		if len(lines) == most {
			lines[most-1] = text.Line{{Text: "…", Style: th.Muted}}
			break
		}
		lines = append(lines, text.Cut(text.Line{{Text: visible.Clean(l), Style: th.Muted}}, w))
	}
	return lines
}

// body says what was recognised, taken, dropped, and which traps there are.
func (m Model) body(w int, th theme.Theme) []text.Line {
	if !m.read {
		return nil
	}
	r := m.result
	l := text.Line{{Text: "Recognised: ", Style: th.Title}, {Text: kindWords[r.Kind], Style: th.Accent}}
	if r.CloudName != "" {
		l = append(l, text.Span{Text: ", cloud " + m.clean(r.CloudName, 80), Style: th.Text})
	}
	lines := text.WrapWords(l, w)
	if r.Message != "" {
		lines = append(lines, text.WrapWords(text.Line{{Text: "  " + m.clean(r.Message, 600), Style: th.Text}}, w)...)
	}
	for _, t := range r.Traps {
		what, why := m.reason(t)
		lines = append(lines, text.WrapWords(text.Line{{Text: "! trap  ", Style: th.Warn}, {Text: what, Style: th.Accent}, {Text: "  " + why, Style: th.Text}}, w)...)
	}
	if taken := m.taken(w, th); len(taken) > 0 {
		lines = append(append(lines, nil, text.Line{{Text: "Taken", Style: th.Title}}), taken...)
	}
	if !m.Takes() && r.Kind != importer.Unknown {
		lines = append(lines, nil, text.Cut(text.Line{{Text: "Nothing of it can be taken", Style: th.Warn}}, w))
	}
	dropped := append(append([]importer.Reason(nil), r.Dropped...), m.left...)
	if len(dropped) > 0 {
		lines = append(lines, nil, text.Line{{Text: "Left out", Style: th.Title}})
	}
	for _, d := range dropped {
		what, why := m.reason(d)
		lines = append(lines, text.WrapWords(text.Line{{Text: "  " + what, Style: th.Struck}, {Text: "  " + why, Style: th.Muted}}, w)...)
	}
	return lines
}

func (m Model) taken(w int, th theme.Theme) []text.Line {
	var lines []text.Line
	row := func(name, value visible.Text) {
		lines = append(lines, text.Cut(text.Line{{Text: "  " + name + widget.Blank(max(16-text.Width(name), 1)), Style: th.Muted}, {Text: value, Style: th.Text}}, w))
	}
	r := m.result
	if r.HasFile {
		what := visible.Text("file")
		if r.FileIsPath {
			what = "file (path)"
		}
		row(what, m.clean(r.File, 500))
	}
	for _, p := range m.draft.Params {
		row(m.clean(p.Name, 60), m.clean(p.Value, 500))
	}
	if r.ResourceType != "" {
		row("type", visible.Clean(m.draft.ResourceType))
	}
	if r.Auth != "" {
		row("authentication", visible.Clean(string(r.Auth)))
	}
	if !r.Secret.IsZero() || !r.Token.IsZero() {
		row("credentials", m.clean(r.APIKey, 40)+" "+visible.Clean(r.Secret.String()+r.Token.String())+"  you are asked before they are used")
	}
	return lines
}

func (m Model) keyLine(w int, th theme.Theme) []text.Line {
	var l text.Line
	add := func(key, what visible.Text) {
		if len(l) > 0 {
			l = append(l, text.Span{Text: " · ", Style: th.Muted})
		}
		l = append(l, text.Span{Text: key, Style: th.Key}, text.Span{Text: " " + what, Style: th.Muted})
	}
	if m.read && m.Takes() {
		add("enter", "takes it, alt+u then takes it back")
	}
	if m.asText && m.harmless() {
		add("alt+t", "puts it into the field as it is")
	}
	if m.text != "" && !m.asText {
		add("ctrl+u", "empties")
	}
	add("esc", "leaves everything as it was")
	return text.WrapWords(l, w)
}

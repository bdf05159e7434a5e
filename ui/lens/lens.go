// Package lens is the screen that shows the current request as the seven official SDKs
// would serialize and sign it, and what version 2 of the signature is for.
package lens

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader/lens"
)

// SmuggledMsg is the demonstration of parameter smuggling, or why it stops.
type SmuggledMsg struct {
	Steps []lens.Step
	Err   error
}

// The three sides of the screen.
const (
	byHand = iota
	upload
	smuggling
	sides
)

// Model is the dialog.
type Model struct {
	result  lens.Result
	side    int
	steps   []lens.Step
	shown   int // steps of the demonstration that are in sight
	problem visible.Text
	scroll  int
	// reach is how far it could be scrolled when it was last drawn.
	reach *int
}

// New shows a request through the SDKs; NewSmuggling begins with the demonstration.
func New(r lens.Result) Model { return Model{result: r, shown: 1, reach: new(int)} }

// NewSmuggling begins with the demonstration.
func NewSmuggling(r lens.Result) Model {
	m := New(r)
	m.side = smuggling
	return m
}

// Wide asks for the whole width of the screen.
func (Model) Wide() {}

// Init asks for the demonstration where it is in sight.
func (m Model) Init() dialog.Action {
	if m.side == smuggling && m.steps == nil {
		return dialog.SmugglingRequested{}
	}
	return nil
}

// Update turns to another side, scrolls, copies, and goes on with the demonstration.
func (m Model) Update(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	switch msg := msg.(type) {
	case SmuggledMsg:
		m.steps = msg.Steps
		if msg.Err != nil {
			m.problem = visible.Clean(msg.Err.Error())
		}
	case tea.MouseWheelMsg:
		m.roll(map[bool]int{true: -3, false: 3}[msg.Button == tea.MouseWheelUp])
	case tea.KeyPressMsg:
		return m.key(msg)
	}
	return m, nil
}

func (m *Model) roll(by int) { m.scroll = max(min(min(m.scroll, *m.reach)+by, *m.reach), 0) }

func (m Model) key(k tea.KeyPressMsg) (dialog.Dialog, dialog.Action) {
	switch k.String() {
	case "esc":
		return m, dialog.Closed{}
	case "tab", "right":
		m.side, m.scroll = (m.side+1)%sides, 0
		return m, m.Init()
	case "shift+tab", "left":
		m.side, m.scroll = (m.side+sides-1)%sides, 0
		return m, m.Init()
	case "up", "k":
		m.roll(-1)
	case "down", "j":
		m.roll(1)
	case "pgup":
		m.roll(-10)
	case "pgdown":
		m.roll(10)
	case "enter", "space":
		if m.side == smuggling && m.shown < len(m.steps) {
			m.shown++
			m.scroll = 1 << 20 // to the new step
		} else {
			m.roll(10)
		}
	case "ctrl+y":
		var b strings.Builder
		for _, r := range m.body(theme.Theme{}) {
			b.WriteString(append(r.head[:len(r.head):len(r.head)], r.rest...).PlainText() + "\n")
		}
		return m, dialog.CopyRequested{What: "what the SDKs make of it", Text: b.String()}
	}
	return m, nil
}

var titles = [sides]visible.Text{"by hand", "upload call", "smuggling"}

// View shows a side in at most h lines, its name in the first and the keys in the last.
func (m Model) View(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	var head text.Line
	for i, t := range titles {
		style := th.Muted
		if i == m.side {
			t, style = "▸ "+t, th.Focus
		}
		head = append(head, text.Span{Text: t, Style: style}, text.Span{Text: "   ", Style: th.Muted})
	}
	var body []text.Line
	for _, r := range m.body(th) {
		body = append(body, r.lines(w)...)
	}
	room := max(h-3, 1)
	*m.reach = max(len(body)-room, 0)
	from := min(m.scroll, *m.reach)
	lines := append([]text.Line{text.Cut(head, w), nil}, body[from:min(from+room, len(body))]...)
	lines = append(lines, m.keyLine(w, th))
	return "Through seven SDKs", lines[:min(len(lines), h)], nil
}

func (m Model) keyLine(w int, th theme.Theme) text.Line {
	l := text.Line{{Text: "tab", Style: th.Key}, {Text: " another side · ", Style: th.Muted}}
	if m.side == smuggling && m.shown < len(m.steps) {
		l = append(l, text.Span{Text: "enter", Style: th.Key}, text.Span{Text: " next step, " + widget.Count(m.shown) + " of " + widget.Count(len(m.steps)) + " · ", Style: th.Muted})
	}
	if *m.reach > 0 {
		l = append(l, text.Span{Text: "↑ ↓", Style: th.Key}, text.Span{Text: " scroll · ", Style: th.Muted})
	}
	l = append(l, text.Span{Text: "ctrl+y", Style: th.Key}, text.Span{Text: " copies · ", Style: th.Muted}, text.Span{Text: "esc", Style: th.Key}, text.Span{Text: " back", Style: th.Muted})
	return text.Cut(l, w)
}

// row is a line that may need several: what follows its head stays right of it.
type row struct {
	head, rest text.Line
	// whole is true for a text without words, which is parted anywhere.
	whole bool
}

func (r row) lines(w int) []text.Line {
	room := w - r.head.Width()
	if room < 24 { // too narrow for two columns
		return append(text.WrapWords(r.head, w), text.WrapLine(r.rest, w)...)
	}
	wrap := text.WrapWords
	if r.whole {
		wrap = text.WrapLine
	}
	var lines []text.Line
	for i, l := range wrap(r.rest, room) {
		head := text.Line{{Text: widget.Blank(r.head.Width())}}
		if i == 0 {
			head = r.head
		}
		lines = append(lines, append(head[:len(head):len(head)], l...))
	}
	if lines == nil {
		lines = []text.Line{r.head}
	}
	return lines
}

// say is a row of words behind a mark.
func say(mark visible.Text, style text.Style, rest ...text.Span) row {
	return row{head: text.Line{{Text: mark, Style: style}}, rest: rest}
}

// exact is a row with a text that is parted anywhere.
func exact(label visible.Text, th theme.Theme, rest ...text.Span) row {
	return row{head: text.Line{{Text: label, Style: th.Muted}}, rest: rest, whole: true}
}

func (m Model) body(th theme.Theme) []row {
	switch m.side {
	case smuggling:
		return m.demonstration(th)
	case upload:
		return looks(m.result.ReferenceUpload, m.result.Upload,
			"What the upload call of each SDK signs and sends, given these parameters as its options: a switch as true or false, a list as a list.", th)
	}
	return looks(m.result.ReferenceByHand, m.result.ByHand,
		"What the sign helper of each SDK makes of these parameters, handed to it as they stand in the form.", th)
}

// looks groups the SDKs by what they make of the request.
func looks(reference lens.Look, all []lens.Look, about visible.Text, th theme.Theme) []row {
	rows := []row{say("", th.Muted, text.Span{Text: about, Style: th.Muted}), {}}
	groups := lens.Group(all)
	if len(groups) == 0 || !groups[0][0].Same {
		rows = append(rows, say("· ", th.Muted, text.Span{Text: "the documented rule", Style: th.Title}, text.Span{Text: ", which none of them follows here", Style: th.Muted}))
		rows = append(append(rows, signed(reference, th)...), row{})
	}
	for _, g := range groups {
		rows = append(append(rows, group(g, th)...), row{})
	}
	return rows
}

func group(g []lens.Look, th theme.Theme) []row {
	var names []string
	read := 0
	for _, l := range g {
		name := l.SDK.Name
		if l.Evidence == lens.Read {
			name += "*"
			read++
		}
		names = append(names, name)
	}
	rows := []row{say("≠ ", th.Warn, text.Span{Text: visible.Clean(strings.Join(names, ", ")), Style: th.Title}, text.Span{Text: "  different", Style: th.Warn})}
	if g[0].Same {
		rows[0] = say("= ", th.Ok, rows[0].rest[0], text.Span{Text: "  as the documented rule, and as signpost", Style: th.Ok})
	}
	rows = append(rows, signed(g[0], th)...)
	for i, d := range g[0].Differences {
		rows = append(rows, say("  ! ", th.Warn, text.Span{Text: visible.Clean(cut(d.Param)), Style: th.Accent}, text.Span{Text: "  " + visible.Clean(d.Why), Style: th.Text}))
		if d.Ours != "" || d.Theirs != "" {
			rows = append(rows, exact("      rule ", th, pairText(d.Ours, th)), exact("      here ", th, pairText(d.Theirs, th)))
		}
		for _, l := range g {
			rows = append(rows, say("      ", th.Muted, text.Span{Text: visible.Clean(l.SDK.Name + "  " + l.Differences[i].Source), Style: th.Muted}))
		}
	}
	for _, l := range g {
		for _, n := range l.Notes {
			rows = append(rows, say("  · ", th.Muted, text.Span{Text: visible.Clean(l.SDK.Name + " " + cut(n)), Style: th.Muted}))
		}
	}
	if read > 0 {
		words := visible.Text("read in its source, not run")
		if read < len(g) {
			words += "; the others were checked against answers of the SDKs"
		}
		rows = append(rows, say("  * ", th.Muted, text.Span{Text: words, Style: th.Muted}))
	}
	return rows
}

// signed is the string to sign and the signature, or the error.
func signed(l lens.Look, th theme.Theme) []row {
	if l.Fails != "" {
		return []row{say("  raises ", th.Muted, text.Span{Text: visible.Clean(cut(l.Fails)), Style: th.Danger})}
	}
	signature := visible.Clean(l.Signature)
	if signature == "" {
		signature = "no signature: there is no secret, or no time yet"
	}
	return []row{
		exact("  ", th, text.Span{Text: visible.Clean(cut(l.StringToSign)), Style: th.Text}),
		exact("  ", th, text.Span{Text: signature, Style: th.Accent}),
	}
}

func pairText(pair string, th theme.Theme) text.Span {
	if pair == "" {
		return text.Span{Text: "not signed", Style: th.Muted}
	}
	return text.Span{Text: visible.Clean(cut(pair)), Style: th.Text}
}

// demonstration is the steps so far.
func (m Model) demonstration(th theme.Theme) []row {
	rows := []row{say("", th.Muted, text.Span{Text: "Whoever sees a signed upload can send it again, changed, as long as the string to sign stays the same.", Style: th.Muted}), {}}
	if m.steps == nil && m.problem == "" {
		return append(rows, say("…", th.Muted))
	}
	for i, s := range m.steps[:min(m.shown, len(m.steps))] {
		rows = append(rows, say(widget.Count(i+1)+"  ", th.Accent, text.Span{Text: visible.Clean(s.Title), Style: th.Title}),
			say("   ", th.Muted, text.Span{Text: visible.Clean(cut(s.Says)), Style: th.Text}))
		for _, p := range s.Params {
			name := visible.Clean(p.Name)
			rows = append(rows, exact("   "+name+widget.Blank(max(18-text.Width(name), 1)), th, text.Span{Text: visible.Clean(cut(p.Value)), Style: th.Text}))
		}
		rows = append(rows, exact("   string to sign    ", th, marked(s.StringToSign, th)...),
			exact("   signature         ", th, text.Span{Text: visible.Clean(s.Signature), Style: th.Accent}), verdict(s, th), row{})
	}
	if m.problem != "" {
		rows = append(rows, say("! ", th.Warn, text.Span{Text: m.problem, Style: th.Warn}))
	}
	return rows
}

// marked is a string to sign with what parts tags from the value before it marked.
func marked(s string, th theme.Theme) []text.Span {
	for _, joint := range []string{"&", "%26"} {
		if at := strings.Index(s, joint+"tags="); at >= 0 {
			return []text.Span{{Text: visible.Clean(s[:at]), Style: th.Text}, {Text: visible.Clean(joint), Style: th.Mark}, {Text: visible.Clean(s[at+len(joint):]), Style: th.Text}}
		}
	}
	return []text.Span{{Text: visible.Clean(s), Style: th.Text}}
}

// verdict is good where the attacker is refused.
func verdict(s lens.Step, th theme.Theme) row {
	word, style := visible.Text("✗ refused"), th.Ok
	if s.Accepted {
		word = "✓ accepted"
		if s.Forged {
			word, style = "✓ accepted: the parameter is smuggled in", th.Danger
		}
	}
	r := say("   verdict           ", th.Muted, text.Span{Text: word, Style: style}, text.Span{Text: "  " + visible.Clean(s.Checked), Style: th.Muted})
	if s.Answer != "" {
		r.rest = append(r.rest, text.Span{Text: ": " + visible.Clean(cut(s.Answer)), Style: th.Text})
	}
	return r
}

// cut bounds what is laid out of a text.
func cut(s string) string {
	if len(s) > 4000 {
		return s[:4000] + "…"
	}
	return s
}

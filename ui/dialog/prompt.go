package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/field"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
)

// Prompt asks for one line.
type Prompt struct {
	Tag   string
	Title visible.Text
	Body  []visible.Text
	// Check says why a text is not acceptable; nil accepts everything.
	Check func(string) error

	field   field.Model
	problem visible.Text
}

// Update edits; enter hands the text in if it is acceptable.
func (p Prompt) Update(msg tea.Msg) (Dialog, Action) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			return p, Closed{}
		case "enter":
			value := strings.TrimSpace(p.field.Value())
			if p.Check != nil {
				if err := p.Check(value); err != nil {
					p.problem = visible.Clean(err.Error())
					return p, nil
				}
			}
			return p, Entered{Tag: p.Tag, Text: value}
		}
	}
	p.field, _ = p.field.Update(msg)
	p.problem = ""
	return p, nil
}

// View shows the line and what is wrong with it.
func (p Prompt) View(w, _ int, th theme.Theme) (visible.Text, []text.Line, *Point) {
	lines := wrapped(p.Body, w, th)
	cursor := &Point{X: 2 + p.field.CursorX(max(w-2, 1)), Y: len(lines)}
	lines = append(lines, append(text.Line{{Text: "› ", Style: th.Accent}}, p.field.View(max(w-2, 1), true, th)...))
	if p.problem != "" {
		lines = append(lines, text.WrapWords(text.Line{{Text: p.problem, Style: th.Danger}}, w)...)
	} else {
		lines = append(lines, text.Line{{Text: "enter takes it, esc leaves it", Style: th.Muted}})
	}
	return p.Title, lines, cursor
}

// Credentials asks for an identity. The secret is masked and kept for this session only.
type Credentials struct {
	fields [3]field.Model
	at     int
	// Problem says what is wrong with what was entered.
	Problem visible.Text
}

// NewCredentials returns the empty dialog.
func NewCredentials() Credentials {
	c := Credentials{}
	for i := range c.fields {
		c.fields[i] = field.New("")
	}
	c.fields[2].Mask = true
	return c
}

var credentialLabels = [3]visible.Text{"Cloud name", "API key", "API secret"}

// wholeURL is the CLOUDINARY_URL that a paste is.
func wholeURL(content string) (string, bool) {
	text := strings.TrimPrefix(strings.TrimSpace(content), "CLOUDINARY_URL=")
	return text, len(text) > 13 && strings.EqualFold(text[:13], "cloudinary://")
}

// Hides reports whether a paste would not be seen: it goes into the secret, or is taken
// as a whole.
func (c Credentials) Hides(content string) bool {
	_, whole := wholeURL(content)
	return whole || c.at == 2
}

// Update edits the three fields; enter on the last one hands them in. A CLOUDINARY_URL
// pasted into any of them is taken as a whole.
func (c Credentials) Update(msg tea.Msg) (Dialog, Action) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		if text, ok := wholeURL(msg.Content); ok {
			return c, CredentialsGiven{URL: text}
		}
	case tea.KeyPressMsg:
		switch msg.String() {
		case "esc":
			return c, Closed{}
		case "tab", "down":
			c.at = (c.at + 1) % 3
			return c, nil
		case "shift+tab", "up":
			c.at = (c.at + 2) % 3
			return c, nil
		case "enter":
			return c.enter()
		}
	}
	c.Problem = ""
	c.fields[c.at], _ = c.fields[c.at].Update(msg)
	return c, nil
}

// enter goes to the first field that is empty, or hands everything in.
func (c Credentials) enter() (Dialog, Action) {
	for i := range c.fields {
		if c.fields[i].Value() == "" {
			if c.at != i {
				c.at = i
			} else {
				c.Problem = credentialLabels[i] + " is still empty"
			}
			return c, nil
		}
	}
	if c.at < 2 {
		c.at++
		return c, nil
	}
	return c, CredentialsGiven{
		CloudName: c.fields[0].Value(), APIKey: c.fields[1].Value(),
		Secret: signer.NewSecret(c.fields[2].Value()),
	}
}

// View shows the fields; the secret as dots.
func (c Credentials) View(w, _ int, th theme.Theme) (visible.Text, []text.Line, *Point) {
	lines := wrapped([]visible.Text{
		"These are kept for this session only and are written nowhere. A CLOUDINARY_URL can be pasted whole.",
	}, w, th)
	lines = append(lines, nil)
	cursor := &Point{}
	const label = 14
	for i, f := range c.fields {
		glyph, style := visible.Text("  "), th.Muted
		if i == c.at {
			glyph, style = "▸ ", th.Focus
			cursor.X, cursor.Y = label+f.CursorX(max(w-label, 1)), len(lines)
		}
		l := text.Line{{Text: glyph, Style: th.Accent}, {Text: credentialLabels[i], Style: style}}
		l = append(l, text.Span{Text: widget.Blank(label - l.Width()), Style: th.Text})
		lines = append(lines, append(l, f.View(max(w-label, 1), i == c.at, th)...))
	}
	lines = append(lines, nil)
	if c.Problem != "" {
		lines = append(lines, text.WrapWords(text.Line{{Text: c.Problem, Style: th.Danger}}, w)...)
	} else {
		lines = append(lines, text.Line{{Text: "enter goes on and signs in, esc leaves everything as it was", Style: th.Muted}})
	}
	return "Credentials", lines, cursor
}

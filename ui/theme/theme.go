// Package theme has the colours and styles of the screens, by role. A Theme is a
// value, made anew when the terminal says whether its background is dark.
package theme

import (
	"charm.land/lipgloss/v2"

	"signpost/ui/text"
)

// Theme is a set of finished styles. None of them carries a meaning alone: what they
// mark is also told by a word or a glyph.
type Theme struct {
	IsDark bool

	Text, Muted, Accent, Title, Key text.Style
	Border, BorderFocus, Focus      text.Style
	Ok, Warn, Danger, Unknown       text.Style
	Sandbox, Live                   text.Style
	Mark, Struck, StruckMark        text.Style
	Selected, Escape                text.Style

	JSONKey, JSONKeyHere, JSONString, JSONNumber, JSONBool, JSONNull, JSONPunct text.Style
}

// New returns the styles for a dark or a light background.
func New(isDark bool) Theme {
	pick := func(light, dark string) lipgloss.Style {
		c := light
		if isDark {
			c = dark
		}
		return lipgloss.NewStyle().Foreground(lipgloss.Color(c))
	}
	style := text.NewStyle
	plain := lipgloss.NewStyle()
	muted, accent := pick("#5c6370", "#9aa2b1"), pick("#0b5fa5", "#6cb6ff")
	key, value := pick("#8a4b00", "#f0b04f"), pick("#6b2fa0", "#c9a0ff")
	good, bad := pick("#116329", "#57c76a"), pick("#b3141f", "#ff7b72")
	return Theme{
		IsDark: isDark,
		Text:   style(plain),
		Muted:  style(muted),
		Accent: style(accent),
		Title:  style(plain.Bold(true)),
		Key:    style(key),

		Border:      style(pick("#9aa2ad", "#4b5563")),
		BorderFocus: style(accent),
		Focus:       style(accent.Bold(true)),

		Ok:      style(good.Bold(true)),
		Warn:    style(key),
		Danger:  style(bad.Bold(true)),
		Unknown: style(value.Bold(true)),
		Sandbox: style(pick("#0f6a63", "#4fd1c5").Bold(true).Reverse(true)),
		Live:    style(bad.Bold(true).Reverse(true)),

		Mark:       style(accent.Bold(true).Underline(true)),
		Struck:     style(muted.Strikethrough(true)),
		StruckMark: style(accent.Strikethrough(true)),
		Selected:   style(plain.Bold(true).Reverse(true)),
		Escape:     style(key),

		JSONKey:     style(accent),
		JSONKeyHere: style(accent.Bold(true)),
		JSONString:  style(pick("#116329", "#8ddb8c")),
		JSONNumber:  style(key),
		JSONBool:    style(value),
		JSONNull:    style(value),
		JSONPunct:   style(muted),
	}
}

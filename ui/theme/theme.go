// Package theme has the colours and styles of the screens, by role. A Theme is a
// value, made anew when the terminal says whether its background is dark.
package theme

import "charm.land/lipgloss/v2"

// Theme is a set of finished styles. None of them carries a meaning alone: what they
// mark is also told by a word or a glyph.
type Theme struct {
	IsDark bool

	Text, Muted, Accent, Title, Key lipgloss.Style
	Border, BorderFocus, Focus      lipgloss.Style
	Ok, Warn, Danger, Unknown       lipgloss.Style
	Sandbox, Live                   lipgloss.Style
	Mark, Struck, StruckMark        lipgloss.Style
	Selected, Found, Escape         lipgloss.Style

	JSONKey, JSONString, JSONNumber, JSONBool, JSONNull, JSONPunct lipgloss.Style
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
	badge := func(light, dark string) lipgloss.Style {
		return pick(light, dark).Bold(true).Reverse(true)
	}
	t := Theme{
		IsDark: isDark,
		Text:   lipgloss.NewStyle(),
		Muted:  pick("#5c6370", "#9aa2b1"),
		Accent: pick("#0b5fa5", "#6cb6ff"),
		Key:    pick("#8a4b00", "#f0b04f"),
		Ok:     pick("#116329", "#57c76a").Bold(true),
		Warn:   pick("#8a4b00", "#f0b04f"),
		Danger: pick("#b3141f", "#ff7b72").Bold(true),

		Unknown: pick("#6b2fa0", "#c9a0ff").Bold(true),
		Sandbox: badge("#0f6a63", "#4fd1c5"),
		Live:    badge("#b3141f", "#ff7b72"),

		Border:      pick("#9aa2ad", "#4b5563"),
		BorderFocus: pick("#0b5fa5", "#6cb6ff"),

		JSONKey:    pick("#0b5fa5", "#6cb6ff"),
		JSONString: pick("#116329", "#8ddb8c"),
		JSONNumber: pick("#8a4b00", "#f0b04f"),
		JSONBool:   pick("#6b2fa0", "#c9a0ff"),
		JSONNull:   pick("#6b2fa0", "#c9a0ff"),
		JSONPunct:  pick("#5c6370", "#9aa2b1"),
	}
	t.Title = t.Text.Bold(true)
	t.Focus = t.Accent.Bold(true)
	t.Mark = t.Accent.Bold(true).Underline(true)
	t.Struck = t.Muted.Strikethrough(true)
	t.StruckMark = t.Accent.Strikethrough(true)
	t.Selected = t.Title.Reverse(true)
	t.Found = t.Key.Underline(true)
	t.Escape = t.Key
	return t
}

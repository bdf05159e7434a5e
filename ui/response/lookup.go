package response

import (
	"errors"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/uploader"
)

// lookUp is what was asked, and what was said.
type lookUp struct {
	going bool
	found *uploader.Found
	err   error
}

// unknown reports whether nobody knows what became of the upload.
func (m Model) unknown() bool {
	_, ok := errors.AsType[*uploader.OutcomeUnknownError](m.err)
	return ok
}

// Unknown reports whether nobody knows what became of the upload, and no look-up said that
// it was not kept.
func (m Model) Unknown() bool {
	return m.unknown() && (m.lookUp.found == nil || m.lookUp.found.Verdict != uploader.WasNotKept)
}

// SetNamed says whether the request names a public ID.
func (m *Model) SetNamed(named bool) { m.named = named; m.layout() }

// SetLookingUp says that the service is being asked.
func (m *Model) SetLookingUp() { m.lookUp = lookUp{going: true}; m.layout() }

// SetFound takes what the service said.
func (m *Model) SetFound(f uploader.Found, err error) {
	m.lookUp = lookUp{found: &f, err: err}
	if err != nil {
		m.lookUp.found = nil
	}
	m.layout()
}

// lookUpLines are what was looked up, and what can be done about an outcome that is not
// known.
func (m Model) lookUpLines() []text.Line {
	if !m.unknown() {
		return nil
	}
	var lines []text.Line
	f := m.lookUp.found
	switch {
	case m.lookUp.going:
		lines = append(lines, text.Plain("▸ asking the service", m.th.Title))
	case m.lookUp.err != nil:
		lines = m.paragraph("! ", m.lookUp.err.Error(), m.th.Warn)
	case f != nil:
		style := map[uploader.Verdict]text.Style{uploader.WasKept: m.th.Ok, uploader.WasNotKept: m.th.Danger, uploader.CannotTell: m.th.Warn}[f.Verdict]
		lines = append(m.paragraph(marks[f.Verdict], f.Verdict.String()+": "+f.Why, style), m.paragraph("hint: ", f.Hint, m.th.Text)...)
	}
	by := visible.Text("by its public ID")
	if !m.named {
		by = "among the newest assets: it has no public ID of its own to look for"
	}
	keys := text.Line{{Text: "l", Style: m.th.Key}, {Text: " looks it up, " + by, Style: m.th.Muted}}
	again := text.Line{{Text: "ctrl+s", Style: m.th.Key}, {Text: " uploads it again", Style: m.th.Muted}}
	return append(append(lines, text.WrapWords(keys, m.width)...), again)
}

// marks tell a verdict without colour.
var marks = map[uploader.Verdict]visible.Text{uploader.WasKept: "✓ ", uploader.WasNotKept: "✗ ", uploader.CannotTell: "? "}

// Package form edits a draft: the file, the public ID, each eager transformation, the
// resource type, the timestamp, and any parameter that was added. The draft owns each
// value; the fields never rewrite one.
package form

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/field"
	"signpost/ui/theme"
	"signpost/uploader"
)

// Action is what the form tells its owner; nil is nothing.
type Action interface{ action() }

// Changed means that the draft is another one.
type Changed struct{}

// FocusMoved means that another row has the focus.
type FocusMoved struct{}

// AddRequested means that the person wants to add a parameter.
type AddRequested struct{}

// Refused says that a paste was too large to be a value; nothing was changed.
type Refused struct{ Bytes int }

// Trimmed says that the line end of a paste was dropped; the draft changed.
type Trimmed struct{}

func (Changed) action()      {}
func (FocusMoved) action()   {}
func (AddRequested) action() {}
func (Refused) action()      {}
func (Trimmed) action()      {}

// Model is the form.
type Model struct {
	draft     uploader.Draft
	sampleURL string
	file      uploader.File
	rows      []row
	fields    []field.Model
	focus     int
	width     int
	height    int
	th        theme.Theme
}

// New returns a form for the draft. sampleURL stands in the file field for the sample.
func New(d uploader.Draft, sampleURL string, th theme.Theme) Model {
	m := Model{draft: d, sampleURL: sampleURL, th: th}
	m.rebuild()
	return m
}

// Draft is what has been typed.
func (m Model) Draft() uploader.Draft { return m.draft }

// SetDraft replaces everything; the focus stays on its row where that still exists.
func (m *Model) SetDraft(d uploader.Draft) {
	m.draft = d
	m.rebuild()
}

// SetTimestamp shows a timestamp that was taken from the clock.
func (m *Model) SetTimestamp(value string) {
	m.draft.Timestamp, m.draft.TimestampByHand = value, false
	for i, r := range m.rows {
		if r.kind == rowTimestamp {
			m.fields = slices.Clone(m.fields)
			m.fields[i] = field.New(value)
		}
	}
}

// SetFile tells the form what the typed file was recognised as.
func (m *Model) SetFile(f uploader.File) { m.file = f }

// SetSize sets the room inside the form's border.
func (m *Model) SetSize(w, h int) { m.width, m.height = w, h }

// SetTheme changes the colours.
func (m *Model) SetTheme(th theme.Theme) { m.th = th }

// Height is how many lines the form wants: a line for each row, and two for the help.
func (m Model) Height() int { return len(m.rows) + helpLines }

// rebuild makes the rows anew after a change of the draft from outside of a field.
func (m *Model) rebuild() {
	m.rows = rowsOf(m.draft)
	m.fields = make([]field.Model, len(m.rows))
	for i, r := range m.rows {
		m.fields[i] = field.New(m.value(r))
	}
	m.focus = min(m.focus, len(m.rows)-1)
}

// moveTo puts the focus on row i, round the ends.
func (m *Model) moveTo(i int) {
	// A pipe typed into one transformation makes two; the rows follow when it is left.
	if r := m.rows[m.focus]; r.kind == rowEager && len(rowsOf(m.draft)) != len(m.rows) {
		m.rebuild()
	}
	n := len(m.rows)
	m.focus = ((i % n) + n) % n
}

// Update takes keys and pastes.
func (m Model) Update(msg tea.Msg) (Model, Action) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if act, handled := m.navigate(k.String()); handled {
			return m, act
		}
	}
	return m.edit(msg)
}

// navigate handles the keys that move between rows or work on a whole row.
func (m *Model) navigate(key string) (Action, bool) {
	r := m.rows[m.focus]
	switch key {
	case "tab", "down":
		m.moveTo(m.focus + 1)
		return FocusMoved{}, true
	case "shift+tab", "up":
		m.moveTo(m.focus - 1)
		return FocusMoved{}, true
	case "enter":
		switch r.kind {
		case rowAddParam:
			return AddRequested{}, true
		case rowAddEager:
			m.addEager(r.index)
			return Changed{}, true
		}
		m.moveTo(m.focus + 1)
		return FocusMoved{}, true
	}
	if r.kind != rowType {
		return nil, false
	}
	by := 0
	switch key {
	case "right", "space":
		by = 1
	case "left":
		by = -1
	default:
		return nil, false
	}
	at := slices.Index(uploader.ResourceTypes, m.value(r))
	n := len(uploader.ResourceTypes)
	m.store(r, uploader.ResourceTypes[(max(at, 0)+by+n)%n])
	return Changed{}, true
}

// edit hands a message to the focused row's field and takes over its value.
func (m Model) edit(msg tea.Msg) (Model, Action) {
	r := m.rows[m.focus]
	if r.kind == rowType || r.kind == rowAddEager || r.kind == rowAddParam {
		return m, nil
	}
	f, act := m.fields[m.focus].Update(msg)
	m.fields = slices.Clone(m.fields)
	m.fields[m.focus] = f
	changed := f.Value() != m.value(r)
	if changed {
		m.store(r, f.Value())
	}
	switch act := act.(type) {
	case field.Refused:
		return m, Refused{Bytes: act.Bytes}
	case field.Trimmed:
		return m, Trimmed{}
	}
	if changed {
		return m, Changed{}
	}
	return m, nil
}

// Toggle switches the focused parameter off or on.
func (m *Model) Toggle() bool { return m.toggleFocused() }

// Remove takes the focused parameter away.
func (m *Model) Remove() bool { return m.removeFocused() }

// Package form edits a draft: the file, the public ID, each eager transformation, the
// resource type, the timestamp, and any other parameter, in one of three lists: what is
// set, the essentials, everything. The draft owns each value; the fields never rewrite
// one.
package form

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/field"
	"signpost/ui/theme"
	"signpost/uploader"
	"signpost/uploader/catalog"
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

// EditRequested means that the focused value shall be opened in its own editor.
type EditRequested struct{}

func (EditRequested) action() {}

// Model is the form.
type Model struct {
	draft     uploader.Draft
	sampleURL string
	file      uploader.File
	view      View
	filter    string
	rows      []row
	fields    []field.Model
	findings  map[string][]catalog.Finding
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

// SetFindings hands over what looks wrong with the request.
func (m *Model) SetFindings(all []catalog.Finding) {
	m.findings = make(map[string][]catalog.Finding, len(all))
	for _, f := range all {
		m.findings[f.Param] = append(m.findings[f.Param], f)
	}
}

// SetSize sets the room inside the form's border.
func (m *Model) SetSize(w, h int) { m.width, m.height = w, h }

// SetTheme changes the colours.
func (m *Model) SetTheme(th theme.Theme) { m.th = th }

// View says which parameters are listed, and Listed how many there are.
func (m Model) View() View { return m.view }

// Listed is the number of parameters in the list.
func (m Model) Listed() int { return m.listed() }

// SetView changes the list. In that of everything the focus is on the filter.
func (m *Model) SetView(v View) {
	name := m.Name()
	m.view, m.filter = v%viewCount, ""
	m.rebuild()
	m.focus = 0
	if m.view != ViewEverything && name != "" {
		m.focusOn(name)
	}
}

// Focused is the value of the focused row, and its parameter. ok is false on a row that
// has no value of its own.
func (m Model) Focused() (name, value string, ok bool) {
	switch r := m.rows[m.focus]; r.kind {
	case rowEager, rowAddEager:
		return "eager", m.draft.Get("eager"), true
	case rowParam, rowFile, rowTimestamp:
		return m.nameOf(r), m.value(r), true
	}
	return "", "", false
}

// Set gives a parameter (or the file, or the timestamp) a value, as if it was typed.
func (m *Model) Set(name, value string) {
	r := row{kind: rowParam, name: name}
	switch name {
	case "file":
		r.kind = rowFile
	case "timestamp":
		r.kind = rowTimestamp
	}
	m.store(r, value)
	m.rebuild()
	m.focusOn(name)
}

// Height is how many lines the form wants: a line for each row, and two for the help.
func (m Model) Height() int { return len(m.rows) + helpLines }

// rebuild makes the rows anew after a change of the draft from outside of a field. The
// focus stays on its row; where that is gone, on the one that took its place.
func (m *Model) rebuild() {
	var was row
	if len(m.rows) > 0 {
		was = m.rows[m.focus]
	}
	m.rows = m.layoutRows()
	m.fields = make([]field.Model, len(m.rows))
	for i, r := range m.rows {
		m.fields[i] = field.New(m.value(r))
	}
	if i := slices.Index(m.rows, was); i >= 0 {
		m.focus = i
		return
	}
	m.focus = min(m.focus, len(m.rows)-1)
	for m.rows[m.focus].kind == rowHeading {
		m.focus++ // a heading is never the last row
	}
}

// moveTo puts the focus on row i, round the ends; it steps over headings.
func (m *Model) moveTo(i int) {
	n := len(m.rows)
	step := 1
	if i < m.focus {
		step = -1
	}
	for i = ((i % n) + n) % n; m.rows[i].kind == rowHeading; {
		i = ((i+step)%n + n) % n
	}
	m.focus = i
}

// Update takes keys and pastes.
func (m Model) Update(msg tea.Msg) (Model, Action) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if act, handled := m.navigate(k); handled {
			return m, act
		}
	}
	return m.edit(msg)
}

// navigate handles the keys that move between rows or work on a whole row.
func (m *Model) navigate(k tea.KeyPressMsg) (Action, bool) {
	r := m.rows[m.focus]
	switch k.String() {
	case "tab", "down":
		m.moveTo(m.focus + 1)
		return FocusMoved{}, true
	case "shift+tab", "up":
		m.moveTo(m.focus - 1)
		return FocusMoved{}, true
	case "esc":
		if m.view == ViewSet {
			return nil, false
		}
		if m.filter != "" {
			m.SetView(ViewEverything)
		} else {
			m.SetView(ViewSet)
		}
		return FocusMoved{}, true
	case "enter":
		return m.enter(r), true
	}
	if m.choose(r, k) {
		return Changed{}, true
	}
	return nil, false
}

// enter adds, opens the editor of a value that has one, or goes on to the next row.
func (m *Model) enter(r row) Action {
	switch r.kind {
	case rowAddParam:
		return AddRequested{}
	case rowAddEager:
		m.addEager()
		return Changed{}
	case rowParam:
		if spec, ok := r.spec(); ok && hasEditor[spec.Type] {
			return EditRequested{}
		}
	}
	m.moveTo(m.focus + 1)
	return FocusMoved{}
}

// hasEditor are the types whose values enter opens in an editor of their own.
var hasEditor = map[catalog.Type]bool{
	catalog.List: true, catalog.Pairs: true, catalog.Coordinates: true, catalog.JSON: true,
	catalog.Script: true, catalog.Lines: true, catalog.Transformation: true,
}

// take stores a value that was chosen, not typed, and shows it.
func (m *Model) take(r row, value string) {
	m.store(r, value)
	m.fields = slices.Clone(m.fields)
	m.fields[m.focus] = field.New(value)
	if r.kind == rowAuth && m.view == ViewSet && len(m.layoutRows()) != len(m.rows) {
		m.rebuild()
	}
}

// edit hands a message to the focused row's field and takes over its value.
func (m Model) edit(msg tea.Msg) (Model, Action) {
	r := m.rows[m.focus]
	switch r.kind {
	case rowAddEager, rowAddParam, rowInfo, rowHeading:
		return m, nil
	}
	if m.closed(r) {
		paste, ok := msg.(tea.PasteMsg)
		if !ok || r.kind != rowParam {
			return m, nil
		}
		m.fields = slices.Clone(m.fields)
		m.fields[m.focus] = field.New("")
		msg = paste
	}
	f, act := m.fields[m.focus].Update(msg)
	m.fields = slices.Clone(m.fields)
	m.fields[m.focus] = f
	changed := f.Value() != m.value(r)
	if changed && r.kind == rowFind {
		return m.find(f), FocusMoved{}
	}
	if changed {
		m.store(r, f.Value())
	}
	if pipes := strings.Count(f.Value(), "|"); pipes > 0 && r.kind == rowEager {
		_, typed := msg.(tea.KeyPressMsg)
		m.part(pipes, typed)
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

// part makes rows of the transformation into which pipes were typed or pasted. The focus
// goes on to the last of them, as the cursor is in it.
func (m *Model) part(pipes int, typed bool) {
	m.rebuild()
	m.focus += pipes
	if typed {
		m.fields[m.focus], _ = m.fields[m.focus].Update(tea.KeyPressMsg{Code: tea.KeyHome})
	}
}

// find narrows the list down; the focus stays on the filter.
func (m Model) find(f field.Model) Model {
	m.filter = f.Value()
	m.rebuild()
	m.focus = 0
	m.fields[0] = f
	return m
}

// Toggle switches the focused parameter off or on.
func (m *Model) Toggle() bool { return m.toggleFocused() }

// Remove takes the focused parameter away.
func (m *Model) Remove() bool { return m.removeFocused() }

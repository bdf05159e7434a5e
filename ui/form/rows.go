package form

import (
	"strings"

	"signpost/signer"
	"signpost/uploader"
)

// rowKind says what a row of the form edits.
type rowKind uint8

const (
	rowFile rowKind = iota
	rowParam
	rowEager    // one transformation of the eager parameter
	rowAddEager // the place that adds one
	rowType
	rowTimestamp
	rowAddParam
)

// row is one line of the form. index is the place of the parameter in the draft's
// list, item the place of the transformation within eager.
type row struct {
	kind  rowKind
	index int
	item  int
}

// rowsOf lays out the form for a draft, in the person's order.
func rowsOf(d uploader.Draft) []row {
	rows := []row{{kind: rowFile}}
	for i, p := range d.Params {
		if p.Name != "eager" {
			rows = append(rows, row{kind: rowParam, index: i})
			continue
		}
		for item := range eagerItems(p.Value) {
			rows = append(rows, row{kind: rowEager, index: i, item: item})
		}
		rows = append(rows, row{kind: rowAddEager, index: i})
	}
	return append(rows, row{kind: rowType}, row{kind: rowTimestamp}, row{kind: rowAddParam})
}

// eagerItems parts an eager value at the pipes. Nothing is lost: joining the items
// gives the value again. There is always at least one.
func eagerItems(value string) []string { return strings.Split(value, "|") }

// value is the text that the row edits.
func (m Model) value(r row) string {
	d := m.draft
	switch r.kind {
	case rowFile:
		if d.File == uploader.SampleToken {
			return m.sampleURL
		}
		return d.File
	case rowParam:
		return d.Params[r.index].Value
	case rowEager:
		return eagerItems(d.Params[r.index].Value)[r.item]
	case rowType:
		if d.ResourceType == "" {
			return "image"
		}
		return d.ResourceType
	case rowTimestamp:
		return d.Timestamp
	}
	return ""
}

// store writes an edited value into the draft. The draft's slices are replaced, never
// written into: copies of the model share them.
func (m *Model) store(r row, value string) {
	d := &m.draft
	switch r.kind {
	case rowFile:
		d.File = value
		if value == m.sampleURL {
			d.File = uploader.SampleToken
		}
	case rowParam:
		m.setParam(r.index, value)
	case rowEager:
		items := eagerItems(d.Params[r.index].Value)
		items[r.item] = value
		m.setParam(r.index, strings.Join(items, "|"))
	case rowType:
		d.ResourceType = value
	case rowTimestamp:
		d.Timestamp = value
		d.TimestampByHand = true
	}
}

func (m *Model) setParam(index int, value string) {
	params := append([]uploader.DraftParam(nil), m.draft.Params...)
	params[index].Value = value
	m.draft.Params = params
}

// Name is the parameter that the focused row belongs to: public_id, eager, file …; it
// is empty on the rows that only add something.
func (m Model) Name() string { return m.nameOf(m.rows[m.focus]) }

func (m Model) nameOf(r row) string {
	switch r.kind {
	case rowFile:
		return "file"
	case rowParam, rowEager, rowAddEager:
		return m.draft.Params[r.index].Name
	case rowType:
		return "resource_type"
	case rowTimestamp:
		return "timestamp"
	}
	return ""
}

// AddParam appends a parameter and puts the focus on it. Where it is there already,
// only the focus moves. The error is a [*signer.ParamError], or says why a name cannot
// be a parameter of the form.
func (m *Model) AddParam(name string) error {
	if err := CheckNewName(name); err != nil {
		return err
	}
	for i, r := range m.rows {
		if m.nameOf(r) == name {
			m.moveTo(i)
			return nil
		}
	}
	params := append([]uploader.DraftParam(nil), m.draft.Params...)
	m.draft.Params = append(params, uploader.DraftParam{Param: signer.Param{Name: name}})
	m.rebuild()
	for i, r := range m.rows {
		if m.nameOf(r) == name {
			m.moveTo(i)
			break
		}
	}
	return nil
}

// CheckNewName says why a name cannot be added to the form.
func CheckNewName(name string) error {
	if err := signer.CheckName(name); err != nil {
		return err
	}
	switch name {
	case "api_secret":
		return &signer.ParamError{Name: name, Problem: "is never sent: the secret only goes into the hash"}
	case "signature", "api_key", "cloud_name":
		return &signer.ParamError{Name: name, Problem: "comes from the account and the signature, not from the form"}
	}
	return nil
}

// removeFocused takes the focused parameter (or eager transformation) away. The other
// rows cannot be removed.
func (m *Model) removeFocused() bool {
	r := m.rows[m.focus]
	switch r.kind {
	case rowParam:
		params := append([]uploader.DraftParam(nil), m.draft.Params[:r.index]...)
		m.draft.Params = append(params, m.draft.Params[r.index+1:]...)
	case rowEager:
		items := eagerItems(m.draft.Params[r.index].Value)
		if len(items) == 1 {
			return m.removeAt(r.index)
		}
		items = append(items[:r.item], items[r.item+1:]...)
		m.setParam(r.index, strings.Join(items, "|"))
	default:
		return false
	}
	m.rebuild()
	return true
}

func (m *Model) removeAt(index int) bool {
	params := append([]uploader.DraftParam(nil), m.draft.Params[:index]...)
	m.draft.Params = append(params, m.draft.Params[index+1:]...)
	m.rebuild()
	return true
}

// toggleFocused switches the focused parameter off, or on again; its value stays.
func (m *Model) toggleFocused() bool {
	r := m.rows[m.focus]
	if r.kind != rowParam && r.kind != rowEager {
		return false
	}
	params := append([]uploader.DraftParam(nil), m.draft.Params...)
	params[r.index].Off = !params[r.index].Off
	m.draft.Params = params
	return true
}

// addEager appends an empty transformation to the eager parameter and focuses it.
func (m *Model) addEager(index int) {
	m.setParam(index, m.draft.Params[index].Value+"|")
	m.rebuild()
	for i, r := range m.rows {
		if r.kind == rowAddEager && r.index == index {
			m.moveTo(i - 1)
			return
		}
	}
}
